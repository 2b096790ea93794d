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

// Pairs by how far apart they are in space and in time. A band holds its upper bound, not its lower one; the first also
// holds 0: with 100, 200 the bands are [0, 100] and (100, 200].
struct KnoxBand {
  double from_m = 0;
  double to_m = 0;
  double from_days = 0;
  double to_days = 0;
  std::int64_t observed = 0;
  double expected = 0;          // exact mean under permutation
  std::optional<double> ratio;  // observed / expected
  double p = 1;
};

struct KnoxBandOptions {
  std::vector<double> limits_m;  // ascending, positive (the first may be 0); at most 30
  std::vector<double> limits_days;
  std::int32_t replicas = 999;
  Seed seed;
  int threads = 1;
};

// By distance, then by time. Refused like knox; fields `limits_m`, `limits_days` when they do not ascend.
[[nodiscard]] Result<std::vector<KnoxBand>> knox_bands(std::span<const TimedPoint> events,
                                                       const KnoxBandOptions& options, const Progress& progress);

// Which events have more company than chance gives? For each: pairs close in both; what is expected and the chance of
// at least as many when the times of the others are dealt anew (hypergeometric: exact, no replicas).
struct LocalKnox {
  std::int64_t observed = 0;
  double expected = 0;
  double p = 1;
  double q = 1;  // Benjamini and Hochberg over all events
};
// Refused like knox; kind `unavailable` when cancelled.
[[nodiscard]] Result<std::vector<LocalKnox>> local_knox(std::span<const TimedPoint> events, Metres near,
                                                        double near_days, const Progress& progress);

}  // namespace quadrille::analysis
