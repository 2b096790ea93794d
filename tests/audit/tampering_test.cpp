// Whatever is done to the log, in its database or in its export, is found: by verification and by the separate
// verifier.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include "base/random.h"
#include "services/audit/audit.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/audit/tiles.h"
#include "services/audit/verification.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::audit {
namespace {

namespace fs = std::filesystem;

Occurrence reading(std::int64_t i) {
  return {{.actor = "person:" + std::to_string(i % 7),
           .action = static_cast<Action>(i % 5),
           .territory = i % 3 == 0 ? std::optional(TerritoryId{2}) : std::nullopt,
           .subject = "note",
           .details = "version=" + std::to_string(i % 4),
           .purpose = "dossier " + std::to_string(i % 11),
           .legal_basis = "CPP 230-10",
           .recipient = i % 2 == 0 ? "parquet" : "",
           .outcome = "shown",
           .object = i % 4 == 1 ? std::nullopt : std::optional(Object("note", i % 10))},
          {1'700'000'000'000 + 1000 * i}};
}

class AuditTampering : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), migrations());
    signer_ = CheckpointSigner::open(key_file(), database(), clock_, "log.example/test", chance_).value();
    grow(300);
    checkpoints_.push_back(signer_->checkpoint().value());
    {
      auto tx = database().write();
      erase_clear(*tx, Object("note", 3), Act{.actor = "person:9", .action = Action::erasure}, clock_.now());
      erase_clear_before(*tx, {1'700'000'020'000}, Act{.actor = "person:9", .action = Action::erasure}, clock_.now());
      tx->commit();
    }
    checkpoints_.push_back(signer_->rotate("local:test").value());
    grow(297);
    checkpoints_.push_back(signer_->checkpoint().value());
    ASSERT_EQ(size(*database().read()), 601);
    ASSERT_TRUE(is_sound(*database().read()));
  }
  fs::path key_file() const { return folder_.path() / "audit.key"; }
  void grow(std::int64_t count) {
    std::vector<Occurrence> more;
    for (std::int64_t i = 0; i < count; ++i) more.push_back(reading(i));
    auto tx = database().write();
    record(*tx, more, chance_);
    tx->commit();
  }
  static bool is_sound(database::Snapshot& snapshot, const LogWitness& witness = {}) {
    return verify(snapshot, witness, [](double) {}).is_sound();
  }
  // Someone who owns the database takes the guards away first.
  void disarm(database::Transaction& tx) const {
    if (tx.dialect() == database::Dialect::postgresql) {
      for (const char* table : {"audit_act", "audit_tile", "audit_checkpoint", "audit_key"})
        tx.execute("ALTER TABLE " + std::string(table) + " DISABLE TRIGGER USER");
      return;
    }
    for (const char* trigger :
         {"audit_act_stays", "audit_act_is_kept", "audit_tile_grows", "audit_tile_is_kept", "audit_checkpoint_stays",
          "audit_checkpoint_is_kept", "audit_key_stays", "audit_key_is_kept"})
      tx.execute("DROP TRIGGER " + std::string(trigger));
  }
  // Applies the statements in a transaction that is given up afterwards.
  LogReport after(const std::vector<std::string>& statements, const LogWitness& witness = {}) {
    auto tx = database().write();
    disarm(*tx);
    for (const auto& statement : statements) EXPECT_GT(tx->execute(statement), 0) << statement;
    return verify(*tx, witness, [](double) {});
  }
  void expect_found(const std::vector<std::string>& statements) {
    EXPECT_FALSE(after(statements).is_sound()) << statements.front();
  }
  // Every byte on SQLite; on PostgreSQL, where each try costs milliseconds of travel, one in seven.
  std::size_t stride() const { return GetParam() == database::Dialect::sqlite ? 1 : 7; }
  // A hexadecimal literal of either database.
  std::string bytes_literal(std::span<const std::uint8_t> bytes) const {
    const std::string hex = crypto::to_hex(bytes);
    return GetParam() == database::Dialect::sqlite ? "X'" + hex + "'" : "'\\x" + hex + "'::bytea";
  }
  crypto::Bytes bytes_at(const std::string& query) {
    auto snapshot = database().read();
    auto rows = snapshot->query(query);
    EXPECT_TRUE(rows->next());
    const auto bytes = rows->bytes(0);
    return {bytes.begin(), bytes.end()};
  }
  std::string text_at(const std::string& query) {
    auto snapshot = database().read();
    auto rows = snapshot->query(query);
    EXPECT_TRUE(rows->next());
    return std::string(rows->text(0));
  }

  testing::TemporaryFolder folder_;
  testing::ManualClock clock_{{1'800'000'000'000}};
  testing::FixedChance chance_{11};
  std::unique_ptr<CheckpointSigner> signer_;
  std::vector<std::string> checkpoints_;
};

