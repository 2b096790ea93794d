#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/notes/requests.h"

// How services keep the limits, over the requests that the reader may read and nothing else: what they may not read
// moves no figure. Counts of work of a service, never of a person.
//
// Delays run from receipt to the answer or refusal, without the time the clock stood still. Requests still open and
// those withdrawn are censored (Kaplan and Meier 1958): leaving them out would make a service that answers only the
// easy ones look quick. An interval of 95 % for a quantile is where the curve's own interval crosses it (Brookmeyer and
// Crowley 1982, log scale); an end that is never reached is absent.
//
// Must not be used to rank services against each other: requests differ, and few of them say little.

namespace quadrille::notes {

struct DelayQuantile {
  std::optional<double> hours;
  std::optional<double> low_hours;
  std::optional<double> high_hours;
};

struct GroundCount {
  std::string ground;
  std::int64_t count = 0;
};

struct ServiceStatistics {
  ServiceId asked;
  std::int64_t requests = 0;
  std::int64_t unfinished = 0;
  std::int64_t unfinished_late = 0;
  std::int64_t withdrawn = 0;
  std::int64_t in_time = 0;  // answered, in part too, or refused within the limit
  std::int64_t late = 0;     // after it
  DelayQuantile median;
  DelayQuantile ninety_percent;
  std::vector<GroundCount> grounds;  // in order of name; of refusals and partial answers
};

// What a statistic needs of a request.
struct RequestOutcome {
  ServiceId asked;
  RequestState state = RequestState::open;
  ClockState clock;
  std::string ground;
};

// By asked service, in order of number. Pure; O(n log n).
[[nodiscard]] std::vector<ServiceStatistics> statistics_of(const std::vector<RequestOutcome>& outcomes, Instant now);

// Of the requests asked in that period.
[[nodiscard]] std::vector<ServiceStatistics> request_statistics(database::Snapshot& snapshot,
                                                                const access::Readable& readable, TerritoryId territory,
                                                                Period asked_in, Instant now);

}  // namespace quadrille::notes
