#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "services/notes/letters.h"
#include "services/notes/references.h"
#include "services/notes/store.h"

namespace quadrille::notes {
namespace {

// Numbers of enumerations are stored: they are never given again (workflow.h, notes.h). `shown_*` are what filters may
// look at: half-days for a channel at risk. note_newest is what every list runs over; note_mine serves authors.
constexpr database::Migration steps_of_schema[] = {
    {"notes", 1,
     "CREATE TABLE note (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, territory INTEGER NOT NULL, marking "
     "INTEGER "
     "NOT NULL REFERENCES marking (id), order_ms INTEGER NOT NULL, lot INTEGER NOT NULL, originator INTEGER NOT NULL, "
     "author INTEGER NOT NULL, editor INTEGER NOT NULL, channel INTEGER NOT NULL, received_utc_ms INTEGER NOT NULL, "
     "facts TEXT NOT NULL, "
     "assessment TEXT NOT NULL, lon_e7 INTEGER, lat_e7 INTEGER, sector INTEGER, earliest_utc_ms INTEGER NOT NULL, "
     "latest_utc_ms INTEGER NOT NULL, shown_earliest_utc_ms INTEGER NOT NULL, shown_latest_utc_ms INTEGER NOT NULL, "
     "product INTEGER NOT NULL, scale INTEGER NOT NULL, evaluation TEXT NOT NULL, person_category INTEGER, revision "
     "INTEGER NOT NULL, stage INTEGER NOT NULL, stage_since_utc_ms INTEGER NOT NULL, due_utc_ms INTEGER, owner "
     "INTEGER, "
     "verifier INTEGER, attributed INTEGER, summary TEXT NOT NULL, verified_grade TEXT, retain_until_utc_ms INTEGER "
     "NOT "
     "NULL); "
     "CREATE INDEX note_newest ON note (marking, order_ms, lot); "
     "CREATE INDEX note_mine ON note (author, order_ms, lot); "
     "CREATE INDEX note_expiry ON note (retain_until_utc_ms); "
     "CREATE TABLE note_revision (note INTEGER NOT NULL REFERENCES note (id), number INTEGER NOT NULL, at_utc_ms "
     "INTEGER "
     "NOT NULL, author INTEGER NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL, salt BLOB NOT NULL, superseded "
     "TEXT, PRIMARY KEY (note, number)); "
     "CREATE TABLE note_step (note INTEGER NOT NULL REFERENCES note (id), number INTEGER NOT NULL, step INTEGER NOT "
     "NULL, from_stage INTEGER NOT NULL, to_stage INTEGER NOT NULL, at_utc_ms INTEGER NOT NULL, person INTEGER NOT "
     "NULL, service INTEGER NOT NULL, words TEXT NOT NULL, grade TEXT, PRIMARY KEY (note, number)); "
     "CREATE TABLE note_outcome (note INTEGER PRIMARY KEY REFERENCES note (id), kind INTEGER NOT NULL, arrests INTEGER "
     "NOT NULL, presented INTEGER NOT NULL, seized_mg INTEGER NOT NULL, cash_cents INTEGER NOT NULL, words TEXT NOT "
     "NULL); "
     "CREATE TABLE note_addition (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, note INTEGER NOT NULL REFERENCES "
     "note (id), marking INTEGER NOT NULL REFERENCES marking (id), kind INTEGER NOT NULL, at_utc_ms INTEGER NOT NULL, "
     "author INTEGER NOT NULL, service INTEGER NOT NULL, facts TEXT NOT NULL, assessment TEXT NOT NULL, lon_e7 "
     "INTEGER, "
     "lat_e7 INTEGER, sector INTEGER, earliest_utc_ms INTEGER NOT NULL, latest_utc_ms INTEGER NOT NULL, product "
     "INTEGER "
     "NOT NULL, scale INTEGER NOT NULL, evaluation TEXT NOT NULL, person_category INTEGER, state INTEGER NOT NULL, "
     "answer TEXT NOT NULL, answered_by INTEGER, answered_utc_ms INTEGER, retain_until_utc_ms INTEGER NOT NULL); "
     "CREATE INDEX note_addition_of ON note_addition (note, id); "
     "CREATE TABLE note_assertion (note INTEGER NOT NULL REFERENCES note (id), addition INTEGER NOT NULL, number "
     "INTEGER "
     "NOT NULL, kind INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY "
     "(note, addition, number)); "
     "CREATE TABLE note_number (last INTEGER NOT NULL); "
     "INSERT INTO note_number (last) VALUES (0)"},
    // The index of words, by marking first among those of a word: a search walks over readable notes alone.
    {"notes", 2,
     "CREATE TABLE note_word (word INTEGER NOT NULL, marking INTEGER NOT NULL, order_ms INTEGER NOT NULL, lot INTEGER "
     "NOT NULL, note INTEGER NOT NULL, PRIMARY KEY (word, marking, order_ms, lot, note)) WITHOUT ROWID",
     database::Migration::Applies::on_sqlite},
    {"notes", 3,
     "CREATE TABLE note_word (word INTEGER NOT NULL, marking INTEGER NOT NULL, order_ms INTEGER NOT NULL, lot INTEGER "
     "NOT NULL, note INTEGER NOT NULL, PRIMARY KEY (word, marking, order_ms, lot, note))",
     database::Migration::Applies::on_postgresql},
    {"notes", 4,
     "ALTER TABLE note ADD COLUMN minor INTEGER NOT NULL DEFAULT 0; "
     "ALTER TABLE note_addition ADD COLUMN minor INTEGER NOT NULL DEFAULT 0"},
    // One stage, the newest first, without walking over the others.
    {"notes", 5, "CREATE INDEX note_stage ON note (marking, stage, order_ms, lot)"},
};

constexpr std::string_view columns =
    "id, code, territory, marking, order_ms, lot, originator, author, channel, received_utc_ms, facts, assessment, "
    "lon_e7, lat_e7, sector, earliest_utc_ms, latest_utc_ms, product, scale, evaluation, person_category, revision, "
    "stage, stage_since_utc_ms, due_utc_ms, owner, verifier, attributed, summary, verified_grade, retain_until_utc_ms, "
    "editor, minor";

template <class T>
std::optional<std::int64_t> number_of(const std::optional<T>& id) {
  return id ? std::optional(id->value) : std::nullopt;
}
std::optional<std::int64_t> number_of(const std::optional<PersonCategory>& category) {
  return category ? std::optional(static_cast<std::int64_t>(*category)) : std::nullopt;
}

using enum database::ColumnType;

void insert_assertions(database::Transaction& tx, NoteId note, std::int64_t addition, std::span<const Assertion> list,
                       database::Bulk* bulk) {
  std::int64_t number = 0;
  for (const auto& assertion : list) {
    const auto kind = static_cast<int>(assertion.kind);
    if (bulk)
      bulk->add({note, addition, number, kind, assertion.low, assertion.high, assertion.words});
    else
      tx.execute(
          "INSERT INTO note_assertion (note, addition, number, kind, low, high, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
          {note, addition, number, kind, assertion.low, assertion.high, assertion.words});
    ++number;
  }
}

void insert_revision(database::Transaction& tx, NoteId note, const Revision& revision) {
  tx.execute(
      "INSERT INTO note_revision (note, number, at_utc_ms, author, previous, hash, salt) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {note, revision.number, revision.at.utc_ms, revision.author, std::span<const std::uint8_t>(revision.previous),
       std::span<const std::uint8_t>(revision.hash), revision.salt});
}

// What may be found of a note by its words: the text, or only the summary of a channel at risk.
std::vector<std::int64_t> words_to_find(const Note& note) {
  const std::string told =
      is_at_risk(note.channel) ? note.summary : note.content.facts + "\n" + note.content.assessment;
  std::vector<std::int64_t> numbers;
  for (const auto& word : search_words(told)) numbers.push_back(store::word_number(word));
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  return numbers;
}

constexpr database::BulkColumn word_columns[] = {
    {"word", integer}, {"marking", integer}, {"order_ms", integer}, {"lot", integer}, {"note", integer}};

void add_words(database::Bulk& bulk, const Note& note) {
  for (const auto word : words_to_find(note)) bulk.add({word, note.marking, note.order_ms, note.lot, note.id});
}

// Numbers are given by the one writer, so that a batch goes in by bulk; never twice, even when the last note was
// erased, because the audit log names notes by number. Returns the last one given before.
std::int64_t take_numbers(database::Transaction& tx, std::size_t count) {
  const auto wanted = static_cast<std::int64_t>(count);
  return tx.insert_returning_id("UPDATE note_number SET last = last + ? RETURNING last", {wanted}) - wanted;
}

constexpr database::BulkColumn columns_of_row[] = {{"id", integer},
                                                   {"code", text},
                                                   {"territory", integer},
                                                   {"marking", integer},
                                                   {"order_ms", integer},
                                                   {"lot", integer},
                                                   {"originator", integer},
                                                   {"author", integer},
                                                   {"editor", integer},
                                                   {"channel", integer},
                                                   {"received_utc_ms", integer},
                                                   {"facts", text},
                                                   {"assessment", text},
                                                   {"lon_e7", integer},
                                                   {"lat_e7", integer},
                                                   {"sector", integer},
                                                   {"earliest_utc_ms", integer},
                                                   {"latest_utc_ms", integer},
                                                   {"shown_earliest_utc_ms", integer},
                                                   {"shown_latest_utc_ms", integer},
                                                   {"product", integer},
                                                   {"scale", integer},
                                                   {"evaluation", text},
                                                   {"person_category", integer},
                                                   {"revision", integer},
                                                   {"stage", integer},
                                                   {"stage_since_utc_ms", integer},
                                                   {"due_utc_ms", integer},
                                                   {"summary", text},
                                                   {"retain_until_utc_ms", integer},
                                                   {"minor", integer}};

}  // namespace

