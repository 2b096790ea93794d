#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/parallel.h"
#include "base/result.h"

// Is a place new, growing, fading? Gi* of every cell at every step against the whole cube of space and time, then the
// Mann-Kendall test on each cell's row of z (Mann 1945; Kendall 1975; variance corrected for ties, and for serial
// correlation after Hamed and Rao 1998). Describes the past of a record: a class is no forecast, and "new" also means
// newly recorded.

namespace quadrille::analysis {

// The classes, for high (hot) and low (cold) alike; docs/methods/emerging.md has the table. Significant: |z| at least
// the critical value. First rule that fits:
enum class EmergingClass {
  none,
  fresh,         // significant at the last step only, never before
  consecutive,   // one unbroken run up to the last step, at least two, never before it, under 90 % of steps
  intensifying,  // at least 90 % of steps, the last included, and a rising trend (falling, when cold)
  persistent,    // at least 90 % of steps, the last included, no trend
  diminishing,   // at least 90 % of steps, the last included, and a falling trend (rising, when cold)
  sporadic,      // significant at the last step, on and off before, never of the other sign
  oscillating,   // significant at the last step, and of the other sign before
  historical,    // at least 90 % of steps, but not the last
};

struct EmergingCell {
  EmergingClass kind = EmergingClass::none;
  bool is_hot = true;
  double last_z = 0;
  int significant_steps = 0;  // of its sign
  double trend_z = 0;         // Mann-Kendall, positive = rising
  double trend_p = 1;         // two-sided
};

struct Cube {
  int columns = 0;
  int rows = 0;
  int steps = 0;
  std::span<const double> values;  // [step][row][column]
};

struct EmergingOptions {
  double z_critical = 1.959963984540054;  // .05 two-sided
  double trend_alpha = 0.05;
  int reach = 1;       // cells around, as in local_g_star
  int steps_back = 1;  // a cell's neighbours also are the same cells so many steps before
  int threads = 1;
};

// Row-major, one a cell. Refused with field `values` (not columns * rows * steps, or not finite), `steps` (fewer than
// four), `z_critical`, `trend_alpha`, `reach`, `steps_back`; kind `unavailable` when cancelled. O(cells * steps^2).
[[nodiscard]] Result<std::vector<EmergingCell>> emerging_hot_spots(const Cube& cube, const EmergingOptions& options,
                                                                   const Progress& progress);

struct MannKendall {
  double s = 0;
  double z = 0;  // with the continuity correction; 0 without spread
  double p = 1;  // two-sided
};
// Of a series in order, ties allowed. `corrects_serial`: the variance grows by what the ranks' significant
// autocorrelation says (never shrinks).
[[nodiscard]] MannKendall mann_kendall(std::span<const double> series, bool corrects_serial);

// "new", "consecutive" ... as the command prints them.
[[nodiscard]] std::string_view name_of(EmergingClass kind);

}  // namespace quadrille::analysis
