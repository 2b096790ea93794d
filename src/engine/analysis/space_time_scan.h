#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "base/quantity.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/geo/point.h"

// Is there a cluster that is still alive, and since when? Prospective space-time permutation scan (Kulldorff,
// Heffernan, Hartman, Assuncao, Mostashari 2005, "A space-time permutation scan statistic for disease outbreak
// detection", PLoS Medicine 2:e59): circles around each place, windows that end on the last day; the expected count of
// a cylinder is (events of its places) * (events of its days) / (all events), so that places and days of any activity
// are allowed for and only their interaction counts.
//
// Days are the caller's: days that were not observed are left out before numbering, so that a window of seven days is
// seven observed days.
//
// Must not be used as proof that a place became dangerous: a change in who reports, or a police operation, makes such a
// cluster too. See docs/methods/space_time_scan.md.

namespace quadrille::analysis {

struct ScanEvents {
  std::uint32_t place = 0;
  std::int32_t day = 0;
  std::int32_t count = 1;
};

// Checked input: at least one place, finite coordinates; days in [0, days), places known, counts >= 0, at least two
// events, at most 10 million.
class ScanInput {
 public:
  [[nodiscard]] static Result<ScanInput> checked(std::vector<geo::Point> places, const std::vector<ScanEvents>& events,
                                                 std::int32_t days);

  [[nodiscard]] const std::vector<geo::Point>& places() const { return places_; }
  [[nodiscard]] std::int32_t days() const { return days_; }
  // One entry an event, in order of day (then of input): its place. events_before()[d] events have a day < d.
  [[nodiscard]] const std::vector<std::uint32_t>& event_places() const { return event_places_; }
  [[nodiscard]] const std::vector<std::size_t>& events_before() const { return events_before_; }

 private:
  ScanInput() = default;
  std::vector<geo::Point> places_;
  std::int32_t days_ = 0;
  std::vector<std::uint32_t> event_places_;
  std::vector<std::size_t> events_before_;
};

struct ScanOptions {
  Metres radius_max;
  double share_max = 0.5;  // of all events, that a circle may hold
  std::int32_t days_max = 0;
  std::int32_t replicas = 999;
  Seed seed;
  int threads = 1;
};

struct ScanCluster {
  std::uint32_t centre = 0;
  std::vector<std::uint32_t> places;  // by distance from the centre, the centre first
  double radius_m = 0;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
  std::int64_t observed = 0;
  double expected = 0;
  double log_likelihood_ratio = 0;
  double p = 1;                // (1 + replicas whose best is at least this) / (replicas + 1)
  double recurrence_days = 1;  // 1 / p: by chance alone, once in so many daily looks
};

// Most likely first, then secondary ones that share no place with a better one; each has at least two events, more than
// expected, and p < 1. Same input, options and seed: same result, any number of threads. O(replicas * zones *
// days_max). Refused: an option out of its range, more than 200 million (centre, place) pairs in reach; kind
// `unavailable` when cancelled.
[[nodiscard]] Result<std::vector<ScanCluster>> prospective_permutation_scan(const ScanInput& input,
                                                                            const ScanOptions& options,
                                                                            const Progress& progress);

}  // namespace quadrille::analysis
