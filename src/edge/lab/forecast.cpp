#include "engine/analysis/forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>

#include "edge/lab/lab.h"
#include "edge/lab/places.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

using analysis::ForecastMethod;

struct Settings {
  std::optional<double> tau_days;
  std::optional<double> sigma_m;
  std::optional<double> history_weight;
  std::optional<double> theta;
  std::optional<double> omega_per_day;
};
BOOST_DESCRIBE_STRUCT(Settings, (), (tau_days, sigma_m, history_weight, theta, omega_per_day))

struct Tried {
  std::string method;
  Settings settings;
  double training_log_score = 0;
};
BOOST_DESCRIBE_STRUCT(Tried, (), (method, settings, training_log_score))

struct Ranked {
  std::string place;
  double score = 0;
};
BOOST_DESCRIBE_STRUCT(Ranked, (), (place, score))

struct ForecastOutput {
  std::string method;
  Settings settings;
  std::string channel;
  std::vector<Tried> tried;
  std::vector<Ranked> ranking;
};
BOOST_DESCRIBE_STRUCT(ForecastOutput, (), (method, settings, channel, tried, ranking))

struct Score {
  double value = 0;
  std::array<double, 2> interval{};
};
BOOST_DESCRIBE_STRUCT(Score, (), (value, interval))

struct TopScore {
  int top = 0;
  Score pai;
  Score pei;
  Score recall;
};
BOOST_DESCRIBE_STRUCT(TopScore, (), (top, pai, pei, recall))

struct OriginScore {
  std::int32_t origin = 0;
  double events = 0;
  std::vector<double> hits;
  std::vector<double> best;
  double log_score = 0;
  double brier = 0;
};
BOOST_DESCRIBE_STRUCT(OriginScore, (), (origin, events, hits, best, log_score, brier))

struct EvaluateOutput {
  std::string method;
  Settings settings;
  std::string channel;
  int origins = 0;
  std::int64_t events = 0;
  std::vector<TopScore> scores;
  Score log_score;
  Score brier;
  std::vector<OriginScore> by_origin;
};
BOOST_DESCRIBE_STRUCT(EvaluateOutput, (),
                      (method, settings, channel, origins, events, scores, log_score, brier, by_origin))

std::vector<ForecastMethod> all_methods() {
  return {ForecastMethod::history, ForecastMethod::decay, ForecastMethod::kernel, ForecastMethod::sepp,
          ForecastMethod::blend};
}

Result<std::vector<ForecastMethod>> read_methods(const cli::Arguments& arguments) {
  const auto name =
      choice_option(arguments, "--method", {"auto", "history", "decay", "kernel", "sepp", "blend"}, "auto");
  if (!name) return Failure(name.error());
  auto methods = all_methods();
  if (*name != "auto") std::erase_if(methods, [&](ForecastMethod one) { return analysis::name_of(one) != *name; });
  return methods;
}

struct Input {
  Places places;
  std::vector<analysis::PlaceDayCount> events;
  std::vector<std::int32_t> observed;
};

Result<Input> read_input(const cli::Arguments& arguments) {
  auto places = read_places(arguments);
  if (!places) return Failure(places.error());
  auto events = read_place_days(*arguments.text("--events"), "--events", *places, true);
  if (!events) return Failure(events.error());
  Input input{std::move(*places), std::move(*events), {}};
  const auto file = arguments.text("--observed");
  if (!file) return input;
  const auto table = Table::read(*file, "--observed");
  if (!table) return Failure(table.error());
  const auto days = table->reals("day");
  if (!days) return Failure(days.error());
  for (const double day : *days) {
    if (day != std::floor(day) || day < 0 || day > 1e6)
      return invalid({"day est un nombre entier de 0 à 1 000 000", "day is a whole number from 0 to 1,000,000"},
                     "--observed");
    input.observed.push_back(static_cast<std::int32_t>(day));
  }
  return input;
}

