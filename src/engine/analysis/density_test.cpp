#include "engine/analysis/density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>

#include "base/random.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

std::vector<geo::Point> reference_points() {
  std::ifstream file(testing::data_folder() / "reference" / "kde100k.csv");
  std::vector<geo::Point> points;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    geo::Point point;
    std::sscanf(line.c_str(), "%lf,%lf", &point.x_m, &point.y_m);
    points.push_back(point);
  }
  return points;
}

struct Probe {
  int ix = 0;
  int iy = 0;
  double exact = 0;
  double plain = 0;      // spatstat, without edge correction
  double corrected = 0;  // spatstat, edge = TRUE
};

std::vector<Probe> reference_probes() {
  std::ifstream file(testing::data_folder() / "reference" / "kde100k_sigma250_probe25.csv");
  std::vector<Probe> probes;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    Probe probe;
    double x = 0;
    double y = 0;
    std::sscanf(line.c_str(), "%d,%d,%lf,%lf,%lf,%lf,%lf", &probe.ix, &probe.iy, &x, &y, &probe.exact, &probe.plain,
                &probe.corrected);
    probes.push_back(probe);
  }
  return probes;
}

TEST(Density, agrees_with_the_exact_double_sum_and_with_spatstat) {
  const auto points = reference_points();
  const auto probes = reference_probes();
  if (points.empty() || probes.empty()) GTEST_SKIP() << "reference data absent: density NOT COMPARED";
  ASSERT_EQ(probes.size(), 25U);
  const auto grid = geo::Grid::covering({{0, 0}, {9'999, 9'999}}, 50_m);
  const auto exact = kernel_density(points, grid, {.sigma = 250_m});
  const auto binned = kernel_density(points, grid, {.sigma = 250_m, .method = DensityMethod::binned});
  const auto corrected = kernel_density(points, grid, {.sigma = 250_m, .edge = EdgeCorrection::uniform});
  ASSERT_TRUE(exact && binned && corrected);
  for (const auto& probe : probes) {
    const auto i = grid.index({probe.ix, probe.iy});
    EXPECT_NEAR((*exact)[i] / probe.exact, 1, 1e-4);
    EXPECT_NEAR((*binned)[i] / probe.exact, 1, 5e-3);
    // The factor of the edge; spatstat works on pixels.
    EXPECT_NEAR(((*corrected)[i] / (*exact)[i]) / (probe.corrected / probe.plain), 1, 5e-3);
  }
}

TEST(Density, a_lone_point_integrates_to_one) {
  const auto grid = geo::Grid::covering({{-2'000, -2'000}, {2'000, 2'000}}, 20_m);
  for (const auto method : {DensityMethod::exact, DensityMethod::binned, DensityMethod::adaptive}) {
    const auto density = kernel_density(std::vector<geo::Point>{{13, 7}}, grid, {.sigma = 200_m, .method = method});
    EXPECT_NEAR(std::accumulate(density->begin(), density->end(), 0.0) * 400, 1, 1e-4);
  }
}

// The definition, in plain doubles.
double adaptive_at(const geo::Point& place, const std::vector<geo::Point>& points, double sigma, double widest) {
  const auto kernel = [](const geo::Point& a, const geo::Point& b, double s) {
    return std::exp(-geo::squared_distance(a, b) / (2 * s * s)) / (2 * std::numbers::pi * s * s);
  };
  std::vector<double> roots;
  double logs = 0;
  for (const auto& point : points) {
    double pilot = 0;
    for (const auto& other : points) pilot += kernel(point, other, sigma);
    roots.push_back(1 / std::sqrt(pilot));
    logs += std::log(roots.back()) / static_cast<double>(points.size());
  }
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    sum += kernel(place, points[i], sigma * std::min(roots[i] / std::exp(logs), widest));
  return sum;
}

// The points of tests/oracles/density.R: half of them in a knot.
std::vector<geo::Point> knotted_points() {
  std::vector<geo::Point> points;
  for (int i = 1; i <= 400; ++i) {
    double x = i * 7919 % 10007 / 10007.0 * 4000;
    double y = i * 104729 % 10009 / 10009.0 * 4000;
    if (i <= 200) {
      x = 1500 + (x - 2000) / 8;
      y = 1500 + (y - 2000) / 8;
    }
    points.push_back({x, y});
  }
  return points;
}

