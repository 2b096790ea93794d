#pragma once

#include "services/retention/retention.h"

// The end of keeping of recalls: three years after the deadline, once every holder has settled. Their statements and
// receipts go; the log keeps the hashes, and an erasure's receipt says that they were there.

namespace quadrille::recall {

[[nodiscard]] retention::KeptElsewhere keeping();

}  // namespace quadrille::recall
