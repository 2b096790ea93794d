#include "engine/analysis/poisson_regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace quadrille::analysis {
namespace {

using Column = Eigen::Map<Eigen::ArrayXd>;
using Given = Eigen::Map<const Eigen::ArrayXd>;

Given given(std::span<const double> values) { return {values.data(), static_cast<Eigen::Index>(values.size())}; }
// Of that length, what was in it gone.
Column sized(std::vector<double>& values, std::size_t size) {
  values.resize(size);
  return {values.data(), static_cast<Eigen::Index>(size)};
}

}  // namespace

// The design's columns times `root_`, made orthonormal one after the other (modified Gram and Schmidt): there are few,
// and they are far from collinear or refused. False where one depends on those before it.
bool PoissonRegression::factor(const DesignMatrix& design) {
  const std::size_t size = design.columns;
  const std::size_t rows = root_.size();
  const auto column = [&](std::size_t j) {
    return Column(orthonormal_.data() + j * rows, static_cast<Eigen::Index>(rows));
  };
  for (std::size_t j = 0; j < size; ++j) {
    auto own = column(j);
    for (std::size_t i = 0; i < rows; ++i) own[static_cast<Eigen::Index>(i)] = design.values[i * size + j] * root_[i];
    const double whole = std::sqrt(own.square().sum());
    for (std::size_t k = 0; k < j; ++k) {
      r_[k * size + j] = (column(k) * own).sum();
      own -= r_[k * size + j] * column(k);
    }
    const double rest = j == 0 ? whole : std::sqrt(own.square().sum());
    if (!(rest > 1e-10 * whole)) return false;
    r_[j * size + j] = rest;
    own /= rest;
  }
  return true;
}

void PoissonRegression::solve(std::vector<double>& coefficients) const {
  const std::size_t size = coefficients.size();
  const std::size_t rows = root_.size();
  for (std::size_t j = size; j-- > 0;) {
    double rest = (given({orthonormal_.data() + j * rows, rows}) * given(target_)).sum();
    for (std::size_t k = j + 1; k < size; ++k) rest -= r_[j * size + k] * coefficients[k];
    coefficients[j] = rest / r_[j * size + j];
  }
}

// (R'R)^-1, row-major.
void PoissonRegression::write_covariance(std::vector<double>& covariance) {
  std::size_t size = 0;
  while (size * size < r_.size()) ++size;
  inverse_.assign(size * size, 0.0);
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t i = j + 1; i-- > 0;) {
      double rest = i == j ? 1 : 0;
      for (std::size_t k = i + 1; k <= j; ++k) rest -= r_[i * size + k] * inverse_[k * size + j];
      inverse_[i * size + j] = rest / r_[i * size + i];
    }
  covariance.assign(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j)
      for (std::size_t k = std::max(i, j); k < size; ++k)
        covariance[i * size + j] += inverse_[i * size + k] * inverse_[j * size + k];
}

bool PoissonRegression::fit(const DesignMatrix& design, std::span<const double> y_values,
                            std::span<const double> offset_values, std::span<const double> weight_values,
                            PoissonFit& fit, double tolerance) {
  const std::size_t rows = design.rows();
  const std::size_t columns = design.columns;
  if (rows < columns || columns == 0) return false;
  const auto y = given(y_values);
  const auto offset = given(offset_values);
  const auto prior = given(weight_values);
  auto linear = sized(linear_, rows);
  auto root = sized(root_, rows);
  auto target = sized(target_, rows);
  auto means = sized(fit.means, rows);
  auto weights = sized(fit.working_weights, rows);
  orthonormal_.resize(rows * columns);
  r_.assign(columns * columns, 0.0);
  fit.coefficients.assign(columns, 0.0);
  // The deviance, 2 sum w (y log(y / m) - (y - m)), without a logarithm a step: that of m is known.
  const double saturated = (prior * ((y > 0).select(y * y.max(1e-300).log(), 0.0) - y)).sum();
  const auto deviance_of = [&] { return 2 * (saturated - (prior * (y * linear - means)).sum()); };
  means = y + 0.1;
  linear = means.log();
  fit.deviance = deviance_of();
  // An intercept alone, without differing offsets, has one mean.
  const auto is_same = [](std::span<const double> values) {
    return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
  };
  const bool has_one_mean = columns == 1 && is_same(design.values) && is_same(offset_values);
  bool has_converged = false;
  for (int step = 0; step < 25 && !has_converged; ++step) {
    weights = prior * means;
    root = weights.sqrt();
    target = root * (linear - offset + (y - means) / means);
    if (!factor(design)) return false;
    solve(fit.coefficients);
    for (std::size_t i = 0; i < rows; ++i) {
      linear_[i] = offset_values[i];
      for (std::size_t j = 0; j < columns; ++j) linear_[i] += design.values[i * columns + j] * fit.coefficients[j];
    }
    if (has_one_mean)
      means.setConstant(std::exp(linear[0]));
    else
      means = linear.exp();
    const double previous = fit.deviance;
    fit.deviance = deviance_of();
    if (!std::isfinite(fit.deviance)) return false;
    has_converged = std::abs(fit.deviance - previous) / (std::abs(fit.deviance) + 0.1) < tolerance;
  }
  if (!has_converged) return false;
  write_covariance(fit.covariance_unscaled);
  auto residuals = sized(fit.working_residuals, rows);
  residuals = (y - means) / means;
  auto leverages = sized(fit.leverages, rows);
  leverages = given({orthonormal_.data(), rows}).square();
  for (std::size_t j = 1; j < columns; ++j) leverages += given({orthonormal_.data() + j * rows, rows}).square();
  fit.degrees_of_freedom = static_cast<double>(rows) - static_cast<double>(columns);
  const double pearson = (weights * residuals.square()).sum();
  fit.dispersion = fit.degrees_of_freedom > 0 ? pearson / fit.degrees_of_freedom : 0;
  return true;
}

std::optional<PoissonFit> fit_poisson(const DesignMatrix& design, std::span<const double> y,
                                      std::span<const double> offset, std::span<const double> weights,
                                      double tolerance) {
  PoissonRegression regression;
  PoissonFit fit;
  if (!regression.fit(design, y, offset, weights, fit, tolerance)) return std::nullopt;
  return fit;
}

LinearPrediction predict(const PoissonFit& fit, std::span<const double> row, double offset, double dispersion) {
  LinearPrediction prediction{.value = offset};
  double variance = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    prediction.value += row[i] * fit.coefficients[i];
    for (std::size_t j = 0; j < row.size(); ++j)
      variance += row[i] * row[j] * fit.covariance_unscaled[i * row.size() + j];
  }
  prediction.standard_error = std::sqrt(variance * dispersion);
  return prediction;
}

}  // namespace quadrille::analysis
