#include "services/sharing/desk.h"

#include <set>

#include "services/sharing/scene_test.h"

namespace quadrille::sharing {
namespace {

TEST(DeskProcedure, every_state_and_step_is_in_the_table_or_refused) {
  std::set<std::pair<SideState, DeskStep>> seen;
  for (const auto& rule : desk_rules()) {
    EXPECT_TRUE(seen.insert({rule.from, rule.step}).second) << "two rows for one step";
    EXPECT_EQ(next(rule.from, rule.step), rule.to);
  }
  int refused = 0;
  for (const auto state : side_states)
    for (const auto step : desk_steps) refused += next(state, step) ? 0 : 1;
  EXPECT_EQ(refused + static_cast<int>(desk_rules().size()), 12);
  // The clock moves only what nobody acknowledged, and nothing ends without a person having it.
  EXPECT_FALSE(next(SideState::acknowledged, DeskStep::expire));
  EXPECT_EQ(next(SideState::escalated, DeskStep::acknowledge), SideState::acknowledged);
  EXPECT_FALSE(next(SideState::escalated, DeskStep::take_back));
}

class Desk : public Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    auto tx = database().write();
    code =
        open_conflict(*tx, territory.id, ConflictKind::event, {police, {}}, {customs, {}}, chance, officer(1, police));
    tx->commit();
  }
  Result<SideState> act_as(const access::Asker& by, DeskStep step, const std::string& reason = "") {
    auto tx = database().write();
    auto done = act(*tx, territory.id, code, step, reason, by);
    if (done) tx->commit();
    return done;
  }
  Conflict seen_by(const access::Asker& by) {
    const auto conflicts = list_conflicts(*database().read(), readable(by), territory.id, by);
    EXPECT_EQ(conflicts.size(), 1U);
    return conflicts.at(0);
  }
  int expire(std::int64_t at_ms) {
    auto tx = database().write();
    const int count = escalate_overdue(*tx, {at_ms});
    tx->commit();
    return count;
  }
  std::string code;
};

