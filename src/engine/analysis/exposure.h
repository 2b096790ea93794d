#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

// What would we know had we looked everywhere alike? Facts that police find (drugs, weapons, warrants) say where police
// were. They enter an estimate only with the chance that somebody was there to find them, and only presence that was
// drawn at random counts: presence that followed a tip is no exposure.
//
// Must not be used with exposure guessed from the facts themselves.

namespace quadrille::analysis {

struct ExposedDay {
  std::uint32_t place = 0;
  std::int32_t day = 0;
  double exposure = 0;  // pi: chance that a drawn visit was there, in (0, 1]
  double found = 0;     // discovered facts of that day
};

struct ExposureOptions {
  double exposure_min = 0.05;      // a smaller pi counts as this: bounded weights, a little bias
  double effective_days_min = 10;  // fewer and the place has no estimate
};

struct ExposedRate {
  // Discovered facts a day had somebody always been there: sum of found / max(pi, pi_min) over days (Horvitz and
  // Thompson 1952). Nothing where the effective sample is too small.
  std::optional<double> rate;
  std::optional<double> standard_error;
  // days * harmonic mean of pi: so many days watched from end to end would say as much.
  double effective_days = 0;
  double days = 0;           // with exposure
  double share_clipped = 0;  // of days with pi under pi_min: where this is large, the rate is too low
};

// One a place. Refused with field `exposure` (missing altogether: no row; not in (0, 1]), `found` (negative, not
// finite, not 0 on a day without exposure), `places` (a place out of range), `exposure_min`, `effective_days_min`.
// O(rows).
[[nodiscard]] Result<std::vector<ExposedRate>> exposed_rates(std::span<const ExposedDay> days, std::uint32_t places,
                                                             const ExposureOptions& options);

// Does the stated exposure agree with what drawn visits saw? A visit of known length finds an open place with a chance
// that does not depend on the register of presence; where the corrected rate and the visits disagree, the register is
// wrong there, by about this factor.
struct VisitRecord {
  std::uint32_t place = 0;
  std::int64_t visits = 0;
  std::int64_t seen = 0;  // visits that saw something
};
struct ExposureCheck {
  std::optional<double> factor;  // (rate / visits' rate) over the same of all places together; 1 = agrees
  double low = 0;                // 99 %
  double high = 0;
  bool disagrees = false;  // 1 is outside the interval
};
// One a place, in order of places. Refused: `visits` (negative, fewer than seen, one record too many for a place).
[[nodiscard]] Result<std::vector<ExposureCheck>> check_exposure(std::span<const ExposedRate> rates,
                                                                std::span<const VisitRecord> visits);

}  // namespace quadrille::analysis
