#include "services/sharing/postings.h"

#include <map>
#include <set>

#include "base/random.h"
#include "services/sharing/scene_test.h"

namespace quadrille::sharing {
namespace {

class Postings : public Scene {
 protected:
  MarkingId marking(ServiceId service) {
    auto tx = database().write();
    const auto id = access::intern(*tx, access::normalised(marking_of(service)).value());
    tx->commit();
    return id;
  }
  Result<void> post_now(Object object, MarkingId marking, const std::vector<Selector>& selectors,
                        std::int64_t at_ms = start_ms) {
    auto tx = database().write();
    auto done = post(*tx, territory.id, object, marking, selectors, {at_ms});
    if (done) tx->commit();
    return done;
  }
  void allow_persons() {
    auto tx = database().write();
    ASSERT_TRUE(access::add_legal_act(*tx,
                                      {territory.id, access::Part::persons_in_notes, "arrêté 2026-114", {start_ms}, {}},
                                      chance, officer(1, police)));
    tx->commit();
  }
  static Object note(std::int64_t row) { return {ObjectKind::note, row}; }
  static Selector at(std::string_view address) { return normalised(SelectorKind::address, address).value(); }
};

TEST_P(Postings, two_notes_with_one_address_match_for_who_may_read_both) {
  const auto of_police = marking(police);
  const auto of_customs = marking(customs);
  ASSERT_TRUE(post_now(note(1), of_police, {at("12 bis, av. Foch, Marseille")}));
  ASSERT_TRUE(post_now(note(2), of_police, {at("12bis avenue Foch MARSEILLE"), at("3 rue X, Aix")}));
  ASSERT_TRUE(post_now(note(3), of_customs, {at("12bis avenue Foch Marseille")}));
  auto snapshot = database().read();
  const auto reader = readable(officer(1, police));
  EXPECT_EQ(matches_of(*snapshot, reader, note(1), {start_ms}).matches,
            (std::vector<Match>{{SelectorKind::address, note(2)}}));
  EXPECT_EQ(look_up(*snapshot, reader, at("12 bis avenue foch marseille"), {start_ms}).objects,
            (std::vector<Object>{note(2), note(1)}));
  // The customs' note does not exist for the police, not even as an object without matches.
  EXPECT_TRUE(matches_of(*snapshot, reader, note(3), {start_ms}).matches.empty());
  EXPECT_TRUE(matches_of(*snapshot, readable(officer(2, customs)), note(3), {start_ms}).matches.empty());
}

TEST_P(Postings, what_leads_to_a_person_is_refused_without_the_legal_act_and_nothing_is_kept) {
  const auto of_police = marking(police);
  for (const auto& [kind, written] :
       std::vector<std::pair<SelectorKind, std::string>>{{SelectorKind::plate, "AB-123-CD"},
                                                         {SelectorKind::phone, "0612345678"},
                                                         {SelectorKind::nickname, "Zèbre"},
                                                         {SelectorKind::home, "3 rue X, Aix"},
                                                         {SelectorKind::handle, "snap:x"},
                                                         {SelectorKind::email, "a@b.fr"}}) {
    const auto refused = post_now(note(1), of_police, {at("1 rue Y Aix"), normalised(kind, written).value()});
    ASSERT_FALSE(refused) << written;
    EXPECT_EQ(refused.error().kind, ErrorKind::forbidden);
    EXPECT_EQ(refused.error().field, "selectors");
  }
  EXPECT_TRUE(look_up(*database().read(), readable(officer(1, police)), at("1 rue Y Aix"), {start_ms}).objects.empty());
  allow_persons();
  const auto plate = normalised(SelectorKind::plate, "AB-123-CD").value();
  EXPECT_FALSE(post_now(note(1), of_police, {plate}, start_ms - 1));
  EXPECT_TRUE(post_now(note(1), of_police, {plate}));
  EXPECT_EQ(look_up(*database().read(), readable(officer(1, police)), plate, {start_ms}).objects.size(), 1U);
}

TEST_P(Postings, what_too_many_share_is_a_commonplace_and_lists_nobody) {
  const auto of_police = marking(police);
  const auto of_customs = marking(customs);
  const auto square = at("place du marché Marseille");
  for (int i = 1; i <= hot_from; ++i) ASSERT_TRUE(post_now(note(i), of_police, {square}));
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(post_now(note(1000 + i), of_customs, {square}));
  auto reader = readable(officer(1, police));
  EXPECT_EQ(look_up(*database().read(), reader, square, {start_ms}).objects.size(), std::size_t{hot_from});
  ASSERT_TRUE(post_now(note(500), of_police, {square}, start_ms + 86'400'000));
  EXPECT_TRUE(look_up(*database().read(), reader, square, {start_ms}).is_common);
  const auto matches = matches_of(*database().read(), reader, note(1), {start_ms});
  EXPECT_TRUE(matches.matches.empty());
  EXPECT_EQ(matches.commonplaces, (std::vector<SelectorKind>{SelectorKind::address}));
  // What is common to the police is none to the customs, who read five.
  EXPECT_EQ(look_up(*database().read(), readable(officer(2, customs)), square, {start_ms}).objects.size(), 5U);
  // Beyond the limit the oldest gives way: storage of one value is bounded.
  ASSERT_TRUE(post_now(note(501), of_police, {square}, start_ms + 86'400'000));
  auto tx = database().write();
  forget(*tx, note(501));
  tx->commit();
  EXPECT_EQ(look_up(*database().read(), reader, square, {start_ms}).objects.size(), std::size_t{hot_from});
}

TEST_P(Postings, old_ones_match_no_more_and_are_dropped) {
  const auto of_police = marking(police);
  const std::int64_t day = 86'400'000;
  ASSERT_TRUE(post_now(note(1), of_police, {at("1 rue Y Aix")}, start_ms));
  ASSERT_TRUE(post_now(note(2), of_police, {at("1 rue Y Aix")}, start_ms + 300 * day));
  const auto reader = readable(officer(1, police));
  EXPECT_EQ(look_up(*database().read(), reader, at("1 rue Y Aix"), {start_ms + 364 * day}).objects.size(), 2U);
  EXPECT_EQ(look_up(*database().read(), reader, at("1 rue Y Aix"), {start_ms + 365 * day}).objects.size(), 1U);
  auto tx = database().write();
  EXPECT_FALSE(has_old(*tx, {start_ms + 364 * day}));
  EXPECT_EQ(drop_old(*tx, {start_ms + 364 * day}), 0);
  EXPECT_TRUE(has_old(*tx, {start_ms + 365 * day}));
  EXPECT_EQ(drop_old(*tx, {start_ms + 365 * day}), 1);
  tx->commit();
  // Seen again: young again.
  ASSERT_TRUE(post_now(note(2), of_police, {at("1 rue Y Aix")}, start_ms + 600 * day));
  EXPECT_EQ(look_up(*database().read(), reader, at("1 rue Y Aix"), {start_ms + 900 * day}).objects.size(), 1U);
}

TEST_P(Postings, an_erased_object_leaves_nothing_and_a_marked_anew_one_follows_its_marking) {
  const auto of_police = marking(police);
  const auto of_customs = marking(customs);
  ASSERT_TRUE(post_now(note(1), of_police, {at("1 rue Y Aix")}));
  ASSERT_TRUE(post_now(note(2), of_police, {at("1 rue Y Aix")}));
  auto tx = database().write();
  remark(*tx, note(2), of_customs);
  tx->commit();
  EXPECT_EQ(look_up(*database().read(), readable(officer(1, police)), at("1 rue Y Aix"), {start_ms}).objects,
            (std::vector<Object>{note(1)}));
  tx = database().write();
  forget(*tx, note(1));
  tx->commit();
  EXPECT_TRUE(look_up(*database().read(), readable(officer(1, police)), at("1 rue Y Aix"), {start_ms}).objects.empty());
}

TEST_P(Postings, agree_with_comparing_every_pair) {
  const MarkingId markings[] = {marking(police), marking(customs), marking(gendarmerie)};
  Random random({7}, 0);
  std::map<Object, std::pair<MarkingId, std::set<int>>> objects;
  const auto value = [](int i) { return at(std::to_string(i) + " rue Y Aix"); };
  for (int i = 1; i <= 80; ++i) {
    auto& [mark, values] = objects[note(i)];
    mark = markings[random.next_below(3)];
    std::vector<Selector> selectors;
    for (auto n = 1 + random.next_below(4); n > 0; --n) {
      const int drawn = 1 + static_cast<int>(random.next_below(30));
      if (values.insert(drawn).second) selectors.push_back(value(drawn));
    }
    ASSERT_TRUE(post_now(note(i), mark, selectors));
  }
  for (const auto& [service, mark] : {std::pair{police, markings[0]}, std::pair{customs, markings[1]}}) {
    const auto reader = readable(officer(1, service));
    for (const auto& [object, held] : objects) {
      std::multiset<Object> expected;
      for (const auto& [other, theirs] : objects)
        if (other != object && held.first == mark && theirs.first == mark)
          for (const int v : held.second)
            if (theirs.second.contains(v)) expected.insert(other);
      std::multiset<Object> found;
      for (const auto& match : matches_of(*database().read(), reader, object, {start_ms}).matches)
        found.insert(match.other);
      EXPECT_EQ(found, expected);
    }
  }
}

TEST_P(Postings, what_cannot_be_read_changes_no_answer) {
  const auto of_police = marking(police);
  const auto of_customs = marking(customs);
  Random random({8}, 0);
  for (int i = 1; i <= 30; ++i)
    ASSERT_TRUE(post_now(note(i), of_police, {at(std::to_string(random.next_below(8)) + " rue Y Aix")}));
  const auto reader = readable(officer(1, police));
  const auto everything = [&] {
    std::vector<Match> all;
    std::vector<Object> looked;
    auto snapshot = database().read();
    for (int i = 1; i <= 400; ++i)
      for (const auto& match : matches_of(*snapshot, reader, note(i), {start_ms}).matches) all.push_back(match);
    for (int i = 0; i < 8; ++i)
      for (const auto& object : look_up(*snapshot, reader, at(std::to_string(i) + " rue Y Aix"), {start_ms}).objects)
        looked.push_back(object);
    return std::pair(all, looked);
  };
  const auto before = everything();
  for (int i = 1; i <= 300; ++i)
    ASSERT_TRUE(post_now(note(100 + i), of_customs, {at(std::to_string(random.next_below(8)) + " rue Y Aix")}));
  EXPECT_EQ(everything(), before);
}

INSTANTIATE_TEST_SUITE_P(Databases, Postings, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::sharing
