#include "engine/analysis/scan_lanes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>

#include "engine/analysis/scan_deal.h"

namespace quadrille::analysis {
namespace {

constexpr std::size_t lanes = 32;
using Best = std::array<double, lanes>;

// The thresholds of one floor: for each row of circles and slot the count that must be exceeded. Kept as a table where
// it is small, else filled row by row.
template <class Count>
class Thresholds {
 public:
  Thresholds(const ScanTerms& terms, double floor) : terms_(terms), floor_(terms, floor), slots_(terms.slot_count()) {
    if (terms.rows() * slots_ > table_max) return;
    table_.resize(terms.rows() * slots_);
    for (std::uint32_t row = 0; row < terms.rows(); ++row)
      floor_.fill_row(terms, row, std::span(table_).subspan(row * slots_, slots_), none);
  }
  [[nodiscard]] std::size_t slots() const { return slots_; }
  // `scratch` has room for slots().
  [[nodiscard]] const Count* row(std::uint32_t row, std::vector<Count>& scratch) const {
    if (!table_.empty()) return table_.data() + row * slots_;
    floor_.fill_row(terms_, row, std::span(scratch), none);
    return scratch.data();
  }

 private:
  static constexpr std::size_t table_max = 32'000'000;
  static constexpr Count none = std::numeric_limits<Count>::max();
  const ScanTerms& terms_;
  ScanFloor floor_;
  std::size_t slots_;
  std::vector<Count> table_;
};

// All lanes' counts as vectors of Bytes; sums wrap around, differences of windows are right all the same.
template <class Count, std::size_t Bytes>
struct Vectors {
  using Unsigned = std::make_unsigned_t<Count>;
  static constexpr std::size_t per_vector = Bytes / sizeof(Count);
  static constexpr std::size_t size = lanes / per_vector;
  typedef Unsigned Sum __attribute__((vector_size(Bytes)));
  typedef Count Signed __attribute__((vector_size(Bytes)));
};

template <class Count>
struct Aligned {
  void operator()(Count* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
};

// Counts of 32 replicas, [place][column][lane], cumulative over columns.
template <class Count>
class Batch {
 public:
  using Unsigned = std::make_unsigned_t<Count>;

  explicit Batch(const ScanJob& job)
      : job_(job),
        columns_(static_cast<std::size_t>(job.windows.columns())),
        row_(columns_ * lanes),
        counts_(allocate(job.input.places().size() * row_)),
        sum_(allocate(row_)),
        slot_sum_(columns_),
        dealer_(job.input, job.windows, job.options.mode) {}

  void deal(std::size_t first) {
    const auto places = job_.input.places().size();
    std::fill_n(counts_.get(), places * row_, Unsigned{0});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Random random(job_.options.seed, first + lane);
      Unsigned* const lane_counts = counts_.get() + lane;
      dealer_.deal(random,
                   [&](std::uint32_t place, std::uint32_t column) { ++lane_counts[place * row_ + column * lanes]; });
    }
    for (std::size_t place = 0; place < places; ++place) {
      Unsigned* const row = counts_.get() + place * row_;
      for (std::size_t i = lanes; i < row_; ++i) row[i] = static_cast<Unsigned>(row[i] + row[i - lanes]);
    }
  }

  // Raises best[lane] to the largest statistic of each lane that reaches the thresholds' floor.
  void search(const Thresholds<Count>& thresholds, LaneWidth width, const Progress& progress, Best& best) {
#if defined(__x86_64__)
    if (width == LaneWidth::widest)
      width = has_lane_width(LaneWidth::wide)     ? LaneWidth::wide
              : has_lane_width(LaneWidth::narrow) ? LaneWidth::narrow
                                                  : LaneWidth::scalar;
    if (width == LaneWidth::wide) return search_wide(thresholds, progress, best);
    if (width == LaneWidth::narrow) return search_narrow(thresholds, progress, best);
#endif
    search_body<sizeof(Count)>(thresholds, progress, best);
  }

