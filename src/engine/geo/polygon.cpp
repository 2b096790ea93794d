#include "engine/geo/polygon.h"

#include <geos_c.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/check.h"
#include "engine/geo/geos.inc"

namespace quadrille::geo {
namespace {

double ring_area(const Ring& ring) {
  double twice = 0;
  // Relative to the first point, so that large coordinates lose no digits.
  for (std::size_t i = 0; i + 1 < ring.size(); ++i)
    twice += (ring[i].x_m - ring[0].x_m) * (ring[i + 1].y_m - ring[0].y_m) -
             (ring[i + 1].x_m - ring[0].x_m) * (ring[i].y_m - ring[0].y_m);
  return std::abs(twice) / 2;
}

int crossings(const Ring& ring, Point point) {
  int count = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[i + 1];
    if ((a.y_m > point.y_m) == (b.y_m > point.y_m)) continue;
    // Always from the lower to the upper end: two neighbours that share an edge in opposite directions decide alike.
    const Point& low = a.y_m < b.y_m ? a : b;
    const Point& high = a.y_m < b.y_m ? b : a;
    const double side = (high.x_m - low.x_m) * (point.y_m - low.y_m) - (point.x_m - low.x_m) * (high.y_m - low.y_m);
    if (side > 0) ++count;
  }
  return count;
}

double distance_to_ring_m(const Ring& ring, Point point) {
  double nearest = INFINITY;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double dx = ring[i + 1].x_m - ring[i].x_m;
    const double dy = ring[i + 1].y_m - ring[i].y_m;
    const double length_squared = dx * dx + dy * dy;
    const double along = (point.x_m - ring[i].x_m) * dx + (point.y_m - ring[i].y_m) * dy;
    const double share = length_squared > 0 ? std::clamp(along / length_squared, 0.0, 1.0) : 0.0;
    nearest = std::min(nearest, distance_m(point, {ring[i].x_m + share * dx, ring[i].y_m + share * dy}));
  }
  return nearest;
}

}  // namespace

double area(const MultiPolygon& shape) {
  double sum = 0;
  for (const auto& polygon : shape) {
    sum += ring_area(polygon.outer);
    for (const auto& hole : polygon.holes) sum -= ring_area(hole);
  }
  return sum;
}

Point point_inside(const MultiPolygon& shape) {
  CHECK(!shape.empty());
  const Geos geos;
  const auto inside = geos.own(GEOSPointOnSurface_r(geos.handle(), geos.to_geos(shape).get()));
  Point point;
  CHECK(inside != nullptr);
  GEOSGeomGetX_r(geos.handle(), inside.get(), &point.x_m);
  GEOSGeomGetY_r(geos.handle(), inside.get(), &point.y_m);
  return point;
}

Extent extent(const MultiPolygon& shape) {
  CHECK(!shape.empty() && !shape.front().outer.empty());
  Extent box{shape.front().outer.front(), shape.front().outer.front()};
  for (const auto& polygon : shape) {
    for (const auto& point : polygon.outer) {
      box.low = {std::min(box.low.x_m, point.x_m), std::min(box.low.y_m, point.y_m)};
      box.high = {std::max(box.high.x_m, point.x_m), std::max(box.high.y_m, point.y_m)};
    }
  }
  return box;
}

bool contains(const MultiPolygon& shape, Point point) {
  int count = 0;
  for (const auto& polygon : shape) {
    count += crossings(polygon.outer, point);
    for (const auto& hole : polygon.holes) count += crossings(hole, point);
  }
  return count % 2 == 1;
}

double distance_m(const MultiPolygon& shape, Point point) {
  if (contains(shape, point)) return 0;
  double nearest = INFINITY;
  for (const auto& polygon : shape) {
    nearest = std::min(nearest, distance_to_ring_m(polygon.outer, point));
    for (const auto& hole : polygon.holes) nearest = std::min(nearest, distance_to_ring_m(hole, point));
  }
  return nearest;
}

Validity validity(const MultiPolygon& shape) {
  const Geos geos;
  const auto geometry = geos.to_geos(shape);
  char* reason = nullptr;
  GEOSGeometry* location = nullptr;
  const char valid = GEOSisValidDetail_r(geos.handle(), geometry.get(), 0, &reason, &location);
  Validity found{valid == 1, reason ? reason : "", {}};
  GEOSFree_r(geos.handle(), reason);
  const auto where = geos.own(location);
  if (where) {
    GEOSGeomGetX_r(geos.handle(), where.get(), &found.where.x_m);
    GEOSGeomGetY_r(geos.handle(), where.get(), &found.where.y_m);
  }
  return found;
}

Result<MultiPolygon> made_valid(const MultiPolygon& shape) {
  const Geos geos;
  const auto repaired = geos.own(GEOSMakeValid_r(geos.handle(), geos.to_geos(shape).get()));
  auto result = repaired ? geos.from_geos(repaired.get()) : MultiPolygon{};
  if (result.empty() || area(result) <= 0)
    return invalid({"le polygone n'a pas de surface", "the polygon has no area"}, "geometry");
  return result;
}

double share_within(const MultiPolygon& inner, const MultiPolygon& outer) {
  const Geos geos;
  const auto common = geos.own(GEOSIntersection_r(geos.handle(), geos.to_geos(inner).get(), geos.to_geos(outer).get()));
  const double whole = area(inner);
  if (!common || whole <= 0) return 0;
  return std::clamp(area(geos.from_geos(common.get())) / whole, 0.0, 1.0);
}

}  // namespace quadrille::geo
