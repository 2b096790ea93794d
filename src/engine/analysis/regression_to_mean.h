#pragma once

#include <optional>
#include <span>

#include "base/result.h"
#include "engine/analysis/displacement.h"

// How much of the fall would have come by itself? Operations start where counts are high, and what is high by chance
// falls by itself. Two corrections, side by side:
//   empirical Bayes  what was to be expected of a place is its own count drawn towards the mean of all places by as
//   much
//                    as their spread is chance (gamma-Poisson by moments; Robbins 1956; Hauer 1997, "Observational
//                    Before-After Studies in Road Safety", chapters 11 and 12);
//   matched          the treated against the places that passed the same threshold and were left alone.
//
// Assumes that places are alike but for a rate (gamma), that treated places were chosen for their counts of the period
// before, and that without the operation all would have changed by one factor. Must not be used on arrests or other
// discovered facts, nor with a period before that was not the one the choice was made on.

namespace quadrille::analysis {

struct PlaceBeforeAfter {
  double before = 0;
  double after = 0;
  bool is_treated = false;
};

struct RegressionToMean {
  double shrinkage = 0;        // weight of the mean of all places: mean / variance, at most 1
  double treated_before = 0;   // events
  double expected_before = 0;  // of the treated, once chance is taken out
  double by_itself = 0;        // share of the treated places' events before that was chance: 1 - expected / counted
  double growth = 1;           // of the places left alone, after over expected before
  // Ratios: estimate and interval (95 %) of the ratio, standard_error and z of its logarithm.
  EffectEstimate naive;                   // after / before of the treated over that of the others
  EffectEstimate corrected;               // after / (expected before * growth)
  std::optional<EffectEstimate> matched;  // nothing with fewer than five places above the threshold, or empty counts
  int matched_places = 0;
  double threshold = 0;  // the least count before of a treated place
};

// Both periods of equal observed length. Refused with field `before`, `after` (negative, above 1e12), `places` (fewer
// than ten), `treated` (none, or fewer than five left alone, or a group without any event before or after). O(places).
[[nodiscard]] Result<RegressionToMean> correct_regression_to_mean(std::span<const PlaceBeforeAfter> places);

}  // namespace quadrille::analysis
