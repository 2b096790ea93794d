#include "services/notes/requests.h"

#include <gtest/gtest.h>

#include "edge/api/served_test.h"
#include "host/json/describe.h"
#include "services/access/person.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/notes/attachments.h"
#include "services/notes/reception.h"
#include "services/territory/territory.h"

// Requests over the API: three services with an officer each.

namespace quadrille::api {
namespace {

constexpr std::int64_t start_ms = 1'792'800'000'000;

class RequestApi : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             notes::migrations(), notes::request_migrations(), notes::attachment_migrations()})
      database::migrate(database(), steps);
    served_.emplace(database(), clock_, chance_);
    auto tx = database().write();
    const access::Asker by{access::local_viewer("local:test", {}), "", "", clock_.now()};
    const territory::By who{"local:test", by.at};
    const auto port = territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, who).value();
    for (const std::string service : {"police", "douane", "gendarmerie"}) {
      const auto id = territory::add_service(*tx, *territory::find(*tx, "port"), service, service, who).value();
      const auto person = access::create_person(*tx, {"agent." + service, "Agent"}, chance_, by).value();
      ASSERT_TRUE(access::grant(
          *tx, {person.id, access::Role::analyst, port, id, access::Sensitivity::confidential, "acte", by.at, {}},
          chance_, by));
      tokens_[service] =
          access::issue_token(
              *tx,
              {person.id,
               "test",
               {access::Capability::request_services, access::Capability::read_notes, access::Capability::submit_note},
               "suivi du quai",
               {start_ms + 86'400'000},
               access::Proof::two_factors},
              chance_, by)
              .value()
              .secret;
    }
    tx->commit();
  }

  http::Response ask(const std::string& service, const std::string& method, const std::string& target,
                     const std::string& body = "") {
    auto context = served_->context();
    return answer(context, request_with_token(tokens_[service], method, "/territories/port" + target, body));
  }
  std::string asked() {
    const auto response =
        ask("police", "POST", "/requests",
            R"({"asked":"douane","place":"quai 4","text":"Vos constats ?","legal_basis":"CSI L. 132-5"})");
    EXPECT_EQ(response.status, 201) << response.body;
    return std::string(json::parse(response.body)->at("code").as_string());
  }

  // Of the officer of the police, given to the customs.
  std::string note_of_police() {
    auto snapshot = database().read();
    const auto port = territory::find(*snapshot, "port").value();
    const auto services = territory::load_services(*snapshot, port.id);
    const auto id_of = [&](const std::string& code) {
      for (const auto& service : services)
        if (service.code == code) return service.id;
      return ServiceId{};
    };
    const auto person = access::find_person_by_login(*snapshot, "agent.police").value();
    const access::Asker by{access::load_viewer(*snapshot, person, clock_.now()), "essai", "", clock_.now()};
    snapshot.reset();
    notes::NewNote wanted;
    wanted.content.facts = "Deux vendeurs au pied du bloc 4";
    wanted.content.point = LonLat::checked(5.365, 43.295);
    wanted.content.window = {{start_ms - 3'600'000}, {start_ms}};
    wanted.content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits, "B2");
    wanted.marking =
        notes::first_marking(notes::Channel::patrol, port.id, id_of("police"), {id_of("police"), id_of("douane")});
    const auto added = served_->notes.add(port, wanted, by);
    EXPECT_TRUE(added) << (added ? "" : added.error().message.en + added.error().field);
    return added ? added->code : "";
  }

  testing::ManualClock clock_{{start_ms}};
  testing::FixedChance chance_{3};

 private:
  std::map<std::string, std::string> tokens_;
  std::optional<Served> served_;
};

