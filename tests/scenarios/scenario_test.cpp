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

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false;
  bool has_word = false;
  for (const char c : line) {
    if (c == '"') {
      is_quoted = !is_quoted;
      has_word = true;
    } else if (c == ' ' && !is_quoted) {
      if (has_word || !word.empty()) words.push_back(word);
      word.clear();
      has_word = false;
    } else {
      word += c;
    }
  }
  if (has_word || !word.empty()) words.push_back(word);
  return words;
}

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
  std::vector<std::string> words = words_of(command);
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

TEST(Scenarios, every_command_has_an_example_that_its_own_options_accept) {
  for (const auto& command : server::all_commands()) {
    auto words = words_of(std::string(command.example));
    ASSERT_EQ(words.front(), "quadrille") << command.name;
    words.erase(words.begin());
    words.erase(words.begin(), words.begin() + 1 + std::ranges::count(command.name, ' '));
    const auto parsed = cli::Arguments::parse(command.options, command.words_max, words);
    EXPECT_TRUE(parsed) << command.name << ": " << command.example;
  }
}

}  // namespace
}  // namespace quadrille
