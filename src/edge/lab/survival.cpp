#include "engine/analysis/survival.h"

#include <fmt/format.h>

#include <cmath>
#include <ostream>
#include <sstream>
#include <unordered_map>

#include "edge/lab/lab.h"
#include "host/json/describe.h"

namespace quadrille::analysis {
BOOST_DESCRIBE_STRUCT(SurvivalStep, (), (time, at_risk, events, censored, survival, standard_error, low, high))
BOOST_DESCRIBE_STRUCT(SurvivalCurve, (), (group, subjects, events, median, steps))
BOOST_DESCRIBE_STRUCT(LogRank, (), (chi_squared, degrees, p))
BOOST_DESCRIBE_STRUCT(KaplanMeier, (), (curves, log_rank))
BOOST_DESCRIBE_STRUCT(IncidenceStep, (), (time, incidence, standard_error))
BOOST_DESCRIBE_STRUCT(CauseIncidence, (), (cause, events, steps))
BOOST_DESCRIBE_STRUCT(Coefficient, (), (name, estimate, standard_error, robust_standard_error, z, p))
BOOST_DESCRIBE_STRUCT(Weibull, (), (coefficients, scale, log_likelihood))
BOOST_DESCRIBE_STRUCT(RecurrentFit, (), (coefficients, log_likelihood, events, iterations))
}  // namespace quadrille::analysis

namespace quadrille::lab {
namespace {

Result<analysis::Durations> read_durations(const Table& table) {
  const auto time = table.reals("time");
  const auto status = table.reals("status");
  if (!time || !status) return Failure(time ? status.error() : time.error());
  std::vector<std::string> groups(time->size());
  if (table.has("group")) {
    const auto given = table.texts("group");
    if (!given) return Failure(given.error());
    groups = *given;
  }
  std::vector<analysis::Duration> rows;
  for (std::size_t i = 0; i < time->size(); ++i) {
    if ((*status)[i] != std::floor((*status)[i]) || std::abs((*status)[i]) > 1000)
      return invalid({"status est 0 (censuré) ou une cause 1, 2, …", "status is 0 (censored) or a cause 1, 2, ..."},
                     "--times");
    rows.push_back({(*time)[i], static_cast<int>((*status)[i]), groups[i]});
  }
  return analysis::Durations::checked(std::move(rows));
}

// The columns --covariates names, or all that are no others.
Result<std::vector<std::string>> covariates_of(const Table& table, const cli::Arguments& arguments) {
  std::vector<std::string> names;
  if (const auto list = arguments.text("--covariates")) {
    std::istringstream words(*list);
    for (std::string name; std::getline(words, name, ',');) {
      if (!table.has(name))
        return invalid({"pas de colonne « " + name + " »", "no column \"" + name + "\""}, "--covariates");
      names.push_back(name);
    }
  } else {
    for (const auto& column : table.header())
      if (column != "id" && column != "start" && column != "stop" && column != "event") names.push_back(column);
  }
  return names;
}

Result<analysis::RiskIntervals> read_intervals(const Table& table, const std::vector<std::string>& names) {
  const auto ids = table.texts("id");
  if (!ids) return Failure(ids.error());
  std::vector<std::vector<double>> columns;
  for (const char* name : {"start", "stop", "event"}) {
    auto values = table.reals(name);
    if (!values) return Failure(values.error());
    columns.push_back(std::move(*values));
  }
  std::vector<std::vector<double>> covariates;
  for (const auto& name : names) {
    auto values = table.reals(name);
    if (!values) return Failure(values.error());
    covariates.push_back(std::move(*values));
  }
  std::vector<analysis::RiskInterval> rows;
  std::unordered_map<std::string, std::int64_t> numbers;  // by appearance
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (columns[2][i] != 0 && columns[2][i] != 1) return invalid({"event est 0 ou 1", "event is 0 or 1"}, "--times");
    const auto number = numbers.emplace((*ids)[i], static_cast<std::int64_t>(numbers.size())).first->second;
    analysis::RiskInterval row{number, columns[0][i], columns[1][i], columns[2][i] == 1, {}};
    for (const auto& covariate : covariates) row.covariates.push_back(covariate[i]);
    rows.push_back(std::move(row));
  }
  return analysis::RiskIntervals::checked(std::move(rows), names);
}

Result<json::Value> fit(const std::string& model, const Table& table, const cli::Arguments& arguments) {
  if (model == "ag" || model == "pwp") {
    const auto names = covariates_of(table, arguments);
    if (!names) return Failure(names.error());
    const auto intervals = read_intervals(table, *names);
    if (!intervals) return Failure(intervals.error());
    const auto fitted =
        model == "ag" ? analysis::fit_andersen_gill(*intervals) : analysis::fit_pwp_gap_time(*intervals);
    if (!fitted) return Failure(fitted.error());
    return json::to_json(*fitted);
  }
  const auto durations = read_durations(table);
  if (!durations) return Failure(durations.error());
  if (model == "km") return json::to_json(analysis::kaplan_meier(*durations));
  if (model == "aalen_johansen") return json::Object{{"causes", json::to_json(analysis::aalen_johansen(*durations))}};
  const auto fitted = analysis::fit_weibull(*durations);
  if (!fitted) return Failure(fitted.error());
  return json::to_json(*fitted);
}

Result<void> run_survival(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const std::string model = arguments.text("--model").value_or("km");
  if (model != "km" && model != "weibull" && model != "pwp" && model != "ag" && model != "aalen_johansen")
    return invalid({"km, weibull, pwp, ag ou aalen_johansen", "km, weibull, pwp, ag or aalen_johansen"}, "--model");
  if (arguments.has("--covariates") && model != "ag" && model != "pwp")
    return invalid({"sert à pwp et ag seulement", "serves pwp and ag only"}, "--covariates");
  const auto table = Table::read(*arguments.text("--times"), "--times");
  if (!table) return Failure(table.error());
  auto fitted = fit(model, *table, arguments);
  if (!fitted)
    return fitted.error().field == "--covariates" ? Failure(fitted.error())
                                                  : refuse(fitted.error().kind, fitted.error().message, "--times");
  fitted->as_object()["model"] = json::to_json(model);
  terminal.out << json::compact(*fitted) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> survival_commands() {
  return {
      {.name = "lab survival",
       .summary = {"Durées avant retour, événements répétés, causes concurrentes",
                   "Times to return, recurrent events, competing causes"},
       .needs = cli::Needs::nothing(),
       .words = "",
       .options =
           {{"--times",
             "F.csv",
             {"time,status[,group] ou id,start,stop,event[,covariables]",
              "time,status[,group] or id,start,stop,event[,covariates]"},
             true},
            {"--model",
             "NAME",
             {"km (par défaut), weibull, pwp, ag, aalen_johansen", "km (default), weibull, pwp, ag, aalen_johansen"}},
            {"--covariates", "A[,B...]", {"pwp, ag : colonnes (toutes les autres)", "pwp, ag: columns (all others)"}}},
       .example = "quadrille lab survival --times times.csv --model km",
       .run = run_survival}};
}

}  // namespace quadrille::lab
