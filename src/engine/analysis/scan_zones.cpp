#include "engine/analysis/scan_zones.h"

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>
#include <iterator>

#include "base/random.h"

namespace quadrille::analysis {
namespace {

namespace bg = boost::geometry;
using TreePoint = bg::model::point<double, 2, bg::cs::cartesian>;
using TreeEntry = std::pair<TreePoint, std::uint32_t>;
using Tree = bg::index::rtree<TreeEntry, bg::index::linear<16>>;

constexpr std::size_t pairs_max = 100'000'000;

struct Near {
  double squared_m = 0;
  std::uint32_t place = 0;
};

Tree tree_of(const std::vector<geo::Point>& places) {
  std::vector<TreeEntry> entries;
  for (std::uint32_t i = 0; i < places.size(); ++i) entries.emplace_back(TreePoint(places[i].x_m, places[i].y_m), i);
  return Tree(entries);
}

bg::model::box<TreePoint> box_around(const geo::Point& centre, double radius_m) {
  const double r = radius_m * (1 + 1e-9);
  return {{centre.x_m - r, centre.y_m - r}, {centre.x_m + r, centre.y_m + r}};
}

double diagonal_m(const std::vector<geo::Point>& places) {
  geo::Point low = places.front();
  geo::Point high = places.front();
  for (const auto& place : places) {
    low = {std::min(low.x_m, place.x_m), std::min(low.y_m, place.y_m)};
    high = {std::max(high.x_m, place.x_m), std::max(high.y_m, place.y_m)};
  }
  return geo::distance_m(low, high);
}

// Counted before anything is sorted, and only until there are too many.
bool has_too_many_pairs(const std::vector<geo::Point>& places, const Tree& tree, double radius_m) {
  if (radius_m >= diagonal_m(places)) return places.size() * places.size() > pairs_max;
  std::size_t pairs = 0;
  for (const auto& centre : places) {
    const auto box = box_around(centre, radius_m);
    for (auto found = tree.qbegin(bg::index::intersects(box)); found != tree.qend(); ++found)
      if (++pairs > pairs_max) return true;
  }
  return false;
}

// 16 bits of x and of y, interleaved.
std::uint32_t morton(const geo::Point& point, const geo::Point& low, double scale) {
  const auto spread = [](double value) {
    auto bits = static_cast<std::uint32_t>(std::clamp(value, 0.0, 65535.0));
    bits = (bits | (bits << 8U)) & 0x00ff00ffU;
    bits = (bits | (bits << 4U)) & 0x0f0f0f0fU;
    bits = (bits | (bits << 2U)) & 0x33333333U;
    return (bits | (bits << 1U)) & 0x55555555U;
  };
  return spread((point.x_m - low.x_m) * scale) | (spread((point.y_m - low.y_m) * scale) << 1U);
}

std::vector<std::uint32_t> walk_of(const std::vector<geo::Point>& places) {
  geo::Point low = places.front();
  for (const auto& place : places) low = {std::min(low.x_m, place.x_m), std::min(low.y_m, place.y_m)};
  const double scale = 65535 / std::max(diagonal_m(places), 1.0);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys;
  for (std::uint32_t i = 0; i < places.size(); ++i) keys.emplace_back(morton(places[i], low, scale), i);
  std::ranges::sort(keys);
  std::vector<std::uint32_t> walk;
  for (const auto& key : keys) walk.push_back(key.second);
  return walk;
}

// The same number for the same set of places, whatever the order; another for any other set, but for one chance in 2^64
// per pair.
std::vector<std::uint64_t> marks_of_places(std::size_t places) {
  std::vector<std::uint64_t> marks(places);
  Random random(Seed{0x9e3779b97f4a7c15U}, 0);
  for (auto& mark : marks) mark = random.next_u64();
  return marks;
}

}  // namespace

Result<ScanNeighbours> ScanNeighbours::make(const std::vector<geo::Point>& places, Metres radius_max) {
  const Tree tree = tree_of(places);
  if (has_too_many_pairs(places, tree, radius_max.value))
    return refuse(ErrorKind::too_large,
                  {"trop de lieux à portée les uns des autres : réduisez le rayon ou groupez les lieux",
                   "too many places in reach of each other: reduce the radius or group places"},
                  "radius_max");
  ScanNeighbours neighbours;
  neighbours.walk_ = walk_of(places);
  const double squared_max = radius_max.value * radius_max.value * (1 + 1e-12);
  std::vector<TreeEntry> found;
  std::vector<Near> near;
  for (const auto& centre : places) {
    neighbours.first_.push_back(neighbours.all_.size());
    found.clear();
    near.clear();
    tree.query(bg::index::intersects(box_around(centre, radius_max.value)), std::back_inserter(found));
    for (const auto& [point, place] : found)
      if (const double squared = geo::squared_distance(centre, places[place]); squared <= squared_max)
        near.push_back({squared, place});
    std::ranges::sort(near, {}, [](const Near& one) { return std::pair(one.squared_m, one.place); });
    for (std::size_t i = 0; i < near.size(); ++i) {
      const bool is_last = i + 1 == near.size() || near[i + 1].squared_m > near[i].squared_m;
      neighbours.all_.push_back({near[i].place & 0x7fffffffU, is_last ? 1U : 0U});
    }
  }
  neighbours.first_.push_back(neighbours.all_.size());
  return neighbours;
}

ScanZones::ScanZones(const ScanInput& input, const ScanNeighbours& neighbours, double share_max)
    : walk_(neighbours.walk()), first_(neighbours.centres()), size_(neighbours.centres()), new_(neighbours.centres()) {
  const auto& mass = input.mass();
  double total = 0;
  for (const double one : mass) total += one;
  const double cap = share_max * total * (1 + 1e-12);
  const auto marks = marks_of_places(mass.size());
  boost::unordered_flat_set<std::uint64_t> seen;
  std::vector<double> mass_of_step;
  for (const auto centre : walk_) {
    first_[centre] = steps_.size();
    double sum = 0;
    std::uint64_t mark = 0;
    std::size_t whole = steps_.size();
    std::size_t last_new = steps_.size();
    for (const auto neighbour : neighbours.of(centre)) {
      sum += mass[neighbour.place];
      if (sum > cap) break;
      mark += marks[neighbour.place];
      const bool ends = neighbour.is_last_at_distance != 0;
      const bool is_new = ends && seen.insert(mark).second;
      steps_.push_back({.place = neighbour.place, .ends_zone = ends, .is_new = is_new});
      mass_of_step.push_back(sum);
      if (ends) whole = steps_.size();
      if (is_new) last_new = steps_.size();
    }
    // A circle that the cap cut in the middle of equal distances is no circle.
    steps_.resize(whole);
    mass_of_step.resize(whole);
    size_[centre] = whole - first_[centre];
    new_[centre] = last_new - first_[centre];
  }
  masses_ = mass_of_step;
  std::ranges::sort(masses_);
  masses_.erase(std::ranges::unique(masses_).begin(), masses_.end());
  for (std::size_t s = 0; s < steps_.size(); ++s)
    steps_[s].row = static_cast<std::uint32_t>(std::ranges::lower_bound(masses_, mass_of_step[s]) - masses_.begin());
}

Result<std::shared_ptr<const ScanNeighbours>> scan_neighbours(const std::vector<geo::Point>& places,
                                                              Metres radius_max) {
  auto made = ScanNeighbours::make(places, radius_max);
  if (!made) return Failure(made.error());
  return std::make_shared<const ScanNeighbours>(std::move(*made));
}

}  // namespace quadrille::analysis
