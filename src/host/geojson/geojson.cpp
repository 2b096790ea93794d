#include "host/geojson/geojson.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "host/files/byte_source.h"

namespace quadrille::geojson {
namespace {

namespace json = boost::json;

Failure fault(const std::string& where, const Text& what) {
  return invalid({fmt::format("{} : {}", where, what.fr), fmt::format("{}: {}", where, what.en)}, where);
}

Result<LonLat> parse_position(const json::value& value, const std::string& where) {
  const auto* position = value.if_array();
  if (position == nullptr || position->size() < 2 || !(*position)[0].is_number() || !(*position)[1].is_number())
    return fault(where, {"une position doit être [longitude, latitude]", "a position must be [longitude, latitude]"});
  const auto lon = (*position)[0].to_number<double>();
  const auto lat = (*position)[1].to_number<double>();
  const auto place = LonLat::checked(lon, lat);
  if (!place)
    return fault(
        where,
        {fmt::format("[{}, {}] n'est pas une longitude et une latitude ; le fichier est sans doute projeté : "
                     "convertissez-le en EPSG:4326",
                     lon, lat),
         fmt::format("[{}, {}] is no longitude and latitude; the file is probably projected: convert it to EPSG:4326",
                     lon, lat)});
  return *place;
}

Result<LonLatRing> parse_ring(const json::value& value, const std::string& where) {
  const auto* positions = value.if_array();
  if (positions == nullptr)
    return fault(where, {"un contour doit être une liste de positions", "a ring must be a list of positions"});
  LonLatRing ring;
  ring.reserve(positions->size());
  for (const auto& item : *positions) {
    const auto place = parse_position(item, where);
    if (!place) return Failure(place.error());
    ring.push_back(*place);
  }
  if (ring.size() < 4 || ring.front() != ring.back())
    return fault(where, {"un contour doit avoir au moins quatre positions et se refermer sur la première",
                         "a ring must have at least four positions and close on the first"});
  return ring;
}

Result<LonLatPolygon> parse_polygon(const json::value& value, const std::string& where) {
  const auto* rings = value.if_array();
  if (rings == nullptr || rings->empty())
    return fault(where, {"un polygone doit avoir un contour", "a polygon must have a ring"});
  LonLatPolygon polygon;
  for (std::size_t i = 0; i < rings->size(); ++i) {
    auto ring = parse_ring((*rings)[i], where);
    if (!ring) return Failure(ring.error());
    if (i == 0)
      polygon.outer = std::move(*ring);
    else
      polygon.holes.push_back(std::move(*ring));
  }
  return polygon;
}

Result<LonLatShape> parse_shape(const json::object& geometry, const std::string& where) {
  const auto* type = geometry.if_contains("type");
  const auto* coordinates = geometry.if_contains("coordinates");
  const std::string_view name = type && type->is_string() ? std::string_view(type->get_string()) : std::string_view();
  if (coordinates == nullptr || (name != "Polygon" && name != "MultiPolygon"))
    return fault(where, {fmt::format("géométrie « {} » ; il faut Polygon ou MultiPolygon", name),
                         fmt::format("geometry \"{}\"; Polygon or MultiPolygon is needed", name)});
  LonLatShape shape;
  if (name == "Polygon") {
    auto polygon = parse_polygon(*coordinates, where);
    if (!polygon) return Failure(polygon.error());
    shape.push_back(std::move(*polygon));
    return shape;
  }
  if (!coordinates->is_array()) return fault(where, {"coordonnées absentes", "coordinates are missing"});
  for (const auto& part : coordinates->get_array()) {
    auto polygon = parse_polygon(part, where);
    if (!polygon) return Failure(polygon.error());
    shape.push_back(std::move(*polygon));
  }
  if (shape.empty()) return fault(where, {"le multipolygone est vide", "the multipolygon is empty"});
  return shape;
}

Result<AreaFeature> parse_feature(const json::value& value, std::size_t number) {
  AreaFeature feature;
  std::string where = fmt::format("feature {}", number);
  const auto* object = value.if_object();
  if (object == nullptr) return fault(where, {"doit être un objet", "must be an object"});
  if (const auto* properties = object->if_contains("properties"); properties && properties->is_object()) {
    for (const auto& [key, item] : properties->get_object()) {
      if (item.is_string())
        feature.properties.emplace(key, item.get_string());
      else if (item.is_number() || item.is_bool())
        feature.properties.emplace(key, json::serialize(item));
    }
  }
  if (const auto name = feature.properties.find("name"); name != feature.properties.end())
    where += fmt::format(" ({})", name->second);
  const auto* geometry = object->if_contains("geometry");
  if (geometry == nullptr || !geometry->is_object())
    return fault(where, {"géométrie absente", "the geometry is missing"});
  auto shape = parse_shape(geometry->get_object(), where);
  if (!shape) return Failure(shape.error());
  feature.shape = std::move(*shape);
  return feature;
}

}  // namespace

Result<std::vector<AreaFeature>> parse_areas(std::string_view text) {
  boost::system::error_code failure;
  const auto document = json::parse(text, failure);
  if (failure)
    return fault("file", {fmt::format("JSON illisible ({})", failure.message()),
                          fmt::format("unreadable JSON ({})", failure.message())});
  const auto* object = document.if_object();
  const auto* features = object ? object->if_contains("features") : nullptr;
  if (features == nullptr || !features->is_array())
    return fault("file", {"il faut une FeatureCollection GeoJSON avec une liste « features »",
                          "a GeoJSON FeatureCollection with a list \"features\" is needed"});
  std::vector<AreaFeature> areas;
  for (const auto& item : features->get_array()) {
    auto feature = parse_feature(item, areas.size() + 1);
    if (!feature) return Failure(feature.error());
    areas.push_back(std::move(*feature));
  }
  if (areas.empty()) return fault("file", {"la collection est vide", "the collection is empty"});
  return areas;
}

Result<std::vector<AreaFeature>> read_areas(const std::filesystem::path& path) {
  constexpr std::size_t bytes_max = 256U << 20;
  auto source = files::open_source(path);
  if (!source) return Failure(source.error());
  std::string text;
  std::vector<char> block(1 << 18);
  for (;;) {
    const auto count = (*source)->read(block);
    if (!count) return Failure(count.error());
    if (*count == 0) break;
    text.append(block.data(), *count);
    if (text.size() > bytes_max)
      return refuse(ErrorKind::too_large, {"plus de 256 Mio de GeoJSON", "more than 256 MiB of GeoJSON"},
                    path.string());
  }
  auto areas = parse_areas(text);
  if (!areas) {
    Error error = areas.error();
    error.message = {path.string() + " : " + error.message.fr, path.string() + ": " + error.message.en};
    return Failure(std::move(error));
  }
  return areas;
}

}  // namespace quadrille::geojson
