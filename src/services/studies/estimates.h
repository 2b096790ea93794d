#pragma once

#include <span>
#include <vector>

#include "services/studies/picture.h"

// From counts and observed days to estimates, changes and the words of certainty.

namespace quadrille::studies {

[[nodiscard]] Estimate make_estimate(std::int64_t count, int observed_days);

// The same in two halves of a period: whether a change points the same way throughout.
struct Halves {
  std::int64_t first_count = 0;
  int first_days = 0;
  std::int64_t second_count = 0;
  int second_days = 0;
};

struct ChangeInput {
  Estimate period;
  Estimate comparison;
  Halves halves;  // of the period
};

// Changes of things looked at together (the sectors of a territory): their p-values are adjusted together
// (Benjamini-Hochberg) before any word is chosen. The rule (docs/methods/picture.md):
//   undetermined  fewer than 7 observed days in either period, or fewer than 10 facts in both together
//   established   q <= 0.05, at least 50 facts, 28 observed days in each period, and both halves on the same side
//   probable      q <= 0.05
//   possible      q <= 0.2
// and beyond that "steady": established where the interval lies within 0.8 and 1.25, else possible.
[[nodiscard]] std::vector<Change> make_changes(std::span<const ChangeInput> inputs);

// A word for a cluster: by recurrence and by size, and probable at most unless a sector it touches broke its habit or
// rises.
[[nodiscard]] Certainty certainty_of_cluster(double recurrence_days, std::int64_t observed,
                                             bool is_confirmed_by_sector);

[[nodiscard]] const Text& label_of(Certainty certainty);

}  // namespace quadrille::studies
