#include "engine/analysis/survival.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/random.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

std::vector<std::vector<std::string>> read_csv(const std::string& name) {
  std::ifstream file(testing::data_folder() / "reference" / name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) {
      std::erase(cell, '"');
      std::erase(cell, '\r');
      cells.push_back(cell);
    }
    rows.push_back(cells);
  }
  if (!rows.empty()) rows.erase(rows.begin());
  return rows;
}

Durations aml(bool with_groups) {
  std::vector<Duration> rows;
  for (const auto& cells : read_csv("aml.csv"))
    rows.push_back({std::stod(cells[0]), std::stoi(cells[1]), with_groups ? cells[2] : ""});
  return *Durations::checked(rows);
}

RiskIntervals bladder() {
  std::vector<RiskInterval> rows;
  for (const auto& c : read_csv("bladder2.csv"))
    rows.push_back({std::stoll(c[0]),
                    std::stod(c[4]),
                    std::stod(c[5]),
                    c[6] == "1",
                    {std::stod(c[1]), std::stod(c[2]), std::stod(c[3])}});
  return *RiskIntervals::checked(rows, {"rx", "number", "size"});
}

bool has_reference() { return !read_csv("aml.csv").empty(); }

TEST(Survival, kaplan_meier_agrees_with_r) {
  if (!has_reference()) GTEST_SKIP() << "reference data absent: survival NOT COMPARED with R";
  const auto result = kaplan_meier(aml(false));
  ASSERT_EQ(result.curves.size(), 1U);
  const auto expected = read_csv("km_aml.csv");
  std::size_t step = 0;
  for (const auto& cells : expected) {
    if (cells[2] == "0") continue;  // R also lists times with censorings only
    ASSERT_LT(step, result.curves[0].steps.size());
    const auto& found = result.curves[0].steps[step++];
    EXPECT_DOUBLE_EQ(found.time, std::stod(cells[0]));
    EXPECT_EQ(found.at_risk, std::stoll(cells[1]));
    EXPECT_EQ(found.events, std::stoll(cells[2]));
    EXPECT_NEAR(found.survival, std::stod(cells[3]), 1e-9);
    if (found.survival > 0) {
      EXPECT_NEAR(found.standard_error, std::stod(cells[4]), 1e-9);
      EXPECT_NEAR(found.low, std::stod(cells[5]), 1e-9);
      EXPECT_NEAR(found.high, std::stod(cells[6]), 1e-9);
    }
  }
  EXPECT_EQ(step, result.curves[0].steps.size());
}

// Times in seconds, in years or in anything else are the same law in other units.
TEST(Survival, a_weibull_law_does_not_depend_on_the_unit_of_time) {
  const std::vector<double> times{1, 3, 4, 9, 13, 20};
  const auto fit_in = [&](double unit) {
    std::vector<Duration> rows;
    for (const double time : times) rows.push_back({time * unit, time == 9 ? 0 : 1, ""});
    return fit_weibull(*Durations::checked(rows));
  };
  const auto plain = fit_in(1);
  ASSERT_TRUE(plain);
  for (const double unit : {1e-300, 1e-9, 1e9, 1e300}) {
    const auto other = fit_in(unit);
    ASSERT_TRUE(other) << unit;
    EXPECT_NEAR(other->scale, plain->scale, 1e-8) << unit;
    EXPECT_NEAR(other->coefficients[0].estimate, plain->coefficients[0].estimate + std::log(unit), 1e-8) << unit;
    EXPECT_NEAR(other->log_likelihood, plain->log_likelihood - 5 * std::log(unit), 1e-6) << unit;
  }
}

TEST(Survival, times_no_weibull_law_fits_are_refused_by_name_or_fitted_with_numbers) {
  for (const auto& times :
       {std::vector<double>{1, 1e308, 2}, {1, 1 + 1e-15}, {1e-300, 1e300, 5}, {5e-324, 1e308, 1e308}}) {
    std::vector<Duration> rows;
    for (const double time : times) rows.push_back({time, 1, ""});
    rows.back().cause = 0;
    const auto fit = fit_weibull(*Durations::checked(rows));
    if (fit) {
      EXPECT_TRUE(std::isfinite(fit->scale) && std::isfinite(fit->log_likelihood));
      EXPECT_TRUE(std::isfinite(fit->coefficients[0].standard_error));
    } else {
      EXPECT_EQ(fit.error().field, "time");
    }
  }
}

