#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "services/territory/calendar.h"
#include "services/territory/shape_bytes.h"
#include "services/territory/store.h"
#include "services/territory/territory.h"

namespace quadrille::territory {
namespace {

constexpr database::Migration steps[] = {
    {"territory", 1,
     "CREATE TABLE territory (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, epsg INTEGER NOT "
     "NULL, time_zone TEXT NOT NULL, "
     "simulated INTEGER NOT NULL, attribution_fr TEXT NOT NULL, attribution_en TEXT NOT NULL, data_version INTEGER NOT "
     "NULL, created_utc_ms INTEGER NOT NULL); "
     "CREATE TABLE sector (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL REFERENCES territory (id), code TEXT NOT "
     "NULL, name TEXT NOT NULL, "
     "parent INTEGER REFERENCES sector (id), level INTEGER NOT NULL, shape BLOB NOT NULL, area_m2 REAL NOT NULL, "
     "UNIQUE (territory, code)); "
     "CREATE TABLE service (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL REFERENCES territory (id), code TEXT "
     "NOT NULL, name TEXT NOT NULL, UNIQUE (territory, code)); "
     "CREATE TABLE street_node (territory INTEGER NOT NULL, number INTEGER NOT NULL, lon_e7 INTEGER NOT NULL, lat_e7 "
     "INTEGER NOT NULL, PRIMARY KEY (territory, number)); "
     "CREATE TABLE street_edge (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, from_node INTEGER NOT NULL, "
     "to_node INTEGER NOT NULL, length_mm INTEGER NOT NULL, name TEXT NOT NULL); "
     "CREATE INDEX street_edge_of ON street_edge (territory); "
     "CREATE TABLE coast_area (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, kind TEXT NOT NULL, shape BLOB NOT "
     "NULL); "
     "CREATE TABLE observation_calendar (territory INTEGER PRIMARY KEY, origin TEXT NOT NULL, first_day INTEGER NOT "
     "NULL, end_day INTEGER NOT NULL); "
     "CREATE TABLE unobserved_days (territory INTEGER NOT NULL, first_day INTEGER NOT NULL, end_day INTEGER NOT NULL, "
     "PRIMARY KEY (territory, first_day))"},
};

constexpr std::string_view territory_columns =
    "id, slug, name, epsg, time_zone, simulated, attribution_fr, attribution_en, data_version, created_utc_ms";

Territory read_territory(const database::Rows& rows) {
  return {.id = {rows.integer(0)},
          .slug = std::string(rows.text(1)),
          .name = std::string(rows.text(2)),
          .epsg = static_cast<int>(rows.integer(3)),
          .time_zone = std::string(rows.text(4)),
          .is_simulated = rows.integer(5) != 0,
          .attribution = {std::string(rows.text(6)), std::string(rows.text(7))},
          .data_version = rows.integer(8),
          .created_at = {rows.integer(9)}};
}

// 52 bits of a digest, exact in JSON; two of a thousand sectors are alike once in nine billion territories, and then
// the insertion is refused.
std::int64_t sector_number(std::string_view slug, std::string_view code) {
  const std::string hex = crypto::sha256_hex(fmt::format("{}/{}", slug, code));
  return static_cast<std::int64_t>(std::stoull(hex.substr(0, 13), nullptr, 16));
}

LonLat read_place(const database::Rows& rows, int column) {
  const auto place = LonLat::checked_e7(rows.integer(column), rows.integer(column + 1));
  CHECK(place.has_value());
  return *place;
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

namespace store {

TerritoryId insert_territory(database::Transaction& tx, const NewTerritory& wanted, Instant at) {
  return {tx.insert_returning_id(
      "INSERT INTO territory (slug, name, epsg, time_zone, simulated, attribution_fr, attribution_en, data_version, "
      "created_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) RETURNING id",
      {wanted.slug, wanted.name, wanted.epsg, wanted.time_zone, wanted.is_simulated ? 1 : 0, wanted.attribution.fr,
       wanted.attribution.en, at.utc_ms})};
}

std::optional<Territory> find_territory(database::Snapshot& snapshot, std::string_view slug) {
  auto rows = snapshot.query(fmt::format("SELECT {} FROM territory WHERE slug = ?", territory_columns), {slug});
  if (!rows->next()) return std::nullopt;
  return read_territory(*rows);
}

SectorId insert_sector(database::Transaction& tx, const Territory& territory, const Sector& sector) {
  return {tx.insert_returning_id(
      "INSERT INTO sector (id, territory, code, name, parent, level, shape, area_m2) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
      "RETURNING id",
      {sector_number(territory.slug, sector.code), territory.id, sector.code, sector.name, sector.parent, sector.level,
       to_bytes(sector.shape), sector.area_m2})};
}

ServiceId insert_service(database::Transaction& tx, TerritoryId territory, const std::string& code,
                         const std::string& name) {
  return {tx.insert_returning_id("INSERT INTO service (territory, code, name) VALUES (?, ?, ?) RETURNING id",
                                 {territory, code, name})};
}

void replace_street_rows(database::Transaction& tx, TerritoryId territory, const std::vector<StreetNode>& nodes,
                         const std::vector<StreetEdge>& edges) {
  using enum database::ColumnType;
  tx.execute("DELETE FROM street_edge WHERE territory = ?", {territory});
  tx.execute("DELETE FROM street_node WHERE territory = ?", {territory});
  const database::BulkColumn node_columns[] = {
      {"territory", integer}, {"number", integer}, {"lon_e7", integer}, {"lat_e7", integer}};
  {
    auto bulk = tx.bulk("street_node", node_columns);
    for (const auto& node : nodes) bulk->add({territory, node.number, node.place.lon_e7(), node.place.lat_e7()});
    bulk->finish();
  }
  const database::BulkColumn edge_columns[] = {
      {"territory", integer}, {"from_node", integer}, {"to_node", integer}, {"length_mm", integer}, {"name", text}};
  auto bulk = tx.bulk("street_edge", edge_columns);
  for (const auto& edge : edges) bulk->add({territory, edge.from, edge.to, edge.length_mm, edge.name});
  bulk->finish();
}

void replace_coast_rows(database::Transaction& tx, TerritoryId territory, const std::vector<CoastArea>& areas) {
  tx.execute("DELETE FROM coast_area WHERE territory = ?", {territory});
  for (const auto& area : areas)
    tx.execute("INSERT INTO coast_area (territory, kind, shape) VALUES (?, ?, ?)",
               {territory, area.kind == CoastKind::sea ? "sea" : "land", to_bytes(area.shape)});
}

void replace_calendar_rows(database::Transaction& tx, TerritoryId territory, const Calendar& calendar) {
  tx.execute("DELETE FROM observation_calendar WHERE territory = ?", {territory});
  tx.execute("DELETE FROM unobserved_days WHERE territory = ?", {territory});
  tx.execute("INSERT INTO observation_calendar (territory, origin, first_day, end_day) VALUES (?, ?, ?, ?)",
             {territory, calendar.origin() == CalendarOrigin::given ? "given" : "inferred", calendar.span().begin.day,
              calendar.span().end.day});
  for (const auto& gap : calendar.gaps())
    tx.execute("INSERT INTO unobserved_days (territory, first_day, end_day) VALUES (?, ?, ?)",
               {territory, gap.begin.day, gap.end.day});
}

}  // namespace store

std::vector<Territory> list(database::Snapshot& snapshot) {
  auto rows = snapshot.query(fmt::format("SELECT {} FROM territory ORDER BY id", territory_columns));
  std::vector<Territory> territories;
  while (rows->next()) territories.push_back(read_territory(*rows));
  return territories;
}

std::vector<Territory> list(database::Snapshot& snapshot, std::span<const TerritoryId> only) {
  std::vector<TerritoryId> ids(only.begin(), only.end());
  std::ranges::sort(ids);
  std::vector<Territory> territories;
  for (const auto id : ids) {
    auto rows = snapshot.query(fmt::format("SELECT {} FROM territory WHERE id = ?", territory_columns), {id});
    if (rows->next()) territories.push_back(read_territory(*rows));
  }
  return territories;
}

void set_attribution(database::Transaction& tx, TerritoryId territory, const Text& attribution) {
  tx.execute("UPDATE territory SET attribution_fr = ?, attribution_en = ? WHERE id = ?",
             {attribution.fr, attribution.en, territory});
}

std::int64_t next_data_version(database::Transaction& tx, TerritoryId territory) {
  return tx.insert_returning_id(
      "UPDATE territory SET data_version = data_version + 1 WHERE id = ? RETURNING data_version", {territory});
}

std::vector<Sector> load_sectors(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT id, code, name, parent, level, shape, area_m2 FROM sector WHERE territory = ? ORDER BY level, code",
      {territory});
  std::vector<Sector> sectors;
  while (rows->next()) {
    Sector sector{{rows->integer(0)},
                  std::string(rows->text(1)),
                  std::string(rows->text(2)),
                  {},
                  static_cast<int>(rows->integer(4)),
                  from_bytes(rows->bytes(5)),
                  rows->real(6)};
    if (const auto parent = rows->maybe_integer(3)) sector.parent = SectorId{*parent};
    sectors.push_back(std::move(sector));
  }
  return sectors;
}

std::string ground_stamp(database::Snapshot& snapshot, TerritoryId territory) {
  std::string stamp;
  for (const char* sql : {"SELECT COUNT(*), COALESCE(MAX(id), 0) FROM sector WHERE territory = ?",
                          "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM street_edge WHERE territory = ?"}) {
    auto rows = snapshot.query(sql, {territory});
    CHECK(rows->next());
    stamp += std::to_string(rows->integer(0)) + "/" + std::to_string(rows->integer(1)) + " ";
  }
  return stamp;
}

std::vector<Service> load_services(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query("SELECT id, code, name FROM service WHERE territory = ? ORDER BY code", {territory});
  std::vector<Service> services;
  while (rows->next()) services.push_back({{rows->integer(0)}, std::string(rows->text(1)), std::string(rows->text(2))});
  return services;
}

std::vector<StreetSegment> load_streets(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query(
      "SELECT a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7, e.name, e.length_mm FROM street_edge e "
      "JOIN street_node a ON a.territory = e.territory AND a.number = e.from_node JOIN street_node b ON b.territory = "
      "e.territory AND b.number = e.to_node "
      "WHERE e.territory = ? ORDER BY e.id",
      {territory});
  std::vector<StreetSegment> streets;
  while (rows->next())
    streets.push_back({read_place(*rows, 0), read_place(*rows, 2), std::string(rows->text(4)), rows->integer(5)});
  return streets;
}

std::vector<CoastArea> load_coast(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows = snapshot.query("SELECT kind, shape FROM coast_area WHERE territory = ? ORDER BY id", {territory});
  std::vector<CoastArea> areas;
  while (rows->next())
    areas.push_back({rows->text(0) == "sea" ? CoastKind::sea : CoastKind::land, from_bytes(rows->bytes(1))});
  return areas;
}

std::optional<Calendar> load_calendar(database::Snapshot& snapshot, TerritoryId territory) {
  auto rows =
      snapshot.query("SELECT origin, first_day, end_day FROM observation_calendar WHERE territory = ?", {territory});
  if (!rows->next()) return std::nullopt;
  const auto origin = rows->text(0) == "given" ? CalendarOrigin::given : CalendarOrigin::inferred;
  const DayPeriod span{{static_cast<std::int32_t>(rows->integer(1))}, {static_cast<std::int32_t>(rows->integer(2))}};
  rows.reset();
  std::vector<DayPeriod> gaps;
  rows = snapshot.query("SELECT first_day, end_day FROM unobserved_days WHERE territory = ? ORDER BY first_day",
                        {territory});
  while (rows->next())
    gaps.push_back({{static_cast<std::int32_t>(rows->integer(0))}, {static_cast<std::int32_t>(rows->integer(1))}});
  return Calendar(origin, span, std::move(gaps));
}

}  // namespace quadrille::territory
