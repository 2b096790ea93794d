#include "services/notes/requests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/random.h"
#include "services/access/compartment.h"
#include "services/audit/audit.h"
#include "services/notes/request_desk.h"
#include "services/notes/request_statistics.h"
#include "services/territory/territory.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::notes {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t start_ms = 1'792'800'000'000;  // 24 October 2026, the day before the clocks go back

access::Viewer person(std::int64_t id, TerritoryId territory, ServiceId service,
                      access::Role role = access::Role::analyst,
                      access::Sensitivity clearance = access::Sensitivity::confidential) {
  access::Viewer viewer;
  viewer.person = {id};
  viewer.login = "agent" + std::to_string(id);
  viewer.standings = {{territory, service, {role}, clearance}};
  return viewer;
}

class RequestStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), access::migrations());
    database::migrate(database(), territory::migrations());
    database::migrate(database(), request_migrations());
    auto tx = database().write();
    port = territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("")}, {"test", {start_ms}})
               .value();
    const auto known = *territory::find(*tx, "port");
    police = territory::add_service(*tx, known, "police", "Police", {"test", {start_ms}}).value();
    customs = territory::add_service(*tx, known, "douane", "Douane", {"test", {start_ms}}).value();
    gendarmerie = territory::add_service(*tx, known, "gendarmerie", "Gendarmerie", {"test", {start_ms}}).value();
    tx->commit();
  }

  access::Asker asker(std::int64_t id, ServiceId service, std::int64_t at_ms = start_ms) {
    return {person(id, port, service), "suivi", "", {at_ms}};
  }
  NewRequest about_place(ServiceId asked) const {
    NewRequest wanted;
    wanted.asked = asked;
    wanted.about = AboutPlace{"hall 3, rue des Docks", {}, {}};
    wanted.text = "Vos constats de la semaine sur ce hall ?";
    wanted.legal_basis = "CSI art. L. 132-5";
    return wanted;
  }
  Result<std::string> try_ask(const NewRequest& wanted, const access::Asker& by) {
    auto tx = database().write();
    auto code = ask(*tx, port, zone, wanted, by, chance);
    if (code) tx->commit();
    return code;
  }
  std::string asked(const NewRequest& wanted, const access::Asker& by) {
    auto code = try_ask(wanted, by);
    EXPECT_TRUE(code.has_value()) << (code ? "" : code.error().message.en);
    return code.value_or("");
  }
  std::shared_ptr<const access::Readable> readable(const access::Viewer& viewer) {
    return access.readable(*database().read(), viewer);
  }
  Result<ServiceRequest> step(const std::string& code, const RequestStepInput& input, const access::Asker& by) {
    const auto own = readable(by.viewer);
    auto tx = database().write();
    auto done = take_step(*tx, *own, code, input, by, zone);
    if (done) tx->commit();
    return done;
  }
  std::vector<ServiceRequest> listed(const access::Viewer& viewer, const RequestFilter& filter = {},
                                     std::int64_t now_ms = start_ms) {
    auto snapshot = database().read();
    return list_requests(*snapshot, *access.readable(*snapshot, viewer), port, filter, {now_ms}, {}, 100);
  }

  const clock::TimeZone zone = *clock::TimeZone::open("Europe/Paris");
  testing::FixedChance chance{7};
  access::Access access;
  TerritoryId port;
  ServiceId police;
  ServiceId customs;
  ServiceId gendarmerie;
};

TEST_P(RequestStore, both_services_see_a_request_and_for_everyone_else_there_is_none) {
  const auto code = asked(about_place(customs), asker(1, police));
  for (const ServiceId service : {police, customs}) {
    const auto viewer = person(service.value + 10, port, service);
    ASSERT_EQ(listed(viewer).size(), 1U);
    EXPECT_EQ(listed(viewer)[0].code, code);
    EXPECT_TRUE(find_request(*database().read(), *readable(viewer), code));
  }
  for (const auto& viewer :
       {person(30, port, gendarmerie), person(31, {99}, police), person(32, port, customs, access::Role::partner)}) {
    EXPECT_TRUE(listed(viewer).empty());
    EXPECT_FALSE(find_request(*database().read(), *readable(viewer), code));
  }
  EXPECT_EQ(step(code, {.step = RequestStep::give, .text = "rien"}, asker(30, gendarmerie)).error(),
            step("aaaaaaaaaaaaaaaa", {.step = RequestStep::give, .text = "rien"}, asker(30, gendarmerie)).error());
}

