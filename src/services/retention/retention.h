#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/notes/erasure.h"
#include "services/retention/periods.h"
#include "services/sharing/selectors.h"
#include "services/territory/territory.h"

// Erasure, and what leads to it: the end of keeping, a judicial decision, a person who exercises their rights, a recall
// (services/recall). An erasure is one transaction: rows, links, the clear text and salts of the log's entries, and a
// receipt that the instance signs. It is whole or did not happen.
//
// After it nothing readable stays: SQLite overwrites what it deletes, and purge() empties its write-ahead log and, when
// thorough, writes the file anew; the audit log still proves that something was recorded then, and nobody can tell
// what. What it does not reach: backups and copies that people took out; docs/recall.md says what to do about them.

namespace quadrille::retention {

[[nodiscard]] std::span<const database::Migration> migrations();

enum class Cause { expiry, recall, acquittal, no_case, discontinued, rights };
[[nodiscard]] std::string_view name_of(Cause cause);
[[nodiscard]] std::optional<Cause> cause_named(std::string_view name);
[[nodiscard]] const Text& label_of(Cause cause);

// What was erased, when, why; signed. Tells nothing of the content.
struct Receipt {
  std::string code;
  Instant at;
  TerritoryId territory;
  MarkingId marking;   // of what was erased: whoever could read it may read that it is gone
  std::string object;  // "note abcdefghijklmnop", "addition …", "request …"
  Cause cause = Cause::expiry;
  std::string basis;          // article, act or recall
  std::string note;           // signed note over statement_of()
  std::int64_t position = 0;  // of the act of erasure in the audit log
};
// Newest first, those of the markings listed.
[[nodiscard]] std::vector<Receipt> list_receipts(database::Snapshot& snapshot, TerritoryId territory,
                                                 const access::Readable& readable, int limit);
[[nodiscard]] std::optional<Receipt> find_receipt(database::Snapshot& snapshot, std::string_view code,
                                                  const access::Readable& readable);

// Why an object is erased, and by whom.
struct Ground {
  Cause cause;
  std::string basis;  // one line
  const access::Asker& asker;
};

// What other services keep of a note: called inside the erasing transaction; returns the audit log's objects to clear
// with it.
using Forget = std::function<std::vector<audit::Object>(database::Transaction&, const notes::NoteExtent&)>;

// What is no note: its rows are gone when the receipt is signed.
struct Other {
  TerritoryId territory;
  MarkingId marking;  // of the receipt
  std::string object;
  std::string rows;      // "operations=1"
  audit::Object logged;  // whose entries in the log lose their content
};

// What ends when, and what stays past its end: a line each, shown to those alone who may see the thing itself.
enum class DueKind { note, request, operation, conflict, target, recall };
inline constexpr DueKind due_kinds[] = {DueKind::note,     DueKind::request, DueKind::operation,
                                        DueKind::conflict, DueKind::target,  DueKind::recall};
[[nodiscard]] std::string_view name_of(DueKind kind);
[[nodiscard]] const Text& label_of(DueKind kind);
struct Late {
  std::string object;  // "note abcdefghijklmnop", "conflict …"
  Instant due;
  Text why;
};

class Eraser;
struct Run;
// What a service above keeps for a time of its own; filled where the program is put together, as `forget`.
struct KeptElsewhere {
  DueKind kind = DueKind::recall;
  // When those end that the asker may see, in the period.
  std::function<std::vector<Instant>(database::Snapshot&, const access::Sight&, TerritoryId, const access::Asker&,
                                     const Period&)>
      due;
  std::function<std::vector<Late>(database::Snapshot&, const access::Sight&, TerritoryId, const access::Asker&)> late;
  std::function<void(database::Database&, Eraser&, const access::Asker&, Run&)> erase_due;
  std::vector<std::string_view> tables;  // that lose rows by it
};

class Eraser {
 public:
  Eraser(const audit::CheckpointSigner& signer, crypto::Chance& chance) : signer_(signer), chance_(chance) {}
  // Filled where the program is put together.
  std::vector<Forget> forget;
  std::vector<KeptElsewhere> elsewhere;

  Receipt erase_note(database::Transaction& tx, const notes::NoteExtent& note, const Ground& ground);
  Receipt erase_addition(database::Transaction& tx, const notes::NoteExtent& note,
                         const notes::AdditionExtent& addition, const Ground& ground);
  // `marking` of the receipt: of what the request was about.
  Receipt erase_request(database::Transaction& tx, TerritoryId territory, MarkingId marking,
                        const notes::RequestExtent& request, const Ground& ground);
  Receipt erase_other(database::Transaction& tx, const Other& other, const Ground& ground);
  // The service lets the note go (own_keeping.h): nothing is erased, its own people read it no more. The receipt is
  // theirs alone.
  Receipt end_for(database::Transaction& tx, const notes::NoteExtent& note, ServiceId service, const Ground& ground);

 private:
  struct Gone;
  Receipt sign(database::Transaction& tx, Receipt receipt, const Gone& gone, const Ground& ground);

