#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/database/database.h"

// On which days a territory was observed at all. A feed has holes; a day without observation is no day without facts,
// so every rate is per observed day. Given by whoever knows the source, or inferred: days without any fact of any
// category.

namespace quadrille::territory {

struct Territory;
struct By;

enum class CalendarOrigin { given, inferred };

class Calendar {
 public:
  // Gaps are cut to the span, sorted and joined.
  Calendar(CalendarOrigin origin, DayPeriod span, std::vector<DayPeriod> gaps);

  // Days of `span` that are not in `days_with_facts` are gaps. O((days + facts) log).
  [[nodiscard]] static Calendar inferred(DayPeriod span, const std::set<CivilDate>& days_with_facts);

  [[nodiscard]] CalendarOrigin origin() const { return origin_; }
  [[nodiscard]] DayPeriod span() const { return span_; }
  [[nodiscard]] const std::vector<DayPeriod>& gaps() const { return gaps_; }
  // Outside the span nothing was observed.
  [[nodiscard]] bool is_observed(CivilDate date) const;
  [[nodiscard]] int observed_days(DayPeriod period) const;
  // The observed days of the period, ascending.
  [[nodiscard]] std::vector<CivilDate> days(DayPeriod period) const;

  friend bool operator==(const Calendar&, const Calendar&) = default;

 private:
  CalendarOrigin origin_;
  DayPeriod span_;
  std::vector<DayPeriod> gaps_;
};

void replace_calendar(database::Transaction& tx, const Territory& territory, const Calendar& calendar, const By& by);
[[nodiscard]] std::optional<Calendar> load_calendar(database::Snapshot& snapshot, TerritoryId territory);

}  // namespace quadrille::territory
