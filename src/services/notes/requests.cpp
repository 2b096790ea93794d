#include "services/notes/requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/access/compartment.h"
#include "services/audit/audit.h"
#include "services/notes/ground.h"
#include "services/notes/persons.h"
#include "services/notes/request_store.h"
#include "services/territory/territory.h"

namespace quadrille::notes {
namespace {

void record(database::Transaction& tx, const access::Asker& asker, TerritoryId territory, const ServiceRequest& request,
            audit::Action action, std::string details) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = action;
  act.territory = territory;
  act.subject = fmt::format("request {}", request.code);
  act.object = audit::Object{"request", request.id};
  act.details = std::move(details);
  act.purpose = asker.purpose;
  act.legal_basis = request.legal_basis;
  audit::record(tx, act, asker.at);
}

// Characters of a UTF-8 text: the bytes that begin one.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Result<void> check_text(std::string_view text, std::size_t max, const Text& missing, std::string field) {
  if (is_blank(text)) return invalid(missing, std::move(field));
  if (characters_in(text) > max)
    return refuse(ErrorKind::too_large,
                  {fmt::format("{} caractères au plus", max), fmt::format("at most {} characters", max)},
                  std::move(field));
  return {};
}

Result<void> check_words(const NewRequest& wanted) {
  if (auto checked = check_text(wanted.text, request_text_max,
                                {"dites ce que vous demandez", "say what you are asking for"}, "text");
      !checked)
    return checked;
  if (auto checked =
          check_text(wanted.legal_basis, legal_basis_max,
                     {"citez le texte qui permet la demande", "name the text that allows the request"}, "legal_basis");
      !checked)
    return checked;
  if (wanted.frame == RequestFrame::internal) {
    if (!wanted.country.empty())
      return invalid({"un pays ne se donne qu'entre États membres", "a country is given between Member States only"},
                     "country");
    return {};
  }
  const auto& country = wanted.country;
  if (country.size() != 2 || !std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; }))
    return invalid({"donnez l'autre État membre en deux lettres, par exemple BE",
                    "give the other Member State in two letters, such as BE"},
                   "country");
  if (wanted.urgency == Urgency::urgent && !urgency_reason_named(wanted.urgency_reason))
    return invalid({"choisissez la raison de l'urgence parmi celles de l'article R. 49-35",
                    "choose the reason for the urgency among those of article R. 49-35"},
                   "urgency_reason");
  return {};
}

// Without the territory's legal act a request names no person, as a note does not: free text is already a file. The
// names of places are loaded only where something looked like a person.
Result<void> check_persons_in(database::Snapshot& snapshot, TerritoryId territory, std::string_view text,
                              const std::string& field, Instant at) {
  if (check_no_person(text, Gazetteer(), field)) return {};
  if (persons_rule(snapshot, territory, at) == Persons::with_category) return {};
  std::vector<std::string> names;
  for (const auto& segment : territory::load_streets(snapshot, territory)) names.push_back(segment.name);
  for (const auto& sector : territory::load_sectors(snapshot, territory)) names.push_back(sector.name);
  return check_no_person(text, Gazetteer(names), field);
}

Result<ServiceId> check_services(database::Transaction& tx, TerritoryId territory, ServiceId asked,
                                 const access::Asker& asker) {
  const auto* standing = asker.viewer.in(territory);
  if (!standing || standing->service == ServiceId{})  // whoever is at the machine has a standing and no service
    return refuse(ErrorKind::forbidden,
                  {"vous n'êtes d'aucun service de ce territoire", "you belong to no service of this territory"});
  if (asked == standing->service)
    return invalid({"une demande va à un autre service que le vôtre", "a request goes to a service other than yours"},
                   "asked");
  const auto services = territory::load_services(tx, territory);
  if (std::ranges::find(services, asked, &territory::Service::id) == services.end())
    return invalid({"ce service n'existe pas dans le territoire", "there is no such service in the territory"},
                   "asked");
  return standing->service;
}

