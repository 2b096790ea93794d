#include "services/studies/studies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "services/audit/audit.h"
#include "services/studies/estimates.h"
#include "services/studies/export_tables.h"
#include "services/studies/masking.h"
#include "services/studies/weeks.h"
#include "testing/databases.h"

namespace quadrille::studies {
namespace {

const territory::By by{"local:test", {9'000}};
const CivilDate first_fact_day = *parse_date("2022-01-03");

// Two square sectors side by side, 2 km each, and facts at a steady rate; one place in the east wakes up at the end.
struct Town {
  std::vector<facts::NewFact> facts;
  std::vector<DayPeriod> gaps;
};

Town make_town(std::uint64_t seed, int days = 730, bool has_holes = false) {
  Random random({seed}, 1);
  Town town;
  int number = 0;
  const auto add = [&](CivilDate day, double lon, double lat, const char* category, facts::Channel channel) {
    town.facts.push_back({.key = "f" + std::to_string(++number),
                          .window = {{day.day * 86'400'000LL}, {day.day * 86'400'000LL}},
                          .day = day,
                          .category = facts::find_category(category)->number,
                          .subcategory = {},
                          .channel = channel,
                          .place = LonLat::checked(lon, lat),
                          .address = {}});
  };
  for (int d = 0; d < days; ++d) {
    const CivilDate day = first_fact_day + d;
    if (has_holes && (d / 7) % 2 == 1) continue;
    for (auto n = random.next_poisson(20); n > 0; --n)
      add(day, 5.30 + 0.05 * random.next_uniform(), 43.30 + 0.02 * random.next_uniform(), "theft",
          facts::Channel::reported);
    for (auto n = random.next_poisson(4); n > 0; --n)
      add(day, 5.30 + 0.05 * random.next_uniform(), 43.30 + 0.02 * random.next_uniform(), "drugs",
          facts::Channel::discovered);
    if (d >= days - 12)
      for (auto n = random.next_poisson(8); n > 0; --n)
        add(day, 5.34 + 0.0005 * random.next_normal(), 43.31 + 0.0005 * random.next_normal(), "dealing",
            facts::Channel::reported);
  }
  if (has_holes)
    for (int d = 7; d < days; d += 14)
      town.gaps.push_back({first_fact_day + d, first_fact_day + std::min(d + 7, days)});
  return town;
}

class StudiesStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), territory::migrations(), facts::migrations(), migrations()})
      database::migrate(database(), steps);
  }
  void build(const Town& town) {
    auto tx = database().write();
    ASSERT_TRUE(territory::create(*tx, {"town", "Town", 2154, "Europe/Paris", false, {}}, by));
    const auto territory = *territory::find(*tx, "town");
    const auto areas = *geojson::parse_areas(
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Ouest"},"geometry":{"type":"Polygon","coordinates":[[[5.30,43.30],[5.325,43.30],[5.325,43.32],[5.30,43.32],[5.30,43.30]]]}},)"
        R"({"type":"Feature","properties":{"name":"Est"},"geometry":{"type":"Polygon","coordinates":[[[5.325,43.30],[5.35,43.30],[5.35,43.32],[5.325,43.32],[5.325,43.30]]]}}]})");
    ASSERT_TRUE(territory::add_sectors(*tx, territory, {areas, "name", "", 1}, by));
    ASSERT_TRUE(facts::add_facts(*tx, territory, "test", town.facts, by));
    const int last = std::ranges::max_element(town.facts, {}, &facts::NewFact::day)->day.day;
    territory::replace_calendar(*tx, territory,
                                {territory::CalendarOrigin::given, {first_fact_day, {last + 1}}, town.gaps}, by);
    tx->commit();
  }
  territory::Territory town() { return *territory::find(*database().read(), "town"); }
  PictureParameters parameters(const PictureQuery& query = {}) { return *complete(query, *database().read(), town()); }
  PictureInput input(const PictureParameters& p) { return *load_input(*database().read(), town(), p, Progress()); }
  PictureAndLayers make(const PictureQuery& query = {}, int threads = 1) {
    const auto p = parameters(query);
    auto made = make_picture(input(p), p, threads, Progress());
    EXPECT_TRUE(made) << made.error().message.en;
    return *made;
  }
};

