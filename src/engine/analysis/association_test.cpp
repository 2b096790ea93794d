#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <sstream>

#include "base/random.h"
#include "engine/analysis/emerging.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/moran.h"
#include "engine/analysis/permutation_sum.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

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

struct GetisOrd {
  std::vector<geo::Point> points;
  std::vector<double> values;
  std::vector<std::array<double, 5>> expected;  // Gi*, local Moran's I, its expectation, variance, z
};

GetisOrd read_getis_ord() {
  std::ifstream file(testing::data_folder() / "reference" / "getisord_local.csv");
  GetisOrd set;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    geo::Point point;
    double value = 0;
    double g = 0;
    std::array<double, 5> expected{};
    std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", &point.x_m, &point.y_m, &value, &expected[0], &g,
                &expected[1], &expected[2], &expected[3], &expected[4]);
    set.points.push_back(point);
    set.values.push_back(value);
    set.expected.push_back(expected);
  }
  return set;
}

TEST(LocalAssociation, points_agree_with_getis_and_ord_and_with_spdep) {
  const auto set = read_getis_ord();
  if (set.points.empty()) GTEST_SKIP() << "reference data absent: Gi* and Moran NOT COMPARED with spdep";
  const auto neighbours = NeighbourLists::within(set.points, 45_m);
  const auto stars = local_g_star(set.values, *neighbours);
  const auto moran = local_moran(set.values, *neighbours);
  ASSERT_EQ(stars->size(), 256U);
  for (std::size_t i = 0; i < stars->size(); ++i) {
    EXPECT_NEAR((*stars)[i].z, set.expected[i][0], 1e-9);
    EXPECT_NEAR((*moran)[i].i, set.expected[i][1], 1e-9);
    EXPECT_NEAR((*moran)[i].expected, set.expected[i][2], 1e-12);
    EXPECT_NEAR((*moran)[i].variance, set.expected[i][3], 1e-9);
    EXPECT_NEAR(*(*moran)[i].z, set.expected[i][4], 1e-9);
  }
  // spdep 1.2: moran.test(val, nb2listw(dnearneigh(xy, 0, 45), style = "W")).
  const auto global = global_moran(set.values, *neighbours);
  EXPECT_NEAR(global->i, 0.819261525, 1e-9);
  EXPECT_NEAR(global->expected, -0.003921569, 1e-9);
  EXPECT_NEAR(global->variance, 0.001084084, 1e-9);
  EXPECT_NEAR(*global->z, 25.001, 1e-3);
}

TEST(LocalAssociation, lists_and_tables_give_the_same_stars) {
  Random random({1}, 0);
  Field field{13, 9, {}, {}};
  for (int i = 0; i < 13 * 9; ++i) field.values.push_back(static_cast<double>(random.next_poisson(2)));
  const auto table = local_g_star(field, 1);
  const auto lists = local_g_star(field.values, NeighbourLists::queen(13, 9));
  for (std::size_t i = 0; i < field.values.size(); ++i) EXPECT_NEAR((*table)[i].z, (*lists)[i].z, 1e-12);
}

// All draws of k from the values, counted one by one.
double tail_by_hand(const std::vector<double>& values, int k, std::int64_t sum) {
  int draws = 0;
  int hits = 0;
  for (unsigned mask = 0; mask < (1U << values.size()); ++mask) {
    if (std::popcount(mask) != k) continue;
    double total = 0;
    for (std::size_t i = 0; i < values.size(); ++i) total += (mask >> i & 1U) != 0 ? values[i] : 0;
    ++draws;
    hits += total >= static_cast<double>(sum) ? 1 : 0;
  }
  return static_cast<double>(hits) / draws;
}

