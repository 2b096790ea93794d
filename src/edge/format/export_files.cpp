#include "edge/format/export_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "edge/format/picture_json.h"

namespace quadrille::format {
namespace {

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string count_text(const studies::ExportRow& row) { return row.count ? std::to_string(*row.count) : ""; }

}  // namespace

std::optional<FileFormat> file_format_named(std::string_view name) {
  if (name == "geojson") return FileFormat::geojson;
  if (name == "csv") return FileFormat::csv;
  if (name == "gpkg") return FileFormat::gpkg;
  return std::nullopt;
}

std::string_view media_type_of(FileFormat format) {
  switch (format) {
    case FileFormat::geojson:
      return "application/geo+json";
    case FileFormat::csv:
      return "text/csv; charset=utf-8";
    case FileFormat::gpkg:
      return "application/geopackage+sqlite3";
  }
  return "";
}

void append_export_feature(std::string& out, const studies::ExportRow& row) {
  fmt::format_to(
      std::back_inserter(out),
      R"({{"type":"Feature","id":{},"properties":{{"place":{},"month":"{}","observed_days":{},"channel":"{}","count":{},"withheld":{},"hot":{}}},"geometry":{{"type":"MultiPolygon","coordinates":)",
      json_string(row.id), json_string(row.place), format_date(row.month), row.observed_days,
      facts::name_of(row.channel), row.count ? std::to_string(*row.count) : "null", row.is_withheld,
      row.hot ? json_string(*row.hot) : "null");
  append_coordinates(out, row.shape);
  out += "}}";
}

std::string export_geojson(const studies::ExportTable& table) {
  std::string out = R"({"type":"FeatureCollection","features":[)";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (i > 0) out += ",\n";
    append_export_feature(out, table.rows[i]);
  }
  return out + "]}\n";
}

std::string export_csv(const studies::ExportTable& table) {
  std::string out = "id,place,month,observed_days,channel,count,withheld,hot\n";
  for (const auto& row : table.rows)
    out += fmt::format("{},{},{},{},{},{},{},{}\n", csv_cell(row.id), csv_cell(row.place), format_date(row.month),
                       row.observed_days, facts::name_of(row.channel), count_text(row), row.is_withheld ? 1 : 0,
                       row.hot.value_or(""));
  return out;
}

std::string export_bytes(const studies::ExportTable& table, std::string_view layer, FileFormat format) {
  switch (format) {
    case FileFormat::geojson:
      return export_geojson(table);
    case FileFormat::csv:
      return export_csv(table);
    case FileFormat::gpkg:
      break;
  }
  std::string name = (std::filesystem::temp_directory_path() / "quadrille-export-XXXXXX").string();
  const int fd = mkstemp(name.data());
  if (fd < 0) throw std::runtime_error("no temporary file could be made");
  close(fd);
  std::filesystem::remove(name);
  write_geopackage(table, layer, name);
  std::ifstream file(name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  std::filesystem::remove(name);
  return bytes.str();
}

}  // namespace quadrille::format
