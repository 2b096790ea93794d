#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "engine/geo/point.h"

// Streets as a graph, and how far it is along them. Both directions are open: people on foot. Where a straight line
// crosses a railway or a harbour basin, the way along the streets does not.

namespace quadrille::geo {

struct StreetEdge {
  std::uint32_t from = 0;  // nodes
  std::uint32_t to = 0;
  double length_m = 0;
};

// Where a point meets the streets: `along_m` from the edge's first node, `off_m` beside it.
struct StreetPlace {
  std::uint32_t edge = 0;
  double along_m = 0;
  double off_m = 0;
};

class StreetNetwork {
 public:
  // Edges are straight between their nodes on the map; their length may be more than the straight line (a winding
  // street), not less by over 1 %. Refused with field `nodes` (none, not finite), `edges` (none, an unknown node, a
  // length that is negative, not finite or too short).
  [[nodiscard]] static Result<StreetNetwork> make(std::vector<Point> nodes, std::vector<StreetEdge> edges);

  [[nodiscard]] const std::vector<Point>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<StreetEdge>& edges() const { return edges_; }
  // The nearest place on a street; nothing where none is within `reach`. About O(log edges).
  [[nodiscard]] std::optional<StreetPlace> snap(Point point, Metres reach) const;

  // Way of each point to the nearest of `sources` (Dijkstra 1959), with what lies beside the street at both ends;
  // nothing where either is farther than `beside` from any street, or the way is longer than `reach`. O(edges log
  // edges + points log edges).
  [[nodiscard]] std::vector<std::optional<double>> distances_m(std::span<const Point> sources,
                                                               std::span<const Point> points, Metres beside,
                                                               Metres reach) const;

 private:
  StreetNetwork() = default;
  [[nodiscard]] std::vector<double> node_distances(std::span<const StreetPlace> sources, double reach_m) const;
  void index_edges();
  [[nodiscard]] StreetPlace nearest_on(std::uint32_t edge, Point point) const;

  std::vector<Point> nodes_;
  std::vector<StreetEdge> edges_;
  std::vector<std::size_t> first_;     // of a node's edges in around_
  std::vector<std::uint32_t> around_;  // edges, by node
  Point low_;                          // squares of an edge index
  double square_m_ = 1;
  std::int64_t columns_ = 1;
  std::int64_t rows_ = 1;
  std::vector<std::size_t> first_in_square_;
  std::vector<std::uint32_t> in_square_;
};

}  // namespace quadrille::geo
