// Regression to the mean, and other dates than those of the operations.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "engine/analysis/operation_dates.h"
#include "engine/analysis/regression_to_mean.h"

namespace quadrille::analysis {
namespace {

// 400 places whose rates are gamma (shape 2, mean 6); the 40 with the highest counts are treated.
std::vector<PlaceBeforeAfter> treated_at_their_peak(std::uint64_t seed, double effect) {
  Random random({seed}, 0);
  std::vector<PlaceBeforeAfter> places;
  std::vector<double> rates;
  for (int i = 0; i < 400; ++i) {
    rates.push_back(random.next_exponential(1.0 / 3) + random.next_exponential(1.0 / 3));
    places.push_back({static_cast<double>(random.next_poisson(rates.back())), 0, false});
  }
  std::vector<std::size_t> order(400);
  for (std::size_t i = 0; i < 400; ++i) order[i] = i;
  std::ranges::sort(order, std::ranges::greater(), [&](std::size_t i) { return std::pair(places[i].before, i); });
  for (std::size_t i = 0; i < 40; ++i) places[order[i]].is_treated = true;
  for (std::size_t i = 0; i < 400; ++i)
    places[i].after = static_cast<double>(random.next_poisson(rates[i] * 1.1 * (places[i].is_treated ? effect : 1)));
  return places;
}

TEST(RegressionToMean, agrees_with_its_worked_example) {
  // Counts 0 to 8 and 24: mean 6, variance 420 / 9; the mean weighs 6 / 46.67 = .128571.
  std::vector<PlaceBeforeAfter> places;
  for (int i = 0; i < 9; ++i) places.push_back({static_cast<double>(i), 4, false});
  places.push_back({24, 15, true});
  const auto found = correct_regression_to_mean(places);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->shrinkage, 0.1285714286, 1e-10);
  EXPECT_NEAR(found->expected_before, 21.6857142857, 1e-9);
  EXPECT_NEAR(found->by_itself, 1 - 21.6857142857 / 24, 1e-9);
  const double others = 9 * 0.1285714286 * 6 + 0.8714285714 * 36;
  EXPECT_NEAR(found->growth, 36 / others, 1e-9);
  EXPECT_NEAR(found->corrected.estimate, 15 / (21.6857142857 * 36 / others), 1e-9);
  EXPECT_NEAR(found->naive.estimate, 15.0 / 24 / (36.0 / 36), 1e-12);
  EXPECT_FALSE(found->matched);
  EXPECT_EQ(found->matched_places, 0);
}

TEST(RegressionToMean, what_falls_by_itself_is_no_effect) {
  constexpr int trials = 300;
  int naive_alarms = 0;
  int alarms = 0;
  double sum = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto found = correct_regression_to_mean(treated_at_their_peak(static_cast<std::uint64_t>(trial), 1));
    ASSERT_TRUE(found);
    naive_alarms += std::abs(found->naive.z) > 1.96 ? 1 : 0;
    alarms += std::abs(found->corrected.z) > 1.96 ? 1 : 0;
    sum += std::log(found->corrected.estimate);
    EXPECT_GT(found->by_itself, 0.05);
  }
  EXPECT_GT(naive_alarms, trials * 8 / 10);
  EXPECT_LE(alarms, trials * 0.05 + 3 * std::sqrt(trials * 0.05 * 0.95));
  EXPECT_NEAR(sum / trials, 0, 0.02);
}

TEST(RegressionToMean, an_effect_is_found_at_its_size) {
  double sum = 0;
  double matched = 0;
  int matches = 0;
  for (std::uint64_t trial = 0; trial < 200; ++trial) {
    const auto found = correct_regression_to_mean(treated_at_their_peak(1000 + trial, 0.7));
    ASSERT_TRUE(found);
    sum += std::log(found->corrected.estimate) / 200;
    if (!found->matched) continue;
    matched += std::log(found->matched->estimate);
    ++matches;
  }
  EXPECT_NEAR(std::exp(sum), 0.7, 0.02);
  // The few at the threshold that were left alone are lower peaks than the treated: between naive and corrected.
  if (matches > 20) EXPECT_NEAR(std::exp(matched / matches), 0.66, 0.1);
}

