#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/analysis/scan_lanes.h"
#include "engine/analysis/scan_windows.h"

// What the searches of a scan's replicas share. Counts of thirty-two replicas lie side by side, one a lane; what is
// expected is the same in all, so a cylinder is judged by one comparison with a whole number for all lanes.

namespace quadrille::analysis {

constexpr std::size_t scan_lanes = 32;

// All lanes' counts as vectors of Bytes; sums wrap around, differences of windows are right all the same.
template <class Count, std::size_t Bytes>
struct ScanVectors {
  using Unsigned = std::make_unsigned_t<Count>;
  static constexpr std::size_t size = scan_lanes * sizeof(Count) / Bytes;
  typedef Unsigned Sum __attribute__((vector_size(Bytes)));
  typedef Count Signed __attribute__((vector_size(Bytes)));

  __attribute__((always_inline)) static inline bool is_any(const Signed (&hits)[size]) {
    using Word = std::conditional_t<(Bytes < 8), Count, std::uint64_t>;
    Word any = 0;
    for (const auto& hit : hits) {
      Word words[Bytes / sizeof(Word)];
      std::memcpy(words, &hit, Bytes);
      for (const auto word : words) any = static_cast<Word>(any | word);
    }
    return any != 0;
  }
};

template <class Unsigned>
struct FreeAligned {
  void operator()(Unsigned* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
};
template <class Unsigned>
using AlignedCounts = std::unique_ptr<Unsigned[], FreeAligned<Unsigned>>;
template <class Unsigned>
AlignedCounts<Unsigned> allocate_counts(std::size_t size) {
  return AlignedCounts<Unsigned>(
      static_cast<Unsigned*>(::operator new[](size * sizeof(Unsigned), std::align_val_t{64})));
}

// The largest statistic of each lane so far, and the highest floor of the ladder that it reaches.
struct LaneBest {
  std::array<double, scan_lanes> value{};
  std::array<std::uint8_t, scan_lanes> level{};
  std::uint8_t least_level = 0;

  [[nodiscard]] double least() const { return *std::ranges::min_element(value); }
};

template <class Count>
using LaneCounts = std::array<Count, scan_lanes>;

// Calls is_enough(lane) for the lanes whose hit is not 0, until one is.
template <class Count, class IsEnough>
bool any_hit(const LaneCounts<Count>& hits, const IsEnough& is_enough) {
  constexpr std::size_t per_word = sizeof(std::uint64_t) / sizeof(Count);
  for (std::size_t first = 0; first < scan_lanes; first += per_word) {
    std::uint64_t word = 0;
    std::memcpy(&word, hits.data() + first, sizeof word);
    if (word == 0) continue;
    for (std::size_t lane = first; lane < first + per_word; ++lane)
      if (hits[lane] != 0 && is_enough(lane)) return true;
  }
  return false;
}

// Thresholds at floors that climb: once every lane has reached a floor nothing under it matters, and a lane that is
// higher up turns away what does not reach its own. For some floors, by row of circles and slot, the count that must be
// exceeded; kept as tables where they are small, else filled row by row.
template <class Count>
class Ladder {
 public:
  Ladder(const ScanTerms& terms, double lowest) : terms_(terms), slots_(terms.slot_count()) {
    const int levels = lowest > 0 ? rungs : 1;
    for (int level = 0; level < levels; ++level) {
      floors_.push_back(lowest);
      thresholds_.emplace_back(terms, lowest);
      lowest *= rung;
    }
    const std::size_t size = terms.rows() * slots_;
    if (size * tables_max > table_max) return;
    for (std::size_t level = 0; level < floors_.size(); level += rungs_per_table) {
      auto& table = tables_.emplace_back(size);
      for (std::uint32_t row = 0; row < terms.rows(); ++row)
        thresholds_[level].fill_row(terms, row, std::span(table).subspan(row * slots_, slots_), none);
    }
  }
  [[nodiscard]] std::size_t slots() const { return slots_; }

  // Of a floor every lane has reached; `scratch` has room for slots().
  [[nodiscard]] const Count* row(const LaneBest& best, std::uint32_t row, std::vector<Count>& scratch) const {
    if (!tables_.empty()) return tables_[best.least_level / rungs_per_table].data() + row * slots_;
    thresholds_[best.least_level].fill_row(terms_, row, std::span(scratch), none);
    return scratch.data();
  }
  // Whether a lane that hit may still rise with its count where `expected` are expected.
  [[nodiscard]] bool may_raise(const LaneCounts<Count>& hits, const LaneCounts<Count>& counts, double expected,
                               const LaneBest& best) const {
    return any_hit(hits,
                   [&](std::size_t lane) { return thresholds_[best.level[lane]].may_reach(counts[lane], expected); });
  }
  // Counts of a cylinder: a logarithm only where the lane's own floor does not turn the count away.
  void raise(const LaneCounts<Count>& hits, const LaneCounts<Count>& counts, double expected, LaneBest& best) const {
    any_hit(hits, [&](std::size_t lane) {
      auto& level = best.level[lane];
      if (!thresholds_[level].may_reach(counts[lane], expected)) return false;
      best.value[lane] = std::max(best.value[lane], terms_.log_likelihood_ratio(counts[lane], expected));
      while (level + 1U < floors_.size() && floors_[level + 1U] <= best.value[lane]) ++level;
      return false;
    });
  }
  static void settle(LaneBest& best) { best.least_level = *std::ranges::min_element(best.level); }

 private:
  static constexpr int rungs = 16;
  static constexpr double rung = 1.06;
  static constexpr std::size_t rungs_per_table = 4;
  static constexpr std::size_t tables_max = rungs / rungs_per_table;
  static constexpr std::size_t table_max = 32'000'000;
  static constexpr Count none = std::numeric_limits<Count>::max();
  const ScanTerms& terms_;
  std::size_t slots_;
  std::vector<double> floors_;
  std::vector<ScanFloor> thresholds_;
  std::vector<std::vector<Count>> tables_;
};

// Counts and hits taken out of their vectors.
template <class Count, class Vector, std::size_t size>
__attribute__((always_inline)) inline LaneCounts<Count> lane_counts(const Vector (&vectors)[size]) {
  LaneCounts<Count> counts;
  static_assert(sizeof counts == sizeof vectors);
  std::memcpy(counts.data(), vectors, sizeof counts);
  return counts;
}

// A circle: its places, where its windows' slots are counted from, and the row of what is expected in it.
struct ScanCircle {
  std::span<const ZoneStep> steps;
  const std::int32_t* slots;
  std::uint32_t row;
};

}  // namespace quadrille::analysis
