#include "services/studies/studies.h"

#include <charconv>

#include "edge/api/api.h"
#include "edge/api/picture_cache.h"
#include "edge/api/picture_query.h"
#include "edge/api/wire.h"
#include "edge/format/picture_json.h"

namespace quadrille::api {
namespace {

wire::StudySummary to_wire(const studies::StudySummary& study) {
  return {study.id.value, study.title, study.created_at, study.data_version, study.seed, study.sha256};
}

Result<StudyId> study_id(const std::string& text) {
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size())
    return refuse(ErrorKind::not_found, {"une étude a un numéro", "a study has a number"}, "id");
  return StudyId{value};
}

Result<http::Response> list_studies(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  std::vector<wire::StudySummary> out;
  for (const auto& study : studies::list(*snapshot, territory->id)) out.push_back(to_wire(study));
  return json_response(wire::text_of(out));
}

Result<http::Response> save_study(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_new_study(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto query = to_query(wanted->query);
  if (!query) return Failure(query.error());
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  const auto ready = context.pictures.get(*snapshot, *territory, *parameters);
  if (!ready) return Failure(ready.error());
  auto tx = context.database.write();
  const auto id = studies::save(*tx, *territory, wanted->title, (*ready)->picture, (*ready)->calendar,
                                format::study_format(), {call.asker.actor(), call.asker.at});
  if (!id) return Failure(id.error());
  const auto saved = studies::find(*tx, territory->id, *id);
  if (!saved) return Failure(saved.error());
  tx->commit();
  auto response = json_response(wire::text_of(to_wire(saved->summary)), 201);
  response.headers.emplace_back("Location",
                                "/api/v1/territories/" + territory->slug + "/studies/" + std::to_string(id->value));
  return response;
}

struct Found {
  territory::Territory territory;
  studies::Study study;
};

Result<Found> find_study(database::Snapshot& snapshot, const Call& call) {
  const auto territory = territory::find(snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto id = study_id(call.path[1]);
  if (!id) return Failure(id.error());
  auto study = studies::find(snapshot, territory->id, *id);
  if (!study) return Failure(study.error());
  return Found{*territory, std::move(*study)};
}

Result<http::Response> show_study(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto found = find_study(*snapshot, call);
  if (!found) return Failure(found.error());
  // The picture's bytes as they were stored: nothing reads them on the way.
  std::string text = wire::text_of(to_wire(found->study.summary));
  text.pop_back();
  return json_response(text + R"(,"parameters":)" + found->study.parameters + R"(,"picture":)" + found->study.text +
                       "}");
}

Result<http::Response> rerun_study(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto found = find_study(*snapshot, call);
  if (!found) return Failure(found.error());
  const double started = context.clock.steady_seconds();
  const auto again = studies::rerun(*snapshot, found->territory, found->study, format::study_format(), 2, Progress());
  if (!again) return Failure(again.error());
  return json_response(
      wire::text_of(wire::Rerun{again->same, again->sha256, context.clock.steady_seconds() - started}));
}

}  // namespace

std::vector<Endpoint> study_endpoints() {
  return {
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/studies",
       .summary = "Saved studies, newest first",
       .needs = access::Capability::see_picture,
       .query = {},
       .response = R"({"type":"array","items":{"$ref":"#/components/schemas/StudySummary"}})",
       .handle = list_studies},
      {.method = "POST",
       .path = "/api/v1/territories/{slug}/studies",
       .summary = "Saves a picture with its parameters, data version and seed",
       .needs = access::Capability::save_study,
       .query = {},
       .response = "StudySummary",
       .request_schema = "NewStudy",
       .handle = save_study},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/studies/{id}",
       .summary = "A study with its picture, as it was saved",
       .needs = access::Capability::see_picture,
       .query = {},
       .response =
           R"({"type":"object","required":["id","title","created_at","data_version","seed","sha256","parameters","picture"],"properties":{"id":{"type":"integer"},"title":{"type":"string"},"created_at":{"type":"string","format":"date-time"},"data_version":{"type":"integer"},"seed":{"type":"integer"},"sha256":{"type":"string"},"parameters":{"$ref":"#/components/schemas/PictureParameters"},"picture":{"$ref":"#/components/schemas/Picture"}}})",
       .handle = show_study},
      {.method = "POST",
       .path = "/api/v1/territories/{slug}/studies/{id}/rerun",
       .summary = "Computes a study again and compares the bytes",
       .needs = access::Capability::see_picture,
       .query = {},
       .response = "Rerun",
       .handle = rerun_study}};
}

}  // namespace quadrille::api
