#include "services/sharing/targets.h"

#include "services/sharing/desk.h"
#include "services/sharing/scene_test.h"

namespace quadrille::sharing {
namespace {

class Targets : public Scene {
 protected:
  void allow() {
    auto tx = database().write();
    ASSERT_TRUE(
        access::add_legal_act(*tx, {territory.id, access::Part::target_matching, "convention 2026-7", {start_ms}, {}},
                              chance, officer(1, police)));
    ASSERT_TRUE(begin_epoch(*tx, keys, territory.id, asking(1, police)));
    tx->commit();
  }
  access::Asker asking(std::int64_t person, ServiceId service, std::int64_t at_ms = start_ms) const {
    auto asker = officer(person, service, at_ms);
    asker.purpose = "surveillance de mercredi";
    asker.legal_basis = "CPP art. 75";
    return asker;
  }
  struct Sent {
    Result<Evaluated> evaluated;
    std::vector<crypto::OprfBlind> blinds;
  };
  Sent send(TargetUse use, const std::vector<std::string>& values, const access::Asker& by) {
    std::vector<crypto::OprfBlind> blinds;
    std::vector<crypto::OprfElement> blinded;
    for (const auto& value : values) {
      blinds.push_back(crypto::OprfBlind::draw(chance));
      blinded.push_back(crypto::blind(crypto::OprfMode::voprf, crypto::bytes_of(value), blinds.back()).value());
    }
    auto tx = database().write();
    auto evaluated = evaluate(*tx, keys, territory.id, use, blinded, chance, by);
    tx->commit();
    if (evaluated)
      for (const auto& epoch : evaluated->epochs)
        EXPECT_TRUE(crypto::is_proved(epoch.public_key, blinded, epoch.evaluated, epoch.proof));
    return {std::move(evaluated), std::move(blinds)};
  }
  std::vector<EpochOutputs> finish(const Sent& sent, const std::vector<std::string>& values) const {
    std::vector<EpochOutputs> outputs;
    for (const auto& epoch : sent.evaluated->epochs) {
      outputs.push_back({epoch.epoch, {}});
      for (std::size_t i = 0; i < values.size(); ++i)
        outputs.back().outputs.push_back(
            to_target_output(crypto::finalize(crypto::bytes_of(values[i]), sent.blinds[i], epoch.evaluated[i])));
    }
    return outputs;
  }
  Result<Redeemed> redeem_now(const std::string& ticket, const std::vector<EpochOutputs>& outputs,
                              const access::Asker& by) {
    auto tx = database().write();
    auto redeemed = redeem(*tx, territory.id, ticket, outputs, chance, by);
    if (redeemed) tx->commit();
    return redeemed;
  }
  // Both calls, as a client makes them.
  Result<Redeemed> run(TargetUse use, const std::vector<std::string>& values, const access::Asker& by) {
    const auto sent = send(use, values, by);
    if (!sent.evaluated) return Failure(sent.evaluated.error());
    return redeem_now(sent.evaluated->ticket, finish(sent, values), by);
  }
  static std::string field(const auto& result) { return result ? "accepted" : result.error().field; }

