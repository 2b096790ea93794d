#include "services/notes/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "edge/api/api.h"
#include "edge/api/note_form.h"
#include "edge/api/note_wire.h"
#include "services/sharing/note_matching.h"

namespace quadrille::api {
namespace {

using access::Capability;

Result<NoteNames> names_of(Context& context, const Call& call) {
  const auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  return note_names(context.notes, context.access, context.database, *territory, call.asker);
}

std::optional<ServiceId> own_service(const Call& call, TerritoryId territory) {
  const auto* standing = call.asker.viewer.in(territory);
  return standing && standing->service.value != 0 ? std::optional(standing->service) : std::nullopt;
}

// ---- looks ----------------------------------------------------------------------------------------------------------

// A word of the query string, or an Error that names the parameter.
template <class T, class Named>
Result<std::optional<T>> parameter(const Call& call, const char* name, Named named) {
  const auto text = call.request.parameter(name);
  if (!text || text->empty()) return std::optional<T>();
  const std::optional<T> value = named(*text);
  if (!value) return invalid({"valeur inconnue", "unknown value"}, name);
  return value;
}

// A sector and those inside it.
std::vector<SectorId> with_parts(SectorId sector, const std::vector<notes::PlaceName>& all) {
  std::vector<SectorId> found{sector};
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto& place : all)
      if (place.parent == found[i]) found.push_back(place.id);
  return found;
}

Result<void> read_place(notes::Filter& filter, const Call& call, const NoteNames& names) {
  const auto sector = parameter<SectorId>(call, "sector", [&](const std::string& code) -> std::optional<SectorId> {
    const auto found = std::ranges::find(*names.sectors, code, &notes::PlaceName::code);
    return found == names.sectors->end() ? std::nullopt : std::optional(found->id);
  });
  if (!sector) return Failure(sector.error());
  if (*sector) filter.sectors = with_parts(**sector, *names.sectors);
  const auto service = parameter<ServiceId>(call, "service", [&](const std::string& code) -> std::optional<ServiceId> {
    const auto found = std::ranges::find(names.services, code, &territory::Service::code);
    return found == names.services.end() ? std::nullopt : std::optional(found->id);
  });
  if (!service) return Failure(service.error());
  filter.originator = *service;
  const auto from = parameter<CivilDate>(call, "from", [](const std::string& day) { return parse_date(day); });
  if (!from) return Failure(from.error());
  const auto to = parameter<CivilDate>(call, "to", [](const std::string& day) { return parse_date(day); });
  if (!to) return Failure(to.error());
  if (*from || *to) {
    const Instant begin = *from ? end_of(**from - 1, names.territory) : Instant{};
    const Instant end = *to ? end_of(**to, names.territory) : Instant{INT64_MAX / 2};
    filter.period = Window{begin, end};
  }
  return {};
}

Result<notes::Filter> read_filter(const Call& call, const NoteNames& names, notes::Filter::Scope scope) {
  notes::Filter filter{.scope = scope,
                       .stage = {},
                       .channel = {},
                       .product = {},
                       .sectors = {},
                       .originator = {},
                       .period = {},
                       .search = call.request.parameter("q").value_or("")};
  const auto stage = parameter<notes::Stage>(call, "stage", [](const auto& name) { return notes::stage_named(name); });
  if (!stage) return Failure(stage.error());
  filter.stage = *stage;
  const auto channel =
      parameter<notes::Channel>(call, "channel", [](const auto& name) { return notes::channel_named(name); });
  if (!channel) return Failure(channel.error());
  filter.channel = *channel;
  const auto product =
      parameter<notes::Product>(call, "product", [](const auto& name) { return notes::product_named(name); });
  if (!product) return Failure(product.error());
  filter.product = *product;
  if (auto ok = read_place(filter, call, names); !ok) return Failure(ok.error());
  return filter;
}

Result<notes::PageWish> read_page_wish(const Call& call) {
  notes::PageWish wish{50, call.request.parameter("cursor").value_or("")};
  if (const auto limit = call.request.parameter("limit")) {
    const char* end = limit->data() + limit->size();
    const auto [stop, failure] = std::from_chars(limit->data(), end, wish.limit);
    if (failure != std::errc() || stop != end) return invalid({"un nombre entier", "a whole number"}, "limit");
  }
  return wish;
}

Result<http::Response> list_notes_in(Context& context, const Call& call, notes::Filter::Scope scope) {
  const auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  const auto filter = read_filter(call, *names, scope);
  if (!filter) return Failure(filter.error());
  const auto wish = read_page_wish(call);
  if (!wish) return Failure(wish.error());
  const auto page = context.notes.list(names->territory, *filter, *wish, call.asker);
  if (!page) return Failure(page.error());
  wire::NotePage out;
  for (const auto& note : page->notes) out.notes.push_back(to_wire(note, *names));
  if (!page->next.empty()) out.next = page->next;
  return json_response(wire::text_of(out));
}

Result<http::Response> list_notes(Context& context, const Call& call) {
  return list_notes_in(context, call, notes::Filter::Scope::readable);
}
Result<http::Response> list_own_notes(Context& context, const Call& call) {
  return list_notes_in(context, call, notes::Filter::Scope::mine);
}

Result<http::Response> count_notes(Context& context, const Call& call) {
  const auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  const auto filter = read_filter(call, *names, notes::Filter::Scope::readable);
  if (!filter) return Failure(filter.error());
  const auto facets = context.notes.facets(names->territory, *filter, call.asker);
  if (!facets) return Failure(facets.error());
  return json_response(wire::text_of(to_wire(*facets, *names)));
}

Result<http::Response> show_note(Context& context, const Call& call) {
  const auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  const auto dossier = context.notes.find(names->territory, call.path[1], call.asker);
  if (!dossier) return Failure(dossier.error());
  return json_response(wire::text_of(to_wire(*dossier, *names)));
}

Result<http::Response> match_note(Context& context, const Call& call) {
  const auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  const auto found = sharing::matches_of_note(context.database, context.access, context.notes, names->territory,
                                              call.path[1], call.asker);
  if (!found) return Failure(found.error());
  return json_response(wire::text_of(to_wire(*found, *names)));
}

Result<http::Response> show_form(Context& context, const Call& call) {
  const auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  return json_response(wire::text_of(note_form(*names, own_service(call, names->territory.id))));
}

// ---- entry and work -------------------------------------------------------------------------------------------------

// The names and the body, each checked.
template <class Wish>
struct Posted {
  NoteNames names;
  Wish wish;
};
template <class Wish>
Result<Posted<Wish>> posted(Context& context, const Call& call, Result<Wish> (*read)(const std::string&)) {
  if (auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  auto wish = read(call.request.body);
  if (!wish) return Failure(wish.error());
  auto names = names_of(context, call);
  if (!names) return Failure(names.error());
  return Posted<Wish>{std::move(*names), std::move(*wish)};
}

Result<http::Response> add_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_note);
  if (!body) return Failure(body.error());
  const auto note = to_note(body->wish, body->names, own_service(call, body->names.territory.id));
  if (!note) return Failure(note.error());
  const auto added = context.notes.add(body->names.territory, *note, call.asker);
  if (!added) return Failure(added.error());
  auto response = json_response(wire::text_of(wire::NoteAdded{added->code, added->retain_until}), 201);
  response.headers.emplace_back("Location",
                                "/api/v1/territories/" + body->names.territory.slug + "/notes/" + added->code);
  return response;
}

