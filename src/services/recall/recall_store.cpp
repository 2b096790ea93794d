#include <fmt/format.h>

#include "base/check.h"
#include "services/recall/store.h"

namespace quadrille::recall {
namespace {

constexpr database::Migration steps[] = {
    {"recall", 1,
     "CREATE TABLE recall (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, marking "
     "INTEGER NOT NULL, note INTEGER NOT NULL, object TEXT NOT NULL, originator INTEGER NOT NULL, effect TEXT NOT "
     "NULL, "
     "reason TEXT NOT NULL, person INTEGER NOT NULL, made_utc_ms INTEGER NOT NULL, deadline_utc_ms INTEGER NOT NULL); "
     "CREATE INDEX recall_newest ON recall (territory, marking, made_utc_ms); "
     "CREATE TABLE recall_holder (recall INTEGER NOT NULL REFERENCES recall (id), service INTEGER NOT NULL, given "
     "INTEGER NOT NULL, reads INTEGER NOT NULL, last_read_utc_ms INTEGER, taken INTEGER NOT NULL, additions INTEGER "
     "NOT "
     "NULL, requests INTEGER NOT NULL, marking INTEGER NOT NULL, recall_note TEXT NOT NULL, position INTEGER NOT NULL, "
     "answer TEXT, "
     "answered_utc_ms INTEGER, copies INTEGER NOT NULL, words TEXT NOT NULL, person INTEGER, receipt_note TEXT NOT "
     "NULL, "
     "receipt_position INTEGER, PRIMARY KEY (recall, service))"},
    // Until then `reads` counted lists too, which tell of other notes.
    {"recall", 2,
     "ALTER TABLE recall_holder ADD COLUMN was_given INTEGER NOT NULL DEFAULT 0; "
     "ALTER TABLE recall_holder RENAME COLUMN reads TO openings; "
     "ALTER TABLE recall_holder RENAME COLUMN last_read_utc_ms TO last_utc_ms; "
     "UPDATE recall_holder SET was_given = 1, openings = 0, last_utc_ms = NULL WHERE openings > 0"},
};

constexpr std::string_view columns =
    "id, code, territory, marking, note, object, originator, effect, reason, made_utc_ms, deadline_utc_ms";

Recall read_recall(const database::Rows& rows) {
  const auto effect = effect_named(rows.text(7));
  CHECK(effect.has_value());  // the table holds only words this program wrote
  Recall recall;
  recall.id = {rows.integer(0)};
  recall.code = rows.text(1);
  recall.territory = {rows.integer(2)};
  recall.marking = {rows.integer(3)};
  recall.note = {rows.integer(4)};
  recall.object = rows.text(5);
  recall.originator = {rows.integer(6)};
  recall.effect = *effect;
  recall.reason = rows.text(8);
  recall.made_at = {rows.integer(9)};
  recall.deadline = {rows.integer(10)};
  return recall;
}

void load_holders(database::Snapshot& snapshot, Recall& recall) {
  auto rows = snapshot.query(
      "SELECT service, given, openings, last_utc_ms, taken, additions, requests, recall_note, position, answer, "
      "answered_utc_ms, copies, words, receipt_note, marking, was_given FROM recall_holder WHERE recall = ? ORDER BY "
      "service",
      {recall.id});
  while (rows->next()) {
    Holder holder;
    holder.holding.service = {rows->integer(0)};
    holder.holding.is_given = rows->integer(1) != 0;
    holder.holding.openings = rows->integer(2);
    if (const auto last = rows->maybe_integer(3)) holder.holding.last = Instant{*last};
    holder.holding.copies = rows->integer(4);
    holder.holding.additions = rows->integer(5);
    holder.holding.requests = rows->integer(6);
    holder.recall_note = rows->text(7);
    holder.position = rows->integer(8);
    if (const auto answer = rows->maybe_text(9)) holder.answer = answer_named(*answer);
    if (const auto at = rows->maybe_integer(10)) holder.answered_at = Instant{*at};
    holder.copies = rows->integer(11);
    holder.words = rows->text(12);
    holder.receipt_note = rows->text(13);
    holder.marking = {rows->integer(14)};
    holder.holding.was_given = rows->integer(15) != 0;
    holder.is_settled = holder.answer && settles(*holder.answer);
    recall.holders.push_back(std::move(holder));
  }
}

// Of a service's own recalls, and of those it is asked to answer; what is bound is the service, twice.
std::string mine(const access::Readable& readable) {
  return fmt::format(
      "((originator = ? AND marking IN {0}) OR EXISTS (SELECT 1 FROM recall_holder h WHERE h.recall = recall.id AND "
      "h.service = ? AND h.marking IN {0}))",
      readable.sql_list());
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {{.kind = "recall",
                                          .label = {"Rappel", "Recall"},
                                          .table = "recall",
                                          .territory = "territory",
                                          .made_utc_ms = "made_utc_ms"}};
  return all;
}

namespace store {

void insert_recall(database::Transaction& tx, Recall& recall, PersonId person) {
  recall.id = {tx.insert_returning_id(
      "INSERT INTO recall (code, territory, marking, note, object, originator, effect, reason, person, made_utc_ms, "
      "deadline_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
      {recall.code, recall.territory, recall.marking, recall.note, recall.object, recall.originator,
       name_of(recall.effect), recall.reason, person, recall.made_at.utc_ms, recall.deadline.utc_ms})};
}

void insert_holder(database::Transaction& tx, RecallId recall, const Holder& holder) {
  const auto& holding = holder.holding;
  tx.execute(
      "INSERT INTO recall_holder (recall, service, given, was_given, openings, last_utc_ms, taken, additions, "
      "requests, recall_note, position, marking, copies, words, receipt_note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, 0, '', '')",
      {recall, holding.service, holding.is_given ? 1 : 0, holding.was_given ? 1 : 0, holding.openings,
       holding.last ? std::optional(holding.last->utc_ms) : std::nullopt, holding.copies, holding.additions,
       holding.requests, holder.recall_note, holder.position, holder.marking});
}

void record_answer(database::Transaction& tx, RecallId recall, const Holder& holder, PersonId person,
                   std::int64_t position) {
  const auto changed = tx.execute(
      "UPDATE recall_holder SET answer = ?, answered_utc_ms = ?, copies = ?, words = ?, person = ?, receipt_note = ?, "
      "receipt_position = ? WHERE recall = ? AND service = ?",
      {name_of(*holder.answer), holder.answered_at->utc_ms, holder.copies, holder.words, person, holder.receipt_note,
       position, recall, holder.holding.service});
  CHECK(changed == 1);
}

std::vector<Recall> load_recalls(database::Snapshot& snapshot, const Whose& whose, int limit) {
  std::vector<Recall> found;
  {
    auto rows = snapshot.query(fmt::format("SELECT {} FROM recall WHERE territory = ? AND {} ORDER BY made_utc_ms "
                                           "DESC, code LIMIT ?",
                                           columns, mine(whose.markings)),
                               {whose.territory, whose.service, whose.service, limit});
    while (rows->next()) found.push_back(read_recall(*rows));
  }
  for (auto& recall : found) load_holders(snapshot, recall);
  return found;
}

std::optional<Recall> find_recall(database::Snapshot& snapshot, const Whose& whose, std::string_view code) {
  std::vector<Recall> found;
  {
    auto rows = snapshot.query(
        fmt::format("SELECT {} FROM recall WHERE territory = ? AND code = ? AND {}", columns, mine(whose.markings)),
        {whose.territory, code, whose.service, whose.service});
    if (rows->next()) found.push_back(read_recall(*rows));
  }
  if (found.empty()) return std::nullopt;
  load_holders(snapshot, found.front());
  return std::move(found.front());
}

std::vector<MarkingId> addressed_markings(database::Snapshot& snapshot, TerritoryId territory, ServiceId service) {
  auto rows = snapshot.query(
      "SELECT DISTINCT h.marking FROM recall_holder h JOIN recall r ON r.id = h.recall WHERE r.territory = ? AND "
      "h.service = ? ORDER BY h.marking",
      {territory, service});
  std::vector<MarkingId> found;
  while (rows->next()) found.push_back({rows->integer(0)});
  return found;
}

std::vector<KeptRecall> recalls_due(database::Snapshot& snapshot, const Period& deadlines, RecallId after, int limit) {
  auto rows = snapshot.query(
      "SELECT id, code, territory, marking, originator, deadline_utc_ms, CASE WHEN EXISTS (SELECT 1 FROM recall_holder "
      "h WHERE h.recall = recall.id AND (h.answer IS NULL OR h.answer = 'in_procedure')) THEN 0 ELSE 1 END FROM recall "
      "WHERE deadline_utc_ms >= ? AND deadline_utc_ms < ? AND id > ? ORDER BY id LIMIT ?",
      {deadlines.begin.utc_ms, deadlines.end.utc_ms, after, limit});
  std::vector<KeptRecall> found;
  while (rows->next())
    found.push_back({{rows->integer(0)},
                     std::string(rows->text(1)),
                     {rows->integer(2)},
                     {rows->integer(3)},
                     {rows->integer(4)},
                     {rows->integer(5)},
                     rows->integer(6) != 0});
  return found;
}

std::int64_t delete_recall(database::Transaction& tx, RecallId recall) {
  return tx.execute("DELETE FROM recall_holder WHERE recall = ?", {recall}) +
         tx.execute("DELETE FROM recall WHERE id = ?", {recall});
}

}  // namespace store
}  // namespace quadrille::recall
