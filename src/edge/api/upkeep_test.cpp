#include "edge/api/upkeep.h"

#include <gtest/gtest.h>

#include "services/access/access.h"
#include "services/audit/audit.h"
#include "services/sharing/postings.h"
#include "services/territory/territory.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::api {
namespace {

class UpkeepTest : public testing::DatabaseTest {};

TEST_P(UpkeepTest, what_is_past_its_time_goes_and_what_is_not_stays) {
  for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), sharing::migrations()})
    database::migrate(database(), steps);
  constexpr std::int64_t day_ms = 86'400'000;
  testing::ManualClock clock({1'792'836'000'000});
  {
    auto tx = database().write();
    const auto address = sharing::normalised(sharing::SelectorKind::address, "1 rue Y Aix").value();
    for (const std::int64_t age : {10, 400})
      ASSERT_TRUE(sharing::post(*tx, {1}, {sharing::ObjectKind::note, age}, {1}, {&address, 1},
                                {clock.now().utc_ms - age * day_ms}));
    tx->commit();
  }
  Upkeep upkeep(database(), clock);
  upkeep.run_once();
  auto snapshot = database().read();
  auto rows = snapshot->query("SELECT object FROM posting");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->integer(0), 10);
  EXPECT_FALSE(rows->next());
}

INSTANTIATE_TEST_SUITE_P(Databases, UpkeepTest, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
