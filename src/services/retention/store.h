#pragma once

#include "services/retention/retention.h"

// The rows behind services/retention; only its use cases call these.

namespace quadrille::retention::store {

void insert_receipt(database::Transaction& tx, const Receipt& receipt);

// A judicial decision that a note carries.
struct Mention {
  Decision decision = Decision::acquittal;
  std::string reference;
  Instant at;
};
void insert_mention(database::Transaction& tx, NoteId note, const Mention& mention);
void delete_mentions(database::Transaction& tx, NoteId note);

}  // namespace quadrille::retention::store
