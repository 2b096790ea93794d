#include "services/retention/retention.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "base/random.h"
#include "services/retention/scene_test.h"
#include "services/retention/statement.h"
#include "services/retention/store.h"
#include "testing/golden.h"

namespace quadrille::retention {
namespace {

// ---- the table ------------------------------------------------------------------------------------------------------

TEST(Periods, every_row_has_a_name_of_its_own_a_time_and_a_source) {
  std::set<std::string_view> names;
  for (const auto& row : periods()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_GT(row.days, 0) << row.name;
    EXPECT_FALSE(row.source.fr.empty() || row.source.en.empty() || row.what.fr.empty()) << row.name;
    // What is said to come from a text names it with the day it was read.
    if (row.basis != KeepingPeriod::Basis::house)
      EXPECT_NE(row.source.en.find("read 2026"), std::string::npos) << row.name;
  }
}

TEST(Periods, minors_are_kept_for_less_time_than_anybody_else) {
  EXPECT_LT(period_named("note about a minor").days, period_named("note with persons").days);
  for (const auto channel : notes::channels) {
    notes::Content content;
    const auto adult = notes::retention(channel, content, {0}, {});
    content.is_about_minor = true;
    EXPECT_LE(*notes::retention(channel, content, {0}, {}), *adult);
    content.person_category = notes::PersonCategory::witness;
    EXPECT_LE(notes::retention(channel, content, {0}, {})->utc_ms,
              period_named("note about a minor").days * 86'400'000LL);
  }
}

TEST(Periods, the_end_of_keeping_is_the_earliest_of_all_sources) {
  const Instant sources[] = {{30}, {10}, {20}};
  EXPECT_EQ(earliest_end(sources, {15}), Instant{10});
  EXPECT_EQ(earliest_end(sources, {5}), Instant{5});
  EXPECT_EQ(earliest_end({}, {5}), Instant{5});
}

TEST(Periods, the_page_holds_the_tables_as_they_are_printed_from_the_code) {
  std::ifstream file(testing::source_folder() / "docs" / "recall.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(page.find(printed_periods()), std::string::npos) << printed_periods();
  EXPECT_NE(page.find(printed_decisions()), std::string::npos) << printed_decisions();
}

TEST(Statement, one_statement_has_one_text) {
  const Statement statement{"quadrille-erasure/v1", {{"object", "note abc"}, {"rows", "notes=1"}}};
  const auto text = format_statement(statement);
  EXPECT_EQ(text, "quadrille-erasure/v1\nobject note abc\nrows notes=1\n");
  EXPECT_EQ(parse_statement(text), statement);
  EXPECT_EQ(one_line(" deux\nlignes\t "), "deux lignes");
}

TEST(Statement, texts_that_it_would_not_write_are_refused) {
  for (const char* text :
       {"", "quadrille-erasure/v1", "quadrille-erasure/v01\n", "Quadrille-erasure/v1\n", "quadrille-/v1\n",
        "quadrille-erasure/v1\nobject\n", "quadrille-erasure/v1\nobject \n", "quadrille-erasure/v1\n object x\n",
        "quadrille-erasure/v1\nobject  x\n", "quadrille-erasure/v1\nobject x \n", "quadrille-erasure/v1\nOBJECT x\n",
        "quadrille-erasure/v1\n\n", "quadrille-erasure/v1\nobject x\r\n"})
    EXPECT_FALSE(parse_statement(text)) << text;
}

// ---- erasure --------------------------------------------------------------------------------------------------------

class RetentionStore : public Scene {
 protected:
  static constexpr auto thorough = database::Database::Purge::thorough;
  void wait_days(std::int64_t days) { clock.advance_ms(days * day_ms); }
};

TEST_P(RetentionStore, what_is_kept_too_long_goes_with_everything_that_hangs_on_it) {
  const auto code = add_whole_note("zqx");
  const auto before = extent(code);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->additions.size(), 1U);
  EXPECT_EQ(before->requests.size(), 1U);
  EXPECT_EQ(before->attachments, 1);
  EXPECT_FALSE(traces_of("zqx").empty());
  EXPECT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).total(), 0);
  wait_days(400);
  const auto kept = add_note("yxwkept");
  const auto done = run(database(), *eraser, clockwork(clock.now()), thorough);
  EXPECT_EQ(done.notes, 1);
  EXPECT_TRUE(done.is_purged);
  ASSERT_EQ(done.receipts.size(), 1U);
  EXPECT_FALSE(extent(code));
  EXPECT_TRUE(extent(kept));
  // Nothing readable stays: neither in a row nor in the files' bytes.
  EXPECT_EQ(traces_of("zqx"), std::vector<std::string>());
  EXPECT_FALSE(traces_of("yxwkept").empty());
  EXPECT_TRUE(log_is_sound());
}

