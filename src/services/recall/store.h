#pragma once

#include "services/recall/recall.h"

// The rows behind services/recall; only its use cases call these.

namespace quadrille::recall::store {

// Sets the id.
void insert_recall(database::Transaction& tx, Recall& recall, PersonId person);
void insert_holder(database::Transaction& tx, RecallId recall, const Holder& holder);
void record_answer(database::Transaction& tx, RecallId recall, const Holder& holder, PersonId person,
                   std::int64_t position);

// Those of the markings listed that `service` made or is asked to answer, newest first, with every holder.
[[nodiscard]] std::vector<Recall> load_recalls(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                               const access::Readable& readable, int limit);
[[nodiscard]] std::optional<Recall> find_recall(database::Snapshot& snapshot, TerritoryId territory,
                                                std::string_view code, ServiceId service,
                                                const access::Readable& readable);

}  // namespace quadrille::recall::store
