#include "engine/analysis/interval_survival.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/random.h"
#include "engine/analysis/mass_maximum.h"

namespace quadrille::analysis {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

using Rows = std::vector<ReturnInterval>;

Rows rows_of(const std::vector<std::pair<double, double>>& intervals, const std::string& group = "") {
  Rows rows;
  for (const auto& [left, right] : intervals) rows.push_back({left, right, right < never ? 1 : 0, group});
  return rows;
}

std::vector<TurnbullCurve> curves_of(const Rows& rows) {
  return *turnbull(*ReturnIntervals::checked(rows), Progress());
}

// Finkelstein and Wolfe (1985), Biometrics 41:933-945, table 1: months to breast retraction after radiotherapy, alone
// and with chemotherapy.
const std::vector<std::pair<double, double>> radiotherapy{
    {45, never}, {6, 10},     {0, 7},      {46, never}, {46, never}, {7, 16},     {17, never}, {7, 14},
    {37, 44},    {0, 8},      {4, 11},     {15, never}, {11, 15},    {22, never}, {46, never}, {46, never},
    {25, 37},    {46, never}, {26, 40},    {46, never}, {27, 34},    {36, 44},    {46, never}, {36, 48},
    {37, never}, {40, never}, {17, 25},    {46, never}, {11, 18},    {38, never}, {5, 12},     {37, never},
    {0, 5},      {18, never}, {24, never}, {36, never}, {5, 11},     {19, 35},    {17, 25},    {24, never},
    {32, never}, {33, never}, {19, 26},    {37, never}, {34, never}, {36, never}};
const std::vector<std::pair<double, double>> chemotherapy{
    {8, 12},     {0, 22},     {24, 31}, {17, 27},    {17, 23},    {24, 30},    {16, 24}, {13, never},
    {11, 13},    {16, 20},    {18, 25}, {17, 26},    {32, never}, {23, never}, {44, 48}, {14, 17},
    {0, 5},      {5, 8},      {12, 20}, {11, never}, {33, 40},    {31, never}, {13, 39}, {19, 32},
    {34, never}, {13, never}, {16, 24}, {35, never}, {15, 22},    {11, 17},    {22, 32}, {10, 35},
    {30, 34},    {13, never}, {10, 17}, {8, 21},     {4, 9},      {11, never}, {14, 19}, {4, 8},
    {34, never}, {30, 36},    {18, 24}, {16, 60},    {35, 39},    {21, never}, {11, 20}, {48, never}};

Rows cosmesis() {
  auto rows = rows_of(radiotherapy, "radiotherapy");
  const auto more = rows_of(chemotherapy, "with chemotherapy");
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

struct Mass {
  double from;
  double to;
  double mass;
};

void expect_masses(const TurnbullCurve& curve, const std::vector<Mass>& expected, double within) {
  std::vector<SurvivalInterval> held;
  std::ranges::copy_if(curve.intervals, std::back_inserter(held), [](const auto& one) { return one.mass > 1e-12; });
  ASSERT_EQ(held.size(), expected.size());
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_EQ(held[i].from, expected[i].from);
    EXPECT_EQ(held[i].to, expected[i].to);
    EXPECT_NEAR(held[i].mass, expected[i].mass, within) << expected[i].from;
  }
}

// Masses of Turnbull's own EM, run in R from equal masses until none moved by 1e-16 (506 and 994 steps); R's survfit,
// which stops at 5e-5, gives them to four digits, as do the published tables.
TEST(IntervalSurvival, the_breast_cosmesis_curves_are_those_of_turnbulls_em_run_to_its_end) {
  const auto curves = curves_of(cosmesis());
  ASSERT_EQ(curves.size(), 2U);
  EXPECT_EQ(curves[0].subjects, 46);
  EXPECT_EQ(curves[0].events, 21);
  expect_masses(curves[0],
                {{4, 5, 0.046346773993},
                 {6, 7, 0.033363370935},
                 {7, 8, 0.088667368063},
                 {11, 12, 0.070752921792},
                 {24, 25, 0.092645836585},
                 {33, 34, 0.081785764903},
                 {38, 40, 0.120879827354},
                 {46, 48, 0.465558136376}},
                1e-9);
  EXPECT_NEAR(curves[0].top.log_likelihood, -58.0600219540, 1e-9);
  expect_masses(curves[1],
                {{4, 5, 0.043282627700},
                 {5, 8, 0.043282627700},
                 {11, 12, 0.069205583357},
                 {16, 17, 0.145397715252},
                 {18, 19, 0.141094897747},
                 {19, 20, 0.115745925714},
                 {24, 25, 0.099865310740},
                 {30, 31, 0.070881376545},
                 {35, 36, 0.160831107450},
                 {44, 48, 0.055206413898},
                 {48, 60, 0.055206413898}},
                1e-9);
  EXPECT_NEAR(curves[1].top.log_likelihood, -65.6369649077, 1e-9);
  EXPECT_EQ(curves[1].median.from, 19);
  EXPECT_EQ(curves[1].median.to, 20);
  for (const auto& curve : curves) EXPECT_TRUE(curve.top.has_converged);
}

// survreg(Surv(left, right, type = "interval2") ~ group, dist = "weibull", rel.tolerance = 1e-14), left NA for 0.
TEST(IntervalSurvival, the_weibull_law_of_intervals_agrees_with_r) {
  const auto fit = fit_weibull(*ReturnIntervals::checked(cosmesis()));
  ASSERT_TRUE(fit);
  ASSERT_EQ(fit->coefficients.size(), 2U);
  EXPECT_NEAR(fit->coefficients[0].estimate, 3.899276230373034, 1e-9);
  EXPECT_NEAR(fit->coefficients[1].estimate, -0.567550536563053, 1e-9);
  EXPECT_NEAR(fit->coefficients[0].standard_error, 0.140529791300222, 1e-9);
  EXPECT_NEAR(fit->coefficients[1].standard_error, 0.175729563322277, 1e-9);
  EXPECT_NEAR(fit->scale, 0.619339705211414, 1e-9);
  EXPECT_NEAR(fit->log_likelihood, -143.320827109903, 1e-9);
}

TEST(IntervalSurvival, the_weibull_law_of_known_and_censored_times_is_that_of_durations) {
  Rows rows;
  std::vector<Duration> durations;
  Random random({21}, 0);
  for (int i = 0; i < 60; ++i) {
    const double time = 1 + 40 * random.next_exponential(1);
    const std::string group = i % 3 == 0 ? "a" : "b";
    const bool is_back = i % 4 > 0;
    rows.push_back({time, is_back ? time : never, is_back ? 1 : 0, group});
    durations.push_back({time, is_back ? 1 : 0, group});
  }
  const auto one = fit_weibull(*ReturnIntervals::checked(rows));
  const auto other = fit_weibull(*Durations::checked(durations));
  ASSERT_TRUE(one && other);
  EXPECT_DOUBLE_EQ(one->scale, other->scale);
  EXPECT_DOUBLE_EQ(one->coefficients[1].estimate, other->coefficients[1].estimate);
  // An interval no wider than a rounding says what its moment says, but for the density's unit.
  for (auto& row : rows)
    if (row.cause > 0) row.left -= 1e-7;
  const auto narrow = fit_weibull(*ReturnIntervals::checked(rows));
  ASSERT_TRUE(narrow);
  EXPECT_NEAR(narrow->scale, other->scale, 1e-6);
  EXPECT_NEAR(narrow->coefficients[1].standard_error, other->coefficients[1].standard_error, 1e-6);
}

TEST(IntervalSurvival, known_times_give_kaplan_and_meier) {
  Random random({22}, 0);
  for (int set = 0; set < 50; ++set) {
    Rows rows;
    std::vector<Duration> durations;
    for (int i = 0; i < 40; ++i) {
      const double time = random.next_below(12);
      const bool is_back = random.next_below(3) > 0;
      rows.push_back({time, is_back ? time : never, is_back ? 1 : 0, ""});
      durations.push_back({time, is_back ? 1 : 0, ""});
    }
    const auto curve = curves_of(rows)[0];
    const auto steps = kaplan_meier(*Durations::checked(durations)).curves[0].steps;
    ASSERT_GE(curve.intervals.size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_EQ(curve.intervals[i].from, steps[i].time);
      EXPECT_EQ(curve.intervals[i].to, steps[i].time);
      EXPECT_NEAR(curve.intervals[i].survival_after, steps[i].survival, 1e-12) << set;
    }
  }
}

Rows random_rows(Random& random, int count, int causes) {
  Rows rows;
  for (int i = 0; i < count; ++i) {
    const double left = random.next_below(9);
    const double right = left + random.next_below(5);
    const bool is_back = random.next_below(4) > 0;
    rows.push_back({left, is_back ? right : never,
                    is_back ? 1 + static_cast<int>(random.next_below(static_cast<std::uint32_t>(causes))) : 0, ""});
  }
  return rows;
}

// The log-likelihood that plain EM comes to, from equal masses on every half unit of time and cause: no innermost
// intervals, nothing of the method.
double by_plain_em(const Rows& rows, int causes) {
  constexpr int halves = 30;  // moment t/2; intervals in whole units are open at their left end
  const auto holds = [](const ReturnInterval& row, int half, int cause) {
    if (row.right < never && row.cause != cause) return false;
    const double time = half / 2.0;
    return row.left == row.right ? time == row.left : time > row.left && time <= row.right;
  };
  std::vector<std::vector<std::size_t>> cells_of;
  for (const auto& row : rows) {
    cells_of.emplace_back();
    for (int cause = 1; cause <= causes; ++cause)
      for (int half = 0; half < halves; ++half)
        if (holds(row, half, cause)) cells_of.back().push_back(static_cast<std::size_t>((cause - 1) * halves + half));
  }
  std::vector<double> masses(static_cast<std::size_t>(causes * halves), 1.0 / (causes * halves));
  double value = 0;
  for (int step = 0; step < 4000; ++step) {
    std::vector<double> next(masses.size(), 0.0);
    value = 0;
    for (const auto& cells : cells_of) {
      double mass = 0;
      for (const auto c : cells) mass += masses[c];
      value += std::log(mass);
      for (const auto c : cells) next[c] += masses[c] / mass / static_cast<double>(rows.size());
    }
    masses = next;
  }
  return value;
}

TEST(IntervalSurvival, no_masses_do_better_and_plain_em_comes_to_the_same) {
  Random random({23}, 0);
  for (int set = 0; set < 40; ++set) {
    const auto rows = random_rows(random, 5 + set, 2);
    const auto curve = curves_of(rows)[0];
    EXPECT_TRUE(curve.top.has_converged) << set;
    auto as_one = rows;
    for (auto& row : as_one) row.cause = std::min(row.cause, 1);
    EXPECT_NEAR(curve.top.log_likelihood, by_plain_em(as_one, 1), 1e-3) << set;
    EXPECT_GE(curve.top.log_likelihood, by_plain_em(as_one, 1) - 1e-9) << set;
    if (!curve.competing) continue;
    EXPECT_TRUE(curve.competing->top.has_converged) << set;
    EXPECT_NEAR(curve.competing->top.log_likelihood, by_plain_em(rows, 2), 1e-3) << set;
    EXPECT_GE(curve.competing->top.log_likelihood, by_plain_em(rows, 2) - 1e-9) << set;
    double sum = curve.competing->not_returned;
    for (const auto& cause : curve.competing->causes) sum += cause.intervals.back().incidence_after;
    EXPECT_NEAR(sum, 1, 1e-12) << set;
  }
}

TEST(IntervalSurvival, masses_sum_to_one_and_do_not_depend_on_the_order_of_rows) {
  Random random({24}, 0);
  for (int set = 0; set < 40; ++set) {
    auto rows = random_rows(random, 60, 3);
    const auto curve = curves_of(rows)[0];
    double sum = 0;
    for (const auto& one : curve.intervals) {
      EXPECT_GE(one.mass, 0);
      EXPECT_GE(one.survival_before, one.survival_after);
      sum += one.mass;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    random.shuffle(std::span(rows));
    const auto other = curves_of(rows)[0];
    ASSERT_EQ(other.intervals.size(), curve.intervals.size());
    for (std::size_t i = 0; i < curve.intervals.size(); ++i)
      EXPECT_EQ(other.intervals[i].mass, curve.intervals[i].mass) << set;
  }
}

TEST(IntervalSurvival, the_likelihood_never_falls_from_round_to_round) {
  // (0, 2], (1, 3], ... of ten cells, overlapping, and two rows that stretch far.
  MassProblem problem{.cells = 10, .weights = {}, .first_range = {}, .ranges = {}};
  for (std::uint32_t c = 0; c < 10; ++c) problem.add(1 + c % 3, {{c > 2 ? c - 2 : 0, c + 1}});
  problem.add(2, {{1, 9}});
  problem.add(3, {{0, 3}, {6, 10}});
  double before = -never;
  int rounds = 0;
  for (int stop = 1; stop < 20; ++stop) {
    int reports = 0;
    Progress* whole = nullptr;
    Progress progress([&](double) {
      if (++reports == stop) whole->cancel();
    });
    whole = &progress;
    const auto top = maximise_masses(problem, std::vector<double>(10, 0.1), progress).top;
    EXPECT_GE(top.log_likelihood, before - 1e-12) << stop;
    before = top.log_likelihood;
    rounds = top.iterations;
  }
  EXPECT_GT(rounds, 1);
  EXPECT_NEAR(before, maximise_masses(problem, std::vector<double>(10, 0.1), Progress()).top.log_likelihood, 1e-9);
}

// Exponential returns of mean 20, the second cause a third of them, seen at weekly visits until the 60th day.
Rows simulated(int count, std::uint64_t seed) {
  Random random({25}, seed);
  Rows rows;
  for (int i = 0; i < count; ++i) {
    const double time = 20 * random.next_exponential(1);
    const int cause = random.next_below(3) == 0 ? 2 : 1;
    const double week = 7 * std::floor(time / 7);
    if (week < 56)
      rows.push_back({week, week + 7, cause, ""});
    else
      rows.push_back({56, never, 0, ""});
  }
  return rows;
}

TEST(IntervalSurvival, weekly_visits_give_the_true_curve_at_the_visits_and_the_true_law) {
  const auto rows = simulated(20'000, 1);
  const auto curve = curves_of(rows)[0];
  ASSERT_EQ(curve.intervals.size(), 9U);
  for (const auto& one : curve.intervals) {
    if (one.to == never) continue;
    const double truth = std::exp(-one.to / 20);
    EXPECT_NEAR(one.survival_after, truth, 4 * std::sqrt(truth * (1 - truth) / 20'000)) << one.to;
  }
  ASSERT_TRUE(curve.competing);
  EXPECT_NEAR(curve.competing->causes[1].intervals.back().incidence_after, (1 - std::exp(-56.0 / 20)) / 3, 0.014);
  EXPECT_NEAR(curve.competing->not_returned, std::exp(-56.0 / 20), 0.007);
  EXPECT_EQ(curve.median.from, 7);  // 20 log 2 = 13.9
  EXPECT_EQ(curve.median.to, 14);
  const auto law = fit_weibull(*ReturnIntervals::checked(rows));
  ASSERT_TRUE(law);
  EXPECT_NEAR(law->scale, 1, 0.03);
  EXPECT_NEAR(law->coefficients[0].estimate, std::log(20), 4 * law->coefficients[0].standard_error);
  // Taken for times, the ends of the intervals make every place hold out half a week longer.
  std::vector<Duration> late;
  for (const auto& row : rows) late.push_back({row.cause > 0 ? row.right : row.left, row.cause, ""});
  EXPECT_GT(fit_weibull(*Durations::checked(late))->coefficients[0].estimate, law->coefficients[0].estimate + 0.1);
}

TEST(IntervalSurvival, nobody_back_and_everybody_back_before_the_first_visit) {
  const auto none = curves_of({{3, never, 0, ""}, {9, never, 0, ""}, {0, never, 0, ""}})[0];
  ASSERT_EQ(none.intervals.size(), 1U);
  EXPECT_EQ(none.intervals[0].from, 9);
  EXPECT_EQ(none.intervals[0].to, never);
  EXPECT_EQ(none.intervals[0].survival_before, 1);
  EXPECT_EQ(none.median.to, never);
  EXPECT_EQ(none.top.log_likelihood, 0);
  const auto all = curves_of({{0, 3, 1, ""}, {0, 9, 1, ""}})[0];
  ASSERT_EQ(all.intervals.size(), 1U);
  EXPECT_EQ(all.intervals[0].to, 3);
  EXPECT_EQ(all.intervals[0].survival_after, 0);
  // Touching intervals share no moment, (1, 2] and (2, 3]; known times lie in those that end there.
  EXPECT_EQ(curves_of({{1, 2, 1, ""}, {2, 3, 1, ""}})[0].intervals.size(), 2U);
  EXPECT_EQ(curves_of({{1, 2, 1, ""}, {2, 2, 1, ""}})[0].intervals.size(), 1U);
  EXPECT_EQ(curves_of({{2, 3, 1, ""}, {2, 2, 1, ""}})[0].intervals.size(), 2U);
}

TEST(IntervalSurvival, a_million_rows_are_fitted) {
  const auto curve = curves_of(simulated(1'000'000, 2))[0];
  EXPECT_TRUE(curve.top.has_converged);
  EXPECT_TRUE(curve.competing->top.has_converged);
  EXPECT_NEAR(curve.intervals[2].survival_after, std::exp(-21.0 / 20), 0.002);
}

TEST(IntervalSurvival, cancelled_work_has_no_result) {
  Progress progress;
  progress.cancel();
  EXPECT_EQ(turnbull(*ReturnIntervals::checked(cosmesis()), progress).error().kind, ErrorKind::unavailable);
}

TEST(IntervalSurvival, bad_input_is_refused_with_its_field_and_its_row) {
  const double nan = std::nan("");
  const auto field = [](const Rows& rows) {
    const auto checked = ReturnIntervals::checked(rows);
    return checked ? std::string() : checked.error().field;
  };
  EXPECT_EQ(field({}), "left");
  EXPECT_EQ(field({{-1, 2, 1, ""}}), "left");
  EXPECT_EQ(field({{nan, 2, 1, ""}}), "left");
  EXPECT_EQ(field({{never, never, 0, ""}}), "left");
  EXPECT_EQ(field({{3, 2, 1, ""}}), "right");
  EXPECT_EQ(field({{3, nan, 1, ""}}), "right");
  EXPECT_EQ(field({{3, 4, 0, ""}}), "cause");
  EXPECT_EQ(field({{3, never, 1, ""}}), "cause");
  EXPECT_EQ(field({{3, 4, -1, ""}}), "cause");
  EXPECT_NE(ReturnIntervals::checked({{1, 2, 1, ""}, {3, 2, 1, ""}}).error().message.en.find("row 2"),
            std::string::npos);
  Rows many;
  for (int cause = 1; cause <= 21; ++cause) many.push_back({1, 2, cause, ""});
  EXPECT_EQ(field(many), "cause");
  const auto law = [](const Rows& rows) { return fit_weibull(*ReturnIntervals::checked(rows)).error().field; };
  EXPECT_EQ(law({{1, never, 0, ""}}), "right");
  EXPECT_EQ(law({{0, 0, 1, ""}, {1, 2, 1, ""}}), "right");
  EXPECT_EQ(law({{1, 4, 1, ""}, {2, 5, 1, ""}}), "right");                        // 3 is in both
  EXPECT_EQ(law({{1, 2, 1, "a"}, {3, 4, 1, "a"}, {5, never, 0, "b"}}), "right");  // b never returns
}

}  // namespace
}  // namespace quadrille::analysis
