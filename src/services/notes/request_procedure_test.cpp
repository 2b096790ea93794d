#include "services/notes/request_procedure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "services/notes/request_clocks.h"
#include "services/notes/request_page.h"
#include "services/notes/request_statistics.h"
#include "testing/golden.h"

namespace quadrille::notes {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

Instant paris(int year, int month, int day, int hour, int minute = 0) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  return zone.to_instant({*make_date(year, month, day), {(hour * 60 + minute) * 60'000}}).earliest;
}

TEST(RequestProcedure, a_state_and_a_step_have_one_row_at_most_and_next_finds_it_for_every_pair) {
  std::set<std::pair<RequestState, RequestStep>> seen;
  for (const auto& row : request_table()) EXPECT_TRUE(seen.insert({row.from, row.step}).second);
  int possible = 0;
  for (const RequestState state : request_states)
    for (const RequestStep step : request_steps) {
      const auto row = next(state, step);
      ASSERT_EQ(row.has_value(), seen.contains({state, step})) << name_of(state) << ' ' << name_of(step);
      possible += row ? 1 : 0;
    }
  EXPECT_EQ(possible, 26);
}

TEST(RequestProcedure, every_state_can_be_reached_and_only_the_four_ends_have_no_exit) {
  std::set<RequestState> reached{RequestState::open};
  for (std::size_t pass = 0; pass < std::size(request_states); ++pass)
    for (const auto& row : request_table())
      if (reached.contains(row.from)) reached.insert(row.to);
  for (const RequestState state : request_states) {
    EXPECT_TRUE(reached.contains(state)) << name_of(state);
    const bool is_end = state == RequestState::given || state == RequestState::partly_given ||
                        state == RequestState::refused || state == RequestState::withdrawn;
    EXPECT_EQ(is_final(state), is_end) << name_of(state);
  }
}

TEST(RequestProcedure, the_asked_side_answers_and_the_asking_side_withdraws_from_every_open_state) {
  for (const RequestState state : request_states) {
    if (is_final(state)) continue;
    EXPECT_EQ(next(state, RequestStep::give)->by, RequestSide::asked);
    EXPECT_EQ(next(state, RequestStep::refuse)->by, RequestSide::asked);
    EXPECT_EQ(next(state, RequestStep::give_partly)->guard, RequestGuard::with_a_ground);
    EXPECT_EQ(next(state, RequestStep::withdraw)->by, RequestSide::asking);
  }
}

TEST(RequestProcedure, every_ground_between_member_states_is_a_point_of_article_six_and_names_are_unique) {
  std::set<std::string_view> names;
  std::set<std::string_view> points;
  for (const auto& ground : request_grounds()) {
    EXPECT_TRUE(names.insert(ground.name).second) << ground.name;
    EXPECT_FALSE(ground.label.fr.empty() || ground.label.en.empty());
    if (ground.frame == RequestFrame::internal) {
      EXPECT_EQ(ground.article, "");
      continue;
    }
    EXPECT_TRUE(ground.article.starts_with("directive (UE) 2023/977 art. 6(1)(")) << ground.article;
    EXPECT_TRUE(points.insert(ground.article).second) << ground.article;
    EXPECT_EQ(ground_named(RequestFrame::internal, ground.name), nullptr);
    EXPECT_NE(ground_named(RequestFrame::member_state, ground.name), nullptr);
  }
  EXPECT_EQ(points.size(), 11U);  // (a) to (h), with three of (f) and two of (g)
}

TEST(RequestProcedure, names_and_labels_lead_back_to_what_they_name) {
  for (const RequestState state : request_states) {
    EXPECT_EQ(request_state_named(name_of(state)), state);
    EXPECT_NE(label_of(state).fr, label_of(state).en);
  }
  for (const RequestStep step : request_steps) EXPECT_EQ(request_step_named(name_of(step)), step);
  for (const Urgency urgency : request_urgencies) EXPECT_EQ(urgency_named(name_of(urgency)), urgency);
  for (const RequestFrame frame : request_frames) EXPECT_EQ(frame_named(name_of(frame)), frame);
  EXPECT_EQ(request_state_named("lost"), std::nullopt);
}

TEST(RequestClocks, the_three_limits_of_the_directive_are_in_the_table) {
  using enum Urgency;
  using enum Accessibility;
  constexpr auto between = RequestFrame::member_state;
  EXPECT_EQ(limit_row(between, urgent, direct).limit, TimeLimit{.hours = 8});
  EXPECT_EQ(limit_row(between, urgent, indirect).limit, TimeLimit{.calendar_days = 3});
  EXPECT_EQ(limit_row(between, ordinary, direct).limit, TimeLimit{.calendar_days = 7});
  EXPECT_EQ(limit_row(between, ordinary, indirect).limit, TimeLimit{.calendar_days = 7});
  for (const auto& row : limit_table()) {
    EXPECT_FALSE(row.source.empty());
    EXPECT_EQ(row.read_on, *make_date(2026, 11, 25));
    EXPECT_EQ(checked_limit(row.limit.hours, row.limit.calendar_days), row.limit);
  }
}

// 25 October 2026, 3:00 summer time becomes 2:00; 28 March 2027, 2:00 becomes 3:00.
TEST(RequestClocks, eight_hours_are_eight_hours_that_pass_also_when_the_clocks_change) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  const Instant autumn = paris(2026, 10, 24, 23);
  EXPECT_EQ(limit_end(autumn, {.hours = 8}, zone).utc_ms - autumn.utc_ms, 8 * hour_ms);
  EXPECT_EQ(limit_end(autumn, {.hours = 8}, zone), paris(2026, 10, 25, 6));  // 7:00 on an ordinary night
  const Instant spring = paris(2027, 3, 27, 23);
  EXPECT_EQ(limit_end(spring, {.hours = 8}, zone), paris(2027, 3, 28, 8));
}

TEST(RequestClocks, calendar_days_end_at_the_same_time_of_the_territorys_clock) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  const auto hours = [&](Instant from, int days) {
    return (limit_end(from, {.calendar_days = days}, zone).utc_ms - from.utc_ms) / hour_ms;
  };
  EXPECT_EQ(hours(paris(2026, 10, 23, 10), 3), 73);  // across the longer day
  EXPECT_EQ(hours(paris(2027, 3, 26, 10), 3), 71);   // across the shorter one
  EXPECT_EQ(hours(paris(2026, 10, 26, 10), 7), 168);
  EXPECT_EQ(limit_end(paris(2026, 10, 23, 10), {.calendar_days = 3}, zone), paris(2026, 10, 26, 10));
}

TEST(RequestClocks, a_time_that_comes_twice_ends_the_limit_the_first_time_and_a_skipped_one_at_the_change) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  // 2:30 on 25 October comes first as summer time, 0:30 UTC.
  EXPECT_EQ(format_utc(limit_end(paris(2026, 10, 22, 2, 30), {.calendar_days = 3}, zone)), "2026-10-25T00:30:00.000Z");
  // 2:30 on 28 March never is; the change is at 1:00 UTC.
  EXPECT_EQ(format_utc(limit_end(paris(2027, 3, 21, 2, 30), {.calendar_days = 7}, zone)), "2027-03-28T01:00:00.000Z");
}

