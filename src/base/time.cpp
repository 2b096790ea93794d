#include "base/time.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace quadrille {
namespace {

namespace chr = std::chrono;

chr::year_month_day to_chrono(CivilDate date) { return chr::year_month_day(chr::sys_days(chr::days(date.day))); }

std::optional<int> parse_digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<CivilDate> make_date(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const chr::year_month_day date{chr::year(year), chr::month(static_cast<unsigned>(month)),
                                 chr::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return CivilDate{static_cast<std::int32_t>(chr::sys_days(date).time_since_epoch().count())};
}

YearMonthDay to_year_month_day(CivilDate date) {
  const auto ymd = to_chrono(date);
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int weekday(CivilDate date) {
  const int from_thursday = date.day + 3;  // 1970-01-01 was a Thursday
  return ((from_thursday % 7) + 7) % 7;
}

CivilDate monday_of(CivilDate date) { return date - weekday(date); }

IsoWeek iso_week(CivilDate date) {
  const CivilDate thursday = monday_of(date) + 3;
  const int year = to_year_month_day(thursday).year;
  const CivilDate first_of_january = *make_date(year, 1, 1);
  return {year, (thursday - first_of_january) / 7 + 1};
}

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return make_date(*year, *month, *day);
}

std::string format_date(CivilDate date) {
  const auto ymd = to_year_month_day(date);
  return fmt::format("{:04}-{:02}-{:02}", ymd.year, ymd.month, ymd.day);
}

std::string format_utc(Instant instant) {
  constexpr std::int64_t day_ms = 86'400'000;
  const std::int64_t day = (instant.utc_ms >= 0 ? instant.utc_ms : instant.utc_ms - (day_ms - 1)) / day_ms;
  const std::int64_t ms = instant.utc_ms - day * day_ms;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date({static_cast<std::int32_t>(day)}), ms / 3'600'000,
                     ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

}  // namespace quadrille
