#pragma once

#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "engine/simulation/city.h"
#include "host/database/database.h"

namespace quadrille::demonstration::store {

// `nodes` are the places of the city's nodes.
void write_truth(database::Transaction& tx, TerritoryId territory, const simulation::Truth& truth,
                 const std::vector<LonLat>& nodes);

}  // namespace quadrille::demonstration::store
