#pragma once

#include <vector>

#include "edge/cli/command.h"

namespace quadrille::server {

// The whole table: what `quadrille` can do.
[[nodiscard]] std::vector<cli::Command> all_commands();

}  // namespace quadrille::server
