#include "services/sharing/targets.h"

#include "edge/api/api.h"
#include "edge/api/sharing_wire.h"
#include "host/crypto/encoding.h"
#include "services/audit/audit.h"
#include "services/territory/territory.h"

// Target deconfliction over the API: clients blind and finalise; no selector reaches the server.

namespace quadrille::api {
namespace {

wire::Contact to_wire(const sharing::releases::Contact& contact) {
  return {contact.service, contact.desk, contact.phone};
}

Failure no_keys() {
  return refuse(ErrorKind::unavailable, {"ce serveur n'a pas la clé des cibles", "this server has no target key"});
}

Result<http::Response> evaluate(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_new_evaluation(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto use = sharing::target_use_named(wanted->use);
  if (!use) return invalid({"question, registration ou renewal", "question, registration or renewal"}, "/use");
  if (!context.target_keys) return no_keys();
  std::vector<crypto::OprfElement> blinded;
  for (const auto& text : wanted->blinded) {
    const auto bytes = crypto::from_base64url(text);
    const auto element = bytes ? crypto::OprfElement::checked(*bytes) : std::nullopt;
    if (!element)
      return invalid({"32 octets en base64url : un élément de ristretto255, pas le neutre",
                      "32 bytes as base64url: an element of ristretto255, not the identity"},
                     "/blinded");
    blinded.push_back(*element);
  }
  access::Asker asker = call.asker;
  asker.purpose = wanted->purpose;
  asker.legal_basis = wanted->legal_basis;
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto evaluated =
      sharing::evaluate(*tx, *context.target_keys, territory->id, *use, blinded, context.chance, asker);
  tx->commit();  // a refusal for the quota is in the log
  if (!evaluated) return Failure(evaluated.error());
  wire::Evaluated out{evaluated->ticket, {}};
  for (const auto& epoch : evaluated->epochs) {
    wire::Evaluation evaluation{
        epoch.epoch, crypto::to_base64url(epoch.public_key.bytes()), {}, crypto::to_base64url(epoch.proof)};
    for (const auto& element : epoch.evaluated) evaluation.evaluated.push_back(crypto::to_base64url(element.bytes()));
    out.epochs.push_back(std::move(evaluation));
  }
  return json_response(wire::text_of(out), 201);
}

Result<http::Response> redeem(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_redemption(call.request.body);
  if (!wanted) return Failure(wanted.error());
  std::vector<sharing::EpochOutputs> outputs;
  for (const auto& epoch : wanted->outputs) {
    outputs.push_back({epoch.epoch, {}});
    for (const auto& text : epoch.outputs) {
      const auto bytes = crypto::from_base64url(text);
      if (!bytes || bytes->size() != sharing::TargetOutput{}.size())
        return invalid({"32 octets en base64url", "32 bytes as base64url"}, "/outputs");
      std::ranges::copy(*bytes, outputs.back().outputs.emplace_back().begin());
    }
  }
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto redeemed = sharing::redeem(*tx, territory->id, wanted->ticket, outputs, context.chance, call.asker);
  if (!redeemed) return Failure(redeemed.error());
  tx->commit();
  wire::Redeemed out{{}, redeemed->registered};
  for (const auto& answer : redeemed->answers) {
    out.answers.push_back({answer.is_hit(), {}});
    for (const auto& contact : answer.call) out.answers.back().call.push_back(to_wire(contact));
  }
  return json_response(wire::text_of(out), 201);
}

Result<http::Response> list_targets(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  wire::Targets out;
  for (const auto& target : sharing::list_targets(*snapshot, territory->id, call.asker))
    out.targets.push_back({target.code, target.epoch, target.registered_by, target.registered_at});
  for (const auto& asked : sharing::asked_by_service(*snapshot, territory->id, call.asker))
    out.asked_by_us.push_back({asked.at, asked.officer, asked.purpose, asked.legal_basis, asked.is_hit});
  for (const auto& asked : sharing::asked_about_service(*snapshot, territory->id, call.asker))
    out.asked_about_us.push_back({asked.at, asked.target, to_wire(asked.asking), asked.legal_basis});
  audit::Act act;
  act.actor = call.asker.actor();
  act.territory = territory->id;
  act.subject = "targets of the service";
  act.purpose = call.asker.purpose;
  snapshot.reset();
  context.recorder.record(act);
  return json_response(wire::text_of(out));
}

Result<http::Response> withdraw(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (auto done = sharing::withdraw_target(*tx, territory->id, call.path[1], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return http::Response{.status = 204, .headers = {}, .body = {}, .gzip_body = {}};
}

}  // namespace

std::vector<Endpoint> target_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/targets",
           .summary = "Targets of one's service, without values, and both sides of the log of questions",
           .needs = access::Capability::query_target,
           .query = {},
           .response = "Targets",
           .handle = list_targets},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/targets/evaluations",
           .summary = "Evaluates blinded targets (RFC 9497, ristretto255-SHA512, VOPRF); counts against three quotas",
           .needs = access::Capability::query_target,
           .query = {},
           .response = "Evaluated",
           .request_schema = "NewEvaluation",
           .handle = evaluate},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/targets/answers",
           .summary = "Redeems a ticket: hit or no hit and whom to call; registers or renews",
           .needs = access::Capability::query_target,
           .query = {},
           .response = "Redeemed",
           .request_schema = "NewRedemption",
           .handle = redeem},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/targets/{code}/withdrawal",
           .summary = "Withdraws a target of one's service",
           .needs = access::Capability::query_target,
           .query = {},
           .response = R"({"type":"string"})",
           .handle = withdraw}};
}

}  // namespace quadrille::api
