// docs/methods: one page for each method of engine/analysis, none forgotten, none about what is not there.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path root = QUADRILLE_SOURCE_DIR;
const fs::path methods = root / "docs/methods";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// About the program rather than one method of engine/analysis.
const std::set<std::string> other_pages{"README.md", "lab.md"};

std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::directory_iterator(methods))
    if (entry.path().extension() == ".md" && !other_pages.contains(entry.path().filename().string()))
      all[entry.path().filename().string()] = read(entry.path());
  return all;
}

std::vector<std::string> found_in(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> all;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) all.push_back((*it)[1]);
  return all;
}

// The paragraph that starts with **NAME, up to the next one; empty when there is none.
std::string section_of(const std::string& page, const std::string& name) {
  const auto begin = page.find("\n**" + name);
  if (begin == std::string::npos) return {};
  return page.substr(begin, page.find("\n**", begin + 1) - begin);
}

bool is_of_analysis(const std::string& page) { return section_of(page, "Code.").find(".h`") != std::string::npos; }

TEST(Methods, every_header_of_the_analysis_engine_stands_on_a_page) {
  std::map<std::string, std::set<std::string>> pages_of;
  for (const auto& [name, page] : pages())
    for (const auto& header : found_in(section_of(page, "Code."), R"(`([a-z_]+\.h)`)")) pages_of[header].insert(name);
  for (const auto& entry : fs::directory_iterator(root / "src/engine/analysis"))
    if (entry.path().extension() == ".h")
      EXPECT_TRUE(pages_of.contains(entry.path().filename().string()))
          << entry.path().filename() << " stands under **Code.** of no page of docs/methods";
  for (const auto& [header, names] : pages_of)
    EXPECT_TRUE(fs::exists(root / "src/engine/analysis" / header) ||
                fs::exists(root / "src/engine/simulation" / header))
        << *names.begin() << " names " << header;
}

TEST(Methods, every_page_says_what_it_assumes_where_it_fails_and_what_it_must_not_be_used_for) {
  for (const auto& [name, page] : pages()) {
    EXPECT_TRUE(page.starts_with("# ")) << name;
    for (const char* section : {"Must not be used", "Tests."})
      EXPECT_GT(section_of(page, section).size(), 40U) << name << " lacks **" << section << "**";
    if (!is_of_analysis(page)) continue;
    for (const char* section :
         {"Question.", "Formula.", "Assumptions.", "Parameters.", "Known failures.", "Peers.", "Speed."})
      EXPECT_GT(section_of(page, section).size(), 25U) << name << " lacks **" << section << "**";
    EXPECT_TRUE(std::regex_search(section_of(page, "Formula."), std::regex("(18|19|20)[0-9][0-9]")))
        << name << " gives no source of its formula";
  }
}

TEST(Methods, every_test_a_page_names_is_there) {
  std::set<std::string> tests;
  for (const auto& folder : {root / "src", root / "tests"})
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().string().ends_with("_test.cpp")) {
        const std::regex declared(R"(TEST(?:_P|_F)?\((\w+),\s*(\w+)\))");
        const std::string text = read(entry.path());
        for (std::sregex_iterator it(text.begin(), text.end(), declared), end; it != end; ++it)
          tests.insert((*it)[1].str() + "." + (*it)[2].str());
      }
  for (const auto& [name, page] : pages())
    for (const auto& test : found_in(section_of(page, "Tests."), R"(`([A-Z]\w*\.[a-z]\w*)`)"))
      EXPECT_TRUE(tests.contains(test)) << name << " names the test " << test;
}

TEST(Methods, the_index_has_every_page_and_every_page_named_in_code_exists) {
  const std::string index = read(methods / "README.md");
  for (const auto& [name, page] : pages())
    EXPECT_NE(index.find("(" + name + ")"), std::string::npos) << "README.md of docs/methods lacks " << name;
  for (const auto& folder : {"src", "bench", "docs"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file()) continue;
      for (const auto& page : found_in(read(entry.path()), R"(docs/methods/(\w+\.md))"))
        EXPECT_TRUE(fs::exists(methods / page)) << entry.path() << " names docs/methods/" << page;
    }
  for (const auto& entry : fs::directory_iterator(methods))
    if (entry.path().extension() == ".md")
      for (const auto& link : found_in(read(entry.path()), R"(\]\(([\w/]+\.(?:md|json))\))"))
        EXPECT_TRUE(fs::exists(methods / link)) << entry.path().filename() << " links to " << link;
}

}  // namespace