TEST_P(AuditTampering, every_column_of_an_entry_is_held_and_the_first_wrong_entry_is_named) {
  const std::pair<const char*, const char*> changes[] = {{"at_utc_ms", "at_utc_ms + 1"},
                                                         {"action", "action % 6 + 1"},
                                                         {"actor", "'person:8'"},
                                                         {"territory", "COALESCE(territory, 0) + 1"},
                                                         {"legal_basis", "legal_basis || ' '"},
                                                         {"outcome", "'refused'"},
                                                         {"account_erased_by", "302"},
                                                         {"object_kind", "COALESCE(object_kind, 'note') || 's'"},
                                                         {"object_id", "COALESCE(object_id, 0) + 1"},
                                                         {"subject", "'notes'"},
                                                         {"details", "details || '0'"},
                                                         {"purpose", "'other'"},
                                                         {"recipient", "recipient || 'x'"},
                                                         {"content_erased_by", "301"}};
  for (const std::int64_t position : {50, 255, 256, 299, 304, 511, 600}) {
    if (position % 10 == 3) continue;
    for (const auto& [column, value] : changes) {
      const auto report = after({"UPDATE audit_act SET " + std::string(column) + " = " + value +
                                 " WHERE position = " + std::to_string(position)});
      ASSERT_FALSE(report.is_sound()) << column << " of " << position;
      EXPECT_EQ(report.faults.front().position, position) << column;
    }
    for (const char* salt : {"account_salt", "content_salt"}) {
      auto bytes =
          bytes_at("SELECT " + std::string(salt) + " FROM audit_act WHERE position = " + std::to_string(position));
      for (std::size_t i = 0; i < bytes.size(); i += stride()) {
        bytes[i] ^= 0x10;
        expect_found({"UPDATE audit_act SET " + std::string(salt) + " = " + bytes_literal(bytes) +
                      " WHERE position = " + std::to_string(position)});
        bytes[i] ^= 0x10;
      }
      bytes.push_back(0);
      expect_found({"UPDATE audit_act SET " + std::string(salt) + " = " + bytes_literal(bytes) +
                    " WHERE position = " + std::to_string(position)});
      expect_found(
          {"UPDATE audit_act SET " + std::string(salt) + " = NULL WHERE position = " + std::to_string(position)});
    }
  }
}

TEST_P(AuditTampering, every_byte_of_a_leaf_is_held) {
  for (const std::int64_t position : {0, 7, 599}) {
    auto leaf = bytes_at("SELECT leaf FROM audit_act WHERE position = " + std::to_string(position));
    for (std::size_t i = 0; i < leaf.size(); i += stride()) {
      leaf[i] ^= 1;
      const auto report = after(
          {"UPDATE audit_act SET leaf = " + bytes_literal(leaf) + " WHERE position = " + std::to_string(position)});
      ASSERT_FALSE(report.is_sound()) << position << " byte " << i;
      EXPECT_EQ(report.faults.front().position, position);
      leaf[i] ^= 1;
    }
    leaf.pop_back();
    expect_found(
        {"UPDATE audit_act SET leaf = " + bytes_literal(leaf) + " WHERE position = " + std::to_string(position)});
  }
}

