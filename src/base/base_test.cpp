#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "base/parallel.h"
#include "base/place.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace quadrille {
namespace {

TEST(Random, many_at_a_time_are_the_same_numbers) {
  Random one({7}, 3);
  Random many({7}, 3);
  std::vector<std::uint32_t> words(37);
  for (const std::size_t size : {1U, 2U, 3U, 8U, 23U}) {
    many.fill(std::span(words).first(size));
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(words[i], one.next_u32());
  }
  Random slow({9}, 5);
  BulkRandom fast({9}, 5);
  for (std::uint32_t bound = 1; bound < 3000; bound = bound * 2 + 1)
    for (int i = 0; i < 100; ++i) EXPECT_EQ(fast.next_below(bound * 1'000'003U), slow.next_below(bound * 1'000'003U));
  EXPECT_EQ(fast.next_uniform(), slow.next_uniform());
}

TEST(Random, agrees_with_the_published_known_answers) {
  // Random123 distribution, kat_vectors, philox4x32-10 (read 2026-11-24).
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, poisson_has_the_stated_mean_and_variance) {
  for (const double mean : {0.0, 0.3, 4.0, 29.9, 30.1, 250.0}) {
    Random random({7}, 1);
    constexpr int draws = 40'000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; ++i) {
      const auto k = static_cast<double>(random.next_poisson(mean));
      sum += k;
      squares += k * k;
    }
    const double found = sum / draws;
    const double variance = squares / draws - found * found;
    const double tolerance = 4 * std::sqrt(std::max(mean, 1e-12) / draws);
    EXPECT_NEAR(found, mean, tolerance);
    EXPECT_NEAR(variance, mean, std::max(mean, 1.0) * 0.05);
  }
}

TEST(Random, next_below_is_even) {
  Random random({3}, 0);
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) ++seen[random.next_below(7)];
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 400);
}

TEST(Random, streams_of_one_seed_differ) {
  Random a({1}, 0);
  Random b({1}, 1);
  EXPECT_NE(a.next_u64(), b.next_u64());
}

TEST(Time, every_day_of_four_centuries_goes_there_and_back) {
  const auto first = make_date(1899, 12, 31);
  ASSERT_TRUE(first);
  for (int i = 0; i < 146'097; ++i) {
    const CivilDate date = *first + i;
    const auto back = parse_date(format_date(date));
    ASSERT_EQ(back, date);
  }
}

TEST(Time, impossible_dates_are_refused) {
  for (const char* text :
       {"2015-02-29", "2015-13-01", "2015-00-10", "2015-04-31", "15-04-01", "2015/04/01", "2015-4-1", ""})
    EXPECT_FALSE(parse_date(text)) << text;
  EXPECT_TRUE(parse_date("2016-02-29"));
}

TEST(Time, iso_weeks_cross_the_year_correctly) {
  EXPECT_EQ(iso_week(*parse_date("2015-12-31")), (IsoWeek{2015, 53}));
  EXPECT_EQ(iso_week(*parse_date("2016-01-03")), (IsoWeek{2015, 53}));
  EXPECT_EQ(iso_week(*parse_date("2016-01-04")), (IsoWeek{2016, 1}));
  EXPECT_EQ(iso_week(*parse_date("2018-12-31")), (IsoWeek{2019, 1}));
  EXPECT_EQ(weekday(*parse_date("2026-11-24")), 1);
}

TEST(Time, instants_print_before_and_after_the_epoch) {
  EXPECT_EQ(format_utc({0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_utc({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_utc({1'431'561'599'123}), "2015-05-13T23:59:59.123Z");
}

TEST(Place, coordinates_outside_the_earth_are_refused) {
  EXPECT_FALSE(LonLat::checked(181, 0));
  EXPECT_FALSE(LonLat::checked(0, -90.1));
  EXPECT_FALSE(LonLat::checked(std::nan(""), 0));
  const auto place = LonLat::checked(-122.394926, 37.738212);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->lon_e7(), -1223949260);
}

TEST(ParallelFor, visits_every_index_once_with_any_number_of_threads) {
  for (const int threads : {1, 2, 3, 8}) {
    std::vector<std::atomic<int>> seen(1000);
    parallel_for(seen.size(), threads, [&](std::size_t i) { ++seen[i]; });
    for (const auto& count : seen) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, an_exception_reaches_the_caller) {
  EXPECT_THROW(parallel_for(100, 4,
                            [](std::size_t i) {
                              if (i == 37) throw std::runtime_error("37");
                            }),
               std::runtime_error);
}

}  // namespace
}  // namespace quadrille