TEST_P(RequestStore, everything_written_comes_back) {
  auto wanted = about_place(customs);
  wanted.kind = RequestKind::action;
  wanted.frame = RequestFrame::member_state;
  wanted.country = "BE";
  wanted.urgency = Urgency::urgent;
  wanted.urgency_reason = "life";
  wanted.about = AboutPlace{"quai 4", {}, LonLat::checked(5.3, 43.3)};
  wanted.sensitivity = access::Sensitivity::restricted;
  wanted.handling = access::Handling::h2;
  const auto code = asked(wanted, asker(1, police));
  const auto found = *find_request(*database().read(), *readable(person(1, port, police)), code);
  EXPECT_EQ(found.kind, RequestKind::action);
  EXPECT_EQ(found.frame, RequestFrame::member_state);
  EXPECT_EQ(found.country, "BE");
  EXPECT_EQ(found.urgency_reason, "life");
  EXPECT_EQ(found.about, "quai 4");
  EXPECT_EQ(found.point, LonLat::checked(5.3, 43.3));
  EXPECT_EQ(found.text, wanted.text);
  EXPECT_EQ(found.legal_basis, wanted.legal_basis);
  EXPECT_EQ(found.limit, TimeLimit{.hours = 8});
  EXPECT_EQ(found.clock.due, Instant{start_ms + 8 * hour_ms});
  const auto marking = access::load_marking(*database().read(), found.marking);
  EXPECT_EQ(marking.originator, police);
  EXPECT_EQ(marking.services, std::vector<ServiceId>{customs});
  EXPECT_EQ(marking.handling, access::Handling::h2);
  EXPECT_TRUE(marking.is_originator_controlled);
  const auto events = events_of(*database().read(), found);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].step, std::nullopt);
  EXPECT_EQ(events[0].person, PersonId{1});
}

TEST_P(RequestStore, what_is_missing_or_wrong_is_refused_by_field_and_nothing_is_kept) {
  const auto by = asker(1, police);
  const auto field_of = [&](const std::function<void(NewRequest&)>& spoil) {
    auto wanted = about_place(customs);
    spoil(wanted);
    const auto refused = try_ask(wanted, by);
    return refused ? std::string("accepted") : refused.error().field;
  };
  EXPECT_EQ(field_of([](auto& w) { w.text = "  \n"; }), "text");
  EXPECT_EQ(field_of([](auto& w) { w.text = std::string(4001, 'a'); }), "text");
  EXPECT_EQ(field_of([](auto& w) { w.legal_basis = ""; }), "legal_basis");
  EXPECT_EQ(field_of([&](auto& w) { w.asked = police; }), "asked");
  EXPECT_EQ(field_of([](auto& w) { w.asked = {999}; }), "asked");
  EXPECT_EQ(field_of([](auto& w) { w.country = "BE"; }), "country");
  EXPECT_EQ(field_of([](auto& w) { w.frame = RequestFrame::member_state; }), "country");
  EXPECT_EQ(field_of([](auto& w) {
              w.frame = RequestFrame::member_state;
              w.country = "BE";
              w.urgency = Urgency::urgent;
            }),
            "urgency_reason");
  EXPECT_EQ(field_of([](auto& w) { w.about = AboutPlace{"", {}, {}}; }), "about");
  EXPECT_EQ(field_of([](auto& w) { w.about = AboutPlace{"quai", "S99", {}}; }), "sector");
  EXPECT_EQ(field_of([](auto& w) { w.about = AboutCompartment{"ALIZE"}; }), "about");
  EXPECT_EQ(field_of([&](auto& w) {
              w.about = AboutNote{"abcdefghijklmnop", {port, {}, {}, {}, police, {gendarmerie}, {}, {}, false}};
            }),
            "about");
  EXPECT_TRUE(listed(by.viewer).empty());
  EXPECT_EQ(try_ask(about_place(customs), {person(1, {99}, police), "", "", {start_ms}}).error().kind,
            ErrorKind::forbidden);
}

