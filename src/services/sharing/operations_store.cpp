#include <fmt/format.h>

#include "base/check.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr std::string_view operation_columns =
    "id, code, service, kind, marking, title, lon_e7, lat_e7, radius_m, sector, begin_utc_ms, end_utc_ms, "
    "declared_utc_ms, cancelled_utc_ms";

OperationPlace read_place(const database::Rows& rows, int column) {
  if (const auto sector = rows.maybe_integer(column + 3)) return SectorPlace{{*sector}};
  const auto centre = LonLat::checked_e7(rows.integer(column), rows.integer(column + 1));
  CHECK(centre);
  return CirclePlace{*centre, static_cast<int>(rows.integer(column + 2))};
}

Operation read_operation(const database::Rows& rows) {
  const auto kind = operation_kind_named(rows.text(3));
  CHECK(kind);
  return {.id = {rows.integer(0)},
          .code = std::string(rows.text(1)),
          .service = {rows.integer(2)},
          .kind = *kind,
          .marking = {rows.integer(4)},
          .title = std::string(rows.text(5)),
          .place = read_place(rows, 6),
          .window = {{rows.integer(10)}, {rows.integer(11)}},
          .declared_at = {rows.integer(12)},
          .is_cancelled = !rows.is_null(13)};
}

std::vector<Operation> read_operations(database::Rows& rows) {
  std::vector<Operation> operations;
  while (rows.next()) operations.push_back(read_operation(rows));
  return operations;
}

}  // namespace

std::vector<Operation> list_operations(database::Snapshot& snapshot, const access::Readable& readable,
                                       TerritoryId territory, Instant from) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM declared_operation WHERE territory = ? AND marking IN {} AND end_utc_ms > ? ORDER BY "
                  "begin_utc_ms, code",
                  operation_columns, readable.sql_list()),
      {territory, from.utc_ms});
  return read_operations(*rows);
}

namespace store {

OperationId insert_operation(database::Transaction& tx, TerritoryId territory, const Operation& operation,
                             const geo::Extent& extent, const std::string& declared_by) {
  std::optional<std::int64_t> lon;
  std::optional<std::int64_t> lat;
  std::optional<std::int64_t> radius;
  std::optional<std::int64_t> sector;
  if (const auto* circle = std::get_if<CirclePlace>(&operation.place)) {
    lon = circle->centre.lon_e7();
    lat = circle->centre.lat_e7();
    radius = circle->radius_m;
  } else {
    sector = std::get<SectorPlace>(operation.place).sector.value;
  }
  return {tx.insert_returning_id(
      "INSERT INTO declared_operation (code, territory, service, kind, marking, title, lon_e7, lat_e7, radius_m, "
      "sector, west_m, south_m, east_m, north_m, begin_utc_ms, end_utc_ms, declared_by, declared_utc_ms) VALUES (?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
      {operation.code, territory, operation.service, name_of(operation.kind), operation.marking, operation.title, lon,
       lat, radius, sector, extent.low.x_m, extent.low.y_m, extent.high.x_m, extent.high.y_m,
       operation.window.begin.utc_ms, operation.window.end.utc_ms, declared_by, operation.declared_at.utc_ms})};
}

std::vector<Operation> near_operations(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                       const Period& window, const geo::Extent& extent) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM declared_operation WHERE territory = ? AND end_utc_ms > ? AND begin_utc_ms < ? AND "
                  "service <> ? AND cancelled_utc_ms IS NULL AND west_m <= ? AND east_m >= ? AND south_m <= ? AND "
                  "north_m >= ? ORDER BY service, id",
                  operation_columns),
      {territory, window.begin.utc_ms, window.end.utc_ms, service, extent.high.x_m, extent.low.x_m, extent.high.y_m,
       extent.low.y_m});
  return read_operations(*rows);
}

bool has_operations(database::Snapshot& snapshot, TerritoryId territory, const Period& window) {
  return snapshot
      .query(
          "SELECT 1 FROM declared_operation WHERE territory = ? AND end_utc_ms > ? AND begin_utc_ms < ? AND "
          "cancelled_utc_ms IS NULL LIMIT 1",
          {territory, window.begin.utc_ms, window.end.utc_ms})
      ->next();
}

bool has_conflict(database::Snapshot& snapshot, OperationId operation, ServiceId other) {
  return snapshot
      .query(
          "SELECT 1 FROM conflict_side s JOIN conflict_side o ON o.conflict = s.conflict WHERE s.operation = ? AND "
          "o.service = ? LIMIT 1",
          {operation, other})
      ->next();
}

std::optional<Operation> find_operation(database::Snapshot& snapshot, const access::Readable& readable,
                                        TerritoryId territory, ServiceId service, std::string_view code) {
  auto rows = snapshot.query(
      fmt::format(
          "SELECT {} FROM declared_operation WHERE code = ? AND territory = ? AND service = ? AND marking IN {}",
          operation_columns, readable.sql_list()),
      {code, territory, service});
  if (!rows->next()) return std::nullopt;
  return read_operation(*rows);
}

void set_cancelled(database::Transaction& tx, OperationId operation, Instant at) {
  tx.execute("UPDATE declared_operation SET cancelled_utc_ms = ? WHERE id = ?", {at.utc_ms, operation});
}

std::vector<PlacedOperation> places_since(database::Snapshot& snapshot, TerritoryId territory, Instant since) {
  auto rows = snapshot.query(
      "SELECT lon_e7, lat_e7, radius_m, sector FROM declared_operation WHERE territory = ? AND end_utc_ms > ?",
      {territory, since.utc_ms});
  std::vector<PlacedOperation> places;
  while (rows->next()) places.push_back({read_place(*rows, 0)});
  return places;
}

void insert_exclusion(database::Transaction& tx, TerritoryId territory, const std::vector<SectorId>& sectors,
                      const Period& period) {
  const auto id = tx.insert_returning_id(
      "INSERT INTO planner_exclusion (territory, begin_utc_ms, end_utc_ms) VALUES (?, ?, ?) RETURNING id",
      {territory, period.begin.utc_ms, period.end.utc_ms});
  for (const auto sector : sectors)
    tx.execute("INSERT INTO planner_exclusion_sector (exclusion, sector) VALUES (?, ?)", {id, sector});
}

}  // namespace store
}  // namespace quadrille::sharing
