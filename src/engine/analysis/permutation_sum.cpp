#include "engine/analysis/permutation_sum.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/check.h"

namespace quadrille::analysis {

Result<PermutationSums> PermutationSums::make(std::span<const double> values, int k_max) {
  CHECK(k_max >= 1);
  std::map<std::int64_t, double> multiplicity;
  for (const double value : values) {
    if (!(value >= 0) || value != std::floor(value) || value > 1e9)
      return invalid({"la loi exacte veut des nombres entiers positifs ou nuls",
                      "the exact law needs whole numbers of at least 0"},
                     "values");
    multiplicity[static_cast<std::int64_t>(value)] += 1;
  }
  if (multiplicity.empty()) return invalid({"aucune valeur", "no value"}, "values");
  const auto k_most = static_cast<std::size_t>(std::min<std::size_t>(static_cast<std::size_t>(k_max), values.size()));
  const auto largest = static_cast<std::size_t>(multiplicity.rbegin()->first);
  const std::size_t width = k_most * largest + 1;
  if (static_cast<double>(multiplicity.size()) * static_cast<double>(k_most * k_most) * static_cast<double>(width) >
      2e9)
    return refuse(ErrorKind::too_large,
                  {"valeurs trop grandes pour la loi exacte : prenez la loi normale",
                   "values too large for the exact law: take the normal one"},
                  "values");
  // chance[k][s]: so far k drawn, summing to s. Values one after the other: of the m left of a total of n left, the j
  // drawn here are weighed by falling factorials, divided at the end by those of all draws.
  std::vector<std::vector<double>> ways(k_most + 1, std::vector<double>(width, 0.0));
  ways[0][0] = 1;
  // ways[k] is kept times k! / n^k, so that nothing overflows: choosing j of m multiplies by
  // binomial(k, j) * m (m-1) ... (m-j+1) / n^j.
  const auto n = static_cast<double>(values.size());
  for (const auto& [value, m] : multiplicity) {
    for (std::size_t k = k_most; k > 0; --k) {
      double weight = 1;
      for (std::size_t j = 1; j <= k; ++j) {
        weight *= (m - static_cast<double>(j) + 1) / n * static_cast<double>(k - j + 1) / static_cast<double>(j);
        if (!(weight > 0)) break;
        const std::size_t shift = j * static_cast<std::size_t>(value);
        const auto& from = ways[k - j];
        auto& to = ways[k];
        for (std::size_t s = 0; s + shift < width; ++s) to[s + shift] += weight * from[s];
      }
    }
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
