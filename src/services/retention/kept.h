#pragma once

#include <vector>

#include "services/retention/retention.h"
#include "services/sharing/keeping.h"

// The end of keeping of declared operations, conflicts and registered targets: periods.h says how long, and
// services/sharing what holds one back.

namespace quadrille::retention {

// When its time is over.
[[nodiscard]] Instant end_of_keeping(const sharing::Kept& kept);
// What somebody may see of them: operations they read with declare_operation, their own service's conflicts with
// run_duty_desk, its targets with query_target. Those that end in the period, in that order.
[[nodiscard]] std::vector<sharing::Kept> kept_ending(database::Snapshot& snapshot, const access::Sight& sight,
                                                     TerritoryId territory, const access::Asker& asker,
                                                     const Period& period);
[[nodiscard]] std::vector<Late> late_kept(database::Snapshot& snapshot, const access::Sight& sight,
                                          TerritoryId territory, const access::Asker& asker);
// Erases those that are due and not held, one transaction each with a receipt for each service they were of, and the
// questions about targets that are. Where nothing is due nothing is written. For run().
void erase_kept(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done);

}  // namespace quadrille::retention
