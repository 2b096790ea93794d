#include "engine/geo/street_network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <unordered_map>

#include "engine/geo/usable_point.h"

namespace quadrille::geo {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

}  // namespace

Result<StreetNetwork> StreetNetwork::make(std::vector<Point> nodes, std::vector<StreetEdge> edges) {
  if (nodes.empty()) return invalid({"aucun carrefour", "no node"}, "nodes");
  for (const auto& node : nodes)
    if (!is_usable(node))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "nodes");
  if (edges.empty()) return invalid({"aucune rue", "no street"}, "edges");
  for (const auto& edge : edges) {
    if (edge.from >= nodes.size() || edge.to >= nodes.size())
      return invalid({"une rue mène à un carrefour inconnu", "a street leads to an unknown node"}, "edges");
    if (!std::isfinite(edge.length_m) || edge.length_m < 0 ||
        edge.length_m < 0.99 * distance_m(nodes[edge.from], nodes[edge.to]) - 0.01)
      return invalid({"une longueur de rue est négative, absente ou plus courte que la ligne droite",
                      "a street's length is negative, missing or shorter than the straight line"},
                     "edges");
  }
  StreetNetwork network;
  network.nodes_ = std::move(nodes);
  network.edges_ = std::move(edges);
  network.first_.assign(network.nodes_.size() + 1, 0);
  for (const auto& edge : network.edges_) {
    ++network.first_[edge.from + 1];
    if (edge.to != edge.from) ++network.first_[edge.to + 1];
  }
  for (std::size_t i = 1; i < network.first_.size(); ++i) network.first_[i] += network.first_[i - 1];
  network.around_.resize(network.first_.back());
  auto next = network.first_;
  for (std::uint32_t e = 0; e < network.edges_.size(); ++e) {
    const auto& edge = network.edges_[e];
    network.around_[next[edge.from]++] = e;
    if (edge.to != edge.from) network.around_[next[edge.to]++] = e;
  }
  network.index_edges();
  return network;
}

// Squares with about one edge each; an edge stands in every square of its bounding box.
void StreetNetwork::index_edges() {
  low_ = nodes_.front();
  Point high = nodes_.front();
  for (const auto& node : nodes_) {
    low_ = {std::min(low_.x_m, node.x_m), std::min(low_.y_m, node.y_m)};
    high = {std::max(high.x_m, node.x_m), std::max(high.y_m, node.y_m)};
  }
  const double across = std::max({high.x_m - low_.x_m, high.y_m - low_.y_m, 1.0});
  const double squares = std::clamp(std::sqrt(static_cast<double>(edges_.size())), 1.0, 1000.0);
  square_m_ = across / squares;
  columns_ = static_cast<std::int64_t>((high.x_m - low_.x_m) / square_m_) + 1;
  rows_ = static_cast<std::int64_t>((high.y_m - low_.y_m) / square_m_) + 1;
  const auto visit = [&](const StreetEdge& edge, const auto& take) {
    const auto column = [&](double x) { return static_cast<std::int64_t>((x - low_.x_m) / square_m_); };
    const auto row = [&](double y) { return static_cast<std::int64_t>((y - low_.y_m) / square_m_); };
    const auto [x0, x1] = std::minmax(nodes_[edge.from].x_m, nodes_[edge.to].x_m);
    const auto [y0, y1] = std::minmax(nodes_[edge.from].y_m, nodes_[edge.to].y_m);
    for (auto r = row(y0); r <= row(y1); ++r)
      for (auto c = column(x0); c <= column(x1); ++c) take(static_cast<std::size_t>(r * columns_ + c));
  };
  first_in_square_.assign(static_cast<std::size_t>(columns_ * rows_) + 1, 0);
  for (const auto& edge : edges_) visit(edge, [&](std::size_t square) { ++first_in_square_[square + 1]; });
  for (std::size_t i = 1; i < first_in_square_.size(); ++i) first_in_square_[i] += first_in_square_[i - 1];
  in_square_.resize(first_in_square_.back());
  auto next = first_in_square_;
  for (std::uint32_t e = 0; e < edges_.size(); ++e)
    visit(edges_[e], [&](std::size_t square) { in_square_[next[square]++] = e; });
}

StreetPlace StreetNetwork::nearest_on(std::uint32_t edge, Point point) const {
  const Point a = nodes_[edges_[edge].from];
  const Point b = nodes_[edges_[edge].to];
  const double squared = squared_distance(a, b);
  const double dot = (point.x_m - a.x_m) * (b.x_m - a.x_m) + (point.y_m - a.y_m) * (b.y_m - a.y_m);
  const double share = squared > 0 ? std::clamp(dot / squared, 0.0, 1.0) : 0.0;
  const Point foot{a.x_m + share * (b.x_m - a.x_m), a.y_m + share * (b.y_m - a.y_m)};
  return {edge, share * edges_[edge].length_m, distance_m(point, foot)};
}

