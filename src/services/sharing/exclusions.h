#pragma once

#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/sharing/area.h"
#include "services/sharing/operations.h"
#include "services/territory/territory.h"

// The planner must not send a team in uniform into a discreet measure, and must not learn of it either: an exclusion
// has no reason, and each true one comes among three drawn by the same law, so that a hole in the plan tells nothing.
//
// The law: a sector is drawn with a weight of one plus the number of operations declared there in the last year (of all
// services), a place inside it at random; radius (or level of sector) and period are those of the true one, the period
// widened to blocks of six hours. What follows a discreet measure in time tells more than its exclusions do: who sees
// the list before and after a declaration sees one group come, never which of the four is meant. A cancelled measure
// keeps its group until the period is over, for the same reason.

namespace quadrille::sharing {

inline constexpr int exclusions_in_group = 4;
inline constexpr std::int64_t exclusion_block_ms = 6 * 3600 * 1000;

// For the transaction that declares a discreet measure. Does nothing in a territory without sectors. O(sectors * points
// of their shapes).
[[nodiscard]] Result<void> exclude(database::Transaction& tx, const territory::Territory& territory,
                                   const OperationPlace& place, const Area& area, const Period& window,
                                   crypto::Chance& chance, Instant at);

// The smallest whole blocks around a window.
[[nodiscard]] Period in_blocks(const Period& window);

}  // namespace quadrille::sharing
