#include "engine/analysis/self_exciting.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <numbers>
#include <numeric>

#include "engine/analysis/binned_density.h"
#include "engine/geo/usable_point.h"

namespace quadrille::analysis {
namespace {

struct Parameters {
  double theta = 0.3;
  double omega = 0.1;
  double sigma = 100;
};

// Events in order of time, from time 0 to `end`.
struct Record {
  std::vector<TimedPoint> events;
  double end = 0;
  geo::Extent extent;

  [[nodiscard]] double area() const { return (extent.high.x_m - extent.low.x_m) * (extent.high.y_m - extent.low.y_m); }
  [[nodiscard]] std::size_t before(double day) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(events, day, {}, &TimedPoint::day) - events.begin());
  }
};

struct Pair {
  float days = 0;
  float squared_m = 0;
};

// For each event the earlier ones in reach.
struct Pairs {
  std::vector<std::size_t> first{0};
  std::vector<Pair> all;
};

Result<Pairs> pairs_in_reach(const Record& record, const SelfExcitingOptions& options, const Parameters& parameters) {
  const double reach_m = options.reach_sigmas * parameters.sigma;
  const double reach_days = options.reach_decays / parameters.omega;
  const double cell = std::max(reach_m, 1e-6);
  const auto columns = static_cast<std::size_t>((record.extent.high.x_m - record.extent.low.x_m) / cell) + 1;
  const auto rows = static_cast<std::size_t>((record.extent.high.y_m - record.extent.low.y_m) / cell) + 1;
  if (columns * rows > 50'000'000)
    return refuse(ErrorKind::too_large,
                  {"étendue trop grande pour une portée si courte", "extent too large for so short a reach"}, "events");
  std::vector<std::vector<std::uint32_t>> cells(columns * rows);
  const auto place = [&](const geo::Point& point) {
    return std::pair(std::min(columns - 1, static_cast<std::size_t>((point.x_m - record.extent.low.x_m) / cell)),
                     std::min(rows - 1, static_cast<std::size_t>((point.y_m - record.extent.low.y_m) / cell)));
  };
  Pairs pairs;
  const double squared_max = reach_m * reach_m;
  for (std::uint32_t j = 0; j < record.events.size(); ++j) {
    const auto& event = record.events[j];
    const auto [column, row] = place(event.point);
    for (std::size_t r = row == 0 ? 0 : row - 1; r <= std::min(rows - 1, row + 1); ++r)
      for (std::size_t c = column == 0 ? 0 : column - 1; c <= std::min(columns - 1, column + 1); ++c) {
        const auto& earlier = cells[r * columns + c];
        for (auto i = earlier.rbegin(); i != earlier.rend(); ++i) {
          const double days = event.day - record.events[*i].day;
          if (days > reach_days) break;
          const double squared = geo::squared_distance(event.point, record.events[*i].point);
          if (days > 0 && squared <= squared_max)
            pairs.all.push_back({static_cast<float>(days), static_cast<float>(squared)});
        }
      }
    pairs.first.push_back(pairs.all.size());
    if (pairs.all.size() > 100'000'000)
      return refuse(ErrorKind::too_large,
                    {"plus de 100 millions de paires à portée", "more than 100 million pairs in reach"}, "events");
    cells[row * columns + column].push_back(j);
  }
  return pairs;
}

// Sums of the expectation step over events [first, last).
struct Sums {
  double triggered = 0;
  double days = 0;
  double squared = 0;
  double log_likelihood = 0;
};

// Background rate at each event, per day and m^2.
using Background = std::vector<double>;