// Square by square in rings around the point, until nothing nearer can be left.
std::optional<StreetPlace> StreetNetwork::snap(Point point, Metres reach) const {
  if (!is_usable(point)) return std::nullopt;
  const double column = std::floor((point.x_m - low_.x_m) / square_m_);
  const double row = std::floor((point.y_m - low_.y_m) / square_m_);
  const double outside =
      std::max({0.0, -column, -row, column - static_cast<double>(columns_ - 1), row - static_cast<double>(rows_ - 1)});
  const double farthest = std::min(reach.value / square_m_ + 1, outside + static_cast<double>(columns_ + rows_));
  if (outside > farthest || outside > 1e15) return std::nullopt;
  const auto centre_column = static_cast<std::int64_t>(column);
  const auto centre_row = static_cast<std::int64_t>(row);
  std::optional<StreetPlace> best;
  for (auto ring = static_cast<std::int64_t>(outside); static_cast<double>(ring) <= farthest; ++ring) {
    if (best && best->off_m <= static_cast<double>(ring - 1) * square_m_) break;
    const auto look_at = [&](std::int64_t r, std::int64_t c) {
      if (c < 0 || c >= columns_) return;
      const auto square = static_cast<std::size_t>(r * columns_ + c);
      for (auto i = first_in_square_[square]; i < first_in_square_[square + 1]; ++i) {
        const auto place = nearest_on(in_square_[i], point);
        // Of equally near streets the one given first.
        if (!best || place.off_m < best->off_m || (place.off_m == best->off_m && place.edge < best->edge)) best = place;
      }
    };
    const auto from = std::max<std::int64_t>(0, centre_column - ring);
    const auto to = std::min(columns_ - 1, centre_column + ring);
    for (auto r = std::max<std::int64_t>(0, centre_row - ring); r <= std::min(rows_ - 1, centre_row + ring); ++r) {
      if (std::abs(r - centre_row) == ring) {
        for (auto c = from; c <= to; ++c) look_at(r, c);
      } else {
        look_at(r, centre_column - ring);
        if (ring > 0) look_at(r, centre_column + ring);
      }
    }
  }
  if (!best || best->off_m > reach.value) return std::nullopt;
  return best;
}

std::vector<double> StreetNetwork::node_distances(std::span<const StreetPlace> sources, double reach_m) const {
  std::vector<double> distances(nodes_.size(), infinite);
  using Entry = std::pair<double, std::uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  const auto reached = [&](std::uint32_t node, double distance) {
    if (distance > reach_m || distance >= distances[node]) return;
    distances[node] = distance;
    queue.emplace(distance, node);
  };
  for (const auto& source : sources) {
    const auto& edge = edges_[source.edge];
    reached(edge.from, source.off_m + source.along_m);
    reached(edge.to, source.off_m + edge.length_m - source.along_m);
  }
  while (!queue.empty()) {
    const auto [distance, node] = queue.top();
    queue.pop();
    if (distance > distances[node]) continue;
    for (auto i = first_[node]; i < first_[node + 1]; ++i) {
      const auto& edge = edges_[around_[i]];
      reached(edge.from == node ? edge.to : edge.from, distance + edge.length_m);
    }
  }
  return distances;
}

std::vector<std::optional<double>> StreetNetwork::distances_m(std::span<const Point> sources,
                                                              std::span<const Point> points, Metres beside,
                                                              Metres reach) const {
  std::vector<StreetPlace> starts;
  std::unordered_multimap<std::uint32_t, StreetPlace> on_edge;
  for (const auto& source : sources)
    if (const auto place = snap(source, beside)) {
      starts.push_back(*place);
      on_edge.emplace(place->edge, *place);
    }
  const auto at_node = node_distances(starts, reach.value);
  std::vector<std::optional<double>> distances;
  for (const auto& point : points) {
    const auto place = snap(point, beside);
    double way = infinite;
    if (place) {
      const auto& edge = edges_[place->edge];
      way = std::min(at_node[edge.from] + place->along_m, at_node[edge.to] + edge.length_m - place->along_m);
      for (auto [it, end] = on_edge.equal_range(place->edge); it != end; ++it)
        way = std::min(way, it->second.off_m + std::abs(it->second.along_m - place->along_m));
      way += place->off_m;
    }
    distances.push_back(way <= reach.value ? std::optional(way) : std::nullopt);
  }
  return distances;
}

}  // namespace quadrille::geo