TEST_P(RequestStore, a_request_names_no_person_without_the_territorys_legal_act_nor_does_an_answer) {
  auto wanted = about_place(customs);
  wanted.text = "Que savez-vous de M. Karim BENALI ?";
  EXPECT_EQ(try_ask(wanted, asker(1, police)).error().field, "text");
  wanted = about_place(customs);
  wanted.about = AboutPlace{"devant chez M. Karim BENALI", {}, {}};
  EXPECT_EQ(try_ask(wanted, asker(1, police)).error().field, "about");
  const auto code = asked(about_place(customs), asker(1, police));
  EXPECT_EQ(step(code, {.step = RequestStep::give, .text = "C'est le 06 12 34 56 78"}, asker(2, customs)).error().field,
            "text");
}

TEST_P(RequestStore, nobody_asks_what_they_could_not_read_themselves) {
  access::Asker low{person(1, port, police, access::Role::analyst, access::Sensitivity::ordinary), "", "", {start_ms}};
  auto wanted = about_place(customs);
  wanted.sensitivity = access::Sensitivity::restricted;
  EXPECT_EQ(try_ask(wanted, low).error().field, "sensitivity");
  access::Asker prosecutor{person(2, port, police, access::Role::prosecutor), "", "", {start_ms}};
  EXPECT_EQ(try_ask(about_place(customs), prosecutor).error().field, "regime");
}

TEST_P(RequestStore, a_request_about_a_note_or_a_compartment_is_read_by_those_who_may_read_that_alone) {
  access::Asker member = asker(1, police);
  {
    auto tx = database().write();
    const auto compartment =
        access::open_compartment(*tx, {port, access::CompartmentKind::operation, "ALIZE"}, chance, member);
    ASSERT_TRUE(compartment) << compartment.error().message.en;
    tx->commit();
    member.viewer.compartments = {compartment->id};
  }
  auto wanted = about_place(customs);
  wanted.about = AboutCompartment{"ALIZE"};
  const auto inside = asked(wanted, member);
  EXPECT_EQ(find_request(*database().read(), *readable(member.viewer), inside)->about, "ALIZE");
  EXPECT_TRUE(find_request(*database().read(), *readable(member.viewer), inside));
  EXPECT_FALSE(find_request(*database().read(), *readable(person(2, port, police)), inside));
  EXPECT_FALSE(find_request(*database().read(), *readable(person(3, port, customs)), inside));

  access::Marking note{port,
                       access::Sensitivity::confidential,
                       access::Handling::h1,
                       access::Regime::customs,
                       police,
                       {customs, gendarmerie},
                       {},
                       {{3}},
                       false};
  wanted.about = AboutNote{"abcdefghijklmnop", note};
  const auto about_note = asked(wanted, member);
  const auto found = *find_request(*database().read(), *readable(person(4, port, customs)), about_note);
  const auto marking = access::load_marking(*database().read(), found.marking);
  EXPECT_EQ(marking.sensitivity, access::Sensitivity::confidential);
  EXPECT_EQ(marking.regime, access::Regime::customs);
  EXPECT_EQ(marking.services, std::vector<ServiceId>{customs});
  EXPECT_FALSE(find_request(*database().read(), *readable(person(3, port, customs)), about_note));  // denied
  EXPECT_FALSE(find_request(*database().read(), *readable(person(5, port, gendarmerie)), about_note));
}

