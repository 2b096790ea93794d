#include "services/territory/territory.h"

#include <gtest/gtest.h>

#include "services/audit/audit.h"
#include "services/territory/calendar.h"
#include "services/territory/shape_bytes.h"
#include "testing/databases.h"

namespace quadrille::territory {
namespace {

const By by{"local:test", {1'000}};

std::string feature(const std::string& name, const std::string& ring) {
  return R"({"type":"Feature","properties":{"name":")" + name + R"("},"geometry":{"type":"Polygon","coordinates":[[)" +
         ring + "]]}}";
}
std::vector<geojson::AreaFeature> areas(const std::vector<std::string>& features) {
  std::string text;
  for (const auto& one : features) text += (text.empty() ? "" : ",") + one;
  return *geojson::parse_areas(R"({"type":"FeatureCollection","features":[)" + text + "]}");
}
const std::string west = "[5.30,43.20],[5.35,43.20],[5.35,43.30],[5.30,43.30],[5.30,43.20]";
const std::string north_west = "[5.30,43.25],[5.35,43.25],[5.35,43.30],[5.30,43.30],[5.30,43.25]";
const std::string bow_tie = "[5.36,43.20],[5.40,43.30],[5.40,43.20],[5.36,43.30],[5.36,43.20]";

class TerritoryStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }
  Territory create_one(const std::string& slug = "port-mazarin") {
    auto tx = database().write();
    const auto id = create(*tx, {slug, "Port-Mazarin", 2154, "Europe/Paris", true, same_text("simulated")}, by);
    EXPECT_TRUE(id) << id.error().message.en;
    tx->commit();
    return *find(*database().read(), slug);
  }
  Result<SectorsReport> add(const Territory& territory, const std::vector<std::string>& features, int level = 1) {
    auto tx = database().write();
    auto report = add_sectors(*tx, territory, {areas(features), "name", "", level}, by);
    if (report) tx->commit();
    return report;
  }
};

TEST_P(TerritoryStore, a_territory_comes_back_as_it_was_created) {
  const auto made = create_one();
  EXPECT_EQ(made.name, "Port-Mazarin");
  EXPECT_EQ(made.epsg, 2154);
  EXPECT_TRUE(made.is_simulated);
  EXPECT_EQ(made.data_version, 0);
  auto snapshot = database().read();
  EXPECT_EQ(list(*snapshot).size(), 1U);
  EXPECT_EQ(audit::list(*snapshot, std::nullopt, 10).front().act.subject, "territory port-mazarin");
}

TEST_P(TerritoryStore, what_cannot_be_a_territory_is_refused_with_its_field) {
  create_one();
  const std::vector<std::pair<NewTerritory, std::string>> refused{
      {{"port-mazarin", "Again", 2154, "Europe/Paris", false, {}}, "slug"},
      {{"Port Mazarin", "x", 2154, "Europe/Paris", false, {}}, "slug"},
      {{"x", "x", 4326, "Europe/Paris", false, {}}, "crs"},
      {{"x", "x", 2154, "Europe/Atlantis", false, {}}, "time_zone"},
      {{"x", "", 2154, "Europe/Paris", false, {}}, "--name"},
  };
  for (const auto& [wanted, field] : refused) {
    auto tx = database().write();
    const auto made = create(*tx, wanted, by);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().field, field);
  }
}

TEST_P(TerritoryStore, sectors_nest_by_where_they_lie) {
  const auto territory = create_one();
  ASSERT_TRUE(add(territory, {feature("Ouest", west)}));
  const auto report = add(territory, {feature("Nord-Ouest", north_west)}, 2);
  ASSERT_TRUE(report) << report.error().message.en;
  EXPECT_EQ(report->added, 1);
  const auto sectors = load_sectors(*database().read(), territory.id);
  ASSERT_EQ(sectors.size(), 2U);
  EXPECT_EQ(sectors[1].parent, sectors[0].id);
  EXPECT_EQ(sectors[1].code, "nord-ouest");
  EXPECT_NEAR(sectors[1].area_m2, sectors[0].area_m2 / 2, sectors[0].area_m2 * 0.001);
}

TEST_P(TerritoryStore, a_polygon_that_crosses_itself_is_repaired_and_said_so) {
  const auto territory = create_one();
  const auto report = add(territory, {feature("Noeud", bow_tie)});
  ASSERT_TRUE(report) << report.error().message.en;
  EXPECT_EQ(report->repaired, 1);
  ASSERT_EQ(report->issues.size(), 1U);
  EXPECT_NE(report->issues[0].message.en.find("Self-intersection"), std::string::npos);
  EXPECT_EQ(load_sectors(*database().read(), territory.id).front().shape.size(), 2U);
}

TEST_P(TerritoryStore, sectors_that_cannot_be_are_refused_and_none_is_kept) {
  const auto territory = create_one();
  const auto flat =
      add(territory, {feature("Ouest", west), feature("Plat", "[5.30,43.20],[5.35,43.20],[5.30,43.20],[5.30,43.20]")});
  ASSERT_FALSE(flat);
  EXPECT_NE(flat.error().message.en.find("feature 2 (Plat)"), std::string::npos) << flat.error().message.en;
  EXPECT_TRUE(load_sectors(*database().read(), territory.id).empty());
  EXPECT_FALSE(add(territory, {feature("Nord-Ouest", north_west)}, 2));
  ASSERT_TRUE(add(territory, {feature("Ouest", west)}));
  const auto outside = add(territory, {feature("Est", bow_tie)}, 2);
  ASSERT_FALSE(outside);
  EXPECT_NE(outside.error().message.en.find("by half in no sector"), std::string::npos);
}

TEST_P(TerritoryStore, streets_services_coast_and_calendar_come_back) {
  const auto territory = create_one();
  const auto a = *LonLat::checked(5.31, 43.21);
  const auto b = *LonLat::checked(5.32, 43.22);
  const Calendar calendar(CalendarOrigin::given, {{100}, {200}}, {{{120}, {127}}, {{150}, {151}}});
  {
    auto tx = database().write();
    ASSERT_TRUE(replace_streets(*tx, territory, {{1, a}, {2, b}}, {{1, 2, 123'456, "Rue de l'Évêché"}}, by));
    ASSERT_TRUE(add_service(*tx, territory, "police-nationale", "Police nationale", by));
    EXPECT_FALSE(add_service(*tx, territory, "police-nationale", "Autre", by));
    EXPECT_FALSE(replace_streets(*tx, territory, {{1, a}}, {{1, 9, 5, ""}}, by));
    replace_coast(*tx, territory, {{CoastKind::sea, {{{a, b, *LonLat::checked(5.32, 43.21), a}, {}}}}}, by);
    replace_calendar(*tx, territory, calendar, by);
    tx->commit();
  }
  auto snapshot = database().read();
  const auto streets = load_streets(*snapshot, territory.id);
  ASSERT_EQ(streets.size(), 1U);
  EXPECT_EQ(streets[0].name, "Rue de l'Évêché");
  EXPECT_EQ(streets[0].to, b);
  EXPECT_EQ(load_services(*snapshot, territory.id).front().name, "Police nationale");
  EXPECT_EQ(load_coast(*snapshot, territory.id).front().shape.front().outer.size(), 4U);
  EXPECT_EQ(load_calendar(*snapshot, territory.id), calendar);
}

INSTANTIATE_TEST_SUITE_P(Databases, TerritoryStore, testing::every_database(), testing::database_name);

TEST(Calendar, every_second_week_missing_is_inferred) {
  std::set<CivilDate> days;
  for (int week = 0; week < 10; week += 2)
    for (int day = 0; day < 7; ++day) days.insert({week * 7 + day});
  const auto calendar = Calendar::inferred({{0}, {70}}, days);
  EXPECT_EQ(calendar.observed_days({{0}, {70}}), 35);
  EXPECT_EQ(calendar.gaps().size(), 5U);
  EXPECT_TRUE(calendar.is_observed({6}));
  EXPECT_FALSE(calendar.is_observed({7}));
  EXPECT_FALSE(calendar.is_observed({-1}));
  EXPECT_EQ(calendar.days({{5}, {16}}).size(), 4U);
}

TEST(Calendar, counting_agrees_with_asking_day_by_day) {
  const Calendar calendar(CalendarOrigin::given, {{10}, {90}},
                          {{{0}, {12}}, {{30}, {40}}, {{35}, {45}}, {{80}, {200}}});
  for (int begin = 0; begin < 100; ++begin) {
    for (int end = begin; end < 100; ++end) {
      int expected = 0;
      for (int day = begin; day < end; ++day) expected += calendar.is_observed({day}) ? 1 : 0;
      ASSERT_EQ(calendar.observed_days({{begin}, {end}}), expected);
    }
  }
}

}  // namespace
}  // namespace quadrille::territory
