#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/notes/attachments.h"
#include "services/notes/entry.h"
#include "services/notes/erasure.h"
#include "services/notes/remarking.h"
#include "services/notes/store.h"

namespace quadrille::notes {
namespace {

constexpr std::string_view tables[] = {
    "note",           "note_revision", "note_step",       "note_outcome",    "note_addition",
    "note_assertion", "note_word",     "note_attachment", "service_request", "service_request_event"};

// The row as it stands, whoever looks: its words in the index follow from it.
Note load_row(database::Snapshot& snapshot, NoteId id) {
  std::vector<Note> found;
  {
    auto rows = snapshot.query(fmt::format("SELECT {} FROM note WHERE id = ?", store::note_columns()), {id});
    CHECK(rows->next());
    found.push_back(store::read_note(*rows));
  }
  store::load_assertions(snapshot, found);
  return std::move(found.front());
}

void record_remarking(database::Transaction& tx, const Note& note, std::string details, const access::Asker& by) {
  audit::record(tx, act_on(by, audit::Action::alteration, note, std::move(details)), by.at);
}

std::int64_t count_words(database::Snapshot& snapshot, const Note& note) {
  auto rows =
      snapshot.query("SELECT COUNT(*) FROM note_word WHERE marking = ? AND order_ms = ? AND lot = ? AND note = ?",
                     {note.marking, note.order_ms, note.lot, note.id});
  CHECK(rows->next());
  return rows->integer(0);
}

RequestExtent request_of(const database::Rows& rows) {
  return {{rows.integer(0)}, std::string(rows.text(1)), {rows.integer(2)},
          {rows.integer(3)}, {rows.integer(4)},         {rows.integer(5)}};
}

std::vector<RequestExtent> requests_about(database::Snapshot& snapshot, TerritoryId territory,
                                          std::string_view note_code) {
  auto rows = snapshot.query(
      "SELECT id, code, territory, marking, asking, asked FROM service_request WHERE territory = ? AND about_kind = "
      "'note' AND about = ? "
      "ORDER BY id",
      {territory, note_code});
  std::vector<RequestExtent> found;
  while (rows->next()) found.push_back(request_of(*rows));
  return found;
}

std::vector<NoteId> ids_of(std::unique_ptr<database::Rows> rows) {
  std::vector<NoteId> found;
  while (rows->next()) found.push_back({rows->integer(0)});
  return found;
}

}  // namespace

ErasedRows& ErasedRows::operator+=(const ErasedRows& other) {
  notes += other.notes;
  revisions += other.revisions;
  additions += other.additions;
  assertions += other.assertions;
  steps += other.steps;
  attachments += other.attachments;
  requests += other.requests;
  words += other.words;
  return *this;
}

std::span<const std::string_view> tables_of_notes() { return tables; }

std::optional<NoteId> find_note_id(database::Snapshot& snapshot, TerritoryId territory, std::string_view code,
                                   const access::Readable& readable, PersonId person) {
  const auto note = store::find(snapshot, territory, code, readable.sql_list(), person);
  return note ? std::optional(note->id) : std::nullopt;
}

std::optional<NoteExtent> load_extent(database::Snapshot& snapshot, NoteId note) {
  NoteExtent extent;
  extent.id = note;
  {
    auto rows = snapshot.query(
        "SELECT code, territory, marking, originator, author, channel, attributed, person_category, minor, "
        "received_utc_ms, retain_until_utc_ms, revision FROM note WHERE id = ?",
        {note});
    if (!rows->next()) return std::nullopt;
    extent.code = rows->text(0);
    extent.territory = {rows->integer(1)};
    extent.marking = {rows->integer(2)};
    extent.originator = {rows->integer(3)};
    extent.author = {rows->integer(4)};
    extent.channel = static_cast<Channel>(rows->integer(5));
    if (const auto attributed = rows->maybe_integer(6)) extent.attributed = ServiceId{*attributed};
    if (const auto category = rows->maybe_integer(7)) extent.category = static_cast<PersonCategory>(*category);
    extent.names_person = extent.category.has_value();
    extent.is_about_minor = rows->integer(8) != 0;
    extent.received = {rows->integer(9)};
    extent.retain_until = {rows->integer(10)};
    extent.revision = static_cast<int>(rows->integer(11));
  }
  for (const auto& revision : store::load_revisions(snapshot, note)) {
    extent.hash = revision.hash;
    // An earlier text that named somebody is kept with the note.
    if (revision.superseded && revision.superseded->find("person_category") != std::string::npos)
      extent.names_person = true;
  }
  {
    auto rows = snapshot.query(
        "SELECT id, code, kind, author, service, marking, person_category, retain_until_utc_ms FROM note_addition "
        "WHERE note = ? ORDER BY id",
        {note});
    while (rows->next())
      extent.additions.push_back({rows->integer(0),
                                  std::string(rows->text(1)),
                                  static_cast<AdditionKind>(rows->integer(2)),
                                  {rows->integer(3)},
                                  {rows->integer(4)},
                                  {rows->integer(5)},
                                  !rows->is_null(6),
                                  {rows->integer(7)}});
  }
  extent.requests = requests_about(snapshot, extent.territory, extent.code);
  extent.attachments = static_cast<std::int64_t>(attachments_of(snapshot, note).size());
  return extent;
}

ErasedRows erase_addition(database::Transaction& tx, const NoteExtent& note, const AdditionExtent& addition) {
  ErasedRows erased;
  erased.assertions = tx.execute("DELETE FROM note_assertion WHERE note = ? AND addition = ?", {note.id, addition.row});
  erased.additions = tx.execute("DELETE FROM note_addition WHERE id = ? AND note = ?", {addition.row, note.id});
  return erased;
}

ErasedRows erase_request(database::Transaction& tx, const RequestExtent& request) {
  tx.execute("DELETE FROM service_request_event WHERE request = ?", {request.code});
  ErasedRows erased;
  erased.requests = tx.execute("DELETE FROM service_request WHERE id = ?", {request.id});
  return erased;
}

ErasedRows erase_note(database::Transaction& tx, const NoteExtent& note) {
  const Note row = load_row(tx, note.id);
  ErasedRows erased;
  erased.words = count_words(tx, row);
  store::remove_words(tx, row);
  erased.attachments = erase_attachments(tx, note.id);
  for (const auto& request : note.requests) erased += erase_request(tx, request);
  erased.assertions += tx.execute("DELETE FROM note_assertion WHERE note = ?", {note.id});
  erased.additions += tx.execute("DELETE FROM note_addition WHERE note = ?", {note.id});
  tx.execute("DELETE FROM note_outcome WHERE note = ?", {note.id});
  erased.steps = tx.execute("DELETE FROM note_step WHERE note = ?", {note.id});
  erased.revisions = tx.execute("DELETE FROM note_revision WHERE note = ?", {note.id});
  erased.notes = tx.execute("DELETE FROM note WHERE id = ?", {note.id});
  return erased;
}

namespace {

// The row and its words; the note as it was.
Note move_to(database::Transaction& tx, NoteId note, MarkingId marking) {
  Note before = load_row(tx, note);
  Note after = before;
  after.marking = marking;
  store::remove_words(tx, before);
  store::update_marking(tx, note, marking);
  store::insert_words(tx, after);
  return before;
}

}  // namespace

void give_marking(database::Transaction& tx, const NoteExtent& note, MarkingId marking, const access::Asker& by) {
  const Note before = move_to(tx, note.id, marking);
  Note after = before;
  after.marking = marking;
  record_remarking(tx, before, remarking_details(marking, before.marking), by);
  if (!before.attributed) return;
  const auto conditions = access::load_marking(tx, marking);
  if (conditions.originator == *before.attributed ||
      std::ranges::binary_search(conditions.services, *before.attributed))
    return;
  after.attributed.reset();
  if (!is_over(after.stage)) {
    after.stage = Stage::enriched;
    after.stage_since = by.at;
    after.due = due_after(after.stage, by.at);
  }
  store::update_state(tx, after);
}

void give_marking(database::Transaction& tx, const NoteExtent& note, const AdditionExtent& addition, MarkingId marking,
                  const access::Asker& by) {
  tx.execute("UPDATE note_addition SET marking = ? WHERE id = ?", {marking, addition.row});
  record_remarking(tx, load_row(tx, note.id), remarking_details(marking, addition.marking, addition.code), by);
}

MarkingId marking_under(database::Transaction& tx, MarkingId marking, ServiceId service, Hold hold) {
  auto conditions = access::load_marking(tx, marking);
  std::erase(conditions.ended, service);
  if (hold == Hold::let_go) conditions.ended.push_back(service);
  const auto normal = access::normalised(std::move(conditions));
  CHECK(normal.has_value());  // no more services than are listed
  return access::intern(tx, *normal);
}

void set_hold(database::Transaction& tx, const NoteExtent& note, ServiceId service, Hold hold) {
  // No change of conditions for the log (remarking.h): who could read it is who could, and the originator asks that.
  (void)move_to(tx, note.id, marking_under(tx, note.marking, service, hold));
  for (const auto& addition : note.additions)
    tx.execute("UPDATE note_addition SET marking = ? WHERE id = ?",
               {marking_under(tx, addition.marking, service, hold), addition.row});
  for (const auto& request : note.requests)
    tx.execute("UPDATE service_request SET marking = ? WHERE id = ?",
               {marking_under(tx, request.marking, service, hold), request.id});
}

bool has_open_request(database::Snapshot& snapshot, const NoteExtent& note, ServiceId service) {
  return snapshot
      .query(
          "SELECT 1 FROM service_request WHERE territory = ? AND about_kind = 'note' AND about = ? AND ended_ms IS "
          "NULL AND (asking = ? OR asked = ?) LIMIT 1",
          {note.territory, note.code, service, service})
      ->next();
}

void shorten_to(database::Transaction& tx, const NoteExtent& note, Instant until) {
  store::update_retention(tx, note.id, std::min(until, note.retain_until));
}

std::optional<NoteId> note_of_addition(database::Snapshot& snapshot, std::int64_t addition) {
  auto rows = snapshot.query("SELECT note FROM note_addition WHERE id = ?", {addition});
  return rows->next() ? std::optional(NoteId{rows->integer(0)}) : std::nullopt;
}

std::vector<NoteId> expired_notes(database::Snapshot& snapshot, Instant now, int limit) {
  return ids_of(
      snapshot.query("SELECT id FROM note WHERE retain_until_utc_ms <= ? ORDER BY retain_until_utc_ms, id LIMIT ?",
                     {now.utc_ms, limit}));
}

std::vector<ExpiredAddition> expired_additions(database::Snapshot& snapshot, Instant now, int limit) {
  auto rows = snapshot.query(
      "SELECT a.note, a.id FROM note_addition a JOIN note n ON n.id = a.note WHERE a.retain_until_utc_ms <= ? AND "
      "n.retain_until_utc_ms > ? ORDER BY a.retain_until_utc_ms, a.id LIMIT ?",
      {now.utc_ms, now.utc_ms, limit});
  std::vector<ExpiredAddition> found;
  while (rows->next()) found.push_back({{rows->integer(0)}, rows->integer(1)});
  return found;
}

std::vector<RequestExtent> old_requests(database::Snapshot& snapshot, Instant limit_of_end, int limit) {
  auto rows = snapshot.query(
      "SELECT id, code, territory, marking, asking, asked FROM service_request WHERE about_kind <> 'note' AND ended_ms "
      "IS NOT NULL AND "
      "ended_ms < ? ORDER BY ended_ms, id LIMIT ?",
      {limit_of_end.utc_ms, limit});
  std::vector<RequestExtent> found;
  while (rows->next()) found.push_back(request_of(*rows));
  return found;
}

std::vector<Instant> ends_of_requests(database::Snapshot& snapshot, TerritoryId territory,
                                      const access::Readable& readable, const Period& ended) {
  auto rows = snapshot.query(
      fmt::format("SELECT ended_ms FROM service_request WHERE territory = ? AND about_kind <> 'note' AND ended_ms >= ? "
                  "AND ended_ms < ? AND marking IN {} ORDER BY ended_ms",
                  readable.sql_list()),
      {territory, ended.begin.utc_ms, ended.end.utc_ms});
  std::vector<Instant> found;
  while (rows->next()) found.push_back({rows->integer(0)});
  return found;
}

std::vector<DueDay> due_days(database::Snapshot& snapshot, TerritoryId territory, const access::Readable& readable,
                             Instant from, int limit) {
  auto rows = snapshot.query(
      fmt::format(
          "SELECT retain_until_utc_ms / 86400000 AS day, COUNT(*), SUM(minor), SUM(CASE WHEN person_category IS "
          "NULL THEN 0 ELSE 1 END) FROM note WHERE territory = ? AND retain_until_utc_ms >= ? AND marking IN {} "
          "GROUP BY retain_until_utc_ms / 86400000 ORDER BY day LIMIT ?",
          readable.sql_list()),
      {territory, from.utc_ms, limit});
  std::vector<DueDay> days;
  while (rows->next()) days.push_back({rows->integer(0), rows->integer(1), rows->integer(2), rows->integer(3)});
  return days;
}

std::vector<NoteId> notes_of_markings(database::Snapshot& snapshot, TerritoryId territory,
                                      const access::Readable& markings) {
  return ids_of(snapshot.query(
      fmt::format("SELECT id FROM note WHERE territory = ? AND marking IN {} ORDER BY id", markings.sql_list()),
      {territory}));
}

}  // namespace quadrille::notes
