#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/territory/calendar.h"
#include "services/territory/territory.h"

// The rows behind services/territory; only its use cases call these.

namespace quadrille::territory::store {

[[nodiscard]] TerritoryId insert_territory(database::Transaction& tx, const NewTerritory& wanted, Instant at);
[[nodiscard]] std::optional<Territory> find_territory(database::Snapshot& snapshot, std::string_view slug);
// Numbered by territory and code: a running number would tell how many sectors other territories have.
[[nodiscard]] SectorId insert_sector(database::Transaction& tx, const Territory& territory, const Sector& sector);
[[nodiscard]] ServiceId insert_service(database::Transaction& tx, TerritoryId territory, const std::string& code,
                                       const std::string& name);
void replace_street_rows(database::Transaction& tx, TerritoryId territory, const std::vector<StreetNode>& nodes,
                         const std::vector<StreetEdge>& edges);
void replace_coast_rows(database::Transaction& tx, TerritoryId territory, const std::vector<CoastArea>& areas);
void replace_calendar_rows(database::Transaction& tx, TerritoryId territory, const Calendar& calendar);

}  // namespace quadrille::territory::store
