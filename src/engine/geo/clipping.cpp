#include "engine/geo/clipping.h"

#include <geos_c.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/check.h"
#include "engine/geo/geos.inc"

namespace quadrille::geo {
namespace {

using Operation = GEOSGeometry* (*)(GEOSContextHandle_t, const GEOSGeometry*, const GEOSGeometry*);

MultiPolygon combined(const MultiPolygon& a, const MultiPolygon& b, Operation operation) {
  const Geos geos;
  const auto result = geos.own(operation(geos.handle(), geos.to_geos(a).get(), geos.to_geos(b).get()));
  CHECK(result != nullptr);
  return geos.from_geos(result.get());
}

void append_divided(Ring& out, Point a, Point b, double step_m, const std::function<Point(Point)>& move) {
  const bool is_turned = std::tie(b.x_m, b.y_m) < std::tie(a.x_m, a.y_m);
  const Point low = is_turned ? b : a;
  const Point high = is_turned ? a : b;
  const int steps = std::max(1, static_cast<int>(std::ceil(distance_m(a, b) / step_m)));
  for (int i = 0; i < steps; ++i) {
    const double t = static_cast<double>(is_turned ? steps - i : i) / steps;
    out.push_back(move({low.x_m + t * (high.x_m - low.x_m), low.y_m + t * (high.y_m - low.y_m)}));
  }
}

}  // namespace

MultiPolygon united(const MultiPolygon& a, const MultiPolygon& b) { return combined(a, b, GEOSUnion_r); }
MultiPolygon subtracted(const MultiPolygon& a, const MultiPolygon& b) { return combined(a, b, GEOSDifference_r); }
MultiPolygon intersected(const MultiPolygon& a, const MultiPolygon& b) { return combined(a, b, GEOSIntersection_r); }

std::vector<Polygon> voronoi_cells(const std::vector<Point>& points, Extent box) {
  const Geos geos;
  GEOSCoordSequence* sequence = GEOSCoordSeq_create_r(geos.handle(), static_cast<unsigned>(points.size()), 2);
  for (unsigned i = 0; i < points.size(); ++i)
    GEOSCoordSeq_setXY_r(geos.handle(), sequence, i, points[i].x_m, points[i].y_m);
  const auto line = geos.own(GEOSGeom_createLineString_r(geos.handle(), sequence));
  const Polygon frame{{box.low, {box.high.x_m, box.low.y_m}, box.high, {box.low.x_m, box.high.y_m}, box.low}, {}};
  const auto diagram = geos.own(GEOSVoronoiDiagram_r(geos.handle(), line.get(), geos.to_geos({frame}).get(), 0, 0));
  CHECK(diagram != nullptr);
  const auto cells = geos.from_geos(diagram.get());
  std::vector<Polygon> ordered;
  for (const auto& point : points) {
    const auto own = std::ranges::find_if(cells, [&](const Polygon& cell) { return contains({cell}, point); });
    CHECK(own != cells.end());
    ordered.push_back(*own);
  }
  return ordered;
}

Polygon bent(const Polygon& polygon, double step_m, const std::function<Point(Point)>& move) {
  const auto bend_ring = [&](const Ring& ring) {
    Ring out;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) append_divided(out, ring[i], ring[i + 1], step_m, move);
    out.push_back(out.front());
    return out;
  };
  Polygon out{bend_ring(polygon.outer), {}};
  for (const auto& hole : polygon.holes) out.holes.push_back(bend_ring(hole));
  return out;
}

}  // namespace quadrille::geo
