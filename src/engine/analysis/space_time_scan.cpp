#include "engine/analysis/space_time_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/check.h"
#include "engine/analysis/scan_lanes.h"
#include "engine/analysis/scan_zones.h"

namespace quadrille::analysis {
namespace {

struct Best {
  double llr = 0;
  std::size_t step = 0;  // of the centre's neighbours: the zone ends here
  int length = 0;        // days back from the last
  std::int64_t observed = 0;
};

// The best cylinder of each centre on the data themselves.
std::vector<Best> observed_best(const ScanInput& input, const ScanZones& zones, const WindowTotals& totals) {
  const auto lengths = static_cast<std::size_t>(totals.lengths());
  std::vector<std::int32_t> counts(input.places().size() * lengths, 0);
  const auto& before = input.events_before();
  for (std::size_t k = 0; k < lengths; ++k) {
    const auto day = static_cast<std::size_t>(input.days()) - 1 - k;
    for (std::size_t e = before[day]; e < before[day + 1]; ++e)
      for (std::size_t longer = k; longer < lengths; ++longer) ++counts[input.event_places()[e] * lengths + longer];
  }
  std::vector<Best> best(input.places().size());
  std::vector<std::int32_t> sum(lengths);
  for (std::size_t centre = 0; centre < best.size(); ++centre) {
    std::ranges::fill(sum, 0);
    const auto steps = zones.of(centre);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      for (std::size_t k = 0; k < lengths; ++k) sum[k] += counts[steps[s].place * lengths + k];
      if (!steps[s].ends_zone) continue;
      for (std::size_t k = 0; k < lengths; ++k) {
        if (sum[k] < 2) continue;
        const double llr = totals.log_likelihood_ratio(sum[k], steps[s].events, static_cast<int>(k));
        if (llr > best[centre].llr) best[centre] = {llr, s, static_cast<int>(k) + 1, sum[k]};
      }
    }
  }
  return best;
}

// Centres by their best cylinder, best first; a tie goes to the tighter circle, then to the smaller number.
std::vector<std::uint32_t> ranked(const ScanInput& input, const ScanZones& zones, const std::vector<Best>& best) {
  std::vector<std::uint32_t> order(best.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t centre) {
    const double radius =
        best[centre].llr > 0
            ? geo::squared_distance(input.places()[centre], input.places()[zones.of(centre)[best[centre].step].place])
            : 0;
    return std::tuple(-best[centre].llr, radius, centre);
  });
  return order;
}

ScanCluster make_cluster(const ScanInput& input, const ScanZones& zones, const WindowTotals& totals,
                         std::uint32_t centre, const Best& best) {
  const auto steps = zones.of(centre);
  ScanCluster cluster{.centre = centre, .places = {}};
  for (std::size_t s = 0; s <= best.step; ++s) cluster.places.push_back(steps[s].place);
  cluster.radius_m = geo::distance_m(input.places()[centre], input.places()[cluster.places.back()]);
  cluster.last_day = input.days() - 1;
  cluster.first_day = input.days() - best.length;
  cluster.observed = best.observed;
  cluster.expected = totals.expected(steps[best.step].events, best.length - 1);
  cluster.log_likelihood_ratio = best.llr;
  return cluster;
}

Result<void> check_options(const ScanInput& input, const ScanOptions& options) {
  if (!(options.radius_max.value >= 0) || !std::isfinite(options.radius_max.value))
    return invalid({"le rayon doit être positif ou nul", "the radius must be at least 0"}, "radius_max_m");
  if (!(options.share_max > 0) || options.share_max > 1)
    return invalid({"la part va de 0 (exclu) à 1", "the share goes from 0 (excluded) to 1"}, "share_max");
  if (options.days_max < 1 || options.days_max >= input.days())
    return invalid({"la fenêtre va d'un jour à la durée de l'étude moins un",
                    "the window goes from one day to the length of the study less one"},
                   "days_max");
  if (options.replicas < 1 || options.replicas > 1'000'000)
    return invalid({"de 1 à 1 000 000 de répliques", "1 to 1,000,000 replicas"}, "replicas");
  return {};
}

}  // namespace

