#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"

// Who did what, when and why: append-only entries written in the same transaction as what they record. There is no
// switch that turns it off, and the database itself refuses to change or delete an entry.
//
// Life of an entry: record() draws two salts, makes the entry's leaf (leaf.h: moment, action and six salted
// commitments), and inserts leaf, salts and clear text as one row at the next position; each 256th leaf completes a
// tile of the Merkle tree (merkle.h), written in the same transaction. Checkpoints (checkpoint.h) sign the tree's root;
// verification.h recomputes everything; erase_clear() takes clear text and salts away and leaves the leaf, so that the
// tree still proves that something was recorded then, and nobody can tell what.
//
// Acts that change something are recorded in the change's own transaction. Consultations go through a Recorder
// (recorder.h), which joins those of many readers into one transaction.

namespace quadrille::audit {

// The acts that must be logged (directive (EU) 2016/680, art. 25; loi 78-17, art. 101; read 2026-11-24).
enum class Action { collection, alteration, consultation, disclosure, combination, erasure };

[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::optional<Action> action_named(std::string_view name);

// The one thing an act is about, so that "who read note 12, and why" is one look-up. The kind is a word of the module
// that owns the thing: "note", "fine", "study".
struct Object {
  std::string kind;
  std::int64_t id = 0;

  Object() = default;
  Object(std::string_view what, std::int64_t which) : kind(what), id(which) {}
  template <class Tag>
  Object(std::string_view what, Id<Tag> which) : Object(what, which.value) {}
  friend bool operator==(const Object&, const Object&) = default;
};

struct Act {
  std::string actor;  // an account ("account:12"), or "local" and the way in ("local:cli", "local:http")
  Action action = Action::consultation;
  std::optional<TerritoryId> territory;
  std::string subject;      // what it is about, in words: "import 3", "study 7", "picture"
  std::string details;      // parameters of the act, never the content
  std::string purpose;      // why, in the person's words; empty where none is asked
  std::string legal_basis;  // the act or article that allows it; empty where none is asked
  std::string recipient;    // to whom it was disclosed or sent
  std::string outcome;      // "shown", "refused", "empty", "rows=12"
  std::optional<Object> object;

  friend bool operator==(const Act&, const Act&) = default;
};

struct Occurrence {
  Act act;
  Instant at;
};

struct Entry {
  std::int64_t position = 0;  // in the tree, from 0, without gaps
  Instant at;
  Act act;
  // The position of the act of erasure that took away the content (object, subject, details, purpose, recipient) or the
  // account (actor, territory, legal basis, outcome); those fields are then empty.
  std::optional<std::int64_t> content_erased_by;
  std::optional<std::int64_t> account_erased_by;
};

[[nodiscard]] std::span<const database::Migration> migrations();

// Once after the migrations: entries of instances older than the tree become its first leaves. Does nothing when there
// are none.
void adopt_older_entries(database::Database& database);

// Part of the transaction: it is there if and only if the change is. O(1) statements, amortised; returns the position.
// The text of an act may be up to 64 KiB in all.
std::int64_t record(database::Transaction& tx, const Act& act, Instant at,
                    crypto::Chance& chance = crypto::system_chance());
// Many at once, in order, by one bulk write (use it for batches); returns the position of the first.
std::int64_t record(database::Transaction& tx, std::span<const Occurrence> occurrences,
                    crypto::Chance& chance = crypto::system_chance());

// How many entries there are: the tree's size.
[[nodiscard]] std::int64_t size(database::Snapshot& snapshot);

// Newest first, before position `before` (nothing = the newest), at most `limit`.
[[nodiscard]] std::vector<Entry> list(database::Snapshot& snapshot, std::optional<std::int64_t> before, int limit);
[[nodiscard]] std::optional<Entry> find(database::Snapshot& snapshot, std::int64_t position);

struct Erased {
  std::int64_t position = 0;  // of the act of erasure
  std::int64_t contents = 0;
  std::int64_t accounts = 0;
};

// Records `act` (an erasure, CHECK; its outcome is set to "contents=N accounts=0") and takes the content and its salt
// from every earlier entry about the object. Who acted, when, and on what legal basis stays.
Erased erase_clear(database::Transaction& tx, const Object& object, const Act& act, Instant at);
// Whether an entry made before `limit` still has its content or its account.
[[nodiscard]] bool has_clear_before(database::Snapshot& snapshot, Instant limit);
// The log's own time limit: likewise takes content *and* account of every entry made before `limit`.
Erased erase_clear_before(database::Transaction& tx, Instant limit, const Act& act, Instant at);

}  // namespace quadrille::audit
