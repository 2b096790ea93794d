#include "engine/geo/street_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace quadrille::geo {
namespace {

// A basin: two quays of 400 m face each other 100 m apart, joined at the east end only.
StreetNetwork basin() {
  return *StreetNetwork::make({{0, 0}, {400, 0}, {400, 100}, {0, 100}}, {{0, 1, 400}, {1, 2, 100}, {2, 3, 400}});
}

TEST(StreetNetwork, the_way_round_the_basin_is_longer_than_the_line_across) {
  const std::vector<Point> sources{{0, -5}};
  const std::vector<Point> points{{100, 0}, {0, 100}, {400, 50}, {200, 110}, {200, 300}};
  const auto ways = basin().distances_m(sources, points, 50_m, 5000_m);
  EXPECT_DOUBLE_EQ(*ways[0], 105);
  EXPECT_DOUBLE_EQ(*ways[1], 905);
  EXPECT_DOUBLE_EQ(*ways[2], 455);
  EXPECT_DOUBLE_EQ(*ways[3], 5 + 400 + 100 + 200 + 10);
  EXPECT_FALSE(ways[4]);  // 200 m from any street
  EXPECT_FALSE(basin().distances_m(sources, points, 50_m, 800_m)[1]);
}

TEST(StreetNetwork, the_nearest_street_is_found_wherever_the_point_is) {
  Random random({11}, 0);
  for (int trial = 0; trial < 30; ++trial) {
    std::vector<Point> nodes;
    for (int i = 0; i < 30; ++i) nodes.push_back({random.next_uniform() * 1000, random.next_uniform() * 300});
    std::vector<StreetEdge> edges;
    for (int i = 0; i < 40; ++i) {
      const auto a = random.next_below(30);
      const auto b = random.next_below(30);
      edges.push_back({a, b, distance_m(nodes[a], nodes[b])});
    }
    const auto network = StreetNetwork::make(nodes, edges);
    ASSERT_TRUE(network);
    for (int i = 0; i < 40; ++i) {
      const Point point{random.next_uniform() * 3000 - 1000, random.next_uniform() * 3000 - 1000};
      double nearest = std::numeric_limits<double>::infinity();
      for (const auto& edge : edges)
        for (int step = 0; step <= 2000; ++step) {
          const double share = step / 2000.0;
          nearest =
              std::min(nearest, distance_m(point, {nodes[edge.from].x_m * (1 - share) + nodes[edge.to].x_m * share,
                                                   nodes[edge.from].y_m * (1 - share) + nodes[edge.to].y_m * share}));
        }
      const auto place = network->snap(point, Metres{1e6});
      ASSERT_TRUE(place);
      EXPECT_LE(place->off_m, nearest + 1e-9);
      EXPECT_NEAR(place->off_m, nearest, 0.6);
      EXPECT_FALSE(network->snap(point, Metres{nearest * 0.9 - 1}));
    }
  }
}

// Floyd and Warshall on a graph in which every source and every point is a node of its own.
TEST(StreetNetwork, ways_are_those_of_trying_all) {
  Random random({12}, 0);
  for (int trial = 0; trial < 40; ++trial) {
    std::vector<Point> nodes;
    for (int i = 0; i < 12; ++i)
      nodes.push_back({100.0 * (i % 4) + random.next_uniform() * 30, 100.0 * (i / 4) + random.next_uniform() * 30});
    std::vector<StreetEdge> edges;
    for (std::uint32_t a = 0; a < 12; ++a)
      for (const std::uint32_t b : {a + 1, a + 4})
        if (b < 12 && random.next_uniform() < 0.7)
          edges.push_back({a, b, distance_m(nodes[a], nodes[b]) * (1 + random.next_uniform())});
    if (edges.empty()) continue;
    const auto network = StreetNetwork::make(nodes, edges);
    ASSERT_TRUE(network);
    std::vector<Point> points;
    for (int i = 0; i < 9; ++i) points.push_back({random.next_uniform() * 350, random.next_uniform() * 250});
    const auto ways = network->distances_m(std::span(points).first(2), std::span(points).subspan(2), 1000_m, 1e9 * 1_m);
    constexpr std::size_t all = 21;
    std::vector<double> way(all * all, std::numeric_limits<double>::infinity());
    const auto join = [&](std::size_t a, std::size_t b, double length) {
      way[a * all + b] = std::min(way[a * all + b], length);
      way[b * all + a] = way[a * all + b];
    };
    for (std::size_t i = 0; i < all; ++i) way[i * all + i] = 0;
    for (const auto& edge : edges) join(edge.from, edge.to, edge.length_m);
    std::vector<StreetPlace> places;
    for (const auto& point : points) places.push_back(*network->snap(point, 1000_m));
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto& edge = edges[places[i].edge];
      join(12 + i, edge.from, places[i].off_m + places[i].along_m);
      join(12 + i, edge.to, places[i].off_m + edge.length_m - places[i].along_m);
      for (std::size_t j = 0; j < i; ++j)
        if (places[j].edge == places[i].edge)
          join(12 + i, 12 + j, places[i].off_m + places[j].off_m + std::abs(places[i].along_m - places[j].along_m));
    }
    for (std::size_t k = 0; k < all; ++k)
      for (std::size_t i = 0; i < all; ++i)
        for (std::size_t j = 0; j < all; ++j)
          way[i * all + j] = std::min(way[i * all + j], way[i * all + k] + way[k * all + j]);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const double expected = std::min(way[12 * all + 14 + i], way[13 * all + 14 + i]);
      EXPECT_EQ(ways[i].has_value(), std::isfinite(expected));
      if (ways[i]) EXPECT_NEAR(*ways[i], expected, 1e-9);
    }
  }
}

TEST(StreetNetwork, hostile_input_is_refused_with_its_field) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(StreetNetwork::make({}, {}).error().field, "nodes");
  EXPECT_EQ(StreetNetwork::make({{nan, 0}}, {{0, 0, 1}}).error().field, "nodes");
  EXPECT_EQ(StreetNetwork::make({{0, 0}}, {}).error().field, "edges");
  EXPECT_EQ(StreetNetwork::make({{0, 0}}, {{0, 1, 5}}).error().field, "edges");
  for (const double length : {-1.0, nan, 5.0, std::numeric_limits<double>::infinity()})
    EXPECT_EQ(StreetNetwork::make({{0, 0}, {10, 0}}, {{0, 1, length}}).error().field, "edges") << length;
  const auto one_place = StreetNetwork::make({{0, 0}, {0, 0}}, {{0, 1, 0}, {0, 0, 30}});
  ASSERT_TRUE(one_place);
  const std::vector<Point> points{{3, 4}, {nan, 0}, {1e300, 0}};
  const auto ways = one_place->distances_m(std::span(points).first(1), points, 10_m, 100_m);
  EXPECT_TRUE(ways[0]);
  EXPECT_FALSE(ways[1]);
  EXPECT_FALSE(ways[2]);
  EXPECT_FALSE(one_place->distances_m({}, points, 10_m, 100_m)[0]);
}

}  // namespace
}  // namespace quadrille::geo