Result<http::Response> add_notes(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_notes);
  if (!body) return Failure(body.error());
  std::vector<notes::NewNote> list;
  for (std::size_t i = 0; i < body->wish.size(); ++i) {
    auto note = to_note(body->wish[i], body->names, own_service(call, body->names.territory.id));
    if (!note) return refuse(note.error().kind, note.error().message, fmt::format("{}/{}", i, note.error().field));
    list.push_back(std::move(*note));
  }
  const auto added = context.notes.add_all(body->names.territory, list, call.asker);
  if (!added) return Failure(added.error());
  std::vector<wire::NoteAdded> out;
  for (const auto& one : *added) out.push_back({one.code, one.retain_until});
  return json_response(wire::text_of(out), 201);
}

Result<http::Response> revise_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_revision);
  if (!body) return Failure(body.error());
  const auto channel = notes::channel_named(body->wish.channel);
  if (!channel) return invalid({"canal inconnu", "unknown channel"}, "channel");
  const auto content = to_content(body->wish, *channel, body->names);
  if (!content) return Failure(content.error());
  const auto revision =
      context.notes.revise(body->names.territory, call.path[1], body->wish.revision, *content, call.asker);
  if (!revision) return Failure(revision.error());
  return json_response(wire::text_of(wire::NoteRevised{*revision}), 201);
}

