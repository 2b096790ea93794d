#pragma once

#include <string>

#include "services/provenance/provenance.h"

// A dossier as plain text, line by line: what its statement hashes. Part of provenance.

namespace quadrille::provenance {

[[nodiscard]] std::string content_text(const NoteDossier& dossier, Language language);

}  // namespace quadrille::provenance
