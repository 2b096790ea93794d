// Runs every tests/scenarios/*.txt through the command line, as text:
//
//   # a comment
//   write facts.csv                 the lines up to END become a file of the scenario's folder
//   END
//   $ quadrille import ...          a command; the lines below it are what it must print, then "exit N" when not 0
//
// In expected lines "..." stands for anything; {dir} is the scenario's folder. Standard output comes before standard
// error.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "edge/server/commands.h"
#include "testing/databases.h"
#include "testing/golden.h"

namespace quadrille {
namespace {

bool line_matches(std::string_view pattern, std::string_view line) {
  const auto dots = pattern.find("...");
  if (dots == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, dots))) return false;
  const auto rest = pattern.substr(dots + 3);
  for (std::size_t at = dots; at <= line.size(); ++at)
    if (line_matches(rest, line.substr(at))) return true;
  return false;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

struct Said {
  std::vector<std::string> lines;
};

Said run(const std::string& command, const std::string& folder) {
  std::vector<std::string> words = cli::words_of(command);
  words.erase(words.begin());  // "quadrille"
  for (auto& word : words)
    if (const auto at = word.find("{dir}"); at != std::string::npos) word.replace(at, 5, folder);
  std::ostringstream out;
  std::ostringstream err;
  cli::Terminal terminal{out, err, Language::en, false};
  const int code = cli::run_command_line(server::all_commands(), words, terminal);
  std::string text = out.str() + err.str();
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.replace(at, folder.size(), "{dir}");
  Said said{lines_of(text)};
  if (code != 0) said.lines.push_back("exit " + std::to_string(code));
  return said;
}

void play(const std::filesystem::path& scenario) {
  const testing::TemporaryFolder folder;
  std::ifstream in(scenario);
  std::string line;
  int number = 0;
  std::string command;
  std::vector<std::string> expected;
  int command_line = 0;
  const auto finish = [&] {
    if (command.empty()) return;
    const auto said = run(command, folder.path().string());
    bool is_same = said.lines.size() == expected.size();
    for (std::size_t i = 0; is_same && i < expected.size(); ++i) is_same = line_matches(expected[i], said.lines[i]);
    std::string found;
    for (const auto& one : said.lines) found += one + "\n";
    EXPECT_TRUE(is_same) << scenario.filename() << ':' << command_line << ": " << command << "\n--- said\n" << found;
    command.clear();
    expected.clear();
  };
  while (std::getline(in, line)) {
    ++number;
    if (line.starts_with("#")) continue;
    if (line.starts_with("write ")) {
      finish();
      std::ofstream file(folder.path() / line.substr(6), std::ios::binary);
      while (std::getline(in, line) && line != "END") {
        ++number;
        file << line << '\n';
      }
      ++number;
    } else if (line.starts_with("$ ")) {
      finish();
      command = line.substr(2);
      command_line = number;
    } else if (!line.empty()) {
      expected.push_back(line);
    }
  }
  finish();
}

TEST(Scenarios, every_one_says_what_it_should) {
  int played = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(QUADRILLE_SOURCE_DIR) / "tests" / "scenarios")) {
    if (entry.path().extension() != ".txt") continue;
    play(entry.path());
    ++played;
  }
  EXPECT_GE(played, 2);
}

struct Answered {
  int code = 0;
  std::string out;
  std::string err;
};

Answered answered(std::vector<std::string> words, const std::string& folder, const std::string& token = "") {
  words.insert(words.end(), {"--data-dir", folder});
  std::ostringstream out;
  std::ostringstream err;
  cli::Terminal terminal{.out = out, .err = err, .language = Language::en, .token = token};
  const int code = cli::run_command_line(server::all_commands(), words, terminal);
  return {code, out.str(), err.str()};
}

// The example's words, without the folder it names.
std::vector<std::string> example_of(const cli::Command& command) {
  auto words = cli::words_of(std::string(command.example));
  words.erase(words.begin());
  if (const auto at = std::ranges::find(words, "--data-dir"); at != words.end()) words.erase(at, at + 2);
  return words;
}

