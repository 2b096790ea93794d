#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr std::string_view side_columns =
    "c.id, c.code, c.kind, s.territory, s.service, o.service, s.state, o.state, s.officer, s.acted_utc_ms, s.words, "
    "s.made_utc_ms, s.due_utc_ms, p.code, p.title, p.marking, s.note";
constexpr std::string_view side_tables =
    "conflict_side s JOIN conflict c ON c.id = s.conflict JOIN conflict_side o ON o.conflict = s.conflict AND "
    "o.service <> s.service LEFT JOIN declared_operation p ON p.id = s.operation";

SideState stored_state(std::string_view name) {
  const auto* state = std::ranges::find_if(side_states, [&](SideState s) { return name_of(s) == name; });
  CHECK(state != std::end(side_states));
  return *state;
}

std::vector<store::SideRow> read_sides(database::Rows& rows) {
  std::vector<store::SideRow> sides;
  while (rows.next()) {
    store::SideRow side{
        .conflict = {rows.integer(0)},
        .code = std::string(rows.text(1)),
        .kind = rows.text(2) == name_of(ConflictKind::event) ? ConflictKind::event : ConflictKind::target,
        .territory = {rows.integer(3)},
        .service = {rows.integer(4)},
        .other_service = {rows.integer(5)},
        .state = stored_state(rows.text(6)),
        .other_state = stored_state(rows.text(7)),
        .officer = rows.maybe_text(8).value_or(""),
        .acted_at = {},
        .words = std::string(rows.text(10)),
        .made_at = {rows.integer(11)},
        .due = {rows.integer(12)},
        .operation_code = rows.maybe_text(13),
        .operation_title = rows.maybe_text(14).value_or(""),
        .operation_marking = {},
        .note = {}};
    if (const auto acted = rows.maybe_integer(9)) side.acted_at = Instant{*acted};
    if (const auto marking = rows.maybe_integer(15)) side.operation_marking = MarkingId{*marking};
    if (const auto note = rows.maybe_integer(16)) side.note = NoteId{*note};
    sides.push_back(std::move(side));
  }
  return sides;
}

}  // namespace

std::vector<DeskEvent> load_desk_events(database::Snapshot& snapshot, std::int64_t after, int limit) {
  auto rows = snapshot.query(
      "SELECT number, territory, service, conflict_code, what, at_utc_ms FROM desk_event WHERE number > ? ORDER BY "
      "number LIMIT ?",
      {after, limit});
  std::vector<DeskEvent> events;
  while (rows->next())
    events.push_back({rows->integer(0),
                      {rows->integer(1)},
                      {rows->integer(2)},
                      std::string(rows->text(3)),
                      std::string(rows->text(4)),
                      {rows->integer(5)}});
  return events;
}

std::int64_t last_desk_event(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT COALESCE(MAX(number), 0) FROM desk_event");
  CHECK(rows->next());
  return rows->integer(0);
}

namespace store {

void replace_contact(database::Transaction& tx, TerritoryId territory, ServiceId service, const std::string& name,
                     const std::string& phone) {
  tx.execute(
      "INSERT INTO desk_contact (territory, service, name, phone) VALUES (?, ?, ?, ?) ON CONFLICT (territory, service) "
      "DO UPDATE SET name = excluded.name, phone = excluded.phone",
      {territory, service, name, phone});
}

releases::Contact load_contact(database::Snapshot& snapshot, TerritoryId territory, ServiceId service) {
  auto rows = snapshot.query(
      "SELECT s.name, d.name, d.phone FROM service s LEFT JOIN desk_contact d ON d.territory = s.territory AND "
      "d.service "
      "= s.id WHERE s.id = ? AND s.territory = ?",
      {service, territory});
  CHECK(rows->next());
  releases::Contact contact{std::string(rows->text(0)), rows->maybe_text(1).value_or(""),
                            rows->maybe_text(2).value_or("")};
  if (contact.desk.empty()) contact.desk = contact.service;
  return contact;
}

ConflictId insert_conflict(database::Transaction& tx, TerritoryId territory, const std::string& code, ConflictKind kind,
                           Instant made_at, Instant due) {
  return {tx.insert_returning_id(
      "INSERT INTO conflict (code, territory, kind, made_utc_ms, due_utc_ms) VALUES (?, ?, ?, ?, ?) RETURNING id",
      {code, territory, name_of(kind), made_at.utc_ms, due.utc_ms})};
}

void insert_side(database::Transaction& tx, ConflictId conflict, TerritoryId territory, const SideOf& side,
                 Instant made_at, Instant due) {
  tx.execute(
      "INSERT INTO conflict_side (conflict, service, territory, operation, note, state, words, made_utc_ms, "
      "due_utc_ms) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)",
      {conflict, side.service, territory, side.operation, side.note, name_of(SideState::open), made_at.utc_ms,
       due.utc_ms});
}

std::vector<SideRow> sides_of(database::Snapshot& snapshot, TerritoryId territory, ServiceId service, int limit) {
  auto rows =
      snapshot.query(fmt::format("SELECT {} FROM {} WHERE s.territory = ? AND s.service = ? ORDER BY CASE s.state WHEN "
                                 "'acknowledged' THEN 1 ELSE 0 END, s.made_utc_ms DESC, c.code LIMIT ?",
                                 side_columns, side_tables),
                     {territory, service, limit});
  return read_sides(*rows);
}

std::optional<SideRow> find_side(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                 std::string_view code) {
  auto rows = snapshot.query(fmt::format("SELECT {} FROM {} WHERE c.code = ? AND s.territory = ? AND s.service = ?",
                                         side_columns, side_tables),
                             {code, territory, service});
  auto sides = read_sides(*rows);
  if (sides.empty()) return std::nullopt;
  return std::move(sides.front());
}

std::vector<SideRow> overdue_sides(database::Snapshot& snapshot, Instant now) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM {} WHERE s.state = ? AND s.due_utc_ms <= ? ORDER BY s.due_utc_ms, c.id, s.service",
                  side_columns, side_tables),
      {name_of(SideState::open), now.utc_ms});
  return read_sides(*rows);
}

void update_side(database::Transaction& tx, ConflictId conflict, ServiceId service, SideState state,
                 const std::string& officer, Instant at, const std::string& words) {
  tx.execute(
      "UPDATE conflict_side SET state = ?, officer = ?, acted_utc_ms = ?, words = ? WHERE conflict = ? AND service = ?",
      {name_of(state), officer, at.utc_ms, words, conflict, service});
}

void insert_event(database::Transaction& tx, TerritoryId territory, ServiceId service, const std::string& conflict,
                  std::string_view what, Instant at) {
  tx.execute("INSERT INTO desk_event (territory, service, conflict_code, what, at_utc_ms) VALUES (?, ?, ?, ?, ?)",
             {territory, service, conflict, what, at.utc_ms});
}

}  // namespace store
}  // namespace quadrille::sharing
