#include "engine/analysis/mass_maximum.h"

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace quadrille::analysis {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr int rounds_max = 200;
constexpr double gap_wanted = 1e-12;      // a subject
constexpr double gap_converged = 1e-7;    // a subject
constexpr double rise_least = 1e-13;      // a subject and round
constexpr std::size_t newton_max = 1000;  // cells with mass: the matrix may be full

using Masses = std::vector<double>;

// sums[c]: of the cells before c.
Masses cumulated(const Masses& masses) {
  Masses sums(masses.size() + 1, 0.0);
  std::partial_sum(masses.begin(), masses.end(), sums.begin() + 1);
  return sums;
}

// Masses, and what they give to each row.
struct Point {
  Masses masses;
  Masses of_rows;
};

class Likelihood {
 public:
  explicit Likelihood(const MassProblem& problem)
      : problem_(problem), total_(std::accumulate(problem.weights.begin(), problem.weights.end(), 0.0)) {}

  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] std::size_t rows() const { return problem_.weights.size(); }
  [[nodiscard]] double weight(std::size_t row) const { return problem_.weights[row]; }
  [[nodiscard]] std::span<const CellRange> ranges(std::size_t row) const {
    return {problem_.ranges.data() + problem_.first_range[row], problem_.ranges.data() + problem_.first_range[row + 1]};
  }

  // Scaled to sum 1.
  [[nodiscard]] Point at(Masses masses) const {
    const double sum = std::accumulate(masses.begin(), masses.end(), 0.0);
    for (double& mass : masses) mass /= sum;
    const auto sums = cumulated(masses);
    Point point{std::move(masses), Masses(rows(), 0.0)};
    // One cell's mass as it is: a difference of sums would lose the digits of a small one.
    for (std::size_t row = 0; row < rows(); ++row)
      for (const auto& [begin, end] : ranges(row))
        point.of_rows[row] += end - begin == 1 ? point.masses[begin] : sums[end] - sums[begin];
    return point;
  }

  // Minus infinity where a row has none.
  [[nodiscard]] double value(const Point& point) const {
    double value = 0;
    for (std::size_t row = 0; row < rows(); ++row)
      value += weight(row) * (point.of_rows[row] > 0 ? std::log(point.of_rows[row]) : -never);
    return value;
  }
  // By how much it is higher at `to`, row by row: the difference of two values would not show the last steps.
  [[nodiscard]] double rise(const Point& from, const Point& to) const {
    double rise = 0;
    for (std::size_t row = 0; row < rows(); ++row) {
      if (!(to.of_rows[row] > 0)) return -never;
      rise += weight(row) * std::log1p((to.of_rows[row] - from.of_rows[row]) / from.of_rows[row]);
    }
    return rise;
  }

  // Of each cell: sum over its rows of weight / mass. At the top it is at most total(), and total() where mass is.
  [[nodiscard]] Masses pull(const Point& point) const {
    return over_cells(point, [](double weight, double mass) { return weight / mass; });
  }
  // How fast that falls as the cell's mass grows: sum of weight / mass^2.
  [[nodiscard]] Masses give(const Point& point) const {
    return over_cells(point, [](double weight, double mass) { return weight / mass / mass; });
  }

 private:
  template <class Term>
  [[nodiscard]] Masses over_cells(const Point& point, const Term& term) const {
    Masses change(point.masses.size() + 1, 0.0);
    for (std::size_t row = 0; row < rows(); ++row) {
      const double more = term(weight(row), point.of_rows[row]);
      for (const auto& [begin, end] : ranges(row)) {
        change[begin] += more;
        change[end] -= more;
      }
    }
    std::partial_sum(change.begin(), change.end(), change.begin());
    change.pop_back();
    return change;
  }

  const MassProblem& problem_;
  double total_;
};

