#include "services/audit/audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "base/random.h"
#include "services/audit/leaf.h"
#include "services/audit/recorder.h"
#include "services/audit/search.h"
#include "services/audit/store.h"
#include "services/audit/tiles.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::audit {
namespace {

std::unique_ptr<database::Database> open_again(const std::string& url) {
  auto opened = database::open_database(url);
  if (!opened) throw std::runtime_error(opened.error().message.en);
  return std::move(*opened);
}

Act reading_of_note(std::int64_t note, std::string_view purpose) {
  return {.actor = "account:7",
          .action = Action::consultation,
          .territory = TerritoryId{1},
          .subject = "note",
          .details = "",
          .purpose = std::string(purpose),
          .legal_basis = "CPP 230-10",
          .recipient = "",
          .outcome = "shown",
          .object = Object("note", note)};
}

class AuditStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) database::migrate(database(), migrations());
  }
  void record_one(const std::string& subject) {
    auto tx = database().write();
    record(*tx, {"local:test", Action::collection, TerritoryId{1}, subject, "rows=3", ""}, {1000});
    tx->commit();
  }
  void record_many(std::int64_t count) {
    std::vector<Occurrence> many;
    for (std::int64_t i = 0; i < count; ++i) many.push_back({reading_of_note(i % 10, "dossier 12"), {i}});
    auto tx = database().write();
    record(*tx, many);
    tx->commit();
  }
  // The tree's root three ways: from the tiles, from the leaves, and grown from the leaves.
  void expect_sound() {
    auto snapshot = database().read();
    const auto count = size(*snapshot);
    std::vector<Digest> hashes;
    for (const auto& leaf : leaves_between(*snapshot, 0, count)) hashes.push_back(hash_leaf(leaf));
    ASSERT_EQ(static_cast<std::int64_t>(hashes.size()), count);
    EXPECT_EQ(root_at(tiles_of_log(*snapshot), count), root_of(hashes));
    for (int level = 0; count_at(level, count) > 0; ++level)
      for (std::int64_t number = 0; number * tile_width < count_at(level, count); ++number) {
        const auto width = width_of(level, number, count);
        if (level == 0 && width < tile_width) continue;
        EXPECT_EQ(stored_tile(*snapshot, level, number).size(), static_cast<std::size_t>(32 * width));
      }
  }
};

TEST_P(AuditStore, entries_come_back_newest_first_and_by_pages) {
  for (const char* subject : {"import 1", "import 2", "import 3"}) record_one(subject);
  auto snapshot = database().read();
  const auto newest = list(*snapshot, std::nullopt, 2);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].act.subject, "import 3");
  EXPECT_EQ(newest[0].act.action, Action::collection);
  EXPECT_EQ(newest[0].at, (Instant{1000}));
  const auto older = list(*snapshot, newest[1].position, 10);
  ASSERT_EQ(older.size(), 1U);
  EXPECT_EQ(older[0].act.subject, "import 1");
}

TEST_P(AuditStore, every_field_of_an_act_comes_back) {
  Act act = reading_of_note(12, "vérifier l'adresse");
  act.details = "a\tb\n'c'";
  act.recipient = "préfecture";
  {
    auto tx = database().write();
    EXPECT_EQ(record(*tx, act, {5}), 0);
    EXPECT_EQ(record(*tx, Act{.actor = "local:test", .action = Action::erasure}, {6}), 1);
    tx->commit();
  }
  auto snapshot = database().read();
  EXPECT_EQ(find(*snapshot, 0)->act, act);
  EXPECT_EQ(find(*snapshot, 1)->act, (Act{.actor = "local:test", .action = Action::erasure}));
  EXPECT_FALSE(find(*snapshot, 2));
}

TEST_P(AuditStore, what_did_not_happen_is_not_recorded) {
  {
    auto tx = database().write();
    record(*tx, {"local:test", Action::erasure, {}, "study 1", "", ""}, {1});
  }
  auto snapshot = database().read();
  EXPECT_TRUE(list(*snapshot, std::nullopt, 10).empty());
  EXPECT_EQ(size(*snapshot), 0);
}

