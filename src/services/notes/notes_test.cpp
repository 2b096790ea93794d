#include "services/notes/notes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "services/access/compartment.h"
#include "services/access/legal_act.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/notes/reception.h"
#include "services/notes/shown.h"
#include "services/notes/store.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::notes {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t start_ms = 1'792'800'000'000;  // 24 October 2026, the day before the clocks go back

access::Viewer person(std::int64_t id, TerritoryId territory, ServiceId service, access::Role role,
                      access::Sensitivity clearance = access::Sensitivity::confidential) {
  access::Viewer viewer;
  viewer.person = {id};
  viewer.login = fmt::format("agent{}", id);
  viewer.standings = {{territory, service, {role}, clearance}};
  return viewer;
}

geojson::AreaFeature square(const char* code, double west, double south) {
  const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
  const double east = west + 0.01;
  const double north = south + 0.01;
  return {{{"name", code}, {"code", code}},
          {{{at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)}, {}}}};
}

class NotesStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    prepare(database());
  }

  void prepare(database::Database& into) {
    for (const auto steps :
         {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(), migrations()})
      database::migrate(into, steps);
    auto tx = into.write();
    const territory::By by{"test", {start_ms}};
    (void)territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("")}, by).value();
    port = territory::find(*tx, "port").value();
    (void)territory::add_sectors(*tx, port, {{square("A", 5.36, 43.29), square("B", 5.37, 43.29)}, "name", "code", 1},
                                 by)
        .value();
    sectors.clear();
    for (const auto& sector : territory::load_sectors(*tx, port.id)) sectors.push_back(sector.id);
    services = {territory::add_service(*tx, port, "police", "Police", by).value(),
                territory::add_service(*tx, port, "douane", "Douane", by).value(),
                territory::add_service(*tx, port, "parquet", "Parquet", by).value()};
    tx->commit();
    notes.emplace(into, access, *(recorder.emplace(into, clock, audit_chance), &*recorder), chance);
  }

  access::Asker asker(const access::Viewer& viewer) { return {viewer, "essai", "", clock.now()}; }
  access::Viewer analyst(std::int64_t id = 1, std::size_t service = 0) {
    return person(id, port.id, services[service], access::Role::analyst);
  }
  NewNote note(const char* facts = "Deux vendeurs au pied du bloc 4", Channel channel = Channel::patrol) {
    NewNote wanted;
    wanted.channel = channel;
    wanted.content.facts = facts;
    wanted.content.sector = sectors[0];
    wanted.content.window = {{clock.now().utc_ms - hour_ms}, clock.now()};
    wanted.content.product = Product::cannabis_resin;
    wanted.content.evaluation = *make_evaluation(Scale::letters_and_digits, "B2");
    wanted.content.assertions = {{AssertionKind::lookouts, 2, 2, ""}};
    wanted.marking = first_marking(channel, port.id, services[0], {services[0], services[1]});
    return wanted;
  }
  std::string added(const NewNote& wanted, const access::Viewer& by) {
    const auto done = notes->add(port, wanted, asker(by));
    EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message.en + done.error().field);
    return done ? done->code : "";
  }
  std::string field_of(const NewNote& wanted, const access::Viewer& by) {
    const auto done = notes->add(port, wanted, asker(by));
    return done ? "" : done.error().field;
  }
  Result<Stage> step(const std::string& code, const StepWish& wish, const access::Viewer& by) {
    return notes->take_step(port, code, wish, asker(by));
  }
  std::vector<std::string> codes(const Filter& filter, const access::Viewer& viewer, int limit = 50) {
    std::vector<std::string> out;
    PageWish wish{limit, ""};
    do {
      const auto page = notes->list(port, filter, wish, asker(viewer));
      EXPECT_TRUE(page.has_value()) << (page ? "" : page.error().message.en);
      if (!page) break;
      for (const auto& one : page->notes) out.push_back(one.code);
      wish.cursor = page->next;
    } while (!wish.cursor.empty());
    return out;
  }
  // The last entries of the log, newest first, as "action subject outcome".
  std::vector<std::string> log(int count) {
    std::vector<std::string> out;
    for (const auto& entry : audit::list(*database().read(), {}, count))
      out.push_back(fmt::format("{} {} {}", audit::name_of(entry.act.action), entry.act.subject, entry.act.outcome));
    return out;
  }

  testing::ManualClock clock{{start_ms}};
  testing::FixedChance chance{1};
  testing::FixedChance audit_chance{2};
  access::Access access;
  std::optional<audit::Recorder> recorder;
  std::optional<Notes> notes;
  territory::Territory port;
  std::vector<SectorId> sectors;
  std::vector<ServiceId> services;
};

