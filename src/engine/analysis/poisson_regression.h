#pragma once

#include <optional>
#include <span>
#include <vector>

// Quasi-Poisson regression with a logarithmic link, by iteratively reweighted least squares (McCullagh and Nelder 1989,
// "Generalized Linear Models", section 2.5).

namespace quadrille::analysis {

// Row-major: one row an observation.
struct DesignMatrix {
  std::size_t columns = 0;
  std::vector<double> values;

  [[nodiscard]] std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
};

struct PoissonFit {
  std::vector<double> coefficients;
  // (X'WX)^-1, row-major, at the weights of the last step; times the dispersion: the covariance.
  std::vector<double> covariance_unscaled;
  std::vector<double> means;              // fitted
  std::vector<double> working_residuals;  // (y - mean) / mean
  std::vector<double> working_weights;    // of the last step
  std::vector<double> leverages;
  double degrees_of_freedom = 0;
  double dispersion = 1;  // Pearson's chi squared over degrees of freedom; 0 when none are left
  double deviance = 0;
};

// Fits E(y) = exp(X b + offset) with prior weights. Stops when the deviance changes by less than `tolerance` of itself
// (1e-8: the habit of R's glm), at most 25 steps. Nothing when it does not converge, when columns are collinear, or
// when there are fewer rows than columns. O(steps * rows * columns^2).
[[nodiscard]] std::optional<PoissonFit> fit_poisson(const DesignMatrix& design, std::span<const double> y,
                                                    std::span<const double> offset, std::span<const double> weights,
                                                    double tolerance = 1e-8);

// The same for many small fits one after the other: what it works in is kept between them.
class PoissonRegression {
 public:
  // Into `fit`, whose vectors are used again; false where fit_poisson gives nothing.
  [[nodiscard]] bool fit(const DesignMatrix& design, std::span<const double> y, std::span<const double> offset,
                         std::span<const double> weights, PoissonFit& fit, double tolerance = 1e-8);

 private:
  std::vector<double> linear_;
  std::vector<double> root_;
  std::vector<double> target_;
  std::vector<double> orthonormal_;  // column after column
  std::vector<double> r_;            // row-major, upper triangle
  std::vector<double> inverse_;

  bool factor(const DesignMatrix& design);
  void solve(std::vector<double>& coefficients) const;
  void write_covariance(std::vector<double>& covariance);
};

// X b + offset of one row, and its standard error for the given dispersion.
struct LinearPrediction {
  double value = 0;
  double standard_error = 0;
};
[[nodiscard]] LinearPrediction predict(const PoissonFit& fit, std::span<const double> row, double offset,
                                       double dispersion);

}  // namespace quadrille::analysis
