#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "base/result.h"

// Reading GeoJSON (RFC 7946) areas: Feature collections whose geometries are Polygon or MultiPolygon.

namespace quadrille::geojson {

using LonLatRing = std::vector<LonLat>;

struct LonLatPolygon {
  LonLatRing outer;
  std::vector<LonLatRing> holes;
  friend bool operator==(const LonLatPolygon&, const LonLatPolygon&) = default;
};

using LonLatShape = std::vector<LonLatPolygon>;

struct AreaFeature {
  std::map<std::string, std::string, std::less<>> properties;  // numbers and booleans as text; nested values left out
  LonLatShape shape;                                           // rings closed, at least four positions each
};

// Every fault names the feature (1 = the first) and, where it has one, its name. Refused: no collection, other geometry
// types, positions outside longitude/latitude (a file in another CRS), open or too short rings.
[[nodiscard]] Result<std::vector<AreaFeature>> parse_areas(std::string_view text);

// The same from a file, at most 256 MiB.
[[nodiscard]] Result<std::vector<AreaFeature>> read_areas(const std::filesystem::path& path);

}  // namespace quadrille::geojson
