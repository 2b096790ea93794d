#include "engine/analysis/scan_zones.h"

#include <algorithm>
#include <boost/geometry.hpp>
#include <boost/geometry/geometries/point.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <cmath>

namespace quadrille::analysis {
namespace {

namespace bg = boost::geometry;
using TreePoint = bg::model::point<double, 2, bg::cs::cartesian>;
using TreeEntry = std::pair<TreePoint, std::uint32_t>;
using Tree = bg::index::rtree<TreeEntry, bg::index::linear<16>>;

struct Near {
  double squared_m = 0;
  std::uint32_t place = 0;
};

Tree tree_of(const std::vector<geo::Point>& places) {
  std::vector<TreeEntry> entries;
  for (std::uint32_t i = 0; i < places.size(); ++i) entries.emplace_back(TreePoint(places[i].x_m, places[i].y_m), i);
  return Tree(entries);
}

}  // namespace

Result<ScanZones> ScanZones::make(const ScanInput& input, Metres radius_max, double share_max) {
  constexpr std::size_t pairs_max = 200'000'000;
  const auto& places = input.places();
  std::vector<std::int64_t> events(places.size(), 0);
  for (const auto place : input.event_places()) ++events[place];
  const auto cap = static_cast<std::int64_t>(share_max * static_cast<double>(input.event_places().size()));
  const Tree tree = tree_of(places);
  const double squared_max = radius_max.value * radius_max.value * (1 + 1e-12);
  ScanZones zones;
  std::vector<TreeEntry> found;
  std::vector<Near> near;
  for (const auto& centre : places) {
    zones.first_.push_back(zones.steps_.size());
    found.clear();
    near.clear();
    const double r = radius_max.value * (1 + 1e-9);
    const bg::model::box<TreePoint> box({centre.x_m - r, centre.y_m - r}, {centre.x_m + r, centre.y_m + r});
    tree.query(bg::index::intersects(box), std::back_inserter(found));
    for (const auto& [point, place] : found)
      if (const double squared = geo::squared_distance(centre, places[place]); squared <= squared_max)
        near.push_back({squared, place});
    std::ranges::sort(near, {}, [](const Near& one) { return std::pair(one.squared_m, one.place); });
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < near.size(); ++i) {
      sum += events[near[i].place];
      if (sum > cap) break;
      const bool ends = i + 1 == near.size() || near[i + 1].squared_m > near[i].squared_m;
      zones.steps_.push_back({near[i].place, ends, sum});
      zones.events_max_ = std::max(zones.events_max_, sum);
    }
    // A circle that the cap cut in the middle of equal distances is no circle.
    while (zones.steps_.size() > zones.first_.back() && !zones.steps_.back().ends_zone) zones.steps_.pop_back();
    if (zones.steps_.size() > pairs_max)
      return refuse(ErrorKind::too_large,
                    {"trop de lieux à portée les uns des autres : réduisez le rayon ou groupez les lieux",
                     "too many places in reach of each other: reduce the radius or group places"},
                    "radius_max_m");
  }
  zones.first_.push_back(zones.steps_.size());
  return zones;
}

WindowTotals::WindowTotals(const ScanInput& input, std::int32_t days_max)
    : total_(static_cast<std::int64_t>(input.event_places().size())) {
  const auto& before = input.events_before();
  for (std::int32_t length = 1; length <= days_max; ++length)
    in_window_.push_back(total_ - static_cast<std::int64_t>(before[static_cast<std::size_t>(input.days() - length)]));
}

double WindowTotals::expected(std::int64_t zone_events, int length_index) const {
  return static_cast<double>(zone_events) * static_cast<double>(in_window(length_index)) / static_cast<double>(total_);
}

double WindowTotals::log_likelihood_ratio(std::int64_t observed, std::int64_t zone_events, int length_index) const {
  const double e = expected(zone_events, length_index);
  const auto c = static_cast<double>(observed);
  const auto n = static_cast<double>(total_);
  if (c <= e || e <= 0) return 0;
  const double inside = c * std::log(c / e);
  return c >= n ? inside : inside + (n - c) * std::log((n - c) / (n - e));
}

}  // namespace quadrille::analysis
