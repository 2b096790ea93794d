#include "engine/analysis/scan_lanes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace quadrille::analysis {
namespace {

constexpr std::size_t lanes = 32;

// The least count that makes the statistic reach `floor`, by window length and events of the zone.
class Thresholds {
 public:
  Thresholds(const WindowTotals& totals, std::int64_t events_max, double floor)
      : width_(static_cast<std::size_t>(events_max) + 1) {
    least_.resize(width_ * static_cast<std::size_t>(totals.lengths()));
    for (int k = 0; k < totals.lengths(); ++k) {
      std::int64_t count = 2;
      for (std::int64_t events = 0; events <= events_max; ++events) {
        // More events in the zone: more expected, so the least count never falls.
        while (count <= events && totals.log_likelihood_ratio(count, events, k) < floor) ++count;
        const bool is_reachable = count <= events && count <= totals.in_window(k);
        least_[static_cast<std::size_t>(k) * width_ + static_cast<std::size_t>(events)] =
            static_cast<std::int32_t>(is_reachable ? count : std::numeric_limits<std::int32_t>::max());
      }
    }
  }
  [[nodiscard]] std::int32_t least(int length_index, std::int64_t events) const {
    return least_[static_cast<std::size_t>(length_index) * width_ + static_cast<std::size_t>(events)];
  }

 private:
  std::size_t width_;
  std::vector<std::int32_t> least_;
};

// Adds one place's counts (all lengths, all lanes) to the zone's.
template <class Count>
__attribute__((always_inline)) inline void add_counts(Count* __restrict sum, const Count* __restrict place,
                                                      std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) sum[i] = static_cast<Count>(sum[i] + place[i]);
}

// The largest of the lanes.
template <class Count>
__attribute__((always_inline)) inline Count largest(const Count* __restrict values) {
  Count most = values[0];
  for (std::size_t lane = 1; lane < lanes; ++lane) most = values[lane] > most ? values[lane] : most;
  return most;
}

struct Job {
  const ScanInput& input;
  const ScanZones& zones;
  const WindowTotals& totals;
  Seed seed;
};

// Counts of 32 replicas by place, length of window and lane.
template <class Count>
class Batch {
 public:
  explicit Batch(const Job& job)
      : job_(job),
        lengths_(static_cast<std::size_t>(job.totals.lengths())),
        counts_(job.input.places().size() * lengths_ * lanes),
        deck_(job.input.event_places().size()) {}

  // Deals the events of the last days anew, for replicas first .. first + 31.
  void deal(std::size_t first) {
    std::ranges::fill(counts_, Count{0});
    const auto& places = job_.input.event_places();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Random random(job_.seed, first + lane);
      std::iota(deck_.begin(), deck_.end(), 0U);
      std::size_t dealt = 0;
      for (std::size_t k = 0; k < lengths_; ++k) {
        const auto until = static_cast<std::size_t>(job_.totals.in_window(static_cast<int>(k)));
        for (; dealt < until; ++dealt) {
          const auto pick = dealt + random.next_below(static_cast<std::uint32_t>(deck_.size() - dealt));
          std::swap(deck_[dealt], deck_[pick]);
          ++counts_[(places[deck_[dealt]] * lengths_ + k) * lanes + lane];
        }
      }
    }
    for (std::size_t place = 0; place < job_.input.places().size(); ++place)
      for (std::size_t k = 1; k < lengths_; ++k) add_counts(at(place, k), at(place, k - 1), lanes);
  }

  // Raises best[lane] to the largest statistic of each lane that reaches the thresholds' floor.
  __attribute__((always_inline)) inline void search_body(const Thresholds& thresholds,
                                                         std::array<double, lanes>& best) const {
    std::vector<Count> sum(lengths_ * lanes);
    for (std::size_t centre = 0; centre < job_.input.places().size(); ++centre) {
      std::fill(sum.begin(), sum.end(), Count{0});
      for (const auto& step : job_.zones.of(centre)) {
        add_counts(sum.data(), at(step.place, 0), lengths_ * lanes);
        if (!step.ends_zone) continue;
        for (std::size_t k = 0; k < lengths_; ++k) {
          const std::int32_t least = thresholds.least(static_cast<int>(k), step.events);
          if (static_cast<std::int32_t>(largest(sum.data() + k * lanes)) >= least)
            take_hits(sum.data() + k * lanes, least, step.events, static_cast<int>(k), best);
        }
      }
    }
  }
