#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/parallel.h"
#include "base/result.h"
#include "engine/analysis/near_repeat.h"

// How much of a record is triggered by what came just before and nearby? A self-exciting point process (Ogata 1998,
// "Space-time point-process models for earthquake occurrences"; Mohler, Short, Brantingham, Schoenberg, Tita 2011,
// "Self-exciting point process modeling of crime"), fitted by expectation-maximisation:
//
//   lambda(t, x) = mu(x) + sum over earlier events i of theta omega exp(-omega (t - t_i)) N(x - x_i; sigma^2 I)
//
// mu is a kernel density of the events weighted by their chance to be background. Too smooth a background invents
// triggering, too fine a one erases it: the bandwidth is chosen by the likelihood of held-out events, and the result
// for every bandwidth tried is part of the answer. Over short times most of what looks like contagion is the rhythm of
// who records. Must not be used to forecast persons or to announce a next event; it does not beat counts (forecast.md).

namespace quadrille::analysis {

struct SelfExcitingOptions {
  std::vector<double>
      bandwidths_m;  // of the background, tried in order; empty = six, 1.6 times each other, from a 90th of the extent
  double held_out = 0.2;      // last part of the time, left out while bandwidths are compared
  double reach_sigmas = 4.5;  // triggering beyond it counts for nothing
  double reach_decays = 7;    // in units of 1 / omega
  int iterations_max = 500;
  int threads = 1;
};

struct SelfExcitingFit {
  double bandwidth_m = 0;
  double theta = 0;          // events triggered by one event, on average
  double omega_per_day = 0;  // 1 / mean delay
  double sigma_m = 0;        // spread of the distance
  double background_per_day = 0;
  double held_out_log_likelihood = 0;  // per held-out event, less that of a uniform Poisson process
  int iterations = 0;
  bool has_converged = false;
};

struct Interval95 {
  double low = 0;
  double high = 0;
};

struct SelfExciting {
  SelfExcitingFit fit;  // on all events, with the chosen bandwidth
  // 95 %, from the curvature of the log-likelihood with the background held; nothing where it has none.
  std::optional<Interval95> theta;
  std::optional<Interval95> omega_per_day;
  std::optional<Interval95> sigma_m;
  std::vector<SelfExcitingFit> sensitivity;  // of all events, one for each bandwidth
};

// Ties in time do not trigger each other. Same input, same result, any number of threads. O(iterations * (pairs in
// reach + background nodes)). Refused: field `events` (fewer than 30, not finite, all at one time or one place),
// `bandwidths_m`, `held_out`; kind `too_large` above 100 million pairs; `unavailable` when cancelled.
[[nodiscard]] Result<SelfExciting> fit_self_exciting(std::span<const TimedPoint> events,
                                                     const SelfExcitingOptions& options, const Progress& progress);

}  // namespace quadrille::analysis
