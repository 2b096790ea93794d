#include "engine/analysis/near_repeat.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <numeric>

namespace quadrille::analysis {
namespace {

constexpr std::size_t pairs_max = 200'000'000;

// Pairs close in space, by their first event: partners[first[i] .. first[i + 1]) > i.
struct SpacePairs {
  std::vector<std::size_t> first;
  std::vector<std::uint32_t> partners;
  std::vector<std::int64_t> degree;  // close pairs of each event
};

Result<SpacePairs> close_pairs(std::span<const TimedPoint> events, double near_m) {
  const double cell = std::max(near_m, 1e-9);
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::uint32_t>> cells;
  const auto key = [&](const geo::Point& point) {
    return std::pair(static_cast<std::int64_t>(std::floor(point.x_m / cell)),
                     static_cast<std::int64_t>(std::floor(point.y_m / cell)));
  };
  for (std::uint32_t i = 0; i < events.size(); ++i) cells[key(events[i].point)].push_back(i);
  SpacePairs pairs;
  pairs.degree.assign(events.size(), 0);
  const double squared = near_m * near_m;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    pairs.first.push_back(pairs.partners.size());
    const auto [x, y] = key(events[i].point);
    for (std::int64_t dx = -1; dx <= 1; ++dx) {
      for (std::int64_t dy = -1; dy <= 1; ++dy) {
        const auto found = cells.find({x + dx, y + dy});
        if (found == cells.end()) continue;
        for (const auto j : found->second) {
          if (j <= i || geo::squared_distance(events[i].point, events[j].point) > squared) continue;
          pairs.partners.push_back(j);
          ++pairs.degree[i];
          ++pairs.degree[j];
        }
      }
    }
    if (pairs.partners.size() > pairs_max)
      return refuse(ErrorKind::too_large,
                    {"trop de paires proches : réduisez la distance", "too many close pairs: reduce the distance"},
                    "near_m");
  }
  pairs.first.push_back(pairs.partners.size());
  return pairs;
}

// For each event, how many others are within near_days; the times need not be in order.
std::vector<std::int64_t> time_degrees(std::span<const TimedPoint> events, double near_days) {
  std::vector<double> sorted;
  for (const auto& event : events) sorted.push_back(event.day);
  std::ranges::sort(sorted);
  std::vector<std::int64_t> degrees;
  for (const auto& event : events) {
    const auto low = std::ranges::lower_bound(sorted, event.day - near_days);
    const auto high = std::ranges::upper_bound(sorted, event.day + near_days);
    degrees.push_back(high - low - 1);
  }
  return degrees;
}

std::int64_t count_close(const SpacePairs& pairs, const std::vector<double>& days, double near_days) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i + 1 < pairs.first.size(); ++i)
    for (std::size_t k = pairs.first[i]; k < pairs.first[i + 1]; ++k)
      count += std::abs(days[i] - days[pairs.partners[k]]) <= near_days ? 1 : 0;
  return count;
}

// Mean and variance of the number of edges common to two graphs when one's vertices are permuted (Barton and David
// 1966, "The random intersection of two graphs"): pairs of edges are the same, share a vertex, or are apart.
void add_moments(Knox& knox, double n, const std::vector<std::int64_t>& space, const std::vector<std::int64_t>& time) {
  const auto paths = [](const std::vector<std::int64_t>& degrees) {
    double sum = 0;
    for (const auto degree : degrees) sum += static_cast<double>(degree) * static_cast<double>(degree - 1);
    return sum;  // ordered pairs of edges that share a vertex
  };
  const auto s = static_cast<double>(knox.close_in_space);
  const auto t = static_cast<double>(knox.close_in_time);
  const double all = n * (n - 1) / 2;
  knox.expected = s * t / all;
  const double s_paths = paths(space);
  const double t_paths = paths(time);
  double second = s * t / all;
  if (n > 2) second += s_paths * t_paths / (n * (n - 1) * (n - 2));
  if (n > 3) second += (s * (s - 1) - s_paths) * (t * (t - 1) - t_paths) * 4 / (n * (n - 1) * (n - 2) * (n - 3));
  knox.deviation = std::sqrt(std::max(0.0, second - knox.expected * knox.expected));
  if (knox.deviation > 0) knox.z = (static_cast<double>(knox.observed) - knox.expected) / knox.deviation;
}

Result<void> check(std::span<const TimedPoint> events, const KnoxOptions& options) {
  if (events.size() < 2)
    return invalid({"il faut au moins deux événements", "at least two events are needed"}, "events");
  if (events.size() > 10'000'000)
    return refuse(ErrorKind::too_large, {"plus de 10 millions d'événements", "more than 10 million events"}, "events");
  for (const auto& event : events)
    if (!std::isfinite(event.point.x_m) || !std::isfinite(event.point.y_m) || !std::isfinite(event.day))
      return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "events");
  if (!(options.near.value >= 0) || !std::isfinite(options.near.value))
    return invalid({"la distance doit être positive ou nulle", "the distance must be at least 0"}, "near_m");
  if (!(options.near_days >= 0) || !std::isfinite(options.near_days))
    return invalid({"la durée doit être positive ou nulle", "the time must be at least 0"}, "near_days");
  if (options.replicas < 1 || options.replicas > 1'000'000)
    return invalid({"de 1 à 1 000 000 de répliques", "1 to 1,000,000 replicas"}, "replicas");
  return {};
}

}  // namespace

Result<Knox> knox(std::span<const TimedPoint> events, const KnoxOptions& options, const Progress& progress) {
  if (const auto fine = check(events, options); !fine) return Failure(fine.error());
  const auto pairs = close_pairs(events, options.near.value);
  if (!pairs) return Failure(pairs.error());
  const auto time = time_degrees(events, options.near_days);
  std::vector<double> days;
  for (const auto& event : events) days.push_back(event.day);
  Knox result;
  result.close_in_space = static_cast<std::int64_t>(pairs->partners.size());
  result.close_in_time = std::accumulate(time.begin(), time.end(), std::int64_t{0}) / 2;
  result.observed = count_close(*pairs, days, options.near_days);
  add_moments(result, static_cast<double>(events.size()), pairs->degree, time);
  std::vector<std::uint8_t> is_as_large(static_cast<std::size_t>(options.replicas), 0);
  std::atomic<std::int32_t> done{0};
  parallel_for(is_as_large.size(), options.threads, [&](std::size_t replica) {
    if (progress.is_cancelled()) return;
    Random random(options.seed, replica);
    std::vector<double> dealt = days;
    random.shuffle(std::span(dealt));
    is_as_large[replica] = count_close(*pairs, dealt, options.near_days) >= result.observed ? 1 : 0;
    progress.report(static_cast<double>(++done) / options.replicas);
  });
  if (progress.is_cancelled()) return refuse(ErrorKind::unavailable, {"calcul annulé", "computation cancelled"});
  const auto as_large = std::accumulate(is_as_large.begin(), is_as_large.end(), std::int64_t{0});
  result.p = static_cast<double>(1 + as_large) / static_cast<double>(options.replicas + 1);
  return result;
}

}  // namespace quadrille::analysis
