#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "base/check.h"
#include "edge/api/api.h"
#include "edge/api/note_wire.h"
#include "edge/api/wire.h"
#include "host/crypto/encoding.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"
#include "services/audit/verification.h"
#include "services/journal/journal.h"
#include "services/journal/readers.h"
#include "services/journal/trails.h"

// The audit log: the auditor's questions, entries with their proofs, and the log as static files (tlog-tiles) under
// /log. Every answer that shows what was done is itself a consultation in the log.

namespace quadrille::api {
namespace {

constexpr int persons_listed = 50;

void record(Context& context, const Call& call, audit::Action action, std::string subject, std::string details) {
  context.recorder.record({.actor = call.asker.actor(),
                           .action = action,
                           .subject = std::move(subject),
                           .details = std::move(details),
                           .purpose = call.asker.purpose,
                           .legal_basis = call.asker.legal_basis});
}

wire::LogEntry to_wire(const journal::Line& line) {
  const auto& entry = line.entry;
  const auto& act = entry.act;
  wire::LogEntry out{.position = entry.position, .at = entry.at, .action = std::string(audit::name_of(act.action))};
  out.actor = act.actor;
  if (const auto& who = line.who)
    out.who = {std::string(journal::name_of(who->state)), who->name, who->login, who->place};
  if (act.territory) out.territory = act.territory->value;
  if (act.object) out.object = fmt::format("{}:{}", act.object->kind, act.object->id);
  out.reference = line.reference;
  out.object_kind = line.kind;
  out.subject = act.subject;
  out.details = act.details;
  out.purpose = act.purpose;
  out.legal_basis = act.legal_basis;
  out.recipient = act.recipient;
  out.outcome = act.outcome;
  out.said = {line.said.subject, line.said.details, line.said.outcome};
  out.content_erased_by = entry.content_erased_by;
  out.account_erased_by = entry.account_erased_by;
  return out;
}

Result<std::optional<std::int64_t>> whole_number(const http::Request& request, const char* name) {
  const auto text = request.parameter(name);
  if (!text || text->empty()) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc() || stop != text->data() + text->size())
    return invalid({"il faut un nombre entier", "a whole number is needed"}, name);
  return std::optional(value);
}

Result<audit::Question> wanted_question(database::Snapshot& snapshot, const http::Request& request) {
  audit::Question question;
  const auto filled = [&request](const char* name) {
    auto text = request.parameter(name);
    return text && !text->empty() ? text : std::nullopt;
  };
  if (const auto person = filled("person")) {
    auto actors = journal::actors_of(snapshot, *person);
    if (!actors) return Failure(actors.error());
    question.actors = std::move(*actors);
  }
  question.purpose = filled("purpose");
  if (const auto object = filled("object")) {
    auto found = journal::object_of(snapshot, *object);
    if (!found) return Failure(found.error());
    question.object = std::move(*found);
  }
  if (const auto action = filled("action")) {
    question.action = audit::action_named(*action);
    if (!question.action)
      return invalid({"collection, alteration, consultation, disclosure, combination ou erasure",
                      "collection, alteration, consultation, disclosure, combination or erasure"},
                     "action");
  }
  const std::pair<const char*, std::optional<Instant>*> moments[] = {{"from_utc_ms", &question.from},
                                                                     {"until_utc_ms", &question.until}};
  for (const auto& [name, out] : moments) {
    const auto moment = whole_number(request, name);
    if (!moment) return Failure(moment.error());
    if (*moment) *out = Instant{**moment};
  }
  const auto territory = whole_number(request, "territory");
  if (!territory) return Failure(territory.error());
  if (*territory) question.territory = TerritoryId{**territory};
  if (const auto about = filled("about"))
    if (auto ok = journal::ask_ready(*about, question); !ok) return Failure(ok.error());
  return question;
}

Result<http::Response> search_log(Context& context, const Call& call) {
  const auto question = wanted_question(*context.database.read(), call.request);
  if (!question) {
    // Who asked for somebody or something that is not there has asked as well; a name typed does not enter the log.
    record(context, call, audit::Action::consultation, "log", "refused=" + question.error().field);
    return Failure(question.error());
  }
  const auto before = whole_number(call.request, "before");
  if (!before) return Failure(before.error());
  const auto limit = whole_number(call.request, "limit");
  if (!limit) return Failure(limit.error());
  if (limit->value_or(50) < 1 || limit->value_or(50) > audit::longest_page)
    return invalid({"de 1 à 500", "from 1 to 500"}, "limit");
  wire::LogPage page;
  {
    auto snapshot = context.database.read();
    std::vector questions{*question};
    if (question->object) {
      auto trail = journal::trail_of(*snapshot, *question);
      page.about = {std::move(trail.reference), std::move(trail.kind), std::move(trail.says)};
      questions = std::move(trail.questions);
    }
    auto found =
        audit::search(*snapshot, questions, {.before = *before, .limit = static_cast<int>(limit->value_or(50))});
    for (const auto& line : journal::named(*snapshot, std::move(found.entries))) page.entries.push_back(to_wire(line));
    page.next_before = found.next_before;
    page.size = audit::size(*snapshot);
  }
  record(context, call, audit::Action::consultation, "log", audit::format_question(*question));
  return json_response(wire::text_of(page));
}

Result<http::Response> find_persons(Context& context, const Call& call) {
  const std::string words = call.request.parameter("search").value_or("");
  if (words.size() > 200) return refuse(ErrorKind::too_large, {"au plus 200 octets", "at most 200 bytes"}, "search");
  wire::LogPersons out;
  {
    const auto found = journal::find_persons(*context.database.read(), words, persons_listed);
    out.is_cut = found.is_cut;
    for (const auto& one : found.persons)
      out.persons.push_back({one.actor, one.name, one.login, one.services, one.is_closed});
  }
  record(context, call, audit::Action::consultation, "log persons", fmt::format("rows={}", out.persons.size()));
  return json_response(wire::text_of(out));
}

// Of a note or of a request, by the function that knows.
Result<http::Response> list_readers(Context& context, const Call& call, decltype(journal::readers_of_note)& find) {
  const auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto readers = find(context.database, context.access, context.recorder, *territory, call.path[1], call.asker);
  if (!readers) return Failure(readers.error());
  const auto services = territory::load_services(*context.database.read(), territory->id);
  std::vector<wire::ReadershipView> out;
  for (const auto& one : *readers) {
    const auto service = std::ranges::find(services, one.service, &territory::Service::id);
    CHECK(service != services.end());  // habilitations name services of the territory
    out.push_back({{service->code, service->name}, one.openings, one.copies, one.last});
  }
  return json_response(wire::text_of(out));
}

Result<http::Response> readers_of_note(Context& context, const Call& call) {
  return list_readers(context, call, journal::readers_of_note);
}
Result<http::Response> readers_of_request(Context& context, const Call& call) {
  return list_readers(context, call, journal::readers_of_request);
}

Failure no_such_entry() {
  return refuse(ErrorKind::not_found, {"le journal n'a pas cette entrée", "the log has no such entry"}, "position");
}

Result<http::Response> show_entry(Context& context, const Call& call) {
  std::int64_t position = 0;
  const auto& text = call.path[0];
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (failure != std::errc() || stop != text.data() + text.size() || position < 0) return no_such_entry();
  if (position >= audit::size(*context.database.read())) return no_such_entry();
  record(context, call, audit::Action::consultation, "log", fmt::format("entry={}", position));
  const auto checkpoint = context.signer.checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  auto snapshot = context.database.read();
  const auto opened = audit::open_entry(*snapshot, position);
  if (!opened) return no_such_entry();
  const auto tree = audit::parse_checkpoint(audit::parse_note(*checkpoint)->text).value();
  wire::LogProof proof{.entry = to_wire(journal::named(*snapshot, {opened->entry}).front()),
                       .leaf = crypto::to_base64(opened->leaf),
                       .openings = {},
                       .size = tree.size,
                       .hashes = {},
                       .root = crypto::to_base64(tree.root),
                       .checkpoint = *checkpoint,
                       .keys = {}};
  for (const auto& field : opened->fields)
    proof.openings.push_back({std::string(audit::name_of(field.field)),
                              crypto::to_base64(crypto::bytes_of(field.value)), crypto::to_hex(field.key),
                              crypto::to_hex(field.commitment)});
  for (const auto& hash : audit::inclusion_proof(audit::tiles_of_log(*snapshot), position, tree.size))
    proof.hashes.push_back(crypto::to_base64(hash));
  for (const auto& key : audit::log_keys(*snapshot)) proof.keys.push_back(audit::format_key(key.verifier));
  return json_response(wire::text_of(proof));
}

Result<http::Response> verify_log(Context& context, const Call& call) {
  // It reads everything there is: one at a time.
  static std::mutex under_way;
  const std::unique_lock turn(under_way, std::try_to_lock);
  if (!turn)
    return refuse(ErrorKind::conflict, {"une vérification est déjà en cours", "a verification is already under way"});
  const double started = context.clock.steady_seconds();
  const auto report = audit::verify(*context.database.read(), {}, [](double) {});
  record(context, call, audit::Action::consultation, "log verification",
         fmt::format("entries={} faults={}", report.size, report.fault_count));
  wire::LogReport out{.is_sound = report.is_sound(),
                      .size = report.size,
                      .root = crypto::to_base64(report.root),
                      .checkpoints = static_cast<std::int64_t>(report.checkpoints),
                      .keys = static_cast<std::int64_t>(report.keys),
                      .erased_contents = report.erased_contents,
                      .erased_accounts = report.erased_accounts,
                      .clock_steps_back = report.clock_steps_back,
                      .fault_count = report.fault_count,
                      .faults = {},
                      .seconds = context.clock.steady_seconds() - started};
  for (const auto& fault : report.faults) out.faults.push_back({fault.position, fault.where, fault.what});
  return json_response(wire::text_of(out));
}

Result<http::Response> serve_checkpoint(Context& context, const Call&) {
  const auto checkpoint = context.signer.recent_checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  http::Response response{
      .content_type = "text/plain; charset=utf-8", .headers = {}, .body = *checkpoint, .gzip_body = {}};
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

Result<http::Response> serve_tile(Context& context, const Call& call) {
  constexpr std::string_view prefix = "/log/";
  const auto name = audit::parse_tile_name(std::string_view(call.request.path).substr(prefix.size()));
  const auto bytes = name ? audit::tile_bytes(*context.database.read(), *name) : std::nullopt;
  if (!bytes)
    return refuse(ErrorKind::not_found, {"le journal n'a pas cette tuile", "the log has no such tile"}, "tile");
  http::Response response{.content_type = "application/octet-stream",
                          .headers = {},
                          .body = std::string(crypto::text_of(*bytes)),
                          .gzip_body = {}};
  response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  return response;
}

Endpoint tile_endpoint(std::string_view path, std::string_view summary) {
  return {.method = "GET",
          .path = path,
          .summary = summary,
          .needs = access::Capability::read_log,
          .query = {},
          .response = R"({"type":"string","format":"binary"})",
          .media_type = "application/octet-stream",
          .handle = serve_tile};
}

}  // namespace

std::vector<Endpoint> audit_log_endpoints() {
  return {
      {.method = "GET",
       .path = "/api/v1/log",
       .summary = "Entries of the audit log, newest first: who did what, when and why",
       .needs = access::Capability::read_log,
       .query =
           {{"person", R"({"type":"string"})",
             "A name, a login, or the actor as entries have it: person:12, local:cli"},
            {"object", R"({"type":"string"})",
             "What it is about: the code on the page, with or without its kind (note:qrstuvwxyz234567), or note:12, "
             "study:SLUG/3, import:SLUG/2, facts:SLUG. What is shown in lists only is answered by who read them"},
            {"about", R"({"type":"string","enum":["dossiers","exports","targets"]})",
             "A question asked often, instead of an act: dossiers printed, exports, questions about targets"},
            {"action",
             R"({"type":"string","enum":["collection","alteration","consultation","disclosure","combination","erasure"]})",
             "Kind of act"},
            {"from_utc_ms", R"({"type":"integer"})", "From this moment on"},
            {"until_utc_ms", R"({"type":"integer"})", "Before this moment"},
            {"territory", R"({"type":"integer"})", "Number of the territory"},
            {"purpose", R"({"type":"string"})", "Part of the purpose"},
            {"before", R"({"type":"integer"})", "Goes on before this position"},
            {"limit", R"({"type":"integer","minimum":1,"maximum":500})", "How many (default 50)"}},
       .response = "LogPage",
       .handle = search_log},
      {.method = "GET",
       .path = "/api/v1/log/persons",
       .summary = "Accounts by name, login or service, for whoever reads the log",
       .needs = access::Capability::read_log,
       .query = {{"search", R"({"type":"string"})", "Beginnings of words; none: everybody"}},
       .response = "LogPersons",
       .handle = find_persons},
      {.method = "GET",
       .path = "/api/v1/log/{position}",
       .summary = "An entry, what opens its commitments, and the proof that it is in the signed tree",
       .needs = access::Capability::read_log,
       .query = {},
       .response = "LogProof",
       .handle = show_entry},
      {.method = "POST",
       .path = "/api/v1/log/verification",
       .summary = "Recomputes the whole log and says what is wrong",
       .needs = access::Capability::read_log,
       .query = {},
       .response = "LogReport",
       .handle = verify_log},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/notes/{code}/readers",
       .summary = "Which services opened a note of the caller's service, how often and when last",
       .needs = access::Capability::read_notes,
       .query = {},
       .response = R"({"type":"array","items":{"$ref":"#/components/schemas/ReadershipView"}})",
       .handle = readers_of_note},
      {.method = "GET",
       .path = "/api/v1/territories/{slug}/requests/{code}/readers",
       .summary = "Which services opened a request that the caller's service made, how often and when last",
       .needs = access::Capability::request_services,
       .query = {},
       .response = R"({"type":"array","items":{"$ref":"#/components/schemas/ReadershipView"}})",
       .handle = readers_of_request},
      {.method = "GET",
       .path = "/log/checkpoint",
       .summary = "The signed root of the log (c2sp.org/tlog-checkpoint)",
       .needs = access::Capability::read_log,
       .query = {},
       .response = R"({"type":"string"})",
       .media_type = "text/plain",
       .handle = serve_checkpoint},
      tile_endpoint("/log/tile/{level}/{a}", "A tile or a bundle of entries (c2sp.org/tlog-tiles)"),
      tile_endpoint("/log/tile/{level}/{a}/{b}", "A tile, of a longer number or partial"),
      tile_endpoint("/log/tile/{level}/{a}/{b}/{c}", "A tile, of a longer number or partial"),
      tile_endpoint("/log/tile/{level}/{a}/{b}/{c}/{d}", "A tile, of a longer number or partial")};
}

}  // namespace quadrille::api
