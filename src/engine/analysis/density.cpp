#include "engine/analysis/density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/analysis/binned_density.h"
#include "engine/geo/usable_point.h"

namespace quadrille::analysis {
namespace {

// Weights are padded with zeros to whole vectors of the widest kind; what they add is nothing.
constexpr std::size_t padding = 8;

// Weights of one axis: exp(-(first + k)^2 cell^2 / 2 sigma^2) for the cells in reach. Gaussian at even steps by two
// multiplications a step: w(k+1) = w(k) r(k), r(k+1) = r(k) c.
struct Axis {
  int first = 0;
  std::vector<double> weights;

  void compute(double position_cells, int cells, double sigma_cells, double reach_sigmas) {
    const double reach = reach_sigmas * sigma_cells;
    first = static_cast<int>(std::clamp(std::ceil(position_cells - reach - 0.5), 0.0, static_cast<double>(cells)));
    const int last = static_cast<int>(std::clamp(std::floor(position_cells + reach - 0.5), -1.0, cells - 1.0));
    weights.clear();
    size_ = 0;
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
    size_ = weights.size();
    weights.resize((size_ + padding - 1) / padding * padding, 0.0);
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

// One point's kernel: the outer product of its two axes.
struct Kernel {
  const Axis& east;
  const Axis& north;
  double* corner;
  std::size_t columns;
  double scale;
};

template <std::size_t Bytes>
__attribute__((always_inline)) inline void add_body(const Kernel& kernel) {
  typedef double Vector __attribute__((vector_size(Bytes), aligned(8)));
  const std::size_t vectors = kernel.east.weights.size() * sizeof(double) / Bytes;
  const Vector* const east = reinterpret_cast<const Vector*>(kernel.east.weights.data());
  for (std::size_t r = 0; r < kernel.north.size(); ++r) {
    const double weight = kernel.north.weights[r] * kernel.scale;
    Vector* const row = reinterpret_cast<Vector*>(kernel.corner + r * kernel.columns);
    for (std::size_t v = 0; v < vectors; ++v) row[v] += weight * east[v];
  }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx2"))) void add_wide(const Kernel& kernel) { add_body<64>(kernel); }
__attribute__((target("avx2"))) void add_narrow(const Kernel& kernel) { add_body<32>(kernel); }
#endif
void add_scalar(const Kernel& kernel) { add_body<sizeof(double)>(kernel); }

// The same sums, cell by cell, whatever the width.
auto fastest_add() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return &add_wide;
  if (__builtin_cpu_supports("avx2")) return &add_narrow;
#endif
  return &add_scalar;
}

// Sum of the points' kernels, each with its own sigma and 1 / (2 pi sigma^2).
template <class SigmaOf>
std::vector<double> sum_of_kernels(std::span<const geo::Point> points, const geo::Grid& grid, double reach_sigmas,
                                   const SigmaOf& sigma_of) {
  std::vector<double> density(grid.size() + padding, 0.0);
  const geo::Point origin = grid.south_west();
  const auto add = fastest_add();
  Axis east;
  Axis north;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double sigma_m = sigma_of(i);
    const double sigma_cells = sigma_m / grid.cell_m();
    east.compute((points[i].x_m - origin.x_m) / grid.cell_m(), grid.columns(), sigma_cells, reach_sigmas);
    north.compute((points[i].y_m - origin.y_m) / grid.cell_m(), grid.rows(), sigma_cells, reach_sigmas);
    if (east.weights.empty() || north.weights.empty()) continue;
    add({east, north, density.data() + grid.index({east.first, north.first}), static_cast<std::size_t>(grid.columns()),
         1 / (2 * std::numbers::pi * sigma_m * sigma_m)});
  }
  density.resize(grid.size());
  return density;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

// Part of a kernel at `point` that lies inside the grid.
double mass_inside(const geo::Point& point, const geo::Grid& grid, double sigma_m) {
  const geo::Point low = grid.south_west();
  const double width = grid.columns() * grid.cell_m();
  const double height = grid.rows() * grid.cell_m();
  const double x = point.x_m - low.x_m;
  const double y = point.y_m - low.y_m;
  return (normal_cdf((width - x) / sigma_m) - normal_cdf(-x / sigma_m)) *
         (normal_cdf((height - y) / sigma_m) - normal_cdf(-y / sigma_m));
}

template <class SigmaOf>
void correct_edges(std::vector<double>& density, const geo::Grid& grid, const SigmaOf& sigma_of) {
  for (std::size_t i = 0; i < density.size(); ++i)
    density[i] /= mass_inside(grid.centre(grid.cell(i)), grid, sigma_of(i));
}

// A pilot density of fixed sigma decides each point's own: sigma (pilot / geometric mean)^(-1/2).
Result<std::vector<double>> adaptive_density(std::span<const geo::Point> points, const geo::Grid& grid,
                                             const DensityOptions& options) {
  const double sigma = options.sigma.value;
  const bool corrects = options.edge == EdgeCorrection::uniform;
  const double cell = std::min(grid.cell_m(), sigma / 8);
  const auto pilot = BinnedDensity::make(points, grid, cell, sigma, options.reach_sigmas);
  if (!pilot) return Failure(pilot.error());
  const auto pilot_at = [&](const geo::Point& point) {
    const double value = pilot->at(point);
    return corrects ? value / std::max(mass_inside(point, grid, sigma), 1e-12) : value;
  };
  std::vector<double> sigmas;
  double log_sum = 0;
  for (const auto& point : points) {
    const double root = 1 / std::sqrt(std::max(pilot_at(point), 1e-300));
    sigmas.push_back(root);
    log_sum += std::log(root);
  }
  if (points.empty()) return std::vector<double>(grid.size(), 0.0);
  const double geometric_mean = std::exp(log_sum / static_cast<double>(points.size()));
  for (double& one : sigmas) one = sigma * std::min(one / geometric_mean, options.widest);
  auto density = sum_of_kernels(points, grid, options.reach_sigmas, [&](std::size_t i) { return sigmas[i]; });
  if (corrects)
    correct_edges(density, grid, [&](std::size_t i) {
      const double root = 1 / std::sqrt(std::max(pilot_at(grid.centre(grid.cell(i))), 1e-300));
      return sigma * std::min(root / geometric_mean, options.widest);
    });
  return density;
}

Result<void> check(std::span<const geo::Point> points, const DensityOptions& options) {
  if (!(options.sigma.value > 0) || !std::isfinite(options.sigma.value))
    return invalid({"sigma doit être positif", "sigma must be positive"}, "sigma");
  if (!(options.reach_sigmas > 0))
    return invalid({"la portée doit être positive", "the reach must be positive"}, "reach_sigmas");
  if (!(options.widest >= 1)) return invalid({"au moins 1", "at least 1"}, "widest");
  for (const auto& point : points)
    if (!geo::is_usable(point))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "points");
  return {};
}

}  // namespace

Result<std::vector<double>> kernel_density(std::span<const geo::Point> points, const geo::Grid& grid,
                                           const DensityOptions& options) {
  if (const auto fine = check(points, options); !fine) return Failure(fine.error());
  if (options.method == DensityMethod::adaptive) return adaptive_density(points, grid, options);
  const double sigma = options.sigma.value;
  std::vector<double> density;
  if (options.method == DensityMethod::binned) {
    if (sigma < grid.cell_m())
      return invalid(
          {"la méthode binned veut sigma d'au moins une maille", "binned needs a sigma of at least one cell"}, "sigma");
    auto binned = BinnedDensity::make(points, grid, grid.cell_m(), sigma, options.reach_sigmas);
    if (!binned) return Failure(binned.error());
    density = binned->on(grid);
  } else {
    density = sum_of_kernels(points, grid, options.reach_sigmas, [&](std::size_t) { return sigma; });
  }
  if (options.edge == EdgeCorrection::uniform) correct_edges(density, grid, [&](std::size_t) { return sigma; });
  return density;
}

}  // namespace quadrille::analysis
