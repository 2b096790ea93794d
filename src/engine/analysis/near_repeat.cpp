#include "engine/analysis/near_repeat.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>
#include <tuple>

#include "engine/analysis/false_discovery.h"
#include "engine/geo/usable_point.h"

namespace quadrille::analysis {
namespace {

constexpr std::size_t pairs_max = 200'000'000;
constexpr std::size_t report_every = 256;  // events of local_knox

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

// Neighbours in space next to each other in memory: their times are then read from the cache.
std::vector<TimedPoint> by_place(std::span<const TimedPoint> events, double near_m) {
  std::vector<TimedPoint> sorted(events.begin(), events.end());
  const double cell = std::max(near_m, 1e-9);
  std::ranges::sort(sorted, {}, [&](const TimedPoint& one) {
    return std::tuple(std::floor(one.point.x_m / cell), std::floor(one.point.y_m / cell), one.point.x_m, one.point.y_m,
                      one.day);
  });
  return sorted;
}

// Times as ranks: of the event with the k-th time, those at most near_days away have ranks low[k] .. low[k] + span[k].
struct TimeRanks {
  std::vector<std::int32_t> of_event;
  std::vector<std::int32_t> low;
  std::vector<std::uint32_t> span;
};

TimeRanks ranks_within(std::span<const TimedPoint> events, double near_days) {
  std::vector<std::pair<double, std::int32_t>> order;
  for (std::size_t i = 0; i < events.size(); ++i) order.emplace_back(events[i].day, static_cast<std::int32_t>(i));
  std::ranges::sort(order);
  TimeRanks ranks;
  ranks.of_event.resize(events.size());
  const auto day_at = [&](std::size_t rank) { return order[rank].first; };
  std::size_t low = 0;
  std::size_t high = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    ranks.of_event[static_cast<std::size_t>(order[rank].second)] = static_cast<std::int32_t>(rank);
    while (day_at(rank) - day_at(low) > near_days) ++low;
    while (high + 1 < order.size() && day_at(high + 1) - day_at(rank) <= near_days) ++high;
    ranks.low.push_back(static_cast<std::int32_t>(low));
    ranks.span.push_back(static_cast<std::uint32_t>(high - low));
  }
  return ranks;
}

// For each event, how many others are within reach in time.
std::vector<std::int64_t> time_degrees(const TimeRanks& ranks) {
  std::vector<std::int64_t> degrees;
  for (const auto rank : ranks.of_event) degrees.push_back(ranks.span[static_cast<std::size_t>(rank)]);
  return degrees;
}

struct Count {
  const SpacePairs& pairs;
  const TimeRanks& ranks;
  const std::int32_t* rank_of;  // by event
};

__attribute__((always_inline)) inline std::int64_t count_body(const Count& count) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i + 1 < count.pairs.first.size(); ++i) {
    const auto rank = static_cast<std::size_t>(count.rank_of[i]);
    const std::int32_t low = count.ranks.low[rank];
    const std::uint32_t span = count.ranks.span[rank];
    const std::uint32_t* const partners = count.pairs.partners.data() + count.pairs.first[i];
    const auto size = static_cast<std::int32_t>(count.pairs.first[i + 1] - count.pairs.first[i]);
    std::int32_t here = 0;
    for (std::int32_t k = 0; k < size; ++k)
      here += static_cast<std::uint32_t>(count.rank_of[partners[k]] - low) <= span ? 1 : 0;
    total += here;
  }
  return total;
}
#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,avx512bw,avx2"))) std::int64_t count_wide(const Count& count) {
  return count_body(count);
}
__attribute__((target("avx2"))) std::int64_t count_narrow(const Count& count) { return count_body(count); }
#endif

std::int64_t count_close(const Count& count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return count_wide(count);
  if (__builtin_cpu_supports("avx2")) return count_narrow(count);
#endif
  return count_body(count);
}

// Thirty-two replicas side by side where ranks fit in 16 bits: their ranks of an event lie together, so a pair is one
// subtraction and one comparison for all.
constexpr std::size_t knox_lanes = 32;
constexpr std::size_t ranks_in_16_bits = 65'535;

struct LaneRanks {
  std::vector<std::uint16_t> of_event;  // [event][lane]
  std::vector<std::uint16_t> low;       // TimeRanks::low and span, by rank
  std::vector<std::uint16_t> span;
};
using LaneTotals = std::array<std::int64_t, knox_lanes>;

template <std::size_t Bytes>
struct RankVector {
  typedef std::uint16_t Type __attribute__((vector_size(Bytes)));
};

