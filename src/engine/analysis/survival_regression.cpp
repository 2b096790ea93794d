#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "engine/analysis/newton_climb.h"
#include "engine/analysis/survival.h"

namespace quadrille::analysis {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// Cox partial likelihood, Efron's ties, counting process with strata.

struct CoxRow {
  double start;
  double stop;
  bool is_event;
  int stratum;
  std::int64_t subject;
  Vector x;
};

struct Moments {
  double s0 = 0;
  Vector s1;
  Matrix s2;

  explicit Moments(Eigen::Index p) : s1(Vector::Zero(p)), s2(Matrix::Zero(p, p)) {}
  // A risk below zero takes a row out again.
  void add(double risk, const Vector& x) {
    s0 += risk;
    s1.noalias() += risk * x;
    s2.noalias() += (risk * x) * x.transpose();
  }
  void clear() {
    s0 = 0;
    s1.setZero();
    s2.setZero();
  }
};

// The order in which a walk back in time meets rows: by stratum, the last stop first; and the last start first.
struct RiskOrder {
  std::vector<std::size_t> by_stop;
  std::vector<std::size_t> by_start;

  explicit RiskOrder(const std::vector<CoxRow>& rows) : by_stop(rows.size()), by_start(rows.size()) {
    std::iota(by_stop.begin(), by_stop.end(), 0U);
    by_start = by_stop;
    std::ranges::sort(by_stop, {}, [&](std::size_t i) { return std::tuple(rows[i].stratum, -rows[i].stop, i); });
    std::ranges::sort(by_start, {}, [&](std::size_t i) { return std::tuple(rows[i].stratum, -rows[i].start, i); });
  }
};

// The rows that end together with an event, those at risk then (start < time <= stop), and those that end.
struct EventTime {
  int stratum;
  double time;
  const std::vector<std::size_t>& dead;
  const Moments& all;
  const Moments& tied;
};

// Calls visit(EventTime) for each event time, by stratum, the last time first. A row comes in at its stop and goes out
// at its start, so that all of it costs O(rows * covariates^2).
template <class Visit>
void for_each_event_time(const std::vector<CoxRow>& rows, const RiskOrder& order, const Vector& beta,
                         const Visit& visit) {
  const std::size_t n = rows.size();
  Moments all(beta.size());
  Moments tied(beta.size());
  std::vector<std::size_t> dead;
  const auto risk = [&](std::size_t i) { return std::exp(beta.dot(rows[i].x)); };
  for (std::size_t in = 0, out = 0; in < n;) {
    const auto& first = rows[order.by_stop[in]];
    // Nobody left at risk: what rounding left goes too. Strata begin so.
    if (in == out) all.clear();
    dead.clear();
    tied.clear();
    for (; in < n && rows[order.by_stop[in]].stratum == first.stratum && rows[order.by_stop[in]].stop == first.stop;
         ++in) {
      const auto i = order.by_stop[in];
      all.add(risk(i), rows[i].x);
      if (!rows[i].is_event) continue;
      dead.push_back(i);
      tied.add(risk(i), rows[i].x);
    }
    for (; out < in && rows[order.by_start[out]].start >= first.stop; ++out)
      all.add(-risk(order.by_start[out]), rows[order.by_start[out]].x);
    if (!dead.empty()) visit(EventTime{first.stratum, first.stop, dead, all, tied});
    const bool ends_stratum = in == n || rows[order.by_stop[in]].stratum != first.stratum;
    if (ends_stratum) out = in;
  }
}

// Efron: of d tied events the k-th meets the others at risk less k/d of the tied. Calls visit(share, sum of risks,
// mean).
template <class Visit>
void for_each_tied(const EventTime& at, const Visit& visit) {
  const std::size_t ties = at.dead.size();
  for (std::size_t k = 0; k < ties; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(ties);
    const double total = at.all.s0 - share * at.tied.s0;
    visit(share, total, Vector((at.all.s1 - share * at.tied.s1) / total));
  }
}

struct CoxSlope {
  double value = 0;
  Vector score;
  Matrix information;
};

CoxSlope cox_slope(const std::vector<CoxRow>& rows, const RiskOrder& order, const Vector& beta) {
  const auto p = beta.size();
  CoxSlope slope{0, Vector::Zero(p), Matrix::Zero(p, p)};
  for_each_event_time(rows, order, beta, [&](const EventTime& at) {
    for (const auto i : at.dead) {
      slope.value += beta.dot(rows[i].x);
      slope.score += rows[i].x;
    }
    for_each_tied(at, [&](double share, double total, const Vector& mean) {
      slope.value -= std::log(total);
      slope.score -= mean;
      slope.information += (at.all.s2 - share * at.tied.s2) / total - mean * mean.transpose();
    });
  });
  return slope;
}

// What the score residuals need of one event time: hazard = 1 / (sum of risks), summed over its ties.
struct HazardStep {
  int stratum = 0;
  double time = 0;
  double hazard = 0;       // up to and with this time, from the first of the stratum
  Vector mean_hazard;      // mean * hazard, the same
  double tied_hazard = 0;  // share * hazard, of this time: what its own events are spared
  Vector tied_mean_hazard;
  Vector mean;  // of the ties' means
};

// By stratum, the last time first.
std::vector<HazardStep> hazard_steps(const std::vector<CoxRow>& rows, const RiskOrder& order, const Vector& beta) {
  const auto p = beta.size();
  std::vector<HazardStep> steps;
  for_each_event_time(rows, order, beta, [&](const EventTime& at) {
    HazardStep step{at.stratum, at.time, 0, Vector::Zero(p), 0, Vector::Zero(p), Vector::Zero(p)};
    for_each_tied(at, [&](double share, double total, const Vector& mean) {
      step.hazard += 1 / total;
      step.mean_hazard += mean / total;
      step.tied_hazard += share / total;
      step.tied_mean_hazard += share / total * mean;
      step.mean += mean / static_cast<double>(at.dead.size());
    });
    steps.push_back(std::move(step));
  });
  for (std::size_t i = steps.size(); i > 1; --i) {
    if (steps[i - 2].stratum != steps[i - 1].stratum) continue;
    steps[i - 2].hazard += steps[i - 1].hazard;
    steps[i - 2].mean_hazard += steps[i - 1].mean_hazard;
  }
  return steps;
}

// Score residuals summed by subject (the columns of U'U in the sandwich of Lin and Wei 1989).
Matrix subject_scores(const std::vector<CoxRow>& rows, const RiskOrder& order, const Vector& beta) {
  const auto p = beta.size();
  const auto steps = hazard_steps(rows, order, beta);
  // The last step of the stratum not after `time`.
  const auto step_at = [&](int stratum, double time) -> const HazardStep* {
    const auto found = std::ranges::lower_bound(
        steps, std::pair(stratum, -time), {}, [](const HazardStep& one) { return std::pair(one.stratum, -one.time); });
    return found != steps.end() && found->stratum == stratum ? &*found : nullptr;
  };
  std::map<std::int64_t, Vector> scores;
  for (const auto& row : rows) {
    auto& score = scores.try_emplace(row.subject, Vector::Zero(p)).first->second;
    const double risk = std::exp(beta.dot(row.x));
    const auto* last = step_at(row.stratum, row.stop);
    if (last == nullptr) continue;
    score -= risk * (last->hazard * row.x - last->mean_hazard);
    if (const auto* before = step_at(row.stratum, row.start))
      score += risk * (before->hazard * row.x - before->mean_hazard);
    if (!row.is_event) continue;
    score += row.x - last->mean;
    score += risk * (last->tied_hazard * row.x - last->tied_mean_hazard);
  }
  Matrix table(static_cast<Eigen::Index>(scores.size()), p);
  Eigen::Index line = 0;
  for (const auto& [subject, score] : scores) table.row(line++) = score.transpose();
  return table;
}

// Covariates that differ between rows of one stratum; the others (its number, say) cannot be told from its hazard.
std::vector<Eigen::Index> varying_covariates(const std::vector<CoxRow>& rows) {
  std::map<int, const Vector*> first;
  std::set<Eigen::Index> varying;
  for (const auto& row : rows) {
    const Vector& other = *first.try_emplace(row.stratum, &row.x).first->second;
    for (Eigen::Index j = 0; j < row.x.size(); ++j)
      if (row.x(j) != other(j)) varying.insert(j);
  }
  return {varying.begin(), varying.end()};
}

Vector to_vector(const std::vector<double>& values) {
  return Eigen::Map<const Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
}

Result<RecurrentFit> fit_cox(std::vector<CoxRow> rows, const std::vector<std::string>& names) {
  const auto kept = varying_covariates(rows);
  if (kept.empty()) return invalid({"aucune covariable ne varie", "no covariate varies"}, "covariates");
  for (auto& row : rows) row.x = Vector(row.x(kept));
  const auto p = static_cast<Eigen::Index>(kept.size());
  Vector centre = Vector::Zero(p);
  for (const auto& row : rows) centre += row.x / static_cast<double>(rows.size());
  for (auto& row : rows) row.x -= centre;
  std::vector<double> parameters(kept.size(), 0.0);
  const RiskOrder order(rows);
  const auto iterations = climb(parameters, [&](const std::vector<double>& at) {
    const auto slope = cox_slope(rows, order, to_vector(at));
    return Slope{slope.value,
                 {slope.score.begin(), slope.score.end()},
                 {slope.information.reshaped().begin(), slope.information.reshaped().end()}};
  });
  if (!iterations) return Failure(iterations.error());
  const Vector beta = to_vector(parameters);
  const auto slope = cox_slope(rows, order, beta);
  const Matrix naive = slope.information.inverse();
  const Matrix influence = subject_scores(rows, order, beta) * naive;
  const Matrix robust = influence.transpose() * influence;
  RecurrentFit fit{.coefficients = {}, .log_likelihood = slope.value, .iterations = *iterations};
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  for (const auto& name : names) fit.coefficients.push_back({name, undefined, undefined, {}, undefined, undefined});
  for (Eigen::Index j = 0; j < p; ++j) {
    auto& one = fit.coefficients[static_cast<std::size_t>(kept[static_cast<std::size_t>(j)])];
    one = make_coefficient(one.name, beta(j), std::sqrt(naive(j, j)), std::sqrt(robust(j, j)));
  }
  fit.events = std::ranges::count_if(rows, &CoxRow::is_event);
  return fit;
}

}  // namespace