TEST_P(RequestStore, every_state_step_and_side_is_taken_exactly_where_the_table_says) {
  // The shortest way to each state, as the sides would take it.
  const std::map<RequestState, std::vector<RequestStep>> ways{
      {RequestState::open, {}},
      {RequestState::clarification_asked, {RequestStep::ask_clarification}},
      {RequestState::delayed, {RequestStep::announce_delay}},
      {RequestState::escalated, {RequestStep::escalate}},
      {RequestState::given, {RequestStep::give}},
      {RequestState::partly_given, {RequestStep::give_partly}},
      {RequestState::refused, {RequestStep::refuse}},
      {RequestState::withdrawn, {RequestStep::withdraw}},
  };
  const std::int64_t late_ms = start_ms + 1000 * hour_ms;
  const auto full = [&](RequestStep step) {
    return RequestStepInput{step, "motif", "not_held", DelayCause::other, Instant{late_ms + hour_ms}};
  };
  const auto by = [&](RequestSide side) { return asker(1, side == RequestSide::asking ? police : customs, late_ms); };
  for (const RequestState state : request_states)
    for (const RequestStep wanted_step : request_steps)
      for (const RequestSide side : {RequestSide::asking, RequestSide::asked}) {
        const auto code = asked(about_place(customs), asker(1, police));
        RequestState from = RequestState::open;
        for (const RequestStep way : ways.at(state)) {
          const auto row = *next(from, way);
          ASSERT_TRUE(step(code, full(way), by(row.by)));
          from = row.to;
        }
        const auto row = next(state, wanted_step);
        const auto done = step(code, full(wanted_step), by(side));
        // Standing in for the guard: the request is internal, so indirect access is never declared.
        const bool is_possible = row && row->by == side && wanted_step != RequestStep::declare_indirect &&
                                 !(wanted_step == RequestStep::escalate && state == RequestState::clarification_asked);
        ASSERT_EQ(done.has_value(), is_possible) << name_of(state) << ' ' << name_of(wanted_step) << ' '
                                                 << name_of(side) << ": " << (done ? "" : done.error().message.en);
        if (done) EXPECT_EQ(done->state, row->to);
      }
}

