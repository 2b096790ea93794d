#include <fmt/format.h>

#include "edge/api/served_test.h"
#include "host/json/describe.h"
#include "services/access/token.h"
#include "services/provenance/provenance.h"
#include "services/recall/recall.h"
#include "services/retention/scene_test.h"

// Recalls, keeping, decisions, rights and dossiers over the API, each person with a token of their own.

namespace quadrille::api {
namespace {

class RecallApi : public retention::Scene {
 protected:
  void SetUp() override {
    Scene::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), recall::migrations());
    database::migrate(database(), provenance::migrations());
    const access::Asker by{access::local_viewer("local:test", {}), "", "", clock.now()};
    {
      auto tx = database().write();
      services.push_back(territory::add_service(*tx, port, "pm", "pm", {"local:test", {start_ms}}).value());
      tx->commit();
    }
    municipal = account("noa", 4, access::Role::municipal);
    auto tx = database().write();
    auditor = access::create_person(*tx, {"aude", "Aude"}, chance, by).value();
    ASSERT_TRUE(access::grant(
        *tx, {auditor.id, access::Role::auditor, {}, {}, access::Sensitivity::ordinary, "acte", {start_ms - 1}, {}},
        chance, by));
    for (const auto& person : {analyst, customs, gendarme, prosecutor, municipal, auditor})
      tokens_[person.id] = access::issue_token(*tx,
                                               {person.id,
                                                "test",
                                                {std::begin(access::capabilities), std::end(access::capabilities)},
                                                "suivi",
                                                {start_ms + 300 * day_ms},
                                                access::Proof::two_factors},
                                               chance, by)
                               ->secret;
    tx->commit();
  }
  http::Response ask(const access::Person& person, const std::string& method, const std::string& target,
                     const std::string& body = "") {
    Context context{database(), clock,    pictures_, jobs_,   *access, *recorder,
                    chance,     sign_in_, settings_, *signer, *notes,  "none"};
    return answer(context, request_with_token(tokens_[person.id], method, target, body));
  }
  static std::string word(const json::Value& value) { return std::string(value.as_string()); }
  const std::string here = "/territories/port";

  access::Person auditor;
  access::Person municipal;

 private:
  std::map<PersonId, std::string> tokens_;
  Settings settings_;
  PictureCache pictures_{1};
  Jobs jobs_{clock, 1};
  access::SignIn sign_in_{crypto::cheapest_password_cost};
};

