#include "services/access/access.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "services/audit/audit.h"
#include "testing/databases.h"

namespace quadrille::access {
namespace {

constexpr TerritoryId port{1};
constexpr ServiceId police{1};
constexpr ServiceId customs{2};

Marking marking_of(Sensitivity sensitivity, Regime regime) {
  return {port, sensitivity, Handling::h0, regime, police, {}, {}, {}, false};
}

Viewer viewer_of(Role role, ServiceId service, Sensitivity clearance) {
  return {{7}, "martin", {{port, service, {role}, clearance}}, {}, {}};
}

std::optional<Clause> refusal(const Viewer& viewer, const Marking& marking) {
  return decide(first_policy(), viewer, marking).refused_by;
}

TEST(Policy, each_clause_refuses_alone_and_all_together_allow) {
  const Marking open = marking_of(Sensitivity::ordinary, Regime::administrative);
  const Viewer analyst = viewer_of(Role::analyst, police, Sensitivity::confidential);
  EXPECT_EQ(refusal(analyst, open), std::nullopt);

  Marking denied = open;
  denied.denied = {{7}};
  EXPECT_EQ(refusal(analyst, denied), Clause::denied);

  Marking elsewhere = open;
  elsewhere.territory = {2};
  EXPECT_EQ(refusal(analyst, elsewhere), Clause::territory);

  EXPECT_EQ(refusal(viewer_of(Role::partner, police, Sensitivity::confidential), open), Clause::role);
  EXPECT_EQ(refusal(viewer_of(Role::analyst, customs, Sensitivity::confidential), open), Clause::service);

  Marking let_go = open;
  let_go.services = {customs};
  let_go.ended = {customs};
  EXPECT_EQ(refusal(viewer_of(Role::analyst, customs, Sensitivity::confidential), let_go), Clause::keeping);
  EXPECT_EQ(refusal(analyst, let_go), std::nullopt);

  const Marking secret = marking_of(Sensitivity::confidential, Regime::administrative);
  EXPECT_EQ(refusal(viewer_of(Role::analyst, police, Sensitivity::restricted), secret), Clause::sensitivity);
  EXPECT_EQ(refusal(viewer_of(Role::patrol, police, Sensitivity::confidential), secret), Clause::sensitivity);

  EXPECT_EQ(refusal(viewer_of(Role::prosecutor, police, Sensitivity::confidential), open), Clause::regime);

  Marking inside = open;
  inside.compartments = {{4}, {9}};
  Viewer member = analyst;
  member.compartments = {{4}};
  EXPECT_EQ(refusal(member, inside), Clause::compartment);
  member.compartments = {{4}, {9}};
  EXPECT_EQ(refusal(member, inside), std::nullopt);
}

TEST(Policy, a_denial_wins_over_everything_that_allows) {
  Marking marking = marking_of(Sensitivity::ordinary, Regime::administrative);
  marking.services = {police, customs};
  marking.denied = {{7}};
  for (const Role role : roles)
    EXPECT_EQ(refusal(viewer_of(role, police, Sensitivity::confidential), marking), Clause::denied);
}

TEST(Policy, two_roles_do_not_add_up_to_a_reach_that_neither_has) {
  Viewer viewer = viewer_of(Role::prefecture, police, Sensitivity::confidential);
  viewer.standings[0].roles = {Role::prefecture, Role::prosecutor};
  // The prefecture reads administrative up to restricted, the prosecutor judicial up to confidential.
  EXPECT_EQ(refusal(viewer, marking_of(Sensitivity::confidential, Regime::administrative)), Clause::regime);
  EXPECT_EQ(refusal(viewer, marking_of(Sensitivity::confidential, Regime::judicial)), std::nullopt);
}

TEST(Policy, who_holds_nothing_may_do_nothing) {
  const Viewer nobody{{9}, "nobody", {}, {}, {}};
  for (const Capability capability : capabilities) {
    EXPECT_FALSE(may(first_policy(), nobody, port, capability));
    EXPECT_FALSE(may_somewhere(first_policy(), nobody, capability));
  }
}

TEST(Policy, a_token_gives_no_more_than_it_was_made_for) {
  Viewer viewer = viewer_of(Role::analyst, police, Sensitivity::confidential);
  viewer.limited_to = {Capability::export_masked};
  for (const Capability capability : capabilities) {
    EXPECT_EQ(may(first_policy(), viewer, port, capability), capability == Capability::export_masked);
    EXPECT_EQ(may_somewhere(first_policy(), viewer, capability), capability == Capability::export_masked);
  }
  EXPECT_EQ(refusal(viewer, marking_of(Sensitivity::ordinary, Regime::administrative)), Clause::role);
}

TEST(Policy, the_administrator_and_the_auditor_read_no_content) {
  for (const Role role : {Role::administrator, Role::auditor}) {
    const Viewer viewer{{9}, "technical", {}, {role}, {}};
    for (const Capability capability : {Capability::see_picture, Capability::see_aggregates, Capability::read_notes,
                                        Capability::export_masked, Capability::search_links})
      EXPECT_FALSE(may(first_policy(), viewer, port, capability)) << name_of(role) << ' ' << name_of(capability);
  }
}

// Every role, with and without each thing that keeps somebody out.
TEST(Policy, of_a_recall_those_alone_are_told_whom_no_role_lets_read) {
  const Policy& policy = first_policy();
  for (const Role role : roles) {
    Viewer viewer;
    viewer.person = {9};
    if (!is_instance_role(role)) viewer.standings = {{{1}, {2}, {role}, Sensitivity::ordinary}};
    Marking marking{{1}, Sensitivity::confidential, Handling::h3, Regime::judicial, {1}, {{2}, {3}}, {}, {}, false};
    EXPECT_EQ(may_be_told(policy, viewer, marking), role == Role::municipal || role == Role::partner) << name_of(role);
    const auto is_told_with = [&](auto&& change) {
      Marking changed = marking;
      change(changed);
      return may_be_told(policy, viewer, changed);
    };
    EXPECT_FALSE(is_told_with([](Marking& one) { one.denied = {{9}}; }));
    EXPECT_FALSE(is_told_with([](Marking& one) { one.services = {{3}}; }));
    EXPECT_FALSE(is_told_with([](Marking& one) { one.compartments = {{5}}; }));
    EXPECT_FALSE(is_told_with([](Marking& one) { one.territory = {7}; }));
    viewer.limited_to = std::set<Capability>{};
    EXPECT_EQ(may_be_told(policy, viewer, marking), role == Role::municipal || role == Role::partner)
        << "a token neither adds nor takes";
    // With another role that reads, they read.
    if (!viewer.standings.empty()) viewer.standings[0].roles.insert(Role::patrol);
    EXPECT_FALSE(may_be_told(policy, viewer, marking));
  }
}

// Every combination of a small world: allowed exactly when all conditions, written out again, hold.
TEST(Policy, the_decision_is_the_conjunction_of_its_clauses_for_every_combination) {
  int allowed = 0;
  for (const Role role : roles)
    for (const ServiceId service : {police, customs, ServiceId{3}})
      for (const Sensitivity clearance : sensitivities)
        for (const Sensitivity sensitivity : sensitivities)
          for (const Regime regime : regimes)
            for (int bits = 0; bits < 8; ++bits) {
              Marking marking = marking_of(sensitivity, regime);
              marking.services = {customs};
              if (bits & 1) marking.denied = {{7}};
              if (bits & 2) marking.compartments = {{5}};
              Viewer viewer = viewer_of(role, service, clearance);
              if (bits & 4) viewer.compartments = {{5}};
              const auto& held = first_policy().roles.at(role);
              const bool expected = !(bits & 1) && held.capabilities.contains(Capability::read_notes) &&
                                    (service == police || service == customs) && clearance >= sensitivity &&
                                    held.sensitivity_max >= sensitivity && held.regimes.contains(regime) &&
                                    (!(bits & 2) || (bits & 4));
              ASSERT_EQ(refusal(viewer, marking) == std::nullopt, expected);
              allowed += expected ? 1 : 0;
            }
  EXPECT_GT(allowed, 100);
}

TEST(Handling, every_code_says_for_every_exit_what_it_allows) {
  std::string matrix;
  for (const Handling handling : handlings) {
    matrix += name_of(handling);
    for (const Exit exit : exits) {
      const Leave leave = leave_of(handling, exit);
      matrix += leave == Leave::free ? " free" : leave == Leave::never ? " never" : " release";
      EXPECT_EQ(check_exit(handling, exit, Release::none).has_value(), leave == Leave::free);
      EXPECT_EQ(check_exit(handling, exit, Release::given).has_value(), leave != Leave::never);
    }
    matrix += "\n";
  }
  EXPECT_EQ(matrix,
            "h0 free free free free free free free free\n"
            "h1 free free free free free free release free\n"
            "h2 free free free free free release release release\n"
            "h3 free never free never never release never never\n");
}

TEST(Marking, the_same_conditions_are_one_text_whatever_their_order) {
  Marking a = marking_of(Sensitivity::ordinary, Regime::customs);
  a.services = {{5}, {3}, {5}, police};
  a.compartments = {{9}, {2}};
  Marking b = a;
  b.services = {{3}, {5}};
  b.compartments = {{2}, {9}};
  EXPECT_EQ(canonical_text(*normalised(a)), canonical_text(*normalised(b)));
  b.is_originator_controlled = true;
  EXPECT_NE(canonical_text(*normalised(a)), canonical_text(*normalised(b)));
}

TEST(Marking, who_ended_their_keeping_is_told_apart_and_forgotten_with_the_service) {
  Marking marking = marking_of(Sensitivity::ordinary, Regime::administrative);
  marking.services = {customs};
  const auto before = canonical_text(marking);
  marking.ended = {customs, customs};
  const auto ended = normalised(marking).value();
  EXPECT_EQ(ended.ended, std::vector{customs});
  EXPECT_NE(canonical_text(ended), before);
  marking.services = {};
  EXPECT_TRUE(normalised(marking)->ended.empty()) << "given anew, it reads anew";
}

TEST(Marking, a_list_that_is_too_long_is_refused_by_name) {
  Marking marking = marking_of(Sensitivity::ordinary, Regime::customs);
  for (std::int64_t i = 2; i < 70; ++i) marking.services.push_back({i});
  const auto refused = normalised(marking);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "services");
}

class AccessStore : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }
  MarkingId interned(const Marking& marking) {
    auto tx = database().write();
    const auto id = intern(*tx, *normalised(marking));
    tx->commit();
    return id;
  }
  const Asker boss{{{1}, "chef", {}, {Role::administrator}, {}}, "mise en place", "", {1000}};
};

