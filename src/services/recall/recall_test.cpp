#include "services/recall/recall.h"

#include <fmt/format.h>

#include <set>

#include "base/random.h"
#include "services/retention/scene_test.h"

namespace quadrille::recall {
namespace {

using retention::Scene;

class RecallStore : public Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), migrations());
    recalls = std::make_unique<Recalls>(database(), *access, *recorder, *signer, *eraser, chance);
  }
  [[nodiscard]] RecallWish wish(std::vector<ServiceId> from = {}, Effect effect = Effect::withdraw) const {
    return {std::move(from), effect, "place fausse", {clock.now().utc_ms + 7 * day_ms}};
  }
  std::vector<audit::VerifierKey> keys() { return {signer->verifier()}; }
  [[nodiscard]] std::vector<ServiceId> holder_ids(const std::vector<Holding>& held) const {
    std::vector<ServiceId> ids;
    for (const auto& one : held) ids.push_back(one.service);
    return ids;
  }
  // What a service can still reach of a note: the note, what was added, requests about it, links.
  int reach(const std::string& code, NoteId note, const std::vector<std::int64_t>& additions,
            const access::Person& person) {
    int reached = can_read(code, person) ? 1 : 0;
    auto snapshot = database().read();
    const auto readable = access->readable(*snapshot, as(person).viewer);
    for (const auto& request : notes::list_requests(*snapshot, *readable, port.id, {.note = code}, clock.now(), {}, 50))
      reached += request.about == code ? 1 : 0;
    const auto selector = sharing::normalised(sharing::SelectorKind::product_hours, "cannabis 18h-22h").value();
    for (const auto& object : sharing::look_up(*snapshot, *readable, selector, clock.now()).objects) {
      if (object.kind == sharing::ObjectKind::note && object.row == note.value) ++reached;
      if (object.kind != sharing::ObjectKind::note && std::ranges::find(additions, object.row) != additions.end())
        ++reached;
    }
    return reached;
  }

  std::unique_ptr<Recalls> recalls;
};

TEST_P(RecallStore, the_holders_are_those_it_was_given_to_who_read_it_and_who_added_to_it) {
  const auto code = add_whole_note("zqx");
  const auto held = recalls->holdings(port, code, as(analyst));
  ASSERT_TRUE(held) << held.error().message.en;
  ASSERT_EQ(holder_ids(*held), (std::vector{services[1], services[2]}));
  const auto& douane = held->front();
  EXPECT_TRUE(douane.is_given);
  EXPECT_EQ(douane.additions, 1);
  EXPECT_EQ(douane.requests, 1);
  EXPECT_EQ(douane.copies, 1);  // the attachment
  EXPECT_EQ(douane.openings, 1);
  EXPECT_EQ(douane.last, clock.now());
  const auto& gendarmes = held->back();
  EXPECT_TRUE(gendarmes.is_given);
  EXPECT_EQ(gendarmes.openings, 0);  // it was in a list of theirs
  EXPECT_EQ(gendarmes.last, std::nullopt);
  EXPECT_EQ(gendarmes.copies, 0);
}

// What a page of a list holds depends on every note that its reader may read, the asker's or not.
TEST_P(RecallStore, what_a_list_happened_to_hold_changes_nothing_of_what_is_told_of_holders) {
  const auto code = add_note();
  const auto before = recalls->holdings(port, code, as(analyst));
  ASSERT_TRUE(before);
  ASSERT_TRUE(notes->list(port, {}, {}, as(gendarme)));
  EXPECT_EQ(recalls->holdings(port, code, as(analyst)), before);
  auto theirs = new_note("autre");
  theirs.marking.services = {};
  (void)add(theirs, gendarme);
  ASSERT_TRUE(notes->list(port, {}, {.limit = 1}, as(gendarme)));
  EXPECT_EQ(recalls->holdings(port, code, as(analyst)), before);
  ASSERT_TRUE(notes->find(port, code, as(gendarme)));
  const auto after = recalls->holdings(port, code, as(analyst));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->back().openings, 1);
}