TEST(PermutationSums, agree_with_trying_every_draw) {
  Random random({2}, 0);
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> values;
    for (int i = 0; i < 12; ++i) values.push_back(random.next_below(5));
    const auto sums = PermutationSums::make(values, 9);
    ASSERT_TRUE(sums);
    for (const int k : {1, 4, 6, 9})
      for (std::int64_t sum = 0; sum <= 4 * k + 1; ++sum)
        EXPECT_NEAR(sums->upper_tail(k, sum), tail_by_hand(values, k, sum), 1e-12);
  }
  EXPECT_EQ(PermutationSums::make(std::vector<double>{0.5}, 1).error().field, "values");
  EXPECT_EQ(PermutationSums::make(std::vector<double>{-1}, 1).error().field, "values");
  EXPECT_EQ(PermutationSums::make(std::vector<double>{std::nan("")}, 1).error().field, "values");
  EXPECT_EQ(PermutationSums::make(std::vector<double>{1e9, 0}, 9).error().kind, ErrorKind::too_large);
  EXPECT_EQ(PermutationSums::make(std::vector<double>{1e9}, 1).error().kind, ErrorKind::too_large) << "of memory";
  EXPECT_EQ(PermutationSums::make(std::vector<double>{1, 2, 3}, 2, 10).error().kind, ErrorKind::too_large);
}

TEST(LocalAssociation, exact_p_is_the_chance_of_a_random_draw) {
  Random random({3}, 0);
  Field field{20, 20, {}, {}};
  for (int i = 0; i < 400; ++i) field.values.push_back(static_cast<double>(random.next_poisson(0.3)));
  auto stars = *local_g_star(field, 1);
  ASSERT_TRUE(use_exact_p(field.values, stars));
  // By replicas, for one cell of the middle.
  const std::size_t cell = 10 * 20 + 10;
  double observed = 0;
  for (int r = 9; r <= 11; ++r)
    for (int c = 9; c <= 11; ++c) observed += field.values[static_cast<std::size_t>(r * 20 + c)];
  auto dealt = field.values;
  int as_large = 0;
  constexpr int replicas = 40'000;
  for (int i = 0; i < replicas; ++i) {
    random.shuffle(std::span(dealt));
    as_large += std::accumulate(dealt.begin(), dealt.begin() + 9, 0.0) >= observed ? 1 : 0;
  }
  const double p = static_cast<double>(as_large) / replicas;
  EXPECT_NEAR(stars[cell].p, p, 5 * std::sqrt(p * (1 - p) / replicas) + 1e-4);
}

TEST(Moran, hostile_input_is_refused_or_answered) {
  const auto neighbours = NeighbourLists::queen(3, 3);
  const std::vector<double> equal(9, 2.0);
  for (const auto& one : *local_moran(equal, neighbours)) EXPECT_FALSE(one.z);
  EXPECT_FALSE(global_moran(equal, neighbours)->z);
  EXPECT_EQ(local_moran(std::vector<double>{1, 2}, neighbours).error().field, "values");
  auto bad = equal;
  bad[3] = std::nan("");
  EXPECT_EQ(local_moran(bad, neighbours).error().field, "values");
  const std::vector<geo::Point> apart{{0, 0}, {100, 0}, {200, 0}, {300, 0}};
  EXPECT_EQ(local_moran(std::vector<double>{1, 2, 3, 4}, *NeighbourLists::within(apart, 5_m)).error().field,
            "neighbours");
  EXPECT_EQ(NeighbourLists::within(apart, {-1}).error().field, "distance_m");
  EXPECT_EQ(NeighbourLists::within(std::vector<geo::Point>{{std::nan(""), 0}}, 1_m).error().field, "points");
}

TEST(Emerging, mann_kendall_agrees_with_its_worked_example) {
  // S by hand; variance n (n - 1) (2 n + 5) / 18 less ties: 6 values, one pair tied: (6 5 17 - 2 1 9) / 18 = 27.333.
  const auto rising = mann_kendall(std::vector<double>{1, 2, 2, 3, 5, 4}, false);
  EXPECT_EQ(rising.s, 12);
  EXPECT_NEAR(rising.z, 11 / std::sqrt(492.0 / 18), 1e-12);
  EXPECT_EQ(mann_kendall(std::vector<double>{3, 3, 3, 3}, false).p, 1);
}

