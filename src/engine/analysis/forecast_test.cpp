#include "engine/analysis/forecast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace quadrille::analysis {
namespace {

constexpr ForecastMethod all_methods[] = {ForecastMethod::history, ForecastMethod::decay, ForecastMethod::kernel,
                                          ForecastMethod::sepp, ForecastMethod::blend};

std::vector<geo::Point> square_of_places(int side) {
  std::vector<geo::Point> places;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) places.push_back({x * 100.0, y * 100.0});
  return places;
}

// Poisson counts with a rate of each place and day.
template <class RateOf>
std::vector<PlaceDayCount> draw(std::uint64_t seed, std::size_t places, std::int32_t days, const RateOf& rate_of) {
  Random random({seed}, 0);
  std::vector<PlaceDayCount> events;
  for (std::int32_t day = 0; day < days; ++day)
    for (std::uint32_t place = 0; place < places; ++place)
      if (const auto count = random.next_poisson(rate_of(place, day)); count > 0)
        events.push_back({place, day, static_cast<std::int32_t>(count)});
  return events;
}

double uneven(std::uint32_t place) { return 0.02 + (place % 7 == 0 ? 0.3 : 0) + (place % 31 == 0 ? 0.8 : 0); }

TEST(Forecast, expected_counts_are_those_of_the_process) {
  const auto places = square_of_places(10);
  const auto events = draw(1, places.size(), 800, [](std::uint32_t p, std::int32_t) { return uneven(p); });
  const auto counts = AreaCounts::checked(places, events, {});
  ASSERT_TRUE(counts);
  for (const auto method : all_methods) {
    const auto choices = choose_forecast(*counts, std::array{method}, 799, 7, Progress());
    ASSERT_TRUE(choices);
    const auto expected = forecast(*counts, choices->front(), 799, 7);
    double total = 0;
    double truth = 0;
    for (std::uint32_t p = 0; p < places.size(); ++p) {
      total += (*expected)[p];
      truth += 7 * uneven(p);
    }
    EXPECT_NEAR(total / truth, 1, 0.12) << name_of(method);
    if (method == ForecastMethod::history)
      for (std::uint32_t p = 0; p < places.size(); ++p) EXPECT_NEAR((*expected)[p], 7 * uneven(p), 0.8);
  }
}

TEST(Forecast, nothing_after_the_training_time_is_looked_at) {
  const auto places = square_of_places(8);
  auto events = draw(2, places.size(), 400, [](std::uint32_t p, std::int32_t) { return uneven(p); });
  const auto with_future = AreaCounts::checked(places, events, {});
  std::erase_if(events, [](const PlaceDayCount& one) { return one.day > 300; });
  const auto without = AreaCounts::checked(places, events, {});
  for (const auto method : all_methods) {
    const auto a = choose_forecast(*with_future, std::array{method}, 300, 7, Progress())->front();
    const auto b = choose_forecast(*without, std::array{method}, 300, 7, Progress())->front();
    EXPECT_EQ(a.training_log_score, b.training_log_score) << name_of(method);
    EXPECT_EQ(*forecast(*with_future, a, 300, 7), *forecast(*without, b, 300, 7)) << name_of(method);
  }
}

TEST(Forecast, rates_are_per_observed_day) {
  const auto places = square_of_places(6);
  auto events = draw(3, places.size(), 700, [](std::uint32_t p, std::int32_t) { return uneven(p); });
  std::vector<std::int32_t> observed;
  for (std::int32_t day = 0; day < 700; ++day)
    if (day / 7 % 2 == 0) observed.push_back(day);
  std::erase_if(events, [](const PlaceDayCount& one) { return one.day / 7 % 2 != 0; });
  const auto counts = AreaCounts::checked(places, events, observed);
  ASSERT_TRUE(counts);
  for (const auto method : {ForecastMethod::history, ForecastMethod::decay, ForecastMethod::blend}) {
    const auto choice = choose_forecast(*counts, std::array{method}, 692, 7, Progress())->front();
    const auto expected = *forecast(*counts, choice, 692, 7);
    double truth = 0;
    for (std::uint32_t p = 0; p < places.size(); ++p) truth += 7 * uneven(p);
    EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0) / truth, 1, 0.2) << name_of(method);
  }
}

TEST(Forecast, what_moves_is_followed_and_what_stays_is_remembered) {
  const auto places = square_of_places(10);
  // Every 120 days the busy places change.
  const auto moving = draw(4, places.size(), 960, [](std::uint32_t p, std::int32_t day) {
    return p % 10 == static_cast<std::uint32_t>(day / 120) % 10 ? 0.6 : 0.03;
  });
  const auto still = draw(5, places.size(), 960, [](std::uint32_t p, std::int32_t) { return uneven(p) / 3; });
  const auto first_of = [&](const std::vector<PlaceDayCount>& events) {
    const auto counts = AreaCounts::checked(places, events, {});
    return choose_forecast(*counts, std::array{ForecastMethod::history, ForecastMethod::decay}, 900, 7, Progress())
        ->front();
  };
  EXPECT_EQ(first_of(moving).method, ForecastMethod::decay);
  EXPECT_LE(first_of(moving).tau_days, 60);
  const auto choice = first_of(still);
  EXPECT_TRUE(choice.method == ForecastMethod::history || choice.tau_days >= 250);
}

