#include "services/demonstration/demonstration.h"
#include "services/demonstration/store.h"

namespace quadrille::demonstration {
namespace {

constexpr database::Migration steps[] = {
    {"demonstration", 1,
     "CREATE TABLE simulated_point (territory INTEGER NOT NULL, number INTEGER NOT NULL, lon_e7 INTEGER NOT NULL, "
     "lat_e7 INTEGER NOT NULL, first_day INTEGER NOT NULL, end_day INTEGER NOT NULL, from_hour INTEGER NOT NULL, "
     "to_hour INTEGER NOT NULL, facts_a_day REAL NOT NULL, silence REAL NOT NULL, moved_from INTEGER, "
     "closed_by_operation INTEGER NOT NULL, PRIMARY KEY (territory, number)); "
     "CREATE TABLE simulated_patrol (id INTEGER PRIMARY KEY, territory INTEGER NOT NULL, day INTEGER NOT NULL, "
     "minute_of_day INTEGER NOT NULL, minutes INTEGER NOT NULL, lon_e7 INTEGER NOT NULL, lat_e7 INTEGER NOT NULL); "
     "CREATE INDEX simulated_patrol_of ON simulated_patrol (territory, day)"},
};

}  // namespace

std::span<const database::Migration> migrations() { return steps; }

namespace store {

void write_truth(database::Transaction& tx, TerritoryId territory, const simulation::Truth& truth,
                 const std::vector<LonLat>& nodes) {
  for (std::size_t i = 0; i < truth.points.size(); ++i) {
    const auto& point = truth.points[i];
    const LonLat place = nodes[static_cast<std::size_t>(point.node)];
    const auto parent = point.parent < 0 ? std::nullopt : std::optional<std::int64_t>(point.parent);
    tx.execute(
        "INSERT INTO simulated_point (territory, number, lon_e7, lat_e7, first_day, end_day, from_hour, to_hour, "
        "facts_a_day, silence, moved_from, closed_by_operation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {territory, static_cast<std::int64_t>(i), place.lon_e7(), place.lat_e7(), point.opens.day, point.closes.day,
         point.from_hour, point.to_hour, point.facts_a_day, point.silence, parent,
         point.was_closed_by_operation ? 1 : 0});
  }
  using enum database::ColumnType;
  const database::BulkColumn columns[] = {{"territory", integer}, {"day", integer},    {"minute_of_day", integer},
                                          {"minutes", integer},   {"lon_e7", integer}, {"lat_e7", integer}};
  auto bulk = tx.bulk("simulated_patrol", columns);
  for (const auto& stay : truth.patrols) {
    const LonLat place = nodes[static_cast<std::size_t>(stay.node)];
    bulk->add({territory, stay.day.day, stay.minute_of_day, stay.minutes, place.lon_e7(), place.lat_e7()});
  }
  bulk->finish();
}

}  // namespace store

}  // namespace quadrille::demonstration
