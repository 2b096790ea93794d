#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/quantity.h"
#include "engine/geo/point.h"

namespace quadrille::geo {

struct Extent {
  Point low;   // south-west
  Point high;  // north-east
  friend bool operator==(Extent, Extent) = default;
};

struct Cell {
  int column = 0;  // eastwards from the grid's west edge
  int row = 0;     // northwards from the grid's south edge
  friend auto operator<=>(Cell, Cell) = default;
};

// Square cells whose corners lie on whole multiples of the cell size, so that two grids of one size share their cells,
// whatever their extent. A cell holds its west and south edges.
class Grid {
 public:
  // The smallest such grid over the extent; cell > 0, extent finite and not inside out (CHECK).
  [[nodiscard]] static Grid covering(Extent extent, Metres cell);

  [[nodiscard]] double cell_m() const { return cell_m_; }
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
  }
  [[nodiscard]] Point south_west() const { return {west_ * cell_m_, south_ * cell_m_}; }

  [[nodiscard]] std::optional<Cell> cell_at(Point point) const;
  [[nodiscard]] Point centre(Cell cell) const {
    return {corner(cell).x_m + cell_m_ / 2, corner(cell).y_m + cell_m_ / 2};
  }
  [[nodiscard]] Point corner(Cell cell) const {
    return {(west_ + cell.column) * cell_m_, (south_ + cell.row) * cell_m_};
  }
  // Row-major, south row first.
  [[nodiscard]] std::size_t index(Cell cell) const {
    return static_cast<std::size_t>(cell.row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(cell.column);
  }
  [[nodiscard]] Cell cell(std::size_t index) const {
    return {static_cast<int>(index % static_cast<std::size_t>(columns_)),
            static_cast<int>(index / static_cast<std::size_t>(columns_))};
  }
  // INSEE's form: "CRS2154RES200mN1799200E893400" names the south-west corner in metres.
  [[nodiscard]] std::string id(Cell cell, int epsg) const;

 private:
  Grid(double cell_m, std::int64_t west, std::int64_t south, int columns, int rows)
      : cell_m_(cell_m),
        west_(static_cast<double>(west)),
        south_(static_cast<double>(south)),
        columns_(columns),
        rows_(rows) {}
  double cell_m_;
  double west_;   // in cells
  double south_;  // in cells
  int columns_;
  int rows_;
};

}  // namespace quadrille::geo
