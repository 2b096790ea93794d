#include "edge/format/moment.h"

#include <gtest/gtest.h>

namespace quadrille::format {
namespace {

TEST(Moment, what_is_written_is_read_back) {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1'795'600'000'123}, std::int64_t{-1}})
    EXPECT_EQ(parse_utc(format_utc({ms})), Instant{ms});
  EXPECT_EQ(parse_utc("2026-10-25T01:30Z"), parse_utc("2026-10-25T01:30:00.000Z"));
  EXPECT_EQ(parse_utc("1970-01-02T00:00:01Z"), Instant{86'401'000});
}

TEST(Moment, other_texts_are_no_moments) {
  for (const char* text : {"", "Z", "2026-11-25", "2026-11-25T21:00", "2026-11-25T21:00+01:00", "2026-02-30T21:00Z",
                           "2026-11-25T24:00Z", "2026-11-25T21:60Z", "2026-11-25 21:00Z", "2026-11-25T21:00:60Z",
                           "2026-11-25T2a:00Z", "2026-11-25T21:00:00,000Z"})
    EXPECT_FALSE(parse_utc(text)) << text;
}

}  // namespace
}  // namespace quadrille::format
