#include "engine/analysis/forecast_state.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/analysis/neighbours.h"

namespace quadrille::analysis {

DecayedCounts::DecayedCounts(std::size_t places, double tau_days)
    : factor_(tau_days > 0 ? std::exp(-1 / tau_days) : 1), sums_(places, 0.0) {}

void DecayedCounts::advance(const AreaCounts& counts, std::int32_t day) {
  if (factor_ < 1) {
    for (double& sum : sums_) sum *= factor_;
    exposure_ *= factor_;
    squares_ *= factor_ * factor_;
  }
  if (!counts.is_observed(day)) return;
  exposure_ += 1;
  squares_ += 1;
  for (const auto& entry : counts.on(day)) sums_[entry.place] += entry.count;
}

std::vector<double> DecayedCounts::rates() const {
  std::vector<double> rates(sums_.size(), 0.0);
  if (!(exposure_ > 0)) return rates;
  const auto n = static_cast<double>(sums_.size());
  const double mean = std::accumulate(sums_.begin(), sums_.end(), 0.0) / n / exposure_;
  double squares = 0;
  for (const double sum : sums_) squares += (sum / exposure_ - mean) * (sum / exposure_ - mean);
  // The weighted mean of Poisson counts of one rate has variance rate * squares / exposure^2.
  const double chance = mean * squares_ / (exposure_ * exposure_);
  const double between = n > 1 ? std::max(squares / (n - 1) - chance, 1e-3 * chance) : 0;
  const double kept = between + chance > 0 ? between / (between + chance) : 0;
  for (std::size_t i = 0; i < rates.size(); ++i) rates[i] = mean + kept * (sums_[i] / exposure_ - mean);
  return rates;
}

PlaceKernel::PlaceKernel(const std::vector<geo::Point>& places, double sigma_m) {
  if (!(sigma_m > 0)) return;
  const auto neighbours = NeighbourLists::within(places, Metres{3 * sigma_m});
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t begin = to_.size();
    to_.push_back(static_cast<std::uint32_t>(i));
    weights_.push_back(1);
    double total = 1;
    if (neighbours)
      for (const auto j : neighbours->of(i)) {
        const double weight = std::exp(-geo::squared_distance(places[i], places[j]) / (2 * sigma_m * sigma_m));
        to_.push_back(j);
        weights_.push_back(weight);
        total += weight;
      }
    for (std::size_t k = begin; k < weights_.size(); ++k) weights_[k] /= total;
    first_.push_back(to_.size());
  }
}

std::vector<double> PlaceKernel::smooth(const std::vector<double>& rates) const {
  if (to_.empty()) return rates;
  std::vector<double> smoothed(rates.size(), 0.0);
  for (std::size_t i = 0; i < rates.size(); ++i)
    for (std::size_t k = first_[i]; k < first_[i + 1]; ++k) smoothed[to_[k]] += weights_[k] * rates[i];
  return smoothed;
}

namespace {

using Series = std::vector<std::pair<std::int32_t, double>>;  // day, count; in order of day

// What events by day raise on the observed days after them, for theta 1: sum over later observed days of omega
// exp(-omega age). Days nobody observed hide what they held.
double seen_raise(const AreaCounts& counts, const std::vector<double>& events_of_day, double omega) {
  const double decay = std::exp(-omega);
  double after = 0;
  double sum = 0;
  for (auto day = static_cast<std::int32_t>(events_of_day.size()) - 1; day >= 0; --day) {
    sum += events_of_day[static_cast<std::size_t>(day)] * after;
    after = decay * (after + (counts.is_observed(day) ? omega : 0));
  }
  return sum;
}

// The omega that makes `triggered` events of mean age `delay / triggered` likeliest: golden section in its logarithm.
double best_omega(const AreaCounts& counts, const std::vector<double>& events_of_day, double triggered, double delay) {
  const auto likelihood = [&](double log_omega) {
    const double omega = std::exp(log_omega);
    return triggered * log_omega - omega * delay -
           triggered * std::log(std::max(seen_raise(counts, events_of_day, omega), 1e-300));
  };
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(1e-3);
  double high = std::log(2.0);
  for (int i = 0; i < 24; ++i) {
    const double a = high - golden * (high - low);
    const double b = low + golden * (high - low);
    (likelihood(a) < likelihood(b) ? low : high) = likelihood(a) < likelihood(b) ? a : b;
  }
  return std::exp((low + high) / 2);
}

// Sums of one expectation step over all places.
struct RaiseSums {
  double triggered = 0;
  double delay = 0;
  std::vector<double> background;  // events of the background, by place
};

RaiseSums expect_raise(const std::vector<Series>& by_place, const PlaceExcitation& now) {
  RaiseSums sums{.background = std::vector<double>(by_place.size(), 0.0)};
  for (std::size_t p = 0; p < by_place.size(); ++p) {
    double raised = 0;    // sum of exp(-omega age) over earlier days
    double weighted = 0;  // the same times the age
    std::int32_t before = 0;
    for (const auto& [day, count] : by_place[p]) {
      const double gap = day - before;
      const double decay = std::exp(-now.omega * gap);
      weighted = (weighted + raised * gap) * decay;
      raised *= decay;
      before = day;
      const double self = now.theta * now.omega * raised;
      const double rate = now.background[p] + self;
      sums.triggered += count * self / rate;
      if (raised > 0) sums.delay += count * self / rate * weighted / raised;
      sums.background[p] += count * now.background[p] / rate;
      raised += count;
    }
  }
  return sums;
}

}  // namespace

