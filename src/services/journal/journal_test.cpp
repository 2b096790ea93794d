#include "services/journal/journal.h"

#include <fmt/format.h>

#include "services/journal/readers.h"
#include "services/journal/scene_test.h"
#include "services/notes/request_desk.h"

namespace quadrille::journal {
namespace {

class JournalStore : public LogScene {
 protected:
  access::Person person(const char* login, const char* name) {
    auto tx = database().write();
    const auto made = access::create_person(*tx, {login, name}, chance, by()).value();
    tx->commit();
    return made;
  }
  std::string habilitate(const access::Person& who, std::size_t service) {
    auto tx = database().write();
    const auto granted = access::grant(*tx,
                                       {who.id,
                                        access::Role::analyst,
                                        port.id,
                                        services[service],
                                        access::Sensitivity::ordinary,
                                        "arrêté 2",
                                        clock.now(),
                                        {}},
                                       chance, by());
    EXPECT_TRUE(granted) << (granted ? "" : granted.error().message.en);
    tx->commit();
    return granted ? granted->code : "";
  }
  access::Asker by() {
    access::Asker asker;
    asker.viewer.login = "local:test";
    asker.at = clock.now();
    return asker;
  }
  void record(const std::string& actor) {
    recorder->record({.actor = actor, .action = audit::Action::consultation, .territory = port.id, .subject = "essai"});
  }
  // The newest entry that answers.
  Line newest(const audit::Question& question = {}) {
    auto snapshot = database().read();
    auto lines = named(*snapshot, audit::search(*snapshot, question, {.before = {}, .limit = 1}).entries);
    EXPECT_EQ(lines.size(), 1U);
    return lines.empty() ? Line{} : lines.front();
  }
  std::vector<std::string> actors(const char* typed) {
    const auto found = actors_of(*database().read(), typed);
    return found ? *found : std::vector<std::string>{found.error().field};
  }
  Result<std::vector<Readership>> readers(const std::string& code, const access::Person& who) {
    return readers_of_note(database(), *access, *recorder, port, code, as(who));
  }
};

std::string actor_of(const access::Person& person) { return fmt::format("person:{}", person.id.value); }

TEST_P(JournalStore, an_entry_is_read_with_the_name_the_service_and_the_code_on_the_page) {
  const auto code = add_note();
  ASSERT_TRUE(can_read(code, customs));
  const auto line = newest();
  ASSERT_TRUE(line.who);
  EXPECT_EQ(line.who->state, Who::State::open);
  EXPECT_EQ(line.who->name, same_text("dana"));
  EXPECT_EQ(line.who->place, same_text("douane"));
  EXPECT_EQ(line.entry.act.actor, actor_of(customs));
  EXPECT_EQ(line.reference, "note:" + code);
  EXPECT_EQ(line.kind.fr, "Fiche");
}

TEST_P(JournalStore, the_service_is_that_of_the_moment_of_the_act) {
  const auto mobile = person("agathe", "Agathe Verlaine");
  const auto first = habilitate(mobile, 0);
  record(actor_of(mobile));
  clock.advance_ms(1000);
  auto tx = database().write();
  ASSERT_TRUE(access::revoke(*tx, first, by()));
  tx->commit();
  clock.advance_ms(1000);
  (void)habilitate(mobile, 1);
  record(actor_of(mobile));
  auto snapshot = database().read();
  audit::Question question;
  question.actors = {{actor_of(mobile)}};
  const auto lines = named(*snapshot, audit::search(*snapshot, question, {}).entries);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].who->place, same_text("douane"));
  EXPECT_EQ(lines[1].who->place, same_text("police"));
}

TEST_P(JournalStore, closed_and_removed_accounts_the_machine_and_what_was_erased_are_told_apart) {
  const auto leaver = person("agathe", "Agathe Verlaine");
  auto tx = database().write();
  ASSERT_TRUE(access::disable_person(*tx, leaver.id, by()));
  tx->commit();
  record(actor_of(leaver));
  EXPECT_EQ(newest().who->state, Who::State::closed);
  EXPECT_EQ(newest().who->name.fr, "Agathe Verlaine");
  record("person:9999");
  EXPECT_EQ(newest().who->state, Who::State::gone);
  EXPECT_TRUE(newest().who->name.fr.empty());
  record("clock");
  EXPECT_EQ(newest().who->state, Who::State::machine);
  EXPECT_EQ(newest().who->name.fr, "Horloge du serveur");
  const auto before = newest().entry.position;
  clock.advance_ms(1000);
  auto erasing = database().write();
  (void)audit::erase_clear_before(*erasing, clock.now(), {.actor = "clock", .action = audit::Action::erasure},
                                  clock.now());
  erasing->commit();
  auto snapshot = database().read();
  const auto line = named(*snapshot, {*audit::find(*snapshot, before)}).front();
  EXPECT_FALSE(line.who);
  EXPECT_TRUE(line.reference.empty());
}

