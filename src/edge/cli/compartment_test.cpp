#include <gtest/gtest.h>

#include "edge/cli/scene_test.h"

// quadrille compartment …, as three officers type it: ana and bob may open compartments, pat patrols; zoe audits.

namespace quadrille::cli {
namespace {

class CompartmentCommands : public CommandScene {
 protected:
  void SetUp() override {
    make_instance({{"ana", "police", access::Role::analyst},
                   {"bob", "police", access::Role::commander},
                   {"pat", "police", access::Role::patrol},
                   {"zoe", "", access::Role::auditor}},
                  {access::Capability::open_compartment, access::Capability::read_notes, access::Capability::read_log,
                   access::Capability::submit_note, access::Capability::follow_own_notes},
                  "enquête");
  }
};

TEST_F(CompartmentCommands, one_is_opened_joined_used_left_and_closed) {
  const auto opened = run({"compartment", "open", "--name", "MISTRAL", "--kind", "operation"}, "ana");
  ASSERT_EQ(opened.code, 0) << opened.err;
  const std::string code = opened.out.substr(0, 16);
  EXPECT_EQ(run({"compartment", "admit", "MISTRAL", "pat"}, "ana").code, 0);
  EXPECT_NE(run({"compartment", "list"}, "pat").out.find("MISTRAL"), std::string::npos);
  const auto members = run({"compartment", "members", code}, "pat").out;
  EXPECT_NE(members.find("ana"), std::string::npos);
  EXPECT_NE(members.find("pat"), std::string::npos);
  EXPECT_EQ(run({"note", "add", "--text", "Deux vendeurs devant le hall", "--point", "5.31,43.31", "--compartment",
                 "MISTRAL"},
                "pat")
                .code,
            0);
  EXPECT_NE(run({"note", "list"}, "ana").out.find("Deux vendeurs"), std::string::npos);
  EXPECT_EQ(run({"note", "list"}, "bob").out, "");
  // Who is not in it is told what is told of any word.
  EXPECT_EQ(run({"compartment", "list"}, "bob").out, "");
  EXPECT_EQ(run({"compartment", "members", code}, "bob").err, run({"compartment", "members", "SIROCCO"}, "bob").err);
  EXPECT_EQ(run({"compartment", "close", code}, "bob").code, 3);
  const auto refused =
      run({"note", "add", "--text", "Deux vendeurs", "--point", "5.31,43.31", "--compartment", code}, "bob");
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--compartment"), std::string::npos);

  const auto last = run({"compartment", "leave", code}, "ana");
  EXPECT_EQ(last.code, 2);
  EXPECT_NE(last.err.find("close the compartment"), std::string::npos) << last.err;
  EXPECT_EQ(run({"compartment", "dismiss", code, "pat"}, "ana").code, 0);
  EXPECT_EQ(run({"compartment", "list"}, "pat").out, "");
  EXPECT_EQ(run({"compartment", "admit", code, "bob"}, "ana").code, 0);
  EXPECT_EQ(run({"compartment", "leave", code}, "ana").code, 0);
  EXPECT_EQ(run({"compartment", "close", code}, "bob").code, 0);
  EXPECT_NE(run({"compartment", "list"}, "bob").out.find("closed on"), std::string::npos);
}

TEST_F(CompartmentCommands, the_log_says_who_read_the_list_that_one_stands_in) {
  const auto code = run({"compartment", "open", "--name", "MISTRAL", "--kind", "operation"}, "ana").out.substr(0, 16);
  EXPECT_EQ(run({"compartment", "list"}, "bob").code, 0);
  const auto read = run({"audit", "list", "--object", code, "--action", "consultation"}, "zoe");
  EXPECT_EQ(read.code, 0) << read.err;
  EXPECT_TRUE(
      read.out.starts_with("Compartment (compartment:" + code + ")\nA compartment is read in each person's list"))
      << read.out;
  EXPECT_NE(read.out.find("Compartments"), std::string::npos) << read.out;
  const auto done = run({"audit", "list", "--object", "compartment:" + code, "--action", "alteration"}, "zoe");
  EXPECT_NE(done.out.find("kind: operation"), std::string::npos) << done.out;
  EXPECT_NE(run({"audit", "list", "--about", "teapots"}, "zoe").err.find("--about"), std::string::npos);
  EXPECT_EQ(run({"audit", "list", "--about", "dossiers"}, "zoe").out, "");
}

TEST_F(CompartmentCommands, a_refusal_names_what_was_typed) {
  EXPECT_NE(run({"compartment", "open", "--name", "jean dupont"}, "ana").err.find("--name: a code name"),
            std::string::npos);
  EXPECT_NE(run({"compartment", "open", "--name", "BORA", "--kind", "secret"}, "ana").err.find("--kind"),
            std::string::npos);
  EXPECT_NE(run({"compartment", "open", "--name", "BORA"}, "pat").err.find("--token-file"), std::string::npos);
  EXPECT_NE(run({"compartment", "admit", "BORA"}, "ana").err.find("LOGIN"), std::string::npos);
  ASSERT_EQ(run({"compartment", "open", "--name", "BORA"}, "ana").code, 0);
  EXPECT_NE(run({"compartment", "open", "--name", "BORA"}, "ana").err.find("already"), std::string::npos);
  EXPECT_NE(run({"compartment", "admit", "BORA", "nobody"}, "ana").err.find("LOGIN: nobody of this login"),
            std::string::npos);
}

}  // namespace
}  // namespace quadrille::cli
