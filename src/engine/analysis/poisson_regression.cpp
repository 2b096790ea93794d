#include "engine/analysis/poisson_regression.h"

#include <Eigen/Dense>
#include <cmath>

namespace quadrille::analysis {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Vector vector_of(std::span<const double> values) {
  return Eigen::Map<const Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
}

double deviance_of(const Vector& y, const Vector& means, const Vector& weights) {
  double sum = 0;
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const double log_part = y[i] > 0 ? y[i] * std::log(y[i] / means[i]) : 0;
    sum += 2 * weights[i] * (log_part - (y[i] - means[i]));
  }
  return sum;
}

std::vector<double> to_vector(const Vector& values) { return {values.data(), values.data() + values.size()}; }

}  // namespace

std::optional<PoissonFit> fit_poisson(const DesignMatrix& design, std::span<const double> y_values,
                                      std::span<const double> offset_values, std::span<const double> weight_values,
                                      double tolerance) {
  const auto rows = static_cast<Eigen::Index>(design.rows());
  const auto columns = static_cast<Eigen::Index>(design.columns);
  if (rows < columns || columns == 0) return std::nullopt;
  const Matrix x = Eigen::Map<const RowMajor>(design.values.data(), rows, columns);
  const Vector y = vector_of(y_values);
  const Vector offset = vector_of(offset_values);
  const Vector prior = vector_of(weight_values);
  Vector means = (y.array() + 0.1).matrix();
  Vector linear = means.array().log().matrix();
  Vector weights;
  Vector coefficients;
  Matrix weighted;
  double deviance = deviance_of(y, means, prior);
  bool has_converged = false;
  for (int step = 0; step < 25 && !has_converged; ++step) {
    weights = prior.cwiseProduct(means);
    const Vector target = (linear - offset).array() + (y - means).array() / means.array();
    const Vector root = weights.cwiseSqrt();
    weighted = root.asDiagonal() * x;
    const Eigen::ColPivHouseholderQR<Matrix> qr(weighted);
    if (qr.rank() < columns) return std::nullopt;
    coefficients = qr.solve(root.cwiseProduct(target));
    linear = x * coefficients + offset;
    means = linear.array().exp().matrix();
    const double previous = deviance;
    deviance = deviance_of(y, means, prior);
    if (!std::isfinite(deviance)) return std::nullopt;
    has_converged = std::abs(deviance - previous) / (std::abs(deviance) + 0.1) < tolerance;
  }
  if (!has_converged) return std::nullopt;
  const Matrix covariance = (weighted.transpose() * weighted).inverse();
  PoissonFit fit;
  fit.coefficients = to_vector(coefficients);
  const RowMajor covariance_rows = covariance;
  fit.covariance_unscaled.assign(covariance_rows.data(), covariance_rows.data() + covariance_rows.size());
  fit.means = to_vector(means);
  fit.working_weights = to_vector(weights);
  fit.working_residuals = to_vector(((y - means).array() / means.array()).matrix());
  fit.leverages = to_vector((weighted * covariance).cwiseProduct(weighted).rowwise().sum());
  fit.degrees_of_freedom = static_cast<double>(rows - columns);
  double pearson = 0;
  for (Eigen::Index i = 0; i < rows; ++i)
    pearson += weights[i] * fit.working_residuals[static_cast<std::size_t>(i)] *
               fit.working_residuals[static_cast<std::size_t>(i)];
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
