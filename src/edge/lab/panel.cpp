#include "engine/analysis/panel.h"

#include <cmath>
#include <ostream>
#include <unordered_map>

#include "edge/lab/lab.h"
#include "engine/analysis/operation_dates.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Effect {
  double log_ratio = 0;
  double se = 0;
  double ratio = 1;
  std::array<double, 2> interval{};
  double z = 0;
  double p = 1;
};
BOOST_DESCRIBE_STRUCT(Effect, (), (log_ratio, se, ratio, interval, z, p))

struct Coefficient {
  std::string name;
  double estimate = 0;
  double se = 0;
};
BOOST_DESCRIBE_STRUCT(Coefficient, (), (name, estimate, se))

struct DidOutput {
  Effect effect;
  std::vector<Coefficient> coefficients;
  bool is_staggered = false;
  std::optional<double> trend_difference;
  std::optional<double> trend_p;
  std::optional<double> placebo_p;
  int placebo_starts = 0;
  std::optional<double> dates_p;
};
BOOST_DESCRIBE_STRUCT(DidOutput, (),
                      (effect, coefficients, is_staggered, trend_difference, trend_p, placebo_p, placebo_starts,
                       dates_p))

struct Donor {
  std::string unit;
  double weight = 0;
};
BOOST_DESCRIBE_STRUCT(Donor, (), (unit, weight))

struct Placebo {
  std::string unit;
  double ratio = 0;
};
BOOST_DESCRIBE_STRUCT(Placebo, (), (unit, ratio))

struct Period {
  std::int64_t t = 0;
  double observed = 0;
  double synthetic = 0;
  bool post = false;
};
BOOST_DESCRIBE_STRUCT(Period, (), (t, observed, synthetic, post))

struct SyntheticOutput {
  double effect = 0;
  double error_before = 0;
  double error_after = 0;
  std::optional<double> ratio;
  std::optional<double> p;
  std::vector<Donor> weights;
  std::vector<Period> periods;
  std::vector<Placebo> placebos;
};
BOOST_DESCRIBE_STRUCT(SyntheticOutput, (), (effect, error_before, error_after, ratio, p, weights, periods, placebos))

struct Input {
  std::vector<std::string> units;
  std::vector<analysis::PanelRow> rows;
};

Result<Input> read_panel(const cli::Arguments& arguments) {
  const auto table = Table::read(*arguments.text("--panel"), "--panel");
  if (!table) return Failure(table.error());
  const auto units = table->texts("unit");
  if (!units) return Failure(units.error());
  std::vector<std::vector<double>> columns;
  for (const char* name : {"t", "treat", "post", "y"}) {
    auto values = table->reals(name);
    if (!values) return Failure(values.error());
    columns.push_back(std::move(*values));
  }
  Input input;
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (std::size_t i = 0; i < units->size(); ++i) {
    const auto [at, is_new] = numbers.emplace((*units)[i], static_cast<std::uint32_t>(numbers.size()));
    if (is_new) input.units.push_back((*units)[i]);
    const double t = columns[0][i];
    if (t != std::floor(t) || std::abs(t) > 1e9)
      return invalid({"t est un nombre entier", "t is a whole number"}, "--panel");
    for (const auto column : {1U, 2U})
      if (columns[column][i] != 0 && columns[column][i] != 1)
        return invalid({"treat et post sont 0 ou 1", "treat and post are 0 or 1"}, "--panel");
    input.rows.push_back(
        {at->second, static_cast<std::int32_t>(t), columns[1][i] == 1, columns[2][i] == 1, columns[3][i]});
  }
  return input;
}

Failure in_panel(const Error& error) {
  return refuse(error.kind, {error.field + " : " + error.message.fr, error.field + ": " + error.message.en}, "--panel");
}

Result<void> run_did(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto replicas = integer_within(arguments, "--replicas", 999, 1, 1'000'000);
  if (!replicas) return Failure(replicas.error());
  const auto draws = read_draws(arguments);
  if (!draws) return Failure(draws.error());
  const auto input = read_panel(arguments);
  if (!input) return Failure(input.error());
  const auto panel = analysis::Panel::checked(input->rows);
  if (!panel) return in_panel(panel.error());
  const auto found = analysis::difference_in_differences(*panel);
  if (!found) return in_panel(found.error());
  const auto& effect = found->effect;
  DidOutput output{
      .effect = {effect.log_ratio, effect.standard_error, effect.ratio, {effect.low, effect.high}, effect.z, effect.p},
      .coefficients = {},
      .is_staggered = found->is_staggered,
      .trend_difference = found->trend_difference,
      .trend_p = found->trend_p,
      .placebo_p = found->placebo_p,
      .placebo_starts = found->placebo_starts,
      .dates_p = {}};
  for (const auto& one : found->coefficients)
    output.coefficients.push_back({one.name, one.estimate, one.standard_error});
  if (arguments.has("--replicas")) {
    const auto dates = shown(terminal, {"autres dates", "other dates"}, [&](const Progress& progress) {
      return analysis::permute_operation_dates(
          *panel, {.replicas = static_cast<std::int32_t>(*replicas), .seed = draws->seed, .threads = draws->threads},
          progress);
    });
    if (!dates) return in_panel(dates.error());
    output.dates_p = dates->p;
  }
  terminal.out << json::text_of(output) << "\n";
  return {};
}

Result<void> run_synthetic(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto input = read_panel(arguments);
  if (!input) return Failure(input.error());
  const auto panel = analysis::Panel::checked(input->rows);
  if (!panel) return in_panel(panel.error());
  const auto found = shown(terminal, {"contrôle synthétique", "synthetic control"},
                           [&](const Progress& progress) { return analysis::synthetic_control(*panel, progress); });
  if (!found) return in_panel(found.error());
  SyntheticOutput output{.effect = found->effect,
                         .error_before = found->error_before,
                         .error_after = found->error_after,
                         .ratio = found->ratio,
                         .p = found->p,
                         .weights = {},
                         .periods = {},
                         .placebos = {}};
  for (const auto& [unit, weight] : found->weights) output.weights.push_back({input->units[unit], weight});
  for (const auto& [unit, ratio] : found->placebo_ratios) output.placebos.push_back({input->units[unit], ratio});
  for (const auto& one : found->periods)
    output.periods.push_back({one.period, one.observed, one.synthetic, one.is_post});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> panel_commands() {
  const cli::Option panel{"--panel", "F.csv", {"unit,t,treat,post,y", "unit,t,treat,post,y"}, true};
  std::vector<cli::Option> did{
      panel, {"--replicas", "R", {"autres dates tirées pour les opérations", "other dates drawn for the operations"}}};
  add_draw_options(did);
  return {{.name = "lab did",
           .summary = {"Différence de différences, erreurs par unité", "Difference in differences, errors by unit"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = did,
           .example = "quadrille lab did --panel panel.csv",
           .run = run_did},
          {.name = "lab synthetic",
           .summary = {"Contrôle synthétique, avec placebos", "Synthetic control, with placebos"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {panel},
           .example = "quadrille lab synthetic --panel panel.csv",
           .run = run_synthetic}};
}

}  // namespace quadrille::lab
