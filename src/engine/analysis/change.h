#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

// Did this week break the habit? Farrington, Andrews, Beale, Catchpole (1996), "A statistical algorithm for the early
// detection of outbreaks of infectious disease", J. R. Statist. Soc. A 159, on weekly counts with holes.

namespace quadrille::analysis {

struct WeekCount {
  std::int32_t week = 0;  // consecutive numbers; a hole is a week that is absent or has 0 observed days
  std::int64_t count = 0;
  int observed_days = 7;  // the rate is per observed day
};

struct ChangeOptions {
  int years_back = 3;      // b: reference weeks are taken around the same week of each of these years
  int half_window = 3;     // w: weeks on each side
  int weeks_left_out = 4;  // just before the week looked at, so that a slow rise does not become its own reference
  double alpha = 0.01;     // one-sided
  int reference_min = 8;   // fewer observed reference weeks: no statement
};

struct WeekVerdict {
  std::int32_t week = 0;
  std::optional<double> expected;  // for the days observed that week
  std::optional<double> upper;
  bool is_alarm = false;  // count above upper, and at least 5 events in the week and the four observed before it
};

// One verdict for each week of the series with observed days, in order. Quasi-Poisson mean of the reference weeks with
// observed days as exposure, weighted once against past outbreaks (Anscombe residuals, weight s^-2 where s > 1), no
// trend; upper bound by the 2/3-power transformation (eq. 7 of the paper). Refused: weeks not ascending, negative
// counts, an option out of range.
//
// Left out of the paper's algorithm: the trend term, because half the reference weeks are missing in feeds with holes
// and a trend through the rest extrapolates. A steady rise therefore ends in alarms. See docs/methods/change.md.
[[nodiscard]] Result<std::vector<WeekVerdict>> farrington(std::span<const WeekCount> series,
                                                          const ChangeOptions& options);

}  // namespace quadrille::analysis