TEST(Survival, log_rank_and_weibull_agree_with_r) {
  if (!has_reference()) GTEST_SKIP() << "reference data absent: survival NOT COMPARED with R";
  // survdiff(Surv(time, status) ~ x, aml): chi-squared 3.4 on 1 degree of freedom, p 0.07.
  const auto groups = kaplan_meier(aml(true));
  ASSERT_TRUE(groups.log_rank);
  EXPECT_NEAR(groups.log_rank->chi_squared, 3.4, 0.05);
  EXPECT_NEAR(groups.log_rank->p, 0.065, 0.005);
  // survreg(Surv(time, status) ~ 1, aml): survival_did_reference.txt.
  const auto weibull = fit_weibull(aml(false));
  ASSERT_TRUE(weibull);
  EXPECT_NEAR(weibull->coefficients[0].estimate, 3.642490194, 1e-6);
  EXPECT_NEAR(weibull->scale, 0.9119019831, 1e-6);
  EXPECT_NEAR(weibull->log_likelihood, -83.17866923, 1e-6);
  // survreg(Surv(time, status) ~ x, aml, rel.tolerance = 1e-14).
  const auto two = fit_weibull(aml(true));
  ASSERT_TRUE(two);
  ASSERT_EQ(two->coefficients.size(), 2U);
  EXPECT_EQ(two->coefficients[1].name, "Nonmaintained");
  EXPECT_NEAR(two->coefficients[0].estimate, 4.109055051262112, 1e-9);
  EXPECT_NEAR(two->coefficients[1].estimate, -0.929341611365572, 1e-9);
  EXPECT_NEAR(two->coefficients[0].standard_error, 0.299889655030538, 1e-9);
  EXPECT_NEAR(two->coefficients[1].standard_error, 0.382501857386418, 1e-9);
  EXPECT_NEAR(two->scale, 0.790954436951276, 1e-9);
  EXPECT_NEAR(two->log_likelihood, -80.5216452034027, 1e-9);
}

TEST(Survival, recurrent_events_agree_with_r) {
  if (!has_reference()) GTEST_SKIP() << "reference data absent: recurrent events NOT COMPARED with R";
  const auto check = [](const Result<RecurrentFit>& fit, const std::vector<std::array<double, 3>>& expected) {
    ASSERT_TRUE(fit) << fit.error().message.en;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(fit->coefficients[i].estimate, expected[i][0], 1e-6);
      EXPECT_NEAR(fit->coefficients[i].standard_error, expected[i][1], 1e-6);
      EXPECT_NEAR(*fit->coefficients[i].robust_standard_error, expected[i][2], 1e-6);
    }
  };
  // coxph(Surv(start, stop, event) ~ rx + number + size + cluster(id), bladder2), and with the gap and strata(enum).
  check(fit_andersen_gill(bladder()), {{-0.46468695294, 0.19973218883, 0.26556081190},
                                       {0.17496038132, 0.04707405844, 0.06304054320},
                                       {-0.04366027609, 0.06905085251, 0.07761611268}});
  check(fit_pwp_gap_time(bladder()), {{-0.279004515497, 0.20734772542, 0.21562386934},
                                      {0.158045899958, 0.05194244200, 0.05093976655},
                                      {0.007415087502, 0.07002305342, 0.06433250831}});
}

// One covariate, by the definition: every event time against every row. Efron's log-likelihood and the residuals' sum
// of squares by subject at `beta`, the covariate less its mean.
struct ByDefinition {
  double log_likelihood = 0;
  double information = 0;
  double score = 0;
  double squares = 0;
};
ByDefinition by_definition(const std::vector<RiskInterval>& rows, double beta) {
  double centre = 0;
  std::set<double> times;
  for (const auto& row : rows) {
    centre += row.covariates[0] / static_cast<double>(rows.size());
    if (row.is_event) times.insert(row.stop);
  }
  ByDefinition result;
  std::map<std::int64_t, double> residuals;
  for (const double time : times) {
    const auto is_at_risk = [&](const RiskInterval& row) { return row.start < time && row.stop >= time; };
    const auto is_dead = [&](const RiskInterval& row) { return row.is_event && row.stop == time; };
    const auto ties = static_cast<double>(std::ranges::count_if(rows, is_dead));
    for (double share = 0; share < 1 - 0.5 / ties; share += 1 / ties) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      for (const auto& row : rows) {
        if (!is_at_risk(row)) continue;
        const double x = row.covariates[0] - centre;
        const double risk = std::exp(beta * x) * (is_dead(row) ? 1 - share : 1);
        s0 += risk;
        s1 += risk * x;
        s2 += risk * x * x;
      }
      result.log_likelihood -= std::log(s0);
      result.score -= s1 / s0;
      result.information += s2 / s0 - s1 / s0 * (s1 / s0);
      for (const auto& row : rows) {
        const double x = row.covariates[0] - centre;
        if (is_dead(row)) residuals[row.subject] += (x - s1 / s0) / ties;
        if (is_at_risk(row))
          residuals[row.subject] -= (is_dead(row) ? 1 - share : 1) * std::exp(beta * x) / s0 * (x - s1 / s0);
      }
    }
    for (const auto& row : rows)
      if (is_dead(row)) {
        result.log_likelihood += beta * (row.covariates[0] - centre);
        result.score += row.covariates[0] - centre;
      }
  }
  for (const auto& [subject, residual] : residuals) result.squares += residual * residual;
  return result;
}

