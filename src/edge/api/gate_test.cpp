#include <algorithm>

#include "edge/api/gate_scene_test.h"
#include "host/crypto/encoding.h"
#include "host/crypto/one_time_code.h"
#include "host/json/describe.h"

// Every endpoint with every role and every way of not being let in.

namespace quadrille::api {
namespace {

class GateTest : public GateScene {};

bool is_open(const Endpoint& endpoint) { return endpoint.needs.who() == Needs::Who::anyone; }
bool has_territory(const Endpoint& endpoint) { return endpoint.path.find("{slug}") != std::string_view::npos; }
bool changes(const Endpoint& endpoint) { return endpoint.method != "GET"; }

TEST_P(GateTest, nobody_gets_in_without_signing_in_but_where_nothing_is_needed) {
  for (const auto& endpoint : endpoints()) {
    if (is_open(endpoint)) continue;
    const auto response = ask(request_for(endpoint, "port"));
    EXPECT_EQ(response.status, 401) << endpoint.method << ' ' << endpoint.path;
    const auto elsewhere = ask(request_for(endpoint, "none"));
    EXPECT_EQ(elsewhere.body, response.body) << endpoint.path;
  }
}

TEST_P(GateTest, forged_ended_and_expired_cookies_open_nothing_and_are_dropped) {
  const auto ended = session_of(access::Role::analyst);
  {
    auto tx = database().write();
    access::end_session(*tx, ended.session, clock_.now());
    tx->commit();
  }
  const auto expired = session_of(access::Role::analyst);
  clock_.advance_ms(access::session_idle_ms);
  auto forged = ended;
  forged.token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  auto cut = session_of(access::Role::analyst);
  cut.token.pop_back();
  for (const auto& endpoint : endpoints()) {
    if (is_open(endpoint)) continue;
    for (const auto& session : {forged, ended, expired, cut}) {
      auto request = request_for(endpoint, "port");
      with_cookie(request, session);
      const auto response = ask(request);
      EXPECT_EQ(response.status, 401) << endpoint.path;
      ASSERT_FALSE(response.headers.empty());
      EXPECT_EQ(response.headers[0].first, "Set-Cookie");
      EXPECT_NE(response.headers[0].second.find("Max-Age=0"), std::string::npos);
    }
  }
  EXPECT_GT(refusals_logged(), 0U);
}

TEST_P(GateTest, each_role_gets_exactly_what_its_capabilities_say) {
  for (const auto role : access::roles) {
    const auto session = session_of(role);
    for (const auto& endpoint : endpoints()) {
      if (endpoint.needs.who() != Needs::Who::with_capability) continue;
      auto request = request_for(endpoint, "port");
      with_cookie(request, session);
      const auto admitted = gate(endpoint, request, "port");
      const bool holds = access::first_policy().roles.at(role).capabilities.contains(endpoint.needs.capability());
      EXPECT_EQ(admitted.has_value(), holds) << access::name_of(role) << ' ' << endpoint.method << ' ' << endpoint.path;
      if (holds) continue;
      EXPECT_EQ(admitted.error().status, 403);
      EXPECT_EQ(admitted.error().error.field, "role");
      // Nothing was looked up: a territory that does not exist is refused with the same words.
      EXPECT_EQ(ask(request).body, ask([&] {
                                     auto elsewhere = request_for(endpoint, "none");
                                     with_cookie(elsewhere, session);
                                     return elsewhere;
                                   }())
                                       .body);
    }
  }
  EXPECT_GT(refusals_logged(), 0U);
}

TEST_P(GateTest, a_territory_without_a_standing_answers_as_one_that_does_not_exist) {
  for (const auto role : access::roles) {
    const auto session = session_of(role);
    for (const auto& endpoint : endpoints()) {
      if (endpoint.needs.who() != Needs::Who::with_capability || !has_territory(endpoint)) continue;
      auto foreign = request_for(endpoint, "gare");
      auto absent = request_for(endpoint, "gara");
      with_cookie(foreign, session);
      with_cookie(absent, session);
      const auto there = ask(foreign);
      const auto nowhere = ask(absent);
      if (!access::is_instance_role(role)) EXPECT_TRUE(there.status == 404 || there.status == 403);
      if (access::is_instance_role(role) && there.status != 403) continue;
      EXPECT_EQ(there.status, nowhere.status) << endpoint.path;
      std::string body = nowhere.body;
      for (auto at = body.find("gara"); at != std::string::npos; at = body.find("gara")) body.replace(at, 4, "gare");
      EXPECT_EQ(there.body, body) << endpoint.path;
      EXPECT_EQ(there.headers, nowhere.headers) << endpoint.path;
    }
  }
}

TEST_P(GateTest, what_changes_something_is_refused_without_the_token_of_the_page) {
  for (const auto role : access::roles) {
    const auto session = session_of(role);
    for (const auto& endpoint : endpoints()) {
      if (!changes(endpoint)) continue;
      for (const std::string& shown : {std::string(), std::string("wrong"), session.session.csrf + "x"}) {
        auto request = request_for(endpoint, "port");
        with_cookie(request, session);
        request.headers["quadrille-csrf"] = shown;
        const auto response = ask(request);
        EXPECT_EQ(response.status, 403) << endpoint.path;
        EXPECT_EQ(json::parse(response.body)->at("field").as_string(), "Quadrille-Csrf") << endpoint.path;
      }
      if (!is_open(endpoint)) continue;
      const auto from_elsewhere = ask(request_for(endpoint, "port"));
      EXPECT_EQ(from_elsewhere.status, 403) << endpoint.path;
    }
  }
}

TEST_P(GateTest, content_is_shown_only_once_the_purpose_is_said) {
  const auto session = session_of(access::Role::analyst, "");
  int demanded = 0;
  for (const auto& endpoint : endpoints()) {
    if (endpoint.needs.who() != Needs::Who::with_capability) continue;
    const auto capability = endpoint.needs.capability();
    if (!access::first_policy().roles.at(access::Role::analyst).capabilities.contains(capability)) continue;
    auto request = request_for(endpoint, "port");
    with_cookie(request, session);
    const auto admitted = gate(endpoint, request, "port");
    EXPECT_EQ(admitted.has_value(), !access::is_content(capability)) << endpoint.path;
    if (admitted) continue;
    EXPECT_EQ(admitted.error().error.field, "purpose");
    ++demanded;
  }
  EXPECT_GT(demanded, 5);
}

TEST_P(GateTest, a_token_opens_what_it_was_made_for_and_nothing_else) {
  const std::string secret = token_of(access::Role::analyst, {access::Capability::export_masked});
  for (const auto& endpoint : endpoints()) {
    if (endpoint.needs.who() != Needs::Who::with_capability) continue;
    const bool is_meant = endpoint.needs.capability() == access::Capability::export_masked;
    auto request = request_for(endpoint, "port");
    request.headers["authorization"] = "Bearer " + secret;
    EXPECT_EQ(gate(endpoint, request, "port").has_value(), is_meant) << endpoint.path;
    request.headers["authorization"] = "Basic " + crypto::to_base64(crypto::bytes_of("analyst:" + secret));
    EXPECT_EQ(gate(endpoint, request, "port").has_value(), is_meant) << endpoint.path;
    for (const std::string& wrong : {"Basic " + crypto::to_base64(crypto::bytes_of("partner:" + secret)),
                                     "Bearer " + secret + "x", std::string("Bearer "), std::string("Basic !!!"),
                                     "Basic " + crypto::to_base64(crypto::bytes_of("no colon"))}) {
      request.headers["authorization"] = wrong;
      const auto refused = gate(endpoint, request, "port");
      ASSERT_FALSE(refused) << wrong;
      EXPECT_EQ(refused.error().status, 401);
    }
  }
  clock_.advance_ms(3'600'000);
  auto late = request_for(endpoints().back(), "port");
  late.headers["authorization"] = "Bearer " + secret;
  EXPECT_EQ(ask(late).status, 401);
}

TEST_P(GateTest, a_role_that_waits_for_a_second_factor_answers_as_no_role_byte_for_byte) {
  const auto nobody = session_of(person_without_role(), access::Proof::one_factor);
  std::map<access::Role, access::OpenedSession> sessions;
  for (const auto role : access::roles) sessions[role] = session_of(person_of(role), access::Proof::one_factor);
  const auto sees_the_territory = [&] {
    auto request = request_for(*std::ranges::find(endpoints(), "/api/v1/territories/{slug}", &Endpoint::path), "port");
    with_cookie(request, sessions.at(access::Role::analyst));
    return ask(request).status;
  };
  EXPECT_EQ(sees_the_territory(), 200);
  demand_second_factors();
  EXPECT_EQ(sees_the_territory(), 403) << "at the next request of a session that is open";
  for (const auto role : access::roles)
    for (const auto& endpoint : endpoints()) {
      if (endpoint.needs.who() != Needs::Who::with_capability) continue;
      auto waiting = request_for(endpoint, "port");
      auto without = waiting;
      with_cookie(waiting, sessions.at(role));
      with_cookie(without, nobody);
      const auto answer = ask(waiting);
      EXPECT_EQ(answer.status, 403) << endpoint.path;
      EXPECT_EQ(answer.body, ask(without).body) << access::name_of(role) << ' ' << endpoint.path;
    }
  // With two factors nothing changed.
  const auto full = session_of(access::Role::analyst);
  sessions[access::Role::analyst] = full;
  EXPECT_EQ(sees_the_territory(), 200);
}

TEST_P(GateTest, a_token_made_without_the_second_factor_has_nothing_of_a_role_that_demands_it) {
  const auto made_with = token_of(access::Role::analyst, {access::Capability::export_masked});
  const auto made_without =
      token_of(access::Role::analyst, {access::Capability::export_masked}, access::Proof::one_factor);
  const auto* exporting = &*std::ranges::find_if(endpoints(), [](const Endpoint& one) {
    return one.needs.who() == Needs::Who::with_capability &&
           one.needs.capability() == access::Capability::export_masked;
  });
  const auto opens = [&](const std::string& secret) {
    auto request = request_for(*exporting, "port");
    request.headers["authorization"] = "Bearer " + secret;
    return gate(*exporting, request, "port").has_value();
  };
  EXPECT_TRUE(opens(made_with) && opens(made_without));
  demand_second_factors();
  EXPECT_TRUE(opens(made_with));
  EXPECT_FALSE(opens(made_without));
}

TEST_P(GateTest, a_session_enrols_steps_up_by_code_and_says_which_roles_wait) {
  demand_second_factors();
  auto opened = session_of(person_of(access::Role::analyst), access::Proof::one_factor);
  const auto sent = [&](const char* method, const char* path, const std::string& body = "") {
    http::Request request{
        method, path, {}, {{"host", "localhost:8080"}, {"accept-language", "en"}, {"content-type", "application/json"}},
        body,   "::1"};
    with_cookie(request, opened);
    auto response = ask(request);
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie") opened.token = value.substr(15, value.find(';') - 15);  // "quadrille-8080="
    return response;
  };
  const auto code_of = [&](const std::string& secret) {
    return R"({"code":")" + crypto::totp(crypto::from_base32(secret).value(), clock_.now()) + R"("})";
  };
  const auto waiting = json::parse(sent("GET", "/api/v1/session").body)->at("waiting_roles").as_array();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].at("role").at("role").as_string(), "analyst");
  EXPECT_EQ(waiting[0].at("territory").as_string(), "port");
  EXPECT_EQ(sent("POST", "/api/v1/session/second-factor", R"({"code":"000000"})").status, 409) << "nothing to give yet";
  const auto begun = json::parse(sent("POST", "/api/v1/account/second-factor").body);
  const std::string secret(begun->at("secret").as_string());
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor/confirmation", R"({"code":"000000"})").status, 400);
  const auto enrolled = sent("POST", "/api/v1/account/second-factor/confirmation", code_of(secret));
  ASSERT_EQ(enrolled.status, 200) << enrolled.body;
  EXPECT_TRUE(json::parse(sent("GET", "/api/v1/session").body)->at("waiting_roles").as_array().empty());
  EXPECT_EQ(sent("GET", "/api/v1/territories/port").status, 200);
  // Another session, by the provider or a certificate: by the code alone, its purpose kept.
  opened = session_of(person_of(access::Role::analyst), access::Proof::one_factor);
  clock_.advance_ms(30'000);
  EXPECT_EQ(sent("GET", "/api/v1/territories/port").status, 403);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor").status, 403) << "the second factor is not replaced";
  const auto wrong = sent("POST", "/api/v1/session/second-factor", R"({"code":"000000"})");
  EXPECT_EQ(wrong.status, 400) << "the session goes on";
  const auto raised = sent("POST", "/api/v1/session/second-factor", code_of(secret));
  ASSERT_EQ(raised.status, 200) << raised.body;
  const auto view = json::parse(raised.body);
  EXPECT_TRUE(view->at("waiting_roles").as_array().empty());
  EXPECT_EQ(view->at("standings").as_array().size(), 1U);
  EXPECT_EQ(view->at("purpose").as_string(), "essai");
  EXPECT_EQ(sent("GET", "/api/v1/territories/port").status, 200);
  // Another telephone: an open session is not enough, the one there is is shown again.
  const auto recovery = json::parse(enrolled.body)->at("recovery_codes").as_array();
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor").status, 403);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor", R"({"code":null})").status, 403);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor", R"({"code":"000000"})").status, 400);
  const auto replaced =
      sent("POST", "/api/v1/account/second-factor", R"({"code":")" + std::string(recovery[0].as_string()) + R"("})");
  ASSERT_EQ(replaced.status, 200) << replaced.body;
  const std::string newer(json::parse(replaced.body)->at("secret").as_string());
  EXPECT_NE(newer, secret);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor/confirmation", code_of(newer)).status, 200);
  // Given up only where no role demands it.
  const auto own = json::parse(sent("GET", "/api/v1/account").body);
  EXPECT_FALSE(own->at("second_factor_since").is_null());
  EXPECT_EQ(own->at("recovery_codes").as_int64(), 10);
  EXPECT_EQ(own->at("demanding_roles").as_array().size(), 1U);
  const auto& sessions = own->at("sessions").as_array();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_TRUE(sessions[0].at("current").as_bool() != sessions[1].at("current").as_bool());
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor/removal", R"({"code":"000000"})").status, 409);
  demand_second_factors(access::SecondFactor::free);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor/removal", R"({"code":"000000"})").status, 400);
  EXPECT_EQ(sent("POST", "/api/v1/account/second-factor/removal", R"({"code":""})").status, 403);
  clock_.advance_ms(30'000);
  const auto removed = sent("POST", "/api/v1/account/second-factor/removal", code_of(newer));
  ASSERT_EQ(removed.status, 200) << removed.body;
  EXPECT_FALSE(json::parse(removed.body)->at("person").at("second_factor").as_bool());
  EXPECT_EQ(sent("GET", "/api/v1/territories/port").status, 200);
  demand_second_factors();
  EXPECT_EQ(sent("GET", "/api/v1/territories/port").status, 403) << "the role waits anew";
}