// Adds to the request's marking what its subject demands; answers the subject as its readers say it.
Result<About> take_over_subject(database::Transaction& tx, TerritoryId territory, const NewRequest& wanted,
                                const access::Asker& asker, access::Marking& marking) {
  if (const auto* note = std::get_if<AboutNote>(&wanted.about)) {
    const auto& theirs = note->marking;
    const bool is_given = theirs.originator == wanted.asked || std::ranges::count(theirs.services, wanted.asked) > 0;
    if (!is_given)
      return invalid({"le service sollicité n'est pas destinataire de cette fiche : partagez-la d'abord, ou décrivez "
                      "le lieu sans la citer",
                      "the asked service is not among the recipients of this note: share it first, or describe the "
                      "place without naming it"},
                     "about");
    marking.sensitivity = std::max(marking.sensitivity, theirs.sensitivity);
    marking.regime = theirs.regime;
    marking.compartments = theirs.compartments;
    marking.denied = theirs.denied;
  } else if (const auto* place = std::get_if<AboutPlace>(&wanted.about)) {
    if (auto checked = check_text(place->label, legal_basis_max,
                                  {"dites le lieu en quelques mots", "say the place in a few words"}, "about");
        !checked)
      return Failure(checked.error());
    if (!place->sector) return wanted.about;
    const auto sectors = territory::load_sectors(tx, territory);
    if (std::ranges::find(sectors, *place->sector, &territory::Sector::code) == sectors.end())
      return invalid({"ce secteur n'existe pas dans le territoire", "there is no such sector in the territory"},
                     "sector");
  } else {
    const auto own = access::compartments_of(tx, asker.viewer, territory);
    const auto found = access::find_open_compartment(own, std::get<AboutCompartment>(wanted.about).code, "about");
    if (!found) return Failure(found.error());
    marking.compartments.push_back(found->id);
    return AboutCompartment{found->name};
  }
  return wanted.about;
}

// Whoever asks must be able to read what they asked.
Result<MarkingId> intern_readable(database::Transaction& tx, access::Marking marking, const access::Asker& asker) {
  auto normal = access::normalised(std::move(marking));
  if (!normal) return Failure(normal.error());
  const auto decision = access::decide(access::load_policy(tx), asker.viewer, *normal);
  if (!decision.is_allowed()) {
    const bool is_regime = decision.refused_by == access::Clause::regime;
    return invalid({"vous ne pourriez pas lire votre propre demande sous ce marquage : choisissez-en un que votre "
                    "habilitation permet",
                    "you could not read your own request under this marking: choose one your clearance allows"},
                   is_regime ? "regime" : "sensitivity");
  }
  return access::intern(tx, *normal);
}

struct ChosenLimit {
  TimeLimit limit;
  std::string source;
};

ChosenLimit limit_for(database::Snapshot& snapshot, TerritoryId territory, const NewRequest& wanted, Instant at) {
  if (wanted.frame == RequestFrame::internal)
    if (const auto own = find_internal_limit(snapshot, territory, wanted.urgency, at)) return {own->limit, own->source};
  const auto& row = limit_row(wanted.frame, wanted.urgency, Accessibility::direct);
  return {row.limit, row.source};
}

void describe_subject(const About& about, ServiceRequest& request) {
  if (const auto* note = std::get_if<AboutNote>(&about)) {
    request.about_kind = "note";
    request.about = note->code;
  } else if (const auto* place = std::get_if<AboutPlace>(&about)) {
    request.about_kind = "place";
    request.about = place->label;
    request.sector = place->sector;
    request.point = place->point;
  } else {
    request.about_kind = "compartment";
    request.about = std::get<AboutCompartment>(about).code;
  }
}

// ---- steps ----------------------------------------------------------------------------------------------------------

// The rows of the table that the guard alone can refuse, before anything was typed.
std::optional<Text> why_not_now(const ServiceRequest& request, const RequestRow& row, Instant now) {
  if (row.guard == RequestGuard::after_the_limit && !read_clock(request.clock, now).is_late)
    return Text{"le délai n'est pas dépassé", "the limit has not passed"};
  if (row.guard == RequestGuard::urgent_between_member_states) {
    if (request.frame != RequestFrame::member_state || request.urgency != Urgency::urgent)
      return Text{"seulement pour une demande urgente entre États membres",
                  "only for an urgent request between Member States"};
    if (request.accessibility == Accessibility::indirect) return Text{"déjà dit", "already said"};
  }
  return std::nullopt;
}

Result<void> check_delay(const ServiceRequest& request, const RequestStepInput& input, Instant now) {
  if (!input.expected_at || *input.expected_at <= now)
    return invalid({"donnez la date prévue de la réponse, à venir", "give the expected date of the answer, to come"},
                   "expected_at");
  if (!input.cause) return invalid({"dites la cause du retard", "say the cause of the delay"}, "cause");
  if (request.frame == RequestFrame::member_state && *input.cause != DelayCause::judicial_authorisation)
    return invalid({"entre États membres, seule l'attente d'une autorisation judiciaire permet de dépasser le délai "
                    "(directive (UE) 2023/977, art. 5(2)) : répondez, même en partie, ou refusez avec un motif",
                    "between Member States only waiting for a judicial authorisation allows going past the limit "
                    "(Directive (EU) 2023/977, art. 5(2)): answer, even in part, or refuse with a ground"},
                   "cause");
  return {};
}

