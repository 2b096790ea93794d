// What nobody should hand to a method, handed to each: nothing, one point, all points equal, ties in time, NaN and
// infinity, a radius larger than the territory, negative counts, a million places. Every one is refused with the field
// named, or answered with numbers; no crash, no silent NaN.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/analysis/binned_density.h"
#include "engine/analysis/change.h"
#include "engine/analysis/density.h"
#include "engine/analysis/displacement.h"
#include "engine/analysis/emerging.h"
#include "engine/analysis/exposure.h"
#include "engine/analysis/forecast.h"
#include "engine/analysis/interval_survival.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/moran.h"
#include "engine/analysis/near_repeat.h"
#include "engine/analysis/operation_dates.h"
#include "engine/analysis/panel.h"
#include "engine/analysis/permutation_sum.h"
#include "engine/analysis/regression_to_mean.h"
#include "engine/analysis/self_exciting.h"
#include "engine/analysis/space_time_scan.h"
#include "engine/analysis/survival.h"

namespace quadrille::analysis {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

struct PointSet {
  std::string name;
  std::vector<geo::Point> points;
};

std::vector<geo::Point> spread(std::size_t count, double across_m) {
  Random random({21}, count);
  std::vector<geo::Point> points;
  for (std::size_t i = 0; i < count; ++i)
    points.push_back({random.next_uniform() * across_m, random.next_uniform() * across_m});
  return points;
}

std::vector<PointSet> point_sets() {
  const auto fine = spread(60, 1000);
  auto with = [&](geo::Point bad) {
    auto points = fine;
    points[17] = bad;
    return points;
  };
  return {{"nothing", {}},
          {"one point", {{500, 500}}},
          {"all points equal", std::vector<geo::Point>(60, {500, 500})},
          {"two places", {{0, 0}, {1000, 0}, {0, 0}, {1000, 0}, {0, 0}, {1000, 0}}},
          {"NaN", with({nan, 3})},
          {"infinity", with({3, inf})},
          {"far away", with({1e300, -1e300})},
          {"nothing wrong", fine}};
}

struct Trial {
  std::string name;
  std::function<std::string()> fault;  // empty when all is well
};

using Numbers = std::vector<double>;

template <class T>
std::string judged(const Result<T>& result, const std::function<Numbers(const T&)>& numbers_of) {
  if (!result) return result.error().field.empty() ? "refused without a field: " + result.error().message.en : "";
  for (const double number : numbers_of(*result))
    if (!std::isfinite(number)) return "answers " + std::to_string(number);
  return "";
}

std::string judged_density(const Result<Numbers>& result) {
  return judged<Numbers>(result, [](const Numbers& numbers) { return numbers; });
}

void add_density(std::vector<Trial>& trials, const PointSet& set, double sigma_m) {
  for (const auto method : {DensityMethod::exact, DensityMethod::binned, DensityMethod::adaptive})
    for (const auto edge : {EdgeCorrection::none, EdgeCorrection::uniform})
      trials.push_back({"density of " + set.name + ", method " + std::to_string(static_cast<int>(method)), [=] {
                          const auto grid = geo::Grid::covering({{0, 0}, {1000, 1000}}, Metres{50});
                          return judged_density(kernel_density(
                              set.points, grid, {.sigma = Metres{sigma_m}, .method = method, .edge = edge}));
                        }});
  trials.push_back({"binned density of " + set.name, [=] {
                      const auto grid = geo::Grid::covering({{0, 0}, {1000, 1000}}, Metres{50});
                      return judged<BinnedDensity>(BinnedDensity::make(set.points, grid, 50, sigma_m, 4),
                                                   [&](const BinnedDensity& density) { return density.on(grid); });
                    }});
}

std::vector<TimedPoint> timed(const std::vector<geo::Point>& points, const std::function<double(std::size_t)>& day) {
  std::vector<TimedPoint> events;
  for (std::size_t i = 0; i < points.size(); ++i) events.push_back({points[i], day(i)});
  return events;
}

void add_timed(std::vector<Trial>& trials, const std::string& name, const std::vector<TimedPoint>& events,
               double near_m) {
  trials.push_back({"knox of " + name, [=] {
                      return judged<Knox>(
                          knox(events, {.near = Metres{near_m}, .near_days = 7, .replicas = 19}, Progress()),
                          [](const Knox& k) { return Numbers{k.expected, k.deviation, k.z.value_or(0), k.p}; });
                    }});
  trials.push_back(
      {"bands of " + name, [=] {
         return judged<std::vector<KnoxBand>>(
             knox_bands(events, {.limits_m = {near_m / 2, near_m}, .limits_days = {3, 7}, .replicas = 19}, Progress()),
             [](const std::vector<KnoxBand>& bands) {
               Numbers numbers;
               for (const auto& band : bands)
                 numbers.insert(numbers.end(), {band.expected, band.ratio.value_or(0), band.p});
               return numbers;
             });
       }});
  trials.push_back({"local knox of " + name, [=] {
                      return judged<std::vector<LocalKnox>>(
                          local_knox(events, Metres{near_m}, 7, Progress()), [](const std::vector<LocalKnox>& all) {
                            Numbers numbers;
                            for (const auto& one : all) numbers.insert(numbers.end(), {one.expected, one.p, one.q});
                            return numbers;
                          });
                    }});
  trials.push_back({"self-exciting fit of " + name, [=] {
                      return judged<SelfExciting>(
                          fit_self_exciting(events, {.iterations_max = 20}, Progress()), [](const SelfExciting& found) {
                            return Numbers{found.fit.theta, found.fit.omega_per_day, found.fit.sigma_m,
                                           found.fit.background_per_day, found.fit.held_out_log_likelihood};
                          });
                    }});
}

void add_places(std::vector<Trial>& trials, const PointSet& set, double radius_m, std::int32_t days_max = 7) {
  std::vector<PlaceDayCount> events;
  for (std::uint32_t i = 0; i < set.points.size(); ++i) events.push_back({i, static_cast<std::int32_t>(i % 40), 1});
  trials.push_back(
      {"scan of " + set.name, [=] {
         const auto input = ScanInput::permutation(set.points, events, 40);
         if (!input) return judged<ScanInput>(input, {});
         return judged<ScanResult>(
             scan(*input, {.radius_max = Metres{radius_m}, .days_max = days_max, .replicas = 19}, Progress()),
             [](const ScanResult& found) {
               Numbers numbers;
               for (const auto& one : found.clusters)
                 numbers.insert(numbers.end(),
                                {one.radius_m, one.expected, one.log_likelihood_ratio, one.p, one.p_gumbel});
               return numbers;
             });
       }});
  trials.push_back({"forecast of " + set.name, [=] {
                      const auto counts = AreaCounts::checked(set.points, events, {});
                      if (!counts) return judged<AreaCounts>(counts, {});
                      return judged<Numbers>(forecast(*counts, {.method = ForecastMethod::history}, 30, 5),
                                             [](const Numbers& numbers) { return numbers; });
                    }});
  trials.push_back({"neighbours of " + set.name, [=] {
                      const auto lists = NeighbourLists::within(set.points, Metres{radius_m});
                      if (!lists) return judged<NeighbourLists>(lists, {});
                      const Numbers values(set.points.size(), 2);
                      auto fault =
                          judged<std::vector<GStar>>(local_g_star(values, *lists), [](const std::vector<GStar>& stars) {
                            Numbers numbers;
                            for (const auto& star : stars) numbers.insert(numbers.end(), {star.z, star.p});
                            return numbers;
                          });
                      if (!fault.empty()) return fault;
                      return judged<GlobalMoran>(global_moran(values, *lists), [](const GlobalMoran& one) {
                        return Numbers{one.i, one.expected, one.variance, one.z.value_or(0), one.p};
                      });
                    }});
}

// Grids and stacks of values.
void add_values(std::vector<Trial>& trials, const std::string& name, const Numbers& values) {
  const int columns = values.empty() ? 0 : 6;
  const int rows = values.empty() ? 0 : 5;
  trials.push_back({"Gi* of " + name, [=] {
                      auto stars = local_g_star(Field{columns, rows, values, {}}, 1);
                      auto fault = judged<std::vector<GStar>>(stars, [](const std::vector<GStar>& all) {
                        Numbers numbers;
                        for (const auto& star : all) numbers.insert(numbers.end(), {star.z, star.p});
                        return numbers;
                      });
                      if (!fault.empty() || !stars) return fault;
                      const auto exact = use_exact_p(values, *stars);
                      return !exact && exact.error().field.empty() ? std::string("exact p refused without a field")
                                                                   : "";
                    }});
  trials.push_back({"Moran of " + name, [=] {
                      return judged<std::vector<LocalMoran>>(local_moran(values, NeighbourLists::queen(columns, rows)),
                                                             [](const std::vector<LocalMoran>& all) {
                                                               Numbers numbers;
                                                               for (const auto& one : all)
                                                                 numbers.insert(numbers.end(),
                                                                                {one.i, one.z.value_or(0), one.p});
                                                               return numbers;
                                                             });
                    }});
  trials.push_back({"emerging of " + name, [=] {
                      Numbers stack;
                      for (int step = 0; step < 6; ++step) stack.insert(stack.end(), values.begin(), values.end());
                      return judged<std::vector<EmergingCell>>(
                          emerging_hot_spots({columns, rows, 6, stack}, {}, Progress()),
                          [](const std::vector<EmergingCell>& cells) {
                            Numbers numbers;
                            for (const auto& cell : cells)
                              numbers.insert(numbers.end(), {cell.last_z, cell.trend_z, cell.trend_p});
                            return numbers;
                          });
                    }});
  trials.push_back({"sums of " + name, [=] {
                      return judged<PermutationSums>(PermutationSums::make(values, 9), [](const PermutationSums& sums) {
                        return Numbers{sums.upper_tail(4, 3)};
                      });
                    }});
}

void add_weeks(std::vector<Trial>& trials, const std::string& name, const std::vector<WeekCount>& series) {
  const auto numbers_of = [](const std::vector<WeekVerdict>& verdicts) {
    Numbers numbers;
    for (const auto& one : verdicts) numbers.insert(numbers.end(), {one.expected.value_or(0), one.upper.value_or(0)});
    return numbers;
  };
  trials.push_back({"farrington of " + name, [=] {
                      return judged<std::vector<WeekVerdict>>(farrington(series, {.years_back = 2}), numbers_of);
                    }});
  trials.push_back({"ears of " + name, [=] { return judged<std::vector<WeekVerdict>>(ears(series, {}), numbers_of); }});
  trials.push_back(
      {"cusum of " + name, [=] { return judged<std::vector<WeekVerdict>>(cusum(series, {}), numbers_of); }});
}

void add_durations(std::vector<Trial>& trials, const std::string& name, const std::vector<Duration>& rows) {
  trials.push_back({"survival of " + name, [=] {
                      const auto durations = Durations::checked(rows);
                      if (!durations) return judged<Durations>(durations, {});
                      Numbers numbers;
                      for (const auto& curve : kaplan_meier(*durations).curves)
                        for (const auto& step : curve.steps)
                          numbers.insert(numbers.end(), {step.survival, step.standard_error, step.low, step.high});
                      for (const auto& cause : aalen_johansen(*durations))
                        for (const auto& step : cause.steps)
                          numbers.insert(numbers.end(), {step.incidence, step.standard_error});
                      for (const double number : numbers)
                        if (!std::isfinite(number)) return "answers " + std::to_string(number);
                      return judged<Weibull>(fit_weibull(*durations), [](const Weibull& fit) {
                        Numbers of_fit{fit.scale, fit.log_likelihood};
                        for (const auto& one : fit.coefficients)
                          of_fit.insert(of_fit.end(), {one.estimate, one.standard_error});
                        return of_fit;
                      });
                    }});
}

void add_intervals(std::vector<Trial>& trials, const std::string& name, const std::vector<ReturnInterval>& rows) {
  trials.push_back({"intervals of " + name, [=] {
                      const auto intervals = ReturnIntervals::checked(rows);
                      if (!intervals) return judged<ReturnIntervals>(intervals, {});
                      auto fault = judged<std::vector<TurnbullCurve>>(
                          turnbull(*intervals, Progress()), [](const std::vector<TurnbullCurve>& curves) {
                            Numbers numbers;
                            for (const auto& curve : curves) {
                              numbers.insert(numbers.end(), {curve.top.log_likelihood, curve.top.gap});
                              for (const auto& one : curve.intervals)
                                numbers.insert(numbers.end(), {one.from, one.mass, one.survival_after});
                            }
                            return numbers;
                          });
                      if (!fault.empty()) return fault;
                      return judged<Weibull>(fit_weibull(*intervals), [](const Weibull& fit) {
                        Numbers numbers{fit.scale, fit.log_likelihood};
                        for (const auto& one : fit.coefficients)
                          numbers.insert(numbers.end(), {one.estimate, one.standard_error});
                        return numbers;
                      });
                    }});
}

void add_panels(std::vector<Trial>& trials, const std::string& name, const std::vector<PanelRow>& rows) {
  trials.push_back(
      {"panel of " + name, [=] {
         const auto panel = Panel::checked(rows);
         if (!panel) return judged<Panel>(panel, {});
         auto fault = judged<DifferenceInDifferences>(
             difference_in_differences(*panel), [](const DifferenceInDifferences& found) {
               return Numbers{found.effect.log_ratio, found.effect.standard_error, found.effect.low, found.effect.high,
                              found.trend_p.value_or(0)};
             });
         if (!fault.empty()) return fault;
         fault = judged<SyntheticControl>(synthetic_control(*panel, Progress()), [](const SyntheticControl& found) {
           return Numbers{found.effect, found.error_before, found.ratio.value_or(0), found.p.value_or(0)};
         });
         if (!fault.empty()) return fault;
         return judged<OperationDates>(permute_operation_dates(*panel, {.replicas = 19}, Progress()),
                                       [](const OperationDates& found) { return Numbers{found.log_ratio, found.p}; });
       }});
}

std::vector<PanelRow> panel_rows(std::uint32_t units, std::int32_t periods, double count) {
  std::vector<PanelRow> rows;
  for (std::uint32_t unit = 0; unit < units; ++unit)
    for (std::int32_t t = 0; t < periods; ++t) rows.push_back({unit, t, unit == 0, t >= periods / 2, count});
  return rows;
}

void add_tables(std::vector<Trial>& trials) {
  for (const double count : {0.0, 7.0, -1.0, nan, inf, 1e11})
    add_panels(trials, std::to_string(count), panel_rows(5, 10, count));
  add_panels(trials, "nothing", {});
  add_panels(trials, "one cell", panel_rows(1, 1, 3));
  add_panels(trials, "one period", panel_rows(5, 1, 3));
  for (const double value : {0.0, 1.0, 1e9, 1e300, -1.0, nan, inf}) {
    trials.push_back({"displacement of " + std::to_string(value), [=] {
                        return judged<Displacement>(
                            displacement({{value, 3}, {4, value}, BeforeAfter{value, 1}, {}, {}}),
                            [](const Displacement& found) {
                              return Numbers{found.wdd.estimate,   found.wdd.standard_error, found.wdd.z,
                                             found.ne.value_or(0), found.tne.value_or(0),    found.wdq.value_or(0)};
                            });
                      }});
    trials.push_back({"regression to the mean of " + std::to_string(value), [=] {
                        std::vector<PlaceBeforeAfter> places(12, {value, 4, false});
                        places[0].is_treated = true;
                        return judged<RegressionToMean>(
                            correct_regression_to_mean(places), [](const RegressionToMean& found) {
                              return Numbers{found.shrinkage, found.by_itself, found.corrected.estimate,
                                             found.corrected.interval.low, found.corrected.interval.high};
                            });
                      }});
    trials.push_back({"exposure of " + std::to_string(value), [=] {
                        const std::vector<ExposedDay> days{{0, 0, 0.5, value}, {0, 1, value, 1}, {1, 0, 0.2, 0}};
                        return judged<std::vector<ExposedRate>>(
                            exposed_rates(days, 2, {.effective_days_min = 1}), [](const std::vector<ExposedRate>& all) {
                              Numbers numbers;
                              for (const auto& one : all)
                                numbers.insert(numbers.end(), {one.rate.value_or(0), one.standard_error.value_or(0),
                                                               one.effective_days, one.share_clipped});
                              return numbers;
                            });
                      }});
  }
}

std::vector<Trial> all_trials() {
  std::vector<Trial> trials;
  for (const auto& set : point_sets()) {
    add_density(trials, set, 120);
    add_timed(trials, set.name, timed(set.points, [](std::size_t i) { return static_cast<double>(i); }), 150);
    add_timed(trials, set.name + " on one day", timed(set.points, [](std::size_t) { return 5.0; }), 150);
    add_timed(trials, set.name + " at NaN", timed(set.points, [](std::size_t) { return nan; }), 150);
    add_timed(trials, set.name + ", radius beyond the territory",
              timed(set.points, [](std::size_t i) { return static_cast<double>(i % 9); }), 1e12);
    add_places(trials, set, 150);
    add_places(trials, {set.name + ", radius beyond the territory", set.points}, 1e12);
    add_places(trials, {set.name + ", radius NaN", set.points}, nan);
    add_density(trials, {set.name + ", sigma beyond the territory", set.points}, 1e7);
    add_density(trials, {set.name + ", sigma NaN", set.points}, nan);
  }
  add_values(trials, "nothing", {});
  for (const double value : {0.0, 3.0, -2.0, 0.5, nan, inf, 1e300}) {
    add_values(trials, "all " + std::to_string(value), Numbers(30, value));
    Numbers one(30, 1.0);
    one[11] = value;
    add_values(trials, "one " + std::to_string(value), one);
  }
  add_weeks(trials, "nothing", {});
  add_weeks(trials, "one week", {{0, 3}});
  for (const std::int64_t count : {std::int64_t{0}, std::int64_t{4}, std::int64_t{-1}, std::int64_t{1} << 60}) {
    std::vector<WeekCount> series;
    for (std::int32_t week = 0; week < 200; ++week) series.push_back({week, count});
    add_weeks(trials, "all " + std::to_string(count), series);
    series[77].week = 76;
    add_weeks(trials, "a tie, all " + std::to_string(count), series);
  }
  add_durations(trials, "nothing", {});
  add_durations(trials, "one", {{3, 1, ""}});
  for (const double time : {0.0, 5.0, -1.0, nan, inf})
    for (const int cause : {0, 1, -1})
      add_durations(trials, std::to_string(time) + " by " + std::to_string(cause),
                    std::vector<Duration>(20, {time, cause, ""}));
  add_intervals(trials, "nothing", {});
  for (const double left : {0.0, 5.0, -1.0, nan, inf, 1e-300, 1e300})
    for (const double right : {0.0, 7.0, -1.0, nan, inf, 1e300})
      for (const int cause : {0, 1, -1}) {
        const auto name = std::to_string(left) + " to " + std::to_string(right) + " by " + std::to_string(cause);
        add_intervals(trials, name, {{left, right, cause, ""}});
        add_intervals(trials, name + " among others",
                      {{left, right, cause, ""}, {1, 3, 1, "a"}, {2, 6, 2, ""}, {6, 8, 1, ""}, {4, inf, 0, "a"}});
      }
  add_tables(trials);
  return trials;
}

TEST(BadInput, each_method_refuses_it_with_its_field_or_answers_with_numbers) {
  const auto trials = all_trials();
  EXPECT_GT(trials.size(), 400U);
  for (const auto& trial : trials) {
    SCOPED_TRACE(trial.name);
    const auto fault = trial.fault();
    EXPECT_EQ(fault, "") << trial.name;
  }
}

TEST(BadInput, negative_counts_and_unknown_places_are_refused_by_name) {
  const std::vector<geo::Point> places{{0, 0}, {100, 0}};
  for (const auto& bad : {PlaceDayCount{0, 3, -1}, PlaceDayCount{7, 3, 1}, PlaceDayCount{0, -3, 1}}) {
    const std::vector<PlaceDayCount> events{{0, 1, 2}, {1, 2, 2}, bad};
    EXPECT_EQ(ScanInput::permutation(places, events, 10).error().field, "events");
    EXPECT_EQ(ScanInput::bernoulli(places, {{0, 1, 2}, {1, 2, 2}}, events, 10).error().field, "controls");
    EXPECT_EQ(AreaCounts::checked(places, events, {}).error().field, "events");
  }
  for (const double population : {-1.0, nan, inf})
    EXPECT_EQ(ScanInput::poisson(places, {{0, 1, 2}, {1, 2, 2}}, 10, {1, population}).error().field, "population");
}

TEST(BadInput, a_million_places_are_answered_or_refused_in_time) {
  // Far apart: a million circles of one place each, for one replica and one day.
  const auto spread_out = spread(1'000'000, 100'000'000);
  std::vector<PlaceDayCount> events;
  for (std::uint32_t i = 0; i < spread_out.size(); i += 100)
    events.push_back({i, static_cast<std::int32_t>(i / 100 % 40), 1});
  const auto sparse = ScanInput::permutation(spread_out, events, 40);
  ASSERT_TRUE(sparse);
  EXPECT_TRUE(scan(*sparse, {.radius_max = Metres{1}, .days_max = 1, .replicas = 1}, Progress()));
  // Too many pairs in reach, found out before any is kept.
  EXPECT_EQ(scan(*sparse, {.radius_max = Metres{1e9}, .days_max = 1, .replicas = 1}, Progress()).error().field,
            "radius_max");
  const auto heap = ScanInput::permutation(std::vector<geo::Point>(1'000'000, {1, 2}), events, 40);
  ASSERT_TRUE(heap);
  EXPECT_EQ(scan(*heap, {.radius_max = Metres{10}, .days_max = 1, .replicas = 1}, Progress()).error().field,
            "radius_max");
  const auto counts = AreaCounts::checked(spread_out, events, {});
  ASSERT_TRUE(counts);
  const auto scores = forecast(*counts, {.method = ForecastMethod::history}, 35, 3);
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->size(), 1'000'000U);
  EXPECT_TRUE(std::ranges::all_of(*scores, [](double score) { return std::isfinite(score); }));
}

