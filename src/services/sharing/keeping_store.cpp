#include <fmt/format.h>

#include "base/check.h"
#include "services/sharing/keeping.h"

namespace quadrille::sharing {
namespace {

// One query a kind, with the same columns: row, code, territory, first service, second service, marking, since, held.
constexpr std::string_view acknowledged = "'acknowledged'";

std::string query_of(KeptKind kind) {
  switch (kind) {
    case KeptKind::operation:
      return fmt::format(
          "SELECT p.id AS row_id, p.code, p.territory, p.service, NULL, p.marking, p.end_utc_ms AS since, CASE WHEN "
          "EXISTS (SELECT 1 FROM conflict_side s JOIN conflict_side o ON o.conflict = s.conflict WHERE s.operation = "
          "p.id AND o.state <> {}) THEN 1 ELSE 0 END FROM declared_operation p",
          acknowledged);
    case KeptKind::conflict:
      return fmt::format(
          "SELECT c.id AS row_id, c.code, c.territory, a.service, b.service, NULL, c.made_utc_ms AS since, CASE WHEN "
          "a.state = {0} AND b.state = {0} THEN 0 ELSE 1 END FROM conflict c JOIN conflict_side a ON a.conflict = c.id "
          "JOIN conflict_side b ON b.conflict = c.id AND b.service > a.service",
          acknowledged);
    case KeptKind::target:
      return "SELECT t.id AS row_id, t.code, e.territory, t.service, NULL, NULL, t.registered_utc_ms AS since, 0 FROM "
             "target t JOIN target_epoch e ON e.id = t.epoch";
  }
  CHECK(false && "every kind is kept somewhere");
  return "";
}

Kept read_kept(KeptKind kind, const database::Rows& rows) {
  Kept kept{kind, rows.integer(0),   std::string(rows.text(1)), {rows.integer(2)}, {{rows.integer(3)}},
            {},   {rows.integer(6)}, rows.integer(7) != 0};
  if (const auto second = rows.maybe_integer(4)) kept.services.push_back({*second});
  if (const auto marking = rows.maybe_integer(5)) kept.marking = MarkingId{*marking};
  return kept;
}

}  // namespace

std::vector<Kept> kept_since(database::Snapshot& snapshot, KeptKind kind, Period since, int limit) {
  auto rows = snapshot.query(
      fmt::format("SELECT * FROM ({}) AS kept WHERE since >= ? AND since < ? ORDER BY since, row_id LIMIT ?",
                  query_of(kind)),
      {since.begin.utc_ms, since.end.utc_ms, limit});
  std::vector<Kept> found;
  while (rows->next()) found.push_back(read_kept(kind, *rows));
  return found;
}

std::optional<Kept> find_kept(database::Snapshot& snapshot, KeptKind kind, std::int64_t row) {
  auto rows = snapshot.query(fmt::format("SELECT * FROM ({}) AS kept WHERE row_id = ?", query_of(kind)), {row});
  return rows->next() ? std::optional(read_kept(kind, *rows)) : std::nullopt;
}

std::int64_t erase_kept(database::Transaction& tx, const Kept& kept) {
  switch (kept.kind) {
    case KeptKind::operation:
      tx.execute("UPDATE conflict_side SET operation = NULL WHERE operation = ?", {kept.row});
      return tx.execute("DELETE FROM declared_operation WHERE id = ?", {kept.row});
    case KeptKind::conflict:
      // The newest alert stays: pages ask for those after the last number they saw, which must not be given again.
      return tx.execute(
                 "DELETE FROM desk_event WHERE conflict_code = ? AND number < (SELECT MAX(number) FROM desk_event)",
                 {kept.code}) +
             tx.execute("DELETE FROM conflict_side WHERE conflict = ?", {kept.row}) +
             tx.execute("DELETE FROM conflict WHERE id = ?", {kept.row});
    case KeptKind::target:
      return tx.execute("DELETE FROM target WHERE id = ?", {kept.row});
  }
  return 0;
}

bool has_questions(database::Snapshot& snapshot, Instant before) {
  return snapshot
      .query(
          "SELECT 1 FROM target_ticket WHERE made_utc_ms < ? UNION ALL SELECT 1 FROM target_question WHERE "
          "at_utc_ms < ? LIMIT 1",
          {before.utc_ms, before.utc_ms})
      ->next();
}

bool has_exclusions(database::Snapshot& snapshot, Instant before) {
  return snapshot.query("SELECT 1 FROM planner_exclusion WHERE end_utc_ms < ? LIMIT 1", {before.utc_ms})->next();
}

std::int64_t drop_questions(database::Transaction& tx, Instant before) {
  tx.execute("DELETE FROM target_ticket WHERE made_utc_ms < ?", {before.utc_ms});
  return tx.execute("DELETE FROM target_question WHERE at_utc_ms < ?", {before.utc_ms});
}

std::int64_t drop_exclusions(database::Transaction& tx, Instant before) {
  tx.execute(
      "DELETE FROM planner_exclusion_sector WHERE exclusion IN (SELECT id FROM planner_exclusion WHERE end_utc_ms < ?)",
      {before.utc_ms});
  return tx.execute("DELETE FROM planner_exclusion WHERE end_utc_ms < ?", {before.utc_ms});
}

}  // namespace quadrille::sharing
