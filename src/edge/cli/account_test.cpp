#include <gtest/gtest.h>

#include "edge/cli/scene_test.h"
#include "services/access/access.h"
#include "services/audit/audit.h"

// quadrille account …, access policy … and legal-act …, as they are typed at the machine; what is wrong is named as it
// was typed.

namespace quadrille::cli {
namespace {

class AccountCommands : public CommandScene {
 protected:
  void SetUp() override {
    make_instance({{"ana", "police", access::Role::analyst}}, {access::Capability::see_picture}, "enquête");
    ASSERT_EQ(run({"account", "create", "admin", "--name", "Admin"}).code, 0);
    ASSERT_EQ(run({"account", "grant", "admin", "--role", "administrator", "--act", "décision 1"}).code, 0);
    const auto made = run({"account", "token", "admin", "--for", "politique", "--capabilities", "run_instance"});
    ASSERT_EQ(made.code, 0) << made.err;
    ASSERT_TRUE(crypto::save_secret(folder_.path() / "admin", made.out));
  }
  void expect_refused(const std::vector<std::string>& typed, int code, const std::string& word,
                      const std::string& as = "") {
    const auto outcome = run(typed, as);
    std::string line;
    for (const auto& each : typed) line += each.substr(0, 60) + " ";
    EXPECT_EQ(outcome.code, code) << line << "\n" << outcome.err;
    EXPECT_NE(outcome.err.find(word), std::string::npos) << line << "\n" << outcome.err;
    EXPECT_EQ(outcome.out, "") << line;
  }
  std::string everything() {
    return run({"account", "list"}).out + run({"access", "policy", "show"}).out +
           run({"legal-act", "list"}, "admin").out;
  }
};

TEST_F(AccountCommands, what_is_wrong_is_named_as_typed_and_nothing_is_half_done) {
  const std::string long_name(500'000, 'x');
  const auto before = everything();
  expect_refused({"account", "create"}, 2, "LOGIN");
  expect_refused({"account", "create", "New Person"}, 2, "LOGIN");
  expect_refused({"account", "create", "ana"}, 2, "LOGIN");
  expect_refused({"account", "create", "new", "--name", long_name}, 2, "--name");
  expect_refused({"account", "create", "new", "--name", "\xff"}, 2, "--name");
  expect_refused({"account", "create", "new", "--name", "\u202enitram"}, 2, "--name");
  const std::vector<std::string> grant{"account", "grant", "ana", "--territory", "port", "--service", "police"};
  const auto granting = [&](std::initializer_list<std::string> more) {
    auto typed = grant;
    typed.insert(typed.end(), more);
    return typed;
  };
  expect_refused(granting({"--role", "king", "--act", "décision 2"}), 2, "--role");
  expect_refused(granting({"--role", "patrol", "--act", "é"}), 2, "--act");
  expect_refused(granting({"--role", "patrol", "--act", "décision\n2"}), 2, "--act");
  expect_refused(granting({"--role", "patrol", "--act", "décision 2", "--clearance", "secret"}), 2, "--clearance");
  expect_refused(granting({"--role", "patrol", "--act", "décision 2", "--from", "hier"}), 2, "--from");
  expect_refused(granting({"--role", "patrol", "--act", "décision 2", "--from", "2026-05-02", "--until", "2026-05-01"}),
                 2, "--until");
  expect_refused({"account", "grant", "ana", "--role", "patrol", "--act", "décision 2", "--territory", "none"}, 3,
                 "--territory");
  expect_refused({"account", "grant", "nobody", "--role", "patrol", "--act", "décision 2"}, 3, "LOGIN");
  expect_refused({"account", "revoke", "aaaaaaaaaaaaaaaa"}, 3, "HABILITATION");
  expect_refused({"account", "disable", "nobody"}, 3, "LOGIN");
  for (const char* days : {"0", "-1", "401", "9223372036854775807", "99999999999999999999", "deux"})
    expect_refused({"account", "token", "ana", "--for", "essai", "--days", days}, 2, "--days");
  expect_refused({"account", "token", "ana", "--for", "x"}, 2, "--for");
  expect_refused({"account", "token", "ana", "--for", "essai", "--label", ""}, 2, "--label");
  expect_refused({"account", "token", "ana", "--for", "essai", "--capabilities", "king"}, 2, "--capabilities");
  const std::vector<std::string> act{"legal-act", "add", "--part", "target_matching", "--reference"};
  expect_refused({"legal-act", "add", "--part", "everything", "--reference", "arrêté 12"}, 2, "--part", "admin");
  expect_refused({"legal-act", "add", "--part", "target_matching", "--reference", "a"}, 2, "--reference", "admin");
  expect_refused({"legal-act", "add", "--part", "target_matching", "--reference", "arrêté 12", "--from", "2026-05-02",
                  "--until", "2026-05-01"},
                 2, "--until", "admin");
  expect_refused({"legal-act", "end", "aaaaaaaaaaaaaaaa"}, 3, "CODE", "admin");
  EXPECT_EQ(everything(), before);
}

TEST_F(AccountCommands, a_policy_from_before_answers_has_them_at_the_next_command_and_the_log_says_so) {
  {
    const auto database = *database::open_database("sqlite:" + (folder_.path() / "quadrille.db").string());
    auto older = access::first_policy();
    for (auto& [role, held] : older.roles) held.capabilities.erase(access::Capability::answer_received);
    auto tx = database->write();
    (void)access::save_policy(*tx, older, {access::local_viewer("local:test", {}), "", "", {1000}});
    tx->commit();
  }
  EXPECT_EQ(run({"access", "policy", "show"}).out, access::policy_table(access::first_policy(), Language::en));
  const auto database = *database::open_database("sqlite:" + (folder_.path() / "quadrille.db").string());
  const auto newest = audit::list(*database->read(), {}, 1);
  ASSERT_EQ(newest.size(), 1U);
  EXPECT_EQ(newest[0].act.actor, "local:upgrade");
  EXPECT_EQ(newest[0].act.subject, "policy 3");
}

TEST_F(AccountCommands, the_policy_says_which_roles_demand_a_second_factor_and_who_has_none_yet) {
  const std::vector<std::string> set{"access", "policy", "set", "--role", "analyst"};
  const auto setting = [&](std::initializer_list<std::string> more) {
    auto typed = set;
    typed.insert(typed.end(), more);
    return typed;
  };
  expect_refused(set, 2, "--role", "admin");
  expect_refused({"access", "policy", "set", "--role", "king", "--allow", "see_picture"}, 2, "--role", "admin");
  expect_refused(setting({"--allow", "fly"}), 2, "--allow", "admin");
  expect_refused(setting({"--second-factor", "maybe"}), 2, "--second-factor", "admin");
  expect_refused(setting({"--second-factor", "free"}), 2, "--role", "admin");
  for (const char* role : {"administrator", "auditor"})
    expect_refused({"access", "policy", "set", "--role", role, "--second-factor", "free"}, 2, "--second-factor",
                   "admin");
  expect_refused(setting({"--second-factor", "required"}), 2, "--token-file");
  EXPECT_EQ(run({"access", "policy", "show"}).out.find("second factor demanded | | ×"), std::string::npos);
  const auto outcome = run(setting({"--second-factor", "required"}), "admin");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "Policy, version 2\n");
  EXPECT_NE(outcome.err.find("without this role until then: ana"), std::string::npos) << outcome.err;
  EXPECT_NE(run({"access", "policy", "show"}).out.find("| second factor demanded | | × |"), std::string::npos);
  EXPECT_EQ(run(setting({"--second-factor", "free"}), "admin").out, "Policy, version 3\n");
}

}  // namespace
}  // namespace quadrille::cli