TEST_P(RequestStore, a_step_without_what_the_table_demands_is_refused_by_field) {
  const auto code = asked(about_place(customs), asker(1, police));
  const auto by = asker(2, customs);
  EXPECT_EQ(step(code, {.step = RequestStep::refuse, .text = "non"}, by).error().field, "ground");
  EXPECT_EQ(step(code, {.step = RequestStep::refuse, .text = "non", .ground = "minor_offence"}, by).error().field,
            "ground");
  EXPECT_EQ(step(code, {.step = RequestStep::give}, by).error().field, "text");
  RequestStepInput delay{.step = RequestStep::announce_delay, .text = "effectif"};
  EXPECT_EQ(step(code, delay, by).error().field, "expected_at");
  delay.expected_at = Instant{start_ms};
  EXPECT_EQ(step(code, delay, by).error().field, "expected_at");
  delay.expected_at = Instant{start_ms + 1};
  EXPECT_EQ(step(code, delay, by).error().field, "cause");
  EXPECT_EQ(step(code, {.step = RequestStep::escalate}, asker(1, police)).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(step(code, {.step = RequestStep::escalate}, asker(1, police, start_ms + 200 * hour_ms)));
}

TEST_P(RequestStore, an_announced_delay_moves_the_limit_only_for_a_judicial_authorisation_between_member_states) {
  RequestStepInput delay{.step = RequestStep::announce_delay,
                         .text = "attente",
                         .cause = DelayCause::other,
                         .expected_at = Instant{start_ms + 900 * hour_ms}};
  const auto inside = asked(about_place(customs), asker(1, police));
  const auto due = find_request(*database().read(), *readable(person(1, port, police)), inside)->clock.due;
  EXPECT_EQ(step(inside, delay, asker(2, customs))->clock.due, due);

  auto wanted = about_place(customs);
  wanted.frame = RequestFrame::member_state;
  wanted.country = "ES";
  const auto between = asked(wanted, asker(1, police));
  EXPECT_EQ(step(between, delay, asker(2, customs)).error().field, "cause");
  delay.cause = DelayCause::judicial_authorisation;
  EXPECT_EQ(step(between, delay, asker(2, customs))->clock.due, Instant{start_ms + 900 * hour_ms});
}

TEST_P(RequestStore, indirect_access_gives_three_calendar_days_and_clarification_stops_the_clock) {
  auto wanted = about_place(customs);
  wanted.frame = RequestFrame::member_state;
  wanted.country = "ES";
  wanted.urgency = Urgency::urgent;
  wanted.urgency_reason = "public_security";
  const auto code = asked(wanted, asker(1, police));
  ASSERT_TRUE(step(code, {.step = RequestStep::ask_clarification, .text = "quel quai ?"},
                   asker(2, customs, start_ms + hour_ms)));
  auto request = *step(code, {.step = RequestStep::clarify, .text = "le 4"}, asker(1, police, start_ms + 6 * hour_ms));
  EXPECT_EQ(request.clock.due, Instant{start_ms + 13 * hour_ms});
  request = *step(code, {.step = RequestStep::declare_indirect}, asker(2, customs, start_ms + 7 * hour_ms));
  // Three calendar days across 25 October: 73 hours, and the five it stood still.
  EXPECT_EQ(request.clock.due, Instant{start_ms + (73 + 5) * hour_ms});
  EXPECT_EQ(request.limit, TimeLimit{.calendar_days = 3});
  EXPECT_FALSE(step(code, {.step = RequestStep::declare_indirect}, asker(2, customs, start_ms + 8 * hour_ms)));
}

TEST_P(RequestStore, a_territory_sets_its_own_limits_and_requests_keep_the_one_they_were_asked_under) {
  const auto before = asked(about_place(customs), asker(1, police));
  const InternalLimit own{
      Urgency::ordinary, {.calendar_days = 2}, "protocole du 3 mars 2026", *make_date(2026, 3, 3), {start_ms + 1}};
  {
    auto tx = database().write();
    EXPECT_EQ(set_internal_limit(*tx, port, {Urgency::urgent, {}, "x", {}, {}}, asker(1, police)).error().field,
              "hours");
    EXPECT_EQ(
        set_internal_limit(*tx, port, {Urgency::urgent, {.hours = 3}, " ", {}, {}}, asker(1, police)).error().field,
        "source");
    ASSERT_TRUE(set_internal_limit(*tx, port, own, asker(1, police)));
    tx->commit();
  }
  const auto after = asked(about_place(customs), asker(1, police, start_ms + 2));
  const auto mine = readable(person(1, port, police));
  EXPECT_EQ(find_request(*database().read(), *mine, before)->limit, TimeLimit{.calendar_days = 7});
  EXPECT_EQ(find_request(*database().read(), *mine, after)->limit, own.limit);
  EXPECT_EQ(find_request(*database().read(), *mine, after)->limit_source, own.source);
  const auto limits = internal_limits(*database().read(), port, {start_ms + 2});
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].limit, own.limit);
  EXPECT_EQ(limits[1].limit, TimeLimit{.hours = 24});
}

TEST_P(RequestStore, pages_follow_each_other_without_gap_or_repeat_over_many_markings) {
  Random random(Seed{3}, 0);
  for (int i = 0; i < 130; ++i) {
    auto wanted = about_place(customs);
    wanted.sensitivity = access::sensitivities[random.next_below(3)];
    wanted.handling = access::handlings[random.next_below(4)];
    wanted.regime = access::regimes[random.next_below(3)];
    (void)asked(wanted, asker(1, police, start_ms + static_cast<std::int64_t>(random.next_below(40))));
  }
  auto snapshot = database().read();
  const auto own = access.readable(*snapshot, person(1, port, police));
  const auto all = list_requests(*snapshot, *own, port, {}, {start_ms}, {}, 500);
  EXPECT_EQ(all.size(), 130U);
  std::vector<std::string> paged;
  std::optional<RequestCursor> after;
  while (true) {
    const auto page = list_requests(*snapshot, *own, port, {}, {start_ms}, after, 7);
    if (page.empty()) break;
    for (const auto& request : page) paged.push_back(request.code);
    after = RequestCursor{page.back().asked_at, page.back().code};
  }
  ASSERT_EQ(paged.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(paged[i], all[i].code);
    if (i > 0) EXPECT_GE(all[i - 1].asked_at, all[i].asked_at);
  }
}

