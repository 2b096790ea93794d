#include "edge/lab/places.h"

#include <cmath>

#include "edge/lab/lab.h"

namespace quadrille::lab {

Result<Places> read_places(const cli::Arguments& arguments) {
  const auto table = Table::read(*arguments.text("--places"), "--places");
  if (!table) return Failure(table.error());
  const auto ids = table->texts("id");
  if (!ids) return Failure(ids.error());
  auto points = points_of(*table);
  if (!points) return Failure(points.error());
  Places places{.ids = *ids, .points = std::move(*points), .numbers = {}};
  for (std::size_t i = 0; i < ids->size(); ++i)
    if (!places.numbers.emplace((*ids)[i], static_cast<std::uint32_t>(i)).second)
      return invalid({"un lieu est donné deux fois : " + (*ids)[i], "a place is given twice: " + (*ids)[i]},
                     "--places");
  return places;
}

Failure unknown_place(const std::string& id, const std::string& option) {
  return invalid({"lieu inconnu de --places : " + id, "a place that --places does not have: " + id}, option);
}

Result<std::vector<analysis::PlaceDayCount>> read_place_days(const std::string& file, const std::string& option,
                                                             const Places& places, bool needs_days) {
  const auto table = Table::read(file, option);
  if (!table) return Failure(table.error());
  const auto at = table->texts("loc");
  if (!at) return Failure(at.error());
  std::vector<double> days(at->size(), 0.0);
  std::vector<double> counts(at->size(), 1.0);
  for (const auto& [column, values] : {std::pair{"day", &days}, {"count", &counts}}) {
    const bool is_needed = std::string_view(column) == "day" && needs_days;
    if (!is_needed && !table->has(column)) continue;
    auto given = table->reals(column);
    if (!given) return Failure(given.error());
    *values = std::move(*given);
  }
  std::vector<analysis::PlaceDayCount> events;
  for (std::size_t i = 0; i < at->size(); ++i) {
    const auto place = places.numbers.find((*at)[i]);
    if (place == places.numbers.end()) return unknown_place((*at)[i], option);
    if (days[i] < 0 || days[i] != std::floor(days[i]) || days[i] > 1e6)
      return invalid({"day est un nombre entier de 0 à 1 000 000", "day is a whole number from 0 to 1,000,000"},
                     option);
    if (counts[i] < 0 || counts[i] != std::floor(counts[i]) || counts[i] > 1e7)
      return invalid({"count est un nombre entier positif ou nul", "count is a whole number of at least 0"}, option);
    events.push_back({place->second, static_cast<std::int32_t>(days[i]), static_cast<std::int32_t>(counts[i])});
  }
  return events;
}

}  // namespace quadrille::lab
