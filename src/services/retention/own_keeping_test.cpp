#include "services/retention/own_keeping.h"

#include <fmt/format.h>

#include "base/random.h"
#include "services/notes/request_desk.h"
#include "services/retention/scene_test.h"

namespace quadrille::retention {
namespace {

class OwnKeepings : public Scene {
 protected:
  Result<void> let_go(const std::string& code, Instant until, const access::Person& person) {
    return shorten_own(database(), *access, *recorder, port, code, until, as(person));
  }
  Result<OwnKeeping> own(const std::string& code, const access::Person& person) {
    return own_keeping(database(), *access, *recorder, port, code, as(person));
  }
  retention::Run run_now() {
    return run(database(), *eraser, clockwork(clock.now()), database::Database::Purge::quick);
  }
  Instant in(std::int64_t days) { return {clock.now().utc_ms + days * day_ms}; }

  // All that a person sees of the notes, but for what looking itself changes (how often they were read).
  std::string seen_by(const access::Person& person, const std::vector<std::string>& codes) {
    std::string seen;
    const auto page = notes->list(port, {}, {}, as(person));
    for (const auto& found : page->notes) seen += shown(found) + "\n";
    for (const auto& code : codes) {
      const auto dossier = notes->find(port, code, as(person));
      if (!dossier) continue;
      seen += shown(dossier->note);
      for (const auto& addition : dossier->additions) seen += " +" + addition.code;
      seen += "\n";
    }
    const auto facets = notes->facets(port, {}, as(person));
    for (const auto& [service, count] : facets->services) seen += fmt::format("{}:{} ", service, count);
    auto snapshot = database().read();
    const auto readable = access->readable(*snapshot, as(person).viewer);
    for (const auto& request : notes::list_requests(*snapshot, *readable, port.id, {}, clock.now(), {}, 50))
      seen += "?" + request.code + " ";
    const auto selector = sharing::normalised(sharing::SelectorKind::product_hours, "cannabis 18h-22h").value();
    for (const auto& object : sharing::look_up(*snapshot, *readable, selector, clock.now()).objects)
      seen += fmt::format("={} ", object.row);
    for (const auto& receipt : list_receipts(*snapshot, port.id, *readable, 100)) seen += "!" + receipt.code + " ";
    for (const auto& day : notes::due_days(*snapshot, port.id, *readable, clock.now(), 400))
      seen += fmt::format("{}:{} ", day.day, day.notes);
    return seen;
  }
  static std::string shown(const notes::Shown& note) {
    std::string services;
    if (note.marking)
      for (const auto service : note.marking->services) services += fmt::format("{},", service.value);
    return fmt::format("{} {} {} [{}] {}", note.code, note.content.facts,
                       note.stage ? static_cast<int>(*note.stage) : 0, services, note.retain_until.utc_ms);
  }
};

TEST_P(OwnKeepings, a_receiver_lets_a_note_go_and_nobody_else_does) {
  const auto code = add_whole_note("zqx");
  const auto request = notes::load_extent(*database().read(), extent(code)->id)->requests.front();
  {
    auto tx = database().write();
    tx->execute("UPDATE service_request SET ended_ms = ? WHERE id = ?", {clock.now().utc_ms, request.id});
    tx->commit();
  }
  ASSERT_TRUE(let_go(code, in(3), customs));
  EXPECT_EQ(own(code, customs)->until, in(3));
  EXPECT_EQ(own(code, gendarme)->until, std::nullopt);
  EXPECT_EQ(run_now().own_ends, 0);
  clock.advance_ms(3 * day_ms);
  const auto before_police = seen_by(analyst, {code});
  const auto before_gendarmes = seen_by(gendarme, {code});
  const auto done = run_now();
  ASSERT_EQ(done.own_ends, 1);
  EXPECT_FALSE(can_read(code, customs));
  EXPECT_EQ(seen_by(analyst, {code}), before_police);
  EXPECT_EQ(seen_by(gendarme, {code}), before_gendarmes);
  // The receipt is the customs' own, signed, and in the log.
  EXPECT_EQ(retention->receipts(port, 10, as(analyst)).size(), 0U);
  const auto receipts = retention->receipts(port, 10, as(customs));
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].code, done.receipts.front());
  EXPECT_NE(receipts[0].note.find("quadrille-end-of-keeping/v1\nreceipt " + receipts[0].code), std::string::npos);
  EXPECT_NE(receipts[0].note.find("\nservice douane\n"), std::string::npos);
  EXPECT_EQ(audit::find(*database().read(), receipts[0].position)->act.subject, "erasure " + receipts[0].code);
  EXPECT_TRUE(log_is_sound());
  EXPECT_EQ(run_now().own_ends, 0);
}

