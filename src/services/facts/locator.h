#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/place.h"
#include "engine/geo/sector_index.h"
#include "host/geodesy/projection.h"
#include "services/territory/territory.h"

namespace quadrille::facts {

// Where a longitude and latitude lies in a territory: its point of the plane and its most detailed sector. Places of a
// source repeat (blocks, intersections), so answers are remembered, 200,000 at most.
class Locator {
 public:
  struct Located {
    std::optional<Projected> projected;
    std::int64_t sector = 0;  // SectorId; 0 = in none
  };
  [[nodiscard]] static Result<Locator> open(database::Snapshot& snapshot, const territory::Territory& territory);
  [[nodiscard]] Located locate(LonLat place);
  [[nodiscard]] bool has_sectors() const { return !ids_.empty(); }

 private:
  Locator(geodesy::Projection projection, territory::SectorShapes leaves)
      : projection_(std::move(projection)), ids_(std::move(leaves.ids)), index_(std::move(leaves.shapes)) {}

  geodesy::Projection projection_;
  std::vector<SectorId> ids_;
  geo::SectorIndex index_;
  std::unordered_map<std::uint64_t, Located> remembered_;
};

}  // namespace quadrille::facts
