#include "engine/analysis/displacement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace quadrille::analysis {
namespace {

const DisplacementInput example{{207, 110}, {308, 318}, BeforeAfter{178, 157}, BeforeAfter{150, 140}, {}};

TEST(Displacement, agrees_with_the_worked_example) {
  const auto result = displacement(example);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->wdd.estimate, -118, 1e-12);
  EXPECT_NEAR(result->wdd.standard_error * result->wdd.standard_error, 1568, 1e-9);
  EXPECT_NEAR(result->wdd.z, -2.98, 0.005);
  EXPECT_NEAR(result->wdd.interval.low, -196, 0.5);
  EXPECT_NEAR(result->wdd.interval.high, -40, 0.5);
  EXPECT_NEAR(*result->wdq, 0.2581856883, 1e-10);
  EXPECT_NEAR(*result->tne, 130.5, 1e-9);
  EXPECT_NEAR(*result->ne, 0.3261659724, 1e-10);
}

TEST(Displacement, weights_divide_counts_and_variances) {
  auto weighted = example;
  weighted.control.weight = 0.9;
  weighted.treated.weight = 1.2;
  weighted.displacement_control->weight = 1.6;
  weighted.displacement_treated->weight = 1.5;
  const auto result = displacement(weighted);
  EXPECT_NEAR(result->wdd.estimate, -99.694, 0.0005);
  EXPECT_NEAR(result->wdd.standard_error, 35.428, 0.0005);
  EXPECT_NEAR(*result->wdq, 0.2581856883, 1e-10);
}

TEST(Displacement, a_quotient_is_given_only_where_the_direct_effect_is_significant) {
  const auto unclear = displacement({{207, 200}, {308, 318}, BeforeAfter{178, 157}, BeforeAfter{150, 140}, {}});
  ASSERT_TRUE(unclear);
  EXPECT_FALSE(unclear->wdq);
  EXPECT_TRUE(unclear->tne);
}

TEST(Displacement, the_e_test_agrees_with_its_paper) {
  EXPECT_NEAR(e_test(6, 2), 0.1749, 0.00005);
  EXPECT_NEAR(e_test(0, 3), 0.0884, 0.00005);
  EXPECT_NEAR(e_test(2, 6), e_test(6, 2), 1e-12);
  EXPECT_EQ(e_test(0, 0), 1);
}

TEST(Displacement, bad_input_is_refused_with_its_field) {
  EXPECT_EQ(displacement({{-1, 2}, {3, 4}, {}, {}, {}}).error().field, "counts");
  EXPECT_EQ(displacement({{1, 2, 0}, {3, 4}, {}, {}, {}}).error().field, "counts");
  EXPECT_EQ(displacement({{1, 2}, {3, 4}, {}, BeforeAfter{1, 2}, {}}).error().field, "role");
  EXPECT_EQ(displacement({{1, 2}, {3, 4}, {}, {}, 0.5}).error().field, "dispersion");
}

TEST(Displacement, what_a_zero_count_makes_undefined_is_absent) {
  const auto result = displacement({{0, 2}, {3, 4}, BeforeAfter{1, 2}, {}, {}});
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->irr);
  EXPECT_FALSE(result->wdq);
  EXPECT_TRUE(result->tne);
  EXPECT_FALSE(displacement({{5, 2}, {0, 4}, {}, {}, {}})->ne);
}

TEST(Displacement, overdispersed_counts_widen_the_difference) {
  auto input = example;
  const double counts[] = {10, 30, 12, 40, 8, 20};
  input.dispersion = dispersion_of(counts);
  EXPECT_NEAR(*input.dispersion, 161.6 / 20, 1e-9);
  const auto result = displacement(input);
  EXPECT_EQ(result->wdd_overdispersed->estimate, result->wdd.estimate);
  EXPECT_NEAR(result->wdd_overdispersed->standard_error, result->wdd.standard_error * std::sqrt(161.6 / 20), 1e-9);
  EXPECT_EQ(*dispersion_of(std::vector<double>{5, 5, 5}), 1);
  EXPECT_FALSE(dispersion_of(std::vector<double>{5, 5}));
}

TEST(Displacement, rings_hold_their_upper_limit_and_what_is_out_of_reach_is_in_none) {
  const std::vector<RingEvent> events{{0, false}, {100, false}, {100.5, true}, {300, true}, {301, true}, {{}, true}};
  const auto rings = ring_counts(events, std::vector{100.0, 300.0});
  ASSERT_TRUE(rings);
  EXPECT_EQ((*rings)[0].before, 2);
  EXPECT_EQ((*rings)[0].after, 0);
  EXPECT_EQ((*rings)[1].before, 0);
  EXPECT_EQ((*rings)[1].after, 2);
  EXPECT_EQ(ring_counts(events, {}).error().field, "limits_m");
  EXPECT_EQ(ring_counts(events, std::vector{100.0, 100.0}).error().field, "limits_m");
  EXPECT_EQ(ring_counts(events, std::vector{-1.0}).error().field, "limits_m");
  EXPECT_EQ(ring_counts(std::vector<RingEvent>{{-3, true}}, std::vector{10.0}).error().field, "distance_m");
}

}  // namespace
}  // namespace quadrille::analysis
