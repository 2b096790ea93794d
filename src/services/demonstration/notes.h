#pragma once

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "host/database/database.h"
#include "services/notes/notes.h"
#include "services/territory/territory.h"

namespace quadrille::demonstration {

// A few hundred fictional notes of the demonstration's accounts (accounts.h), over channels, stages and markings, from
// the six weeks before `now`, so that the page Fiches lives. They name nobody. Returns how many; none when the accounts
// are not there. Each is entered and worked on as people do, so that steps, turns and the log are real.
[[nodiscard]] Result<int> add_notes(database::Database& database, notes::Notes& notes,
                                    const territory::Territory& territory, Seed seed, Instant now);

}  // namespace quadrille::demonstration
