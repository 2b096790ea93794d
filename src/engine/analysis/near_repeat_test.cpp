#include "engine/analysis/near_repeat.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "engine/analysis/self_exciting.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

std::vector<TimedPoint> read_events(const char* name) {
  std::ifstream file(testing::data_folder() / "reference" / name);
  std::vector<TimedPoint> events;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    TimedPoint event;
    std::sscanf(line.c_str(), "%lf,%lf,%lf", &event.point.x_m, &event.point.y_m, &event.day);
    events.push_back(event);
  }
  return events;
}

std::vector<TimedPoint> random_events(std::uint64_t seed, int count, double extent_m, double days) {
  Random random({seed}, 0);
  std::vector<TimedPoint> events;
  for (int i = 0; i < count; ++i)
    events.push_back({{std::floor(random.next_uniform() * extent_m), std::floor(random.next_uniform() * extent_m)},
                      std::floor(random.next_uniform() * days)});
  return events;
}

TEST(NearRepeat, agrees_with_the_reference_and_its_own_replicas) {
  const auto events = read_events("knox20k.csv");
  if (events.empty()) GTEST_SKIP() << "reference data absent: Knox NOT COMPARED";
  const auto result =
      knox(events, {.near = 200_m, .near_days = 14, .replicas = 19, .seed = {1}, .threads = 2}, Progress());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->observed, 28'992);
  EXPECT_NEAR(result->expected, 26'806.125346, 1e-6);
  EXPECT_NEAR(result->deviation, 163.1, 0.05);
  EXPECT_EQ(result->p, 0.05);
}

TEST(NearRepeat, the_exact_moments_are_those_of_all_permutations) {
  std::vector<TimedPoint> events{{{0, 0}, 1}, {{1, 0}, 2}, {{0, 1}, 9}, {{5, 5}, 3}, {{6, 5}, 8}, {{20, 0}, 4}};
  std::vector<double> days;
  for (const auto& event : events) days.push_back(event.day);
  std::ranges::sort(days);
  double sum = 0;
  double squares = 0;
  int permutations = 0;
  const auto result = knox(events, {.near = 2_m, .near_days = 2, .replicas = 9, .seed = {1}}, Progress());
  do {
    auto dealt = events;
    for (std::size_t i = 0; i < dealt.size(); ++i) dealt[i].day = days[i];
    double count = 0;
    for (std::size_t i = 0; i < dealt.size(); ++i)
      for (std::size_t j = i + 1; j < dealt.size(); ++j)
        count +=
            geo::distance_m(dealt[i].point, dealt[j].point) <= 2 && std::abs(dealt[i].day - dealt[j].day) <= 2 ? 1 : 0;
    sum += count;
    squares += count * count;
    ++permutations;
  } while (std::next_permutation(days.begin(), days.end()));
  const double mean = sum / permutations;
  EXPECT_NEAR(result->expected, mean, 1e-12);
  EXPECT_NEAR(result->deviation, std::sqrt(squares / permutations - mean * mean), 1e-12);
}

TEST(NearRepeat, bands_are_closed_above_and_add_up_to_the_whole) {
  const auto events = random_events(3, 120, 600, 60);
  const auto bands = knox_bands(
      events, {.limits_m = {0, 50, 100, 200}, .limits_days = {0, 1, 7, 14}, .replicas = 99, .seed = {2}}, Progress());
  ASSERT_TRUE(bands);
  ASSERT_EQ(bands->size(), 16U);
  std::int64_t sum = 0;
  double expected = 0;
  for (const auto& band : *bands) {
    std::int64_t by_hand = 0;
    for (std::size_t i = 0; i < events.size(); ++i)
      for (std::size_t j = i + 1; j < events.size(); ++j) {
        const double metres = geo::distance_m(events[i].point, events[j].point);
        const double days = std::abs(events[i].day - events[j].day);
        const bool near =
            band.to_m == 0 ? metres == 0 : metres <= band.to_m && (metres > band.from_m || band.from_m < 0);
        const bool soon = band.to_days == 0 ? days == 0 : days <= band.to_days && days > band.from_days;
        by_hand += near && soon ? 1 : 0;
      }
    EXPECT_EQ(band.observed, by_hand) << band.to_m << " m, " << band.to_days << " days";
    sum += band.observed;
    expected += band.expected;
  }
  const auto whole = knox(events, {.near = 200_m, .near_days = 14, .replicas = 99, .seed = {2}}, Progress());
  EXPECT_EQ(sum, whole->observed);
  EXPECT_NEAR(expected, whole->expected, 1e-9);
  EXPECT_EQ(knox_bands(events, {.limits_m = {2, 1}, .limits_days = {1}}, Progress()).error().field, "limits_m");
  EXPECT_EQ(knox_bands(events, {.limits_m = {1}, .limits_days = {}}, Progress()).error().field, "limits_days");
}

TEST(NearRepeat, local_chances_are_those_of_dealing_the_others) {
  const auto events = random_events(5, 60, 300, 30);
  const auto local = local_knox(events, 80_m, 4, Progress());
  ASSERT_TRUE(local);
  std::int64_t twice = 0;
  for (const auto& one : *local) twice += one.observed;
  EXPECT_EQ(twice, 2 * knox(events, {.near = 80_m, .near_days = 4, .replicas = 1}, Progress())->observed);
  // One event by replicas: its own time stays, the others' are dealt.
  std::vector<double> days;
  for (std::size_t i = 1; i < events.size(); ++i) days.push_back(events[i].day);
  Random random({1}, 1);
  int as_large = 0;
  constexpr int replicas = 20'000;
  for (int r = 0; r < replicas; ++r) {
    random.shuffle(std::span(days));
    std::int64_t count = 0;
    for (std::size_t i = 1; i < events.size(); ++i)
      count += geo::distance_m(events[0].point, events[i].point) <= 80 && std::abs(events[0].day - days[i - 1]) <= 4;
    as_large += count >= (*local)[0].observed ? 1 : 0;
  }
  EXPECT_NEAR((*local)[0].p, static_cast<double>(as_large) / replicas, 0.02);
}

TEST(NearRepeat, the_company_of_each_event_can_be_cancelled) {
  const auto events = random_events(1, 60, 500, 100);
  EXPECT_TRUE(local_knox(events, Metres{200}, 14, Progress()));
  Progress cancelled;
  cancelled.cancel();
  EXPECT_EQ(local_knox(events, Metres{200}, 14, cancelled).error().kind, ErrorKind::unavailable);
}

TEST(SelfExciting, finds_the_truth_it_was_drawn_from) {
  const auto events = read_events("sepp10k.csv");
  if (events.empty()) GTEST_SKIP() << "reference data absent: the self-exciting fit is NOT COMPARED with its truth";
  const auto result = fit_self_exciting(events, {.threads = 2}, Progress());
  ASSERT_TRUE(result) << result.error().message.en;
  EXPECT_NEAR(result->fit.theta, 0.35, 0.02);
  EXPECT_NEAR(result->fit.omega_per_day, 0.1, 0.01);
  EXPECT_NEAR(result->fit.sigma_m, 100, 5);
  EXPECT_LT(result->theta->low, 0.35);
  EXPECT_GT(result->theta->high, 0.35);
  // Too smooth a background invents triggering.
  EXPECT_GT(result->sensitivity.back().theta, 0.6);
  EXPECT_LT(result->sensitivity.back().held_out_log_likelihood, result->fit.held_out_log_likelihood);
}

TEST(SelfExciting, finds_little_where_nothing_triggers) {
  Random random({9}, 0);
  std::vector<TimedPoint> events;
  for (int i = 0; i < 1'500; ++i)
    events.push_back({{random.next_uniform() * 5'000, random.next_uniform() * 5'000}, random.next_uniform() * 400});
  const auto result = fit_self_exciting(events, {}, Progress());
  ASSERT_TRUE(result);
  EXPECT_LT(result->fit.theta, 0.12);
}

TEST(SelfExciting, hostile_input_is_refused_with_its_field) {
  auto events = random_events(1, 60, 500, 100);
  EXPECT_EQ(fit_self_exciting(std::span(events).first(20), {}, Progress()).error().field, "events");
  EXPECT_EQ(fit_self_exciting(events, {.bandwidths_m = {-1}}, Progress()).error().field, "bandwidths_m");
  EXPECT_EQ(fit_self_exciting(events, {.bandwidths_m = {}, .held_out = 0.9}, Progress()).error().field, "held_out");
  Progress cancelled;
  cancelled.cancel();
  EXPECT_EQ(fit_self_exciting(events, {}, cancelled).error().kind, ErrorKind::unavailable);
  for (auto& event : events) event.day = 3;
  EXPECT_EQ(fit_self_exciting(events, {}, Progress()).error().field, "events");
  for (auto& event : events) event.point = {1, 1};
  EXPECT_EQ(fit_self_exciting(events, {}, Progress()).error().field, "events");
  events[5].day = std::nan("");
  EXPECT_EQ(fit_self_exciting(events, {}, Progress()).error().field, "events");
}

}  // namespace
}  // namespace quadrille::analysis
