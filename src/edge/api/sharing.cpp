#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "edge/api/api.h"
#include "edge/api/desk_line.h"
#include "edge/api/sharing_wire.h"
#include "edge/format/moment.h"
#include "services/audit/audit.h"
#include "services/notes/notes.h"
#include "services/sharing/desk.h"
#include "services/sharing/operations.h"
#include "services/territory/territory.h"

// Duty desk and declared operations. Targets: targets.cpp.

namespace quadrille::api {
namespace {

wire::Contact to_wire(const sharing::releases::Contact& contact) {
  return {contact.service, contact.desk, contact.phone};
}

// No silent read: the entry is durable before the answer leaves, together with those of other readers of the moment.
void record_read(Context& context, const Call& call, TerritoryId territory, std::string subject, std::size_t shown) {
  audit::Act act;
  act.actor = call.asker.actor();
  act.territory = territory;
  act.subject = std::move(subject);
  act.purpose = call.asker.purpose;
  act.outcome = shown == 0 ? "empty" : fmt::format("rows={}", shown);
  context.recorder.record(act);
}

std::string service_name(database::Snapshot& snapshot, TerritoryId territory, ServiceId id) {
  for (const auto& service : territory::load_services(snapshot, territory))
    if (service.id == id) return service.name;
  return "";
}

// ---- desk -----------------------------------------------------------------------------------------------------------

// Of the notes that conflicts are about, those that the officer may read.
std::map<std::int64_t, std::string> note_codes(Context& context, const Call& call,
                                               const territory::Territory& territory,
                                               const std::vector<sharing::Conflict>& conflicts) {
  std::vector<NoteId> ids;
  for (const auto& one : conflicts)
    if (one.note) ids.push_back(*one.note);
  std::map<std::int64_t, std::string> codes;
  if (ids.empty()) return codes;
  for (auto& [id, note] : context.notes.show_those(territory, ids, "notes of conflicts", call.asker))
    codes.emplace(id.value, std::move(note.code));
  return codes;
}

Result<http::Response> list_conflicts(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto readable = context.access.readable(*snapshot, call.asker.viewer);
  const auto* standing = call.asker.viewer.in(territory->id);
  wire::Conflicts out{standing ? service_name(*snapshot, territory->id, standing->service) : "", call.asker.at, {}};
  const auto conflicts = sharing::list_conflicts(*snapshot, *readable, territory->id, call.asker);
  snapshot.reset();
  const auto notes = note_codes(context, call, *territory, conflicts);
  for (const auto& one : conflicts) {
    const auto note = one.note ? notes.find(one.note->value) : notes.end();
    out.conflicts.push_back({one.code, std::string(name_of(one.kind)), std::string(name_of(one.state)), one.made_at,
                             one.due, one.officer, one.acted_at, one.words, one.can_be_taken_back,
                             std::string(name_of(one.other_state)), to_wire(one.call), one.operation,
                             one.operation_title, note == notes.end() ? std::nullopt : std::optional(note->second)});
  }
  record_read(context, call, territory->id, "conflicts of the desk", out.conflicts.size());
  return json_response(wire::text_of(out));
}

Result<http::Response> take_step(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_desk_step(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto step = sharing::desk_step_named(wanted->step);
  if (!step || *step == sharing::DeskStep::expire)
    return invalid({"acknowledge, take_back ou escalate", "acknowledge, take_back or escalate"}, "step");
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto state = sharing::act(*tx, territory->id, call.path[1], *step, wanted->reason.value_or(""), call.asker);
  if (!state) return Failure(state.error());
  tx->commit();
  if (context.desk_line) context.desk_line->nudge();
  return json_response(wire::text_of(wire::DeskState{std::string(name_of(*state))}), 201);
}

Result<http::Response> follow_conflicts(Context& context, const Call& call) {
  const auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto* standing = call.asker.viewer.in(territory->id);
  if (!context.desk_line || !standing || standing->service.value == 0)
    return refuse(ErrorKind::unavailable, {"aucune permanence à suivre ici", "no duty desk to follow here"});
  auto stream =
      context.desk_line->hub().open(call.asker.actor(), {DeskLine::topic_of(territory->id, standing->service)});
  if (!stream) return Failure(stream.error());
  return http::Response{.headers = {}, .body = {}, .gzip_body = {}, .stream = std::move(*stream)};
}

Result<http::Response> set_contact(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_contact(call.request.body);
  if (!wanted) return Failure(wanted.error());
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (auto done = sharing::set_contact(*tx, territory->id, wanted->name, wanted->phone, call.asker); !done)
    return Failure(done.error());
  const auto* standing = call.asker.viewer.in(territory->id);
  const auto contact = sharing::releases::target_answer(*tx, territory->id, {standing->service}).call.front();
  tx->commit();
  return json_response(wire::text_of(to_wire(contact)), 201);
}

// ---- operations -----------------------------------------------------------------------------------------------------

Result<access::Marking> to_marking(database::Snapshot& snapshot, TerritoryId territory, ServiceId originator,
                                   const wire::NewMarking& wanted) {
  const auto sensitivity = access::sensitivity_named(wanted.sensitivity);
  const auto handling = access::handling_named(wanted.handling);
  const auto regime = access::regime_named(wanted.regime);
  if (!sensitivity || !handling || !regime)
    return invalid({"sensitivity : ordinary, restricted, confidential ; handling : h0 à h3 ; regime : administrative, "
                    "judicial, customs",
                    "sensitivity: ordinary, restricted, confidential; handling: h0 to h3; regime: administrative, "
                    "judicial, customs"},
                   "/marking");
  access::Marking marking{territory, *sensitivity, *handling, *regime, originator, {}, {}, {}};
  const auto services = territory::load_services(snapshot, territory);
  for (const auto& code : wanted.services) {
    const auto found = std::ranges::find(services, code, &territory::Service::code);
    if (found == services.end())
      return invalid({"aucun service de ce code", "no service of this code"}, "/marking/services");
    marking.services.push_back(found->id);
  }
  return marking;
}

Result<sharing::OperationPlace> to_place(database::Snapshot& snapshot, TerritoryId territory,
                                         const wire::NewOperation& wanted) {
  if (wanted.sector) {
    for (const auto& sector : territory::load_sectors(snapshot, territory))
      if (sector.code == *wanted.sector) return sharing::SectorPlace{sector.id};
    return refuse(ErrorKind::not_found, {"aucun secteur de ce code", "no sector of this code"}, "/sector");
  }
  const auto centre = wanted.lon && wanted.lat ? LonLat::checked(*wanted.lon, *wanted.lat) : std::nullopt;
  if (!centre || !wanted.radius_m)
    return invalid({"un lieu : lon, lat et radius_m, ou sector", "a place: lon, lat and radius_m, or sector"}, "/lon");
  return sharing::CirclePlace{*centre, *wanted.radius_m};
}

Result<http::Response> declare_operation(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wanted = wire::read_new_operation(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto kind = sharing::operation_kind_named(wanted->kind);
  if (!kind) return invalid({"operation ou discreet", "operation or discreet"}, "/kind");
  const auto begin = format::parse_utc(wanted->begin);
  const auto end = format::parse_utc(wanted->end);
  if (!begin || !end)
    return invalid({"un instant UTC comme 2026-11-25T21:00Z", "a moment in UTC like 2026-11-25T21:00Z"},
                   begin ? "/end" : "/begin");
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto* standing = call.asker.viewer.in(territory->id);
  const auto marking = to_marking(*tx, territory->id, standing ? standing->service : ServiceId{}, wanted->marking);
  if (!marking) return Failure(marking.error());
  const auto place = to_place(*tx, territory->id, *wanted);
  if (!place) return Failure(place.error());
  const auto declared = sharing::declare(*tx, *territory, {*kind, wanted->title, *place, {*begin, *end}, *marking},
                                         context.chance, call.asker);
  if (!declared) return Failure(declared.error());
  tx->commit();
  if (context.desk_line) context.desk_line->nudge();
  wire::Declared out{declared->code, {}};
  for (const auto& hit : declared->hits) out.hits.push_back({hit.conflict, to_wire(hit.call), hit.due});
  return json_response(wire::text_of(out), 201);
}

Result<http::Response> list_operations(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto readable = context.access.readable(*snapshot, call.asker.viewer);
  const auto sectors = territory::load_sectors(*snapshot, territory->id);
  std::vector<wire::Operation> out;
  for (const auto& one : sharing::list_operations(*snapshot, *readable, territory->id, call.asker.at)) {
    wire::Operation operation{one.code,
                              std::string(name_of(one.kind)),
                              service_name(*snapshot, territory->id, one.service),
                              one.title,
                              {},
                              {},
                              {},
                              {},
                              one.window.begin,
                              one.window.end,
                              one.is_cancelled};
    if (const auto* circle = std::get_if<sharing::CirclePlace>(&one.place)) {
      operation.lon = circle->centre.lon_degrees();
      operation.lat = circle->centre.lat_degrees();
      operation.radius_m = circle->radius_m;
    } else {
      const auto id = std::get<sharing::SectorPlace>(one.place).sector;
      const auto sector = std::ranges::find(sectors, id, &territory::Sector::id);
      if (sector != sectors.end()) operation.sector = sector->code;
    }
    out.push_back(std::move(operation));
  }
  snapshot.reset();
  record_read(context, call, territory->id, "declared operations", out.size());
  return json_response(wire::text_of(out));
}

// ---- exclusions -----------------------------------------------------------------------------------------------------

Result<http::Response> list_exclusions(Context& context, const Call& call) {
  constexpr std::int64_t day_ms = 86'400'000;
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  Period period{call.asker.at, {call.asker.at.utc_ms + 7 * day_ms}};
  for (const auto& [name, end] : {std::pair("begin", &period.begin), std::pair("end", &period.end)}) {
    const auto text = call.request.parameter(name);
    if (!text) continue;
    const auto moment = format::parse_utc(*text);
    if (!moment)
      return invalid({"un instant UTC comme 2026-11-25T21:00Z", "a moment in UTC like 2026-11-25T21:00Z"}, name);
    *end = *moment;
  }
  if (period.end <= period.begin || period.end.utc_ms - period.begin.utc_ms > 31 * day_ms)
    return invalid({"une fin après le début, 31 jours au plus", "an end after the beginning, 31 days at most"}, "end");
  std::map<std::int64_t, std::string> codes;
  for (const auto& sector : territory::load_sectors(*snapshot, territory->id)) codes[sector.id.value] = sector.code;
  std::vector<wire::Exclusion> out;
  for (const auto& one : sharing::releases::exclusions(*snapshot, territory->id, period)) {
    out.push_back({{}, one.period.begin, one.period.end});
    for (const auto sector : one.sectors) out.back().sectors.push_back(codes[sector.value]);
  }
  snapshot.reset();
  record_read(context, call, territory->id, "exclusions for the plan", out.size());
  return json_response(wire::text_of(out));
}

Result<http::Response> cancel_operation(Context& context, const Call& call) {
  const auto readable = context.access.readable(*context.database.read(), call.asker.viewer);
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (auto done = sharing::cancel(*tx, *readable, territory->id, call.path[1], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return http::Response{.status = 204, .headers = {}, .body = {}, .gzip_body = {}};
}

}  // namespace

std::vector<Endpoint> sharing_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/conflicts",
           .summary = "Conflicts of one's duty desk: hit and whom to call, open ones first",
           .needs = access::Capability::run_duty_desk,
           .query = {},
           .response = "Conflicts",
           .handle = list_conflicts},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/conflicts/events",
           .summary = "Server-sent events: what happens to the conflicts of one's duty desk",
           .needs = access::Capability::run_duty_desk,
           .query = {},
           .response = R"({"type":"string"})",
           .media_type = "text/event-stream",
           .handle = follow_conflicts},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/conflicts/{code}/steps",
           .summary = "Acknowledges, takes back or escalates one's side of a conflict",
           .needs = access::Capability::run_duty_desk,
           .query = {},
           .response = "DeskState",
           .request_schema = "NewDeskStep",
           .handle = take_step},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/desk",
           .summary = "Whom others call: the desk of one's service",
           .needs = access::Capability::run_duty_desk,
           .query = {},
           .response = "Contact",
           .request_schema = "NewContact",
           .handle = set_contact},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/operations",
           .summary = "Declared operations that are not over and that one may read",
           .needs = access::Capability::declare_operation,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/Operation"}})",
           .handle = list_operations},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/exclusions",
           .summary = "Where no team in uniform is to be sent: without reason, true ones among drawn ones",
           .needs = access::Capability::declare_operation,
           .query = {{"begin", R"({"type":"string"})", "From when, UTC (default: now)"},
                     {"end", R"({"type":"string"})", "Until when, UTC, 31 days later at most (default: in 7 days)"}},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/Exclusion"}})",
           .handle = list_exclusions},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/operations",
           .summary = "Declares an operation or a discreet measure; tells both desks of a conflict",
           .needs = access::Capability::declare_operation,
           .query = {},
           .response = "Declared",
           .request_schema = "NewOperation",
           .handle = declare_operation},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/operations/{code}/cancellation",
           .summary = "Cancels an operation of one's service",
           .needs = access::Capability::declare_operation,
           .query = {},
           .response = R"({"type":"string"})",
           .handle = cancel_operation}};
}

}  // namespace quadrille::api
