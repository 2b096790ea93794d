#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/geo/grid.h"
#include "engine/geo/polygon.h"

namespace quadrille::geo {

// Which of many polygons holds a point. A grid over all of them knows, for most of its cells, the one polygon that
// covers them whole; only points of cells crossed by a border are tried against the polygons that cross there.
//
// Building is O(points + cells * polygons / many); a look-up is O(1) off the borders. Where polygons overlap, the first
// in the order given wins.
class SectorIndex {
 public:
  explicit SectorIndex(std::vector<MultiPolygon> sectors);

  // Index of the sector in the order given.
  [[nodiscard]] std::optional<std::size_t> find(Point point) const;
  [[nodiscard]] const std::vector<MultiPolygon>& sectors() const { return sectors_; }

 private:
  void mark_borders(std::size_t sector, const Ring& ring, std::vector<std::vector<std::uint32_t>>& crossing);

  static constexpr std::int32_t nobody = -1;
  static constexpr std::int32_t mixed = -2;

  std::vector<MultiPolygon> sectors_;
  std::optional<Grid> grid_;
  std::vector<std::int32_t> owner_;             // by cell: sector, nobody or mixed
  std::vector<std::uint32_t> first_candidate_;  // by cell, into candidates_; one more at the end
  std::vector<std::uint32_t> candidates_;
};

}  // namespace quadrille::geo
