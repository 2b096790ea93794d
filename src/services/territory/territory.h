#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/geo/polygon.h"
#include "host/database/database.h"
#include "host/geojson/geojson.h"

// Territories, many in one instance: their sectors, services, streets and coast. Everything else hangs on a
// TerritoryId.

namespace quadrille::territory {

struct Territory {
  TerritoryId id;
  std::string slug;  // in addresses: lower-case letters, digits and hyphens
  std::string name;
  int epsg = 0;           // projected CRS in metres
  std::string time_zone;  // IANA
  bool is_simulated = false;
  Text attribution;               // whose data these are, under which licence
  std::int64_t data_version = 0;  // +1 with each import; a study names the one it read
  Instant created_at;
};

struct NewTerritory {
  std::string slug;
  std::string name;
  int epsg = 0;
  std::string time_zone;
  bool is_simulated = false;
  Text attribution;
};

// Who acts and when: every change takes one, for its audit entry.
struct By {
  std::string actor;
  Instant at;
};

[[nodiscard]] std::span<const database::Migration> migrations();

// Refuses a taken or malformed slug, an unknown CRS or zone.
[[nodiscard]] Result<TerritoryId> create(database::Transaction& tx, const NewTerritory& wanted, const By& by);
[[nodiscard]] std::vector<Territory> list(database::Snapshot& snapshot);
// The same, only these: the others are not read.
[[nodiscard]] std::vector<Territory> list(database::Snapshot& snapshot, std::span<const TerritoryId> only);
// An Error of kind not_found names the slug and how to list the known ones.
[[nodiscard]] Result<Territory> find(database::Snapshot& snapshot, std::string_view slug);
// That error: what is said of a territory that somebody must not know of is the same text.
[[nodiscard]] Error unknown_territory(std::string_view slug);
void set_attribution(database::Transaction& tx, TerritoryId territory, const Text& attribution);
// The number that the data have from this transaction on.
[[nodiscard]] std::int64_t next_data_version(database::Transaction& tx, TerritoryId territory);

// ---- sectors --------------------------------------------------------------------------------------------------------

struct Sector {
  SectorId id;
  std::string code;  // unique within the territory
  std::string name;
  std::optional<SectorId> parent;
  int level = 1;  // 1 = the largest
  geojson::LonLatShape shape;
  double area_m2 = 0;
};

struct NewSectors {
  std::vector<geojson::AreaFeature> areas;
  std::string name_property;
  std::string code_property;  // empty: the code is made from the name
  int level = 1;
};

struct SectorsReport {
  int added = 0;
  int repaired = 0;
  std::vector<Issue> issues;  // line = number of the feature; what was repaired, or lies partly outside its parent
};

// Adds one level of sectors. A shape that is not valid is repaired and said so; one without area is refused with GEOS's
// reason. A sector of level 2 or deeper gets as parent the sector of the level above that holds most of it; less than
// half is refused.
[[nodiscard]] Result<SectorsReport> add_sectors(database::Transaction& tx, const Territory& territory,
                                                const NewSectors& wanted, const By& by);

// In order of level, then code.
[[nodiscard]] std::vector<Sector> load_sectors(database::Snapshot& snapshot, TerritoryId territory);

// The sectors of the most detailed level in the territory's plane: what facts are located in.
struct SectorShapes {
  std::vector<SectorId> ids;
  std::vector<geo::MultiPolygon> shapes;  // metres
};
[[nodiscard]] Result<geo::MultiPolygon> to_plane(const geojson::LonLatShape& shape, int epsg);
[[nodiscard]] Result<SectorShapes> leaf_shapes(const std::vector<Sector>& sectors, int epsg);

// Another text whenever sectors are added or streets replaced: for who remembers what is made of them.
[[nodiscard]] std::string ground_stamp(database::Snapshot& snapshot, TerritoryId territory);

// ---- services -------------------------------------------------------------------------------------------------------

struct Service {
  ServiceId id;
  std::string code;
  std::string name;
};
[[nodiscard]] Result<ServiceId> add_service(database::Transaction& tx, const Territory& territory,
                                            const std::string& code, const std::string& name, const By& by);
[[nodiscard]] std::vector<Service> load_services(database::Snapshot& snapshot, TerritoryId territory);

// ---- streets and coast ----------------------------------------------------------------------------------------------

struct StreetNode {
  std::int64_t number = 0;
  LonLat place;
};
struct StreetEdge {
  std::int64_t from = 0;  // node numbers
  std::int64_t to = 0;
  std::int64_t length_mm = 0;
  std::string name;
};
// Replaces the territory's street graph. Refuses edges between unknown nodes.
[[nodiscard]] Result<void> replace_streets(database::Transaction& tx, const Territory& territory,
                                           const std::vector<StreetNode>& nodes, const std::vector<StreetEdge>& edges,
                                           const By& by);

struct StreetSegment {
  LonLat from;
  LonLat to;
  std::string name;
  std::int64_t length_mm = 0;
};
[[nodiscard]] std::vector<StreetSegment> load_streets(database::Snapshot& snapshot, TerritoryId territory);

enum class CoastKind { sea, land };
struct CoastArea {
  CoastKind kind = CoastKind::sea;
  geojson::LonLatShape shape;
};
void replace_coast(database::Transaction& tx, const Territory& territory, const std::vector<CoastArea>& areas,
                   const By& by);
[[nodiscard]] std::vector<CoastArea> load_coast(database::Snapshot& snapshot, TerritoryId territory);

}  // namespace quadrille::territory
