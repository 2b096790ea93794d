#pragma once

#include <vector>

#include "base/parallel.h"
#include "base/result.h"
#include "engine/analysis/scan_windows.h"

namespace quadrille::analysis {

// How many lanes one instruction serves: all (AVX-512), half of them (AVX2), or one. The same numbers come out of each.
enum class LaneWidth { widest, wide, narrow, scalar };

// Whether this machine has it; `widest` stands for the best it has.
[[nodiscard]] bool has_lane_width(LaneWidth width);

struct ScanJob {
  const ScanInput& input;
  const ScanZones& zones;
  const ScanWindows& windows;
  const ScanTerms& terms;
  const ScanOptions& options;
};

// The largest log-likelihood ratio of each replica, in order of replica; 0 where no cylinder has more than expected.
// Fewer than asked when options.stop_after replicas reached `observed_best`: up to and with the last of those.
//
// 64 replicas (32 or 16 where counts are large) are counted side by side, one a lane, so that one addition serves all.
// What is expected is the same in every replica, so "is this cylinder better than the best so far" is one comparison
// with a whole number, the same for all lanes: logarithms are taken on the rare hit. Replicas whose best stays under
// that number are counted again with a lower one.
[[nodiscard]] Result<std::vector<double>> replica_maxima(const ScanJob& job, double observed_best,
                                                         const Progress& progress, LaneWidth width = LaneWidth::widest);

}  // namespace quadrille::analysis
