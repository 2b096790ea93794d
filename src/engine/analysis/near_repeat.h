#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "base/quantity.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/geo/point.h"

// Does one event raise the next nearby? Knox (1964), "The detection of space-time interactions", Applied Statistics 13:
// pairs that are close in space and in time, against what they would be if times had been dealt to places at random.
// Times are permuted, never pairs: pairs that share an event depend on each other.
//
// Over short times most of it is the rhythm of who records. Must not be used to announce where the next event will be.

namespace quadrille::analysis {

struct TimedPoint {
  geo::Point point;
  double day = 0;
};

struct KnoxOptions {
  Metres near;           // close in space: distance <= near
  double near_days = 0;  // close in time: difference <= near_days
  std::int32_t replicas = 999;
  Seed seed;
  int threads = 1;
};

struct Knox {
  std::int64_t close_in_space = 0;  // pairs
  std::int64_t close_in_time = 0;
  std::int64_t observed = 0;  // close in both
  double expected = 0;        // exact mean under permutation: (close in space) (close in time) / (all pairs)
  double deviation = 0;       // exact standard deviation under permutation (Barton and David 1966)
  std::optional<double> z;    // nothing when the deviation is 0
  double p = 1;               // (1 + replicas with at least as many) / (replicas + 1)
};

// O(close pairs) a replica. Refused: fewer than two events, what is not finite, negative distances, more than 200
// million pairs close in space; kind `unavailable` when cancelled. Same seed, same result, any number of threads.
[[nodiscard]] Result<Knox> knox(std::span<const TimedPoint> events, const KnoxOptions& options,
                                const Progress& progress);

}  // namespace quadrille::analysis
