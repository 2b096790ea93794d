#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "engine/geo/grid.h"

// Where are recorded events dense? Gaussian kernel density at the centre of each cell of a grid, in events per square
// metre, row-major (grid.index). Says where records are, not where the phenomenon is: must not be read as risk, nor
// compared between channels.

namespace quadrille::analysis {

enum class DensityMethod {
  exact,     // every point's kernel at every cell in reach
  binned,    // points shared out among the four cell centres around them, then two one-dimensional passes
  adaptive,  // narrower where points are dense (Abramson 1982, "On bandwidth variation in kernel estimates")
};

enum class EdgeCorrection {
  none,     // near the border of the grid too low
  uniform,  // divided by the part of the kernel that lies inside the grid (Diggle 1985, Applied Statistics 34:138)
};

struct DensityOptions {
  Metres sigma;  // adaptive: of the pilot, and the geometric mean of the points' own
  DensityMethod method = DensityMethod::exact;
  EdgeCorrection edge = EdgeCorrection::none;
  // Beyond this many sigmas a point counts for nothing; 5 leaves out less than 4e-6 of its weight.
  double reach_sigmas = 5;
  double widest = 5;  // adaptive: no point's sigma exceeds so many of `sigma`
};

// exact and adaptive: O(points * (2 reach sigma / cell)^2), the kernel being separable: each point is two vectors of
// weights and one outer product. binned: O(points + cells * reach sigma / cell); the spread that binning adds is taken
// off the kernel, the error is under 1 % of the largest density at sigma = 2 cells and falls with the fourth power.
// Refused: field `sigma` (not positive; binned: under one cell), `points` (not finite), `reach_sigmas`, `widest`; kind
// `too_large` when the padded grid of `binned` passes 100 million cells.
[[nodiscard]] Result<std::vector<double>> kernel_density(std::span<const geo::Point> points, const geo::Grid& grid,
                                                         const DensityOptions& options);

}  // namespace quadrille::analysis