Marking random_marking(Random& random) {
  Marking marking{port,
                  sensitivities[random.next_below(3)],
                  handlings[random.next_below(4)],
                  regimes[random.next_below(3)],
                  {static_cast<std::int64_t>(1 + random.next_below(3))},
                  {},
                  {},
                  {},
                  random.next_below(2) == 0};
  for (std::int64_t id = 1; id <= 3; ++id) {
    if (random.next_below(2) == 0) marking.services.push_back({id});
    if (random.next_below(4) == 0) marking.compartments.push_back({id});
    if (random.next_below(6) == 0) marking.denied.push_back({id});
  }
  return *normalised(marking);
}

TEST_P(AccessStore, a_marking_comes_back_as_it_was_and_is_kept_once) {
  Random random(Seed{5}, 0);
  for (int i = 0; i < 100; ++i) {
    const Marking marking = random_marking(random);
    const auto id = interned(marking);
    EXPECT_EQ(interned(marking), id);
    auto snapshot = database().read();
    EXPECT_EQ(load_marking(*snapshot, id), marking);
  }
}

TEST_P(AccessStore, what_may_be_read_is_what_the_policy_decides_also_for_markings_added_later) {
  Random random(Seed{6}, 0);
  Access access;
  std::vector<Viewer> viewers;
  for (std::int64_t person = 1; person <= 6; ++person) {
    Viewer viewer = viewer_of(roles[random.next_below(6)], {static_cast<std::int64_t>(1 + random.next_below(3))},
                              sensitivities[random.next_below(3)]);
    viewer.person = {person};
    for (std::int64_t id = 1; id <= 3; ++id)
      if (random.next_below(2) == 0) viewer.compartments.push_back({id});
    viewers.push_back(viewer);
  }
  std::size_t readable_count = 0;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 25; ++i) (void)interned(random_marking(random));
    auto snapshot = database().read();
    for (const auto& viewer : viewers) {
      const auto readable = access.readable(*snapshot, viewer);
      for (const auto& [id, marking] : load_markings(*snapshot, {0})) {
        ASSERT_EQ(readable->contains(id), refusal(viewer, marking) == std::nullopt);
        readable_count += readable->contains(id) ? 1 : 0;
      }
      EXPECT_TRUE(std::ranges::is_sorted(readable->ids()));
    }
  }
  EXPECT_GT(readable_count, 20U);
}

