#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/access/viewer.h"
#include "services/sharing/selectors.h"

// Value -> objects. Pairs are found when they are asked for: a table of pairs grows with the square of what is shared.
//
// A person sees a match when they may read both objects; of everything else nothing shows, neither a number nor a
// delay: what is read and how much of it depends on readable rows only.

namespace quadrille::sharing {

[[nodiscard]] std::span<const database::Migration> migrations();

// What can carry selectors. The number is stored.
enum class ObjectKind { note = 1, enrichment = 2, sighting = 3, fact = 4, operation = 5 };

struct Object {
  ObjectKind kind = ObjectKind::note;
  std::int64_t row = 0;  // never shown: the service that owns the object knows its code
  friend auto operator<=>(const Object&, const Object&) = default;
};

// More readable objects than this share a value: it is no link but a commonplace (the square where everybody deals),
// and none is listed.
inline constexpr int hot_from = 200;

// Part of the transaction that makes the object, so that nothing exists unmatched or matched without its marking.
// Posting again refreshes the day. Refused (forbidden, field `selectors`) when a nominative kind is among them and no
// legal act turned persons on in the territory; then none is posted. O(selectors).
[[nodiscard]] Result<void> post(database::Transaction& tx, TerritoryId territory, Object object, MarkingId marking,
                                std::span<const Selector> selectors, Instant at);
struct Posting {
  Object object;
  MarkingId marking;
  Selector selector;
};
// The same for many objects that have no posting yet, by one bulk write: O(distinct values) questions, then rows. A
// value that is a commonplace of today already under that marking takes no more of them: they would change no answer.
[[nodiscard]] Result<void> post_new(database::Transaction& tx, TerritoryId territory, std::span<const Posting> postings,
                                    Instant at);
// The object's marking changed.
void remark(database::Transaction& tx, Object object, MarkingId marking);
// The object is erased: nothing of it stays.
void forget(database::Transaction& tx, Object object);
// Whether there is anything older than its kind is kept. O(postings) where there is not: no index, which would weigh
// more than the postings' own share of 200 bytes; but it keeps no writer waiting.
[[nodiscard]] bool has_old(database::Snapshot& snapshot, Instant at);
// Drops it; returns how many.
std::int64_t drop_old(database::Transaction& tx, Instant at);

struct Sharing {
  std::vector<Object> objects;  // readable ones, newest first; none where it is a commonplace
  bool is_common = false;       // more than `hot_from` readable objects
};

// The readable objects with that value. O(readable markings + hot_from).
[[nodiscard]] Sharing look_up(database::Snapshot& snapshot, const access::Readable& readable, const Selector& selector,
                              Instant at);

struct Match {
  SelectorKind kind;  // what they share
  Object other;
  friend auto operator<=>(const Match&, const Match&) = default;
};
struct Matches {
  std::vector<Match> matches;              // sorted by kind, then newest first
  std::vector<SelectorKind> commonplaces;  // kinds of values of the object that too many share
};
// What shares a value with an object. Of an object that cannot be read: as of one without selectors.
[[nodiscard]] Matches matches_of(database::Snapshot& snapshot, const access::Readable& readable, Object object,
                                 Instant at);

}  // namespace quadrille::sharing