TEST_P(NotesStore, a_note_is_read_by_whom_its_marking_lets_and_by_nobody_else) {
  NewNote wanted = note();
  wanted.marking.services.clear();
  const std::string code = added(wanted, analyst());
  EXPECT_EQ(codes({}, analyst(2)), std::vector<std::string>{code});
  EXPECT_TRUE(notes->find(port, code, asker(analyst(2))).has_value());
  const auto customs = analyst(3, 1);
  EXPECT_TRUE(codes({}, customs).empty());
  const auto unreadable = notes->find(port, code, asker(customs));
  const auto unknown = notes->find(port, "aaaaaaaaaaaaaaaa", asker(customs));
  ASSERT_FALSE(unreadable.has_value());
  EXPECT_EQ(unreadable.error(), unknown.error());
  EXPECT_EQ(notes->take_step(port, code, {}, asker(customs)).error(), unknown.error());
}

TEST_P(NotesStore, every_look_is_in_the_log_before_it_is_shown_empty_answers_included) {
  const std::string code = added(note(), analyst());
  (void)codes({}, analyst(2));
  EXPECT_EQ(log(2), (std::vector<std::string>{"consultation note " + code + " shown", "consultation notes rows=1"}));
  (void)codes({.search = "introuvable"}, analyst(2));
  EXPECT_EQ(log(1), std::vector<std::string>{"consultation notes empty"});
  (void)notes->find(port, "aaaaaaaaaaaaaaaa", asker(analyst(2)));
  EXPECT_EQ(log(1), std::vector<std::string>{"consultation note aaaaaaaaaaaaaaaa empty"});
  auto silent = asker(analyst(2));
  silent.purpose.clear();
  EXPECT_EQ(notes->list(port, {}, {}, silent).error().field, "purpose");
  EXPECT_EQ(notes->find(port, code, silent).error().field, "purpose");
}

TEST_P(NotesStore, bad_input_is_refused_with_its_field_and_leaves_nothing) {
  const auto by = analyst();
  const auto with = [&](auto change) {
    NewNote wanted = note();
    change(wanted);
    return field_of(wanted, by);
  };
  EXPECT_EQ(with([](NewNote& n) { n.content.facts = "x"; }), "facts");
  EXPECT_EQ(with([](NewNote& n) { n.content.facts = "Karim vend au bloc 4"; }), "facts");
  EXPECT_EQ(with([](NewNote& n) { n.content.assessment = "Scooter AB-123-CD"; }), "assessment");
  EXPECT_EQ(with([](NewNote& n) { n.content.assertions.push_back({AssertionKind::place, 0, 0, "chez Karim"}); }),
            "assertions/1/words");
  EXPECT_EQ(with([](NewNote& n) { n.content.sector = SectorId{999}; }), "sector");
  EXPECT_EQ(with([](NewNote& n) {
              n.channel = Channel::resident;
              n.content.sector.reset();
              n.content.point = LonLat::checked(2.0, 48.0);
            }),
            "place");
  EXPECT_EQ(with([](NewNote& n) { n.marking.services = {{999}}; }), "marking/services");
  EXPECT_EQ(with([](NewNote& n) { n.marking.compartments = {{1}}; }), "marking/compartments");
  EXPECT_EQ(with([&](NewNote& n) {
              n.content.evaluation = *make_evaluation(Scale::three_five_two, "1BC");
              n.marking.handling = access::Handling::h0;
            }),
            "marking/handling");
  EXPECT_EQ(with([&](NewNote& n) { n.retain_until = Instant{start_ms + 4000LL * 86'400'000}; }), "retain_until");
  auto nobody = by;
  nobody.standings[0].service = {};
  EXPECT_EQ(field_of(note(), nobody), "service");
  const std::vector<NewNote> batch{note(), note("abc Karim")};
  EXPECT_EQ(notes->add_all(port, batch, asker(by)).error().field, "1/facts");
  EXPECT_EQ(notes->add_all(port, std::vector<NewNote>(1001, note()), asker(by)).error().field, "notes");
  EXPECT_TRUE(codes({}, by).empty());
  EXPECT_EQ(notes->list(port, {}, {.limit = 0}, asker(by)).error().field, "limit");
  EXPECT_EQ(notes->list(port, {}, {.cursor = "!"}, asker(by)).error().field, "cursor");
  EXPECT_EQ(notes->list(port, {.search = "?"}, {}, asker(by)).error().field, "search");
  EXPECT_EQ(notes->list(port, {.search = "un deux trois quatre cinq six sept huit neuf"}, {}, asker(by)).error().field,
            "search");
}

TEST_P(NotesStore, persons_are_let_in_by_a_legal_act_in_force_with_their_category_and_no_longer_than_their_time) {
  NewNote wanted = note("Karim vend au bloc 4");
  EXPECT_EQ(field_of(wanted, analyst()), "facts");
  wanted.content.person_category = PersonCategory::suspect;
  EXPECT_EQ(field_of(wanted, analyst()), "person_category");
  {
    auto tx = database().write();
    ASSERT_TRUE(access::add_legal_act(*tx,
                                      {port.id, access::Part::persons_in_notes, "arrêté 2026-114", clock.now(),
                                       Instant{start_ms + 10 * hour_ms}},
                                      chance, asker(analyst()))
                    .has_value());
    tx->commit();
  }
  EXPECT_EQ(field_of(wanted, analyst()), "");
  wanted.content.person_category.reset();
  EXPECT_EQ(field_of(wanted, analyst()), "person_category");
  clock.advance_ms(10 * hour_ms);
  EXPECT_EQ(field_of(wanted, analyst()), "facts") << "the act has ended";
}

