#include "services/sharing/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/audit/audit.h"
#include "services/sharing/selectors.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr DeskRule rules[] = {
    {SideState::open, DeskStep::acknowledge, SideState::acknowledged},
    {SideState::open, DeskStep::escalate, SideState::escalated},
    {SideState::open, DeskStep::expire, SideState::escalated},
    {SideState::acknowledged, DeskStep::take_back, SideState::open},
    {SideState::acknowledged, DeskStep::escalate, SideState::escalated},
    {SideState::escalated, DeskStep::acknowledge, SideState::acknowledged},
};

// What the pages are told; the step in the past.
std::string_view event_of(DeskStep step) {
  switch (step) {
    case DeskStep::acknowledge:
      return "acknowledged";
    case DeskStep::take_back:
      return "taken_back";
    case DeskStep::escalate:
    case DeskStep::expire:
      return "escalated";
  }
  return "";
}

bool may_take_back(const store::SideRow& side, const access::Asker& by) {
  return side.state == SideState::acknowledged && side.officer == by.actor() && side.acted_at &&
         by.at.utc_ms - side.acted_at->utc_ms <= take_back_within_ms;
}

void wake_both(database::Transaction& tx, const store::SideRow& side, std::string_view what, Instant at) {
  store::insert_event(tx, side.territory, side.service, side.code, what, at);
  store::insert_event(tx, side.territory, side.other_service, side.code, what, at);
}

void record_step(database::Transaction& tx, const store::SideRow& side, DeskStep step, const access::Asker& by) {
  audit::Act act;
  act.actor = by.actor();
  act.action = audit::Action::alteration;
  act.territory = side.territory;
  act.subject = fmt::format("conflict {}", side.code);
  act.details = fmt::format("{} service={}", name_of(step), side.service.value);
  act.purpose = by.purpose;
  act.legal_basis = by.legal_basis;
  act.object = audit::Object("conflict", side.conflict);
  audit::record(tx, act, by.at);
}

Failure no_such_conflict() {
  return refuse(ErrorKind::not_found, {"aucun conflit de ce code", "no conflict of this code"}, "code");
}

}  // namespace

std::string_view name_of(ConflictKind kind) { return kind == ConflictKind::event ? "event" : "target"; }

const Text& label_of(ConflictKind kind) {
  static const Text labels[] = {{"même lieu, même heure", "same place, same time"}, {"même cible", "same target"}};
  return labels[static_cast<std::size_t>(kind)];
}

std::string_view name_of(SideState state) {
  constexpr std::string_view names[] = {"open", "acknowledged", "escalated"};
  return names[static_cast<std::size_t>(state)];
}

const Text& label_of(SideState state) {
  static const Text labels[] = {
      {"à prendre en compte", "to be acknowledged"}, {"pris en compte", "acknowledged"}, {"escaladé", "escalated"}};
  return labels[static_cast<std::size_t>(state)];
}

std::string_view name_of(DeskStep step) {
  constexpr std::string_view names[] = {"acknowledge", "take_back", "escalate", "expire"};
  return names[static_cast<std::size_t>(step)];
}

std::optional<DeskStep> desk_step_named(std::string_view name) {
  for (const auto step : desk_steps)
    if (name_of(step) == name) return step;
  return std::nullopt;
}

std::span<const DeskRule> desk_rules() { return rules; }

std::optional<SideState> next(SideState from, DeskStep step) {
  for (const auto& rule : rules)
    if (rule.from == from && rule.step == step) return rule.to;
  return std::nullopt;
}

Result<void> set_contact(database::Transaction& tx, TerritoryId territory, const std::string& name,
                         const std::string& phone, const access::Asker& by) {
  const auto* standing = by.viewer.in(territory);
  if (!standing || standing->service.value == 0)
    return refuse(ErrorKind::forbidden,
                  {"il faut être d'un service du territoire", "it takes a service in the territory"});
  if (name.empty() || name.size() > 80) return invalid({"un nom de 1 à 80 octets", "a name of 1 to 80 bytes"}, "name");
  const auto number = normalised(SelectorKind::phone, phone);
  if (!number) return Failure(Error{number.error().kind, number.error().message, "phone"});
  store::replace_contact(tx, territory, standing->service, name, number->value);
  audit::Act act;
  act.actor = by.actor();
  act.action = audit::Action::alteration;
  act.territory = territory;
  act.subject = fmt::format("desk of service {}", standing->service.value);
  act.details = "contact set";
  act.purpose = by.purpose;
  audit::record(tx, act, by.at);
  return {};
}