// Expectation: each event's chance to be background goes to `share`.
Sums expect(const Pairs& pairs, const Background& background, const Parameters& p, std::size_t first, std::size_t last,
            std::vector<double>& share) {
  Sums sums;
  const double scale = p.theta * p.omega / (2 * std::numbers::pi * p.sigma * p.sigma);
  const auto decay = static_cast<float>(-p.omega);
  const auto spread = static_cast<float>(-1 / (2 * p.sigma * p.sigma));
  for (std::size_t j = first; j < last; ++j) {
    double sum = 0;
    double days = 0;
    double squared = 0;
    for (std::size_t k = pairs.first[j]; k < pairs.first[j + 1]; ++k) {
      const auto& pair = pairs.all[k];
      const auto weight = static_cast<double>(std::exp(decay * pair.days + spread * pair.squared_m));
      sum += weight;
      days += weight * static_cast<double>(pair.days);
      squared += weight * static_cast<double>(pair.squared_m);
    }
    const double intensity = background[j] + scale * sum;
    if (!(intensity > 0)) {
      share[j] = 1;
      continue;
    }
    share[j] = background[j] / intensity;
    const double part = scale / intensity;
    sums.triggered += part * sum;
    sums.days += part * days;
    sums.squared += part * squared;
    sums.log_likelihood += std::log(intensity);
  }
  return sums;
}

// What is left of the triggering before the end: sum over events of exp(-omega left), and of left times it.
std::pair<double, double> unseen(const Record& record, double omega, double end) {
  double sum = 0;
  double weighted = 0;
  for (const auto& event : record.events) {
    const double left = end - event.day;
    if (left < 0) break;
    const double weight = std::exp(-omega * left);
    sum += weight;
    weighted += left * weight;
  }
  return {sum, weighted};
}

// Kernel background, events weighted by their chance to be background, their own kernel left out at themselves.
class Smoother {
 public:
  Smoother(const Record& record, double bandwidth_m) : record_(record), bandwidth_m_(bandwidth_m) {
    const double cell = std::max(bandwidth_m / 3, std::sqrt(record.area() / 1e6));
    grid_ = geo::Grid::covering(record.extent, Metres{cell});
  }
  // Rate at all events from the weights of the events before index `last`, seen over `days`.
  [[nodiscard]] Result<Background> at_events(const std::vector<double>& weights, std::size_t last, double days) const {
    const auto density =
        BinnedDensity::make_weighted(record_points(last), weights, *grid_, grid_->cell_m(), bandwidth_m_, 4);
    if (!density) return Failure(density.error());
    Background background(record_.events.size());
    for (std::size_t j = 0; j < background.size(); ++j) {
      const double own = j < last ? weights[j] * density->own_share(record_.events[j].point) : 0;
      background[j] = std::max(density->at(record_.events[j].point) - own, 0.0) / days + floor_ / days;
    }
    return background;
  }

 private:
  [[nodiscard]] std::span<const geo::Point> record_points(std::size_t last) const {
    if (points_.empty())
      for (const auto& event : record_.events) points_.push_back(event.point);
    return std::span(points_).first(last);
  }
  const Record& record_;
  double bandwidth_m_;
  std::optional<geo::Grid> grid_;
  mutable std::vector<geo::Point> points_;
  // A thousandth of an event over the whole extent: nowhere is a background impossible.
  double floor_ = 1e-3 / record_.area();
};

struct Fitted {
  Parameters parameters;
  Background background;
  std::vector<double> share;
  int iterations = 0;
  bool has_converged = false;
};

// Events before index `last`, seen until `end`.
struct Part {
  const Record& record;
  const Pairs& pairs;
  const Smoother& smoother;
  std::size_t last;
  double end;
};

// One step of expectation and maximisation.
Result<void> step(const Part& part, Fitted& fitted) {
  auto background = part.smoother.at_events(fitted.share, part.last, part.end);
  if (!background) return Failure(background.error());
  fitted.background = std::move(*background);
  auto& p = fitted.parameters;
  const auto sums = expect(part.pairs, fitted.background, p, 0, part.last, fitted.share);
  const auto [left, left_weighted] = unseen(part.record, p.omega, part.end);
  const double theta = p.theta;
  p.theta = std::max(sums.triggered / std::max(static_cast<double>(part.last) - left, 1.0), 1e-9);
  if (sums.triggered > 1e-6) {
    p.omega = sums.triggered / (sums.days + theta * left_weighted);
    p.sigma = std::sqrt(std::max(sums.squared / (2 * sums.triggered), 1e-6));
  }
  ++fitted.iterations;
  return {};
}

