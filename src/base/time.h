#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Instants, civil dates and half-open periods. The clock is read in host/clock only; time zones live in host/clock too,
// because they need the machine's zone files.

namespace quadrille {

// A moment, in milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time).
struct Instant {
  std::int64_t utc_ms = 0;
  friend auto operator<=>(Instant, Instant) = default;
};

// A day of the proleptic Gregorian calendar, as days since 1970-01-01. Where it is meant in a territory, it is the
// territory's local day.
struct CivilDate {
  std::int32_t day = 0;

  friend auto operator<=>(CivilDate, CivilDate) = default;
  friend CivilDate operator+(CivilDate date, int days) { return {date.day + days}; }
  friend CivilDate operator-(CivilDate date, int days) { return {date.day - days}; }
  friend int operator-(CivilDate a, CivilDate b) { return a.day - b.day; }
};

struct YearMonthDay {
  int year = 1970;
  int month = 1;
  int day = 1;
};

// Year in 1..9999, month 1..12, day valid in that month; otherwise nothing.
[[nodiscard]] std::optional<CivilDate> make_date(int year, int month, int day);
[[nodiscard]] YearMonthDay to_year_month_day(CivilDate date);
// 0 = Monday ... 6 = Sunday (ISO 8601 order).
[[nodiscard]] int weekday(CivilDate date);
// The Monday of the date's ISO week.
[[nodiscard]] CivilDate monday_of(CivilDate date);

struct IsoWeek {
  int year = 1970;  // the ISO week-numbering year
  int week = 1;     // 1..53
  friend auto operator<=>(IsoWeek, IsoWeek) = default;
};
[[nodiscard]] IsoWeek iso_week(CivilDate date);

// "2015-05-13"; exactly that form, or nothing.
[[nodiscard]] std::optional<CivilDate> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(CivilDate date);
// "2015-05-13T21:04:05.006Z"
[[nodiscard]] std::string format_utc(Instant instant);

// Time of day of a civil clock, to the millisecond.
struct CivilTime {
  std::int32_t ms_of_day = 0;  // 0 .. 86,399,999
  friend auto operator<=>(CivilTime, CivilTime) = default;
};

// Days first..last-1: half-open, so that lengths subtract and neighbours do not overlap. People read and write the last
// day inclusive; the edge converts.
struct DayPeriod {
  CivilDate begin;
  CivilDate end;

  [[nodiscard]] int days() const { return end - begin; }
  [[nodiscard]] bool contains(CivilDate date) const { return begin <= date && date < end; }
  friend bool operator==(DayPeriod, DayPeriod) = default;
};

// Half-open period of instants.
struct Period {
  Instant begin;
  Instant end;
  friend bool operator==(Period, Period) = default;
};

// For facts whose moment is not known exactly: it happened in [earliest, latest].
struct Window {
  Instant earliest;
  Instant latest;
  friend bool operator==(Window, Window) = default;
};

}  // namespace quadrille
