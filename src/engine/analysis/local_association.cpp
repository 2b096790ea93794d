#include "engine/analysis/local_association.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace quadrille::analysis {
namespace {

// sums[(r, c)] = sum of the cells south and west of (r, c).
class SummedArea {
 public:
  template <class ValueAt>
  SummedArea(int columns, int rows, const ValueAt& value_at)
      : width_(static_cast<std::size_t>(columns) + 1), sums_(width_ * (static_cast<std::size_t>(rows) + 1), 0.0) {
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
      double row = 0;
      for (std::size_t c = 0; c + 1 < width_; ++c) {
        row += value_at(r * (width_ - 1) + c);
        sums_[(r + 1) * width_ + c + 1] = sums_[r * width_ + c + 1] + row;
      }
    }
  }
  // Sum of rows [r0, r1) and columns [c0, c1).
  [[nodiscard]] double sum(std::size_t r0, std::size_t r1, std::size_t c0, std::size_t c1) const {
    return sums_[r1 * width_ + c1] - sums_[r0 * width_ + c1] - sums_[r1 * width_ + c0] + sums_[r0 * width_ + c0];
  }

 private:
  std::size_t width_;
  std::vector<double> sums_;
};

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
  const double deviation = std::sqrt(squares / n);
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
      cell.p = 0.5 * std::erfc(cell.z / std::sqrt(2.0));
    }
  }
  return result;
}

}  // namespace quadrille::analysis
