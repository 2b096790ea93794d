#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "engine/geo/grid.h"

namespace quadrille::analysis {

// Gaussian density by binning (Wand 1994, "Fast computation of multivariate kernel estimators"): each point is shared
// out among the four nodes around it, then the nodes are smoothed along one axis and the other. Linear binning adds a
// variance of a sixth of a squared step to each axis; the kernel is that much narrower.
class BinnedDensity {
 public:
  // Nodes lie `step_m` apart over the grid and, so that what is just outside counts, `reach` sigmas beyond it; where
  // the step is the grid's cell they are its centres. Refused: points that are not finite (`points`); a step, sigma or
  // reach that is not positive, more than 100 million nodes (`sigma`).
  [[nodiscard]] static Result<BinnedDensity> make(std::span<const geo::Point> points, const geo::Grid& grid,
                                                  double step_m, double sigma_m, double reach_sigmas);
  // The same, point i counting weights[i].
  [[nodiscard]] static Result<BinnedDensity> make_weighted(std::span<const geo::Point> points,
                                                           std::span<const double> weights, const geo::Grid& grid,
                                                           double step_m, double sigma_m, double reach_sigmas);

  // Between nodes by bilinear interpolation; 0 outside.
  [[nodiscard]] double at(const geo::Point& point) const;
  // What a point of weight 1 adds at itself, by the way it was binned, smoothed and interpolated.
  [[nodiscard]] double own_share(const geo::Point& point) const;
  // At the cell centres of the grid it was made for with step = cell.
  [[nodiscard]] std::vector<double> on(const geo::Grid& grid) const;

 private:
  geo::Point origin_;
  double step_m_ = 1;
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::size_t padding_ = 0;
  float at_peak_ = 0;  // the one-dimensional kernel at distance 0 and 1 step
  float next_to_peak_ = 0;
  std::vector<float> nodes_;
};

}  // namespace quadrille::analysis
