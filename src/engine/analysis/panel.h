#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "base/result.h"

// Did it work? Units over periods, some treated from some period on.
//
// Both methods here assume that without the operation the treated would have gone the way of the others. Operations
// start at peaks: what falls by itself afterwards (regression to the mean) is counted as effect unless the comparison
// units were at a peak too. Must not be used on arrests or other discovered facts: an operation makes those.

namespace quadrille::analysis {

struct PanelRow {
  std::uint32_t unit = 0;
  std::int32_t period = 0;
  bool is_treated = false;  // the unit, ever
  bool is_post = false;     // this period is after the start
  double count = 0;
};

// Checked: every (unit, period) once and present, whole counts >= 0, at least one treated and one other unit, at least
// one period before and one after; a unit once post stays post. Refused with field `unit`, `t`, `treat`, `post`, `y`.
class Panel {
 public:
  [[nodiscard]] static Result<Panel> checked(const std::vector<PanelRow>& rows);

  [[nodiscard]] std::size_t units() const { return starts_.size(); }
  [[nodiscard]] std::size_t periods() const { return periods_.size(); }
  [[nodiscard]] std::int32_t period(std::size_t index) const { return periods_[index]; }
  [[nodiscard]] double count(std::size_t unit, std::size_t period) const {
    return counts_[unit * periods_.size() + period];
  }
  [[nodiscard]] bool is_treated(std::size_t unit) const { return is_treated_[unit]; }
  // Index of the first period after the start; of units never treated the common start where there is one.
  [[nodiscard]] std::size_t start(std::size_t unit) const { return starts_[unit]; }
  // All treated units start at the same period.
  [[nodiscard]] bool has_common_start() const { return has_common_start_; }

 private:
  std::vector<std::int32_t> periods_;
  std::vector<double> counts_;
  std::vector<bool> is_treated_;
  std::vector<std::size_t> starts_;
  bool has_common_start_ = true;
};

struct PanelEffect {
  double log_ratio = 0;
  double standard_error = 0;  // clustered by unit
  double ratio = 1;           // exp(log_ratio): what the treated had over what they would have had
  double low = 1;             // 95 %
  double high = 1;
  double z = 0;
  double p = 1;
};

struct PanelCoefficient {
  const char* name = "";
  double estimate = 0;
  double standard_error = 0;  // clustered by unit
};

struct DifferenceInDifferences {
  PanelEffect effect;
  // Where all start together: log E(y) = intercept + treat + post + treat x post. Empty otherwise.
  std::vector<PanelCoefficient> coefficients;
  bool is_staggered = false;
  // Before the start, per period: how much faster the treated grew. Far from 0: the comparison is not one.
  std::optional<double> trend_difference;
  std::optional<double> trend_p;
  // Share of false starts, tried at every period of the time before, whose effect is at least as large; the real one
  // counted. Nothing where fewer than four can be tried.
  std::optional<double> placebo_p;
  int placebo_starts = 0;
};

// Poisson, standard errors clustered by unit (HC1). Where starts are staggered, a unit already treated is never a
// comparison (Goodman-Bacon 2021; Callaway and Sant'Anna 2021, "Difference-in-differences with multiple time periods",
// Journal of Econometrics 225:200): each treated unit is compared over its own before and after with the units that are
// never treated, observed and expected are summed, and the error is the jackknife's over units. Refused: field `y`
// where a cell that must not be empty has no event.
[[nodiscard]] Result<DifferenceInDifferences> difference_in_differences(const Panel& panel);

struct SyntheticPeriod {
  std::int32_t period = 0;
  double observed = 0;
  double synthetic = 0;
  bool is_post = false;
};

struct SyntheticControl {
  std::vector<std::pair<std::uint32_t, double>> weights;  // donors with a weight above 1e-6, largest first
  std::vector<SyntheticPeriod> periods;
  double effect = 0;        // mean of observed - synthetic after the start, per period
  double error_before = 0;  // root mean square of observed - synthetic before
  double error_after = 0;
  std::optional<double> ratio;  // after / before; nothing where before is 0
  std::optional<double> p;  // rank of the ratio among those of donors treated as if (Abadie, Diamond, Hainmueller 2010)
  std::vector<std::pair<std::uint32_t, double>> placebo_ratios;
};

// The treated units' mean against a weighted mean of the others that matches it before (weights >= 0, sum 1). p cannot
// be smaller than 1 / (donors + 1). Refused: field `treat` (fewer than two donors, no common start), `t` (fewer than
// three periods before); kind `unavailable` when cancelled (looked at between placebos).
[[nodiscard]] Result<SyntheticControl> synthetic_control(const Panel& panel, const Progress& progress);

}  // namespace quadrille::analysis