TEST_P(RetentionStore, the_receipt_is_signed_and_says_what_went_and_why_and_nothing_of_the_content) {
  const auto code = add_whole_note("zqx");
  const auto before = extent(code);
  wait_days(400);
  const auto done = run(database(), *eraser, clockwork(clock.now()), thorough);
  const auto list = retention->receipts(port, 10, as(analyst));
  ASSERT_EQ(list.size(), 1U);
  const auto& receipt = list.front();
  EXPECT_EQ(receipt.code, done.receipts.front());
  EXPECT_EQ(receipt.object, "note " + code);
  EXPECT_EQ(receipt.cause, Cause::expiry);
  const auto note = audit::parse_note(receipt.note);
  ASSERT_TRUE(note);
  const audit::VerifierKey keys[] = {signer->verifier()};
  EXPECT_EQ(audit::signers_of(*note, keys).size(), 1U);
  const auto statement = parse_statement(note->text);
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->find("object"), "note " + code);
  EXPECT_EQ(statement->find("last-revision"), crypto::to_hex(before->hash));
  EXPECT_NE(statement->find("rows")->find("notes=1 revisions=2 additions=1"), std::string::npos);
  EXPECT_EQ(receipt.note.find("zqx"), std::string::npos);
  // The log holds the act of erasure at that position, and the entries about the note lost their content to it.
  const auto act = audit::find(*database().read(), receipt.position);
  ASSERT_TRUE(act);
  EXPECT_EQ(act->act.action, audit::Action::erasure);
  EXPECT_EQ(act->act.subject, "erasure " + receipt.code);
  std::int64_t erased = 0;
  for (const auto& entry : audit::list(*database().read(), {}, 500))
    if (entry.content_erased_by == receipt.position) ++erased;
  EXPECT_GE(erased, 6);
}

TEST_P(RetentionStore, an_addition_may_end_before_its_note) {
  const auto code = add_note();
  const Instant soon{clock.now().utc_ms + 3 * day_ms};
  ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, content("zqxmore"), {}, soon}, as(customs)));
  wait_days(4);
  EXPECT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).additions, 1);
  EXPECT_EQ(extent(code)->additions.size(), 0U);
  EXPECT_EQ(traces_of("zqxmore"), std::vector<std::string>());
  EXPECT_FALSE(traces_of("zqxalpha").empty());
}

TEST_P(RetentionStore, the_logs_own_time_limit_takes_accounts_too) {
  add_note();
  wait_days(3 * 365 + 1);
  const auto done = run(database(), *eraser, clockwork(clock.now()), thorough);
  EXPECT_GT(done.log_accounts, 0);
  EXPECT_TRUE(log_is_sound());
  EXPECT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).log_accounts, 0);
}

