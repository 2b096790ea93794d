#pragma once

#include <cstdint>

#include "base/random.h"

// The smallest model of a feedback loop (Ensign, Friedler, Neville, Scheidegger, Venkatasubramanian 2018, "Runaway
// feedback loops in predictive policing", FAT*): two areas, an urn with as many balls of each colour as facts are
// known; each day a ball decides where the patrol goes, and what it finds there goes into the urn. Used to show what
// happens to forecasts trained on what police find, and what correcting by exposure undoes.

namespace quadrille::simulation {

struct PatrolUrn {
  double rate_a = 0;  // found a day by a patrol that is there: the mean, so that what varies is where it goes
  double rate_b = 0;
  double start_a = 0;  // balls
  double start_b = 0;
  int days = 0;
  // What is found is kept with chance (smaller chance of a visit) / (chance of this visit): what is no surprise teaches
  // less.
  bool corrects = false;
  double weight = 1;  // of every ball added
};

// Share of colour A after the last day.
[[nodiscard]] double final_share(const PatrolUrn& urn, Random& random);

}  // namespace quadrille::simulation
