#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "host/crypto/one_time_code.h"
#include "services/access/scene_test.h"
#include "services/access/sign_in.h"
#include "services/access/token.h"

// The second factor that the policy demands of roles: who waits, and how a session steps up.

namespace quadrille::access {
namespace {

constexpr TerritoryId port{1};
constexpr TerritoryId gare{2};
constexpr ServiceId police{1};

Policy demanding(const std::set<Role>& demanded) {
  Policy policy = first_policy();
  for (const Role role : demanded) policy.roles[role].second_factor = SecondFactor::required;
  return policy;
}

Habilitation held_role(Role role, TerritoryId territory, Sensitivity clearance = Sensitivity::restricted) {
  const bool is_instance = is_instance_role(role);
  return {"code",
          {7},
          role,
          is_instance ? std::nullopt : std::optional(territory),
          is_instance ? std::nullopt : std::optional(police),
          clearance,
          "act",
          "person:1",
          start,
          start,
          {},
          {}};
}

Viewer viewer_with(const Person& person, const std::vector<Habilitation>& held, const Policy& policy, Proof proof) {
  auto counting = in_force(person, held, start);
  std::erase_if(counting, [&](const Habilitation& one) { return is_waiting(one, person, policy, proof); });
  return make_viewer(person, counting, {{{4}, port, police}});
}

Policy random_policy(Random& random) {
  std::set<Role> demanded;
  for (const Role role : roles)
    if (random.next_below(2) == 0) demanded.insert(role);
  return demanding(demanded);
}

std::vector<Habilitation> random_habilitations(Random& random) {
  std::vector<Habilitation> held;
  for (const Role role : roles)
    for (const TerritoryId territory : {port, gare})
      if (random.next_below(4) == 0) held.push_back(held_role(role, territory, sensitivities[random.next_below(3)]));
  return held;
}

// What whoever came with one factor may do, told without the product's own rules: the union of what the policy gives
// to each role that asks for no more.
bool may_by_hand(const std::vector<Habilitation>& held, const Policy& policy, TerritoryId territory,
                 Capability capability) {
  return std::ranges::any_of(held, [&](const Habilitation& one) {
    const bool is_instance = one.role == Role::administrator || one.role == Role::auditor;
    const auto& role = policy.roles.at(one.role);
    return !is_instance && role.second_factor == SecondFactor::free && one.territory == territory &&
           role.capabilities.contains(capability);
  });
}

TEST(SecondFactorPolicy, a_role_that_waits_gives_no_capability_anywhere) {
  Random random(Seed{11}, 0);
  const Person person{{7}, "c", "martin", "Martin", false, true, false, start, {}};
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    const Policy policy = random_policy(random);
    const auto held = random_habilitations(random);
    const auto one = viewer_with(person, held, policy, Proof::one_factor);
    const auto two = viewer_with(person, held, policy, Proof::two_factors);
    bool is_anywhere = false;
    for (const Capability capability : capabilities) {
      for (const TerritoryId territory : {port, gare}) {
        const bool expected = may_by_hand(held, policy, territory, capability);
        ASSERT_EQ(may(policy, one, territory, capability), expected) << name_of(capability);
        ASSERT_TRUE(!expected || may(policy, two, territory, capability));
        refused += !expected && may(policy, two, territory, capability) ? 1 : 0;
        is_anywhere = is_anywhere || expected;
      }
      ASSERT_EQ(may_somewhere(policy, one, capability),
                may_by_hand(held, policy, port, capability) || may_by_hand(held, policy, gare, capability));
    }
    ASSERT_TRUE(one.instance_roles.empty());
    // Neither the clearance nor the compartments of a role that waits are left behind.
    for (const auto& standing : one.standings)
      for (const auto& role : standing.roles) ASSERT_EQ(policy.roles.at(role).second_factor, SecondFactor::free);
    ASSERT_EQ(one, make_viewer(person,
                               [&] {
                                 auto kept = held;
                                 std::erase_if(kept, [&](const Habilitation& each) {
                                   return policy.roles.at(each.role).second_factor == SecondFactor::required;
                                 });
                                 return kept;
                               }(),
                               {{{4}, port, police}}));
  }
  EXPECT_GT(refused, 500);
}

TEST(SecondFactorPolicy, the_clearance_of_a_role_that_waits_is_not_lent_to_another) {
  const Person person{{7}, "c", "martin", "Martin", false, true, false, start, {}};
  const std::vector<Habilitation> held{held_role(Role::patrol, port, Sensitivity::ordinary),
                                       held_role(Role::analyst, port, Sensitivity::confidential)};
  const Policy policy = demanding({Role::analyst});
  EXPECT_EQ(viewer_with(person, held, policy, Proof::one_factor).in(port)->clearance, Sensitivity::ordinary);
  EXPECT_EQ(viewer_with(person, held, policy, Proof::two_factors).in(port)->clearance, Sensitivity::confidential);
}

TEST(SecondFactorPolicy, a_demonstration_waits_for_nothing_and_a_disabled_account_holds_nothing) {
  Person person{{7}, "c", "demo", "Démo", true, false, false, start, {}};
  const Policy policy = demanding({std::begin(roles), std::end(roles)});
  for (const Role role : roles) {
    const std::vector<Habilitation> held{held_role(role, port)};
    const auto viewer = viewer_with(person, held, policy, Proof::one_factor);
    EXPECT_EQ(viewer, viewer_with(person, held, policy, Proof::two_factors)) << name_of(role);
  }
  person.disabled_at = start;
  EXPECT_TRUE(in_force(person, {held_role(Role::analyst, port)}, start).empty());
}

TEST(SecondFactorPolicy, administrator_and_auditor_always_demand_it) {
  for (const Role role : roles) {
    Policy policy = first_policy();
    EXPECT_EQ(demands_second_factor(policy, role), is_instance_role(role));
    policy.roles[role].second_factor = SecondFactor::required;
    EXPECT_TRUE(check_policy(policy) && demands_second_factor(policy, role));
    policy.roles[role].second_factor = SecondFactor::free;
    const auto checked = check_policy(policy);
    EXPECT_EQ(checked.has_value(), !is_instance_role(role)) << name_of(role);
    EXPECT_EQ(demands_second_factor(policy, role), is_instance_role(role));
    if (!checked) EXPECT_EQ(checked.error().field, "second_factor");
  }
}

class SecondFactorStore : public AccountScene {
 protected:
  void SetUp() override {
    AccountScene::SetUp();
    if (IsSkipped()) return;
    person_ = write([&](database::Transaction& tx) {
                return create_person(tx, {"martin", "Martin"}, chance_, local());
              }).value();
    grant_role(Role::analyst);
  }
  void grant_role(Role role) {
    ASSERT_TRUE(write([&](database::Transaction& tx) {
      return grant(tx, {person_.id, role, port, police, Sensitivity::restricted, "act", start, {}}, chance_, local());
    }));
  }
  void demand(std::set<Role> demanded) {
    (void)write([&](database::Transaction& tx) { return save_policy(tx, demanding(demanded), local()); });
  }
  OpenedSession open(Proof proof = Proof::one_factor) { return open_for(person_.id, proof, "provider"); }
  Result<crypto::Bytes> begin(const Session& session) {
    return write([&](database::Transaction& tx) { return begin_second_factor(tx, session, chance_); });
  }
  Result<Enrolled> confirm(const Session& session, const std::string& code) {
    return write(
        [&](database::Transaction& tx) { return confirm_second_factor(tx, session, code, chance_, clock_.now()); });
  }
  std::expected<std::string, SignInRefusal> give(const Session& session, const std::string& code,
                                                 const std::string& address = "192.0.2.1") {
    return step_up(database(), session, {code, address}, chance_, clock_.now());
  }
  // Roles that count in a session, as its next request finds them.
  std::set<Role> roles_with(const std::string& token) {
    const auto used = use(token);
    if (!used) return {};
    auto snapshot = database().read();
    const auto viewer = load_viewer(*snapshot, *find_person(*snapshot, person_.id), *access_.policy(*snapshot),
                                    used->session.proof, clock_.now());
    return viewer.in(port) ? viewer.in(port)->roles : std::set<Role>{};
  }

