#include "base/check.h"
#include "services/audit/audit.h"

namespace quadrille::audit {
namespace {

constexpr database::Migration steps[] = {
    {"audit", 1,
     "CREATE TABLE audit_entry (number INTEGER PRIMARY KEY, at_utc_ms INTEGER NOT NULL, actor TEXT NOT NULL, action "
     "TEXT NOT NULL, "
     "territory INTEGER, subject TEXT NOT NULL, details TEXT NOT NULL, purpose TEXT NOT NULL)"},
    {"audit", 2,
     "CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries are "
     "append-only'); END; "
     "CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries are "
     "append-only'); END",
     database::Migration::Applies::on_sqlite},
    {"audit", 3,
     "CREATE FUNCTION audit_entry_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''audit entries "
     "are append-only''; END'; "
     "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE "
     "FUNCTION audit_entry_refuses()",
     database::Migration::Applies::on_postgresql},
};

Action action_named(std::string_view name) {
  for (const Action action : {Action::collection, Action::alteration, Action::consultation, Action::disclosure,
                              Action::combination, Action::erasure})
    if (name_of(action) == name) return action;
  CHECK(false && "an action that this program never wrote");
  return Action::consultation;
}

}  // namespace

std::string_view name_of(Action action) {
  switch (action) {
    case Action::collection:
      return "collection";
    case Action::alteration:
      return "alteration";
    case Action::consultation:
      return "consultation";
    case Action::disclosure:
      return "disclosure";
    case Action::combination:
      return "combination";
    case Action::erasure:
      return "erasure";
  }
  return "";
}

std::span<const database::Migration> migrations() { return steps; }

void record(database::Transaction& tx, const Act& act, Instant at) {
  tx.execute(
      "INSERT INTO audit_entry (at_utc_ms, actor, action, territory, subject, details, purpose) VALUES (?, ?, ?, ?, ?, "
      "?, ?)",
      {at.utc_ms, act.actor, name_of(act.action), act.territory, act.subject, act.details, act.purpose});
}

std::vector<Entry> list(database::Snapshot& snapshot, std::optional<std::int64_t> before, int limit) {
  auto rows = snapshot.query(
      "SELECT number, at_utc_ms, actor, action, territory, subject, details, purpose FROM audit_entry WHERE number < ? "
      "ORDER BY number DESC LIMIT ?",
      {before.value_or(INT64_MAX), limit});
  std::vector<Entry> entries;
  while (rows->next()) {
    Entry entry{rows->integer(0),
                {rows->integer(1)},
                {std::string(rows->text(2)),
                 action_named(rows->text(3)),
                 {},
                 std::string(rows->text(5)),
                 std::string(rows->text(6)),
                 std::string(rows->text(7))}};
    if (const auto territory = rows->maybe_integer(4)) entry.act.territory = TerritoryId{*territory};
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace quadrille::audit
