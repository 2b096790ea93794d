#include "services/territory/calendar.h"

#include <algorithm>

namespace quadrille::territory {
namespace {

DayPeriod common(DayPeriod a, DayPeriod b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

}  // namespace

Calendar::Calendar(CalendarOrigin origin, DayPeriod span, std::vector<DayPeriod> gaps) : origin_(origin), span_(span) {
  std::ranges::sort(gaps, {}, &DayPeriod::begin);
  for (const auto& gap : gaps) {
    const DayPeriod cut = common(gap, span);
    if (cut.days() <= 0) continue;
    if (!gaps_.empty() && cut.begin <= gaps_.back().end)
      gaps_.back().end = std::max(gaps_.back().end, cut.end);
    else
      gaps_.push_back(cut);
  }
}

Calendar Calendar::inferred(DayPeriod span, const std::set<CivilDate>& days_with_facts) {
  std::vector<DayPeriod> gaps;
  CivilDate next = span.begin;
  for (auto day = days_with_facts.lower_bound(span.begin); day != days_with_facts.end() && *day < span.end; ++day) {
    if (next < *day) gaps.push_back({next, *day});
    next = *day + 1;
  }
  if (next < span.end) gaps.push_back({next, span.end});
  return {CalendarOrigin::inferred, span, std::move(gaps)};
}

bool Calendar::is_observed(CivilDate date) const {
  if (!span_.contains(date)) return false;
  const auto after = std::ranges::upper_bound(gaps_, date, {}, &DayPeriod::begin);
  return after == gaps_.begin() || !std::prev(after)->contains(date);
}

int Calendar::observed_days(DayPeriod period) const {
  int days = std::max(0, common(period, span_).days());
  for (const auto& gap : gaps_) days -= std::max(0, common(period, gap).days());
  return days;
}

std::vector<CivilDate> Calendar::days(DayPeriod period) const {
  std::vector<CivilDate> days;
  for (CivilDate date = std::max(period.begin, span_.begin); date < std::min(period.end, span_.end); date = date + 1)
    if (is_observed(date)) days.push_back(date);
  return days;
}

}  // namespace quadrille::territory
