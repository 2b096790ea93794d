#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "services/audit/audit.h"

// What an entry of the log says, in words: the log keeps short English words, codes and numbers ("in a list",
// "rows=12"), for ever the same bytes, since its commitments hold them; people read them here in their language.
//
// One table of subjects, one of what was done, one of names (words.cpp). What has no words stays as it is recorded and
// is listed in `unknown`, so that a test over the acts of every endpoint finds what was forgotten.

namespace quadrille::journal {

struct InWords {
  Text subject;  // "Fiche qrstuvwxyz234567"
  Text details;  // "dans une liste"; "étape : prendre en charge · de : reçue · à : reçue"
  Text outcome;  // "montrée"
  std::vector<std::string> unknown;
};
[[nodiscard]] InWords in_words(const audit::Act& act);

}  // namespace quadrille::journal
