#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/clock/clock.h"
#include "services/audit/audit.h"
#include "services/audit/merkle.h"
#include "services/audit/signed_note.h"

// Checkpoints (c2sp.org/tlog-checkpoint, read 2026-11-25): the root of the tree at one size, as a signed note. Whoever
// keeps one can tell for ever whether anything before it was changed.
//
// The signing key lies in a file of its own, outside the database (0600, crypto/secret_file.h). Beside it,
// FILE.checkpoint holds the newest checkpoint that was signed: a database that was rolled back, or rewritten together
// with its own checkpoints, no longer extends it and gets no further signature.

namespace quadrille::audit {

struct Checkpoint {
  std::string origin;  // the log's name, which is also its keys' name
  std::int64_t size = 0;
  Digest root{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// "ORIGIN\nSIZE\nROOT\n"; extension lines are neither written nor read (the specification advises against them).
[[nodiscard]] std::string format_checkpoint(const Checkpoint& checkpoint);
// Nothing for any other text: also a size with leading zeros, or a root of another length.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view text);

// The keys of the log in the order of their use. The first is to be trusted for its own sake; each later one is
// endorsed by a note that both it and the one before it signed.
struct LogKey {
  VerifierKey verifier;
  std::int64_t position = 0;  // of the entry that records its introduction
  std::string endorsement;    // empty for the first
};
[[nodiscard]] std::vector<LogKey> log_keys(database::Snapshot& snapshot);
// What an endorsement says: "quadrille-log-key/v1\nORIGIN\nNUMBER\nVERIFIER KEY\n", number 1 for the second key.
[[nodiscard]] std::string endorsement_text(const std::string& origin, std::size_t number, const VerifierKey& key);

struct SignedCheckpoint {
  std::int64_t size = 0;
  std::string note;
};
// The checkpoints that were signed, by size; the newest first where `limit` counts.
[[nodiscard]] std::optional<SignedCheckpoint> newest_checkpoint(database::Snapshot& snapshot);
[[nodiscard]] std::vector<SignedCheckpoint> signed_checkpoints(database::Snapshot& snapshot);

// Signs. Thread-safe; several processes may sign with the same file.
class CheckpointSigner {
 public:
  // The key in the file. Absent: a new one is drawn and saved, named `name` (by default quadrille/ and eight
  // hexadecimal digits), and its introduction is recorded. Refused: a file that others can read, that holds no key, or
  // whose key is not the log's newest.
  [[nodiscard]] static Result<std::unique_ptr<CheckpointSigner>> open(const std::filesystem::path& file,
                                                                      database::Database& database,
                                                                      const clock::Clock& clock,
                                                                      std::optional<std::string> name = {},
                                                                      crypto::Chance& chance = crypto::system_chance());

  // A checkpoint of the tree as it is now: the newest one when nothing was recorded since, else a new one, kept in the
  // database. Refused (conflict) when the tree does not extend what was signed before.
  [[nodiscard]] Result<std::string> checkpoint();
  // The same, but signs at most once a second: for those who ask often.
  [[nodiscard]] Result<std::string> recent_checkpoint();

  // Draws a new key, has the old one endorse it, records the rotation, and signs a checkpoint of the tree that holds
  // that entry with both. The old secret is gone afterwards.
  [[nodiscard]] Result<std::string> rotate(const std::string& actor);

  // Another statement of the instance, signed with the log's newest key: the text must begin with a line
  // "quadrille-NAME/vN", which no checkpoint and no other statement begins with, and be one of a note (CHECK). Does not
  // touch the database, so it may be called inside a transaction.
  [[nodiscard]] std::string sign_statement(std::string_view text) const;

  [[nodiscard]] VerifierKey verifier() const;

 private:
  CheckpointSigner(std::filesystem::path file, SignerKey key, database::Database& database, const clock::Clock& clock,
                   crypto::Chance& chance)
      : file_(std::move(file)), key_(std::move(key)), database_(database), clock_(clock), chance_(chance) {}
  [[nodiscard]] Result<std::string> sign(database::Transaction& tx, std::span<const SignerKey> keys);
  [[nodiscard]] Result<void> extends_what_was_signed(database::Snapshot& snapshot) const;
  [[nodiscard]] std::filesystem::path beside(const char* suffix) const;

  mutable std::mutex mutex_;      // one signs at a time; may be held while waiting for the database
  mutable std::mutex key_mutex_;  // of key_ alone; never held while waiting for anything
  std::filesystem::path file_;
  SignerKey key_;
  database::Database& database_;
  const clock::Clock& clock_;
  crypto::Chance& chance_;
  std::optional<double> signed_at_s_;
  std::string recent_;
};

}  // namespace quadrille::audit
