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
#include "services/notes/erasure.h"
#include "services/notes/notes.h"
#include "services/retention/retention.h"
#include "services/territory/territory.h"

// The provenance dossier of a note: every claim with its source, its evaluation and the hands it went through, and the
// proof that each act is in the audit log. For a prosecutor or a court that wants to know where a claim comes from; it
// is no procedure document, and a human source never appears in it: there is no field for one anywhere.
//
// It holds what its reader may read, no more; whatever the handling code keeps from leaving is left out or refused.
// That it was printed, for whom and why is in the log, and the dossier proves that too.

namespace quadrille::provenance {

[[nodiscard]] std::span<const database::Migration> migrations();
// How the log's objects of this module are called (services/journal).
[[nodiscard]] std::span<const audit::Reference> references();

struct DossierWish {
  access::Exit exit = access::Exit::pdf;  // pdf, export_file or api_client
  std::string recipient;                  // for whom: 3 to 200 characters
  Language language = Language::fr;       // of the content text
};

struct Claim {
  enum class Kind { fact, assessment, statement };
  std::string object;  // "note", or the addition's code
  Kind kind = Kind::fact;
  Text words;
  Text source;             // the way it came and the service
  std::string evaluation;  // as received: "B2"
  Text evaluation_words;
  Window when{};
  std::string place;  // sector, or a point as "5,36912° E 43,29531° N"; empty when there is none
  Instant stated_at;
};
[[nodiscard]] const Text& label_of(Claim::Kind kind);
[[nodiscard]] std::string_view name_of(Claim::Kind kind);

// An entry of the audit log with its proof (c2sp.org/tlog-proof@v1). The leaf shows moment and action; what it says
// beyond that stays committed, because it holds numbers of rows.
struct LogEntry {
  std::int64_t position = 0;
  Instant at;
  audit::Action action = audit::Action::collection;
  std::string proof;
};
struct Hand {
  Instant at;
  Text what;
  std::string service;
  std::string agent;  // code of the account; empty for who has none
  std::string words;
  std::optional<std::size_t> entry;  // of `entries`
};
struct AttachedFile {
  std::string code;
  std::string media_type;
  std::int64_t size = 0;
  std::string sha256;
  Instant at;
};
// Opens the dossier's own entry, so that an outsider reads in the log what was printed, when and for whom.
struct Opening {
  std::string field;  // "what", "purpose", "recipient"
  std::string value;  // bytes that the commitment is made over
  std::string key;    // 64 hexadecimal digits
};

struct NoteDossier {
  std::string code;  // of the dossier
  std::string note;
  std::string territory;
  std::string originator;
  Text channel;
  Text stage;
  Text marking;  // in words
  access::Handling handling = access::Handling::h0;
  Window received{};
  Instant retain_until;
  int revisions = 1;
  bool is_coarse = false;     // shown by sector and half-day: the reader is not its verifier
  std::int64_t left_out = 0;  // additions that their handling code keeps from leaving this way
  std::vector<Claim> claims;
  std::vector<Hand> hands;
  std::vector<AttachedFile> files;
  std::vector<retention::CarriedDecision> decisions;

  Instant printed_at;
  std::string printed_by;  // login and code of the account
  std::string service;
  std::string purpose;
  std::string legal_basis;
  std::string recipient;
  access::Exit exit = access::Exit::pdf;

  std::string content;    // all of the above as plain text
  std::string statement;  // signed note: "quadrille-dossier/v1" with the SHA-256 of `content`
  std::vector<LogEntry> entries;
  std::size_t own_entry = 0;  // of `entries`: that this dossier was printed
  std::vector<Opening> openings;
  std::string checkpoint;  // signed; every proof leads to it
  std::string key;         // the log's verifier key, to be compared with one from elsewhere
};

class Provenance {
 public:
  Provenance(database::Database& database, access::Access& access, notes::Notes& notes, audit::CheckpointSigner& signer,
             crypto::Chance& chance)
      : database_(database), access_(access), notes_(notes), signer_(signer), chance_(chance) {}

  // Refused: `recipient`; what Notes::find refuses; forbidden by the handling code (field `handling`). When the log
  // cannot be signed nothing is given, though the print is recorded.
  [[nodiscard]] Result<NoteDossier> print(const territory::Territory& territory, std::string_view note,
                                          const DossierWish& wish, const access::Asker& asker);

 private:
  [[nodiscard]] Result<std::int64_t> record_print(const territory::Territory& territory, NoteId note,
                                                  NoteDossier& dossier, const access::Asker& asker);
  [[nodiscard]] Result<void> prove(NoteDossier& dossier, std::int64_t own);

  database::Database& database_;
  access::Access& access_;
  notes::Notes& notes_;
  audit::CheckpointSigner& signer_;
  crypto::Chance& chance_;
};

// What an erasure of the note takes with it (retention::Eraser::forget): the list of dossiers printed of it, and the
// objects whose entries in the log are cleared.
[[nodiscard]] std::vector<audit::Object> forget(database::Transaction& tx, const notes::NoteExtent& note);

}  // namespace quadrille::provenance
