#include "engine/geo/sector_index.h"

#include <algorithm>
#include <cmath>

namespace quadrille::geo {
namespace {

// Cells are for borders to be few in each: a few straight borders need few.
double cells_across(const std::vector<MultiPolygon>& sectors) {
  std::size_t edges = 0;
  for (const auto& sector : sectors)
    for (const auto& polygon : sector) {
      edges += polygon.outer.size();
      for (const auto& hole : polygon.holes) edges += hole.size();
    }
  return std::clamp(8 * std::sqrt(static_cast<double>(edges)), 16.0, 400.0);
}

Extent extent_of(const std::vector<MultiPolygon>& sectors) {
  Extent all = extent(sectors.front());
  for (const auto& sector : sectors) {
    const Extent box = extent(sector);
    all.low = {std::min(all.low.x_m, box.low.x_m), std::min(all.low.y_m, box.low.y_m)};
    all.high = {std::max(all.high.x_m, box.high.x_m), std::max(all.high.y_m, box.high.y_m)};
  }
  return all;
}

}  // namespace

SectorIndex::SectorIndex(std::vector<MultiPolygon> sectors) : sectors_(std::move(sectors)) {
  if (sectors_.empty()) return;
  const Extent all = extent_of(sectors_);
  const double width = std::max({all.high.x_m - all.low.x_m, all.high.y_m - all.low.y_m, 1.0});
  grid_ = Grid::covering(all, Metres{width / cells_across(sectors_)});
  std::vector<std::vector<std::uint32_t>> crossing(grid_->size());
  for (std::size_t s = 0; s < sectors_.size(); ++s) {
    for (const auto& polygon : sectors_[s]) {
      mark_borders(s, polygon.outer, crossing);
      for (const auto& hole : polygon.holes) mark_borders(s, hole, crossing);
    }
  }
  owner_.assign(grid_->size(), nobody);
  std::vector<Extent> boxes;
  for (const auto& sector : sectors_) boxes.push_back(extent(sector));
  for (std::size_t c = 0; c < grid_->size(); ++c) {
    first_candidate_.push_back(static_cast<std::uint32_t>(candidates_.size()));
    const Point centre = grid_->centre(grid_->cell(c));
    for (std::size_t s = 0; s < sectors_.size(); ++s) {
      const bool crosses = std::ranges::binary_search(crossing[c], static_cast<std::uint32_t>(s));
      const bool is_near = centre.x_m >= boxes[s].low.x_m && centre.x_m <= boxes[s].high.x_m &&
                           centre.y_m >= boxes[s].low.y_m && centre.y_m <= boxes[s].high.y_m;
      // A cell without this sector's border is inside it whole or not at all: its centre tells.
      if (!crosses && !(is_near && contains(sectors_[s], centre))) continue;
      candidates_.push_back(static_cast<std::uint32_t>(s));
      if (!crosses) break;  // covered whole: later sectors cannot win here
    }
    const auto count = candidates_.size() - first_candidate_.back();
    if (count == 0) continue;
    const auto only = candidates_.back();
    const bool is_whole = count == 1 && !std::ranges::binary_search(crossing[c], only);
    owner_[c] = is_whole ? static_cast<std::int32_t>(only) : mixed;
  }
  first_candidate_.push_back(static_cast<std::uint32_t>(candidates_.size()));
}

// Marks every cell that an edge touches, by walking the edge in steps of at most half a cell and taking the neighbours
// too.
void SectorIndex::mark_borders(std::size_t sector, const Ring& ring,
                               std::vector<std::vector<std::uint32_t>>& crossing) {
  const auto mark = [&](Point point) {
    const double cell = grid_->cell_m();
    for (const double dx : {-0.5, 0.0, 0.5}) {
      for (const double dy : {-0.5, 0.0, 0.5}) {
        const auto at = grid_->cell_at({point.x_m + dx * cell, point.y_m + dy * cell});
        if (!at) continue;
        auto& list = crossing[grid_->index(*at)];
        if (list.empty() || list.back() != sector) list.push_back(static_cast<std::uint32_t>(sector));
      }
    }
  };
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double length = distance_m(ring[i], ring[i + 1]);
    const int steps = static_cast<int>(std::ceil(length / (grid_->cell_m() / 2))) + 1;
    for (int k = 0; k <= steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      mark({ring[i].x_m + t * (ring[i + 1].x_m - ring[i].x_m), ring[i].y_m + t * (ring[i + 1].y_m - ring[i].y_m)});
    }
  }
}

std::optional<std::size_t> SectorIndex::find(Point point) const {
  if (!grid_) return std::nullopt;
  const auto cell = grid_->cell_at(point);
  if (!cell) return std::nullopt;
  const std::size_t c = grid_->index(*cell);
  if (owner_[c] >= 0) return static_cast<std::size_t>(owner_[c]);
  if (owner_[c] == nobody) return std::nullopt;
  for (auto k = first_candidate_[c]; k < first_candidate_[c + 1]; ++k)
    if (contains(sectors_[candidates_[k]], point)) return candidates_[k];
  return std::nullopt;
}

}  // namespace quadrille::geo
