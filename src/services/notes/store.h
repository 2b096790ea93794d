#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/database/database.h"
#include "services/access/access.h"
#include "services/notes/notes.h"

// The rows behind services/notes; only its use cases call these.

namespace quadrille::notes::store {

// ---- writing (notes_store.cpp) --------------------------------------------------------------------------------------

struct NewRow {
  Note note;  // id is given by the database
  Revision first;
};
// The rows of the table `note` alone, with the ids they have, by one bulk write.
class NoteRows {
 public:
  explicit NoteRows(database::Transaction& tx);
  void add(const Note& note);
  void finish();

 private:
  std::unique_ptr<database::Bulk> bulk_;
};
// In one pass over each table; sets the ids.
void insert(database::Transaction& tx, std::span<NewRow> rows);

// The note of that code in the territory, if its marking is in `readable` or `person` wrote it: one query either way,
// so that what one may not read answers as what does not exist.
[[nodiscard]] std::optional<Note> find(database::Snapshot& snapshot, TerritoryId territory, std::string_view code,
                                       const std::string& readable, PersonId person);
void supersede(database::Transaction& tx, const Note& before, const Note& after, const Revision& revision);
void insert_step(database::Transaction& tx, NoteId note, const TakenStep& step);
// Stage, owner, clock, verification, attribution.
void update_state(database::Transaction& tx, const Note& note);
void insert_outcome(database::Transaction& tx, NoteId note, const Outcome& outcome);
void update_retention(database::Transaction& tx, NoteId note, Instant until);
// Takes words out of the index, and puts those of the note in again under its marking now.
void remove_words(database::Transaction& tx, const Note& note);
void insert_words(database::Transaction& tx, const Note& note);
void update_marking(database::Transaction& tx, NoteId note, MarkingId marking);

struct Addition {
  std::int64_t id = 0;
  std::string code;
  MarkingId marking;
  AdditionKind kind = AdditionKind::enrichment;
  Instant at;
  PersonId author;
  ServiceId service;
  Content content;
  ProposalState state = ProposalState::none;
  std::string answer;
  Instant retain_until;
};
void insert_addition(database::Transaction& tx, NoteId note, Addition& addition);
void answer_addition(database::Transaction& tx, std::int64_t id, ProposalState state, const std::string& answer,
                     PersonId by, Instant at);

// ---- reading (history_store.cpp) ------------------------------------------------------------------------------------

// Of a note, those whose marking is in `readable` or that `person` wrote, in order of time.
[[nodiscard]] std::vector<Addition> load_additions(database::Snapshot& snapshot, NoteId note,
                                                   const std::string& readable, PersonId person, Instant now);
[[nodiscard]] std::vector<TakenStep> load_steps(database::Snapshot& snapshot, NoteId note);
[[nodiscard]] std::vector<Revision> load_revisions(database::Snapshot& snapshot, NoteId note);
[[nodiscard]] std::optional<Outcome> load_outcome(database::Snapshot& snapshot, NoteId note);

// ---- lists (lists_store.cpp) ----------------------------------------------------------------------------------------

// Where a page ended.
struct Position {
  std::int64_t order_ms = INT64_MAX;
  std::int64_t lot = INT64_MAX;
};
struct Whose {
  TerritoryId territory;
  std::vector<MarkingId> markings;  // readable ones of the territory
  PersonId person;
};
// The newest `limit` notes after the position that the filter lets through, newest first: one query over the index of
// each marking, joined in chunks and merged, so that the work depends on readable notes alone.
[[nodiscard]] std::vector<Note> newest(database::Snapshot& snapshot, const Whose& whose, const Filter& filter,
                                       Position after, int limit, Instant now);
// Those of these numbers, of the territory, whose marking is in `readable`, newest first.
[[nodiscard]] std::vector<Note> load(database::Snapshot& snapshot, TerritoryId territory, std::span<const NoteId> ids,
                                     const std::string& readable, Instant now);
// Sets `stages`, `channels`..., over the newest `Facets::counted_max`.
[[nodiscard]] Facets count(database::Snapshot& snapshot, const Whose& whose, const Filter& filter, Instant now);

// A word as the index keeps it: the first 63 bits of its SHA-256.
[[nodiscard]] std::int64_t word_number(std::string_view word);

// Columns of a note, in the order that read_note takes them.
[[nodiscard]] std::string_view note_columns();
[[nodiscard]] Note read_note(const database::Rows& rows);
// Their typed statements, by one query.
void load_assertions(database::Snapshot& snapshot, std::span<Note> notes);

}  // namespace quadrille::notes::store