  TargetKeys keys{{42}};
};

TEST_P(Targets, are_off_until_a_legal_act_is_recorded) {
  const auto off = run(TargetUse::question, {"AB123CD"}, asking(1, police));
  ASSERT_FALSE(off);
  EXPECT_EQ(off.error().kind, ErrorKind::forbidden);
  auto tx = database().write();
  EXPECT_FALSE(begin_epoch(*tx, keys, territory.id, asking(1, police)));
}

TEST_P(Targets, a_hit_names_whom_to_call_and_a_miss_nobody) {
  allow();
  ASSERT_TRUE(run(TargetUse::registration, {"AB123CD", "+33612345678"}, asking(2, customs)));
  const auto answer = run(TargetUse::question, {"AB123CD", "ZZ999ZZ"}, asking(1, police));
  ASSERT_TRUE(answer) << answer.error().message.en;
  ASSERT_EQ(answer->answers.size(), 2U);
  EXPECT_EQ(answer->answers[0].call, (std::vector<releases::Contact>{{"Douane", "Douane", ""}}));
  EXPECT_FALSE(answer->answers[1].is_hit());
  EXPECT_TRUE(answer->registered.empty());
  // One's own target is no hit.
  EXPECT_FALSE(run(TargetUse::question, {"AB123CD"}, asking(2, customs))->answers[0].is_hit());
}

TEST_P(Targets, both_services_find_the_question_in_their_log_and_both_desks_are_woken) {
  allow();
  const auto registered = run(TargetUse::registration, {"AB123CD"}, asking(2, customs));
  ASSERT_TRUE(run(TargetUse::question, {"AB123CD"}, asking(1, police)));
  ASSERT_TRUE(run(TargetUse::question, {"nobody's"}, asking(1, police)));
  auto snapshot = database().read();
  const auto ours = asked_by_service(*snapshot, territory.id, asking(1, police));
  ASSERT_EQ(ours.size(), 2U);
  EXPECT_EQ(ours[0].is_hit + ours[1].is_hit, 1);
  EXPECT_EQ(ours[0].purpose, "surveillance de mercredi");
  const auto theirs = asked_about_service(*snapshot, territory.id, asking(2, customs));
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_EQ(theirs[0].asking.service, "Police");
  EXPECT_EQ(theirs[0].target, registered->registered[0]);
  EXPECT_TRUE(asked_about_service(*snapshot, territory.id, asking(3, gendarmerie)).empty());
  const auto of_police = officer(1, police);
  const auto of_customs = officer(2, customs);
  EXPECT_EQ(list_conflicts(*snapshot, readable(of_police), territory.id, of_police).size(), 1U);
  EXPECT_EQ(list_conflicts(*snapshot, readable(of_customs), territory.id, of_customs).at(0).kind, ConflictKind::target);
}

TEST_P(Targets, a_holder_that_wants_no_alert_has_the_log_only) {
  allow();
  ASSERT_TRUE(run(TargetUse::registration, {"AB123CD"}, asking(2, customs)));
  {
    auto tx = database().write();
    ASSERT_TRUE(set_holder_policy(*tx, territory.id, HolderPolicy::log_only, asking(2, customs)));
    tx->commit();
  }
  EXPECT_TRUE(run(TargetUse::question, {"AB123CD"}, asking(1, police))->answers[0].is_hit());
  auto snapshot = database().read();
  EXPECT_TRUE(load_desk_events(*snapshot, 0, 10).empty());
  EXPECT_EQ(asked_about_service(*snapshot, territory.id, asking(2, customs)).size(), 1U);
}

TEST_P(Targets, without_purpose_or_legal_basis_nothing_is_evaluated) {
  allow();
  auto by = asking(1, police);
  by.purpose = "";
  EXPECT_EQ(field(run(TargetUse::question, {"x"}, by)), "purpose");
  by = asking(1, police);
  by.legal_basis = "?";
  EXPECT_EQ(field(run(TargetUse::question, {"x"}, by)), "legal_basis");
  EXPECT_EQ(field(run(TargetUse::question, {}, asking(1, police))), "blinded");
  EXPECT_EQ(field(run(TargetUse::question, std::vector<std::string>(11, "x"), asking(1, police))), "blinded");
}

TEST_P(Targets, each_quota_stops_alone_and_the_refusal_is_in_the_log) {
  allow();
  const auto set = [&](TargetQuota quota) {
    auto tx = database().write();
    ASSERT_TRUE(save_quota(*tx, territory.id, quota, asking(1, police)));
    tx->commit();
  };
  const auto ask = [&](std::int64_t person, ServiceId service) {
    return field(run(TargetUse::question, {"x", "y"}, asking(person, service)));
  };
  set({.officer_max = 4, .service_max = 100, .epoch_max = 100});
  EXPECT_EQ(ask(1, police), "accepted");
  EXPECT_EQ(ask(1, police), "accepted");
  EXPECT_EQ(ask(1, police), "quota");
  EXPECT_EQ(ask(5, police), "accepted") << "another officer has a quota of their own";
  set({.officer_max = 100, .service_max = 8, .epoch_max = 100});
  EXPECT_EQ(ask(6, police), "accepted");
  EXPECT_EQ(ask(7, police), "quota");
  EXPECT_EQ(ask(2, customs), "accepted");
  set({.officer_max = 100, .service_max = 100, .epoch_max = 11});
  EXPECT_EQ(ask(2, customs), "quota");
  const auto last = audit::list(*database().read(), std::nullopt, 1).front();
  EXPECT_EQ(last.act.outcome, "refused: quota");
  EXPECT_EQ(last.act.actor, "person:2");
  // Registering asks as well, and counts as much.
  EXPECT_EQ(field(run(TargetUse::registration, {"x"}, asking(2, customs))), "accepted");
  EXPECT_EQ(field(run(TargetUse::registration, {"y"}, asking(2, customs))), "quota");
}

TEST_P(Targets, a_ticket_is_good_once_for_ten_minutes_and_for_its_officer) {
  allow();
  const std::vector<std::string> values{"AB123CD"};
  const auto sent = send(TargetUse::question, values, asking(1, police));
  const auto outputs = finish(sent, values);
  const auto& ticket = sent.evaluated->ticket;
  const auto of_other = redeem_now(ticket, outputs, asking(5, police));
  EXPECT_EQ(field(of_other), "ticket");
  EXPECT_EQ(of_other.error(), redeem_now("aaaaaaaaaaaaaaaa", outputs, asking(1, police)).error());
  EXPECT_EQ(field(redeem_now(ticket, outputs, asking(1, customs))), "ticket");
  EXPECT_EQ(field(redeem_now(ticket, outputs, asking(1, police, start_ms + ticket_good_ms + 1))), "ticket");
  EXPECT_EQ(field(redeem_now(ticket, {}, asking(1, police))), "outputs");
  auto more = outputs;
  more[0].outputs.push_back(more[0].outputs[0]);
  EXPECT_EQ(field(redeem_now(ticket, more, asking(1, police))), "outputs") << "more answers than were counted";
  EXPECT_EQ(field(redeem_now(ticket, {outputs[0], outputs[0]}, asking(1, police))), "outputs");
  EXPECT_EQ(field(redeem_now(ticket, outputs, asking(1, police))), "accepted");
  EXPECT_EQ(field(redeem_now(ticket, outputs, asking(1, police))), "ticket");
}

TEST_P(Targets, a_new_key_still_finds_what_is_not_renewed_yet_and_then_forgets_it) {
  allow();
  ASSERT_TRUE(run(TargetUse::registration, {"AB123CD", "EF456GH"}, asking(2, customs)));
  EXPECT_EQ(field(run(TargetUse::renewal, {"AB123CD"}, asking(2, customs))), "quota") << "nothing to renew yet";
  const auto later = [&](std::int64_t days) { return start_ms + days * 86'400'000; };
  {
    auto tx = database().write();
    EXPECT_EQ(begin_epoch(*tx, keys, territory.id, asking(9, police, later(1))), 2);
    EXPECT_EQ(begin_epoch(*tx, keys, territory.id, asking(9, police, later(2))).error().kind, ErrorKind::conflict);
    tx->commit();
  }
  // Both keys answer.
  EXPECT_TRUE(run(TargetUse::question, {"AB123CD"}, asking(1, police, later(2)))->answers[0].is_hit());
  const auto renewed = run(TargetUse::renewal, {"AB123CD"}, asking(2, customs, later(3)));
  ASSERT_TRUE(renewed);
  EXPECT_TRUE(renewed->answers.empty());
  EXPECT_EQ(field(run(TargetUse::renewal, {"a", "b"}, asking(2, customs, later(3)))), "quota")
      << "two were registered, one is renewed: one is left";
  {
    auto tx = database().write();
    EXPECT_EQ(drop_unrenewed(*tx, territory.id, {later(15)}), 0);
    EXPECT_EQ(drop_unrenewed(*tx, territory.id, {later(15) + 1}), 2);
    tx->commit();
  }
  EXPECT_TRUE(run(TargetUse::question, {"AB123CD"}, asking(1, police, later(16)))->answers[0].is_hit());
  EXPECT_FALSE(run(TargetUse::question, {"EF456GH"}, asking(1, police, later(16)))->answers[0].is_hit());
}

TEST_P(Targets, one_s_own_are_listed_without_values_and_withdrawn_by_code) {
  allow();
  const auto made = run(TargetUse::registration, {"AB123CD"}, asking(2, customs));
  EXPECT_EQ(run(TargetUse::registration, {"AB123CD"}, asking(2, customs))->registered, made->registered) << "once";
  const auto listed = list_targets(*database().read(), territory.id, asking(2, customs));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].code, made->registered[0]);
  EXPECT_TRUE(list_targets(*database().read(), territory.id, asking(1, police)).empty());
  const auto withdraw = [&](ServiceId service, const std::string& code) {
    auto tx = database().write();
    auto done = withdraw_target(*tx, territory.id, code, asking(2, service));
    if (done) tx->commit();
    return done;
  };
  EXPECT_EQ(withdraw(police, listed[0].code).error(), withdraw(police, "aaaaaaaaaaaaaaaa").error());
  EXPECT_TRUE(withdraw(customs, listed[0].code));
  EXPECT_FALSE(run(TargetUse::question, {"AB123CD"}, asking(1, police))->answers[0].is_hit());
}

TEST_P(Targets, a_failing_write_counts_nothing_and_gives_no_ticket) {
  allow();
  const auto blind = crypto::OprfBlind::draw(chance);
  const std::array blinded{crypto::blind(crypto::OprfMode::voprf, crypto::bytes_of("x"), blind).value()};
  const auto attempt = [&](std::int64_t failing) {
    testing::FailingDatabase failing_database(database(), failing);
    auto tx = failing_database.write();
    EXPECT_TRUE(evaluate(*tx, keys, territory.id, TargetUse::question, blinded, chance, asking(1, police)));
    if (failing != 0) tx->commit();
    return failing_database.writes();
  };
  const auto writes = attempt(0);
  for (std::int64_t n = 1; n <= writes + 1; ++n) EXPECT_THROW(attempt(n), database::DatabaseError) << n;
  auto tx = database().write();
  ASSERT_TRUE(save_quota(*tx, territory.id, {.officer_max = 1, .service_max = 1, .epoch_max = 1}, asking(1, police)));
  tx->commit();
  EXPECT_EQ(field(run(TargetUse::question, {"x"}, asking(1, police))), "accepted") << "the quota is whole";
}

INSTANTIATE_TEST_SUITE_P(Databases, Targets, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