Result<http::Response> step_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_step);
  if (!body) return Failure(body.error());
  const auto wish = to_step(body->wish, body->names);
  if (!wish) return Failure(wish.error());
  const auto stage = context.notes.take_step(body->names.territory, call.path[1], *wish, call.asker);
  if (!stage) return Failure(stage.error());
  return json_response(wire::text_of(wire::StageReached{std::string(notes::name_of(*stage)), notes::label_of(*stage)}),
                       201);
}

Result<http::Response> enrich_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_addition);
  if (!body) return Failure(body.error());
  const auto addition = to_addition(body->wish, body->names);
  if (!addition) return Failure(addition.error());
  const auto code = context.notes.enrich(body->names.territory, call.path[1], *addition, call.asker);
  if (!code) return Failure(code.error());
  return json_response(wire::text_of(wire::AdditionAdded{*code}), 201);
}

Result<http::Response> answer_proposal(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_answer);
  if (!body) return Failure(body.error());
  if (body->wish.answer != "accepted" && body->wish.answer != "refused")
    return invalid({"il faut accepted ou refused", "accepted or refused is needed"}, "answer");
  const auto answer = body->wish.answer == "accepted" ? notes::ProposalState::accepted : notes::ProposalState::refused;
  const auto done = context.notes.answer_proposal(body->names.territory, call.path[1], call.path[2], answer,
                                                  body->wish.reason, call.asker);
  if (!done) return Failure(done.error());
  return json_response(wire::text_of(wire::NoteChanged{}), 201);
}

Result<http::Response> remark_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_marking);
  if (!body) return Failure(body.error());
  const auto wish = to_remark(body->wish, body->names, *context.database.read(), call.asker.at);
  if (!wish) return Failure(wish.error());
  const auto done = context.notes.remark(body->names.territory, call.path[1], *wish, call.asker);
  if (!done) return Failure(done.error());
  return json_response(wire::text_of(wire::NoteChanged{}), 201);
}

Result<http::Response> preview_marking(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_marking);
  if (!body) return Failure(body.error());
  const auto wish = to_remark(body->wish, body->names, *context.database.read(), call.asker.at);
  if (!wish) return Failure(wish.error());
  const auto change = context.notes.preview(body->names.territory, call.path[1], *wish, call.asker);
  if (!change) return Failure(change.error());
  return json_response(wire::text_of(to_wire(*change, body->names)));
}

Result<http::Response> shorten_note(Context& context, const Call& call) {
  const auto body = posted(context, call, wire::read_retention);
  if (!body) return Failure(body.error());
  const auto done =
      context.notes.shorten(body->names.territory, call.path[1],
                            {end_of(body->wish.retain_until, body->names.territory), body->wish.reason}, call.asker);
  if (!done) return Failure(done.error());
  return json_response(wire::text_of(wire::NoteChanged{}), 201);
}

const std::vector<Parameter>& filter_parameters() {
  static const std::vector<Parameter> parameters{
      {"q", R"({"type":"string"})", "Words that the note holds, all of them"},
      {"stage", R"({"type":"string"})", "Stage of the procedure"},
      {"channel", R"({"type":"string"})", "Channel"},
      {"product", R"({"type":"string"})", "Product"},
      {"sector", R"({"type":"string"})", "Code of a sector; those inside it count"},
      {"service", R"({"type":"string"})", "Code of the originating service"},
      {"from", R"({"type":"string","format":"date"})", "First day of what the notes speak of"},
      {"to", R"({"type":"string","format":"date"})", "Last day of what the notes speak of"}};
  return parameters;
}

std::vector<Parameter> page_parameters() {
  auto parameters = filter_parameters();
  parameters.push_back({"limit", R"({"type":"integer","minimum":1,"maximum":200})", "Notes a page (default 50)"});
  parameters.push_back({"cursor", R"({"type":"string"})", "Where the page before ended: its `next`"});
  return parameters;
}