// A text of a picture good enough to compare two of them.
std::string text_of(const Picture& picture) {
  std::string text;
  for (const auto& row : picture.sectors)
    text +=
        row.name + " " + std::to_string(row.period.count) + " " + std::to_string(row.period.rate.value_or(-1)) + "\n";
  for (const auto& cluster : picture.clusters)
    text += std::to_string(cluster.observed) + " " + std::to_string(cluster.p) + " " +
            std::to_string(cluster.radius_m) + "\n";
  for (const auto& finding : picture.findings) text += finding.title.en + "|" + finding.detail.fr + "\n";
  return text;
}

StudyFormat plain_format() {
  return {text_of, [](const PictureParameters& p) { return format_date(p.first_day) + format_date(p.last_day); },
          [](const std::string& text) -> Result<PictureParameters> {
            PictureParameters p;
            p.first_day = *parse_date(text.substr(0, 10));
            p.last_day = *parse_date(text.substr(10));
            p.compare_last_day = p.first_day - 1;
            p.compare_first_day = p.compare_last_day - (p.last_day - p.first_day);
            return p;
          }};
}

TEST_P(StudiesStore, sectors_and_what_lies_outside_them_add_up_to_the_total) {
  build(make_town(1));
  const auto picture = make().picture;
  const auto& total = *std::ranges::find(picture.totals, facts::Channel::reported, &ChannelTotal::channel);
  std::int64_t sum = picture.quality.outside_sectors + picture.quality.without_place;
  for (const auto& row : picture.sectors) sum += row.period.count;
  EXPECT_EQ(sum, total.period.count);
}

