#include <gtest/gtest.h>

#include "edge/api/desk_line.h"
#include "edge/api/served_test.h"
#include "host/crypto/encoding.h"
#include "host/json/describe.h"
#include "services/access/legal_act.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/sharing/desk.h"
#include "services/sharing/postings.h"
#include "services/sharing/targets.h"
#include "services/studies/studies.h"
#include "services/territory/territory.h"

// Duty desk, operations and targets as two services use them over the API, each with a token of its own.

namespace quadrille::api {
namespace {

std::string word(const json::Value& value) { return std::string(value.as_string()); }

constexpr std::int64_t start_ms = 1'795'600'000'000;  // 2026-11-25

class SharingApi : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             studies::migrations(), sharing::migrations()})
      database::migrate(database(), steps);
    served_.emplace(database(), clock_, chance_);
    auto tx = database().write();
    const territory::By who{"local:test", clock_.now()};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, who));
    const auto port = *territory::find(*tx, "port");
    territory_ = port.id;
    police_token_ = officer_of(*tx, port, "pn", "Police");
    customs_token_ = officer_of(*tx, port, "dg", "Douane");
    tx->commit();
  }

  std::string officer_of(database::Transaction& tx, const territory::Territory& territory, const std::string& code,
                         const std::string& name) {
    const auto by = access::Asker{access::local_viewer("local:test", {}), "", "", clock_.now()};
    const auto service = territory::add_service(tx, territory, code, name, {"local:test", clock_.now()}).value();
    const auto person = access::create_person(tx, {"officer-" + code, name}, chance_, by).value();
    EXPECT_TRUE(access::grant(tx,
                              {person.id,
                               access::Role::duty_officer,
                               territory.id,
                               service,
                               access::Sensitivity::confidential,
                               "act 1",
                               by.at,
                               {}},
                              chance_, by));
    return access::issue_token(tx,
                               {person.id,
                                "test",
                                {std::begin(access::capabilities), std::end(access::capabilities)},
                                "essai",
                                {clock_.now().utc_ms + 3'600'000},
                                access::Proof::two_factors},
                               chance_, by)
        ->secret;
  }

  http::Response ask(const std::string& token, const std::string& method, const std::string& rest,
                     const std::string& body = "") {
    auto context = served_->context();
    context.desk_line = line_.get();
    context.target_keys = &keys_;
    return answer(context, request_with_token(token, method, "/territories/port" + rest, body));
  }
  static json::Object object(const http::Response& response) { return boost::json::parse(response.body).as_object(); }
  std::string declare(const std::string& token, const std::string& kind, double lon) {
    const auto response =
        ask(token, "POST", "/operations",
            R"({"kind":")" + kind + R"(","title":"secret title","lon":)" + std::to_string(lon) +
                R"(,"lat":43.3,"radius_m":300,"begin":"2026-11-26T20:00:00Z","end":"2026-11-26T22:00:00Z",)"
                R"("marking":{"sensitivity":"confidential","handling":"h2","regime":"judicial","services":[]}})");
    EXPECT_EQ(response.status, 201) << response.body;
    return response.body;
  }

  testing::ManualClock clock_{{start_ms}};
  testing::FixedChance chance_{3};
  std::unique_ptr<DeskLine> line_;
  std::string police_token_;
  std::string customs_token_;
  TerritoryId territory_;
  sharing::TargetKeys keys_{{7}};

 private:
  std::optional<Served> served_;
};

TEST_P(SharingApi, a_conflict_is_told_listed_acknowledged_and_taken_back) {
  EXPECT_EQ(word(object(ask(customs_token_, "POST", "/desk", R"({"name":"Nuit","phone":"04 91 00 00 00"})"))["phone"]),
            "+33491000000");
  declare(customs_token_, "discreet", 5.37);
  const auto declared = declare(police_token_, "operation", 5.371);
  EXPECT_EQ(declared.find("secret"), std::string::npos);
  const auto hit = boost::json::parse(declared).at("hits").at(0);
  EXPECT_EQ(word(hit.at("call").at("desk")), "Nuit");
  const std::string code(hit.at("conflict").as_string());

  const auto listed = ask(police_token_, "GET", "/conflicts");
  ASSERT_EQ(listed.status, 200) << listed.body;
  const auto conflict = boost::json::parse(listed.body).at("conflicts").at(0);
  EXPECT_EQ(word(conflict.at("code")), code);
  EXPECT_EQ(word(conflict.at("state")), "open");
  EXPECT_EQ(word(object(listed)["service"]), "Police");

  const std::string steps = "/conflicts/" + code + "/steps";
  EXPECT_EQ(word(object(ask(police_token_, "POST", steps, R"({"step":"acknowledge"})"))["state"]), "acknowledged");
  EXPECT_EQ(ask(police_token_, "POST", steps, R"({"step":"acknowledge"})").status, 409);
  EXPECT_EQ(word(object(ask(police_token_, "POST", steps, R"({"step":"take_back"})"))["state"]), "open");
  EXPECT_EQ(ask(police_token_, "POST", steps, R"({"step":"expire"})").status, 400);
  EXPECT_EQ(ask(police_token_, "POST", steps, R"({"step":"escalate"})").status, 400);
  EXPECT_EQ(ask(police_token_, "POST", "/conflicts/aaaaaaaaaaaaaaaa/steps", R"({"step":"acknowledge"})").status, 404);
}

