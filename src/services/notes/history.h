#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/digest.h"
#include "services/access/marking.h"
#include "services/notes/note.h"
#include "services/notes/shown.h"
#include "services/notes/workflow.h"

// A note as it stands and what became of it: revisions linked by hash, steps, additions. Plain values.

namespace quadrille::notes {

// What is asked of the row of a note, whoever looks.
struct Note {
  NoteId id;
  std::string code;
  TerritoryId territory;
  MarkingId marking;
  ServiceId originator;
  PersonId author;
  PersonId editor;  // who wrote the current revision
  Channel channel = Channel::patrol;
  Instant received;
  std::int64_t order_ms = 0;  // by which lists run: received, or the beginning of its half-day for a channel at risk
  std::int64_t lot = 0;       // tells apart notes of one moment; follows from the code
  Content content;
  Window shown_window{};  // what filters look at; half-days for a channel at risk; read_note leaves it empty
  int revision = 1;
  Stage stage = Stage::received;
  Instant stage_since;
  std::optional<Instant> due;
  std::optional<PersonId> owner;     // who took it up
  std::optional<PersonId> verifier;  // who verifies or verified it
  std::optional<ServiceId> attributed;
  std::string summary;
  std::optional<Grade> verified_grade;
  Instant retain_until;
};

// One revision: hash = SHA-256(previous hash, salt, canonical text of the content, author, moment). Salt and text go
// when the note is erased; the hash, which is what the audit log holds, then tells nothing.
struct Revision {
  int number = 1;
  Instant at;
  PersonId author;
  crypto::Digest previous{};  // zero for the first
  crypto::Digest hash{};
  std::vector<std::uint8_t> salt;
  std::optional<std::string> superseded;  // canonical text; nothing for the current one, which the note itself holds
};
[[nodiscard]] crypto::Digest revision_hash(const crypto::Digest& previous, std::span<const std::uint8_t> salt,
                                           std::string_view canonical, PersonId author, Instant at);
// Whether every revision follows from the one before and the last one from the current content.
[[nodiscard]] bool is_chained(const std::vector<Revision>& revisions, const Content& current);

struct TakenStep {
  Step step = Step::take_up;
  Stage from = Stage::received;
  Stage to = Stage::received;
  Instant at;
  PersonId person;
  ServiceId service;
  std::string words;           // reason, deconfliction or result in words
  std::optional<Grade> grade;  // of a verification
  std::string name;            // of the person, where somebody is shown it
};

enum class ProposalState { none = 0, open = 1, accepted = 2, refused = 3 };
[[nodiscard]] std::string_view name_of(ProposalState state);
[[nodiscard]] const Text& label_of(ProposalState state);

}  // namespace quadrille::notes
