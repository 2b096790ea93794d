#include "engine/analysis/local_association.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "engine/analysis/permutation_sum.h"
#include "engine/analysis/summed_area.h"

namespace quadrille::analysis {
namespace {

// Standard deviation; 0 where rounding alone made it.
double spread_of(double variance, double mean) {
  const double deviation = std::sqrt(variance);
  return deviation > 1e-12 * std::abs(mean) ? deviation : 0;
}

double upper_normal(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

}  // namespace

Result<std::vector<GStar>> local_g_star(const Field& field, int reach) {
  const std::size_t cells = static_cast<std::size_t>(field.columns) * static_cast<std::size_t>(field.rows);
  CHECK(field.values.size() == cells && (field.is_inside.empty() || field.is_inside.size() == cells));
  if (reach < 1) return invalid({"la portée est d'au moins une maille", "the reach is at least one cell"}, "reach");
  const auto is_inside = [&](std::size_t i) { return field.is_inside.empty() || field.is_inside[i]; };
  double n = 0;
  double sum = 0;
  for (std::size_t i = 0; i < cells; ++i) {
    if (!is_inside(i)) continue;
    if (!std::isfinite(field.values[i]))
      return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "grid");
    n += 1;
    sum += field.values[i];
  }
  if (n < 2) return invalid({"il faut au moins deux mailles", "at least two cells are needed"}, "grid");
  const double mean = sum / n;
  double squares = 0;
  for (std::size_t i = 0; i < cells; ++i)
    if (is_inside(i)) squares += (field.values[i] - mean) * (field.values[i] - mean);
  const double deviation = spread_of(squares / n, mean);
  // Deviations from the mean keep the differences of the table small.
  const SummedArea values(field.columns, field.rows,
                          [&](std::size_t i) { return is_inside(i) ? field.values[i] - mean : 0.0; });
  const SummedArea counts(field.columns, field.rows, [&](std::size_t i) { return is_inside(i) ? 1.0 : 0.0; });
  std::vector<GStar> result(cells);
  for (int r = 0; r < field.rows; ++r) {
    for (int c = 0; c < field.columns; ++c) {
      const auto i =
          static_cast<std::size_t>(r) * static_cast<std::size_t>(field.columns) + static_cast<std::size_t>(c);
      if (!is_inside(i)) continue;
      const auto r0 = static_cast<std::size_t>(std::max(0, r - reach));
      const auto r1 = static_cast<std::size_t>(std::min(field.rows, r + reach + 1));
      const auto c0 = static_cast<std::size_t>(std::max(0, c - reach));
      const auto c1 = static_cast<std::size_t>(std::min(field.columns, c + reach + 1));
      GStar& cell = result[i];
      cell.neighbours = counts.sum(r0, r1, c0, c1);
      const double spread = deviation * std::sqrt((n * cell.neighbours - cell.neighbours * cell.neighbours) / (n - 1));
      if (!(spread > 0)) continue;
      cell.z = values.sum(r0, r1, c0, c1) / spread;
      cell.p = upper_normal(cell.z);
    }
  }
  return result;
}

Result<std::vector<GStar>> local_g_star(std::span<const double> values, const NeighbourLists& neighbours) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return invalid({"il faut au moins deux lieux", "at least two places are needed"}, "values");
  if (values.size() != neighbours.size()) return invalid({"une valeur par lieu", "one value per place"}, "values");
  double mean = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "values");
    mean += value / n;
  }
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double deviation = spread_of(squares / n, mean);
  std::vector<GStar> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = values[i] - mean;
    for (const auto j : neighbours.of(i)) sum += values[j] - mean;
    const double k = static_cast<double>(neighbours.of(i).size()) + 1;
    result[i].neighbours = k;
    const double spread = deviation * std::sqrt((n * k - k * k) / (n - 1));
    if (!(spread > 0)) continue;
    result[i].z = sum / spread;
    result[i].p = upper_normal(result[i].z);
  }
  return result;
}

Result<void> use_exact_p(std::span<const double> values, std::vector<GStar>& stars, double steps) {
  CHECK(values.size() == stars.size());
  std::vector<double> inside;
  double k_max = 1;
  double mean = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (stars[i].neighbours == 0) continue;
    inside.push_back(values[i]);
    mean += values[i];
    k_max = std::max(k_max, stars[i].neighbours);
  }
  const auto n = static_cast<double>(inside.size());
  mean /= n;
  double squares = 0;
  for (const double value : inside) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / n);
  const auto sums = PermutationSums::make(inside, static_cast<int>(k_max), steps);
  if (!sums) return Failure(sums.error());
  for (auto& star : stars) {
    const double k = star.neighbours;
    if (k == 0) continue;
    // The window's sum, back from its z: whole numbers survive the round trip.
    const double spread = deviation * std::sqrt(std::max(0.0, (n * k - k * k) / (n - 1)));
    const double sum = spread > 0 ? star.z * spread + k * mean : k * mean;
    star.p = sums->upper_tail(static_cast<int>(k), std::llround(sum));
  }
  return {};
}

}  // namespace quadrille::analysis
