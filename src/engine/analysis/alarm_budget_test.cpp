#include "engine/analysis/alarm_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/analysis/change.h"
#include "engine/analysis/space_time_scan.h"
#include "engine/geo/sector_index.h"
#include "engine/simulation/city.h"

namespace quadrille::analysis {
namespace {

TEST(AlarmBudget, is_shared_out_over_looks_and_never_passed) {
  const std::vector<AlarmSource> sources{{"change", 30, 0.5}, {"scan", 7, 0.5}};
  const auto levels = share_out_alarms(3, sources);
  ASSERT_TRUE(levels);
  EXPECT_DOUBLE_EQ((*levels)[0].level, 0.05);
  EXPECT_DOUBLE_EQ((*levels)[0].false_alarms_per_week, 1.5);
  // 1.5 over 7 looks would be .21: no alarm is called at such a level.
  EXPECT_DOUBLE_EQ((*levels)[1].level, alarm_level_max);
  EXPECT_LE((*levels)[0].false_alarms_per_week + (*levels)[1].false_alarms_per_week, 3);
  const auto none = share_out_alarms(3, std::vector<AlarmSource>{{"change", 30, 0}});
  EXPECT_EQ((*none)[0].level, 0);
}

TEST(AlarmBudget, bad_input_is_refused_with_its_field) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto field = [](double budget, std::vector<AlarmSource> sources) {
    return share_out_alarms(budget, sources).error().field;
  };
  EXPECT_EQ(field(0, {{"a", 1, 1}}), "budget");
  EXPECT_EQ(field(nan, {{"a", 1, 1}}), "budget");
  EXPECT_EQ(field(3, {}), "sources");
  EXPECT_EQ(field(3, {{"a", 1, 0.5}, {"a", 1, 0.5}}), "sources");
  EXPECT_EQ(field(3, {{"a", 0, 1}}), "looks_per_week");
  EXPECT_EQ(field(3, {{"a", nan, 1}}), "looks_per_week");
  EXPECT_EQ(field(3, {{"a", 1, -1}}), "share");
  EXPECT_EQ(field(3, {{"a", 1, nan}}), "share");
  EXPECT_EQ(field(3, {{"a", 1, 0.6}, {"b", 1, 0.6}}), "share");
}

// The reported facts of the simulated city, their days dealt anew: the places and the busy days of a real register, and
// nothing to find.
struct Quiet {
  std::vector<std::uint32_t> sectors;  // by fact; facts outside have none
  std::vector<geo::Point> places;
  std::vector<std::uint32_t> place_of_fact;
  std::vector<std::int32_t> days;
  std::uint32_t sector_count = 0;
};

Quiet quiet_city(std::int32_t days) {
  const auto city =
      simulation::generate_city({.seed = {5}, .first_day = *make_date(2022, 1, 3), .days = days, .facts = 40'000});
  std::vector<geo::MultiPolygon> shapes;
  for (const auto& sector : city.sectors)
    if (sector.parent >= 0) shapes.push_back(sector.shape);
  Quiet quiet{.sector_count = static_cast<std::uint32_t>(shapes.size())};
  const geo::SectorIndex index(std::move(shapes));
  std::map<std::pair<std::int64_t, std::int64_t>, std::uint32_t> cells;
  for (const auto& fact : city.facts) {
    if (fact.is_discovered || !fact.place) continue;
    const auto sector = index.find(*fact.place);
    if (!sector) continue;
    quiet.sectors.push_back(static_cast<std::uint32_t>(*sector));
    quiet.days.push_back(fact.day - *make_date(2022, 1, 3));
    const std::pair cell{static_cast<std::int64_t>(std::floor(fact.place->x_m / 400)),
                         static_cast<std::int64_t>(std::floor(fact.place->y_m / 400))};
    const auto [at, is_new] = cells.emplace(cell, static_cast<std::uint32_t>(cells.size()));
    if (is_new)
      quiet.places.push_back(
          {400.0 * static_cast<double>(cell.first) + 200, 400.0 * static_cast<double>(cell.second) + 200});
    quiet.place_of_fact.push_back(at->second);
  }
  Random(Seed{8}, 0).shuffle(std::span(quiet.days));
  return quiet;
}

int alarms_of_change(const Quiet& quiet, std::int32_t weeks, std::int32_t judged, double level) {
  std::vector<std::vector<std::int64_t>> counts(quiet.sector_count,
                                                std::vector<std::int64_t>(static_cast<std::size_t>(weeks), 0));
  for (std::size_t i = 0; i < quiet.days.size(); ++i)
    if (const auto week = static_cast<std::size_t>(quiet.days[i] / 7); week < static_cast<std::size_t>(weeks))
      ++counts[quiet.sectors[i]][week];
  int alarms = 0;
  for (const auto& sector : counts) {
    std::vector<WeekCount> series;
    for (std::int32_t week = 0; week < weeks; ++week) series.push_back({week, sector[static_cast<std::size_t>(week)]});
    const auto verdicts = farrington(series, {.years_back = 3, .weeks_left_out = 4, .alpha = level});
    EXPECT_TRUE(verdicts);
    for (const auto& verdict : *verdicts) alarms += verdict.week >= weeks - judged && verdict.is_alarm ? 1 : 0;
  }
  return alarms;
}

int alarms_of_scan(const Quiet& quiet, std::int32_t days, std::int32_t looks, double level) {
  int alarms = 0;
  const auto neighbours = scan_neighbours(quiet.places, Metres{1000});
  for (std::int32_t day = days - looks; day < days; ++day) {
    std::vector<PlaceDayCount> events;
    for (std::size_t i = 0; i < quiet.days.size(); ++i)
      if (quiet.days[i] > day - 90 && quiet.days[i] <= day)
        events.push_back({quiet.place_of_fact[i], quiet.days[i] - (day - 89)});
    const auto input = ScanInput::permutation(quiet.places, events, 90);
    EXPECT_TRUE(input);
    const auto found = scan(*input, **neighbours,
                            {.days_max = 28, .replicas = 59, .seed = {static_cast<std::uint64_t>(day)}}, Progress());
    EXPECT_TRUE(found);
    alarms += !found->clusters.empty() && found->clusters.front().p <= level ? 1 : 0;
  }
  return alarms;
}

TEST(AlarmBudget, on_the_simulated_city_with_nothing_to_find_all_methods_together_keep_to_it) {
  constexpr std::int32_t weeks = 212;
  constexpr std::int32_t judged = 52;
  constexpr std::int32_t looks = 28;
  const auto quiet = quiet_city(weeks * 7);
  ASSERT_GT(quiet.sector_count, 10U);
  ASSERT_GT(quiet.days.size(), 10'000U);
  // The shares of the picture (services/studies/weeks.cpp).
  const std::vector<AlarmSource> sources{{"habits", static_cast<double>(quiet.sector_count), 0.9},
                                         {"clusters", 7, 0.1}};
  const auto levels = share_out_alarms(false_alarms_per_week_by_default, sources);
  ASSERT_TRUE(levels);
  const double change = alarms_of_change(quiet, weeks, judged, (*levels)[0].level) / static_cast<double>(judged);
  const double scans = alarms_of_scan(quiet, weeks * 7, looks, (*levels)[1].level) / (looks / 7.0);
  EXPECT_LE(change + scans, 3 + 2 * std::sqrt(3.0 / judged) + 2 * std::sqrt(0.3 / (looks / 7.0)));
  // A budget nobody uses would be a test that cannot fail.
  EXPECT_GT(change, 0.3);
}

}  // namespace
}  // namespace quadrille::analysis
