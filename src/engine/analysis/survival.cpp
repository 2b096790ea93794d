#include "engine/analysis/survival.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <map>
#include <set>

namespace quadrille::analysis {
namespace {

constexpr double z_95 = 1.959963984540054;

// Rows of one moment: how many returned by each cause, how many left unreturned.
struct Moment {
  std::map<int, std::int64_t> returned;
  std::int64_t censored = 0;

  [[nodiscard]] std::int64_t all_returned() const {
    std::int64_t sum = 0;
    for (const auto& [cause, count] : returned) sum += count;
    return sum;
  }
};

using Moments = std::map<double, Moment>;

void add(Moments& moments, const Duration& row) {
  if (row.cause == 0)
    ++moments[row.time].censored;
  else
    ++moments[row.time].returned[row.cause];
}

SurvivalCurve curve_of(const std::string& group, const Moments& moments) {
  SurvivalCurve curve{.group = group, .median = {}, .steps = {}};
  for (const auto& [time, moment] : moments) curve.subjects += moment.censored + moment.all_returned();
  std::int64_t at_risk = curve.subjects;
  double survival = 1;
  double greenwood = 0;  // sum of d / (n (n - d))
  std::int64_t censored_before = 0;
  for (const auto& [time, moment] : moments) {
    const std::int64_t events = moment.all_returned();
    if (events > 0) {
      const auto n = static_cast<double>(at_risk);
      const auto d = static_cast<double>(events);
      survival *= 1 - d / n;
      greenwood += d / (n * (n - d));
      SurvivalStep step{
          .time = time, .at_risk = at_risk, .events = events, .censored = censored_before, .survival = survival};
      if (survival > 0) {
        step.standard_error = survival * std::sqrt(greenwood);
        step.low = survival * std::exp(-z_95 * std::sqrt(greenwood));
        step.high = std::min(1.0, survival * std::exp(z_95 * std::sqrt(greenwood)));
      } else {
        step.high = 0;
      }
      if (!curve.median && survival <= 0.5) curve.median = time;
      curve.steps.push_back(step);
      curve.events += events;
      censored_before = 0;
    }
    at_risk -= events + moment.censored;
    censored_before += moment.censored;
  }
  return curve;
}

// Observed minus expected events by group, and its covariance; the last group is dropped (the sums are dependent).
std::optional<LogRank> log_rank_of(const std::map<std::string, Moments>& groups) {
  const auto k = static_cast<Eigen::Index>(groups.size());
  if (k < 2) return std::nullopt;
  std::vector<double> at_risk;
  std::set<double> times;
  for (const auto& [name, moments] : groups) {
    double subjects = 0;
    for (const auto& [time, moment] : moments) {
      subjects += static_cast<double>(moment.censored + moment.all_returned());
      times.insert(time);
    }
    at_risk.push_back(subjects);
  }
  Eigen::VectorXd difference = Eigen::VectorXd::Zero(k - 1);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(k - 1, k - 1);
  for (const double time : times) {
    std::vector<double> events;
    std::vector<double> leaving;
    for (const auto& [name, moments] : groups) {
      const auto found = moments.find(time);
      const bool is_here = found != moments.end();
      events.push_back(is_here ? static_cast<double>(found->second.all_returned()) : 0);
      leaving.push_back(is_here ? events.back() + static_cast<double>(found->second.censored) : 0);
    }
    double n = 0;
    double d = 0;
    for (std::size_t g = 0; g < at_risk.size(); ++g) {
      n += at_risk[g];
      d += events[g];
    }
    if (d > 0) {
      const double spread = n > 1 ? d * (n - d) / (n - 1) : 0;
      for (Eigen::Index i = 0; i + 1 < k; ++i) {
        const double share = at_risk[static_cast<std::size_t>(i)] / n;
        difference(i) += events[static_cast<std::size_t>(i)] - d * share;
        for (Eigen::Index j = 0; j + 1 < k; ++j)
          covariance(i, j) += spread * share * ((i == j ? 1.0 : 0.0) - at_risk[static_cast<std::size_t>(j)] / n);
      }
    }
    for (std::size_t g = 0; g < at_risk.size(); ++g) at_risk[g] -= leaving[g];
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver(covariance);
  const double chi_squared = difference.dot(solver.solve(difference));
  if (!std::isfinite(chi_squared)) return std::nullopt;
  const auto degrees = static_cast<int>(k - 1);
  const boost::math::chi_squared distribution(degrees);
  return LogRank{chi_squared, degrees,
                 boost::math::cdf(boost::math::complement(distribution, std::max(chi_squared, 0.0)))};
}

}  // namespace

Result<Durations> Durations::checked(std::vector<Duration> rows) {
  if (rows.empty()) return invalid({"aucune durée", "no duration"}, "times");
  for (const auto& row : rows) {
    if (!std::isfinite(row.time) || row.time < 0)
      return invalid({"chaque durée doit être un nombre positif ou nul", "every time must be a number of at least 0"},
                     "time");
    if (row.cause < 0)
      return invalid({"le statut est 0 (censuré) ou une cause 1, 2, …", "status is 0 (censored) or a cause 1, 2, ..."},
                     "status");
  }
  return Durations(std::move(rows));
}

KaplanMeier kaplan_meier(const Durations& durations) {
  std::map<std::string, Moments> groups;
  for (const auto& row : durations.rows()) add(groups[row.group], row);
  KaplanMeier result;
  for (const auto& [name, moments] : groups) result.curves.push_back(curve_of(name, moments));
  result.log_rank = log_rank_of(groups);
  return result;
}

std::vector<CauseIncidence> aalen_johansen(const Durations& durations) {
  Moments moments;
  std::set<int> causes;
  for (const auto& row : durations.rows()) {
    add(moments, row);
    if (row.cause > 0) causes.insert(row.cause);
  }
  // Infinitesimal jackknife: each subject's influence on the incidence, summed in squares. A subject who left at u by
  // cause c has influence on F(t) through its own event and through having been at risk at every event time <= min(u,
  // t). Those who left at the same moment the same way share one influence.
  const auto n = static_cast<double>(durations.rows().size());
  std::vector<CauseIncidence> result;
  for (const int cause : causes) {
    struct Leavers {
      double count;
      double time;
      int cause;
      double influence_on_survival = 0;
      double influence_on_incidence = 0;
    };
    std::vector<Leavers> leavers;
    for (const auto& [time, moment] : moments) {
      for (const auto& [returned_by, count] : moment.returned)
        leavers.push_back({static_cast<double>(count), time, returned_by});
      if (moment.censored > 0) leavers.push_back({static_cast<double>(moment.censored), time, 0});
    }
    CauseIncidence incidence{.cause = cause, .steps = {}};
    double at_risk = n;
    double survival = 1;
    double cumulated = 0;
    for (const auto& [time, moment] : moments) {
      const auto events = static_cast<double>(moment.all_returned());
      if (events > 0) {
        const auto found = moment.returned.find(cause);
        const double own = found == moment.returned.end() ? 0 : static_cast<double>(found->second);
        for (auto& group : leavers) {
          const double is_at_risk = group.time >= time ? 1 : 0;
          const double had_own = group.time == time && group.cause == cause ? 1 : 0;
          const double had_any = group.time == time && group.cause > 0 ? 1 : 0;
          const double own_hazard_influence = (had_own - is_at_risk * own / at_risk) / at_risk;
          const double any_hazard_influence = (had_any - is_at_risk * events / at_risk) / at_risk;
          group.influence_on_incidence += group.influence_on_survival * own / at_risk + survival * own_hazard_influence;
          group.influence_on_survival =
              group.influence_on_survival * (1 - events / at_risk) - survival * any_hazard_influence;
        }
        cumulated += survival * own / at_risk;
        survival *= 1 - events / at_risk;
        if (own > 0) {
          double variance = 0;
          for (const auto& group : leavers)
            variance += group.count * group.influence_on_incidence * group.influence_on_incidence;
          incidence.steps.push_back({time, cumulated, std::sqrt(variance)});
          incidence.events += static_cast<std::int64_t>(own);
        }
      }
      at_risk -= events + static_cast<double>(moment.censored);
    }
    result.push_back(std::move(incidence));
  }
  return result;
}

}  // namespace quadrille::analysis
