#pragma once

#include <cstdint>
#include <vector>

#include "engine/analysis/scan_windows.h"

namespace quadrille::analysis {

// Deals the events of one replica by the model's chance and calls count(place, column) for each that falls into the
// columns of the windows: it happened between column - 1 and column.
class ScanDealer {
 public:
  ScanDealer(const ScanInput& input, const ScanWindows& windows, ScanMode mode);

  // How many events may fall into the windows' columns.
  [[nodiscard]] std::size_t most() const {
    return input_.model() == ScanModel::poisson ? input_.events().size() : columns_of_events_.size();
  }
  // Whether the columns counted are the same in every replica, and in which order: those of the permutation, the last
  // day first.
  [[nodiscard]] bool keeps_columns() const { return input_.model() == ScanModel::permutation; }
  template <class Count>
  void deal(BulkRandom& random, Count&& count) {
    switch (input_.model()) {
      case ScanModel::permutation:
        return deal_permutation(random, count);
      case ScanModel::poisson:
        return deal_poisson(random, count);
      case ScanModel::bernoulli:
        return deal_bernoulli(random, count);
    }
  }

 private:
  // The events of the windows' days get places drawn without replacement from those of all events: Fisher and Yates'
  // shuffle, as far as it is needed, undone afterwards so that the deck need not be copied.
  template <class Count>
  void deal_permutation(BulkRandom& random, Count& count) {
    const auto size = static_cast<std::uint32_t>(deck_.size());
    for (std::uint32_t i = 0; i < columns_of_events_.size(); ++i) {
      const auto pick = i + random.next_below(size - i);
      const auto place = deck_[pick];
      deck_[pick] = deck_[i];
      drawn_[i] = {pick, place};
      count(place, columns_of_events_[i]);
    }
    for (std::size_t i = columns_of_events_.size(); i-- > 0;) deck_[drawn_[i].pick] = drawn_[i].place;
  }

  template <class Count>
  void deal_poisson(BulkRandom& random, Count& count) {
    for (std::size_t i = 0; i < input_.events().size(); ++i) {
      const auto column =
          is_spatial_ ? 1
                      : static_cast<std::int32_t>(random.next_below(static_cast<std::uint32_t>(input_.days()))) -
                            first_day_ + 1;
      const auto place = draw_place(random);
      if (column >= 1) count(place, static_cast<std::uint32_t>(column));
    }
  }

  // Knuth's algorithm S: which of the individuals are the cases.
  template <class Count>
  void deal_bernoulli(BulkRandom& random, Count& count) {
    auto left = static_cast<std::uint32_t>(input_.individuals().size());
    auto wanted = static_cast<std::uint32_t>(input_.events().size());
    for (std::size_t i = 0; i < columns_of_events_.size() && wanted > 0; ++i, --left)
      if (random.next_below(left) < wanted) {
        --wanted;
        count(input_.individuals().places[input_.individuals().size() - 1 - i], columns_of_events_[i]);
      }
  }

  // Walker's alias method: one number, two looks.
  [[nodiscard]] std::uint32_t draw_place(BulkRandom& random) const {
    const auto cell = random.next_below(static_cast<std::uint32_t>(share_.size()));
    return random.next_uniform() < share_[cell] ? cell : alias_[cell];
  }
  void make_alias();

  const ScanInput& input_;
  bool is_spatial_ = false;
  std::int32_t first_day_ = 0;
  std::vector<std::uint32_t> columns_of_events_;  // of those in the windows' days, the last day first
  std::vector<std::uint32_t> deck_;               // places of all events
  struct Drawn {
    std::uint32_t pick;
    std::uint32_t place;
  };
  std::vector<Drawn> drawn_;
  std::vector<double> share_;
  std::vector<std::uint32_t> alias_;
};

}  // namespace quadrille::analysis
