// The forms of `quadrille lab` are a contract: docs/methods/lab.md and its schemas say what goes in and what comes out,
// and here the program is held to them.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "edge/lab/lab.h"
#include "forms.h"
#include "json_schema.h"

namespace quadrille::tests {
namespace {

namespace fs = std::filesystem;

const fs::path methods = fs::path(QUADRILLE_SOURCE_DIR) / "docs/methods";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string form_of(const cli::Command& command) { return std::string(command.name.substr(4)); }

// A folder of its own, the working directory while it lives.
class Folder {
 public:
  explicit Folder(const std::map<std::string, std::string>& files) : before_(fs::current_path()) {
    std::string pattern = (fs::temp_directory_path() / "quadrille-lab-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
    for (const auto& [name, text] : files) std::ofstream(path_ / name, std::ios::binary) << text;
    fs::current_path(path_);
  }
  ~Folder() {
    fs::current_path(before_);
    fs::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

 private:
  fs::path before_;
  fs::path path_;
};

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Outcome run(const std::vector<std::string>& typed) {
  std::ostringstream out;
  std::ostringstream err;
  cli::Terminal terminal{out, err};
  const int exit_code = cli::run_command_line(lab::commands(), typed, terminal);
  return {exit_code, out.str(), err.str()};
}

Outcome run(std::string_view form, std::string_view options) {
  auto typed = words_of(options);
  typed.insert(typed.begin(), {"lab", std::string(form)});
  return run(typed);
}

std::vector<std::string> example_of(const cli::Command& command) {
  auto typed = words_of(command.example);
  typed.erase(typed.begin());  // quadrille
  return typed;
}

boost::json::value schema_of(std::string_view form) {
  return boost::json::parse(read(methods / "schemas" / (std::string(form) + ".json")));
}

void expect_contract(std::string_view form, const Outcome& outcome) {
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1) << "one document on one line";
  const auto faults = schema_faults(boost::json::parse(outcome.out), schema_of(form));
  for (std::size_t i = 0; i < std::min<std::size_t>(faults.size(), 5); ++i) ADD_FAILURE() << faults[i];
}

void expect_refused(const std::vector<std::string>& typed, std::string_view option) {
  const auto outcome = run(typed);
  std::string line;
  for (const auto& word : typed) line += word + " ";
  EXPECT_EQ(outcome.exit_code, 2) << line;
  EXPECT_EQ(outcome.out, "") << line;
  EXPECT_NE(outcome.err.find(option), std::string::npos) << line << "\nsays: " << outcome.err;
}

TEST(JsonSchema, finds_each_kind_of_fault) {
  const auto schema = boost::json::parse(R"({"type":"object","required":["a"],"additionalProperties":false,
    "properties":{"a":{"type":["integer","null"],"minimum":2,"maximum":9},"b":{"enum":["x","y"]},"c":{"const":1},
      "d":{"type":"array","minItems":1,"maxItems":2,"items":{"$ref":"#/$defs/word"}},
      "e":{"anyOf":[{"type":"null"},{"type":"string"}]},"f":{"type":"object","additionalProperties":{"type":"string"}}},
    "$defs":{"word":{"type":"string","minLength":2,"maxLength":3}}})");
  const auto faults = [&](const char* document) { return schema_faults(boost::json::parse(document), schema).size(); };
  EXPECT_EQ(faults(R"({"a":2,"b":"x","c":1,"d":["ab"],"e":"s","f":{"k":"v"}})"), 0U);
  EXPECT_EQ(faults(R"({"a":null,"e":null})"), 0U);
  EXPECT_EQ(faults(R"({"a":3.0})"), 0U);
  for (const char* document :
       {R"([])", R"({})", R"({"a":1})", R"({"a":10})", R"({"a":2.5})", R"({"a":2,"b":"z"})", R"({"a":2,"c":2})",
        R"({"a":2,"d":[]})", R"({"a":2,"d":["ab","cd","ef"]})", R"({"a":2,"d":["a"]})", R"({"a":2,"d":["abcd"]})",
        R"({"a":2,"e":1})", R"({"a":2,"f":{"k":1}})", R"({"a":2,"g":1})"})
    EXPECT_EQ(faults(document), 1U) << document;
  EXPECT_EQ(schema_faults(1, boost::json::parse(R"({"multipleOf":2})")).size(), 1U);
}

TEST(LabContract, every_form_has_its_section_its_options_its_schema_and_a_page_that_exists) {
  const std::string text = read(methods / "lab.md");
  std::set<std::string> forms;
  for (const auto& command : lab::commands()) {
    const std::string form = form_of(command);
    forms.insert(form);
    const auto begin = text.find("\n## lab " + form + "\n");
    ASSERT_NE(begin, std::string::npos) << "lab.md has no section of lab " << form;
    const std::string section = text.substr(begin, text.find("\n## ", begin + 1) - begin);
    EXPECT_NE(section.find(command.example), std::string::npos) << form << ": lab.md lacks the example of --help";
    EXPECT_NE(section.find("(schemas/" + form + ".json)"), std::string::npos) << form << " does not name its schema";
    EXPECT_TRUE(fs::exists(methods / "schemas" / (form + ".json"))) << form;
    std::set<std::string> said;
    const std::regex option("--[a-z][a-z-]*");
    for (std::sregex_iterator it(section.begin(), section.end(), option), end; it != end; ++it) said.insert((*it)[0]);
    std::set<std::string> known;
    for (const auto& one : command.options) known.insert(std::string(one.name));
    EXPECT_EQ(said, known) << form << ": the options in lab.md are not those of the command";
    std::smatch page;
    ASSERT_TRUE(std::regex_search(section, page, std::regex(R"(Method: \[[^\]]+\]\(([a-z_]+\.md)\))"))) << form;
    EXPECT_TRUE(fs::exists(methods / page[1].str())) << form << " names the page " << page[1];
    EXPECT_NE(read(methods / page[1].str()).find("`lab " + form + "`"), std::string::npos)
        << page[1] << " does not name lab " << form;
  }
  for (const auto& entry : fs::directory_iterator(methods / "schemas"))
    EXPECT_TRUE(forms.contains(entry.path().stem().string())) << entry.path() << " belongs to no form";
}

TEST(LabContract, the_example_of_every_help_works_and_prints_what_the_schema_says) {
  for (const auto& command : lab::commands()) {
    SCOPED_TRACE(command.example);
    const auto files = example_files(form_of(command));
    ASSERT_FALSE(files.empty()) << "no generated data for " << command.name;
    const Folder folder(files);
    expect_contract(form_of(command), run(example_of(command)));
    const auto help = run(words_of(std::string(command.name) + " --help"));
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_NE(help.out.find(command.example), std::string::npos);
  }
}

TEST(LabContract, every_option_and_every_null_is_as_the_schema_says) {
  const Folder folder(variant_files());
  std::map<std::string, std::set<std::string>> tried;
  for (const auto& one : variants()) {
    SCOPED_TRACE(std::string(one.form) + " " + std::string(one.options));
    const auto outcome = run(one.form, one.options);
    expect_contract(one.form, outcome);
    for (const auto& word : words_of(one.options))
      if (word.starts_with("--")) tried[std::string(one.form)].insert(word);
    if (one.null_at.empty() || outcome.exit_code != 0) continue;
    const auto document = boost::json::parse(outcome.out);
    boost::system::error_code missing;
    const auto* found = document.find_pointer(one.null_at, missing);
    ASSERT_NE(found, nullptr) << one.null_at << " is not there: " << outcome.out.substr(0, 400);
    EXPECT_TRUE(found->is_null()) << one.null_at << " is " << *found;
  }
  for (const auto& command : lab::commands()) {
    auto& options = tried[form_of(command)];
    for (const auto& word : example_of(command)) options.insert(word);
    for (const auto& option : command.options)
      EXPECT_TRUE(options.contains(std::string(option.name)))
          << command.name << " " << option.name << " is never tried";
  }
}

TEST(LabContract, a_document_tells_what_made_it) {
  const Folder folder({{"counts.csv", "1,2\n3,4\n"}});
  const auto document = boost::json::parse(run("hotspots", "--grid counts.csv --fdr by").out);
  EXPECT_EQ(document.at("parameters"), boost::json::parse(R"({"grid":"counts.csv","fdr":"by"})"));
  EXPECT_EQ(document.at("files").at("counts.csv"),  // sha256sum counts.csv
            "96bbd5de61f36b0e10c5771d180998d066192e8986aa34a8cb7c453f62959274");
}

// The example with one option's value replaced, or added.
std::vector<std::string> with_option(const cli::Command& command, std::string_view option, std::string_view value) {
  auto typed = example_of(command);
  const auto at = std::ranges::find(typed, option);
  if (at != typed.end()) {
    *(at + 1) = value;
  } else {
    typed.emplace_back(option);
    typed.emplace_back(value);
  }
  return typed;
}

bool is_input_file(const cli::Option& option) { return option.value.ends_with(".csv") && option.name != "--out"; }

TEST(LabContract, what_an_option_cannot_be_is_refused_with_its_name_and_nothing_on_standard_output) {
  for (const auto& command : lab::commands()) {
    const Folder folder(example_files(form_of(command)));
    auto unknown = example_of(command);
    unknown.insert(unknown.end(), {"--colour", "red"});
    expect_refused(unknown, "--colour");
    for (const auto& option : command.options) {
      if (option.name == "--out") {
        expect_refused(with_option(command, option.name, "no/such/folder/grid.csv"), option.name);
        continue;
      }
      if (option.value.empty()) {
        auto typed = example_of(command);
        typed.push_back(std::string(option.name) + "=yes");
        expect_refused(typed, option.name);
        continue;
      }
      expect_refused(with_option(command, option.name, "nonsense"), option.name);
      if (!is_input_file(option)) expect_refused(with_option(command, option.name, "nan"), option.name);
      if (!is_input_file(option)) expect_refused(with_option(command, option.name, "-7,"), option.name);
      if (!option.is_required) continue;
      auto typed = example_of(command);
      const auto at = std::ranges::find(typed, option.name);
      ASSERT_NE(at, typed.end()) << command.name << ": the example lacks the required " << option.name;
      typed.erase(at, at + 2);
      expect_refused(typed, option.name);
    }
  }
}

TEST(LabContract, a_file_that_is_not_what_it_should_be_is_refused_with_its_option) {
  for (const auto& command : lab::commands()) {
    for (const auto& option : command.options) {
      const auto typed = example_of(command);
      const auto at = std::ranges::find(typed, option.name);
      if (!is_input_file(option) || at == typed.end()) continue;
      const std::string name = *(at + 1);
      const auto good = example_files(form_of(command));
      const std::string header = good.at(name).substr(0, good.at(name).find('\n') + 1);
      const auto columns = std::ranges::count(header, ',');
      std::string gaps;
      for (long i = 0; i < columns; ++i) gaps += "nan,";
      const std::string short_row = good.at(name).substr(0, good.at(name).rfind(columns > 0 ? ',' : '\n')) + "\n";
      for (const std::string& bad :
           {std::string(), std::string("\n"), std::string("a,b\n1,2\n"), header + gaps + "nan\n",
            header + gaps + "1e999\n", short_row, std::string("\0\xff\xfe", 3)}) {
        auto files = good;
        files[name] = bad;
        SCOPED_TRACE(bad.substr(0, 60));
        const Folder folder(files);
        expect_refused(typed, option.name);
      }
    }
  }
}

TEST(LabContract, what_one_model_alone_uses_is_refused_with_the_others) {
  const Folder folder(variant_files());
  struct Case {
    std::string_view form;
    std::string options;
    std::string_view names;
  };
  const std::string_view scan = "--events events.csv --places places.csv ";
  const std::string streets = "--nodes nodes.csv --edges edges.csv ";
  const std::string ringed = " --treated treated.csv --events ring_events.csv --limits-m 100";
  for (const auto& [form, options, names] : std::vector<Case>{
           {"scan", "--model permutation --spatial", "--spatial"},
           {"scan", "--model permutation --days-max 5", "--mode"},
           {"scan", "--model permutation --mode retrospective", "--days-max"},
           {"scan", "--model poisson --mode retrospective --days-max 5", "--population"},
           {"scan", "--model bernoulli --mode retrospective --days-max 5", "--controls"},
           {"scan", "--model permutation --mode retrospective --days-max 5 --population population.csv",
            "--population"},
           {"scan", "--model permutation --mode retrospective --days-max 5 --controls controls.csv", "--controls"},
           {"scan", "--model permutation --mode retrospective --days-max 5 --last-day 3", "--last-day"},
           {"scan", "--model poisson --population population.csv --spatial --mode prospective", "--mode"},
           {"hotspots", "--grid counts.csv --distance-m 3", "--distance-m"},
           {"hotspots", "--points values.csv", "--distance-m"},
           {"hotspots", "--points values.csv --grid counts.csv --distance-m 3", "--grid"},
           {"hotspots", "", "--grid"},
           {"moran", "", "--grid"},
           {"emerging", "--stack stack.csv --steps 7", "--steps"},
           {"emerging", "--stack stack.csv", "--steps"},
           {"emerging", "", "--grids"},
           {"emerging", "--grids counts.csv,equal.csv", "--grids"},
           {"density", "--points points.csv --sigma-m 0 --cell-m 50 --extent 0,0,100,100", "--sigma-m"},
           {"density", "--points points.csv --sigma-m 9 --cell-m .001 --extent 0,0,10000,10000", "--cell-m"},
           {"density", "--points points.csv --sigma-m 9 --cell-m 5 --extent 0,0,0,100", "--extent"},
           {"density", "--points far.csv --sigma-m 9 --cell-m 5 --extent 0,0,90,90", "--points"},
           {"density", "--points points.csv --sigma-m 1e300 --cell-m 5 --extent 0,0,90,90", "--sigma-m"},
           {"density", "--points points.csv --sigma-m 9 --cell-m 1e299 --extent 0,0,1e300,1e300", "--extent"},
           {"hotspots", "--grid huge.csv", "--grid"},
           {"displacement", "--counts huge_roles.csv", "--counts"},
           {"knox", "--events timed.csv --near-m -1 --near-days 3", "--near-m"},
           {"knox", "--events timed.csv --near-m 200,100 --near-days 3", "--near-m"},
           {"knox", "--events timed.csv --near-m 100 --near-days 3,2", "--near-days"},
           {"sepp", "--events at_once.csv", "--events"},
           {"sepp", "--events timed.csv --held-out 1", "--held-out"},
           {"change", "--series weeks.csv --method ears --b 3", "--b"},
           {"change", "--series weeks.csv --method farrington --k 1", "--k"},
           {"change", "--series weeks.csv --threshold muan --threshold-method muan", "--threshold"},
           {"change", "--series holes.csv --method ears", "--series"},
           {"change", "--series weeks.csv --b 30", "--series"},
           {"survival", "--times recurrent.csv --model km", "--times"},
           {"survival", "--times groups.csv --model ag", "--times"},
           {"survival", "--times groups.csv --model km --covariates lit", "--covariates"},
           {"survival", "--times recurrent.csv --model ag --covariates colour", "--covariates"},
           {"displacement", "--counts roles.csv --dispersion .5", "--dispersion"},
           {"survival", "--times visits.csv --model turnbull --covariates group", "--covariates"},
           {"survival", "--times groups.csv --model turnbull", "--times"},
           {"reversion", "--counts huge_places.csv", "--counts"},
           {"reversion", "--counts nine_places.csv", "--counts"},
           {"reversion", "--counts all_treated.csv", "--counts"},
           {"reversion", "--counts quiet_places.csv", "--counts"},
           {"rings", streets + "--treated off_streets.csv --events ring_events.csv --limits-m 100", "--treated"},
           {"rings", streets + "--treated treated.csv --events half_after.csv --limits-m 100", "--events"},
           {"rings", streets + "--treated treated.csv --events ring_events.csv --limits-m 300,100", "--limits-m"},
           {"rings", streets + "--treated treated.csv --events ring_events.csv --limits-m 100,100", "--limits-m"},
           {"rings", streets + "--treated far.csv --events ring_events.csv --limits-m 100", "--treated"},
           {"rings", "--nodes node_twice.csv --edges edges.csv" + ringed, "--nodes"},
           {"rings", "--nodes far.csv --edges edges.csv" + ringed, "--nodes"},
           {"rings", "--nodes nodes.csv --edges no_such_node.csv" + ringed, "--edges"},
           {"rings", "--nodes nodes.csv --edges negative_street.csv" + ringed, "--edges"},
           {"rings", "--nodes nodes.csv --edges short_street.csv" + ringed, "--edges"},
           {"forecast", "--events events.csv --places places.csv --train-until 5 --horizon 7", "--train-until"},
           {"forecast", "--events events.csv --places places.csv --train-until 100 --horizon 90", "--horizon"},
           {"evaluate", "--events events.csv --places places.csv --origins 90:80:7 --horizon 7 --top 3", "--origins"},
           {"evaluate", "--events events.csv --places places.csv --origins 80:110:7 --horizon 7 --top 40", "--top"}}) {
    const std::string line = (form == "scan" ? std::string(scan) : std::string()) + options;
    auto typed = words_of(line);
    typed.insert(typed.begin(), {"lab", std::string(form)});
    expect_refused(typed, names);
  }
}

}  // namespace
}  // namespace quadrille::tests
