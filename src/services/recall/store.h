#pragma once

#include "services/recall/recall.h"

// The rows behind services/recall; only its use cases call these.

namespace quadrille::recall::store {

// Sets the id.
void insert_recall(database::Transaction& tx, Recall& recall, PersonId person);
void insert_holder(database::Transaction& tx, RecallId recall, const Holder& holder);
void record_answer(database::Transaction& tx, RecallId recall, const Holder& holder, PersonId person,
                   std::int64_t position);

// Whose recalls: a service's, under the markings that somebody of it reads or is told of.
struct Whose {
  TerritoryId territory;
  ServiceId service;
  const access::Readable& markings;
};
// Those that the service made or is asked to answer, newest first, with every holder.
[[nodiscard]] std::vector<Recall> load_recalls(database::Snapshot& snapshot, const Whose& whose, int limit);
[[nodiscard]] std::optional<Recall> find_recall(database::Snapshot& snapshot, const Whose& whose,
                                                std::string_view code);
// Under which recalls are addressed to the service.
[[nodiscard]] std::vector<MarkingId> addressed_markings(database::Snapshot& snapshot, TerritoryId territory,
                                                        ServiceId service);

struct KeptRecall {
  RecallId id;
  std::string code;
  TerritoryId territory;
  MarkingId marking;
  ServiceId originator;
  Instant deadline;
  bool is_settled = false;
};
// Those whose deadline lies in the period, after that number, in order of number.
[[nodiscard]] std::vector<KeptRecall> recalls_due(database::Snapshot& snapshot, const Period& deadlines, RecallId after,
                                                  int limit);
// With its statements and receipts; returns how many rows went.
std::int64_t delete_recall(database::Transaction& tx, RecallId recall);

}  // namespace quadrille::recall::store
