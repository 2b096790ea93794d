#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "edge/api/api.h"
#include "edge/format/export_files.h"
#include "edge/format/picture_json.h"
#include "services/audit/audit.h"
#include "services/studies/export_tables.h"
#include "services/studies/studies.h"

// OGC API - Features - Part 1: Core (OGC 17-069r4): sectors, facts and hot spots of a territory for QGIS and ogr2ogr.
// What leaves is what the exports hold: masked counts by fixed cells and whole months, of the last twelve months unless
// `datetime` asks for others.

namespace quadrille::api {
namespace {

constexpr int limit_default = 1000;
constexpr int limit_max = 10'000;

struct Collection {
  studies::ExportKind kind;
  std::string_view id;
  std::string_view title;
  std::string_view description;
};

constexpr Collection collections[] = {
    {studies::ExportKind::sectors, "sectors", "Sectors", "Counts by sector, month and channel; 1 to 4 withheld"},
    {studies::ExportKind::facts, "facts", "Facts by grid cell",
     "Counts by 500 m cell, month and channel; 1 to 4 withheld; never points"},
    {studies::ExportKind::hotspots, "hotspots", "Hot spots",
     "Cells that stand out over the months (Gi*, false discoveries controlled), without counts"},
};

std::string base_of(const Call& call) {
  return fmt::format("http://{}/ogc/{}", call.request.header("host"), call.path[0]);
}

std::string link(const std::string& href, std::string_view rel, std::string_view type, std::string_view title) {
  return fmt::format(R"({{"href":{},"rel":"{}","type":"{}","title":{}}})", format::json_string(href), rel, type,
                     format::json_string(title));
}

Result<territory::Territory> wanted_territory(Context& context, const Call& call) {
  return territory::find(*context.database.read(), call.path[0]);
}

Result<const Collection*> wanted_collection(const Call& call) {
  const auto* found = std::ranges::find(collections, call.path[1], &Collection::id);
  if (found == std::end(collections))
    return refuse(ErrorKind::not_found, {"il y a sectors, facts et hotspots", "there are sectors, facts and hotspots"},
                  "collectionId");
  return found;
}

Result<http::Response> landing(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  const std::string base = base_of(call);
  return json_response(fmt::format(
      R"({{"title":{},"description":"Masked counts by fixed cells and whole months","links":[{},{},{},{}]}})",
      format::json_string(territory->name), link(base, "self", "application/json", "This document"),
      link(base + "/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0", "The API"),
      link(base + "/conformance", "conformance", "application/json", "Conformance"),
      link(base + "/collections", "data", "application/json", "Collections")));
}

Result<http::Response> conformance(Context& context, const Call& call) {
  if (const auto territory = wanted_territory(context, call); !territory) return Failure(territory.error());
  return json_response(
      R"({"conformsTo":["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core","http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson","http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30"]})");
}

std::string extent_text(Context& context, const territory::Territory& territory) {
  auto snapshot = context.database.read();
  double west = 180;
  double south = 90;
  double east = -180;
  double north = -90;
  for (const auto& sector : territory::load_sectors(*snapshot, territory.id)) {
    for (const auto& polygon : sector.shape) {
      for (const LonLat place : polygon.outer) {
        west = std::min(west, place.lon_degrees());
        south = std::min(south, place.lat_degrees());
        east = std::max(east, place.lon_degrees());
        north = std::max(north, place.lat_degrees());
      }
    }
  }
  return fmt::format(R"({{"spatial":{{"bbox":[[{},{},{},{}]],"crs":"http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}})",
                     west, south, east, north);
}

std::string collection_text(const Collection& collection, const std::string& base, const std::string& extent) {
  const std::string self = fmt::format("{}/collections/{}", base, collection.id);
  return fmt::format(
      R"({{"id":"{}","title":"{}","description":"{}","itemType":"feature","extent":{},"crs":["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],"links":[{},{}]}})",
      collection.id, collection.title, collection.description, extent,
      link(self, "self", "application/json", collection.title),
      link(self + "/items", "items", "application/geo+json", collection.title));
}

