#include "host/clock/time_zone.h"

#include <gtest/gtest.h>

namespace quadrille::clock {
namespace {

TimeZone zone(const char* name) { return *TimeZone::open(name); }
LocalTime local(const char* date, int hour, int minute = 0) {
  return {*parse_date(date), {(hour * 60 + minute) * 60'000}};
}

TEST(TimeZone, an_unknown_zone_is_refused) {
  const auto opened = TimeZone::open("Europe/Pariss");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.en.find("Europe/Pariss"), std::string::npos);
}

TEST(TimeZone, an_ordinary_time_has_one_meaning) {
  const auto meaning = zone("America/Los_Angeles").to_instant(local("2015-05-13", 23, 59));
  EXPECT_EQ(meaning.kind, LocalMeaning::Kind::unique);
  EXPECT_EQ(format_utc(meaning.earliest), "2015-05-14T06:59:00.000Z");
}

TEST(TimeZone, the_hour_that_comes_twice_keeps_both_meanings) {
  const auto meaning = zone("Europe/Paris").to_instant(local("2026-10-25", 2, 30));
  EXPECT_EQ(meaning.kind, LocalMeaning::Kind::repeated);
  EXPECT_EQ(format_utc(meaning.earliest), "2026-10-25T00:30:00.000Z");
  EXPECT_EQ(format_utc(meaning.latest), "2026-10-25T01:30:00.000Z");
}

TEST(TimeZone, the_hour_that_never_was_is_the_moment_of_the_change) {
  const auto meaning = zone("Europe/Paris").to_instant(local("2027-03-28", 2, 30));
  EXPECT_EQ(meaning.kind, LocalMeaning::Kind::skipped);
  EXPECT_EQ(format_utc(meaning.earliest), "2027-03-28T01:00:00.000Z");
}

TEST(TimeZone, days_last_23_24_or_25_hours) {
  const auto paris = zone("Europe/Paris");
  const auto hours = [&](const char* date) {
    const auto day = paris.day(*parse_date(date));
    return (day.end.utc_ms - day.begin.utc_ms) / 3'600'000;
  };
  EXPECT_EQ(hours("2026-10-25"), 25);
  EXPECT_EQ(hours("2027-03-28"), 23);
  EXPECT_EQ(hours("2026-10-24"), 24);
}

TEST(TimeZone, every_half_hour_of_two_years_goes_there_and_back) {
  for (const char* name :
       {"Europe/Paris", "America/Los_Angeles", "America/Chicago", "Indian/Reunion", "Pacific/Marquesas"}) {
    const auto tz = zone(name);
    for (std::int64_t t = 1'767'225'600'000; t < 1'767'225'600'000 + 730LL * 86'400'000; t += 1'800'000) {
      const auto meaning = tz.to_instant(tz.to_local({t}));
      ASSERT_TRUE(meaning.earliest.utc_ms == t || meaning.latest.utc_ms == t) << name << ' ' << format_utc({t});
      ASSERT_NE(meaning.kind, LocalMeaning::Kind::skipped);
    }
  }
}

}  // namespace
}  // namespace quadrille::clock
