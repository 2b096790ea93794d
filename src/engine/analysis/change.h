#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

// Did this week break the habit of its series? Three answers on weekly counts:
//   farrington  the flexible algorithm (Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett 2013, "An improved
//               algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32:1206)
//   ears        C1, C2, C3 of the Early Aberration Reporting System (Hutwagner, Thompson, Seeman, Treadwell 2003)
//   cusum       one-sided cumulative sum for counts (Rossi, Lampugnani, Marchi 1999)
// Bounds agree with R's package surveillance to 1e-6. A week is "consecutive numbers"; a hole is a week that is absent
// or has no observed day: it is nobody's reference and gets no verdict. See docs/methods/change.md, also for what an
// alarm does not mean.

namespace quadrille::analysis {

struct WeekCount {
  std::int32_t week = 0;
  std::int64_t count = 0;
  int observed_days = 7;  // the rate is per observed day
};

struct WeekVerdict {
  std::int32_t week = 0;
  std::int64_t count = 0;
  std::optional<double> expected;  // for the days observed that week
  std::optional<double> upper;
  bool is_alarm = false;
};

struct FarringtonOptions {
  enum class Threshold { delta, nb_plugin, muan };
  enum class Power { none, half, two_thirds };

  int years_back = 5;                 // b: reference weeks lie around the same week of each of these years
  int half_window = 3;                // w: weeks on each side
  int periods = 1;                    // noPeriods: 1 takes the reference weeks only, more takes all weeks with a season
  std::optional<int> weeks_left_out;  // just before the week looked at; w when not said
  double weights_threshold = 2.58;    // past outbreaks above it weigh s^-2
  double alpha = 0.05;                // one-sided
  bool has_trend = true;              // kept when significant, at least three years, and it does not extrapolate
  double trend_p = 0.05;
  Power power = Power::two_thirds;
  Threshold threshold = Threshold::delta;
  int cases_min = 5;  // no statement with fewer events in the last `cases_weeks` observed weeks
  int cases_weeks = 4;
  // Weeks before the series began count as holes; with fewer reference weeks than this nothing is said.
  int reference_min = 8;
  // Earlier weeks serve as reference only and get no verdict, which is most of the work saved.
  std::optional<std::int32_t> first_judged;
};

// One verdict for each observed week that is judged, in order. Refused (field named): weeks not ascending, negative
// counts, more than seven observed days, an option out of range. A fit that does not converge gives no bound. O(weeks *
// b * (2w + 1)), with periods > 1 O(weeks * 52 b * periods^2).
[[nodiscard]] Result<std::vector<WeekVerdict>> farrington(std::span<const WeekCount> series,
                                                          const FarringtonOptions& options);

struct EarsOptions {
  int variant = 1;   // C1, C2 (two weeks left out), C3 (also looks at the two weeks before)
  int baseline = 7;  // weeks, at least 3
  double sigma_min = 0;
  std::optional<double> alpha;  // .001; C3: .025
};

// The series must be without holes (refused with field `week`): a baseline of seven weeks with holes is none.
[[nodiscard]] Result<std::vector<WeekVerdict>> ears(std::span<const WeekCount> series, const EarsOptions& options);

struct CusumOptions {
  enum class Transformation { standard, rossi, anscombe, none };
  double k = 1.04;             // half the shift looked for, in standard deviations
  double h = 2.26;             // decision limit; the defaults: false alarm every 500 weeks, a doubled spread found in 7
  std::optional<double> mean;  // in control; of the weeks before `first` when not said
  Transformation transformation = Transformation::standard;
  int first = 52;  // index of the first week judged
};

// Without holes, like ears. `upper`: the count from which the sum would pass h.
[[nodiscard]] Result<std::vector<WeekVerdict>> cusum(std::span<const WeekCount> series, const CusumOptions& options);

}  // namespace quadrille::analysis
