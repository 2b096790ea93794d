#include "edge/api/note_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "host/clock/time_zone.h"
#include "host/crypto/encoding.h"
#include "services/access/audience.h"
#include "services/access/legal_act.h"
#include "services/notes/reception.h"

namespace quadrille::api {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr notes::AdditionKind additions[] = {notes::AdditionKind::enrichment, notes::AdditionKind::sighting,
                                             notes::AdditionKind::proposal};

Failure unknown(std::string_view field, std::string known_fr, std::string known_en) {
  return invalid({"inconnu ; " + std::move(known_fr), "unknown; " + std::move(known_en)}, std::string(field));
}

template <class T, std::size_t N>
Failure one_of(std::string_view field, const T (&all)[N]) {
  std::string list;
  for (const auto& one : all) list += fmt::format("{}{}", list.empty() ? "" : ", ", name_of(one));
  return unknown(field, "il faut l'un de : " + list, "one of these is needed: " + list);
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = failure == std::errc() && stop == text.data() + text.size() && text[0] != '-';
  return is_whole ? std::optional(value) : std::nullopt;
}

Result<Instant> to_moment(const std::string& text, const char* field) {
  if (const auto moment = parse_moment(text)) return *moment;
  return invalid({"il faut un moment comme 2026-10-24T10:00:00Z", "a moment like 2026-10-24T10:00:00Z is needed"},
                 field);
}

const territory::Service* find_service(const NoteNames& names, std::string_view code) {
  const auto found = std::ranges::find(names.services, code, &territory::Service::code);
  return found == names.services.end() ? nullptr : &*found;
}

wire::NamedCode named(ServiceId id, const NoteNames& names) {
  const auto found = std::ranges::find(names.services, id, &territory::Service::id);
  return found == names.services.end() ? wire::NamedCode{} : wire::NamedCode{found->code, found->name};
}

std::optional<wire::NamedCode> named(const std::optional<SectorId>& id, const NoteNames& names) {
  if (!id) return std::nullopt;
  const auto found = std::ranges::find(*names.sectors, *id, &notes::PlaceName::id);
  if (found == names.sectors->end()) return std::nullopt;
  return wire::NamedCode{found->code, found->name};
}

Result<notes::Evaluation> to_evaluation(const wire::EvaluationWish& wish) {
  const auto scale = notes::scale_named(wish.scale);
  if (!scale) return one_of("evaluation/scale", notes::scales);
  return notes::make_evaluation(*scale, wish.received);
}

Result<std::vector<notes::Assertion>> to_assertions(const std::vector<wire::AssertionWish>& wishes) {
  std::vector<notes::Assertion> assertions;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const auto& wish = wishes[i];
    const auto kind = notes::assertion_kind_named(wish.kind);
    if (!kind) return one_of(fmt::format("assertions/{}/kind", i), notes::assertion_kinds);
    const std::int64_t low = wish.low.value_or(0);
    assertions.push_back({*kind, low, wish.high.value_or(low), wish.words.value_or("")});
  }
  return assertions;
}

Result<std::optional<LonLat>> to_point(const std::optional<std::vector<double>>& point) {
  if (!point) return std::optional<LonLat>();
  const auto place = point->size() == 2 ? LonLat::checked((*point)[0], (*point)[1]) : std::nullopt;
  if (!place) return invalid({"il faut [longitude, latitude]", "[longitude, latitude] is needed"}, "point");
  return place;
}

Result<std::optional<SectorId>> to_sector(const std::optional<std::string>& code, const NoteNames& names) {
  if (!code || code->empty()) return std::optional<SectorId>();
  const auto found = std::ranges::find(*names.sectors, *code, &notes::PlaceName::code);
  if (found == names.sectors->end())
    return unknown("sector", "ce secteur n'est pas du territoire", "this sector is not of the territory");
  return std::optional(found->id);
}