TEST_P(RetentionStore, ended_requests_go_a_year_after_their_end) {
  notes::NewRequest wanted;
  wanted.asked = services[1];
  wanted.about = notes::AboutPlace{"place zqxplace", {}, {}};
  wanted.text = "Qui passe ce soir, zqxwords";
  wanted.legal_basis = "protocole local du 3 mars 2026";
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  std::string code;
  {
    auto tx = database().write();
    code = notes::ask(*tx, port.id, zone, wanted, as(analyst), chance).value();
    tx->commit();
  }
  const auto readable = access->readable(*database().read(), as(customs).viewer);
  {
    auto tx = database().write();
    const auto answered = notes::take_step(
        *tx, *readable, code, {notes::RequestStep::give, "La patrouille de 22 h", {}, {}, {}}, as(customs), zone);
    ASSERT_TRUE(answered) << answered.error().message.en;
    tx->commit();
  }
  wait_days(364);
  EXPECT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).requests, 0);
  wait_days(2);
  EXPECT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).requests, 1);
  EXPECT_EQ(traces_of("zqxwords"), std::vector<std::string>());
  EXPECT_EQ(traces_of("zqxplace"), std::vector<std::string>());
}

// ---- never longer ---------------------------------------------------------------------------------------------------

TEST_P(RetentionStore, along_any_chain_of_changes_the_end_of_keeping_never_moves_away) {
  Random random(Seed{17}, 0);
  for (int round = 0; round < 12; ++round) {
    auto wanted = new_note("zqx");
    wanted.content.is_about_minor = random.next_below(4) == 0;
    if (random.next_below(2) == 0)
      wanted.retain_until =
          Instant{clock.now().utc_ms + static_cast<std::int64_t>(1 + random.next_below(150)) * day_ms};
    const auto code = add(wanted, analyst);
    Instant end = extent(code)->retain_until;
    std::map<std::string, Instant> additions;
    for (int step = 0; step < 8; ++step) {
      clock.advance_ms(hour_ms);
      const Instant wish{clock.now().utc_ms + static_cast<std::int64_t>(1 + random.next_below(500)) * day_ms};
      auto changed = content("zqx");
      changed.is_about_minor = random.next_below(3) == 0;
      switch (random.next_below(5)) {
        case 0:
          (void)notes->revise(port, code, extent(code)->revision, changed, as(analyst));
          break;
        case 1:
          (void)notes->enrich(port, code, {notes::AdditionKind::enrichment, changed, {}, wish}, as(customs));
          break;
        case 2:
          (void)notes->enrich(port, code, {notes::AdditionKind::sighting, changed, {}, {}}, as(gendarme));
          break;
        case 3:
          (void)notes->shorten(port, code, {wish, "essai"}, as(analyst));
          break;
        case 4:
          (void)notes->take_step(port, code, {.step = notes::Step::take_up}, as(analyst));
          break;
      }
      const auto now = extent(code);
      ASSERT_TRUE(now);
      ASSERT_LE(now->retain_until, end);
      end = now->retain_until;
      for (const auto& addition : now->additions) {
        ASSERT_LE(addition.retain_until, now->retain_until);
        const auto [known, is_new] = additions.try_emplace(addition.code, addition.retain_until);
        ASSERT_LE(addition.retain_until, known->second);
        known->second = addition.retain_until;
      }
    }
  }
}

// ---- judicial decisions ---------------------------------------------------------------------------------------------

class Decisions : public RetentionStore {
 protected:
  void allow_persons() {
    access::Asker by;
    by.viewer.login = "local:test";
    by.at = {start_ms};
    auto tx = database().write();
    ASSERT_TRUE(access::add_legal_act(
        *tx, {port.id, access::Part::persons_in_notes, "arrêté préfectoral 2026-114", {start_ms - day_ms}, {}}, chance,
        by));
    tx->commit();
  }
  notes::NewNote judicial(const std::string& words) {
    auto wanted = new_note(words);
    wanted.marking.regime = access::Regime::judicial;
    wanted.marking.services = {services[1], services[2], services[3]};
    return wanted;
  }
};

TEST_P(Decisions, an_acquittal_erases_what_names_somebody_and_everything_derived_from_it) {
  allow_persons();
  auto wanted = judicial("zqx");
  wanted.content.facts = "Karim Zqxnom vend au bloc 4";
  wanted.content.person_category = notes::PersonCategory::suspect;
  const auto code = add(wanted, analyst);
  ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, content("zqxmore"), {}, {}}, as(customs)));
  ask_about(code, "zqxasked");
  const auto done =
      retention->record_decision(port, {Decision::acquittal, "TJ Port, 12 mars 2026", code, {}}, as(prosecutor));
  ASSERT_TRUE(done) << done.error().message.en;
  EXPECT_EQ(done->erased, 1);
  EXPECT_FALSE(extent(code));
  for (const char* word : {"zqx", "Zqxnom"}) EXPECT_EQ(traces_of(word), std::vector<std::string>()) << word;
  EXPECT_TRUE(log_is_sound());
  EXPECT_EQ(retention->receipts(port, 10, as(prosecutor)).front().cause, Cause::acquittal);
}

