#include "services/retention/kept.h"

#include "services/retention/scene_test.h"
#include "services/sharing/desk.h"
#include "services/sharing/operations.h"

namespace quadrille::retention {
namespace {

// Two operations that meet, of the police and the customs, two hours each tonight; their conflict.
class KeptThings : public Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    begin = {clock.now().utc_ms + hour_ms};
    ours = declare(analyst, 0);
    theirs = declare(customs, 1);
    auto snapshot = database().read();
    const auto readable = access->readable(*snapshot, as(analyst).viewer);
    const auto conflicts = sharing::list_conflicts(*snapshot, *readable, port.id, as(analyst));
    ASSERT_EQ(conflicts.size(), 1U);
    conflict = conflicts.front().code;
  }
  std::string declare(const access::Person& person, std::size_t service) {
    access::Marking marking;
    marking.territory = port.id;
    marking.sensitivity = access::Sensitivity::ordinary;
    marking.handling = access::Handling::h2;
    marking.regime = access::Regime::administrative;
    marking.originator = services[service];
    const auto asker = as(person);
    auto tx = database().write();
    const auto declared = sharing::declare(*tx, port,
                                           {sharing::OperationKind::operation,
                                            "zqxtitre",
                                            sharing::SectorPlace{sector},
                                            {begin, {begin.utc_ms + 2 * hour_ms}},
                                            marking},
                                           chance, asker);
    EXPECT_TRUE(declared) << (declared ? "" : declared.error().message.en);
    tx->commit();
    return declared ? declared->code : "";
  }
  void acknowledge(const access::Person& person) {
    const auto asker = as(person);
    auto tx = database().write();
    ASSERT_TRUE(sharing::act(*tx, port.id, conflict, sharing::DeskStep::acknowledge, "", asker));
    tx->commit();
  }
  retention::Run run_now() {
    return run(database(), *eraser, clockwork(clock.now()), database::Database::Purge::quick);
  }
  std::vector<std::string> objects_of(const access::Person& person) {
    std::vector<std::string> objects;
    for (const auto& receipt : retention->receipts(port, 50, as(person))) objects.push_back(receipt.object);
    std::ranges::sort(objects);
    return objects;
  }
  access::Person desk_of_customs() {
    if (customs_desk.id.value == 0) customs_desk = account("dora", 1, access::Role::duty_officer);
    return customs_desk;
  }
  std::int64_t count(const std::string& table) {
    auto snapshot = database().read();
    auto rows = snapshot->query("SELECT COUNT(*) FROM " + table);
    EXPECT_TRUE(rows->next());
    return rows->integer(0);
  }
  std::int64_t ends(const access::Person& person, DueKind kind) {
    std::int64_t count = 0;
    for (const auto& day : retention->calendar(port, 400, as(person)).days) count += day.of(kind);
    return count;
  }

  Instant begin;
  std::string ours;
  std::string theirs;
  std::string conflict;
  access::Person customs_desk;
};

TEST_P(KeptThings, go_a_year_after_with_a_receipt_for_each_service_and_nothing_readable_stays) {
  const auto officer = account("omar", 0, access::Role::duty_officer);
  acknowledge(officer);
  acknowledge(desk_of_customs());
  clock.advance_ms(364 * day_ms);
  EXPECT_EQ(run_now().total(), 0);
  clock.advance_ms(2 * day_ms);
  const auto done = run_now();
  EXPECT_EQ(done.operations, 2);
  EXPECT_EQ(done.conflicts, 1);
  EXPECT_EQ(objects_of(analyst), (std::vector<std::string>{"conflict " + conflict, "operation " + ours}));
  EXPECT_EQ(objects_of(customs), (std::vector<std::string>{"conflict " + conflict, "operation " + theirs}));
  EXPECT_TRUE(objects_of(gendarme).empty());
  EXPECT_TRUE(purge(database(), database::Database::Purge::thorough));
  EXPECT_EQ(traces_of("zqxtitre"), std::vector<std::string>());
  EXPECT_TRUE(log_is_sound());
  EXPECT_EQ(run_now().total(), 0);
}

TEST_P(KeptThings, what_a_desk_has_not_acknowledged_stays_and_is_listed_with_the_reason) {
  const auto officer = account("omar", 0, access::Role::duty_officer);
  acknowledge(officer);
  clock.advance_ms(370 * day_ms);
  EXPECT_EQ(run_now().total(), 0);
  const auto late = retention->late(port, as(officer));
  ASSERT_EQ(late.size(), 2U);
  EXPECT_EQ(late[0].object, "conflict " + conflict);
  EXPECT_EQ(late[0].why.en, "one of the two services has not acknowledged it");
  EXPECT_EQ(late[1].object, "operation " + ours) << "and not theirs, which the police may not read";
  EXPECT_TRUE(retention->late(port, as(gendarme)).empty());
  acknowledge(desk_of_customs());
  EXPECT_EQ(run_now().conflicts, 1);
  EXPECT_TRUE(retention->late(port, as(officer)).empty());
}