std::vector<Endpoint> look_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/form",
           .summary = "What a note is written with: channels with their first marking, products, statements, labels",
           .needs = Capability::see_aggregates,
           .query = {},
           .response = "NoteForm",
           .handle = show_form},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/mine",
           .summary = "The notes one wrote, newest first, and what became of them as far as markings allow",
           .needs = Capability::follow_own_notes,
           .query = page_parameters(),
           .response = "NotePage",
           .handle = list_own_notes},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/mine/{code}",
           .summary = "A note one wrote",
           .needs = Capability::follow_own_notes,
           .query = {},
           .response = "NoteDossier",
           .handle = show_note},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/facets",
           .summary = "How many readable notes by stage, channel, product, sector and service (the newest 10,000)",
           .needs = Capability::read_notes,
           .query = filter_parameters(),
           .response = "NoteFacets",
           .handle = count_notes},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes",
           .summary = "Readable notes, newest first",
           .needs = Capability::read_notes,
           .query = page_parameters(),
           .response = "NotePage",
           .handle = list_notes},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}",
           .summary = "A note with its steps, additions, revisions and what may be done now",
           .needs = Capability::read_notes,
           .query = {},
           .response = "NoteDossier",
           .handle = show_note},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}/matches",
           .summary = "Readable notes that share a selector with a note or with what was added to it",
           .needs = Capability::search_links,
           .query = {},
           .response = "NoteMatchesView",
           .handle = match_note}};
}

std::vector<Endpoint> work_endpoints() {
  return {{.method = "POST",
           .path = "/api/v1/territories/{slug}/notes",
           .summary = "Enters a note; refused where it names a person without a legal act",
           .needs = Capability::submit_note,
           .query = {},
           .response = "NoteAdded",
           .request_schema = "NoteWish",
           .handle = add_note},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/batch",
           .summary = "Enters up to 1,000 notes: all or none; the field of a refusal begins with the note's number",
           .needs = Capability::submit_note,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/NoteAdded"}})",
           .request_schema = R"({"type":"array","maxItems":1000,"items":{"$ref":"#/components/schemas/NoteWish"}})",
           .handle = add_notes},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/revisions",
           .summary = "A new revision, by the originator",
           .needs = Capability::submit_note,
           .query = {},
           .response = "NoteRevised",
           .request_schema = "RevisionWish",
           .handle = revise_note},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/steps",
           .summary = "Takes a step of the procedure",
           .needs = Capability::read_notes,
           .query = {},
           .response = "StageReached",
           .request_schema = "NoteStepWish",
           .handle = step_note},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/additions",
           .summary = "Adds an enrichment, a sighting or a proposal",
           .needs = Capability::read_notes,
           .query = {},
           .response = "AdditionAdded",
           .request_schema = "AdditionWish",
           .handle = enrich_note},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/additions/{addition}/answer",
           .summary = "Answers a proposal, by the originator",
           .needs = Capability::work_notes,
           .query = {},
           .response = "NoteChanged",
           .request_schema = "AnswerWish",
           .handle = answer_proposal},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/marking",
           .summary = "Marks a note anew, by the originator, who says why",
           .needs = Capability::work_notes,
           .query = {},
           .response = "NoteChanged",
           .request_schema = "RemarkWish",
           .handle = remark_note},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/marking/preview",
           .summary = "Who would read a note marked anew, who no longer, and which ways out change; changes nothing",
           .needs = Capability::work_notes,
           .query = {},
           .response = "MarkingPreview",
           .request_schema = "RemarkWish",
           .handle = preview_marking},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/retention",
           .summary = "Shortens the keeping of a note and of what hangs on it",
           .needs = Capability::work_notes,
           .query = {},
           .response = "NoteChanged",
           .request_schema = "RetentionWish",
           .handle = shorten_note}};
}

}  // namespace

std::vector<Endpoint> note_endpoints() {
  auto all = look_endpoints();
  auto work = work_endpoints();
  all.insert(all.end(), work.begin(), work.end());
  return all;
}

}  // namespace quadrille::api
