#include "edge/api/api.h"
#include "edge/api/recall_wire.h"
#include "edge/format/dossier_json.h"
#include "edge/format/dossier_pdf.h"
#include "services/provenance/provenance.h"

// Provenance dossiers of notes, as PDF and as JSON. POST: each is a disclosure that the log keeps.

namespace quadrille::api {
namespace {

using access::Capability;

struct Printed {
  territory::Territory territory;
  provenance::NoteDossier dossier;
};

Result<Printed> print(Context& context, const Call& call, access::Exit exit) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_dossier_wish(call.request.body);
  if (!form) return Failure(form.error());
  auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  provenance::Provenance provenance(context.database, context.access, context.notes, context.signer, context.chance);
  // Whoever comes with a token takes it as a client of the API, in whatever form.
  const auto way = call.asker.viewer.limited_to ? access::Exit::api_client : exit;
  auto dossier = provenance.print(*territory, call.path[1], {way, form->recipient, call.language}, call.asker);
  if (!dossier) return Failure(dossier.error());
  return Printed{std::move(*territory), std::move(*dossier)};
}

Result<http::Response> print_pdf(Context& context, const Call& call) {
  const auto printed = print(context, call, access::Exit::pdf);
  if (!printed) return Failure(printed.error());
  const auto zone = clock::TimeZone::open(printed->territory.time_zone);
  if (!zone) return Failure(zone.error());
  http::Response response{.status = 201,
                          .content_type = "application/pdf",
                          .headers = {},
                          .body = format::dossier_pdf(printed->dossier, *zone, call.language),
                          .gzip_body = {}};
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"dossier-" + printed->dossier.code + ".pdf\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<http::Response> print_json(Context& context, const Call& call) {
  const auto printed = print(context, call, access::Exit::export_file);
  if (!printed) return Failure(printed.error());
  auto response = json_response(format::dossier_json(printed->dossier), 201);
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"dossier-" + printed->dossier.code + ".json\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

std::vector<Endpoint> dossier_endpoints() {
  return {{.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/dossier.pdf",
           .summary = "Prints the provenance dossier of a note",
           .needs = Capability::print_dossier,
           .query = {},
           .response = R"({"type":"string","format":"binary"})",
           .media_type = "application/pdf",
           .request_schema = "DossierWish",
           .handle = print_pdf},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/dossier.json",
           .summary = "The provenance dossier of a note with its proofs (docs/dossier.schema.json)",
           .needs = Capability::print_dossier,
           .query = {},
           .response = R"({"type":"object"})",
           .request_schema = "DossierWish",
           .handle = print_json}};
}

}  // namespace quadrille::api