template <std::size_t Bytes>
__attribute__((always_inline)) inline void count_lanes_body(const SpacePairs& pairs, const LaneRanks& ranks,
                                                            LaneTotals& totals) {
  using Vector = typename RankVector<Bytes>::Type;
  constexpr std::size_t lanes = Bytes / sizeof(std::uint16_t);
  for (std::size_t part = 0; part < knox_lanes; part += lanes)
    for (std::size_t i = 0; i + 1 < pairs.first.size(); ++i) {
      if (pairs.first[i] == pairs.first[i + 1]) continue;
      std::uint16_t lows[lanes];
      std::uint16_t spans[lanes];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto rank = ranks.of_event[i * knox_lanes + part + lane];
        lows[lane] = ranks.low[rank];
        spans[lane] = ranks.span[rank];
      }
      Vector low;
      Vector span;
      std::memcpy(&low, lows, sizeof low);
      std::memcpy(&span, spans, sizeof span);
      Vector close = {};
      for (std::size_t k = pairs.first[i]; k < pairs.first[i + 1]; ++k) {
        Vector other;
        std::memcpy(&other, ranks.of_event.data() + pairs.partners[k] * knox_lanes + part, sizeof other);
        close -= (Vector)(other - low <= span);
      }
      for (std::size_t lane = 0; lane < lanes; ++lane) totals[part + lane] += close[lane];
    }
}
#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,avx512bw,avx2"))) void count_lanes_wide(const SpacePairs& pairs,
                                                                                const LaneRanks& ranks,
                                                                                LaneTotals& totals) {
  count_lanes_body<64>(pairs, ranks, totals);
}
__attribute__((target("avx2"))) void count_lanes_narrow(const SpacePairs& pairs, const LaneRanks& ranks,
                                                        LaneTotals& totals) {
  count_lanes_body<32>(pairs, ranks, totals);
}
#endif

LaneTotals count_lanes(const SpacePairs& pairs, const LaneRanks& ranks) {
  LaneTotals totals{};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    count_lanes_wide(pairs, ranks, totals);
    return totals;
  }
  if (__builtin_cpu_supports("avx2")) {
    count_lanes_narrow(pairs, ranks, totals);
    return totals;
  }
#endif
  count_lanes_body<16>(pairs, ranks, totals);
  return totals;
}

// Of each replica, the pairs close in both when times are dealt anew. Unfinished when cancelled.
std::vector<std::int64_t> count_replicas(const SpacePairs& pairs, const TimeRanks& ranks, const KnoxOptions& options,
                                         const Progress& progress) {
  const auto wanted = static_cast<std::size_t>(options.replicas);
  const std::size_t events = ranks.of_event.size();
  const bool fits = events <= ranks_in_16_bits;
  const std::size_t at_once = fits ? knox_lanes : 1;
  std::vector<std::int64_t> counts(wanted, 0);
  std::atomic<std::size_t> done{0};
  parallel_for((wanted + at_once - 1) / at_once, options.threads, [&](std::size_t batch) {
    LaneRanks lanes;
    if (fits) {
      lanes.of_event.resize(events * knox_lanes);
      lanes.low.assign(ranks.low.begin(), ranks.low.end());
      lanes.span.assign(ranks.span.begin(), ranks.span.end());
    }
    const std::size_t first = batch * at_once;
    const std::size_t here = std::min(at_once, wanted - first);
    std::vector<std::int32_t> dealt;
    for (std::size_t lane = 0; lane < here && !progress.is_cancelled(); ++lane) {
      BulkRandom random(options.seed, first + lane);
      dealt = ranks.of_event;
      random.shuffle(std::span(dealt));
      if (!fits) counts[first] = count_close({pairs, ranks, dealt.data()});
      for (std::size_t i = 0; i < events && fits; ++i)
        lanes.of_event[i * knox_lanes + lane] = static_cast<std::uint16_t>(dealt[i]);
    }
    if (progress.is_cancelled()) return;
    if (fits) std::copy_n(count_lanes(pairs, lanes).begin(), here, counts.begin() + static_cast<std::ptrdiff_t>(first));
    progress.report(static_cast<double>(done += here) / static_cast<double>(wanted));
  });
  return counts;
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

Result<void> check_events(std::span<const TimedPoint> events) {
  if (events.size() < 2)
    return invalid({"il faut au moins deux événements", "at least two events are needed"}, "events");
  if (events.size() > 10'000'000)
    return refuse(ErrorKind::too_large, {"plus de 10 millions d'événements", "more than 10 million events"}, "events");
  for (const auto& event : events)
    if (!geo::is_usable(event.point) || !std::isfinite(event.day))
      return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "events");
  return {};
}

