#include "engine/analysis/near_repeat.h"

#include <fmt/format.h>

#include <ostream>

#include "edge/lab/lab.h"
#include "engine/analysis/self_exciting.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Band {
  double from_m = 0;
  double to_m = 0;
  double from_days = 0;
  double to_days = 0;
  std::int64_t observed = 0;
  double expected = 0;
  std::optional<double> ratio;
  double p = 1;
};
BOOST_DESCRIBE_STRUCT(Band, (), (from_m, to_m, from_days, to_days, observed, expected, ratio, p))

struct LocalEvent {
  std::int64_t event = 0;
  std::int64_t observed = 0;
  double expected = 0;
  double p = 1;
  double q = 1;
};
BOOST_DESCRIBE_STRUCT(LocalEvent, (), (event, observed, expected, p, q))

struct KnoxOutput {
  std::int64_t observed = 0;
  double expected = 0;
  double sd = 0;
  std::optional<double> z;
  double p = 1;
  std::int64_t close_in_space = 0;
  std::int64_t close_in_time = 0;
  std::vector<Band> bands;
  std::vector<LocalEvent> local;
};
BOOST_DESCRIBE_STRUCT(KnoxOutput, (), (observed, expected, sd, z, p, close_in_space, close_in_time, bands, local))

Result<std::vector<analysis::TimedPoint>> read_events(const cli::Arguments& arguments) {
  const auto table = Table::read(*arguments.text("--events"), "--events");
  if (!table) return Failure(table.error());
  const auto points = points_of(*table);
  if (!points) return Failure(points.error());
  const auto t = table->reals("t_days");
  if (!t) return Failure(t.error());
  std::vector<analysis::TimedPoint> events;
  for (std::size_t i = 0; i < t->size(); ++i) events.push_back({(*points)[i], (*t)[i]});
  return events;
}

Result<void> add_bands(KnoxOutput& output, std::span<const analysis::TimedPoint> events,
                       const analysis::KnoxBandOptions& options, cli::Terminal& terminal) {
  const auto bands = shown(terminal, {"bandes de Knox", "Knox bands"},
                           [&](const Progress& progress) { return analysis::knox_bands(events, options, progress); });
  if (!bands) return as_option(bands.error(), {{"limits_m", "--near-m"}, {"limits_days", "--near-days"}});
  for (const auto& band : *bands)
    output.bands.push_back(
        {band.from_m, band.to_m, band.from_days, band.to_days, band.observed, band.expected, band.ratio, band.p});
  return {};
}

Result<void> run_knox(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto near = parse_list(*arguments.text("--near-m"), "--near-m");
  const auto days = parse_list(*arguments.text("--near-days"), "--near-days");
  if (!near || !days) return Failure(near ? days.error() : near.error());
  const auto replicas = integer_within(arguments, "--replicas", 999, 1, 1'000'000);
  if (!replicas) return Failure(replicas.error());
  const auto draws = read_draws(arguments);
  if (!draws) return Failure(draws.error());
  const auto events = read_events(arguments);
  if (!events) return Failure(events.error());
  const auto count = static_cast<std::int32_t>(*replicas);
  const analysis::KnoxOptions options{.near = Metres{near->front()},
                                      .near_days = days->front(),
                                      .replicas = count,
                                      .seed = draws->seed,
                                      .threads = draws->threads};
  const auto found = shown(terminal, {"Knox", "Knox"},
                           [&](const Progress& progress) { return analysis::knox(*events, options, progress); });
  if (!found) return as_option(found.error());
  KnoxOutput output{.observed = found->observed,
                    .expected = found->expected,
                    .sd = found->deviation,
                    .z = found->z,
                    .p = found->p,
                    .close_in_space = found->close_in_space,
                    .close_in_time = found->close_in_time,
                    .bands = {},
                    .local = {}};
  if (near->size() > 1 || days->size() > 1)
    if (const auto done = add_bands(output, *events, {*near, *days, count, draws->seed, draws->threads}, terminal);
        !done)
      return done;
  if (arguments.has("--local")) {
    const auto local = shown(terminal, {"Knox, fait par fait", "Knox, event by event"}, [&](const Progress& progress) {
      return analysis::local_knox(*events, Metres{near->front()}, days->front(), progress);
    });
    if (!local) return as_option(local.error());
    for (std::size_t i = 0; i < local->size(); ++i)
      output.local.push_back(
          {static_cast<std::int64_t>(i), (*local)[i].observed, (*local)[i].expected, (*local)[i].p, (*local)[i].q});
  }
  terminal.out << json::text_of(output) << "\n";
  return {};
}

