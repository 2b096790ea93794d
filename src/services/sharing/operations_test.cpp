#include "services/sharing/operations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.h"
#include "services/sharing/desk.h"
#include "services/sharing/exclusions.h"
#include "services/sharing/scene_test.h"

namespace quadrille::sharing {
namespace {

TEST(Area, overlap_of_circles_and_sectors_agrees_with_trying_points) {
  Random random({5}, 0);
  int met = 0;
  int apart = 0;
  for (int round = 0; round < 400; ++round) {
    const auto draw = [&]() -> Area {
      const geo::Point at{random.next_uniform() * 100, random.next_uniform() * 100};
      const double size = 3 + random.next_uniform() * 20;
      if (random.next_below(2) == 0) return Circle{at, {size}};
      return SectorArea{{static_cast<std::int64_t>(random.next_below(1000))},
                        {{{at, {at.x_m + size, at.y_m + 2}, {at.x_m + size / 2, at.y_m + size}, at}, {}}}};
    };
    const Area a = draw();
    const Area b = draw();
    const auto holds = [](const Area& area, geo::Point point) {
      if (const auto* circle = std::get_if<Circle>(&area))
        return geo::distance_m(circle->centre, point) <= circle->radius.value;
      return geo::contains(std::get<SectorArea>(area).shape, point);
    };
    bool is_common = false;
    const auto extent = extent_of(a);
    for (double x = extent.low.x_m; x <= extent.high.x_m && !is_common; x += 0.25)
      for (double y = extent.low.y_m; y <= extent.high.y_m && !is_common; y += 0.25)
        is_common = holds(a, {x, y}) && holds(b, {x, y});
    if (is_common) {
      EXPECT_TRUE(overlap(a, b)) << round;
      ++met;
    }
    // A point in common that the grid stepped over is possible only where the two barely touch.
    if (overlap(a, b) && !is_common) ++apart;
    EXPECT_EQ(overlap(a, b), overlap(b, a));
    if (overlap(a, b)) EXPECT_TRUE(overlap(extent_of(a), extent_of(b)));
  }
  EXPECT_GT(met, 30);
  EXPECT_LT(apart, 6);
}

TEST(Area, periods_that_touch_do_not_meet) {
  EXPECT_FALSE(overlap(Period{{0}, {10}}, Period{{10}, {20}}));
  EXPECT_TRUE(overlap(Period{{0}, {11}}, Period{{10}, {20}}));
}

class Operations : public Scene {
 protected:
  NewOperation wanted(ServiceId service, OperationPlace place, std::int64_t from_h, std::int64_t hours,
                      OperationKind kind = OperationKind::operation) {
    return {kind,
            "Point de vente",
            place,
            {{start_ms + from_h * hour_ms}, {start_ms + (from_h + hours) * hour_ms}},
            marking_of(service)};
  }
  static CirclePlace circle(double lon, double lat, int radius_m) {
    return {LonLat::checked(lon, lat).value(), radius_m};
  }
  Result<Declared> declare_now(ServiceId service, const NewOperation& operation) {
    auto tx = database().write();
    auto declared = declare(*tx, territory, operation, chance, officer(10 + service.value, service));
    if (declared) tx->commit();
    return declared;
  }
};

TEST_P(Operations, two_services_in_one_place_at_one_time_are_both_told_and_learn_nothing_else) {
  {
    auto tx = database().write();
    ASSERT_TRUE(set_contact(*tx, territory.id, "Permanence douane", "04 91 00 00 00", officer(2, customs)));
    tx->commit();
  }
  const auto first = declare_now(customs, wanted(customs, circle(5.315, 43.215, 300), 2, 4, OperationKind::discreet));
  ASSERT_TRUE(first) << first.error().message.en;
  EXPECT_TRUE(first->hits.empty());
  const auto second = declare_now(police, wanted(police, circle(5.317, 43.216, 100), 3, 1));
  ASSERT_TRUE(second);
  ASSERT_EQ(second->hits.size(), 1U);
  EXPECT_EQ(second->hits[0].call, (releases::Contact{"Douane", "Permanence douane", "+33491000000"}));
  EXPECT_EQ(second->hits[0].due.utc_ms, start_ms + acknowledge_within_ms);

  auto snapshot = database().read();
  const auto of_police = officer(1, police);
  const auto of_customs = officer(2, customs);
  const auto here = list_conflicts(*snapshot, readable(of_police), territory.id, of_police);
  const auto there = list_conflicts(*snapshot, readable(of_customs), territory.id, of_customs);
  ASSERT_EQ(here.size(), 1U);
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(here[0].code, there[0].code);
  EXPECT_EQ(here[0].operation, second->code);
  EXPECT_EQ(there[0].operation, first->code);
  EXPECT_EQ(there[0].call.service, "Police");
  EXPECT_EQ(there[0].call.phone, "");
  // Nothing of the other's operation can be listed, and a third service has no conflict.
  EXPECT_EQ(list_operations(*snapshot, readable(of_police), territory.id, {start_ms}).size(), 1U);
  const auto third = officer(3, gendarmerie);
  EXPECT_TRUE(list_conflicts(*snapshot, readable(third), territory.id, third).empty());
  const auto events = load_desk_events(*snapshot, 0, 10);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].what, "told");
  EXPECT_EQ((std::set<ServiceId>{events[0].service, events[1].service}), (std::set<ServiceId>{police, customs}));
}