TEST(PictureHabits, of_many_sectors_spend_no_more_than_their_share_of_the_false_alarms_a_territory_allows_itself) {
  EXPECT_DOUBLE_EQ(habit_level(34), 0.01);
  EXPECT_DOUBLE_EQ(habit_level(1'000), 0.0027);
  for (const std::size_t sectors : {1U, 34U, 270U, 271U, 5'000U})
    EXPECT_LE(habit_level(sectors) * static_cast<double>(sectors) + 7 * cluster_level(), 3 + 1e-9) << sectors;
  EXPECT_LE(7 * cluster_level(), 0.3 + 1e-9);
  EXPECT_LE(cluster_level(), 1.0 / 30);
}

TEST_P(StudiesStore, a_picture_says_its_false_alarms_in_words) {
  build(make_town(1));
  const auto picture = make().picture;
  EXPECT_TRUE(std::ranges::any_of(picture.quality.notes, [](const Text& note) {
    return note.en.find("False alarms to expect") != std::string::npos;
  }));
}

TEST_P(StudiesStore, a_picture_says_how_far_it_is_from_the_first_fact_to_the_last_layer) {
  build(make_town(1));
  std::vector<double> shares;
  const Progress progress([&](double share) { shares.push_back(share); });
  ASSERT_TRUE(load_and_make(*database().read(), town(), parameters(), 1, progress));
  EXPECT_GT(shares.size(), 20U);
  EXPECT_TRUE(std::ranges::is_sorted(shares));
  EXPECT_GE(shares.front(), 0);
  EXPECT_LT(shares.front(), 0.05);
  EXPECT_EQ(shares.back(), 1);
  double widest = 0;
  for (std::size_t i = 1; i < shares.size(); ++i) widest = std::max(widest, shares[i] - shares[i - 1]);
  EXPECT_LT(widest, 0.25) << "no long silence";
}

TEST_P(StudiesStore, a_picture_stops_wherever_it_is_cancelled) {
  build(make_town(1));
  const auto p = parameters();
  std::vector<double> shares;
  {
    const Progress progress([&](double share) { shares.push_back(share); });
    ASSERT_TRUE(load_and_make(*database().read(), town(), p, 1, progress));
  }
  std::erase(shares, 1.0);  // it is there: too late
  for (const double last : shares) {
    Progress progress([&](double share) {
      if (share >= last) progress.cancel();
    });
    const auto made = load_and_make(*database().read(), town(), p, 1, progress);
    ASSERT_FALSE(made) << last;
    EXPECT_EQ(made.error(), cancelled().error()) << last;
  }
}

TEST_P(StudiesStore, channels_are_never_added_up) {
  build(make_town(1));
  const auto picture = make().picture;
  const auto p = picture.parameters;
  const auto facts = input(p).facts;
  for (const auto& total : picture.totals) {
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < facts.size(); ++i)
      expected += facts.channel[i] == total.channel && p.period().contains({facts.day[i]}) ? 1 : 0;
    EXPECT_EQ(total.period.count, expected);
  }
  for (const auto& category : picture.categories)
    EXPECT_EQ(category.channel == facts::Channel::discovered, category.code == "drugs");
  const auto discovered = make({.channel = facts::Channel::discovered}).picture;
  EXPECT_LT(discovered.sectors[0].period.count, picture.sectors[0].period.count);
}

TEST_P(StudiesStore, rates_are_per_observed_day_and_an_unobserved_week_has_none) {
  build(make_town(2, 730, true));
  const auto picture = make().picture;
  EXPECT_LT(picture.observation.period.observed_days, 60);
  const auto& total = picture.totals[0];
  EXPECT_DOUBLE_EQ(*total.period.rate,
                   static_cast<double>(total.period.count) / picture.observation.period.observed_days);
  EXPECT_NEAR(*total.comparison.rate, 20, 2.5);
  int unobserved = 0;
  for (const auto& week : picture.series[0].weeks) {
    EXPECT_EQ(week.rate.has_value(), week.observed_days > 0);
    if (week.observed_days == 0) {
      ++unobserved;
      EXPECT_FALSE(week.expected || week.upper || week.alarm);
    }
  }
  EXPECT_GE(unobserved, 20);
}

TEST_P(StudiesStore, a_place_that_wakes_up_is_found_and_said_first) {
  build(make_town(3));
  const auto made = make();
  ASSERT_FALSE(made.picture.clusters.empty());
  const auto& cluster = made.picture.clusters.front();
  EXPECT_NEAR(cluster.centre[0], 5.34, 0.003);
  EXPECT_NEAR(cluster.centre[1], 43.31, 0.003);
  EXPECT_EQ(cluster.last_day, made.picture.parameters.last_day);
  EXPECT_LE(cluster.first_day - (made.picture.parameters.last_day - 11), 3);
  EXPECT_EQ(made.picture.findings.front().kind, FindingKind::cluster);
  EXPECT_LE(made.picture.findings.size(), 7U);
  EXPECT_FALSE(made.layers.at(LayerKind::hotspots).features.empty());
}

TEST_P(StudiesStore, the_same_picture_for_any_number_of_threads) {
  build(make_town(4));
  EXPECT_EQ(text_of(make({}, 1).picture), text_of(make({}, 4).picture));
}

TEST_P(StudiesStore, a_study_run_again_gives_the_same_bytes_even_after_later_imports) {
  build(make_town(5));
  const auto p = parameters();
  const auto loaded = input(p);
  const auto made = make_picture(loaded, p, 1, Progress());
  StudyId id;
  {
    auto tx = database().write();
    id = *save(*tx, town(), "Hiver", made->picture, loaded.calendar, plain_format(), by);
    EXPECT_EQ(save(*tx, town(), "", made->picture, loaded.calendar, plain_format(), by).error().field, "title");
    tx->commit();
  }
  {
    auto tx = database().write();
    auto later = make_town(6, 40);
    for (auto& fact : later.facts) {
      fact.key += "-later";
      fact.day = p.last_day - 5;
    }
    ASSERT_TRUE(facts::add_facts(*tx, town(), "later", later.facts, by));
    tx->commit();
  }
  auto snapshot = database().read();
  const auto study = find(*snapshot, town().id, id);
  ASSERT_TRUE(study);
  const auto again = rerun(*snapshot, town(), *study, plain_format(), 2, Progress());
  ASSERT_TRUE(again) << again.error().message.en;
  EXPECT_TRUE(again->same);
  EXPECT_NE(text_of(make().picture), study->text);
  EXPECT_EQ(list(*snapshot, town().id).front().sha256, again->sha256);
  EXPECT_EQ(find(*snapshot, town().id, {99}).error().kind, ErrorKind::not_found);
}

TEST_P(StudiesStore, what_cannot_be_computed_is_refused_with_its_field) {
  build(make_town(7, 300));
  auto p = parameters();
  const auto loaded = input(p);
  const auto field_of = [&](const PictureParameters& wanted) {
    return make_picture(loaded, wanted, 1, Progress()).error().field;
  };
  auto bad = p;
  bad.last_day = bad.first_day - 1;
  EXPECT_EQ(field_of(bad), "last_day");
  bad = p;
  bad.compare_last_day = bad.first_day;
  EXPECT_EQ(field_of(bad), "compare_last_day");
  bad = p;
  bad.categories = {"volcano"};
  EXPECT_EQ(field_of(bad), "categories");
  bad = p;
  bad.level = 7;
  EXPECT_EQ(field_of(bad), "level");
  bad = p;
  bad.cell_m = 1;
  EXPECT_EQ(field_of(bad), "cell_m");
}

TEST_P(StudiesStore, a_period_without_observation_says_so_and_nothing_else) {
  build(make_town(8, 300));
  const auto picture = make({.first_day = *parse_date("2030-01-01"), .last_day = *parse_date("2030-01-31")}).picture;
  ASSERT_EQ(picture.findings.size(), 1U);
  EXPECT_EQ(picture.findings[0].kind, FindingKind::quality);
  for (const auto& row : picture.sectors) EXPECT_FALSE(row.period.rate);
}

TEST_P(StudiesStore, exports_are_whole_months_masked_and_without_points) {
  build(make_town(9));
  auto p = parameters();
  p.first_day = *parse_date("2023-01-15");
  p.last_day = *parse_date("2023-04-10");
  const auto loaded = input(p);
  for (const auto kind : {ExportKind::sectors, ExportKind::facts}) {
    const auto table = make_export(kind, loaded, p);
    ASSERT_TRUE(table);
    ASSERT_FALSE(table->rows.empty());
    bool has_zero = false;
    for (const auto& row : table->rows) {
      EXPECT_TRUE(row.month == *parse_date("2023-02-01") || row.month == *parse_date("2023-03-01"));
      EXPECT_EQ(row.count.has_value(), !row.is_withheld);
      if (row.count) EXPECT_TRUE(*row.count == 0 || *row.count >= smallest_shown) << *row.count;
      has_zero = has_zero || row.count == 0;
      if (kind == ExportKind::facts) EXPECT_EQ(row.shape.front().outer.size(), 5U);
    }
  }
  auto narrow = p;
  narrow.last_day = narrow.first_day + 10;
  EXPECT_EQ(make_export(ExportKind::facts, loaded, narrow).error().field, "first_day");
  for (const auto& row : make_export(ExportKind::hotspots, loaded, p)->rows) EXPECT_FALSE(row.count);
}

INSTANTIATE_TEST_SUITE_P(Databases, StudiesStore, testing::every_database(), testing::database_name);

// An outsider who knows a group's total and the rule: what values may each withheld count have?
bool can_be_told(const std::vector<std::int64_t>& counts, const std::vector<bool>& hidden) {
  std::int64_t sum = 0;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!hidden[i]) continue;
    sum += counts[i];
    cells.push_back(i);
  }
  if (cells.empty()) return false;
  if (cells.size() == 1) return true;
  // With small counts only, one assignment of 1..4 to each that makes the sum means all are told.
  const auto n = static_cast<std::int64_t>(cells.size());
  return sum == n || sum == 4 * n;
}

TEST(Masking, no_small_count_shows_and_none_can_be_had_from_the_total) {
  Random random({12}, 0);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::int64_t> counts(2 + random.next_below(7));
    for (auto& count : counts) count = random.next_below(3) == 0 ? 0 : static_cast<std::int64_t>(random.next_below(14));
    const auto hidden = withheld(counts);
    bool all_hidden = true;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0 && counts[i] < smallest_shown) ASSERT_TRUE(hidden[i]);
      all_hidden = all_hidden && hidden[i];
    }
    if (!all_hidden) ASSERT_FALSE(can_be_told(counts, hidden)) << round;
    const bool has_small =
        std::ranges::any_of(counts, [](std::int64_t count) { return count > 0 && count < smallest_shown; });
    if (!has_small) EXPECT_EQ(std::ranges::count(hidden, true), 0);
  }
}