TEST_P(SharingApi, what_is_of_the_other_service_answers_as_what_is_not_there) {
  const auto declared = boost::json::parse(declare(customs_token_, "discreet", 5.37));
  const std::string code(declared.at("code").as_string());
  EXPECT_EQ(ask(police_token_, "GET", "/operations").body, "[]");
  const auto theirs = ask(police_token_, "POST", "/operations/" + code + "/cancellation");
  const auto nobodys = ask(police_token_, "POST", "/operations/aaaaaaaaaaaaaaaa/cancellation");
  EXPECT_EQ(theirs.status, 404);
  EXPECT_EQ(theirs.body, nobodys.body);
  EXPECT_EQ(ask(customs_token_, "POST", "/operations/" + code + "/cancellation").status, 204);
}

TEST_P(SharingApi, exclusions_are_asked_for_at_most_a_month_and_each_asking_is_logged) {
  EXPECT_EQ(ask(police_token_, "GET", "/exclusions").body, "[]");
  for (const auto& [query, field] : {std::pair("begin=demain", "begin"), std::pair("end=2026-01-01T00:00Z", "end"),
                                     std::pair("end=2027-12-31T00:00Z", "end")}) {
    const auto refused = ask(police_token_, "GET", std::string("/exclusions?") + query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(word(object(refused)["field"]), field);
  }
  const auto last = audit::list(*database().read(), std::nullopt, 1).at(0);
  EXPECT_EQ(last.act.subject, "exclusions for the plan");
  EXPECT_EQ(last.act.outcome, "empty");
}

TEST_P(SharingApi, both_desks_hear_of_it_and_the_clock_escalates) {
  line_ = std::make_unique<DeskLine>(database(), clock_);
  auto police = ask(police_token_, "GET", "/conflicts/events").stream;
  auto customs = ask(customs_token_, "GET", "/conflicts/events").stream;
  ASSERT_TRUE(police && customs);
  const auto wait_for = [](http::EventStream& stream, std::string_view words) {
    std::string seen;
    while (seen.find(words) == std::string::npos) {
      seen += stream.take();
      std::this_thread::yield();
    }
    return seen;
  };
  declare(customs_token_, "operation", 5.37);
  declare(police_token_, "operation", 5.37);
  for (auto* stream : {police.get(), customs.get()}) {
    const auto told = wait_for(*stream, R"("what":"told")");
    EXPECT_EQ(told.find("secret"), std::string::npos);
    EXPECT_TRUE(told.starts_with("event: conflict\ndata: {\"conflict\":\"")) << told;
  }
  clock_.advance_ms(sharing::acknowledge_within_ms);
  line_->nudge();
  for (auto* stream : {police.get(), customs.get()}) wait_for(*stream, R"("what":"escalated")");
  line_.reset();
}

TEST_P(SharingApi, a_target_is_registered_and_found_without_the_server_seeing_it) {
  const auto blinded_body = [&](const crypto::OprfBlind& blind, const std::string& use) {
    const auto element = crypto::blind(crypto::OprfMode::voprf, crypto::bytes_of("plate:AB123CD"), blind).value();
    return R"({"use":")" + use + R"(","purpose":"surveillance","legal_basis":"CPP art. 75","blinded":[")" +
           crypto::to_base64url(element.bytes()) + R"("]})";
  };
  const auto blind = crypto::OprfBlind::draw(chance_);
  EXPECT_EQ(ask(police_token_, "POST", "/targets/evaluations", blinded_body(blind, "question")).status, 403)
      << "no legal act yet";
  {
    auto tx = database().write();
    const auto by = access::Asker{access::local_viewer("local:test", {}), "", "", clock_.now()};
    ASSERT_TRUE(access::add_legal_act(
        *tx, {territory_, access::Part::target_matching, "convention 2026-7", clock_.now(), {}}, chance_, by));
    ASSERT_TRUE(sharing::begin_epoch(*tx, keys_, territory_, by));
    tx->commit();
  }
  const auto run = [&](const std::string& token, const std::string& use) {
    const auto evaluated = ask(token, "POST", "/targets/evaluations", blinded_body(blind, use));
    EXPECT_EQ(evaluated.status, 201) << evaluated.body;
    const auto parsed = boost::json::parse(evaluated.body);
    const auto& epoch = parsed.at("epochs").at(0);
    const auto bytes = crypto::from_base64url(std::string(epoch.at("evaluated").at(0).as_string())).value();
    const auto output = sharing::to_target_output(
        crypto::finalize(crypto::bytes_of("plate:AB123CD"), blind, crypto::OprfElement::checked(bytes).value()));
    return ask(token, "POST", "/targets/answers",
               R"({"ticket":")" + std::string(parsed.at("ticket").as_string()) +
                   R"(","outputs":[{"epoch":1,"outputs":[")" + crypto::to_base64url(output) + R"("]}]})");
  };
  EXPECT_EQ(boost::json::parse(run(customs_token_, "registration").body).at("registered").as_array().size(), 1U);
  const auto answered = boost::json::parse(run(police_token_, "question").body);
  EXPECT_TRUE(answered.at("answers").at(0).at("hit").as_bool());
  EXPECT_EQ(word(answered.at("answers").at(0).at("call").at(0).at("service")), "Douane");
  EXPECT_EQ(boost::json::parse(ask(customs_token_, "GET", "/targets").body).at("asked_about_us").as_array().size(), 1U);

  for (const char* bad :
       {"", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "_____________________________________w8", "%%"}) {
    const auto refused = ask(police_token_, "POST", "/targets/evaluations",
                             R"({"use":"question","purpose":"surveillance","legal_basis":"CPP art. 75","blinded":[")" +
                                 std::string(bad) + R"("]})");
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(word(object(refused)["field"]), "/blinded");
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, SharingApi, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