TEST(RequestClocks, a_local_minute_is_read_in_exactly_one_form) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  EXPECT_EQ(parse_local_minute("2026-10-26T08:05", zone), paris(2026, 10, 26, 8, 5));
  for (const std::string_view text : {"", "2026-10-26", "2026-10-26 08:05", "2026-10-26T24:00", "2026-10-26T08:60",
                                      "2026-13-01T08:00", "2026-10-26T8:05x", "2026-10-26T08:05Z", "2026-10-26T-8:05"})
    EXPECT_EQ(parse_local_minute(text, zone), std::nullopt) << text;
}

TEST(RequestClocks, a_limit_is_hours_or_days_within_a_year) {
  EXPECT_EQ(checked_limit(0, 0).error().field, "hours");
  EXPECT_EQ(checked_limit(3, 2).error().field, "hours");
  EXPECT_EQ(checked_limit(-1, 0).error().field, "hours");
  EXPECT_EQ(checked_limit(8761, 0).error().field, "hours");
  EXPECT_EQ(checked_limit(0, 367).error().field, "days");
  EXPECT_EQ(checked_limit(0, 366), (TimeLimit{.calendar_days = 366}));
}

TEST(RequestClocks, a_clock_that_stands_still_loses_nothing_and_goes_on_where_it_stopped) {
  ClockState state{{0}, {8 * hour_ms}, 0, {}, {}};
  EXPECT_EQ(read_clock(state, {2 * hour_ms}).percent_used, 25);
  state.suspended_at = Instant{2 * hour_ms};
  const auto standing = read_clock(state, {100 * hour_ms});
  EXPECT_TRUE(standing.is_suspended);
  EXPECT_FALSE(standing.is_late);
  EXPECT_EQ(standing.left_ms, 6 * hour_ms);
  EXPECT_EQ(standing.percent_used, 25);
  resume(state, {12 * hour_ms});
  EXPECT_EQ(state.due, Instant{18 * hour_ms});
  EXPECT_EQ(read_clock(state, {12 * hour_ms}).left_ms, 6 * hour_ms);
  EXPECT_FALSE(read_clock(state, {18 * hour_ms}).is_late);
  EXPECT_TRUE(read_clock(state, {18 * hour_ms + 1}).is_late);
  state.ended_at = Instant{17 * hour_ms};
  EXPECT_FALSE(read_clock(state, {1000 * hour_ms}).is_late);
  EXPECT_EQ(going_ms(state, {1000 * hour_ms}), 7 * hour_ms);
}

