#include "engine/analysis/interval_survival.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "engine/analysis/mass_maximum.h"

namespace quadrille::analysis {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr std::size_t causes_max = 20;

// Ends in the order they come in at one time: that of an exact return opens, ends close (they are in the interval),
// intervals open (their left end is not).
enum class Side : std::uint8_t { exact_left, right, open_left };
using End = std::pair<double, Side>;

End left_of(const ReturnInterval& row) {
  return {row.left, row.left == row.right ? Side::exact_left : Side::open_left};
}

struct Cell {
  End left;
  double right;
};

// The innermost intervals of one cause: a left end, of its rows or of those not yet returned, that a right end of its
// rows follows at once.
std::vector<Cell> innermost(const std::vector<const ReturnInterval*>& returned, const std::vector<double>& censored) {
  std::vector<End> ends;
  for (const auto* row : returned) {
    ends.push_back(left_of(*row));
    ends.emplace_back(row->right, Side::right);
  }
  for (const double left : censored) ends.emplace_back(left, Side::open_left);
  std::ranges::sort(ends);
  std::vector<Cell> cells;
  for (std::size_t i = 1; i < ends.size(); ++i)
    if (ends[i].second == Side::right && ends[i - 1].second != Side::right)
      cells.push_back({ends[i - 1], ends[i].first});
  return cells;
}

// The rows of one group as a problem of masses: the cells of each cause in order, then what is after the last visit.
class Problem {
 public:
  Problem(const std::vector<const ReturnInterval*>& rows, bool are_causes_told_apart) {
    std::map<int, std::vector<const ReturnInterval*>> by_cause;
    for (const auto* row : rows) {
      if (row->right < never)
        by_cause[are_causes_told_apart ? row->cause : 1].push_back(row);
      else
        censored_.push_back(row->left);
    }
    std::ranges::sort(censored_);
    for (const auto& [cause, returned] : by_cause) {
      causes_.push_back(cause);
      first_.push_back(static_cast<std::uint32_t>(cells_.size()));
      for (const auto& cell : innermost(returned, censored_)) cells_.push_back(cell);
    }
    first_.push_back(static_cast<std::uint32_t>(cells_.size()));
    // Where a return may lie in the reach of all who are not back there is no need of a cell beyond.
    const auto after_all = [&](const Cell& cell) { return cell.left >= End{censored_.back(), Side::open_left}; };
    has_rest_ = !censored_.empty() && std::ranges::none_of(cells_, after_all);
    if (has_rest_) cells_.push_back({{censored_.back(), Side::open_left}, never});
    problem_.cells = static_cast<std::uint32_t>(cells_.size());
    returned_.assign(cells_.size(), 0.0);
    std::size_t line = 0;
    for (const auto& [cause, returned] : by_cause) add_returned(returned, line++);
    add_censored();
  }

  [[nodiscard]] MassMaximum maximum(const Progress& progress) const {
    return maximise_masses(problem_, product_limit(), progress);
  }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }
  [[nodiscard]] const std::vector<int>& causes() const { return causes_; }
  // The cells of the n-th cause are those from first(n) to first(n + 1).
  [[nodiscard]] std::uint32_t first(std::size_t n) const { return first_[n]; }
  [[nodiscard]] bool has_rest() const { return has_rest_; }

 private:
  // The first cell of a line that opens there or later.
  [[nodiscard]] std::uint32_t cell_from(std::size_t line, const End& left) const {
    const auto begin = cells_.begin() + first_[line];
    const auto end = cells_.begin() + first_[line + 1];
    const auto found =
        std::lower_bound(begin, end, left, [](const Cell& cell, const End& at) { return cell.left < at; });
    return static_cast<std::uint32_t>(found - cells_.begin());
  }
  [[nodiscard]] std::uint32_t cell_after(std::size_t line, double right) const {
    const auto begin = cells_.begin() + first_[line];
    const auto end = cells_.begin() + first_[line + 1];
    const auto found = std::upper_bound(begin, end, right, [](double at, const Cell& cell) { return at < cell.right; });
    return static_cast<std::uint32_t>(found - cells_.begin());
  }

  void add_returned(const std::vector<const ReturnInterval*>& returned, std::size_t line) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> weights;
    for (const auto* row : returned) ++weights[{cell_from(line, left_of(*row)), cell_after(line, row->right)}];
    for (const auto& [range, weight] : weights) {
      problem_.add(weight, {{range.first, range.second}});
      returned_[range.second - 1] += weight;
    }
  }

  // Not back at a visit: in any cell of any cause that opens after it.
  void add_censored() {
    std::vector<CellRange> last;
    double weight = 0;
    for (std::size_t i = 0; i < censored_.size(); ++i) {
      if (i > 0 && censored_[i] == censored_[i - 1]) {
        ++weight;
        continue;
      }
      std::vector<CellRange> ranges;
      for (std::size_t line = 0; line < causes_.size(); ++line)
        ranges.push_back({cell_from(line, {censored_[i], Side::open_left}), first_[line + 1]});
      if (has_rest_) ranges.push_back({problem_.cells - 1, problem_.cells});
      const bool is_same = std::ranges::equal(ranges, last, {}, &CellRange::begin, &CellRange::begin);
      if (!is_same && weight > 0) problem_.add(weight, last);
      weight = is_same ? weight + 1 : 1;
      last = std::move(ranges);
    }
    if (weight > 0) problem_.add(weight, last);
  }

  // Kaplan and Meier's (Aalen and Johansen's), each return taken at the right end of its interval: the top itself where
  // all times are known.
  [[nodiscard]] std::vector<double> product_limit() const {
    double at_risk = static_cast<double>(censored_.size());
    for (const double count : returned_) at_risk += count;
    std::vector<std::size_t> order;
    for (std::size_t c = 0; c + (has_rest_ ? 1 : 0) < cells_.size(); ++c) order.push_back(c);
    std::ranges::sort(order, {}, [&](std::size_t c) { return std::pair(cells_[c].right, c); });
    std::vector<double> masses(cells_.size(), 0.0);
    double left = 1;
    std::size_t gone = 0;
    for (std::size_t i = 0; i < order.size();) {
      const double time = cells_[order[i]].right;
      for (; gone < censored_.size() && censored_[gone] < time; ++gone) --at_risk;
      double together = 0;
      for (std::size_t j = i; j < order.size() && cells_[order[j]].right == time; ++j) together += returned_[order[j]];
      for (; i < order.size() && cells_[order[i]].right == time; ++i)
        masses[order[i]] = left * returned_[order[i]] / at_risk;
      left *= std::max(0.0, 1 - together / at_risk);
      at_risk -= together;
    }
    if (has_rest_) masses.back() = left;
    return masses;
  }

  std::vector<double> censored_;  // ascending
  std::vector<int> causes_;
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> first_;  // cell of each cause, and that after them
  bool has_rest_ = false;
  std::vector<double> returned_;  // rows whose last cell it is
  MassProblem problem_;
};

