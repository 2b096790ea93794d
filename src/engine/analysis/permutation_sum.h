#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace quadrille::analysis {

// The exact law of the sum of k values drawn without replacement from all of them: what chance makes of a window of k
// cells when the values are dealt to cells at random. Dynamic programming over the distinct values: a value of
// multiplicity m is drawn j times in C(m, j) ways. O(distinct * k^2 * sum of the k largest) once, then O(1) a tail.
class PermutationSums {
 public:
  static constexpr double steps_max = 2e9;
  // Values must be whole numbers >= 0; at most `k_max` of them are summed. Refused with field `values`: others (kind
  // invalid_input), or so large that the table would need more than `steps` steps or 50 million cells (kind too_large;
  // a step takes about a nanosecond, and few tables need all of theirs).
  [[nodiscard]] static Result<PermutationSums> make(std::span<const double> values, int k_max,
                                                    double steps = steps_max);

  // Chance that k values sum to at least `sum`, itself in [0, 1]; k <= k_max (CHECK).
  [[nodiscard]] double upper_tail(int k, std::int64_t sum) const;

 private:
  std::vector<std::vector<double>> tails_;  // [k][sum]
};

}  // namespace quadrille::analysis