TEST_P(Decisions, a_note_that_names_nobody_carries_the_decision_and_loses_the_additions_that_do) {
  allow_persons();
  const auto code = add(judicial("zqxplace"), analyst);
  auto named = content("zqxmore");
  named.facts = "Karim Zqxnom y était";
  named.person_category = notes::PersonCategory::suspect;
  ASSERT_TRUE(notes->enrich(port, code, {notes::AdditionKind::enrichment, named, {}, {}}, as(customs)));
  const auto done =
      retention->record_decision(port, {Decision::discontinued, "Parquet 26/1204", code, {}}, as(prosecutor));
  ASSERT_TRUE(done) << done.error().message.en;
  EXPECT_EQ(done->erased, 1);
  EXPECT_EQ(done->mentioned, 1);
  ASSERT_TRUE(extent(code));
  EXPECT_TRUE(extent(code)->additions.empty());
  EXPECT_EQ(traces_of("Zqxnom"), std::vector<std::string>());
  EXPECT_FALSE(traces_of("zqxplace").empty());
}

TEST_P(Decisions, an_earlier_text_that_named_somebody_counts) {
  allow_persons();
  auto wanted = judicial("zqx");
  wanted.content.facts = "Karim Zqxnom vend au bloc 4";
  wanted.content.person_category = notes::PersonCategory::suspect;
  const auto code = add(wanted, analyst);
  ASSERT_TRUE(notes->revise(port, code, 1, content("zqxdeux"), as(analyst)));
  ASSERT_TRUE(retention->record_decision(port, {Decision::no_case, "cabinet 3", code, {}}, as(prosecutor)));
  EXPECT_FALSE(extent(code));
}

TEST_P(Decisions, a_procedure_reaches_every_note_inside_it) {
  allow_persons();
  const auto procedure = open_compartment("MISTRAL", access::CompartmentKind::procedure, analyst, {prosecutor}).id;
  std::vector<std::string> inside;
  for (int i = 0; i < 3; ++i) {
    auto wanted = judicial("zqx");
    wanted.content.facts = "Karim Zqxnom vend au bloc 4";
    wanted.content.person_category = notes::PersonCategory::suspect;
    wanted.marking.compartments = {procedure};
    inside.push_back(add(wanted, analyst));
  }
  const auto outside = add(judicial("yxw"), analyst);
  const DecisionWish wish{Decision::acquittal, "CA 26/33", {}, "MISTRAL"};
  // Who is not in it gets the answer for one that does not exist.
  const auto refused = retention->record_decision(port, wish, as(gendarme));
  const auto absent = retention->record_decision(port, {Decision::acquittal, "CA 26/33", {}, "SIROCCO"}, as(gendarme));
  ASSERT_FALSE(refused || absent);
  EXPECT_EQ(refused.error(), absent.error());
  ASSERT_TRUE(retention->record_decision(port, wish, as(prosecutor)));
  for (const auto& code : inside) EXPECT_FALSE(extent(code));
  EXPECT_TRUE(extent(outside));
}

// ---- rights ---------------------------------------------------------------------------------------------------------

