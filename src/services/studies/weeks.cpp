#include "services/studies/weeks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "engine/analysis/alarm_budget.h"
#include "engine/analysis/change.h"

namespace quadrille::studies {

WeekTable::WeekTable(CivilDate first, CivilDate last, const territory::Calendar& calendar)
    : first_monday_(monday_of(first)), last_(last) {
  for (CivilDate monday = first_monday_; monday <= last; monday = monday + 7)
    observed_days_.push_back(calendar.observed_days({monday, std::min(monday + 7, last + 1)}));
}

std::optional<std::size_t> WeekTable::index_of(CivilDate date) const {
  if (date < first_monday_ || last_ < date) return std::nullopt;
  return static_cast<std::size_t>((date - first_monday_) / 7);
}

std::vector<Week> WeekTable::shown(std::span<const std::int64_t> counts, double level) const {
  CHECK(counts.size() == size());
  std::vector<analysis::WeekCount> series;
  for (std::size_t i = 0; i < size(); ++i)
    series.push_back({static_cast<std::int32_t>(i), counts[i], observed_days_[i]});
  const std::size_t begin = size() > weeks_shown ? size() - weeks_shown : 0;
  const auto verdicts = analysis::farrington(
      series, {.years_back = 3, .weeks_left_out = 4, .alpha = level, .first_judged = static_cast<std::int32_t>(begin)});
  CHECK(verdicts.has_value());
  std::vector<Week> weeks;
  for (std::size_t i = begin; i < size(); ++i) {
    const CivilDate monday = first_monday_ + static_cast<int>(i) * 7;
    const IsoWeek iso = iso_week(monday);
    Week week{.week = fmt::format("{}-W{:02}", iso.year, iso.week),
              .first_day = monday,
              .observed_days = observed_days_[i],
              .count = counts[i],
              .rate = {},
              .expected = {},
              .upper = {}};
    if (week.observed_days > 0) week.rate = static_cast<double>(week.count) / week.observed_days;
    const auto verdict =
        std::ranges::lower_bound(*verdicts, static_cast<std::int32_t>(i), {}, &analysis::WeekVerdict::week);
    if (verdict != verdicts->end() && verdict->week == static_cast<std::int32_t>(i)) {
      week.expected = verdict->expected;
      week.upper = verdict->upper;
      week.alarm = verdict->is_alarm;
    }
    weeks.push_back(week);
  }
  return weeks;
}

namespace {

// What the territory's budget of false alarms leaves to each method: a look a week at every sector, a look a day for
// clusters.
struct Levels {
  double habits = 0;
  double clusters = 0;
};
Levels levels_for(std::size_t sectors) {
  constexpr double share_of_habits = 0.9;
  const std::vector<analysis::AlarmSource> sources{
      {"habits", static_cast<double>(std::max<std::size_t>(sectors, 1)), share_of_habits},
      {"clusters", 7, 1 - share_of_habits}};
  const auto levels = analysis::share_out_alarms(analysis::false_alarms_per_week_by_default, sources);
  CHECK(levels.has_value());
  return {(*levels)[0].level, (*levels)[1].level};
}

}  // namespace

double habit_level(std::size_t sectors) {
  constexpr double strictest_needed = 0.01;
  return std::min(strictest_needed, levels_for(sectors).habits);
}

double cluster_level() {
  constexpr double strictest_needed = 1.0 / 30;
  return std::min(strictest_needed, levels_for(1).clusters);
}

std::optional<Alarm> alarm_of(const std::vector<Week>& weeks) {
  for (auto week = weeks.rbegin(); week != weeks.rend(); ++week) {
    if (week->observed_days == 0) continue;
    if (!week->alarm) return std::nullopt;
    return Alarm{week->week, week->count, *week->expected, *week->upper};
  }
  return std::nullopt;
}

}  // namespace quadrille::studies
