#pragma once

#include "services/provenance/provenance.h"

// The rows behind services/provenance; only its use cases call these.

namespace quadrille::provenance::store {

struct PrintedDossier {
  std::string code;
  NoteId note;
  std::int64_t object = 0;
  Instant at;
  std::string sha256;
};
void insert_dossier(database::Transaction& tx, const PrintedDossier& dossier);

}  // namespace quadrille::provenance::store
