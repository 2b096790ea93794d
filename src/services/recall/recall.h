#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/access/access.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/audit/reference.h"
#include "services/recall/statements.h"
#include "services/retention/retention.h"
#include "services/sharing/releases.h"
#include "services/territory/territory.h"

// The originator takes a note back from services that received, read or were sent it. The services lose access in the
// transaction that records the recall: the note, what they added to it, the requests about it, the links. What left the
// instance (prints, exports, files) only people can destroy: each holder answers with a receipt, and who has not
// answered by the deadline is listed.
//
//   const auto code = recalls.recall(port, note, {.reason = "…", .deadline = …}, asker);
//   recalls.answer(port, *code, {.answer = Answer::destroyed, .copies = 2}, officer_of_customs);
//
// What cannot be read answers as what does not exist: a recall is seen by those of the originator's service, and of
// each holder's its own part, who could read the note before. Those of a holder whom no role lets read notes (municipal
// police, partners) have a line of it, by a named release (services/sharing/releases.h), and answer by that.

namespace quadrille::recall {

[[nodiscard]] std::span<const database::Migration> migrations();
// How the log's objects of this module are called (services/journal).
[[nodiscard]] std::span<const audit::Reference> references();

using RecallId = Id<struct RecallTag>;

// What a service is known to have of a note: from its marking, and from the audit log.
struct Holding {
  ServiceId service;
  bool is_given = false;   // its marking lets the service read it: any list may have shown it
  bool was_given = false;  // an earlier one did, or its author follows it from there (looks.h)
  std::int64_t openings = 0;
  std::int64_t copies = 0;      // looks that may have left a copy outside: files taken, prints, exports
  std::optional<Instant> last;  // opening or copy
  std::int64_t additions = 0;
  std::int64_t requests = 0;  // about it, asked or received

  friend bool operator==(const Holding&, const Holding&) = default;
};
// Every service but the originator's that may hold something, in order of number. Follows from the note, what hangs on
// it and the looks at it alone, never from what else a list showed (decision 12).
[[nodiscard]] std::vector<Holding> holdings_of(database::Snapshot& snapshot, const notes::NoteExtent& note);

struct RecallWish {
  std::vector<ServiceId> services;  // empty: every holder
  Effect effect = Effect::withdraw;
  std::string reason;  // 3 to 300 characters, naming nobody
  Instant deadline;    // for the receipts: at most 90 days away
};
struct AnswerWish {
  Answer answer = Answer::destroyed;
  std::int64_t copies = 0;
  std::string words;  // at most 300 characters, naming nobody; for in_procedure its reference
};

struct Holder {
  Holding holding;
  MarkingId marking;        // the note's conditions, addressed to that service alone: who of it may see the recall
  std::string recall_note;  // signed, addressed to it
  std::int64_t position = 0;
  std::optional<Answer> answer;
  std::optional<Instant> answered_at;
  std::int64_t copies = 0;
  std::string words;
  std::string receipt_note;  // signed; empty until there is one
  bool is_settled = false;
  bool is_overdue = false;
};
struct Recall {
  RecallId id;  // for the log; never shown
  std::string code;
  TerritoryId territory;
  MarkingId marking;  // of the note before
  NoteId note;
  std::string object;
  ServiceId originator;
  Effect effect = Effect::withdraw;
  std::string reason;
  Instant made_at;
  Instant deadline;
  bool is_ours = false;         // the asker's service recalled it
  std::vector<Holder> holders;  // all where it is ours, else the asker's service alone

  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] bool is_overdue() const;
};

// A recall as those have it who read no notes: the release, and what their own service answered.
struct ToldRecall {
  sharing::releases::RecallLine line;
  std::optional<Answer> answer;
  std::optional<Instant> answered_at;
  std::int64_t copies = 0;
  std::string words;
  std::string receipt_note;  // signed; empty until there is one
  bool is_settled = false;
  bool is_overdue = false;
};

enum class Which { all, unsettled, overdue };
[[nodiscard]] std::string_view name_of(Which which);
[[nodiscard]] std::optional<Which> which_named(std::string_view name);

// What cannot be seen answers as what does not exist.
[[nodiscard]] Failure no_such_recall();

class Recalls {
 public:
  Recalls(database::Database& database, access::Access& access, audit::Recorder& recorder,
          const audit::CheckpointSigner& signer, retention::Eraser& eraser, crypto::Chance& chance)
      : database_(database), access_(access), recorder_(recorder), signer_(signer), eraser_(eraser), chance_(chance) {}

  // Who holds what of a note of the asker's service. Refused: `note`, not readable (not_found) or of another service.
  [[nodiscard]] Result<std::vector<Holding>> holdings(const territory::Territory& territory, std::string_view note,
                                                      const access::Asker& asker);
  // The recall's code. Refused besides: `services` (none holds anything, the originator's own, or with erase a part of
  // the holders), `reason`, `deadline`.
  [[nodiscard]] Result<std::string> recall(const territory::Territory& territory, std::string_view note,
                                           const RecallWish& wish, const access::Asker& asker);
  // The signed receipt. Refused: not_found for who is no holder, or is told of no such recall; conflict when it is
  // settled; `copies`, `words`.
  [[nodiscard]] Result<std::string> answer(const territory::Territory& territory, std::string_view code,
                                           const AnswerWish& wish, const access::Asker& asker);
  // Newest first, at most 200.
  [[nodiscard]] std::vector<Recall> list(const territory::Territory& territory, Which which,
                                         const access::Asker& asker);
  // Those that the asker's service has to answer, where no role lets the asker read notes; else none. Likewise.
  [[nodiscard]] std::vector<ToldRecall> lines(const territory::Territory& territory, Which which,
                                              const access::Asker& asker);
  [[nodiscard]] Result<Recall> find(const territory::Territory& territory, std::string_view code,
                                    const access::Asker& asker);

 private:
  struct Plan;
  void take_from(database::Transaction& tx, const Plan& plan, const access::Asker& asker);

  database::Database& database_;
  access::Access& access_;
  audit::Recorder& recorder_;
  const audit::CheckpointSigner& signer_;
  retention::Eraser& eraser_;
  crypto::Chance& chance_;
};

}  // namespace quadrille::recall
