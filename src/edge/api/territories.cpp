#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "edge/api/api.h"
#include "edge/api/wire.h"
#include "edge/format/picture_json.h"
#include "engine/geo/polygon.h"
#include "host/crypto/digest.h"
#include "services/access/policy.h"
#include "services/facts/facts.h"
#include "services/territory/calendar.h"
#include "services/territory/territory.h"

namespace quadrille::api {
namespace {

// Exact counts are part of the picture; who sees aggregates only gets those of the masked tables.
bool sees_counts(Context& context, database::Snapshot& snapshot, const Call& call, TerritoryId territory) {
  return access::may(*context.access.policy(snapshot), call.asker.viewer, territory, access::Capability::see_picture);
}

wire::TerritorySummary summary_of(Context& context, database::Snapshot& snapshot, const Call& call,
                                  const territory::Territory& territory) {
  wire::TerritorySummary summary{.slug = territory.slug,
                                 .name = territory.name,
                                 .simulated = territory.is_simulated,
                                 .first_day = {},
                                 .last_day = {},
                                 .facts = {}};
  if (const auto days = facts::days_with_facts(snapshot, territory.id)) {
    summary.first_day = days->begin;
    summary.last_day = days->end - 1;
  }
  if (!sees_counts(context, snapshot, call, territory.id)) return summary;
  summary.facts = {0, 0};
  for (const auto& count : facts::count_by_category(snapshot, territory.id))
    *(count.channel == facts::Channel::reported ? summary.facts.reported : summary.facts.discovered) += count.count;
  return summary;
}

// Those where the caller has a standing: the others do not exist for them.
std::vector<wire::TerritorySummary> all_summaries(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  std::vector<wire::TerritorySummary> all;
  for (const auto& territory : territory::list(*snapshot, call.asker.viewer.territories()))
    all.push_back(summary_of(context, *snapshot, call, territory));
  return all;
}

Result<http::Response> instance(Context& context, const Call& call) {
  return json_response(wire::text_of(wire::Instance{.territories = all_summaries(context, call)}));
}

Result<http::Response> territories(Context& context, const Call& call) {
  return json_response(wire::text_of(all_summaries(context, call)));
}

std::array<double, 4> bounds_of(const std::vector<territory::Sector>& sectors) {
  std::array<double, 4> bounds{180, 90, -180, -90};
  for (const auto& sector : sectors)
    for (const auto& polygon : sector.shape)
      for (const LonLat place : polygon.outer)
        bounds = {std::min(bounds[0], place.lon_degrees()), std::min(bounds[1], place.lat_degrees()),
                  std::max(bounds[2], place.lon_degrees()), std::max(bounds[3], place.lat_degrees())};
  return bounds;
}

geo::MultiPolygon in_degrees(const geojson::LonLatShape& shape) {
  const auto ring_of = [](const geojson::LonLatRing& ring) {
    geo::Ring points;
    for (const LonLat place : ring) points.push_back({place.lon_degrees(), place.lat_degrees()});
    return points;
  };
  geo::MultiPolygon polygons;
  for (const auto& polygon : shape) {
    polygons.push_back({ring_of(polygon.outer), {}});
    for (const auto& hole : polygon.holes) polygons.back().holes.push_back(ring_of(hole));
  }
  return polygons;
}

wire::Calendar calendar_of(database::Snapshot& snapshot, TerritoryId territory) {
  wire::Calendar out;
  const auto calendar = territory::load_calendar(snapshot, territory);
  if (!calendar) return out;
  out.origin = calendar->origin() == territory::CalendarOrigin::given ? "given" : "inferred";
  out.first_day = calendar->span().begin;
  out.last_day = calendar->span().end - 1;
  out.observed_days = calendar->observed_days(calendar->span());
  out.unobserved_days = calendar->span().days() - out.observed_days;
  for (const auto& gap : calendar->gaps()) out.gaps.push_back({gap.begin, gap.end - 1});
  return out;
}

Result<http::Response> territory_details(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto found = territory::find(*snapshot, call.path[0]);
  if (!found) return Failure(found.error());
  wire::Territory out;
  static_cast<wire::TerritorySummary&>(out) = summary_of(context, *snapshot, call, *found);
  out.epsg = found->epsg;
  out.time_zone = found->time_zone;
  out.attribution = found->attribution;
  out.data_version = found->data_version;
  const auto sectors = territory::load_sectors(*snapshot, found->id);
  out.bounds = bounds_of(sectors);
  std::map<int, int> levels;
  for (const auto& sector : sectors) {
    ++levels[sector.level];
    const auto inside = geo::point_inside(in_degrees(sector.shape));
    out.sectors.push_back({sector.id.value,
                           sector.code,
                           sector.name,
                           sector.parent ? std::optional(sector.parent->value) : std::nullopt,
                           sector.level,
                           sector.area_m2 / 1e6,
                           {inside.x_m, inside.y_m}});
  }
  for (const auto& [level, count] : levels) out.levels.push_back({level, count});
  for (const auto& service : territory::load_services(*snapshot, found->id))
    out.services.push_back({service.code, service.name});
  const bool is_exact = sees_counts(context, *snapshot, call, found->id);
  for (const auto& count : facts::count_by_category(*snapshot, found->id)) {
    const auto& category = facts::category_of(count.category);
    out.categories.push_back({std::string(category.code), category.label, std::string(facts::name_of(count.channel)),
                              is_exact ? std::optional(count.count) : std::nullopt});
  }
  out.calendar = calendar_of(*snapshot, found->id);
  return json_response(wire::text_of(out));
}

std::string position_text(LonLat place) { return fmt::format("[{},{}]", place.lon_degrees(), place.lat_degrees()); }

// One MultiLineString a street; the longest streets are drawn first at small scales.
std::string streets_geojson(database::Snapshot& snapshot, TerritoryId territory) {
  constexpr std::int64_t major_from_mm = 2'500'000;
  std::map<std::string, std::vector<territory::StreetSegment>> streets;
  for (auto& segment : territory::load_streets(snapshot, territory)) streets[segment.name].push_back(segment);
  std::string out = R"({"type":"FeatureCollection","features":[)";
  bool is_first = true;
  for (const auto& [name, segments] : streets) {
    std::int64_t length_mm = 0;
    std::string lines;
    for (const auto& segment : segments) {
      length_mm += segment.length_mm;
      lines +=
          fmt::format("{}[{},{}]", lines.empty() ? "" : ",", position_text(segment.from), position_text(segment.to));
    }
    out += fmt::format(
        R"({}{{"type":"Feature","properties":{{"name":{},"class":"{}"}},"geometry":{{"type":"MultiLineString","coordinates":[{}]}}}})",
        is_first ? "" : ",", format::json_string(name), length_mm >= major_from_mm ? "major" : "street", lines);
    is_first = false;
  }
  return out + "]}";
}

std::string sectors_geojson(database::Snapshot& snapshot, TerritoryId territory) {
  std::string out = R"({"type":"FeatureCollection","features":[)";
  bool is_first = true;
  for (const auto& sector : territory::load_sectors(snapshot, territory)) {
    out += fmt::format(
        R"({}{{"type":"Feature","id":{},"properties":{{"id":{},"code":{},"name":{},"level":{},"parent":{}}},"geometry":{{"type":"MultiPolygon","coordinates":)",
        is_first ? "" : ",", sector.id.value, sector.id.value, format::json_string(sector.code),
        format::json_string(sector.name), sector.level, sector.parent ? std::to_string(sector.parent->value) : "null");
    format::append_coordinates(out, sector.shape);
    out += "}}";
    is_first = false;
  }
  return out + "]}";
}

std::string coast_geojson(database::Snapshot& snapshot, TerritoryId territory) {
  std::string out = R"({"type":"FeatureCollection","features":[)";
  bool is_first = true;
  for (const auto& area : territory::load_coast(snapshot, territory)) {
    out += fmt::format(
        R"({}{{"type":"Feature","properties":{{"kind":"{}"}},"geometry":{{"type":"MultiPolygon","coordinates":)",
        is_first ? "" : ",", area.kind == territory::CoastKind::sea ? "sea" : "land");
    format::append_coordinates(out, area.shape);
    out += "}}";
    is_first = false;
  }
  return out + "]}";
}

// Maps are large and rarely change: kept with their compressed form, told apart by their digest.
struct MapFile {
  std::string text;
  std::shared_ptr<const std::string> gzip_text;
  std::string etag;
};

std::shared_ptr<const MapFile> remembered_map(const std::string& key, const std::string& text) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const MapFile>> files;
  const std::string etag = '"' + crypto::sha256_hex(text).substr(0, 32) + '"';
  const std::lock_guard lock(mutex);
  auto& file = files[key];
  if (!file || file->etag != etag)
    file = std::make_shared<const MapFile>(text, std::make_shared<const std::string>(http::gzip(text)), etag);
  return file;
}

Result<http::Response> map_layer(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto found = territory::find(*snapshot, call.path[0]);
  if (!found) return Failure(found.error());
  const std::string& kind = call.path[1];
  std::string text;
  if (kind == "streets")
    text = streets_geojson(*snapshot, found->id);
  else if (kind == "sectors")
    text = sectors_geojson(*snapshot, found->id);
  else if (kind == "coast")
    text = coast_geojson(*snapshot, found->id);
  else
    return refuse(ErrorKind::not_found, {"il y a streets, sectors et coast", "there are streets, sectors and coast"},
                  "kind");
  const auto file = remembered_map(found->slug + "/" + kind, text);
  http::Response response{.content_type = "application/geo+json",
                          .headers = {{"ETag", file->etag}, {"Cache-Control", "no-cache"}},
                          .body = file->text,
                          .gzip_body = file->gzip_text};
  return response;
}

Result<http::Response> openapi(Context&, const Call&) {
  http::Response response{.content_type = "application/vnd.oai.openapi+json;version=3.1",
                          .headers = {},
                          .body = openapi_text(),
                          .gzip_body = {}};
  return response;
}

}  // namespace

