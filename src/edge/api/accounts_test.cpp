#include <string>
#include <vector>

#include "edge/api/gate_scene_test.h"
#include "host/json/describe.h"

// What is wrong in what is sent to accounts, tokens, legal acts, compartments and sessions: the answer names the field,
// and nothing is half done.

namespace quadrille::api {
namespace {

struct Wrong {
  const char* method;
  std::string path;
  std::string body;
  int status;
  std::string field;
};

class AccountsTest : public GateScene {
 protected:
  std::string code_of(access::Role role) { return access::find_person(*database().read(), person_of(role))->code; }
  http::Response send(const access::OpenedSession& session, const Wrong& wrong, const char* language = "en") {
    http::Request request{
        wrong.method, wrong.path,
        {},           {{"host", "localhost:8080"}, {"accept-language", language}, {"content-type", "application/json"}},
        wrong.body,   "::1"};
    with_cookie(request, session);
    return ask(request);
  }
  // Everything that these requests could have left behind.
  std::string rows() {
    auto snapshot = database().read();
    std::string counts;
    for (const char* table : {"person", "invitation", "habilitation", "token", "token_capability", "legal_act",
                              "compartment", "compartment_member", "recovery_code", "access_policy"}) {
      auto found = snapshot->query(std::string("SELECT COUNT(*) FROM ") + table);
      EXPECT_TRUE(found->next());
      counts += std::string(table) + "=" + std::to_string(found->integer(0)) + " ";
    }
    return counts;
  }
  void expect_refused(access::Role role, const std::vector<Wrong>& all) {
    const auto session = session_of(role);
    const auto before = rows();
    for (const auto& wrong : all) {
      const std::string shown = std::string(wrong.method) + " " + wrong.path + " " + wrong.body.substr(0, 120);
      const auto response = send(session, wrong);
      EXPECT_EQ(response.status, wrong.status) << shown << "\n" << response.body;
      const auto problem = json::parse(response.body);
      ASSERT_TRUE(problem) << shown;
      EXPECT_EQ(problem->at("field").as_string(), wrong.field) << shown << "\n" << response.body;
      EXPECT_GT(problem->at("detail").as_string().size(), 3U) << shown;
      EXPECT_LT(response.body.size(), 4000U) << shown;
      if (!wrong.body.empty() && wrong.status == 400 && wrong.field.starts_with("/") == false)
        EXPECT_NE(send(session, wrong, "fr").body, response.body) << shown << ": in both languages";
    }
    EXPECT_EQ(rows(), before);
  }
};

const std::string guessed = "aaaaaaaaaaaaaaaa";
std::string times(std::size_t count, const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST_P(AccountsTest, a_wrong_account_names_the_field) {
  const std::string path = "/api/v1/accounts";
  const std::string account = path + "/" + code_of(access::Role::patrol);
  expect_refused(access::Role::administrator,
                 {{"POST", path, "", 400, "/"},
                  {"POST", path, "[]", 400, "/"},
                  {"POST", path, "null", 400, "/"},
                  {"POST", path, R"({"login":"new"})", 400, "/name"},
                  {"POST", path, R"({"login":5,"name":"New"})", 400, "/login"},
                  {"POST", path, R"({"login":"new","name":"New","role":"administrator"})", 400, "/role"},
                  {"POST", path, R"({"login":"new","name":"N\u0000w"})", 400, "/name"},
                  {"POST", path, R"({"login":"ne\u0000w","name":"New"})", 400, "/login"},
                  {"POST", path, R"({"login":"New person","name":"New"})", 400, "login"},
                  {"POST", path, R"({"login":")" + times(61, "a") + R"(","name":"New"})", 400, "login"},
                  {"POST", path, R"({"login":"new","name":""})", 400, "name"},
                  {"POST", path, R"({"login":"new","name":"   "})", 400, "name"},
                  {"POST", path, R"({"login":"new","name":"\u202Enitram"})", 400, "name"},
                  {"POST", path, R"({"login":"new","name":"New\nperson"})", 400, "name"},
                  {"POST", path, R"({"login":"new","name":")" + times(121, "é") + R"("})", 400, "name"},
                  {"POST", path, R"({"login":"new","name":")" + times(500'000, "é") + R"("})", 400, "name"},
                  {"POST", path, R"({"login":"analyst","name":"New"})", 409, "login"},
                  {"POST", path + "/" + guessed + "/disable", "", 404, "account"},
                  {"POST", path + "/" + guessed + "/enable", "", 404, "account"},
                  {"POST", path + "/" + guessed + "/reset", "", 404, "account"},
                  {"POST", path + "/" + code_of(access::Role::administrator) + "/disable", "", 403, "person"},
                  {"POST", path + "/" + code_of(access::Role::administrator) + "/reset", "", 403, "account"},
                  {"DELETE", account + "/tokens/" + guessed, "", 404, "token"},
                  {"DELETE", account + "/habilitations/" + guessed, "", 404, "habilitation"},
                  {"DELETE", path + "/" + guessed + "/habilitations/" + guessed, "", 404, "account"}});
}

TEST_P(AccountsTest, a_wrong_habilitation_names_the_field) {
  const std::string path = "/api/v1/accounts/" + code_of(access::Role::patrol) + "/habilitations";
  const auto with = [](const std::string& role, const std::string& rest) {
    return R"({"role":")" + role + R"(","act":"décision 9")" + rest + "}";
  };
  const std::string place = R"(,"territory":"port","service":"pn")";
  expect_refused(access::Role::administrator,
                 {{"POST", path, "{}", 400, "/role"},
                  {"POST", path, with("king", place), 400, "role"},
                  {"POST", path, with("analyst", R"(,"territory":"none","service":"pn")"), 404, "territory"},
                  {"POST", path, with("analyst", R"(,"service":"pn")"), 404, "territory"},
                  {"POST", path, with("analyst", R"(,"territory":"port","service":"none")"), 400, "service"},
                  {"POST", path, with("analyst", R"(,"territory":"port")"), 400, "service"},
                  {"POST", path, with("analyst", place + R"(,"clearance":"secret")"), 400, "clearance"},
                  {"POST", path, with("analyst", place + R"(,"from":"2026-13-01")"), 400, "/from"},
                  {"POST", path, with("analyst", place + R"(,"until":20261301)"), 400, "/until"},
                  {"POST", path, with("analyst", place + R"(,"from":"2026-05-02","until":"2026-05-01")"), 400, "until"},
                  {"POST", path, R"({"role":"analyst","act":"")" + place + "}", 400, "act"},
                  {"POST", path, R"({"role":"analyst","act":"a\u2066ct 1")" + place + "}", 400, "act"},
                  {"POST", path, R"({"role":"analyst","act":")" + times(301, "x") + "\"" + place + "}", 400, "act"},
                  {"POST", path, with("administrator", ""), 409, "role"},
                  {"POST", "/api/v1/accounts/" + guessed + "/habilitations", with("analyst", place), 404, "account"},
                  {"POST", "/api/v1/accounts/" + code_of(access::Role::administrator) + "/habilitations",
                   with("analyst", place), 403, "person"}});
}

TEST_P(AccountsTest, a_wrong_token_names_the_field) {
  const std::string path = "/api/v1/account/tokens";
  const auto with = [](const std::string& label, const std::string& purpose, const std::string& capabilities,
                       const std::string& days) {
    return R"({"label":")" + label + R"(","purpose":")" + purpose + R"(","capabilities":)" + capabilities +
           R"(,"days":)" + days + "}";
  };
  const std::string some = R"(["see_instance"])";
  expect_refused(access::Role::analyst,
                 {{"POST", path, "{}", 400, "/label"},
                  {"POST", path, with("", "essai", some, "9"), 400, "label"},
                  {"POST", path, with(times(81, "x"), "essai", some, "9"), 400, "label"},
                  {"POST", path, with("\\u200b", "essai", some, "9"), 400, "label"},
                  {"POST", path, with("QGIS", "", some, "9"), 400, "purpose"},
                  {"POST", path, with("QGIS", "e\\u0000ssai", some, "9"), 400, "/purpose"},
                  {"POST", path, with("QGIS", "essai", "[]", "9"), 400, "capabilities"},
                  {"POST", path, with("QGIS", "essai", R"(["king"])", "9"), 400, "capabilities"},
                  {"POST", path, with("QGIS", "essai", R"("see_instance")", "9"), 400, "/capabilities"},
                  {"POST", path, with("QGIS", "essai", "[7]", "9"), 400, "/capabilities/0"},
                  {"POST", path, with("QGIS", "essai", some, "0"), 400, "days"},
                  {"POST", path, with("QGIS", "essai", some, "-1"), 400, "days"},
                  {"POST", path, with("QGIS", "essai", some, "401"), 400, "days"},
                  {"POST", path, with("QGIS", "essai", some, "2147483647"), 400, "days"},
                  {"POST", path, with("QGIS", "essai", some, "9223372036854775807"), 400, "/days"},
                  {"POST", path, with("QGIS", "essai", some, "1.5"), 400, "/days"},
                  {"DELETE", path + "/" + guessed, "", 404, "token"}});
}

TEST_P(AccountsTest, a_wrong_legal_act_names_the_field) {
  const std::string path = "/api/v1/territories/port/legal-acts";
  const auto with = [](const std::string& part, const std::string& reference, const std::string& rest) {
    return R"({"part":")" + part + R"(","reference":")" + reference + "\"" + rest + "}";
  };
  expect_refused(
      access::Role::administrator,
      {{"POST", path, with("everything", "arrêté 12", ""), 400, "part"},
       {"POST", path, with("target_matching", "a", ""), 400, "reference"},
       {"POST", path, with("target_matching", "arrêté\\t12", ""), 400, "reference"},
       {"POST", path, with("target_matching", "arrêté 12", R"(,"from":"2026-05-02","until":"2026-05-01")"), 400,
        "until"},
       {"POST", "/api/v1/territories/none/legal-acts", with("target_matching", "arrêté 12", ""), 404, "territory"},
       {"DELETE", path + "/" + guessed, "", 404, "code"}});
}

TEST_P(AccountsTest, a_wrong_compartment_names_the_field) {
  const std::string path = "/api/v1/territories/port/compartments";
  expect_refused(access::Role::analyst,
                 {{"POST", path, R"({"kind":"party","name":"MISTRAL"})", 400, "kind"},
                  {"POST", path, R"({"kind":"procedure","name":"mistral"})", 400, "name"},
                  {"POST", path, R"({"kind":"procedure","name":""})", 400, "name"},
                  {"POST", path, R"({"kind":"procedure","name":"MIS\u202ETRAL"})", 400, "name"},
                  {"POST", path, R"({"kind":"procedure","name":")" + times(100'000, "A") + R"("})", 400, "name"},
                  {"POST", path, R"({"kind":"procedure","name":["MISTRAL"]})", 400, "/name"},
                  {"POST", path + "/" + guessed + "/members", R"({"login":"patrol"})", 404, "compartment"},
                  {"POST", path + "/" + guessed + "/members", R"({"login":"patrol\u0000"})", 400, "/login"},
                  {"DELETE", path + "/" + guessed + "/members/patrol", "", 404, "compartment"},
                  {"POST", path + "/" + guessed + "/close", "", 404, "compartment"}});
}

TEST_P(AccountsTest, a_wrong_purpose_or_code_names_the_field_and_the_session_goes_on) {
  const std::string purpose = "/api/v1/session/purpose";
  expect_refused(access::Role::analyst,
                 {{"POST", purpose, R"({"purpose":""})", 400, "purpose"},
                  {"POST", purpose, R"({"purpose":"ab"})", 400, "purpose"},
                  {"POST", purpose, R"({"purpose":"     "})", 400, "purpose"},
                  {"POST", purpose, R"({"purpose":"relève\nfausse ligne du journal"})", 400, "purpose"},
                  {"POST", purpose, R"({"purpose":")" + times(301, "é") + R"("})", 400, "purpose"},
                  {"POST", purpose, R"({"purpose":"relève","legal_basis":"\u202E"})", 400, "legal_basis"},
                  {"POST", "/api/v1/session/second-factor", R"({"code":""})", 409, "second_factor"},
                  {"POST", "/api/v1/account/second-factor/confirmation", R"({"code":"000000"})", 400, "code"},
                  {"POST", "/api/v1/account/second-factor/confirmation", R"({"code":0})", 400, "/code"},
                  {"POST", "/api/v1/account/second-factor", R"({"code":0})", 400, "/code"},
                  {"POST", "/api/v1/account/second-factor/removal", R"({"code":"000000"})", 409, "second_factor"},
                  {"POST", "/api/v1/account/second-factor/removal", R"({"code":0})", 400, "/code"}});
}

INSTANTIATE_TEST_SUITE_P(Databases, AccountsTest, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