Result<void> check_input(const ServiceRequest& request, const RequestRow& row, const RequestStepInput& input,
                         Instant now) {
  if (const auto why = why_not_now(request, row, now)) return refuse(ErrorKind::conflict, *why, "step");
  const bool is_ground = row.guard == RequestGuard::with_a_ground;
  if (is_ground && !ground_named(request.frame, input.ground))
    return invalid({"choisissez un motif de refus de la liste", "choose a ground of refusal from the list"}, "ground");
  if (row.guard == RequestGuard::with_a_new_date)
    if (auto checked = check_delay(request, input, now); !checked) return checked;
  // Every step but the two whose meaning is complete says something in words.
  if (row.step == RequestStep::escalate || row.step == RequestStep::declare_indirect) {
    if (characters_in(input.text) <= request_text_max) return {};
  }
  return check_text(input.text, request_text_max, {"écrivez le motif ou la réponse", "write the reason or the answer"},
                    "text");
}

void advance_clock(ServiceRequest& request, const RequestRow& row, const RequestStepInput& input, Instant now,
                   const clock::TimeZone& zone) {
  auto& clock = request.clock;
  resume(clock, now);  // every step out of "clarification asked for"; nothing otherwise
  if (row.step == RequestStep::ask_clarification) clock.suspended_at = now;
  if (row.step == RequestStep::declare_indirect) {
    const auto& longer = limit_row(request.frame, request.urgency, Accessibility::indirect);
    request.accessibility = Accessibility::indirect;
    request.limit = longer.limit;
    request.limit_source = longer.source;
    clock.due = std::max(clock.due, {limit_end(clock.received, longer.limit, zone).utc_ms + clock.stood_ms});
  }
  if (row.step == RequestStep::announce_delay) {
    request.expected_at = input.expected_at;
    if (request.frame == RequestFrame::member_state) clock.due = std::max(clock.due, *input.expected_at);
  }
  if (is_final(row.to)) {
    clock.ended_at = now;
    if (row.guard == RequestGuard::with_a_ground) request.ground = input.ground;
  }
}

std::string details_of(const RequestRow& row, const RequestStepInput& input) {
  std::string details = fmt::format("step={} to={}", name_of(row.step), name_of(row.to));
  if (row.guard == RequestGuard::with_a_ground) details += fmt::format(" ground={}", input.ground);
  if (input.cause) details += fmt::format(" cause={}", name_of(*input.cause));
  return details;
}

}  // namespace

std::string_view name_of(RequestKind kind) { return kind == RequestKind::action ? "action" : "information"; }
std::optional<RequestKind> request_kind_named(std::string_view name) {
  if (name == "information") return RequestKind::information;
  if (name == "action") return RequestKind::action;
  return std::nullopt;
}
std::string_view name_of(DelayCause cause) {
  return cause == DelayCause::judicial_authorisation ? "judicial_authorisation" : "other";
}
std::optional<DelayCause> delay_cause_named(std::string_view name) {
  if (name == "judicial_authorisation") return DelayCause::judicial_authorisation;
  if (name == "other") return DelayCause::other;
  return std::nullopt;
}

Failure no_such_request() {
  return refuse(ErrorKind::not_found, {"cette demande n'existe pas", "there is no such request"}, "code");
}

Result<std::string> ask(database::Transaction& tx, TerritoryId territory, const clock::TimeZone& zone,
                        const NewRequest& wanted, const access::Asker& asker, crypto::Chance& chance) {
  if (auto checked = check_words(wanted); !checked) return Failure(checked.error());
  const auto asking = check_services(tx, territory, wanted.asked, asker);
  if (!asking) return Failure(asking.error());
  const auto* place = std::get_if<AboutPlace>(&wanted.about);
  if (auto checked = check_persons_in(tx, territory, wanted.text, "text", asker.at); !checked)
    return Failure(checked.error());
  if (auto checked = check_persons_in(tx, territory, place ? place->label : "", "about", asker.at); !checked)
    return Failure(checked.error());
  access::Marking marking{
      territory, wanted.sensitivity, wanted.handling, wanted.regime, *asking, {wanted.asked}, {}, {}, true};
  const auto about = take_over_subject(tx, territory, wanted, asker, marking);
  if (!about) return Failure(about.error());
  const auto marking_id = intern_readable(tx, std::move(marking), asker);
  if (!marking_id) return Failure(marking_id.error());

  const auto chosen = limit_for(tx, territory, wanted, asker.at);
  ServiceRequest request;
  request.code = crypto::random_code(chance);
  request.marking = *marking_id;
  request.asked_at = asker.at;
  request.asking = *asking;
  request.asked = wanted.asked;
  request.kind = wanted.kind;
  request.frame = wanted.frame;
  request.country = wanted.country;
  request.urgency = wanted.urgency;
  request.urgency_reason = wanted.urgency == Urgency::urgent ? wanted.urgency_reason : std::string();
  describe_subject(*about, request);
  request.text = wanted.text;
  request.legal_basis = wanted.legal_basis;
  request.limit = chosen.limit;
  request.limit_source = chosen.source;
  request.clock = {asker.at, limit_end(asker.at, chosen.limit, zone), 0, {}, {}};
  insert_request(tx, territory, request);
  insert_request_event(tx, request.code, {asker.at, asker.viewer.person, *asking, {}, RequestState::open, "", "", {}});
  record(tx, asker, territory, request, audit::Action::collection,
         fmt::format("asked={} frame={} urgency={} about={}", wanted.asked.value, name_of(wanted.frame),
                     name_of(wanted.urgency), request.about_kind));
  return request.code;
}

