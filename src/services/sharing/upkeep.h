#pragma once

#include <cstdint>

#include "base/time.h"
#include "host/database/database.h"

// What time takes away by itself: matches that are too old to be matches, targets that nobody renewed under the new
// key. The server does it at its start and each hour (edge/api/upkeep.h); doing it twice changes nothing.

namespace quadrille::sharing {

struct Dropped {
  std::int64_t postings = 0;
  std::int64_t targets = 0;
};
// Records an erasure by "clock" where anything went. O(what goes + territories).
Dropped drop_expired(database::Transaction& tx, Instant now);

}  // namespace quadrille::sharing
