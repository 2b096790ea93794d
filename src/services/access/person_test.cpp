#include "services/access/person.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/crypto/one_time_code.h"
#include "services/access/scene_test.h"
#include "services/access/sign_in.h"
#include "services/access/token.h"
#include "testing/golden.h"

namespace quadrille::access {
namespace {

constexpr TerritoryId port{1};
constexpr TerritoryId sf{2};
constexpr ServiceId police{1};
constexpr ServiceId customs{2};
constexpr std::int64_t minute_ms = 60'000;

NewHabilitation wanted_role(Role role, PersonId person = {7}) {
  const bool is_instance = is_instance_role(role);
  return {person,
          role,
          is_instance ? std::nullopt : std::optional(port),
          is_instance ? std::nullopt : std::optional(police),
          Sensitivity::restricted,
          "décision 12",
          start,
          {}};
}
Habilitation held_role(Role role, Instant from = start, std::optional<Instant> until = {}) {
  const auto wanted = wanted_role(role);
  return {
      "code", {7},   role, wanted.territory, wanted.service, Sensitivity::restricted, "décision 12", "person:1", start,
      from,   until, {}};
}
Asker by_person(std::int64_t id) {
  Asker by{{}, "", "", start};
  by.viewer.person = {id};
  return by;
}

TEST(Habilitation, nobody_grants_themselves) {
  for (const Role role : roles) {
    const auto refused = check_habilitation(wanted_role(role), {}, by_person(7));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::forbidden);
    EXPECT_TRUE(check_habilitation(wanted_role(role), {}, by_person(8)));
  }
}

TEST(Habilitation, who_administers_or_audits_does_nothing_else_for_every_pair_of_roles) {
  for (const Role held : roles) {
    for (const Role wanted : roles) {
      const bool is_alone = is_instance_role(held) || is_instance_role(wanted);
      const auto checked = check_habilitation(wanted_role(wanted), {held_role(held)}, by_person(8));
      EXPECT_EQ(checked.has_value(), !is_alone || held == wanted) << name_of(held) << ' ' << name_of(wanted);
      // Once the first has ended the other may begin.
      EXPECT_TRUE(check_habilitation(wanted_role(wanted), {held_role(held, {0}, start)}, by_person(8)));
    }
  }
}

TEST(Habilitation, it_has_a_place_a_period_and_an_act) {
  auto wanted = wanted_role(Role::analyst);
  wanted.territory.reset();
  EXPECT_EQ(check_habilitation(wanted, {}, by_person(8)).error().field, "territory");
  wanted = wanted_role(Role::analyst);
  wanted.service.reset();
  EXPECT_EQ(check_habilitation(wanted, {}, by_person(8)).error().field, "service");
  wanted = wanted_role(Role::auditor);
  wanted.territory = port;
  EXPECT_EQ(check_habilitation(wanted, {}, by_person(8)).error().field, "territory");
  wanted = wanted_role(Role::analyst);
  wanted.until = wanted.from;
  EXPECT_EQ(check_habilitation(wanted, {}, by_person(8)).error().field, "until");
  wanted = wanted_role(Role::analyst);
  wanted.act = "";
  EXPECT_EQ(check_habilitation(wanted, {}, by_person(8)).error().field, "act");
  wanted = wanted_role(Role::analyst);
  wanted.service = customs;
  EXPECT_EQ(check_habilitation(wanted, {held_role(Role::patrol)}, by_person(8)).error().field, "service");
}

TEST(Viewer, rights_follow_the_dates_of_habilitations_and_nothing_else) {
  const Person person{{7}, "c", "martin", "Martin", false, true, true, start, {}};
  const auto viewer_at = [&](const Habilitation& held, Instant at) {
    return make_viewer(person, in_force(person, {held}, at), {});
  };
  auto held = held_role(Role::analyst, {100}, Instant{200});
  EXPECT_EQ(viewer_at(held, {99}).standings.size(), 0U);
  EXPECT_EQ(viewer_at(held, {100}).standings.size(), 1U);
  EXPECT_EQ(viewer_at(held, {199}).standings.size(), 1U);
  EXPECT_EQ(viewer_at(held, {200}).standings.size(), 0U);
  held.revoked_at = Instant{150};
  EXPECT_EQ(viewer_at(held, {149}).standings.size(), 1U);
  EXPECT_EQ(viewer_at(held, {150}).standings.size(), 0U);
  Person disabled = person;
  disabled.disabled_at = Instant{1};
  EXPECT_TRUE(in_force(disabled, {held_role(Role::analyst)}, start).empty());
}

TEST(Viewer, a_compartment_counts_while_its_member_acts_for_the_service_they_were_admitted_with) {
  const Person person{{7}, "c", "martin", "Martin", false, true, true, start, {}};
  const auto in = [&](const Habilitation& held, const Membership& membership) {
    return !make_viewer(person, in_force(person, {held}, start), {membership}).compartments.empty();
  };
  auto held = held_role(Role::analyst);
  const Membership membership{{4}, *held.territory, *held.service};
  EXPECT_TRUE(in(held, membership));
  EXPECT_FALSE(in(held, {{4}, *held.territory, customs}));
  EXPECT_FALSE(in(held, {{4}, {held.territory->value + 1}, *held.service}));
  held.revoked_at = start;
  EXPECT_FALSE(in(held, membership));
  EXPECT_FALSE(in(held_role(Role::administrator), membership));
}

TEST(SignInWaits, grow_and_stay_bounded) {
  EXPECT_EQ(wait_ms_after(4, free_failures_of_account), 0);
  EXPECT_EQ(wait_ms_after(5, free_failures_of_account), 1000);
  EXPECT_EQ(wait_ms_after(8, free_failures_of_account), 8000);
  for (std::int64_t failures = 0; failures < 200; ++failures) {
    EXPECT_LE(wait_ms_after(failures, 5), wait_ms_after(failures + 1, 5));
    EXPECT_LE(wait_ms_after(failures, 5), longest_wait_ms);
  }
}

class AccountStore : public AccountScene {
 protected:
  Person add(const std::string& login) {
    return *write([&](database::Transaction& tx) { return create_person(tx, {login, "Test"}, chance_, local()); });
  }
  // With a password, by the link.
  Person add_with_password(const std::string& login, const std::string& password) {
    const auto person = add(login);
    const auto secret = write([&](database::Transaction& tx) { return invite(tx, person.id, chance_, local()); });
    EXPECT_TRUE(accept_invitation(database(), sign_in_, {secret, "", "", password, ""}, chance_, clock_.now()));
    return person;
  }
  std::expected<Proven, SignInRefusal> attempt(const std::string& login, const std::string& password,
                                               const std::string& code = "", const std::string& address = "192.0.2.1") {
    return sign_in_.check(database(), {login, password, code, address}, clock_.now());
  }
  crypto::Bytes enrol(PersonId person) {
    const auto session = open(person).session;
    const auto secret = *write([&](database::Transaction& tx) { return begin_second_factor(tx, session, chance_); });
    recovery_ = write([&](database::Transaction& tx) {
                  return confirm_second_factor(tx, session, crypto::totp(secret, clock_.now()), chance_, clock_.now());
                })->recovery_codes;
    return secret;
  }
  OpenedSession open(PersonId person) { return open_for(person, Proof::one_factor, "password"); }

