#include <charconv>

#include "edge/api/api.h"
#include "edge/api/request_wire.h"
#include "host/clock/time_zone.h"
#include "services/access/access.h"
#include "services/notes/request_desk.h"
#include "services/territory/territory.h"

// Requests between services: who asked whom for what, until when, and what was answered.

namespace quadrille::api {
namespace {

using access::Capability;

notes::RequestDesk desk_of(Context& context) {
  return {context.database, context.access, context.recorder, context.chance};
}

// A territory with the words for its services.
struct Ground {
  territory::Territory territory;
  std::vector<territory::Service> services;

  [[nodiscard]] std::string code_of(ServiceId id) const {
    for (const auto& service : services)
      if (service.id == id) return service.code;
    return "";
  }
  [[nodiscard]] Result<ServiceId> service_coded(std::string_view code, const std::string& field) const {
    for (const auto& service : services)
      if (service.code == code) return service.id;
    return invalid({"ce service n'existe pas dans le territoire", "there is no such service in the territory"}, field);
  }
};

Result<Ground> ground_of(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  return Ground{*territory, territory::load_services(*snapshot, territory->id)};
}

// ---- to the wire ----------------------------------------------------------------------------------------------------

template <class Word>
wire::NamedText named(Word word) {
  return {std::string(notes::name_of(word)), notes::label_of(word)};
}

std::optional<wire::NamedText> named_ground(notes::RequestFrame frame, const std::string& name) {
  const auto* ground = notes::ground_named(frame, name);
  return ground ? std::optional(wire::NamedText{name, ground->label}) : std::nullopt;
}

std::string demands_of(notes::RequestState state, notes::RequestStep step) {
  const auto row = notes::next(state, step);
  switch (row->guard) {
    case notes::RequestGuard::with_a_ground:
      return "ground";
    case notes::RequestGuard::with_a_new_date:
      return "date";
    case notes::RequestGuard::none:
    case notes::RequestGuard::with_a_reason:
      return "reason";
    case notes::RequestGuard::urgent_between_member_states:
    case notes::RequestGuard::after_the_limit:
      break;
  }
  return "none";
}

wire::RequestClockView clock_view(const notes::RequestView& view) {
  const auto& clock = view.clock;
  const auto& limit = view.request.limit;
  return {clock.due,          clock.is_suspended, clock.is_late,       clock.left_ms,
          clock.percent_used, limit.hours,        limit.calendar_days, view.request.limit_source};
}

wire::ServiceRequestView to_wire(const notes::RequestView& view, const access::Marking& marking, const Ground& ground,
                                 const access::Asker& asker) {
  const auto& request = view.request;
  wire::ServiceRequestView out;
  out.code = request.code;
  out.kind = notes::name_of(request.kind);
  out.frame = named(request.frame);
  out.country = request.country;
  out.urgency = named(request.urgency);
  if (const auto* reason = notes::urgency_reason_named(request.urgency_reason))
    out.urgency_reason = wire::NamedText{request.urgency_reason, reason->label};
  out.about_kind = request.about_kind;
  out.about = request.about;
  out.sector = request.sector;
  if (request.point) out.lon = request.point->lon_degrees();
  if (request.point) out.lat = request.point->lat_degrees();
  out.text = request.text;
  out.legal_basis = request.legal_basis;
  out.asking = ground.code_of(request.asking);
  out.asked = ground.code_of(request.asked);
  out.ours = view.is_ours;
  out.asked_at = request.asked_at;
  out.state = named(request.state);
  out.ended = notes::is_final(request.state);
  out.clock = clock_view(view);
  out.expected_at = request.expected_at;
  out.sensitivity = access::name_of(marking.sensitivity);
  out.handling = access::name_of(marking.handling);
  out.regime = access::name_of(marking.regime);
  for (const auto& event : view.events)
    out.events.push_back({event.at, ground.code_of(event.service), event.person == asker.viewer.person,
                          event.step ? std::optional(named(*event.step)) : std::nullopt, named(event.to), event.text,
                          named_ground(request.frame, event.ground), event.expected_at});
  for (const auto& offer : view.offers)
    out.steps.push_back({named(offer.step), demands_of(request.state, offer.step), offer.refused_because});
  return out;
}

wire::DelayView to_wire(const notes::DelayQuantile& quantile) {
  return {quantile.hours, quantile.low_hours, quantile.high_hours};
}

// ---- looks ----------------------------------------------------------------------------------------------------------

Result<notes::RequestFilter> read_filter(const Call& call, const Ground& ground) {
  notes::RequestFilter filter;
  using Which = notes::RequestFilter::Which;
  const std::string which = call.request.parameter("which").value_or("unfinished");
  if (which != "all" && which != "unfinished" && which != "late")
    return invalid({"all, unfinished ou late", "all, unfinished or late"}, "which");
  filter.which = which == "all" ? Which::all : which == "late" ? Which::late : Which::unfinished;
  for (const auto& [name, target] : {std::pair{"asking", &filter.asking}, std::pair{"asked", &filter.asked}}) {
    const auto code = call.request.parameter(name);
    if (!code || code->empty()) continue;
    const auto service = ground.service_coded(*code, name);
    if (!service) return Failure(service.error());
    *target = *service;
  }
  filter.note = call.request.parameter("note");
  if (filter.note && filter.note->empty()) filter.note.reset();
  return filter;
}

Result<http::Response> list_requests(Context& context, const Call& call) {
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  const auto filter = read_filter(call, *ground);
  if (!filter) return Failure(filter.error());
  int limit = 50;
  if (const auto text = call.request.parameter("limit")) {
    limit = 0;
    std::from_chars(text->data(), text->data() + text->size(), limit);
  }
  const auto page = desk_of(context).list(ground->territory, *filter, limit,
                                          call.request.parameter("cursor").value_or(""), call.asker);
  if (!page) return Failure(page.error());
  wire::ServiceRequestPage out{{}, page->next};
  auto snapshot = context.database.read();
  for (const auto& view : page->requests)
    out.requests.push_back(to_wire(view, access::load_marking(*snapshot, view.request.marking), *ground, call.asker));
  return json_response(wire::text_of(out));
}

Result<http::Response> shown(Context& context, const Call& call, const Ground& ground, const notes::RequestView& view) {
  const auto marking = access::load_marking(*context.database.read(), view.request.marking);
  return json_response(wire::text_of(to_wire(view, marking, ground, call.asker)));
}

Result<http::Response> show_request(Context& context, const Call& call) {
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  const auto view = desk_of(context).find(ground->territory, call.path[1], call.asker);
  if (!view) return Failure(view.error());
  return shown(context, call, *ground, *view);
}

Result<Period> read_period(const Call& call, const territory::Territory& territory) {
  const auto zone = clock::TimeZone::open(territory.time_zone);
  if (!zone) return Failure(zone.error());
  Period period{{0}, {call.asker.at.utc_ms + 1}};
  if (const auto from = call.request.parameter("from"); from && !from->empty()) {
    const auto day = parse_date(*from);
    if (!day) return invalid({"une date : 2026-11-25", "a date: 2026-11-25"}, "from");
    period.begin = zone->day(*day).begin;
  }
  if (const auto to = call.request.parameter("to"); to && !to->empty()) {
    const auto day = parse_date(*to);
    if (!day) return invalid({"une date : 2026-11-25", "a date: 2026-11-25"}, "to");
    period.end = zone->day(*day).end;
  }
  return period;
}

Result<http::Response> statistics(Context& context, const Call& call) {
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  const auto period = read_period(call, ground->territory);
  if (!period) return Failure(period.error());
  std::vector<wire::RequestStatisticsRow> out;
  for (const auto& one : desk_of(context).statistics(ground->territory, *period, call.asker)) {
    wire::RequestStatisticsRow row{ground->code_of(one.asked),
                                   one.requests,
                                   one.unfinished,
                                   one.unfinished_late,
                                   one.withdrawn,
                                   one.in_time,
                                   one.late,
                                   to_wire(one.median),
                                   to_wire(one.ninety_percent),
                                   {}};
    for (const auto& count : one.grounds)
      for (const auto& known : notes::request_grounds())
        if (known.name == count.ground) row.grounds.push_back({count.ground, known.label, count.count});
    out.push_back(std::move(row));
  }
  return json_response(wire::text_of(out));
}

Result<http::Response> rules(Context& context, const Call& call) {
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  wire::RequestRules out;
  out.text_max = static_cast<int>(notes::request_text_max);
  for (const auto state : notes::request_states) out.states.push_back(named(state));
  for (const auto step : notes::request_steps) out.steps.push_back(named(step));
  for (const auto frame : notes::request_frames) out.frames.push_back(named(frame));
  for (const auto urgency : notes::request_urgencies) out.urgencies.push_back(named(urgency));
  for (const auto& reason : notes::urgency_reasons())
    out.urgency_reasons.push_back({std::string(reason.name), reason.label});
  for (const auto& one : notes::request_grounds())
    out.grounds.push_back(
        {std::string(one.name), std::string(notes::name_of(one.frame)), one.label, std::string(one.article)});
  for (const auto& row : notes::limit_table()) {
    if (row.frame == notes::RequestFrame::internal) continue;
    out.limits.push_back(
        {std::string(notes::name_of(row.frame)), std::string(notes::name_of(row.urgency)),
         row.accessibility ? std::optional(std::string(notes::name_of(*row.accessibility))) : std::nullopt,
         row.limit.hours, row.limit.calendar_days, row.source, row.read_on});
  }
  for (const auto& own : notes::internal_limits(*context.database.read(), ground->territory.id, call.asker.at))
    out.limits.push_back({std::string(notes::name_of(notes::RequestFrame::internal)),
                          std::string(notes::name_of(own.urgency)), std::nullopt, own.limit.hours,
                          own.limit.calendar_days, own.source, own.read_on});
  return json_response(wire::text_of(out));
}

// ---- changes --------------------------------------------------------------------------------------------------------

// A word that may be absent, or an Error that names the field.
template <class Word, class Named>
Result<void> read_word(const std::optional<std::string>& text, Word& word, Named named, const std::string& field) {
  if (!text || text->empty()) return {};
  const std::optional<Word> known = named(*text);
  if (!known) return invalid({"valeur inconnue", "unknown value"}, field);
  word = *known;
  return {};
}

Result<notes::About> read_subject(const wire::NewServiceRequest& form) {
  const bool is_note = form.note && !form.note->empty();
  const bool is_compartment = form.compartment && !form.compartment->empty();
  const bool is_place = form.place && !form.place->empty();
  if (int{is_note} + int{is_compartment} + int{is_place} != 1)
    return invalid({"dites sur quoi porte la demande : une fiche, un lieu ou un compartiment, l'un des trois",
                    "say what the request is about: a note, a place or a compartment, one of the three"},
                   "about");
  if (is_compartment) return notes::AboutCompartment{*form.compartment};
  if (is_note) return notes::AboutNote{*form.note, {}};  // its marking is looked up with the asker's rights
  notes::AboutPlace place{*form.place, form.sector, {}};
  if (place.sector && place.sector->empty()) place.sector.reset();
  if (form.lon || form.lat) {
    place.point = form.lon && form.lat ? LonLat::checked(*form.lon, *form.lat) : std::nullopt;
    if (!place.point) return invalid({"longitude et latitude en degrés", "longitude and latitude in degrees"}, "lon");
  }
  return place;
}

Result<notes::NewRequest> read_new(const wire::NewServiceRequest& form, const Ground& ground) {
  notes::NewRequest wanted;
  const auto asked = ground.service_coded(form.asked, "asked");
  if (!asked) return Failure(asked.error());
  wanted.asked = *asked;
  for (const auto& read : {read_word(form.kind, wanted.kind, notes::request_kind_named, "kind"),
                           read_word(form.frame, wanted.frame, notes::frame_named, "frame"),
                           read_word(form.urgency, wanted.urgency, notes::urgency_named, "urgency"),
                           read_word(form.sensitivity, wanted.sensitivity, access::sensitivity_named, "sensitivity"),
                           read_word(form.handling, wanted.handling, access::handling_named, "handling"),
                           read_word(form.regime, wanted.regime, access::regime_named, "regime")})
    if (!read) return Failure(read.error());
  auto about = read_subject(form);
  if (!about) return Failure(about.error());
  wanted.about = std::move(*about);
  wanted.country = form.country.value_or("");
  wanted.urgency_reason = form.urgency_reason.value_or("");
  wanted.text = form.text;
  wanted.legal_basis = form.legal_basis;
  return wanted;
}

Result<http::Response> ask_request(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto form = wire::read_new_request(call.request.body);
  if (!form) return Failure(form.error());
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  auto wanted = read_new(*form, *ground);
  if (!wanted) return Failure(wanted.error());
  if (const auto* about = std::get_if<notes::AboutNote>(&wanted->about)) {
    const auto note = desk_of(context).note_coded(ground->territory, about->code, call.asker);
    if (!note) return Failure(note.error());
    wanted->about = *note;
  }
  const auto code = desk_of(context).ask(ground->territory, *wanted, call.asker);
  if (!code) return Failure(code.error());
  auto response = json_response(wire::text_of(wire::RequestCreated{*code}), 201);
  response.headers.emplace_back("Location", "/api/v1/territories/" + ground->territory.slug + "/requests/" + *code);
  return response;
}

Result<http::Response> step_request(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto form = wire::read_request_step(call.request.body);
  if (!form) return Failure(form.error());
  const auto ground = ground_of(context, call);
  if (!ground) return Failure(ground.error());
  notes::RequestStepInput input;
  const auto step = notes::request_step_named(form->step);
  if (!step) return invalid({"étape inconnue", "unknown step"}, "step");
  input.step = *step;
  input.text = form->text.value_or("");
  input.ground = form->ground.value_or("");
  if (form->cause && !form->cause->empty()) {
    input.cause = notes::delay_cause_named(*form->cause);
    if (!input.cause) return invalid({"valeur inconnue", "unknown value"}, "cause");
  }
  if (form->expected_at && !form->expected_at->empty()) {
    const auto zone = clock::TimeZone::open(ground->territory.time_zone);
    if (!zone) return Failure(zone.error());
    input.expected_at = notes::parse_local_minute(*form->expected_at, *zone);
    if (!input.expected_at)
      return invalid({"une date et une heure : 2026-12-01T08:00", "a date and a time: 2026-12-01T08:00"},
                     "expected_at");
  }
  const auto view = desk_of(context).take_step(ground->territory, call.path[1], input, call.asker);
  if (!view) return Failure(view.error());
  return shown(context, call, *ground, *view);
}

}  // namespace

std::vector<Endpoint> request_endpoints() {
  constexpr auto needed = Capability::request_services;
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/requests",
           .summary = "Requests between services that the caller may read, newest first",
           .needs = needed,
           .query = {{"which", R"({"enum":["all","unfinished","late"]})", "Default unfinished"},
                     {"asking", R"({"type":"string"})", "Code of the asking service"},
                     {"asked", R"({"type":"string"})", "Code of the asked service"},
                     {"note", R"({"type":"string"})", "Code of the note they are about"},
                     {"limit", R"({"type":"integer","minimum":1,"maximum":200})", "Default 50"},
                     {"cursor", R"({"type":"string"})", "`next` of the page before"}},
           .response = "ServiceRequestPage",
           .handle = list_requests},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/requests",
           .summary = "Asks another service for information or an action",
           .needs = needed,
           .query = {},
           .response = "RequestCreated",
           .request_schema = "NewServiceRequest",
           .handle = ask_request},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/requests/{code}",
           .summary = "A request with its clock, its history and what can be done now",
           .needs = needed,
           .query = {},
           .response = "ServiceRequestView",
           .handle = show_request},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/requests/{code}/steps",
           .summary = "Answers, refuses, delays, clarifies, escalates or withdraws",
           .needs = needed,
           .query = {},
           .response = "ServiceRequestView",
           .request_schema = "ServiceRequestStep",
           .handle = step_request},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/request-rules",
           .summary = "States, steps, grounds and limits of requests, with their sources",
           .needs = needed,
           .query = {},
           .response = "RequestRules",
           .handle = rules},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/request-statistics",
           .summary = "How the limits are kept, over the requests that the caller may read",
           .needs = needed,
           .query = {{"from", R"({"type":"string","format":"date"})", "First day they were asked"},
                     {"to", R"({"type":"string","format":"date"})", "Last day they were asked"}},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/RequestStatisticsRow"}})",
           .handle = statistics}};
}

}  // namespace quadrille::api