Result<http::Response> list_collections(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  const std::string base = base_of(call);
  const std::string extent = extent_text(context, *territory);
  std::string list;
  for (const auto& collection : collections)
    list += (list.empty() ? "" : ",") + collection_text(collection, base, extent);
  return json_response(fmt::format(R"({{"collections":[{}],"links":[{}]}})", list,
                                   link(base + "/collections", "self", "application/json", "Collections")));
}

Result<http::Response> one_collection(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  const auto collection = wanted_collection(call);
  if (!collection) return Failure(collection.error());
  return json_response(collection_text(**collection, base_of(call), extent_text(context, *territory)));
}

struct Box {
  double west, south, east, north;
};

Result<std::optional<Box>> parse_bbox(const http::Request& request) {
  const auto text = request.parameter("bbox");
  if (!text) return std::optional<Box>();
  std::vector<double> numbers;
  for (const char* at = text->data(); at < text->data() + text->size();) {
    double value = 0;
    const auto [stop, failure] = std::from_chars(at, text->data() + text->size(), value);
    if (failure != std::errc()) break;
    numbers.push_back(value);
    at = stop < text->data() + text->size() && *stop == ',' ? stop + 1 : stop + 2;
  }
  if (numbers.size() == 6) numbers = {numbers[0], numbers[1], numbers[3], numbers[4]};
  if (numbers.size() != 4 || numbers[0] > numbers[2] || numbers[1] > numbers[3])
    return invalid({"il faut ouest,sud,est,nord en degrés", "west,south,east,north in degrees is needed"}, "bbox");
  return Box{numbers[0], numbers[1], numbers[2], numbers[3]};
}

bool touches(const geojson::LonLatShape& shape, const Box& box) {
  double west = 180;
  double south = 90;
  double east = -180;
  double north = -90;
  for (const auto& polygon : shape) {
    for (const LonLat place : polygon.outer) {
      west = std::min(west, place.lon_degrees());
      south = std::min(south, place.lat_degrees());
      east = std::max(east, place.lon_degrees());
      north = std::max(north, place.lat_degrees());
    }
  }
  return west <= box.east && east >= box.west && south <= box.north && north >= box.south;
}

Result<int> number_parameter(const http::Request& request, const char* name, int by_default, int most) {
  const auto text = request.parameter(name);
  if (!text) return by_default;
  int value = 0;
  const auto [stop, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc() || stop != text->data() + text->size() || value < 0)
    return invalid({"il faut un nombre entier positif", "a positive whole number is needed"}, name);
  return std::min(value, most);
}

// "2015-01-01/2015-03-31", an open end as "..", or one instant.
Result<studies::PictureQuery> parse_datetime(const http::Request& request) {
  studies::PictureQuery query;
  const auto text = request.parameter("datetime");
  if (!text) return query;
  const auto slash = text->find('/');
  const auto first = text->substr(0, std::min<std::size_t>({slash, 10, text->size()}));
  const auto last = slash == std::string::npos ? first : text->substr(slash + 1, 10);
  if (first != ".." && !first.empty()) {
    query.first_day = parse_date(first);
    if (!query.first_day)
      return invalid({"il faut 2015-01-01/2015-03-31", "2015-01-01/2015-03-31 is needed"}, "datetime");
  }
  if (last != ".." && !last.empty()) {
    query.last_day = parse_date(last);
    if (!query.last_day)
      return invalid({"il faut 2015-01-01/2015-03-31", "2015-01-01/2015-03-31 is needed"}, "datetime");
  }
  return query;
}

