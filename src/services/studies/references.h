#pragma once

#include <span>

#include "services/audit/reference.h"

namespace quadrille::studies {

// How studies are called in the log (services/journal): "study:SLUG/NUMBER".
[[nodiscard]] std::span<const audit::Reference> references();

}  // namespace quadrille::studies
