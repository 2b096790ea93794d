#pragma once

#include <span>

#include "services/audit/reference.h"

namespace quadrille::notes {

// How the log's objects of this module are called (services/journal).
[[nodiscard]] std::span<const audit::Reference> references();

}  // namespace quadrille::notes