TEST_P(RecallStore, an_author_who_went_to_another_service_makes_it_a_holder_by_looking_at_lists_there) {
  const auto code = add_note();
  clock.advance_ms(hour_ms);
  {
    access::Asker by;
    by.viewer.login = "local:test";
    by.at = clock.now();
    auto tx = database().write();
    const auto held = access::habilitations_of(*tx, analyst.id).front();
    ASSERT_TRUE(access::revoke(*tx, held.code, by));
    ASSERT_TRUE(access::grant(*tx,
                              {analyst.id,
                               access::Role::analyst,
                               port.id,
                               services[3],
                               access::Sensitivity::confidential,
                               "arrêté 2",
                               clock.now(),
                               {}},
                              chance, by));
    tx->commit();
  }
  const auto colleague = account("anne", 0, access::Role::analyst);
  EXPECT_EQ(holder_ids(*recalls->holdings(port, code, as(colleague))), (std::vector{services[1], services[2]}));
  ASSERT_TRUE(notes->list(port, {}, {}, as(analyst)));
  const auto held = recalls->holdings(port, code, as(colleague));
  ASSERT_TRUE(held);
  EXPECT_EQ(holder_ids(*held), (std::vector{services[1], services[2], services[3]}));
  EXPECT_TRUE(held->back().was_given);
}

TEST_P(RecallStore, a_service_that_could_read_it_once_is_a_holder_after_it_was_shut_out) {
  const auto code = add_note();
  auto marking = access::load_marking(*database().read(), extent(code)->marking);
  marking.services = {services[1]};
  ASSERT_TRUE(notes->remark(port, code, {marking, "essai"}, as(analyst)));
  const auto held = recalls->holdings(port, code, as(analyst));
  ASSERT_TRUE(held);
  EXPECT_EQ(holder_ids(*held), (std::vector{services[1], services[2]}));
  EXPECT_FALSE(held->back().is_given);
  EXPECT_TRUE(held->back().was_given);
  // And it can answer, though it cannot read the note.
  const auto recalled = recalls->recall(port, code, wish(), as(analyst));
  ASSERT_TRUE(recalled) << recalled.error().message.en;
  EXPECT_TRUE(recalls->answer(port, *recalled, {Answer::held_nothing, 0, ""}, as(gendarme)));
}

TEST_P(RecallStore, the_services_lose_access_at_once_and_the_originator_keeps_it) {
  const auto code = add_whole_note("zqx");
  const auto note = extent(code);
  std::vector<std::int64_t> additions;
  for (const auto& one : note->additions) additions.push_back(one.row);
  EXPECT_EQ(reach(code, note->id, additions, customs), 4);
  const auto recalled = recalls->recall(port, code, wish({services[1]}), as(analyst));
  ASSERT_TRUE(recalled) << recalled.error().message.en << recalled.error().field;
  EXPECT_EQ(reach(code, note->id, additions, customs), 0);
  EXPECT_TRUE(can_read(code, gendarme));
  EXPECT_TRUE(can_read(code, analyst));
  // What the customs added stays with the originator.
  EXPECT_EQ(notes->find(port, code, as(analyst))->additions.size(), 1U);
  // The request named the customs: it is gone, with a receipt.
  EXPECT_EQ(traces_of("Avez-vous vu zqxsix").size(), 0U);
  EXPECT_TRUE(log_is_sound());
}

TEST_P(RecallStore, a_note_attributed_to_a_service_that_loses_it_waits_to_be_attributed_again) {
  const auto code = add_note();
  const auto note = extent(code);
  {
    auto tx = database().write();
    tx->execute("UPDATE note SET attributed = ?, stage = 6 WHERE id = ?", {services[1], note->id});
    tx->commit();
  }
  ASSERT_TRUE(recalls->recall(port, code, wish({services[1]}), as(analyst)));
  EXPECT_FALSE(extent(code)->attributed);
  EXPECT_EQ(notes->find(port, code, as(analyst))->note.stage, notes::Stage::enriched);
}

TEST_P(RecallStore, erasing_everywhere_leaves_nothing_readable_but_the_statements) {
  const auto code = add_whole_note("zqx");
  const auto recalled = recalls->recall(port, code, wish({}, Effect::erase), as(analyst));
  ASSERT_TRUE(recalled) << recalled.error().message.en;
  EXPECT_FALSE(extent(code));
  EXPECT_TRUE(retention::purge(database(), database::Database::Purge::thorough));
  EXPECT_EQ(traces_of("zqx"), std::vector<std::string>());
  EXPECT_TRUE(log_is_sound());
  const auto list = recalls->list(port, Which::unsettled, as(analyst));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list.front().holders.size(), 2U);
}

