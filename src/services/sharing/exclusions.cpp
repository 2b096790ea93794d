#include "services/sharing/exclusions.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/random.h"
#include "host/geodesy/projection.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr std::int64_t year_ms = std::int64_t{365} * 86'400'000;

// The leaf sectors of a territory with what drawing among them needs.
struct Ground {
  std::vector<territory::Sector> sectors;
  territory::SectorShapes leaves;
  std::vector<double> cumulated;  // of the weights, by leaf

  [[nodiscard]] std::size_t draw(Random& random) const {
    const double at = random.next_uniform() * cumulated.back();
    const auto found = std::ranges::upper_bound(cumulated, at);
    return std::min(static_cast<std::size_t>(found - cumulated.begin()), cumulated.size() - 1);
  }
  [[nodiscard]] const territory::Sector& sector(SectorId id) const {
    const auto found = std::ranges::find(sectors, id, &territory::Sector::id);
    CHECK(found != sectors.end());
    return *found;
  }
};

std::vector<SectorId> leaves_met(const Ground& ground, const Area& area) {
  std::vector<SectorId> met;
  const auto extent = extent_of(area);
  for (std::size_t i = 0; i < ground.leaves.ids.size(); ++i) {
    const Area leaf = SectorArea{ground.leaves.ids[i], ground.leaves.shapes[i]};
    if (overlap(extent, extent_of(leaf)) && overlap(area, leaf)) met.push_back(ground.leaves.ids[i]);
  }
  std::ranges::sort(met);
  return met;
}

std::optional<std::size_t> leaf_at(const Ground& ground, geo::Point point) {
  for (std::size_t i = 0; i < ground.leaves.shapes.size(); ++i)
    if (geo::contains(ground.leaves.shapes[i], point)) return i;
  return std::nullopt;
}

Result<Ground> load_ground(database::Snapshot& snapshot, const territory::Territory& territory, Instant at) {
  Ground ground;
  ground.sectors = territory::load_sectors(snapshot, territory.id);
  auto leaves = territory::leaf_shapes(ground.sectors, territory.epsg);
  if (!leaves) return Failure(leaves.error());
  ground.leaves = std::move(*leaves);
  auto projection = geodesy::Projection::open(territory.epsg);
  if (!projection) return Failure(projection.error());
  std::vector<double> weights(ground.leaves.ids.size(), 1.0);
  for (const auto& operation : store::places_since(snapshot, territory.id, {at.utc_ms - year_ms})) {
    if (const auto* circle = std::get_if<CirclePlace>(&operation.place)) {
      const auto plane = projection->to_plane(circle->centre);
      if (!plane) continue;
      if (const auto leaf = leaf_at(ground, geo::to_point(*plane))) weights[*leaf] += 1;
    } else {
      const auto found = std::ranges::find(ground.leaves.ids, std::get<SectorPlace>(operation.place).sector);
      if (found != ground.leaves.ids.end()) weights[static_cast<std::size_t>(found - ground.leaves.ids.begin())] += 1;
    }
  }
  double sum = 0;
  for (const double weight : weights) ground.cumulated.push_back(sum += weight);
  return ground;
}

geo::Point draw_inside(const geo::MultiPolygon& shape, Random& random) {
  const auto extent = geo::extent(shape);
  for (int i = 0; i < 200; ++i) {
    const geo::Point point{extent.low.x_m + random.next_uniform() * (extent.high.x_m - extent.low.x_m),
                           extent.low.y_m + random.next_uniform() * (extent.high.y_m - extent.low.y_m)};
    if (geo::contains(shape, point)) return point;
  }
  return geo::point_inside(shape);
}

// Sectors that a true measure of that form could have covered.
std::vector<SectorId> draw_decoy(const Ground& ground, const OperationPlace& place, Random& random) {
  const std::size_t leaf = ground.draw(random);
  if (const auto* circle = std::get_if<CirclePlace>(&place))
    return leaves_met(ground,
                      Circle{draw_inside(ground.leaves.shapes[leaf], random), {static_cast<double>(circle->radius_m)}});
  const int level = ground.sector(std::get<SectorPlace>(place).sector).level;
  const auto ancestor_at_level = [&](SectorId id) {
    while (ground.sector(id).level > level && ground.sector(id).parent) id = *ground.sector(id).parent;
    return id;
  };
  const SectorId top = ancestor_at_level(ground.leaves.ids[leaf]);
  std::vector<SectorId> covered;
  for (const auto id : ground.leaves.ids)
    if (ancestor_at_level(id) == top) covered.push_back(id);
  std::ranges::sort(covered);
  return covered;
}

}  // namespace

Period in_blocks(const Period& window) {
  const auto down = [](std::int64_t ms) {
    return ms - ((ms % exclusion_block_ms) + exclusion_block_ms) % exclusion_block_ms;
  };
  return {{down(window.begin.utc_ms)}, {down(window.end.utc_ms - 1) + exclusion_block_ms}};
}

Result<void> exclude(database::Transaction& tx, const territory::Territory& territory, const OperationPlace& place,
                     const Area& area, const Period& window, crypto::Chance& chance, Instant at) {
  auto ground = load_ground(tx, territory, at);
  if (!ground) return Failure(ground.error());
  if (ground->leaves.ids.empty()) return {};
  std::vector<std::vector<SectorId>> group{leaves_met(*ground, area)};
  // Off every sector: there is nothing to keep a team out of, but the group comes all the same.
  std::array<std::uint8_t, 8> drawn;
  chance.fill(drawn);
  std::uint64_t seed = 0;
  for (const auto byte : drawn) seed = seed << 8U | byte;
  Random random(Seed{seed}, 0);
  if (group.front().empty()) group.front() = draw_decoy(*ground, place, random);
  while (group.size() < exclusions_in_group) group.push_back(draw_decoy(*ground, place, random));
  random.shuffle(std::span(group));
  for (const auto& sectors : group) store::insert_exclusion(tx, territory.id, sectors, in_blocks(window));
  return {};
}

}  // namespace quadrille::sharing
