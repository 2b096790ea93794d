#include "engine/analysis/change.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>

namespace quadrille::analysis {
namespace {

struct Baseline {
  double rate = 0;        // per observed day
  double dispersion = 1;  // at least 1
  double variance = 0;    // of the rate
};

double weighted_rate(std::span<const WeekCount> reference, const std::vector<double>& weights) {
  double events = 0;
  double days = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    events += weights[i] * static_cast<double>(reference[i].count);
    days += weights[i] * reference[i].observed_days;
  }
  return events / days;
}

// Pearson dispersion of the weighted quasi-Poisson mean.
double dispersion_of(std::span<const WeekCount> reference, const std::vector<double>& weights, double rate) {
  double chi_squared = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double mean = rate * reference[i].observed_days;
    const double difference = static_cast<double>(reference[i].count) - mean;
    if (mean > 0) chi_squared += weights[i] * difference * difference / mean;
  }
  return std::max(1.0, chi_squared / static_cast<double>(reference.size() - 1));
}

// Weights against past outbreaks (section 3.6 of the paper): s > 1 gets s^-2, the sum stays the number of weeks.
std::vector<double> outbreak_weights(std::span<const WeekCount> reference, double rate, double dispersion) {
  std::vector<double> weights(reference.size(), 1.0);
  const double leverage = 1.0 / static_cast<double>(reference.size());
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double mean = rate * reference[i].observed_days;
    if (!(mean > 0)) continue;
    const double y = static_cast<double>(reference[i].count);
    const double residual = 1.5 * (std::pow(y, 2.0 / 3) - std::pow(mean, 2.0 / 3)) /
                            (std::pow(mean, 1.0 / 6) * std::sqrt(dispersion * (1 - leverage)));
    if (residual > 1) weights[i] = 1 / (residual * residual);
  }
  const double scale = static_cast<double>(weights.size()) / std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= scale;
  return weights;
}

Baseline baseline_of(std::span<const WeekCount> reference) {
  std::vector<double> weights(reference.size(), 1.0);
  double rate = weighted_rate(reference, weights);
  double dispersion = dispersion_of(reference, weights, rate);
  weights = outbreak_weights(reference, rate, dispersion);
  rate = weighted_rate(reference, weights);
  dispersion = dispersion_of(reference, weights, rate);
  double days = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) days += weights[i] * reference[i].observed_days;
  return {rate, dispersion, dispersion * rate / days};
}

std::vector<WeekCount> reference_weeks(std::span<const WeekCount> series, std::int32_t week,
                                       const ChangeOptions& options) {
  constexpr int weeks_a_year = 52;
  std::vector<WeekCount> reference;
  for (const auto& candidate : series) {
    if (candidate.observed_days == 0 || candidate.week >= week - options.weeks_left_out) continue;
    const std::int32_t back = week - candidate.week;
    const std::int32_t years = (back + weeks_a_year / 2) / weeks_a_year;
    const bool is_near = std::abs(back - years * weeks_a_year) <= options.half_window;
    if (years >= 1 && years <= options.years_back && is_near) reference.push_back(candidate);
  }
  return reference;
}

std::int64_t recent_events(std::span<const WeekCount> series, std::size_t index) {
  std::int64_t sum = 0;
  int weeks = 0;
  for (std::size_t i = index + 1; i > 0 && weeks < 5; --i) {
    if (series[i - 1].observed_days == 0) continue;
    sum += series[i - 1].count;
    ++weeks;
  }
  return sum;
}

}  // namespace

Result<std::vector<WeekVerdict>> farrington(std::span<const WeekCount> series, const ChangeOptions& options) {
  if (options.years_back < 1 || options.half_window < 0 || options.weeks_left_out < 0)
    return invalid({"b ≥ 1 et w ≥ 0", "b >= 1 and w >= 0"}, "options");
  if (!(options.alpha > 0) || options.alpha >= 0.5)
    return invalid({"alpha va de 0 à 0,5", "alpha goes from 0 to 0.5"}, "alpha");
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i > 0 && series[i].week <= series[i - 1].week)
      return invalid({"les semaines doivent se suivre", "weeks must ascend"}, "week");
    if (series[i].count < 0 || series[i].observed_days < 0 || series[i].observed_days > 7)
      return invalid({"un nombre est négatif ou une semaine a plus de sept jours",
                      "a count is negative or a week has more than seven days"},
                     "count");
  }
  const double z = boost::math::quantile(boost::math::normal(), 1 - options.alpha);
  std::vector<WeekVerdict> verdicts;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i].observed_days == 0) continue;
    WeekVerdict verdict{.week = series[i].week, .expected = {}, .upper = {}};
    const auto reference = reference_weeks(series, series[i].week, options);
    if (static_cast<int>(reference.size()) >= options.reference_min) {
      const auto baseline = baseline_of(reference);
      const double days = series[i].observed_days;
      const double mean = baseline.rate * days;
      verdict.expected = mean;
      if (mean > 0) {
        const double variance = baseline.dispersion * mean + baseline.variance * days * days;
        verdict.upper = mean * std::pow(1 + 2.0 / 3 * z * std::sqrt(variance) / mean, 1.5);
      } else {
        verdict.upper = 0;
      }
      verdict.is_alarm = static_cast<double>(series[i].count) > *verdict.upper && recent_events(series, i) >= 5;
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace quadrille::analysis
