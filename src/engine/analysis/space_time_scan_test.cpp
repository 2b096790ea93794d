#include "engine/analysis/space_time_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

struct ReferenceSet {
  std::vector<geo::Point> places;
  std::vector<ScanEvents> events;
};

// `stem`_loc.csv (id,x,y) and `stem`_events.csv (loc,day) of the reference data; nothing when they are absent.
std::optional<ReferenceSet> read_reference(const std::string& stem) {
  const auto folder = testing::data_folder() / "reference";
  std::ifstream locations(folder / (stem + "_loc.csv"));
  std::ifstream events(folder / (stem + "_events.csv"));
  if (!locations || !events) return std::nullopt;
  ReferenceSet set;
  std::string line;
  std::getline(locations, line);
  for (unsigned id = 0; std::getline(locations, line);) {
    geo::Point point;
    std::sscanf(line.c_str(), "%u,%lf,%lf", &id, &point.x_m, &point.y_m);
    set.places.push_back(point);
  }
  std::getline(events, line);
  while (std::getline(events, line)) {
    ScanEvents event;
    std::sscanf(line.c_str(), "%u,%d", &event.place, &event.day);
    set.events.push_back(event);
  }
  return set;
}

std::vector<ScanCluster> scan(const ReferenceSet& set, std::int32_t days, const ScanOptions& options) {
  const auto input = ScanInput::checked(set.places, set.events, days);
  EXPECT_TRUE(input) << input.error().message.en;
  auto clusters = prospective_permutation_scan(*input, options, Progress());
  EXPECT_TRUE(clusters) << clusters.error().message.en;
  return *clusters;
}

bool same(const ScanCluster& a, const ScanCluster& b) {
  return a.centre == b.centre && a.places == b.places && a.first_day == b.first_day && a.observed == b.observed &&
         a.log_likelihood_ratio == b.log_likelihood_ratio && a.p == b.p;
}

// Random events on random places, for comparison with trying everything.
ReferenceSet random_set(std::uint64_t seed, std::int32_t days, int places = 12, int events = 60) {
  Random random({seed}, 0);
  ReferenceSet set;
  for (int i = 0; i < places; ++i)
    set.places.push_back({std::floor(random.next_uniform() * 6) * 100, std::floor(random.next_uniform() * 6) * 100});
  for (int i = 0; i < events; ++i)
    set.events.push_back({random.next_below(static_cast<std::uint32_t>(places)),
                          static_cast<std::int32_t>(random.next_below(static_cast<std::uint32_t>(days)))});
  return set;
}

// The definition, word by word: every circle, every window that ends today.
double brute_force_best(const ReferenceSet& set, std::int32_t days, double radius_m, std::int32_t days_max) {
  double best = 0;
  const auto total = static_cast<double>(set.events.size());
  for (const auto& centre : set.places) {
    std::set<double> radii;
    for (const auto& place : set.places) radii.insert(geo::squared_distance(centre, place));
    for (const double squared : radii) {
      if (squared > radius_m * radius_m) continue;
      for (std::int32_t length = 1; length <= days_max; ++length) {
        double inside = 0;
        double in_zone = 0;
        double in_window = 0;
        for (const auto& event : set.events) {
          const bool is_in_zone = geo::squared_distance(centre, set.places[event.place]) <= squared;
          const bool is_in_window = event.day >= days - length;
          inside += is_in_zone && is_in_window ? 1 : 0;
          in_zone += is_in_zone ? 1 : 0;
          in_window += is_in_window ? 1 : 0;
        }
        const double expected = in_zone * in_window / total;
        if (in_zone > total / 2 || inside < 2 || inside <= expected) continue;
        const double llr = inside * std::log(inside / expected) +
                           (inside < total ? (total - inside) * std::log((total - inside) / (total - expected)) : 0);
        best = std::max(best, llr);
      }
    }
  }
  return best;
}

TEST(SpaceTimeScan, agrees_with_trying_every_circle_and_window) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto set = random_set(seed, 10);
    const auto clusters = scan(set, 10, {.radius_max = 250_m, .days_max = 4, .replicas = 9, .seed = {1}});
    const double best = brute_force_best(set, 10, 250, 4);
    if (clusters.empty()) continue;  // every replica did better: p = 1, nothing is reported
    EXPECT_NEAR(clusters.front().log_likelihood_ratio, best, 1e-9) << seed;
    ++compared;
  }
  EXPECT_GE(compared, 25);
}