TEST_P(Decisions, everything_held_on_a_person_is_found_whatever_its_marking) {
  allow_persons();
  auto wanted = new_note("x");
  wanted.marking.services.clear();  // the police alone
  wanted.content.facts = "Karim ZQXnom vend au bloc 4, AB-123-CD garée devant";
  wanted.content.person_category = notes::PersonCategory::suspect;
  const auto first = add(wanted, analyst);
  const auto second = add_note("sans rien");
  auto named = content("x");
  named.assessment = "Selon nous Karim Zqxnôm";
  named.person_category = notes::PersonCategory::witness;
  ASSERT_TRUE(notes->enrich(port, second, {notes::AdditionKind::enrichment, named, {}, {}}, as(customs)));
  const auto third = add_note("ailleurs");
  {
    const auto note = extent(third);
    auto tx = database().write();
    const auto plate = sharing::normalised(sharing::SelectorKind::plate, "AB-123-CD").value();
    ASSERT_TRUE(sharing::post(*tx, port.id, {sharing::ObjectKind::note, note->id.value}, note->marking, {&plate, 1},
                              clock.now()));
    tx->commit();
  }
  auto auditor = as(analyst);
  auditor.viewer.standings.clear();
  auditor.viewer.instance_roles = {access::Role::auditor};
  const auto answer =
      retention->search_person(port, {"DPO-26-17", {"zqxnom"}, {{sharing::SelectorKind::plate, "ab 123 cd"}}}, auditor);
  ASSERT_TRUE(answer) << answer.error().message.en << answer.error().field;
  std::set<std::string> found;
  for (const auto& hit : answer->hits) found.insert(hit.note + " " + hit.where.substr(0, hit.where.find(' ')));
  EXPECT_TRUE(found.contains(first + " facts"));
  EXPECT_TRUE(found.contains(second + " addition"));
  EXPECT_TRUE(found.contains(third + " link"));
  // The log has the reference of the person's request and each note that was shown, never the name.
  std::set<std::string> log;
  for (const auto& entry : audit::list(*database().read(), {}, 6)) {
    log.insert(entry.act.subject);
    EXPECT_EQ((entry.act.subject + entry.act.details).find("qxn"), std::string::npos);
    EXPECT_EQ(entry.act.purpose, "suivi");
  }
  EXPECT_TRUE(log.contains("rights DPO-26-17"));
  EXPECT_TRUE(log.contains("note " + first));
  const auto receipt = retention->erase_for_person(port, first, "DPO-26-17", auditor);
  ASSERT_TRUE(receipt) << receipt.error().message.en;
  EXPECT_EQ(receipt->cause, Cause::rights);
  EXPECT_EQ(traces_of("ZQXnom"), std::vector<std::string>());
}