TEST(Masking, tables_hold_by_row_and_by_column) {
  Random random({13}, 0);
  for (int round = 0; round < 2'000; ++round) {
    const std::size_t columns = 2 + random.next_below(4);
    const std::size_t rows = 2 + random.next_below(4);
    std::vector<std::int64_t> counts(rows * columns);
    for (auto& count : counts) count = static_cast<std::int64_t>(random.next_below(20));
    const auto hidden = withheld_in_table(counts, columns);
    const auto check = [&](std::size_t start, std::size_t step, std::size_t size) {
      std::vector<std::int64_t> line;
      std::vector<bool> line_hidden;
      for (std::size_t i = 0; i < size; ++i) {
        line.push_back(counts[start + i * step]);
        line_hidden.push_back(hidden[start + i * step]);
      }
      if (std::ranges::count(line_hidden, true) < static_cast<std::ptrdiff_t>(size))
        ASSERT_FALSE(can_be_told(line, line_hidden));
    };
    for (std::size_t r = 0; r < rows; ++r) check(r * columns, 1, columns);
    for (std::size_t c = 0; c < columns; ++c) check(c, columns, rows);
  }
}

TEST(WholeMonths, only_months_that_lie_within) {
  const auto months = whole_months(*parse_date("2025-12-02"), *parse_date("2026-02-28"));
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0].begin, *parse_date("2026-01-01"));
  EXPECT_EQ(months[1].end, *parse_date("2026-03-01"));
  EXPECT_TRUE(whole_months(*parse_date("2026-01-02"), *parse_date("2026-01-31")).empty());
}

TEST(Certainty, words_follow_size_days_and_stability_not_p_alone) {
  const auto input = [](std::int64_t now, std::int64_t before, int days, Halves halves) {
    return ChangeInput{make_estimate(now, days), make_estimate(before, days), halves};
  };
  const auto sure = make_changes(std::vector{input(200, 100, 60, {100, 30, 100, 30})}).front();
  EXPECT_EQ(sure.certainty, Certainty::established);
  EXPECT_EQ(sure.direction, Direction::up);
  EXPECT_EQ(make_changes(std::vector{input(200, 100, 60, {160, 30, 40, 30})}).front().certainty,
            Certainty::probable);  // one half only
  EXPECT_EQ(make_changes(std::vector{input(200, 100, 14, {100, 7, 100, 7})}).front().certainty,
            Certainty::probable);  // few days
  EXPECT_EQ(make_changes(std::vector{input(6, 2, 60, {3, 30, 3, 30})}).front().certainty,
            Certainty::undetermined);  // few facts
  EXPECT_EQ(make_changes(std::vector{input(200, 100, 5, {100, 2, 100, 3})}).front().direction, Direction::unknown);
}

}  // namespace
}  // namespace quadrille::studies