TEST(SpaceTimeScan, agrees_with_satscan) {
  const auto set = read_reference("stperm5k");
  if (!set) GTEST_SKIP() << "reference data absent: agreement with SaTScan NOT TESTED";
  // SaTScan 10.3.2, prospective, radius 1 km, 30 days, 999 replicas: st5k_pro_1km_30d_999.out.txt.
  const auto clusters =
      scan(*set, 180, {.radius_max = 1_km, .days_max = 30, .replicas = 999, .seed = {20}, .threads = 2});
  ASSERT_GE(clusters.size(), 4U);
  struct Expected {
    std::uint32_t centre;
    std::size_t places;
    double radius_m;
    std::int32_t first_day;
    std::int64_t observed;
    double expected;
    double llr;
    double p;
  };
  const std::vector<Expected> expected{{254, 13, 798.62, 170, 92, 21.19, 64.774448, 0.001},
                                       {379, 5, 924.59, 171, 12, 3.65, 5.929985, 0.686},
                                       {343, 1, 0, 173, 4, 0.52, 4.672739, 0.984},
                                       {405, 8, 978.63, 156, 29, 16.21, 4.097950, 0.999}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(clusters[i].centre, expected[i].centre);
    EXPECT_EQ(clusters[i].places.size(), expected[i].places);
    EXPECT_NEAR(clusters[i].radius_m, expected[i].radius_m, 0.005);
    EXPECT_EQ(clusters[i].first_day, expected[i].first_day);
    EXPECT_EQ(clusters[i].observed, expected[i].observed);
    EXPECT_NEAR(clusters[i].expected, expected[i].expected, 0.005);
    EXPECT_NEAR(clusters[i].log_likelihood_ratio, expected[i].llr, 1e-6);
    const double monte_carlo_error = 4 * std::sqrt(2 * expected[i].p * (1 - expected[i].p) / 999);
    EXPECT_NEAR(clusters[i].p, expected[i].p, monte_carlo_error + 0.001);
  }
}

TEST(SpaceTimeScan, is_the_same_for_any_number_of_threads) {
  const auto set = random_set(3, 30, 60, 600);
  const ScanOptions options{.radius_max = 200_m, .days_max = 7, .replicas = 199, .seed = {5}};
  const auto one = scan(set, 30, options);
  for (const int threads : {2, 3, 5}) {
    auto many = options;
    many.threads = threads;
    const auto other = scan(set, 30, many);
    ASSERT_EQ(other.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(same(one[i], other[i]));
  }
}

TEST(SpaceTimeScan, a_planted_cluster_is_found_where_and_since_when_it_is) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto set = random_set(seed, 60, 100, 1500);
    for (std::int32_t day = 55; day < 60; ++day)
      for (int i = 0; i < 5; ++i) set.events.push_back({7, day});
    const auto clusters = scan(set, 60, {.radius_max = 250_m, .days_max = 14, .replicas = 99, .seed = {seed}});
    const bool holds_it = !clusters.empty() && std::ranges::find(clusters[0].places, 7U) != clusters[0].places.end();
    if (holds_it && clusters[0].p <= 0.05 && clusters[0].first_day >= 52) ++found;
  }
  EXPECT_GE(found, 9);
}

TEST(SpaceTimeScan, without_a_cluster_alarms_come_at_the_stated_rate) {
  int alarms = 0;
  constexpr int trials = 200;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    const auto clusters = scan(random_set(1000 + seed, 20, 30, 300), 20,
                               {.radius_max = 200_m, .days_max = 5, .replicas = 39, .seed = {seed}});
    if (!clusters.empty() && clusters[0].p <= 0.1) ++alarms;
  }
  // Binomial(200, 0.1): mean 20, standard deviation 4.2.
  EXPECT_GE(alarms, 7);
  EXPECT_LE(alarms, 34);
}

TEST(SpaceTimeScan, bad_input_is_refused_with_its_field) {
  const std::vector<geo::Point> places{{0, 0}, {1, 1}};
  EXPECT_EQ(ScanInput::checked({}, {{0, 0}}, 3).error().field, "places");
  EXPECT_EQ(ScanInput::checked({{std::nan(""), 0}}, {{0, 0}}, 3).error().field, "places");
  EXPECT_EQ(ScanInput::checked(places, {{2, 0}, {0, 0}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::checked(places, {{0, 3}, {0, 0}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::checked(places, {{0, 0, -1}, {0, 0, 5}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::checked(places, {{0, 0}}, 3).error().field, "events");
  const auto input = ScanInput::checked(places, {{0, 0, 5}, {1, 2, 5}}, 3);
  ASSERT_TRUE(input);
  EXPECT_EQ(prospective_permutation_scan(*input, {.radius_max = {-1}, .days_max = 1}, Progress()).error().field,
            "radius_max_m");
  EXPECT_EQ(prospective_permutation_scan(*input, {.radius_max = 1_m, .days_max = 3}, Progress()).error().field,
            "days_max");
  EXPECT_EQ(
      prospective_permutation_scan(*input, {.radius_max = 1_m, .days_max = 1, .replicas = 0}, Progress()).error().field,
      "replicas");
}

TEST(SpaceTimeScan, can_be_cancelled) {
  const auto set = random_set(3, 30, 60, 600);
  const auto input = ScanInput::checked(set.places, set.events, 30);
  Progress progress;
  progress.cancel();
  EXPECT_EQ(
      prospective_permutation_scan(*input, {.radius_max = 200_m, .days_max = 7, .replicas = 99}, progress).error().kind,
      ErrorKind::unavailable);
}

TEST(SpaceTimeScan, everything_at_one_place_has_no_cluster) {
  const auto input = ScanInput::checked({{5, 5}}, {{0, 0, 10}, {0, 2, 10}}, 3);
  const auto clusters = prospective_permutation_scan(
      *input, {.radius_max = 200_m, .share_max = 1, .days_max = 2, .replicas = 99}, Progress());
  ASSERT_TRUE(clusters);
  EXPECT_TRUE(clusters->empty());
}

}  // namespace
}  // namespace quadrille::analysis