TEST_P(GateTest, a_compartment_is_gone_from_an_open_session_with_the_dismissal_and_was_never_there_for_others) {
  const auto sent = [&](const access::OpenedSession& session, const char* method, const std::string& rest,
                        const std::string& body = "") {
    http::Request request{
        method, "/api/v1/territories/port/compartments" + rest,
        {},     {{"host", "localhost:8080"}, {"accept-language", "en"}, {"content-type", "application/json"}},
        body,   "::1"};
    with_cookie(request, session);
    return ask(request);
  };
  const auto analyst = session_of(access::Role::analyst);
  const auto patrol = session_of(access::Role::patrol);
  const auto commander = session_of(access::Role::commander);
  const auto opened = sent(analyst, "POST", "", R"({"kind":"procedure","name":"MISTRAL"})");
  ASSERT_EQ(opened.status, 201) << opened.body;
  const std::string code(json::parse(opened.body)->at("code").as_string());
  const std::string absent = "/aaaaaaaaaaaaaaaa";
  ASSERT_EQ(sent(analyst, "POST", "/" + code + "/members", R"({"login":"patrol"})").status, 201);
  EXPECT_NE(sent(patrol, "GET", "").body.find("MISTRAL"), std::string::npos);
  ASSERT_EQ(sent(analyst, "DELETE", "/" + code + "/members/patrol").status, 200);
  EXPECT_EQ(sent(patrol, "GET", "").body.find("MISTRAL"), std::string::npos);
  for (const auto& other : {commander, patrol})
    EXPECT_EQ(sent(other, "DELETE", "/" + code + "/members/patrol").body,
              sent(other, "DELETE", absent + "/members/patrol").body);
  EXPECT_EQ(sent(commander, "POST", "/" + code + "/close").body, sent(commander, "POST", absent + "/close").body);
  EXPECT_EQ(sent(commander, "POST", "/" + code + "/members", R"({"login":"patrol"})").body,
            sent(commander, "POST", absent + "/members", R"({"login":"patrol"})").body);
  // An equal name is nobody's business.
  EXPECT_EQ(sent(commander, "POST", "", R"({"kind":"procedure","name":"MISTRAL"})").status, 201);
  EXPECT_EQ(sent(analyst, "POST", "", R"({"kind":"procedure","name":"MISTRAL"})").status, 409);
  for (const auto role : {access::Role::administrator, access::Role::auditor, access::Role::partner})
    EXPECT_EQ(sent(session_of(role), "GET", "").status, 403);
}

