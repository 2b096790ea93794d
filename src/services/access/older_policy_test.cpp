#include <gtest/gtest.h>

#include "services/access/scene_test.h"

namespace quadrille::access {
namespace {

constexpr Instant at{start.utc_ms + 1000};

// What a policy was before there was Capability::answer_received.
Policy without_answers(Policy policy) {
  for (auto& [role, held] : policy.roles) held.capabilities.erase(Capability::answer_received);
  return policy;
}

class OlderPolicy : public AccountScene {
 protected:
  void save(const Policy& policy) {
    (void)write([&](database::Transaction& tx) { return save_policy(tx, policy, local()); });
  }
};

TEST(Policy, those_who_recalled_and_those_of_the_first_policy_answer) {
  EXPECT_EQ(with_answers(without_answers(first_policy())), first_policy());
  Policy changed = without_answers(first_policy());
  changed.roles[Role::patrol].capabilities.insert(Capability::recall);
  changed.roles[Role::analyst].capabilities.erase(Capability::recall);
  const auto now = with_answers(changed);
  for (const Role role : {Role::patrol, Role::analyst, Role::partner})
    EXPECT_TRUE(now.roles.at(role).capabilities.contains(Capability::answer_received)) << name_of(role);
  for (const Role role : {Role::auditor, Role::administrator})
    EXPECT_FALSE(now.roles.at(role).capabilities.contains(Capability::answer_received)) << name_of(role);
  EXPECT_FALSE(now.roles.at(Role::analyst).capabilities.contains(Capability::recall)) << "nothing else changes";
  EXPECT_TRUE(check_policy(now));
}

TEST_P(OlderPolicy, a_policy_from_before_answers_gives_them_with_an_entry_in_the_log) {
  Policy older = without_answers(first_policy());
  older.roles[Role::patrol].capabilities.insert({Capability::recall, Capability::export_masked});
  older.roles[Role::patrol].capabilities.erase(Capability::see_picture);
  save(older);
  adopt_older_policy(database(), at);
  const auto adopted = load_policy(*database().read());
  EXPECT_EQ(adopted.version, 3);
  EXPECT_EQ(adopted.roles, with_answers(older).roles);
  const auto entries = audit::list(*database().read(), {}, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].at, at);
  EXPECT_EQ(entries[0].act.actor, "local:upgrade");
  EXPECT_EQ(entries[0].act.subject, "policy 3");
  EXPECT_EQ(entries[0].act.details,
            "+analyst capability=answer_received +commander capability=answer_received +duty_officer "
            "capability=answer_received +municipal capability=answer_received +partner capability=answer_received "
            "+patrol capability=answer_received +prefecture capability=answer_received +prosecutor "
            "capability=answer_received");
  adopt_older_policy(database(), at);
  EXPECT_EQ(policy_version(*database().read()), 3) << "once";
}

TEST_P(OlderPolicy, the_first_policy_and_whoever_decided_on_answers_stay_as_they_are) {
  adopt_older_policy(database(), at);
  EXPECT_EQ(policy_version(*database().read()), 1) << "nobody changed it: the first one is the program's";
  Policy given = without_answers(first_policy());
  given.roles[Role::commander].capabilities.insert(Capability::answer_received);
  save(given);
  adopt_older_policy(database(), at);
  EXPECT_EQ(load_policy(*database().read()).roles, given.roles) << "given by hand, to one role only";
  save(without_answers(first_policy()));
  adopt_older_policy(database(), at);
  EXPECT_EQ(load_policy(*database().read()).roles, without_answers(first_policy()).roles) << "taken away since";
}

TEST_P(OlderPolicy, where_the_log_cannot_be_written_the_older_policy_stays_and_is_adopted_the_next_time) {
  const Policy older = without_answers(first_policy());
  save(older);
  for (std::int64_t failing = 1;; ++failing) {
    testing::FailingDatabase fragile(database(), failing);
    try {
      adopt_older_policy(fragile, at);
      ASSERT_GT(failing, 100) << "the rows and the entry";
      break;
    } catch (const database::DatabaseError&) {
      ASSERT_EQ(load_policy(*database().read()).roles, older.roles);
      ASSERT_EQ(audit::size(*database().read()), 1);
    }
  }
  EXPECT_EQ(load_policy(*database().read()).roles, first_policy().roles);
  EXPECT_EQ(audit::size(*database().read()), 2);
}

INSTANTIATE_TEST_SUITE_P(Databases, OlderPolicy, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