TEST_P(JournalStore, the_log_holds_no_name_whoever_is_created_searched_or_shown) {
  const auto known = person("agathe", "Agathe Verlaine");
  (void)habilitate(known, 0);
  record(actor_of(known));
  (void)find_persons(*database().read(), "verlaine", 10);
  for (const auto& entry : audit::list(*database().read(), {}, 500)) {
    const auto& act = entry.act;
    for (const auto* text : {&act.actor, &act.subject, &act.details, &act.purpose, &act.recipient, &act.outcome})
      EXPECT_EQ(text->find("Verlaine"), std::string::npos) << *text;
  }
}

TEST_P(JournalStore, somebody_is_found_by_name_login_or_service_and_namesakes_together) {
  const auto one = person("agathe", "Agathe Vérlaine");
  const auto other = person("hugo", "Hugo Verlaine");
  EXPECT_EQ(actors("verlaine"), (std::vector{actor_of(one), actor_of(other)}));
  EXPECT_EQ(actors("AGATHE ver"), std::vector{actor_of(one)});
  EXPECT_EQ(actors("hugo"), std::vector{actor_of(other)});
  EXPECT_EQ(actors(actor_of(one).c_str()), std::vector{actor_of(one)});
  EXPECT_EQ(actors("local:cli"), std::vector<std::string>{"local:cli"});
  EXPECT_EQ(actors("rimbaud"), std::vector<std::string>{"person"});
  const auto of_customs = find_persons(*database().read(), "douane", 10);
  ASSERT_EQ(of_customs.persons.size(), 1U);
  EXPECT_EQ(of_customs.persons[0].name, "dana");
  EXPECT_EQ(of_customs.persons[0].services, std::vector<std::string>{"douane"});
}

TEST_P(JournalStore, a_name_of_too_many_is_refused_and_a_list_says_that_it_is_cut) {
  for (int i = 0; i <= namesakes_max; ++i) (void)person(fmt::format("agent{:02}", i).c_str(), "Martin");
  EXPECT_EQ(actors_of(*database().read(), "martin").error().kind, ErrorKind::too_large);
  const auto some = find_persons(*database().read(), "martin", 5);
  EXPECT_EQ(some.persons.size(), 5U);
  EXPECT_TRUE(some.is_cut);
}

