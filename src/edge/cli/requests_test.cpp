#include <gtest/gtest.h>

#include "edge/cli/scene_test.h"
#include "services/audit/audit.h"

// quadrille request …, as two officers type it.

namespace quadrille::cli {
namespace {

class RequestCommands : public CommandScene {
 protected:
  void SetUp() override {
    make_instance(
        {{"police", "police"}, {"douane", "douane"}},
        {access::Capability::request_services, access::Capability::read_notes, access::Capability::manage_territory},
        "suivi du quai");
  }
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