// From the point to `wanted`, half as far as often as it takes for the likelihood to rise; or not at all. The rise.
double move(Point& point, const Masses& wanted, const Likelihood& likelihood) {
  Masses masses(wanted.size());
  double share = 1;
  for (int halving = 0; halving < 20; ++halving, share /= 2) {
    for (std::size_t c = 0; c < masses.size(); ++c)
      masses[c] = share == 1 ? wanted[c] : point.masses[c] + share * (wanted[c] - point.masses[c]);
    auto next = likelihood.at(masses);
    const double rise = likelihood.rise(point, next);
    if (!(rise > 0)) continue;
    point = std::move(next);
    return rise;
  }
  return 0;
}

// The iterative convex minorant: the sums before and after cells are pulled each by its own slope and curvature, then
// made to ascend from 0 (weighted isotonic regression).
Masses minorant_masses(const Point& point, const Likelihood& likelihood) {
  const auto cells = point.masses.size();
  const auto sums = cumulated(point.masses);
  Masses slope(cells + 1, 0.0);
  Masses curvature(cells + 1, 0.0);
  for (std::size_t row = 0; row < likelihood.rows(); ++row) {
    const double mass = point.of_rows[row];
    const double first = likelihood.weight(row) / mass;
    for (const auto& [begin, end] : likelihood.ranges(row)) {
      slope[end] += first;
      slope[begin] -= first;
      curvature[end] += first / mass;
      curvature[begin] += first / mass;
    }
  }
  slope[cells] -= likelihood.total();  // the sum is not held to 1: scaled to it, the likelihood is only higher
  struct Block {
    double value;
    double weight;
    std::size_t cells;
  };
  std::vector<Block> blocks;
  for (std::size_t c = 1; c <= cells; ++c) {
    Block block{sums[c] + slope[c] / curvature[c], curvature[c], 1};
    while (!blocks.empty() && blocks.back().value >= block.value) {
      const auto& before = blocks.back();
      const double weight = before.weight + block.weight;
      block = {(before.value * before.weight + block.value * block.weight) / weight, weight,
               before.cells + block.cells};
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  Masses masses(cells, 0.0);
  std::size_t c = 0;
  double before = 0;
  for (const auto& block : blocks) {
    const double here = std::max(block.value, 0.0);
    masses[c] = here - before;
    before = here;
    c += block.cells;
  }
  return masses;
}

// Where the second-order likelihood at the point is highest when only the cells `kept` have mass, be it negative: sums
// as unknowns, so that a row touches the ends of its ranges only and the matrix stays sparse. Empty where it cannot be
// solved.
Masses quadratic_top(const Point& point, const std::vector<bool>& kept, const Likelihood& likelihood) {
  const auto cells = point.masses.size();
  std::vector<int> before(cells + 1, 0);  // kept cells before this one
  for (std::size_t c = 0; c < cells; ++c) before[c + 1] = before[c] + (kept[c] ? 1 : 0);
  const int size = before[cells];
  // Gathered in full, which is small; a list of entries would grow with rows times causes squared.
  Eigen::MatrixXd full = Eigen::MatrixXd::Zero(size, size);
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(size);
  slope(size - 1) -= likelihood.total();
  std::vector<std::pair<int, double>> touched;
  for (std::size_t row = 0; row < likelihood.rows(); ++row) {
    const double first = likelihood.weight(row) / point.of_rows[row];
    touched.clear();
    for (const auto& [begin, end] : likelihood.ranges(row)) {
      if (before[begin] == before[end]) continue;
      touched.emplace_back(before[end] - 1, 1.0);
      if (before[begin] > 0) touched.emplace_back(before[begin] - 1, -1.0);
    }
    for (const auto& [i, sign] : touched) {
      slope(i) += 2 * sign * first;
      for (const auto& [j, other] : touched) full(i, j) += sign * other * first / point.of_rows[row];
    }
  }
  const Eigen::SparseMatrix<double> matrix = full.sparseView();
  const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver(matrix);
  if (solver.info() != Eigen::Success) return {};
  const Eigen::VectorXd top = solver.solve(slope);
  if (!top.allFinite()) return {};
  Masses masses(cells, 0.0);
  for (std::size_t c = 0; c < cells; ++c)
    if (kept[c]) masses[c] = top(before[c]) - (before[c] > 0 ? top(before[c] - 1) : 0);
  return masses;
}

// Newton's step among the cells with mass; cells that would get less than none are left out and the step is solved
// anew. Where there are too many cells, or no step, the point itself.
Masses newton_masses(const Point& point, const Likelihood& likelihood) {
  std::vector<bool> kept;
  for (const double mass : point.masses) kept.push_back(mass > 0);
  if (static_cast<std::size_t>(std::ranges::count(kept, true)) > newton_max) return point.masses;
  for (int trial = 0; trial < 20; ++trial) {
    const auto masses = quadratic_top(point, kept, likelihood);
    if (masses.empty()) break;
    bool is_allowed = true;
    for (std::size_t c = 0; c < masses.size(); ++c) {
      if (!kept[c] || masses[c] > 0) continue;
      kept[c] = false;
      is_allowed = false;
    }
    if (is_allowed) return masses;
    if (std::ranges::count(kept, true) == 0) break;
  }
  return point.masses;
}

// Mass for empty cells that pull more than they should: of those between two cells with mass the one that pulls most,
// as much as its own slope and curvature say.
Masses seeded(const Point& point, const Likelihood& likelihood) {
  const auto pull = likelihood.pull(point);
  const auto give = likelihood.give(point);
  auto masses = point.masses;
  for (std::size_t c = 0; c < masses.size();) {
    std::size_t best = c;
    std::size_t next = c;
    for (; next < masses.size() && point.masses[next] == 0; ++next)
      if (pull[next] > pull[best]) best = next;
    if (next > c && pull[best] > likelihood.total()) masses[best] = (pull[best] - likelihood.total()) / give[best];
    c = next + 1;
  }
  return masses;
}

double gap_of(const Masses& pull, double total) { return std::max(0.0, *std::ranges::max_element(pull) - total); }

}  // namespace

void MassProblem::add(double weight, const std::vector<CellRange>& of_row) {
  if (first_range.empty()) first_range.push_back(0);
  weights.push_back(weight);
  for (const auto& range : of_row) {
    if (range.begin == range.end) continue;
    const bool follows = ranges.size() > first_range.back() && ranges.back().end == range.begin;
    if (follows)
      ranges.back().end = range.end;
    else
      ranges.push_back(range);
  }
  first_range.push_back(ranges.size());
}

MassMaximum maximise_masses(const MassProblem& problem, std::vector<double> start, const Progress& progress) {
  const Likelihood likelihood(problem);
  const double total = likelihood.total();
  auto point = likelihood.at(std::move(start));
  auto pull = likelihood.value(point) > -never ? likelihood.pull(point) : Masses{};
  // Every cell must have some mass for an EM step to give it more; where the start is the top it stays.
  if (pull.empty() || gap_of(pull, total) > gap_wanted * total) {
    for (double& mass : point.masses) mass = 0.999 * mass + 0.001 / problem.cells;
    point = likelihood.at(std::move(point.masses));
    pull = likelihood.pull(point);
  }
  int round = 0;
  while (gap_of(pull, total) > gap_wanted * total && round < rounds_max && !progress.is_cancelled()) {
    ++round;
    auto wanted = point.masses;
    for (std::size_t c = 0; c < wanted.size(); ++c) wanted[c] *= pull[c] / total;
    double rise = move(point, wanted, likelihood);
    rise += move(point, minorant_masses(point, likelihood), likelihood);
    rise += move(point, seeded(point, likelihood), likelihood);
    rise += move(point, newton_masses(point, likelihood), likelihood);
    pull = likelihood.pull(point);
    progress.report(std::clamp(std::log(gap_of(pull, total) / total + 1e-300) / std::log(gap_wanted), 0.0, 1.0));
    const bool is_near = gap_of(pull, total) <= gap_converged * total && rise <= rise_least * total;
    if (is_near || rise == 0) break;
  }
  MassMaximum maximum{point.masses, {likelihood.value(point), gap_of(pull, total), round, false}};
  maximum.top.has_converged = maximum.top.gap <= gap_converged * total;
  return maximum;
}

}  // namespace quadrille::analysis
