#pragma once

#include <cstdint>

#include "base/parallel.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/analysis/panel.h"

// Is the change tied to the dates of the operations, or would any other dates have shown it? A falsification: the dates
// are drawn anew, the counts stay (Fisher 1935, "The Design of Experiments"; Bertrand, Duflo, Mullainathan 2004, "How
// much should we trust differences-in-differences estimates?", QJE 119:249, placebo laws).
//
// A small p says that the dates matter, not that the operation did: operations start at peaks, and a peak is a date
// that matters (regression_to_mean.h). A large p says that the effect claimed is none to be told from the usual ups and
// downs.

namespace quadrille::analysis {

struct OperationDatesOptions {
  std::int32_t replicas = 999;
  Seed seed;
  int threads = 1;
};

struct OperationDates {
  double log_ratio = 0;  // observed over expected after the starts, each unit against those never treated
  double p = 1;          // two-sided: (1 + dates drawn with at least as large an effect) / (replicas + 1)
  std::int32_t replicas = 0;
};

// Each treated unit's start is drawn from all periods that leave two before and two after; where all started together
// one is drawn for all, and p cannot pass under about 1 / (periods - 3). Same seed, same result, any number of threads.
// O(replicas * treated units). Refused with field `t` (fewer than eight periods), `y` (no events to compare),
// `replicas`; kind `unavailable` when cancelled.
[[nodiscard]] Result<OperationDates> permute_operation_dates(const Panel& panel, const OperationDatesOptions& options,
                                                             const Progress& progress);

}  // namespace quadrille::analysis
