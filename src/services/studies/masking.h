#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// No small numbers out: counts of 1 to 4 are withheld from everything that leaves the services, and with them as many
// others as it takes that nobody who knows a total can compute them. 0 is shown. See docs/methods/masking.md.

namespace quadrille::studies {

inline constexpr std::int64_t smallest_shown = 5;

// Which counts of a group with a known total are withheld: each of 1..4, then the smallest others until the withheld
// ones cannot be told from their sum (never one alone, never all at their least or all at their most). Where the group
// has no other count above 0, zeros are withheld too: then an outsider cannot tell them apart. O(n^2) at worst.
[[nodiscard]] std::vector<bool> withheld(std::span<const std::int64_t> counts);

// The same for a table whose row and column totals are known; row-major. Rows and columns are treated in turn until
// nothing changes.
[[nodiscard]] std::vector<bool> withheld_in_table(std::span<const std::int64_t> counts, std::size_t columns);

[[nodiscard]] inline std::optional<std::int64_t> masked(std::int64_t count, bool is_withheld) {
  return is_withheld ? std::nullopt : std::optional(count);
}

}  // namespace quadrille::studies
