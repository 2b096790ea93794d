#include <gtest/gtest.h>

#include <sstream>

#include "edge/cli/instance.h"
#include "host/crypto/secret_file.h"
#include "services/access/person.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "testing/databases.h"

// quadrille request …, as two officers type it.

namespace quadrille::cli {
namespace {

class RequestCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run({"init"}).code, 0);
    ASSERT_EQ(run({"territory", "create", "port", "--name", "Port", "--crs", "EPSG:2154"}).code, 0);
    const auto database = *database::open_database("sqlite:" + (folder_.path() / "quadrille.db").string());
    auto tx = database->write();
    const Instant now = clock::system_clock().now();
    const access::Asker by{access::local_viewer("local:test", {}), "", "", now};
    const auto port = *territory::find(*tx, "port");
    auto& chance = crypto::system_chance();
    for (const std::string service : {"police", "douane"}) {
      const auto id = territory::add_service(*tx, port, service, service, {"local:test", now}).value();
      const auto person = access::create_person(*tx, {service + ".agent", "Agent"}, chance, by).value();
      ASSERT_TRUE(access::grant(
          *tx, {person.id, access::Role::analyst, port.id, id, access::Sensitivity::confidential, "acte", now, {}},
          chance, by));
      const auto token = access::issue_token(*tx,
                                             {person.id,
                                              "test",
                                              {access::Capability::request_services, access::Capability::read_notes,
                                               access::Capability::manage_territory},
                                              "suivi du quai",
                                              {now.utc_ms + 3'600'000},
                                              access::Proof::two_factors},
                                             chance, by)
                             .value();
      ASSERT_TRUE(crypto::save_secret(folder_.path() / service, token.secret + "\n"));
    }
    tx->commit();
  }

  struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
  };
  Outcome run(std::vector<std::string> typed, const std::string& as = "") {
    typed.insert(typed.end(), {"--data-dir", folder_.path().string()});
    if (!as.empty()) typed.insert(typed.end(), {"--token-file", (folder_.path() / as).string()});
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal{out, err, Language::en};
    const auto all = commands();
    const int code = run_command_line(all, typed, terminal);
    return {code, out.str(), err.str()};
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(RequestCommands, one_asks_the_other_delays_and_answers_and_both_see_the_clock) {
  const auto asked = run({"request", "ask", "--to", "douane", "--about-place", "quai 4", "--text", "Vos constats ?",
                          "--legal-basis", "CSI L. 132-5"},
                         "police");
  ASSERT_EQ(asked.code, 0) << asked.err;
  const std::string code = asked.out.substr(0, 16);
  EXPECT_NE(run({"request", "list"}, "douane").out.find("police -> douane  open"), std::string::npos);
  const auto delayed =
      run({"request", "delay", code, "--expected", "2099-01-01T08:00", "--text", "effectif"}, "douane");
  EXPECT_EQ(delayed.code, 0) << delayed.err;
  const auto early = run({"request", "escalate", code}, "police");
  EXPECT_EQ(early.code, 2);
  EXPECT_NE(early.err.find("the limit has not passed"), std::string::npos) << early.err;
  const auto wrong = run({"request", "refuse", code, "--ground", "none", "--text", "non"}, "douane");
  EXPECT_NE(wrong.err.find("--ground"), std::string::npos) << wrong.err;
  const auto partly = run({"request", "answer", code, "--text", "rien vu", "--ground", "not_held"}, "douane");
  EXPECT_EQ(partly.code, 0) << partly.err;
  EXPECT_NE(partly.out.find("partly answered"), std::string::npos);
  EXPECT_NE(partly.out.find("in time"), std::string::npos);
  EXPECT_NE(run({"request", "list", "--unfinished"}, "police").out.find("No request."), std::string::npos);
  EXPECT_NE(run({"request", "statistics"}, "police").out.find("douane: 1 requests, 1 in time"), std::string::npos);
  EXPECT_NE(run({"request", "show", code}, "police").out.find("[not_held]"), std::string::npos);
}

TEST_F(RequestCommands, without_a_good_token_nothing_is_said_and_an_unknown_code_is_not_found) {
  EXPECT_EQ(run({"request", "list"}).code, 2);
  EXPECT_NE(run({"request", "list"}, "nobody").code, 0);
  EXPECT_EQ(run({"request", "show", "aaaaaaaaaaaaaaaa"}, "police").code, 3);
  EXPECT_EQ(run({"request", "limit", "--urgency", "urgent", "--hours", "4", "--source", "protocole"}, "police").code,
            0);
  const auto both =
      run({"request", "limit", "--urgency", "urgent", "--hours", "4", "--days", "1", "--source", "x"}, "police");
  EXPECT_NE(both.err.find("--hours"), std::string::npos) << both.err;
}

}  // namespace
}  // namespace quadrille::cli
