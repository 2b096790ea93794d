#pragma once

#include <algorithm>
#include <array>
#include <bit>
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

// What the searches of a scan's replicas share. Counts of many replicas lie side by side, one a lane; what is expected
// is the same in all, so a cylinder is judged by one comparison with a whole number for all lanes.

namespace quadrille::analysis {

// 64 bytes of counts, one replica a lane.
template <class Count>
constexpr std::size_t scan_lanes = 64 / sizeof(Count);

// All lanes' counts as vectors of Bytes. Counts are unsigned; sums over days may wrap around, differences of windows
// are right all the same.
template <class Count, std::size_t Bytes>
struct ScanVectors {
  static constexpr std::size_t size = scan_lanes<Count> * sizeof(Count) / Bytes;
  typedef Count Vector __attribute__((vector_size(Bytes)));

  // Makes `hits` not 0 in the lanes whose count is above the limit, too.
  __attribute__((always_inline)) static inline void add_hits(Vector& hits, const Vector& counts, Count limit) {
    const Vector limits = Vector{} + limit;
    hits |= (counts > limits ? counts : limits) ^ limits;
  }
  __attribute__((always_inline)) static inline bool is_any(const Vector (&hits)[size]) {
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

template <class Count>
struct FreeAligned {
  void operator()(Count* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
};
template <class Count>
using AlignedCounts = std::unique_ptr<Count[], FreeAligned<Count>>;
template <class Count>
AlignedCounts<Count> allocate_counts(std::size_t size) {
  return AlignedCounts<Count>(static_cast<Count*>(::operator new[](size * sizeof(Count), std::align_val_t{64})));
}

// The largest statistic of each lane so far, and the highest floor of the ladder that it reaches.
template <class Count>
struct LaneBest {
  std::array<double, scan_lanes<Count>> value{};
  std::array<std::uint8_t, scan_lanes<Count>> level{};
  std::uint8_t least_level = 0;  // as of the last settle()
  bool has_climbed = false;      // since then

  [[nodiscard]] double least() const { return *std::ranges::min_element(value); }
};

template <class Count>
using LaneCounts = std::array<Count, scan_lanes<Count>>;

// Calls take(lane) for the lanes whose hit is not 0.
template <class Count, class Take>
void for_hits(const LaneCounts<Count>& hits, const Take& take) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::size_t per_word = sizeof(std::uint64_t) / sizeof(Count);
  constexpr int bits = 8 * sizeof(Count);
  for (std::size_t first = 0; first < scan_lanes<Count>; first += per_word) {
    std::uint64_t word = 0;
    std::memcpy(&word, hits.data() + first, sizeof word);
    while (word != 0) {
      const int lane = std::countr_zero(word) / bits;
      take(first + static_cast<std::size_t>(lane));
      word &= ~(std::uint64_t{std::numeric_limits<Count>::max()} << (lane * bits));
    }
  }
}

// Thresholds at floors that climb: once every lane has reached a floor nothing under it matters, and a lane that is
// higher up turns away what does not reach its own. For some floors, by row of circles and slot, the count that must be
// exceeded; kept as tables where they are small, else filled row by row.
template <class Count>
class Ladder {
 public:
  // `slots`: those whose limits are asked for, ascending.
  Ladder(const ScanTerms& terms, std::vector<std::int32_t> slots, double lowest)
      : terms_(terms), slots_(std::move(slots)) {
    const int levels = lowest > 0 ? rungs : 1;
    for (int level = 0; level < levels; ++level) {
      floors_.push_back(lowest);
      thresholds_.emplace_back(terms, lowest);
      lowest *= rung;
    }
    const std::size_t size = terms.rows() * slots_.size();
    if (size * tables_max > table_max) return;
    for (std::size_t level = 0; level < floors_.size(); level += rungs_per_table) {
      auto& table = tables_.emplace_back(size);
      for (std::uint32_t row = 0; row < terms.rows(); ++row)
        fill_row(level, row, std::span(table).subspan(row * slots_.size(), slots_.size()));
    }
  }
  [[nodiscard]] std::size_t slots() const { return slots_.size(); }

  // The limits of a floor every lane has reached, [row][slot]; nullptr where there are no tables.
  [[nodiscard]] const Count* table(const LaneBest<Count>& best) const {
    return tables_.empty() ? nullptr : tables_[best.least_level / rungs_per_table].data();
  }
  // Those of a row, in order of the slots; `scratch` has room for them.
  [[nodiscard]] const Count* row(const LaneBest<Count>& best, std::uint32_t row, std::vector<Count>& scratch) const {
    row = terms_.is_one_row() ? 0 : row;
    if (const Count* const all = table(best)) return all + row * slots_.size();
    fill_row(best.least_level, row, std::span(scratch));
    return scratch.data();
  }
  // Whether a lane may still rise with its count where `expected` are expected.
  [[nodiscard]] bool may_raise(std::size_t lane, Count count, double expected, const LaneBest<Count>& best) const {
    return thresholds_[best.level[lane]].may_reach(count, expected);
  }
  // A count of a cylinder: a logarithm only where the lane's own floor does not turn it away.
  void raise(std::size_t lane, Count count, double expected, LaneBest<Count>& best) const {
    auto& level = best.level[lane];
    if (!thresholds_[level].may_reach(count, expected)) return;
    best.value[lane] = std::max(best.value[lane], terms_.log_likelihood_ratio(count, expected));
    for (; level + 1U < floors_.size() && floors_[level + 1U] <= best.value[lane]; ++level) best.has_climbed = true;
  }
  // The same in the lanes that hit.
  void raise(const LaneCounts<Count>& hits, const LaneCounts<Count>& counts, double expected,
             LaneBest<Count>& best) const {
    for_hits<Count>(hits, [&](std::size_t lane) { raise(lane, counts[lane], expected, best); });
  }
  static void settle(LaneBest<Count>& best) {
    if (!best.has_climbed) return;
    best.least_level = *std::ranges::min_element(best.level);
    best.has_climbed = false;
  }

 private:
  static constexpr int rungs = 16;
  static constexpr double rung = 1.06;
  static constexpr std::size_t rungs_per_table = 2;
  static constexpr std::size_t tables_max = rungs / rungs_per_table;
  static constexpr std::size_t table_max = 32'000'000;
  static constexpr Count none = std::numeric_limits<Count>::max();

  void fill_row(std::size_t level, std::uint32_t row, std::span<Count> out) const {
    thresholds_[level].fill_row(terms_, row, slots_, out, none);
  }

  const ScanTerms& terms_;
  std::vector<std::int32_t> slots_;
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
