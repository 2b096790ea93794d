#include "engine/analysis/binned_density.h"

#include <algorithm>
#include <cmath>

#include "engine/geo/usable_point.h"

namespace quadrille::analysis {
namespace {

// Half of a symmetric kernel at whole steps: weights[k] at distance k.
std::vector<float> half_kernel(double sigma_steps, double reach_sigmas) {
  // What binning adds is taken off; a kernel narrower than that keeps a little.
  const double variance = std::max(sigma_steps * sigma_steps - 1.0 / 6, 0.05);
  std::vector<float> weights;
  double total = -1;
  for (int k = 0; k <= std::ceil(reach_sigmas * sigma_steps); ++k) {
    const double weight = std::exp(-k * k / (2 * variance));
    weights.push_back(static_cast<float>(weight));
    total += 2 * weight;
  }
  for (auto& weight : weights) weight = static_cast<float>(weight / total);
  return weights;
}

// `stride` from one row to the next; columns are rounded up to whole strips. Around it there is room, and 0, as far as
// the kernel reaches.
struct Plane {
  std::size_t columns;
  std::size_t rows;
  std::size_t stride;
  std::ptrdiff_t step;  // 1 along a row, the stride across
  const float* from;
  float* to;
};

// Sums of a strip of this many columns stay in registers while the kernel passes.
constexpr std::size_t strip = 64;

// out = weights[0] middle + sum over k of weights[k] (middle[-k steps] + middle[+k steps]), for a strip; `step` from
// one neighbour to the next. What lies beyond is there and 0.
__attribute__((always_inline)) inline void smooth_strip(const float* middle, float* out, std::ptrdiff_t step,
                                                        std::span<const float> weights) {
  float sum[strip];
  for (std::size_t c = 0; c < strip; ++c) sum[c] = weights[0] * middle[c];
  for (std::size_t k = 1; k < weights.size(); ++k) {
    const float weight = weights[k];
    const float* __restrict const below = middle - static_cast<std::ptrdiff_t>(k) * step;
    const float* __restrict const above = middle + static_cast<std::ptrdiff_t>(k) * step;
    for (std::size_t c = 0; c < strip; ++c) sum[c] += weight * (below[c] + above[c]);
  }
  for (std::size_t c = 0; c < strip; ++c) out[c] = sum[c];
}

__attribute__((always_inline)) inline void smooth_body(const Plane& plane, std::span<const float> weights) {
  for (std::size_t r = 0; r < plane.rows; ++r)
    for (std::size_t c = 0; c < plane.columns; c += strip) {
      const std::size_t at = r * plane.stride + c;
      smooth_strip(plane.from + at, plane.to + at, plane.step, weights);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx2"))) void smooth_wide(const Plane& plane, std::span<const float> weights) {
  smooth_body(plane, weights);
}
__attribute__((target("avx2"))) void smooth_narrow(const Plane& plane, std::span<const float> weights) {
  smooth_body(plane, weights);
}
#endif
void smooth_scalar(const Plane& plane, std::span<const float> weights) { smooth_body(plane, weights); }

void smooth_rows(const Plane& plane, std::span<const float> weights) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return smooth_wide(plane, weights);
  if (__builtin_cpu_supports("avx2")) return smooth_narrow(plane, weights);
#endif
  smooth_scalar(plane, weights);
}

// Along both axes.
std::vector<float> smooth(const std::vector<float>& bins, std::size_t columns, std::size_t rows,
                          std::span<const float> kernel) {
  const std::size_t reach = kernel.size();
  const std::size_t whole = (columns + strip - 1) / strip * strip;
  const std::size_t stride = whole + 2 * reach;
  const std::size_t origin = reach * stride + reach;
  std::vector<float> first((rows + 2 * reach) * stride, 0.0F);
  std::vector<float> second(first.size(), 0.0F);
  for (std::size_t r = 0; r < rows; ++r)
    std::copy_n(bins.data() + r * columns, columns, first.data() + origin + r * stride);
  smooth_rows(
      {columns, rows, stride, static_cast<std::ptrdiff_t>(stride), first.data() + origin, second.data() + origin},
      kernel);
  smooth_rows({columns, rows, stride, 1, second.data() + origin, first.data() + origin}, kernel);
  std::vector<float> nodes(bins.size());
  for (std::size_t r = 0; r < rows; ++r)
    std::copy_n(first.data() + origin + r * stride, columns, nodes.data() + r * columns);
  return nodes;
}

}  // namespace

Result<BinnedDensity> BinnedDensity::make(std::span<const geo::Point> points, const geo::Grid& grid, double step_m,
                                          double sigma_m, double reach_sigmas) {
  return make_weighted(points, {}, grid, step_m, sigma_m, reach_sigmas);
}

Result<BinnedDensity> BinnedDensity::make_weighted(std::span<const geo::Point> points, std::span<const double> weights,
                                                   const geo::Grid& grid, double step_m, double sigma_m,
                                                   double reach_sigmas) {
  if (!(step_m > 0) || !(sigma_m > 0) || !(reach_sigmas > 0) || !std::isfinite(reach_sigmas * sigma_m / step_m))
    return invalid({"sigma, pas et portée sont positifs", "sigma, step and reach are positive"}, "sigma");
  for (const auto& point : points)
    if (!geo::is_usable(point))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "points");
  BinnedDensity binned;
  binned.step_m_ = step_m;
  const double padding = std::ceil(reach_sigmas * sigma_m / step_m) + 1;
  const double width = std::ceil(grid.columns() * grid.cell_m() / step_m) + 2 * padding;
  const double height = std::ceil(grid.rows() * grid.cell_m() / step_m) + 2 * padding;
  if (width * height > 1e8)
    return refuse(ErrorKind::too_large,
                  {"plus de 100 millions de nœuds : une maille plus grande ou un sigma plus petit",
                   "more than 100 million nodes: a larger cell or a smaller sigma"},
                  "sigma");
  binned.padding_ = static_cast<std::size_t>(padding);
  binned.columns_ = static_cast<std::size_t>(width);
  binned.rows_ = static_cast<std::size_t>(height);
  binned.origin_ = {grid.south_west().x_m + (0.5 - padding) * step_m, grid.south_west().y_m + (0.5 - padding) * step_m};
  std::vector<float> bins(binned.columns_ * binned.rows_, 0.0F);
  const double columns_max = width - 1;
  const double rows_max = height - 1;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = (points[i].x_m - binned.origin_.x_m) / step_m;
    const double y = (points[i].y_m - binned.origin_.y_m) / step_m;
    if (!(x >= 0 && y >= 0 && x < columns_max && y < rows_max)) continue;
    const auto column = static_cast<std::size_t>(x);
    const auto row = static_cast<std::size_t>(y);
    const auto east = static_cast<float>(x - static_cast<double>(column));
    const auto north = static_cast<float>(y - static_cast<double>(row));
    const float weight = weights.empty() ? 1.0F : static_cast<float>(weights[i]);
    float* const at = bins.data() + row * binned.columns_ + column;
    at[0] += weight * (1 - east) * (1 - north);
    at[1] += weight * east * (1 - north);
    at[binned.columns_] += weight * (1 - east) * north;
    at[binned.columns_ + 1] += weight * east * north;
  }
  const auto kernel = half_kernel(sigma_m / step_m, reach_sigmas);
  binned.at_peak_ = kernel[0];
  binned.next_to_peak_ = kernel.size() > 1 ? kernel[1] : 0.0F;
  binned.nodes_ = smooth(bins, binned.columns_, binned.rows_, kernel);
  const auto per_m2 = static_cast<float>(1 / (step_m * step_m));
  for (float& node : binned.nodes_) node *= per_m2;
  return binned;
}

