#pragma once

#include <optional>

#include "services/studies/studies.h"

// The rows behind services/studies; only its use cases call these.

namespace quadrille::studies::store {

[[nodiscard]] StudyId insert(database::Transaction& tx, TerritoryId territory, const Study& study);
[[nodiscard]] std::optional<Study> find(database::Snapshot& snapshot, TerritoryId territory, StudyId id);
// Issues of the imports up to a data version.
[[nodiscard]] std::int64_t issues_at(database::Snapshot& snapshot, TerritoryId territory, std::int64_t data_version);

}  // namespace quadrille::studies::store
