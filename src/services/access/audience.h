#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/access/person.h"
#include "services/access/policy.h"

// Whom a marking lets read, said before it is given: for the preview of a change.

namespace quadrille::access {

// The roles that reach such information, of whatever service: those in whose hands the other clauses put it. In the
// order of `roles`.
[[nodiscard]] std::vector<Role> roles_that_reach(const Policy& policy, const Marking& marking);

[[nodiscard]] const Text& label_of(Leave leave);

// Somebody whom a login names, to be admitted somewhere or denied something: an open account with, in the territory, a
// role that reads notes. Nothing for every other login, whatever the reason.
[[nodiscard]] std::optional<Person> find_reader(database::Snapshot& snapshot, TerritoryId territory,
                                                std::string_view login, Instant at);

}  // namespace quadrille::access
