#pragma once

#include <variant>

#include "base/id.h"
#include "base/quantity.h"
#include "base/time.h"
#include "engine/geo/polygon.h"

// Where an operation is, in the territory's plane, and whether two meet. Pure.

namespace quadrille::sharing {

struct Circle {
  geo::Point centre;
  Metres radius;
};
struct SectorArea {
  SectorId sector;
  geo::MultiPolygon shape;
};
using Area = std::variant<Circle, SectorArea>;

[[nodiscard]] geo::Extent extent_of(const Area& area);

// Do they share ground? Circles and sectors with what they touch; two sectors only where one covers more than a
// millionth of the other, since neighbours share their border. O(points of the shapes).
[[nodiscard]] bool overlap(const Area& a, const Area& b);
// Half-open periods: one that begins when the other ends does not meet it.
[[nodiscard]] bool overlap(const Period& a, const Period& b);
[[nodiscard]] bool overlap(const geo::Extent& a, const geo::Extent& b);

}  // namespace quadrille::sharing
