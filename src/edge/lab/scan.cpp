#include <fmt/format.h>

#include <ostream>

#include "edge/lab/lab.h"
#include "edge/lab/places.h"
#include "engine/analysis/space_time_scan.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Cluster {
  std::string centre;
  std::vector<std::string> places;
  double radius_m = 0;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
  std::optional<CivilDate> first_date;  // with --start
  std::optional<CivilDate> last_date;
  std::int64_t observed = 0;
  double expected = 0;
  double llr = 0;
  double p = 1;
  double p_gumbel = 1;
  std::optional<double> recurrence_days;
};
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (centre, places, radius_m, first_day, last_day, first_date, last_date, observed, expected, llr, p,
                       p_gumbel, recurrence_days))

struct Output {
  std::vector<Cluster> clusters;
  std::int64_t replicas = 0;
};
BOOST_DESCRIBE_STRUCT(Output, (), (clusters, replicas))

Result<std::vector<double>> read_population(const std::string& file, const Places& places) {
  const auto table = Table::read(file, "--population");
  if (!table) return Failure(table.error());
  const auto ids = table->texts("id");
  const auto given = table->reals("population");
  if (!ids) return Failure(ids.error());
  if (!given) return Failure(given.error());
  std::vector<double> population(places.ids.size(), 0.0);
  std::vector<bool> is_known(places.ids.size(), false);
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const auto place = places.numbers.find((*ids)[i]);
    if (place == places.numbers.end()) return unknown_place((*ids)[i], "--population");
    population[place->second] += (*given)[i];
    is_known[place->second] = true;
  }
  for (std::size_t i = 0; i < is_known.size(); ++i)
    if (!is_known[i])
      return invalid({"pas de population pour le lieu " + places.ids[i], "no population for place " + places.ids[i]},
                     "--population");
  return population;
}

Result<std::int32_t> read_days(const cli::Arguments& arguments, const std::vector<analysis::PlaceDayCount>& events) {
  std::int32_t last = 0;
  for (const auto& event : events) last = std::max(last, event.day);
  const auto last_day = integer_within(arguments, "--last-day", last, 0, 1'000'000);
  if (!last_day) return Failure(last_day.error());
  if (*last_day < last)
    return invalid({fmt::format("il y a des événements jusqu'au jour {}", last),
                    fmt::format("there are events up to day {}", last)},
                   "--last-day");
  return static_cast<std::int32_t>(*last_day) + 1;
}

// What belongs to another model is refused, not passed over.
Result<void> check_model_files(const cli::Arguments& arguments, const std::string& model) {
  for (const auto& [option, owner] : {std::pair{"--population", "poisson"}, {"--controls", "bernoulli"}}) {
    if (arguments.has(option) && model != owner)
      return invalid(
          {fmt::format("sert au modèle {} seulement", owner), fmt::format("serves the model {} only", owner)}, option);
    if (!arguments.has(option) && model == owner)
      return invalid({fmt::format("le modèle {} en a besoin", owner), fmt::format("the model {} needs it", owner)},
                     option);
  }
  return {};
}

Result<analysis::ScanInput> read_input(const cli::Arguments& arguments, const std::string& model, const Places& places,
                                       bool is_spatial) {
  if (const auto fine = check_model_files(arguments, model); !fine) return Failure(fine.error());
  const auto events = read_place_days(*arguments.text("--events"), "--events", places, !is_spatial);
  if (!events) return Failure(events.error());
  std::vector<analysis::PlaceDayCount> all = *events;
  std::vector<analysis::PlaceDayCount> controls;
  if (model == "bernoulli") {
    auto read = read_place_days(*arguments.text("--controls"), "--controls", places, !is_spatial);
    if (!read) return Failure(read.error());
    controls = std::move(*read);
    all.insert(all.end(), controls.begin(), controls.end());
  }
  const auto days = read_days(arguments, all);
  if (!days) return Failure(days.error());
  if (model == "bernoulli") return analysis::ScanInput::bernoulli(places.points, *events, controls, *days);
  if (model == "permutation") return analysis::ScanInput::permutation(places.points, *events, *days);
  auto population = read_population(*arguments.text("--population"), places);
  if (!population) return Failure(population.error());
  return analysis::ScanInput::poisson(places.points, *events, *days, std::move(*population));
}

Result<analysis::ScanMode> read_mode(const cli::Arguments& arguments) {
  if (arguments.has("--spatial")) {
    if (arguments.has("--mode"))
      return invalid({"--spatial se passe de mode", "--spatial goes without a mode"}, "--mode");
    if (arguments.text("--model") == "permutation")
      return invalid({"sans le temps il n'y a rien à permuter : prenez le modèle poisson ou bernoulli",
                      "without time there is nothing to permute: take the model poisson or bernoulli"},
                     "--spatial");
    return analysis::ScanMode::spatial;
  }
  if (!arguments.has("--mode"))
    return invalid({"prospective ou retrospective (ou --spatial)", "prospective or retrospective (or --spatial)"},
                   "--mode");
  const auto mode = choice_option(arguments, "--mode", {"prospective", "retrospective"}, "");
  if (!mode) return Failure(mode.error());
  return *mode == "prospective" ? analysis::ScanMode::prospective : analysis::ScanMode::retrospective;
}