TEST_P(RecallStore, recall_and_receipt_are_signed_and_belong_together) {
  const auto code = add_note();
  const auto recalled = recalls->recall(port, code, wish(), as(analyst));
  ASSERT_TRUE(recalled);
  const auto asked = recalls->find(port, *recalled, as(customs));
  ASSERT_TRUE(asked);
  // A holder sees its own part and nobody else's.
  ASSERT_EQ(asked->holders.size(), 1U);
  EXPECT_FALSE(asked->is_ours);
  const auto recall_note = asked->holders.front().recall_note;
  EXPECT_EQ(recall_note.find("gendarmerie"), std::string::npos);
  const auto receipt_note = recalls->answer(port, *recalled, {Answer::destroyed, 2, "deux tirages"}, as(customs));
  ASSERT_TRUE(receipt_note) << receipt_note.error().message.en;
  const auto recall = verify_statement(recall_note, keys());
  const auto receipt = verify_statement(*receipt_note, keys());
  ASSERT_TRUE(recall && receipt);
  ASSERT_TRUE(recall->recall && receipt->receipt);
  EXPECT_EQ(recall->recall->holder, "douane");
  EXPECT_EQ(recall->recall->reason, "place fausse");
  EXPECT_EQ(receipt->receipt->copies, 2);
  EXPECT_TRUE(answers_recall(*receipt->receipt, *recall->recall, recall_note));
  // Not with another's recall.
  const auto list = recalls->list(port, Which::all, as(analyst));
  for (const auto& holder : list.front().holders)
    if (holder.holding.service == services[2])
      EXPECT_FALSE(answers_recall(*receipt->receipt, *recall->recall, holder.recall_note));
}

TEST_P(RecallStore, any_changed_byte_of_a_statement_is_found) {
  const auto code = add_note();
  const auto recalled = recalls->recall(port, code, wish({services[1]}), as(analyst));
  const auto note = recalls->find(port, *recalled, as(analyst))->holders.front().recall_note;
  ASSERT_TRUE(verify_statement(note, keys()));
  for (std::size_t i = 0; i < note.size(); ++i)
    for (const int bit : {0, 3, 6}) {
      auto changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(verify_statement(changed, keys())) << i << "." << bit;
    }
  EXPECT_FALSE(verify_statement(note.substr(0, note.size() - 1), keys()));
  EXPECT_FALSE(verify_statement(note + note, keys()));
  EXPECT_FALSE(verify_statement(note, {}));
  testing::FixedChance other(77);
  EXPECT_FALSE(verify_statement(note, {audit::SignerKey("test", crypto::make_signing_key(other)).verifier()}));
  // A checkpoint of the same key is no statement.
  EXPECT_FALSE(verify_statement(signer->checkpoint().value(), keys()));
}

TEST_P(RecallStore, who_does_not_answer_in_time_is_listed_until_every_copy_is_gone) {
  const auto code = add_note();
  const auto recalled = recalls->recall(port, code, wish(), as(analyst));
  EXPECT_EQ(recalls->list(port, Which::overdue, as(analyst)).size(), 0U);
  clock.advance_ms(8 * day_ms);
  ASSERT_EQ(recalls->list(port, Which::overdue, as(analyst)).size(), 1U);
  ASSERT_TRUE(recalls->answer(port, *recalled, {Answer::destroyed, 1, ""}, as(gendarme)));
  // A copy in a procedure cannot come back: the recall stays open for that service.
  ASSERT_TRUE(recalls->answer(port, *recalled, {Answer::in_procedure, 1, "PV 2026/118"}, as(customs)));
  const auto list = recalls->list(port, Which::overdue, as(analyst));
  ASSERT_EQ(list.size(), 1U);
  for (const auto& holder : list.front().holders) EXPECT_EQ(holder.is_overdue, holder.holding.service == services[1]);
  ASSERT_TRUE(recalls->answer(port, *recalled, {Answer::destroyed, 1, "sorti du dossier"}, as(customs)));
  EXPECT_EQ(recalls->list(port, Which::unsettled, as(analyst)).size(), 0U);
  EXPECT_EQ(recalls->answer(port, *recalled, {Answer::destroyed, 1, ""}, as(customs)).error().kind,
            ErrorKind::conflict);
}