#if defined(__x86_64__)
  __attribute__((target("avx2"))) void search_wide(const Thresholds& thresholds,
                                                   std::array<double, lanes>& best) const {
    search_body(thresholds, best);
  }
#endif
  void search_narrow(const Thresholds& thresholds, std::array<double, lanes>& best) const {
    search_body(thresholds, best);
  }

  void search(const Thresholds& thresholds, std::array<double, lanes>& best) const {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return search_wide(thresholds, best);
#endif
    search_narrow(thresholds, best);
  }

 private:
  [[nodiscard]] Count* at(std::size_t place, std::size_t k) { return counts_.data() + (place * lengths_ + k) * lanes; }
  [[nodiscard]] const Count* at(std::size_t place, std::size_t k) const {
    return counts_.data() + (place * lengths_ + k) * lanes;
  }

  __attribute__((noinline)) void take_hits(const Count* counts, std::int32_t least, std::int64_t events, int k,
                                           std::array<double, lanes>& best) const {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      if (static_cast<std::int32_t>(counts[lane]) >= least)
        best[lane] = std::max(best[lane], job_.totals.log_likelihood_ratio(counts[lane], events, k));
  }

  const Job& job_;
  std::size_t lengths_;
  std::vector<Count> counts_;
  std::vector<std::uint32_t> deck_;
};

// A floor that nearly every replica passes: four fifths of the least best of the first batch.
template <class Count>
double first_floor(const Job& job) {
  Batch<Count> batch(job);
  batch.deal(0);
  for (double floor = 3; floor > 0.05; floor /= 2) {
    std::array<double, lanes> best{};
    batch.search(Thresholds(job.totals, job.zones.events_max(), floor), best);
    const double least = *std::ranges::min_element(best);
    if (least > 0) return 0.8 * least;
  }
  return 0;
}

template <class Count>
bool run_batches(const Job& job, const ScanOptions& options, const Progress& progress, std::vector<double>& maxima) {
  const double floor = first_floor<Count>(job);
  const Thresholds usual(job.totals, job.zones.events_max(), floor);
  const Thresholds any(job.totals, job.zones.events_max(), 0);
  const std::size_t batches = (maxima.size() + lanes - 1) / lanes;
  std::atomic<std::size_t> done{0};
  parallel_for(batches, options.threads, [&](std::size_t b) {
    if (progress.is_cancelled()) return;
    Batch<Count> batch(job);
    batch.deal(b * lanes);
    std::array<double, lanes> best{};
    batch.search(usual, best);
    if (floor > 0 && *std::ranges::min_element(best) <= 0) batch.search(any, best);
    for (std::size_t lane = 0; lane < lanes && b * lanes + lane < maxima.size(); ++lane)
      maxima[b * lanes + lane] = best[lane];
    progress.report(static_cast<double>(++done) / static_cast<double>(batches));
  });
  return !progress.is_cancelled();
}

}  // namespace

Result<std::vector<double>> replica_maxima(const ScanInput& input, const ScanZones& zones, const WindowTotals& totals,
                                           const ScanOptions& options, const Progress& progress) {
  const Job job{input, zones, totals, options.seed};
  std::vector<double> maxima(static_cast<std::size_t>(options.replicas));
  const bool fits_16_bits = zones.events_max() < std::numeric_limits<std::int16_t>::max();
  const bool is_done = fits_16_bits ? run_batches<std::int16_t>(job, options, progress, maxima)
                                    : run_batches<std::int32_t>(job, options, progress, maxima);
  if (!is_done) return refuse(ErrorKind::unavailable, {"calcul annulé", "computation cancelled"});
  return maxima;
}

}  // namespace quadrille::analysis
