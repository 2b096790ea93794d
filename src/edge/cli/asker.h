#pragma once

#include <vector>

#include "edge/cli/instance.h"
#include "services/access/viewer.h"

// Who a command acts for, where what it shows or does belongs to persons: the account of a token (--token-file), with
// the purpose said by --purpose or by the token. Being at the machine is not enough: whoever runs an instance reads no
// content.

namespace quadrille::cli {

// --token-file and --purpose, for a command's list.
[[nodiscard]] std::vector<Option> with_asker_options(std::vector<Option> own);

// Refused: no token or one that is not good (`--token-file`), no purpose (`--purpose`), a role that does not allow it.
[[nodiscard]] Result<access::Asker> asker_of(Instance& instance, const Arguments& arguments, TerritoryId territory,
                                             access::Capability needed);

}  // namespace quadrille::cli
