#include "services/audit/checkpoint.h"
#include "services/audit/store.h"

namespace quadrille::audit {

std::vector<LogKey> log_keys(database::Snapshot& snapshot) {
  std::vector<LogKey> keys;
  auto rows = snapshot.query(
      "SELECT CAST(verifier_key AS TEXT), CAST(position AS BIGINT), CAST(endorsement AS TEXT) FROM audit_key ORDER BY "
      "number");
  while (rows->next()) {
    // A key that cannot be read stays in its place without a name: it verifies nothing, and verification says so.
    keys.push_back(
        {parse_verifier_key(rows->text(0)).value_or(VerifierKey{}), rows->integer(1), std::string(rows->text(2))});
  }
  return keys;
}

void add_log_key(database::Transaction& tx, std::size_t number, const LogKey& key) {
  tx.execute("INSERT INTO audit_key (number, verifier_key, position, endorsement) VALUES (?, ?, ?, ?)",
             {static_cast<std::int64_t>(number), format_key(key.verifier), key.position, key.endorsement});
}

std::optional<SignedCheckpoint> newest_checkpoint(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT size, CAST(note AS TEXT) FROM audit_checkpoint ORDER BY size DESC LIMIT 1");
  if (!rows->next()) return std::nullopt;
  return SignedCheckpoint{rows->integer(0), std::string(rows->text(1))};
}

std::vector<SignedCheckpoint> signed_checkpoints(database::Snapshot& snapshot) {
  std::vector<SignedCheckpoint> all;
  auto rows = snapshot.query("SELECT size, CAST(note AS TEXT) FROM audit_checkpoint ORDER BY size");
  while (rows->next()) all.push_back({rows->integer(0), std::string(rows->text(1))});
  return all;
}

void add_checkpoint(database::Transaction& tx, const SignedCheckpoint& checkpoint) {
  tx.execute("INSERT INTO audit_checkpoint (size, note) VALUES (?, ?) ON CONFLICT (size) DO NOTHING",
             {checkpoint.size, checkpoint.note});
}

}  // namespace quadrille::audit