Result<RiskIntervals> RiskIntervals::checked(std::vector<RiskInterval> rows, std::vector<std::string> covariates) {
  if (covariates.empty())
    return invalid({"il faut au moins une covariable", "at least one covariate is needed"}, "covariates");
  for (const auto& row : rows) {
    if (!std::isfinite(row.start) || !std::isfinite(row.stop) || row.start >= row.stop)
      return invalid({fmt::format("sujet {} : start doit précéder stop", row.subject),
                      fmt::format("subject {}: start must come before stop", row.subject)},
                     "start");
    if (row.covariates.size() != covariates.size() ||
        !std::ranges::all_of(row.covariates, [](double v) { return std::isfinite(v); }))
      return invalid({fmt::format("sujet {} : une covariable manque ou n'est pas un nombre", row.subject),
                      fmt::format("subject {}: a covariate is missing or not a number", row.subject)},
                     "covariates");
  }
  if (std::ranges::none_of(rows, &RiskInterval::is_event))
    return invalid({"aucun retour observé", "no return observed"}, "event");
  std::ranges::sort(rows, {}, [](const RiskInterval& row) { return std::pair(row.subject, row.start); });
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].subject == rows[i - 1].subject && rows[i].start < rows[i - 1].stop)
      return invalid({fmt::format("sujet {} : deux intervalles se recouvrent", rows[i].subject),
                      fmt::format("subject {}: two intervals overlap", rows[i].subject)},
                     "start");
  }
  return RiskIntervals(std::move(rows), std::move(covariates));
}

Result<RecurrentFit> fit_andersen_gill(const RiskIntervals& intervals) {
  std::vector<CoxRow> rows;
  for (const auto& row : intervals.rows())
    rows.push_back({row.start, row.stop, row.is_event, 0, row.subject, to_vector(row.covariates)});
  return fit_cox(std::move(rows), intervals.covariates());
}

Result<RecurrentFit> fit_pwp_gap_time(const RiskIntervals& intervals) {
  std::vector<CoxRow> rows;
  int episode = 0;
  const RiskInterval* previous = nullptr;
  for (const auto& row : intervals.rows()) {
    const bool is_new_subject = previous == nullptr || previous->subject != row.subject;
    if (is_new_subject)
      episode = 0;
    else if (previous->is_event)
      ++episode;
    rows.push_back({0, row.stop - row.start, row.is_event, episode, row.subject, to_vector(row.covariates)});
    previous = &row;
  }
  return fit_cox(std::move(rows), intervals.covariates());
}

}  // namespace quadrille::analysis
