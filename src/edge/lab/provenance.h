#pragma once

#include "edge/cli/command.h"

namespace quadrille::lab {

// The command, whose run prints one JSON object, made to print it only when it succeeds and with what tells the result
// apart from any other: `seconds` (wall time), `version` (of the program, and so of its methods), `parameters` (the
// options as typed; what is absent has the default of --help) and `files` (SHA-256 of each file read, as sha256sum
// prints it).
[[nodiscard]] cli::Command with_provenance(cli::Command command);

}  // namespace quadrille::lab
