#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// How long until something returns: product-limit curves, competing events, Weibull durations and recurrent-event
// regressions. In Quadrille the subject is a place (a dealing point after its closure), never a person.
//
// Times are any positive unit (days here); results keep it. Nothing is random; all costs are O(n log n) but the
// regressions, which are O(iterations * n * covariates^2).
//
// Must not be used on arrests: a return must be measured on a channel independent of the operation (reports by the
// public, drawn visits), or the curve shows police activity. See docs/methods/survival.md.

namespace quadrille::analysis {

// One subject watched from 0 to `time`; then it returned (cause >= 1) or the watch ended (cause 0, censored).
struct Duration {
  double time = 0;
  int cause = 0;
  std::string group;
};

// Checked durations: at least one, times finite and >= 0, causes >= 0.
class Durations {
 public:
  [[nodiscard]] static Result<Durations> checked(std::vector<Duration> rows);
  [[nodiscard]] const std::vector<Duration>& rows() const { return rows_; }

 private:
  explicit Durations(std::vector<Duration> rows) : rows_(std::move(rows)) {}
  std::vector<Duration> rows_;
};

struct SurvivalStep {
  double time = 0;
  std::int64_t at_risk = 0;
  std::int64_t events = 0;
  std::int64_t censored = 0;  // in (previous event time, this time]; a censoring tied with an event comes after it
  double survival = 1;
  double standard_error = 0;  // of survival, Greenwood
  double low = 0;             // 95 %, on the log scale, cut at 1
  double high = 1;
};

struct SurvivalCurve {
  std::string group;
  std::int64_t subjects = 0;
  std::int64_t events = 0;
  std::optional<double> median;  // the first time the curve is at or below one half
  std::vector<SurvivalStep> steps;
};

struct LogRank {
  double chi_squared = 0;
  int degrees = 0;
  double p = 1;
};

struct KaplanMeier {
  std::vector<SurvivalCurve> curves;  // by group, in order of name
  std::optional<LogRank> log_rank;    // with two groups or more
};

// Kaplan and Meier (1958), any cause >= 1 an event; interval exp(log S +- 1.96 se/S) as R's survfit (conf.type "log");
// log-rank of Mantel (1966).
[[nodiscard]] KaplanMeier kaplan_meier(const Durations& durations);

struct IncidenceStep {
  double time = 0;
  double incidence = 0;
  double standard_error = 0;
};

struct CauseIncidence {
  int cause = 1;
  std::int64_t events = 0;
  std::vector<IncidenceStep> steps;
};

// Cumulative incidence of each cause when the causes compete (Aalen and Johansen 1978); the standard error is the
// Aalen-type (infinitesimal jackknife) one. "Moved nearby" competes with "returned": 1 - Kaplan-Meier of one alone
// overstates it.
[[nodiscard]] std::vector<CauseIncidence> aalen_johansen(const Durations& durations);

struct Coefficient {
  std::string name;
  double estimate = 0;
  double standard_error = 0;                    // from the observed information
  std::optional<double> robust_standard_error;  // grouped sandwich (Lin and Wei 1989), where subjects repeat
  double z = 0;                                 // with the robust error where there is one
  double p = 1;
};

struct Weibull {
  std::vector<Coefficient> coefficients;  // "intercept", then one a group but the first
  double scale = 1;                       // sigma of log T = coefficients + sigma * W; shape = 1/scale
  double log_likelihood = 0;
};

// Accelerated-failure-time fit by maximum likelihood, any cause >= 1 an event; same parametrisation as R's survreg.
// Refused without any event, with a zero time, or when all times are equal.
[[nodiscard]] Result<Weibull> fit_weibull(const Durations& durations);

// One interval at risk of one subject: watched from start (exclusive) to stop; is_event when it ended with a return.
struct RiskInterval {
  std::int64_t subject = 0;
  double start = 0;
  double stop = 0;
  bool is_event = false;
  std::vector<double> covariates;
};

// Checked: at least one event, start < stop, finite covariates of one length, no two intervals of a subject
// overlapping.
class RiskIntervals {
 public:
  [[nodiscard]] static Result<RiskIntervals> checked(std::vector<RiskInterval> rows,
                                                     std::vector<std::string> covariates);
  [[nodiscard]] const std::vector<RiskInterval>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::string>& covariates() const { return covariates_; }

 private:
  RiskIntervals(std::vector<RiskInterval> rows, std::vector<std::string> covariates)
      : rows_(std::move(rows)), covariates_(std::move(covariates)) {}
  std::vector<RiskInterval> rows_;
  std::vector<std::string> covariates_;
};

struct RecurrentFit {
  // One a covariate, in order; not a number where it never differs within a stratum. Refused when none does.
  std::vector<Coefficient> coefficients;
  double log_likelihood = 0;
  std::int64_t events = 0;
  int iterations = 0;
};

// Andersen and Gill (1982): every return counts alike, calendar time since the subject's origin, robust errors by
// subject.
[[nodiscard]] Result<RecurrentFit> fit_andersen_gill(const RiskIntervals& intervals);

// Prentice, Williams and Peterson (1981), gap time: the clock restarts at each return, the n-th return is compared with
// n-th returns only (strata), robust errors by subject.
[[nodiscard]] Result<RecurrentFit> fit_pwp_gap_time(const RiskIntervals& intervals);

}  // namespace quadrille::analysis