TEST(Emerging, serial_correlation_is_not_taken_for_a_trend) {
  // Autoregressive noise without trend: the plain test cries wolf, the corrected one less.
  int plain = 0;
  int corrected = 0;
  constexpr int trials = 400;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    Random random({seed}, 0);
    std::vector<double> series;
    double value = 0;
    for (int t = 0; t < 80; ++t) {
      value = 0.6 * value + random.next_normal();
      series.push_back(value);
    }
    plain += mann_kendall(series, false).p < 0.05 ? 1 : 0;
    corrected += mann_kendall(series, true).p < 0.05 ? 1 : 0;
  }
  EXPECT_GT(plain, trials * 0.15);
  EXPECT_LT(corrected, plain * 0.6);
}

// A cube of 12 x 12 cells and 20 steps of ones, with a block of 3 x 3 whose height at each step is given.
std::vector<double> cube_with_block(const std::vector<double>& heights) {
  std::vector<double> values;
  for (const double height : heights)
    for (int r = 0; r < 12; ++r)
      for (int c = 0; c < 12; ++c) values.push_back(r >= 4 && r <= 6 && c >= 4 && c <= 6 ? height : 1 + (r + c) % 2);
  return values;
}

EmergingCell middle_of(const std::vector<double>& heights) {
  const auto values = cube_with_block(heights);
  const auto cells = emerging_hot_spots({12, 12, 20, values}, {}, Progress());
  EXPECT_TRUE(cells);
  EXPECT_EQ(cells->front().kind, EmergingClass::none);
  return (*cells)[5 * 12 + 5];
}

std::vector<double> heights(int steps, const std::function<double(int)>& at) {
  std::vector<double> result;
  for (int t = 0; t < steps; ++t) result.push_back(at(t));
  return result;
}

TEST(Emerging, each_class_has_its_worked_example) {
  const auto kind = [](const std::function<double(int)>& at) { return middle_of(heights(20, at)).kind; };
  EXPECT_EQ(kind([](int t) { return t == 19 ? 30.0 : 1.5; }), EmergingClass::fresh);
  EXPECT_EQ(kind([](int t) { return t >= 15 ? 20.0 : 1.5; }), EmergingClass::consecutive);
  EXPECT_EQ(kind([](int t) { return 10.0 + 2 * t; }), EmergingClass::intensifying);
  EXPECT_EQ(kind([](int t) { return 20.0 + t % 2; }), EmergingClass::persistent);
  EXPECT_EQ(kind([](int t) { return 50.0 - 2 * t; }), EmergingClass::diminishing);
  EXPECT_EQ(kind([](int t) { return t % 5 >= 3 ? 25.0 : 1.5; }), EmergingClass::sporadic);
  EXPECT_EQ(kind([](int t) { return t < 18 ? 20.0 : 1.5; }), EmergingClass::historical);
  EXPECT_EQ(kind([](int) { return 1.5; }), EmergingClass::none);
}

TEST(Emerging, is_the_same_for_any_number_of_threads_and_refuses_bad_input) {
  Random random({4}, 0);
  std::vector<double> values;
  for (int i = 0; i < 20 * 15 * 30; ++i) values.push_back(static_cast<double>(random.next_poisson(1)));
  const auto one = emerging_hot_spots({20, 15, 30, values}, {}, Progress());
  const auto many = emerging_hot_spots({20, 15, 30, values}, {.threads = 3}, Progress());
  for (std::size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ((*one)[i].kind, (*many)[i].kind);
    EXPECT_EQ((*one)[i].trend_z, (*many)[i].trend_z);
  }
  EXPECT_EQ(emerging_hot_spots({20, 15, 29, values}, {}, Progress()).error().field, "values");
  EXPECT_EQ(emerging_hot_spots({20, 150, 3, values}, {}, Progress()).error().field, "steps");
  EXPECT_EQ(emerging_hot_spots({20, 15, 30, values}, {.z_critical = 0}, Progress()).error().field, "z_critical");
  EXPECT_EQ(emerging_hot_spots({20, 15, 30, values}, {.steps_back = 30}, Progress()).error().field, "steps_back");
  values[7] = std::nan("");
  EXPECT_EQ(emerging_hot_spots({20, 15, 30, values}, {}, Progress()).error().field, "values");
  Progress cancelled;
  cancelled.cancel();
  values[7] = 0;
  EXPECT_EQ(emerging_hot_spots({20, 15, 30, values}, {}, cancelled).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace quadrille::analysis