 private:
  using Buffer = std::unique_ptr<Unsigned[], Aligned<Unsigned>>;
  static Buffer allocate(std::size_t size) {
    return Buffer(static_cast<Unsigned*>(::operator new[](size * sizeof(Unsigned), std::align_val_t{64})));
  }

#if defined(__x86_64__)
  __attribute__((target("avx512bw,avx512vl,avx2"))) void search_wide(const Thresholds<Count>& thresholds,
                                                                     const Progress& progress, Best& best) {
    search_body<64>(thresholds, progress, best);
  }
  __attribute__((target("avx2"))) void search_narrow(const Thresholds<Count>& thresholds, const Progress& progress,
                                                     Best& best) {
    search_body<32>(thresholds, progress, best);
  }
#endif

  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void search_body(const Thresholds<Count>& thresholds, const Progress& progress,
                                                         Best& best) {
    std::vector<Count> scratch(thresholds.slots());
    const bool has_own_slots = job_.terms.has_slots_of_places();
    const std::int32_t* slots = has_own_slots ? slot_sum_.data() : job_.terms.slots().data();
    for (const auto centre : job_.zones.walk()) {
      if (progress.is_cancelled()) return;
      std::fill_n(sum_.get(), row_, Unsigned{0});
      std::ranges::fill(slot_sum_, 0);
      for (const auto& step : job_.zones.new_of(centre)) {
        add_place<Bytes>(step.place);
        if (has_own_slots) add_slots(step.place);
        if (step.is_new) scan_windows<Bytes>(thresholds.row(step.row, scratch), slots, step.row, best);
      }
    }
  }

  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void add_place(std::uint32_t place) {
    using Sum = typename Vectors<Count, Bytes>::Sum;
    auto* const sum = reinterpret_cast<Sum*>(sum_.get());
    const auto* const more = reinterpret_cast<const Sum*>(counts_.get() + place * row_);
    const std::size_t vectors = row_ * sizeof(Count) / Bytes;
    for (std::size_t i = 0; i < vectors; ++i) sum[i] += more[i];
  }

  void add_slots(std::uint32_t place) {
    const auto more = job_.terms.individuals_at(place);
    for (std::size_t c = 0; c < columns_; ++c) slot_sum_[c] += more[c];
  }

  // One circle: all windows, all lanes; a comparison each.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void scan_windows(const Count* least, const std::int32_t* slots,
                                                          std::uint32_t row, Best& best) {
    using V = Vectors<Count, Bytes>;
    const auto* const sum = reinterpret_cast<const typename V::Sum*>(sum_.get());
    for (int end = job_.windows.first_end(); end < job_.windows.columns(); ++end) {
      typename V::Sum last[V::size];
      typename V::Signed hits[V::size];
      for (std::size_t v = 0; v < V::size; ++v) {
        last[v] = sum[static_cast<std::size_t>(end) * V::size + v];
        hits[v] = typename V::Signed{};
      }
      const std::int32_t end_slot = slots[end];
      for (int from = job_.windows.earliest_start(end); from < end; ++from) {
        const Count limit = least[end_slot - slots[from]];
        for (std::size_t v = 0; v < V::size; ++v) {
          const auto inside = (typename V::Signed)(last[v] - sum[static_cast<std::size_t>(from) * V::size + v]);
          hits[v] |= inside > limit;
        }
      }
      if (is_any<Bytes>(hits)) take_hits<Bytes>(least, slots, row, end, best);
    }
  }

  template <std::size_t Bytes>
  __attribute__((always_inline)) static inline bool is_any(
      const typename Vectors<Count, Bytes>::Signed (&hits)[Vectors<Count, Bytes>::size]) {
    using Word = std::conditional_t<(Bytes < 8), Count, std::uint64_t>;
    Word any = 0;
    for (const auto& hit : hits) {
      Word words[Bytes / sizeof(Word)];
      std::memcpy(words, &hit, Bytes);
      for (const auto word : words) any = static_cast<Word>(any | word);
    }
    return any != 0;
  }

  // The windows that end there, one by one: which of them hit, in which lanes.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void take_hits(const Count* least, const std::int32_t* slots, std::uint32_t row,
                                                       int end, Best& best) const {
    using V = Vectors<Count, Bytes>;
    const auto* const sum = reinterpret_cast<const typename V::Sum*>(sum_.get());
    for (int from = job_.windows.earliest_start(end); from < end; ++from) {
      const std::int32_t slot = slots[end] - slots[from];
      typename V::Signed inside[V::size];
      typename V::Signed hits[V::size];
      for (std::size_t v = 0; v < V::size; ++v) {
        inside[v] = (typename V::Signed)(sum[static_cast<std::size_t>(end) * V::size + v] -
                                         sum[static_cast<std::size_t>(from) * V::size + v]);
        hits[v] = inside[v] > least[slot];
      }
      if (!is_any<Bytes>(hits)) continue;
      std::array<Count, lanes> counts;
      std::memcpy(counts.data(), inside, sizeof counts);
      raise(counts, least[slot], job_.terms.expected(row, slot), best);
    }
  }