PlaceExcitation fit_excitation(const AreaCounts& counts, std::int32_t until) {
  const std::size_t places = counts.places().size();
  std::vector<Series> by_place(places);
  std::vector<double> events_of_day(static_cast<std::size_t>(until) + 1, 0.0);
  double observed_days = 0;
  double events = 0;
  for (std::int32_t day = 0; day <= until; ++day) {
    if (!counts.is_observed(day)) continue;
    observed_days += 1;
    for (const auto& entry : counts.on(day)) {
      by_place[entry.place].emplace_back(day, entry.count);
      events_of_day[static_cast<std::size_t>(day)] += entry.count;
      events += entry.count;
    }
  }
  PlaceExcitation result{.theta = 0.2, .omega = 0.1, .background = std::vector<double>(places, 0.0)};
  if (!(events > 0)) return result;
  // Half an event and the time it takes at the mean rate, so that no place is impossible.
  const double mean = events / static_cast<double>(places) / observed_days;
  const auto background_of = [&](double share) { return (share + 0.5) / (observed_days + 0.5 / mean); };
  for (std::size_t p = 0; p < places; ++p) {
    double sum = 0;
    for (const auto& [day, count] : by_place[p]) sum += count;
    result.background[p] = 0.8 * background_of(sum);
  }
  for (int iteration = 0; iteration < 80; ++iteration) {
    const auto sums = expect_raise(by_place, result);
    if (sums.triggered < 1e-6) break;
    const double omega = best_omega(counts, events_of_day, sums.triggered, sums.delay);
    const double theta =
        std::clamp(sums.triggered / std::max(seen_raise(counts, events_of_day, omega), 1e-9), 0.0, 0.95);
    const double change = std::abs(theta - result.theta) + std::abs(std::log(omega / result.omega));
    result.theta = theta;
    result.omega = omega;
    for (std::size_t p = 0; p < places; ++p) result.background[p] = background_of(sums.background[p]);
    if (change < 1e-4) break;
  }
  return result;
}

double spacing_of(const std::vector<geo::Point>& places) {
  if (places.size() < 2) return 1;
  std::vector<geo::Point> sorted = places;
  std::ranges::sort(sorted, {}, [](const geo::Point& one) { return one.x_m; });
  std::vector<double> nearest;
  // A few hundred places tell.
  const std::size_t step = std::max<std::size_t>(1, sorted.size() / 300);
  for (std::size_t i = 0; i < sorted.size(); i += step) {
    double best = 1e300;
    for (std::size_t j = 0; j < sorted.size(); ++j)
      if (const double squared = geo::squared_distance(sorted[i], sorted[j]); squared > 0)
        best = std::min(best, squared);
    if (best < 1e300) nearest.push_back(std::sqrt(best));
  }
  if (nearest.empty()) return 1;
  std::ranges::nth_element(nearest, nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2));
  return nearest[nearest.size() / 2];
}

ForecastState::ForecastState(const AreaCounts& counts, const ForecastChoice& choice, std::int32_t fit_until)
    : counts_(counts),
      choice_(choice),
      history_(counts.places().size(), 0),
      recent_(counts.places().size(), choice.tau_days),
      kernel_(counts.places(), choice.sigma_m) {
  if (choice.method != ForecastMethod::sepp) return;
  excitation_ = fit_excitation(counts, fit_until);
  raised_.assign(counts.places().size(), 0.0);
}

void ForecastState::advance(std::int32_t day) {
  switch (choice_.method) {
    case ForecastMethod::history:
      return history_.advance(counts_, day);
    case ForecastMethod::decay:
    case ForecastMethod::kernel:
      return recent_.advance(counts_, day);
    case ForecastMethod::blend:
      history_.advance(counts_, day);
      return recent_.advance(counts_, day);
    case ForecastMethod::sepp:
      for (double& one : raised_) one *= std::exp(-excitation_.omega);
      if (counts_.is_observed(day))
        for (const auto& entry : counts_.on(day)) raised_[entry.place] += entry.count;
  }
}

std::vector<double> ForecastState::expected(std::int32_t days, std::int32_t horizon) const {
  std::vector<double> result;
  if (choice_.method == ForecastMethod::sepp) {
    double coming = 0;  // of one event's raise, over the days ahead
    for (int ahead = 1; ahead <= horizon; ++ahead) coming += std::exp(-excitation_.omega * ahead);
    coming *= excitation_.theta * excitation_.omega * days / horizon;
    for (std::size_t p = 0; p < raised_.size(); ++p)
      result.push_back(excitation_.background[p] * days + coming * raised_[p]);
    return result;
  }
  if (choice_.method == ForecastMethod::history) {
    result = history_.rates();
  } else {
    result = kernel_.smooth(recent_.rates());
    if (choice_.method == ForecastMethod::blend) {
      const auto history = history_.rates();
      for (std::size_t p = 0; p < result.size(); ++p)
        result[p] = choice_.history_weight * history[p] + (1 - choice_.history_weight) * result[p];
    }
  }
  for (double& rate : result) rate *= days;
  return result;
}

}  // namespace quadrille::analysis