double change_between(const Parameters& a, const Parameters& b) {
  return std::max(
      {std::abs(a.theta - b.theta), std::abs(std::log(a.omega / b.omega)), std::abs(std::log(a.sigma / b.sigma))});
}

std::array<double, 3> logs(const Parameters& p) { return {std::log(p.theta), std::log(p.omega), std::log(p.sigma)}; }

// Squared extrapolation (Varadhan and Roland 2008, "Simple and globally convergent methods for accelerating the
// convergence of any EM algorithm", Scandinavian Journal of Statistics 35): from two steps to where they lead.
void extrapolate(const Fitted& zero, const Fitted& one, Fitted& two) {
  const auto a = logs(zero.parameters);
  const auto b = logs(one.parameters);
  const auto c = logs(two.parameters);
  double r_squared = 0;
  double v_squared = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    r_squared += (b[i] - a[i]) * (b[i] - a[i]);
    v_squared += (c[i] - 2 * b[i] + a[i]) * (c[i] - 2 * b[i] + a[i]);
  }
  if (!(v_squared > 0)) return;
  const double alpha = std::clamp(std::sqrt(r_squared / v_squared), 1.0, 20.0);
  const auto ahead = [&](double x, double y, double z) {
    return x + 2 * alpha * (y - x) + alpha * alpha * (z - 2 * y + x);
  };
  const auto bounded = [&](std::size_t i) { return std::exp(std::clamp(ahead(a[i], b[i], c[i]), c[i] - 1, c[i] + 1)); };
  two.parameters = {std::min(bounded(0), 0.99), bounded(1), bounded(2)};
  for (std::size_t j = 0; j < two.share.size(); ++j)
    two.share[j] = std::clamp(ahead(zero.share[j], one.share[j], two.share[j]), 0.0, 1.0);
}

// Expectation-maximisation from where `fitted` stands.
Result<Fitted> fit(const Part& part, Fitted fitted, int iterations_max, const Progress& progress) {
  fitted.iterations = 0;
  fitted.has_converged = false;
  while (fitted.iterations < iterations_max) {
    if (progress.is_cancelled()) return cancelled();
    const Fitted zero = fitted;
    if (const auto done = step(part, fitted); !done) return Failure(done.error());
    const Fitted one = fitted;
    if (const auto done = step(part, fitted); !done) return Failure(done.error());
    if (change_between(one.parameters, fitted.parameters) < 5e-5 || fitted.parameters.theta < 1e-5) {
      fitted.has_converged = true;
      break;
    }
    extrapolate(zero, one, fitted);
    if (const auto done = step(part, fitted); !done) return Failure(done.error());
  }
  return fitted;
}

// Log-likelihood of events [first, last) seen from `begin` to `end`, given all before them; per event.
double held_out_likelihood(const Record& record, const Pairs& pairs, const Smoother& smoother, const Fitted& fitted,
                           std::size_t first, double begin) {
  auto background = smoother.at_events(fitted.share, first, begin);
  if (!background) return -1e300;
  std::vector<double> share(record.events.size());
  const auto& p = fitted.parameters;
  const std::size_t last = record.events.size();
  const auto sums = expect(pairs, *background, p, first, last, share);
  const double background_per_day =
      std::accumulate(fitted.share.begin(), fitted.share.begin() + static_cast<std::ptrdiff_t>(first), 0.0) / begin;
  double triggered = 0;
  for (const auto& event : record.events)
    triggered += p.theta * (std::exp(-p.omega * std::max(0.0, begin - event.day)) -
                            std::exp(-p.omega * (record.end - event.day)));
  const double days = record.end - begin;
  const double log_likelihood = sums.log_likelihood - background_per_day * days - triggered;
  const auto events = static_cast<double>(last - first);
  const double uniform_rate = static_cast<double>(first) / begin / record.area();
  const double uniform = events * std::log(uniform_rate) - uniform_rate * record.area() * days;
  return (log_likelihood - uniform) / events;
}

