#include <charconv>

#include "edge/api/api.h"
#include "edge/api/wire.h"
#include "services/facts/facts.h"

namespace quadrille::api {
namespace {

Result<http::Response> list_imports(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  std::vector<wire::ImportSummary> out;
  for (const auto& one : facts::list_imports(*snapshot, territory->id)) {
    const auto& report = one.report;
    std::int64_t issues = 0;
    for (const auto& [kind, count] : report.issue_counts) issues += count;
    out.push_back({one.number, one.file, one.at, report.rows, report.added, report.changed, report.unchanged,
                   report.duplicates, report.left_out, report.without_place, report.outside_sectors,
                   report.data_version, issues});
  }
  return json_response(wire::text_of(out));
}

Result<http::Response> list_issues(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  std::int64_t number = 0;
  std::from_chars(call.path[1].data(), call.path[1].data() + call.path[1].size(), number);
  ImportId id;
  for (const auto& one : facts::list_imports(*snapshot, territory->id))
    if (one.number == number) id = one.id;
  if (id == ImportId{})
    return refuse(ErrorKind::not_found, {"aucun import de ce numéro", "no import of this number"}, "id");
  std::int64_t after = 0;
  if (const auto text = call.request.parameter("after"))
    std::from_chars(text->data(), text->data() + text->size(), after);
  std::vector<wire::ImportIssue> out;
  for (const auto& [kind, issue] : facts::load_issues(*snapshot, id, after, 1000))
    out.push_back({std::string(facts::name_of(kind)), issue.line, issue.field, issue.message, issue.found});
  return json_response(wire::text_of(out));
}

}  // namespace

std::vector<Endpoint> import_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/imports",
           .summary = "Imports, newest first",
           .needs = access::Capability::see_picture,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/ImportSummary"}})",
           .handle = list_imports},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/imports/{id}/issues",
           .summary = "What was wrong with the rows of an import, 1,000 at a time",
           .needs = access::Capability::import_facts,
           .query = {{"after", R"({"type":"integer"})", "Number of issues already read"}},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/ImportIssue"}})",
           .handle = list_issues}};
}

}  // namespace quadrille::api
