#pragma once

#include <span>

#include "services/audit/reference.h"

namespace quadrille::facts {

// How imports, and the facts of a territory, are called in the log (services/journal): "import:SLUG/NUMBER",
// "facts:SLUG".
[[nodiscard]] std::span<const audit::Reference> references();

}  // namespace quadrille::facts