TEST_P(Operations, neither_another_place_nor_another_time_nor_the_same_service_is_a_conflict) {
  ASSERT_TRUE(declare_now(customs, wanted(customs, circle(5.315, 43.215, 300), 2, 4)));
  EXPECT_TRUE(declare_now(customs, wanted(customs, circle(5.315, 43.215, 300), 2, 4))->hits.empty());
  EXPECT_TRUE(declare_now(police, wanted(police, circle(5.335, 43.235, 300), 2, 4))->hits.empty());
  EXPECT_TRUE(declare_now(police, wanted(police, circle(5.315, 43.215, 300), 6, 4))->hits.empty());
  EXPECT_EQ(declare_now(police, wanted(police, SectorPlace{sectors[5].id}, 2, 1))->hits.size(), 1U);
  EXPECT_TRUE(declare_now(police, wanted(police, SectorPlace{sectors[15].id}, 2, 1))->hits.empty());
}

TEST_P(Operations, a_cancelled_operation_meets_nobody_any_more) {
  const auto first = declare_now(customs, wanted(customs, circle(5.315, 43.215, 300), 2, 4));
  const auto cancel_as = [&](ServiceId service, const std::string& code) {
    auto tx = database().write();
    auto done = cancel(*tx, readable(officer(9, service)), territory.id, code, officer(9, service));
    if (done) tx->commit();
    return done;
  };
  const auto of_other = cancel_as(police, first->code);
  const auto of_none = cancel_as(police, "aaaaaaaaaaaaaaaa");
  ASSERT_FALSE(of_other);
  EXPECT_EQ(of_other.error(), of_none.error());
  EXPECT_TRUE(cancel_as(customs, first->code));
  EXPECT_EQ(cancel_as(customs, first->code).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(declare_now(police, wanted(police, circle(5.315, 43.215, 300), 2, 4))->hits.empty());
}

TEST_P(Operations, what_is_too_wide_too_long_or_not_ones_own_is_refused) {
  const auto field = [&](const NewOperation& operation) {
    const auto declared = declare_now(police, operation);
    return declared ? std::string("accepted") : declared.error().field;
  };
  const auto good = wanted(police, circle(5.315, 43.215, 300), 2, 4);
  EXPECT_EQ(field(good), "accepted");
  auto bad = good;
  bad.place = circle(5.315, 43.215, radius_m_max + 1);
  EXPECT_EQ(field(bad), "place");
  bad.place = SectorPlace{{999'999}};
  EXPECT_EQ(field(bad), "place");
  bad = good;
  bad.window.end = {bad.window.begin.utc_ms + (window_days_max * 24 + 1) * hour_ms};
  EXPECT_EQ(field(bad), "window");
  bad.window = {{start_ms - 2}, {start_ms - 1}};
  EXPECT_EQ(field(bad), "window");
  bad = good;
  bad.title = "";
  EXPECT_EQ(field(bad), "title");
  bad = good;
  bad.marking.originator = customs;
  EXPECT_EQ(field(bad), "marking");
  auto tx = database().write();
  access::Asker stranger;
  stranger.at = {start_ms};
  EXPECT_EQ(declare(*tx, territory, good, chance, stranger).error().kind, ErrorKind::forbidden);
}

TEST_P(Operations, the_conflicts_of_random_declarations_are_those_of_comparing_every_pair) {
  Random random({11}, 0);
  struct Made {
    ServiceId service;
    NewOperation operation;
    Area area;
  };
  std::vector<Made> made;
  int hits = 0;
  for (int i = 0; i < 45; ++i) {
    const ServiceId service = std::array{police, customs, gendarmerie}[random.next_below(3)];
    OperationPlace place = SectorPlace{sectors[random.next_below(16)].id};
    if (random.next_below(3) > 0)
      place = circle(5.30 + random.next_uniform() * 0.04, 43.20 + random.next_uniform() * 0.04,
                     radius_m_min + static_cast<int>(random.next_below(500)));
    const auto operation = wanted(service, place, random.next_below(48), 1 + random.next_below(8));
    const auto area = to_area(*database().read(), territory, place).value();
    std::set<ServiceId> expected;
    for (const auto& other : made)
      if (other.service != service && overlap(other.operation.window, operation.window) && overlap(other.area, area))
        expected.insert(other.service);
    const auto declared = declare_now(service, operation);
    ASSERT_TRUE(declared);
    std::multiset<std::string> called;
    for (const auto& hit : declared->hits) called.insert(hit.call.service);
    std::multiset<std::string> names;
    for (const auto id : expected) names.insert(id == police ? "Police" : id == customs ? "Douane" : "Gendarmerie");
    EXPECT_EQ(called, names) << i;
    hits += static_cast<int>(expected.size());
    made.push_back({service, operation, area});
  }
  EXPECT_GT(hits, 10);
}

TEST_P(Operations, a_write_that_fails_leaves_neither_operation_nor_conflict_nor_alert) {
  ASSERT_TRUE(declare_now(customs, wanted(customs, circle(5.315, 43.215, 300), 2, 4)));
  const auto attempt = [&](std::int64_t failing) {
    testing::FailingDatabase failing_database(database(), failing);
    testing::FixedChance same(3);
    auto tx = failing_database.write();
    const auto declared =
        declare(*tx, territory, wanted(police, circle(5.315, 43.215, 300), 2, 4), same, officer(1, police));
    EXPECT_TRUE(declared);
    if (failing == 0) return failing_database.writes();
    tx->commit();
    return failing_database.writes();
  };
  const auto writes = attempt(0);
  ASSERT_GT(writes, 5);
  for (std::int64_t n = 1; n <= writes + 1; ++n) EXPECT_THROW(attempt(n), database::DatabaseError) << n;
  auto snapshot = database().read();
  EXPECT_EQ(list_operations(*snapshot, readable(officer(1, police)), territory.id, {start_ms}).size(), 0U);
  EXPECT_TRUE(load_desk_events(*snapshot, 0, 10).empty());
  EXPECT_EQ(releases::conflict_count(*snapshot, territory.id, {{0}, {INT64_MAX}}), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, Operations, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