  __attribute__((noinline)) void raise(const std::array<Count, lanes>& counts, Count least, double expected,
                                       Best& best) const {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      if (counts[lane] > least)
        best[lane] = std::max(best[lane], job_.terms.log_likelihood_ratio(counts[lane], expected));
  }

  const ScanJob& job_;
  std::size_t columns_;
  std::size_t row_;
  Buffer counts_;
  Buffer sum_;
  std::vector<std::int32_t> slot_sum_;
  ScanDealer dealer_;
};

// A floor that nearly every replica passes: four fifths of the least best of the first batch.
template <class Count>
double first_floor(const ScanJob& job, LaneWidth width, const Progress& progress) {
  Batch<Count> batch(job);
  batch.deal(0);
  for (double floor = 4; floor > 0.05; floor /= 2) {
    Best best{};
    batch.search(Thresholds<Count>(job.terms, floor), width, progress, best);
    const double least = *std::ranges::min_element(best);
    if (least > 0) return 0.8 * least;
  }
  return 0;
}

// How many of `maxima` an early stop leaves: up to and with the one that makes `stop_after` as good as the observed.
std::size_t kept_after_stop(const std::vector<double>& maxima, std::int32_t stop_after, double observed_best) {
  std::int32_t as_good = 0;
  for (std::size_t i = 0; i < maxima.size() && stop_after > 0; ++i)
    if (maxima[i] >= observed_best && ++as_good == stop_after) return i + 1;
  return maxima.size();
}

template <class Count>
std::vector<double> run_batches(const ScanJob& job, double observed_best, const Progress& progress, LaneWidth width) {
  const auto& options = job.options;
  const auto wanted = static_cast<std::size_t>(options.replicas);
  const double floor = first_floor<Count>(job, width, progress);
  const Thresholds<Count> usual(job.terms, floor);
  const Thresholds<Count> any(job.terms, 0);
  const std::size_t batches = (wanted + lanes - 1) / lanes;
  // With an early stop, rounds of a fixed size, so that what is made beyond the stop is little and never counts.
  const std::size_t round = options.stop_after > 0 ? static_cast<std::size_t>(options.threads) : batches;
  std::vector<double> maxima;
  std::vector<std::unique_ptr<Batch<Count>>> spare(static_cast<std::size_t>(options.threads));
  std::atomic<std::size_t> done{0};
  for (std::size_t first = 0; first < batches && !progress.is_cancelled(); first += round) {
    const std::size_t here = std::min(round, batches - first);
    maxima.resize(std::min(wanted, (first + here) * lanes));
    const auto workers = std::min(here, static_cast<std::size_t>(options.threads));
    parallel_for(workers, options.threads, [&](std::size_t worker) {
      if (!spare[worker]) spare[worker] = std::make_unique<Batch<Count>>(job);
      for (std::size_t b = first + worker; b < first + here && !progress.is_cancelled(); b += workers) {
        spare[worker]->deal(b * lanes);
        Best best{};
        spare[worker]->search(usual, width, progress, best);
        if (floor > 0 && *std::ranges::min_element(best) <= 0) spare[worker]->search(any, width, progress, best);
        for (std::size_t lane = 0; lane < lanes && b * lanes + lane < wanted; ++lane)
          maxima[b * lanes + lane] = best[lane];
        progress.report(static_cast<double>(++done) / static_cast<double>(batches));
      }
    });
    const std::size_t kept = kept_after_stop(maxima, options.stop_after, observed_best);
    if (kept < maxima.size() || first + here >= batches) {
      maxima.resize(kept);
      break;
    }
  }
  return maxima;
}

}  // namespace

bool has_lane_width(LaneWidth width) {
#if defined(__x86_64__)
  if (width == LaneWidth::wide) return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (width == LaneWidth::narrow) return __builtin_cpu_supports("avx2");
#else
  if (width == LaneWidth::wide || width == LaneWidth::narrow) return false;
#endif
  return true;
}

Result<std::vector<double>> replica_maxima(const ScanJob& job, double observed_best, const Progress& progress,
                                           LaneWidth width) {
  const bool fits_16_bits = job.terms.most_in_window() < std::numeric_limits<std::int16_t>::max();
  auto maxima = fits_16_bits ? run_batches<std::int16_t>(job, observed_best, progress, width)
                             : run_batches<std::int32_t>(job, observed_best, progress, width);
  if (progress.is_cancelled()) return cancelled();
  return maxima;
}

}  // namespace quadrille::analysis
