#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/access/viewer.h"
#include "services/audit/recorder.h"
#include "services/notes/created.h"
#include "services/notes/history.h"
#include "services/notes/note.h"
#include "services/notes/query.h"
#include "services/notes/workflow.h"
#include "services/territory/territory.h"

// The notes of a territory: entry, the way through a cell, what others add, lists. Every change is one transaction with
// its entry in the audit log; every look, an empty answer included, is in the log before it is shown. A note that one
// may not read answers exactly as one that does not exist.
//
//   notes::Notes notes(database, access, recorder, chance);
//   const auto added = notes.add(territory, {.channel = Channel::patrol, .content = ..., .marking = ...}, asker);
//   const auto page = notes.list(territory, {.search = "guetteur"}, {}, asker);
//
// Who may: the capability is asked by the edge (Endpoint::needs); here the marking, the turn and the guards.

namespace quadrille::notes {

[[nodiscard]] std::span<const database::Migration> migrations();

// What a territory gives to every note; opened once.
struct Ground;

struct NewNote {
  Channel channel = Channel::patrol;
  Content content;
  // Territory and originator are set here: the author's service in the territory.
  access::Marking marking;
  std::optional<Instant> retain_until;
};

struct Added {
  std::string code;
  Instant retain_until;
};

// What came of it; never one number alone (arrests and who was presented to a judge stand side by side).
enum class OutcomeKind { arrests, seizure, point_closed, prevention, nothing_found };
inline constexpr OutcomeKind outcome_kinds[] = {OutcomeKind::arrests, OutcomeKind::seizure, OutcomeKind::point_closed,
                                                OutcomeKind::prevention, OutcomeKind::nothing_found};
[[nodiscard]] std::string_view name_of(OutcomeKind kind);
[[nodiscard]] std::optional<OutcomeKind> outcome_kind_named(std::string_view name);
[[nodiscard]] const Text& label_of(OutcomeKind kind);

struct Outcome {
  OutcomeKind kind = OutcomeKind::nothing_found;
  std::int64_t arrests = 0;
  std::int64_t presented = 0;  // to a judge; at most the arrests
  std::int64_t seized_mg = 0;
  std::int64_t cash_cents = 0;
  std::string words;  // at most 500 characters

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// A step and what its guard asks for.
struct StepWish {
  Step step = Step::take_up;
  std::string reason;                    // of a step that asks for one, at most 500 characters
  std::optional<Evaluation> evaluation;  // the verifier's own
  std::string summary;                   // what others see of an at-risk note, at most 500 characters
  std::string deconfliction;             // what the search for conflicts gave, at most 500 characters
  std::optional<ServiceId> service;      // that it is attributed to
  std::optional<Outcome> outcome;
};

// What others than the originator's service add. A proposal asks the originator to change the note.
enum class AdditionKind { enrichment = 1, sighting = 2, proposal = 3 };
[[nodiscard]] std::string_view name_of(AdditionKind kind);
[[nodiscard]] std::optional<AdditionKind> addition_kind_named(std::string_view name);
[[nodiscard]] const Text& label_of(AdditionKind kind);

struct NewAddition {
  AdditionKind kind = AdditionKind::enrichment;
  Content content;
  // Nothing: that of the note. Else whoever reads the addition must read both.
  std::optional<access::Marking> marking;
  std::optional<Instant> retain_until;
};

// The conditions of a note before and after, and what they mean under the policy of the moment.
struct MarkingChange {
  access::Marking before;
  access::Marking after;
  std::vector<access::Role> roles_before;  // that reach it, in a service that reads it
  std::vector<access::Role> roles_after;
  bool reads_after = true;             // whether the asker still does
  std::vector<access::Person> denied;  // by the marking after
};

class Notes {
 public:
  Notes(database::Database& database, access::Access& access, audit::Recorder& recorder, crypto::Chance& chance);
  ~Notes();
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;
  Hooks hooks;  // filled where the program is put together, before the first note

  // The territory's sectors by level, then code.
  [[nodiscard]] std::shared_ptr<const std::vector<PlaceName>> sectors(const territory::Territory& territory);