TEST_P(AuditTampering, dropped_swapped_appended_and_truncated_entries_are_found) {
  const auto move = [](std::int64_t from, std::int64_t to) {
    return "UPDATE audit_act SET position = " + std::to_string(to) + " WHERE position = " + std::to_string(from);
  };
  for (const std::int64_t position : {0, 1, 255, 256, 400, 599, 600}) {
    const auto report = after({"DELETE FROM audit_act WHERE position = " + std::to_string(position)});
    ASSERT_FALSE(report.is_sound()) << position;
    EXPECT_EQ(report.faults.front().position, position == 600 ? 600 : position);
  }
  expect_found({move(10, 9999), move(11, 10), move(9999, 11)});
  expect_found({move(600, 9999), move(599, 600), move(9999, 599)});
  expect_found({move(600, 601)});
  expect_found({move(0, -1)});
  expect_found({"DELETE FROM audit_act WHERE position >= 599"});
  expect_found(
      {"DELETE FROM audit_act WHERE position >= 256", "DELETE FROM audit_tile WHERE level = 0 AND number = 1"});
  expect_found({"DELETE FROM audit_act"});
  // A copy of an entry at the end is a second act that nobody did: sound as a tree, but no checkpoint ends there; one
  // that jumps ahead is found.
  expect_found(
      {"INSERT INTO audit_act (position, at_utc_ms, action, leaf) SELECT 700, at_utc_ms, action, leaf FROM "
       "audit_act WHERE position = 5"});
  expect_found(
      {"INSERT INTO audit_act (position, at_utc_ms, action, leaf) SELECT 601, at_utc_ms, action, leaf FROM "
       "audit_act WHERE position = 5"});
}

TEST_P(AuditTampering, every_tile_is_held) {
  for (const auto& [level, number] : {std::pair(0, 0), std::pair(0, 1), std::pair(1, 0)}) {
    const std::string where = " WHERE level = " + std::to_string(level) + " AND number = " + std::to_string(number);
    auto hashes = bytes_at("SELECT hashes FROM audit_tile" + where);
    for (std::size_t i = 0; i < hashes.size(); i += stride() * (level == 0 ? 61 : 1)) {
      hashes[i] ^= 0x80;
      expect_found({"UPDATE audit_tile SET hashes = " + bytes_literal(hashes) + where});
      hashes[i] ^= 0x80;
    }
    auto shorter = hashes;
    shorter.resize(shorter.size() - 32);
    expect_found({"UPDATE audit_tile SET hashes = " + bytes_literal(shorter) + where});
    auto longer = hashes;
    longer.resize(longer.size() + 32);
    expect_found({"UPDATE audit_tile SET hashes = " + bytes_literal(longer) + where});
    expect_found({"DELETE FROM audit_tile" + where});
    expect_found({"UPDATE audit_tile SET number = number + 7" + where});
  }
  expect_found(
      {"INSERT INTO audit_tile (level, number, hashes) SELECT 0, 2, hashes FROM audit_tile WHERE level = 0 AND "
       "number = 1"});
}

