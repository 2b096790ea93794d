#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/digest.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/notes/notes.h"
#include "services/notes/requests.h"

// What hangs on a note, and how all of it goes, or goes out of the hands of some services. Whether it goes is decided
// above (services/retention, services/recall), who also write the audit entry into the same transaction (that of
// changed conditions is written here, so that none is forgotten: remarking.h); nothing here asks who may.

namespace quadrille::notes {

struct AdditionExtent {
  std::int64_t row = 0;
  std::string code;
  AdditionKind kind = AdditionKind::enrichment;
  PersonId author;
  ServiceId service;
  MarkingId marking;
  bool names_person = false;
  Instant retain_until;
};
struct RequestExtent {
  ServiceRequestId id;
  std::string code;
  TerritoryId territory;
  MarkingId marking;
  ServiceId asking;
  ServiceId asked;
};
// A note with everything that exists only because of it.
struct NoteExtent {
  NoteId id;
  std::string code;
  TerritoryId territory;
  MarkingId marking;
  ServiceId originator;
  PersonId author;
  Channel channel = Channel::patrol;
  std::optional<ServiceId> attributed;
  std::optional<PersonCategory> category;
  bool names_person = false;  // it, or an earlier text of it, says in which category somebody it names falls
  bool is_about_minor = false;
  Instant received;
  Instant retain_until;
  int revision = 1;
  crypto::Digest hash{};  // of the last revision; tells nothing once its salt is gone
  std::vector<AdditionExtent> additions;
  std::vector<RequestExtent> requests;  // that are about it
  std::int64_t attachments = 0;
};

// By the code people know it by, as the person may see it: readable, or their own.
[[nodiscard]] std::optional<NoteId> find_note_id(database::Snapshot& snapshot, TerritoryId territory,
                                                 std::string_view code, const access::Readable& readable,
                                                 PersonId person);
[[nodiscard]] std::optional<NoteExtent> load_extent(database::Snapshot& snapshot, NoteId note);

struct ErasedRows {
  std::int64_t notes = 0;
  std::int64_t revisions = 0;
  std::int64_t additions = 0;
  std::int64_t assertions = 0;
  std::int64_t steps = 0;
  std::int64_t attachments = 0;
  std::int64_t requests = 0;
  std::int64_t words = 0;  // of the search index

  ErasedRows& operator+=(const ErasedRows& other);
};

// The note, its revisions with their salts, steps, outcome, additions, attachments, words, and the requests about it.
// O(rows of the note).
[[nodiscard]] ErasedRows erase_note(database::Transaction& tx, const NoteExtent& note);
[[nodiscard]] ErasedRows erase_addition(database::Transaction& tx, const NoteExtent& note,
                                        const AdditionExtent& addition);
[[nodiscard]] ErasedRows erase_request(database::Transaction& tx, const RequestExtent& request);

// The note is read under that marking from this statement on, in the index of words too; it is attributed to nobody
// when the service it was attributed to is not in it any more, and then waits to be attributed again.
void give_marking(database::Transaction& tx, const NoteExtent& note, MarkingId marking, const access::Asker& by);
void give_marking(database::Transaction& tx, const NoteExtent& note, const AdditionExtent& addition, MarkingId marking,
                  const access::Asker& by);

// A service that was given the note lets it go, or is given it again: its people read neither the note nor what hangs
// on it from this statement on, or do again (access::Marking::ended). Nobody else's view changes. Links are the
// caller's (sharing::remark).
enum class Hold { let_go, again };
void set_hold(database::Transaction& tx, const NoteExtent& note, ServiceId service, Hold hold);
// The number of a marking changed so.
[[nodiscard]] MarkingId marking_under(database::Transaction& tx, MarkingId marking, ServiceId service, Hold hold);
// Whether a request about the note, asked by the service or of it, is under way.
[[nodiscard]] bool has_open_request(database::Snapshot& snapshot, const NoteExtent& note, ServiceId service);

// Keeping ends then for the note and all that hangs on it, unless it ends before: never later than it was.
void shorten_to(database::Transaction& tx, const NoteExtent& note, Instant until);

// ---- what is due ----------------------------------------------------------------------------------------------------

[[nodiscard]] std::optional<NoteId> note_of_addition(database::Snapshot& snapshot, std::int64_t addition);

// Whose keeping has ended, the longest overdue first.
[[nodiscard]] std::vector<NoteId> expired_notes(database::Snapshot& snapshot, Instant now, int limit);
struct ExpiredAddition {
  NoteId note;
  std::int64_t row = 0;
};
// Of notes that are still kept.
[[nodiscard]] std::vector<ExpiredAddition> expired_additions(database::Snapshot& snapshot, Instant now, int limit);
// Requests that are about no note (those go with theirs) and ended before `limit_of_end`.
[[nodiscard]] std::vector<RequestExtent> old_requests(database::Snapshot& snapshot, Instant limit_of_end, int limit);

// When those of them ended, of the markings listed, that ended in the period; in order.
[[nodiscard]] std::vector<Instant> ends_of_requests(database::Snapshot& snapshot, TerritoryId territory,
                                                    const access::Readable& readable, const Period& ended);

// How many notes of a territory end in each of the days [day, day + 1), days since 1970 UTC, in order; of the markings
// listed only. At most `limit` days.
struct DueDay {
  std::int64_t day = 0;
  std::int64_t notes = 0;
  std::int64_t about_minors = 0;
  std::int64_t with_persons = 0;
};
[[nodiscard]] std::vector<DueDay> due_days(database::Snapshot& snapshot, TerritoryId territory,
                                           const access::Readable& readable, Instant from, int limit);

[[nodiscard]] std::vector<NoteId> notes_of_markings(database::Snapshot& snapshot, TerritoryId territory,
                                                    const access::Readable& markings);

// ---- whoever exercises their rights ---------------------------------------------------------------------------------

// Every place of a territory where one of the words stands in free text, whatever its marking: the search of who
// answers a person about what is held on them. Small and capital letters, accents and hyphens do not matter. Reads
// every text of the territory (about a second for 100,000 notes): the index of words leaves out what is at risk.
struct TextHit {
  NoteId note;
  std::string note_code;
  std::string where;    // "facts", "assessment", "summary", "addition abcdefgh", "step 3", "request abcd", "revision 1"
  std::string excerpt;  // up to 60 characters on either side
};
[[nodiscard]] std::vector<TextHit> find_in_texts(database::Snapshot& snapshot, TerritoryId territory,
                                                 const std::vector<std::string>& terms, int limit);

// The tables that lose rows here: for Database::purge_deleted.
[[nodiscard]] std::span<const std::string_view> tables_of_notes();

}  // namespace quadrille::notes
