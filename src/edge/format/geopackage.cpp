#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "edge/format/export_files.h"
#include "host/database/database.h"

namespace quadrille::format {
namespace {

template <class Number>
void append_little_endian(database::Bytes& bytes, Number value) {
  static_assert(std::endian::native == std::endian::little);
  std::uint8_t raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.insert(bytes.end(), raw, raw + sizeof value);
}

void append_ring(database::Bytes& bytes, const geojson::LonLatRing& ring) {
  append_little_endian(bytes, static_cast<std::uint32_t>(ring.size()));
  for (const LonLat place : ring) {
    append_little_endian(bytes, place.lon_degrees());
    append_little_endian(bytes, place.lat_degrees());
  }
}

// GeoPackageBinary (OGC 12-128r18, 2.1.3): header without envelope, little-endian, SRS 4326, then WKB MultiPolygon.
database::Bytes geometry_bytes(const geojson::LonLatShape& shape) {
  database::Bytes bytes{'G', 'P', 0, 1};
  append_little_endian(bytes, std::int32_t{4326});
  bytes.push_back(1);
  append_little_endian(bytes, std::uint32_t{6});
  append_little_endian(bytes, static_cast<std::uint32_t>(shape.size()));
  for (const auto& polygon : shape) {
    bytes.push_back(1);
    append_little_endian(bytes, std::uint32_t{3});
    append_little_endian(bytes, static_cast<std::uint32_t>(1 + polygon.holes.size()));
    append_ring(bytes, polygon.outer);
    for (const auto& hole : polygon.holes) append_ring(bytes, hole);
  }
  return bytes;
}

constexpr std::string_view wgs_84 =
    R"(GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]])";

void create_tables(database::Transaction& tx, const std::string& layer) {
  for (const char* ddl :
       {"CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT "
        "NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)",
        "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT "
        "UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT "
        "(strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
        "min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys "
        "(srs_id))",
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name "
        "TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, "
        "column_name))"})
    tx.execute(ddl);
  tx.execute(
      "INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined cartesian', -1, 'NONE', -1, 'undefined', NULL), ('Undefined "
      "geographic', 0, 'NONE', 0, 'undefined', NULL)");
  tx.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, ?, NULL)", {wgs_84});
  tx.execute(
      fmt::format("CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, id TEXT, place "
                  "TEXT, month DATE, observed_days INTEGER, channel TEXT, count INTEGER, withheld BOOLEAN, hot TEXT)",
                  layer));
  tx.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', 4326, 0, 0)", {layer});
}

struct Box {
  double west = 180;
  double south = 90;
  double east = -180;
  double north = -90;
};

Box box_of(const studies::ExportTable& table) {
  Box box;
  for (const auto& row : table.rows)
    for (const auto& polygon : row.shape)
      for (const LonLat place : polygon.outer)
        box = {std::min(box.west, place.lon_degrees()), std::min(box.south, place.lat_degrees()),
               std::max(box.east, place.lon_degrees()), std::max(box.north, place.lat_degrees())};
  return box;
}

}  // namespace

void write_geopackage(const studies::ExportTable& table, std::string_view layer, const std::filesystem::path& path) {
  auto opened = database::open_database("sqlite:" + path.string());
  if (!opened) throw std::runtime_error(opened.error().message.en);
  {
    auto tx = (*opened)->write();
    const std::string name(layer);
    create_tables(*tx, name);
    using enum database::ColumnType;
    const database::BulkColumn columns[] = {
        {"geom", bytes},   {"id", text},       {"place", text},       {"month", text}, {"observed_days", integer},
        {"channel", text}, {"count", integer}, {"withheld", integer}, {"hot", text}};
    auto bulk = tx->bulk(name, columns);
    for (const auto& row : table.rows)
      bulk->add({geometry_bytes(row.shape), row.id, row.place, format_date(row.month), row.observed_days,
                 facts::name_of(row.channel), row.count, row.is_withheld ? 1 : 0, row.hot});
    bulk->finish();
    bulk.reset();
    const Box box = box_of(table);
    tx->execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, min_x, min_y, max_x, max_y, srs_id) VALUES (?, "
        "'features', ?, ?, ?, ?, ?, 4326)",
        {name, name, box.west, box.south, box.east, box.north});
    tx->commit();
  }
  // "GPKG" and version 1.3 (requirement 2 of the standard).
  (*opened)->finish_as_single_file(0x47504B47, 10300);
}

}  // namespace quadrille::format
