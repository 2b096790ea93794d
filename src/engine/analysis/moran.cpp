#include "engine/analysis/moran.h"

#include <algorithm>
#include <cmath>

namespace quadrille::analysis {
namespace {

struct Deviations {
  std::vector<double> of;
  double second = 0;  // mean square
  double fourth = 0;  // mean fourth power
};

Result<Deviations> deviations(std::span<const double> values, const NeighbourLists& neighbours) {
  if (values.size() < 4)
    return invalid({"il faut au moins quatre valeurs", "at least four values are needed"}, "values");
  if (values.size() != neighbours.size()) return invalid({"une valeur par lieu", "one value per place"}, "values");
  if (neighbours.links() == 0)
    return invalid({"personne n'a de voisin à cette distance", "nobody has a neighbour at this distance"},
                   "neighbours");
  double sum = 0;
  for (const double value : values) {
    // Fourth powers are summed.
    if (!(std::abs(value) <= 1e70))
      return invalid({"une valeur n'est pas un nombre ou passe 1e70", "a value is not a number or passes 1e70"},
                     "values");
    sum += value;
  }
  const double mean = sum / static_cast<double>(values.size());
  Deviations result;
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) {
    result.of.assign(values.size(), 0.0);
    return result;
  }
  for (const double value : values) {
    const double deviation = value - mean;
    result.of.push_back(deviation);
    result.second += deviation * deviation / static_cast<double>(values.size());
    result.fourth += deviation * deviation * deviation * deviation / static_cast<double>(values.size());
  }
  return result;
}

double lag(const Deviations& deviations, std::span<const std::uint32_t> others) {
  double sum = 0;
  for (const auto j : others) sum += deviations.of[j];
  return others.empty() ? 0 : sum / static_cast<double>(others.size());
}

MoranClass quadrant_of(double own, double others) {
  if (own == 0 || others == 0) return MoranClass::none;
  if (own > 0) return others > 0 ? MoranClass::high_high : MoranClass::high_low;
  return others > 0 ? MoranClass::low_high : MoranClass::low_low;
}

}  // namespace

Result<std::vector<LocalMoran>> local_moran(std::span<const double> values, const NeighbourLists& neighbours) {
  const auto z = deviations(values, neighbours);
  if (!z) return Failure(z.error());
  const auto n = static_cast<double>(values.size());
  std::vector<LocalMoran> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto others = neighbours.of(i);
    if (others.empty() || !(z->second > 0)) continue;
    auto& one = result[i];
    const double own = z->of[i];
    const double around = lag(*z, others);
    one.i = own * around / z->second;
    one.expected = -own * own / ((n - 1) * z->second);
    const double weights_squared = 1 / static_cast<double>(others.size());
    one.variance = (own / z->second) * (own / z->second) * (n / (n - 2)) * (weights_squared - 1 / (n - 1)) *
                   (z->second - own * own / (n - 1));
    one.quadrant = quadrant_of(own, around);
    if (!(one.variance > 0)) continue;
    one.z = (one.i - one.expected) / std::sqrt(one.variance);
    one.p = std::erfc(std::abs(*one.z) / std::sqrt(2.0));
  }
  return result;
}

Result<GlobalMoran> global_moran(std::span<const double> values, const NeighbourLists& neighbours) {
  const auto z = deviations(values, neighbours);
  if (!z) return Failure(z.error());
  // Places without neighbours take part in the mean and the moments, not in the weights (Cliff and Ord 1981).
  const auto n = static_cast<double>(values.size());
  double s0 = 0;
  double s1 = 0;
  double cross = 0;
  std::vector<double> column(values.size(), 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto others = neighbours.of(i);
    if (others.empty()) continue;
    const double weight = 1 / static_cast<double>(others.size());
    s0 += 1;
    cross += z->of[i] * lag(*z, others);
    for (const auto j : others) {
      column[j] += weight;
      const double both = weight + 1 / static_cast<double>(neighbours.of(j).size());
      s1 += both * both / 2;
    }
  }
  double s2 = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double sum = column[i] + (neighbours.of(i).empty() ? 0 : 1);
    s2 += sum * sum;
  }
  GlobalMoran result;
  result.expected = -1 / (n - 1);
  if (!(z->second > 0)) return result;
  result.i = cross / s0 / z->second;
  const double kurtosis = z->fourth / (z->second * z->second);
  const double first = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0);
  const double second = kurtosis * (n * (n - 1) * s1 - 2 * n * s2 + 6 * s0 * s0);
  result.variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - result.expected * result.expected;
  if (!(result.variance > 0)) return result;
  result.z = (result.i - result.expected) / std::sqrt(result.variance);
  result.p = 0.5 * std::erfc(*result.z / std::sqrt(2.0));
  return result;
}

}  // namespace quadrille::analysis
