#include <algorithm>
#include <charconv>

#include "edge/api/api.h"
#include "edge/api/erasing.h"
#include "edge/api/note_form.h"
#include "edge/api/recall_wire.h"
#include "services/retention/own_keeping.h"

// What is kept how long, what was erased, judicial decisions, and what is held on a person who asks.

namespace quadrille::api {

namespace {

using access::Capability;
using retention::DueKind;

struct Desk {
  territory::Territory territory;
  retention::Eraser eraser;
  retention::Retention retention;

  Desk(Context& context, territory::Territory where)
      : territory(std::move(where)),
        eraser(eraser_of(context.signer, context.chance)),
        retention(context.database, context.access, context.recorder, eraser) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
};

Result<std::unique_ptr<Desk>> desk_of(Context& context, const Call& call) {
  auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  return std::make_unique<Desk>(context, std::move(*territory));
}

wire::ErasureReceiptView to_wire(const retention::Receipt& receipt) {
  return {receipt.code,    receipt.at,
          receipt.object,  {std::string(retention::name_of(receipt.cause)), retention::label_of(receipt.cause)},
          receipt.basis,   receipt.note,
          receipt.position};
}

Result<http::Response> show_retention(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  int days = 90;
  if (const auto text = call.request.parameter("days")) {
    days = 0;
    std::from_chars(text->data(), text->data() + text->size(), days);
  }
  if (days < 1 || days > 400) return invalid({"de 1 à 400", "from 1 to 400"}, "days");
  wire::RetentionView view;
  for (const auto& row : retention::periods())
    view.periods.push_back({std::string(row.name), row.what, row.days, retention::label_of(row.from),
                            retention::label_of(row.basis), row.source});
  for (const auto& day : (*desk)->retention.calendar((*desk)->territory, days, call.asker).days)
    view.days.push_back({{static_cast<std::int32_t>(day.day)},
                         day.of(DueKind::note),
                         day.about_minors,
                         day.with_persons,
                         day.of(DueKind::request),
                         day.of(DueKind::operation),
                         day.of(DueKind::conflict),
                         day.of(DueKind::target),
                         day.of(DueKind::recall)});
  view.today = {static_cast<std::int32_t>(call.asker.at.utc_ms / 86'400'000)};
  for (auto& late : (*desk)->retention.late((*desk)->territory, call.asker))
    view.late.push_back({std::move(late.object), late.due, std::move(late.why)});
  return json_response(wire::text_of(view));
}

Result<http::Response> show_own_keeping(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto own = retention::own_keeping(context.database, context.access, context.recorder, (*desk)->territory,
                                          call.path[1], call.asker);
  if (!own) return Failure(own.error());
  return json_response(wire::text_of(wire::OwnKeepingView{own->note_until, own->until}));
}

Result<http::Response> shorten_own_keeping(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_own_keeping(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto& territory = (*desk)->territory;
  const auto done = retention::shorten_own(context.database, context.access, context.recorder, territory, call.path[1],
                                           end_of(form->retain_until, territory), call.asker);
  if (!done) return Failure(done.error());
  return show_own_keeping(context, call);
}

Result<http::Response> list_erasures(Context& context, const Call& call) {
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  std::vector<wire::ErasureReceiptView> out;
  for (const auto& receipt : (*desk)->retention.receipts((*desk)->territory, 200, call.asker))
    out.push_back(to_wire(receipt));
  return json_response(wire::text_of(out));
}

Result<http::Response> record_decision(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_decision(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto decision = retention::decision_named(form->decision);
  if (!decision)
    return invalid({"acquittal, no_case ou discontinued", "acquittal, no_case or discontinued"}, "decision");
  const auto done = (*desk)->retention.record_decision(
      (*desk)->territory, {*decision, form->reference, form->note, form->procedure}, call.asker);
  if (!done) return Failure(done.error());
  return json_response(wire::text_of(wire::DecisionEffect{done->erased, done->mentioned}), 201);
}

// Whoever answers persons stands in no territory, and has to know where to look.
Result<http::Response> list_places(Context& context, const Call&) {
  std::vector<wire::AnswerPlace> out;
  for (const auto& territory : territory::list(*context.database.read()))
    out.push_back({territory.slug, territory.name});
  return json_response(wire::text_of(out));
}

Result<http::Response> search_person(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_person_search(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  retention::PersonQuestion question{form->reference, form->terms.value_or(std::vector<std::string>{}), {}};
  for (const auto& selector : form->selectors.value_or(std::vector<wire::PersonSelector>{})) {
    const auto kind = sharing::selector_kind_named(selector.kind);
    if (!kind) return invalid({"sélecteur inconnu", "unknown selector"}, "selectors");
    question.selectors.emplace_back(*kind, selector.value);
  }
  const auto answer = (*desk)->retention.search_person((*desk)->territory, question, call.asker);
  if (!answer) return Failure(answer.error());
  wire::PersonAnswerView view{{}, answer->is_cut};
  for (const auto& hit : answer->hits)
    view.hits.push_back({hit.note, hit.where, hit.excerpt, hit.retain_until,
                         hit.category ? std::optional(wire::RecallWord{std::string(notes::name_of(*hit.category)),
                                                                       notes::label_of(*hit.category)})
                                      : std::nullopt});
  return json_response(wire::text_of(view), 201);
}

Result<http::Response> erase_for_person(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto form = wire::read_person_erasure(call.request.body);
  if (!form) return Failure(form.error());
  const auto desk = desk_of(context, call);
  if (!desk) return Failure(desk.error());
  const auto receipt =
      (*desk)->retention.erase_for_person((*desk)->territory, call.path[1], form->reference, call.asker);
  if (!receipt) return Failure(receipt.error());
  return json_response(wire::text_of(to_wire(*receipt)), 201);
}

}  // namespace

std::vector<Endpoint> retention_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/retention",
           .summary = "How long things are kept, with their sources, when what the caller may see ends, and what stays "
                      "past its end",
           .needs = Capability::read_notes,
           .query = {{"days", R"({"type":"integer","minimum":1,"maximum":400})", "Days listed, default 90"}},
           .response = "RetentionView",
           .handle = show_retention},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}/own-keeping",
           .summary = "Until when the caller's service keeps a note it received",
           .needs = Capability::read_notes,
           .query = {},
           .response = "OwnKeepingView",
           .handle = show_own_keeping},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/own-keeping",
           .summary = "Ends the caller's service's own keeping of a note it received sooner, for nobody else",
           .needs = Capability::answer_received,
           .query = {},
           .response = "OwnKeepingView",
           .request_schema = "OwnKeepingWish",
           .handle = shorten_own_keeping},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/erasures",
           .summary = "Signed receipts of what was erased and the caller could read, newest first",
           .needs = Capability::read_notes,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/ErasureReceiptView"}})",
           .handle = list_erasures},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/judicial-decisions",
           .summary = "Records an acquittal or a discontinuance; it reaches everything derived",
           .needs = Capability::set_judicial,
           .query = {},
           .response = "DecisionEffect",
           .request_schema = "JudicialDecision",
           .handle = record_decision},
          {.method = "GET",
           .path = "/api/v1/person-search-places",
           .summary = "Territories in which a person's data are looked for",
           .needs = Capability::answer_person,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/AnswerPlace"}})",
           .handle = list_places},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/person-searches",
           .summary = "Everything held on a person who exercises their rights",
           .needs = Capability::answer_person,
           .query = {},
           .response = "PersonAnswerView",
           .request_schema = "PersonSearch",
           .handle = search_person},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/erasure",
           .summary = "Erases a note for a person who exercises their rights",
           .needs = Capability::answer_person,
           .query = {},
           .response = "ErasureReceiptView",
           .request_schema = "PersonErasure",
           .handle = erase_for_person}};
}

}  // namespace quadrille::api
