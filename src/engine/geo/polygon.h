#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/geo/grid.h"
#include "engine/geo/point.h"

namespace quadrille::geo {

// A closed ring; the last point repeats the first.
using Ring = std::vector<Point>;

struct Polygon {
  Ring outer;
  std::vector<Ring> holes;
  friend bool operator==(const Polygon&, const Polygon&) = default;
};

using MultiPolygon = std::vector<Polygon>;

// Area in square units of the coordinates; holes taken off. O(points).
[[nodiscard]] double area(const MultiPolygon& shape);
// A point that is certainly inside (GEOS's point on surface): for labels and for finding a parent.
[[nodiscard]] Point point_inside(const MultiPolygon& shape);
[[nodiscard]] Extent extent(const MultiPolygon& shape);
// Even-odd rule; a point on a shared border belongs to exactly one of two neighbours that tile the plane. O(points).
[[nodiscard]] bool contains(const MultiPolygon& shape, Point point);

// From a point to the nearest of the shape, in the unit of the coordinates; 0 inside. O(points).
[[nodiscard]] double distance_m(const MultiPolygon& shape, Point point);

struct Validity {
  bool is_valid = true;
  std::string reason;  // GEOS's words: "Self-intersection", "Ring Self-intersection"...
  Point where;
};
[[nodiscard]] Validity validity(const MultiPolygon& shape);

// The same area with valid topology (GEOS MakeValid; lines and points it leaves over are dropped). Refused when nothing
// with an area remains.
[[nodiscard]] Result<MultiPolygon> made_valid(const MultiPolygon& shape);

// Share of `inner`'s area that lies within `outer`, in [0, 1].
[[nodiscard]] double share_within(const MultiPolygon& inner, const MultiPolygon& outer);

}  // namespace quadrille::geo
