#include "services/recall/recall.h"
#include "services/retention/scene_test.h"

// Recalls as those are told of them whom no role lets read notes: the line, the answer, and nothing beside.

namespace quadrille::recall {
namespace {

class RecallLines : public retention::Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), migrations());
    recalls = std::make_unique<Recalls>(database(), *access, *recorder, *signer, *eraser, chance);
    auto tx = database().write();
    services.push_back(
        territory::add_service(*tx, port, "pm", "Police municipale", {"local:test", {start_ms}}).value());
    tx->commit();
    municipal = account("noa", 4, access::Role::municipal);
    partner = account("lou", 4, access::Role::partner);
  }
  // Sent to the municipal police and the customs.
  [[nodiscard]] notes::NewNote sent() const {
    auto wanted = new_note("zqx");
    wanted.marking.services = {services[1], services[4]};
    return wanted;
  }
  std::string recall_of(const notes::NewNote& wanted, const std::string& reason = "place fausse",
                        Effect effect = Effect::withdraw) {
    const auto code = add(wanted, analyst);
    const auto recalled =
        recalls->recall(port, code, {{}, effect, reason, {clock.now().utc_ms + 7 * day_ms}}, as(analyst));
    EXPECT_TRUE(recalled) << (recalled ? "" : recalled.error().message.en);
    return recalled.value_or("");
  }

  std::unique_ptr<Recalls> recalls;
  access::Person municipal;
  access::Person partner;
};

TEST_P(RecallLines, whoever_reads_no_notes_is_told_by_a_line_and_answers_with_a_receipt) {
  const auto recalled = recall_of(sent());
  for (const auto& person : {municipal, partner}) {
    const auto lines = recalls->lines(port, Which::unsettled, as(person));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].line.recall, recalled);
    EXPECT_TRUE(lines[0].line.object.starts_with("note "));
    EXPECT_EQ(lines[0].line.deadline.utc_ms, clock.now().utc_ms + 7 * day_ms);
    EXPECT_EQ(lines[0].line.call, (sharing::releases::Contact{"police", "police", ""}));
    // The recall itself, with its reason and its signed text, is not theirs to see.
    EXPECT_EQ(recalls->list(port, Which::all, as(person)).size(), 0U);
    EXPECT_EQ(recalls->find(port, recalled, as(person)).error(), no_such_recall().error());
  }
  const auto receipt = recalls->answer(port, recalled, {Answer::destroyed, 1, "un tirage"}, as(municipal));
  ASSERT_TRUE(receipt) << receipt.error().message.en;
  const auto verified = verify_statement(*receipt, {signer->verifier()});
  ASSERT_TRUE(verified && verified->receipt);
  EXPECT_EQ(verified->receipt->holder, "pm");
  EXPECT_EQ(recalls->lines(port, Which::unsettled, as(partner)).size(), 0U);
  const auto all = recalls->lines(port, Which::all, as(partner));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].is_settled);
  EXPECT_EQ(all[0].receipt_note, *receipt);
  // The originator has it like any other's, and it answers the very RECALL.
  for (const auto& holder : recalls->find(port, recalled, as(analyst))->holders) {
    if (holder.holding.service != services[4]) continue;
    EXPECT_EQ(holder.answer, Answer::destroyed);
    const auto asked = verify_statement(holder.recall_note, {signer->verifier()});
    EXPECT_TRUE(answers_recall(*verified->receipt, *asked->recall, holder.recall_note));
  }
}

TEST_P(RecallLines, overdue_lines_are_listed_until_they_are_answered) {
  const auto recalled = recall_of(sent());
  EXPECT_EQ(recalls->lines(port, Which::overdue, as(municipal)).size(), 0U);
  clock.advance_ms(8 * day_ms);
  EXPECT_EQ(recalls->lines(port, Which::overdue, as(municipal)).size(), 1U);
  ASSERT_TRUE(recalls->answer(port, recalled, {Answer::held_nothing, 0, ""}, as(municipal)));
  EXPECT_EQ(recalls->lines(port, Which::overdue, as(municipal)).size(), 0U);
}

TEST_P(RecallLines, who_is_not_told_is_answered_as_for_a_recall_that_does_not_exist) {
  auto denied = sent();
  denied.marking.denied = {municipal.id};
  auto not_sent = sent();
  not_sent.marking.services = {services[1]};
  auto inside = sent();
  inside.marking.compartments = {
      open_compartment("MISTRAL", access::CompartmentKind::procedure, analyst, {customs}).id};
  const AnswerWish wish{Answer::held_nothing, 0, ""};
  const auto unknown = recalls->answer(port, "abcdefghijklmnop", wish, as(municipal)).error();
  for (const auto& wanted : {denied, not_sent, inside}) {
    const auto recalled = recall_of(wanted);
    EXPECT_EQ(recalls->lines(port, Which::all, as(municipal)).size(), 0U);
    EXPECT_EQ(recalls->answer(port, recalled, wish, as(municipal)).error(), unknown);
  }
  EXPECT_EQ(recalls->lines(port, Which::all, as(partner)).size(), 1U) << "only one person was denied";
}

// A token that leaves reading out makes no municipal officer of an analyst: they would be told of what they may not
// read.
TEST_P(RecallLines, whoever_reads_notes_has_no_lines_whatever_their_token) {
  auto wanted = sent();
  wanted.marking.services = {services[1]};
  (void)recall_of(wanted);
  auto asker = as(customs);
  EXPECT_EQ(recalls->lines(port, Which::all, asker).size(), 0U);
  asker.viewer.limited_to = {access::Capability::answer_received};
  EXPECT_EQ(recalls->lines(port, Which::all, asker).size(), 0U);
  EXPECT_EQ(recalls->list(port, Which::all, asker).size(), 0U);
}

// Two notes that differ in everything but that they were sent to the municipal police: the same line, codes aside.
TEST_P(RecallLines, a_line_tells_nothing_of_the_note_the_reason_or_the_other_holders) {
  const auto told = [&](const notes::NewNote& wanted, const std::string& reason, Effect effect) {
    const auto recalled = recall_of(wanted, reason, effect);
    for (auto& one : recalls->lines(port, Which::all, as(municipal)))
      if (one.line.recall == recalled) {
        one.line.recall.clear();
        one.line.object.clear();
        return one.line;
      }
    ADD_FAILURE() << "not told";
    return sharing::releases::RecallLine{};
  };
  auto other = new_note("zqy");
  other.channel = notes::Channel::service;
  other.marking.sensitivity = access::Sensitivity::confidential;
  other.marking.handling = access::Handling::h3;
  other.marking.regime = access::Regime::judicial;
  other.marking.services = {services[2], services[3], services[4]};
  EXPECT_EQ(told(sent(), "place fausse", Effect::withdraw), told(other, "source retirée", Effect::erase));
}

INSTANTIATE_TEST_SUITE_P(Databases, RecallLines, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::recall