TEST_P(AuditTampering, every_byte_of_a_checkpoint_and_of_a_key_is_held) {
  const std::string newest = "(SELECT MAX(size) FROM audit_checkpoint)";
  const auto quoted = [](const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
  };
  const auto flip_each = [&](const std::string& table, const std::string& column, const std::string& where) {
    std::string text = text_at("SELECT " + column + " FROM " + table + " WHERE " + where);
    for (std::size_t i = 0; i < text.size(); i += stride()) {
      const char kept = text[i];
      if (static_cast<unsigned char>(kept) >= 0x80) continue;  // PostgreSQL takes UTF-8 only
      text[i] = kept == 'A' ? 'B' : 'A';
      expect_found({"UPDATE " + table + " SET " + column + " = " + quoted(text) + " WHERE " + where});
      text[i] = kept;
    }
    expect_found({"UPDATE " + table + " SET " + column + " = " + quoted(text + "\n") + " WHERE " + where});
  };
  flip_each("audit_checkpoint", "note", "size = " + newest);
  flip_each("audit_key", "verifier_key", "number = 0");
  flip_each("audit_key", "verifier_key", "number = 1");
  flip_each("audit_key", "endorsement", "number = 1");
  expect_found({"UPDATE audit_key SET endorsement = 'x' WHERE number = 0"});
  expect_found({"UPDATE audit_key SET position = position + 1 WHERE number = 1"});
  expect_found({"UPDATE audit_checkpoint SET size = size - 1 WHERE size = " + newest});
  expect_found({"DELETE FROM audit_key WHERE number = 1"});
  expect_found({"DELETE FROM audit_key"});
}

TEST_P(AuditTampering, a_signature_by_another_key_is_found) {
  const SignerKey other("log.example/test", crypto::make_signing_key(chance_));
  const auto note = parse_note(checkpoints_.back()).value();
  const std::string forged = sign_note(note.text, {&other, 1});
  auto tx = database().write();
  disarm(*tx);
  tx->execute("UPDATE audit_checkpoint SET note = ? WHERE size = 601", {forged});
  EXPECT_FALSE(is_sound(*tx));
  EXPECT_FALSE(is_sound(*database().read(), {.keys = {other.verifier()}, .checkpoints = {}}));
}

TEST_P(AuditTampering, an_erasure_that_nobody_recorded_is_found) {
  const std::string content =
      "UPDATE audit_act SET object_kind = NULL, object_id = NULL, subject = NULL, details = NULL, purpose = NULL, "
      "recipient = NULL, content_salt = NULL, content_erased_by = ";
  expect_found({content + "NULL WHERE position = 52"});
  expect_found({content + "302 WHERE position = 52"});  // by an erasure that says how many it took
  expect_found({content + "310 WHERE position = 52"});  // by an act that is none
  expect_found({content + "20 WHERE position = 52"});   // by an earlier one
  expect_found({content + "9999 WHERE position = 52"});
  expect_found({"UPDATE audit_act SET content_erased_by = NULL WHERE position = 4"});
  expect_found({"UPDATE audit_act SET purpose = 'x' WHERE position = 4"});
}

// With all rows, tiles and roots made anew: only the signature is missing, or only what others kept.
TEST_P(AuditTampering, a_rewritten_or_rolled_back_log_is_found_by_what_was_signed) {
  LogWitness kept;
  kept.checkpoints = {checkpoints_.front(), checkpoints_.back()};
  EXPECT_TRUE(is_sound(*database().read(), kept));
  {
    auto tx = database().write();
    disarm(*tx);
    tx->execute("DELETE FROM audit_act WHERE position >= 400");
    tx->execute("DELETE FROM audit_tile WHERE level = 0 AND number = 1");
    const auto above = bytes_at("SELECT hashes FROM audit_tile WHERE level = 1");
    tx->execute("UPDATE audit_tile SET hashes = ? WHERE level = 1", {std::span(above).first(32)});
    std::vector<Occurrence> other;
    for (std::int64_t i = 0; i < 201; ++i) other.push_back(reading(i + 5));
    record(*tx, other, chance_);
    EXPECT_EQ(size(*tx), 601);
    EXPECT_FALSE(is_sound(*tx));
    // Its own checkpoints taken away too, the database contradicts nothing in itself ...
    tx->execute("DELETE FROM audit_checkpoint WHERE size > 400");
    EXPECT_TRUE(is_sound(*tx));
    // ... but what was kept elsewhere.
    EXPECT_FALSE(is_sound(*tx, kept));
    tx->commit();
  }
  const auto refused = signer_->checkpoint();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_FALSE(signer_->rotate("local:test"));
}

INSTANTIATE_TEST_SUITE_P(Databases, AuditTampering, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::audit