// Tables are made once for a client that pages through them.
class TableCache {
 public:
  template <class Make>
  Result<std::shared_ptr<const studies::ExportTable>> get(const std::string& key, const Make& make) {
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [known, table] : tables_)
        if (known == key) return table;
    }
    auto made = make();
    if (!made) return Failure(made.error());
    auto table = std::make_shared<const studies::ExportTable>(std::move(*made));
    const std::lock_guard lock(mutex_);
    tables_.insert(tables_.begin(), {key, table});
    if (tables_.size() > 6) tables_.pop_back();
    return table;
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::shared_ptr<const studies::ExportTable>>> tables_;
};

Result<std::shared_ptr<const studies::ExportTable>> wanted_table(Context& context, const Call& call,
                                                                 const territory::Territory& territory,
                                                                 const Collection& collection) {
  static TableCache cache;
  auto snapshot = context.database.read();
  auto query = parse_datetime(call.request);
  if (!query) return Failure(query.error());
  const auto days = facts::days_with_facts(*snapshot, territory.id);
  if (days && !query->last_day) query->last_day = days->end - 1;
  if (days && !query->first_day)
    query->first_day = call.request.parameter("datetime") ? days->begin : *query->last_day - 365;
  const auto parameters = studies::complete(*query, *snapshot, territory);
  if (!parameters) return Failure(parameters.error());
  const std::string key = fmt::format("{} {} {} {}", territory.slug, territory.data_version, collection.id,
                                      format::parameters_text(*parameters));
  return cache.get(key, [&]() -> Result<studies::ExportTable> {
    const auto input = studies::load_input(*snapshot, territory, *parameters, Progress());
    if (!input) return Failure(input.error());
    return studies::make_export(collection.kind, *input, *parameters);
  });
}

void record(Context& context, const Call& call, const territory::Territory& territory, const Collection& collection,
            std::size_t count) {
  context.recorder.record({call.asker.actor(), audit::Action::disclosure, territory.id,
                           fmt::format("ogc {}", collection.id), fmt::format("features={}", count),
                           call.asker.purpose});
}

std::string page_link(const Call& call, const std::string& base, int limit, int offset) {
  std::string href = fmt::format("{}/items?limit={}&offset={}", base, limit, offset);
  for (const char* name : {"bbox", "datetime"})
    if (const auto value = call.request.parameter(name)) href += fmt::format("&{}={}", name, http::escape(*value));
  return href;
}