Result<std::optional<notes::PersonCategory>> to_category(const std::optional<std::string>& name) {
  if (!name) return std::optional<notes::PersonCategory>();
  const auto category = notes::person_category_named(*name);
  if (!category) return one_of("person_category", notes::person_categories);
  return category;
}

std::vector<wire::NamedCode> compartments_of(const access::Marking& marking, const NoteNames& names) {
  std::vector<wire::NamedCode> found;
  for (const auto& one : names.compartments)
    if (std::ranges::binary_search(marking.compartments, one.id)) found.push_back({one.code, one.name});
  return found;
}

std::vector<wire::NamedCode> named(const std::vector<access::Person>& persons) {
  std::vector<wire::NamedCode> named;
  for (const auto& person : persons) named.push_back({person.login, person.name});
  return named;
}

wire::MarkingView to_wire(const access::Marking& marking, const NoteNames& names) {
  wire::MarkingView view{std::string(access::name_of(marking.sensitivity)),
                         std::string(access::name_of(marking.handling)),
                         std::string(access::name_of(marking.regime)),
                         {},
                         {},
                         marking.is_originator_controlled};
  for (const auto service : marking.services) view.services.push_back(named(service, names).code);
  view.compartments = compartments_of(marking, names);
  return view;
}

void fill_content(wire::ContentView& view, const notes::Content& content, const NoteNames& names) {
  view.facts = content.facts;
  view.assessment = content.assessment;
  if (content.point) view.point = {content.point->lon_degrees(), content.point->lat_degrees()};
  view.sector = named(content.sector, names);
  view.from = content.window.earliest;
  view.to = content.window.latest;
  view.product = notes::name_of(content.product);
  view.product_label = notes::label_of(content.product);
  view.evaluation = {std::string(notes::name_of(content.evaluation.scale)), content.evaluation.received,
                     notes::text_of(content.evaluation.grade), notes::words_of(content.evaluation.grade)};
  for (const auto& one : content.assertions)
    view.assertions.push_back(
        {std::string(notes::name_of(one.kind)), one.low, one.high, one.words, notes::text_of(one)});
}

template <class T, std::size_t N>
std::vector<wire::Labelled> labelled(const T (&all)[N]) {
  std::vector<wire::Labelled> list;
  for (const auto& one : all) list.push_back({std::string(name_of(one)), label_of(one)});
  return list;
}

std::string_view name_of(notes::AssertionRule::Takes takes) {
  static constexpr std::string_view names[] = {"range", "choice", "words"};
  return names[static_cast<std::size_t>(takes)];
}

std::string_view name_of(notes::Guard guard) {
  static constexpr std::string_view names[] = {"none",       "evaluation", "deconfliction",
                                               "enrichment", "judicial",   "service_administrative",
                                               "service",    "reason",     "result"};
  return names[static_cast<std::size_t>(guard)];
}

}  // namespace

NoteNames note_names(notes::Notes& notes, access::Access& access, database::Database& database,
                     const territory::Territory& territory, const access::Asker& asker) {
  NoteNames names{.territory = territory, .services = {}, .sectors = notes.sectors(territory)};
  const auto snapshot = database.read();
  names.services = territory::load_services(*snapshot, territory.id);
  names.compartments = access::compartments_of(*snapshot, asker.viewer, territory.id);
  names.persons_are_allowed =
      access::find_legal_act(*snapshot, territory.id, access::Part::persons_in_notes, asker.at).has_value();
  if (!access::may(*access.policy(*snapshot), asker.viewer, territory.id, access::Capability::read_notes))
    names.author = notes::AuthorKind::follows_own;
  return names;
}

