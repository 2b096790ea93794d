#include "engine/analysis/permutation_sum.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.h"

namespace quadrille::analysis {

namespace {

constexpr double cells_max = 5e7;  // of the table, 16 bytes each

using Multiplicity = std::map<std::int64_t, double>;

std::size_t sum_of_largest(const Multiplicity& multiplicity, std::size_t k) {
  std::size_t sum = 0;
  auto left = static_cast<double>(k);
  for (auto value = multiplicity.rbegin(); value != multiplicity.rend() && left > 0; ++value) {
    const double taken = std::min(left, value->second);
    sum += static_cast<std::size_t>(value->first) * static_cast<std::size_t>(taken);
    left -= taken;
  }
  return sum;
}

}  // namespace

Result<PermutationSums> PermutationSums::make(std::span<const double> values, int k_max, double steps) {
  CHECK(k_max >= 1);
  Multiplicity multiplicity;
  for (const double value : values) {
    if (!(value >= 0) || value != std::floor(value) || value > 1e9)
      return invalid({"la loi exacte veut des nombres entiers positifs ou nuls",
                      "the exact law needs whole numbers of at least 0"},
                     "values");
    multiplicity[static_cast<std::int64_t>(value)] += 1;
  }
  if (multiplicity.empty()) return invalid({"aucune valeur", "no value"}, "values");
  const auto k_most = static_cast<std::size_t>(std::min<std::size_t>(static_cast<std::size_t>(k_max), values.size()));
  const std::size_t width = sum_of_largest(multiplicity, k_most) + 1;
  const auto cells = static_cast<double>(width) * static_cast<double>(k_most + 1);
  if (cells > cells_max || static_cast<double>(multiplicity.size()) * static_cast<double>(k_most) * cells > steps)
    return refuse(ErrorKind::too_large,
                  {"valeurs trop grandes pour la loi exacte : prenez la loi normale",
                   "values too large for the exact law: take the normal one"},
                  "values");
  // ways[k][s]: so far k drawn, summing to s. Values one after the other: of the m left of a total of n left, the j
  // drawn here are weighed by falling factorials, divided at the end by those of all draws.
  std::vector<std::vector<double>> ways(k_most + 1, std::vector<double>(width, 0.0));
  ways[0][0] = 1;
  // ways[k] is kept times k! / n^k, so that nothing overflows: choosing j of m multiplies by
  // binomial(k, j) * m (m-1) ... (m-j+1) / n^j.
  const auto n = static_cast<double>(values.size());
  // From the smallest value up, so that sums are small while few values are in: `reached` is the largest one so far.
  std::vector<std::size_t> reached(k_most + 1, 0);
  double before = 0;
  for (const auto& [value, m] : multiplicity) {
    for (std::size_t k = k_most; k > 0; --k) {
      double weight = 1;
      std::size_t largest = reached[k];
      for (std::size_t j = 1; j <= k; ++j) {
        weight *= (m - static_cast<double>(j) + 1) / n * static_cast<double>(k - j + 1) / static_cast<double>(j);
        if (!(weight > 0)) break;
        const std::size_t shift = j * static_cast<std::size_t>(value);
        if (static_cast<double>(k - j) > before) continue;  // so many were not there to draw
        const auto& from = ways[k - j];
        auto& to = ways[k];
        for (std::size_t s = 0; s <= reached[k - j]; ++s) to[s + shift] += weight * from[s];
        largest = std::max(largest, reached[k - j] + shift);
      }
      reached[k] = largest;
    }
    before += m;
  }
  PermutationSums sums;
  double draws = 1;  // n (n-1) ... (n-k+1) / n^k
  for (std::size_t k = 0; k <= k_most; ++k) {
    if (k > 0) draws *= (n - static_cast<double>(k) + 1) / n;
    std::vector<double> tail(width + 1, 0.0);
    for (std::size_t s = width; s > 0; --s) tail[s - 1] = tail[s] + ways[k][s - 1] / draws;
    sums.tails_.push_back(std::move(tail));
  }
  return sums;
}

double PermutationSums::upper_tail(int k, std::int64_t sum) const {
  CHECK(k >= 0 && static_cast<std::size_t>(k) < tails_.size());
  if (sum <= 0) return 1;
  const auto& tail = tails_[static_cast<std::size_t>(k)];
  return static_cast<std::size_t>(sum) < tail.size() ? std::min(tail[static_cast<std::size_t>(sum)], 1.0) : 0.0;
}

}  // namespace quadrille::analysis
