#include "services/sharing/note_matching.h"

#include <gtest/gtest.h>

#include "services/access/legal_act.h"
#include "services/audit/audit.h"
#include "services/audit/recorder.h"
#include "services/facts/facts.h"
#include "services/notes/attachments.h"
#include "services/notes/reception.h"
#include "services/notes/requests.h"
#include "services/sharing/desk.h"
#include "services/sharing/operations.h"
#include "services/sharing/postings.h"
#include "services/sharing/upkeep.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// Notes as the program puts them together: matched, and both desks called, in the transaction that makes them.

namespace quadrille::sharing {
namespace {

constexpr std::int64_t start_ms = 1'792'836'000'000;  // 24 October 2026, 10:00 UTC
constexpr std::int64_t hour_ms = 3'600'000;

class NoteMatching : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps :
         {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(), notes::migrations(),
          notes::request_migrations(), notes::attachment_migrations(), migrations()})
      database::migrate(database(), steps);
    auto tx = database().write();
    const territory::By by{"test", {start_ms}};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, by));
    port_ = *territory::find(*tx, "port");
    police_ = territory::add_service(*tx, port_, "pn", "Police", by).value();
    customs_ = territory::add_service(*tx, port_, "dou", "Douane", by).value();
    const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
    ASSERT_TRUE(territory::add_sectors(
        *tx, port_,
        {{{{{"name", "Bassin"}, {"code", "A"}},
           {{{at(5.36, 43.29), at(5.37, 43.29), at(5.37, 43.30), at(5.36, 43.30), at(5.36, 43.29)}, {}}}}},
         "name",
         "code",
         1},
        by));
    tx->commit();
    recorder_.emplace(database(), clock_, chance_);
    notes_.emplace(database(), access_, *recorder_, chance_);
    match_notes(notes_->hooks, chance_);
  }
  access::Asker officer(std::int64_t id, ServiceId service, access::Role role = access::Role::analyst) {
    access::Viewer viewer;
    viewer.person = {id};
    viewer.login = "agent";
    viewer.standings = {{port_.id, service, {role}, access::Sensitivity::confidential}};
    return {viewer, "essai", "", clock_.now()};
  }
  notes::NewNote note(double lon, double lat, std::vector<ServiceId> readers = {}) {
    notes::NewNote wanted;
    wanted.content.facts = "Deux vendeurs au pied du bloc 4";
    wanted.content.point = LonLat::checked(lon, lat);
    wanted.content.window = {{start_ms - hour_ms}, {start_ms}};
    wanted.content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits, "B2");
    wanted.marking = notes::first_marking(notes::Channel::patrol, port_.id, police_, {});
    wanted.marking.services = std::move(readers);
    return wanted;
  }
  std::string added(const notes::NewNote& wanted, const access::Asker& by) {
    const auto one = notes_->add(port_, wanted, by);
    EXPECT_TRUE(one) << (one ? "" : one.error().field + ": " + one.error().message.en);
    return one ? one->code : "";
  }
  NoteMatches matches(const std::string& code, const access::Asker& by) {
    auto found = matches_of_note(database(), access_, *notes_, port_, code, by);
    EXPECT_TRUE(found.has_value());
    return found ? std::move(*found) : NoteMatches{};
  }
  std::vector<std::string> codes(const std::string& code, const access::Asker& by) {
    std::vector<std::string> list;
    for (const auto& match : matches(code, by).matches) list.push_back(match.note.code);
    return list;
  }
  std::string declared(OperationKind kind, ServiceId service, double lon, double lat, std::int64_t begin_ms) {
    auto tx = database().write();
    const NewOperation wanted{kind,
                              "Surveillance",
                              CirclePlace{*LonLat::checked(lon, lat), 150},
                              {{begin_ms}, {begin_ms + 2 * hour_ms}},
                              {port_.id,
                               access::Sensitivity::confidential,
                               access::Handling::h2,
                               access::Regime::judicial,
                               service,
                               {},
                               {},
                               {}}};
    const auto made = declare(*tx, port_, wanted, chance_, officer(20, service, access::Role::commander));
    EXPECT_TRUE(made.has_value());
    tx->commit();
    return made ? made->code : "";
  }
  std::vector<Conflict> desk(ServiceId service) {
    auto snapshot = database().read();
    const auto by = officer(30, service, access::Role::duty_officer);
    const auto readable = access_.readable(*snapshot, by.viewer);
    return list_conflicts(*snapshot, *readable, port_.id, by);
  }

  testing::ManualClock clock_{{start_ms}};
  testing::FixedChance chance_{5};
  access::Access access_;
  std::optional<audit::Recorder> recorder_;
  std::optional<notes::Notes> notes_;
  territory::Territory port_;
  ServiceId police_;
  ServiceId customs_;
};