TEST_P(RecallApi, a_note_is_recalled_answered_and_both_statements_verify) {
  const auto code = add_whole_note("zqx");
  const auto holders = *json::parse(ask(analyst, "GET", here + "/notes/" + code + "/holders").body);
  ASSERT_EQ(holders.as_array().size(), 2U);
  EXPECT_EQ(holders.at(0).at("service").as_string(), "douane");
  const auto made = ask(analyst, "POST", here + "/notes/" + code + "/recalls",
                        R"({"reason":"place fausse","deadline":"2026-11-02","services":["douane"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto recall = word(json::parse(made.body)->at("code"));
  const auto open = *json::parse(ask(customs, "GET", here + "/recalls").body);
  ASSERT_EQ(open.as_array().size(), 1U);
  EXPECT_EQ(open.at(0).at("deadline").as_string(), "2026-11-02T22:59:59.999Z");
  const auto answered =
      ask(customs, "POST", here + "/recalls/" + recall + "/answer", R"({"answer":"destroyed","copies":2})");
  ASSERT_EQ(answered.status, 201) << answered.body;
  for (const auto& statement :
       {word(json::parse(answered.body)->at("receipt")), word(open.at(0).at("holders").at(0).at("statement"))}) {
    json::Object body;
    body["statement"] = statement;
    const auto verified = ask(gendarme, "POST", "/statements/verify", boost::json::serialize(body));
    EXPECT_EQ(verified.status, 201) << verified.body;
    body["statement"] = "x" + statement;
    EXPECT_EQ(ask(gendarme, "POST", "/statements/verify", boost::json::serialize(body)).status, 400);
  }
  EXPECT_EQ(json::parse(ask(analyst, "GET", here + "/recalls").body)->as_array().size(), 0U);
  EXPECT_EQ(json::parse(ask(analyst, "GET", here + "/recalls?which=all").body)->as_array().size(), 1U);
}

// What the municipal police may say and hear of a recall, whole.
TEST_P(RecallApi, a_recall_reaches_whoever_reads_no_notes_as_a_line_and_no_more) {
  auto wanted = new_note("zqx");
  wanted.marking.services = {services[1], services[4]};
  const auto code = add(wanted, analyst);
  const auto made = ask(analyst, "POST", here + "/notes/" + code + "/recalls",
                        R"({"reason":"place fausse","deadline":"2026-11-02"})");
  const auto recall = word(json::parse(made.body)->at("code"));
  EXPECT_EQ(ask(municipal, "GET", here + "/recall-lines").body,
            fmt::format(R"([{{"code":"{}","object":"note {}","deadline":"2026-11-02T22:59:59.999Z","call":{{"service":)"
                        R"("police","desk":"police","phone":""}},"answer":null,"answered_at":null,"copies":0,"words":)"
                        R"("","receipt":"","settled":false,"overdue":false}}])",
                        recall, code));
  EXPECT_EQ(ask(municipal, "GET", here + "/recalls?which=all").body, "[]");
  EXPECT_EQ(ask(municipal, "GET", here + "/recalls/" + recall).status, 404);
  EXPECT_EQ(ask(municipal, "GET", here + "/notes/" + code).status, 403);
  EXPECT_EQ(ask(municipal, "GET", here + "/notes/" + code + "/holders").status, 403) << "only who takes back";
  EXPECT_EQ(ask(customs, "GET", here + "/recall-lines?which=all").body, "[]");
  EXPECT_EQ(ask(municipal, "GET", here + "/recall-lines?which=some").status, 400);
  const auto answer = here + "/recalls/" + recall + "/answer";
  EXPECT_EQ(ask(municipal, "POST", answer, R"({"answer":"destroyed","copies":1})").status, 201);
  EXPECT_EQ(ask(municipal, "POST", answer, R"({"answer":"destroyed","copies":1})").status, 409);
  EXPECT_EQ(ask(municipal, "GET", here + "/recall-lines").body, "[]");
}

TEST_P(RecallApi, bad_input_is_refused_by_its_field) {
  const auto code = add_note();
  const auto field = [&](const access::Person& person, const std::string& target, const std::string& body) {
    const auto response = ask(person, "POST", here + target, body);
    EXPECT_EQ(response.status, 400) << response.body;
    return word(json::parse(response.body)->at("field"));
  };
  const auto recalls = "/notes/" + code + "/recalls";
  EXPECT_EQ(field(analyst, recalls, R"({"reason":"x y z","deadline":"demain"})"), "deadline");
  EXPECT_EQ(field(analyst, recalls, R"({"reason":"x","deadline":"2026-11-02"})"), "reason");
  EXPECT_EQ(field(analyst, recalls, R"({"reason":"x y z","deadline":"2026-11-02","services":["marine"]})"), "services");
  EXPECT_EQ(field(analyst, recalls, R"({"reason":"x y z","deadline":"2026-11-02","effect":"forget"})"), "effect");
  EXPECT_EQ(field(prosecutor, "/judicial-decisions", R"({"decision":"guilty","reference":"TJ 1"})"), "decision");
  EXPECT_EQ(field(auditor, "/person-searches", R"({"reference":"DPO-1"})"), "terms");
  EXPECT_EQ(field(analyst, "/notes/" + code + "/dossier.pdf", R"({"recipient":""})"), "recipient");
}

TEST_P(RecallApi, only_the_role_that_the_design_names_may) {
  const auto code = add_note();
  const std::string search = R"({"reference":"DPO-26-17","terms":["vendeurs"]})";
  EXPECT_EQ(ask(auditor, "POST", here + "/person-searches", search).status, 201);
  EXPECT_EQ(json::parse(ask(auditor, "GET", "/person-search-places").body)->at(0).at("slug").as_string(), "port");
  EXPECT_EQ(ask(analyst, "GET", "/person-search-places").status, 403);
  for (const auto& person : {analyst, customs, gendarme, prosecutor})
    EXPECT_EQ(ask(person, "POST", here + "/person-searches", search).status, 403);
  const std::string decision = R"({"decision":"acquittal","reference":"TJ 26/1","note":")" + code + "\"}";
  for (const auto& person : {analyst, customs, gendarme, auditor})
    EXPECT_EQ(ask(person, "POST", here + "/judicial-decisions", decision).status, 403);
  EXPECT_EQ(
      ask(prosecutor, "POST", here + "/notes/" + code + "/recalls", R"({"reason":"x y z","deadline":"2026-11-02"})")
          .status,
      403);
  EXPECT_EQ(ask(auditor, "POST", here + "/notes/" + code + "/dossier.pdf", R"({"recipient":"TJ Port"})").status, 403);
}

