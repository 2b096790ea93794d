#include <fmt/format.h>

#include <ostream>
#include <unordered_map>

#include "edge/lab/lab.h"
#include "engine/analysis/space_time_scan.h"
#include "host/clock/clock.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Cluster {
  std::string centre;
  std::vector<std::string> places;
  double radius_m = 0;
  json::Value first_day;
  json::Value last_day;
  std::int64_t observed = 0;
  double expected = 0;
  double llr = 0;
  double p = 1;
  std::optional<double> recurrence_days;
};
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (centre, places, radius_m, first_day, last_day, observed, expected, llr, p, recurrence_days))

struct Output {
  std::vector<Cluster> clusters;
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(Output, (), (clusters, seconds))

struct Input {
  std::vector<std::string> ids;
  std::vector<geo::Point> places;
  std::vector<analysis::ScanEvents> events;
  std::int32_t days = 0;
};

Result<Input> read_input(const cli::Arguments& arguments) {
  Input input;
  const auto places = Table::read(*arguments.text("--places"), "--places");
  if (!places) return Failure(places.error());
  const auto ids = places->texts("id");
  const auto x = places->reals("x");
  const auto y = places->reals("y");
  if (!ids) return Failure(ids.error());
  if (!x || !y) return Failure(x ? y.error() : x.error());
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    if (!numbers.emplace((*ids)[i], static_cast<std::uint32_t>(i)).second)
      return invalid({"un lieu est donné deux fois : " + (*ids)[i], "a place is given twice: " + (*ids)[i]},
                     "--places");
    input.places.push_back({(*x)[i], (*y)[i]});
  }
  input.ids = *ids;
  const auto events = Table::read(*arguments.text("--events"), "--events");
  if (!events) return Failure(events.error());
  const auto at = events->texts("loc");
  const auto day = events->reals("day");
  if (!at || !day) return Failure(at ? day.error() : at.error());
  std::vector<double> counts(at->size(), 1.0);
  if (events->has("count")) {
    const auto given = events->reals("count");
    if (!given) return Failure(given.error());
    counts = *given;
  }
  double last = 0;
  for (std::size_t i = 0; i < at->size(); ++i) {
    const auto place = numbers.find((*at)[i]);
    if (place == numbers.end())
      return invalid(
          {"un événement est en un lieu inconnu : " + (*at)[i], "an event is at an unknown place: " + (*at)[i]},
          "--events");
    if ((*day)[i] < 0 || (*day)[i] != std::floor((*day)[i]) || (*day)[i] > 1e6)
      return invalid({"day est un nombre entier de 0 à 1 000 000", "day is a whole number from 0 to 1,000,000"},
                     "--events");
    if (counts[i] < 0 || counts[i] != std::floor(counts[i]) || counts[i] > 1e7)
      return invalid({"count est un nombre entier positif ou nul", "count is a whole number of at least 0"},
                     "--events");
    input.events.push_back({place->second, static_cast<std::int32_t>((*day)[i]), static_cast<std::int32_t>(counts[i])});
    last = std::max(last, (*day)[i]);
  }
  const auto last_day = integer_option(arguments, "--last-day", static_cast<std::int64_t>(last));
  if (!last_day) return Failure(last_day.error());
  if (*last_day < static_cast<std::int64_t>(last) || *last_day > 1'000'000)
    return invalid({"avant le dernier événement", "before the last event"}, "--last-day");
  input.days = static_cast<std::int32_t>(*last_day) + 1;
  return input;
}