TEST_P(OwnKeepings, it_is_shortened_and_never_lengthened_and_refused_by_its_field) {
  const auto code = add_note();
  const auto end = extent(code)->retain_until;
  EXPECT_EQ(let_go(code, {end.utc_ms + 1}, customs).error().field, "retain_until");
  EXPECT_EQ(let_go(code, clock.now(), customs).error().field, "retain_until");
  ASSERT_TRUE(let_go(code, in(10), customs));
  EXPECT_EQ(let_go(code, in(11), customs).error().field, "retain_until");
  ASSERT_TRUE(let_go(code, in(9), customs));
  EXPECT_EQ(let_go(code, in(5), analyst).error().kind, ErrorKind::forbidden) << "its own note";
  auto hidden = new_note("zqx");
  hidden.marking.services = {services[2]};
  const auto other = add(hidden, analyst);
  EXPECT_EQ(let_go(other, in(5), customs).error(), let_go("abcdefghijklmnop", in(5), customs).error());
  EXPECT_EQ(own(other, customs).error(), own("abcdefghijklmnop", customs).error());
  EXPECT_EQ(extent(code)->retain_until, end);
}

TEST_P(OwnKeepings, what_the_service_works_on_or_is_asked_about_waits_and_says_why) {
  const auto attributed = add_note();
  const auto asked = add_note();
  ask_about(asked, "zqx");
  {
    auto tx = database().write();
    tx->execute("UPDATE note SET attributed = ?, stage = 6 WHERE id = ?", {services[1], extent(attributed)->id});
    tx->commit();
  }
  for (const auto& code : {attributed, asked}) ASSERT_TRUE(let_go(code, in(1), customs));
  clock.advance_ms(2 * day_ms);
  EXPECT_EQ(run_now().own_ends, 0);
  auto snapshot = database().read();
  const auto waiting =
      hindered_keepings(*snapshot, port.id, services[1], *access->readable(*snapshot, as(customs).viewer), clock.now());
  ASSERT_EQ(waiting.size(), 2U);
  for (const auto& one : waiting)
    EXPECT_EQ(one.why, one.note == attributed ? Hindrance::attributed : Hindrance::open_request);
  EXPECT_TRUE(
      hindered_keepings(*snapshot, port.id, services[2], *access->readable(*snapshot, as(gendarme).viewer), clock.now())
          .empty());
}

TEST_P(OwnKeepings, given_anew_the_note_is_read_anew_and_marked_anew_it_stays_gone) {
  const auto code = add_note();
  ASSERT_TRUE(let_go(code, in(1), customs));
  clock.advance_ms(2 * day_ms);
  ASSERT_EQ(run_now().own_ends, 1);
  auto marking = new_note("").marking;
  marking.sensitivity = access::Sensitivity::restricted;
  ASSERT_TRUE(notes->remark(port, code, {marking, "essai"}, as(analyst)));
  EXPECT_FALSE(can_read(code, customs));
  EXPECT_TRUE(can_read(code, gendarme));
  auto without = marking;
  without.services = {services[2]};
  ASSERT_TRUE(notes->remark(port, code, {without, "essai"}, as(analyst)));
  ASSERT_TRUE(notes->remark(port, code, {marking, "essai"}, as(analyst)));
  EXPECT_TRUE(can_read(code, customs));
}