TEST(Survival, recurrent_events_agree_with_their_definition) {
  for (std::uint64_t set = 0; set < 40; ++set) {
    Random random({11}, set);
    std::vector<RiskInterval> rows;
    for (int subject = 0; subject < 12; ++subject) {
      double start = random.next_below(4);
      for (int k = 0; k < 3; ++k) {
        const double stop = start + 1 + random.next_below(3);
        rows.push_back({subject, start, stop, random.next_below(3) > 0, {random.next_normal()}});
        start = stop + random.next_below(2);
      }
    }
    const auto fit = fit_andersen_gill(*RiskIntervals::checked(rows, {"x"}));
    ASSERT_TRUE(fit) << set;
    const auto& one = fit->coefficients[0];
    const auto expected = by_definition(rows, one.estimate);
    EXPECT_NEAR(fit->log_likelihood, expected.log_likelihood, 1e-9) << set;
    EXPECT_NEAR(expected.score, 0, 1e-6) << set;
    EXPECT_NEAR(one.standard_error, 1 / std::sqrt(expected.information), 1e-9) << set;
    EXPECT_NEAR(*one.robust_standard_error, std::sqrt(expected.squares) / expected.information, 1e-9) << set;
  }
}

TEST(Survival, a_covariate_that_never_differs_within_a_stratum_has_no_coefficient_and_does_no_harm) {
  std::vector<RiskInterval> rows;
  std::vector<RiskInterval> numbered;  // with the order of the episode beside
  Random random({12}, 0);
  for (int subject = 0; subject < 30; ++subject)
    for (int k = 0; k < 3; ++k) {
      rows.push_back({subject, 10.0 * k, 10.0 * k + 1 + random.next_below(9), k < 2, {random.next_normal()}});
      numbered.push_back(rows.back());
      numbered.back().covariates.push_back(k);
    }
  const auto plain = fit_pwp_gap_time(*RiskIntervals::checked(rows, {"x"}));
  const auto fit = fit_pwp_gap_time(*RiskIntervals::checked(numbered, {"x", "order"}));
  ASSERT_TRUE(plain && fit);
  EXPECT_DOUBLE_EQ(fit->coefficients[0].estimate, plain->coefficients[0].estimate);
  EXPECT_EQ(fit->coefficients[1].name, "order");
  EXPECT_TRUE(std::isnan(fit->coefficients[1].estimate));
  for (auto& row : rows) row.covariates = {1};
  EXPECT_EQ(fit_pwp_gap_time(*RiskIntervals::checked(rows, {"x"})).error().field, "covariates");
}

TEST(Survival, competing_incidences_add_up_to_one_less_the_curve) {
  const auto durations =
      *Durations::checked({{1, 1, ""}, {2, 2, ""}, {2, 0, ""}, {3, 1, ""}, {4, 2, ""}, {5, 0, ""}, {6, 1, ""}});
  const auto incidence = aalen_johansen(durations);
  ASSERT_EQ(incidence.size(), 2U);
  const double sum = incidence[0].steps.back().incidence + incidence[1].steps.back().incidence;
  EXPECT_NEAR(sum, 1 - kaplan_meier(durations).curves[0].steps.back().survival, 1e-12);
  EXPECT_GT(incidence[0].steps.back().standard_error, 0);
}

TEST(Survival, bad_input_is_refused_with_its_field) {
  EXPECT_EQ(Durations::checked({}).error().field, "times");
  EXPECT_EQ(Durations::checked({{-1, 1, ""}}).error().field, "time");
  EXPECT_EQ(Durations::checked({{std::nan(""), 1, ""}}).error().field, "time");
  EXPECT_EQ(Durations::checked({{1, -1, ""}}).error().field, "status");
  EXPECT_EQ(fit_weibull(*Durations::checked({{1, 0, ""}, {2, 0, ""}})).error().field, "status");
  EXPECT_EQ(fit_weibull(*Durations::checked({{2, 1, ""}, {2, 1, ""}})).error().field, "time");
  EXPECT_EQ(RiskIntervals::checked({{1, 0, 5, true, {1}}, {1, 3, 8, false, {1}}}, {"x"}).error().field, "start");
  EXPECT_EQ(RiskIntervals::checked({{1, 0, 5, false, {1}}}, {"x"}).error().field, "event");
}

}  // namespace
}  // namespace quadrille::analysis
