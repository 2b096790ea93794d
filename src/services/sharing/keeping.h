#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "host/database/database.h"

// Declared operations, conflicts and registered targets as their keeping sees them: since when each runs, what holds
// it back, and how it goes. How long is decided above (services/retention/periods.h), who also writes the receipt and
// the audit entry into the same transaction; nothing here asks who may.

namespace quadrille::sharing {

enum class KeptKind { operation, conflict, target };
inline constexpr KeptKind kept_kinds[] = {KeptKind::operation, KeptKind::conflict, KeptKind::target};

struct Kept {
  KeptKind kind = KeptKind::operation;
  std::int64_t row = 0;
  std::string code;
  TerritoryId territory;
  std::vector<ServiceId> services;   // whose: of a conflict its two, else one
  std::optional<MarkingId> marking;  // of an operation
  Instant since;                     // its end, the moment it was told, the moment it was registered or renewed
  // A conflict that a side has not acknowledged, an operation that such a conflict is about: it stays.
  bool is_held = false;
};
// In order of `since`, which lies in [from, until); `limit` at most.
[[nodiscard]] std::vector<Kept> kept_since(database::Snapshot& snapshot, KeptKind kind, Period since, int limit);
// The same of one row, as it is now; nothing when it is gone.
[[nodiscard]] std::optional<Kept> find_kept(database::Snapshot& snapshot, KeptKind kind, std::int64_t row);
// The row and what hangs on it: sides and alerts of a conflict; the conflicts of an operation stay, without it. Returns
// how many rows went.
std::int64_t erase_kept(database::Transaction& tx, const Kept& kept);

// Whether the next two would find anything.
[[nodiscard]] bool has_questions(database::Snapshot& snapshot, Instant before);
[[nodiscard]] bool has_exclusions(database::Snapshot& snapshot, Instant before);
// Questions about targets, on both sides of their log, and the tickets they were asked with; returns how many.
std::int64_t drop_questions(database::Transaction& tx, Instant before);
// Exclusions of the planner that were over by then: they tell of no operation, and are of no use to it.
std::int64_t drop_exclusions(database::Transaction& tx, Instant before);

}  // namespace quadrille::sharing
