#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/place.h"
#include "base/result.h"

namespace quadrille::geodesy {

// A plane of metres: the projected CRS of a territory (EPSG:2154, Lambert-93, in France; UTM elsewhere). One object is
// used by one thread at a time. The first of a CRS costs milliseconds (PROJ reads its database); those that were let go
// are kept, at most 16 a CRS, and opening one of them costs a lock.
class Projection {
 public:
  // Refuses codes that PROJ does not know or that are not projected in metres.
  [[nodiscard]] static Result<Projection> open(int epsg);
  Projection(Projection&&) noexcept;
  Projection& operator=(Projection&&) noexcept;
  ~Projection();

  [[nodiscard]] int epsg() const;
  // Nothing where the projection is not defined (the other side of the earth).
  [[nodiscard]] std::optional<Projected> to_plane(LonLat place) const;
  [[nodiscard]] std::optional<LonLat> to_lonlat(Projected place) const;
  // Raw metres, for grids and outlines.
  [[nodiscard]] std::optional<LonLat> to_lonlat_m(double east_m, double north_m) const;

 private:
  struct Proj;
  class Idle;
  explicit Projection(std::unique_ptr<Proj> proj);
  std::unique_ptr<Proj> proj_;
};

// From any CRS that PROJ knows to WGS 84, for files whose coordinates are not longitude and latitude.
class ToLonLat {
 public:
  [[nodiscard]] static Result<ToLonLat> open(int epsg);
  ToLonLat(ToLonLat&&) noexcept;
  ToLonLat& operator=(ToLonLat&&) noexcept;
  ~ToLonLat();
  // x is east or longitude, y north or latitude, whatever the CRS's own order.
  [[nodiscard]] std::optional<LonLat> operator()(double x, double y) const;

 private:
  struct Proj;
  explicit ToLonLat(std::unique_ptr<Proj> proj);
  std::unique_ptr<Proj> proj_;
};

// The UTM zone (EPSG 326xx or 327xx) of a place.
[[nodiscard]] int utm_epsg_at(LonLat place);

}  // namespace quadrille::geodesy
