#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

// Counts of rare events and what they tell: exact intervals of a rate and of the ratio of two rates.
//
// Assumes that events come independently at a constant rate within each period (Poisson). Bursts and police rhythm
// break this: intervals are then too narrow. Must not be used to compare places with a different chance of being looked
// at.

namespace quadrille::analysis {

struct Interval {
  double low = 0;
  double high = 0;
};

// Exact interval of a Poisson mean (Garwood 1936, "Fiducial limits for the Poisson distribution", Biometrika 28):
// low = Gamma^-1(alpha/2; count), high = Gamma^-1(1 - alpha/2; count + 1). count >= 0, 0 < level < 1 (CHECK).
[[nodiscard]] Interval poisson_interval(std::int64_t count, double level = 0.95);

struct Exposed {
  std::int64_t count = 0;
  double exposure = 0;  // observed days, > 0
};

struct RateRatio {
  std::optional<double> ratio;  // (a.count / a.exposure) / (b.count / b.exposure); nothing when b has no event
  Interval interval;            // of the ratio; high is infinite when b has no event
  double p = 1;                 // two-sided, that the two rates are the same
};

// Conditional on the sum, a.count is binomial: exact Clopper-Pearson interval turned into the ratio's (Przyborowski and
// Wilenski 1940; Lehmann and Romano, Testing Statistical Hypotheses, 4.5). p is twice the smaller tail, at most 1. Both
// exposures > 0 (CHECK). Both counts 0: no ratio, interval (0, inf), p 1.
[[nodiscard]] RateRatio rate_ratio(Exposed a, Exposed b, double level = 0.95);

}  // namespace quadrille::analysis
