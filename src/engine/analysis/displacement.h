#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/analysis/counts.h"

// Did it work, did it move? Counts before and after in the place treated, a control, and where relevant the ring around
// each.
//
// Assumes Poisson counts and a control that would have changed alike. Operations start at peaks: part of any fall is
// regression to the mean. A move is not a success. Must not be used on arrests or other discovered facts.

namespace quadrille::analysis {

struct BeforeAfter {
  double before = 0;
  double after = 0;
  double weight = 1;  // divides the counts: an area, a length, a number of days
};

struct DisplacementInput {
  BeforeAfter treated;
  BeforeAfter control;
  std::optional<BeforeAfter> displacement_treated;
  std::optional<BeforeAfter> displacement_control;
  // Variance over mean of the counts of a period like these (dispersion_of a series of the time before); at least 1.
  std::optional<double> dispersion;
};

struct EffectEstimate {
  double estimate = 0;
  double standard_error = 0;
  double z = 0;
  Interval interval;  // 95 %
};

struct Displacement {
  EffectEstimate
      wdd;  // weighted displacement difference (Wheeler and Ratcliffe 2018); with the rings where both are given
  std::optional<EffectEstimate>
      wdd_overdispersed;    // the same with the variance times the dispersion, where it is given
  double treated_only = 0;  // its part in the treated place
  // On the ratio scale: estimate and interval are ratios, standard_error and z of its logarithm. This and what follows
  // is absent where a count it divides by is 0: see e_test.
  std::optional<EffectEstimate> irr;
  std::optional<double> ne;  // net effect: before/control before - after/control after (Bowers and Johnson 2003)
  // Weighted displacement quotient, where the direct effect is significant (|z| of irr above 1.96).
  std::optional<double> wdq;
  std::optional<double> tne;  // total net effect, with the ring of the treated place
};

// WDD = (treated change) - (control change) + (ring change) - (control ring change), each divided by its weight;
// variance = the sum of all counts divided by squared weights. NE, WDQ, TNE ignore weights and the control ring.
// Refused: counts neither 0 nor within 1e-12 and 1e12, weights not within them, a control ring without the treated
// place's, a dispersion under 1. With the treated place's ring alone, wdd is that of the places themselves.
[[nodiscard]] Result<Displacement> displacement(const DisplacementInput& input);

// Counts before and after by distance from the treated place, along streets where geo::StreetNetwork measured it.
struct RingEvent {
  std::optional<double> distance_m;  // nothing: out of reach, in no ring
  bool is_after = false;
};
// One a limit: the first ring holds distances up to its limit, the next those above it and up to theirs. Refused: field
// `limits_m` (none, not ascending, negative, not finite), `distance_m` (negative, not finite).
[[nodiscard]] Result<std::vector<BeforeAfter>> ring_counts(std::span<const RingEvent> events,
                                                           std::span<const double> limits_m);

// Variance over mean of counts of equal periods, at least 1; nothing with fewer than three or without events.
[[nodiscard]] std::optional<double> dispersion_of(std::span<const double> counts);

// E-test of two Poisson counts over equal exposure (Krishnamoorthy and Thomson 2004, J. Stat. Plan. Inference 119):
// two-sided p that their means are equal. Exact enough for small counts where z is not. Counts at most 10,000 (CHECK).
[[nodiscard]] double e_test(std::int64_t first, std::int64_t second);

}  // namespace quadrille::analysis
