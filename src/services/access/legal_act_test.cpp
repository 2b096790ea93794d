#include "services/access/legal_act.h"

#include <gtest/gtest.h>

#include "services/access/access.h"
#include "services/audit/audit.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::access {
namespace {

constexpr TerritoryId port{1};
constexpr TerritoryId sf{2};

class LegalActStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }
  [[nodiscard]] static Asker by(std::int64_t at_ms) { return {local_viewer("local:test", {}), "", "", {at_ms}}; }
  Result<LegalAct> add(const NewLegalAct& wanted) {
    auto tx = database().write();
    auto act = add_legal_act(*tx, wanted, chance_, by(10));
    tx->commit();
    return act;
  }
  std::optional<std::string> in_force(TerritoryId territory, Part part, std::int64_t at_ms) {
    const auto act = find_legal_act(*database().read(), territory, part, {at_ms});
    return act ? std::optional(act->reference) : std::nullopt;
  }

 private:
  testing::FixedChance chance_{1};
};

TEST_P(LegalActStore, without_an_act_in_force_every_part_is_off) {
  for (const Part part : parts) EXPECT_EQ(in_force(port, part, 100), std::nullopt) << name_of(part);
  ASSERT_TRUE(add({port, Part::persons_in_notes, "arrêté 2026-1", {100}, Instant{200}}));
  EXPECT_EQ(in_force(port, Part::persons_in_notes, 99), std::nullopt);
  EXPECT_EQ(in_force(port, Part::persons_in_notes, 100), "arrêté 2026-1");
  EXPECT_EQ(in_force(port, Part::persons_in_notes, 199), "arrêté 2026-1");
  EXPECT_EQ(in_force(port, Part::persons_in_notes, 200), std::nullopt);
  EXPECT_EQ(in_force(port, Part::target_matching, 150), std::nullopt);
  EXPECT_EQ(in_force(sf, Part::persons_in_notes, 150), std::nullopt);
}

TEST_P(LegalActStore, an_act_that_is_ended_holds_no_more_and_stays_listed) {
  const auto act = add({port, Part::target_matching, "convention du 3 mars", {100}, {}});
  ASSERT_TRUE(act);
  EXPECT_EQ(in_force(port, Part::target_matching, 1'000'000), "convention du 3 mars");
  auto tx = database().write();
  EXPECT_FALSE(end_legal_act(*tx, sf, act->code, by(500)));
  ASSERT_TRUE(end_legal_act(*tx, port, act->code, by(500)));
  EXPECT_FALSE(end_legal_act(*tx, port, act->code, by(600)));
  tx->commit();
  EXPECT_NE(in_force(port, Part::target_matching, 499), std::nullopt);
  EXPECT_EQ(in_force(port, Part::target_matching, 500), std::nullopt);
  const auto listed = list_legal_acts(*database().read(), port);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().until, Instant{500});
  EXPECT_EQ(audit::list(*database().read(), std::nullopt, 1).front().act.details, "ended");
}

TEST_P(LegalActStore, an_act_without_reference_or_that_ends_before_it_begins_is_refused) {
  EXPECT_EQ(add({port, Part::target_matching, "", {100}, {}}).error().field, "reference");
  EXPECT_EQ(add({port, Part::target_matching, std::string(301, 'x'), {100}, {}}).error().field, "reference");
  EXPECT_EQ(add({port, Part::target_matching, "arrêté 2026-1", {100}, Instant{100}}).error().field, "until");
}

INSTANTIATE_TEST_SUITE_P(Databases, LegalActStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
