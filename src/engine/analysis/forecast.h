#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/analysis/place_day_count.h"
#include "engine/geo/point.h"

// Where will the next reported facts be? Expected counts of equal areas over the next days, and what such rankings are
// worth on days they have not seen.
//
// Forecasts what will be reported, nothing else: on facts that police find, it forecasts police
// (docs/methods/forecast.md and exposure.md). Must not be used on persons, nor as the only reason to be somewhere.

namespace quadrille::analysis {

// Counts by place and day, with the days that were observed: only those make rates, exposures and scores.
class AreaCounts {
 public:
  // `observed`: empty = every day from 0 to the last event's. Refused with field `places` (none, not finite), `events`
  // (place unknown, day under 0 or over a million, negative count, on a day not observed), `observed` (negative).
  [[nodiscard]] static Result<AreaCounts> checked(std::vector<geo::Point> places,
                                                  const std::vector<PlaceDayCount>& events,
                                                  const std::vector<std::int32_t>& observed);

  struct Entry {
    std::uint32_t place = 0;
    std::int32_t count = 0;
  };
  [[nodiscard]] const std::vector<geo::Point>& places() const { return places_; }
  [[nodiscard]] std::int32_t days() const { return static_cast<std::int32_t>(is_observed_.size()); }
  [[nodiscard]] bool is_observed(std::int32_t day) const {
    return day >= 0 && day < days() && is_observed_[static_cast<std::size_t>(day)];
  }
  [[nodiscard]] std::span<const Entry> on(std::int32_t day) const {
    return {entries_.data() + first_[static_cast<std::size_t>(day)],
            first_[static_cast<std::size_t>(day) + 1] - first_[static_cast<std::size_t>(day)]};
  }

 private:
  std::vector<geo::Point> places_;
  std::vector<bool> is_observed_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> first_;
};

enum class ForecastMethod {
  history,  // all observed days weigh the same
  decay,    // a day weighs exp(-age / tau)
  kernel,   // decay, smoothed over neighbouring places
  sepp,     // each event raises its place for a while (in time only; Mohler et al. 2015)
  blend,    // history and kernel, mixed
};
[[nodiscard]] std::string_view name_of(ForecastMethod method);

// A method with its settings. All but sepp shrink rare places towards the mean of all (gamma-Poisson empirical Bayes,
// moments of the training data), so that an area without events is not expected to stay so for ever.
struct ForecastChoice {
  ForecastMethod method = ForecastMethod::history;
  double tau_days = 0;        // decay, kernel, blend
  double sigma_m = 0;         // kernel, blend
  double history_weight = 0;  // blend
  double theta = 0;           // sepp: events raised by one event
  double omega_per_day = 0;
  double training_log_score = 0;  // mean over places and origins inside the training time
};

// The best settings of each method named, and the best method first, by the Poisson log score of rolling origins inside
// days 0 .. train_until: the last quarter of them, a horizon apart, at most 40. Nothing after train_until is looked at.
// Refused: field `train_until` (outside the days, fewer than 30 observed days before), `horizon` (under 1, or longer
// than a tenth of the training time), `method` (none named).
[[nodiscard]] Result<std::vector<ForecastChoice>> choose_forecast(const AreaCounts& counts,
                                                                  std::span<const ForecastMethod> methods,
                                                                  std::int32_t train_until, std::int32_t horizon,
                                                                  const Progress& progress);

// Expected counts of each place over `horizon` observed days after train_until.
[[nodiscard]] Result<std::vector<double>> forecast(const AreaCounts& counts, const ForecastChoice& choice,
                                                   std::int32_t train_until, std::int32_t horizon);

struct Origins {
  std::int32_t first = 0;
  std::int32_t last = 0;
  std::int32_t step = 1;
};

struct Score {
  double value = 0;  // not a number, as its bounds, where no origin has an event to divide by
  double low = 0;    // 95 %, moving-block bootstrap over origins
  double high = 0;
};

struct TopScore {
  std::int32_t top = 0;
  Score pai;     // share of events in the top places / their share of all places (Chainey, Tompson, Uhlig 2008)
  Score pei;     // events in the top places / in as many of the best places with hindsight (Hunt 2016)
  Score recall;  // share of events in the top places
};

// What one origin contributed, so that two methods can be compared origin by origin.
struct OriginScore {
  std::int32_t origin = 0;
  double events = 0;
  std::vector<double> hits;  // by top: events in the top places
  std::vector<double> best;  // by top: events in as many of the best places with hindsight
  double log_score = 0;
  double brier = 0;
};

struct Evaluation {
  std::int32_t origins = 0;  // with observed days after them; those without events count for the last two scores only
  std::int64_t events = 0;
  std::vector<TopScore> tops;
  Score log_score;  // mean log Poisson probability of a place's count; higher is better
  Score brier;      // mean squared error of "at least one event here"; lower is better
  std::vector<OriginScore> by_origin;
};

// The settings stay as given for all origins; each origin sees the days up to and with itself. One pass. Refused: field
// `origins` (not ascending, outside the days, none with observed days after it), `top` (under 1, or all places and
// more).
[[nodiscard]] Result<Evaluation> evaluate_forecast(const AreaCounts& counts, const ForecastChoice& choice,
                                                   const Origins& origins, std::int32_t horizon,
                                                   std::span<const std::int32_t> tops, Seed seed,
                                                   const Progress& progress);

}  // namespace quadrille::analysis
