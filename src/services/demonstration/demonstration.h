#pragma once

#include <cstdint>
#include <string>

#include "base/parallel.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/simulation/city.h"
#include "host/database/database.h"
#include "services/territory/territory.h"

// The generated city as a territory: sectors, services, streets, coast, facts, calendar and, in tables of its own that
// no picture reads, the truth. Everything is marked simulated.

namespace quadrille::demonstration {

[[nodiscard]] std::span<const database::Migration> migrations();

struct Wanted {
  std::string slug;
  Seed seed{1};
};

struct Made {
  TerritoryId territory;
  std::int64_t facts = 0;
  std::int64_t streets = 0;
  std::int64_t sectors = 0;
  std::int64_t dealing_points = 0;
};

// The city of the seed, two years from 1 January 2024 (clock changes, a leap day and feed outages included).
[[nodiscard]] simulation::City generate(Seed seed);

// In one transaction: all of it or nothing. Refused when the slug is taken.
[[nodiscard]] Result<Made> write(database::Database& database, const simulation::City& city, const Wanted& wanted,
                                 const territory::By& by, const Progress& progress);

}  // namespace quadrille::demonstration