TEST(RegressionToMean, bad_input_is_refused_with_its_field) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<PlaceBeforeAfter> places(12, {3, 4, false});
  EXPECT_EQ(correct_regression_to_mean(places).error().field, "treated");
  places[0].is_treated = true;
  EXPECT_TRUE(correct_regression_to_mean(places));
  EXPECT_EQ(correct_regression_to_mean(std::span(places).first(9)).error().field, "places");
  EXPECT_EQ(correct_regression_to_mean({}).error().field, "places");
  places[3].before = -1;
  EXPECT_EQ(correct_regression_to_mean(places).error().field, "before");
  places[3] = {3, nan, false};
  EXPECT_EQ(correct_regression_to_mean(places).error().field, "after");
  places[3] = {3, 4, false};
  places[0] = {0, 0, true};
  EXPECT_EQ(correct_regression_to_mean(places).error().field, "treated");
}

// 12 treated units of 30, starts one after the other; counts Poisson with a common season.
Panel staggered(std::uint64_t seed, double effect, std::uint32_t starts_apart) {
  Random random({seed}, 1);
  std::vector<PanelRow> rows;
  for (std::uint32_t unit = 0; unit < 30; ++unit) {
    const bool is_treated = unit < 12;
    const auto start = static_cast<std::int32_t>(10 + unit * starts_apart);
    const double rate = 4 + random.next_exponential(0.25);
    for (std::int32_t t = 0; t < 40; ++t) {
      const bool is_post = is_treated && t >= start;
      const double season = 1 + 0.3 * std::sin(t / 5.0);
      rows.push_back({unit, t, is_treated, is_post,
                      static_cast<double>(random.next_poisson(rate * season * (is_post ? effect : 1)))});
    }
  }
  return *Panel::checked(rows);
}

TEST(OperationDates, without_an_effect_any_dates_do_as_well) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto found = permute_operation_dates(staggered(seed, 1, 2), {.replicas = 99, .seed = {seed}}, Progress());
    ASSERT_TRUE(found);
    alarms += found->p <= 0.05 ? 1 : 0;
  }
  EXPECT_LE(alarms, 10 + 3 * std::sqrt(200 * 0.05 * 0.95));
}

TEST(OperationDates, dates_that_matter_are_told_from_others) {
  int found_out = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto found = permute_operation_dates(staggered(seed, 0.6, 2), {.replicas = 199, .seed = {seed}}, Progress());
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->log_ratio, std::log(0.6), 0.25);
    EXPECT_NEAR(found->log_ratio, difference_in_differences(staggered(seed, 0.6, 2))->effect.log_ratio, 1e-12);
    found_out += found->p <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(found_out, 25);
  const auto together = permute_operation_dates(staggered(5, 0.5, 0), {.replicas = 199, .seed = {1}}, Progress());
  ASSERT_TRUE(together);
  EXPECT_GE(together->p, 1 / 200.0);
}

TEST(OperationDates, is_the_same_for_any_number_of_threads_and_can_be_cancelled) {
  const auto panel = staggered(3, 0.9, 1);
  const auto one = permute_operation_dates(panel, {.replicas = 500, .seed = {7}, .threads = 1}, Progress());
  const auto three = permute_operation_dates(panel, {.replicas = 500, .seed = {7}, .threads = 3}, Progress());
  EXPECT_EQ(one->p, three->p);
  Progress progress;
  progress.cancel();
  EXPECT_EQ(permute_operation_dates(panel, {.replicas = 500, .seed = {7}}, progress).error().kind,
            ErrorKind::unavailable);
  EXPECT_EQ(permute_operation_dates(panel, {.replicas = 0, .seed = {7}}, Progress()).error().field, "replicas");
}

}  // namespace
}  // namespace quadrille::analysis
