#include "engine/analysis/neighbours.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/geo/usable_point.h"

namespace quadrille::analysis {

NeighbourLists NeighbourLists::queen(int columns, int rows) {
  NeighbourLists lists;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      for (int y = std::max(0, r - 1); y <= std::min(rows - 1, r + 1); ++y)
        for (int x = std::max(0, c - 1); x <= std::min(columns - 1, c + 1); ++x)
          if (x != c || y != r) lists.others_.push_back(static_cast<std::uint32_t>(y * columns + x));
      lists.first_.push_back(lists.others_.size());
    }
  return lists;
}

Result<NeighbourLists> NeighbourLists::within(std::span<const geo::Point> points, Metres reach) {
  constexpr std::size_t links_max = 200'000'000;
  if (!(reach.value >= 0) || !std::isfinite(reach.value))
    return invalid({"la distance doit être positive ou nulle", "the distance must be at least 0"}, "distance_m");
  for (const auto& point : points)
    if (!geo::is_usable(point))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "points");
  const double cell = std::max(reach.value, 1e-9);
  std::map<std::pair<double, double>, std::vector<std::uint32_t>> cells;
  for (std::uint32_t i = 0; i < points.size(); ++i)
    cells[{std::floor(points[i].x_m / cell), std::floor(points[i].y_m / cell)}].push_back(i);
  NeighbourLists lists;
  const double squared = reach.value * reach.value * (1 + 1e-12);
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    const std::pair home{std::floor(points[i].x_m / cell), std::floor(points[i].y_m / cell)};
    for (double dx = -1; dx <= 1; ++dx)
      for (double dy = -1; dy <= 1; ++dy) {
        const auto found = cells.find({home.first + dx, home.second + dy});
        if (found == cells.end()) continue;
        for (const auto j : found->second)
          if (j != i && geo::squared_distance(points[i], points[j]) <= squared) lists.others_.push_back(j);
      }
    std::sort(lists.others_.begin() + static_cast<std::ptrdiff_t>(lists.first_.back()), lists.others_.end());
    lists.first_.push_back(lists.others_.size());
    if (lists.others_.size() > links_max)
      return refuse(ErrorKind::too_large,
                    {"trop de points voisins : réduisez la distance", "too many neighbours: reduce the distance"},
                    "distance_m");
  }
  return lists;
}

}  // namespace quadrille::analysis
