#include <algorithm>

#include "edge/api/api.h"
#include "edge/api/erasing.h"
#include "edge/api/recall_wire.h"
#include "host/clock/time_zone.h"
#include "services/recall/recall.h"

// Recalls of notes, their receipts, and the verification of either.

namespace quadrille::api {
namespace {

using access::Capability;

struct Desk {
  territory::Territory territory;
  std::vector<territory::Service> services;
  retention::Eraser eraser;
  recall::Recalls recalls;

  Desk(Context& context, territory::Territory where, std::vector<territory::Service> its)
      : territory(std::move(where)),
        services(std::move(its)),
        eraser(eraser_of(context.signer, context.chance)),
        recalls(context.database, context.access, context.recorder, context.signer, eraser, context.chance) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  [[nodiscard]] std::string code_of(ServiceId id) const {
    for (const auto& service : services)
      if (service.id == id) return service.code;
    return "";
  }
};

Result<std::unique_ptr<Desk>> desk_of(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  auto services = territory::load_services(*snapshot, territory->id);
  return std::make_unique<Desk>(context, std::move(*territory), std::move(services));
}

template <class Word>
wire::RecallWord named(Word word) {
  return {std::string(recall::name_of(word)), recall::label_of(word)};
}

wire::HoldingView to_wire(const recall::Holding& holding, const Desk& desk) {
  return {desk.code_of(holding.service),
          holding.is_given,
          holding.was_given,
          holding.openings,
          holding.copies,
          holding.last,
          holding.additions,
          holding.requests};
}

wire::RecallView to_wire(const recall::Recall& recall, const Desk& desk) {
  wire::RecallView view{recall.code,
                        recall.object,
                        named(recall.effect),
                        recall.reason,
                        recall.made_at,
                        recall.deadline,
                        desk.code_of(recall.originator),
                        recall.is_ours,
                        recall.is_settled(),
                        recall.is_overdue(),
                        {}};
  for (const auto& holder : recall.holders)
    view.holders.push_back({to_wire(holder.holding, desk), holder.recall_note, holder.position,
                            holder.answer ? std::optional(named(*holder.answer)) : std::nullopt, holder.answered_at,
                            holder.copies, holder.words, holder.receipt_note, holder.is_settled, holder.is_overdue});
  return view;
}

Result<http::Response> list_holders(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto held = (*desk)->recalls.holdings((*desk)->territory, call.path[1], call.asker);
  if (!held) return Failure(held.error());
  std::vector<wire::HoldingView> out;
  for (const auto& one : *held) out.push_back(to_wire(one, **desk));
  return json_response(wire::text_of(out));
}

Result<http::Response> make_recall(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_new_recall(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  recall::RecallWish wish;
  wish.reason = form->reason;
  const auto effect = recall::effect_named(form->effect.value_or("withdraw"));
  if (!effect) return invalid({"withdraw ou erase", "withdraw or erase"}, "effect");
  wish.effect = *effect;
  for (const auto& code : form->services.value_or(std::vector<std::string>{})) {
    const auto service = std::ranges::find((*desk)->services, code, &territory::Service::code);
    if (service == (*desk)->services.end())
      return invalid({"ce service n'existe pas dans le territoire", "there is no such service in the territory"},
                     "services");
    wish.services.push_back(service->id);
  }
  const auto day = parse_date(form->deadline);
  const auto zone = clock::TimeZone::open((*desk)->territory.time_zone);
  if (!zone) return Failure(zone.error());
  if (!day) return invalid({"une date comme 2026-12-02", "a date like 2026-12-02"}, "deadline");
  wish.deadline = {zone->day(*day).end.utc_ms - 1};
  const auto code = (*desk)->recalls.recall((*desk)->territory, call.path[1], wish, call.asker);
  if (!code) return Failure(code.error());
  return json_response(wire::text_of(wire::RecallMade{*code}), 201);
}

Result<recall::Which> which_of(const Call& call) {
  const auto which = recall::which_named(call.request.parameter("which").value_or("unsettled"));
  if (which) return *which;
  return invalid({"all, unsettled ou overdue", "all, unsettled or overdue"}, "which");
}

Result<http::Response> list_recalls(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto which = which_of(call);
  if (!which) return Failure(which.error());
  std::vector<wire::RecallView> out;
  for (const auto& one : (*desk)->recalls.list((*desk)->territory, *which, call.asker))
    out.push_back(to_wire(one, **desk));
  return json_response(wire::text_of(out));
}

Result<http::Response> list_lines(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto which = which_of(call);
  if (!which) return Failure(which.error());
  std::vector<wire::RecallLineView> out;
  for (const auto& [line, answer, answered_at, copies, words, receipt, is_settled, is_overdue] :
       (*desk)->recalls.lines((*desk)->territory, *which, call.asker))
    out.push_back({line.recall,
                   line.object,
                   line.deadline,
                   {line.call.service, line.call.desk, line.call.phone},
                   answer ? std::optional(named(*answer)) : std::nullopt,
                   answered_at,
                   copies,
                   words,
                   receipt,
                   is_settled,
                   is_overdue});
  return json_response(wire::text_of(out));
}

Result<http::Response> show_recall(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto found = (*desk)->recalls.find((*desk)->territory, call.path[1], call.asker);
  if (!found) return Failure(found.error());
  return json_response(wire::text_of(to_wire(*found, **desk)));
}

Result<http::Response> answer_recall(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_recall_answer(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto answer = recall::answer_named(form->answer);
  if (!answer)
    return invalid({"destroyed, held_nothing ou in_procedure", "destroyed, held_nothing or in_procedure"}, "answer");
  const auto receipt = (*desk)->recalls.answer(
      (*desk)->territory, call.path[1], {*answer, form->copies.value_or(0), form->words.value_or("")}, call.asker);
  if (!receipt) return Failure(receipt.error());
  return json_response(wire::text_of(wire::RecallAnswered{*receipt}), 201);
}

Result<http::Response> verify_statement(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_statement(call.request.body);
  if (!form) return Failure(form.error());
  std::vector<audit::VerifierKey> keys;
  for (const auto& key : audit::log_keys(*context.database.read())) keys.push_back(key.verifier);
  const auto verified = recall::verify_statement(form->statement, keys);
  if (!verified) return Failure(verified.error());
  const char* kind = verified->recall           ? "recall"
                     : verified->receipt        ? "receipt"
                     : verified->end_of_keeping ? "end_of_keeping"
                                                : "erasure";
  return json_response(wire::text_of(wire::StatementVerified{kind, verified->signer, verified->text}), 201);
}

}  // namespace

std::vector<Endpoint> recall_endpoints() {
  constexpr auto takes_back = Capability::recall;
  constexpr auto answers = Capability::answer_received;
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}/holders",
           .summary = "Which services hold a note of the caller's service, from its marking and the audit log",
           .needs = takes_back,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/HoldingView"}})",
           .handle = list_holders},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/recalls",
           .summary = "Takes a note back from services, or erases it everywhere",
           .needs = takes_back,
           .query = {},
           .response = "RecallMade",
           .request_schema = "NewRecall",
           .handle = make_recall},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/recalls",
           .summary = "Recalls the caller's service made or has to answer, newest first",
           .needs = answers,
           .query = {{"which", R"({"enum":["all","unsettled","overdue"]})", "Default unsettled"}},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/RecallView"}})",
           .handle = list_recalls},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/recall-lines",
           .summary = "Recalls the caller's service has to answer, as whoever reads no notes is told of them",
           .needs = answers,
           .query = {{"which", R"({"enum":["all","unsettled","overdue"]})", "Default unsettled"}},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/RecallLineView"}})",
           .handle = list_lines},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/recalls/{code}",
           .summary = "A recall with its signed statements and receipts",
           .needs = answers,
           .query = {},
           .response = "RecallView",
           .handle = show_recall},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/recalls/{code}/answer",
           .summary = "Answers a recall for the caller's service; gives the signed receipt",
           .needs = answers,
           .query = {},
           .response = "RecallAnswered",
           .request_schema = "RecallAnswer",
           .handle = answer_recall},
          {.method = "POST",
           .path = "/api/v1/statements/verify",
           .summary = "Whether a recall, receipt or erasure was signed by this instance",
           .needs = Capability::see_instance,
           .query = {},
           .response = "StatementVerified",
           .request_schema = "StatementText",
           .handle = verify_statement}};
}

}  // namespace quadrille::api
