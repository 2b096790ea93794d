#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/geo/clipping.h"
#include "engine/geo/sector_index.h"
#include "engine/simulation/city.h"
#include "engine/simulation/patrol_urn.h"

namespace quadrille::simulation {
namespace {

const CityParameters parameters{.seed = {1}, .first_day = *parse_date("2024-01-01")};

const City& city() {
  static const City one = generate_city(parameters);
  return one;
}

TEST(Simulation, the_same_seed_makes_the_same_city_and_another_seed_another) {
  const City again = generate_city(parameters);
  EXPECT_EQ(again.nodes, city().nodes);
  ASSERT_EQ(again.facts.size(), city().facts.size());
  for (std::size_t i = 0; i < again.facts.size(); ++i) ASSERT_EQ(again.facts[i].place, city().facts[i].place);
  const City other = generate_city({.seed = {2}, .first_day = parameters.first_day});
  EXPECT_NE(other.nodes, city().nodes);
}

TEST(Simulation, a_city_is_large_enough_to_show) {
  EXPECT_GE(city().streets.size(), 3'000U);
  EXPECT_GE(city().facts.size(), 200'000U);
  EXPECT_LE(city().facts.size(), 240'000U);
  EXPECT_EQ(std::ranges::count(city().sectors, -1, &SectorArea::parent), 6);
  EXPECT_EQ(city().sectors.size(), 36U);
  std::set<std::string> names;
  for (const auto& street : city().streets) names.insert(street.name);
  EXPECT_GE(names.size(), 300U);
}

TEST(Simulation, quarters_tile_the_land_and_nest_in_their_districts) {
  double quarters = 0;
  double districts = 0;
  for (const auto& sector : city().sectors) {
    EXPECT_TRUE(geo::validity(sector.shape).is_valid) << sector.name;
    (sector.parent < 0 ? districts : quarters) += geo::area(sector.shape);
    if (sector.parent >= 0)
      EXPECT_GT(geo::share_within(sector.shape, city().sectors[static_cast<std::size_t>(sector.parent)].shape), 0.9999)
          << sector.name;
  }
  const double land = geo::area(city().land);
  EXPECT_NEAR(quarters / land, 1, 1e-6);
  EXPECT_NEAR(districts / land, 1, 1e-6);
  EXPECT_NEAR(geo::area(geo::intersected(city().land, city().sea)) / land, 0, 1e-9);
}

TEST(Simulation, streets_are_on_land_and_every_crossing_can_be_reached) {
  const geo::SectorIndex land({city().land});
  for (const auto& node : city().nodes) EXPECT_TRUE(land.find(node).has_value());
  std::vector<std::vector<int>> neighbours(city().nodes.size());
  for (const auto& street : city().streets) {
    neighbours[static_cast<std::size_t>(street.from)].push_back(street.to);
    neighbours[static_cast<std::size_t>(street.to)].push_back(street.from);
    EXPECT_FALSE(street.name.empty() || street.name == "?");
  }
  std::vector<bool> is_reached(city().nodes.size(), false);
  std::vector<int> open{0};
  is_reached[0] = true;
  while (!open.empty()) {
    const int node = open.back();
    open.pop_back();
    for (const int next : neighbours[static_cast<std::size_t>(node)]) {
      if (is_reached[static_cast<std::size_t>(next)]) continue;
      is_reached[static_cast<std::size_t>(next)] = true;
      open.push_back(next);
    }
  }
  EXPECT_EQ(std::ranges::count(is_reached, false), 0);
}

TEST(Simulation, facts_of_a_point_come_while_it_is_open_and_near_it) {
  int checked = 0;
  for (const auto& fact : city().facts) {
    if (fact.point < 0) continue;
    const auto& point = city().truth.points[static_cast<std::size_t>(fact.point)];
    ASSERT_TRUE(point.opens <= fact.day && fact.day < point.closes);
    if (fact.place) ASSERT_LT(geo::distance_m(*fact.place, city().nodes[static_cast<std::size_t>(point.node)]), 600);
    ++checked;
  }
  EXPECT_GT(checked, 10'000);
}

TEST(Simulation, nothing_is_recorded_on_days_without_feed) {
  ASSERT_FALSE(city().outages.empty());
  for (const auto& fact : city().facts)
    for (const auto& gap : city().outages) ASSERT_FALSE(gap.contains(fact.day));
}

TEST(Simulation, discoveries_follow_the_patrols) {
  const auto& nodes = city().nodes;
  std::vector<double> minutes(nodes.size(), 0);
  for (const auto& stay : city().truth.patrols) minutes[static_cast<std::size_t>(stay.node)] += stay.minutes;
  std::vector<geo::Point> watched;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (minutes[i] > 0) watched.push_back(nodes[i]);
  int discovered = 0;
  for (const auto& fact : city().facts) {
    if (!fact.is_discovered || !fact.place) continue;
    ++discovered;
    if (discovered % 50 != 0) continue;
    double nearest = 1e9;
    for (const auto& node : watched) nearest = std::min(nearest, geo::distance_m(node, *fact.place));
    EXPECT_LT(nearest, 350);
  }
  EXPECT_GT(discovered, 20'000);
}

TEST(Simulation, a_closed_point_may_come_up_again_nearby_never_before) {
  int moved = 0;
  for (const auto& point : city().truth.points) {
    if (point.parent < 0) continue;
    const auto& parent = city().truth.points[static_cast<std::size_t>(point.parent)];
    EXPECT_TRUE(parent.was_closed_by_operation);
    EXPECT_LE(parent.closes, point.opens);
    ++moved;
  }
  EXPECT_GE(moved, 4);
}

struct UrnCase {
  const char* name;
  PatrolUrn urn;
  double mean;
  double deviation;
};

class Urn : public ::testing::TestWithParam<UrnCase> {};

// Means and deviations of 1,000 runs of an independent program on the rates of Ensign et al. 2018.
TEST_P(Urn, agrees_with_the_published_experiment) {
  const auto& expected = GetParam();
  constexpr int runs = 1'000;
  double sum = 0;
  double squares = 0;
  for (int run = 0; run < runs; ++run) {
    Random random({11}, static_cast<std::uint64_t>(run));
    const double share = final_share(expected.urn, random);
    sum += share;
    squares += share * share;
  }
  const double mean = sum / runs;
  const double deviation = std::sqrt(squares / runs - mean * mean);
  // Both sides are means of 1,000 runs.
  EXPECT_NEAR(mean, expected.mean, 3 * std::sqrt(2.0) * expected.deviation / std::sqrt(1'000.0));
  EXPECT_NEAR(deviation / expected.deviation, 1, 0.1);
}

constexpr double rate_a = 3.685;
constexpr double rate_b = 2.816;
INSTANTIATE_TEST_SUITE_P(
    Simulation, Urn,
    ::testing::Values(UrnCase{"strong", {rate_a, rate_b, 609, 379, 1'000}, 0.7012, 0.0207},
                      UrnCase{"strong_corrected", {rate_a, rate_b, 609, 379, 1'000, true}, 0.5799, 0.0126},
                      UrnCase{"strong_corrected_tenth", {rate_a, rate_b, 609, 379, 1'000, true, 0.1}, 0.6064, 0.0036},
                      UrnCase{"weak", {rate_a, rate_b, 6.09, 3.79, 1'000}, 0.8384, 0.1502},
                      UrnCase{"weak_corrected", {rate_a, rate_b, 6.09, 3.79, 1'000, true}, 0.5679, 0.0172},
                      UrnCase{"long", {rate_a, rate_b, 609, 379, 10'000}, 0.7997, 0.0162},
                      UrnCase{"long_corrected", {rate_a, rate_b, 609, 379, 10'000, true}, 0.5685, 0.0055},
                      UrnCase{"equal", {3, 3, 20, 10, 1'000}, 0.6623, 0.1427},
                      UrnCase{"equal_corrected", {3, 3, 20, 10, 1'000, true}, 0.5014, 0.0166}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace quadrille::simulation