TEST_P(Decisions, a_search_for_nobody_and_one_without_a_reference_are_refused) {
  EXPECT_EQ(retention->search_person(port, {"", {"nom"}, {}}, as(analyst)).error().field, "reference");
  EXPECT_EQ(retention->search_person(port, {"DPO-1", {}, {}}, as(analyst)).error().field, "terms");
  EXPECT_EQ(retention->search_person(port, {"DPO-1", {"."}, {}}, as(analyst)).error().field, "terms/0");
  EXPECT_EQ(
      retention->search_person(port, {"DPO-1", {}, {{sharing::SelectorKind::phone, "12"}}}, as(analyst)).error().field,
      "selectors/0");
  EXPECT_EQ(retention->erase_for_person(port, "abcdefghijklmnop", "DPO-1", as(analyst)).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(audit::list(*database().read(), {}, 1).front().act.outcome, "not found");
}

// ---- non-interference -----------------------------------------------------------------------------------------------

TEST_P(RetentionStore, who_could_not_read_a_note_learns_nothing_of_its_end) {
  const auto seen = [&] {
    std::string out;
    for (const auto& receipt : retention->receipts(port, 50, as(gendarme))) out += receipt.object + "\n";
    for (const auto& day : retention->calendar(port, 400, as(gendarme)).days)
      out += fmt::format("{} {}\n", day.day, fmt::join(day.ends, " "));
    return out;
  };
  const auto shared = add_note();
  const auto before = seen();
  auto hidden = new_note("zqxhidden");
  hidden.marking.services.clear();
  hidden.retain_until = Instant{clock.now().utc_ms + day_ms};
  const auto code = add(hidden, analyst);
  EXPECT_EQ(seen(), before);
  wait_days(2);
  ASSERT_EQ(run(database(), *eraser, clockwork(clock.now()), thorough).notes, 1);
  EXPECT_EQ(seen(), before);
  EXPECT_EQ(retention->receipts(port, 50, as(analyst)).size(), 1U);
  EXPECT_TRUE(extent(shared));
}

// ---- whole or not at all --------------------------------------------------------------------------------------------

TEST_P(RetentionStore, when_any_write_fails_nothing_is_erased) {
  const auto code = add_whole_note("zqx");
  wait_days(400);
  for (std::int64_t failing = 1;; ++failing) {
    testing::FailingDatabase fragile(database(), failing);
    bool has_failed = false;
    try {
      (void)run(fragile, *eraser, clockwork(clock.now()), thorough);
    } catch (const database::DatabaseError&) {
      has_failed = true;
    }
    if (extent(code)) {
      ASSERT_TRUE(has_failed);
      const auto note = extent(code);
      ASSERT_EQ(note->additions.size(), 1U);
      ASSERT_EQ(note->requests.size(), 1U);
      ASSERT_EQ(note->attachments, 1);
      ASSERT_EQ(retention->receipts(port, 5, as(analyst)).size(), 0U);
      continue;
    }
    ASSERT_GT(failing, 15);
    ASSERT_EQ(retention->receipts(port, 5, as(analyst)).size(), 1U);
    break;
  }
  EXPECT_TRUE(log_is_sound());
}

// Says each draw into a pipe.
class TellingChance final : public crypto::Chance {
 public:
  TellingChance(std::uint64_t seed, int out) : chance_(seed), out_(out) {}
  void fill(std::span<std::uint8_t> bytes) override {
    chance_.fill(bytes);
    if (write(out_, "d", 1) != 1) _exit(1);
  }

 private:
  testing::FixedChance chance_;
  int out_;
};

// The whole database counted by note: an erasure that a kill cut off left everything or nothing.
TEST_P(RetentionStore, after_a_kill_at_any_instant_every_erasure_is_whole_or_did_not_happen) {
  std::vector<std::string> codes;
  for (int i = 0; i < 60; ++i) codes.push_back(add_whole_note(fmt::format("q0x{}end", i)));
  wait_days(400);
  Random random(Seed{5}, 0);
  std::size_t erased = 0;
  for (int round = 0; round < 6 && erased < codes.size(); ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      auto own = database::open_database(url()).value();
      auto key = audit::CheckpointSigner::open(folder.path() / "audit.key", *own, clock, "test", chance).value();
      TellingChance luck(100 + static_cast<std::uint64_t>(round), ends[1]);
      Eraser mine(*key, luck);
      (void)run(*own, mine, clockwork(clock.now()), database::Database::Purge::quick);
      _exit(0);
    }
    close(ends[1]);
    // Each draw of the child falls inside a transaction, after its deletions; it is killed some draws later.
    for (std::uint64_t draws = 1 + random.next_below(12); draws > 0; --draws) {
      char drawn = 0;
      if (read(ends[0], &drawn, 1) != 1) break;
    }
    close(ends[0]);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    database().write()->commit();  // the server notices that the child is gone
    std::set<std::string> receipts;
    for (const auto& receipt : retention->receipts(port, 500, as(analyst))) receipts.insert(receipt.object);
    erased = receipts.size();
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const auto note = extent(codes[i]);
      ASSERT_EQ(note.has_value(), !receipts.contains("note " + codes[i]));
      if (!note) continue;
      ASSERT_EQ(note->additions.size(), 1U);
      ASSERT_EQ(note->requests.size(), 1U);
      ASSERT_EQ(note->attachments, 1);
    }
    ASSERT_TRUE(log_is_sound());
  }
  (void)run(database(), *eraser, clockwork(clock.now()), thorough);
  EXPECT_EQ(traces_of("q0x"), std::vector<std::string>());
  EXPECT_TRUE(log_is_sound());
}

INSTANTIATE_TEST_SUITE_P(Databases, RetentionStore, testing::every_database(), testing::database_name);
INSTANTIATE_TEST_SUITE_P(Databases, Decisions, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::retention
