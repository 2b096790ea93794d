#include "engine/analysis/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/analysis/forecast_state.h"

namespace quadrille::analysis {
namespace {

constexpr double rate_min = 1e-9;

// Counts of each place over days (origin, origin + horizon], and how many of those were observed.
struct Outcome {
  std::vector<double> counts;
  std::int32_t observed_days = 0;
  double events = 0;
};

Outcome outcome_after(const AreaCounts& counts, std::int32_t origin, std::int32_t horizon) {
  Outcome outcome{.counts = std::vector<double>(counts.places().size(), 0.0)};
  for (std::int32_t day = origin + 1; day <= origin + horizon; ++day) {
    if (!counts.is_observed(day)) continue;
    ++outcome.observed_days;
    for (const auto& entry : counts.on(day)) {
      outcome.counts[entry.place] += entry.count;
      outcome.events += entry.count;
    }
  }
  return outcome;
}

double log_score(const std::vector<double>& expected, const Outcome& outcome) {
  double sum = 0;
  for (std::size_t p = 0; p < expected.size(); ++p) {
    const double mean = std::max(expected[p], rate_min);
    sum += outcome.counts[p] * std::log(mean) - mean - std::lgamma(outcome.counts[p] + 1);
  }
  return sum / static_cast<double>(expected.size());
}

double brier_score(const std::vector<double>& expected, const Outcome& outcome) {
  double sum = 0;
  for (std::size_t p = 0; p < expected.size(); ++p) {
    const double chance = -std::expm1(-std::max(expected[p], 0.0));
    const double happened = outcome.counts[p] > 0 ? 1 : 0;
    sum += (chance - happened) * (chance - happened);
  }
  return sum / static_cast<double>(expected.size());
}

std::vector<ForecastChoice> candidates(ForecastMethod method, double spacing_m) {
  std::vector<ForecastChoice> all;
  const std::vector<double> taus{15, 30, 60, 120, 250, 500};
  const std::vector<double> sigmas{0.5 * spacing_m, spacing_m};
  switch (method) {
    case ForecastMethod::history:
    case ForecastMethod::sepp:
      all.push_back({.method = method});
      break;
    case ForecastMethod::decay:
      for (const double tau : taus) all.push_back({.method = method, .tau_days = tau});
      break;
    case ForecastMethod::kernel:
      for (const double tau : taus)
        for (const double sigma : sigmas) all.push_back({.method = method, .tau_days = tau, .sigma_m = sigma});
      break;
    case ForecastMethod::blend:
      for (const double tau : taus)
        for (const double sigma : {0.0, 0.5 * spacing_m})
          for (const double weight : {0.25, 0.5, 0.75})
            all.push_back({.method = method, .tau_days = tau, .sigma_m = sigma, .history_weight = weight});
      break;
  }
  return all;
}

// The last quarter of the training time, a horizon apart, at most 40.
std::vector<std::int32_t> inner_origins(std::int32_t train_until, std::int32_t horizon) {
  const std::int32_t quarter = std::max((train_until + 1) / 4, horizon);
  const std::int32_t step = std::max(horizon, quarter / 40);
  std::vector<std::int32_t> origins;
  for (std::int32_t origin = train_until - horizon; origin >= train_until - quarter && origin >= 0; origin -= step)
    origins.push_back(origin);
  std::ranges::reverse(origins);
  return origins;
}

double training_score(const AreaCounts& counts, const ForecastChoice& choice, const std::vector<std::int32_t>& origins,
                      std::int32_t horizon) {
  ForecastState state(counts, choice, origins.front());
  double sum = 0;
  int scored = 0;
  std::int32_t next = 0;
  for (const auto origin : origins) {
    for (; next <= origin; ++next) state.advance(next);
    const auto outcome = outcome_after(counts, origin, horizon);
    if (outcome.observed_days == 0) continue;
    sum += log_score(state.expected(outcome.observed_days, horizon), outcome);
    ++scored;
  }
  return scored == 0 ? -std::numeric_limits<double>::infinity() : sum / scored;
}

Result<void> check_training(const AreaCounts& counts, std::int32_t train_until, std::int32_t horizon) {
  if (train_until < 0 || train_until >= counts.days())
    return invalid({"hors des jours donnés", "outside the days given"}, "train_until");
  int observed = 0;
  for (std::int32_t day = 0; day <= train_until; ++day) observed += counts.is_observed(day) ? 1 : 0;
  if (observed < 30)
    return invalid({"il faut au moins 30 jours observés", "at least 30 observed days are needed"}, "train_until");
  if (horizon < 1 || horizon > (train_until + 1) / 10 + 1)
    return invalid({"de 1 jour au dixième du temps d'apprentissage", "from 1 day to a tenth of the training time"},
                   "horizon");
  return {};
}

OriginScore score_origin(std::int32_t origin, const std::vector<double>& expected, const Outcome& outcome,
                         std::span<const std::int32_t> tops) {
  OriginScore score{.origin = origin, .events = outcome.events, .hits = {}, .best = {}};
  std::vector<std::uint32_t> order(expected.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto most = static_cast<std::ptrdiff_t>(*std::ranges::max_element(tops));
  std::ranges::partial_sort(order, order.begin() + most, {},
                            [&](std::uint32_t p) { return std::pair(-expected[p], p); });
  auto best = outcome.counts;
  std::ranges::partial_sort(best, best.begin() + most, std::greater());
  for (const auto top : tops) {
    double hits = 0;
    for (std::int32_t k = 0; k < top; ++k) hits += outcome.counts[order[static_cast<std::size_t>(k)]];
    score.hits.push_back(hits);
    score.best.push_back(std::accumulate(best.begin(), best.begin() + top, 0.0));
  }
  score.log_score = log_score(expected, outcome);
  score.brier = brier_score(expected, outcome);
  return score;
}

// Ratio of two sums over origins, with its moving-block bootstrap interval (Kuensch 1989): neighbouring origins depend
// on each other, so blocks of them are drawn.
class BlockBootstrap {
 public:
  BlockBootstrap(std::size_t origins, Seed seed) {
    constexpr int replicas = 1000;
    const auto block = static_cast<std::size_t>(std::max(1.0, std::round(std::cbrt(static_cast<double>(origins)))));
    for (int r = 0; r < replicas; ++r) {
      Random random(seed, static_cast<std::uint64_t>(r));
      std::vector<std::uint32_t> sample;
      while (sample.size() < origins) {
        const auto start = random.next_below(static_cast<std::uint32_t>(origins - block + 1));
        for (std::size_t k = 0; k < block && sample.size() < origins; ++k)
          sample.push_back(start + static_cast<std::uint32_t>(k));
      }
      samples_.push_back(std::move(sample));
    }
  }
  template <class Over, class Under>
  [[nodiscard]] Score ratio(std::size_t origins, const Over& over, const Under& under) const {
    const auto of = [&](const auto& sample) {
      double top = 0;
      double bottom = 0;
      for (const auto i : sample) {
        top += over(i);
        bottom += under(i);
      }
      return bottom > 0 ? top / bottom : std::numeric_limits<double>::quiet_NaN();
    };
    std::vector<std::uint32_t> all(origins);
    std::iota(all.begin(), all.end(), 0U);
    std::vector<double> values;
    for (const auto& sample : samples_)
      if (const double value = of(sample); !std::isnan(value)) values.push_back(value);
    std::ranges::sort(values);
    const auto at = [&](double share) {
      if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
      return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {of(all), at(0.025), at(0.975)};
  }

 private:
  std::vector<std::vector<std::uint32_t>> samples_;
};

Result<void> check_evaluation(const AreaCounts& counts, const Origins& origins, std::int32_t horizon,
                              std::span<const std::int32_t> tops) {
  if (origins.step < 1 || origins.first < 0 || origins.last < origins.first || origins.last >= counts.days())
    return invalid({"les origines vont de FIRST à LAST par STEP, dans les jours donnés",
                    "origins go from FIRST to LAST by STEP, within the days given"},
                   "origins");
  if (horizon < 1) return invalid({"au moins un jour", "at least one day"}, "horizon");
  if (tops.empty()) return invalid({"au moins un nombre de lieux", "at least one number of places"}, "top");
  for (const auto top : tops)
    if (top < 1 || static_cast<std::size_t>(top) >= counts.places().size())
      return invalid({"de 1 au nombre de lieux moins un", "from 1 to the number of places less one"}, "top");
  return {};
}

}  // namespace

std::string_view name_of(ForecastMethod method) {
  switch (method) {
    case ForecastMethod::history:
      return "history";
    case ForecastMethod::decay:
      return "decay";
    case ForecastMethod::kernel:
      return "kernel";
    case ForecastMethod::sepp:
      return "sepp";
    case ForecastMethod::blend:
      return "blend";
  }
  return "history";
}

Result<std::vector<ForecastChoice>> choose_forecast(const AreaCounts& counts, std::span<const ForecastMethod> methods,
                                                    std::int32_t train_until, std::int32_t horizon,
                                                    const Progress& progress) {
  if (const auto fine = check_training(counts, train_until, horizon); !fine) return Failure(fine.error());
  if (methods.empty()) return invalid({"aucune méthode", "no method"}, "method");
  const auto origins = inner_origins(train_until, horizon);
  const double spacing_m = spacing_of(counts.places());
  std::vector<ForecastChoice> best;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const auto tried = candidates(methods[m], spacing_m);
    ForecastChoice choice{.training_log_score = -std::numeric_limits<double>::infinity()};
    for (std::size_t c = 0; c < tried.size(); ++c) {
      if (progress.is_cancelled()) return cancelled();
      const double score = origins.empty() ? 0 : training_score(counts, tried[c], origins, horizon);
      if (c == 0 || score > choice.training_log_score) {
        choice = tried[c];
        choice.training_log_score = score;
      }
      progress.report((static_cast<double>(m) + static_cast<double>(c + 1) / static_cast<double>(tried.size())) /
                      static_cast<double>(methods.size()));
    }
    if (methods[m] == ForecastMethod::sepp) {
      const auto fitted = fit_excitation(counts, train_until);
      choice.theta = fitted.theta;
      choice.omega_per_day = fitted.omega;
    }
    best.push_back(choice);
  }
  std::ranges::sort(best, [](const ForecastChoice& a, const ForecastChoice& b) {
    return a.training_log_score != b.training_log_score ? a.training_log_score > b.training_log_score
                                                        : a.method < b.method;
  });
  return best;
}

Result<std::vector<double>> forecast(const AreaCounts& counts, const ForecastChoice& choice, std::int32_t train_until,
                                     std::int32_t horizon) {
  if (const auto fine = check_training(counts, train_until, horizon); !fine) return Failure(fine.error());
  ForecastState state(counts, choice, train_until);
  for (std::int32_t day = 0; day <= train_until; ++day) state.advance(day);
  return state.expected(horizon, horizon);
}

Result<Evaluation> evaluate_forecast(const AreaCounts& counts, const ForecastChoice& choice, const Origins& origins,
                                     std::int32_t horizon, std::span<const std::int32_t> tops, Seed seed,
                                     const Progress& progress) {
  if (const auto fine = check_evaluation(counts, origins, horizon, tops); !fine) return Failure(fine.error());
  ForecastState state(counts, choice, origins.first);
  std::vector<OriginScore> scores;
  std::int32_t next = 0;
  for (std::int32_t origin = origins.first; origin <= origins.last; origin += origins.step) {
    if (progress.is_cancelled()) return cancelled();
    for (; next <= origin; ++next) state.advance(next);
    const auto outcome = outcome_after(counts, origin, horizon);
    if (outcome.observed_days == 0) continue;
    scores.push_back(score_origin(origin, state.expected(outcome.observed_days, horizon), outcome, tops));
    progress.report(static_cast<double>(origin - origins.first + 1) /
                    static_cast<double>(origins.last - origins.first + 1));
  }
  if (scores.empty())
    return invalid({"aucune origine n'a de jour observé après elle", "no origin has an observed day after it"},
                   "origins");
  Evaluation result{.origins = static_cast<std::int32_t>(scores.size()), .tops = {}, .by_origin = {}};
  const BlockBootstrap bootstrap(scores.size(), seed);
  const auto events = [&](std::size_t i) { return scores[i].events; };
  for (const auto& score : scores) result.events += static_cast<std::int64_t>(score.events);
  for (std::size_t t = 0; t < tops.size(); ++t) {
    const auto hits = [&](std::size_t i) { return scores[i].hits[t]; };
    TopScore top{.top = tops[t]};
    top.recall = bootstrap.ratio(scores.size(), hits, events);
    top.pei = bootstrap.ratio(scores.size(), hits, [&](std::size_t i) { return scores[i].best[t]; });
    const double area = static_cast<double>(tops[t]) / static_cast<double>(counts.places().size());
    top.pai = {top.recall.value / area, top.recall.low / area, top.recall.high / area};
    result.tops.push_back(top);
  }
  const auto one = [](std::size_t) { return 1.0; };
  result.log_score = bootstrap.ratio(scores.size(), [&](std::size_t i) { return scores[i].log_score; }, one);
  result.brier = bootstrap.ratio(scores.size(), [&](std::size_t i) { return scores[i].brier; }, one);
  result.by_origin = std::move(scores);
  return result;
}

}  // namespace quadrille::analysis
