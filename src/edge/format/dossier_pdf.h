#pragma once

#include <string>

#include "host/clock/time_zone.h"
#include "services/provenance/provenance.h"

// A provenance dossier on paper: claims, hands, files, decisions, and what proves them. Moments in the territory's
// time.

namespace quadrille::format {

// The bytes of a PDF, about 3 ms a page.
[[nodiscard]] std::string dossier_pdf(const provenance::NoteDossier& dossier, const clock::TimeZone& zone,
                                      Language language);

}  // namespace quadrille::format