TEST_P(AuditStore, the_database_refuses_to_change_or_delete_an_entry_a_tile_or_a_checkpoint) {
  record_many(300);
  {
    auto tx = database().write();
    tx->execute("INSERT INTO audit_checkpoint (size, note) VALUES (1, 'note')");
    tx->commit();
  }
  for (const char* sql :
       {"UPDATE audit_act SET actor = 'someone else'", "UPDATE audit_act SET at_utc_ms = at_utc_ms + 1",
        "UPDATE audit_act SET position = position + 1000", "UPDATE audit_act SET leaf = content_salt",
        "UPDATE audit_act SET content_salt = NULL", "UPDATE audit_act SET purpose = NULL, content_erased_by = 3",
        "UPDATE audit_act SET account_salt = content_salt", "DELETE FROM audit_act",
        "DELETE FROM audit_act WHERE "
        "position = 299",
        "DELETE FROM audit_tile", "UPDATE audit_tile SET number = 7",
        "UPDATE audit_tile SET hashes = (SELECT leaf FROM audit_act WHERE position = 0)",
        "DELETE FROM audit_checkpoint", "UPDATE audit_checkpoint SET note = 'other'"}) {
    auto tx = database().write();
    EXPECT_THROW(tx->execute(sql), database::DatabaseError) << sql;
  }
  auto snapshot = database().read();
  EXPECT_EQ(size(*snapshot), 300);
  expect_sound();
}

TEST_P(AuditStore, tiles_are_the_same_whether_leaves_come_one_by_one_or_in_batches) {
  testing::FixedChance chance(3);
  Random random(Seed{4}, 0);
  std::int64_t expected = 0;
  while (expected < 2000) {
    const std::int64_t count = random.next_below(3) == 0 ? random.next_below(700) : 1;
    std::vector<Occurrence> batch;
    for (std::int64_t i = 0; i < count; ++i) batch.push_back({reading_of_note(i, "x"), {expected + i}});
    auto tx = database().write();
    EXPECT_EQ(record(*tx, batch, chance), expected);
    tx->commit();
    expected += count;
  }
  expect_sound();
}