TEST_P(JournalStore, a_reference_is_the_code_with_or_without_its_kind_or_the_number) {
  const auto code = add_note();
  const auto snapshot = database().read();
  const audit::Object note("note", extent(code)->id);
  EXPECT_EQ(object_of(*snapshot, code).value(), note);
  EXPECT_EQ(object_of(*snapshot, "note:" + code).value(), note);
  EXPECT_EQ(object_of(*snapshot, fmt::format("note:{}", note.id)).value(), note);
  EXPECT_EQ(object_of(*snapshot, "request:" + code).error().kind, ErrorKind::not_found);
  EXPECT_EQ(object_of(*snapshot, "aaaaaaaaaaaaaaaa").error().kind, ErrorKind::not_found);
  EXPECT_EQ(object_of(*snapshot, "nothing:at all").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(object_of(*snapshot, "note").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(object_of(*snapshot, ":12").error().kind, ErrorKind::invalid_input);
}

TEST_P(JournalStore, every_kind_of_object_has_its_table) {
  const auto snapshot = database().read();
  for (const auto& reference : references())
    EXPECT_FALSE(audit::find_object(*snapshot, reference, "aaaaaaaaaaaaaaaa")) << reference.kind;
}

TEST_P(JournalStore, the_originating_service_learns_which_services_opened_its_note_and_lists_do_not_count) {
  const auto code = add_note();
  ASSERT_TRUE(notes->list(port, {}, {}, as(gendarme)));
  ASSERT_TRUE(can_read(code, customs));
  clock.advance_ms(hour_ms);
  ASSERT_TRUE(can_read(code, customs));
  const auto found = readers(code, analyst);
  ASSERT_TRUE(found) << found.error().message.en;
  EXPECT_EQ(*found, (std::vector{Readership{services[1], 2, 0, clock.now()}}));
  EXPECT_EQ(newest().entry.act.outcome, "rows=1");
}

TEST_P(JournalStore, other_services_are_not_told_and_what_cannot_be_read_answers_as_what_is_not_there) {
  const auto code = add_note();
  EXPECT_EQ(readers(code, customs).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(newest().entry.act.outcome, "refused");
  EXPECT_EQ(readers(code, prosecutor).error().kind, ErrorKind::not_found);
  EXPECT_EQ(readers("aaaaaaaaaaaaaaaa", prosecutor).error().kind, ErrorKind::not_found);
}

TEST_P(JournalStore, the_service_that_asked_learns_whether_the_other_one_opened_its_request) {
  const auto code = add_note();
  ask_about(code, "zqx");
  const auto readable = access->readable(*database().read(), as(analyst).viewer);
  const auto request =
      notes::list_requests(*database().read(), *readable, port.id, {.note = code}, clock.now(), {}, 1).front().code;
  const auto opened_by = [&](const access::Person& who) {
    return readers_of_request(database(), *access, *recorder, port, request, as(who));
  };
  EXPECT_TRUE(opened_by(analyst)->empty());
  notes::RequestDesk desk(database(), *access, *recorder, chance);
  ASSERT_TRUE(desk.list(port, {}, 50, "", as(customs)));
  EXPECT_TRUE(opened_by(analyst)->empty()) << "a list opens none";
  ASSERT_TRUE(desk.find(port, request, as(customs)));
  EXPECT_EQ(*opened_by(analyst), (std::vector{Readership{services[1], 1, 0, clock.now()}}));
  EXPECT_EQ(opened_by(customs).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(opened_by(gendarme).error(), notes::no_such_request().error());
  EXPECT_EQ(newest().entry.act.outcome, "not found");
}

TEST(InWords, an_entry_is_read_in_both_languages_and_its_codes_stay) {
  audit::Act act;
  act.subject = "note qrstuvwxyz234567";
  act.details = "step=verify from=received to=verified";
  act.outcome = "shown by sector and half-day";
  const auto words = in_words(act);
  EXPECT_EQ(words.subject, (Text{"Fiche qrstuvwxyz234567", "Note qrstuvwxyz234567"}));
  EXPECT_EQ(words.details.fr, "étape : Vérifier · de : Reçue · à : Vérifiée");
  EXPECT_EQ(words.outcome, (Text{"montrée par secteur et demi-journée", "shown by sector and half-day"}));
  EXPECT_TRUE(words.unknown.empty());
}

TEST(InWords, the_longer_phrase_counts_and_what_follows_it_is_kept) {
  audit::Act act;
  act.subject = "readers of a note";
  act.details = "matches of note qrstuvwxyz234567";
  act.outcome = "refused: quota";
  auto words = in_words(act);
  EXPECT_EQ(words.subject.fr, "Lecteurs d'une fiche");
  EXPECT_EQ(words.details.fr, "parmi les rapprochements de la fiche qrstuvwxyz234567");
  EXPECT_EQ(words.outcome.fr, "refus quota");
  act.details = "marking=12 before=9 reason=trop largement partagée";
  words = in_words(act);
  EXPECT_EQ(words.details.fr, "marquage : 12 · avant : 9 · raison : trop largement partagée");
}

TEST(InWords, a_look_at_the_picture_is_read_like_one_at_a_note) {
  audit::Act act;
  act.subject = "picture";
  act.details = "channel=discovered first_day=2026-03-01";
  const auto words = in_words(act);
  EXPECT_EQ(words.details.fr, "canal : faits constatés · premier jour : 2026-03-01");
  EXPECT_EQ(words.details.en, "channel: discovered facts · first day: 2026-03-01");
}

TEST(InWords, what_has_no_words_stays_and_is_named) {
  audit::Act act;
  act.subject = "teapot 3";
  act.details = "boiled cups=4 rows=2";
  const auto words = in_words(act);
  EXPECT_EQ(words.subject, same_text("teapot 3"));
  EXPECT_EQ(words.details.fr, "boiled · cups : 4 · lignes : 2");
  EXPECT_EQ(words.unknown, (std::vector<std::string>{"teapot 3", "boiled", "cups="}));
}

INSTANTIATE_TEST_SUITE_P(Databases, JournalStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::journal