Result<ServiceRequest> take_step(database::Transaction& tx, const access::Readable& readable, std::string_view code,
                                 const RequestStepInput& input, const access::Asker& asker,
                                 const clock::TimeZone& zone) {
  auto request = find_request(tx, readable, code);
  if (!request) return no_such_request();
  const TerritoryId territory = access::load_marking(tx, request->marking).territory;
  const auto* standing = asker.viewer.in(territory);
  CHECK(standing);  // who may read it has one
  const auto row = next(request->state, input.step);
  if (!row)
    return refuse(ErrorKind::conflict,
                  {fmt::format("impossible : la demande est « {} »", label_of(request->state).fr),
                   fmt::format("not possible: the request is \"{}\"", label_of(request->state).en)},
                  "step");
  const ServiceId whose = row->by == RequestSide::asking ? request->asking : request->asked;
  if (standing->service != whose)
    return refuse(ErrorKind::forbidden,
                  {fmt::format("cette étape revient au {}", label_of(row->by).fr),
                   fmt::format("this step is the {}'s", label_of(row->by).en)},
                  "step");
  if (auto checked = check_input(*request, *row, input, asker.at); !checked) return Failure(checked.error());
  if (auto checked = check_persons_in(tx, territory, input.text, "text", asker.at); !checked)
    return Failure(checked.error());

  advance_clock(*request, *row, input, asker.at, zone);
  request->state = row->to;
  update_request(tx, *request);
  const bool is_ground = row->guard == RequestGuard::with_a_ground;
  insert_request_event(tx, request->code,
                       {asker.at, asker.viewer.person, standing->service, row->step, row->to, input.text,
                        is_ground ? input.ground : std::string(),
                        row->guard == RequestGuard::with_a_new_date ? input.expected_at : std::nullopt});
  const bool is_answer = row->step == RequestStep::give || row->step == RequestStep::give_partly;
  record(tx, asker, territory, *request, is_answer ? audit::Action::disclosure : audit::Action::alteration,
         details_of(*row, input));
  return std::move(*request);
}

std::vector<RequestStepOffer> steps_for(const ServiceRequest& request, ServiceId service, Instant now) {
  std::vector<RequestStepOffer> offers;
  for (const auto& row : request_table()) {
    if (row.from != request.state) continue;
    if (service != (row.by == RequestSide::asking ? request.asking : request.asked)) continue;
    offers.push_back({row.step, why_not_now(request, row, now)});
  }
  return offers;
}

std::vector<InternalLimit> internal_limits(database::Snapshot& snapshot, TerritoryId territory, Instant at) {
  std::vector<InternalLimit> limits;
  for (const Urgency urgency : request_urgencies) {
    const auto& fallback = limit_row(RequestFrame::internal, urgency, Accessibility::direct);
    limits.push_back(find_internal_limit(snapshot, territory, urgency, at)
                         .value_or(InternalLimit{urgency, fallback.limit, fallback.source, fallback.read_on, {0}}));
  }
  return limits;
}

Result<void> set_internal_limit(database::Transaction& tx, TerritoryId territory, const InternalLimit& wanted,
                                const access::Asker& asker) {
  if (auto checked = checked_limit(wanted.limit.hours, wanted.limit.calendar_days); !checked)
    return Failure(checked.error());
  if (auto checked = check_text(
          wanted.source, legal_basis_max,
          {"citez le protocole ou la note qui fixe ce délai", "name the protocol or order that sets this limit"},
          "source");
      !checked)
    return checked;
  insert_internal_limit(tx, territory, wanted);
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::alteration;
  act.territory = territory;
  act.subject = "request limits";
  act.details = fmt::format("urgency={} hours={} days={}", name_of(wanted.urgency), wanted.limit.hours,
                            wanted.limit.calendar_days);
  act.purpose = asker.purpose;
  audit::record(tx, act, asker.at);
  return {};
}

}  // namespace quadrille::notes
