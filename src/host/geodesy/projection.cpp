#include "host/geodesy/projection.h"

#include <fmt/format.h>
#include <proj.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>

namespace quadrille::geodesy {
namespace {

// A PROJ transformation with the context it belongs to.
class Transformation {
 public:
  Transformation(const std::string& from, const std::string& to) : context_(proj_context_create()) {
    proj_log_level(context_, PJ_LOG_NONE);
    proj_context_set_enable_network(context_, 0);
    PJ* raw = proj_create_crs_to_crs(context_, from.c_str(), to.c_str(), nullptr);
    if (raw != nullptr) {
      pj_ = proj_normalize_for_visualization(context_, raw);
      proj_destroy(raw);
    }
  }
  Transformation(const Transformation&) = delete;
  Transformation& operator=(const Transformation&) = delete;
  ~Transformation() {
    proj_destroy(pj_);
    proj_context_destroy(context_);
  }
  [[nodiscard]] bool is_open() const { return pj_ != nullptr; }
  [[nodiscard]] std::optional<PJ_XY> forward(double x, double y) const { return run(PJ_FWD, x, y); }
  [[nodiscard]] std::optional<PJ_XY> inverse(double x, double y) const { return run(PJ_INV, x, y); }

 private:
  [[nodiscard]] std::optional<PJ_XY> run(PJ_DIRECTION direction, double x, double y) const {
    const PJ_COORD out = proj_trans(pj_, direction, proj_coord(x, y, 0, HUGE_VAL));
    if (!std::isfinite(out.xy.x) || !std::isfinite(out.xy.y)) return std::nullopt;
    return out.xy;
  }

  PJ_CONTEXT* context_;
  PJ* pj_ = nullptr;
};

Failure unknown_crs(int epsg) {
  return invalid({fmt::format("EPSG:{} n'est pas un système de coordonnées connu ici", epsg),
                  fmt::format("EPSG:{} is not a coordinate system known here", epsg)},
                 "crs");
}

bool is_projected_in_metres(int epsg) {
  PJ_CONTEXT* context = proj_context_create();
  proj_log_level(context, PJ_LOG_NONE);
  PJ* crs = proj_create(context, fmt::format("EPSG:{}", epsg).c_str());
  bool is_metres = false;
  if (crs != nullptr && proj_get_type(crs) == PJ_TYPE_PROJECTED_CRS) {
    PJ* system = proj_crs_get_coordinate_system(context, crs);
    double factor = 0;
    if (system != nullptr &&
        proj_cs_get_axis_info(context, system, 0, nullptr, nullptr, nullptr, &factor, nullptr, nullptr, nullptr) != 0)
      is_metres = factor == 1.0;
    proj_destroy(system);
  }
  proj_destroy(crs);
  proj_context_destroy(context);
  return is_metres;
}

}  // namespace

struct Projection::Proj {
  int epsg;
  Transformation transformation;
};

class Projection::Idle {
 public:
  static Idle& all() {
    static Idle idle;
    return idle;
  }
  std::unique_ptr<Proj> take(int epsg) {
    const std::lock_guard lock(mutex_);
    auto& of_code = by_epsg_[epsg];
    if (of_code.empty()) return nullptr;
    auto taken = std::move(of_code.back());
    of_code.pop_back();
    return taken;
  }
  void give(std::unique_ptr<Proj> proj) {
    const std::lock_guard lock(mutex_);
    auto& of_code = by_epsg_[proj->epsg];
    if (of_code.size() < 16) of_code.push_back(std::move(proj));
  }

 private:
  std::mutex mutex_;
  std::map<int, std::vector<std::unique_ptr<Proj>>> by_epsg_;
};

Projection::Projection(std::unique_ptr<Proj> proj) : proj_(std::move(proj)) {}
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(Projection&&) noexcept = default;
Projection::~Projection() {
  if (proj_) Idle::all().give(std::move(proj_));
}

Result<Projection> Projection::open(int epsg) {
  if (auto kept = Idle::all().take(epsg)) return Projection(std::move(kept));
  if (!is_projected_in_metres(epsg))
    return invalid(
        {fmt::format("EPSG:{} n'est pas un système projeté en mètres ; en France, EPSG:2154 (Lambert-93)", epsg),
         fmt::format("EPSG:{} is not a projected system in metres; in France, EPSG:2154 (Lambert-93)", epsg)},
        "crs");
  auto proj = std::unique_ptr<Proj>(new Proj{epsg, {"EPSG:4326", fmt::format("EPSG:{}", epsg)}});
  if (!proj->transformation.is_open()) return unknown_crs(epsg);
  return Projection(std::move(proj));
}

int Projection::epsg() const { return proj_->epsg; }

std::optional<Projected> Projection::to_plane(LonLat place) const {
  const auto out = proj_->transformation.forward(place.lon_degrees(), place.lat_degrees());
  if (!out || std::abs(out->x) > 1e9 || std::abs(out->y) > 1e9) return std::nullopt;
  return to_projected(out->x, out->y);
}

std::optional<LonLat> Projection::to_lonlat(Projected place) const {
  return to_lonlat_m(place.east_m(), place.north_m());
}

std::optional<LonLat> Projection::to_lonlat_m(double east_m, double north_m) const {
  const auto out = proj_->transformation.inverse(east_m, north_m);
  return out ? LonLat::checked(out->x, out->y) : std::nullopt;
}

struct ToLonLat::Proj {
  Transformation transformation;
};

ToLonLat::ToLonLat(std::unique_ptr<Proj> proj) : proj_(std::move(proj)) {}
ToLonLat::ToLonLat(ToLonLat&&) noexcept = default;
ToLonLat& ToLonLat::operator=(ToLonLat&&) noexcept = default;
ToLonLat::~ToLonLat() = default;

Result<ToLonLat> ToLonLat::open(int epsg) {
  auto proj = std::unique_ptr<Proj>(new Proj{{fmt::format("EPSG:{}", epsg), "EPSG:4326"}});
  if (!proj->transformation.is_open()) return unknown_crs(epsg);
  return ToLonLat(std::move(proj));
}

std::optional<LonLat> ToLonLat::operator()(double x, double y) const {
  const auto out = proj_->transformation.forward(x, y);
  return out ? LonLat::checked(out->x, out->y) : std::nullopt;
}

int utm_epsg_at(LonLat place) {
  const int zone = std::clamp(static_cast<int>(std::floor((place.lon_degrees() + 180) / 6)) + 1, 1, 60);
  return (place.lat_degrees() >= 0 ? 32600 : 32700) + zone;
}

}  // namespace quadrille::geodesy
