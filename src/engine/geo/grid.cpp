#include "engine/geo/grid.h"

#include <fmt/format.h>

#include <cmath>

#include "base/check.h"

namespace quadrille::geo {

Grid Grid::covering(Extent extent, Metres cell) {
  CHECK(cell.value > 0 && std::isfinite(cell.value));
  CHECK(std::isfinite(extent.low.x_m) && std::isfinite(extent.low.y_m) && std::isfinite(extent.high.x_m) &&
        std::isfinite(extent.high.y_m));
  CHECK(extent.low.x_m <= extent.high.x_m && extent.low.y_m <= extent.high.y_m);
  const double west = std::floor(extent.low.x_m / cell.value);
  const double south = std::floor(extent.low.y_m / cell.value);
  const double columns = std::floor(extent.high.x_m / cell.value) - west + 1;
  const double rows = std::floor(extent.high.y_m / cell.value) - south + 1;
  CHECK(columns < 1e6 && rows < 1e6);
  return {cell.value, static_cast<std::int64_t>(west), static_cast<std::int64_t>(south), static_cast<int>(columns),
          static_cast<int>(rows)};
}

std::optional<Cell> Grid::cell_at(Point point) const {
  const double column = std::floor(point.x_m / cell_m_) - west_;
  const double row = std::floor(point.y_m / cell_m_) - south_;
  if (!(column >= 0 && column < columns_ && row >= 0 && row < rows_)) return std::nullopt;
  return Cell{static_cast<int>(column), static_cast<int>(row)};
}

std::string Grid::id(Cell cell, int epsg) const {
  const Point at = corner(cell);
  return fmt::format("CRS{}RES{:.0f}mN{:.0f}E{:.0f}", epsg, cell_m_, at.y_m, at.x_m);
}

}  // namespace quadrille::geo
