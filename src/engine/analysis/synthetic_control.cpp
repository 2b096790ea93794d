#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/analysis/panel.h"

namespace quadrille::analysis {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// The nearest point whose parts are >= 0 and sum to 1 (Held, Wolfe, Crowder 1974).
Vector onto_simplex(const Vector& point) {
  std::vector<double> sorted(point.data(), point.data() + point.size());
  std::ranges::sort(sorted, std::greater());
  double sum = 0;
  double shift = 0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    sum += sorted[k];
    const double candidate = (sum - 1) / static_cast<double>(k + 1);
    if (sorted[k] - candidate > 0) shift = candidate;
  }
  return (point.array() - shift).max(0.0).matrix();
}

// Weights that make donors * w nearest to target: accelerated projected gradient (Beck and Teboulle 2009), restarted
// where it would climb.
Vector simplex_least_squares(const Matrix& donors, const Vector& target) {
  const Matrix gram = donors.transpose() * donors;
  const Vector cross = donors.transpose() * target;
  const double step = 1 / std::max(gram.norm(), 1e-300);
  Vector weights = Vector::Constant(donors.cols(), 1.0 / static_cast<double>(donors.cols()));
  Vector ahead = weights;
  double momentum = 1;
  for (int i = 0; i < 50'000; ++i) {
    const Vector next = onto_simplex(ahead - step * (gram * ahead - cross));
    const Vector moved = next - weights;
    if ((gram * ahead - cross).dot(moved) > 0) {
      momentum = 1;
      ahead = weights;
      if (moved.norm() < 1e-13) break;
      weights = next;
      ahead = next;
      continue;
    }
    const double grown = (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = next + (momentum - 1) / grown * moved;
    momentum = grown;
    weights = next;
    if (moved.norm() < 1e-13) break;
  }
  return weights;
}

struct Match {
  Vector weights;
  Vector synthetic;  // by period
  double error_before = 0;
  double error_after = 0;
};

Match match(const Matrix& donors, const Vector& target, Eigen::Index start) {
  Match result;
  result.weights = simplex_least_squares(donors.topRows(start), target.head(start));
  result.synthetic = donors * result.weights;
  const Vector gap = target - result.synthetic;
  result.error_before = std::sqrt(gap.head(start).squaredNorm() / static_cast<double>(start));
  const auto after = gap.size() - start;
  result.error_after = std::sqrt(gap.tail(after).squaredNorm() / static_cast<double>(after));
  return result;
}

std::optional<double> ratio_of(const Match& match) {
  if (!(match.error_before > 1e-9)) return std::nullopt;
  return match.error_after / match.error_before;
}

// One column a donor, but for `left_out`.
Matrix columns_of(const Panel& panel, const std::vector<std::uint32_t>& donors, std::size_t left_out) {
  Matrix matrix(static_cast<Eigen::Index>(panel.periods()),
                static_cast<Eigen::Index>(donors.size() - (left_out < donors.size() ? 1 : 0)));
  Eigen::Index column = 0;
  for (std::size_t d = 0; d < donors.size(); ++d) {
    if (d == left_out) continue;
    for (std::size_t t = 0; t < panel.periods(); ++t)
      matrix(static_cast<Eigen::Index>(t), column) = panel.count(donors[d], t);
    ++column;
  }
  return matrix;
}

// Unfinished when cancelled.
void add_placebos(SyntheticControl& result, const Panel& panel, const std::vector<std::uint32_t>& donors,
                  Eigen::Index start, const Progress& progress) {
  if (!result.ratio || donors.size() < 3) return;
  int as_large = 1;
  for (std::size_t d = 0; d < donors.size() && !progress.is_cancelled(); ++d) {
    progress.report(static_cast<double>(d + 1) / static_cast<double>(donors.size() + 1));
    Vector target(static_cast<Eigen::Index>(panel.periods()));
    for (std::size_t t = 0; t < panel.periods(); ++t) target[static_cast<Eigen::Index>(t)] = panel.count(donors[d], t);
    const auto ratio = ratio_of(match(columns_of(panel, donors, d), target, start));
    if (!ratio) continue;
    result.placebo_ratios.emplace_back(donors[d], *ratio);
    as_large += *ratio >= *result.ratio ? 1 : 0;
  }
  result.p = static_cast<double>(as_large) / static_cast<double>(result.placebo_ratios.size() + 1);
}

}  // namespace

Result<SyntheticControl> synthetic_control(const Panel& panel, const Progress& progress) {
  if (!panel.has_common_start())
    return invalid({"les unités traitées doivent commencer ensemble", "the treated units must start together"},
                   "treat");
  const auto start = static_cast<Eigen::Index>(panel.start(0));
  if (start < 3)
    return invalid({"il faut au moins trois périodes avant", "at least three periods before are needed"}, "t");
  std::vector<std::uint32_t> donors;
  Vector target = Vector::Zero(static_cast<Eigen::Index>(panel.periods()));
  double treated = 0;
  for (std::uint32_t unit = 0; unit < panel.units(); ++unit) {
    if (!panel.is_treated(unit)) {
      donors.push_back(unit);
      continue;
    }
    treated += 1;
    for (std::size_t t = 0; t < panel.periods(); ++t) target[static_cast<Eigen::Index>(t)] += panel.count(unit, t);
  }
  if (donors.size() < 2) return invalid({"il faut au moins deux donneurs", "at least two donors are needed"}, "treat");
  target /= treated;
  const Match found = match(columns_of(panel, donors, donors.size()), target, start);
  SyntheticControl result{.weights = {},
                          .periods = {},
                          .error_before = found.error_before,
                          .error_after = found.error_after,
                          .ratio = ratio_of(found),
                          .p = {},
                          .placebo_ratios = {}};
  for (std::size_t d = 0; d < donors.size(); ++d)
    if (const double weight = found.weights[static_cast<Eigen::Index>(d)]; weight > 1e-6)
      result.weights.emplace_back(donors[d], weight);
  std::ranges::sort(result.weights, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  const auto after = static_cast<double>(target.size() - start);
  for (Eigen::Index t = 0; t < target.size(); ++t) {
    result.periods.push_back({panel.period(static_cast<std::size_t>(t)), target[t], found.synthetic[t], t >= start});
    if (t >= start) result.effect += (target[t] - found.synthetic[t]) / after;
  }
  add_placebos(result, panel, donors, start, progress);
  if (progress.is_cancelled()) return cancelled();
  return result;
}

}  // namespace quadrille::analysis