TEST_P(AuditStore, a_tree_of_more_than_65536_leaves_has_three_levels) {
  record_many(66'000);
  auto snapshot = database().read();
  EXPECT_EQ(stored_tile(*snapshot, 1, 0).size(), 8192U);
  EXPECT_EQ(stored_tile(*snapshot, 2, 0).size(), 32U);
  expect_sound();
}

TEST_P(AuditStore, two_connections_keep_one_sequence_without_gaps) {
  auto other = open_again(url());
  std::vector<std::jthread> writers;
  for (auto* one : {&database(), other.get(), &database(), other.get()}) {
    writers.emplace_back([one] {
      for (std::int64_t i = 0; i < 100; ++i) {
        auto tx = one->write();
        if (i % 3 == 0) {
          const std::vector<Occurrence> batch(5, {reading_of_note(i, "y"), {i}});
          record(*tx, batch);
        } else {
          record(*tx, reading_of_note(i, "y"), {i});
        }
        if (i % 10 != 9) tx->commit();  // one in ten is given up
      }
    });
  }
  writers.clear();
  auto snapshot = database().read();
  const auto count = size(*snapshot);
  // Of 100 rounds 10 are given up; 34 are batches, of which 3 or 4 given up: i = 9, 39, 69, 99.
  EXPECT_EQ(count, 4 * (30 * 5 + 60));
  std::int64_t next = 0;
  visit_stored(*snapshot, 0, [&](const StoredEntry& stored) { return stored.entry.position == next++; });
  EXPECT_EQ(next, count);
  expect_sound();
}

TEST_P(AuditStore, erasing_an_object_takes_its_content_and_salt_and_leaves_leaf_and_account) {
  record_many(600);
  const auto before = leaves_between(*database().read(), 0, 600);
  Act act{.actor = "account:9", .action = Action::erasure, .legal_basis = "loi 78-17 art. 87"};
  Erased erased;
  {
    auto tx = database().write();
    erased = erase_clear(*tx, Object("note", 4), act, {9999});
    tx->commit();
  }
  EXPECT_EQ(erased.position, 600);
  EXPECT_EQ(erased.contents, 60);
  auto snapshot = database().read();
  EXPECT_EQ(leaves_between(*snapshot, 0, 600), before);
  const auto gone = find_stored(*snapshot, 14).value();
  EXPECT_EQ(gone.entry.content_erased_by, 600);
  EXPECT_FALSE(gone.content_salt);
  EXPECT_FALSE(gone.entry.act.object);
  EXPECT_EQ(gone.entry.act.purpose, "");
  EXPECT_EQ(gone.entry.act.actor, "account:7");
  EXPECT_TRUE(gone.account_salt);
  EXPECT_TRUE(find_stored(*snapshot, 15)->content_salt);
  EXPECT_EQ(find(*snapshot, 600)->act.outcome, "contents=60 accounts=0");
}

TEST_P(AuditStore, the_logs_own_time_limit_takes_accounts_too) {
  record_many(50);
  Erased erased;
  {
    auto tx = database().write();
    erase_clear(*tx, Object("note", 4), Act{.actor = "a", .action = Action::erasure}, {50});
    erased = erase_clear_before(*tx, {25}, Act{.actor = "a", .action = Action::erasure}, {51});
    tx->commit();
  }
  EXPECT_EQ(erased.contents, 22);  // 25, less notes 4 and 14 and 24
  EXPECT_EQ(erased.accounts, 25);
  auto snapshot = database().read();
  const auto gone = find_stored(*snapshot, 24).value();
  EXPECT_EQ(gone.entry.content_erased_by, 50);
  EXPECT_EQ(gone.entry.account_erased_by, 51);
  EXPECT_FALSE(gone.account_salt);
  EXPECT_EQ(gone.entry.act.actor, "");
  EXPECT_TRUE(find_stored(*snapshot, 25)->account_salt);
  expect_sound();
}

TEST_P(AuditStore, entries_older_than_the_tree_become_its_first_leaves) {
  {
    auto tx = database().write();
    for (int i = 0; i < 300; ++i)
      tx->execute(
          "INSERT INTO audit_entry (number, at_utc_ms, actor, action, territory, subject, details, purpose) VALUES (?, "
          "?, 'local:cli', 'disclosure', ?, ?, 'd', 'p')",
          {3 * i + 5, 1000 + i, i % 2 == 0 ? std::optional(TerritoryId{2}) : std::nullopt,
           "export " + std::to_string(i)});
    tx->commit();
  }
  adopt_older_entries(database());
  adopt_older_entries(database());
  auto snapshot = database().read();
  EXPECT_EQ(size(*snapshot), 300);
  const auto first = find(*snapshot, 0).value();
  EXPECT_EQ(first.at, Instant{1000});
  EXPECT_EQ(first.act,
            (Act{"local:cli", Action::disclosure, TerritoryId{2}, "export 0", "d", "p", "", "", "", std::nullopt}));
  EXPECT_EQ(find(*snapshot, 299)->act.subject, "export 299");
  expect_sound();
}

TEST_P(AuditStore, a_crowd_of_readers_is_recorded_in_few_transactions) {
  testing::FailingDatabase counted(database(), 0);
  const testing::ManualClock clock({77});
  Recorder recorder(counted, clock);
  {
    std::vector<std::jthread> readers;
    for (int t = 0; t < 32; ++t)
      readers.emplace_back([&recorder, t] {
        for (int i = 0; i < 10; ++i) recorder.record(reading_of_note(t, "z"));
      });
  }
  auto snapshot = database().read();
  EXPECT_EQ(size(*snapshot), 320);
  EXPECT_EQ(find(*snapshot, 0)->at, Instant{77});
  expect_sound();
}

TEST_P(AuditStore, a_reader_gets_nothing_when_the_log_cannot_be_written) {
  const testing::ManualClock clock({77});
  for (std::int64_t failing = 1; failing <= 2; ++failing) {
    testing::FailingDatabase broken(database(), failing);
    Recorder recorder(broken, clock);
    EXPECT_THROW(recorder.record(reading_of_note(1, "z")), database::DatabaseError);
    // The next one finds the disk free again.
    recorder.record(reading_of_note(2, "z"));
  }
  auto snapshot = database().read();
  EXPECT_EQ(size(*snapshot), 2);
  expect_sound();
}

// Every combination of conditions against the same question asked entry by entry, page by page.
TEST_P(AuditStore, a_search_finds_what_its_conditions_say_and_nothing_else) {
  Random random(Seed{8}, 0);
  std::vector<Occurrence> all;
  for (std::int64_t i = 0; i < 700; ++i) {
    Act act = reading_of_note(random.next_below(12),
                              "dossier " + std::to_string(random.next_below(9)) + (i % 5 == 0 ? " 100%" : ""));
    if (random.next_below(4) == 0) act.purpose.clear();
    act.actor = "person:" + std::to_string(random.next_below(4));
    act.action = static_cast<Action>(random.next_below(6));
    act.territory = TerritoryId{1 + static_cast<std::int64_t>(random.next_below(3))};
    // The clock goes back now and then.
    all.push_back({act, {1000 * i - 5000 * static_cast<std::int64_t>(random.next_below(2))}});
  }
  {
    auto tx = database().write();
    record(*tx, all);
    tx->commit();
  }
  auto snapshot = database().read();
  for (unsigned bits = 0; bits < 256; ++bits) {
    Question question;
    if (bits & 1U) question.actors = {{"person:2"}};
    if (bits & 128U)
      question.actors = bits & 1U ? std::vector<std::string>{} : std::vector<std::string>{"person:1", "person:3"};
    if (bits & 2U) question.object = Object("note", 7);
    if (bits & 4U) question.action = bits & 64U ? Action::consultation : Action::erasure;
    if (bits & 8U) question.from = Instant{100'000}, question.until = Instant{500'000};
    if (bits & 16U) question.territory = TerritoryId{2};
    if (bits & 32U) question.purpose = bits & 64U ? "100%" : "SSIER 4";
    std::set<std::int64_t> expected;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& [act, at] = all[i];
      if ((!question.actors || std::ranges::find(*question.actors, act.actor) != question.actors->end()) &&
          (!question.object || act.object == question.object) && (!question.action || act.action == *question.action) &&
          (!question.from || at >= *question.from) && (!question.until || at < *question.until) &&
          (!question.territory || act.territory == question.territory) &&
          (!question.purpose ||
           act.purpose.find(*question.purpose == "100%" ? "100%" : "ssier 4") != std::string::npos))
        expected.insert(static_cast<std::int64_t>(i));
    }
    std::set<std::int64_t> found;
    std::size_t count = 0;
    for (Page page{.before = {}, .limit = 7};;) {
      const auto some = search(*snapshot, question, page);
      for (const auto& entry : some.entries) found.insert(entry.position);
      count += some.entries.size();
      if (!some.next_before) break;
      page.before = some.next_before;
    }
    ASSERT_EQ(found, expected) << format_question(question);
    ASSERT_EQ(count, expected.size()) << format_question(question);
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, AuditStore, testing::every_database(), testing::database_name);

TEST(Leaf, is_202_bytes_that_say_nothing_without_their_salts) {
  const Act act = reading_of_note(12, "vérifier");
  const Salt one{1};
  const Salt two{2};
  const Leaf leaf = make_leaf(act, {0x0123456789ab}, one, two);
  EXPECT_EQ(leaf.size(), 202U);
  const auto parts = parse_leaf(leaf).value();
  EXPECT_EQ(parts.at, Instant{0x0123456789ab});
  EXPECT_EQ(parts.action, Action::consultation);
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    EXPECT_EQ(parts.commitments[i], commitment(is_content(field) ? two : one, field, value_of(act, field)));
  }
  const auto other = parse_leaf(make_leaf(act, {0x0123456789ab}, {3}, {4})).value();
  for (std::size_t i = 0; i < field_count; ++i) EXPECT_NE(parts.commitments[i], other.commitments[i]);
}

