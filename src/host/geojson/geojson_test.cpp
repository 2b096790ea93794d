#include "host/geojson/geojson.h"

#include <gtest/gtest.h>

namespace quadrille::geojson {
namespace {

std::string collection(const std::string& geometry) {
  return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Le Panier","n":3,"x":null},"geometry":)" +
         geometry + "}]}";
}

TEST(GeoJson, areas_come_with_their_properties) {
  const auto areas = parse_areas(
      collection(R"({"type":"Polygon","coordinates":[[[5.36,43.29],[5.37,43.29],[5.37,43.30],[5.36,43.29]]]})"));
  ASSERT_TRUE(areas) << areas.error().message.en;
  ASSERT_EQ(areas->size(), 1U);
  EXPECT_EQ(areas->front().properties.at("name"), "Le Panier");
  EXPECT_EQ(areas->front().properties.at("n"), "3");
  EXPECT_EQ(areas->front().shape.front().outer[1], LonLat::checked(5.37, 43.29));
}

TEST(GeoJson, every_fault_names_its_feature) {
  const std::vector<std::pair<std::string, std::string>> faults{
      {R"({"type":"Point","coordinates":[5,43]})", "Polygon or MultiPolygon"},
      {R"({"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44]]]})", "close on the first"},
      {R"({"type":"Polygon","coordinates":[[[893000,6240000],[894000,6240000],[894000,6241000],[893000,6240000]]]})",
       "EPSG:4326"},
      {R"({"type":"Polygon","coordinates":[[["a",43],[6,43],[6,44],[5,43]]]})", "[longitude, latitude]"},
      {R"(null)", "geometry is missing"},
  };
  for (const auto& [geometry, words] : faults) {
    const auto areas = parse_areas(collection(geometry));
    ASSERT_FALSE(areas) << geometry;
    EXPECT_NE(areas.error().message.en.find("feature 1 (Le Panier)"), std::string::npos) << areas.error().message.en;
    EXPECT_NE(areas.error().message.en.find(words), std::string::npos) << areas.error().message.en;
  }
}

TEST(GeoJson, what_is_no_collection_is_refused) {
  for (const char* text : {"", "[]", "{}", "{\"features\":[]}", "not json"}) EXPECT_FALSE(parse_areas(text)) << text;
}

}  // namespace
}  // namespace quadrille::geojson
