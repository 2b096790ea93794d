#include <fmt/format.h>

#include "base/check.h"
#include "services/retention/references.h"
#include "services/retention/store.h"

namespace quadrille::retention {
namespace {

constexpr database::Migration steps[] = {
    {"retention", 1,
     "CREATE TABLE erasure_receipt (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, at_utc_ms INTEGER NOT NULL, "
     "territory INTEGER NOT NULL, marking INTEGER NOT NULL, object TEXT NOT NULL, cause TEXT NOT NULL, basis TEXT NOT "
     "NULL, note TEXT NOT NULL, position INTEGER NOT NULL); "
     "CREATE INDEX erasure_receipt_newest ON erasure_receipt (marking, at_utc_ms, code); "
     "CREATE TABLE note_decision (id INTEGER PRIMARY KEY, note INTEGER NOT NULL, decision TEXT NOT NULL, reference "
     "TEXT "
     "NOT NULL, at_utc_ms INTEGER NOT NULL); "
     "CREATE INDEX note_decision_of ON note_decision (note)"},
    {"retention", 2,
     "CREATE TABLE own_keeping (note INTEGER NOT NULL, service INTEGER NOT NULL, until_utc_ms INTEGER NOT NULL, "
     "PRIMARY KEY (note, service)); "
     "CREATE INDEX own_keeping_due ON own_keeping (until_utc_ms)"},
};

constexpr std::string_view columns = "code, at_utc_ms, territory, marking, object, cause, basis, note, position";

Receipt read_receipt(const database::Rows& rows) {
  const auto cause = cause_named(rows.text(5));
  CHECK(cause.has_value());  // the table holds only words this program wrote
  return {std::string(rows.text(0)), {rows.integer(1)},         {rows.integer(2)},
          {rows.integer(3)},         std::string(rows.text(4)), *cause,
          std::string(rows.text(6)), std::string(rows.text(7)), rows.integer(8)};
}

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {{.kind = "erasure",
                                          .label = {"Récépissé d'effacement", "Erasure receipt"},
                                          .table = "erasure_receipt",
                                          .territory = "territory",
                                          .made_utc_ms = "at_utc_ms"}};
  return all;
}

std::vector<Receipt> list_receipts(database::Snapshot& snapshot, TerritoryId territory,
                                   const access::Readable& readable, int limit) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM erasure_receipt WHERE territory = ? AND marking IN {} ORDER BY at_utc_ms DESC, code "
                  "LIMIT ?",
                  columns, readable.sql_list()),
      {territory, limit});
  std::vector<Receipt> found;
  while (rows->next()) found.push_back(read_receipt(*rows));
  return found;
}

std::optional<Receipt> find_receipt(database::Snapshot& snapshot, std::string_view code,
                                    const access::Readable& readable) {
  auto rows = snapshot.query(
      fmt::format("SELECT {} FROM erasure_receipt WHERE code = ? AND marking IN {}", columns, readable.sql_list()),
      {code});
  return rows->next() ? std::optional(read_receipt(*rows)) : std::nullopt;
}

std::vector<CarriedDecision> decisions_of(database::Snapshot& snapshot, NoteId note) {
  auto rows =
      snapshot.query("SELECT decision, reference, at_utc_ms FROM note_decision WHERE note = ? ORDER BY id", {note});
  std::vector<CarriedDecision> found;
  while (rows->next()) {
    const auto decision = decision_named(rows->text(0));
    CHECK(decision.has_value());  // likewise
    found.push_back({*decision, std::string(rows->text(1)), {rows->integer(2)}});
  }
  return found;
}

namespace store {

void insert_receipt(database::Transaction& tx, const Receipt& receipt) {
  tx.execute(fmt::format("INSERT INTO erasure_receipt ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", columns),
             {receipt.code, receipt.at.utc_ms, receipt.territory, receipt.marking, receipt.object,
              name_of(receipt.cause), receipt.basis, receipt.note, receipt.position});
}

void record_dropped(database::Transaction& tx, std::string_view subject, std::int64_t rows,
                    const access::Asker& asker) {
  if (rows == 0) return;
  audit::record(tx,
                {.actor = asker.actor(),
                 .action = audit::Action::erasure,
                 .territory = {},
                 .subject = std::string(subject),
                 .details = fmt::format("rows={}", rows),
                 .purpose = asker.purpose,
                 .legal_basis = {},
                 .recipient = {},
                 .outcome = {},
                 .object = {}},
                asker.at);
}

void insert_mention(database::Transaction& tx, NoteId note, const CarriedDecision& mention) {
  tx.execute("INSERT INTO note_decision (note, decision, reference, at_utc_ms) VALUES (?, ?, ?, ?)",
             {note, name_of(mention.decision), mention.reference, mention.at.utc_ms});
}

void delete_mentions(database::Transaction& tx, NoteId note) {
  tx.execute("DELETE FROM note_decision WHERE note = ?", {note});
}

std::optional<Instant> load_own_keeping(database::Snapshot& snapshot, NoteId note, ServiceId service) {
  auto rows = snapshot.query("SELECT until_utc_ms FROM own_keeping WHERE note = ? AND service = ?", {note, service});
  return rows->next() ? std::optional(Instant{rows->integer(0)}) : std::nullopt;
}

void save_own_keeping(database::Transaction& tx, NoteId note, ServiceId service, Instant until) {
  tx.execute(
      "INSERT INTO own_keeping (note, service, until_utc_ms) VALUES (?, ?, ?) ON CONFLICT (note, service) DO UPDATE "
      "SET until_utc_ms = excluded.until_utc_ms",
      {note, service, until.utc_ms});
}

void delete_own_keeping(database::Transaction& tx, NoteId note, ServiceId service) {
  tx.execute("DELETE FROM own_keeping WHERE note = ? AND service = ?", {note, service});
}

void delete_own_keepings(database::Transaction& tx, NoteId note) {
  tx.execute("DELETE FROM own_keeping WHERE note = ?", {note});
}

std::vector<std::pair<NoteId, Instant>> own_keepings_of(database::Snapshot& snapshot, ServiceId service) {
  auto rows = snapshot.query("SELECT note, until_utc_ms FROM own_keeping WHERE service = ? ORDER BY note", {service});
  std::vector<std::pair<NoteId, Instant>> found;
  while (rows->next()) found.push_back({{rows->integer(0)}, {rows->integer(1)}});
  return found;
}

std::vector<DueOwnKeeping> due_own_keepings(database::Snapshot& snapshot, Instant now) {
  auto rows = snapshot.query(
      "SELECT note, service, until_utc_ms FROM own_keeping WHERE until_utc_ms <= ? ORDER BY until_utc_ms, note, "
      "service",
      {now.utc_ms});
  std::vector<DueOwnKeeping> found;
  while (rows->next()) found.push_back({{rows->integer(0)}, {rows->integer(1)}, {rows->integer(2)}});
  return found;
}

}  // namespace store
}  // namespace quadrille::retention