// Log-likelihood in (theta, log omega, log sigma), the background held.
double likelihood_at(const Record& record, const Pairs& pairs, const Background& background, const Parameters& p) {
  std::vector<double> share(record.events.size());
  const auto sums = expect(pairs, background, p, 0, record.events.size(), share);
  const double left = unseen(record, p.omega, record.end).first;
  return sums.log_likelihood - p.theta * (static_cast<double>(record.events.size()) - left);
}

void add_intervals(SelfExciting& result, const Record& record, const Pairs& pairs, const Fitted& fitted) {
  const auto at = [&](const Eigen::Vector3d& step) {
    Parameters p = fitted.parameters;
    p.theta *= std::exp(step[0]);
    p.omega *= std::exp(step[1]);
    p.sigma *= std::exp(step[2]);
    return likelihood_at(record, pairs, fitted.background, p);
  };
  constexpr double h = 0.01;
  Eigen::Matrix3d information;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) {
      const Eigen::Vector3d a = h * Eigen::Vector3d::Unit(i);
      const Eigen::Vector3d b = h * Eigen::Vector3d::Unit(j);
      information(i, j) = information(j, i) = -(at(a + b) - at(a - b) - at(b - a) + at(-a - b)) / (4 * h * h);
    }
  const Eigen::Matrix3d covariance = information.inverse();
  const auto interval = [&](int i, double value) -> std::optional<Interval95> {
    if (!(covariance(i, i) > 0) || !std::isfinite(covariance(i, i))) return std::nullopt;
    const double factor = std::exp(1.959963984540054 * std::sqrt(covariance(i, i)));
    return Interval95{value / factor, value * factor};
  };
  if (fitted.parameters.theta < 1e-3) return;
  result.theta = interval(0, fitted.parameters.theta);
  result.omega_per_day = interval(1, fitted.parameters.omega);
  result.sigma_m = interval(2, fitted.parameters.sigma);
}

Result<Record> make_record(std::span<const TimedPoint> events) {
  if (events.size() < 30) return invalid({"il faut au moins 30 événements", "at least 30 events are needed"}, "events");
  Record record;
  record.events.assign(events.begin(), events.end());
  for (const auto& event : events)
    if (!geo::is_usable(event.point) || !std::isfinite(event.day))
      return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "events");
  std::ranges::sort(record.events, {},
                    [](const TimedPoint& one) { return std::tuple(one.day, one.point.x_m, one.point.y_m); });
  const double start = record.events.front().day;
  record.extent = {record.events.front().point, record.events.front().point};
  for (auto& event : record.events) {
    event.day -= start;
    auto& [low, high] = record.extent;
    low = {std::min(low.x_m, event.point.x_m), std::min(low.y_m, event.point.y_m)};
    high = {std::max(high.x_m, event.point.x_m), std::max(high.y_m, event.point.y_m)};
  }
  record.end = record.events.back().day;
  if (!(record.end > 0)) return invalid({"tous au même instant", "all at one time"}, "events");
  if (!(record.area() > 0)) return invalid({"tous sur une ligne ou en un lieu", "all on one line or place"}, "events");
  return record;
}

std::vector<double> bandwidths_of(const Record& record, const SelfExcitingOptions& options) {
  if (!options.bandwidths_m.empty()) return options.bandwidths_m;
  std::vector<double> bandwidths;
  for (double h = std::sqrt(record.area()) / 90; bandwidths.size() < 6; h *= 1.6) bandwidths.push_back(h);
  return bandwidths;
}

