#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/audit/audit.h"
#include "services/audit/checkpoint.h"
#include "services/audit/leaf.h"
#include "services/audit/merkle.h"

// The log's rows as they are stored, for proofs and verification inside this module. SQL is in audit_store.cpp and
// tree_store.cpp only.

namespace quadrille::audit {

struct StoredEntry {
  Entry entry;
  std::optional<Salt> account_salt;
  std::optional<Salt> content_salt;
  bool has_odd_salt = false;  // a salt that is not 16 bytes long
  crypto::Bytes leaf;
};

// Every column of an entry, in the order of entry_of(). SQLite takes any type in any column, so there they are cast:
// what a hand put into the file must be found by verification, not stop it.
[[nodiscard]] std::string entry_columns(database::Dialect dialect);
[[nodiscard]] StoredEntry entry_of(const database::Rows& row);

[[nodiscard]] std::optional<StoredEntry> find_stored(database::Snapshot& snapshot, std::int64_t position);
// Positions from begin on, in order, until `visit` returns false; it may query the snapshot itself.
void visit_stored(database::Snapshot& snapshot, std::int64_t begin,
                  const std::function<bool(const StoredEntry&)>& visit);

// The leaves of positions begin..end-1.
[[nodiscard]] std::vector<crypto::Bytes> leaves_between(database::Snapshot& snapshot, std::int64_t begin,
                                                        std::int64_t end);

// A completed tile of level 0, or a tile of a higher level as far as it is filled; empty when there is none. The bytes
// as they are stored, 32 a hash.
[[nodiscard]] crypto::Bytes stored_tile(database::Snapshot& snapshot, int level, std::int64_t number);
[[nodiscard]] std::vector<std::pair<int, std::int64_t>> stored_tile_names(database::Snapshot& snapshot);

// Writes the tiles that the new leaves (those after `size_before`) complete.
void complete_tiles(database::Transaction& tx, std::int64_t size_before, std::span<const Digest> fresh);

void add_log_key(database::Transaction& tx, std::size_t number, const LogKey& key);
// Of a size that was signed already, the first stays.
void add_checkpoint(database::Transaction& tx, const SignedCheckpoint& checkpoint);

}  // namespace quadrille::audit
