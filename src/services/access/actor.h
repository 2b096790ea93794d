#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/access/person.h"

// From what an audit entry says of who acted to a person, and to the service they acted for at that moment.

namespace quadrille::access {

// Nothing for "local:cli", "clock".
[[nodiscard]] std::optional<PersonId> person_of_actor(std::string_view actor);

// And back: "person:12".
[[nodiscard]] std::string actor_of(PersonId person);

// The service that the holder of these acted for in a territory at a moment.
[[nodiscard]] std::optional<ServiceId> service_at(const std::vector<Habilitation>& held, TerritoryId territory,
                                                  Instant at);

}  // namespace quadrille::access