TEST_P(RecallStore, what_is_asked_wrongly_is_refused_by_its_field) {
  const auto code = add_note();
  const auto field = [&](RecallWish wanted) {
    const auto done = recalls->recall(port, code, wanted, as(analyst));
    return done ? "" : done.error().field;
  };
  auto wanted = wish();
  wanted.reason = "";
  EXPECT_EQ(field(wanted), "reason");
  wanted = wish();
  wanted.reason = "erreur de M. Durand";
  EXPECT_EQ(field(wanted), "reason");
  wanted = wish();
  wanted.deadline = clock.now();
  EXPECT_EQ(field(wanted), "deadline");
  wanted.deadline = {clock.now().utc_ms + 91 * day_ms};
  EXPECT_EQ(field(wanted), "deadline");
  EXPECT_EQ(field(wish({services[3]})), "services");
  EXPECT_EQ(field(wish({services[0]})), "services");
  EXPECT_EQ(field(wish({services[1]}, Effect::erase)), "services");
  EXPECT_TRUE(can_read(code, customs));
  EXPECT_EQ(recalls->recall(port, code, wish(), as(customs)).error().kind, ErrorKind::forbidden);
  const auto recalled = recalls->recall(port, code, wish(), as(analyst));
  EXPECT_EQ(recalls->answer(port, *recalled, {Answer::destroyed, 0, ""}, as(customs)).error().field, "copies");
  EXPECT_EQ(recalls->answer(port, *recalled, {Answer::held_nothing, 1, ""}, as(customs)).error().field, "copies");
  EXPECT_EQ(recalls->answer(port, *recalled, {Answer::in_procedure, 1, ""}, as(customs)).error().field, "words");
}

TEST_P(RecallStore, a_note_that_one_cannot_read_and_a_recall_of_it_answer_as_what_does_not_exist) {
  auto hidden = new_note("zqx");
  hidden.marking.services = {services[1]};
  const auto code = add(hidden, analyst);
  const std::string nothing = "abcdefghijklmnop";
  EXPECT_EQ(recalls->holdings(port, code, as(gendarme)).error(),
            recalls->holdings(port, nothing, as(gendarme)).error());
  EXPECT_EQ(recalls->recall(port, code, wish(), as(gendarme)).error(),
            recalls->recall(port, nothing, wish(), as(gendarme)).error());
  const auto recalled = recalls->recall(port, code, wish(), as(analyst));
  ASSERT_TRUE(recalled);
  EXPECT_EQ(recalls->find(port, *recalled, as(gendarme)).error(), recalls->find(port, nothing, as(gendarme)).error());
  EXPECT_EQ(recalls->answer(port, *recalled, {Answer::held_nothing, 0, ""}, as(gendarme)).error(),
            recalls->answer(port, nothing, {Answer::held_nothing, 0, ""}, as(gendarme)).error());
  EXPECT_EQ(recalls->list(port, Which::all, as(gendarme)).size(), 0U);
  EXPECT_EQ(recalls->list(port, Which::all, as(customs)).size(), 1U);
}

TEST_P(RecallStore, every_act_and_every_look_is_in_the_log) {
  const auto code = add_note();
  const auto recalled = recalls->recall(port, code, wish({services[1]}), as(analyst)).value();
  const auto first = audit::list(*database().read(), {}, 2);
  EXPECT_TRUE(first[0].act.details.starts_with("marking=")) << first[0].act.details;
  EXPECT_EQ(first[1].act.subject, "recall " + recalled);
  EXPECT_EQ(first[1].act.recipient, "service:douane");
  EXPECT_EQ(first[1].position, recalls->find(port, recalled, as(analyst))->holders.front().position);
  (void)recalls->list(port, Which::all, as(customs));
  auto last = audit::list(*database().read(), {}, 1).front();
  EXPECT_EQ(last.act.outcome, "rows=1");
  ASSERT_TRUE(recalls->answer(port, recalled, {Answer::held_nothing, 0, ""}, as(customs)));
  last = audit::list(*database().read(), {}, 1).front();
  EXPECT_EQ(last.act.action, audit::Action::erasure);
  (void)recalls->find(port, "abcdefghijklmnop", as(customs));
  EXPECT_EQ(audit::list(*database().read(), {}, 1).front().act.outcome, "empty");
}