std::span<const database::Migration> migrations() { return steps_of_schema; }

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {
      {"note", {"Fiche", "Note"}, "note"},
      {.kind = "request",
       .label = {"Demande", "Request"},
       .table = "service_request",
       .territory = "territory",
       .made_utc_ms = "asked_ms"},
      {.kind = "addition", .label = {"Ajout", "Addition"}, .table = "note_addition", .note = "note"},
      {.kind = "attachment", .label = {"Pièce jointe", "Attachment"}, .table = "note_attachment", .note = "note"}};
  return all;
}

namespace store {

std::string_view note_columns() { return columns; }

Note read_note(const database::Rows& rows) {
  Note note;
  note.id = {rows.integer(0)};
  note.code = rows.text(1);
  note.territory = {rows.integer(2)};
  note.marking = {rows.integer(3)};
  note.order_ms = rows.integer(4);
  note.lot = rows.integer(5);
  note.originator = {rows.integer(6)};
  note.author = {rows.integer(7)};
  note.channel = static_cast<Channel>(rows.integer(8));
  note.received = {rows.integer(9)};
  auto& content = note.content;
  content.facts = rows.text(10);
  content.assessment = rows.text(11);
  if (!rows.is_null(12)) content.point = LonLat::checked_e7(rows.integer(12), rows.integer(13));
  if (const auto sector = rows.maybe_integer(14)) content.sector = SectorId{*sector};
  content.window = {{rows.integer(15)}, {rows.integer(16)}};
  content.product = static_cast<Product>(rows.integer(17));
  const auto evaluation = make_evaluation(static_cast<Scale>(rows.integer(18)), rows.text(19));
  CHECK(evaluation.has_value());
  content.evaluation = *evaluation;
  if (const auto category = rows.maybe_integer(20)) content.person_category = static_cast<PersonCategory>(*category);
  note.revision = static_cast<int>(rows.integer(21));
  note.stage = static_cast<Stage>(rows.integer(22));
  note.stage_since = {rows.integer(23)};
  if (const auto due = rows.maybe_integer(24)) note.due = Instant{*due};
  if (const auto owner = rows.maybe_integer(25)) note.owner = PersonId{*owner};
  if (const auto verifier = rows.maybe_integer(26)) note.verifier = PersonId{*verifier};
  if (const auto attributed = rows.maybe_integer(27)) note.attributed = ServiceId{*attributed};
  note.summary = rows.text(28);
  if (const auto grade = rows.maybe_text(29)) note.verified_grade = parse_grade(*grade);
  note.retain_until = {rows.integer(30)};
  note.editor = {rows.integer(31)};
  content.is_about_minor = rows.integer(32) != 0;
  return note;
}

NoteRows::NoteRows(database::Transaction& tx) : bulk_(tx.bulk("note", columns_of_row)) {}

void NoteRows::add(const Note& note) {
  const auto& content = note.content;
  bulk_->add({note.id,
              note.code,
              note.territory,
              note.marking,
              note.order_ms,
              note.lot,
              note.originator,
              note.author,
              note.editor,
              static_cast<int>(note.channel),
              note.received.utc_ms,
              content.facts,
              content.assessment,
              content.point ? std::optional(std::int64_t{content.point->lon_e7()}) : std::nullopt,
              content.point ? std::optional(std::int64_t{content.point->lat_e7()}) : std::nullopt,
              number_of(content.sector),
              content.window.earliest.utc_ms,
              content.window.latest.utc_ms,
              note.shown_window.earliest.utc_ms,
              note.shown_window.latest.utc_ms,
              static_cast<int>(content.product),
              static_cast<int>(content.evaluation.scale),
              content.evaluation.received,
              number_of(content.person_category),
              note.revision,
              static_cast<int>(note.stage),
              note.stage_since.utc_ms,
              note.due ? std::optional(note.due->utc_ms) : std::nullopt,
              note.summary,
              note.retain_until.utc_ms,
              content.is_about_minor ? 1 : 0});
}

void NoteRows::finish() { bulk_->finish(); }

void insert(database::Transaction& tx, std::span<NewRow> rows) {
  std::int64_t id = take_numbers(tx, rows.size());
  for (auto& row : rows) row.note.id = {++id};
  {
    NoteRows written(tx);
    for (const auto& row : rows) written.add(row.note);
    written.finish();
  }
  {
    static constexpr database::BulkColumn into[] = {{"note", integer},   {"number", integer}, {"at_utc_ms", integer},
                                                    {"author", integer}, {"previous", bytes}, {"hash", bytes},
                                                    {"salt", bytes}};
    auto bulk = tx.bulk("note_revision", into);
    for (const auto& [note, first] : rows)
      bulk->add({note.id, first.number, first.at.utc_ms, first.author, std::span<const std::uint8_t>(first.previous),
                 std::span<const std::uint8_t>(first.hash), first.salt});
    bulk->finish();
  }
  {
    static constexpr database::BulkColumn into[] = {{"note", integer}, {"addition", integer}, {"number", integer},
                                                    {"kind", integer}, {"low", integer},      {"high", integer},
                                                    {"words", text}};
    auto bulk = tx.bulk("note_assertion", into);
    for (const auto& [note, first] : rows) insert_assertions(tx, note.id, 0, note.content.assertions, bulk.get());
    bulk->finish();
  }
  auto bulk = tx.bulk("note_word", word_columns);
  for (const auto& [note, first] : rows) add_words(*bulk, note);
  bulk->finish();
}

void supersede(database::Transaction& tx, const Note& before, const Note& after, const Revision& revision) {
  remove_words(tx, before);
  tx.execute("UPDATE note_revision SET superseded = ? WHERE note = ? AND number = ?",
             {canonical_text(before.content), before.id, before.revision});
  insert_revision(tx, before.id, revision);
  const auto& content = after.content;
  tx.execute(
      "UPDATE note SET facts = ?, assessment = ?, lon_e7 = ?, lat_e7 = ?, sector = ?, earliest_utc_ms = ?, "
      "latest_utc_ms = ?, shown_earliest_utc_ms = ?, shown_latest_utc_ms = ?, product = ?, scale = ?, evaluation = ?, "
      "person_category = ?, revision = ?, summary = ?, editor = ?, minor = ? WHERE id = ?",
      {content.facts, content.assessment,
       content.point ? std::optional(std::int64_t{content.point->lon_e7()}) : std::nullopt,
       content.point ? std::optional(std::int64_t{content.point->lat_e7()}) : std::nullopt, number_of(content.sector),
       content.window.earliest.utc_ms, content.window.latest.utc_ms, after.shown_window.earliest.utc_ms,
       after.shown_window.latest.utc_ms, static_cast<int>(content.product), static_cast<int>(content.evaluation.scale),
       content.evaluation.received, number_of(content.person_category), after.revision, after.summary, after.editor,
       content.is_about_minor ? 1 : 0, after.id});
  tx.execute("DELETE FROM note_assertion WHERE note = ? AND addition = 0", {after.id});
  insert_assertions(tx, after.id, 0, content.assertions, nullptr);
  update_state(tx, after);
  insert_words(tx, after);
}

void insert_step(database::Transaction& tx, NoteId note, const TakenStep& step) {
  std::int64_t number = 1;
  {
    auto rows = tx.query("SELECT COALESCE(MAX(number), 0) + 1 FROM note_step WHERE note = ?", {note});
    CHECK(rows->next());
    number = rows->integer(0);
  }
  tx.execute(
      "INSERT INTO note_step (note, number, step, from_stage, to_stage, at_utc_ms, person, service, words, grade) "
      "VALUES "
      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {note, number, static_cast<int>(step.step), static_cast<int>(step.from), static_cast<int>(step.to),
       step.at.utc_ms, step.person, step.service, step.words,
       step.grade ? std::optional(text_of(*step.grade)) : std::nullopt});
}

void update_state(database::Transaction& tx, const Note& note) {
  tx.execute(
      "UPDATE note SET stage = ?, stage_since_utc_ms = ?, due_utc_ms = ?, owner = ?, verifier = ?, attributed = ?, "
      "summary = ?, verified_grade = ? WHERE id = ?",
      {static_cast<int>(note.stage), note.stage_since.utc_ms, note.due ? std::optional(note.due->utc_ms) : std::nullopt,
       number_of(note.owner), number_of(note.verifier), number_of(note.attributed), note.summary,
       note.verified_grade ? std::optional(text_of(*note.verified_grade)) : std::nullopt, note.id});
}

void insert_outcome(database::Transaction& tx, NoteId note, const Outcome& outcome) {
  tx.execute(
      "INSERT INTO note_outcome (note, kind, arrests, presented, seized_mg, cash_cents, words) VALUES (?, ?, ?, ?, ?, "
      "?, ?)",
      {note, static_cast<int>(outcome.kind), outcome.arrests, outcome.presented, outcome.seized_mg, outcome.cash_cents,
       outcome.words});
}

void update_retention(database::Transaction& tx, NoteId note, Instant until) {
  tx.execute("UPDATE note SET retain_until_utc_ms = ? WHERE id = ?", {until.utc_ms, note});
  tx.execute("UPDATE note_addition SET retain_until_utc_ms = ? WHERE note = ? AND retain_until_utc_ms > ?",
             {until.utc_ms, note, until.utc_ms});
}

void remove_words(database::Transaction& tx, const Note& note) {
  for (const auto word : words_to_find(note))
    tx.execute("DELETE FROM note_word WHERE word = ? AND marking = ? AND order_ms = ? AND lot = ? AND note = ?",
               {word, note.marking, note.order_ms, note.lot, note.id});
}

void insert_words(database::Transaction& tx, const Note& note) {
  auto bulk = tx.bulk("note_word", word_columns);
  add_words(*bulk, note);
  bulk->finish();
}

void update_marking(database::Transaction& tx, NoteId note, MarkingId marking) {
  tx.execute("UPDATE note SET marking = ? WHERE id = ?", {marking, note});
}

void insert_addition(database::Transaction& tx, NoteId note, Addition& addition) {
  const auto& content = addition.content;
  addition.id = tx.insert_returning_id(
      "INSERT INTO note_addition (code, note, marking, kind, at_utc_ms, author, service, facts, assessment, lon_e7, "
      "lat_e7, sector, earliest_utc_ms, latest_utc_ms, product, scale, evaluation, person_category, state, answer, "
      "retain_until_utc_ms, minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?) "
      "RETURNING id",
      {addition.code,
       note,
       addition.marking,
       static_cast<int>(addition.kind),
       addition.at.utc_ms,
       addition.author,
       addition.service,
       content.facts,
       content.assessment,
       content.point ? std::optional(std::int64_t{content.point->lon_e7()}) : std::nullopt,
       content.point ? std::optional(std::int64_t{content.point->lat_e7()}) : std::nullopt,
       number_of(content.sector),
       content.window.earliest.utc_ms,
       content.window.latest.utc_ms,
       static_cast<int>(content.product),
       static_cast<int>(content.evaluation.scale),
       content.evaluation.received,
       number_of(content.person_category),
       static_cast<int>(addition.state),
       addition.retain_until.utc_ms,
       content.is_about_minor ? 1 : 0});
  insert_assertions(tx, note, addition.id, content.assertions, nullptr);
}

void answer_addition(database::Transaction& tx, std::int64_t id, ProposalState state, const std::string& answer,
                     PersonId by, Instant at) {
  tx.execute("UPDATE note_addition SET state = ?, answer = ?, answered_by = ?, answered_utc_ms = ? WHERE id = ?",
             {static_cast<int>(state), answer, by, at.utc_ms, id});
}

}  // namespace store
}  // namespace quadrille::notes
