#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/survival.h"

// What the regressions of survival.h share: Newton's climb of a log-likelihood, and what is said of a coefficient.

namespace quadrille::analysis {

// A log-likelihood at one point: value, gradient, observed information (minus the matrix of second derivatives,
// row-major). Its value is minus infinity where the parameters are not allowed.
struct Slope {
  double value = 0;
  std::vector<double> score;
  std::vector<double> information;
};

// A Newton step that is halved until the likelihood does not fall. The number of steps; refused with field
// "covariates" where the likelihood has no inner maximum.
[[nodiscard]] Result<int> climb(std::vector<double>& parameters,
                                const std::function<Slope(const std::vector<double>&)>& likelihood);

// With its Wald test, from the robust error where there is one.
[[nodiscard]] Coefficient make_coefficient(const std::string& name, double estimate, double standard_error,
                                           std::optional<double> robust);

}  // namespace quadrille::analysis