TEST_P(RecallApi, what_is_held_on_a_person_is_found_and_erased_with_a_receipt) {
  const auto code = add_note("zqxnom");
  const auto found = *json::parse(
      ask(auditor, "POST", here + "/person-searches", R"({"reference":"DPO-26-17","terms":["zqxnom"]})").body);
  ASSERT_GE(found.at("hits").as_array().size(), 1U);
  EXPECT_EQ(found.at("hits").at(0).at("note").as_string(), code);
  const auto erased = ask(auditor, "POST", here + "/notes/" + code + "/erasure", R"({"reference":"DPO-26-17"})");
  ASSERT_EQ(erased.status, 201) << erased.body;
  EXPECT_EQ(traces_of("zqxnom"), std::vector<std::string>());
  const auto receipts = *json::parse(ask(analyst, "GET", here + "/erasures").body);
  EXPECT_EQ(receipts.at(0).at("object").as_string(), "note " + code);
}

TEST_P(RecallApi, a_dossier_comes_as_pdf_and_as_json_for_whom_is_said) {
  const auto code = add_whole_note("zqx");
  const auto pdf = ask(analyst, "POST", here + "/notes/" + code + "/dossier.pdf", R"({"recipient":"TJ Port"})");
  ASSERT_EQ(pdf.status, 201) << pdf.body;
  EXPECT_EQ(pdf.content_type, "application/pdf");
  EXPECT_TRUE(pdf.body.starts_with("%PDF-1.5"));
  const auto text = ask(analyst, "POST", here + "/notes/" + code + "/dossier.json", R"({"recipient":"TJ Port"})");
  ASSERT_EQ(text.status, 201);
  const auto dossier = *json::parse(text.body);
  EXPECT_EQ(dossier.at("note").as_string(), code);
  EXPECT_EQ(dossier.at("printed").at("recipient").as_string(), "TJ Port");
  EXPECT_EQ(dossier.at("printed").at("exit").as_string(), "api_client") << "with a token";
}

TEST_P(RecallApi, a_stranger_to_a_note_gets_byte_for_byte_the_answers_for_one_that_does_not_exist) {
  auto hidden = new_note("zqx");
  hidden.marking.services = {services[1]};
  const auto code = add(hidden, analyst);
  const auto recall = word(json::parse(ask(analyst, "POST", here + "/notes/" + code + "/recalls",
                                           R"({"reason":"x y z","deadline":"2026-11-02"})")
                                           .body)
                               ->at("code"));
  const std::string nothing = "abcdefghijklmnop";
  const auto same = [&](const std::string& method, const std::string& before, const std::string& real,
                        const std::string& after, const std::string& body) {
    const auto one = ask(gendarme, method, here + before + real + after, body);
    const auto none = ask(gendarme, method, here + before + nothing + after, body);
    EXPECT_EQ(one.status, 404) << one.body;
    EXPECT_EQ(one.body, none.body);
    EXPECT_EQ(one.headers, none.headers);
  };
  same("GET", "/notes/", code, "/holders", "");
  same("POST", "/notes/", code, "/recalls", R"({"reason":"x y z","deadline":"2026-11-02"})");
  same("POST", "/notes/", code, "/dossier.pdf", R"({"recipient":"TJ Port"})");
  same("POST", "/notes/", code, "/dossier.json", R"({"recipient":"TJ Port"})");
  same("GET", "/recalls/", recall, "", "");
  same("POST", "/recalls/", recall, "/answer", R"({"answer":"held_nothing"})");
}

TEST_P(RecallApi, keeping_is_shown_with_its_sources_and_what_ends_when) {
  add_note();
  const auto view = *json::parse(ask(analyst, "GET", here + "/retention?days=400").body);
  EXPECT_EQ(view.at("periods").as_array().size(), retention::periods().size());
  ASSERT_EQ(view.at("days").as_array().size(), 1U);
  EXPECT_EQ(view.at("days").at(0).at("day").as_string(), "2027-10-24");
  EXPECT_EQ(ask(analyst, "GET", here + "/retention?days=0").status, 400);
}

INSTANTIATE_TEST_SUITE_P(Databases, RecallApi, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
