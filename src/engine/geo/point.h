#pragma once

#include <cmath>

#include "base/place.h"

namespace quadrille::geo {

// A point of the plane in metres. Fixed-point Projected is for storage and identity, Point for computing.
struct Point {
  double x_m = 0;
  double y_m = 0;
  friend bool operator==(Point, Point) = default;
};

[[nodiscard]] inline Point to_point(Projected place) { return {place.east_m(), place.north_m()}; }
[[nodiscard]] inline double squared_distance(Point a, Point b) {
  const double dx = a.x_m - b.x_m;
  const double dy = a.y_m - b.y_m;
  return dx * dx + dy * dy;
}
[[nodiscard]] inline double distance_m(Point a, Point b) { return std::sqrt(squared_distance(a, b)); }

}  // namespace quadrille::geo