TEST_P(RequestStore, filters_choose_unfinished_late_and_by_service) {
  const auto one = asked(about_place(customs), asker(1, police));
  (void)asked(about_place(gendarmerie), asker(1, police));
  ASSERT_TRUE(step(one, {.step = RequestStep::give, .text = "rien vu"}, asker(2, customs)));
  const auto viewer = person(1, port, police);
  EXPECT_EQ(listed(viewer).size(), 2U);
  EXPECT_EQ(listed(viewer, {.which = RequestFilter::Which::unfinished}).size(), 1U);
  EXPECT_EQ(listed(viewer, {.which = RequestFilter::Which::late}).size(), 0U);
  EXPECT_EQ(listed(viewer, {.which = RequestFilter::Which::late}, start_ms + 1000 * hour_ms).size(), 1U);
  EXPECT_EQ(listed(viewer, {.asked = customs}).size(), 1U);
  EXPECT_EQ(listed(viewer, {.asking = customs}).size(), 0U);
  EXPECT_EQ(listed(viewer, {.note = "abcdefghijklmnop"}).size(), 0U);
}

TEST_P(RequestStore, every_change_is_in_the_log_with_its_purpose_and_an_answer_is_a_disclosure) {
  const auto code = asked(about_place(customs), asker(1, police));
  ASSERT_TRUE(step(code, {.step = RequestStep::give, .text = "rien vu"}, asker(2, customs)));
  const auto entries = audit::list(*database().read(), {}, 2);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].act.action, audit::Action::disclosure);
  EXPECT_EQ(entries[0].act.subject, "request " + code);
  EXPECT_EQ(entries[0].act.actor, "person:2");
  EXPECT_EQ(entries[1].act.action, audit::Action::collection);
  EXPECT_EQ(entries[1].act.purpose, "suivi");
  for (const auto& entry : entries) EXPECT_EQ(entry.act.details.find("rien vu"), std::string::npos);
}

TEST_P(RequestStore, a_failing_write_keeps_neither_request_nor_log) {
  const auto wanted = about_place(customs);
  testing::FailingDatabase counting(database(), 0);
  {
    auto tx = counting.write();
    ASSERT_TRUE(ask(*tx, port, zone, wanted, asker(1, police), chance));
  }
  const auto writes = counting.writes();
  ASSERT_GE(writes, 3);
  for (std::int64_t n = 1; n <= writes; ++n) {
    testing::FailingDatabase failing(database(), n);
    EXPECT_THROW(
        {
          auto tx = failing.write();
          (void)ask(*tx, port, zone, wanted, asker(1, police), chance);
          tx->commit();
        },
        database::DatabaseError);
  }
  EXPECT_TRUE(listed(person(1, port, police)).empty());
}

