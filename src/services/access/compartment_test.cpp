#include "services/access/compartment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "services/access/access.h"
#include "services/access/policy.h"
#include "services/audit/audit.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

namespace quadrille::access {
namespace {

constexpr TerritoryId port{1};
constexpr TerritoryId gare{2};
constexpr ServiceId police{1};
constexpr ServiceId customs{2};

TEST(Compartment, one_is_found_by_its_code_or_by_a_name_that_leaves_no_choice) {
  const auto made = [](std::int64_t id, const char* code, const char* name, bool is_closed) {
    return Compartment{
        {id}, code, port, CompartmentKind::procedure, name, {0}, is_closed ? std::optional(Instant{5}) : std::nullopt};
  };
  const std::vector<Compartment> own{made(1, "aaaa", "BORA", false), made(2, "bbbb", "BORA", true),
                                     made(3, "cccc", "CERS", true), made(4, "dddd", "MISTRAL", false),
                                     made(5, "eeee", "MISTRAL", false)};
  EXPECT_EQ(find_compartment(own, "bbbb", "x")->id, CompartmentId{2});
  EXPECT_EQ(find_compartment(own, "BORA", "x")->id, CompartmentId{1});
  EXPECT_EQ(find_compartment(own, "CERS", "x")->id, CompartmentId{3});
  EXPECT_EQ(find_open_compartment(own, "CERS", "x").error().kind, ErrorKind::conflict);
  EXPECT_EQ(find_compartment(own, "MISTRAL", "x").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(find_compartment(own, "eeee", "x")->id, CompartmentId{5});
  EXPECT_EQ(find_compartment(own, "SIROCCO", "x").error().kind, ErrorKind::not_found);
}

class Compartments : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }

  Person account(const std::string& login, Role role, ServiceId service = police, TerritoryId territory = port) {
    auto tx = database().write();
    const auto person = create_person(*tx, {login, login}, chance, local()).value();
    const bool is_instance = is_instance_role(role);
    EXPECT_TRUE(grant(*tx,
                      {person.id,
                       role,
                       is_instance ? std::nullopt : std::optional(territory),
                       is_instance ? std::nullopt : std::optional(service),
                       Sensitivity::confidential,
                       "arrêté 1",
                       {0},
                       {}},
                      chance, local()));
    tx->commit();
    return person;
  }
  [[nodiscard]] Asker local() const { return {local_viewer("local:test", {}), "", "", at}; }
  Asker as(const Person& person) {
    auto snapshot = database().read();
    return {load_viewer(*snapshot, *find_person(*snapshot, person.id), at), "enquête", "", at};
  }
  // Does it, and keeps it where it was not refused.
  template <class Act>
  auto done(Act act) {
    auto tx = database().write();
    auto result = act(*tx);
    if (result) tx->commit();
    return result;
  }
  Result<Compartment> opened(const std::string& name, const Person& by) {
    const auto asker = as(by);
    return done(
        [&](auto& tx) { return open_compartment(tx, {port, CompartmentKind::procedure, name}, chance, asker); });
  }
  Result<void> admitted(const Compartment& compartment, const std::string& login, const Person& by) {
    const auto asker = as(by);
    return done([&](auto& tx) { return admit(tx, port, compartment.code, login, asker); });
  }
  Result<void> dismissed(const Compartment& compartment, const std::string& login, const Person& by) {
    const auto asker = as(by);
    return done([&](auto& tx) { return dismiss(tx, port, compartment.code, login, asker); });
  }
  Result<void> closed(const Compartment& compartment, const Person& by) {
    const auto asker = as(by);
    return done([&](auto& tx) { return close_compartment(tx, port, compartment.code, asker); });
  }
  std::vector<Compartment> own(const Person& person) {
    return compartments_of(*database().read(), as(person).viewer, port);
  }
  bool reads(const Person& person, const Compartment& compartment) {
    const Marking inside{
        port, Sensitivity::ordinary, Handling::h0, Regime::judicial, police, {customs}, {compartment.id}, {}, false};
    return decide(first_policy(), as(person).viewer, inside).is_allowed();
  }

