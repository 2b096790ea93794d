#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/scan_zones.h"

// What a scan expects of its cylinders, and the whole-number threshold that decides most of them without a logarithm.

namespace quadrille::analysis {

// Windows of one last day, of lengths from `shortest` to `longest`. What the longest holds bounds what all hold, what
// the shortest needs bounds what all need: where the one is not above the other, none of them need be looked at.
struct WindowBlock {
  int shortest = 1;
  int longest = 1;
};
// Every length from 1 to `longest` once, ascending; a block's longest is at most a seventh more than its shortest.
[[nodiscard]] std::vector<WindowBlock> blocks_of_a_seventh(int longest);
// One a length.
[[nodiscard]] std::vector<WindowBlock> blocks_of_one(int longest);

// Runs of days as pairs of columns: column c stands for "before day first_day + c". A window is (from, to] in columns.
class ScanWindows {
 public:
  ScanWindows(const ScanInput& input, const ScanOptions& options);

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] std::int32_t first_day() const { return first_day_; }
  [[nodiscard]] int first_end() const { return first_end_; }  // windows end at columns [first_end, columns)
  [[nodiscard]] int longest() const { return longest_; }
  [[nodiscard]] int earliest_start(int end) const { return end > longest_ ? end - longest_ : 0; }

 private:
  int columns_ = 0;
  std::int32_t first_day_ = 0;
  int first_end_ = 0;
  int longest_ = 0;
};

// Expected counts and the statistic of one scan. A cylinder is known by its circle's row and by a slot: the difference,
// between its two columns, of slots().
//   permutation  slot = events of the window (retrospective) or its length; expected = circle's events * window's / all
//   poisson      slot = length; expected = cases * population share * length / days
//   bernoulli    slot = individuals of the cylinder; expected = cases * slot / individuals
class ScanTerms {
 public:
  ScanTerms(const ScanInput& input, const ScanWindows& windows, const ScanZones& zones, ScanMode mode);

  [[nodiscard]] double expected(std::uint32_t row, std::int32_t slot) const {
    return factor_of_row_[is_one_row() ? 0 : row] * factor_of_slot_[static_cast<std::size_t>(slot)];
  }
  // Of `observed` events where `expected` were; 0 when not more than expected.
  [[nodiscard]] double log_likelihood_ratio(double observed, double expected) const;
  // Cumulative slots by column; for bernoulli those of a circle are the sum over its places of individuals_at().
  [[nodiscard]] const std::vector<std::int32_t>& slots() const { return slots_; }
  [[nodiscard]] bool has_slots_of_places() const { return !individuals_.empty(); }
  [[nodiscard]] std::span<const std::int32_t> individuals_at(std::uint32_t place) const {
    const auto columns = slots_.size();
    return {individuals_.data() + place * columns, columns};
  }
  // Adds a place's to those of a circle, by column.
  void add_slots_of(std::uint32_t place, std::span<std::int32_t> circle) const {
    const auto more = individuals_at(place);
    for (std::size_t c = 0; c < circle.size(); ++c) circle[c] += more[c];
  }
  // Whether what is expected depends on the slot alone; rows() is then 1.
  [[nodiscard]] bool is_one_row() const { return model_ == ScanModel::bernoulli; }
  [[nodiscard]] std::size_t rows() const { return factor_of_row_.size(); }
  [[nodiscard]] std::size_t slot_count() const { return factor_of_slot_.size(); }
  [[nodiscard]] std::vector<std::int32_t> all_slots() const;
  [[nodiscard]] double largest_expected() const;
  // No replica can count more in any window.
  [[nodiscard]] std::int64_t most_in_window() const { return most_in_window_; }

 private:
  ScanModel model_;
  double cases_ = 0;
  double everyone_ = 0;  // bernoulli
  std::vector<double> factor_of_row_;
  std::vector<double> factor_of_slot_;
  std::vector<std::int32_t> slots_;
  std::vector<std::int32_t> individuals_;  // [place][column], cumulative
  std::int64_t most_in_window_ = 0;
};

// Of each count the largest expectation with which the statistic still reaches `floor`; what is expected in more events
// needs a larger count, so the least count of a cylinder is found by walking. Never too strict: a count it turns away
// has a statistic under the floor.
class ScanFloor {
 public:
  ScanFloor(const ScanTerms& terms, double floor);
  [[nodiscard]] bool may_reach(std::int64_t count, double expected) const {
    return static_cast<std::size_t>(count) >= largest_expected_.size() ||
           expected <= largest_expected_[static_cast<std::size_t>(count)];
  }
  // least - 1 for each of the slots, ascending, of a row, ready for "count > this"; `none` where no count can reach the
  // floor.
  template <class Count>
  void fill_row(const ScanTerms& terms, std::uint32_t row, std::span<const std::int32_t> slots, std::span<Count> out,
                Count none) const {
    std::size_t count = 2;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const double expected = terms.expected(row, slots[i]);
      while (count < largest_expected_.size() && expected > largest_expected_[count]) ++count;
      const bool is_reachable = count < largest_expected_.size() && count <= static_cast<std::size_t>(none);
      out[i] = is_reachable ? static_cast<Count>(count - 1) : none;
    }
  }

 private:
  std::vector<double> largest_expected_;  // by count
};

}  // namespace quadrille::analysis