double BinnedDensity::at(const geo::Point& point) const {
  const double x = (point.x_m - origin_.x_m) / step_m_;
  const double y = (point.y_m - origin_.y_m) / step_m_;
  if (!(x >= 0 && y >= 0 && x < static_cast<double>(columns_ - 1) && y < static_cast<double>(rows_ - 1))) return 0;
  const auto column = static_cast<std::size_t>(x);
  const auto row = static_cast<std::size_t>(y);
  const double east = x - static_cast<double>(column);
  const double north = y - static_cast<double>(row);
  const float* const node = nodes_.data() + row * columns_ + column;
  return static_cast<double>(node[0]) * (1 - east) * (1 - north) + static_cast<double>(node[1]) * east * (1 - north) +
         static_cast<double>(node[columns_]) * (1 - east) * north +
         static_cast<double>(node[columns_ + 1]) * east * north;
}

double BinnedDensity::own_share(const geo::Point& point) const {
  // Shared out with (1 - f, f) along an axis and read back with the same weights.
  const auto along = [&](double position) {
    const double f = position - std::floor(position);
    return ((1 - f) * (1 - f) + f * f) * static_cast<double>(at_peak_) +
           2 * f * (1 - f) * static_cast<double>(next_to_peak_);
  };
  return along((point.x_m - origin_.x_m) / step_m_) * along((point.y_m - origin_.y_m) / step_m_) / (step_m_ * step_m_);
}

std::vector<double> BinnedDensity::on(const geo::Grid& grid) const {
  std::vector<double> density;
  density.reserve(grid.size());
  for (std::size_t r = 0; r < static_cast<std::size_t>(grid.rows()); ++r) {
    const float* const row = nodes_.data() + (r + padding_) * columns_ + padding_;
    density.insert(density.end(), row, row + grid.columns());
  }
  return density;
}

}  // namespace quadrille::analysis
