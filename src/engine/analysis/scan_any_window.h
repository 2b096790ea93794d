#pragma once

#include <vector>

#include "engine/analysis/scan_deal.h"
#include "engine/analysis/scan_vectors.h"

namespace quadrille::analysis {

// Replicas, one a lane, of a scan whose windows end on any day: counts as [place][column][lane], cumulative over
// columns.
template <class CountOf>
class AnyWindowBatch {
 public:
  using Count = CountOf;
  static constexpr std::size_t lanes = scan_lanes<Count>;

  AnyWindowBatch(const ScanJob& job, LaneWidth)
      : job_(job),
        columns_(static_cast<std::size_t>(job.windows.columns())),
        row_(columns_ * lanes),
        blocks_(blocks_of_a_seventh(job.windows.longest())),
        counts_(allocate_counts<Count>(job.input.places().size() * row_)),
        sum_(allocate_counts<Count>(row_)),
        slot_sum_(columns_),
        dealer_(job.input, job.windows, job.options.mode) {}

  // The slots whose limits a search asks its ladder for, ascending.
  [[nodiscard]] static std::vector<std::int32_t> slots_of(const ScanJob& job) { return job.terms.all_slots(); }

  void deal(std::size_t first) {
    const auto places = job_.input.places().size();
    std::fill_n(counts_.get(), places * row_, Count{0});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      BulkRandom random(job_.options.seed, first + lane);
      Count* const counts = counts_.get() + lane;
      dealer_.deal(random, [&](std::uint32_t place, std::uint32_t column) { ++counts[place * row_ + column * lanes]; });
    }
    for (std::size_t place = 0; place < places; ++place) {
      Count* const row = counts_.get() + place * row_;
      for (std::size_t i = lanes; i < row_; ++i) row[i] = static_cast<Count>(row[i] + row[i - lanes]);
    }
  }

  // Raises best to the largest statistic of each lane that reaches the ladder's lowest floor.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void search(const Ladder<Count>& ladder, const Progress& progress,
                                                    LaneBest<Count>& best) {
    std::vector<Count> scratch(ladder.slots());
    const bool has_own_slots = job_.terms.has_slots_of_places();
    const std::int32_t* slots = has_own_slots ? slot_sum_.data() : job_.terms.slots().data();
    for (const auto centre : job_.zones.walk()) {
      if (progress.is_cancelled()) return;
      std::fill_n(sum_.get(), row_, Count{0});
      std::ranges::fill(slot_sum_, 0);
      const auto steps = job_.zones.new_of(centre);
      for (std::size_t s = 0; s < steps.size(); ++s) {
        add_place<Bytes>(steps[s].place);
        if (has_own_slots) job_.terms.add_slots_of(steps[s].place, slot_sum_);
        if (steps[s].is_new) try_windows<Bytes>(ladder, {steps.first(s + 1), slots, steps[s].row}, scratch, best);
      }
      Ladder<Count>::settle(best);
    }
  }

 private:
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void add_place(std::uint32_t place) {
    using Sum = typename ScanVectors<Count, Bytes>::Vector;
    auto* const sum = reinterpret_cast<Sum*>(sum_.get());
    const auto* const more = reinterpret_cast<const Sum*>(counts_.get() + place * row_);
    const std::size_t vectors = row_ * sizeof(Count) / Bytes;
    for (std::size_t i = 0; i < vectors; ++i) sum[i] += more[i];
  }

  // One circle: for each last day all blocks of windows, all lanes; a comparison each.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void try_windows(const Ladder<Count>& ladder, const ScanCircle& circle,
                                                         std::vector<Count>& scratch, LaneBest<Count>& best) {
    using V = ScanVectors<Count, Bytes>;
    const Count* const least = ladder.row(best, circle.row, scratch);
    const auto* const sum = reinterpret_cast<const typename V::Vector*>(sum_.get());
    const auto& windows = job_.windows;
    for (int end = windows.first_end(); end < windows.columns(); ++end) {
      typename V::Vector last[V::size];
      typename V::Vector hits[V::size];
      for (std::size_t v = 0; v < V::size; ++v) {
        last[v] = sum[static_cast<std::size_t>(end) * V::size + v];
        hits[v] = typename V::Vector{};
      }
      const int earliest = windows.earliest_start(end);
      const std::int32_t end_slot = circle.slots[end];
      for (const auto& block : blocks_) {
        if (end - block.shortest < earliest) break;
        const auto from = static_cast<std::size_t>(std::max(end - block.longest, earliest));
        const Count limit = least[end_slot - circle.slots[end - block.shortest]];
        for (std::size_t v = 0; v < V::size; ++v) V::add_hits(hits[v], last[v] - sum[from * V::size + v], limit);
      }
      if (V::is_any(hits)) take_hits<Bytes>(ladder, least, circle, end, best);
    }
  }

  // The windows that end there, one by one: which of them hit, in which lanes.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void take_hits(const Ladder<Count>& ladder, const Count* least,
                                                       const ScanCircle& circle, int end, LaneBest<Count>& best) const {
    using V = ScanVectors<Count, Bytes>;
    const auto* const sum = reinterpret_cast<const typename V::Vector*>(sum_.get());
    for (int from = job_.windows.earliest_start(end); from < end; ++from) {
      const std::int32_t slot = circle.slots[end] - circle.slots[from];
      typename V::Vector inside[V::size];
      typename V::Vector hits[V::size] = {};
      for (std::size_t v = 0; v < V::size; ++v) {
        inside[v] =
            sum[static_cast<std::size_t>(end) * V::size + v] - sum[static_cast<std::size_t>(from) * V::size + v];
        V::add_hits(hits[v], inside[v], least[slot]);
      }
      if (!V::is_any(hits)) continue;
      ladder.raise(lane_counts<Count>(hits), lane_counts<Count>(inside), job_.terms.expected(circle.row, slot), best);
    }
  }

  const ScanJob& job_;
  std::size_t columns_;
  std::size_t row_;
  std::vector<WindowBlock> blocks_;
  AlignedCounts<Count> counts_;
  AlignedCounts<Count> sum_;
  std::vector<std::int32_t> slot_sum_;
  ScanDealer dealer_;
};

}  // namespace quadrille::analysis
