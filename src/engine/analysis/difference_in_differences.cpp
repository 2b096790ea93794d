#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/analysis/panel.h"
#include "engine/analysis/poisson_regression.h"

namespace quadrille::analysis {
namespace {

constexpr double z95 = 1.959963984540054;

double two_sided(double z) { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

PanelEffect effect_of(double log_ratio, double standard_error) {
  PanelEffect effect{.log_ratio = log_ratio, .standard_error = standard_error, .ratio = std::exp(log_ratio)};
  effect.low = std::exp(log_ratio - z95 * standard_error);
  effect.high = std::exp(log_ratio + z95 * standard_error);
  if (standard_error > 0) {
    effect.z = log_ratio / standard_error;
    effect.p = two_sided(effect.z);
  }
  return effect;
}

struct Clustered {
  PoissonFit fit;
  std::vector<double> errors;
};

// Poisson regression of the panel's cells; errors by the sandwich with units as clusters, times G / (G - 1) (N - 1) /
// (N - K).
std::optional<Clustered> regress(const Panel& panel, std::size_t columns, std::size_t periods,
                                 const std::function<std::vector<double>(std::size_t, std::size_t)>& row_of) {
  DesignMatrix design{.columns = columns, .values = {}};
  std::vector<double> y;
  for (std::size_t unit = 0; unit < panel.units(); ++unit)
    for (std::size_t t = 0; t < periods; ++t) {
      const auto row = row_of(unit, t);
      design.values.insert(design.values.end(), row.begin(), row.end());
      y.push_back(panel.count(unit, t));
    }
  const std::vector<double> zero(y.size(), 0.0);
  const std::vector<double> one(y.size(), 1.0);
  auto fit = fit_poisson(design, y, zero, one, 1e-12);
  if (!fit) return std::nullopt;
  const auto k = static_cast<Eigen::Index>(columns);
  const Eigen::MatrixXd bread = Eigen::Map<const Eigen::MatrixXd>(fit->covariance_unscaled.data(), k, k);
  Eigen::MatrixXd meat = Eigen::MatrixXd::Zero(k, k);
  for (std::size_t unit = 0; unit < panel.units(); ++unit) {
    Eigen::VectorXd score = Eigen::VectorXd::Zero(k);
    for (std::size_t t = 0; t < periods; ++t) {
      const std::size_t i = unit * periods + t;
      score += (y[i] - fit->means[i]) * Eigen::Map<const Eigen::VectorXd>(design.row(i).data(), k);
    }
    meat += score * score.transpose();
  }
  const auto clusters = static_cast<double>(panel.units());
  const auto n = static_cast<double>(y.size());
  const double factor = clusters / (clusters - 1) * (n - 1) / (n - static_cast<double>(columns));
  const Eigen::MatrixXd covariance = factor * bread * meat * bread;
  Clustered result{.fit = std::move(*fit), .errors = {}};
  for (Eigen::Index i = 0; i < k; ++i) result.errors.push_back(std::sqrt(covariance(i, i)));
  return result;
}

// log of (treated after / before) / (others after / before), over the first `periods` periods, as if from `start`.
std::optional<double> plain_effect(const Panel& panel, std::size_t start, std::size_t periods) {
  double sums[2][2] = {{0, 0}, {0, 0}};
  for (std::size_t unit = 0; unit < panel.units(); ++unit)
    for (std::size_t t = 0; t < periods; ++t)
      sums[panel.is_treated(unit) ? 1 : 0][t >= start ? 1 : 0] += panel.count(unit, t);
  for (const auto& row : sums)
    for (const double sum : row)
      if (!(sum > 0)) return std::nullopt;
  return std::log(sums[1][1] / sums[1][0]) - std::log(sums[0][1] / sums[0][0]);
}

void add_placebos(DifferenceInDifferences& result, const Panel& panel, std::size_t start) {
  int as_large = 0;
  for (std::size_t fake = 2; fake + 2 <= start; ++fake) {
    const auto effect = plain_effect(panel, fake, start);
    if (!effect) continue;
    ++result.placebo_starts;
    as_large += std::abs(*effect) >= std::abs(result.effect.log_ratio) ? 1 : 0;
  }
  if (result.placebo_starts >= 4) result.placebo_p = static_cast<double>(1 + as_large) / (1 + result.placebo_starts);
}

void add_trend(DifferenceInDifferences& result, const Panel& panel, std::size_t start) {
  if (start < 3) return;
  const auto fit = regress(panel, 4, start, [&](std::size_t unit, std::size_t t) {
    const double treated = panel.is_treated(unit) ? 1 : 0;
    const auto time = static_cast<double>(t);
    return std::vector{1.0, treated, time, treated * time};
  });
  if (!fit || !(fit->errors[3] > 0)) return;
  result.trend_difference = fit->fit.coefficients[3];
  result.trend_p = two_sided(fit->fit.coefficients[3] / fit->errors[3]);
}

Failure empty_cell() {
  return invalid({"un groupe n'a aucun événement avant ou après : pas de rapport",
                  "a group has no event before or after: there is no ratio"},
                 "y");
}

Result<DifferenceInDifferences> with_common_start(const Panel& panel) {
  const std::size_t start = panel.start(0);
  if (!plain_effect(panel, start, panel.periods())) return empty_cell();
  const auto fit = regress(panel, 4, panel.periods(), [&](std::size_t unit, std::size_t t) {
    const double treated = panel.is_treated(unit) ? 1 : 0;
    const double post = t >= start ? 1 : 0;
    return std::vector{1.0, treated, post, treated * post};
  });
  if (!fit) return empty_cell();
  DifferenceInDifferences result{.effect = effect_of(fit->fit.coefficients[3], fit->errors[3]),
                                 .trend_difference = {},
                                 .trend_p = {},
                                 .placebo_p = {}};
  const char* const names[] = {"(Intercept)", "treat", "post", "treat:post"};
  for (std::size_t i = 0; i < 4; ++i)
    result.coefficients.push_back({names[i], fit->fit.coefficients[i], fit->errors[i]});
  add_trend(result, panel, start);
  add_placebos(result, panel, start);
  return result;
}

// Observed and expected after the start, summed over treated units; unit `left_out` takes no part.
std::optional<double> staggered_effect(const Panel& panel, std::size_t left_out) {
  double observed = 0;
  double expected = 0;
  for (std::size_t unit = 0; unit < panel.units(); ++unit) {
    if (!panel.is_treated(unit) || unit == left_out) continue;
    const std::size_t start = panel.start(unit);
    double own[2] = {0, 0};
    double others[2] = {0, 0};
    for (std::size_t t = 0; t < panel.periods(); ++t) {
      own[t >= start ? 1 : 0] += panel.count(unit, t);
      for (std::size_t other = 0; other < panel.units(); ++other)
        if (other != left_out && !panel.is_treated(other)) others[t >= start ? 1 : 0] += panel.count(other, t);
    }
    if (!(others[0] > 0)) return std::nullopt;
    observed += own[1];
    expected += own[0] * others[1] / others[0];
  }
  if (!(observed > 0) || !(expected > 0)) return std::nullopt;
  return std::log(observed / expected);
}

Result<DifferenceInDifferences> with_staggered_starts(const Panel& panel) {
  const auto whole = staggered_effect(panel, panel.units());
  if (!whole) return empty_cell();
  std::vector<double> parts;
  double mean = 0;
  for (std::size_t unit = 0; unit < panel.units(); ++unit)
    if (const auto part = staggered_effect(panel, unit)) {
      parts.push_back(*part);
      mean += *part;
    }
  const auto n = static_cast<double>(parts.size());
  if (parts.size() < 3) return empty_cell();
  mean /= n;
  double squares = 0;
  for (const double part : parts) squares += (part - mean) * (part - mean);
  return DifferenceInDifferences{.effect = effect_of(*whole, std::sqrt((n - 1) / n * squares)),
                                 .coefficients = {},
                                 .is_staggered = true,
                                 .trend_difference = {},
                                 .trend_p = {},
                                 .placebo_p = {}};
}

}  // namespace

Result<DifferenceInDifferences> difference_in_differences(const Panel& panel) {
  return panel.has_common_start() ? with_common_start(panel) : with_staggered_starts(panel);
}

}  // namespace quadrille::analysis
