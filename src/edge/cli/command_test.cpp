#include "edge/cli/command.h"

#include <gtest/gtest.h>

#include <sstream>

namespace quadrille::cli {
namespace {

struct Outcome {
  int exit_code;
  std::string out;
  std::string err;
};

Outcome run(std::vector<std::string> typed) {
  const std::vector<Command> commands{
      {.name = "greet",
       .summary = {"Salue", "Greets"},
       .needs = Needs::nothing(),
       .words = "NAME",
       .words_max = 1,
       .options = {{"--times", "N", {"combien de fois", "how many times"}, true}, {"--loud", "", {"fort", "loudly"}}},
       .example = "quadrille greet Ada --times 2",
       .run = [](const Arguments& arguments, Terminal& terminal) -> Result<void> {
         const auto times = arguments.integer("--times");
         if (!times) return Failure(times.error());
         terminal.out << arguments.words().at(0) << ' ' << **times << (arguments.has("--loud") ? " LOUD" : "");
         return {};
       }},
      {.name = "lab scan",
       .summary = {"Balayage", "Scan"},
       .needs = Needs::nothing(),
       .words = "",
       .options = {},
       .example = "quadrille lab scan",
       .run = [](const Arguments&, Terminal& terminal) -> Result<void> {
         terminal.out << "scanned";
         return {};
       }}};
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal{out, err};
  const int exit_code = run_command_line(commands, typed, terminal);
  return {exit_code, out.str(), err.str()};
}

TEST(CommandLine, options_are_taken_in_both_forms) {
  EXPECT_EQ(run({"greet", "Ada", "--times", "2"}).out, "Ada 2");
  EXPECT_EQ(run({"greet", "--loud", "--times=3", "Ada"}).out, "Ada 3 LOUD");
}

TEST(CommandLine, what_is_wrong_is_refused_with_the_field_named_and_nothing_on_standard_output) {
  for (const auto& typed : std::vector<std::vector<std::string>>{{"greet", "Ada"},
                                                                 {"greet", "Ada", "--times"},
                                                                 {"greet", "Ada", "--times", "two"},
                                                                 {"greet", "Ada", "--times", "2", "--times", "3"},
                                                                 {"greet", "Ada", "--times", "2x"}}) {
    const auto outcome = run(typed);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("--times"), std::string::npos) << outcome.err;
  }
  EXPECT_NE(run({"greet", "Ada", "--speed", "1"}).err.find("--speed: unknown option"), std::string::npos);
  EXPECT_NE(run({"greet", "Ada", "Bob", "--times", "1"}).err.find("unexpected word \"Bob\""), std::string::npos);
}

TEST(CommandLine, two_word_commands_are_found) {
  EXPECT_EQ(run({"lab", "scan"}).out, "scanned");
  EXPECT_EQ(run({"lab"}).exit_code, 2);
  EXPECT_EQ(run({"lab", "--help"}).exit_code, 0);
}

TEST(CommandLine, help_shows_every_option_and_an_example) {
  const auto outcome = run({"greet", "--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.out.find("--times N"), std::string::npos);
  EXPECT_NE(outcome.out.find("quadrille greet Ada --times 2"), std::string::npos);
}

TEST(CommandLine, an_unknown_command_lists_the_known_ones) {
  const auto outcome = run({"conquer"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("lab scan"), std::string::npos);
}

}  // namespace
}  // namespace quadrille::cli
