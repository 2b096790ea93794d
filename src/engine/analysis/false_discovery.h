#pragma once

#include <span>
#include <vector>

// Many tests at once: how many of those called significant may be false.

namespace quadrille::analysis {

enum class DiscoveryControl {
  bh,  // Benjamini and Hochberg (1995): independent or positively dependent tests, as neighbouring cells are
  by,  // Benjamini and Yekutieli (2001): any dependence; stricter by about log(n)
};

// Adjusted p (q) of each p, in the order given: calling q <= alpha keeps the expected share of false calls under alpha.
// p in [0, 1] (CHECK). O(n log n).
[[nodiscard]] std::vector<double> adjusted(std::span<const double> p, DiscoveryControl control);

}  // namespace quadrille::analysis
