#include "engine/analysis/change.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include "base/random.h"

namespace quadrille::analysis {
namespace {

// The series of tests/oracles/change.R.
std::vector<WeekCount> oracle_series() {
  std::vector<WeekCount> series;
  for (int t = 1; t <= 400; ++t) {
    const double wave = 20 + 8 * std::sin(2 * std::numbers::pi * t / 52) + 0.02 * t + (t * 7919) % 13 - 6;
    const int extra = t == 150 || t == 151 || t == 320 || t == 380 ? 25 : 0;
    series.push_back({t, static_cast<std::int64_t>(std::floor(wave)) + extra});
  }
  return series;
}

struct Row {
  const char* method;
  int week;
  double expected;
  double upper;
  bool is_alarm;
};

// Printed by tests/oracles/change.R with surveillance 1.20.3.
const Row rows[] = {
    {"delta b=5 w=3", 264, 29.1049733511, 38.4444418881, false},
    {"delta b=5 w=3", 276, 32.6959745360, 42.5503344194, false},
    {"delta b=5 w=3", 288, 23.3476694393, 31.7595333769, false},
    {"delta b=5 w=3", 301, 18.0775411671, 26.4991733846, false},
    {"delta b=5 w=3", 313, 26.9437004399, 35.9384416882, false},
    {"delta b=5 w=3", 325, 33.4277957051, 43.3881190907, false},
    {"delta b=5 w=3", 338, 25.5021899366, 34.7395353745, false},
    {"delta b=5 w=3", 350, 18.4622837313, 26.0107382503, false},
    {"delta b=5 w=3", 362, 24.3829510189, 32.9669418518, false},
    {"delta b=5 w=3", 375, 34.5784795860, 44.7052320323, false},
    {"delta b=5 w=3", 387, 29.1004318878, 38.4284589020, false},
    {"delta b=5 w=3", 400, 19.7419412402, 27.5236220238, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 159, 25.9602422947, 38.7849610322, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 180, 25.2733067073, 37.9585347174, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 202, 27.7798125017, 44.4154381585, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 224, 31.8020070179, 45.8112141484, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 246, 15.9758411586, 29.3028626760, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 268, 30.8782600636, 44.7315732986, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 290, 23.9909368370, 36.2722443823, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 312, 25.1246321561, 37.7288394378, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 334, 29.0087549428, 42.4174101738, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 356, 21.0218545534, 32.6743420790, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 378, 33.4664223496, 47.8432970282, false},
    {"delta b=3 w=2 alpha=.01 weights 1", 400, 21.6606986903, 33.4046477999, false},
    {"delta power 1/2", 212, 28.0969315529, 37.5354435933, false},
    {"delta power 1/2", 229, 29.3663708513, 38.9871996435, false},
    {"delta power 1/2", 246, 16.1232956179, 23.9298368345, false},
    {"delta power 1/2", 263, 28.3080545621, 39.3731626288, false},
    {"delta power 1/2", 280, 30.7852589193, 40.6185937184, false},
    {"delta power 1/2", 297, 17.2271843493, 24.9291352757, false},
    {"delta power 1/2", 314, 27.9893000357, 37.4077381881, false},
    {"delta power 1/2", 331, 32.2971305969, 42.3492568778, false},
    {"delta power 1/2", 348, 18.5111478163, 26.3236115184, false},
    {"delta power 1/2", 365, 27.9224886289, 37.3175422795, false},
    {"delta power 1/2", 382, 33.8759826457, 44.1494228118, false},
    {"delta power 1/2", 400, 19.7404218192, 27.7781320040, false},
    {"delta power none, no trend", 212, 24.8571428571, 33.0634904424, false},
    {"delta power none, no trend", 229, 26.6785714286, 35.1785756436, false},
    {"delta power none, no trend", 246, 13.4642857143, 19.9831589983, true},
    {"delta power none, no trend", 263, 24.9642857143, 34.5672460889, false},
    {"delta power none, no trend", 280, 28.3214285714, 37.0790905319, false},
    {"delta power none, no trend", 297, 14.5357142857, 21.0539513251, false},
    {"delta power none, no trend", 314, 25.0357142857, 33.2710894672, false},
    {"delta power none, no trend", 331, 29.8214285714, 38.8075905621, false},
    {"delta power none, no trend", 348, 15.6785714286, 22.1987802510, false},
    {"delta power none, no trend", 365, 25.1071428571, 33.3526697916, false},
    {"delta power none, no trend", 382, 31.2857142857, 40.4892086990, false},
    {"delta power none, no trend", 400, 16.7500000000, 23.4884400331, false},
    {"nbPlugin 10 periods", 212, 27.9378008238, 41, false},
    {"nbPlugin 10 periods", 229, 30.3895632862, 44, false},
    {"nbPlugin 10 periods", 246, 15.3051274615, 25, false},
    {"nbPlugin 10 periods", 263, 27.7203978520, 41, false},
    {"nbPlugin 10 periods", 280, 32.0307872197, 46, false},
    {"nbPlugin 10 periods", 297, 16.2001987890, 26, false},
    {"nbPlugin 10 periods", 314, 27.4185003130, 40, false},
    {"nbPlugin 10 periods", 331, 33.0832720527, 47, false},
    {"nbPlugin 10 periods", 348, 17.3581507856, 28, false},
    {"nbPlugin 10 periods", 365, 27.8582755488, 41, false},
    {"nbPlugin 10 periods", 382, 34.8170639253, 49, false},
    {"nbPlugin 10 periods", 400, 18.6277182360, 29, false},
    {"muan 10 periods", 212, 27.9378008238, 42, false},
    {"muan 10 periods", 229, 30.3895632862, 45, false},
    {"muan 10 periods", 246, 15.3051274615, 26, false},
    {"muan 10 periods", 263, 27.7203978520, 42, false},
    {"muan 10 periods", 280, 32.0307872197, 47, false},
    {"muan 10 periods", 297, 16.2001987890, 27, false},
    {"muan 10 periods", 314, 27.4185003130, 41, false},
    {"muan 10 periods", 331, 33.0832720527, 48, false},
    {"muan 10 periods", 348, 17.3581507856, 28, false},
    {"muan 10 periods", 365, 27.8582755488, 42, false},
    {"muan 10 periods", 382, 34.8170639253, 50, false},
    {"muan 10 periods", 400, 18.6277182360, 30, false},
    {"delta 4 periods", 161, 27.4448314858, 36.8499408652, false},
    {"delta 4 periods", 182, 23.6536129043, 32.7898571717, false},
    {"delta 4 periods", 204, 21.1535169351, 29.5779050110, false},
    {"delta 4 periods", 226, 30.8783700773, 41.5679842940, false},
    {"delta 4 periods", 247, 15.8233452452, 23.0877345470, false},
    {"delta 4 periods", 269, 31.8424601863, 41.5824713138, false},
    {"delta 4 periods", 291, 20.2269775244, 28.0714435397, false},
    {"delta 4 periods", 313, 27.2251301770, 36.2582802880, false},
    {"delta 4 periods", 334, 30.5864277457, 40.1363369540, false},
    {"delta 4 periods", 356, 19.6346124834, 27.3662409133, false},
    {"delta 4 periods", 378, 35.7609580782, 46.0531105484, false},
    {"delta 4 periods", 400, 19.3640806861, 27.0461005647, false},
    {"C1", 8, std::nan(""), 39.2425988629, false},
    {"C1", 43, std::nan(""), 24.1006699881, false},
    {"C1", 79, std::nan(""), 35.4890251768, false},
    {"C1", 114, std::nan(""), 38.0580679254, false},
    {"C1", 150, std::nan(""), 30.7571548307, true},
    {"C1", 186, std::nan(""), 38.6145805145, false},
    {"C1", 221, std::nan(""), 45.3749054641, false},
    {"C1", 257, std::nan(""), 30.3459006385, false},
    {"C1", 293, std::nan(""), 30.5767006707, false},
    {"C1", 328, std::nan(""), 45.0350426615, false},
    {"C1", 364, std::nan(""), 40.3519723511, false},
    {"C1", 400, std::nan(""), 37.8232028613, false},
    {"C2", 10, std::nan(""), 39.2425988629, false},
    {"C2", 45, std::nan(""), 24.1006699881, false},
    {"C2", 80, std::nan(""), 37.3868895115, false},
    {"C2", 116, std::nan(""), 38.0580679254, false},
    {"C2", 151, std::nan(""), 28.4897313737, true},
    {"C2", 187, std::nan(""), 39.4717233717, false},
    {"C2", 222, std::nan(""), 42.6147318039, false},
    {"C2", 258, std::nan(""), 30.5104369453, false},
    {"C2", 293, std::nan(""), 38.7233306881, false},
    {"C2", 329, std::nan(""), 63.1496688625, false},
    {"C2", 364, std::nan(""), 33.6265212229, false},
    {"C2", 400, std::nan(""), 36.4006658572, false},
    {"C3", 12, std::nan(""), 38.5062413629, false},
    {"C3", 47, std::nan(""), 17.1299044791, false},
    {"C3", 82, std::nan(""), 28.4481842662, false},
    {"C3", 117, std::nan(""), 24.1747862659, false},
    {"C3", 153, std::nan(""), 0, true},
    {"C3", 188, std::nan(""), 34.1752868042, false},
    {"C3", 223, std::nan(""), 38.7547843950, false},
    {"C3", 258, std::nan(""), 33.0164343513, false},
    {"C3", 294, std::nan(""), 23.9556651033, false},
    {"C3", 329, std::nan(""), 52.0383253543, false},
    {"C3", 364, std::nan(""), 18.8089413629, true},
    {"C3", 400, std::nan(""), 28.9556651033, false},
    {"cusum standard", 101, 20.5300000000, 36, false},
    {"cusum standard", 128, 20.5300000000, 0, true},
    {"cusum standard", 155, 20.5300000000, 22, true},
    {"cusum standard", 182, 20.5300000000, 0, true},
    {"cusum standard", 209, 20.5300000000, 36, false},
    {"cusum standard", 236, 20.5300000000, 0, true},
    {"cusum standard", 264, 20.5300000000, 33, false},
    {"cusum standard", 291, 20.5300000000, 0, true},
    {"cusum standard", 318, 20.5300000000, 14, true},
    {"cusum standard", 345, 20.5300000000, 0, true},
    {"cusum standard", 372, 20.5300000000, 0, true},
    {"cusum standard", 400, 20.5300000000, 0, true},
    {"cusum rossi", 101, 20.5300000000, 36.6407999719, false},
    {"cusum rossi", 128, 20.5300000000, 5.9368226848, true},
    {"cusum rossi", 155, 20.5300000000, 24.7134490210, true},
    {"cusum rossi", 182, 20.5300000000, 0, true},
    {"cusum rossi", 209, 20.5300000000, 36.6407999719, false},
    {"cusum rossi", 236, 20.5300000000, 0, true},
    {"cusum rossi", 264, 20.5300000000, 33.8410203757, false},
    {"cusum rossi", 291, 20.5300000000, 0, true},
    {"cusum rossi", 318, 20.5300000000, 17.5158990554, true},
    {"cusum rossi", 345, 20.5300000000, 0, true},
    {"cusum rossi", 372, 20.5300000000, 0, true},
    {"cusum rossi", 400, 20.5300000000, 0, true},
    {"cusum anscombe", 101, 20.5300000000, 37.1720951113, false},
    {"cusum anscombe", 128, 20.5300000000, 0, true},
    {"cusum anscombe", 155, 20.5300000000, 25.9397693447, true},
    {"cusum anscombe", 182, 20.5300000000, 0, true},
    {"cusum anscombe", 209, 20.5300000000, 37.1720951113, false},
    {"cusum anscombe", 236, 20.5300000000, 0, true},
    {"cusum anscombe", 264, 20.5300000000, 34.3266068256, false},
    {"cusum anscombe", 291, 20.5300000000, 0, true},
    {"cusum anscombe", 318, 20.5300000000, 18.2350921223, true},
    {"cusum anscombe", 345, 20.5300000000, 0, true},
    {"cusum anscombe", 372, 20.5300000000, 0, true},
    {"cusum anscombe", 400, 20.5300000000, 0, true},
    {"cusum none", 101, 20.5300000000, 0, true},
    {"cusum none", 128, 20.5300000000, 0, true},
    {"cusum none", 155, 20.5300000000, 0, true},
    {"cusum none", 182, 20.5300000000, 0, true},
    {"cusum none", 209, 20.5300000000, 0, true},
    {"cusum none", 236, 20.5300000000, 0, true},
    {"cusum none", 264, 20.5300000000, 0, true},
    {"cusum none", 291, 20.5300000000, 0, true},
    {"cusum none", 318, 20.5300000000, 0, true},
    {"cusum none", 345, 20.5300000000, 0, true},
    {"cusum none", 372, 20.5300000000, 0, true},
    {"cusum none", 400, 20.5300000000, 0, true},
};

using Options = FarringtonOptions;
std::vector<WeekVerdict> run(const std::string& method) {
  const auto series = oracle_series();
  const std::map<std::string, Options> farringtons{
      {"delta b=5 w=3", {}},
      {"delta b=3 w=2 alpha=.01 weights 1",
       {.years_back = 3, .half_window = 2, .weeks_left_out = {}, .weights_threshold = 1, .alpha = 0.01}},
      {"delta power 1/2", {.years_back = 4, .weeks_left_out = {}, .power = Options::Power::half}},
      {"delta power none, no trend",
       {.years_back = 4, .weeks_left_out = {}, .has_trend = false, .power = Options::Power::none}},
      {"nbPlugin 10 periods",
       {.years_back = 4,
        .periods = 10,
        .weeks_left_out = 26,
        .alpha = 0.01,
        .threshold = Options::Threshold::nb_plugin}},
      {"muan 10 periods",
       {.years_back = 4, .periods = 10, .weeks_left_out = 26, .alpha = 0.01, .threshold = Options::Threshold::muan}},
      {"delta 4 periods", {.years_back = 3, .half_window = 4, .periods = 4, .weeks_left_out = {}}}};
  if (const auto found = farringtons.find(method); found != farringtons.end())
    return *farrington(series, found->second);
  if (method.starts_with("C")) return *ears(series, {.variant = method[1] - '0', .alpha = {}});
  using T = CusumOptions::Transformation;
  const std::map<std::string, T> cusums{{"cusum standard", T::standard},
                                        {"cusum rossi", T::rossi},
                                        {"cusum anscombe", T::anscombe},
                                        {"cusum none", T::none}};
  return *cusum(series, {.mean = {}, .transformation = cusums.at(method), .first = 100});
}

TEST(Change, agrees_with_r_surveillance) {
  std::map<std::string, std::vector<WeekVerdict>> verdicts;
  int alarms = 0;
  for (const auto& row : rows) {
    auto& found = verdicts[row.method];
    if (found.empty()) found = run(row.method);
    const auto& verdict = found[static_cast<std::size_t>(row.week - 1)];
    const auto label = std::string(row.method) + " week " + std::to_string(row.week);
    ASSERT_EQ(verdict.week, row.week);
    ASSERT_TRUE(verdict.upper) << label;
    EXPECT_NEAR(*verdict.upper, row.upper, 1e-6 * std::max(1.0, row.upper)) << label;
    if (!std::isnan(row.expected)) EXPECT_NEAR(*verdict.expected, row.expected, 1e-6 * row.expected) << label;
    EXPECT_EQ(verdict.is_alarm, row.is_alarm) << label;
    alarms += row.is_alarm ? 1 : 0;
  }
  EXPECT_GE(alarms, 5);
}

std::vector<WeekCount> poisson_weeks(std::uint64_t seed, int weeks, double mean) {
  Random random({seed}, 0);
  std::vector<WeekCount> series;
  for (int t = 0; t < weeks; ++t) series.push_back({t, static_cast<std::int64_t>(random.next_poisson(mean))});
  return series;
}

// Alarms over statements, of all weeks after five years.
double alarm_share(const std::vector<WeekVerdict>& verdicts) {
  double said = 0;
  double alarms = 0;
  for (const auto& verdict : verdicts) {
    if (!verdict.upper) continue;
    said += 1;
    alarms += verdict.is_alarm ? 1 : 0;
  }
  return alarms / said;
}

TEST(Change, alarms_come_at_the_stated_rate_with_and_without_holes) {
  double whole = 0;
  double holed = 0;
  constexpr int trials = 10;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    auto series = poisson_weeks(seed, 400, 25);
    whole += alarm_share(*farrington(series, {.weeks_left_out = {}, .alpha = 0.01})) / trials;
    for (std::size_t i = 0; i < series.size(); i += 2) series[i].observed_days = 0;
    holed += alarm_share(*farrington(series, {.weeks_left_out = {}, .alpha = 0.01})) / trials;
  }
  EXPECT_GT(whole, 0.002);
  EXPECT_LT(whole, 0.025);
  EXPECT_GT(holed, 0.002);
  EXPECT_LT(holed, 0.03);
}

TEST(Change, a_shorter_week_expects_less) {
  auto series = poisson_weeks(3, 330, 40);
  const auto whole = farrington(series, {.weeks_left_out = {}})->back();
  series.back().observed_days = 3;
  series.back().count = series.back().count * 3 / 7;
  const auto part = farrington(series, {.weeks_left_out = {}})->back();
  EXPECT_NEAR(*part.expected, *whole.expected * 3 / 7, 1e-9);
  EXPECT_LT(*part.upper, *whole.upper);
}

TEST(Change, weeks_before_the_first_judged_serve_as_reference_only) {
  const auto series = poisson_weeks(5, 260, 30);
  const auto all = *farrington(series, {.weeks_left_out = 4});
  const auto last = *farrington(series, {.weeks_left_out = 4, .first_judged = series[208].week});
  ASSERT_EQ(last.size(), 52U);
  for (std::size_t i = 0; i < last.size(); ++i) {
    EXPECT_EQ(last[i].week, all[208 + i].week);
    EXPECT_EQ(last[i].expected, all[208 + i].expected);
    EXPECT_EQ(last[i].upper, all[208 + i].upper);
  }
}

TEST(Change, a_steady_rise_is_no_alarm_with_a_trend) {
  std::vector<WeekCount> series;
  Random random({4}, 0);
  for (int t = 0; t < 400; ++t) series.push_back({t, static_cast<std::int64_t>(random.next_poisson(20 + 0.2 * t))});
  const auto with = alarm_share(*farrington(series, {.weeks_left_out = {}, .alpha = 0.01}));
  const auto without = alarm_share(*farrington(series, {.weeks_left_out = {}, .alpha = 0.01, .has_trend = false}));
  EXPECT_LT(with, without);
  EXPECT_GT(without, 0.1);
}

TEST(Change, without_enough_past_or_events_nothing_is_said) {
  for (const auto& verdict : *farrington(poisson_weeks(1, 40, 25), {.weeks_left_out = {}})) EXPECT_FALSE(verdict.upper);
  for (const auto& verdict : *farrington(poisson_weeks(1, 400, 0), {.weeks_left_out = {}})) {
    EXPECT_FALSE(verdict.upper);
    EXPECT_FALSE(verdict.is_alarm);
  }
}

TEST(Change, bad_input_is_refused_with_its_field) {
  const std::vector<WeekCount> disordered{{2, 1}, {1, 1}};
  const std::vector<WeekCount> negative{{1, -1}};
  const std::vector<WeekCount> too_long{{1, 1, 8}};
  const std::vector<WeekCount> hole{{1, 1}, {3, 1}, {4, 1}};
  EXPECT_EQ(farrington(disordered, {.weeks_left_out = {}}).error().field, "week");
  EXPECT_EQ(farrington(negative, {.weeks_left_out = {}}).error().field, "count");
  EXPECT_EQ(farrington(too_long, {.weeks_left_out = {}}).error().field, "observed_days");
  EXPECT_EQ(ears(hole, {.alpha = {}}).error().field, "week");
  EXPECT_EQ(cusum(hole, {.mean = {}}).error().field, "week");
  const auto fine = poisson_weeks(1, 60, 5);
  EXPECT_EQ(farrington(fine, {.years_back = 0, .weeks_left_out = {}}).error().field, "b");
  EXPECT_EQ(farrington(fine, {.half_window = 26, .weeks_left_out = {}}).error().field, "w");
  EXPECT_EQ(farrington(fine, {.periods = 60, .weeks_left_out = {}}).error().field, "no_periods");
  EXPECT_EQ(farrington(fine, {.weeks_left_out = {}, .alpha = 0.6}).error().field, "alpha");
  EXPECT_EQ(ears(fine, {.variant = 4, .alpha = {}}).error().field, "variant");
  EXPECT_EQ(ears(fine, {.baseline = 2, .alpha = {}}).error().field, "baseline");
  EXPECT_EQ(cusum(fine, {.mean = {}, .first = 60}).error().field, "first_week");
  EXPECT_EQ(cusum(poisson_weeks(1, 60, 0), {.mean = {}}).error().field, "mean");
}

}  // namespace
}  // namespace quadrille::analysis
