#include "services/sharing/area.h"

#include <algorithm>

namespace quadrille::sharing {
namespace {

bool circles_meet(const Circle& a, const Circle& b) {
  return geo::distance_m(a.centre, b.centre) <= a.radius.value + b.radius.value;
}
bool circle_meets(const Circle& circle, const SectorArea& sector) {
  return geo::distance_m(sector.shape, circle.centre) <= circle.radius.value;
}
bool sectors_meet(const SectorArea& a, const SectorArea& b) {
  constexpr double border = 1e-6;
  return a.sector == b.sector || geo::share_within(a.shape, b.shape) > border ||
         geo::share_within(b.shape, a.shape) > border;
}

}  // namespace

geo::Extent extent_of(const Area& area) {
  if (const auto* circle = std::get_if<Circle>(&area)) {
    const double r = circle->radius.value;
    return {{circle->centre.x_m - r, circle->centre.y_m - r}, {circle->centre.x_m + r, circle->centre.y_m + r}};
  }
  return geo::extent(std::get<SectorArea>(area).shape);
}

bool overlap(const Area& a, const Area& b) {
  const auto* circle_a = std::get_if<Circle>(&a);
  const auto* circle_b = std::get_if<Circle>(&b);
  if (circle_a && circle_b) return circles_meet(*circle_a, *circle_b);
  if (circle_a) return circle_meets(*circle_a, std::get<SectorArea>(b));
  if (circle_b) return circle_meets(*circle_b, std::get<SectorArea>(a));
  return sectors_meet(std::get<SectorArea>(a), std::get<SectorArea>(b));
}

bool overlap(const Period& a, const Period& b) { return a.begin < b.end && b.begin < a.end; }

bool overlap(const geo::Extent& a, const geo::Extent& b) {
  return a.low.x_m <= b.high.x_m && b.low.x_m <= a.high.x_m && a.low.y_m <= b.high.y_m && b.low.y_m <= a.high.y_m;
}

}  // namespace quadrille::sharing