Result<analysis::ScanOptions> read_options(const cli::Arguments& arguments) {
  if (arguments.text("--model") != "permutation")
    return invalid({"seul le modèle permutation existe à ce jour", "only the model permutation exists so far"},
                   "--model");
  if (arguments.text("--mode") != "prospective")
    return invalid({"seul le mode prospective existe à ce jour", "only the mode prospective exists so far"}, "--mode");
  const auto radius = arguments.real("--radius-max-m");
  if (!radius) return Failure(radius.error());
  const auto share = arguments.real("--share-max");
  if (!share) return Failure(share.error());
  const auto days = integer_option(arguments, "--days-max", 0);
  const auto replicas = integer_option(arguments, "--replicas", 999);
  const auto seed = integer_option(arguments, "--seed", 1);
  const auto threads = integer_option(arguments, "--threads", 1);
  for (const auto* one : {&days, &replicas, &seed, &threads})
    if (!*one) return Failure(one->error());
  if (*replicas < 1 || *replicas > 1'000'000) return invalid({"de 1 à 1 000 000", "1 to 1,000,000"}, "--replicas");
  if (*threads < 1 || *threads > 256) return invalid({"de 1 à 256", "1 to 256"}, "--threads");
  if (*days < 1 || *days > 1'000'000)
    return invalid({"un nombre entier de jours", "a whole number of days"}, "--days-max");
  return analysis::ScanOptions{.radius_max = Metres{radius->value_or(1e9)},
                               .share_max = share->value_or(0.5),
                               .days_max = static_cast<std::int32_t>(*days),
                               .replicas = static_cast<std::int32_t>(*replicas),
                               .seed = {static_cast<std::uint64_t>(*seed)},
                               .threads = static_cast<int>(*threads)};
}

Result<void> run_scan(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto& clock = clock::system_clock();
  const double started = clock.steady_seconds();
  const auto options = read_options(arguments);
  if (!options) return Failure(options.error());
  std::optional<CivilDate> start;
  if (const auto text = arguments.text("--start")) {
    start = parse_date(*text);
    if (!start) return invalid({"une date comme 2020-01-01", "a date like 2020-01-01"}, "--start");
  }
  const auto read = read_input(arguments);
  if (!read) return Failure(read.error());
  const auto input = analysis::ScanInput::checked(read->places, read->events, read->days);
  if (!input) return refuse(input.error().kind, input.error().message, "--" + input.error().field);
  const auto found = analysis::prospective_permutation_scan(*input, *options, Progress());
  if (!found) return Failure(found.error());
  const auto day_value = [&](std::int32_t day) -> json::Value {
    return start ? json::to_json(*start + day) : json::Value(day);
  };
  Output output;
  for (const auto& one : *found) {
    Cluster cluster{read->ids[one.centre],
                    {},
                    one.radius_m,
                    day_value(one.first_day),
                    day_value(one.last_day),
                    one.observed,
                    one.expected,
                    one.log_likelihood_ratio,
                    one.p,
                    one.recurrence_days};
    for (const auto place : one.places) cluster.places.push_back(read->ids[place]);
    output.clusters.push_back(std::move(cluster));
  }
  output.seconds = clock.steady_seconds() - started;
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> scan_commands() {
  return {{.name = "lab scan",
           .summary = {"Balayage espace-temps (permutation, prospectif)", "Space-time scan (permutation, prospective)"},
           .words = "",
           .options = {{"--events", "E.csv", {"loc,day[,count]", "loc,day[,count]"}, true},
                       {"--places", "P.csv", {"id,x,y en mètres", "id,x,y in metres"}, true},
                       {"--model", "NAME", {"permutation", "permutation"}, true},
                       {"--mode", "NAME", {"prospective", "prospective"}, true},
                       {"--radius-max-m",
                        "R",
                        {"rayon maximal (sans limite par défaut)", "largest radius (no limit by default)"}},
                       {"--share-max", "S", {"part maximale des événements (0,5)", "largest share of events (0.5)"}},
                       {"--days-max", "D", {"fenêtre maximale, en jours", "longest window, in days"}, true},
                       {"--last-day",
                        "N",
                        {"dernier jour de l'étude (celui du dernier événement)",
                         "last day of the study (that of the last event)"}},
                       {"--replicas", "B", {"répliques (999)", "replicas (999)"}},
                       {"--seed", "N", {"graine (1)", "seed (1)"}},
                       {"--threads", "T", {"fils (1)", "threads (1)"}},
                       {"--start",
                        "DATE",
                        {"date du jour 0 : les jours sont alors des dates", "date of day 0: days are then dates"}}},
           .example = "quadrille lab scan --events events.csv --places places.csv --model permutation --mode "
                      "prospective --radius-max-m 1000 --days-max 30 --replicas 999 --seed 1",
           .run = run_scan}};
}

}  // namespace quadrille::lab
