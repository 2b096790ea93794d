#pragma once

#include <span>

#include "services/audit/reference.h"

namespace quadrille::retention {

// How receipts of erasure are called in the log (services/journal).
[[nodiscard]] std::span<const audit::Reference> references();

}  // namespace quadrille::retention
