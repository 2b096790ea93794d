#pragma once

#include <vector>

#include "engine/analysis/scan_deal.h"
#include "engine/analysis/scan_vectors.h"

namespace quadrille::analysis {

// Thirty-two replicas of a scan whose windows all end on the last day. Events are counted from the last day back, place
// by place, so that what is written lies together; circles are summed for one window of each block, the longest, and
// the other windows are counted only where that one hits.
template <class CountOf>
class LastDayBatch {
 public:
  using Count = CountOf;
  using Unsigned = std::make_unsigned_t<Count>;

  explicit LastDayBatch(const ScanJob& job)
      : job_(job),
        places_(job.input.places().size()),
        lengths_(static_cast<std::size_t>(job.windows.longest())),
        blocks_(blocks_for(job)),
        running_(allocate_counts<Unsigned>(places_ * scan_lanes)),
        by_length_(allocate_counts<Unsigned>(lengths_ * places_ * scan_lanes)),
        by_block_(allocate_counts<Unsigned>(places_ * blocks_.size() * scan_lanes)),
        sum_(allocate_counts<Unsigned>(blocks_.size() * scan_lanes)),
        limits_(blocks_.size()),
        slot_sum_(lengths_ + 1),
        dealer_(job.input, job.windows, job.options.mode) {}

  void deal(std::size_t first) {
    for (std::size_t lane = 0; lane < scan_lanes; ++lane) deal_lane(lane, first + lane);
    std::fill_n(running_.get(), places_ * scan_lanes, Unsigned{0});
    std::size_t block = 0;
    for (std::size_t length = 1; length <= lengths_; ++length) {
      for (std::size_t lane = 0; lane < scan_lanes; ++lane) {
        const auto& dealt = lanes_[lane];
        for (std::size_t i = dealt.first[length - 1]; i < dealt.first[length]; ++i)
          ++running_[dealt.places[i] * scan_lanes + lane];
      }
      if (static_cast<std::size_t>(blocks_[block].longest) == length)
        keep_block(block++);
      else
        std::copy_n(running_.get(), places_ * scan_lanes, by_length_.get() + (length - 1) * places_ * scan_lanes);
    }
  }

  // Raises best to the largest statistic of each lane that reaches the ladder's lowest floor.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void search(const Ladder<Count>& ladder, const Progress& progress,
                                                    LaneBest& best) {
    std::vector<Count> scratch(ladder.slots());
    const bool has_own_slots = job_.terms.has_slots_of_places();
    const std::int32_t* slots = has_own_slots ? slot_sum_.data() : job_.terms.slots().data();
    for (const auto centre : job_.zones.walk()) {
      if (progress.is_cancelled()) return;
      std::fill_n(sum_.get(), blocks_.size() * scan_lanes, Unsigned{0});
      std::ranges::fill(slot_sum_, 0);
      const auto steps = job_.zones.new_of(centre);
      std::size_t summed = 0;
      for (std::size_t s = 0; s < steps.size(); ++s) {
        if (has_own_slots) add_slots(steps[s].place);
        if (!steps[s].is_new) continue;
        try_blocks<Bytes>(ladder, {steps.first(s + 1), slots, steps[s].row}, summed, scratch, best);
        summed = s + 1;
      }
      Ladder<Count>::settle(best);
    }
  }

 private:
  // A hit costs a look at every place of the circle for each other window of its block: where circles are large, none.
  static std::vector<WindowBlock> blocks_for(const ScanJob& job) {
    constexpr std::size_t small_circle = 40;
    std::size_t circles = 0;
    std::size_t places = 0;
    for (const auto centre : job.zones.walk()) {
      const auto steps = job.zones.new_of(centre);
      for (std::size_t s = 0; s < steps.size(); ++s)
        if (steps[s].is_new) {
          ++circles;
          places += s + 1;
        }
    }
    return places > small_circle * circles ? blocks_of_one(job.windows.longest())
                                           : blocks_of_a_seventh(job.windows.longest());
  }

