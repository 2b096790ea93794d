#include "services/audit/audit.h"

#include <gtest/gtest.h>

#include "testing/databases.h"

namespace quadrille::audit {
namespace {

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
};

TEST_P(AuditStore, entries_come_back_newest_first_and_by_pages) {
  for (const char* subject : {"import 1", "import 2", "import 3"}) record_one(subject);
  auto snapshot = database().read();
  const auto newest = list(*snapshot, std::nullopt, 2);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].act.subject, "import 3");
  EXPECT_EQ(newest[0].act.action, Action::collection);
  EXPECT_EQ(newest[0].at, (Instant{1000}));
  const auto older = list(*snapshot, newest[1].number, 10);
  ASSERT_EQ(older.size(), 1U);
  EXPECT_EQ(older[0].act.subject, "import 1");
}

TEST_P(AuditStore, what_did_not_happen_is_not_recorded) {
  {
    auto tx = database().write();
    record(*tx, {"local:test", Action::erasure, {}, "study 1", "", ""}, {1});
  }
  auto snapshot = database().read();
  EXPECT_TRUE(list(*snapshot, std::nullopt, 10).empty());
}

TEST_P(AuditStore, the_database_refuses_to_change_or_delete_an_entry) {
  record_one("import 1");
  for (const char* sql : {"UPDATE audit_entry SET actor = 'someone else'", "DELETE FROM audit_entry"}) {
    auto tx = database().write();
    EXPECT_THROW(tx->execute(sql), database::DatabaseError) << sql;
  }
  auto snapshot = database().read();
  EXPECT_EQ(list(*snapshot, std::nullopt, 10).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Databases, AuditStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::audit