// A first guess of delay and distance: what is nearest of all pairs within a tenth of the extent's side and a fifth of
// the time would be too far; a fiftieth of each is a start the fit moves away from.
Parameters first_guess(const Record& record) {
  return {.theta = 0.3, .omega = 20 / record.end, .sigma = std::sqrt(record.area()) / 80};
}

}  // namespace

Result<SelfExciting> fit_self_exciting(std::span<const TimedPoint> events, const SelfExcitingOptions& options,
                                       const Progress& progress) {
  const auto record = make_record(events);
  if (!record) return Failure(record.error());
  for (const double h : options.bandwidths_m)
    if (!(h > 0) || !std::isfinite(h))
      return invalid({"une largeur doit être positive", "a bandwidth must be positive"}, "bandwidths_m");
  if (!(options.held_out > 0) || options.held_out > 0.5)
    return invalid({"de 0 (exclu) à 0,5", "from 0 (excluded) to 0.5"}, "held_out");
  const auto bandwidths = bandwidths_of(*record, options);
  const double begin = record->end * (1 - options.held_out);
  const std::size_t first_held_out = record->before(begin);
  if (first_held_out < 10 || first_held_out >= record->events.size())
    return invalid({"trop peu d'événements dans une des deux parties", "too few events in one of the two parts"},
                   "held_out");
  // The pairs' reach follows the fit: first wide, then what the first parameters ask for.
  const std::size_t all = record->events.size();
  Fitted start{.parameters = first_guess(*record), .background = {}, .share = std::vector<double>(all, 0.7)};
  auto pairs = pairs_in_reach(*record, options, start.parameters);
  if (!pairs) return Failure(pairs.error());
  {
    const Smoother smoother(*record, bandwidths.front());
    auto rough = fit({*record, *pairs, smoother, all, record->end}, start, 6, progress);
    if (!rough) return Failure(rough.error());
    start = std::move(*rough);
    start.parameters.theta = std::clamp(start.parameters.theta, 0.05, 0.9);
    pairs = pairs_in_reach(*record, options, start.parameters);
    if (!pairs) return Failure(pairs.error());
  }
  std::vector<Result<Fitted>> fits(bandwidths.size());
  std::vector<SelfExcitingFit> table(bandwidths.size());
  std::atomic<std::size_t> done{0};
  parallel_for(bandwidths.size(), options.threads, [&](std::size_t b) {
    const Smoother smoother(*record, bandwidths[b]);
    fits[b] = fit({*record, *pairs, smoother, all, record->end}, start, options.iterations_max, progress);
    if (!fits[b]) return;
    const auto part =
        fit({*record, *pairs, smoother, first_held_out, begin}, *fits[b], options.iterations_max, progress);
    if (!part) return;
    const auto& p = fits[b]->parameters;
    table[b] = {.bandwidth_m = bandwidths[b],
                .theta = p.theta,
                .omega_per_day = p.omega,
                .sigma_m = p.sigma,
                .background_per_day = std::accumulate(fits[b]->share.begin(), fits[b]->share.end(), 0.0) / record->end,
                .held_out_log_likelihood = held_out_likelihood(*record, *pairs, smoother, *part, first_held_out, begin),
                .iterations = fits[b]->iterations,
                .has_converged = fits[b]->has_converged};
    progress.report(static_cast<double>(++done) / static_cast<double>(bandwidths.size()));
  });
  if (progress.is_cancelled()) return cancelled();
  for (const auto& fit : fits)
    if (!fit) return Failure(fit.error());
  const auto best = static_cast<std::size_t>(
      std::ranges::max_element(table, {}, &SelfExcitingFit::held_out_log_likelihood) - table.begin());
  SelfExciting result{.fit = table[best], .theta = {}, .omega_per_day = {}, .sigma_m = {}, .sensitivity = table};
  add_intervals(result, *record, *pairs, *fits[best]);
  return result;
}

}  // namespace quadrille::analysis
