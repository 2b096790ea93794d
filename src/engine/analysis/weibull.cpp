#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>

#include "engine/analysis/interval_survival.h"
#include "engine/analysis/newton_climb.h"
#include "engine/analysis/survival.h"

// Fitted in z = tau log t - a, tau = 1/sigma: z is linear in the parameters and the law of log T has a log-concave
// density, so that the log-likelihood is concave for exact, censored and interval-censored times alike (Burridge 1981,
// J. R. Statist. Soc. B 43:41-45) and Newton's climb has one top. What is told is b = a / tau and sigma.

namespace quadrille::analysis {
namespace {

constexpr std::size_t groups_max = 1000;
constexpr double never = std::numeric_limits<double>::infinity();

// In (left, right], or exactly then. Logarithms, -infinity for 0, less their mean, by their deviation.
struct LogRow {
  double left;
  double right;
  std::size_t group;
  bool is_exact = left == right;
};

// Derivatives of one row's log-likelihood in z, summed over its ends: first and second, with powers of log t.
struct RowSlope {
  double value = 0;
  double one = 0;      // sum of f_u
  double one_y = 0;    // sum of f_u y_u
  double two = 0;      // sum of f_uv
  double two_y = 0;    // sum of f_uv y_v
  double two_y_y = 0;  // sum of f_uv y_u y_v
};

RowSlope at_one_end(double value, double first, double second, double y) {
  return {value, first, first * y, second, second * y, second * y * y};
}

// d / (e^d - 1)
double share_left(double d) { return d > 700 ? 0 : d == 0 ? 1 : d / std::expm1(d); }

RowSlope slope_of(const LogRow& row, double tau, double a) {
  const double z_left = tau * row.left - a;
  const double left = std::exp(z_left);
  if (row.is_exact) return at_one_end(z_left + std::log(tau) - left, 1 - left, -left, row.left);
  const double z_right = tau * row.right - a;
  const double right = std::exp(z_right);
  if (left == 0) {
    // Returned by then: log(1 - exp(-right)); nothing is known where right is never.
    if (right > 700) return {};
    const double q = share_left(right);
    return at_one_end(std::log(-std::expm1(-right)), q, q * (1 - right - q), row.right);
  }
  const double width = z_right - z_left;
  const double d = left * std::expm1(width);
  // What comes after is not seen from here: not yet returned at left.
  if (d > 700) return at_one_end(-left, -left, -left, row.left);
  // log(exp(-left) - exp(-right)), written so that narrow intervals lose no digits.
  const double q = share_left(d);
  const double f_right = q / -std::expm1(-width);
  const double f_right_both = f_right * (1 - d - q);
  const double f_right_right = f_right * (1 - right - f_right);
  const double beyond = row.right - row.left;
  RowSlope slope{.value = -left + std::log(-std::expm1(-d)), .one = q - left, .two = q * (1 - d - q) - left};
  slope.one_y = row.left * slope.one + beyond * f_right;
  slope.two_y = row.left * slope.two + beyond * f_right_both;
  slope.two_y_y =
      row.left * row.left * slope.two + 2 * row.left * beyond * f_right_both + beyond * beyond * f_right_right;
  return slope;
}

// Parameters: a of the first group, what each other group adds, tau.
Slope weibull_slope(const std::vector<LogRow>& rows, const std::vector<double>& parameters) {
  const auto size = parameters.size();
  const auto last = size - 1;
  const double tau = parameters[last];
  Slope slope{0, std::vector<double>(size, 0.0), std::vector<double>(size * size, 0.0)};
  if (!(tau > 0)) {
    slope.value = -never;
    return slope;
  }
  const auto information = [&](std::size_t i, std::size_t j) -> double& { return slope.information[i * size + j]; };
  for (const auto& row : rows) {
    const auto g = row.group;
    const auto one = slope_of(row, tau, parameters[0] + (g > 0 ? parameters[g] : 0));
    slope.value += one.value;
    slope.score[g] -= one.one;
    slope.score[last] += one.one_y;
    information(g, g) -= one.two;
    information(g, last) += one.two_y;
    information(last, last) -= one.two_y_y;
    if (!row.is_exact) continue;
    slope.score[last] += 1 / tau;
    information(last, last) += 1 / (tau * tau);
  }
  // The first parameter is in every group.
  for (std::size_t g = 1; g < last; ++g) {
    slope.score[0] += slope.score[g];
    information(0, 0) += information(g, g);
    information(0, last) += information(g, last);
    information(0, g) = information(g, 0) = information(g, g);
  }
  for (std::size_t g = 0; g < last; ++g) information(last, g) = information(g, last);
  return slope;
}

// One time that stands for the interval while the scale of times is sought.
double typical(const LogRow& row) {
  if (row.left == -never) return row.right;
  return row.right == never ? row.left : (row.left + row.right) / 2;
}

// Rows in plain logarithms.
Result<Weibull> fit_rows(std::vector<LogRow> rows, const std::vector<std::string>& groups, const std::string& field) {
  std::erase_if(rows, [](const LogRow& row) { return row.left == -never && row.right == never; });
  double mean = 0;
  for (const auto& row : rows) mean += typical(row) / static_cast<double>(rows.size());
  double deviation = 0;
  for (const auto& row : rows) deviation += (typical(row) - mean) * (typical(row) - mean);
  deviation = std::sqrt(deviation / static_cast<double>(rows.size()));
  if (!(deviation > 0)) deviation = 1;
  // Fitted in units of their own mean and deviation, so that times of any size are alike.
  double of_densities = 0;
  for (auto& row : rows) {
    if (row.is_exact) of_densities -= std::log(deviation) + row.left;
    row.left = (row.left - mean) / deviation;
    row.right = (row.right - mean) / deviation;
  }
  // From the moments of log T, whose law is Gumbel's: deviation pi sigma / sqrt 6, mean mu - gamma sigma.
  const std::size_t p = groups.size();
  std::vector<double> parameters(p + 1, 0.0);
  parameters[0] = std::numbers::egamma;
  parameters[p] = std::numbers::pi / std::sqrt(6.0);
  const auto iterations = climb(parameters, [&](const std::vector<double>& at) { return weibull_slope(rows, at); });
  const double tau = parameters[p];
  const auto slope = weibull_slope(rows, parameters);
  const auto size = static_cast<Eigen::Index>(p + 1);
  const Eigen::MatrixXd inverse = Eigen::Map<const Eigen::MatrixXd>(slope.information.data(), size, size).inverse();
  const auto covariance = [&](std::size_t i, std::size_t j) {
    return inverse(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
  };
  Weibull fit{.coefficients = {}, .scale = deviation / tau, .log_likelihood = slope.value + of_densities};
  bool is_number = iterations.has_value() && std::isfinite(fit.log_likelihood) && fit.scale > 0;
  for (std::size_t j = 0; j < p && is_number; ++j) {
    const double a = parameters[j];
    const double variance =
        (covariance(j, j) - 2 * a / tau * covariance(j, p) + a * a / (tau * tau) * covariance(p, p)) / (tau * tau);
    const std::string name = j == 0 ? "intercept" : groups[j];
    const double estimate = deviation * a / tau + (j == 0 ? mean : 0);
    is_number = std::isfinite(variance) && variance > 0;
    fit.coefficients.push_back(make_coefficient(name, estimate, deviation * std::sqrt(variance), std::nullopt));
  }
  if (is_number) return fit;
  return invalid({"aucune loi de Weibull ne s'ajuste : durées presque égales, ou trop éloignées les unes des autres, "
                  "ou un groupe sans retour, ou un moment commun à tous les intervalles",
                  "no Weibull law fits: times almost equal, or too far from each other, or a group without a return, "
                  "or a moment that all intervals share"},
                 field);
}

// Groups in order of name, and each row's number in it.
template <class Rows>
Result<std::vector<std::string>> groups_of(const Rows& rows) {
  std::set<std::string> names;
  for (const auto& row : rows) names.insert(row.group);
  if (names.size() > groups_max) return invalid({"1 000 groupes au plus", "1,000 groups at most"}, "group");
  return std::vector<std::string>(names.begin(), names.end());
}
std::size_t number_of(const std::vector<std::string>& groups, const std::string& group) {
  return static_cast<std::size_t>(std::ranges::lower_bound(groups, group) - groups.begin());
}

}  // namespace

Result<Weibull> fit_weibull(const Durations& durations) {
  const auto& rows = durations.rows();
  const auto groups = groups_of(rows);
  if (!groups) return Failure(groups.error());
  if (std::ranges::any_of(rows, [](const Duration& row) { return row.time <= 0; }))
    return invalid(
        {"une durée nulle n'entre pas dans un modèle de Weibull", "a time of 0 cannot enter a Weibull model"}, "time");
  if (std::ranges::none_of(rows, [](const Duration& row) { return row.cause > 0; }))
    return invalid({"aucun retour observé : rien à estimer", "no return observed: nothing to estimate"}, "status");
  if (std::ranges::all_of(rows, [&](const Duration& row) { return row.time == rows.front().time; }))
    return invalid({"toutes les durées sont égales", "all times are equal"}, "time");
  std::vector<LogRow> log_rows;
  for (const auto& row : rows) {
    const double y = std::log(row.time);
    log_rows.push_back({y, row.cause > 0 ? y : never, number_of(*groups, row.group)});
  }
  return fit_rows(std::move(log_rows), *groups, "time");
}

Result<Weibull> fit_weibull(const ReturnIntervals& intervals) {
  const auto& rows = intervals.rows();
  const auto groups = groups_of(rows);
  if (!groups) return Failure(groups.error());
  if (std::ranges::any_of(rows, [](const ReturnInterval& row) { return row.right == 0; }))
    return invalid(
        {"une durée nulle n'entre pas dans un modèle de Weibull", "a time of 0 cannot enter a Weibull model"}, "right");
  if (std::ranges::none_of(rows, [](const ReturnInterval& row) { return row.right < never; }))
    return invalid({"aucun retour observé : rien à estimer", "no return observed: nothing to estimate"}, "right");
  std::vector<LogRow> log_rows;
  for (const auto& row : rows)
    log_rows.push_back({std::log(row.left), std::log(row.right), number_of(*groups, row.group)});
  return fit_rows(std::move(log_rows), *groups, "right");
}

}  // namespace quadrille::analysis
