#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "services/studies/export_tables.h"

// Masked export tables as files: GeoJSON (RFC 7946), CSV (RFC 4180, UTF-8), GeoPackage 1.3 (OGC 12-128r18).

namespace quadrille::format {

enum class FileFormat { geojson, csv, gpkg };
[[nodiscard]] std::optional<FileFormat> file_format_named(std::string_view name);
[[nodiscard]] std::string_view media_type_of(FileFormat format);

[[nodiscard]] std::string export_geojson(const studies::ExportTable& table);
// One feature, as export_geojson writes it.
void append_export_feature(std::string& out, const studies::ExportRow& row);
[[nodiscard]] std::string export_csv(const studies::ExportTable& table);
// Writes a new file; `layer` names its table. Throws database::DatabaseError when the disk is full.
void write_geopackage(const studies::ExportTable& table, std::string_view layer, const std::filesystem::path& path);
// The bytes of any format; a GeoPackage is made in a temporary file.
[[nodiscard]] std::string export_bytes(const studies::ExportTable& table, std::string_view layer, FileFormat format);

}  // namespace quadrille::format
