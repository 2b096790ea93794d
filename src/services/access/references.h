#pragma once

#include <span>

#include "services/audit/reference.h"

namespace quadrille::access {

// How the log's acts on compartments are called (services/journal); they are known there by their code.
[[nodiscard]] std::span<const audit::Reference> references();

}  // namespace quadrille::access