std::string open_conflict(database::Transaction& tx, TerritoryId territory, ConflictKind kind, const SideOf& first,
                          const SideOf& second, crypto::Chance& chance, const access::Asker& by) {
  CHECK(first.service != second.service);
  const Instant due{by.at.utc_ms + acknowledge_within_ms};
  const std::string code = crypto::random_code(chance);
  const auto conflict = store::insert_conflict(tx, territory, code, kind, by.at, due);
  for (const auto* side : {&first, &second}) {
    store::insert_side(tx, conflict, territory, *side, by.at, due);
    store::insert_event(tx, territory, side->service, code, "told", by.at);
  }
  audit::Act act;
  act.actor = by.actor();
  act.action = audit::Action::combination;
  act.territory = territory;
  act.subject = fmt::format("conflict {}", code);
  act.details = fmt::format("kind={} services={},{}", name_of(kind), first.service.value, second.service.value);
  act.purpose = by.purpose;
  act.legal_basis = by.legal_basis;
  act.recipient = fmt::format("desks of services {} and {}", first.service.value, second.service.value);
  act.object = audit::Object("conflict", conflict);
  audit::record(tx, act, by.at, chance);
  return code;
}

std::vector<Conflict> list_conflicts(database::Snapshot& snapshot, const access::Readable& readable,
                                     TerritoryId territory, const access::Asker& asker) {
  constexpr int shown_max = 200;
  const auto* standing = asker.viewer.in(territory);
  if (!standing || standing->service.value == 0) return {};
  std::vector<Conflict> conflicts;
  for (auto& side : store::sides_of(snapshot, territory, standing->service, shown_max)) {
    Conflict conflict{.code = side.code,
                      .kind = side.kind,
                      .made_at = side.made_at,
                      .due = side.due,
                      .state = side.state,
                      .officer = side.officer,
                      .acted_at = side.acted_at,
                      .words = side.words,
                      .can_be_taken_back = may_take_back(side, asker),
                      .other_state = side.other_state,
                      .call = releases::conflict_hit(snapshot, territory, side.code, side.other_service, side.due).call,
                      .operation = {},
                      .operation_title = {},
                      .note = side.note};
    if (side.operation_marking && readable.contains(*side.operation_marking)) {
      conflict.operation = side.operation_code;
      conflict.operation_title = side.operation_title;
    }
    conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

Result<SideState> act(database::Transaction& tx, TerritoryId territory, std::string_view code, DeskStep step,
                      const std::string& reason, const access::Asker& by) {
  CHECK(step != DeskStep::expire);
  const auto* standing = by.viewer.in(territory);
  if (!standing || standing->service.value == 0) return no_such_conflict();
  const auto side = store::find_side(tx, territory, standing->service, code);
  if (!side) return no_such_conflict();
  if (step == DeskStep::escalate && (reason.size() < 3 || reason.size() > 500))
    return invalid({"un motif de 3 à 500 octets", "a reason of 3 to 500 bytes"}, "reason");
  const auto state = next(side->state, step);
  if (!state)
    return refuse(ErrorKind::conflict,
                  {fmt::format("ce conflit est déjà : {}", label_of(side->state).fr),
                   fmt::format("this conflict is already: {}", label_of(side->state).en)},
                  "step");
  if (step == DeskStep::take_back && !may_take_back(*side, by))
    return refuse(ErrorKind::conflict,
                  {"on ne peut revenir en arrière que soi-même, dans les deux minutes",
                   "only the same officer may take it back, within two minutes"},
                  "step");
  store::update_side(tx, side->conflict, side->service, *state, by.actor(), by.at,
                     step == DeskStep::escalate ? reason : std::string());
  wake_both(tx, *side, event_of(step), by.at);
  record_step(tx, *side, step, by);
  return *state;
}

int escalate_overdue(database::Transaction& tx, Instant now) {
  access::Asker by;
  by.viewer.login = "clock";
  by.at = now;
  const auto overdue = store::overdue_sides(tx, now);
  for (const auto& side : overdue) {
    store::update_side(tx, side.conflict, side.service, SideState::escalated, "clock", now, "");
    wake_both(tx, side, event_of(DeskStep::expire), now);
    record_step(tx, side, DeskStep::expire, by);
  }
  return static_cast<int>(overdue.size());
}

bool has_overdue(database::Snapshot& snapshot, Instant now) { return !store::overdue_sides(snapshot, now).empty(); }

}  // namespace quadrille::sharing
