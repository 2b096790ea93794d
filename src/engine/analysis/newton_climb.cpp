#include "engine/analysis/newton_climb.h"

#include <Eigen/Dense>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace quadrille::analysis {
namespace {

constexpr int iterations_max = 50;
constexpr double convergence = 1e-12;

double two_sided_p(double z) {
  if (!std::isfinite(z)) return 1;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
}

}  // namespace

Result<int> climb(std::vector<double>& parameters, const std::function<Slope(const std::vector<double>&)>& likelihood) {
  const auto size = static_cast<Eigen::Index>(parameters.size());
  const Eigen::Map<Eigen::VectorXd> at(parameters.data(), size);
  std::vector<double> tried(parameters.size());
  Eigen::Map<Eigen::VectorXd> trial(tried.data(), size);
  double value = likelihood(parameters).value;
  for (int iteration = 1; iteration <= iterations_max; ++iteration) {
    const auto here = likelihood(parameters);
    const Eigen::LDLT<Eigen::MatrixXd> solver(Eigen::Map<const Eigen::MatrixXd>(here.information.data(), size, size));
    if (solver.info() != Eigen::Success || !solver.isPositive())
      return invalid({"les covariables sont liées entre elles ou sans effet mesurable",
                      "the covariates depend on each other or have no measurable effect"},
                     "covariates");
    Eigen::VectorXd step = solver.solve(Eigen::Map<const Eigen::VectorXd>(here.score.data(), size));
    trial = at + step;
    double next = likelihood(tried).value;
    for (int halving = 0; halving < 30 && !(next >= value - 1e-10 * std::abs(value)); ++halving) {
      step *= 0.5;
      trial = at + step;
      next = likelihood(tried).value;
    }
    parameters = tried;
    const bool has_converged =
        std::abs(next - value) <= convergence * (std::abs(next) + 1) && step.norm() <= 1e-9 * (at.norm() + 1);
    value = next;
    if (has_converged) return iteration;
  }
  return invalid({"l'estimation ne converge pas : une covariable sépare peut-être les retours",
                  "the fit does not converge: a covariate may separate the returns"},
                 "covariates");
}

Coefficient make_coefficient(const std::string& name, double estimate, double standard_error,
                             std::optional<double> robust) {
  const double z = estimate / robust.value_or(standard_error);
  return {name, estimate, standard_error, robust, z, two_sided_p(z)};
}

}  // namespace quadrille::analysis