TEST(Scenarios, from_the_first_account_on_every_command_that_touches_content_asks_whom_it_works_for) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.path().string();
  ASSERT_EQ(answered({"init"}, path).code, 0);
  ASSERT_EQ(answered({"territory", "create", "sf", "--name", "SF"}, path).code, 0) << "as long as there is none";
  ASSERT_EQ(answered({"account", "create", "martin"}, path).code, 0);
  auto token = answered({"account", "token", "martin", "--for", "a test", "--capabilities", "see_instance"}, path).out;
  ASSERT_EQ(token.substr(0, 4), "qdr_");
  token.pop_back();
  int asked = 0;
  for (const auto& command : server::all_commands()) {
    if (command.needs.who() != cli::Needs::Who::with_capability) continue;
    const auto without = answered(example_of(command), path);
    EXPECT_EQ(without.code, 2) << command.name;
    EXPECT_NE(without.err.find("--token-file: this command acts for a person"), std::string::npos)
        << command.name << ": " << without.err;
    const auto forged = answered(example_of(command), path, token + "x");
    EXPECT_EQ(forged.err, without.err) << command.name;
    const auto powerless = answered(example_of(command), path, token);
    EXPECT_NE(powerless.err.find("role does not allow this"), std::string::npos)
        << command.name << ": " << powerless.err;
    ++asked;
  }
  EXPECT_GT(asked, 10);
}

TEST(Scenarios, a_token_works_for_its_person_where_that_person_is_habilitated_only) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.path().string();
  ASSERT_EQ(answered({"init"}, path).code, 0);
  for (const char* slug : {"sf", "port"}) {
    ASSERT_EQ(answered({"territory", "create", slug, "--name", slug}, path).code, 0);
    ASSERT_EQ(answered({"territory", "service", slug, "--code", "pn", "--name", "Police"}, path).code, 0);
  }
  ASSERT_EQ(answered({"account", "create", "martin"}, path).code, 0);
  const auto granted = answered({"account", "grant", "martin", "--role", "analyst", "--territory", "sf", "--service",
                                 "pn", "--act", "decision 12"},
                                path);
  ASSERT_EQ(granted.code, 0) << granted.err;
  auto token =
      answered({"account", "token", "martin", "--for", "a test", "--capabilities", "see_instance,see_aggregates"}, path)
          .out;
  token.pop_back();
  EXPECT_EQ(answered({"territory", "show", "sf"}, path, token).code, 0);
  const auto foreign = answered({"territory", "show", "port"}, path, token);
  const auto absent = answered({"territory", "show", "pork"}, path, token);
  EXPECT_EQ(foreign.code, absent.code);
  std::string expected = absent.err;
  for (auto at = expected.find("pork"); at != std::string::npos; at = expected.find("pork"))
    expected.replace(at, 4, "port");
  EXPECT_EQ(foreign.err, expected);
  EXPECT_EQ(answered({"territory", "list"}, path, token).out.find("port"), std::string::npos);
  EXPECT_EQ(answered({"territory", "calendar", "sf", "--infer"}, path, token).code, 2) << "beyond the token";
  ASSERT_EQ(answered({"account", "disable", "martin"}, path).code, 0);
  EXPECT_NE(answered({"territory", "show", "sf"}, path, token).err.find("acts for a person"), std::string::npos);
}

TEST(Scenarios, every_command_has_an_example_that_its_own_options_accept) {
  for (const auto& command : server::all_commands()) {
    auto words = cli::words_of(std::string(command.example));
    ASSERT_EQ(words.front(), "quadrille") << command.name;
    words.erase(words.begin());
    words.erase(words.begin(), words.begin() + 1 + std::ranges::count(command.name, ' '));
    const auto parsed = cli::Arguments::parse(command.options, command.words_max, words);
    EXPECT_TRUE(parsed) << command.name << ": " << command.example;
  }
}

}  // namespace
}  // namespace quadrille
