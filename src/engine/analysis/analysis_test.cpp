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

}  // namespace
}  // namespace quadrille::analysis
