#include "engine/analysis/survival.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <sstream>
#include <unordered_map>

#include "edge/lab/lab.h"
#include "engine/analysis/interval_survival.h"
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
BOOST_DESCRIBE_STRUCT(LikelihoodTop, (), (log_likelihood, gap, iterations, has_converged))
BOOST_DESCRIBE_STRUCT(SurvivalInterval, (), (from, to, mass, survival_before, survival_after))
BOOST_DESCRIBE_STRUCT(IncidenceInterval, (), (from, to, mass, incidence_before, incidence_after))
BOOST_DESCRIBE_STRUCT(IntervalCause, (), (cause, events, intervals))
BOOST_DESCRIBE_STRUCT(IntervalIncidence, (), (causes, not_returned, top))
BOOST_DESCRIBE_STRUCT(MedianInterval, (), (from, to))
BOOST_DESCRIBE_STRUCT(TurnbullCurve, (), (group, subjects, events, exact, median, intervals, top, competing))
BOOST_DESCRIBE_STRUCT(RecurrentFit, (), (coefficients, log_likelihood, events, iterations))
}  // namespace quadrille::analysis

namespace quadrille::lab {
namespace {

// Of each row; empty where there is no such column.
Result<std::vector<std::string>> groups_of(const Table& table) {
  if (table.has("group")) return table.texts("group");
  return std::vector<std::string>(table.size());
}

// A whole number up to a thousand; the refusal says what would be right.
Result<int> cause_of(double value, const Text& right) {
  if (value != std::floor(value) || std::abs(value) > 1000) return invalid(right, "--times");
  return static_cast<int>(value);
}

Result<analysis::Durations> read_durations(const Table& table) {
  const auto time = table.reals("time");
  const auto status = table.reals("status");
  if (!time || !status) return Failure(time ? status.error() : time.error());
  const auto groups = groups_of(table);
  if (!groups) return Failure(groups.error());
  std::vector<analysis::Duration> rows;
  for (std::size_t i = 0; i < time->size(); ++i) {
    const auto cause = cause_of(
        (*status)[i], {"status est 0 (censuré) ou une cause 1, 2, …", "status is 0 (censored) or a cause 1, 2, ..."});
    if (!cause) return Failure(cause.error());
    rows.push_back({(*time)[i], *cause, (*groups)[i]});
  }
  return analysis::Durations::checked(std::move(rows));
}

// right empty: not yet returned at left; without a column cause every return is by the same.
Result<analysis::ReturnIntervals> read_return_intervals(const Table& table) {
  constexpr double never = std::numeric_limits<double>::infinity();
  const auto left = table.reals("left");
  const auto right = table.reals("right", never);
  if (!left || !right) return Failure(left ? right.error() : left.error());
  const auto groups = groups_of(table);
  if (!groups) return Failure(groups.error());
  std::vector<double> causes;
  for (const double one : *right) causes.push_back(one < never ? 1 : 0);
  if (table.has("cause")) {
    const auto given = table.reals("cause", 0);
    if (!given) return Failure(given.error());
    causes = *given;
  }
  std::vector<analysis::ReturnInterval> rows;
  for (std::size_t i = 0; i < left->size(); ++i) {
    const auto cause = cause_of(
        causes[i], {"cause est 1, 2, …, ou vide où right l'est", "cause is 1, 2, ..., or empty where right is"});
    if (!cause) return Failure(cause.error());
    rows.push_back({(*left)[i], (*right)[i], *cause, (*groups)[i]});
  }
  return analysis::ReturnIntervals::checked(std::move(rows));
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

Result<json::Value> fit_intervals(const std::string& model, const Table& table, cli::Terminal& terminal) {
  const auto intervals = read_return_intervals(table);
  if (!intervals) return Failure(intervals.error());
  if (model == "weibull") {
    const auto fitted = analysis::fit_weibull(*intervals);
    if (!fitted) return Failure(fitted.error());
    return json::to_json(*fitted);
  }
  const auto curves = shown(terminal, {"courbe", "curve"},
                            [&](const Progress& progress) { return analysis::turnbull(*intervals, progress); });
  if (!curves) return Failure(curves.error());
  return json::Object{{"curves", json::to_json(*curves)}};
}

Result<json::Value> fit(const std::string& model, const Table& table, const cli::Arguments& arguments,
                        cli::Terminal& terminal) {
  if (model == "turnbull" || (model == "weibull" && table.has("left"))) return fit_intervals(model, table, terminal);
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
  if (model != "km" && model != "weibull" && model != "pwp" && model != "ag" && model != "aalen_johansen" &&
      model != "turnbull")
    return invalid(
        {"km, turnbull, weibull, pwp, ag ou aalen_johansen", "km, turnbull, weibull, pwp, ag or aalen_johansen"},
        "--model");
  if (arguments.has("--covariates") && model != "ag" && model != "pwp")
    return invalid({"sert à pwp et ag seulement", "serves pwp and ag only"}, "--covariates");
  const auto table = Table::read(*arguments.text("--times"), "--times");
  if (!table) return Failure(table.error());
  auto fitted = fit(model, *table, arguments, terminal);
  if (!fitted)
    return fitted.error().field == "--covariates" ? Failure(fitted.error())
                                                  : refuse(fitted.error().kind, fitted.error().message, "--times");
  fitted->as_object()["model"] = json::to_json(model);
  terminal.out << json::compact(*fitted) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> survival_commands() {
  return {{.name = "lab survival",
           .summary = {"Durées avant retour, événements répétés, causes concurrentes",
                       "Times to return, recurrent events, competing causes"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {{"--times",
                        "F.csv",
                        {"time,status[,group], left,right[,group][,cause] ou id,start,stop,event[,covariables]",
                         "time,status[,group], left,right[,group][,cause] or id,start,stop,event[,covariates]"},
                        true},
                       {"--model",
                        "NAME",
                        {"km (par défaut), turnbull, weibull, pwp, ag, aalen_johansen",
                         "km (default), turnbull, weibull, pwp, ag, aalen_johansen"}},
                       {"--covariates",
                        "A[,B...]",
                        {"pwp, ag : colonnes (toutes les autres)", "pwp, ag: columns (all others)"}}},
           .example = "quadrille lab survival --times times.csv --model km",
           .run = run_survival}};
}

}  // namespace quadrille::lab
