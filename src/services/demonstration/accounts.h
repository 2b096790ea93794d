#pragma once

#include "base/result.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/viewer.h"
#include "services/territory/territory.h"

namespace quadrille::demonstration {

// One account for each role ("demo-analyst"), opened without a password, with a fictional name; those that are there
// already are habilitated in this territory too. The territory must be simulated (CHECK): such accounts go nowhere
// else.
[[nodiscard]] Result<void> add_accounts(database::Transaction& tx, const territory::Territory& territory,
                                        crypto::Chance& chance, const access::Asker& by);

}  // namespace quadrille::demonstration
