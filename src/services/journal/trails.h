#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "host/database/database.h"
#include "services/audit/search.h"

// "Qui a lu ceci ?", of everything the log knows. How far it answers differs by kind: a note has an entry each time it
// is shown; a file or an addition is read with its note; an operation or a compartment is shown in a list, of which the
// log keeps that it was read and not what it held (decision 12). So a question about a thing becomes the questions that
// its kind is recorded under, and comes with words that say what they leave open: no answer looks like "nobody".
//
// Read for the auditor alone (Capability::read_log), like journal.h.

namespace quadrille::journal {

struct Trail {
  std::vector<audit::Question> questions;  // for audit::search, merged
  std::string reference;                   // "operation:qrstuvwxyz234567"; "operation:12" when it has no code any more
  Text kind;                               // "Opération"
  Text says;                               // what the log keeps of who reads one
};
// Of the object asked about, which must be there (CHECK). At most two look-ups. Lists are looked at since the thing is
// there, in its territory: that costs the entries of the territory since then, until a page is full.
[[nodiscard]] Trail trail_of(database::Snapshot& snapshot, const audit::Question& asked);

// What is read of a kind, for the documents: every kind once.
struct KindOfTrail {
  std::string_view kind;
  Text label;
  Text says;
};
[[nodiscard]] std::vector<KindOfTrail> kinds_of_trails();

// Questions that are asked often and that no thing answers: what was printed, taken out, asked about targets.
struct ReadyQuestion {
  std::string_view name;  // "dossiers"
  Text label;
  audit::Action action;
  std::vector<std::string> subjects;
};
[[nodiscard]] std::span<const ReadyQuestion> ready_questions();
// Refused (field `about`): another name; together with an act, which it has of its own.
[[nodiscard]] Result<void> ask_ready(std::string_view name, audit::Question& question);

}  // namespace quadrille::journal
