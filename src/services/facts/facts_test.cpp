#include "services/facts/facts.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <fstream>

#include "base/random.h"
#include "services/audit/audit.h"
#include "services/territory/calendar.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::facts {
namespace {

const territory::By by{"local:test", {5'000}};

Mapping mapping() {
  Mapping mapping;
  mapping.source = "test-feed";
  mapping.id_column = "id";
  mapping.datetime_columns = {"when"};
  mapping.datetime_format = *DateFormat::compile("%Y-%m-%d %H:%M");
  mapping.time_zone = "Europe/Paris";
  mapping.category_column = "what";
  mapping.x_column = "lon";
  mapping.y_column = "lat";
  mapping.bounds = {5.2, 43.1, 5.6, 43.5};
  mapping.categories = {{"TAPAGE", {find_category("nuisance")->number, Channel::reported}},
                        {"ILS", {find_category("drugs")->number, Channel::discovered}}};
  return mapping;
}

class FactsStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), territory::migrations());
    database::migrate(database(), migrations());
    auto tx = database().write();
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", false, {}}, by));
    const auto areas = *geojson::parse_areas(
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Ouest"},"geometry":{"type":"Polygon","coordinates":[[[5.3,43.2],[5.4,43.2],[5.4,43.4],[5.3,43.4],[5.3,43.2]]]}},)"
        R"({"type":"Feature","properties":{"name":"Est"},"geometry":{"type":"Polygon","coordinates":[[[5.4,43.2],[5.5,43.2],[5.5,43.4],[5.4,43.4],[5.4,43.2]]]}}]})");
    ASSERT_TRUE(territory::add_sectors(*tx, *territory::find(*tx, "port"), {areas, "name", "", 1}, by));
    tx->commit();
  }
  territory::Territory port() { return *territory::find(*database().read(), "port"); }
  std::filesystem::path file(const std::string& text, const std::string& name = "facts.csv") {
    const auto path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Result<ImportReport> take(const std::string& text, const Mapping& by_mapping = mapping()) {
    return import_file(database(), port(), file(text), by_mapping, by, progress_);
  }
  std::int64_t sector_named(std::string_view name) {
    for (const auto& sector : territory::load_sectors(*database().read(), port().id))
      if (sector.name == name) return sector.id.value;
    return 0;
  }
  FactColumns all(std::int64_t data_version) {
    return *load_facts(*database().read(), port().id, {{0}, {100'000}}, data_version, Progress());
  }

  testing::TemporaryFolder folder_;
  Progress progress_;
};

const std::string header = "id,when,what,lon,lat\n";

TEST_P(FactsStore, rows_become_facts_with_sector_and_channel) {
  const auto report = take(
      header +
      "a,2026-03-01 10:00,TAPAGE,5.35,43.3\nb,2026-03-02 23:59,ILS,5.45,43.3\nc,2026-03-03 00:00,TAPAGE,5.55,43.3\n");
  ASSERT_TRUE(report) << report.error().message.en;
  EXPECT_EQ(report->added, 3);
  EXPECT_EQ(report->outside_sectors, 1);
  EXPECT_EQ(report->data_version, 1);
  const auto facts = all(1);
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts.channel[0], Channel::reported);
  EXPECT_EQ(facts.channel[1], Channel::discovered);
  EXPECT_NE(facts.sector[0], facts.sector[1]);
  EXPECT_EQ(facts.sector[2], 0);
  EXPECT_EQ(CivilDate{facts.day[1]}, *parse_date("2026-03-02"));
  auto snapshot = database().read();
  EXPECT_EQ(audit::list(*snapshot, std::nullopt, 1).front().act.subject, "import 1");
  EXPECT_EQ(territory::load_calendar(*snapshot, port().id)->observed_days({{0}, {100'000}}), 3);
}

TEST_P(FactsStore, taking_the_same_file_in_again_changes_nothing) {
  const std::string text = header + "a,2026-03-01 10:00,TAPAGE,5.35,43.3\nb,2026-03-02 23:59,ILS,5.45,43.3\n";
  ASSERT_TRUE(take(text));
  const auto again = take(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->unchanged, 2);
  EXPECT_EQ(again->added + again->changed + again->duplicates, 0);
  EXPECT_EQ(port().data_version, 1);
  EXPECT_EQ(list_imports(*database().read(), port().id).size(), 1U);
}

TEST_P(FactsStore, a_corrected_row_becomes_a_version_and_the_past_can_still_be_read) {
  ASSERT_TRUE(take(header + "a,2026-03-01 10:00,TAPAGE,5.35,43.3\nb,2026-03-02 23:59,ILS,5.45,43.3\n"));
  const auto corrected = take(header + "a,2026-03-01 10:00,TAPAGE,5.45,43.3\nb,2026-03-02 23:59,ILS,5.45,43.3\n");
  ASSERT_TRUE(corrected);
  EXPECT_EQ(corrected->changed, 1);
  EXPECT_EQ(corrected->unchanged, 1);
  EXPECT_EQ(all(1).sector[0], sector_named("Ouest"));
  EXPECT_EQ(all(2).sector[0], sector_named("Est"));
  EXPECT_EQ(all(2).size(), 2U);
  const auto third = take(header + "a,2026-03-01 11:00,TAPAGE,5.45,43.3\n");
  ASSERT_TRUE(third);
  auto snapshot = database().read();
  auto rows = snapshot->query(
      "SELECT version, created_version, retired_version FROM fact WHERE source_key = 'a' ORDER BY version");
  for (int version = 1; version <= 3; ++version) {
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), version);
    EXPECT_EQ(rows->integer(1), version);
    EXPECT_EQ(rows->maybe_integer(2), version < 3 ? std::optional<std::int64_t>(version + 1) : std::nullopt);
  }
}

TEST_P(FactsStore, imperfect_rows_are_kept_or_left_out_and_always_named) {
  const auto report = take(header +
                           "a,2026-03-01 10:00,TAPAGE,,\n"          // 2 missing place
                           "b,2026-02-30 10:00,TAPAGE,5.35,43.3\n"  // 3 impossible date
                           "c,2026-03-01 10:00,VOLCAN,5.35,43.3\n"  // 4 unknown category
                           "d,2026-03-01 10:00,TAPAGE,43.3,5.35\n"  // 5 swapped
                           "e,2026-10-25 02:30,TAPAGE,5.35,43.3\n"  // 6 repeated hour
                           "f,2026-03-29 02:30,TAPAGE,5.35,43.3\n"  // 7 skipped hour
                           "g,2026-03-01 10:00,TAPAGE,2.35,48.8\n"  // 8 outside bounds
                           "h,2026-03-01\n"                         // 9 too few fields
                           ",2026-03-01 10:00,TAPAGE,5.35,43.3\n"   // 10 no id
                           "i,2026-03-01 10:00,TAPAGE,abc,43.3\n"   // 11 no number
                           "j,2026-03-01 10:00,TAPAGE,5.35,43.3\n"
                           "j,2026-03-01 10:00,TAPAGE,5.35,43.3\n"    // 13 duplicate
                           "j,2026-03-01 12:00,TAPAGE,5.35,43.3\n");  // 14 same id, other content
  ASSERT_TRUE(report) << report.error().message.en;
  using enum IssueKind;
  const std::vector<std::pair<std::int64_t, IssueKind>> expected{
      {2, missing_place}, {3, bad_datetime}, {4, unknown_category}, {5, bad_place},
      {6, repeated_hour}, {7, skipped_hour}, {8, outside_bounds},   {9, too_few_fields},
      {10, no_id},        {11, bad_place},   {14, same_id_differs}};
  std::vector<std::pair<std::int64_t, IssueKind>> found;
  for (const auto& [kind, issue] : report->issues) found.emplace_back(issue.line, kind);
  EXPECT_EQ(found, expected);
  EXPECT_EQ(report->added, 7);
  EXPECT_EQ(report->left_out, 5);
  EXPECT_EQ(report->duplicates, 1);
  EXPECT_EQ(report->without_place, 4);
  EXPECT_EQ(report->rows, report->added + report->left_out + report->duplicates);
  EXPECT_NE(report->issues[3].issue.message.en.find("swapped coordinates"), std::string::npos);
  const auto stored = load_issues(*database().read(), report->id, 0, 100);
  ASSERT_EQ(stored.size(), expected.size());
  EXPECT_EQ(stored[0].issue, report->issues[0].issue);
  EXPECT_EQ(count_issues(*database().read(), port().id), 11);
}

TEST_P(FactsStore, files_that_give_nothing_are_refused_whole_with_what_would_be_right) {
  const std::vector<std::pair<std::string, std::string>> refused{
      {"", "the file is empty"},
      {header, "no row after its header"},
      {"id;when;what;lon;lat\na;b;c;d;e\n", "check the delimiter"},
      {"id,date,what,lon,lat\n", "no column \"when\"; the file has id, date, what, lon, lat"},
      {header + "a,2026-03-01 10:00,TAPAGE,43.3,5.35\nb,2026-03-01 10:00,TAPAGE,43.3,5.36\n",
       "line 2, lon: swapped coordinates: exchange \"lon\" and \"lat\""},
      {header + "a,2026-03-01 10:00,TAPAGE,\"5,35\",\"43,3\"\n", "decimal comma: write \"decimal\": \",\""},
      {header + "a,2026-03-01 10:00,TAPAGE,893000,6240000\n", "projected coordinates? give \"crs\""},
      {header + "a,01/03/2026,TAPAGE,5.35,43.3\n", "not of the form %Y-%m-%d %H:%M (found: \"01/03/2026\")"},
      {header + "a,2026-03-01 10:00,TAPAGE\xE9,5.35,43.3\n", "line 2, column 3: byte 0xE9 is not UTF-8"},
      {"PK\x03\x04", "not a CSV but a spreadsheet"},
  };
  for (const auto& [text, words] : refused) {
    const auto report = take(text);
    ASSERT_FALSE(report) << words;
    EXPECT_NE(report.error().message.en.find("facts.csv"), std::string::npos) << report.error().message.en;
    EXPECT_NE(report.error().message.en.find(words), std::string::npos) << report.error().message.en;
  }
  EXPECT_EQ(all(99).size(), 0U);
  EXPECT_TRUE(list_imports(*database().read(), port().id).empty());
}

TEST_P(FactsStore, decimal_commas_other_systems_and_split_dates_are_read_when_the_mapping_says_so) {
  auto french = mapping();
  french.format = {.encoding = files::Encoding::windows_1252, .delimiter = ';'};
  french.has_decimal_comma = true;
  french.crs = 2154;
  french.datetime_columns = {"jour", "heure"};
  french.datetime_format = *DateFormat::compile("%d/%m/%Y %Hh%M");
  const auto report = take("id;jour;heure;what;lon;lat\n1;05/03/2026;23h15;TAPAGE;893500,25;6246000,5\n", french);
  ASSERT_TRUE(report) << report.error().message.en;
  EXPECT_EQ(report->added, 1);
  EXPECT_EQ(report->without_place, 0);
  EXPECT_NEAR(static_cast<double>(all(1).east_mm[0]), 893'500'250, 20);
}

TEST_P(FactsStore, a_cancelled_import_leaves_nothing) {
  std::string text = header;
  for (int i = 0; i < 5'000; ++i) text += std::to_string(i) + ",2026-03-01 10:00,TAPAGE,5.35,43.3\n";
  Progress cancelling([](double) {});
  cancelling.cancel();
  const auto report = import_file(database(), port(), file(text), mapping(), by, cancelling);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.en.find("nothing was kept"), std::string::npos);
  EXPECT_EQ(all(99).size(), 0U);
  EXPECT_EQ(port().data_version, 0);
}

TEST_P(FactsStore, whichever_write_meets_a_full_disk_nothing_is_left_and_it_can_be_done_again) {
  const auto path = file(
      header +
      "a,2026-03-01 10:00,TAPAGE,5.35,43.3\nb,2026-02-30 10:00,ILS,5.45,43.3\nc,2026-03-03 00:00,TAPAGE,5.55,43.3\n");
  testing::FailingDatabase counting(database(), 0);
  {
    const auto dry = import_file(counting, port(), path, mapping(), by, progress_, {.is_dry_run = true});
    ASSERT_TRUE(dry);
  }
  std::int64_t failures = 0;
  for (std::int64_t n = 1;; ++n) {
    testing::FailingDatabase failing(database(), n);
    try {
      const auto report = import_file(failing, port(), path, mapping(), by, progress_);
      ASSERT_TRUE(report);
      EXPECT_LT(failing.writes(), n);
      break;
    } catch (const database::DatabaseError& failure) {
      EXPECT_EQ(failure.cause(), database::DatabaseError::Cause::disk_full);
      ++failures;
      ASSERT_EQ(all(99).size(), 0U) << "write " << n;
      ASSERT_EQ(port().data_version, 0) << "write " << n;
      ASSERT_TRUE(list_imports(*database().read(), port().id).empty());
    }
  }
  EXPECT_GT(failures, counting.writes());
  EXPECT_EQ(all(1).size(), 2U);
}

TEST_P(FactsStore, a_truncated_archive_leaves_nothing) {
  std::string text = header;
  Random random({1}, 0);
  for (int i = 0; i < 50'000; ++i) text += std::to_string(random.next_u32()) + ",2026-03-01 10:00,TAPAGE,5.35,43.3\n";
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), 1));
  const auto report = take(compressed.substr(0, compressed.size() - 100));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.en.find("truncated zstd file"), std::string::npos);
  EXPECT_EQ(all(99).size(), 0U);
}

TEST_P(FactsStore, a_killed_import_leaves_nothing_and_can_be_done_again) {
  std::string text = header;
  for (int i = 0; i < 60'000; ++i) text += std::to_string(i) + ",2026-03-01 10:00,TAPAGE,5.35,43.3\n";
  const auto path = file(text);
  for (int round = 1; round <= 3; ++round) {
    int started[2];
    ASSERT_EQ(pipe(started), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto own = database::open_database(url());
      const Progress telling([&, round](double share) {
        if (share > 0.2 * round && write(started[1], "x", 1) != 1) _exit(1);
      });
      if (own) (void)import_file(**own, *territory::find(*(*own)->read(), "port"), path, mapping(), by, telling);
      _exit(0);
    }
    char byte = 0;
    close(started[1]);
    EXPECT_EQ(read(started[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(started[0]);
    EXPECT_EQ(all(99).size(), 0U);
  }
  const auto report = take(text);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->added, 60'000);
}

TEST_P(FactsStore, the_order_and_repetition_of_rows_change_no_fact) {
  std::vector<std::string> rows;
  Random random({9}, 0);
  for (int i = 0; i < 200; ++i)
    rows.push_back("r" + std::to_string(i) + ",2026-03-" + (i % 28 < 9 ? "0" : "") + std::to_string(1 + i % 28) +
                   " 10:00," + (i % 3 == 0 ? "ILS" : "TAPAGE") + ",5." + std::to_string(31 + i % 18) + ",43.3\n");
  const auto text_of = [&](const std::vector<std::string>& some) {
    std::string text = header;
    for (const auto& row : some) text += row;
    return text;
  };
  ASSERT_TRUE(take(text_of(rows)));
  const auto expected = all(1);
  auto shuffled = rows;
  shuffled.insert(shuffled.end(), rows.begin(), rows.begin() + 50);
  random.shuffle(std::span(shuffled));
  auto other = mapping();
  other.source = "another-feed";
  {
    auto tx = database().write();
    tx->execute("DELETE FROM fact");
    tx->commit();
  }
  const auto report = take(text_of(shuffled), other);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->duplicates, 50);
  const auto found = all(2);
  EXPECT_EQ(found.day, expected.day);
  EXPECT_EQ(found.sector, expected.sector);
  EXPECT_EQ(found.east_mm, expected.east_mm);
}

TEST_P(FactsStore, sectors_added_later_take_in_the_facts_already_there) {
  ASSERT_TRUE(take(header + "a,2026-03-01 10:00,TAPAGE,5.31,43.3\nb,2026-03-02 23:59,ILS,5.55,43.3\n"));
  {
    auto tx = database().write();
    const auto areas = *geojson::parse_areas(
        R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Quai"},"geometry":{"type":"Polygon","coordinates":[[[5.3,43.25],[5.35,43.25],[5.35,43.35],[5.3,43.35],[5.3,43.25]]]}}]})");
    ASSERT_TRUE(territory::add_sectors(*tx, port(), {areas, "name", "", 2}, by));
    EXPECT_EQ(relocate(*tx, port(), by), 1);
    EXPECT_EQ(relocate(*tx, port(), by), 0);
    tx->commit();
  }
  EXPECT_EQ(port().data_version, 2);
  EXPECT_EQ(all(2).sector, (std::vector<std::int64_t>{sector_named("Quai"), 0}));
}

TEST_P(FactsStore, a_dry_run_reports_and_writes_nothing) {
  const auto report = import_file(database(), port(), file(header + "a,2026-03-01 10:00,TAPAGE,5.35,43.3\n"), mapping(),
                                  by, progress_, {.is_dry_run = true});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->added, 1);
  EXPECT_EQ(all(99).size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Databases, FactsStore, testing::every_database(), testing::database_name);

TEST(Taxonomy, numbers_and_codes_are_unique_and_in_order) {
  std::uint8_t number = 0;
  std::set<std::string_view> codes;
  for (const auto& category : taxonomy()) {
    EXPECT_EQ(category.number, ++number);
    EXPECT_TRUE(codes.insert(category.code).second);
    EXPECT_EQ(find_category(category.code), &category);
  }
  EXPECT_EQ(find_category("weather"), nullptr);
}

TEST(DateFormat, refuses_patterns_it_does_not_understand) {
  EXPECT_FALSE(DateFormat::compile("%Y-%m-%d %Q"));
  EXPECT_FALSE(DateFormat::compile("%H:%M"));
  const auto loose = DateFormat::compile("%e.%m.%Y %k:%M:%S");
  ASSERT_TRUE(loose);
  EXPECT_TRUE(loose->parse("5.03.2026 7:08:09"));
  EXPECT_FALSE(loose->parse("5.03.2026 24:08:09"));
  EXPECT_FALSE(loose->parse("5.03.2026 7:08:09 "));
}

}  // namespace
}  // namespace quadrille::facts