TEST_P(NotesStore, from_received_to_result_with_every_turn_taken_by_the_right_person) {
  NewNote wanted = note();
  wanted.marking.regime = access::Regime::judicial;
  wanted.marking.services = {services[1], services[2]};
  const auto patrol = person(9, port.id, services[0], access::Role::patrol);
  const std::string code = added(wanted, patrol);
  const auto police = analyst(1);
  const auto customs = analyst(2, 1);
  const auto prosecutor = person(3, port.id, services[2], access::Role::prosecutor);
  const auto b2 = *make_evaluation(Scale::letters_and_digits, "B2");
  EXPECT_EQ(step(code, {.step = Step::verify, .evaluation = b2}, police).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(step(code, {.step = Step::take_up}, patrol).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(step(code, {.step = Step::take_up}, police), Stage::received);
  EXPECT_EQ(step(code, {.step = Step::verify}, police).error().field, "evaluation");
  EXPECT_EQ(step(code, {.step = Step::verify, .evaluation = b2}, police), Stage::verified);
  EXPECT_EQ(step(code, {.step = Step::deconflict, .deconfliction = "aucun autre service"}, police),
            Stage::deconflicted);
  EXPECT_EQ(step(code, {.step = Step::enrich}, police).error().field, "enrichments");
  NewAddition more{.kind = AdditionKind::enrichment,
                   .content = note("Horaires confirmés par deux passages").content,
                   .marking = {},
                   .retain_until = {}};
  EXPECT_TRUE(notes->enrich(port, code, more, asker(customs)).has_value());
  EXPECT_EQ(step(code, {.step = Step::enrich}, police), Stage::enriched);
  EXPECT_EQ(step(code, {.step = Step::attribute_directly, .service = services[1]}, police).error().field, "marking");
  EXPECT_EQ(step(code, {.step = Step::put_to_prosecutor}, police), Stage::with_prosecutor);
  EXPECT_EQ(step(code, {.step = Step::attribute, .service = services[1]}, police).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(step(code, {.step = Step::attribute, .service = services[1]}, prosecutor), Stage::attributed);
  Outcome outcome{OutcomeKind::arrests, 3, 1, 250'000, 42'000, "Point interrompu"};
  EXPECT_EQ(step(code, {.step = Step::record_result, .outcome = outcome}, police).error().kind, ErrorKind::forbidden);
  outcome.presented = 4;
  EXPECT_EQ(step(code, {.step = Step::record_result, .outcome = outcome}, customs).error().field, "result/presented");
  outcome.presented = 1;
  EXPECT_EQ(step(code, {.step = Step::record_result, .outcome = outcome}, customs), Stage::result);
  const auto dossier = notes->find(port, code, asker(patrol));
  ASSERT_TRUE(dossier.has_value());
  EXPECT_EQ(dossier->steps.size(), 7U);
  EXPECT_EQ(dossier->arrests, 3);
  EXPECT_EQ(dossier->additions.size(), 1U);
  EXPECT_TRUE(dossier->offers.empty());
  EXPECT_EQ(step(code, {.step = Step::set_aside, .reason = "fini"}, police).error().kind, ErrorKind::conflict);
}

TEST_P(NotesStore, a_resident_s_report_is_shown_by_sector_and_half_day_but_to_its_verifier_and_author) {
  NewNote wanted = note("Vente sous mes fenêtres au 12 tous les soirs", Channel::resident);
  wanted.content.point = LonLat::checked(5.365, 43.295);
  wanted.marking.services = {services[1]};
  const auto partner = person(9, port.id, services[0], access::Role::municipal);
  const std::string code = added(wanted, partner);
  const auto police = analyst(1);
  const auto customs = analyst(2, 1);
  const auto seen = [&](const access::Viewer& viewer) { return notes->find(port, code, asker(viewer))->note; };
  EXPECT_EQ(seen(partner).content, [&] {
    auto content = wanted.content;
    content.sector = sectors[0];
    return content;
  }());
  for (const auto& viewer : {police, customs}) {
    EXPECT_EQ(seen(viewer).content.facts, "");
    EXPECT_FALSE(seen(viewer).content.point.has_value());
    EXPECT_EQ(seen(viewer).content.sector, sectors[0]);
    EXPECT_EQ(seen(viewer).received, half_days(*clock::TimeZone::open("Europe/Paris"), {clock.now(), clock.now()}));
    EXPECT_TRUE(codes({.search = "fenêtres"}, viewer).empty()) << "its words find nothing";
  }
  ASSERT_TRUE(step(code, {.step = Step::take_up}, police).has_value());
  EXPECT_EQ(seen(police).content.facts, wanted.content.facts);
  const auto c3 = *make_evaluation(Scale::letters_and_digits, "C3");
  EXPECT_EQ(step(code, {.step = Step::verify, .evaluation = c3}, police).error().field, "summary");
  EXPECT_EQ(step(code, {.step = Step::verify, .evaluation = c3, .summary = "Karim vend"}, police).error().field,
            "summary");
  ASSERT_TRUE(step(code, {.step = Step::verify, .evaluation = c3, .summary = "Vente en soirée"}, police).has_value());
  EXPECT_EQ(seen(customs).content.facts, "Vente en soirée");
  EXPECT_EQ(codes({.search = "soirées"}, customs), std::vector<std::string>{code});
  // The moment itself cannot be had by asking for shorter and shorter periods.
  const Window hour = half_days(*clock::TimeZone::open("Europe/Paris"), wanted.content.window);
  EXPECT_EQ(codes({.period = Window{hour.earliest, {hour.earliest.utc_ms + 1}}}, customs),
            std::vector<std::string>{code});
}

TEST_P(NotesStore, an_author_who_may_not_read_is_told_what_became_of_their_note_and_no_more) {
  NewNote wanted = note();
  const auto partner = person(9, port.id, services[0], access::Role::partner);
  const std::string code = added(wanted, partner);
  const auto police = analyst(1);
  EXPECT_TRUE(codes({}, partner).empty());
  EXPECT_EQ(codes({.scope = Filter::Scope::mine}, partner), std::vector<std::string>{code});
  ASSERT_TRUE(step(code, {.step = Step::take_up}, police).has_value());
  ASSERT_TRUE(step(code, {.step = Step::set_aside, .reason = "déjà connu"}, police).has_value());
  const auto dossier = notes->find(port, code, asker(partner));
  ASSERT_TRUE(dossier.has_value());
  EXPECT_EQ(dossier->note.told, Told::closed);
  EXPECT_FALSE(dossier->note.stage.has_value());
  EXPECT_TRUE(dossier->steps.empty());
  EXPECT_TRUE(dossier->offers.empty());
  EXPECT_EQ(dossier->note.content.facts, wanted.content.facts);
  EXPECT_TRUE(codes({.scope = Filter::Scope::mine, .stage = Stage::set_aside}, partner).empty())
      << "a filter must not tell the stage either";
  EXPECT_EQ(step(code, {.step = Step::take_up}, partner).error().kind, ErrorKind::forbidden);
}

TEST_P(NotesStore, revisions_are_chained_and_only_the_originator_writes) {
  const auto author = analyst(1);
  const std::string code = added(note(), author);
  const auto customs = analyst(2, 1);
  EXPECT_EQ(notes->revise(port, code, 1, note("Trois vendeurs").content, asker(customs)).error().kind,
            ErrorKind::forbidden);
  for (int revision = 1; revision <= 5; ++revision) {
    clock.advance_ms(1000);
    const auto content = note(fmt::format("Vendeurs : {}", revision).c_str()).content;
    EXPECT_EQ(notes->revise(port, code, revision, content, asker(author)), revision + 1);
  }
  EXPECT_EQ(notes->revise(port, code, 3, note().content, asker(author)).error().field, "revision");
  auto snapshot = database().read();
  const auto readable = access.readable(*snapshot, author);
  const auto held = store::find(*snapshot, port.id, code, readable->sql_list(), {});
  ASSERT_TRUE(held.has_value());
  const auto revisions = store::load_revisions(*snapshot, held->id);
  EXPECT_EQ(revisions.size(), 6U);
  EXPECT_TRUE(is_chained(revisions, held->content));
  snapshot.reset();
  EXPECT_TRUE(codes({.search = "bloc"}, author).empty()) << "older words find nothing";
  EXPECT_EQ(codes({.search = "vendeur"}, author), std::vector<std::string>{code});
}

TEST_P(NotesStore, keeping_is_shortened_for_the_note_and_what_hangs_on_it_and_then_it_is_gone) {
  const auto author = analyst(1);
  const std::string code = added(note(), author);
  const auto later = Instant{clock.now().utc_ms + hour_ms};
  EXPECT_EQ(notes->shorten(port, code, {Instant{start_ms + 9000LL * 86'400'000}, "essai"}, asker(author)).error().field,
            "retain_until");
  auto given = note();
  given.marking.services = {services[1]};
  const std::string given_code = added(given, author);
  ASSERT_TRUE(notes->find(port, given_code, asker(analyst(2, 1))));
  EXPECT_EQ(notes->shorten(port, given_code, {later, "essai"}, asker(analyst(2, 1))).error().kind, ErrorKind::forbidden)
      << "a receiver ends nothing for the others";
  ASSERT_TRUE(notes->shorten(port, given_code, {later, "essai"}, asker(author)).has_value());
  ASSERT_TRUE(notes->shorten(port, code, {later, "essai"}, asker(author)).has_value());
  EXPECT_EQ(codes({}, author).size(), 2U);
  clock.advance_ms(hour_ms);
  EXPECT_TRUE(codes({}, author).empty());
  EXPECT_EQ(notes->find(port, code, asker(author)).error().kind, ErrorKind::not_found);
}

TEST_P(NotesStore, who_is_denied_stays_so_under_a_new_marking) {
  const auto author = analyst(1);
  const auto denied = analyst(4);
  auto wanted = note();
  const std::string open = added(wanted, author);
  wanted.marking.denied = {denied.person};
  const std::string code = added(wanted, author);
  EXPECT_TRUE(notes->find(port, open, asker(denied)));
  wanted.marking.denied.clear();
  wanted.marking.sensitivity = access::Sensitivity::restricted;
  ASSERT_TRUE(notes->remark(port, code, {wanted.marking, "essai"}, asker(author)));
  EXPECT_EQ(notes->find(port, code, asker(denied)).error().kind, ErrorKind::not_found);
}

TEST_P(NotesStore, a_change_of_marking_is_previewed_changes_nothing_before_and_asks_why) {
  const auto author = analyst(1);
  const auto customs = analyst(2, 1);
  const std::string code = added(note(), author);
  Notes::Remark wish{note().marking, ""};
  wish.marking.services.clear();
  wish.marking.sensitivity = access::Sensitivity::confidential;
  const auto preview = notes->preview(port, code, wish, asker(author));
  ASSERT_TRUE(preview) << preview.error().message.en;
  EXPECT_EQ(preview->before.services.size(), note().marking.services.size());
  EXPECT_TRUE(preview->after.services.empty());
  using Role = access::Role;
  EXPECT_EQ(preview->roles_before,
            (std::vector{Role::patrol, Role::analyst, Role::commander, Role::duty_officer, Role::prefecture}));
  EXPECT_EQ(preview->roles_after, (std::vector{Role::analyst, Role::commander, Role::duty_officer}));
  EXPECT_TRUE(notes->find(port, code, asker(customs))) << "nothing has changed yet";
  EXPECT_EQ(notes->preview(port, code, wish, asker(customs)).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(notes->remark(port, code, wish, asker(author)).error().field, "reason");
  wish.reason = "le vendeur est M. Durand";
  EXPECT_EQ(notes->remark(port, code, wish, asker(author)).error().field, "reason");
  wish.reason = "trop largement partagée";
  wish.marking.denied = {author.person};
  EXPECT_EQ(notes->preview(port, code, wish, asker(author)).error().field, "marking/denied");
  wish.marking.denied = {analyst(4).person};
  ASSERT_TRUE(notes->remark(port, code, wish, asker(author)));
  EXPECT_TRUE(log(1).front().starts_with("alteration note " + code)) << log(1).front();
  EXPECT_EQ(notes->find(port, code, asker(analyst(4))).error().kind, ErrorKind::not_found);
  EXPECT_EQ(notes->shorten(port, code, {clock.now(), " "}, asker(author)).error().field, "reason");
}

TEST_P(NotesStore, a_tighter_marking_holds_at_once_for_lists_words_and_additions) {
  const auto author = analyst(1);
  const auto customs = analyst(2, 1);
  const std::string code = added(note(), author);
  EXPECT_EQ(codes({.search = "vendeurs"}, customs).size(), 1U);
  auto marking = note().marking;
  marking.services.clear();
  EXPECT_EQ(notes->remark(port, code, {marking, "essai"}, asker(customs)).error().kind, ErrorKind::forbidden);
  ASSERT_TRUE(notes->remark(port, code, {marking, "essai"}, asker(author)).has_value());
  EXPECT_TRUE(codes({.search = "vendeurs"}, customs).empty());
  EXPECT_TRUE(codes({}, customs).empty());
  EXPECT_EQ(codes({.search = "vendeurs"}, author).size(), 1U);
}

TEST_P(NotesStore, a_note_stays_in_its_compartments_until_they_are_named_and_none_enters_a_closed_one) {
  auto author = analyst(1);
  const auto customs = analyst(2, 1);
  const auto with = [&](auto act) {
    auto tx = database().write();
    auto result = act(*tx);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message.en);
    tx->commit();
    return result;
  };
  const auto made = with([&](auto& tx) {
                      return access::open_compartment(tx, {port.id, access::CompartmentKind::operation, "MISTRAL"},
                                                      chance, asker(author));
                    }).value();
  author.compartments = {made.id};
  auto wanted = note();
  wanted.marking.compartments = {made.id};
  const std::string code = added(wanted, author);
  EXPECT_TRUE(codes({}, customs).empty());
  EXPECT_EQ(field_of(wanted, analyst(3)), "marking/compartments");
  with([&](auto& tx) { return access::close_compartment(tx, port.id, made.code, asker(author)); });
  EXPECT_EQ(field_of(wanted, author), "marking/compartments");
  // What is inside is marked anew inside; only saying so takes it out, and then it does not come back.
  using Inside = Notes::Remark::Inside;
  auto outside = note().marking;
  outside.sensitivity = access::Sensitivity::restricted;
  ASSERT_TRUE(notes->remark(port, code, {outside, "essai", Inside::as_it_is}, asker(author)));
  EXPECT_TRUE(codes({}, customs).empty());
  ASSERT_TRUE(notes->remark(port, code, {wanted.marking, "essai"}, asker(author)));
  EXPECT_TRUE(codes({}, customs).empty());
  ASSERT_TRUE(notes->remark(port, code, {outside, "essai"}, asker(author)));
  EXPECT_EQ(codes({}, customs).size(), 1U);
  EXPECT_EQ(notes->remark(port, code, {wanted.marking, "essai"}, asker(author)).error().field, "marking/compartments");
}

TEST_P(NotesStore, an_addition_with_a_marking_of_its_own_is_seen_by_its_readers_alone_and_counts_for_them_alone) {
  const auto police = analyst(1);
  const auto customs = analyst(2, 1);
  const std::string code = added(note(), police);
  ASSERT_TRUE(step(code, {.step = Step::take_up}, police).has_value());
  ASSERT_TRUE(
      step(code, {.step = Step::verify, .evaluation = make_evaluation(Scale::letters_and_digits, "B2").value()}, police)
          .has_value());
  ASSERT_TRUE(step(code, {.step = Step::deconflict, .deconfliction = "rien"}, police).has_value());
  NewAddition secret{.kind = AdditionKind::enrichment,
                     .content = note("Réservé à la douane").content,
                     .marking = first_marking(Channel::service, port.id, services[1], {}),
                     .retain_until = {}};
  ASSERT_TRUE(notes->enrich(port, code, secret, asker(customs)).has_value());
  EXPECT_EQ(notes->find(port, code, asker(customs))->additions.size(), 1U);
  EXPECT_TRUE(notes->find(port, code, asker(police))->additions.empty());
  EXPECT_EQ(step(code, {.step = Step::enrich}, police).error().field, "enrichments");
  EXPECT_EQ(step(code, {.step = Step::enrich}, customs), Stage::enriched);
}

TEST_P(NotesStore, a_proposal_is_answered_once_by_the_originator) {
  const auto police = analyst(1);
  const auto customs = analyst(2, 1);
  const std::string code = added(note(), police);
  NewAddition wanted{.kind = AdditionKind::proposal,
                     .content = note("Le lieu serait le hall 5").content,
                     .marking = {},
                     .retain_until = {}};
  const auto proposal = notes->enrich(port, code, wanted, asker(customs));
  ASSERT_TRUE(proposal.has_value());
  const auto answer = [&](const access::Viewer& by) {
    return notes->answer_proposal(port, code, *proposal, ProposalState::accepted, "corrigé", asker(by));
  };
  EXPECT_EQ(answer(customs).error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(answer(police).has_value());
  EXPECT_EQ(answer(police).error().kind, ErrorKind::conflict);
  EXPECT_EQ(notes->find(port, code, asker(customs))->additions[0].answer, "corrigé");
}

TEST_P(NotesStore, hooks_run_in_the_creating_transaction_and_are_told_no_more_than_others_may_see) {
  std::vector<std::string> told;
  notes->hooks.on_created.push_back(
      [&](database::Transaction& tx, const Occasion& occasion, std::span<const Created> created) {
        EXPECT_EQ(occasion.territory.id, port.id);
        for (const auto& one : created) {
          told.push_back(fmt::format("{} point={} text={} assertions={}", one.marking.value > 0, one.point.has_value(),
                                     !one.facts.empty(), one.assertions.size()));
          EXPECT_EQ(tx.execute("UPDATE note SET stage = stage WHERE code = ?", {one.code}), 1);
        }
      });
  NewNote wanted = note("Vente au pied du bloc", Channel::resident);
  wanted.content.point = LonLat::checked(5.365, 43.295);
  (void)added(wanted, analyst());
  wanted.channel = Channel::patrol;
  (void)added(wanted, analyst());
  EXPECT_EQ(told, (std::vector<std::string>{"true point=false text=false assertions=1",
                                            "true point=true text=true assertions=1"}));
}

TEST_P(NotesStore, facets_count_readable_notes_alone) {
  for (int i = 0; i < 7; ++i) {
    NewNote wanted = note();
    if (i % 2 == 0) wanted.marking.services.clear();
    (void)added(wanted, analyst());
  }
  EXPECT_EQ(notes->facets(port, {}, asker(analyst(2, 1)))->total, 3);
  EXPECT_EQ(notes->facets(port, {}, asker(analyst(2, 0)))->stages[Stage::received], 7);
}

// ---- properties -----------------------------------------------------------------------------------------------------

// What the test knows of each note, to filter by policy one by one.
struct Known {
  std::string code;
  access::Marking marking;
  NewNote wanted;
  PersonId author;
  Instant received;
  Stage stage = Stage::received;
};

std::int64_t place_in_alphabet(char c) { return c >= 'a' ? c - 'a' : c - '2' + 26; }

class History {
 public:
  History(Random random, const territory::Territory& port, const std::vector<SectorId>& sectors,
          const std::vector<ServiceId>& services)
      : random_(random), port_(port), sectors_(sectors), services_(services) {}

  NewNote wanted(Instant now) {
    static const char* const texts[] = {"Deux vendeurs au bloc 4", "Guetteur sur le toit", "Vente en scooter le soir",
                                        "Passage de clients, hall 3", "Sacoche cachée près du transformateur"};
    NewNote one;
    one.channel = channels[random_.next_below(std::size(channels))];
    one.content.facts = texts[random_.next_below(std::size(texts))];
    one.content.sector = sectors_[random_.next_below(static_cast<std::uint32_t>(sectors_.size()))];
    const std::int64_t end = now.utc_ms - random_.next_below(100) * hour_ms / 4;
    one.content.window = {{end - hour_ms}, {end}};
    one.content.product = products[random_.next_below(3)];
    one.content.evaluation = *make_evaluation(Scale::letters_and_digits, "C3");
    one.marking.sensitivity = access::sensitivities[random_.next_below(3)];
    one.marking.handling = access::Handling::h0;
    one.marking.regime = access::regimes[random_.next_below(3)];
    for (const auto service : services_)
      if (random_.next_below(3) == 0) one.marking.services.push_back(service);
    if (random_.next_below(5) == 0) one.marking.denied.push_back({1 + random_.next_below(6)});
    return one;
  }
  access::Viewer viewer() {
    using enum access::Role;
    static constexpr access::Role held[] = {patrol, analyst, commander, prosecutor, prefecture, municipal, partner};
    return person(1 + random_.next_below(6), port_.id,
                  services_[random_.next_below(static_cast<std::uint32_t>(services_.size()))],
                  held[random_.next_below(std::size(held))], access::sensitivities[random_.next_below(3)]);
  }
  Filter filter() {
    Filter out;
    if (random_.next_below(3) == 0) out.channel = channels[random_.next_below(std::size(channels))];
    if (random_.next_below(3) == 0) out.product = products[random_.next_below(3)];
    if (random_.next_below(3) == 0) out.sectors = {sectors_[random_.next_below(2)]};
    if (random_.next_below(4) == 0) out.originator = services_[random_.next_below(3)];
    if (random_.next_below(4) == 0) out.stage = random_.next_below(2) == 0 ? Stage::received : Stage::set_aside;
    if (random_.next_below(3) == 0) out.search = random_.next_below(2) == 0 ? "vendeur bloc" : "clients";
    if (random_.next_below(4) == 0) {
      const std::int64_t from = start_ms - random_.next_below(200) * hour_ms / 8;
      out.period = Window{{from}, {from + 3 * hour_ms}};
    }
    return out;
  }
  Random& random() { return random_; }

 private:
  Random random_;
  const territory::Territory& port_;
  const std::vector<SectorId>& sectors_;
  const std::vector<ServiceId>& services_;
};

bool holds(const Filter& filter, const Known& known, const clock::TimeZone& zone) {
  const auto& content = known.wanted.content;
  const bool is_hidden = is_at_risk(known.wanted.channel);
  const Window window = is_hidden ? half_days(zone, content.window) : content.window;
  const auto says = [&](const char* word) { return content.facts.find(word) != std::string::npos; };
  if (filter.stage && *filter.stage != known.stage) return false;
  if (filter.channel && *filter.channel != known.wanted.channel) return false;
  if (filter.product && *filter.product != content.product) return false;
  if (!filter.sectors.empty() && filter.sectors[0] != *content.sector) return false;
  if (filter.originator && *filter.originator != known.marking.originator) return false;
  if (filter.period && !(window.earliest < filter.period->latest && window.latest >= filter.period->earliest))
    return false;
  if (filter.search.empty()) return true;
  if (is_hidden) return false;  // no summary in this history
  return filter.search == "clients" ? says("clients") : says("vendeurs") && says("bloc");
}

TEST_P(NotesStore, lists_are_what_the_policy_lets_through_one_by_one_for_random_viewers_and_histories) {
  const auto zone = *clock::TimeZone::open("Europe/Paris");
  History history(Random(Seed{11}, 0), port, sectors, services);
  std::vector<Known> all;
  int shown = 0;
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 8; ++i) {
      clock.advance_ms(history.random().next_below(2) * 60'000);
      const auto by = history.viewer();
      NewNote wanted = history.wanted(clock.now());
      const std::string code = added(wanted, by);
      auto marking = wanted.marking;
      marking.territory = port.id;
      marking.originator = by.standings[0].service;
      all.push_back({code, *access::normalised(marking), wanted, by.person, clock.now()});
    }
    auto& picked = all[history.random().next_below(static_cast<std::uint32_t>(all.size()))];
    const auto by = analyst(1 + history.random().next_below(6), 0);
    if (step(picked.code, {.step = Step::take_up}, by) &&
        step(picked.code, {.step = Step::set_aside, .reason = "doublon"}, by))
      picked.stage = Stage::set_aside;
    const auto viewer = history.viewer();
    const auto filter = history.filter();
    std::vector<Known> expected;
    for (const auto& known : all)
      if (access::decide(access::first_policy(), viewer, known.marking).is_allowed() && holds(filter, known, zone))
        expected.push_back(known);
    const auto order = [&](const Known& known) {
      const Window moment{known.received, known.received};
      const auto at = is_at_risk(known.wanted.channel) ? half_days(zone, moment).earliest : known.received;
      std::vector<std::int64_t> key{-at.utc_ms};
      for (const char c : known.code.substr(0, 12)) key.push_back(-place_in_alphabet(c));
      return key;
    };
    std::ranges::sort(expected, {}, order);
    std::vector<std::string> wanted_codes;
    for (const auto& known : expected) wanted_codes.push_back(known.code);
    const int limit = static_cast<int>(1 + history.random().next_below(9));
    ASSERT_EQ(codes(filter, viewer, limit), wanted_codes) << "round " << round;
    EXPECT_EQ(notes->facets(port, filter, asker(viewer))->total, static_cast<std::int64_t>(wanted_codes.size()));
    shown += static_cast<int>(wanted_codes.size());
  }
  EXPECT_GT(shown, 80);
}

std::string text_of(const Shown& one) {
  return fmt::format("{} {} {} [{}] {} {} {} {} {} {}\n", one.code, name_of(one.channel), one.sight == Sight::exact,
                     canonical_text(one.content), one.summary, one.received.earliest.utc_ms, name_of(one.told),
                     one.stage ? name_of(*one.stage) : "", one.stage_since.utc_ms, one.revision);
}

// Everything that a person receives of the notes, as one text.
std::string everything_for(Notes& notes, const territory::Territory& port, const access::Asker& asker,
                           const std::vector<std::string>& codes, const std::vector<Filter>& filters) {
  std::string out;
  for (const auto& filter : filters) {
    PageWish wish{3, ""};
    do {
      const auto page = notes.list(port, filter, wish, asker);
      if (!page) return out + page.error().message.en;
      for (const auto& one : page->notes) out += text_of(one);
      wish.cursor = page->next;
      out += "next " + page->next + "\n";
    } while (!wish.cursor.empty());
    const auto facets = notes.facets(port, filter, asker);
    out += fmt::format("total {} {}\n", facets->total, facets->is_capped);
    for (const auto& [stage, count] : facets->stages) out += fmt::format("{}={} ", name_of(stage), count);
    for (const auto& [sector, count] : facets->sectors) out += fmt::format("s{}={} ", sector, count);
  }
  for (const auto& code : codes) {
    const auto dossier = notes.find(port, code, asker);
    if (!dossier) {
      out += dossier.error().message.en + dossier.error().field + "\n";
      continue;
    }
    out += text_of(dossier->note);
    for (const auto& addition : dossier->additions) out += addition.code + canonical_text(addition.content);
    for (const auto& offer : dossier->offers)
      out += fmt::format("{} {} {}\n", name_of(offer.step), offer.is_available, offer.reason.en);
    out += fmt::format("revisions {}\n", dossier->revisions.size());
  }
  return out;
}

// Two histories, alike but for notes that the person cannot see: not one byte differs.
TEST_P(NotesStore, what_a_person_cannot_see_changes_no_byte_of_what_they_receive) {
  int differing_histories = 0;
  for (std::uint64_t scenario = 0; scenario < 6; ++scenario) {
    std::string received[2];
    std::int64_t hidden_count = 0;
    for (const bool has_hidden : {false, true}) {
      testing::TemporaryFolder folder;
      auto own = database::open_database("sqlite:" + (folder.path() / "own.db").string()).value();
      chance.~FixedChance();
      new (&chance) testing::FixedChance(scenario + 1);
      clock = testing::ManualClock({start_ms});
      prepare(*own);
      testing::FixedChance other_chance(scenario + 1000);
      Notes others(*own, access, *recorder, other_chance);
      History history(Random(Seed{scenario}, 1), port, sectors, services);
      History hidden(Random(Seed{scenario}, 2), port, sectors, services);
      access::Access fresh;
      const auto viewer = history.viewer();
      std::vector<Filter> filters{{}, {.scope = Filter::Scope::mine}};
      for (int i = 0; i < 4; ++i) filters.push_back(history.filter());
      std::vector<std::string> visible{"aaaaaaaaaaaaaaaa"};
      for (int i = 0; i < 12; ++i) {
        clock.advance_ms(30'000);
        const auto by = history.viewer();
        const auto done = notes->add(port, history.wanted(clock.now()), asker(by));
        ASSERT_TRUE(done.has_value());
        visible.push_back(done->code);
        if (!has_hidden) continue;
        const auto other = hidden.viewer();
        auto wanted = hidden.wanted(clock.now());
        wanted.marking.denied = {viewer.person};
        if (other.person == viewer.person) continue;
        ASSERT_TRUE(others.add(port, wanted, asker(other)).has_value());
        ++hidden_count;
      }
      Notes looking(*own, fresh, *recorder, chance);
      received[has_hidden ? 1 : 0] = everything_for(looking, port, asker(viewer), visible, filters);
      notes.reset();
      recorder.reset();
    }
    EXPECT_EQ(received[0], received[1]) << "scenario " << scenario;
    differing_histories += hidden_count > 0 ? 1 : 0;
  }
  EXPECT_GT(differing_histories, 4);
}

INSTANTIATE_TEST_SUITE_P(Databases, NotesStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::notes
