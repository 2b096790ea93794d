#pragma once

#include <cstddef>
#include <vector>

namespace quadrille::analysis {

// sums[(r, c)] = sum of the cells south and west of (r, c): any rectangle's sum in four look-ups.
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

}  // namespace quadrille::analysis