RequestOutcome answered(std::int64_t hours, RequestState state = RequestState::given) {
  return {{5}, state, {{0}, {8 * hour_ms}, 0, {}, Instant{hours * hour_ms}}, ""};
}

TEST(RequestStatistics, in_time_late_open_and_withdrawn_are_counted_apart) {
  std::vector<RequestOutcome> outcomes{answered(3), answered(9), answered(4, RequestState::withdrawn)};
  outcomes.push_back({{5}, RequestState::open, {{0}, {8 * hour_ms}, 0, {}, {}}, ""});
  outcomes.push_back(answered(1, RequestState::refused));
  outcomes.back().ground = "not_held";
  outcomes.push_back({{4}, RequestState::open, {{0}, {80 * hour_ms}, 0, {}, {}}, ""});
  const auto statistics = statistics_of(outcomes, {10 * hour_ms});
  ASSERT_EQ(statistics.size(), 2U);
  EXPECT_EQ(statistics[0].asked, ServiceId{4});
  EXPECT_EQ(statistics[0].unfinished, 1);
  EXPECT_EQ(statistics[0].unfinished_late, 0);
  const auto& five = statistics[1];
  EXPECT_EQ(five.requests, 5);
  EXPECT_EQ(five.in_time, 2);
  EXPECT_EQ(five.late, 1);
  EXPECT_EQ(five.unfinished, 1);
  EXPECT_EQ(five.unfinished_late, 1);
  EXPECT_EQ(five.withdrawn, 1);
  ASSERT_EQ(five.grounds.size(), 1U);
  EXPECT_EQ(five.grounds[0].ground, "not_held");
}

TEST(RequestStatistics, the_median_of_answered_requests_is_theirs_and_open_ones_push_it_up) {
  std::vector<RequestOutcome> outcomes;
  for (int hours = 1; hours <= 9; ++hours) outcomes.push_back(answered(hours));
  auto statistics = statistics_of(outcomes, {10 * hour_ms});
  EXPECT_EQ(statistics[0].median.hours, 5.0);
  EXPECT_EQ(statistics[0].ninety_percent.hours, 9.0);
  ASSERT_TRUE(statistics[0].median.low_hours && statistics[0].median.high_hours);
  EXPECT_LE(*statistics[0].median.low_hours, 5.0);
  EXPECT_GE(*statistics[0].median.high_hours, 5.0);
  for (int i = 0; i < 9; ++i) outcomes.push_back({{5}, RequestState::open, {{0}, {80 * hour_ms}, 0, {}, {}}, ""});
  statistics = statistics_of(outcomes, {10 * hour_ms});
  EXPECT_EQ(statistics[0].median.hours, 9.0);
  EXPECT_EQ(statistics[0].ninety_percent.hours, std::nullopt);  // not reached yet
  EXPECT_TRUE(statistics_of({}, {0}).empty());
}

TEST(RequestPage, the_documents_procedure_is_the_tables) {
  const auto path = testing::source_folder() / "docs" / "requests.md";
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const std::string printed = printed_request_procedure();
  EXPECT_NE(page.find(printed), std::string::npos) << path << " does not hold the table as it is. It should say:\n"
                                                   << printed;
}

}  // namespace
}  // namespace quadrille::notes