  // ---- entry ----
  // Refused: fields of check_content; persons (forbidden, "facts", "assessment", "assertions/N/words"); "marking/...";
  // "retain_until"; forbidden "service" when the asker is of no service in the territory.
  [[nodiscard]] Result<Added> add(const territory::Territory& territory, const NewNote& wanted,
                                  const access::Asker& asker);
  // All or nothing, in one transaction; the field of a refusal begins with the note's number: "17/facts". At most
  // 1,000.
  [[nodiscard]] Result<std::vector<Added>> add_all(const territory::Territory& territory,
                                                   std::span<const NewNote> wanted, const access::Asker& asker);
  // A new revision, by the author or somebody of the originator's service with work_notes; what was verified has to be
  // verified again (the note is back at received). `seen` is the revision the writer looked at: conflict when there is
  // a newer one.
  [[nodiscard]] Result<int> revise(const territory::Territory& territory, std::string_view code, int seen,
                                   const Content& content, const access::Asker& asker);

  // ---- work ----
  [[nodiscard]] Result<Stage> take_step(const territory::Territory& territory, std::string_view code,
                                        const StepWish& wish, const access::Asker& asker);
  // The code of what was added.
  [[nodiscard]] Result<std::string> enrich(const territory::Territory& territory, std::string_view code,
                                           const NewAddition& wanted, const access::Asker& asker);
  // By the originator's service; `reason` says why not, or what was changed.
  [[nodiscard]] Result<void> answer_proposal(const territory::Territory& territory, std::string_view code,
                                             std::string_view addition, ProposalState answer, const std::string& reason,
                                             const access::Asker& asker);
  // Sooner, never later: the note and all that hangs on it. By the originator's service: it ends for everybody.
  // Refused: `retain_until`, `reason` (the log keeps it: 3 to 300 characters, naming nobody).
  struct Shortening {
    Instant until;
    std::string reason;
  };
  [[nodiscard]] Result<void> shorten(const territory::Territory& territory, std::string_view code,
                                     const Shortening& wish, const access::Asker& asker);
  // By the originator's service. The new marking holds from the same statement on, for the note and its words. A
  // compartment is left by name only: where none is spoken of the note stays inside those it is in. Who is denied stays
  // denied; nobody denies themselves. Refused: `marking/...`, `reason` as above.
  struct Remark {
    access::Marking marking;
    std::string reason;
    enum class Inside { as_it_is, as_wanted } inside = Inside::as_wanted;
  };
  [[nodiscard]] Result<void> remark(const territory::Territory& territory, std::string_view code, const Remark& wish,
                                    const access::Asker& asker);
  // What `remark` would change, refused as it would be but for the reason, which may come later. Nothing is changed;
  // the log has the look.
  [[nodiscard]] Result<MarkingChange> preview(const territory::Territory& territory, std::string_view code,
                                              const Remark& wish, const access::Asker& asker);

  // ---- looks: each is in the audit log first; refused (field `purpose`) without a purpose ----
  [[nodiscard]] Result<Page> list(const territory::Territory& territory, const Filter& filter, const PageWish& wish,
                                  const access::Asker& asker);
  [[nodiscard]] Result<Facets> facets(const territory::Territory& territory, const Filter& filter,
                                      const access::Asker& asker);
  [[nodiscard]] Result<Dossier> find(const territory::Territory& territory, std::string_view code,
                                     const access::Asker& asker);
  // Of these notes those whose marking lets the asker read them, newest first; `why` says in the log what they came up
  // in ("matches of note abc").
  [[nodiscard]] std::vector<FoundNote> show_those(const territory::Territory& territory, std::span<const NoteId> ids,
                                                  std::string_view why, const access::Asker& asker);

 private:
  struct Held;
  [[nodiscard]] std::shared_ptr<const Ground> ground_of(database::Snapshot& snapshot,
                                                        const territory::Territory& territory);
  // What a change of a note begins with: refused as not_found, with an entry in the log, when there is none for the
  // asker.
  [[nodiscard]] Result<Held> take(const territory::Territory& territory, std::string_view code,
                                  const access::Asker& asker);
  [[nodiscard]] static Result<access::Marking> wanted_marking(const Held& held, const Remark& wish,
                                                              const access::Asker& asker);

  database::Database& database_;
  access::Access& access_;
  audit::Recorder& recorder_;
  crypto::Chance& chance_;
  std::mutex mutex_;
  // By territory, with the stamp of what they were made of.
  std::map<TerritoryId, std::pair<std::string, std::shared_ptr<const Ground>>> grounds_;
};

}  // namespace quadrille::notes
