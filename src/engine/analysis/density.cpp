#include "engine/analysis/density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace quadrille::analysis {
namespace {

// Weights of one axis: exp(-(first + k)^2 cell^2 / 2 sigma^2) for the cells in reach. Gaussian at even steps by two
// multiplications a step: w(k+1) = w(k) r(k), r(k+1) = r(k) c.
struct Axis {
  int first = 0;
  std::vector<double> weights;

  void compute(double position_cells, int cells, double sigma_cells, double reach) {
    first = std::max(0, static_cast<int>(std::ceil(position_cells - reach - 0.5)));
    const int last = std::min(cells - 1, static_cast<int>(std::floor(position_cells + reach - 0.5)));
    weights.clear();
    if (last < first) return;
    const double start = (first + 0.5) - position_cells;
    const double inverse = 1 / (2 * sigma_cells * sigma_cells);
    double weight = std::exp(-start * start * inverse);
    double ratio = std::exp(-(2 * start + 1) * inverse);
    const double ratio_step = std::exp(-2 * inverse);
    for (int k = first; k <= last; ++k) {
      weights.push_back(weight);
      weight *= ratio;
      ratio *= ratio_step;
    }
  }
};

}  // namespace

Result<std::vector<double>> kernel_density(std::span<const geo::Point> points, const geo::Grid& grid,
                                           const DensityOptions& options) {
  if (!(options.sigma.value > 0) || !std::isfinite(options.sigma.value))
    return invalid({"sigma doit être positif", "sigma must be positive"}, "sigma_m");
  if (!(options.reach_sigmas > 0))
    return invalid({"la portée doit être positive", "the reach must be positive"}, "reach_sigmas");
  std::vector<double> density(grid.size(), 0.0);
  const double sigma_cells = options.sigma.value / grid.cell_m();
  const double reach = options.reach_sigmas * sigma_cells;
  const geo::Point origin = grid.south_west();
  Axis east;
  Axis north;
  for (const auto& point : points) {
    if (!std::isfinite(point.x_m) || !std::isfinite(point.y_m))
      return invalid({"un point n'est pas un nombre", "a point is not a number"}, "points");
    east.compute((point.x_m - origin.x_m) / grid.cell_m(), grid.columns(), sigma_cells, reach);
    north.compute((point.y_m - origin.y_m) / grid.cell_m(), grid.rows(), sigma_cells, reach);
    for (std::size_t r = 0; r < north.weights.size(); ++r) {
      const double weight = north.weights[r];
      double* row = density.data() + grid.index({east.first, north.first + static_cast<int>(r)});
      for (std::size_t c = 0; c < east.weights.size(); ++c) row[c] += weight * east.weights[c];
    }
  }
  const double scale = 1 / (2 * std::numbers::pi * options.sigma.value * options.sigma.value);
  for (double& value : density) value *= scale;
  return density;
}

}  // namespace quadrille::analysis
