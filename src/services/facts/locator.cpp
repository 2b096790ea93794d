#include "services/facts/locator.h"

namespace quadrille::facts {

Result<Locator> Locator::open(database::Snapshot& snapshot, const territory::Territory& territory) {
  auto projection = geodesy::Projection::open(territory.epsg);
  if (!projection) return Failure(projection.error());
  auto leaves = territory::leaf_shapes(territory::load_sectors(snapshot, territory.id), territory.epsg);
  if (!leaves) return Failure(leaves.error());
  return Locator(std::move(*projection), std::move(*leaves));
}

Locator::Located Locator::locate(LonLat place) {
  constexpr std::size_t remembered_max = 200'000;
  const auto key = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(place.lon_e7())) << 32) |
                   static_cast<std::uint32_t>(place.lat_e7());
  if (const auto found = remembered_.find(key); found != remembered_.end()) return found->second;
  Located located{projection_.to_plane(place), 0};
  if (located.projected)
    if (const auto sector = index_.find(geo::to_point(*located.projected))) located.sector = ids_[*sector].value;
  if (remembered_.size() < remembered_max) remembered_.emplace(key, located);
  return located;
}

}  // namespace quadrille::facts