TEST_P(AccessStore, a_changed_policy_holds_at_once_and_the_log_says_what_changed) {
  Access access;
  const auto id = interned(marking_of(Sensitivity::confidential, Regime::administrative));
  const Viewer patrol = viewer_of(Role::patrol, police, Sensitivity::confidential);
  EXPECT_FALSE(access.readable(*database().read(), patrol)->contains(id));
  Policy wider = first_policy();
  wider.roles[Role::patrol].sensitivity_max = Sensitivity::confidential;
  {
    auto tx = database().write();
    EXPECT_EQ(save_policy(*tx, wider, boss).version, 2);
    tx->commit();
  }
  EXPECT_TRUE(access.readable(*database().read(), patrol)->contains(id));
  EXPECT_EQ(Access::explain(*database().read(), viewer_of(Role::prefecture, police, Sensitivity::confidential), id)
                .refused_by,
            Clause::sensitivity);
  const auto entries = audit::list(*database().read(), {}, 10);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].act.details, "-patrol sensitivity=restricted +patrol sensitivity=confidential");
  EXPECT_EQ(load_policy(*database().read()).roles, wider.roles);
}

TEST_P(AccessStore, the_policy_is_kept_until_its_version_changes_whoever_changes_it) {
  Access access;
  const auto policy_now = [&] { return access.policy(*database().read()); };
  const auto kept = policy_now();
  EXPECT_EQ(*kept, first_policy());
  EXPECT_EQ(policy_now(), kept) << "not read again";
  Policy wider = first_policy();
  wider.roles[Role::patrol].capabilities.insert(Capability::export_masked);
  {
    // Another process: its own connection, and it knows nothing of this one's memory.
    const auto other = *database::open_database(url());
    auto tx = other->write();
    EXPECT_EQ(access.policy(*tx), kept);
    (void)save_policy(*tx, wider, boss);
    EXPECT_EQ(access.policy(*tx)->roles, wider.roles) << "what a transaction wrote counts inside it";
    EXPECT_EQ(policy_now(), kept) << "and nowhere else";
  }
  EXPECT_EQ(policy_now(), kept) << "it never happened";
  Policy narrower = first_policy();
  narrower.roles[Role::patrol].capabilities.erase(Capability::see_picture);
  {
    const auto other = *database::open_database(url());
    auto tx = other->write();
    EXPECT_EQ(save_policy(*tx, narrower, boss).version, 2) << "the number that was given back";
    tx->commit();
  }
  EXPECT_EQ(policy_now()->roles, narrower.roles);
  EXPECT_EQ(policy_now(), policy_now());
}

TEST_P(AccessStore, nothing_readable_matches_nothing) {
  EXPECT_EQ(Readable().sql_list(), "(NULL)");
  EXPECT_EQ(Readable({{2}, {5}}).sql_list(), "(2,5)");
}

INSTANTIATE_TEST_SUITE_P(Databases, AccessStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
