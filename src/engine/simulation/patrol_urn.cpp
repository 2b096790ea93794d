#include "engine/simulation/patrol_urn.h"

#include <algorithm>

namespace quadrille::simulation {

double final_share(const PatrolUrn& urn, Random& random) {
  double a = urn.start_a;
  double b = urn.start_b;
  for (int day = 0; day < urn.days; ++day) {
    const double chance_a = a / (a + b);
    const bool goes_to_a = random.next_uniform() < chance_a;
    const double found = goes_to_a ? urn.rate_a : urn.rate_b;
    const double chance = goes_to_a ? chance_a : 1 - chance_a;
    const bool is_kept = !urn.corrects || random.next_uniform() < std::min(chance_a, 1 - chance_a) / chance;
    if (is_kept) (goes_to_a ? a : b) += found * urn.weight;
  }
  return a / (a + b);
}

}  // namespace quadrille::simulation
