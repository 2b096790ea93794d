#pragma once

#include <cstring>
#include <vector>

#include "engine/analysis/scan_deal.h"
#include "engine/analysis/scan_vectors.h"

namespace quadrille::analysis {

// Replicas, one a lane, of a scan whose windows all end on the last day. Events are counted from the last day back,
// place by place, so that what is written lies together. Of each block of windows only the longest is summed, a few
// blocks at a time: their sums stay in registers while a centre's circles grow. The other windows of a block are
// counted, event by event, only in the lanes where the longest hits.
template <class CountOf>
class LastDayBatch {
 public:
  using Count = CountOf;
  static constexpr std::size_t lanes = scan_lanes<Count>;

  LastDayBatch(const ScanJob& job, LaneWidth width)
      : job_(job),
        places_(job.input.places().size()),
        lengths_(static_cast<std::size_t>(job.windows.longest())),
        blocks_(blocks_for(job)),
        together_(width == LaneWidth::wide ? most_together : 4),
        running_(allocate_counts<Count>(places_ * lanes)),
        by_block_(allocate_counts<Count>(places_ * blocks_.size() * lanes)),
        slot_sum_(blocks_.size()),
        marked_for_(places_, 0),
        dealer_(job.input, job.windows, job.options.mode) {
    if (job.terms.has_slots_of_places()) keep_slots_of_places();
  }

  // The slots whose limits a search asks its ladder for, ascending.
  [[nodiscard]] static std::vector<std::int32_t> slots_of(const ScanJob& job) {
    if (job.terms.has_slots_of_places()) return job.terms.all_slots();
    std::vector<std::int32_t> slots;
    for (const auto& block : blocks_for(job)) slots.push_back(block.shortest);
    return slots;
  }