TEST_P(NoteMatching, notes_within_a_hundred_metres_match_and_those_two_blocks_away_do_not) {
  const auto reader = officer(1, police_);
  const auto here = added(note(5.3650, 43.2950), reader);
  // A degree of longitude is 81 km at this latitude, one of latitude 111 km.
  for (const auto& [lon, lat] : {std::pair{5.3661, 43.2950}, {5.3639, 43.2950}, {5.3650, 43.2958}, {5.3650, 43.2942}})
    EXPECT_EQ(codes(added(note(lon, lat), reader), reader).back(), here) << lon << ' ' << lat;
  EXPECT_TRUE(codes(added(note(5.3700, 43.2990), reader), reader).empty());
  EXPECT_EQ(codes(here, reader).size(), 4U);
  const auto found = matches(here, reader);
  const std::vector<Shared> same{{SelectorKind::place_cell}};
  const std::vector<Shared> next{{SelectorKind::place_cell, true}};
  EXPECT_EQ(found.matches[0].kinds, next) << "the newest: the last of the four";
  EXPECT_EQ(text_of(found.matches[0].kinds[0]).fr, "maille voisine");
  const auto there = added(note(5.3650, 43.2950), reader);
  EXPECT_EQ(matches(here, reader).matches[0].note.code, there);
  EXPECT_EQ(matches(here, reader).matches[0].kinds, same);
  EXPECT_EQ(text_of(same[0]).fr, "même maille");
}

TEST_P(NoteMatching, whoever_may_not_read_a_note_sees_no_match_with_it) {
  const auto of_police = officer(1, police_);
  const auto shared = added(note(5.3650, 43.2950, {customs_}), of_police);
  const auto own = added(note(5.3650, 43.2950), of_police);
  EXPECT_EQ(codes(shared, of_police), (std::vector<std::string>{own}));
  EXPECT_TRUE(codes(shared, officer(2, customs_)).empty());
  EXPECT_FALSE(matches_of_note(database(), access_, *notes_, port_, own, officer(2, customs_)));
}

TEST_P(NoteMatching, packaging_and_hours_of_a_product_match_wherever_they_were_seen) {
  const auto reader = officer(1, police_);
  auto first = note(5.3610, 43.2910);
  first.content.product = notes::Product::cocaine;
  first.content.assertions = {{notes::AssertionKind::packaging, 0, 0, "sachets verts agrafés"},
                              {notes::AssertionKind::hours, 18 * 60, 22 * 60, ""}};
  auto second = note(5.3690, 43.2990);
  second.content.product = notes::Product::cocaine;
  second.content.assertions = {{notes::AssertionKind::packaging, 0, 0, "Sachet vert, agrafé"},
                               {notes::AssertionKind::hours, 19 * 60, 23 * 60, ""}};
  const auto one = added(first, reader);
  const auto other = added(second, reader);
  const auto found = matches(other, reader);
  ASSERT_EQ(found.matches.size(), 1U);
  EXPECT_EQ(found.matches[0].note.code, one);
  EXPECT_EQ(found.matches[0].kinds.size(), 2U);
}

TEST_P(NoteMatching, a_resident_s_report_is_matched_by_no_place) {
  const auto reader = officer(1, police_);
  const auto of_patrol = added(note(5.3650, 43.2950), reader);
  auto wanted = note(5.3650, 43.2950);
  wanted.channel = notes::Channel::resident;
  const auto of_resident = added(wanted, reader);
  EXPECT_TRUE(codes(of_patrol, reader).empty());
  // Nor for another reader, to whom it is shown by its sector.
  EXPECT_TRUE(codes(of_resident, officer(2, police_)).empty());
}