Result<analysis::ScanOptions> read_options(const cli::Arguments& arguments, analysis::ScanMode mode) {
  const auto radius = real_or(arguments, "--radius-max-m", 1e9);
  if (!radius) return Failure(radius.error());
  const auto share = real_or(arguments, "--share-max", 0.5);
  if (!share) return Failure(share.error());
  if (mode != analysis::ScanMode::spatial && !arguments.has("--days-max"))
    return invalid({"la plus longue fenêtre, en jours", "the longest window, in days"}, "--days-max");
  const auto days = integer_within(arguments, "--days-max", 1, 1, 1'000'000);
  const auto replicas = integer_within(arguments, "--replicas", 999, 1, 1'000'000);
  const auto stop = integer_within(arguments, "--stop-after", 0, 0, 1'000'000);
  for (const auto* one : {&days, &replicas, &stop})
    if (!*one) return Failure(one->error());
  const auto draws = read_draws(arguments);
  if (!draws) return Failure(draws.error());
  return analysis::ScanOptions{.mode = mode,
                               .radius_max = Metres{*radius},
                               .share_max = *share,
                               .days_max = static_cast<std::int32_t>(*days),
                               .replicas = static_cast<std::int32_t>(*replicas),
                               .stop_after = static_cast<std::int32_t>(*stop),
                               .seed = draws->seed,
                               .threads = draws->threads};
}

Result<std::optional<CivilDate>> read_start(const cli::Arguments& arguments) {
  const auto text = arguments.text("--start");
  if (!text) return std::optional<CivilDate>();
  const auto start = parse_date(*text);
  if (!start) return invalid({"une date comme 2020-01-01", "a date like 2020-01-01"}, "--start");
  return std::optional(*start);
}

Cluster to_cluster(const analysis::ScanCluster& one, const Places& places, std::optional<CivilDate> start) {
  const auto date_of = [&](std::int32_t day) { return start ? std::optional(*start + day) : std::nullopt; };
  Cluster cluster{places.ids[one.centre],
                  {},
                  one.radius_m,
                  one.first_day,
                  one.last_day,
                  date_of(one.first_day),
                  date_of(one.last_day),
                  one.observed,
                  one.expected,
                  one.log_likelihood_ratio,
                  one.p,
                  one.p_gumbel,
                  one.recurrence_days};
  for (const auto place : one.places) cluster.places.push_back(places.ids[place]);
  return cluster;
}

Result<void> run_scan(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto model = choice_option(arguments, "--model", {"permutation", "poisson", "bernoulli"}, "");
  if (!model) return Failure(model.error());
  const auto mode = read_mode(arguments);
  if (!mode) return Failure(mode.error());
  const auto options = read_options(arguments, *mode);
  if (!options) return Failure(options.error());
  const auto start = read_start(arguments);
  if (!start) return Failure(start.error());
  const auto places = read_places(arguments);
  if (!places) return Failure(places.error());
  const auto input = read_input(arguments, *model, *places, *mode == analysis::ScanMode::spatial);
  if (!input) return input.error().field.starts_with("--") ? Failure(input.error()) : as_option(input.error());
  const auto found = shown(terminal, {"balayage", "scan"},
                           [&](const Progress& progress) { return analysis::scan(*input, *options, progress); });
  if (!found) return as_option(found.error(), {{"radius_max", "--radius-max-m"}, {"days", "--last-day"}});
  Output output;
  for (const auto& one : found->clusters) output.clusters.push_back(to_cluster(one, *places, *start));
  output.replicas = found->replicas;
  terminal.out << json::text_of(output) << "\n";
  return {};
}

std::vector<cli::Option> scan_options() {
  std::vector<cli::Option> options{
      {"--events", "E.csv", {"loc,day[,count]", "loc,day[,count]"}, true},
      {"--places", "P.csv", {"id,x,y en mètres", "id,x,y in metres"}, true},
      {"--model", "NAME", {"permutation, poisson ou bernoulli", "permutation, poisson or bernoulli"}, true},
      {"--population", "F.csv", {"poisson : id,population", "poisson: id,population"}},
      {"--controls", "F.csv", {"bernoulli : témoins, comme --events", "bernoulli: controls, like --events"}},
      {"--mode", "NAME", {"prospective ou retrospective", "prospective or retrospective"}},
      {"--spatial", "", {"toute la période d'un bloc (sans --mode)", "the whole period at once (without --mode)"}},
      {"--radius-max-m", "R", {"rayon maximal (sans limite par défaut)", "largest radius (no limit by default)"}},
      {"--share-max",
       "S",
       {"part maximale des événements, de la population ou des individus (0,5)",
        "largest share of events, population or individuals (0.5)"}},
      {"--days-max", "D", {"fenêtre maximale, en jours", "longest window, in days"}},
      {"--last-day",
       "N",
       {"dernier jour de l'étude (celui du dernier événement)", "last day of the study (that of the last event)"}},
      {"--replicas", "B", {"répliques (999)", "replicas (999)"}},
      {"--stop-after",
       "H",
       {"arrêt dès que H répliques font aussi bien ; p = H / répliques faites (jamais par défaut)",
        "stop once H replicas do as well; p = H / replicas made (never by default)"}}};
  add_draw_options(options);
  options.push_back(
      {"--start",
       "DATE",
       {"date du jour 0 : ajoute first_date et last_date", "date of day 0: adds first_date and last_date"}});
  return options;
}

}  // namespace

std::vector<cli::Command> scan_commands() {
  return {{.name = "lab scan",
           .summary = {"Balayage espace-temps : où est un amas, depuis quand ?",
                       "Space-time scan: where is a cluster, since when?"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = scan_options(),
           .example = "quadrille lab scan --events events.csv --places places.csv --model permutation --mode "
                      "prospective --radius-max-m 1000 --days-max 30 --replicas 999 --seed 1",
           .run = run_scan}};
}

}  // namespace quadrille::lab