  // Places of one replica's events, the last day's first; first[n]: the events of the last n days are those before it.
  struct Dealt {
    std::vector<std::uint32_t> places;
    std::vector<std::size_t> first;
  };

  void deal_lane(std::size_t lane, std::size_t replica) {
    auto& dealt = lanes_[lane];
    dealt.places.resize(dealer_.most());
    length_of_.resize(dealer_.most());
    std::size_t size = 0;
    std::uint32_t last = 0;
    bool is_in_order = true;
    BulkRandom random(job_.options.seed, replica);
    dealer_.deal(random, [&](std::uint32_t place, std::uint32_t column) {
      const auto length = static_cast<std::uint32_t>(lengths_) + 1 - column;
      is_in_order = is_in_order && last <= length;
      last = length;
      dealt.places[size] = place;
      length_of_[size++] = length;
    });
    dealt.first.assign(lengths_ + 1, 0);
    for (std::size_t i = 0; i < size; ++i) ++dealt.first[length_of_[i]];
    for (std::size_t length = 1; length <= lengths_; ++length) dealt.first[length] += dealt.first[length - 1];
    if (is_in_order) return;
    unordered_.assign(dealt.places.begin(), dealt.places.begin() + static_cast<std::ptrdiff_t>(size));
    auto next = dealt.first;
    for (std::size_t i = 0; i < size; ++i) dealt.places[next[length_of_[i] - 1]++] = unordered_[i];
  }

  void keep_block(std::size_t block) {
    for (std::size_t place = 0; place < places_; ++place)
      std::copy_n(running_.get() + place * scan_lanes, scan_lanes,
                  by_block_.get() + (place * blocks_.size() + block) * scan_lanes);
  }

  void add_slots(std::uint32_t place) {
    const auto more = job_.terms.individuals_at(place);
    for (std::size_t c = 0; c <= lengths_; ++c) slot_sum_[c] += more[c];
  }

  [[nodiscard]] std::int32_t slot_of(const ScanCircle& circle, int length) const {
    return circle.slots[lengths_] - circle.slots[lengths_ - static_cast<std::size_t>(length)];
  }

  // Adds so many places to the sums of each block; the largest excess over a limit stays in `over`, where there is one.
  template <std::size_t Bytes, int places>
  __attribute__((always_inline)) inline void add_and_compare(
      const ZoneStep* steps, typename ScanVectors<Count, Bytes>::Signed (&over)[ScanVectors<Count, Bytes>::size]) {
    using V = ScanVectors<Count, Bytes>;
    const std::size_t row = blocks_.size() * V::size;
    auto* const sum = reinterpret_cast<typename V::Sum*>(sum_.get());
    const typename V::Sum* more[places];
    for (int i = 0; i < places; ++i)
      more[i] = reinterpret_cast<const typename V::Sum*>(by_block_.get()) + steps[i].place * row;
    for (std::size_t b = 0; b < blocks_.size(); ++b)
      for (std::size_t v = 0; v < V::size; ++v) {
        auto inside = sum[b * V::size + v];
        for (int i = 0; i < places; ++i) inside += more[i][b * V::size + v];
        sum[b * V::size + v] = inside;
        const auto excess = (typename V::Signed)(inside)-limits_[b];
        over[v] = excess > over[v] ? excess : over[v];
      }
  }