TEST(Leaf, no_two_different_acts_have_the_same_bytes) {
  // Texts are preceded by their length, so that moving a character from one to the next changes the bytes.
  std::vector<Act> acts{reading_of_note(12, "x")};
  const auto variant = [&](auto change) {
    Act act = acts.front();
    change(act);
    acts.push_back(act);
  };
  variant([](Act& act) { act.actor = "account:8"; });
  variant([](Act& act) { act.territory = TerritoryId{2}; });
  variant([](Act& act) { act.territory.reset(); });
  variant([](Act& act) { act.object = Object("note", 13); });
  variant([](Act& act) { act.object.reset(); });
  variant([](Act& act) { act.subject = "not", act.details = "e"; });
  variant([](Act& act) { act.purpose = "", act.legal_basis = "x" + act.legal_basis; });
  variant([](Act& act) { act.recipient = "x"; });
  variant([](Act& act) { act.outcome = "refused"; });
  variant([](Act& act) { act.action = Action::disclosure; });
  std::set<Leaf> leaves;
  for (const auto& act : acts) leaves.insert(make_leaf(act, {1}, {1}, {1}));
  EXPECT_EQ(leaves.size(), acts.size());
}

TEST(Leaf, other_bytes_are_no_leaf) {
  const Leaf good = make_leaf(reading_of_note(1, ""), {1}, {}, {});
  EXPECT_FALSE(parse_leaf(std::span(good).first(201)));
  auto bad = good;
  bad[0] = 2;
  EXPECT_FALSE(parse_leaf(bad));
  bad = good;
  bad[9] = 7;
  EXPECT_FALSE(parse_leaf(bad));
  EXPECT_FALSE(parse_leaf({}));
}

}  // namespace
}  // namespace quadrille::audit
