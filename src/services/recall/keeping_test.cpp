#include "services/recall/keeping.h"

#include "services/recall/recall.h"
#include "services/retention/scene_test.h"

namespace quadrille::recall {
namespace {

class RecallKeeping : public retention::Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), migrations());
    eraser->elsewhere.push_back(keeping());
    recalls = std::make_unique<Recalls>(database(), *access, *recorder, *signer, *eraser, chance);
    code = recalls
               ->recall(port, add_note(), {{services[1]}, Effect::withdraw, "zqxraison", {clock.now().utc_ms + day_ms}},
                        as(analyst))
               .value();
  }
  retention::Run run_now() {
    return retention::run(database(), *eraser, retention::clockwork(clock.now()), database::Database::Purge::quick);
  }
  std::int64_t ends(const access::Person& person) {
    std::int64_t count = 0;
    for (const auto& day : retention->calendar(port, 400, as(person)).days) count += day.of(retention::DueKind::recall);
    return count;
  }

  std::unique_ptr<Recalls> recalls;
  std::string code;
};

TEST_P(RecallKeeping, a_recall_goes_three_years_after_its_deadline_when_all_have_answered) {
  ASSERT_TRUE(recalls->answer(port, code, {Answer::held_nothing, 0, "zqxmot"}, as(customs)));
  clock.advance_ms(1000 * day_ms);
  EXPECT_EQ(ends(analyst), 1);
  EXPECT_EQ(ends(customs), 0) << "it is the originator's";
  EXPECT_EQ(run_now().recalls, 0);
  clock.advance_ms(97 * day_ms);
  EXPECT_EQ(run_now().recalls, 1);
  EXPECT_EQ(recalls->list(port, Which::all, as(analyst)).size(), 0U);
  const auto receipts = retention->receipts(port, 50, as(analyst));
  ASSERT_TRUE(std::ranges::any_of(receipts, [&](const auto& one) { return one.object == "recall " + code; }));
  EXPECT_TRUE(retention::purge(database(), *eraser, database::Database::Purge::thorough));
  EXPECT_EQ(traces_of("zqxraison"), std::vector<std::string>());
  EXPECT_EQ(traces_of("zqxmot"), std::vector<std::string>());
  EXPECT_TRUE(log_is_sound());
}

TEST_P(RecallKeeping, a_recall_that_is_not_answered_stays_and_is_listed_with_the_reason) {
  ASSERT_TRUE(recalls->answer(port, code, {Answer::in_procedure, 1, "PV 26/1"}, as(customs)));
  clock.advance_ms(1200 * day_ms);
  EXPECT_EQ(run_now().recalls, 0);
  const auto late = retention->late(port, as(analyst));
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].object, "recall " + code);
  EXPECT_EQ(late[0].why.en, "not every service has answered");
  EXPECT_TRUE(retention->late(port, as(customs)).empty());
  ASSERT_TRUE(recalls->answer(port, code, {Answer::destroyed, 1, ""}, as(customs)));
  EXPECT_EQ(run_now().recalls, 1);
}

INSTANTIATE_TEST_SUITE_P(Databases, RecallKeeping, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::recall