TEST_P(NoteMatching, a_revision_moves_what_a_note_is_matched_by_and_a_new_marking_follows) {
  const auto reader = officer(1, police_);
  const auto customs = officer(2, customs_);
  const auto here = added(note(5.3650, 43.2950, {customs_}), reader);
  const auto there = added(note(5.3690, 43.2990, {customs_}), reader);
  EXPECT_TRUE(codes(here, reader).empty());
  ASSERT_TRUE(notes_->revise(port_, there, 1, note(5.3650, 43.2950).content, reader));
  EXPECT_EQ(codes(here, customs), (std::vector<std::string>{there}));
  EXPECT_TRUE(codes(added(note(5.3690, 43.2990), reader), reader).empty());
  ASSERT_TRUE(notes_->remark(port_, there, {note(0, 0).marking, "essai"}, reader));
  EXPECT_TRUE(codes(here, customs).empty());
  EXPECT_EQ(codes(here, reader), (std::vector<std::string>{there}));
}

TEST_P(NoteMatching, what_is_added_links_its_note_unless_it_has_a_marking_of_its_own) {
  const auto reader = officer(1, police_);
  const auto here = added(note(5.3650, 43.2950, {customs_}), reader);
  const auto there = added(note(5.3690, 43.2990, {customs_}), reader);
  const auto enrich = [&](notes::AdditionKind kind, std::optional<access::Marking> marking) {
    notes::NewAddition more{
        .kind = kind, .content = note(5.3690, 43.2990).content, .marking = marking, .retain_until = {}};
    ASSERT_TRUE(notes_->enrich(port_, here, more, reader));
  };
  enrich(notes::AdditionKind::proposal, {});
  enrich(notes::AdditionKind::enrichment, note(0, 0).marking);
  EXPECT_TRUE(codes(there, reader).empty());
  enrich(notes::AdditionKind::sighting, {});
  EXPECT_EQ(codes(there, officer(2, customs_)), (std::vector<std::string>{here}));
  enrich(notes::AdditionKind::sighting, {});
  EXPECT_EQ(codes(there, officer(2, customs_)).size(), 1U);
}

TEST_P(NoteMatching, persons_link_notes_only_while_the_legal_act_holds) {
  const auto reader = officer(1, police_);
  access::LegalAct act;
  {
    auto tx = database().write();
    act = access::add_legal_act(*tx, {port_.id, access::Part::persons_in_notes, "arrêté 2026-114", {start_ms}, {}},
                                chance_, reader)
              .value();
    tx->commit();
  }
  const auto named = [&](const std::string& facts, double lon) {
    auto wanted = note(lon, 43.2950);
    wanted.content.facts = facts;
    wanted.content.person_category = notes::PersonCategory::suspect;
    return added(wanted, reader);
  };
  const auto one = named("Livraison par la voiture AB-123-CD, alias Momo au volant", 5.3610);
  const auto other = named("La voiture AB 123 CD revient au hall 3", 5.3690);
  const auto third = named("Surnommé Momo, il tient le hall 3", 5.3650);
  EXPECT_EQ(codes(one, reader), (std::vector<std::string>{third, other}));
  EXPECT_EQ(matches(other, reader).matches[0].kinds, (std::vector<Shared>{{SelectorKind::plate}}));
  EXPECT_EQ(matches(third, reader).matches[0].kinds, (std::vector<Shared>{{SelectorKind::nickname}}));
  auto tx = database().write();
  ASSERT_TRUE(access::end_legal_act(*tx, port_.id, act.code, reader));
  tx->commit();
  EXPECT_TRUE(codes(one, reader).empty());
}