void lay_curve(TurnbullCurve& curve, const Problem& problem, const MassMaximum& found) {
  const auto& cells = problem.cells();
  double after = 0;
  curve.intervals.resize(cells.size());
  for (std::size_t c = cells.size(); c-- > 0;) {
    const double before = c == 0 ? 1 : after + found.masses[c];
    curve.intervals[c] = {cells[c].left.first, cells[c].right, found.masses[c], before, after};
    after = before;
  }
  constexpr double rounding = 1e-9;
  const auto half = std::ranges::find_if(
      curve.intervals, [](const SurvivalInterval& one) { return one.survival_after <= 0.5 + rounding; });
  curve.median = {half->from, half->to};
  curve.top = found.top;
}

IntervalIncidence incidence_of(const Problem& problem, const MassMaximum& found) {
  IntervalIncidence result{
      .causes = {}, .not_returned = problem.has_rest() ? found.masses.back() : 0, .top = found.top};
  for (std::size_t n = 0; n < problem.causes().size(); ++n) {
    IntervalCause cause{.cause = problem.causes()[n], .intervals = {}};
    double before = 0;
    for (auto c = problem.first(n); c < problem.first(n + 1); ++c) {
      const auto& cell = problem.cells()[c];
      cause.intervals.push_back({cell.left.first, cell.right, found.masses[c], before, before + found.masses[c]});
      before += found.masses[c];
    }
    result.causes.push_back(std::move(cause));
  }
  return result;
}

Failure bad_row(std::size_t row, const Text& what, const std::string& field) {
  return invalid({fmt::format("ligne {} : {}", row + 1, what.fr), fmt::format("row {}: {}", row + 1, what.en)}, field);
}

}  // namespace

Result<ReturnIntervals> ReturnIntervals::checked(std::vector<ReturnInterval> rows) {
  if (rows.empty()) return invalid({"aucun intervalle", "no interval"}, "left");
  std::set<int> causes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    if (!std::isfinite(row.left) || row.left < 0)
      return bad_row(i, {"left doit être un nombre positif ou nul", "left must be a number of at least 0"}, "left");
    if (!(row.right >= row.left))
      return bad_row(i, {"right ne peut précéder left", "right cannot come before left"}, "right");
    if (row.cause < 0 || (row.cause > 0) != (row.right < never))
      return bad_row(i,
                     {"la cause est 1, 2, … où right est donné, 0 où le retour n'a pas eu lieu",
                      "the cause is 1, 2, ... where right is given, 0 where it has not returned"},
                     "cause");
    if (row.cause > 0) causes.insert(row.cause);
    if (causes.size() > causes_max) return bad_row(i, {"vingt causes au plus", "twenty causes at most"}, "cause");
  }
  return ReturnIntervals(std::move(rows));
}

Result<std::vector<TurnbullCurve>> turnbull(const ReturnIntervals& intervals, const Progress& progress) {
  std::map<std::string, std::vector<const ReturnInterval*>> groups;
  for (const auto& row : intervals.rows()) groups[row.group].push_back(&row);
  std::vector<TurnbullCurve> curves;
  const double share = 1 / static_cast<double>(groups.size());
  for (const auto& [name, rows] : groups) {
    const double done = share * static_cast<double>(curves.size());
    TurnbullCurve curve{
        .group = name, .subjects = static_cast<std::int64_t>(rows.size()), .intervals = {}, .top = {}, .competing = {}};
    std::map<int, std::int64_t> events;
    for (const auto* row : rows) {
      if (row->right == never) continue;
      ++curve.events;
      ++events[row->cause];
      curve.exact += row->left == row->right ? 1 : 0;
    }
    const Problem all(rows, false);
    lay_curve(curve, all, all.maximum(progress.stage(done, done + share / 2)));
    if (events.size() > 1) {
      const Problem told_apart(rows, true);
      curve.competing = incidence_of(told_apart, told_apart.maximum(progress.stage(done + share / 2, done + share)));
      for (auto& cause : curve.competing->causes) cause.events = events[cause.cause];
    }
    if (progress.is_cancelled()) return cancelled();
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace quadrille::analysis