// A scan that would look at more cylinders than can be looked at is refused, not begun.
TEST(BadInput, a_scan_of_a_million_days_is_refused_by_name) {
  const std::vector<geo::Point> places{{0, 0}, {100, 0}, {0, 100}, {100, 100}};
  std::vector<PlaceDayCount> events;
  for (std::uint32_t i = 0; i < 200; ++i) events.push_back({i % 4, static_cast<std::int32_t>(i * 5'000), 1});
  const auto input = ScanInput::permutation(places, events, 1'000'000);
  ASSERT_TRUE(input);
  const ScanOptions options{.mode = ScanMode::retrospective, .radius_max = Metres{150}, .days_max = 400'000};
  const auto refused = scan(*input, options, Progress());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
  EXPECT_EQ(refused.error().field, "days_max");
  std::vector<geo::Point> many;
  for (int i = 0; i < 2'000; ++i) many.push_back({1000.0 * i, 0});
  const auto wide = scan(*ScanInput::permutation(many, events, 1'000'000),
                         {.mode = ScanMode::retrospective, .radius_max = Metres{1}, .days_max = 2}, Progress());
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().kind, ErrorKind::too_large);
  EXPECT_EQ(wide.error().field, "days");
}

}  // namespace
}  // namespace quadrille::analysis