struct Bandwidth {
  double bandwidth_m = 0;
  double theta = 0;
  double omega_per_day = 0;
  double sigma_m = 0;
  double background_per_day = 0;
  double held_out_log_likelihood = 0;
  int iterations = 0;
  bool has_converged = false;
};
BOOST_DESCRIBE_STRUCT(Bandwidth, (),
                      (bandwidth_m, theta, omega_per_day, sigma_m, background_per_day, held_out_log_likelihood,
                       iterations, has_converged))

using Interval = std::optional<std::array<double, 2>>;
struct SeppOutput {
  double theta = 0;
  Interval theta_interval;
  double omega_per_day = 0;
  Interval omega_interval;
  double sigma_m = 0;
  Interval sigma_interval;
  double bandwidth_m = 0;
  std::vector<Bandwidth> sensitivity;
  std::string channel;
};
BOOST_DESCRIBE_STRUCT(SeppOutput, (),
                      (theta, theta_interval, omega_per_day, omega_interval, sigma_m, sigma_interval, bandwidth_m,
                       sensitivity, channel))

Interval pair_of(const std::optional<analysis::Interval95>& interval) {
  if (!interval) return std::nullopt;
  return std::array{interval->low, interval->high};
}

Result<void> run_sepp(const cli::Arguments& arguments, cli::Terminal& terminal) {
  analysis::SelfExcitingOptions options;
  if (const auto list = arguments.text("--bandwidths-m")) {
    const auto numbers = parse_list(*list, "--bandwidths-m");
    if (!numbers) return Failure(numbers.error());
    options.bandwidths_m = *numbers;
  }
  const auto held_out = real_or(arguments, "--held-out", options.held_out);
  if (!held_out) return Failure(held_out.error());
  options.held_out = *held_out;
  const auto threads = integer_within(arguments, "--threads", 1, 1, 256);
  if (!threads) return Failure(threads.error());
  options.threads = static_cast<int>(*threads);
  const auto events = read_events(arguments);
  if (!events) return Failure(events.error());
  const auto found = shown(terminal, {"ajustement", "fit"}, [&](const Progress& progress) {
    return analysis::fit_self_exciting(*events, options, progress);
  });
  if (!found) return as_option(found.error());
  SeppOutput output{
      found->fit.theta,   pair_of(found->theta),   found->fit.omega_per_day, pair_of(found->omega_per_day),
      found->fit.sigma_m, pair_of(found->sigma_m), found->fit.bandwidth_m,   {},
      "undeclared"};
  for (const auto& one : found->sensitivity)
    output.sensitivity.push_back({one.bandwidth_m, one.theta, one.omega_per_day, one.sigma_m, one.background_per_day,
                                  one.held_out_log_likelihood, one.iterations, one.has_converged});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> near_repeat_commands() {
  std::vector<cli::Option> knox{
      {"--events", "F.csv", {"x,y,t_days", "x,y,t_days"}, true},
      {"--near-m",
       "A[,A...]",
       {"proche dans l'espace ; une liste donne des bandes", "close in space; a list: bands"},
       true},
      {"--near-days", "B[,B...]", {"proche dans le temps", "close in time"}, true},
      {"--replicas", "R", {"répliques (999)", "replicas (999)"}},
      {"--local", "", {"aussi chaque événement, avec sa loi exacte", "also each event, with its exact law"}}};
  add_draw_options(knox);
  return {{.name = "lab knox",
           .summary = {"Proximité dans l'espace et le temps (Knox)", "Closeness in space and time (Knox)"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = std::move(knox),
           .example = "quadrille lab knox --events events.csv --near-m 200 --near-days 14 --replicas 999 --seed 1",
           .run = run_knox},
          {.name = "lab sepp",
           .summary = {"Processus auto-excité : quelle part est déclenchée ?",
                       "Self-exciting process: how much is triggered?"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {{"--events", "F.csv", {"x,y,t_days", "x,y,t_days"}, true},
                       {"--bandwidths-m", "H[,H...]", {"fonds essayés", "backgrounds tried"}},
                       {"--held-out", "X", {"part de temps mise de côté (0,2)", "part of the time held out (0.2)"}},
                       {"--threads", "T", {"fils d'exécution (1)", "threads (1)"}}},
           .example = "quadrille lab sepp --events events.csv --bandwidths-m 100,200,400",
           .run = run_sepp}};
}

}  // namespace quadrille::lab
