#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/analysis/neighbours.h"
#include "engine/analysis/permutation_sum.h"

namespace quadrille::analysis {

// A field of values on square cells; cells outside the territory take no part at all.
struct Field {
  int columns = 0;
  int rows = 0;
  std::vector<double> values;   // row-major
  std::vector<bool> is_inside;  // row-major; empty = all are
};

struct GStar {
  double z = 0;           // standardised; 0 where all values are equal
  double p = 1;           // upper tail of the normal: more than elsewhere
  double neighbours = 0;  // cells summed, itself included
};

// Getis and Ord's Gi* (Ord and Getis 1995, "Local spatial autocorrelation statistics", Geographical Analysis 27, eq.
// 3), binary weights on the square of `reach` cells around each cell, itself included (reach 1 = queen neighbours). By
// summed-area tables: O(cells) for any reach. Cells outside have z 0, p 1. Refused: fewer than two cells inside, values
// that are not finite, reach < 1.
//
// The normal approximation is poor for sparse counts (means well under one a window): read such z as a ranking, not as
// a test. Neighbouring windows overlap, so the tests depend on each other: adjust p (false_discovery.h) before calling
// a cell hot.
[[nodiscard]] Result<std::vector<GStar>> local_g_star(const Field& field, int reach);

// The same for places with given neighbours, each of weight 1, itself included. O(links).
[[nodiscard]] Result<std::vector<GStar>> local_g_star(std::span<const double> values, const NeighbourLists& neighbours);

// Replaces the normal p by the exact one under permutation of all values: the chance that as many cells drawn at random
// sum to at least as much. Needs whole numbers, and at most so many steps (see PermutationSums, whose refusals are
// passed on; stars are then as they were).
[[nodiscard]] Result<void> use_exact_p(std::span<const double> values, std::vector<GStar>& stars,
                                       double steps = PermutationSums::steps_max);

}  // namespace quadrille::analysis
