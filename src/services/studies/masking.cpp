#include "services/studies/masking.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::studies {
namespace {

bool is_small(std::int64_t count) { return count > 0 && count < smallest_shown; }

// Adds what it takes to `is_withheld` for the cells of one group; true when anything was added. An outsider who knows
// the total knows the sum of the withheld ones, and that each small one lies between 1 and 4.
bool complete_group(std::span<const std::int64_t> counts, const std::vector<std::size_t>& cells,
                    std::vector<bool>& is_withheld) {
  bool has_changed = false;
  for (;;) {
    std::int64_t sum = 0;
    std::int64_t number = 0;
    for (const auto cell : cells) {
      if (!is_withheld[cell]) continue;
      sum += counts[cell];
      ++number;
    }
    const bool is_told = number == 1 || (number > 0 && (sum == number || sum == number * (smallest_shown - 1)));
    if (!is_told) return has_changed;
    // The smallest count that is still shown; a zero only when nothing else is left.
    std::optional<std::size_t> next;
    for (const auto cell : cells) {
      if (is_withheld[cell]) continue;
      const auto rank = [&](std::size_t c) { return counts[c] == 0 ? INT64_MAX : counts[c]; };
      if (!next || rank(cell) < rank(*next)) next = cell;
    }
    if (!next) return has_changed;
    is_withheld[*next] = true;
    has_changed = true;
  }
}

}  // namespace

std::vector<bool> withheld(std::span<const std::int64_t> counts) {
  std::vector<bool> is_withheld;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    is_withheld.push_back(is_small(counts[i]));
    cells.push_back(i);
  }
  complete_group(counts, cells, is_withheld);
  return is_withheld;
}

std::vector<bool> withheld_in_table(std::span<const std::int64_t> counts, std::size_t columns) {
  CHECK(columns > 0 && counts.size() % columns == 0);
  const std::size_t rows = counts.size() / columns;
  std::vector<bool> is_withheld;
  for (const auto count : counts) is_withheld.push_back(is_small(count));
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::size_t r = 0; r < rows; ++r) {
      std::vector<std::size_t> cells;
      for (std::size_t c = 0; c < columns; ++c) cells.push_back(r * columns + c);
      has_changed = complete_group(counts, cells, is_withheld) || has_changed;
    }
    for (std::size_t c = 0; c < columns; ++c) {
      std::vector<std::size_t> cells;
      for (std::size_t r = 0; r < rows; ++r) cells.push_back(r * columns + c);
      has_changed = complete_group(counts, cells, is_withheld) || has_changed;
    }
  }
  return is_withheld;
}

}  // namespace quadrille::studies
