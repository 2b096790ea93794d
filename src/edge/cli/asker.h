#pragma once

#include "edge/cli/instance.h"
#include "services/access/viewer.h"

// Who a command acts for, where what it shows or does belongs to persons: the account of the token it came with, with
// the purpose said by --purpose or by the token. Being at the machine is not enough: whoever runs an instance reads no
// content.

namespace quadrille::cli {

// Refused: no token (`--token-file`), no purpose (`--purpose`). What the person may do was held by open_instance and
// wanted_territory against the command's needs.
[[nodiscard]] Result<access::Asker> asker_of(const Instance& instance);

}  // namespace quadrille::cli