TEST_P(GateTest, the_cookie_is_out_of_reach_of_scripts_and_other_sites) {
  http::Request request{"GET", "/", {}, {{"host", "localhost:8080"}}, "", "::1"};
  const auto plain = session_cookie(request, "abc").second;
  EXPECT_EQ(plain, "quadrille-8080=abc; Path=/; HttpOnly; SameSite=Strict");
  request.headers["x-forwarded-proto"] = "https";
  request.headers["host"] = "localhost";
  EXPECT_EQ(session_cookie(request, "abc").second, "quadrille=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
}

TEST_P(GateTest, only_a_proxy_that_knows_the_secret_says_where_the_client_is) {
  http::Request request{"GET", "/", {}, {{"x-forwarded-for", "10.0.0.9, 192.0.2.7"}}, "", "127.0.0.1"};
  Context context = make_context();
  EXPECT_EQ(address_of(context, request), "127.0.0.1");
  settings().proxy_secret = "a secret of the proxy";
  EXPECT_EQ(address_of(context, request), "127.0.0.1");
  request.headers["quadrille-proxy-secret"] = "a secret of the proxy";
  EXPECT_EQ(address_of(context, request), "192.0.2.7");
}

INSTANTIATE_TEST_SUITE_P(Databases, GateTest, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
