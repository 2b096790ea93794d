#pragma once

#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "engine/geo/grid.h"

namespace quadrille::analysis {

struct DensityOptions {
  Metres sigma;
  // Beyond this many sigmas a point counts for nothing; 5 leaves out less than 4e-6 of its weight.
  double reach_sigmas = 5;
};

// Gaussian kernel density at the centre of each cell of the grid, in events per square metre, row-major (grid.index);
// no edge correction: near the border of the data it is too low (Diggle 1985, "A kernel method for smoothing point
// process data", Applied Statistics 34). The kernel is separable: each point is two vectors of weights and one outer
// product. O(points * (2 reach sigma / cell)^2). Refused: sigma not positive, points that are not finite.
//
// Says where recorded events are dense, not where the phenomenon is: must not be read as risk, nor compared between
// channels.
[[nodiscard]] Result<std::vector<double>> kernel_density(std::span<const geo::Point> points, const geo::Grid& grid,
                                                         const DensityOptions& options);

}  // namespace quadrille::analysis
