#include "engine/analysis/poisson_regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace quadrille::analysis {
namespace {

using Vector = Eigen::ArrayXd;

Eigen::Map<const Vector> vector_of(std::span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

std::vector<double> to_vector(const Vector& values) { return {values.data(), values.data() + values.size()}; }

// Columns made orthonormal one after the other (modified Gram and Schmidt): there are few, and they are far from
// collinear or refused.
class Orthonormal {
 public:
  Orthonormal(Eigen::Index rows, Eigen::Index columns)
      : q_(static_cast<std::size_t>(columns), Vector(rows)),
        r_(static_cast<std::size_t>(columns * columns), 0.0),
        inverse_(r_) {}

  // Of the design's columns times `root`; false where one depends on those before it.
  bool factor(const DesignMatrix& design, const Vector& root) {
    const std::size_t size = q_.size();
    for (std::size_t j = 0; j < size; ++j) {
      for (Eigen::Index i = 0; i < root.size(); ++i)
        q_[j][i] = design.values[static_cast<std::size_t>(i) * size + j] * root[i];
      const double whole = std::sqrt(q_[j].square().sum());
      for (std::size_t k = 0; k < j; ++k) {
        r_[k * size + j] = (q_[k] * q_[j]).sum();
        q_[j] -= r_[k * size + j] * q_[k];
      }
      const double rest = std::sqrt(q_[j].square().sum());
      if (!(rest > 1e-10 * whole)) return false;
      r_[j * size + j] = rest;
      q_[j] /= rest;
    }
    return true;
  }
  void solve(const Vector& target, std::vector<double>& coefficients) const {
    const std::size_t size = q_.size();
    for (std::size_t j = size; j-- > 0;) {
      double rest = (q_[j] * target).sum();
      for (std::size_t k = j + 1; k < size; ++k) rest -= r_[j * size + k] * coefficients[k];
      coefficients[j] = rest / r_[j * size + j];
    }
  }
  // (R'R)^-1, row-major.
  [[nodiscard]] std::vector<double> covariance() {
    const std::size_t size = q_.size();
    for (std::size_t j = 0; j < size; ++j)
      for (std::size_t i = j + 1; i-- > 0;) {
        double rest = i == j ? 1 : 0;
        for (std::size_t k = i + 1; k <= j; ++k) rest -= r_[i * size + k] * inverse_[k * size + j];
        inverse_[i * size + j] = rest / r_[i * size + i];
      }
    std::vector<double> product(size * size, 0.0);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j)
        for (std::size_t k = std::max(i, j); k < size; ++k)
          product[i * size + j] += inverse_[i * size + k] * inverse_[j * size + k];
    return product;
  }
  [[nodiscard]] std::vector<double> leverages() const {
    Vector sum = q_.front().square();
    for (std::size_t j = 1; j < q_.size(); ++j) sum += q_[j].square();
    return to_vector(sum);
  }

 private:
  std::vector<Vector> q_;
  std::vector<double> r_;  // row-major, upper triangle
  std::vector<double> inverse_;
};

void predict_all(const DesignMatrix& design, const std::vector<double>& coefficients, Vector& linear) {
  for (Eigen::Index i = 0; i < linear.size(); ++i) {
    const double* const row = design.values.data() + static_cast<std::size_t>(i) * design.columns;
    for (std::size_t j = 0; j < design.columns; ++j) linear[i] += row[j] * coefficients[j];
  }
}

}  // namespace

std::optional<PoissonFit> fit_poisson(const DesignMatrix& design, std::span<const double> y_values,
                                      std::span<const double> offset_values, std::span<const double> weight_values,
                                      double tolerance) {
  const auto rows = static_cast<Eigen::Index>(design.rows());
  const auto columns = static_cast<Eigen::Index>(design.columns);
  if (rows < columns || columns == 0) return std::nullopt;
  const Vector y = vector_of(y_values);
  const Vector offset = vector_of(offset_values);
  const Vector prior = vector_of(weight_values);
  // The deviance, 2 sum w (y log(y / m) - (y - m)), without a logarithm a step: that of m is known.
  const double saturated = (prior * ((y > 0).select(y * y.max(1e-300).log(), 0.0) - y)).sum();
  const auto deviance_of = [&](const Vector& linear, const Vector& means) {
    return 2 * (saturated - (prior * (y * linear - means)).sum());
  };
  Vector means = y + 0.1;
  Vector linear = means.log();
  Vector weights(rows);
  Vector root(rows);
  Vector target(rows);
  std::vector<double> coefficients(design.columns, 0.0);
  Orthonormal columns_of(rows, columns);
  double deviance = deviance_of(linear, means);
  bool has_converged = false;
  for (int step = 0; step < 25 && !has_converged; ++step) {
    weights = prior * means;
    root = weights.sqrt();
    target = root * (linear - offset + (y - means) / means);
    if (!columns_of.factor(design, root)) return std::nullopt;
    columns_of.solve(target, coefficients);
    linear = offset;
    predict_all(design, coefficients, linear);
    means = linear.exp();
    const double previous = deviance;
    deviance = deviance_of(linear, means);
    if (!std::isfinite(deviance)) return std::nullopt;
    has_converged = std::abs(deviance - previous) / (std::abs(deviance) + 0.1) < tolerance;
  }
  if (!has_converged) return std::nullopt;
  PoissonFit fit;
  fit.coefficients = coefficients;
  fit.covariance_unscaled = columns_of.covariance();
  fit.means = to_vector(means);
  fit.working_weights = to_vector(weights);
  const Vector residuals = (y - means) / means;
  fit.working_residuals = to_vector(residuals);
  fit.leverages = columns_of.leverages();
  fit.degrees_of_freedom = static_cast<double>(rows - columns);
  const double pearson = (weights * residuals.square()).sum();
  fit.dispersion = fit.degrees_of_freedom > 0 ? pearson / fit.degrees_of_freedom : 0;
  fit.deviance = deviance;
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
