#pragma once

#include <span>
#include <vector>

#include "services/studies/picture.h"

namespace quadrille::studies {

inline constexpr int weeks_shown = 52;

// Counts by ISO week, from the week of `first` to the week of `last`, with the days observed in each (none after
// `last`).
class WeekTable {
 public:
  WeekTable(CivilDate first, CivilDate last, const territory::Calendar& calendar);
  [[nodiscard]] std::size_t size() const { return observed_days_.size(); }
  // Nothing for days outside the table.
  [[nodiscard]] std::optional<std::size_t> index_of(CivilDate date) const;

  // The last weeks_shown weeks of counts (one a week of the table), with what the habit of the years before expects;
  // an alarm above what chance passes with that level.
  [[nodiscard]] std::vector<Week> shown(std::span<const std::int64_t> counts, double level) const;

 private:
  CivilDate first_monday_;
  CivilDate last_;
  std::vector<int> observed_days_;
};

// The level at which a sector's week breaks its habit: 1 %, or less where so many sectors would spend more than habits'
// share of the territory's budget of false alarms (docs/methods/alarm_budget.md).
[[nodiscard]] double habit_level(std::size_t sectors);

// The level at which a cluster is shown: a recurrence of 30 days, or longer where a daily look would spend more than
// clusters' share of that budget.
[[nodiscard]] double cluster_level();

// The last observed week, if it broke its habit.
[[nodiscard]] std::optional<Alarm> alarm_of(const std::vector<Week>& weeks);

}  // namespace quadrille::studies