TEST_P(RequestApi, one_service_asks_and_the_other_answers) {
  const std::string code = asked();
  const auto view = *json::parse(ask("douane", "GET", "/requests/" + code).body);
  EXPECT_EQ(view.at("about").as_string(), "quai 4");
  EXPECT_EQ(view.at("asking").as_string(), "police");
  EXPECT_FALSE(view.at("ours").as_bool());
  EXPECT_EQ(view.at("clock").at("limit_days").as_int64(), 7);
  EXPECT_EQ(view.at("steps").as_array().size(), 6U);
  const auto refused = ask("douane", "POST", "/requests/" + code + "/steps", R"({"step":"refuse","text":"non"})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json::parse(refused.body)->at("field").as_string(), "ground");
  const auto delayed =
      ask("douane", "POST", "/requests/" + code + "/steps",
          R"({"step":"announce_delay","text":"effectif","cause":"other","expected_at":"2026-12-01T08:00"})");
  EXPECT_EQ(delayed.status, 200) << delayed.body;
  EXPECT_EQ(json::parse(delayed.body)->at("expected_at").as_string(), "2026-12-01T07:00:00.000Z");
  const auto given = ask("douane", "POST", "/requests/" + code + "/steps", R"({"step":"give","text":"rien vu"})");
  EXPECT_EQ(json::parse(given.body)->at("state").at("name").as_string(), "given");
  const auto statistics = *json::parse(ask("police", "GET", "/request-statistics").body);
  EXPECT_EQ(statistics.at(0).at("service").as_string(), "douane");
  EXPECT_EQ(statistics.at(0).at("in_time").as_int64(), 1);
}

TEST_P(RequestApi, a_third_service_gets_byte_for_byte_what_an_empty_instance_answers) {
  const std::vector<std::string> looks{"/requests?which=all", "/requests?which=late", "/request-statistics",
                                       "/requests?asked=douane&which=all"};
  std::vector<std::string> before;
  for (const auto& look : looks) before.push_back(ask("gendarmerie", "GET", look).body);
  const std::string code = asked();
  for (std::size_t i = 0; i < looks.size(); ++i) EXPECT_EQ(ask("gendarmerie", "GET", looks[i]).body, before[i]);
  const auto hidden = ask("gendarmerie", "GET", "/requests/" + code);
  const auto absent = ask("gendarmerie", "GET", "/requests/aaaaaaaaaaaaaaaa");
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(hidden.body, absent.body);
  const std::string step = R"({"step":"give","text":"x"})";
  EXPECT_EQ(ask("gendarmerie", "POST", "/requests/" + code + "/steps", step).body,
            ask("gendarmerie", "POST", "/requests/aaaaaaaaaaaaaaaa/steps", step).body);
}

TEST_P(RequestApi, a_wrong_field_is_named_and_each_look_is_logged_with_its_purpose) {
  const auto field = [&](const std::string& body) {
    const auto response = ask("police", "POST", "/requests", body);
    EXPECT_EQ(response.status, 400) << response.body;
    return std::string(json::parse(response.body)->at("field").as_string());
  };
  EXPECT_EQ(field(R"({"asked":"nul","place":"q","text":"t","legal_basis":"l"})"), "asked");
  EXPECT_EQ(field(R"({"asked":"douane","text":"t","legal_basis":"l"})"), "about");
  EXPECT_EQ(field(R"({"asked":"douane","place":"q","compartment":"C","text":"t","legal_basis":"l"})"), "about");
  EXPECT_EQ(field(R"({"asked":"douane","place":"q","lon":500,"lat":1,"text":"t","legal_basis":"l"})"), "lon");
  EXPECT_EQ(field(R"({"asked":"douane","place":"q","urgency":"x","text":"t","legal_basis":"l"})"), "urgency");
  EXPECT_EQ(field(R"({"asked":"douane","place":"q","text":"","legal_basis":"l"})"), "text");
  EXPECT_EQ(ask("police", "GET", "/requests?which=some").status, 400);
  EXPECT_EQ(ask("police", "GET", "/requests?limit=0").status, 400);
  EXPECT_EQ(ask("police", "GET", "/requests?cursor=x").status, 400);
  EXPECT_EQ(ask("police", "GET", "/request-rules").status, 200);
  EXPECT_EQ(ask("police", "GET", "/requests").status, 200);
  const auto last = audit::list(*database().read(), {}, 1).front().act;
  EXPECT_EQ(last.subject, "requests");
  EXPECT_EQ(last.purpose, "suivi du quai");
  EXPECT_EQ(last.outcome, "rows=0");
}

TEST_P(RequestApi, an_attachment_goes_in_as_it_is_and_comes_out_as_a_file_that_can_do_nothing) {
  const std::string note = note_of_police();
  const std::string collection = "/notes/" + note + "/attachments";
  const std::string pdf = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n";
  const auto refused = ask("police", "POST", collection + "?name=plan.jpg", pdf);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json::parse(refused.body)->at("field").as_string(), "name");
  EXPECT_EQ(json::parse(ask("police", "POST", collection).body)->at("field").as_string(), "file");
  const auto added = ask("police", "POST", collection + "?name=plan.pdf", pdf);
  ASSERT_EQ(added.status, 201) << added.body;
  const std::string code(json::parse(added.body)->at("code").as_string());
  EXPECT_EQ(json::parse(ask("douane", "GET", collection).body)->as_array().size(), 1U);
  const auto file = ask("douane", "GET", collection + "/" + code);
  EXPECT_EQ(file.body, pdf);
  EXPECT_EQ(file.content_type, "application/pdf");
  const auto header = [&](const std::string& name) {
    for (const auto& [known, value] : file.headers)
      if (known == name) return value;
    return std::string();
  };
  EXPECT_EQ(header("Content-Disposition"), "attachment; filename=\"piece-" + code + ".pdf\"");
  EXPECT_EQ(header("Content-Security-Policy"), "sandbox; default-src 'none'; frame-ancestors 'none'");
  EXPECT_EQ(ask("gendarmerie", "GET", collection + "/" + code).body,
            ask("gendarmerie", "GET", "/notes/aaaaaaaaaaaaaaaa/attachments/" + code).body);
  EXPECT_EQ(ask("douane", "DELETE", collection + "/" + code).status, 404);
  EXPECT_EQ(ask("police", "DELETE", collection + "/" + code).status, 200);
  EXPECT_EQ(ask("police", "GET", collection + "/" + code).status, 404);
  EXPECT_EQ(body_bytes_max_of("POST", "/api/v1/territories/port" + collection + "?name=x"),
            notes::attachment_bytes_max);
  EXPECT_EQ(body_bytes_max_of("GET", "/api/v1/territories/port" + collection), 0U);
}

INSTANTIATE_TEST_SUITE_P(Databases, RequestApi, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
