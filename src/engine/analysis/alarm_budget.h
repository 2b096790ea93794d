#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

// How many false alarms may all methods together raise? A commander who gets an alarm a day that means nothing reads
// none of them. Each method looks so many times a week (a sector's week is one look, a scan's day is one look: its p
// already is over all circles and windows); at a level a look, chance gives looks * level alarms. Expectations add up
// whatever depends on what, so shares of one budget hold for all together (the per-family error rate of Bonferroni
// 1936; Dunn 1961, "Multiple comparisons among means", JASA 56:52).
//
// Assumes that each p is valid: under chance, p <= level at most as often as level says. Must not be used to call an
// alarm established: it bounds how often chance speaks, not what an alarm means.

namespace quadrille::analysis {

constexpr double false_alarms_per_week_by_default = 3;

struct AlarmSource {
  std::string name;
  double looks_per_week = 0;  // over the whole territory
  double share = 0;           // of the budget
};

struct AlarmLevel {
  std::string name;
  double level = 0;                  // alarm when p <= level
  double false_alarms_per_week = 0;  // expected at most, by chance alone
};

// A level never passes this, however large the budget: what chance gives at every tenth look says nothing.
constexpr double alarm_level_max = 0.1;

// One a source, in order. Refused with field `budget` (not positive, not finite), `sources` (none, a name twice),
// `looks_per_week` (not positive, not finite), `share` (negative, or all together more than 1).
[[nodiscard]] Result<std::vector<AlarmLevel>> share_out_alarms(double false_alarms_per_week,
                                                               std::span<const AlarmSource> sources);

}  // namespace quadrille::analysis