  const audit::CheckpointSigner& signer_;
  crypto::Chance& chance_;
};

struct Run {
  std::int64_t notes = 0;
  std::int64_t additions = 0;
  std::int64_t requests = 0;
  std::int64_t own_ends = 0;  // of receivers (own_keeping.h)
  std::int64_t operations = 0;
  std::int64_t conflicts = 0;
  std::int64_t targets = 0;
  std::int64_t questions = 0;  // about targets
  std::int64_t recalls = 0;
  std::int64_t links = 0;
  std::int64_t log_contents = 0;
  std::int64_t log_accounts = 0;
  std::vector<std::string> receipts;
  bool is_purged = true;  // false: readers held the files; the next run does it

  [[nodiscard]] std::int64_t total() const {
    return notes + additions + requests + own_ends + operations + conflicts + targets + questions + recalls + links +
           log_contents + log_accounts;
  }
};
// Erases everything whose keeping has ended, one transaction an object, and what the log's own limit reaches. Safe to
// call at any time and from several processes; about a millisecond an object.
[[nodiscard]] Run run(database::Database& database, Eraser& eraser, const access::Asker& asker,
                      database::Database::Purge how);
// Overwrites what was deleted (Database::purge_deleted); false when readers hold it up.
[[nodiscard]] bool purge(database::Database& database, database::Database::Purge how);
// With the tables of what is kept elsewhere.
[[nodiscard]] bool purge(database::Database& database, const Eraser& eraser, database::Database::Purge how);

// Whoever runs it in the background.
[[nodiscard]] access::Asker clockwork(Instant at);

// ---- judicial decisions ---------------------------------------------------------------------------------------------

struct DecisionWish {
  Decision decision = Decision::acquittal;
  std::string reference;                 // of the decision; 3 to 200 characters
  std::optional<std::string> note;       // one of the two: a note,
  std::optional<std::string> procedure;  // or every note inside a procedure (a compartment's code, or its name)
};
struct DecisionDone {
  std::int64_t erased = 0;     // notes and additions that named somebody, that the asker could read
  std::int64_t mentioned = 0;  // notes that name nobody: they carry the decision
};

struct CarriedDecision {
  Decision decision = Decision::acquittal;
  std::string reference;
  Instant at;
};
// Those a note carries, in order of time.
[[nodiscard]] std::vector<CarriedDecision> decisions_of(database::Snapshot& snapshot, NoteId note);

// ---- persons' rights ------------------------------------------------------------------------------------------------

struct PersonQuestion {
  std::string reference;           // of the person's request; 3 to 100 characters; never the person's name
  std::vector<std::string> terms;  // names and spellings, at most 8
  std::vector<std::pair<sharing::SelectorKind, std::string>> selectors;  // plate, telephone..., at most 8
};
struct PersonHit {
  std::string note;   // code; empty for a request about no note
  std::string where;  // "facts", "addition abcd…", "link phone"
  std::string excerpt;
  Instant retain_until;
  std::optional<notes::PersonCategory> category;
};
struct PersonAnswer {
  std::vector<PersonHit> hits;
  bool is_cut = false;  // there are more than were listed
};

// ---- the calendar ---------------------------------------------------------------------------------------------------

struct CalendarDay {
  std::int64_t day = 0;                                   // since 1970 UTC
  std::array<std::int64_t, std::size(due_kinds)> ends{};  // how many, in the order of due_kinds
  std::int64_t about_minors = 0;                          // of the notes
  std::int64_t with_persons = 0;

  [[nodiscard]] std::int64_t of(DueKind kind) const { return ends[static_cast<std::size_t>(kind)]; }
};
// Days on which something ends, in order.
struct Calendar {
  std::vector<CalendarDay> days;
};

class Retention {
 public:
  Retention(database::Database& database, access::Access& access, audit::Recorder& recorder, Eraser& eraser)
      : database_(database), access_(access), recorder_(recorder), eraser_(eraser) {}

  // Capability set_judicial. Everything derived goes with it: additions, attachments, requests, links, dossiers.
  // Refused: field `reference`; `note` or `procedure` (neither, both, or none that the asker may read).
  [[nodiscard]] Result<DecisionDone> record_decision(const territory::Territory& territory, const DecisionWish& wish,
                                                     const access::Asker& asker);

  // Capability answer_person: everything held on somebody, whatever its marking. The one answer that does not depend on
  // what its reader may read; it goes to whoever answers the person, and the log has the reference, never the name.
  [[nodiscard]] Result<PersonAnswer> search_person(const territory::Territory& territory,
                                                   const PersonQuestion& question, const access::Asker& asker);
  // Erases a note that was found so. Refused: field `reference`, `note`.
  [[nodiscard]] Result<Receipt> erase_for_person(const territory::Territory& territory, std::string_view note,
                                                 const std::string& reference, const access::Asker& asker);

  // What ends when, of what the asker may see: notes they read (for a receiver that ends its keeping sooner, then),
  // requests, operations, their service's conflicts, targets and recalls; so many days from today on.
  [[nodiscard]] Calendar calendar(const territory::Territory& territory, int days, const access::Asker& asker);
  // What is past its end and could not go, with the reason; the longest overdue first.
  [[nodiscard]] std::vector<Late> late(const territory::Territory& territory, const access::Asker& asker);
  [[nodiscard]] std::vector<Receipt> receipts(const territory::Territory& territory, int limit,
                                              const access::Asker& asker);

 private:
  database::Database& database_;
  access::Access& access_;
  audit::Recorder& recorder_;
  Eraser& eraser_;
};

}  // namespace quadrille::retention
