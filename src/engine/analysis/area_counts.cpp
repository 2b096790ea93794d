#include <algorithm>
#include <cmath>

#include "engine/analysis/forecast.h"
#include "engine/geo/usable_point.h"

namespace quadrille::analysis {

Result<AreaCounts> AreaCounts::checked(std::vector<geo::Point> places, const std::vector<PlaceDayCount>& events,
                                       const std::vector<std::int32_t>& observed) {
  constexpr std::int32_t day_max = 1'000'000;
  if (places.empty()) return invalid({"aucun lieu", "no place"}, "places");
  for (const auto& place : places)
    if (!geo::is_usable(place))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "places");
  std::int32_t last = -1;
  for (const auto& event : events) {
    if (event.place >= places.size())
      return invalid({"un événement est en un lieu inconnu", "an event is at an unknown place"}, "events");
    if (event.day < 0 || event.day > day_max)
      return invalid({"un jour va de 0 à 1 000 000", "a day goes from 0 to 1,000,000"}, "events");
    if (event.count < 0) return invalid({"un nombre d'événements est négatif", "a count is negative"}, "events");
    last = std::max(last, event.day);
  }
  for (const auto day : observed) {
    if (day < 0 || day > day_max)
      return invalid({"un jour va de 0 à 1 000 000", "a day goes from 0 to 1,000,000"}, "observed");
    last = std::max(last, day);
  }
  AreaCounts counts;
  counts.is_observed_.assign(static_cast<std::size_t>(last) + 1, observed.empty());
  for (const auto day : observed) counts.is_observed_[static_cast<std::size_t>(day)] = true;
  auto sorted = events;
  std::ranges::sort(sorted, {}, [](const PlaceDayCount& one) { return std::pair(one.day, one.place); });
  counts.first_.assign(counts.is_observed_.size() + 1, 0);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto& one = sorted[i];
    if (!counts.is_observed(one.day))
      return invalid({"un événement tombe un jour non observé", "an event falls on a day not observed"}, "events");
    const bool goes_on = i > 0 && sorted[i - 1].day == one.day && sorted[i - 1].place == one.place;
    if (goes_on)
      counts.entries_.back().count += one.count;
    else
      counts.entries_.push_back({one.place, one.count});
    counts.first_[static_cast<std::size_t>(one.day) + 1] = counts.entries_.size();
  }
  for (std::size_t day = 1; day < counts.first_.size(); ++day)
    counts.first_[day] = std::max(counts.first_[day], counts.first_[day - 1]);
  counts.places_ = std::move(places);
  return counts;
}

}  // namespace quadrille::analysis