Result<void> check_reach(Metres near, double near_days) {
  if (!(near.value >= 0) || !std::isfinite(near.value))
    return invalid({"la distance doit être positive ou nulle", "the distance must be at least 0"}, "near_m");
  if (!(near_days >= 0) || !std::isfinite(near_days))
    return invalid({"la durée doit être positive ou nulle", "the time must be at least 0"}, "near_days");
  return {};
}

Result<void> check_replicas(std::int32_t replicas) {
  if (replicas < 1 || replicas > 1'000'000)
    return invalid({"de 1 à 1 000 000 de répliques", "1 to 1,000,000 replicas"}, "replicas");
  return {};
}

Result<void> check_limits(const std::vector<double>& limits, const std::string& field) {
  if (limits.empty() || limits.size() > 30) return invalid({"de 1 à 30 bornes", "1 to 30 limits"}, field);
  for (std::size_t i = 0; i < limits.size(); ++i)
    if (!std::isfinite(limits[i]) || limits[i] < 0 || (i > 0 && limits[i] <= limits[i - 1]))
      return invalid({"les bornes sont positives et croissantes", "limits are positive and ascend"}, field);
  return {};
}

std::size_t band_of(const std::vector<double>& limits, double value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(limits, value) - limits.begin());
}

// Pairs in each band of space and time, for times dealt to events.
std::vector<std::int64_t> count_bands(const SpacePairs& pairs, const std::vector<std::uint8_t>& space_band,
                                      const std::vector<double>& days, const std::vector<double>& limits_days,
                                      std::size_t space_bands) {
  std::vector<std::int64_t> counts(space_bands * limits_days.size(), 0);
  for (std::size_t i = 0; i + 1 < pairs.first.size(); ++i)
    for (std::size_t k = pairs.first[i]; k < pairs.first[i + 1]; ++k) {
      const double apart = std::abs(days[i] - days[pairs.partners[k]]);
      if (apart > limits_days.back()) continue;
      ++counts[space_band[k] * limits_days.size() + band_of(limits_days, apart)];
    }
  return counts;
}

// Pairs at most each limit apart in time.
std::vector<std::int64_t> pairs_within(std::span<const TimedPoint> events, const std::vector<double>& limits) {
  std::vector<std::int64_t> sums;
  for (const double limit : limits) {
    const auto degrees = time_degrees(ranks_within(events, limit));
    sums.push_back(std::accumulate(degrees.begin(), degrees.end(), std::int64_t{0}) / 2);
  }
  return sums;
}

// Upper tail of the hypergeometric law: `drawn` of `all`, `marked` of which count.
double hypergeometric_tail(std::int64_t all, std::int64_t marked, std::int64_t drawn, std::int64_t at_least) {
  const auto log_choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  const auto most = std::min(marked, drawn);
  if (at_least <= std::max<std::int64_t>(0, drawn - (all - marked))) return 1;
  double sum = 0;
  for (std::int64_t x = at_least; x <= most; ++x)
    sum += std::exp(log_choose(static_cast<double>(marked), static_cast<double>(x)) +
                    log_choose(static_cast<double>(all - marked), static_cast<double>(drawn - x)) -
                    log_choose(static_cast<double>(all), static_cast<double>(drawn)));
  return std::min(sum, 1.0);
}

}  // namespace

Result<Knox> knox(std::span<const TimedPoint> in_any_order, const KnoxOptions& options, const Progress& progress) {
  if (const auto fine = check_events(in_any_order); !fine) return Failure(fine.error());
  if (const auto fine = check_reach(options.near, options.near_days); !fine) return Failure(fine.error());
  if (const auto fine = check_replicas(options.replicas); !fine) return Failure(fine.error());
  const auto events = by_place(in_any_order, options.near.value);
  const auto pairs = close_pairs(events, options.near.value);
  if (!pairs) return Failure(pairs.error());
  const auto ranks = ranks_within(events, options.near_days);
  const auto time = time_degrees(ranks);
  Knox result;
  result.close_in_space = static_cast<std::int64_t>(pairs->partners.size());
  result.close_in_time = std::accumulate(time.begin(), time.end(), std::int64_t{0}) / 2;
  result.observed = count_close({*pairs, ranks, ranks.of_event.data()});
  add_moments(result, static_cast<double>(events.size()), pairs->degree, time);
  const auto replicas = count_replicas(*pairs, ranks, options, progress);
  if (progress.is_cancelled()) return cancelled();
  const auto as_large = std::ranges::count_if(replicas, [&](std::int64_t count) { return count >= result.observed; });
  result.p = static_cast<double>(1 + as_large) / static_cast<double>(options.replicas + 1);
  return result;
}