TEST_P(OwnKeepings, a_note_that_goes_takes_them_with_it) {
  const auto code = add_note();
  ASSERT_TRUE(let_go(code, in(30), customs));
  const auto note = extent(code);
  ASSERT_TRUE(notes->shorten(port, code, {in(1), "essai"}, as(analyst)));
  clock.advance_ms(2 * day_ms);
  EXPECT_EQ(run_now().notes, 1);
  clock.advance_ms(60 * day_ms);
  EXPECT_EQ(run_now().own_ends, 0);
  EXPECT_FALSE(database().read()->query("SELECT 1 FROM own_keeping")->next());
}

TEST_P(OwnKeepings, when_any_write_fails_the_service_still_keeps_it) {
  const auto code = add_note();
  ASSERT_TRUE(let_go(code, in(1), customs));
  clock.advance_ms(2 * day_ms);
  for (std::int64_t failing = 1;; ++failing) {
    testing::FailingDatabase fragile(database(), failing);
    retention::Run done;
    try {
      end_own_keepings(fragile, *eraser, clockwork(clock.now()), done);
      ASSERT_GT(failing, 3);
      EXPECT_FALSE(can_read(code, customs));
      break;
    } catch (const database::DatabaseError&) {
      ASSERT_TRUE(can_read(code, customs));
      ASSERT_TRUE(retention->receipts(port, 10, as(customs)).empty());
    }
  }
}

// Random notes, additions, requests and choices of two receivers: neither choosing nor the end that comes of it changes
// anything that the writer, or the other receiver, sees.
TEST_P(OwnKeepings, a_receivers_period_never_changes_what_any_other_service_sees) {
  Random random(Seed{29}, 0);
  std::vector<std::string> codes;
  const std::vector<access::Person> receivers{customs, gendarme};
  for (int round = 0; round < 24; ++round) {
    clock.advance_ms(hour_ms);
    if (codes.size() < 4 || random.next_below(3) == 0) codes.push_back(add_note(fmt::format("zqx{}", round)));
    const auto& code = codes[random.next_below(static_cast<std::uint32_t>(codes.size()))];
    const auto index = random.next_below(2);
    switch (random.next_below(4)) {
      case 0:
        (void)notes->enrich(port, code, {notes::AdditionKind::sighting, content("zqx"), {}, {}}, as(receivers[index]));
        break;
      case 1:
        post_links(code);
        break;
      case 2:
        if (can_read(code, customs)) ask_about(code, "zqx");
        break;
      case 3:
        break;
    }
    const auto& chooser = receivers[index];
    const auto& other = receivers[1 - index];
    const auto police = seen_by(analyst, codes);
    const auto others = seen_by(other, codes);
    (void)let_go(code, in(1 + random.next_below(3)), chooser);
    ASSERT_EQ(seen_by(analyst, codes), police) << round;
    ASSERT_EQ(seen_by(other, codes), others) << round;
    if (random.next_below(3) != 0) continue;
    clock.advance_ms(day_ms);
    // What is due of both: the writer sees the same; each receiver loses what it chose to.
    const auto before = seen_by(analyst, codes);
    (void)run_now();
    ASSERT_EQ(seen_by(analyst, codes), before) << round;
    if (random.next_below(2) != 0) continue;
    // And one alone, with the other's view held.
    const auto last = add_note(fmt::format("zqxlast{}", round));
    codes.push_back(last);
    ASSERT_TRUE(let_go(last, in(1), chooser));
    clock.advance_ms(day_ms - 1);
    (void)run_now();
    const auto before_end = seen_by(other, codes);
    clock.advance_ms(1);
    ASSERT_EQ(seen_by(other, codes), before_end);
    retention::Run done;
    end_own_keepings(database(), *eraser, clockwork(clock.now()), done);
    ASSERT_FALSE(can_read(last, chooser));
    if (done.own_ends == 1) ASSERT_EQ(seen_by(other, codes), before_end);
  }
  EXPECT_TRUE(log_is_sound());
}

INSTANTIATE_TEST_SUITE_P(Databases, OwnKeepings, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::retention
