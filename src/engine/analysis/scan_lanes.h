#pragma once

#include <vector>

#include "base/parallel.h"
#include "base/result.h"
#include "engine/analysis/scan_zones.h"
#include "engine/analysis/space_time_scan.h"

namespace quadrille::analysis {

// The largest log-likelihood ratio of each replica of a prospective permutation scan, in order of replica.
//
// A replica deals the events of the last days to places drawn without replacement from all events (the margins stay).
// Thirty-two replicas are counted side by side, one a lane, so that one addition serves them all. What is expected
// depends on margins only, so "is this cylinder better than the best so far" is one comparison with a whole number, the
// same for all lanes: logarithms are taken on the rare hit. Replicas whose best stays under that number are counted
// again with a lower one.
[[nodiscard]] Result<std::vector<double>> replica_maxima(const ScanInput& input, const ScanZones& zones,
                                                         const WindowTotals& totals, const ScanOptions& options,
                                                         const Progress& progress);

}  // namespace quadrille::analysis
