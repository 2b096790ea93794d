#pragma once

#include <vector>

#include "engine/analysis/forecast.h"

// What a forecast knows at the end of a day, brought forward one day at a time: one pass serves all origins.

namespace quadrille::analysis {

// Counts and exposure, each day weighing exp(-age / tau); tau 0 = all days the same. s <- s exp(-1 / tau) + counts.
class DecayedCounts {
 public:
  DecayedCounts(std::size_t places, double tau_days);
  void advance(const AreaCounts& counts, std::int32_t day);
  // Expected events of each place on one observed day, shrunk towards the mean of all places by as much as their spread
  // is no more than chance (gamma-Poisson, by moments).
  [[nodiscard]] std::vector<double> rates() const;

 private:
  double factor_;
  std::vector<double> sums_;
  double exposure_ = 0;
  // Sum of squared weights: how many days the exposure is worth is exposure^2 / this.
  double squares_ = 0;
};

// Weights of neighbouring places, Gaussian, each row summing to 1 over the places it gives to: what a place gives away
// others get.
class PlaceKernel {
 public:
  PlaceKernel(const std::vector<geo::Point>& places, double sigma_m);
  [[nodiscard]] std::vector<double> smooth(const std::vector<double>& rates) const;

 private:
  std::vector<std::size_t> first_{0};
  std::vector<std::uint32_t> to_;
  std::vector<double> weights_;
};

// Self-excitation in time, place by place: rate = background of the place + theta omega sum exp(-omega age).
struct PlaceExcitation {
  double theta = 0;
  double omega = 0.1;
  std::vector<double> background;  // per observed day
};
// By expectation-maximisation on days 0 .. until; events of one day do not raise each other. O(iterations * events).
[[nodiscard]] PlaceExcitation fit_excitation(const AreaCounts& counts, std::int32_t until);

// Typical distance of a place to its nearest neighbour: the unit in which smoothing is tried.
[[nodiscard]] double spacing_of(const std::vector<geo::Point>& places);

// One method carried forward.
class ForecastState {
 public:
  // For sepp the background is fitted on days 0 .. fit_until.
  ForecastState(const AreaCounts& counts, const ForecastChoice& choice, std::int32_t fit_until);
  void advance(std::int32_t day);
  // Expected counts over `days` observed days of the next `horizon`.
  [[nodiscard]] std::vector<double> expected(std::int32_t days, std::int32_t horizon) const;

 private:
  const AreaCounts& counts_;
  ForecastChoice choice_;
  DecayedCounts history_;
  DecayedCounts recent_;
  PlaceKernel kernel_;
  PlaceExcitation excitation_;
  std::vector<double> raised_;  // sepp: sum of exp(-omega age)
};

}  // namespace quadrille::analysis
