#pragma once

#include <string>

#include "services/provenance/provenance.h"

// A provenance dossier as JSON: the form of docs/dossier.schema.json, which a test holds it to.

namespace quadrille::format {

[[nodiscard]] std::string dossier_json(const provenance::NoteDossier& dossier);

}  // namespace quadrille::format