TEST_P(Desk, each_side_acknowledges_for_itself_and_sees_the_other_s_state) {
  ASSERT_EQ(act_as(officer(1, police, start_ms + 60'000), DeskStep::acknowledge), SideState::acknowledged);
  const auto here = seen_by(officer(1, police, start_ms + 61'000));
  EXPECT_EQ(here.state, SideState::acknowledged);
  EXPECT_EQ(here.officer, "person:1");
  EXPECT_EQ(here.other_state, SideState::open);
  EXPECT_TRUE(here.can_be_taken_back);
  const auto there = seen_by(officer(2, customs));
  EXPECT_EQ(there.state, SideState::open);
  EXPECT_EQ(there.other_state, SideState::acknowledged);
  EXPECT_EQ(there.officer, "") << "who acted on the other side is not told";
}

TEST_P(Desk, only_the_same_officer_takes_an_acknowledgement_back_and_only_for_two_minutes) {
  ASSERT_TRUE(act_as(officer(1, police), DeskStep::acknowledge));
  EXPECT_EQ(act_as(officer(5, police, start_ms + 1), DeskStep::take_back).error().field, "step");
  EXPECT_FALSE(act_as(officer(1, police, start_ms + take_back_within_ms + 1), DeskStep::take_back));
  EXPECT_EQ(act_as(officer(1, police, start_ms + take_back_within_ms), DeskStep::take_back), SideState::open);
  EXPECT_EQ(act_as(officer(1, police), DeskStep::take_back).error().kind, ErrorKind::conflict);
}

TEST_P(Desk, ten_minutes_after_it_was_told_an_open_side_escalates_and_an_acknowledged_one_does_not) {
  ASSERT_TRUE(act_as(officer(1, police), DeskStep::acknowledge));
  EXPECT_EQ(expire(start_ms + acknowledge_within_ms - 1), 0);
  EXPECT_EQ(expire(start_ms + acknowledge_within_ms), 1);
  EXPECT_EQ(expire(start_ms + acknowledge_within_ms), 0);
  EXPECT_EQ(seen_by(officer(1, police)).state, SideState::acknowledged);
  EXPECT_EQ(seen_by(officer(2, customs)).state, SideState::escalated);
  EXPECT_EQ(seen_by(officer(2, customs)).officer, "clock");
  EXPECT_EQ(act_as(officer(2, customs), DeskStep::acknowledge), SideState::acknowledged);
}

TEST_P(Desk, an_escalation_has_a_reason_that_the_other_side_does_not_see) {
  EXPECT_EQ(act_as(officer(1, police), DeskStep::escalate, "").error().field, "reason");
  ASSERT_TRUE(act_as(officer(1, police), DeskStep::escalate, "personne ne répond"));
  EXPECT_EQ(seen_by(officer(1, police)).words, "personne ne répond");
  EXPECT_EQ(seen_by(officer(2, customs)).words, "");
  EXPECT_EQ(seen_by(officer(2, customs)).other_state, SideState::escalated);
}

TEST_P(Desk, a_conflict_of_others_answers_as_one_that_does_not_exist) {
  const auto theirs = act_as(officer(3, gendarmerie), DeskStep::acknowledge);
  ASSERT_FALSE(theirs);
  auto tx = database().write();
  EXPECT_EQ(act(*tx, territory.id, "aaaaaaaaaaaaaaaa", DeskStep::acknowledge, "", officer(3, gendarmerie)).error(),
            theirs.error());
  EXPECT_EQ(act(*tx, {territory.id.value + 1}, code, DeskStep::acknowledge, "", officer(1, police)).error(),
            theirs.error());
}

TEST_P(Desk, every_step_is_logged_and_wakes_both_desks) {
  ASSERT_TRUE(act_as(officer(1, police), DeskStep::acknowledge));
  ASSERT_TRUE(act_as(officer(1, police), DeskStep::take_back));
  expire(start_ms + acknowledge_within_ms);
  auto snapshot = database().read();
  const auto events = load_desk_events(*snapshot, 0, 100);
  ASSERT_EQ(events.size(), 10U);  // told, acknowledged, taken back, and both sides escalated; to both each time
  EXPECT_EQ(events[2].what, "acknowledged");
  EXPECT_EQ(events[5].what, "taken_back");
  EXPECT_EQ(load_desk_events(*snapshot, events[5].number, 100).size(), 4U);
  EXPECT_EQ(last_desk_event(*snapshot), events.back().number);
  std::vector<std::string> log;
  for (const auto& entry : audit::list(*snapshot, std::nullopt, 5)) log.push_back(entry.act.actor + entry.act.details);
  EXPECT_EQ(log[0].substr(0, 11), "clockexpire");
  EXPECT_EQ(log[2].substr(0, 17), "person:1take_back");
  EXPECT_EQ(log[3].substr(0, 19), "person:1acknowledge");
}

TEST_P(Desk, a_desk_s_number_is_checked_and_written_one_way) {
  const auto set = [&](const std::string& name, const std::string& phone) {
    auto tx = database().write();
    auto done = set_contact(*tx, territory.id, name, phone, officer(2, customs));
    if (done) tx->commit();
    return done ? std::string("set") : done.error().field;
  };
  EXPECT_EQ(set("", "04 91 00 00 00"), "name");
  EXPECT_EQ(set("Permanence", "call me"), "phone");
  EXPECT_EQ(set("Permanence", "04 91 00 00 00"), "set");
  EXPECT_EQ(set("Permanence de nuit", "04 91 00 00 01"), "set");
  EXPECT_EQ(seen_by(officer(1, police)).call, (releases::Contact{"Douane", "Permanence de nuit", "+33491000001"}));
}

INSTANTIATE_TEST_SUITE_P(Databases, Desk, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
