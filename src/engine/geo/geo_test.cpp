#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/geo/grid.h"
#include "engine/geo/polygon.h"
#include "engine/geo/sector_index.h"

namespace quadrille::geo {
namespace {

Polygon rectangle(double x0, double y0, double x1, double y1) {
  return {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}, {}};
}

TEST(Grid, cells_lie_on_multiples_of_their_size_whatever_the_extent) {
  const auto grid = Grid::covering({{893'410, 1'799'250}, {894'990, 1'800'199}}, 200_m);
  EXPECT_EQ(grid.south_west(), (Point{893'400, 1'799'200}));
  EXPECT_EQ(grid.columns(), 8);
  EXPECT_EQ(grid.rows(), 5);
  EXPECT_EQ(grid.id({0, 0}, 2154), "CRS2154RES200mN1799200E893400");
  const auto cell = grid.cell_at({893'600, 1'799'400});
  EXPECT_EQ(cell, (Cell{1, 1}));
  EXPECT_EQ(grid.cell(grid.index({3, 2})), (Cell{3, 2}));
  EXPECT_FALSE(grid.cell_at({893'399.9, 1'799'300}));
}

TEST(Polygon, area_takes_holes_off) {
  Polygon square = rectangle(0, 0, 10, 10);
  square.holes.push_back(rectangle(2, 2, 4, 4).outer);
  EXPECT_DOUBLE_EQ(area({square}), 96);
  EXPECT_TRUE(contains({square}, {1, 1}));
  EXPECT_FALSE(contains({square}, {3, 3}));
  EXPECT_TRUE(contains({square}, point_inside({square})));
}

TEST(Polygon, distance_is_to_the_nearest_edge_a_hole_s_included) {
  const MultiPolygon ring{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, {{{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}}}}};
  EXPECT_EQ(distance_m(ring, {2, 2}), 0);
  EXPECT_EQ(distance_m(ring, {13, 14}), 5);
  EXPECT_EQ(distance_m(ring, {5, -3}), 3);
  EXPECT_EQ(distance_m(ring, {5, 4.5}), 0.5);
}

TEST(Polygon, a_bow_tie_is_called_by_its_fault_and_repaired) {
  const MultiPolygon bow_tie{{{{0, 0}, {10, 10}, {10, 0}, {0, 10}, {0, 0}}, {}}};
  const auto found = validity(bow_tie);
  EXPECT_FALSE(found.is_valid);
  EXPECT_EQ(found.reason, "Self-intersection");
  EXPECT_EQ(found.where, (Point{5, 5}));
  const auto repaired = made_valid(bow_tie);
  ASSERT_TRUE(repaired);
  EXPECT_TRUE(validity(*repaired).is_valid);
  EXPECT_DOUBLE_EQ(area(*repaired), 50);
  EXPECT_FALSE(made_valid({{{{0, 0}, {1, 1}, {0, 0}, {0, 0}}, {}}}));
}

TEST(SectorIndex, agrees_with_trying_every_polygon) {
  Random random({5}, 0);
  for (int round = 0; round < 30; ++round) {
    std::vector<MultiPolygon> sectors;
    for (int i = 0; i < 12; ++i) {
      const Point centre{random.next_uniform() * 1000, random.next_uniform() * 1000};
      Ring ring;
      const int corners = 3 + static_cast<int>(random.next_below(9));
      for (int k = 0; k < corners; ++k) {
        const double angle = 6.283185307179586 * k / corners;
        const double radius = 20 + 200 * random.next_uniform();
        ring.push_back({centre.x_m + radius * std::cos(angle), centre.y_m + radius * std::sin(angle)});
      }
      ring.push_back(ring.front());
      sectors.push_back({{ring, {}}});
    }
    const SectorIndex index(sectors);
    for (int k = 0; k < 2000; ++k) {
      const Point point{random.next_uniform() * 1400 - 200, random.next_uniform() * 1400 - 200};
      std::optional<std::size_t> expected;
      for (std::size_t s = 0; s < sectors.size() && !expected; ++s)
        if (contains(sectors[s], point)) expected = s;
      ASSERT_EQ(index.find(point), expected);
    }
  }
}

TEST(SectorIndex, a_point_on_a_shared_border_belongs_to_exactly_one_neighbour) {
  const std::vector<MultiPolygon> tiles{
      {rectangle(0, 0, 10, 10)}, {rectangle(10, 0, 20, 10)}, {rectangle(0, 10, 10, 20)}, {rectangle(10, 10, 20, 20)}};
  for (double t = 0.25; t < 20; t += 0.25) {
    for (const Point point : {Point{10, t}, Point{t, 10}}) {
      int owners = 0;
      for (const auto& tile : tiles) owners += contains(tile, point) ? 1 : 0;
      EXPECT_EQ(owners, 1) << point.x_m << ' ' << point.y_m;
    }
  }
}

TEST(SectorIndex, without_sectors_nothing_is_found) { EXPECT_FALSE(SectorIndex({}).find({0, 0})); }

}  // namespace
}  // namespace quadrille::geo