  testing::FixedChance chance{5};
  Instant at{1'000'000};
};

TEST_P(Compartments, one_is_opened_by_the_roles_that_hold_it_and_by_no_other) {
  for (const Role role : roles) {
    const auto person = account(std::string(name_of(role)) + ".x", role);
    const auto made = opened("MISTRAL", person);
    const bool may = first_policy().roles.at(role).capabilities.contains(Capability::open_compartment);
    EXPECT_EQ(made.has_value(), may) << name_of(role);
    EXPECT_EQ(own(person).size(), may ? 1U : 0U);
    if (!may) EXPECT_EQ(made.error().field, "role");
  }
  for (const Role never : {Role::administrator, Role::auditor, Role::partner, Role::municipal})
    EXPECT_FALSE(first_policy().roles.at(never).capabilities.contains(Capability::open_compartment));
  // Whoever is at the machine has no account, and so is in none.
  const auto machine = Asker{local_viewer("local:cli", {port}), "", "", at};
  EXPECT_EQ(done([&](auto& tx) {
              return open_compartment(tx, {port, CompartmentKind::procedure, "MISTRAL"}, chance, machine);
            })
                .error()
                .field,
            "role");
}

TEST_P(Compartments, an_equal_name_is_refused_only_to_who_is_in_the_other_one) {
  const auto ana = account("ana", Role::analyst);
  const auto bob = account("bob", Role::commander, customs);
  const auto first = opened("MISTRAL", ana);
  ASSERT_TRUE(first);
  EXPECT_EQ(opened("MISTRAL", ana).error().field, "name");
  const auto second = opened("MISTRAL", bob);
  ASSERT_TRUE(second);
  EXPECT_NE(first->code, second->code);
  // In both: told apart by their codes. The admission tells nobody of the other.
  ASSERT_TRUE(admitted(*second, "ana", bob));
  EXPECT_EQ(own(ana).size(), 2U);
  EXPECT_EQ(find_compartment(own(ana), "MISTRAL", "x").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(find_compartment(own(ana), second->code, "x")->id, second->id);
  for (const char* wrong : {"", "M", "mistral", "MARSEILLE NORD", "ALIZÉ", "ABCDEFGHIJKLMNOPQRSTUVWXY"})
    EXPECT_EQ(opened(wrong, ana).error().field, "name") << wrong;
}

TEST_P(Compartments, who_is_not_a_member_gets_the_answer_for_one_that_does_not_exist) {
  const auto ana = account("ana", Role::analyst);
  const auto made = opened("MISTRAL", ana).value();
  Compartment absent = made;
  absent.code = "aaaaaaaaaaaaaaaa";
  Compartment by_name = made;
  by_name.code = made.name;
  for (const Role role : roles) {
    const auto other = account(std::string(name_of(role)) + ".y", role);
    for (const bool is_admission : {true, false}) {
      const auto tried = [&](const Compartment& one) {
        return is_admission ? admitted(one, "ana", other) : dismissed(one, "ana", other);
      };
      ASSERT_FALSE(tried(made));
      EXPECT_EQ(tried(made).error(), tried(absent).error()) << name_of(role);
      EXPECT_EQ(tried(made).error(), tried(by_name).error()) << name_of(role);
      EXPECT_EQ(tried(made).error().kind, ErrorKind::not_found);
    }
    EXPECT_EQ(closed(made, other).error(), closed(absent, other).error());
    EXPECT_FALSE(reads(other, made)) << name_of(role);
  }
  EXPECT_EQ(own(ana).size(), 1U);
  EXPECT_FALSE(own(ana)[0].closed_at);
}

TEST_P(Compartments, only_somebody_who_would_read_there_is_admitted_and_every_refusal_is_the_same) {
  const auto ana = account("ana", Role::analyst);
  const auto made = opened("MISTRAL", ana).value();
  (void)account("loin", Role::analyst, police, gare);
  const auto gone = account("gone", Role::analyst);
  (void)done([&](auto& tx) { return disable_person(tx, gone.id, local()); });
  for (const Role role : roles) (void)account(std::string(name_of(role)), role);
  const auto unknown = admitted(made, "nobody", ana).error();
  EXPECT_EQ(unknown.field, "login");
  for (const char* login : {"loin", "gone", "municipal", "partner", "auditor", "administrator"})
    EXPECT_EQ(admitted(made, login, ana).error(), unknown) << login;
  for (const char* login : {"patrol", "commander", "duty_officer", "prosecutor", "prefecture", "analyst"}) {
    EXPECT_TRUE(admitted(made, login, ana)) << login;
    EXPECT_TRUE(admitted(made, login, ana)) << "again: nothing changes";
  }
  EXPECT_EQ(members_of(*database().read(), first_policy(), made, at).size(), 7U);
}

TEST_P(Compartments, a_member_whose_role_does_not_hold_it_leaves_and_changes_nothing_else) {
  const auto ana = account("ana", Role::analyst);
  const auto pat = account("pat", Role::patrol);
  (void)account("bob", Role::commander);
  const auto made = opened("MISTRAL", ana).value();
  ASSERT_TRUE(admitted(made, "pat", ana));
  EXPECT_EQ(admitted(made, "bob", pat).error().field, "role");
  EXPECT_EQ(dismissed(made, "ana", pat).error().field, "role");
  EXPECT_EQ(dismissed(made, "nobody", pat).error().field, "role");
  EXPECT_EQ(closed(made, pat).error().field, "role");
  EXPECT_TRUE(dismissed(made, "pat", pat));
  EXPECT_TRUE(own(pat).empty());
}

TEST_P(Compartments, somebody_stays_who_may_admit) {
  const auto ana = account("ana", Role::analyst);
  const auto bob = account("bob", Role::commander);
  const auto pat = account("pat", Role::patrol);
  const auto made = opened("MISTRAL", ana).value();
  EXPECT_EQ(dismissed(made, "ana", ana).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(admitted(made, "pat", ana));
  EXPECT_EQ(dismissed(made, "ana", ana).error().kind, ErrorKind::conflict);  // who patrols admits nobody
  ASSERT_TRUE(admitted(made, "bob", ana));
  ASSERT_TRUE(done([&](auto& tx) { return disable_person(tx, bob.id, local()); }));
  EXPECT_EQ(dismissed(made, "ana", ana).error().kind, ErrorKind::conflict);  // nor a closed account
  (void)done([&](auto& tx) {
    enable_person(tx, bob.id, local());
    return Result<void>();
  });
  EXPECT_TRUE(dismissed(made, "ana", ana));
  EXPECT_TRUE(own(ana).empty());
  ASSERT_TRUE(closed(made, bob));
  EXPECT_EQ(dismissed(made, "bob", bob).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(dismissed(made, "pat", bob));
}

TEST_P(Compartments, dismissal_and_another_service_take_effect_at_once) {
  const auto ana = account("ana", Role::analyst);
  const auto bob = account("bob", Role::commander, customs);
  const auto made = opened("MISTRAL", ana).value();
  ASSERT_TRUE(admitted(made, "bob", ana));
  EXPECT_TRUE(reads(bob, made));
  ASSERT_TRUE(dismissed(made, "bob", ana));
  EXPECT_FALSE(reads(bob, made));
  ASSERT_TRUE(admitted(made, "bob", ana));
  EXPECT_TRUE(reads(bob, made));
  // Bob moves to the police: whatever they may do there, they are not in.
  ASSERT_TRUE(done([&](auto& tx) -> Result<Habilitation> {
    const auto held = habilitations_of(tx, bob.id);
    if (auto ended = revoke(tx, held.front().code, local()); !ended) return Failure(ended.error());
    return grant(tx, {bob.id, Role::commander, port, police, Sensitivity::confidential, "arrêté 2", at, {}}, chance,
                 local());
  }));
  EXPECT_FALSE(reads(bob, made));
  EXPECT_TRUE(own(bob).empty());
  const auto members = members_of(*database().read(), first_policy(), made, at);
  ASSERT_EQ(members.size(), 2U);
  EXPECT_FALSE(std::ranges::find(members, "bob", [](const auto& one) { return one.person.login; })->is_in_force);
  ASSERT_TRUE(admitted(made, "bob", ana));
  EXPECT_TRUE(reads(bob, made));
}

TEST_P(Compartments, a_closed_one_takes_nothing_and_nobody_and_is_still_read) {
  const auto ana = account("ana", Role::analyst);
  const auto bob = account("bob", Role::commander);
  const auto made = opened("MISTRAL", ana).value();
  ASSERT_TRUE(closed(made, ana));
  EXPECT_EQ(closed(made, ana).error().kind, ErrorKind::conflict);
  EXPECT_EQ(admitted(made, "bob", ana).error().kind, ErrorKind::conflict);
  EXPECT_TRUE(reads(ana, made));
  auto snapshot = database().read();
  EXPECT_EQ(check_open(*snapshot, {made.id}, {}).error().field, "compartments");
  EXPECT_TRUE(check_open(*snapshot, {made.id}, {made.id}));
  snapshot.reset();
  EXPECT_TRUE(opened("MISTRAL", ana)) << "the name of a closed one is free";
}

TEST_P(Compartments, one_names_ones_own_service_and_no_other) {
  const auto ana = account("ana", Role::analyst);
  (void)account("pat", Role::patrol);
  (void)account("bob", Role::commander, customs);
  (void)account("loin", Role::analyst, police, gare);
  (void)account("noa", Role::municipal);
  const auto gone = account("gone", Role::patrol);
  (void)done([&](auto& tx) { return disable_person(tx, gone.id, local()); });
  const auto known = colleagues_of(*database().read(), first_policy(), as(ana), port);
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].login, "pat");
}

TEST_P(Compartments, every_act_is_in_the_log_with_its_purpose_and_never_with_the_name) {
  const auto ana = account("ana", Role::analyst);
  (void)account("bob", Role::commander);
  const auto before = audit::size(*database().read());
  const auto made = opened("MISTRAL", ana).value();
  ASSERT_TRUE(admitted(made, "bob", ana));
  ASSERT_TRUE(admitted(made, "bob", ana));
  ASSERT_TRUE(dismissed(made, "bob", ana));
  EXPECT_FALSE(dismissed(made, "ana", ana));
  ASSERT_TRUE(closed(made, ana));
  const auto entries = audit::list(*database().read(), {}, 100);
  EXPECT_EQ(audit::size(*database().read()) - before, 4);
  std::vector<std::string> said;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& act = entries[i].act;
    said.push_back(act.details);
    EXPECT_EQ(act.subject, "compartment " + made.code);
    EXPECT_EQ(act.purpose, "enquête");
    EXPECT_EQ(act.actor, as(ana).actor());
    EXPECT_EQ(act.territory, port);
  }
  const auto bob = find_person_by_login(*database().read(), "bob")->id.value;
  EXPECT_EQ(said, (std::vector<std::string>{"closed", "dismissed person=" + std::to_string(bob),
                                            "admitted person=" + std::to_string(bob), "opened kind=procedure"}));
}

INSTANTIATE_TEST_SUITE_P(Databases, Compartments, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