TEST_P(NoteMatching, a_batch_is_matched_as_its_notes_one_by_one) {
  const auto reader = officer(1, police_);
  std::vector<notes::NewNote> batch;
  for (int i = 0; i < 230; ++i) {
    auto wanted = note(5.3610 + 0.00002 * i, 43.2910);
    wanted.content.product = notes::Product::crack;
    wanted.content.assertions = {{notes::AssertionKind::hours, 720, 1320, ""}};
    batch.push_back(wanted);
  }
  ASSERT_TRUE(notes_->add_all(port_, batch, reader));
  const auto one = added(note(5.3610, 43.2910), reader);
  EXPECT_FALSE(codes(one, reader).empty());
  auto wanted = note(5.3690, 43.2990);
  wanted.content.product = notes::Product::crack;
  wanted.content.assertions = {{notes::AssertionKind::hours, 720, 1320, ""}};
  const auto far = matches(added(wanted, reader), reader);
  EXPECT_TRUE(far.matches.empty());
  EXPECT_EQ(far.commonplaces, (std::vector<SelectorKind>{SelectorKind::product_hours}));
  // However many share it, no more than one beyond the limit are kept.
  auto snapshot = database().read();
  auto rows =
      snapshot->query("SELECT COUNT(*) FROM posting WHERE kind = ?", {static_cast<int>(SelectorKind::product_hours)});
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), hot_from + 1);
}

// ---- event conflicts ------------------------------------------------------------------------------------------------

TEST_P(NoteMatching, a_patrol_s_note_inside_another_service_s_measure_tells_both_desks_once_and_its_author_nothing) {
  (void)declared(OperationKind::discreet, customs_, 5.3650, 43.2950, start_ms + hour_ms / 2);
  const auto own = declared(OperationKind::operation, police_, 5.3650, 43.2950, start_ms + 5 * hour_ms);
  EXPECT_TRUE(desk(police_).empty());
  clock_.advance_ms(hour_ms);
  auto wanted = note(5.3651, 43.2951);
  wanted.content.window = {{start_ms}, {start_ms + hour_ms}};
  const auto code = added(wanted, officer(1, police_, access::Role::patrol));
  (void)added(wanted, officer(1, police_, access::Role::patrol));
  const auto ours = desk(police_);
  const auto theirs = desk(customs_);
  ASSERT_EQ(ours.size(), 1U);
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_EQ(ours[0].call.service, "Douane");
  EXPECT_EQ(theirs[0].call.service, "Police");
  ASSERT_TRUE(ours[0].note);
  EXPECT_FALSE(ours[0].operation);
  EXPECT_FALSE(theirs[0].note);
  const auto shown = notes_->show_those(port_, std::vector{*ours[0].note}, "essai", officer(30, police_));
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].note.code, code);
}

TEST_P(NoteMatching, elsewhere_at_another_time_or_from_a_resident_no_desk_is_called) {
  (void)declared(OperationKind::discreet, customs_, 5.3650, 43.2950, start_ms + hour_ms / 2);
  const auto by = officer(1, police_);
  (void)added(note(5.3651, 43.2951), by);  // an hour before it begins
  clock_.advance_ms(hour_ms);
  auto elsewhere = note(5.3690, 43.2990);
  elsewhere.content.window = {{start_ms}, {start_ms + hour_ms}};
  (void)added(elsewhere, officer(1, police_));
  auto resident = note(5.3650, 43.2950);
  resident.content.window = {{start_ms}, {start_ms + hour_ms}};
  resident.channel = notes::Channel::resident;
  (void)added(resident, officer(1, police_));
  resident.channel = notes::Channel::landlord;
  (void)added(resident, officer(1, police_));
  EXPECT_TRUE(desk(police_).empty());
  EXPECT_TRUE(desk(customs_).empty());
}

TEST_P(NoteMatching, what_is_past_its_time_is_dropped_once_and_the_log_says_so) {
  (void)added(note(5.3650, 43.2950), officer(1, police_));
  const auto drop = [&](std::int64_t days) {
    auto tx = database().write();
    const auto dropped = drop_expired(*tx, {start_ms + days * 86'400'000});
    tx->commit();
    return dropped.postings;
  };
  EXPECT_EQ(drop(100), 0);
  EXPECT_EQ(drop(181), 1);
  EXPECT_EQ(drop(181), 0);
  const auto last = audit::list(*database().read(), std::nullopt, 1).at(0);
  EXPECT_EQ(last.act.action, audit::Action::erasure);
  EXPECT_EQ(last.act.outcome, "postings=1 targets=0");
}

INSTANTIATE_TEST_SUITE_P(Databases, NoteMatching, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