TEST(Density, adaptive_agrees_with_its_definition_and_with_sparr) {
  const auto points = knotted_points();
  const auto grid = geo::Grid::covering({{0, 0}, {3'999, 3'999}}, 20_m);
  const auto plain = kernel_density(points, grid, {.sigma = 300_m, .method = DensityMethod::adaptive});
  const auto corrected = kernel_density(
      points, grid, {.sigma = 300_m, .method = DensityMethod::adaptive, .edge = EdgeCorrection::uniform});
  ASSERT_TRUE(plain && corrected);
  struct Row {
    double x;
    double y;
    double none;
    double uniform;
  };
  const auto first = grid.index(*grid.cell_at({1510, 1510}));
  // sparr 2.2-17 on 200 x 200 pixels, printed by tests/oracles/density.R.
  for (const auto& row :
       {Row{1510, 1510, 0.0008366673088, 0.0007170556799}, Row{1010, 2010, 1.802291003e-05, 1.621868095e-05},
        Row{3010, 3010, 1.208812373e-05, 1.230068431e-05}, Row{210, 210, 4.316763464e-06, 1.142909347e-05},
        Row{3990, 2010, 6.676489545e-06, 1.186915806e-05}}) {
    const auto cell = grid.index(*grid.cell_at({row.x, row.y}));
    EXPECT_NEAR((*plain)[cell] / adaptive_at({row.x, row.y}, points, 300, 5), 1, 2e-3);
    // Without edge correction sparr scales its density to one over the window: ratios are compared.
    EXPECT_NEAR((*plain)[cell] / (*plain)[first] / (row.none / 0.0008366673088), 1, 5e-3);
    EXPECT_NEAR((*corrected)[cell] / row.uniform, 1, 0.05);
  }
}

TEST(Density, binned_follows_exact_closer_and_closer) {
  Random random({5}, 0);
  std::vector<geo::Point> points;
  for (int i = 0; i < 2'000; ++i) points.push_back({random.next_uniform() * 2'000, random.next_uniform() * 2'000});
  double last = 1;
  for (const double sigma : {40.0, 80.0, 160.0}) {
    const auto grid = geo::Grid::covering({{0, 0}, {1'999, 1'999}}, 20_m);
    const auto exact = *kernel_density(points, grid, {.sigma = Metres{sigma}});
    const auto binned = *kernel_density(points, grid, {.sigma = Metres{sigma}, .method = DensityMethod::binned});
    double worst = 0;
    double most = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      worst = std::max(worst, std::abs(exact[i] - binned[i]));
      most = std::max(most, exact[i]);
    }
    EXPECT_LT(worst / most, 0.012);
    EXPECT_LT(worst / most, last);
    last = worst / most;
  }
}

TEST(Density, points_far_outside_and_hostile_options_do_no_harm) {
  const auto grid = geo::Grid::covering({{0, 0}, {99, 99}}, 10_m);
  const std::vector<geo::Point> far{{9e8, -9e8}, {-1e9, 50}};
  for (const auto method : {DensityMethod::exact, DensityMethod::binned, DensityMethod::adaptive})
    for (const double value : *kernel_density(far, grid, {.sigma = 20_m, .method = method})) EXPECT_EQ(value, 0);
  const std::vector<geo::Point> one{{50, 50}};
  EXPECT_EQ(kernel_density(one, grid, {.sigma = 0_m}).error().field, "sigma");
  EXPECT_EQ(kernel_density(one, grid, {.sigma = 5_m, .method = DensityMethod::binned}).error().field, "sigma");
  EXPECT_EQ(kernel_density(one, grid, {.sigma = 5_m, .widest = 0.5}).error().field, "widest");
  EXPECT_EQ(kernel_density(std::vector<geo::Point>{{std::nan(""), 0}}, grid, {.sigma = 1_m}).error().field, "points");
  EXPECT_EQ(kernel_density(std::vector<geo::Point>{{1e300, 0}}, grid, {.sigma = 1_m}).error().field, "points");
  EXPECT_TRUE(kernel_density({}, grid, {.sigma = 20_m, .method = DensityMethod::adaptive}));
}

}  // namespace
}  // namespace quadrille::analysis
