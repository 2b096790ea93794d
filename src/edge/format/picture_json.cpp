#include "edge/format/picture_json.h"

#include <fmt/format.h>

#include "host/json/describe.h"

namespace quadrille::facts {
BOOST_DESCRIBE_ENUM(Channel, reported, discovered)
}  // namespace quadrille::facts

namespace quadrille::studies {

BOOST_DESCRIBE_ENUM(Certainty, established, probable, possible, undetermined)
BOOST_DESCRIBE_ENUM(Direction, up, down, steady, unknown)
BOOST_DESCRIBE_ENUM(FindingKind, rising_sector, falling_sector, cluster, broken_habit, total, quality)
BOOST_DESCRIBE_STRUCT(PictureParameters, (),
                      (first_day, last_day, compare_first_day, compare_last_day, channel, categories, level, cell_m,
                       sigma_m, hotspot_distance_m, false_discovery_rate, cluster_radius_max_m, cluster_days_max,
                       replicas, seed))
BOOST_DESCRIBE_STRUCT(Estimate, (), (count, observed_days, rate, low, high))
BOOST_DESCRIBE_STRUCT(Change, (), (ratio, low, high, certainty, direction))
BOOST_DESCRIBE_STRUCT(Week, (), (week, first_day, observed_days, count, rate, expected, upper, alarm))
BOOST_DESCRIBE_STRUCT(Alarm, (), (week, count, expected, upper))
BOOST_DESCRIBE_STRUCT(SectorRow, (),
                      (id, code, name, parent, period, comparison, change, weeks, alarm, density_per_km2))
BOOST_DESCRIBE_STRUCT(CategoryRow, (), (code, label, channel, period, comparison, change))
BOOST_DESCRIBE_STRUCT(ChannelTotal, (), (channel, period, comparison, change))
BOOST_DESCRIBE_STRUCT(Series, (), (channel, weeks))
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (rank, centre, radius_m, first_day, last_day, observed, expected, p, recurrence_days, certainty,
                       sectors))
BOOST_DESCRIBE_STRUCT(Finding, (), (kind, certainty, title, detail, sector, cluster))
BOOST_DESCRIBE_STRUCT(Quality, (),
                      (without_place, outside_sectors, without_place_share, unobserved_days, discovered_share, issues,
                       notes))
BOOST_DESCRIBE_STRUCT(Method, (), (name, version))
BOOST_DESCRIBE_STRUCT(Span, (), (days, observed_days))
BOOST_DESCRIBE_STRUCT(Observation, (), (period, comparison))
BOOST_DESCRIBE_STRUCT(PictureTerritory, (), (slug, name, simulated))
BOOST_DESCRIBE_STRUCT(Picture, (),
                      (territory, parameters, data_version, methods, observation, findings, totals, sectors, categories,
                       series, clusters, quality))
BOOST_DESCRIBE_STRUCT(LegendClass, (), (from, to, colour, hatched, label))
BOOST_DESCRIBE_STRUCT(Legend, (), (title, unit, channel, method, classes, source, not_for))

}  // namespace quadrille::studies

namespace quadrille::format {
namespace {

void append_position(std::string& out, LonLat place) {
  fmt::format_to(std::back_inserter(out), "[{},{}]", place.lon_degrees(), place.lat_degrees());
}

void append_ring(std::string& out, const geojson::LonLatRing& ring) {
  out += '[';
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (i > 0) out += ',';
    append_position(out, ring[i]);
  }
  out += ']';
}

void append_feature(std::string& out, const studies::LayerFeature& feature) {
  fmt::format_to(std::back_inserter(out), R"({{"type":"Feature","id":{},"properties":{{"class":{})",
                 json_string(feature.id), feature.legend_class);
  for (const auto& [name, value] : feature.numbers) {
    if (value)
      fmt::format_to(std::back_inserter(out), R"(,"{}":{})", name, *value);
    else
      fmt::format_to(std::back_inserter(out), R"(,"{}":null)", name);
  }
  for (const auto& [name, value] : feature.words)
    fmt::format_to(std::back_inserter(out), R"(,"{}":{})", name, json_string(value));
  out += R"(},"geometry":{"type":"MultiPolygon","coordinates":)";
  append_coordinates(out, feature.shape);
  out += "}}";
}

}  // namespace

std::string json_string(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

void append_coordinates(std::string& out, const geojson::LonLatShape& shape) {
  out += '[';
  for (std::size_t i = 0; i < shape.size(); ++i) {
    out += i > 0 ? ",[" : "[";
    append_ring(out, shape[i].outer);
    for (const auto& hole : shape[i].holes) {
      out += ',';
      append_ring(out, hole);
    }
    out += ']';
  }
  out += ']';
}

std::string picture_text(const studies::Picture& picture) { return json::text_of(picture); }
std::string parameters_text(const studies::PictureParameters& parameters) { return json::text_of(parameters); }
Result<studies::PictureParameters> parameters_of(const std::string& text) {
  return json::read<studies::PictureParameters>(text);
}

std::string layer_text(const studies::Layer& layer) {
  std::string out =
      R"({"legend":)" + json::text_of(layer.legend) + R"(,"features":{"type":"FeatureCollection","features":[)";
  for (std::size_t i = 0; i < layer.features.size(); ++i) {
    if (i > 0) out += ',';
    append_feature(out, layer.features[i]);
  }
  out += R"(]},"note":)" + json::text_of(layer.note) + "}";
  return out;
}

studies::StudyFormat study_format() { return {picture_text, parameters_text, parameters_of}; }

std::string picture_schemas_text() {
  json::Schemas schemas;
  (void)schemas.of<studies::Picture>();
  (void)schemas.of<studies::Legend>();
  return json::compact(schemas.components());
}

}  // namespace quadrille::format
