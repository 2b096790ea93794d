#pragma once

#include <functional>
#include <vector>

#include "engine/geo/polygon.h"

// Polygons cut, joined and partitioned, by GEOS.

namespace quadrille::geo {

[[nodiscard]] MultiPolygon united(const MultiPolygon& a, const MultiPolygon& b);
[[nodiscard]] MultiPolygon subtracted(const MultiPolygon& a, const MultiPolygon& b);
[[nodiscard]] MultiPolygon intersected(const MultiPolygon& a, const MultiPolygon& b);

// The Voronoi cell of each point, in their order, cut to the box. Points must differ.
[[nodiscard]] std::vector<Polygon> voronoi_cells(const std::vector<Point>& points, Extent box);

// The polygon with its edges divided into steps of at most `step_m` and every point moved by `move`. Two polygons that
// share an edge still share it afterwards: an edge is divided from its lesser end, whichever way it is walked.
[[nodiscard]] Polygon bent(const Polygon& polygon, double step_m, const std::function<Point(Point)>& move);

}  // namespace quadrille::geo
