#include <fmt/format.h>

#include "edge/api/api.h"
#include "edge/api/picture_query.h"
#include "edge/format/export_files.h"
#include "services/audit/audit.h"
#include "services/studies/export_tables.h"

namespace quadrille::api {
namespace {

Result<http::Response> download(Context& context, const Call& call) {
  const auto kind = studies::export_kind_named(call.path[1]);
  if (!kind)
    return refuse(ErrorKind::not_found, {"il y a sectors, facts et hotspots", "there are sectors, facts and hotspots"},
                  "kind");
  const auto file_format = format::file_format_named(call.path[2]);
  if (!file_format)
    return refuse(ErrorKind::not_found, {"il y a geojson, csv et gpkg", "there are geojson, csv and gpkg"}, "format");
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto query = picture_query(call.request);
  if (!query) return Failure(query.error());
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  const auto input = studies::load_input(*snapshot, *territory, *parameters, Progress());
  if (!input) return Failure(input.error());
  const auto table = studies::make_export(*kind, *input, *parameters);
  if (!table) return Failure(table.error());
  context.recorder.record({call.asker.actor(), audit::Action::disclosure, territory->id, "export " + call.path[1],
                           fmt::format("format={} rows={}", call.path[2], table->rows.size()), call.asker.purpose});
  http::Response response{.content_type = std::string(format::media_type_of(*file_format)),
                          .headers = {},
                          .body = format::export_bytes(*table, call.path[1], *file_format),
                          .gzip_body = {}};
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}-{}.{}\"", territory->slug,
                                                                   call.path[1], call.path[2]));
  return response;
}

}  // namespace

std::vector<Endpoint> export_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/exports/{kind}.{format}",
           .summary = "Masked counts by whole months as a file: kind is sectors, facts (grid cells) or hotspots; "
                      "format is geojson, csv or gpkg",
           .needs = access::Capability::export_masked,
           .query = picture_parameters(),
           .response = R"({"type":"string","format":"binary"})",
           .media_type = "application/octet-stream",
           .handle = download}};
}

}  // namespace quadrille::api