TEST(Forecast, scores_agree_with_their_definitions) {
  // Four places, one origin: counts after it 3, 0, 1, 0; history ranks 0, 2, 1, 3.
  std::vector<PlaceDayCount> events;
  for (std::int32_t day = 0; day < 40; ++day) {
    events.push_back({0, day, 4});
    if (day % 2 == 0) events.push_back({2, day, 3});
    if (day % 4 == 0) events.push_back({1, day, 1});
  }
  events.push_back({0, 40, 3});
  events.push_back({2, 40, 1});
  const auto counts = AreaCounts::checked(square_of_places(2), events, {});
  const std::int32_t tops[] = {1, 2};
  const ForecastChoice history{};
  const auto result = evaluate_forecast(*counts, history, {39, 39, 1}, 1, tops, {1}, Progress());
  ASSERT_TRUE(result) << result.error().message.en;
  EXPECT_EQ(result->origins, 1);
  EXPECT_EQ(result->events, 4);
  EXPECT_NEAR(result->tops[0].recall.value, 0.75, 1e-12);
  EXPECT_NEAR(result->tops[0].pai.value, 3, 1e-12);
  EXPECT_NEAR(result->tops[0].pei.value, 1, 1e-12);
  EXPECT_NEAR(result->tops[1].recall.value, 1, 1e-12);
  const auto expected = *forecast(*counts, history, 39, 1);
  double logs = 0;
  double brier = 0;
  const double after[] = {3, 0, 1, 0};
  for (std::size_t p = 0; p < 4; ++p) {
    logs += (after[p] * std::log(expected[p]) - expected[p] - std::lgamma(after[p] + 1)) / 4;
    brier += std::pow(1 - std::exp(-expected[p]) - (after[p] > 0 ? 1 : 0), 2) / 4;
  }
  EXPECT_NEAR(result->log_score.value, logs, 1e-12);
  EXPECT_NEAR(result->brier.value, brier, 1e-12);
}

TEST(Forecast, intervals_hold_the_value_and_narrow_with_more_origins) {
  const auto places = square_of_places(10);
  const auto events = draw(6, places.size(), 900, [](std::uint32_t p, std::int32_t) { return uneven(p); });
  const auto counts = AreaCounts::checked(places, events, {});
  const std::int32_t tops[] = {5};
  const auto few = *evaluate_forecast(*counts, {}, {400, 470, 7}, 7, tops, {1}, Progress());
  const auto many = *evaluate_forecast(*counts, {}, {400, 890, 7}, 7, tops, {1}, Progress());
  for (const auto& one : {few.tops[0].recall, many.tops[0].recall}) {
    EXPECT_LE(one.low, one.value);
    EXPECT_GE(one.high, one.value);
  }
  EXPECT_LT(many.tops[0].recall.high - many.tops[0].recall.low, few.tops[0].recall.high - few.tops[0].recall.low);
}

TEST(Forecast, hostile_input_is_refused_with_its_field) {
  const auto places = square_of_places(3);
  EXPECT_EQ(AreaCounts::checked({}, {}, {}).error().field, "places");
  EXPECT_EQ(AreaCounts::checked({{std::nan(""), 0}}, {}, {}).error().field, "places");
  EXPECT_EQ(AreaCounts::checked(places, {{9, 0}}, {}).error().field, "events");
  EXPECT_EQ(AreaCounts::checked(places, {{0, -1}}, {}).error().field, "events");
  EXPECT_EQ(AreaCounts::checked(places, {{0, 0, -1}}, {}).error().field, "events");
  EXPECT_EQ(AreaCounts::checked(places, {{0, 3}}, {1, 2}).error().field, "events");
  EXPECT_EQ(AreaCounts::checked(places, {}, {-2}).error().field, "observed");
  const auto counts = *AreaCounts::checked(places, {{0, 99}}, {});
  const auto choose = [&](std::int32_t until, std::int32_t horizon) {
    return choose_forecast(counts, all_methods, until, horizon, Progress()).error().field;
  };
  EXPECT_EQ(choose(200, 7), "train_until");
  EXPECT_EQ(choose(10, 1), "train_until");
  EXPECT_EQ(choose(99, 0), "horizon");
  EXPECT_EQ(choose(99, 50), "horizon");
  EXPECT_EQ(choose_forecast(counts, {}, 99, 1, Progress()).error().field, "method");
  const std::int32_t top[] = {3};
  const std::int32_t too_many[] = {9};
  EXPECT_EQ(evaluate_forecast(counts, {}, {50, 40, 1}, 7, top, {1}, Progress()).error().field, "origins");
  EXPECT_EQ(evaluate_forecast(counts, {}, {99, 99, 1}, 7, top, {1}, Progress()).error().field, "origins");
  EXPECT_EQ(evaluate_forecast(counts, {}, {50, 60, 1}, 7, too_many, {1}, Progress()).error().field, "top");
  // Nothing happened at all: an answer without a number that is none.
  const auto quiet =
      *AreaCounts::checked(places, {}, {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
                                        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33});
  for (const auto method : all_methods) {
    const auto expected = forecast(quiet, {.method = method, .tau_days = 30, .sigma_m = 100}, 33, 3);
    ASSERT_TRUE(expected);
    for (const double one : *expected) EXPECT_TRUE(std::isfinite(one) && one >= 0) << name_of(method);
  }
}

}  // namespace
}  // namespace quadrille::analysis