  Access access_;
  Person person_;
};

TEST_P(SecondFactorStore, a_demand_holds_in_open_sessions_and_enrolling_steps_the_session_up) {
  const auto opened = open();
  EXPECT_EQ(roles_with(opened.token), std::set{Role::analyst});
  demand({Role::analyst});
  EXPECT_EQ(roles_with(opened.token), std::set<Role>{});
  {
    auto snapshot = database().read();
    const auto waiting = load_waiting(*snapshot, person_, *access_.policy(*snapshot), Proof::one_factor, clock_.now());
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(waiting[0].role, Role::analyst);
    EXPECT_TRUE(load_waiting(*snapshot, person_, *access_.policy(*snapshot), Proof::two_factors, clock_.now()).empty());
  }
  const auto secret = begin(opened.session);
  ASSERT_TRUE(secret);
  EXPECT_EQ(confirm(opened.session, "000000").error().field, "code");
  const auto enrolled = confirm(opened.session, crypto::totp(*secret, clock_.now()));
  ASSERT_TRUE(enrolled) << enrolled.error().message.en;
  EXPECT_EQ(enrolled->recovery_codes.size(), 10U);
  EXPECT_EQ(roles_with(enrolled->token), std::set{Role::analyst});
  EXPECT_EQ(roles_with(opened.token), std::set<Role>{}) << "a copy of the cookie from before gains nothing";
  demand({});
  EXPECT_EQ(roles_with(opened.token), std::set{Role::analyst});
}

TEST_P(SecondFactorStore, a_session_steps_up_in_place_by_a_code_or_a_recovery_code_each_good_once) {
  const auto first = open();
  const auto secret = *begin(first.session);
  const auto enrolled = *confirm(first.session, crypto::totp(secret, clock_.now()));
  demand({Role::analyst});
  const auto later = open();
  EXPECT_EQ(roles_with(later.token), std::set<Role>{});
  EXPECT_FALSE(give(later.session, crypto::totp(secret, clock_.now()))) << "the code that enrolled it was used";
  clock_.advance_ms(30'000);
  const auto code = crypto::totp(secret, clock_.now());
  const auto raised = give(later.session, code);
  ASSERT_TRUE(raised);
  EXPECT_EQ(roles_with(*raised), std::set{Role::analyst});
  const auto another = open();
  EXPECT_FALSE(give(another.session, code)) << "replayed";
  EXPECT_TRUE(give(another.session, enrolled.recovery_codes[2]));
  EXPECT_FALSE(give(open().session, enrolled.recovery_codes[2]));
  // Through the changes of its token the session stays of two factors.
  clock_.advance_ms(session_rotates_ms);
  const auto rotated = use(*raised)->new_token;
  ASSERT_FALSE(rotated.empty());
  EXPECT_EQ(roles_with(rotated), std::set{Role::analyst});
  EXPECT_NE(audit::list(*database().read(), std::nullopt, 100).size(), 0U);
}

TEST_P(SecondFactorStore, whoever_has_only_the_password_does_not_replace_the_second_factor) {
  const auto own = open();
  const auto begun_before = open();
  ASSERT_TRUE(begin(begun_before.session));
  const auto secret = *begin(own.session);
  ASSERT_TRUE(confirm(own.session, crypto::totp(secret, clock_.now())));
  const auto thief = open();
  EXPECT_EQ(begin(thief.session).error().field, "second_factor");
  EXPECT_EQ(confirm(thief.session, "000000").error().field, "second_factor");
  EXPECT_EQ(confirm(begun_before.session, "000000").error().field, "second_factor");
  EXPECT_TRUE(begin(open(Proof::two_factors).session)) << "its own person does, for a new telephone";
}

TEST_P(SecondFactorStore, guessed_codes_wait_as_guessed_passwords_do_and_leave_a_trace) {
  const auto own = open();
  const auto secret = *begin(own.session);
  ASSERT_TRUE(confirm(own.session, crypto::totp(secret, clock_.now())));
  const auto thief = open();
  clock_.advance_ms(30'000);
  for (int i = 0; i < free_failures_of_account; ++i)
    EXPECT_EQ(give(thief.session, "000000").error().why, SignInRefusal::Why::wrong);
  const auto right = crypto::totp(secret, clock_.now());
  EXPECT_EQ(give(thief.session, right).error().why, SignInRefusal::Why::wait);
  EXPECT_EQ(give(thief.session, right, "198.51.100.9").error().why, SignInRefusal::Why::wait);
  int traces = 0;
  for (const auto& entry : audit::list(*database().read(), std::nullopt, 100))
    traces += entry.act.details.starts_with("second factor refused") ? 1 : 0;
  EXPECT_EQ(traces, free_failures_of_account);
  clock_.advance_ms(longest_wait_ms);
  EXPECT_TRUE(give(thief.session, crypto::totp(secret, clock_.now())));
}

TEST_P(SecondFactorStore, an_account_without_a_second_factor_has_no_right_code) {
  const auto session = open().session;
  for (const char* code : {"", "000000", "\0", "aaaaaaaaaaaaaaaa"}) EXPECT_FALSE(give(session, code)) << code;
}

TEST_P(SecondFactorStore, it_is_given_up_by_who_shows_it_where_no_role_demands_it) {
  const auto give_up = [&](const Session& session) {
    return write([&](database::Transaction& tx) { return give_up_second_factor(tx, session, clock_.now()); });
  };
  const auto kept = [&] { return load_second_factor(*database().read(), person_.id); };
  const auto opened = open();
  EXPECT_EQ(give_up(opened.session).error().kind, ErrorKind::conflict) << "there is none";
  const auto secret = *begin(opened.session);
  const auto enrolled = *confirm(opened.session, crypto::totp(secret, clock_.now()));
  EXPECT_EQ(kept().since, clock_.now());
  EXPECT_EQ(kept().recovery_codes, 10);
  EXPECT_TRUE(give(open().session, enrolled.recovery_codes[0]));
  EXPECT_EQ(kept().recovery_codes, 9);
  EXPECT_EQ(give_up(opened.session).error().kind, ErrorKind::forbidden) << "of one factor";
  const auto shown = use(enrolled.token)->session;
  demand({Role::analyst});
  const auto demanded = give_up(shown);
  ASSERT_FALSE(demanded);
  EXPECT_EQ(demanded.error().kind, ErrorKind::conflict);
  EXPECT_NE(demanded.error().message.en.find("Analyst"), std::string::npos);
  demand({});
  EXPECT_TRUE(give_up(shown));
  EXPECT_EQ(audit::list(*database().read(), std::nullopt, 1).front().act.details, "second factor given up");
  EXPECT_FALSE(find_person(*database().read(), person_.id)->has_second_factor);
  EXPECT_EQ(kept().since, std::nullopt);
  EXPECT_EQ(kept().recovery_codes, 0);
  demand({Role::analyst});
  EXPECT_EQ(roles_with(enrolled.token), std::set<Role>{}) << "a role that comes to demand it waits in open sessions";
  EXPECT_TRUE(begin(open().session)) << "and it is enrolled again as the first time";
}

TEST_P(SecondFactorStore, a_role_to_come_keeps_it_and_one_that_is_over_does_not) {
  demand({Role::patrol});
  const auto demanding_now = [&] {
    auto snapshot = database().read();
    return demanding_second_factor(*snapshot, person_, *access_.policy(*snapshot), clock_.now()).size();
  };
  constexpr std::int64_t day_ms = 86'400'000;
  EXPECT_EQ(demanding_now(), 0U);
  ASSERT_TRUE(write([&](database::Transaction& tx) {
    return grant(tx,
                 {person_.id,
                  Role::patrol,
                  port,
                  police,
                  Sensitivity::restricted,
                  "act",
                  {start.utc_ms + day_ms},
                  Instant{start.utc_ms + 2 * day_ms}},
                 chance_, local());
  }));
  EXPECT_EQ(demanding_now(), 1U);
  clock_.advance_ms(2 * day_ms);
  EXPECT_EQ(demanding_now(), 0U);
}

TEST_P(SecondFactorStore, open_sessions_are_listed_the_newest_first) {
  const auto first = open();
  clock_.advance_ms(1000);
  const auto second = open(Proof::two_factors);
  clock_.advance_ms(1000);
  const auto closed = open();
  (void)write([&](database::Transaction& tx) {
    end_session(tx, closed.session, clock_.now());
    return 0;
  });
  const auto listed = sessions_of(*database().read(), person_.id, clock_.now());
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, second.session.id);
  EXPECT_EQ(listed[0].created_at, second.session.created_at);
  EXPECT_EQ(listed[0].proof, Proof::two_factors);
  EXPECT_EQ(listed[1].id, first.session.id);
  EXPECT_EQ(listed[1].method, "provider");
  clock_.advance_ms(session_idle_ms);
  EXPECT_TRUE(sessions_of(*database().read(), person_.id, clock_.now()).empty());
}

TEST_P(SecondFactorStore, a_link_demands_the_second_factor_of_every_role_that_waits_for_it) {
  const auto demands_it = [&] {
    const auto secret = write([&](database::Transaction& tx) { return invite(tx, person_.id, chance_, local()); });
    return find_invitation(*database().read(), secret, clock_.now()).value().needs_second_factor;
  };
  EXPECT_FALSE(demands_it());
  demand({Role::patrol});
  EXPECT_FALSE(demands_it());
  demand({Role::analyst});
  EXPECT_TRUE(demands_it());
}

TEST_P(SecondFactorStore, versions_and_the_log_keep_what_was_demanded) {
  demand({Role::analyst});
  EXPECT_EQ(audit::list(*database().read(), std::nullopt, 1).front().act.details, "+analyst second_factor=required");
  auto stored = load_policy(*database().read());
  EXPECT_EQ(stored.version, 2);
  EXPECT_EQ(stored.roles, demanding({Role::analyst}).roles);
  demand({});
  EXPECT_EQ(audit::list(*database().read(), std::nullopt, 1).front().act.details, "-analyst second_factor=required");
  EXPECT_EQ(load_policy(*database().read()).roles, first_policy().roles);
  // A version from before there was such a clause: the instance roles demand it all the same.
  auto tx = database().write();
  tx->execute("DELETE FROM access_policy WHERE clause = 'second_factor'");
  EXPECT_EQ(load_policy(*tx).roles, first_policy().roles);
}

INSTANTIATE_TEST_SUITE_P(Databases, SecondFactorStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
