#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <numeric>

#include "base/random.h"
#include "engine/analysis/counts.h"
#include "engine/analysis/density.h"
#include "engine/analysis/false_discovery.h"
#include "engine/analysis/local_association.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

TEST(Counts, intervals_agree_with_published_ones) {
  // Garwood 1936, table; also R's poisson.test(10)$conf.int.
  EXPECT_EQ(poisson_interval(0).low, 0);
  EXPECT_NEAR(poisson_interval(0).high, 3.688879, 1e-6);
  EXPECT_NEAR(poisson_interval(10).low, 4.795389, 1e-6);
  EXPECT_NEAR(poisson_interval(10).high, 18.390356, 1e-6);
  EXPECT_NEAR(poisson_interval(1, 0.9).low, 0.05129329, 1e-7);
}

TEST(Counts, intervals_cover_at_least_their_level) {
  Random random({8}, 0);
  for (const double mean : {0.7, 5.0, 60.0}) {
    int covered = 0;
    constexpr int trials = 4000;
    for (int i = 0; i < trials; ++i) {
      const auto interval = poisson_interval(static_cast<std::int64_t>(random.next_poisson(mean)));
      covered += interval.low <= mean && mean <= interval.high ? 1 : 0;
    }
    EXPECT_GE(covered, trials * 0.945) << mean;
  }
}

TEST(Counts, ratios_agree_with_r) {
  // R: poisson.test(c(11, 6), c(800, 1083)).
  const auto result = rate_ratio({11, 800}, {6, 1083});
  EXPECT_NEAR(*result.ratio, 2.481875, 1e-6);
  EXPECT_NEAR(result.interval.low, 0.8413434648, 1e-9);
  EXPECT_NEAR(result.interval.high, 8.1731604728, 1e-9);
  EXPECT_FALSE(rate_ratio({3, 1}, {0, 1}).ratio);
  EXPECT_TRUE(std::isinf(rate_ratio({3, 1}, {0, 1}).interval.high));
  EXPECT_EQ(rate_ratio({0, 1}, {0, 1}).p, 1);
  EXPECT_NEAR(rate_ratio({20, 30}, {20, 30}).p, 1, 1e-12);
}

TEST(FalseDiscovery, agrees_with_r_p_adjust) {
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "BH") and "BY".
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005, 0.5};
  const auto bh = adjusted(p, DiscoveryControl::bh);
  const std::vector<double> expected{0.025, 0.05, 0.05, 0.025, 0.5};
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(bh[i], expected[i], 1e-12);
  const auto by = adjusted(p, DiscoveryControl::by);
  EXPECT_NEAR(by[0], 0.025 * (1 + 0.5 + 1.0 / 3 + 0.25 + 0.2), 1e-12);
  EXPECT_TRUE(adjusted({}, DiscoveryControl::bh).empty());
}

TEST(Density, agrees_with_the_exact_double_sum) {
  const auto folder = testing::data_folder() / "reference";
  std::ifstream points_file(folder / "kde100k.csv");
  std::ifstream probe_file(folder / "kde100k_sigma250_probe25.csv");
  if (!points_file || !probe_file) GTEST_SKIP() << "reference data absent: density NOT COMPARED with the exact sum";
  std::vector<geo::Point> points;
  std::string line;
  std::getline(points_file, line);
  while (std::getline(points_file, line)) {
    geo::Point point;
    std::sscanf(line.c_str(), "%lf,%lf", &point.x_m, &point.y_m);
    points.push_back(point);
  }
  const auto grid = geo::Grid::covering({{0, 0}, {9'999, 9'999}}, 50_m);
  const auto density = kernel_density(points, grid, {.sigma = 250_m});
  ASSERT_TRUE(density);
  std::getline(probe_file, line);
  int compared = 0;
  while (std::getline(probe_file, line)) {
    int ix = 0;
    int iy = 0;
    double x = 0;
    double y = 0;
    double exact = 0;
    std::sscanf(line.c_str(), "%d,%d,%lf,%lf,%lf", &ix, &iy, &x, &y, &exact);
    EXPECT_NEAR((*density)[grid.index({ix, iy})] / exact, 1, 1e-4);
    ++compared;
  }
  EXPECT_EQ(compared, 25);
}

TEST(Density, a_lone_point_integrates_to_one) {
  const auto grid = geo::Grid::covering({{-2'000, -2'000}, {2'000, 2'000}}, 20_m);
  const auto density = kernel_density(std::vector<geo::Point>{{13, 7}}, grid, {.sigma = 200_m});
  EXPECT_NEAR(std::accumulate(density->begin(), density->end(), 0.0) * 400, 1, 1e-5);
  EXPECT_FALSE(kernel_density(std::vector<geo::Point>{{0, 0}}, grid, {.sigma = 0_m}));
  EXPECT_FALSE(kernel_density(std::vector<geo::Point>{{std::nan(""), 0}}, grid, {.sigma = 1_m}));
}

std::string read_gzip(const std::filesystem::path& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return {};
  std::string text;
  char block[1 << 15];
  for (int count = gzread(file, block, sizeof block); count > 0; count = gzread(file, block, sizeof block))
    text.append(block, static_cast<std::size_t>(count));
  gzclose(file);
  return text;
}

TEST(LocalAssociation, g_star_agrees_with_spdep) {
  const auto folder = testing::data_folder() / "reference";
  std::ifstream counts(folder / "grid200_counts.csv");
  const std::string expected = read_gzip(folder / "gistar_grid200_queen.csv.gz");
  if (!counts || expected.empty()) GTEST_SKIP() << "reference data absent: Gi* NOT COMPARED with spdep";
  Field field{200, 200, {}, {}};
  for (std::string cell; std::getline(counts, cell, ',');) {
    std::istringstream parts(cell);
    for (double value = 0; parts >> value;) field.values.push_back(value);
  }
  const auto result = local_g_star(field, 1);
  ASSERT_TRUE(result);
  std::istringstream lines(expected);
  std::string line;
  std::getline(lines, line);
  std::size_t compared = 0;
  while (std::getline(lines, line)) {
    std::size_t index = 0;
    double z = 0;
    std::sscanf(line.c_str(), "%zu,%lf", &index, &z);
    ASSERT_NEAR((*result)[index].z, z, 1e-9) << index;
    ++compared;
  }
  EXPECT_EQ(compared, 40'000U);
}

TEST(LocalAssociation, cells_outside_take_no_part) {
  Field whole{3, 2, {1, 2, 9, 4, 5, 9}, {true, true, false, true, true, false}};
  Field part{2, 2, {1, 2, 4, 5}, {}};
  const auto a = local_g_star(whole, 1);
  const auto b = local_g_star(part, 1);
  EXPECT_DOUBLE_EQ((*a)[1].z, (*b)[1].z);
  EXPECT_EQ((*a)[2].p, 1);
  EXPECT_EQ(local_g_star({2, 2, {3, 3, 3, 3}, {}}, 1)->front().z, 0);
  EXPECT_FALSE(local_g_star({1, 1, {3}, {}}, 1));
  EXPECT_FALSE(local_g_star({2, 1, {3, std::nan("")}, {}}, 1));
}

}  // namespace
}  // namespace quadrille::analysis