  void deal(std::size_t first) {
    for (std::size_t lane = 0; lane < lanes; ++lane) deal_lane(lane, first + lane);
    std::fill_n(running_.get(), places_ * lanes, Count{0});
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto& dealt = lanes_[lane];
        const auto end = dealt.first[static_cast<std::size_t>(blocks_[b].longest)];
        for (auto i = dealt.first[static_cast<std::size_t>(blocks_[b].shortest) - 1]; i < end; ++i)
          ++running_[dealt.places[i] * lanes + lane];
      }
      const Group group = group_of(b);
      Count* const kept = by_block_.get() + (group.first * places_ + b - group.first) * lanes;
      for (std::size_t rank = 0; rank < places_; ++rank)
        std::memcpy(kept + rank * group.count * lanes, running_.get() + rank * lanes, lanes * sizeof(Count));
    }
  }

  // Raises best to the largest statistic of each lane that reaches the ladder's lowest floor.
  template <std::size_t Bytes>
  __attribute__((always_inline)) inline void search(const Ladder<Count>& ladder, const Progress& progress,
                                                    LaneBest<Count>& best) {
    scratch_.resize(ladder.slots());
    for (std::size_t b = 0; b < blocks_.size(); b += group_of(b).count) {
      const auto count = group_of(b).count;
      if (count == 1) search_blocks<Bytes, 1>(ladder, b, progress, best);
      if (count == 2) search_blocks<Bytes, 2>(ladder, b, progress, best);
      if (count == 3) search_blocks<Bytes, 3>(ladder, b, progress, best);
      if (count == 4) search_blocks<Bytes, 4>(ladder, b, progress, best);
      if constexpr (Bytes == 64) {
        if (count == 5) search_blocks<Bytes, 5>(ladder, b, progress, best);
        if (count == 6) search_blocks<Bytes, 6>(ladder, b, progress, best);
        if (count == 7) search_blocks<Bytes, 7>(ladder, b, progress, best);
      }
    }
  }

 private:
  // As many sums as there are registers for.
  static constexpr std::size_t most_together = 7;

  // Blocks that are searched together, shared out evenly.
  struct Group {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  [[nodiscard]] Group group_of(std::size_t block) const {
    const std::size_t groups = (blocks_.size() + together_ - 1) / together_;
    const std::size_t g = ((block + 1) * groups - 1) / blocks_.size();
    const std::size_t first = g * blocks_.size() / groups;
    return {first, (g + 1) * blocks_.size() / groups - first};
  }

  // A hit costs a look at every place of the circle: where circles are large there are no other windows in a block.
  static std::vector<WindowBlock> blocks_for(const ScanJob& job) {
    constexpr double small_circle = 40;
    return job.zones.mean_places() > small_circle ? blocks_of_one(job.windows.longest())
                                                  : blocks_of_a_seventh(job.windows.longest());
  }

  // Ranks of the places of one replica's events, the last day's first; first[n]: the events of the last n days are
  // those before it.
  struct Dealt {
    std::vector<std::uint32_t> places;
    std::vector<std::size_t> first;
  };

  void deal_lane(std::size_t lane, std::size_t replica) {
    auto& dealt = lanes_[lane];
    dealt.places.resize(dealer_.most());
    std::size_t size = 0;
    const auto& rank = job_.zones.ranks();
    BulkRandom random(job_.options.seed, replica);
    if (dealer_.keeps_columns() && !dealt.first.empty())
      return dealer_.deal(random, [&](std::uint32_t place, std::uint32_t) { dealt.places[size++] = rank[place]; });
    length_of_.resize(dealer_.most());
    std::uint32_t last = 0;
    bool is_in_order = true;
    dealer_.deal(random, [&](std::uint32_t place, std::uint32_t column) {
      const auto length = static_cast<std::uint32_t>(lengths_) + 1 - column;
      is_in_order = is_in_order && last <= length;
      last = length;
      dealt.places[size] = rank[place];
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

  // What a place adds to the slot of each block's shortest window.
  void keep_slots_of_places() {
    slots_of_places_.reserve(places_ * blocks_.size());
    for (std::uint32_t place = 0; place < places_; ++place) {
      const auto before = job_.terms.individuals_at(place);
      for (const auto& block : blocks_)
        slots_of_places_.push_back(before[lengths_] - before[lengths_ - static_cast<std::size_t>(block.shortest)]);
    }
  }
  void add_slots(std::uint32_t place, std::size_t first, std::size_t count) {
    const auto* const more = slots_of_places_.data() + place * blocks_.size();
    for (std::size_t b = first; b < first + count; ++b) slot_sum_[b] += more[b];
  }
  // Of the blocks from `first` on, in the circle of that row whose slots are summed; where table() does not have them.
  __attribute__((noinline)) const Count* limits_of(const Ladder<Count>& ladder, const LaneBest<Count>& best,
                                                   std::uint32_t row, std::size_t first, std::size_t count) {
    const Count* const least = ladder.row(best, row, scratch_);
    if (slots_of_places_.empty()) return least + first;
    for (std::size_t b = 0; b < count; ++b) limits_[b] = least[slot_sum_[first + b]];
    return limits_.data();
  }

  // All centres, for so many blocks.
  template <std::size_t Bytes, std::size_t count>
  __attribute__((always_inline)) inline void search_blocks(const Ladder<Count>& ladder, std::size_t first,
                                                           const Progress& progress, LaneBest<Count>& best) {
    using V = ScanVectors<Count, Bytes>;
    using Vector = typename V::Vector;
    constexpr std::size_t size = count * V::size;
    const auto* const counts = reinterpret_cast<const Vector*>(by_block_.get() + first * places_ * lanes);
    const bool has_own_slots = !slots_of_places_.empty();
    const std::size_t slots = ladder.slots();
    for (const auto centre : job_.zones.walk()) {
      if (progress.is_cancelled()) return;
      if (has_own_slots) std::ranges::fill(slot_sum_, 0);
      begin_marks();
      const Count* const all = has_own_slots ? nullptr : ladder.table(best);
      const Count* const table = all == nullptr ? nullptr : all + first;
      Vector sums[size] = {};
      const auto steps = job_.zones.new_of(centre);
      for (const auto& step : steps) {
        const Vector* const more = counts + step.rank * size;
        // Unrolled, so that the sums need no memory.
#pragma GCC unroll 16
        for (std::size_t i = 0; i < size; ++i) sums[i] += more[i];
        if (has_own_slots) add_slots(step.place, first, count);
        if (!step.is_new) continue;
        const Count* const limit =
            table != nullptr ? table + step.row * slots : limits_of(ladder, best, step.row, first, count);
        Vector any[V::size] = {};
#pragma GCC unroll 16
        for (std::size_t i = 0; i < size; ++i) V::add_hits(any[i % V::size], sums[i], limit[i / V::size]);
        if (!V::is_any(any)) continue;
#pragma GCC unroll 16
        for (std::size_t b = 0; b < count; ++b) {
          Vector hits[V::size] = {};
          Vector longest[V::size];
#pragma GCC unroll 16
          for (std::size_t v = 0; v < V::size; ++v) {
            longest[v] = sums[b * V::size + v];
            V::add_hits(hits[v], longest[v], limit[b]);
          }
          if (V::is_any(hits))
            take_hits(ladder, {steps.data(), &step + 1}, first + b, lane_counts<Count>(hits),
                      lane_counts<Count>(longest), best);
        }
      }
      Ladder<Count>::settle(best);
    }
  }

  // Of a circle, a block's longest window is above its limit in some lanes: which of its windows are better.
  __attribute__((noinline)) void take_hits(const Ladder<Count>& ladder, std::span<const ZoneStep> circle,
                                           std::size_t block, const LaneCounts<Count>& hits,
                                           const LaneCounts<Count>& longest, LaneBest<Count>& best) {
    const auto& windows = blocks_[block];
    const double least_expected = expected(circle, windows.shortest);
    for_hits<Count>(hits, [&](std::size_t lane) {
      if (!ladder.may_raise(lane, longest[lane], least_expected, best)) return;
      ladder.raise(lane, longest[lane], expected(circle, windows.longest), best);
      if (windows.longest == windows.shortest) return;
      mark(circle);
      Count inside = longest[lane];
      for (int length = windows.longest - 1;
           length >= windows.shortest && ladder.may_raise(lane, inside, least_expected, best); --length) {
        inside = static_cast<Count>(inside - count_marked(lane, length + 1));
        ladder.raise(lane, inside, expected(circle, length), best);
      }
    });
  }
  // Events of one lane at the marked places, on the day with which windows of that length begin.
  [[nodiscard]] std::uint32_t count_marked(std::size_t lane, int length) const {
    const auto& dealt = lanes_[lane];
    std::uint32_t count = 0;
    const auto end = dealt.first[static_cast<std::size_t>(length)];
    for (auto i = dealt.first[static_cast<std::size_t>(length) - 1]; i < end; ++i)
      count += marked_for_[dealt.places[i]] == centre_at_hand_ ? 1 : 0;
    return count;
  }
  // The circles of a centre grow: marks are added, and void with the next centre.
  void begin_marks() {
    ++centre_at_hand_;
    marks_ = 0;
  }
  void mark(std::span<const ZoneStep> circle) {
    for (; marks_ < circle.size(); ++marks_) marked_for_[circle[marks_].rank] = centre_at_hand_;
  }

  [[nodiscard]] double expected(std::span<const ZoneStep> circle, int length) const {
    std::int32_t slot = length;
    if (!slots_of_places_.empty()) {
      slot = 0;
      for (const auto& step : circle) {
        const auto before = job_.terms.individuals_at(step.place);
        slot += before[lengths_] - before[lengths_ - static_cast<std::size_t>(length)];
      }
    }
    return job_.terms.expected(circle.back().row, slot);
  }

  const ScanJob& job_;
  std::size_t places_;
  std::size_t lengths_;
  std::vector<WindowBlock> blocks_;
  std::size_t together_;
  AlignedCounts<Count> running_;   // [rank][lane], of the last days so far
  AlignedCounts<Count> by_block_;  // [group][rank][block of the group][lane], of each block's longest window
  std::vector<std::int32_t> slots_of_places_;  // [place][block]; empty where the slot is the length
  std::vector<std::int32_t> slot_sum_;         // [block], of the circle at hand
  std::array<Count, most_together> limits_{};
  std::vector<Count> scratch_;
  // Places of the circle looked at closely bear the number of the centre at hand.
  std::vector<std::uint64_t> marked_for_;
  std::uint64_t centre_at_hand_ = 0;
  std::size_t marks_ = 0;
  std::array<Dealt, lanes> lanes_;
  std::vector<std::uint32_t> length_of_;
  std::vector<std::uint32_t> unordered_;
  ScanDealer dealer_;
};

}  // namespace quadrille::analysis