std::optional<Instant> parse_moment(std::string_view text) {
  if ((text.size() != 20 && text.size() != 24) || text[10] != 'T' || text.back() != 'Z' || text[13] != ':' ||
      text[16] != ':' || (text.size() == 24 && text[19] != '.'))
    return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = digits(text.substr(11, 2));
  const auto minute = digits(text.substr(14, 2));
  const auto second = digits(text.substr(17, 2));
  const auto ms = text.size() == 24 ? digits(text.substr(20, 3)) : std::optional(0);
  if (!date || !hour || !minute || !second || !ms || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return Instant{date->day * day_ms + ((*hour * 60LL + *minute) * 60 + *second) * 1000 + *ms};
}

Instant end_of(CivilDate day, const territory::Territory& territory) {
  const auto zone = clock::TimeZone::open(territory.time_zone);
  CHECK(zone.has_value());
  return zone->day(day).end;
}

Result<std::vector<CompartmentId>> to_compartments(const std::vector<std::string>& codes, const NoteNames& names,
                                                   std::string_view field) {
  std::vector<CompartmentId> ids;
  for (const auto& code : codes) {
    const auto found = access::find_compartment(names.compartments, code, field);
    if (!found) return refuse(ErrorKind::invalid_input, found.error().message, found.error().field);
    ids.push_back(found->id);
  }
  return ids;
}

Result<access::Marking> to_marking(const wire::MarkingWish& wish, const NoteNames& names, std::string_view field) {
  const auto at = [&](const char* part) { return fmt::format("{}{}", field, part); };
  access::Marking marking;
  const auto sensitivity = access::sensitivity_named(wish.sensitivity);
  if (!sensitivity) return one_of(at("sensitivity"), access::sensitivities);
  const auto handling = access::handling_named(wish.handling);
  if (!handling) return one_of(at("handling"), access::handlings);
  const auto regime = access::regime_named(wish.regime);
  if (!regime) return one_of(at("regime"), access::regimes);
  marking.sensitivity = *sensitivity;
  marking.handling = *handling;
  marking.regime = *regime;
  for (const auto& code : wish.services) {
    const auto* service = find_service(names, code);
    if (!service)
      return unknown(at("services"), "ce service n'est pas du territoire", "this service is not of the territory");
    marking.services.push_back(service->id);
  }
  const auto inside =
      to_compartments(wish.compartments.value_or(std::vector<std::string>{}), names, at("compartments"));
  if (!inside) return Failure(inside.error());
  marking.compartments = *inside;
  marking.is_originator_controlled = wish.originator_controlled.value_or(false);
  return marking;
}

Result<notes::Notes::Remark> to_remark(const wire::RemarkWish& wish, const NoteNames& names,
                                       database::Snapshot& snapshot, Instant now) {
  using Inside = notes::Notes::Remark::Inside;
  auto marking = to_marking(wish, names, "");
  if (!marking) return Failure(marking.error());
  for (const auto& login : wish.denied.value_or(std::vector<std::string>{})) {
    const auto person = access::find_reader(snapshot, names.territory.id, login, now);
    if (!person)
      return unknown("denied", "il faut l'identifiant d'un compte ouvert qui lit des fiches sur ce territoire",
                     "the login of an open account that reads notes in this territory is needed");
    marking->denied.push_back(person->id);
  }
  return notes::Notes::Remark{std::move(*marking), wish.reason.value_or(""),
                              wish.compartments ? Inside::as_wanted : Inside::as_it_is};
}

Result<notes::Content> to_content(const wire::NoteWish& wish, notes::Channel channel, const NoteNames& names) {
  notes::Content content;
  content.facts = wish.facts;
  content.assessment = wish.assessment.value_or("");
  const auto point = to_point(wish.point);
  if (!point) return Failure(point.error());
  content.point = *point;
  const auto sector = to_sector(wish.sector, names);
  if (!sector) return Failure(sector.error());
  content.sector = *sector;
  const auto from = to_moment(wish.from, "from");
  if (!from) return Failure(from.error());
  const auto to = to_moment(wish.to, "to");
  if (!to) return Failure(to.error());
  content.window = {*from, *to};
  const auto product = notes::product_named(wish.product.value_or("unknown"));
  if (!product) return one_of("product", notes::products);
  content.product = *product;
  const auto evaluation = wish.evaluation ? to_evaluation(*wish.evaluation)
                                          : notes::make_evaluation(notes::Scale::letters_and_digits,
                                                                   notes::text_of(notes::reception_of(channel).grade));
  if (!evaluation) return Failure(evaluation.error());
  content.evaluation = *evaluation;
  auto assertions = to_assertions(wish.assertions.value_or(std::vector<wire::AssertionWish>{}));
  if (!assertions) return Failure(assertions.error());
  content.assertions = std::move(*assertions);
  const auto category = to_category(wish.person_category);
  if (!category) return Failure(category.error());
  content.person_category = *category;
  content.is_about_minor = wish.about_minor.value_or(false);
  return content;
}

Result<notes::NewNote> to_note(const wire::NoteWish& wish, const NoteNames& names, std::optional<ServiceId> own) {
  const auto channel = notes::channel_named(wish.channel);
  if (!channel) return one_of("channel", notes::channels);
  auto content = to_content(wish, *channel, names);
  if (!content) return Failure(content.error());
  std::vector<ServiceId> services;
  for (const auto& service : names.services) services.push_back(service.id);
  notes::NewNote note{
      *channel, std::move(*content),
      notes::first_marking(*channel, names.territory.id, own.value_or(ServiceId{}), services, names.author),
      wish.retain_until ? std::optional(end_of(*wish.retain_until, names.territory)) : std::nullopt};
  if (!wish.marking) return note;
  auto marking = to_marking(*wish.marking, names, "marking/");
  if (!marking) return Failure(marking.error());
  note.marking = std::move(*marking);
  return note;
}

Result<notes::NewAddition> to_addition(const wire::AdditionWish& wish, const NoteNames& names) {
  const auto kind = notes::addition_kind_named(wish.kind);
  if (!kind)
    return unknown("kind", "il faut enrichment, sighting ou proposal", "enrichment, sighting or proposal is needed");
  auto content = to_content(wish, notes::Channel::service, names);
  if (!content) return Failure(content.error());
  notes::NewAddition addition{
      *kind,
      std::move(*content),
      {},
      wish.retain_until ? std::optional(end_of(*wish.retain_until, names.territory)) : std::nullopt};
  if (!wish.marking) return addition;
  auto marking = to_marking(*wish.marking, names, "marking/");
  if (!marking) return Failure(marking.error());
  addition.marking = std::move(*marking);
  return addition;
}

Result<notes::StepWish> to_step(const wire::NoteStepWish& wish, const NoteNames& names) {
  const auto step = notes::step_named(wish.step);
  if (!step) return one_of("step", notes::steps);
  notes::StepWish out{.step = *step,
                      .reason = wish.reason.value_or(""),
                      .evaluation = {},
                      .summary = wish.summary.value_or(""),
                      .deconfliction = wish.deconfliction.value_or(""),
                      .service = {},
                      .outcome = {}};
  if (wish.evaluation) {
    const auto evaluation = to_evaluation(*wish.evaluation);
    if (!evaluation) return Failure(evaluation.error());
    out.evaluation = *evaluation;
  }
  if (wish.service) {
    const auto* service = find_service(names, *wish.service);
    if (!service)
      return unknown("service", "ce service n'est pas du territoire", "this service is not of the territory");
    out.service = service->id;
  }
  if (!wish.result) return out;
  const auto kind = notes::outcome_kind_named(wish.result->kind);
  if (!kind) return one_of("result/kind", notes::outcome_kinds);
  out.outcome = notes::Outcome{*kind,
                               wish.result->arrests.value_or(0),
                               wish.result->presented.value_or(0),
                               wish.result->seized_mg.value_or(0),
                               wish.result->cash_cents.value_or(0),
                               wish.result->words.value_or("")};
  return out;
}

wire::NoteView to_wire(const notes::Shown& shown, const NoteNames& names) {
  wire::NoteView view;
  fill_content(view, shown.content, names);
  view.id = shown.code;
  view.channel = notes::name_of(shown.channel);
  view.channel_label = notes::label_of(shown.channel);
  view.exact = shown.sight == notes::Sight::exact;
  view.summary = shown.summary;
  view.received_from = shown.received.earliest;
  view.received_to = shown.received.latest;
  view.service = named(shown.originator, names);
  view.mine = shown.is_mine;
  if (shown.stage) view.stage = notes::name_of(*shown.stage);
  view.stage_label = shown.stage ? notes::label_of(*shown.stage) : notes::label_of(shown.told);
  view.stage_since = shown.stage_since;
  view.due = shown.due;
  view.overdue = shown.is_overdue;
  if (!shown.owner.empty()) view.owner = shown.owner;
  if (shown.attributed) view.attributed = named(*shown.attributed, names);
  if (shown.verified_grade) view.verified_grade = notes::text_of(*shown.verified_grade);
  if (shown.marking) view.marking = to_wire(*shown.marking, names);
  view.retain_until = shown.retain_until;
  view.revision = shown.revision;
  return view;
}

wire::NoteDossier to_wire(const notes::Dossier& dossier, const NoteNames& names) {
  wire::NoteDossier view;
  view.note = to_wire(dossier.note, names);
  for (const auto& step : dossier.steps)
    view.steps.push_back({std::string(notes::name_of(step.step)), notes::label_of(step.step), notes::label_of(step.to),
                          step.at, named(step.service, names), step.name, step.words,
                          step.grade ? std::optional(notes::text_of(*step.grade)) : std::nullopt});
  for (const auto& addition : dossier.additions) {
    wire::AdditionView one;
    fill_content(one, addition.content, names);
    one.id = addition.code;
    one.kind = notes::name_of(addition.kind);
    one.kind_label = notes::label_of(addition.kind);
    one.at = addition.at;
    one.service = named(addition.service, names);
    one.mine = addition.is_mine;
    if (addition.state != notes::ProposalState::none) one.state = notes::name_of(addition.state);
    one.state_label = notes::label_of(addition.state);
    one.answer = addition.answer;
    view.additions.push_back(std::move(one));
  }
  for (const auto& revision : dossier.revisions)
    view.revisions.push_back({revision.number, revision.at, crypto::to_hex(revision.hash), revision.superseded});
  for (const auto& offer : dossier.offers)
    view.offers.push_back({std::string(notes::name_of(offer.step)), notes::label_of(offer.step),
                           std::string(name_of(offer.guard)), offer.is_available, offer.reason});
  if (dossier.outcome_kind)
    view.outcome = {std::string(notes::name_of(*dossier.outcome_kind)),
                    notes::label_of(*dossier.outcome_kind),
                    dossier.arrests,
                    dossier.presented,
                    dossier.seized_mg,
                    dossier.cash_cents};
  view.may_revise = dossier.may_revise;
  view.may_remark = dossier.may_remark;
  view.denied = named(dossier.denied);
  view.may_add = dossier.may_add;
  view.may_see_readers = dossier.may_see_readers;
  return view;
}

wire::MarkingPreview to_wire(const notes::MarkingChange& change, const NoteNames& names) {
  const auto& [before, after, roles_before, roles_after, reads_after, denied] = change;
  const auto reads = [](const access::Marking& marking, ServiceId service) {
    return marking.originator == service || std::ranges::binary_search(marking.services, service);
  };
  wire::MarkingPreview view{.services = {},
                            .roles = {},
                            .compartments_before = {},
                            .compartments_after = {},
                            .denied = {},
                            .exits = {},
                            .you = reads_after};
  for (const auto& service : names.services)
    if (reads(before, service.id) || reads(after, service.id))
      view.services.push_back({service.code, service.name, reads(before, service.id), reads(after, service.id)});
  for (const auto role : access::roles) {
    const bool did = std::ranges::find(roles_before, role) != roles_before.end();
    const bool does = std::ranges::find(roles_after, role) != roles_after.end();
    if (did || does) view.roles.push_back({std::string(access::name_of(role)), access::label_of(role), did, does});
  }
  view.compartments_before = compartments_of(before, names);
  view.compartments_after = compartments_of(after, names);
  view.denied = named(denied);
  const auto leave = [](access::Handling handling, access::Exit exit) {
    const auto way = access::leave_of(handling, exit);
    return wire::Labelled{std::string(access::name_of(way)), access::label_of(way)};
  };
  for (const auto exit : access::exits)
    view.exits.push_back({std::string(access::name_of(exit)), access::label_of(exit), leave(before.handling, exit),
                          leave(after.handling, exit)});
  return view;
}

wire::NoteMatchesView to_wire(const sharing::NoteMatches& matches, const NoteNames& names) {
  const auto labelled = [](sharing::SelectorKind kind) {
    const auto& rule = sharing::rule_of(kind);
    return wire::Labelled{std::string(rule.name), rule.label};
  };
  wire::NoteMatchesView out;
  for (const auto& match : matches.matches) {
    out.matches.push_back({{}, to_wire(match.note, names)});
    for (const auto& shared : match.kinds)
      out.matches.back().kinds.push_back(
          {shared.is_next_door ? "neighbouring_cell" : labelled(shared.kind).name, sharing::text_of(shared)});
  }
  for (const auto kind : matches.commonplaces) out.commonplaces.push_back(labelled(kind));
  return out;
}

wire::NoteFacets to_wire(const notes::Facets& facets, const NoteNames& names) {
  wire::NoteFacets view{facets.total, facets.is_capped, {}, {}, {}, {}, {}};
  for (const auto& [stage, count] : facets.stages) view.stages[std::string(notes::name_of(stage))] = count;
  for (const auto& [channel, count] : facets.channels) view.channels[std::string(notes::name_of(channel))] = count;
  for (const auto& [product, count] : facets.products) view.products[std::string(notes::name_of(product))] = count;
  for (const auto& [sector, count] : facets.sectors)
    if (const auto name = named(std::optional(SectorId{sector}), names)) view.sectors[name->code] = count;
  for (const auto& [service, count] : facets.services) view.services[named(ServiceId{service}, names).code] = count;
  return view;
}

wire::NoteForm note_form(const NoteNames& names, std::optional<ServiceId> own) {
  wire::NoteForm form;
  if (own) form.service = named(*own, names).code;
  form.persons_allowed = names.persons_are_allowed;
  std::vector<ServiceId> services;
  for (const auto& service : names.services) {
    services.push_back(service.id);
    form.services.push_back({service.code, service.name});
  }
  for (const auto& one : names.compartments)
    if (!one.closed_at) form.compartments.push_back({one.code, one.name});
  for (const auto& row : notes::reception()) {
    wire::ReceptionView view{std::string(notes::name_of(row.channel)),
                             notes::label_of(row.channel),
                             {},
                             notes::text_of(row.grade),
                             row.days_kept,
                             row.why};
    if (own)
      view.marking =
          to_wire(notes::first_marking(row.channel, names.territory.id, *own, services, names.author), names);
    form.channels.push_back(std::move(view));
  }
  for (const auto& rule : notes::assertion_rules()) {
    wire::AssertionRuleView view{
        std::string(rule.name), rule.label, std::string(name_of(rule.takes)), rule.least, rule.most, rule.unit, {}};
    for (const auto& choice : rule.choices) view.choices.push_back({std::string(choice.name), choice.label});
    form.assertions.push_back(std::move(view));
  }
  for (const auto& sector : *names.sectors)
    if (sector.is_leaf) form.sectors.push_back({sector.code, sector.name});
  form.products = labelled(notes::products);
  form.sensitivities = labelled(access::sensitivities);
  form.handlings = labelled(access::handlings);
  form.regimes = labelled(access::regimes);
  form.scales = labelled(notes::scales);
  form.stages = labelled(notes::stages);
  form.additions = labelled(additions);
  form.outcomes = labelled(notes::outcome_kinds);
  return form;
}

}  // namespace quadrille::api