TEST_P(KeptThings, the_calendar_shows_each_what_they_may_see) {
  const auto officer = account("omar", 0, access::Role::duty_officer);
  EXPECT_EQ(ends(officer, DueKind::operation), 1);
  EXPECT_EQ(ends(officer, DueKind::conflict), 1);
  EXPECT_EQ(ends(analyst, DueKind::operation), 1);
  EXPECT_EQ(ends(analyst, DueKind::conflict), 0) << "the desk is not theirs";
  EXPECT_EQ(ends(gendarme, DueKind::operation), 0);
  EXPECT_EQ(ends(gendarme, DueKind::conflict), 0);
}

TEST_P(KeptThings, registered_targets_go_after_a_year_and_questions_about_them_after_three) {
  const auto officer = account("omar", 0, access::Role::duty_officer);
  {
    auto tx = database().write();
    const auto epoch = tx->insert_returning_id(
        "INSERT INTO target_epoch (territory, number, public_key, begun_utc_ms) VALUES (?, 1, ?, ?) RETURNING id",
        {port.id, std::span<const std::uint8_t>(), clock.now().utc_ms});
    tx->execute(
        "INSERT INTO target (code, epoch, output, service, registered_by, registered_utc_ms) VALUES "
        "('abcdefghijklmnop', ?, ?, ?, 'person:1', ?)",
        {epoch, std::span<const std::uint8_t>(), services[0], clock.now().utc_ms});
    tx->execute(
        "INSERT INTO target_question (code, territory, asking, officer, purpose, legal_basis, at_utc_ms) VALUES ('q', "
        "?, ?, 'person:1', 'zqxbut', 'CPP', ?)",
        {port.id, services[1], clock.now().utc_ms});
    tx->commit();
  }
  EXPECT_EQ(ends(officer, DueKind::target), 1);
  EXPECT_EQ(ends(gendarme, DueKind::target), 0);
  clock.advance_ms(366 * day_ms);
  EXPECT_EQ(run_now().targets, 1);
  EXPECT_EQ(objects_of(officer).back(), "target abcdefghijklmnop");
  EXPECT_EQ(run_now().questions, 0);
  clock.advance_ms(2 * 365 * day_ms);
  EXPECT_EQ(run_now().questions, 1);
  EXPECT_TRUE(purge(database(), database::Database::Purge::thorough));
  EXPECT_EQ(traces_of("zqxbut"), std::vector<std::string>());
}

// A page that asks for alerts after the last number it saw misses none: numbers are not given again.
TEST_P(KeptThings, numbers_of_alerts_are_not_given_again) {
  acknowledge(account("omar", 0, access::Role::duty_officer));
  acknowledge(desk_of_customs());
  const auto last = sharing::last_desk_event(*database().read());
  clock.advance_ms(370 * day_ms);
  ASSERT_EQ(run_now().conflicts, 1);
  EXPECT_EQ(sharing::last_desk_event(*database().read()), last);
  EXPECT_EQ(sharing::load_desk_events(*database().read(), 0, 50).size(), 1U);
}

TEST_P(KeptThings, a_run_that_has_nothing_to_erase_makes_no_writer_wait) {
  constexpr std::int64_t none_fails = 0;
  acknowledge(account("omar", 0, access::Role::duty_officer));
  acknowledge(desk_of_customs());
  const auto run_through = [&](std::int64_t days) {
    testing::FailingDatabase counted(database(), none_fails);
    clock.advance_ms(days * day_ms);
    const auto erased = run(counted, *eraser, clockwork(clock.now()), database::Database::Purge::quick).total();
    return std::pair(erased, counted.transactions());
  };
  EXPECT_EQ(run_through(1), (std::pair<std::int64_t, std::int64_t>(0, 0)));
  EXPECT_EQ(run_through(369), (std::pair<std::int64_t, std::int64_t>(3, 3))) << "a conflict and its two operations";
  EXPECT_EQ(run_through(1), (std::pair<std::int64_t, std::int64_t>(0, 0)));
}

TEST_P(KeptThings, when_any_write_fails_the_thing_is_whole) {
  acknowledge(account("omar", 0, access::Role::duty_officer));
  acknowledge(desk_of_customs());
  clock.advance_ms(370 * day_ms);
  for (std::int64_t failing = 1;; ++failing) {
    testing::FailingDatabase fragile(database(), failing);
    retention::Run done;
    try {
      erase_kept(fragile, *eraser, clockwork(clock.now()), done);
      ASSERT_GT(failing, 5);
      break;
    } catch (const database::DatabaseError&) {
      auto snapshot = database().read();
      for (const auto& one : sharing::kept_since(*snapshot, sharing::KeptKind::conflict, {{0}, clock.now()}, 9))
        ASSERT_EQ(one.services.size(), 2U);
      // Of what went there are receipts, two of a conflict; of what stays none.
      ASSERT_EQ(count("erasure_receipt"), 2 * (1 - count("conflict")) + (2 - count("declared_operation")));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, KeptThings, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::retention