  SignIn sign_in_{crypto::cheapest_password_cost};
  std::vector<std::string> recovery_;
};

TEST_P(AccountStore, a_login_is_taken_once_and_has_a_form) {
  (void)add("martin");
  const auto again =
      write([&](database::Transaction& tx) { return create_person(tx, {"martin", "X"}, chance_, local()); });
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  for (const char* login : {"", "x", "Martin", "a b", "é", "a\nb"})
    EXPECT_EQ(write([&](database::Transaction& tx) { return create_person(tx, {login, "X"}, chance_, local()); })
                  .error()
                  .field,
              "login");
}

TEST_P(AccountStore, a_link_works_once_and_not_after_its_time) {
  const auto person = add("martin");
  const auto first = write([&](database::Transaction& tx) { return invite(tx, person.id, chance_, local()); });
  const auto second = write([&](database::Transaction& tx) { return invite(tx, person.id, chance_, local()); });
  EXPECT_FALSE(find_invitation(*database().read(), first, clock_.now())) << "a newer link replaces it";
  EXPECT_FALSE(find_invitation(*database().read(), "guess", clock_.now()));
  EXPECT_EQ(accept_invitation(database(), sign_in_, {second, "", "", "short", ""}, chance_, clock_.now()).error().field,
            "password");
  EXPECT_TRUE(find_invitation(*database().read(), second, clock_.now())) << "a refusal does not use it up";
  EXPECT_TRUE(
      accept_invitation(database(), sign_in_, {second, "", "", "quatre mots sans rime", ""}, chance_, clock_.now()));
  EXPECT_FALSE(find_invitation(*database().read(), second, clock_.now()));
  EXPECT_TRUE(attempt("martin", "quatre mots sans rime"));
  const auto third = write([&](database::Transaction& tx) { return invite(tx, person.id, chance_, local()); });
  clock_.advance_ms(invitation_lasts_ms);
  EXPECT_FALSE(find_invitation(*database().read(), third, clock_.now()));
}

TEST_P(AccountStore, the_first_administrator_is_made_by_a_link_once_and_with_a_second_factor) {
  const auto secret =
      write([&](database::Transaction& tx) { return invite_first_administrator(tx, chance_, local()); });
  const auto invitation = find_invitation(*database().read(), secret, clock_.now());
  ASSERT_TRUE(invitation && invitation->needs_second_factor && !invitation->person);
  Acceptance acceptance{secret, "admin", "Première", "quatre mots sans rime", ""};
  EXPECT_EQ(accept_invitation(database(), sign_in_, acceptance, chance_, clock_.now()).error().field, "code");
  EXPECT_FALSE(has_persons(*database().read())) << "nothing is half made";
  acceptance.code = crypto::totp(invitation->second_factor, clock_.now());
  const auto accepted = accept_invitation(database(), sign_in_, acceptance, chance_, clock_.now());
  ASSERT_TRUE(accepted) << accepted.error().message.en;
  EXPECT_EQ(accepted->recovery_codes.size(), 10U);
  const auto viewer = load_viewer(*database().read(), accepted->proven.person, clock_.now());
  EXPECT_EQ(viewer.instance_roles, std::set{Role::administrator});
  EXPECT_EQ(accept_invitation(database(), sign_in_, acceptance, chance_, clock_.now()).error().kind,
            ErrorKind::not_found);
}

TEST_P(AccountStore, an_unknown_login_is_answered_and_slowed_down_as_a_wrong_password) {
  (void)add_with_password("martin", "quatre mots sans rime");
  (void)add("sans-mot-de-passe");
  for (int i = 0; i < 12; ++i) {
    const auto wrong = attempt("martin", "wrong password", "", "192.0.2.1");
    const auto unknown = attempt("nobody", "wrong password", "", "192.0.2.2");
    const auto without = attempt("sans-mot-de-passe", "wrong password", "", "192.0.2.3");
    ASSERT_FALSE(wrong || unknown || without);
    EXPECT_EQ(wrong.error().why, unknown.error().why) << i;
    EXPECT_EQ(wrong.error().wait_ms, unknown.error().wait_ms) << i;
    EXPECT_EQ(wrong.error().why, without.error().why) << i;
    if (wrong.error().why == SignInRefusal::Why::wait) clock_.advance_ms(wrong.error().wait_ms);
  }
  (void)attempt("martin", "wrong password");
  EXPECT_EQ(attempt("martin", "quatre mots sans rime").error().why, SignInRefusal::Why::wait);
  clock_.advance_ms(longest_wait_ms);
  EXPECT_TRUE(attempt("martin", "quatre mots sans rime"));
  EXPECT_EQ(attempt("martin", "wrong password").error().why, SignInRefusal::Why::wrong) << "counted anew";
}

TEST_P(AccountStore, an_address_that_tries_many_logins_waits_whatever_it_tries_next) {
  (void)add_with_password("martin", "quatre mots sans rime");
  for (int i = 0; i < free_failures_of_address; ++i)
    EXPECT_EQ(attempt("login" + std::to_string(i), "wrong password").error().why, SignInRefusal::Why::wrong);
  EXPECT_EQ(attempt("martin", "quatre mots sans rime").error().why, SignInRefusal::Why::wait);
  EXPECT_TRUE(attempt("martin", "quatre mots sans rime", "", "198.51.100.1"));
}

TEST_P(AccountStore, every_attempt_leaves_a_trace_that_holds_neither_login_nor_password) {
  (void)attempt("a password typed as login", "hunter2hunter2");
  for (const auto& entry : audit::list(*database().read(), std::nullopt, 10)) {
    EXPECT_NE(entry.act.details.find("refused"), std::string::npos);
    for (const auto& text : {entry.act.subject, entry.act.details, entry.act.actor})
      EXPECT_EQ(text.find("typed as login") + text.find("hunter"), std::string::npos + std::string::npos);
  }
  EXPECT_EQ(audit::list(*database().read(), std::nullopt, 10).size(), 1U);
}

TEST_P(AccountStore, a_code_is_good_once_and_a_recovery_code_too) {
  const auto person = add_with_password("martin", "quatre mots sans rime");
  const auto secret = enrol(person.id);
  EXPECT_EQ(attempt("martin", "quatre mots sans rime").error().why, SignInRefusal::Why::code_needed);
  EXPECT_EQ(attempt("martin", "wrong password").error().why, SignInRefusal::Why::wrong);
  EXPECT_FALSE(attempt("martin", "quatre mots sans rime", crypto::totp(secret, clock_.now())))
      << "the code that enrolled it was used";
  clock_.advance_ms(30'000);
  const auto code = crypto::totp(secret, clock_.now());
  const auto proven = attempt("martin", "quatre mots sans rime", code);
  ASSERT_TRUE(proven);
  EXPECT_EQ(proven->proof, Proof::two_factors);
  EXPECT_FALSE(attempt("martin", "quatre mots sans rime", code)) << "replayed";
  EXPECT_TRUE(attempt("martin", "quatre mots sans rime", recovery_[3]));
  EXPECT_FALSE(attempt("martin", "quatre mots sans rime", recovery_[3]));
}

TEST_P(AccountStore, a_disabled_account_has_no_way_in) {
  const auto person = add_with_password("martin", "quatre mots sans rime");
  const auto session = open(person.id);
  const auto issued = write([&](database::Transaction& tx) {
    return issue_token(tx, {person.id, "x", {Capability::see_picture}, "essai", {start.utc_ms + minute_ms}}, chance_,
                       local());
  });
  ASSERT_TRUE(issued && use(session.token) && find_token(*database().read(), issued->secret, clock_.now()));
  EXPECT_EQ(write([&](database::Transaction& tx) { return disable_person(tx, person.id, by_person(person.id.value)); })
                .error()
                .kind,
            ErrorKind::forbidden);
  ASSERT_TRUE(write([&](database::Transaction& tx) { return disable_person(tx, person.id, local()); }));
  EXPECT_FALSE(use(session.token));
  EXPECT_FALSE(find_token(*database().read(), issued->secret, clock_.now()));
  EXPECT_EQ(attempt("martin", "quatre mots sans rime").error().why, SignInRefusal::Why::wrong);
}

TEST_P(AccountStore, a_reset_forgets_password_second_factor_and_sessions) {
  const auto person = add_with_password("martin", "quatre mots sans rime");
  (void)enrol(person.id);
  const auto session = open(person.id);
  const auto link = write([&](database::Transaction& tx) { return reset_person(tx, person.id, chance_, local()); });
  EXPECT_FALSE(use(session.token));
  EXPECT_FALSE(attempt("martin", "quatre mots sans rime", recovery_[0]));
  EXPECT_FALSE(find_person(*database().read(), person.id)->has_second_factor);
  EXPECT_TRUE(find_invitation(*database().read(), link, clock_.now()));
}

TEST_P(AccountStore, a_session_ends_idle_at_the_end_of_the_shift_and_when_asked) {
  const auto person = add("martin");
  const auto idle = open(person.id);
  clock_.advance_ms(session_idle_ms - 1);
  EXPECT_TRUE(use(idle.token));
  clock_.advance_ms(session_idle_ms);
  EXPECT_EQ(use(idle.token).error(), SessionRefusal::ended);
  auto kept = open(person.id).token;
  std::int64_t lived = 0;
  for (; lived < 2 * session_lasts_ms; lived += 10 * minute_ms) {
    const auto used = use(kept);
    if (!used) break;
    if (!used->new_token.empty()) kept = used->new_token;
    clock_.advance_ms(10 * minute_ms);
  }
  EXPECT_EQ(lived, session_lasts_ms);
  EXPECT_EQ(use("no token at all").error(), SessionRefusal::unknown);
}

TEST_P(AccountStore, a_token_that_was_replaced_is_good_until_the_new_one_is_seen_and_a_copy_ends_the_session) {
  const auto person = add("martin");
  const auto first = open(person.id).token;
  EXPECT_TRUE(use(first)->new_token.empty());
  clock_.advance_ms(session_rotates_ms);
  const auto second = use(first)->new_token;
  ASSERT_FALSE(second.empty());
  clock_.advance_ms(10 * minute_ms);
  EXPECT_TRUE(use(first)) << "the answer that brought the new one was lost";
  EXPECT_TRUE(use(second));
  clock_.advance_ms(session_overlap_ms);
  EXPECT_TRUE(use(first)) << "requests that were under way";
  clock_.advance_ms(1);
  EXPECT_EQ(use(first).error(), SessionRefusal::copied);
  EXPECT_EQ(use(second).error(), SessionRefusal::ended);
  EXPECT_NE(audit::list(*database().read(), std::nullopt, 1).front().act.details.find("shown again"),
            std::string::npos);
}

TEST_P(AccountStore, two_requests_at_the_moment_of_change_make_one_new_token) {
  const auto person = add("martin");
  const auto first = open(person.id).token;
  clock_.advance_ms(session_rotates_ms);
  EXPECT_FALSE(use(first)->new_token.empty());
  EXPECT_TRUE(use(first)->new_token.empty());
}

TEST_P(AccountStore, signing_out_everywhere_ends_every_session) {
  const auto person = add("martin");
  const auto one = open(person.id);
  const auto two = open(person.id);
  EXPECT_EQ(write([&](database::Transaction& tx) { return end_sessions_of(tx, person.id, local()); }), 2);
  EXPECT_FALSE(use(one.token));
  EXPECT_FALSE(use(two.token));
}

TEST_P(AccountStore, a_purpose_is_said_and_kept_with_the_session) {
  const auto opened = open(add("martin").id);
  auto tx = database().write();
  EXPECT_EQ(set_purpose(*tx, opened.session, "x", "", clock_.now()).error().field, "purpose");
  ASSERT_TRUE(set_purpose(*tx, opened.session, "relève de nuit", "CPP 15-4", clock_.now()));
  tx->commit();
  const auto used = use(opened.token);
  EXPECT_EQ(used->session.purpose, "relève de nuit");
  EXPECT_EQ(used->session.legal_basis, "CPP 15-4");
}

TEST_P(AccountStore, the_database_holds_no_secret_that_opens_anything) {
  const auto person = add_with_password("martin", "quatre mots sans rime");
  const auto session = open(person.id);
  const auto link = write([&](database::Transaction& tx) { return invite(tx, person.id, chance_, local()); });
  const auto issued = write([&](database::Transaction& tx) {
    return issue_token(tx, {person.id, "x", {Capability::see_picture}, "essai", {start.utc_ms + minute_ms}}, chance_,
                       local());
  });
  auto snapshot = database().read();
  const std::pair<const char*, std::string> held[] = {{"SELECT hash FROM session_token", session.token},
                                                      {"SELECT hash FROM invitation", link},
                                                      {"SELECT hash FROM token", issued->secret},
                                                      {"SELECT password FROM person", "quatre mots sans rime"}};
  for (const auto& [sql, secret] : held) {
    auto rows = snapshot->query(sql);
    while (rows->next()) EXPECT_EQ(rows->text(0).find(secret), std::string_view::npos) << sql;
  }
}

TEST_P(AccountStore, tokens_say_what_for_until_when_and_within_which_limits) {
  const auto person = add("martin");
  const NewToken good{person.id, "QGIS", {Capability::export_masked}, "cartes", {start.utc_ms + minute_ms}};
  const auto issue = [&](NewToken wanted) {
    return write([&](database::Transaction& tx) { return issue_token(tx, wanted, chance_, local()); });
  };
  auto wrong = good;
  wrong.label = "";
  EXPECT_EQ(issue(wrong).error().field, "label");
  wrong = good;
  wrong.capabilities.clear();
  EXPECT_EQ(issue(wrong).error().field, "capabilities");
  wrong = good;
  wrong.purpose = "";
  EXPECT_EQ(issue(wrong).error().field, "purpose");
  wrong = good;
  wrong.expires_at = {start.utc_ms + token_lasts_at_most_ms + 1};
  EXPECT_EQ(issue(wrong).error().field, "expires_at");
  const auto issued = issue(good);
  ASSERT_TRUE(issued);
  EXPECT_EQ(find_token(*database().read(), issued->secret, clock_.now())->capabilities, good.capabilities);
  EXPECT_EQ(list_tokens(*database().read(), person.id).size(), 1U);
  ASSERT_TRUE(
      write([&](database::Transaction& tx) { return revoke_token(tx, person.id, issued->token.code, local()); }));
  EXPECT_FALSE(find_token(*database().read(), issued->secret, clock_.now()));
  EXPECT_FALSE(
      write([&](database::Transaction& tx) { return revoke_token(tx, person.id, issued->token.code, local()); }));
}

TEST_P(AccountStore, habilitations_are_granted_revoked_and_logged) {
  const auto person = add("martin");
  auto wanted = wanted_role(Role::analyst, person.id);
  const auto granted = write([&](database::Transaction& tx) { return grant(tx, wanted, chance_, local()); });
  ASSERT_TRUE(granted);
  wanted.territory = sf;
  wanted.service = customs;
  ASSERT_TRUE(write([&](database::Transaction& tx) { return grant(tx, wanted, chance_, local()); }));
  auto viewer = load_viewer(*database().read(), person, clock_.now());
  ASSERT_EQ(viewer.standings.size(), 2U);
  EXPECT_EQ(viewer.in(sf)->service, customs);
  ASSERT_TRUE(write([&](database::Transaction& tx) { return revoke(tx, granted->code, local()); }));
  EXPECT_FALSE(write([&](database::Transaction& tx) { return revoke(tx, granted->code, local()); }));
  viewer = load_viewer(*database().read(), person, clock_.now());
  ASSERT_EQ(viewer.standings.size(), 1U);
  EXPECT_EQ(habilitations_of(*database().read(), person.id).size(), 2U) << "past ones stay listed";
  EXPECT_NE(audit::list(*database().read(), std::nullopt, 1).front().act.details.find("revoked"), std::string::npos);
}

TEST_P(AccountStore, a_demonstration_stays_among_its_own_and_where_data_are_open) {
  const auto demo = *write([&](database::Transaction& tx) {
    return create_person(tx, {"demo", "Démo", NewPerson::Kind::demonstration}, chance_, local());
  });
  EXPECT_FALSE(has_usual_persons(*database().read()));
  auto wanted = wanted_role(Role::analyst, demo.id);
  const auto try_grant = [&](const Asker& by) {
    return write([&](database::Transaction& tx) { return grant(tx, wanted, chance_, by); });
  };
  EXPECT_EQ(try_grant(local()).error().field, "territory");
  wanted.data = NewHabilitation::Data::open;
  EXPECT_TRUE(try_grant(local()));
  const auto usual = add("martin");
  EXPECT_TRUE(has_usual_persons(*database().read()));
  wanted = wanted_role(Role::administrator, usual.id);
  EXPECT_EQ(try_grant(by_person(demo.id.value)).error().kind, ErrorKind::forbidden)
      << "a way without a password must not make an administrator";
  EXPECT_TRUE(try_grant(local()));
}

TEST(PolicyTable, a_policy_that_shows_instance_roles_content_or_leaves_accounts_alone_is_refused) {
  EXPECT_TRUE(check_policy(first_policy()));
  for (const Role role : {Role::administrator, Role::auditor})
    for (const Capability capability : capabilities) {
      Policy policy = first_policy();
      policy.roles[role].capabilities.insert(capability);
      const bool is_fine =
          !is_content(capability) ||
          (role == Role::auditor && (capability == Capability::read_log || capability == Capability::answer_person));
      EXPECT_EQ(check_policy(policy).has_value(), is_fine) << name_of(role) << ' ' << name_of(capability);
    }
  Policy policy = first_policy();
  policy.roles[Role::administrator].capabilities.erase(Capability::manage_accounts);
  EXPECT_EQ(check_policy(policy).error().kind, ErrorKind::conflict);
}

TEST(PolicyTable, the_one_in_the_docs_is_the_first_policy) {
  const auto path = testing::source_folder() / "docs/access.md";
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(policy_table(first_policy(), Language::en)), std::string::npos)
      << policy_table(first_policy(), Language::en);
}

INSTANTIATE_TEST_SUITE_P(Databases, AccountStore, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::access
