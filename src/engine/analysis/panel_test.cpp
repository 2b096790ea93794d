#include "engine/analysis/panel.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/random.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

std::vector<PanelRow> reference_panel() {
  std::ifstream file(testing::data_folder() / "reference" / "did_panel.csv");
  std::vector<PanelRow> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    unsigned unit = 0;
    int treat = 0;
    int post = 0;
    PanelRow row;
    std::sscanf(line.c_str(), "%u,%d,%d,%d,%lf", &unit, &row.period, &treat, &post, &row.count);
    row.unit = unit - 1;
    row.is_treated = treat == 1;
    row.is_post = post == 1;
    rows.push_back(row);
  }
  return rows;
}

TEST(DifferenceInDifferences, agrees_with_r) {
  const auto rows = reference_panel();
  if (rows.empty()) GTEST_SKIP() << "reference data absent: difference in differences NOT COMPARED with R";
  const auto panel = Panel::checked(rows);
  ASSERT_TRUE(panel) << panel.error().message.en;
  const auto result = difference_in_differences(*panel);
  ASSERT_TRUE(result);
  const double estimates[] = {1.2947271676, 0.1859299550, 0.2581403934, -0.4027005587};
  const double errors[] = {0.11438815431, 0.15604143686, 0.04694388929, 0.06050437631};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(result->coefficients[i].estimate, estimates[i], 1e-9);
    EXPECT_NEAR(result->coefficients[i].standard_error, errors[i], 1e-8);
  }
  EXPECT_NEAR(result->effect.log_ratio, -0.4027005587, 1e-9);
  EXPECT_LT(result->effect.high, 1);
  EXPECT_GT(*result->trend_p, 0.01);
  EXPECT_GE(result->placebo_starts, 4);
}

// Units with their own level, a common wave, and an effect on the treated from their start on.
std::vector<PanelRow> drawn_panel(std::uint64_t seed, double effect, const std::vector<std::int32_t>& starts,
                                  int others) {
  Random random({seed}, 0);
  std::vector<PanelRow> rows;
  const int treated = static_cast<int>(starts.size());
  for (int unit = 0; unit < treated + others; ++unit) {
    const double level = 20 + 20 * random.next_uniform();
    for (int t = 0; t < 30; ++t) {
      const bool is_treated = unit < treated;
      const std::int32_t start = is_treated ? starts[static_cast<std::size_t>(unit)] : starts.front();
      const bool is_post = t >= start;
      const double mean = level * (1 + 0.3 * std::sin(t / 4.0)) * (is_treated && is_post ? effect : 1);
      rows.push_back(
          {static_cast<std::uint32_t>(unit), t, is_treated, is_post, static_cast<double>(random.next_poisson(mean))});
    }
  }
  return rows;
}

TEST(DifferenceInDifferences, staggered_starts_recover_the_effect) {
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto panel = Panel::checked(drawn_panel(seed, 0.7, {8, 12, 16, 20}, 8));
    const auto result = difference_in_differences(*panel);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->is_staggered);
    EXPECT_NEAR(result->effect.ratio, 0.7, 0.12);
    covered += result->effect.low < 0.7 && 0.7 < result->effect.high ? 1 : 0;
  }
  EXPECT_GE(covered, 33);
}

TEST(DifferenceInDifferences, without_an_effect_alarms_are_rare) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    alarms +=
        difference_in_differences(*Panel::checked(drawn_panel(seed, 1, {15, 15, 15, 15, 15, 15}, 12)))->effect.p < 0.05
            ? 1
            : 0;
  EXPECT_LE(alarms, 9);
}

TEST(SyntheticControl, weights_are_the_best_there_are) {
  const auto panel = Panel::checked(drawn_panel(4, 0.6, {18}, 9));
  const auto result = synthetic_control(*panel, Progress());
  ASSERT_TRUE(result);
  double sum = 0;
  std::vector<double> weights(panel->units(), 0.0);
  for (const auto& [unit, weight] : result->weights) {
    sum += weight;
    weights[unit] = weight;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
  // Karush, Kuhn, Tucker: no donor's gradient is below that of those in use.
  std::vector<double> gradient(panel->units(), 0.0);
  for (std::size_t t = 0; t < 18; ++t) {
    double gap = -panel->count(0, t);
    for (std::size_t unit = 1; unit < panel->units(); ++unit) gap += weights[unit] * panel->count(unit, t);
    for (std::size_t unit = 1; unit < panel->units(); ++unit) gradient[unit] += gap * panel->count(unit, t);
  }
  const double in_use = gradient[result->weights.front().first];
  for (std::size_t unit = 1; unit < panel->units(); ++unit) {
    EXPECT_GE(gradient[unit], in_use - 1e-2) << unit;
    if (weights[unit] > 1e-3) EXPECT_NEAR(gradient[unit], in_use, 1e-2) << unit;
  }
  EXPECT_LT(result->effect, -5);
  EXPECT_LE(*result->p, 0.3);
  EXPECT_EQ(result->placebo_ratios.size(), 9U);
}

TEST(Panel, hostile_input_is_refused_with_its_field) {
  auto rows = drawn_panel(1, 1, {15, 15}, 3);
  const auto with = [&](auto change) {
    auto copy = rows;
    change(copy);
    return Panel::checked(copy).error().field;
  };
  EXPECT_EQ(with([](auto& r) { r.pop_back(); }), "t");
  EXPECT_EQ(with([](auto& r) { r[1].period = r[0].period; }), "unit");
  EXPECT_EQ(with([](auto& r) { r[0].count = -1; }), "y");
  EXPECT_EQ(with([](auto& r) { r[0].count = std::nan(""); }), "y");
  EXPECT_EQ(with([](auto& r) { r[0].is_treated = false; }), "treat");
  EXPECT_EQ(with([](auto& r) { r[29].is_post = false; }), "post");
  EXPECT_EQ(with([](auto& r) {
              for (auto& row : r) row.is_treated = false;
            }),
            "treat");
  EXPECT_EQ(with([](auto& r) {
              for (auto& row : r) row.is_treated = true;
            }),
            "treat");
  for (auto& row : rows) row.count = 0;
  EXPECT_EQ(difference_in_differences(*Panel::checked(rows)).error().field, "y");
  const auto early = drawn_panel(1, 1, {2}, 3);
  EXPECT_EQ(synthetic_control(*Panel::checked(early), Progress()).error().field, "t");
  EXPECT_EQ(synthetic_control(*Panel::checked(drawn_panel(1, 1, {12, 14}, 3)), Progress()).error().field, "treat");
  Progress cancelled;
  cancelled.cancel();
  EXPECT_EQ(synthetic_control(*Panel::checked(drawn_panel(4, 0.6, {18}, 9)), cancelled).error().kind,
            ErrorKind::unavailable);
}

}  // namespace
}  // namespace quadrille::analysis
