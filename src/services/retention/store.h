#pragma once

#include "services/retention/retention.h"

// The rows behind services/retention; only its use cases call these.

namespace quadrille::retention::store {

void insert_receipt(database::Transaction& tx, const Receipt& receipt);
// The log's entry of rows that went many at a time, without a receipt each; nothing where there were none.
void record_dropped(database::Transaction& tx, std::string_view subject, std::int64_t rows, const access::Asker& asker);

void insert_mention(database::Transaction& tx, NoteId note, const CarriedDecision& mention);
void delete_mentions(database::Transaction& tx, NoteId note);

// Own keepings (own_keeping.h), one a note and service.
[[nodiscard]] std::optional<Instant> load_own_keeping(database::Snapshot& snapshot, NoteId note, ServiceId service);
void save_own_keeping(database::Transaction& tx, NoteId note, ServiceId service, Instant until);
void delete_own_keeping(database::Transaction& tx, NoteId note, ServiceId service);
void delete_own_keepings(database::Transaction& tx, NoteId note);
[[nodiscard]] std::vector<std::pair<NoteId, Instant>> own_keepings_of(database::Snapshot& snapshot, ServiceId service);
struct DueOwnKeeping {
  NoteId note;
  ServiceId service;
  Instant until;
};
// The longest over first.
[[nodiscard]] std::vector<DueOwnKeeping> due_own_keepings(database::Snapshot& snapshot, Instant now);

}  // namespace quadrille::retention::store
