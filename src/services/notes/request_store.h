#pragma once

#include <optional>
#include <string_view>

#include "services/notes/requests.h"

// Rows of requests as they are stored; for this module only. SQL is in requests_store.cpp.

namespace quadrille::notes {

// Sets the id.
void insert_request(database::Transaction& tx, TerritoryId territory, ServiceRequest& request);
// State, accessibility, limit, clock, expected date and ground.
void update_request(database::Transaction& tx, const ServiceRequest& request);
void insert_request_event(database::Transaction& tx, std::string_view code, const RequestEvent& event);

// The newest that is in force.
[[nodiscard]] std::optional<InternalLimit> find_internal_limit(database::Snapshot& snapshot, TerritoryId territory,
                                                               Urgency urgency, Instant at);
void insert_internal_limit(database::Transaction& tx, TerritoryId territory, const InternalLimit& limit);

}  // namespace quadrille::notes
