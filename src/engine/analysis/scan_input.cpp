#include <cmath>
#include <numeric>

#include "engine/analysis/space_time_scan.h"
#include "engine/geo/usable_point.h"

namespace quadrille::analysis {
namespace {

Result<DatedEvents> dated(std::size_t places, const std::vector<PlaceDayCount>& events, std::int32_t days,
                          const std::string& field) {
  DatedEvents all;
  all.before.assign(static_cast<std::size_t>(days) + 1, 0);
  std::int64_t total = 0;
  for (const auto& event : events) {
    if (event.place >= places)
      return invalid({"un événement est en un lieu inconnu", "an event is at an unknown place"}, field);
    if (event.day < 0 || event.day >= days)
      return invalid({"un événement est hors de la période", "an event is outside the study period"}, field);
    if (event.count < 0) return invalid({"un nombre d'événements est négatif", "a count is negative"}, field);
    total += event.count;
    all.before[static_cast<std::size_t>(event.day) + 1] += static_cast<std::size_t>(event.count);
  }
  if (total > 10'000'000)
    return refuse(ErrorKind::too_large, {"plus de 10 millions d'événements", "more than 10 million events"}, field);
  std::partial_sum(all.before.begin(), all.before.end(), all.before.begin());
  all.places.resize(static_cast<std::size_t>(total));
  auto next = all.before;
  for (const auto& event : events)
    for (std::int32_t i = 0; i < event.count; ++i)
      all.places[next[static_cast<std::size_t>(event.day)]++] = event.place;
  return all;
}

std::vector<double> events_by_place(std::size_t places, const DatedEvents& events) {
  std::vector<double> mass(places, 0.0);
  for (const auto place : events.places) mass[place] += 1;
  return mass;
}

}  // namespace

Result<ScanInput> ScanInput::permutation(std::vector<geo::Point> places, const std::vector<PlaceDayCount>& events,
                                         std::int32_t days) {
  if (places.empty()) return invalid({"aucun lieu", "no place"}, "places");
  if (days < 1) return invalid({"aucun jour", "no day"}, "days");
  for (const auto& place : places)
    if (!geo::is_usable(place))
      return invalid({"une coordonnée n'est pas un nombre ou passe un million de kilomètres",
                      "a coordinate is not a number or passes a million kilometres"},
                     "places");
  auto all = dated(places.size(), events, days, "events");
  if (!all) return Failure(all.error());
  if (all->size() < 2) return invalid({"il faut au moins deux événements", "at least two events are needed"}, "events");
  ScanInput input;
  input.mass_ = events_by_place(places.size(), *all);
  input.places_ = std::move(places);
  input.days_ = days;
  input.events_ = std::move(*all);
  return input;
}

Result<ScanInput> ScanInput::poisson(std::vector<geo::Point> places, const std::vector<PlaceDayCount>& events,
                                     std::int32_t days, std::vector<double> population) {
  auto input = permutation(std::move(places), events, days);
  if (!input) return input;
  if (population.size() != input->places_.size())
    return invalid({"il faut une population par lieu", "one population per place is needed"}, "population");
  for (std::size_t i = 0; i < population.size(); ++i) {
    if (!std::isfinite(population[i]) || population[i] < 0)
      return invalid({"une population est négative ou n'est pas un nombre", "a population is negative or no number"},
                     "population");
    if (population[i] == 0 && input->mass_[i] > 0)
      return invalid({"un lieu sans population a des événements", "a place without population has events"},
                     "population");
  }
  if (!std::isfinite(std::accumulate(population.begin(), population.end(), 0.0)))
    return invalid({"la population totale déborde", "the total population overflows"}, "population");
  input->model_ = ScanModel::poisson;
  input->mass_ = std::move(population);
  return input;
}

Result<ScanInput> ScanInput::bernoulli(std::vector<geo::Point> places, const std::vector<PlaceDayCount>& cases,
                                       const std::vector<PlaceDayCount>& controls, std::int32_t days) {
  auto input = permutation(std::move(places), cases, days);
  if (!input) return input;
  const auto others = dated(input->places_.size(), controls, days, "controls");
  if (!others) return Failure(others.error());
  if (others->size() == 0) return invalid({"aucun témoin", "no control"}, "controls");
  auto everyone = cases;
  everyone.insert(everyone.end(), controls.begin(), controls.end());
  auto individuals = dated(input->places_.size(), everyone, days, "controls");
  if (!individuals) return Failure(individuals.error());
  input->model_ = ScanModel::bernoulli;
  input->mass_ = events_by_place(input->places_.size(), *individuals);
  input->individuals_ = std::move(*individuals);
  return input;
}

}  // namespace quadrille::analysis
