#pragma once

#include "services/retention/retention.h"

// The rows behind services/retention; only its use cases call these.

namespace quadrille::retention::store {

void insert_receipt(database::Transaction& tx, const Receipt& receipt);

void insert_mention(database::Transaction& tx, NoteId note, const CarriedDecision& mention);
void delete_mentions(database::Transaction& tx, NoteId note);

}  // namespace quadrille::retention::store
