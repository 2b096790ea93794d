#include <fmt/format.h>

#include "edge/api/api.h"
#include "edge/api/picture_query.h"
#include "edge/api/wire.h"
#include "edge/format/export_files.h"
#include "services/audit/audit.h"
#include "services/studies/export_tables.h"

namespace quadrille::api {
namespace {

struct Wanted {
  territory::Territory territory;
  studies::ExportTable table;
};

Result<Wanted> wanted_table(Context& context, const Call& call, studies::ExportKind kind) {
  auto snapshot = context.database.read();
  auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto query = picture_query(call.request);
  if (!query) return Failure(query.error());
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  const auto input = studies::load_input(*snapshot, *territory, *parameters, Progress());
  if (!input) return Failure(input.error());
  auto table = studies::make_export(kind, *input, *parameters);
  if (!table) return Failure(table.error());
  return Wanted{std::move(*territory), std::move(*table)};
}

void record_disclosure(Context& context, const Call& call, TerritoryId territory, const std::string& subject,
                       const std::string& details) {
  context.recorder.record({.actor = call.asker.actor(),
                           .action = audit::Action::disclosure,
                           .territory = territory,
                           .subject = subject,
                           .details = details,
                           .purpose = call.asker.purpose,
                           .legal_basis = call.asker.legal_basis});
}

// What partners see: the masked table on the screen, of the last whole months unless others are asked for.
Result<http::Response> aggregates(Context& context, const Call& call) {
  const auto wanted = wanted_table(context, call, studies::ExportKind::sectors);
  if (!wanted) return Failure(wanted.error());
  wire::Aggregates out{{}, wanted->table.source};
  for (const auto& row : wanted->table.rows)
    out.rows.push_back(
        {row.id, row.place, row.month, std::string(facts::name_of(row.channel)), row.observed_days, row.count});
  return json_response(wire::text_of(out));
}

Result<http::Response> download(Context& context, const Call& call) {
  const auto kind = studies::export_kind_named(call.path[1]);
  if (!kind)
    return refuse(ErrorKind::not_found, {"il y a sectors, facts et hotspots", "there are sectors, facts and hotspots"},
                  "kind");
  const auto file_format = format::file_format_named(call.path[2]);
  if (!file_format)
    return refuse(ErrorKind::not_found, {"il y a geojson, csv et gpkg", "there are geojson, csv and gpkg"}, "format");
  const auto wanted = wanted_table(context, call, *kind);
  if (!wanted) return Failure(wanted.error());
  const auto& [territory, table] = *wanted;
  record_disclosure(context, call, territory.id, "export " + call.path[1],
                    fmt::format("format={} rows={}", call.path[2], table.rows.size()));
  http::Response response{.content_type = std::string(format::media_type_of(*file_format)),
                          .headers = {},
                          .body = format::export_bytes(table, call.path[1], *file_format),
                          .gzip_body = {}};
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}-{}.{}\"", territory.slug,
                                                                   call.path[1], call.path[2]));
  return response;
}

}  // namespace

std::vector<Endpoint> export_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/aggregates",
           .summary = "Masked counts by sector, whole month and channel, to be looked at",
           .needs = access::Capability::see_aggregates,
           .query = picture_parameters(),
           .response = "Aggregates",
           .handle = aggregates},
          {.method = "GET",
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
