#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/analysis/neighbours.h"

// Is a value like its neighbours' (Moran 1950; local: Anselin 1995, "Local indicators of spatial association",
// Geographical Analysis 27)? Weights are row-standardised: the mean of the neighbours. Says that like is near like, not
// why; counts that follow a population do so too.

namespace quadrille::analysis {

enum class MoranClass { none, high_high, low_low, high_low, low_high };  // own value, neighbours' mean

struct LocalMoran {
  double i = 0;
  double expected = 0;  // under conditional permutation (Sokal, Oden, Thomson 1998): own value fixed, others dealt
  double variance = 0;
  std::optional<double> z;  // nothing without neighbours or spread
  double p = 1;             // two-sided normal
  MoranClass quadrant = MoranClass::none;
};

struct GlobalMoran {
  double i = 0;
  double expected = 0;
  double variance = 0;  // under randomisation
  std::optional<double> z;
  double p = 1;  // upper tail of the normal
};

// Refused with field `values`: fewer than four, not finite or beyond 1e70, or not one a place of `neighbours`; field
// `neighbours`: no two places are neighbours. All values equal: everything 0, p 1. O(links).
[[nodiscard]] Result<std::vector<LocalMoran>> local_moran(std::span<const double> values,
                                                          const NeighbourLists& neighbours);
[[nodiscard]] Result<GlobalMoran> global_moran(std::span<const double> values, const NeighbourLists& neighbours);

}  // namespace quadrille::analysis