  // One circle: what its places from the `summed`-th on add to each block is summed and compared at one go.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void try_blocks(const Ladder<Count>& ladder, const ScanCircle& circle,
                                                        std::size_t summed, std::vector<Count>& scratch,
                                                        LaneBest& best) {
    using V = ScanVectors<Count, Bytes>;
    const Count* const least = ladder.row(best, circle.row, scratch);
    for (std::size_t b = 0; b < blocks_.size(); ++b) limits_[b] = least[slot_of(circle, blocks_[b].shortest)];
    typename V::Signed any[V::size] = {};
    const ZoneStep* step = circle.steps.data() + summed;
    const ZoneStep* const end = circle.steps.data() + circle.steps.size();
    for (; end - step > 4; step += 4) add_and_compare<Bytes, 4>(step, any);
    for (std::size_t v = 0; v < V::size; ++v) any[v] = typename V::Signed{};
    if (end - step == 4) add_and_compare<Bytes, 4>(step, any);
    if (end - step == 3) add_and_compare<Bytes, 3>(step, any);
    if (end - step == 2) add_and_compare<Bytes, 2>(step, any);
    if (end - step == 1) add_and_compare<Bytes, 1>(step, any);
    const auto* const sum = reinterpret_cast<const typename V::Sum*>(sum_.get());
    if (!V::is_any(any)) return;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      typename V::Signed hits[V::size];
      for (std::size_t v = 0; v < V::size; ++v) hits[v] = (typename V::Signed)(sum[b * V::size + v]) > limits_[b];
      if (!V::is_any(hits)) continue;
      typename V::Sum widest[V::size];
      for (std::size_t v = 0; v < V::size; ++v) widest[v] = sum[b * V::size + v];
      const double least_expected = job_.terms.expected(circle.row, slot_of(circle, blocks_[b].shortest));
      if (!ladder.may_raise(lane_counts<Count>(hits), lane_counts<Count>(widest), least_expected, best)) continue;
      for (int length = blocks_[b].shortest; length < blocks_[b].longest; ++length) {
        typename V::Sum inside[V::size];
        count_inside<Bytes>(circle, static_cast<std::size_t>(length), inside);
        take_hits<Bytes>(ladder, least, circle, length, inside, best);
      }
      take_hits<Bytes>(ladder, least, circle, blocks_[b].longest, widest, best);
    }
  }

  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void count_inside(
      const ScanCircle& circle, std::size_t length,
      typename ScanVectors<Count, Bytes>::Sum (&inside)[ScanVectors<Count, Bytes>::size]) const {
    using V = ScanVectors<Count, Bytes>;
    for (std::size_t v = 0; v < V::size; ++v) inside[v] = typename V::Sum{};
    const auto* const counts = by_length_.get() + (length - 1) * places_ * scan_lanes;
    for (const auto& step : circle.steps) {
      const auto* const more = reinterpret_cast<const typename V::Sum*>(counts + step.place * scan_lanes);
      for (std::size_t v = 0; v < V::size; ++v) inside[v] += more[v];
    }
  }

  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void take_hits(
      const Ladder<Count>& ladder, const Count* least, const ScanCircle& circle, int length,
      const typename ScanVectors<Count, Bytes>::Sum (&inside)[ScanVectors<Count, Bytes>::size], LaneBest& best) const {
    using V = ScanVectors<Count, Bytes>;
    const auto slot = slot_of(circle, length);
    typename V::Signed hits[V::size];
    for (std::size_t v = 0; v < V::size; ++v) hits[v] = (typename V::Signed)(inside[v]) > least[slot];
    if (!V::is_any(hits)) return;
    ladder.raise(lane_counts<Count>(hits), lane_counts<Count>(inside), job_.terms.expected(circle.row, slot), best);
  }

  const ScanJob& job_;
  std::size_t places_;
  std::size_t lengths_;
  std::vector<WindowBlock> blocks_;
  AlignedCounts<Unsigned> running_;    // [place][lane], of the last days so far
  AlignedCounts<Unsigned> by_length_;  // [length - 1][place][lane], but for those of blocks
  AlignedCounts<Unsigned> by_block_;   // [place][block][lane], of each block's longest window
  AlignedCounts<Unsigned> sum_;        // [block][lane]
  std::vector<Count> limits_;          // by block, of the circle at hand
  std::vector<std::int32_t> slot_sum_;
  std::array<Dealt, scan_lanes> lanes_;
  std::vector<std::uint32_t> length_of_;
  std::vector<std::uint32_t> unordered_;
  ScanDealer dealer_;
};

}  // namespace quadrille::analysis
