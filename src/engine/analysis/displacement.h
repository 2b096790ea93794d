#pragma once

#include <cstdint>
#include <optional>

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
  double treated_only = 0;  // its part in the treated place
  EffectEstimate irr;  // on the ratio scale: estimate and interval are ratios, standard_error and z of its logarithm
  double ne = 0;       // net effect: before/control before - after/control after (Bowers and Johnson 2003)
  std::optional<double>
      wdq;  // weighted displacement quotient, where the direct effect is significant (|z| of irr above 1.96)
  std::optional<double> tne;  // total net effect, with the ring of the treated place
};

// WDD = (treated change) - (control change) + (ring change) - (control ring change), each divided by its weight;
// variance = the sum of all counts divided by squared weights. NE, WDQ, TNE ignore weights and the control ring.
// Refused: negative or non-finite counts, weights not positive, one ring without the other, a zero count where a ratio
// needs it.
[[nodiscard]] Result<Displacement> displacement(const DisplacementInput& input);

// E-test of two Poisson counts over equal exposure (Krishnamoorthy and Thomson 2004, J. Stat. Plan. Inference 119):
// two-sided p that their means are equal. Exact enough for small counts where z is not. Counts at most 10,000 (CHECK).
[[nodiscard]] double e_test(std::int64_t first, std::int64_t second);

}  // namespace quadrille::analysis