Result<ScanInput> ScanInput::checked(std::vector<geo::Point> places, const std::vector<ScanEvents>& events,
                                     std::int32_t days) {
  if (places.empty()) return invalid({"aucun lieu", "no place"}, "places");
  if (days < 1) return invalid({"aucun jour", "no day"}, "days");
  for (const auto& place : places)
    if (!std::isfinite(place.x_m) || !std::isfinite(place.y_m))
      return invalid({"une coordonnée n'est pas un nombre", "a coordinate is not a number"}, "places");
  std::vector<std::size_t> per_day(static_cast<std::size_t>(days) + 1, 0);
  std::int64_t total = 0;
  for (const auto& event : events) {
    if (event.place >= places.size())
      return invalid({"un événement est en un lieu inconnu", "an event is at an unknown place"}, "events");
    if (event.day < 0 || event.day >= days)
      return invalid({"un événement est hors de la période", "an event is outside the study period"}, "events");
    if (event.count < 0) return invalid({"un nombre d'événements est négatif", "a count is negative"}, "events");
    total += event.count;
    per_day[static_cast<std::size_t>(event.day) + 1] += static_cast<std::size_t>(event.count);
  }
  if (total < 2) return invalid({"il faut au moins deux événements", "at least two events are needed"}, "events");
  if (total > 10'000'000)
    return refuse(ErrorKind::too_large, {"plus de 10 millions d'événements", "more than 10 million events"}, "events");
  ScanInput input;
  input.places_ = std::move(places);
  input.days_ = days;
  std::partial_sum(per_day.begin(), per_day.end(), per_day.begin());
  input.events_before_ = per_day;
  input.event_places_.resize(static_cast<std::size_t>(total));
  auto next = per_day;
  for (const auto& event : events)
    for (std::int32_t i = 0; i < event.count; ++i)
      input.event_places_[next[static_cast<std::size_t>(event.day)]++] = event.place;
  return input;
}

Result<std::vector<ScanCluster>> prospective_permutation_scan(const ScanInput& input, const ScanOptions& options,
                                                              const Progress& progress) {
  if (const auto fine = check_options(input, options); !fine) return Failure(fine.error());
  const auto zones = ScanZones::make(input, options.radius_max, options.share_max);
  if (!zones) return Failure(zones.error());
  const WindowTotals totals(input, options.days_max);
  const auto best = observed_best(input, *zones, totals);
  const auto replicas = replica_maxima(input, *zones, totals, options, progress);
  if (!replicas) return Failure(replicas.error());
  std::vector<double> maxima = *replicas;
  std::ranges::sort(maxima);

  std::vector<ScanCluster> clusters;
  std::vector<bool> is_taken(input.places().size(), false);
  for (const auto centre : ranked(input, *zones, best)) {
    if (best[centre].llr <= 0) break;
    // Replicas are computed by the same formula; a relative slack keeps equal values equal whatever the rounding.
    const double threshold = best[centre].llr * (1 - 1e-12);
    const auto at_least = maxima.end() - std::ranges::lower_bound(maxima, threshold);
    const double p = static_cast<double>(1 + at_least) / static_cast<double>(options.replicas + 1);
    if (p >= 1) break;
    auto cluster = make_cluster(input, *zones, totals, centre, best[centre]);
    if (std::ranges::any_of(cluster.places, [&](std::uint32_t place) { return is_taken[place]; })) continue;
    for (const auto place : cluster.places) is_taken[place] = true;
    cluster.p = p;
    cluster.recurrence_days = 1 / p;
    clusters.push_back(std::move(cluster));
  }
  return clusters;
}

}  // namespace quadrille::analysis
