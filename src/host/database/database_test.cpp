#include "host/database/database.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "host/database/dialect.h"
#include "testing/databases.h"

namespace quadrille::database {
namespace {

class DatabaseTest : public quadrille::testing::DatabaseTest {
 protected:
  void SetUp() override {
    quadrille::testing::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    const Migration migration{
        "test", 1, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, size INTEGER, weight REAL, raw BLOB)"};
    migrate(database(), {&migration, 1});
  }
  std::int64_t count() {
    auto rows = database().read();
    auto result = rows->query("SELECT COUNT(*) FROM thing");
    EXPECT_TRUE(result->next());
    return result->integer(0);
  }
};

TEST_P(DatabaseTest, values_come_back_exactly) {
  const Bytes raw{0, 1, 255, 92, 39};
  const std::string name = "l'été \\ \t\n \"quoted\" ?";
  {
    auto tx = database().write();
    const auto id =
        tx->insert_returning_id("INSERT INTO thing (name, size, weight, raw) VALUES (?, ?, ?, ?) RETURNING id",
                                {name, std::int64_t{9'007'199'254'740'993}, 0.1, raw});
    EXPECT_EQ(id, 1);
    EXPECT_EQ(tx->execute("INSERT INTO thing (name, size, weight, raw) VALUES (?, ?, ?, ?)",
                          {std::nullopt, std::nullopt, std::nullopt, std::nullopt}),
              1);
    tx->commit();
  }
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT name, size, weight, raw FROM thing ORDER BY id");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->text(0), name);
  EXPECT_EQ(rows->integer(1), 9'007'199'254'740'993);
  EXPECT_EQ(rows->real(2), 0.1);
  EXPECT_EQ(Bytes(rows->bytes(3).begin(), rows->bytes(3).end()), raw);
  ASSERT_TRUE(rows->next());
  for (int column = 0; column < 4; ++column) EXPECT_TRUE(rows->is_null(column));
  EXPECT_FALSE(rows->next());
}

TEST_P(DatabaseTest, bulk_rows_come_back_exactly_beyond_every_batch_size) {
  constexpr int rows_written = 30'000;
  const std::vector<BulkColumn> columns{{"name", ColumnType::text},
                                        {"size", ColumnType::integer},
                                        {"weight", ColumnType::real},
                                        {"raw", ColumnType::bytes}};
  {
    auto tx = database().write();
    auto bulk = tx->bulk("thing", columns);
    for (int i = 0; i < rows_written; ++i) {
      const std::string name = "ligne\t" + std::to_string(i) + "\\N\n";
      const Bytes raw{static_cast<std::uint8_t>(i), 0};
      if (i % 7 == 0)
        bulk->add({std::nullopt, i, std::nullopt, std::nullopt});
      else
        bulk->add({name, std::int64_t{i} << 31, i / 3.0, raw});
    }
    EXPECT_EQ(bulk->finish(), rows_written);
    bulk.reset();
    tx->commit();
  }
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT id, name, size, weight, raw FROM thing ORDER BY id");
  int i = 0;
  std::int64_t last_id = 0;
  for (; rows->next(); ++i) {
    ASSERT_GT(rows->integer(0), last_id);
    last_id = rows->integer(0);
    if (i % 7 == 0) {
      ASSERT_TRUE(rows->is_null(1) && rows->is_null(3) && rows->is_null(4));
      continue;
    }
    ASSERT_EQ(rows->text(1), "ligne\t" + std::to_string(i) + "\\N\n");
    ASSERT_EQ(rows->integer(2), std::int64_t{i} << 31);
    ASSERT_EQ(rows->real(3), i / 3.0);
    ASSERT_EQ(rows->bytes(4)[0], static_cast<std::uint8_t>(i));
  }
  EXPECT_EQ(i, rows_written);
}

TEST_P(DatabaseTest, without_commit_nothing_happened) {
  {
    auto tx = database().write();
    tx->execute("INSERT INTO thing (size) VALUES (?)", {1});
  }
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, a_snapshot_does_not_see_what_is_written_after_it) {
  auto before = database().read();
  {
    auto tx = database().write();
    tx->execute("INSERT INTO thing (size) VALUES (?)", {1});
    tx->commit();
  }
  auto rows = before->query("SELECT COUNT(*) FROM thing");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), 0);
  rows.reset();
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, writers_of_many_threads_take_turns) {
  std::vector<std::jthread> writers;
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([this] {
      for (int i = 0; i < 20; ++i) {
        auto tx = database().write();
        auto rows = tx->query("SELECT COALESCE(MAX(size), 0) FROM thing");
        rows->next();
        const auto next = rows->integer(0) + 1;
        rows.reset();
        tx->execute("INSERT INTO thing (size) VALUES (?)", {next});
        tx->commit();
      }
    });
  }
  writers.clear();
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT COUNT(DISTINCT size), MAX(size) FROM thing");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), 80);
  EXPECT_EQ(rows->integer(1), 80);
}

TEST_P(DatabaseTest, a_refused_statement_throws_its_cause_and_the_database_goes_on) {
  {
    auto tx = database().write();
    tx->execute("INSERT INTO thing (id, size) VALUES (?, ?)", {5, 1});
    try {
      tx->execute("INSERT INTO thing (id, size) VALUES (?, ?)", {5, 2});
      FAIL() << "the same key twice was accepted";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.cause(), DatabaseError::Cause::constraint);
    }
  }
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, a_result_left_early_disturbs_nothing) {
  auto tx = database().write();
  for (int i = 0; i < 100; ++i) tx->execute("INSERT INTO thing (size) VALUES (?)", {i});
  {
    auto rows = tx->query("SELECT size FROM thing");
    ASSERT_TRUE(rows->next());
  }
  EXPECT_EQ(tx->execute("DELETE FROM thing WHERE size < ?", {50}), 50);
  tx->commit();
  EXPECT_EQ(count(), 50);
}

TEST_P(DatabaseTest, migrations_are_applied_once) {
  const std::vector<Migration> migrations{
      {"other", 1, "CREATE TABLE once (id INTEGER PRIMARY KEY); INSERT INTO once (id) VALUES (7)"}};
  migrate(database(), migrations);
  migrate(database(), migrations);
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT COUNT(*) FROM once");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), 1);
}

// The child writes and acknowledges row after row until it is killed; every acknowledged row must be there afterwards.
TEST_P(DatabaseTest, what_was_acknowledged_survives_a_kill_at_any_instant) {
  for (int round = 0; round < 5; ++round) {
    int acknowledged[2];
    ASSERT_EQ(pipe(acknowledged), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(acknowledged[0]);
      auto own = open_database(url());
      for (std::int64_t i = 0; own; ++i) {
        auto tx = (*own)->write();
        const std::int64_t number = round * 1'000'000 + i;
        tx->execute("INSERT INTO thing (size) VALUES (?)", {number});
        tx->execute("INSERT INTO thing (size) VALUES (?)", {-number - 1});
        tx->commit();
        if (write(acknowledged[1], &number, sizeof number) != sizeof number) _exit(1);
      }
      _exit(1);
    }
    close(acknowledged[1]);
    std::int64_t last = -1;
    for (int i = 0; i < 3 + 7 * round; ++i)
      ASSERT_EQ(read(acknowledged[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    kill(child, SIGKILL);
    while (read(acknowledged[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    close(acknowledged[0]);
    waitpid(child, nullptr, 0);
    auto snapshot = database().read();
    auto rows = snapshot->query("SELECT COUNT(*) FROM thing WHERE size BETWEEN ? AND ?", {round * 1'000'000, last});
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), last - round * 1'000'000 + 1);
    rows.reset();
    auto pairs = snapshot->query(
        "SELECT (SELECT COUNT(*) FROM thing WHERE size >= 0), (SELECT COUNT(*) FROM thing WHERE size < 0)");
    ASSERT_TRUE(pairs->next());
    EXPECT_EQ(pairs->integer(0), pairs->integer(1));
  }
}

TEST_P(DatabaseTest, what_was_deleted_does_not_stay_in_the_file) {
  {
    auto tx = database().write();
    tx->execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, words TEXT NOT NULL)");
    for (int i = 1; i <= 2000; ++i)
      tx->execute("INSERT INTO letter (id, words) VALUES (?, ?)",
                  {i, "zqx" + std::string(static_cast<std::size_t>(i % 90), 'w')});
    tx->commit();
  }
  {
    auto tx = database().write();
    tx->execute("DELETE FROM letter WHERE id > 3");
    tx->execute("UPDATE letter SET words = 'kept'");
    tx->commit();
  }
  const std::string_view tables[] = {"letter"};
  EXPECT_TRUE(database().purge_deleted(tables, Database::Purge::thorough));
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT COUNT(*) FROM letter WHERE words = 'kept'");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), 3);
  if (database().dialect() == Dialect::postgresql) return;  // its files are the server's
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream file(url().substr(std::string_view("sqlite:").size()) + suffix, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("zqx"), std::string::npos) << suffix;
  }
}

TEST_P(DatabaseTest, a_reader_holds_the_purge_up_and_is_not_waited_for) {
  if (database().dialect() == Dialect::postgresql) return;  // VACUUM passes readers
  {
    auto tx = database().write();
    tx->execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, words TEXT NOT NULL)");
    tx->commit();
  }
  auto reader = database().read();
  {
    auto tx = database().write();
    tx->execute("INSERT INTO letter (words) VALUES ('later')");
    tx->commit();
  }
  EXPECT_FALSE(database().purge_deleted({}, Database::Purge::quick));
  reader.reset();
  EXPECT_TRUE(database().purge_deleted({}, Database::Purge::quick));
}

INSTANTIATE_TEST_SUITE_P(Databases, DatabaseTest, quadrille::testing::every_database(),
                         quadrille::testing::database_name);

TEST(OpenDatabase, says_what_is_wrong_with_the_url) {
  for (const char* url : {"mysql://x", "sqlite:", "sqlite:/no/such/folder/x.db",
                          "postgresql://nobody@localhost:1/none?connect_timeout=1"}) {
    const auto opened = open_database(url);
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().field, "--database");
  }
}

TEST(OpenDatabase, a_file_that_is_no_database_is_refused_and_left_alone) {
  const quadrille::testing::TemporaryFolder folder;
  const auto path = folder.path() / "letter.db";
  std::ofstream(path) << std::string(5000, 'x');
  const auto opened = open_database("sqlite:" + path.string());
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.en.find("could not be opened as an SQLite database"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path), 5000U);
}

TEST(Dialect, placeholders_inside_quotes_stay) {
  EXPECT_EQ(numbered_placeholders("SELECT ? , 'a?b', ?"), "SELECT $1 , 'a?b', $2");
}

TEST(Dialect, types_are_written_in_postgresql_words) {
  EXPECT_EQ(postgresql_ddl(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b REAL, c BLOB, INTEGERS TEXT DEFAULT 'INTEGER')"),
            "CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, a BIGINT, b DOUBLE PRECISION, c "
            "BYTEA, INTEGERS TEXT DEFAULT 'INTEGER')");
}

TEST(Dialect, a_trigger_is_one_statement) {
  EXPECT_EQ(
      split_statements(
          "CREATE TABLE a (b TEXT); CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT 1; SELECT 2; END; SELECT ';'")
          .size(),
      3U);
}

}  // namespace
}  // namespace quadrille::database
