#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "edge/api/gate.h"
#include "edge/api/served_test.h"
#include "services/access/policy.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/sharing/postings.h"
#include "services/studies/studies.h"
#include "services/territory/territory.h"

namespace quadrille::api {

// Two territories, of which every content role stands in the first only; one account a role.
class GateScene : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             studies::migrations(), notes::migrations(), sharing::migrations()})
      database::migrate(database(), steps);
    served_.emplace(database(), clock_, chance_);
    auto tx = database().write();
    const access::Asker by = local();
    const territory::By who{"local:test", by.at};
    const auto port = territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, who);
    const auto other = territory::create(*tx, {"gare", "Gare", 2154, "Europe/Paris", true, {}}, who);
    ASSERT_TRUE(port && other);
    const auto service = territory::add_service(*tx, *territory::find(*tx, "port"), "pn", "Police", who);
    ASSERT_TRUE(service);
    for (const auto role : access::roles) {
      const auto person = access::create_person(*tx, {std::string(access::name_of(role)), "Test"}, chance_, by);
      ASSERT_TRUE(person) << person.error().message.en;
      const bool is_instance = access::is_instance_role(role);
      const auto granted = access::grant(*tx,
                                         {person->id,
                                          role,
                                          is_instance ? std::nullopt : std::optional(*port),
                                          is_instance ? std::nullopt : std::optional(*service),
                                          access::Sensitivity::confidential,
                                          "act 1",
                                          by.at,
                                          {}},
                                         chance_, by);
      ASSERT_TRUE(granted) << granted.error().message.en;
      persons_[role] = person->id;
    }
    tx->commit();
  }

  [[nodiscard]] access::Asker local() const { return {access::local_viewer("local:test", {}), "", "", clock_.now()}; }

  // A session with a purpose; its cookie and cross-site token.
  access::OpenedSession session_of(access::Role role, const std::string& purpose = "essai") {
    return session_of(persons_.at(role), access::Proof::two_factors, purpose);
  }
  access::OpenedSession session_of(PersonId person, access::Proof proof, const std::string& purpose = "essai") {
    auto tx = database().write();
    auto opened = access::open_session(*tx, person, proof, "password", chance_, clock_.now());
    if (!purpose.empty()) EXPECT_TRUE(access::set_purpose(*tx, opened.session, purpose, "", clock_.now()));
    tx->commit();
    return opened;
  }

  // For every role, as an administrator does it on the command line: another process.
  void demand_second_factors(access::SecondFactor demand = access::SecondFactor::required) {
    access::Policy policy = access::first_policy();
    for (auto& [role, held] : policy.roles)
      if (!access::is_instance_role(role)) held.second_factor = demand;
    const auto other = *database::open_database(url());
    auto tx = other->write();
    (void)access::save_policy(*tx, policy, local());
    tx->commit();
  }
  PersonId person_without_role() {
    auto tx = database().write();
    const auto person = access::create_person(*tx, {"nobody", "Test"}, chance_, local());
    EXPECT_TRUE(person);
    tx->commit();
    return person->id;
  }
  [[nodiscard]] PersonId person_of(access::Role role) const { return persons_.at(role); }

  std::string token_of(access::Role role, std::set<access::Capability> capabilities,
                       access::Proof proof = access::Proof::two_factors) {
    auto tx = database().write();
    const auto issued = access::issue_token(
        *tx, {persons_.at(role), "test", std::move(capabilities), "essai", {clock_.now().utc_ms + 3'600'000}, proof},
        chance_, local());
    EXPECT_TRUE(issued);
    tx->commit();
    return issued->secret;
  }

  http::Request request_for(const Endpoint& endpoint, const std::string& slug) {
    std::string path(endpoint.path);
    if (const auto at = path.find("{slug}"); at != std::string::npos) path.replace(at, 6, slug);
    return {std::string(endpoint.method), path, {}, {{"host", "localhost:8080"}, {"accept-language", "en"}}, "", "::1"};
  }
  static void with_cookie(http::Request& request, const access::OpenedSession& session) {
    request.headers["cookie"] = "theme=dark; quadrille-8080=" + session.token;
    request.headers["quadrille-csrf"] = session.session.csrf;
  }
  http::Response ask(const http::Request& request) {
    Context context = make_context();
    return answer(context, request);
  }
  // What the gate says, without the handler behind it.
  std::expected<void, Refusal> gate(const Endpoint& endpoint, const http::Request& request, const std::string& slug) {
    Context context = make_context();
    return admit(context, endpoint, request, {slug, "x", "x"}, identify(context, request));
  }
  Context make_context() { return served_->context(); }
  [[nodiscard]] Settings& settings() { return served_->settings; }
  [[nodiscard]] std::size_t refusals_logged() {
    std::size_t count = 0;
    for (const auto& entry : audit::list(*database().read(), std::nullopt, 10'000))
      count += entry.act.subject == "refused" || entry.act.subject == "credential" ? 1U : 0U;
    return count;
  }

  testing::ManualClock clock_{{1'790'000'000'000}};
  testing::FixedChance chance_{3};

 private:
  std::map<access::Role, PersonId> persons_;
  std::optional<Served> served_;
};

}  // namespace quadrille::api
