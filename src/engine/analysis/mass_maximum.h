#pragma once

#include <cstdint>
#include <vector>

#include "base/parallel.h"
#include "engine/analysis/interval_survival.h"

// The masses p >= 0 with sum 1 that make sum over rows of weight * log(mass of the row's cells) largest. See
// interval_survival.h for the method.

namespace quadrille::analysis {

// Cells [begin, end).
struct CellRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A row is some ranges of cells, in order and apart from each other, at least one of them not empty. Every cell is the
// last of some range of a row.
struct MassProblem {
  std::uint32_t cells = 0;
  std::vector<double> weights;           // > 0, one a row
  std::vector<std::size_t> first_range;  // one a row, and the number of all
  std::vector<CellRange> ranges;

  void add(double weight, const std::vector<CellRange>& of_row);
};

struct MassMaximum {
  std::vector<double> masses;  // those the method sent out of the support are exactly 0
  LikelihoodTop top;
};

// From `start` (any masses; they are scaled). Reports [0, 1]; unfinished when cancelled.
[[nodiscard]] MassMaximum maximise_masses(const MassProblem& problem, std::vector<double> start,
                                          const Progress& progress);

}  // namespace quadrille::analysis
