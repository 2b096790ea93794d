#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "engine/geo/point.h"

namespace quadrille::analysis {

// Who is next to whom, without oneself: the others of i are of(i), ascending.
class NeighbourLists {
 public:
  // The up to eight cells around each of columns * rows cells, row-major.
  [[nodiscard]] static NeighbourLists queen(int columns, int rows);
  // Points at most `reach` apart. Refused: coordinates that are not finite (`points`), a negative distance or more than
  // 100 million pairs (`distance_m`). O(n log n + pairs).
  [[nodiscard]] static Result<NeighbourLists> within(std::span<const geo::Point> points, Metres reach);

  [[nodiscard]] std::size_t size() const { return first_.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t i) const {
    return {others_.data() + first_[i], first_[i + 1] - first_[i]};
  }
  [[nodiscard]] std::size_t links() const { return others_.size(); }

 private:
  std::vector<std::size_t> first_{0};
  std::vector<std::uint32_t> others_;
};

}  // namespace quadrille::analysis