Result<http::Response> items(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  const auto collection = wanted_collection(call);
  if (!collection) return Failure(collection.error());
  const auto box = parse_bbox(call.request);
  if (!box) return Failure(box.error());
  const auto limit = number_parameter(call.request, "limit", limit_default, limit_max);
  if (!limit) return Failure(limit.error());
  const auto offset = number_parameter(call.request, "offset", 0, 1'000'000'000);
  if (!offset) return Failure(offset.error());
  const auto table = wanted_table(context, call, *territory, **collection);
  if (!table) return Failure(table.error());
  int matched = 0;
  int returned = 0;
  std::string features;
  for (const auto& row : (*table)->rows) {
    if (*box && !touches(row.shape, **box)) continue;
    ++matched;
    if (matched <= *offset || returned == std::max(1, *limit)) continue;
    if (returned++ > 0) features += ',';
    format::append_export_feature(features, row);
  }
  record(context, call, *territory, **collection, static_cast<std::size_t>(returned));
  const std::string base = fmt::format("{}/collections/{}", base_of(call), (*collection)->id);
  std::string links = link(page_link(call, base, *limit, *offset), "self", "application/geo+json", "This page");
  // GDAL's client asks for what the link says: small pages would take it forever.
  if (*offset + returned < matched)
    links += "," + link(page_link(call, base, std::max(*limit, limit_default), *offset + returned), "next",
                        "application/geo+json", "Next page");
  auto response = json_response(fmt::format(
      R"({{"type":"FeatureCollection","numberMatched":{},"numberReturned":{},"links":[{}],"features":[{}]}})", matched,
      returned, links, features));
  response.content_type = "application/geo+json";
  return response;
}

Result<http::Response> one_item(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  const auto collection = wanted_collection(call);
  if (!collection) return Failure(collection.error());
  const auto table = wanted_table(context, call, *territory, **collection);
  if (!table) return Failure(table.error());
  const auto row = std::ranges::find((*table)->rows, call.path[2], &studies::ExportRow::id);
  if (row == (*table)->rows.end())
    return refuse(ErrorKind::not_found, {"aucun élément de ce nom", "no item of this name"}, "featureId");
  record(context, call, *territory, **collection, 1);
  std::string text;
  format::append_export_feature(text, *row);
  auto response = json_response(std::move(text));
  response.content_type = "application/geo+json";
  return response;
}

// The small OpenAPI 3.0 document that clients of this standard ask for.
Result<http::Response> description(Context& context, const Call& call) {
  const auto territory = wanted_territory(context, call);
  if (!territory) return Failure(territory.error());
  http::Response response{
      .content_type = "application/vnd.oai.openapi+json;version=3.0", .headers = {}, .body = {}, .gzip_body = {}};
  std::string paths =
      R"("/":{"get":{"responses":{"200":{"description":"Landing page"}}}},"/conformance":{"get":{"responses":{"200":{"description":"Conformance"}}}},"/collections":{"get":{"responses":{"200":{"description":"Collections"}}}})";
  for (const auto& collection : collections)
    paths += fmt::format(
        R"(,"/collections/{}/items":{{"get":{{"parameters":[{{"name":"limit","in":"query","schema":{{"type":"integer","minimum":1,"maximum":{},"default":{}}}}},{{"name":"offset","in":"query","schema":{{"type":"integer"}}}},{{"name":"bbox","in":"query","schema":{{"type":"string"}}}},{{"name":"datetime","in":"query","schema":{{"type":"string"}}}}],"responses":{{"200":{{"description":"{}"}}}}}}}})",
        collection.id, limit_max, limit_default, collection.title);
  response.body = fmt::format(
      R"({{"openapi":"3.0.3","info":{{"title":{},"version":"1"}},"servers":[{{"url":{}}}],"paths":{{{}}}}})",
      format::json_string(territory->name), format::json_string(base_of(call)), paths);
  return response;
}

}  // namespace

std::vector<Endpoint> ogc_endpoints() {
  constexpr std::string_view object = R"({"type":"object"})";
  const std::vector<Parameter> paging{
      {"limit", R"({"type":"integer"})", "Features of a page (default 1,000)"},
      {"offset", R"({"type":"integer"})", "Features passed over"},
      {"bbox", R"({"type":"string"})", "west,south,east,north"},
      {"datetime", R"({"type":"string"})", "2015-01-01/2015-03-31; whole months of it"}};
  return {
      {.method = "GET",
       .path = "/ogc/{slug}",
       .summary = "OGC API Features: landing page",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .handle = landing},
      {.method = "GET",
       .path = "/ogc/{slug}/api",
       .summary = "OGC API Features: description",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .handle = description},
      {.method = "GET",
       .path = "/ogc/{slug}/conformance",
       .summary = "OGC API Features: conformance",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .handle = conformance},
      {.method = "GET",
       .path = "/ogc/{slug}/collections",
       .summary = "OGC API Features: collections",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .handle = list_collections},
      {.method = "GET",
       .path = "/ogc/{slug}/collections/{collectionId}",
       .summary = "OGC API Features: one collection",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .handle = one_collection},
      {.method = "GET",
       .path = "/ogc/{slug}/collections/{collectionId}/items",
       .summary = "OGC API Features: masked features",
       .needs = access::Capability::export_masked,
       .query = paging,
       .response = object,
       .media_type = "application/geo+json",
       .handle = items},
      {.method = "GET",
       .path = "/ogc/{slug}/collections/{collectionId}/items/{featureId}",
       .summary = "OGC API Features: one feature",
       .needs = access::Capability::export_masked,
       .query = {},
       .response = object,
       .media_type = "application/geo+json",
       .handle = one_item},
  };
}

}  // namespace quadrille::api
