#include "engine/analysis/false_discovery.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace quadrille::analysis {

std::vector<double> adjusted(std::span<const double> p, DiscoveryControl control) {
  const std::size_t n = p.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(p[i], i); });
  double harmonic = 1;
  if (control == DiscoveryControl::by) {
    harmonic = 0;
    for (std::size_t i = 1; i <= n; ++i) harmonic += 1.0 / static_cast<double>(i);
  }
  std::vector<double> q(n);
  double smallest = 1;
  for (std::size_t rank = n; rank >= 1; --rank) {
    const double value = p[order[rank - 1]];
    CHECK(value >= 0 && value <= 1);
    smallest = std::min(smallest, value * harmonic * static_cast<double>(n) / static_cast<double>(rank));
    q[order[rank - 1]] = smallest;
  }
  return q;
}

}  // namespace quadrille::analysis