// Without a list of observed days every day up to the last one that matters is one: a day without events is a fact.
Result<analysis::AreaCounts> counts_of(Input& input, std::int32_t last_day) {
  if (input.observed.empty()) {
    for (const auto& event : input.events) last_day = std::max(last_day, event.day);
    input.observed.resize(static_cast<std::size_t>(last_day) + 1);
    std::iota(input.observed.begin(), input.observed.end(), 0);
  }
  auto counts = analysis::AreaCounts::checked(input.places.points, input.events, input.observed);
  if (!counts) return as_option(counts.error());
  return counts;
}

Settings settings_of(const analysis::ForecastChoice& choice) {
  Settings settings;
  const auto method = choice.method;
  if (method == ForecastMethod::decay || method == ForecastMethod::kernel || method == ForecastMethod::blend)
    settings.tau_days = choice.tau_days;
  if (method == ForecastMethod::kernel || method == ForecastMethod::blend) settings.sigma_m = choice.sigma_m;
  if (method == ForecastMethod::blend) settings.history_weight = choice.history_weight;
  if (method == ForecastMethod::sepp) {
    settings.theta = choice.theta;
    settings.omega_per_day = choice.omega_per_day;
  }
  return settings;
}

Result<void> run_forecast(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto methods = read_methods(arguments);
  if (!methods) return Failure(methods.error());
  const auto until = integer_within(arguments, "--train-until", -1, 0, 1'000'000);
  if (!until) return Failure(until.error());
  const auto horizon = integer_within(arguments, "--horizon", 0, 1, 100'000);
  if (!horizon) return Failure(horizon.error());
  auto input = read_input(arguments);
  if (!input) return Failure(input.error());
  const auto last = static_cast<std::int32_t>(*until);
  const auto days = static_cast<std::int32_t>(*horizon);
  const auto counts = counts_of(*input, last);
  if (!counts) return Failure(counts.error());
  const auto choices = shown(terminal, {"choix de la méthode", "choice of method"}, [&](const Progress& progress) {
    return analysis::choose_forecast(*counts, *methods, last, days, progress);
  });
  if (!choices) return as_option(choices.error());
  const auto expected = analysis::forecast(*counts, choices->front(), last, days);
  if (!expected) return as_option(expected.error());
  ForecastOutput output{.method = std::string(analysis::name_of(choices->front().method)),
                        .settings = settings_of(choices->front()),
                        .channel = "undeclared",
                        .tried = {},
                        .ranking = {}};
  for (const auto& one : *choices)
    output.tried.push_back({std::string(analysis::name_of(one.method)), settings_of(one), one.training_log_score});
  std::vector<std::uint32_t> order(expected->size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t p) { return std::pair(-(*expected)[p], p); });
  for (const auto p : order) output.ranking.push_back({input->places.ids[p], (*expected)[p]});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

Result<analysis::Origins> read_origins(const std::string& text) {
  int numbers[3];
  int used = 0;
  if (std::sscanf(text.c_str(), "%d:%d:%d%n", &numbers[0], &numbers[1], &numbers[2], &used) != 3 ||
      static_cast<std::size_t>(used) != text.size())
    return invalid({"FIRST:LAST:STEP, des nombres entiers de jours", "FIRST:LAST:STEP, whole numbers of days"},
                   "--origins");
  return analysis::Origins{numbers[0], numbers[1], numbers[2]};
}

Score to_score(const analysis::Score& score) { return {score.value, {score.low, score.high}}; }

Result<void> run_evaluate(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto methods = read_methods(arguments);
  if (!methods) return Failure(methods.error());
  const auto origins = read_origins(*arguments.text("--origins"));
  if (!origins) return Failure(origins.error());
  const auto horizon = integer_within(arguments, "--horizon", 0, 1, 100'000);
  if (!horizon) return Failure(horizon.error());
  const auto seed = integer_option(arguments, "--seed", 1);
  if (!seed) return Failure(seed.error());
  const auto list = parse_list(*arguments.text("--top"), "--top");
  if (!list) return Failure(list.error());
  std::vector<std::int32_t> tops;
  for (const double top : *list) {
    if (top != std::floor(top) || top < 1 || top > 1e6)
      return invalid({"des nombres entiers de lieux", "whole numbers of places"}, "--top");
    tops.push_back(static_cast<std::int32_t>(top));
  }
  auto input = read_input(arguments);
  if (!input) return Failure(input.error());
  const auto counts = counts_of(*input, 0);
  if (!counts) return Failure(counts.error());
  const auto days = static_cast<std::int32_t>(*horizon);
  // Settings are chosen on what came before the first origin, and stay.
  const auto choices = shown(terminal, {"choix de la méthode", "choice of method"}, [&](const Progress& progress) {
    return analysis::choose_forecast(*counts, *methods, origins->first, days, progress);
  });
  if (!choices) return as_option(choices.error(), {{"train_until", "--origins"}});
  const auto& choice = choices->front();
  const auto found = shown(terminal, {"évaluation", "evaluation"}, [&](const Progress& progress) {
    return analysis::evaluate_forecast(*counts, choice, *origins, days, tops, {static_cast<std::uint64_t>(*seed)},
                                       progress);
  });
  if (!found) return as_option(found.error());
  EvaluateOutput output{.method = std::string(analysis::name_of(choice.method)),
                        .settings = settings_of(choice),
                        .channel = "undeclared",
                        .origins = found->origins,
                        .events = found->events,
                        .scores = {},
                        .log_score = to_score(found->log_score),
                        .brier = to_score(found->brier),
                        .by_origin = {}};
  for (const auto& one : found->by_origin)
    output.by_origin.push_back({one.origin, one.events, one.hits, one.best, one.log_score, one.brier});
  for (const auto& top : found->tops)
    output.scores.push_back({top.top, to_score(top.pai), to_score(top.pei), to_score(top.recall)});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

std::vector<cli::Option> shared_options() {
  return {
      {"--events", "E.csv", {"loc,day[,count]", "loc,day[,count]"}, true},
      {"--places", "P.csv", {"id,x,y en mètres ; aires égales", "id,x,y in metres; equal areas"}, true},
      {"--horizon", "DAYS", {"jours prévus", "days ahead"}, true},
      {"--method",
       "NAME",
       {"auto (défaut), history, decay, kernel, sepp, blend", "auto (default), history, decay, kernel, sepp, blend"}},
      {"--observed",
       "F.csv",
       {"day : les jours observés (tous par défaut)", "day: the observed days (all by default)"}}};
}

}  // namespace

std::vector<cli::Command> forecast_commands() {
  auto ahead = shared_options();
  ahead.push_back(
      {"--train-until", "DAY", {"dernier jour d'apprentissage, compris", "last day of training, included"}, true});
  auto evaluate = shared_options();
  evaluate.push_back({"--origins", "FIRST:LAST:STEP", {"derniers jours connus", "last days known"}, true});
  evaluate.push_back({"--top", "K[,K...]", {"lieux retenus", "places kept"}, true});
  evaluate.push_back({"--seed", "N", {"graine des intervalles (1)", "seed of the intervals (1)"}});
  return {{.name = "lab forecast",
           .summary = {"Où seront les prochains faits signalés ?", "Where will the next reported facts be?"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = std::move(ahead),
           .example = "quadrille lab forecast --events events.csv --places places.csv --train-until 700 --horizon 7",
           .run = run_forecast},
          {.name = "lab evaluate",
           .summary = {"Ce que valait la prévision, par origines glissantes",
                       "What the forecast was worth, by rolling origins"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = std::move(evaluate),
           .example = "quadrille lab evaluate --events events.csv --places places.csv --origins 500:690:7 --horizon 7 "
                      "--top 10,50",
           .run = run_evaluate}};
}

}  // namespace quadrille::lab