Result<std::vector<KnoxBand>> knox_bands(std::span<const TimedPoint> events, const KnoxBandOptions& options,
                                         const Progress& progress) {
  if (const auto fine = check_events(events); !fine) return Failure(fine.error());
  if (const auto fine = check_limits(options.limits_m, "limits_m"); !fine) return Failure(fine.error());
  if (const auto fine = check_limits(options.limits_days, "limits_days"); !fine) return Failure(fine.error());
  if (const auto fine = check_replicas(options.replicas); !fine) return Failure(fine.error());
  const auto pairs = close_pairs(events, options.limits_m.back());
  if (!pairs) return Failure(pairs.error());
  std::vector<std::uint8_t> space_band;
  std::vector<std::int64_t> in_space(options.limits_m.size(), 0);
  for (std::size_t i = 0; i + 1 < pairs->first.size(); ++i)
    for (std::size_t k = pairs->first[i]; k < pairs->first[i + 1]; ++k) {
      const double apart = geo::distance_m(events[i].point, events[pairs->partners[k]].point);
      const auto band = std::min(band_of(options.limits_m, apart), options.limits_m.size() - 1);
      space_band.push_back(static_cast<std::uint8_t>(band));
      ++in_space[band];
    }
  std::vector<double> days;
  for (const auto& event : events) days.push_back(event.day);
  const auto count = [&](const std::vector<double>& dealt) {
    return count_bands(*pairs, space_band, dealt, options.limits_days, in_space.size());
  };
  const auto observed = count(days);
  std::vector<std::vector<std::int64_t>> replicas(static_cast<std::size_t>(options.replicas));
  std::atomic<std::int32_t> done{0};
  parallel_for(replicas.size(), options.threads, [&](std::size_t replica) {
    if (progress.is_cancelled()) return;
    BulkRandom random(options.seed, replica);
    std::vector<double> dealt = days;
    random.shuffle(std::span(dealt));
    replicas[replica] = count(dealt);
    progress.report(static_cast<double>(++done) / options.replicas);
  });
  if (progress.is_cancelled()) return cancelled();
  const auto in_time = pairs_within(events, options.limits_days);
  const auto n = static_cast<double>(events.size());
  std::vector<KnoxBand> bands;
  for (std::size_t s = 0; s < options.limits_m.size(); ++s)
    for (std::size_t t = 0; t < options.limits_days.size(); ++t) {
      KnoxBand band{.from_m = s == 0 ? 0 : options.limits_m[s - 1],
                    .to_m = options.limits_m[s],
                    .from_days = t == 0 ? 0 : options.limits_days[t - 1],
                    .to_days = options.limits_days[t],
                    .observed = observed[bands.size()],
                    .ratio = {}};
      const auto time_pairs = static_cast<double>(in_time[t] - (t == 0 ? 0 : in_time[t - 1]));
      band.expected = static_cast<double>(in_space[s]) * time_pairs / (n * (n - 1) / 2);
      if (band.expected > 0) band.ratio = static_cast<double>(band.observed) / band.expected;
      const auto as_large =
          std::ranges::count_if(replicas, [&](const auto& counts) { return counts[bands.size()] >= band.observed; });
      band.p = static_cast<double>(1 + as_large) / static_cast<double>(options.replicas + 1);
      bands.push_back(band);
    }
  return bands;
}

Result<std::vector<LocalKnox>> local_knox(std::span<const TimedPoint> events, Metres near, double near_days,
                                          const Progress& progress) {
  if (const auto fine = check_events(events); !fine) return Failure(fine.error());
  if (const auto fine = check_reach(near, near_days); !fine) return Failure(fine.error());
  const auto pairs = close_pairs(events, near.value);
  if (!pairs) return Failure(pairs.error());
  const auto time = time_degrees(ranks_within(events, near_days));
  std::vector<LocalKnox> result(events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    for (std::size_t k = pairs->first[i]; k < pairs->first[i + 1]; ++k) {
      const auto j = pairs->partners[k];
      if (std::abs(events[i].day - events[j].day) > near_days) continue;
      ++result[i].observed;
      ++result[j].observed;
    }
  const auto others = static_cast<std::int64_t>(events.size()) - 1;
  std::vector<double> p;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i % report_every == 0) {
      if (progress.is_cancelled()) return cancelled();
      progress.report(static_cast<double>(i) / static_cast<double>(events.size()));
    }
    result[i].expected =
        static_cast<double>(pairs->degree[i]) * static_cast<double>(time[i]) / static_cast<double>(others);
    result[i].p = hypergeometric_tail(others, time[i], pairs->degree[i], result[i].observed);
    p.push_back(result[i].p);
  }
  const auto q = adjusted(p, DiscoveryControl::bh);
  for (std::size_t i = 0; i < events.size(); ++i) result[i].q = q[i];
  return result;
}

}  // namespace quadrille::analysis
