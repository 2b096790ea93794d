#include <algorithm>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <cmath>
#include <numeric>

#include "engine/analysis/change.h"
#include "engine/analysis/poisson_regression.h"
#include "engine/analysis/week_series.h"

namespace quadrille::analysis {
namespace {

namespace bm = boost::math;
constexpr int weeks_a_year = 52;
// Quantiles in double: in long double they took a third of the time and gave the same bounds.
using Doubles = bm::policies::policy<bm::policies::promote_double<false>>;

struct Reference {
  WeekCount week;
  int period = 0;  // 1 .. periods
};

// The period of the season a week lies in, seen from the week looked at: the last period is the window around its own
// week of the year; between two such windows the others, as equal in length as can be, the longer ones first. 0
// outside.
int period_of(std::int32_t back, const FarringtonOptions& options) {
  const int w = options.half_window;
  if (back < 0 || back > options.years_back * weeks_a_year + w) return 0;
  const int year = (back + w) / weeks_a_year;
  const int from_year = year * weeks_a_year - back;  // weeks after that year's reference week
  if (std::abs(from_year) <= w) return options.periods;
  if (options.periods == 1) return 0;
  // Weeks after the end of the window of the year before.
  const int after = (year + 1) * weeks_a_year - back - w - 1;
  if (year + 1 > options.years_back) return 0;
  const int between = weeks_a_year - 2 * w - 1;
  const int length = between / (options.periods - 1);
  const int longer = between % (options.periods - 1);
  return after < longer * (length + 1) ? after / (length + 1) + 1 : (after - longer) / length + 1;
}

struct Model {
  PoissonFit fit;
  double dispersion = 1;             // at least 1
  double prediction_dispersion = 1;  // of standard errors
  bool has_trend = false;
  std::vector<int> periods;  // those with a column, in order; the first present one is the base
};

// What the weeks of a series have in common, and what their fits work in: a fit takes microseconds, half of which went
// to memory for it.
struct Work {
  explicit Work(const FarringtonOptions& options)
      : z(bm::quantile(bm::normal_distribution<double, Doubles>(), 1 - options.alpha)),
        trend_z(options.trend_p > 0
                    ? bm::quantile(bm::complement(bm::normal_distribution<double, Doubles>(), options.trend_p / 2))
                    : 0) {
    for (std::int32_t back = 0; back <= options.years_back * weeks_a_year + options.half_window; ++back)
      period_of_back.push_back(period_of(back, options));
  }