std::vector<Endpoint> territory_endpoints() {
  return {
      {.method = "GET",
       .path = "/api/v1/instance",
       .summary = "The instance and its territories",
       .needs = access::Capability::see_instance,
       .query = {},
       .response = "Instance",
       .handle = instance},
      {.method = "GET",
       .path = "/api/v1/territories",
       .summary = "The territories where the caller has a standing",
       .needs = access::Capability::see_instance,
       .query = {},
       .response = R"({"type":"array","items":{"$ref":"#/components/schemas/TerritorySummary"}})",
       .handle = territories},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}",
       .summary = "One territory: sectors, categories, observation calendar",
       .needs = access::Capability::see_aggregates,
       .query = {},
       .response = "Territory",
       .handle = territory_details},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/map/{kind}",
       .summary = "The base map as GeoJSON: kind is streets, sectors or coast",
       .needs = access::Capability::see_aggregates,
       .query = {},
       .response = R"({"type":"object"})",
       .media_type = "application/geo+json",
       .handle = map_layer},
      {.method = "GET",
       .path = "/api/v1/openapi.json",
       .summary = "This document",
       .needs = Needs::nothing(),
       .query = {},
       .response = R"({"type":"object"})",
       .handle = openapi},
  };
}

}  // namespace quadrille::api