TEST_P(RequestStore, what_a_reader_gets_does_not_move_when_unreadable_requests_come_and_go) {
  Random random(Seed{11}, 0);
  const auto viewer = person(1, port, police);
  const auto text_of = [](const std::vector<ServiceStatistics>& statistics) {
    std::string text;
    for (const auto& s : statistics) {
      text += std::to_string(s.asked.value) + ':' + std::to_string(s.requests) + ',' + std::to_string(s.unfinished) +
              ',' + std::to_string(s.in_time) + ',' + std::to_string(s.late) + ',' + std::to_string(s.withdrawn) + ',' +
              std::to_string(s.median.hours.value_or(-1)) + ',' + std::to_string(s.ninety_percent.hours.value_or(-1));
      for (const auto& ground : s.grounds) text += ground.ground + std::to_string(ground.count);
      text += ';';
    }
    return text;
  };
  const auto seen = [&](std::int64_t now_ms) {
    auto snapshot = database().read();
    const auto own = access.readable(*snapshot, viewer);
    std::string text;
    for (const auto& request : list_requests(*snapshot, *own, port, {}, {now_ms}, {}, 20))
      text += request.code + std::string(name_of(request.state)) + ' ';
    return text + text_of(request_statistics(*snapshot, *own, port, {{0}, {now_ms + 1}}, {now_ms}));
  };
  for (int round = 0; round < 60; ++round) {
    const std::int64_t now_ms = start_ms + round * 10 * hour_ms;
    const std::string before = seen(now_ms);
    // Others' requests, asked and answered at this moment: nothing moves.
    const auto hidden = asked(about_place(customs), asker(20, gendarmerie, now_ms));
    EXPECT_EQ(seen(now_ms), before);
    if (random.next_below(2) == 0) {
      ASSERT_TRUE(
          step(hidden, {.step = RequestStep::refuse, .text = "non", .ground = "not_held"}, asker(21, customs, now_ms)));
    }
    EXPECT_EQ(seen(now_ms), before);
    // One of their own: it moves.
    if (random.next_below(3) == 0) {
      const auto own = asked(about_place(customs), asker(1, police, now_ms));
      if (random.next_below(2) == 0) {
        ASSERT_TRUE(step(own, {.step = RequestStep::give, .text = "oui"},
                         asker(21, customs, now_ms + static_cast<std::int64_t>(random.next_below(400)) * hour_ms)));
      }
      EXPECT_NE(seen(now_ms), before);
    }
  }
}

TEST_P(RequestStore, every_look_is_in_the_log_before_it_is_shown_an_empty_one_and_a_guessed_code_too) {
  const testing::ManualClock clock({start_ms});
  audit::Recorder recorder(database(), clock, chance);
  RequestDesk desk(database(), access, recorder, chance);
  const auto known = *territory::find(*database().read(), "port");
  const auto by = asker(1, police);
  const auto last = [&] { return audit::list(*database().read(), {}, 1).front().act; };
  ASSERT_TRUE(desk.list(known, {}, 10, "", by));
  EXPECT_EQ(last().outcome, "rows=0");
  EXPECT_EQ(last().action, audit::Action::consultation);
  const auto code = desk.ask(known, about_place(customs), by).value();
  EXPECT_EQ(desk.list(known, {}, 10, "", by)->requests.size(), 1U);
  EXPECT_EQ(last().outcome, "rows=1");
  const auto view = desk.find(known, code, by).value();
  EXPECT_TRUE(view.is_ours);
  EXPECT_EQ(view.events.size(), 1U);
  EXPECT_EQ(view.offers.size(), 2U);  // escalate, not yet; withdraw
  EXPECT_EQ(last().object, (audit::Object{"request", view.request.id}));
  EXPECT_EQ(last().purpose, "suivi");
  EXPECT_EQ(desk.find(known, "aaaaaaaaaaaaaaaa", by).error(), no_such_request().error());
  EXPECT_EQ(last().outcome, "empty");
  EXPECT_EQ(desk.find(known, code, asker(9, gendarmerie)).error(), no_such_request().error());
  EXPECT_EQ(last().outcome, "empty");
  EXPECT_EQ(desk.statistics(known, {{0}, {start_ms + 1}}, by).size(), 1U);
  EXPECT_EQ(last().subject, "request statistics");
  EXPECT_EQ(desk.list(known, {}, 0, "", by).error().field, "limit");
  EXPECT_EQ(desk.list(known, {}, 10, "1.2", by).error().field, "cursor");
  for (int i = 0; i < 4; ++i) (void)desk.ask(known, about_place(customs), by).value();
  const auto first = desk.list(known, {}, 3, "", by).value();
  EXPECT_EQ(first.requests.size(), 3U);
  const auto second = desk.list(known, {}, 3, first.next, by).value();
  EXPECT_EQ(second.requests.size(), 2U);
  EXPECT_EQ(second.next, "");
  const auto answered = desk.take_step(known, code, {.step = RequestStep::give, .text = "vu"}, asker(2, customs));
  EXPECT_EQ(answered->request.state, RequestState::given);
  EXPECT_EQ(answered->events.size(), 2U);
  EXPECT_TRUE(answered->offers.empty());
}

INSTANTIATE_TEST_SUITE_P(Databases, RequestStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::notes
