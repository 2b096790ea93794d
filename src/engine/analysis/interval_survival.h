#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/result.h"
#include "engine/analysis/survival.h"

// How long until something returns when it is only seen at visits: the return lies between the last visit that did not
// see it and the first that did. In Quadrille the subject is a place, never a person. Times as in survival.h.
//
// Visits must not depend on the return (drawn visits, not those that follow a tip); a visit that comes because the
// place has reopened makes intervals short just where returns are. See docs/methods/survival.md.

namespace quadrille::analysis {

// Returned in (left, right], at exactly that time where left = right; not yet at left where right is infinite.
// cause: 0 not yet returned, else by what.
struct ReturnInterval {
  double left = 0;
  double right = std::numeric_limits<double>::infinity();
  int cause = 0;
  std::string group;
};

// Checked: at least one; 0 <= left <= right, left finite; cause >= 1 exactly where right is finite; at most 20 causes.
// The refusal's field is the column, its message names the row (from 1).
class ReturnIntervals {
 public:
  [[nodiscard]] static Result<ReturnIntervals> checked(std::vector<ReturnInterval> rows);
  [[nodiscard]] const std::vector<ReturnInterval>& rows() const { return rows_; }

 private:
  explicit ReturnIntervals(std::vector<ReturnInterval> rows) : rows_(std::move(rows)) {}
  std::vector<ReturnInterval> rows_;
};

// How near the top of the likelihood a fit is, by the gradient: no other masses have a log-likelihood above
// log_likelihood + gap (Lindsay 1983; the Kuhn-Tucker condition of Gentleman and Geyer 1994 is gap = 0).
struct LikelihoodTop {
  double log_likelihood = 0;
  double gap = 0;
  int iterations = 0;
  bool has_converged = false;  // gap at most 1e-7 a subject
};

// One innermost interval, (from, to], or the moment from = to; to is infinite in the last one where subjects are still
// not back. Mass can lie there only, and nothing says where inside it: between `from` and `to` the curve may be
// anything from `survival_before` to `survival_after`. The upper curve falls at each `to`, the lower at each `from`.
struct SurvivalInterval {
  double from = 0;
  double to = 0;
  double mass = 0;
  double survival_before = 1;
  double survival_after = 1;
};

struct IncidenceInterval {
  double from = 0;
  double to = 0;
  double mass = 0;
  double incidence_before = 0;
  double incidence_after = 0;
};

struct IntervalCause {
  int cause = 1;
  std::int64_t events = 0;
  std::vector<IncidenceInterval> intervals;
};

// Incidence of each cause when the causes compete, fitted together; what is left after the last visit is by no cause
// yet.
struct IntervalIncidence {
  std::vector<IntervalCause> causes;
  double not_returned = 0;
  LikelihoodTop top;
};

// Where the curve comes to one half; `to` is infinite where nothing says that it ever does.
struct MedianInterval {
  double from = 0;
  double to = 0;
};

struct TurnbullCurve {
  std::string group;
  std::int64_t subjects = 0;
  std::int64_t events = 0;  // returned, in an interval or at a known time
  std::int64_t exact = 0;   // of them at a known time
  MedianInterval median;
  std::vector<SurvivalInterval> intervals;
  LikelihoodTop top;
  std::optional<IntervalIncidence> competing;  // with two causes or more
};

// Turnbull (1976), J. R. Statist. Soc. B 38:290-295: nonparametric maximum likelihood, by group in order of name. With
// two causes or more, in a group also their joint subdistributions (Hudgens, Satten and Longini 2001, Biometrics
// 57:74-80).
//
// By rounds of one EM step (Turnbull's self-consistency), one step of the iterative convex minorant with halving
// (Wellner and Zhan 1997, JASA 92:945-959; Jongbloed 1998), mass for the empty intervals whose gradient asks for it
// and, where at most 1,000 intervals have mass, one Newton step on those, until the gap closes or 200 rounds are done.
// EM alone needs thousands. The likelihood never falls. Masses are unique: each innermost interval ends at the right
// end of a row, and from the first on the rows that end there fix its mass. O(rows log rows + rounds * (rows +
// intervals)). Refused (unavailable) only when cancelled.
[[nodiscard]] Result<std::vector<TurnbullCurve>> turnbull(const ReturnIntervals& intervals, const Progress& progress);

// As fit_weibull of durations, each row adding log(S(left) - S(right)), log S(left) or log f(time): R's survreg with
// Surv(type = "interval2"). Refused also where all intervals share a moment.
[[nodiscard]] Result<Weibull> fit_weibull(const ReturnIntervals& intervals);

}  // namespace quadrille::analysis