  double z;
  double trend_z;  // a trend whose error is not so many times less is not significant, whatever its degrees of freedom
  std::vector<int> period_of_back;
  std::vector<Reference> reference;
  PoissonRegression regression;
  DesignMatrix design;
  std::vector<double> y;
  std::vector<double> offset;
  std::vector<double> weights;
  Model with_trend;
  Model without_trend;
};

void find_reference(std::span<const WeekCount> series, std::size_t index, const FarringtonOptions& options,
                    Work& work) {
  const int left_out = options.weeks_left_out.value_or(options.half_window);
  const std::int32_t now = series[index].week;
  work.reference.clear();
  const auto oldest = now - options.years_back * weeks_a_year - options.half_window;
  const auto first = std::ranges::lower_bound(series.first(index), oldest, {}, &WeekCount::week) - series.begin();
  for (auto i = static_cast<std::size_t>(first); i < index; ++i) {
    const std::int32_t back = now - series[i].week;
    if (series[i].observed_days == 0 || back <= left_out) continue;
    const int period = work.period_of_back[static_cast<std::size_t>(back)];
    if (period > 0) work.reference.push_back({series[i], period});
  }
}

double offset_of(const WeekCount& week) { return week.observed_days == 7 ? 0.0 : std::log(week.observed_days / 7.0); }

std::vector<double> row_of(std::int32_t week, int period, const Model& model) {
  std::vector<double> row{1.0};
  if (model.has_trend) row.push_back(week);
  for (const int one : model.periods) row.push_back(one == period ? 1.0 : 0.0);
  return row;
}

// Past outbreaks weigh less: Anscombe residuals s above the threshold get s^-2, the sum stays the number of weeks.
// False, and all weights 1, where there are none.
bool weigh_outbreaks(std::span<const double> y, const PoissonFit& fit, double dispersion, double threshold,
                     std::vector<double>& weights) {
  weights.assign(y.size(), 1.0);
  bool has_outbreak = false;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double mean = fit.means[i];
    if (y[i] <= mean) continue;  // no outbreak
    // y^(2/3) mean^(-1/6) - mean^(1/2)
    const double raw = 1.5 * std::sqrt(mean) * (std::cbrt(y[i] / mean * (y[i] / mean)) - 1);
    const double residual = raw / std::sqrt(dispersion * (1 - fit.leverages[i]));
    if (!(residual > threshold)) continue;
    weights[i] = 1 / (residual * residual);
    has_outbreak = true;
  }
  if (!has_outbreak) return false;
  const double scale = static_cast<double>(weights.size()) / std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= scale;
  return true;
}

bool fit_model(const FarringtonOptions& options, bool has_trend, Work& work, Model& model) {
  model.has_trend = has_trend;
  model.periods.clear();
  if (options.periods > 1) {
    for (const auto& one : work.reference) model.periods.push_back(one.period);
    std::ranges::sort(model.periods);
    model.periods.erase(std::ranges::unique(model.periods).begin(), model.periods.end());
    if (!model.periods.empty()) model.periods.erase(model.periods.begin());
  }
  work.design.columns = 1 + (has_trend ? 1 : 0) + model.periods.size();
  work.design.values.clear();
  work.y.clear();
  work.offset.clear();
  for (const auto& one : work.reference) {
    work.design.values.push_back(1.0);
    if (has_trend) work.design.values.push_back(one.week.week);
    for (const int period : model.periods) work.design.values.push_back(one.period == period ? 1.0 : 0.0);
    work.y.push_back(static_cast<double>(one.week.count));
    work.offset.push_back(offset_of(one.week));
  }
  work.weights.assign(work.y.size(), 1.0);
  auto& fit = model.fit;
  if (!work.regression.fit(work.design, work.y, work.offset, work.weights, fit)) return false;
  // Without an outbreak the second fit is the first.
  if (weigh_outbreaks(work.y, fit, std::max(fit.dispersion, 1.0), options.weights_threshold, work.weights) &&
      !work.regression.fit(work.design, work.y, work.offset, work.weights, fit))
    return false;
  model.dispersion = std::max(fit.dispersion, 1.0);
  // The reference implementation takes the standard errors' dispersion from the outbreak weights times the squared
  // working residuals; kept, so that bounds are the same.
  double sum = 0;
  for (std::size_t i = 0; i < work.y.size(); ++i)
    sum += work.weights[i] * fit.working_residuals[i] * fit.working_residuals[i];
  model.prediction_dispersion = fit.degrees_of_freedom > 0 ? sum / fit.degrees_of_freedom : 0;
  return true;
}

LinearPrediction predict_week(const Model& model, const WeekCount& week, int period) {
  return predict(model.fit, row_of(week.week, period, model), offset_of(week), model.prediction_dispersion);
}

bool keeps_trend(const Work& work, const WeekCount& week, const FarringtonOptions& options) {
  const auto& model = work.with_trend;
  if (options.years_back < 3 || model.fit.degrees_of_freedom <= 0) return false;
  const std::size_t columns = model.fit.coefficients.size();
  const double error = std::sqrt(model.fit.covariance_unscaled[columns + 1] * model.prediction_dispersion);
  if (!(error > 0) || std::abs(model.fit.coefficients[1]) < work.trend_z * error) return false;
  const bm::students_t_distribution<double, Doubles> t(model.fit.degrees_of_freedom);
  const double p = 2 * bm::cdf(bm::complement(t, std::abs(model.fit.coefficients[1] / error)));
  double most = 0;
  for (const auto& one : work.reference)
    most = std::max(most, static_cast<double>(one.week.count) * week.observed_days / one.week.observed_days);
  return p < options.trend_p && std::exp(predict_week(model, week, options.periods).value) <= most;
}

// Of the reference found; null where none converges.
const Model* choose_model(const WeekCount& week, const FarringtonOptions& options, Work& work) {
  if (options.has_trend && fit_model(options, true, work, work.with_trend) && keeps_trend(work, week, options))
    return &work.with_trend;
  return fit_model(options, false, work, work.without_trend) ? &work.without_trend : nullptr;
}

// The least count that a Poisson (dispersion 1) or negative binomial variable stays at or under with chance 1 - alpha.
double upper_quantile(double mean, double dispersion, double alpha) {
  if (!(mean > 0)) return 0;
  using Policy = bm::policies::policy<bm::policies::discrete_quantile<bm::policies::integer_round_up>,
                                      bm::policies::promote_double<false>>;
  if (dispersion > 1)
    return bm::quantile(bm::negative_binomial_distribution<double, Policy>(mean / (dispersion - 1), 1 / dispersion),
                        1 - alpha);
  return bm::quantile(bm::poisson_distribution<double, Policy>(mean), 1 - alpha);
}

double upper_bound(const LinearPrediction& prediction, double dispersion, const FarringtonOptions& options, double z) {
  const double mean = std::exp(prediction.value);
  if (options.threshold == FarringtonOptions::Threshold::nb_plugin)
    return upper_quantile(mean, dispersion, options.alpha);
  if (options.threshold == FarringtonOptions::Threshold::muan)
    return upper_quantile(std::exp(prediction.value + z * prediction.standard_error), dispersion, options.alpha);
  // Delta method on a power of the count.
  const double error = prediction.standard_error * mean;
  const double tau = dispersion + error * error / mean;
  switch (options.power) {
    case FarringtonOptions::Power::none:
      return mean + z * std::sqrt(mean * tau);
    case FarringtonOptions::Power::half: {
      const double root = std::sqrt(mean) + z * std::sqrt(tau / 4);
      return root * root;
    }
    case FarringtonOptions::Power::two_thirds:
      break;
  }
  return std::pow(std::pow(mean, 2.0 / 3) + z * std::sqrt(4.0 / 9 * std::cbrt(mean) * tau), 1.5);
}

std::int64_t recent_events(std::span<const WeekCount> series, std::size_t index, int weeks_wanted) {
  std::int64_t sum = 0;
  int weeks = 0;
  for (std::size_t i = index + 1; i > 0 && weeks < weeks_wanted; --i) {
    if (series[i - 1].observed_days == 0) continue;
    sum += series[i - 1].count;
    ++weeks;
  }
  return sum;
}

Result<void> check_options(const FarringtonOptions& options) {
  const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
  if (!within(options.years_back, 1, 50)) return invalid({"b va de 1 à 50 ans", "b goes from 1 to 50 years"}, "b");
  if (!within(options.half_window, 0, 25))
    return invalid({"w va de 0 à 25 semaines", "w goes from 0 to 25 weeks"}, "w");
  if (!within(options.periods, 1, weeks_a_year - 2 * options.half_window))
    return invalid(
        {"plus de périodes que de semaines entre deux fenêtres", "more periods than weeks between two windows"},
        "no_periods");
  if (!within(options.weeks_left_out.value_or(0), 0, 1000))
    return invalid({"de 0 à 1000 semaines", "from 0 to 1000 weeks"}, "weeks_left_out");
  if (!(options.alpha > 0) || options.alpha >= 0.5)
    return invalid({"alpha va de 0 à 0,5 (exclus)", "alpha goes from 0 to 0.5 (both excluded)"}, "alpha");
  if (!(options.weights_threshold > 0))
    return invalid({"le seuil des poids est positif", "the threshold of weights is positive"}, "threshold");
  if (!(options.trend_p >= 0) || options.trend_p > 1)
    return invalid({"un seuil de 0 à 1", "a level from 0 to 1"}, "trend_p");
  return {};
}

}  // namespace

Result<std::vector<WeekVerdict>> farrington(std::span<const WeekCount> series, const FarringtonOptions& options) {
  if (const auto fine = check_options(options); !fine) return Failure(fine.error());
  if (const auto fine = check_series(series); !fine) return Failure(fine.error());
  std::vector<WeekVerdict> verdicts;
  Work work(options);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].observed_days == 0 || series[i].week < options.first_judged.value_or(series[i].week)) continue;
    WeekVerdict verdict{.week = series[i].week, .count = series[i].count, .expected = {}, .upper = {}};
    find_reference(series, i, options, work);
    const bool has_cases = recent_events(series, i, options.cases_weeks) >= options.cases_min;
    if (has_cases && static_cast<int>(work.reference.size()) >= options.reference_min) {
      if (const auto* model = choose_model(series[i], options, work)) {
        const auto prediction = predict_week(*model, series[i], options.periods);
        verdict.expected = std::exp(prediction.value);
        verdict.upper = upper_bound(prediction, model->dispersion, options, work.z);
        verdict.is_alarm = static_cast<double>(series[i].count) > *verdict.upper;
      }
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace quadrille::analysis