TEST_P(RecallStore, a_dismissed_member_loses_access_at_once) {
  const auto operation = open_compartment("MISTRAL", access::CompartmentKind::operation, analyst, {customs});
  auto wanted = new_note("zqx");
  wanted.marking.compartments = {operation.id};
  const auto code = add(wanted, analyst);
  ASSERT_TRUE(can_read(code, customs));
  {
    auto tx = database().write();
    ASSERT_TRUE(access::dismiss(*tx, port.id, operation.code, customs.login, as(analyst)));
    tx->commit();
  }
  EXPECT_FALSE(can_read(code, customs));
}

// For random notes, histories and recalls: once every holder has settled, none reaches anything of the note.
TEST_P(RecallStore, after_a_recall_with_all_receipts_no_holder_holds_anything) {
  Random random(Seed{23}, 0);
  const std::vector<access::Person> others{customs, gendarme};
  for (int round = 0; round < 10; ++round) {
    auto wanted = new_note(fmt::format("zqx{}end", round));
    if (random.next_below(3) == 0) wanted.marking.services = {services[1]};
    const auto code = add(wanted, analyst);
    for (int step = 0; step < 6; ++step) {
      clock.advance_ms(hour_ms);
      const auto& person = others[random.next_below(2)];
      switch (random.next_below(5)) {
        case 0:
          (void)notes->find(port, code, as(person));
          break;
        case 1: {
          notes::NewAddition addition{notes::AdditionKind::sighting, content("zqx"), {}, {}};
          if (random.next_below(2) == 0) addition.marking = wanted.marking;
          (void)notes->enrich(port, code, addition, as(person));
          break;
        }
        case 2:
          ask_about(code, "zqx");
          break;
        case 3:
          (void)notes->list(port, {}, {}, as(person));
          break;
        case 4:
          post_links(code);
          break;
      }
    }
    const auto note = extent(code);
    std::vector<std::int64_t> additions;
    for (const auto& one : note->additions) additions.push_back(one.row);
    const auto held = recalls->holdings(port, code, as(analyst));
    ASSERT_TRUE(held);
    auto wanted_recall = wish({}, random.next_below(3) == 0 ? Effect::erase : Effect::withdraw);
    const auto recalled = recalls->recall(port, code, wanted_recall, as(analyst));
    ASSERT_TRUE(recalled) << recalled.error().message.en;
    for (const auto& person : others) {
      const bool is_holder = std::ranges::any_of(
          *held, [&](const Holding& one) { return one.service == as(person).viewer.in(port.id)->service; });
      const auto answered = recalls->answer(port, *recalled, {Answer::destroyed, 1, ""}, as(person));
      ASSERT_EQ(answered.has_value(), is_holder);
      ASSERT_EQ(reach(code, note->id, additions, person), 0);
    }
    ASSERT_TRUE(recalls->find(port, *recalled, as(analyst))->is_settled());
  }
  EXPECT_TRUE(log_is_sound());
}

TEST_P(RecallStore, when_any_write_fails_nothing_was_recalled) {
  const auto code = add_whole_note("zqx");
  for (std::int64_t failing = 1;; ++failing) {
    testing::FailingDatabase fragile(database(), failing);
    Recalls broken(fragile, *access, *recorder, *signer, *eraser, chance);
    try {
      const auto done = broken.recall(port, code, wish(), as(analyst));
      ASSERT_TRUE(done);
      ASSERT_GT(failing, 10);
      EXPECT_FALSE(can_read(code, customs));
      break;
    } catch (const database::DatabaseError&) {
      ASSERT_TRUE(can_read(code, customs));
      ASSERT_EQ(extent(code)->requests.size(), 1U);
      ASSERT_EQ(recalls->list(port, Which::all, as(analyst)).size(), 0U);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, RecallStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::recall
