// The rules of ARCHITECTURE.md that a machine can hold: which module may include which, which ring may touch what, how
// long a file may grow.

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

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Source {
  std::string path;  // relative to src/
  std::string text;

  [[nodiscard]] bool is_test() const {
    return path.ends_with("_test.cpp") || path.ends_with("_test.h") || path.starts_with("testing/");
  }
  [[nodiscard]] std::string module() const { return fs::path(path).parent_path().string(); }
  [[nodiscard]] std::string ring() const { return path.substr(0, path.find('/')); }
};

std::vector<Source> all_sources() {
  std::vector<Source> sources;
  for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
    const auto extension = entry.path().extension();
    if (extension == ".h" || extension == ".cpp")
      sources.push_back({fs::relative(entry.path(), root / "src").string(), read(entry.path())});
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

struct Module {
  std::set<std::string> uses;
  std::set<std::string> test_uses;
};

std::map<std::string, Module> declared_modules() {
  const std::string text = read(root / "CMakeLists.txt");
  const std::regex declaration(R"(add_module\(([^)]*)\))");
  std::map<std::string, Module> modules;
  for (std::sregex_iterator it(text.begin(), text.end(), declaration), end; it != end; ++it) {
    std::istringstream words((*it)[1].str());
    std::string name;
    words >> name;
    Module module;
    std::string section;
    for (std::string word; words >> word;) {
      if (word == "USES" || word == "LINKS" || word == "TEST_USES" || word == "TEST_LINKS")
        section = word;
      else if (section == "USES")
        module.uses.insert(word);
      else if (section == "TEST_USES")
        module.test_uses.insert(word);
    }
    modules[name] = module;
  }
  return modules;
}

std::vector<std::string> includes_of(const std::string& text, const std::string& pattern) {
  const std::regex include("(?:^|\n)[ ]*#include " + pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

std::vector<std::string> own_includes_of(const std::string& text) { return includes_of(text, "\"([^\"]+)\""); }
std::vector<std::string> foreign_includes_of(const std::string& text) { return includes_of(text, "<([^>]+)>"); }

// Rings by height; a module may use its own ring or a lower one, and engine never sees host.
int height_of(const std::string& ring) {
  static const std::map<std::string, int> heights{{"base", 0},     {"engine", 1}, {"host", 1},
                                                  {"services", 2}, {"edge", 3},   {"testing", 4}};
  return heights.at(ring);
}
std::string ring_of(const std::string& module) { return module.substr(0, module.find('/')); }

TEST(Architecture, every_folder_with_code_is_a_declared_module_and_every_module_has_code) {
  const auto modules = declared_modules();
  std::set<std::string> folders;
  for (const auto& source : all_sources()) folders.insert(source.module());
  for (const auto& folder : folders)
    EXPECT_TRUE(modules.contains(folder)) << folder << " is not declared by add_module";
  for (const auto& [name, module] : modules) EXPECT_TRUE(folders.contains(name)) << name << " has no code";
}

TEST(Architecture, every_include_is_a_declared_use) {
  const auto modules = declared_modules();
  for (const auto& source : all_sources()) {
    const auto own = modules.find(source.module());
    if (own == modules.end()) continue;
    for (const auto& include : own_includes_of(source.text)) {
      const std::string used = fs::path(include).parent_path().string();
      const bool is_declared = used == source.module() || own->second.uses.contains(used) ||
                               (source.is_test() && (used == "testing" || own->second.test_uses.contains(used)));
      EXPECT_TRUE(is_declared) << source.path << " includes " << include << " but " << source.module()
                               << " does not use " << used;
    }
  }
}

TEST(Architecture, rings_point_inwards_and_engine_never_sees_host) {
  for (const auto& [name, module] : declared_modules()) {
    for (const auto& used : module.uses) {
      EXPECT_LE(height_of(ring_of(used)), height_of(ring_of(name))) << name << " uses " << used;
      EXPECT_FALSE(ring_of(name) == "engine" && ring_of(used) == "host") << name << " uses " << used;
      EXPECT_FALSE(ring_of(name) == "host" && ring_of(used) == "engine") << name << " uses " << used;
      EXPECT_FALSE(used == "testing") << name << " uses testing outside its tests";
    }
  }
}

TEST(Architecture, third_party_headers_stay_in_sources) {
  const std::regex third_party(
      R"(^(boost|fmt|date|sqlite3|libpq|geos|proj|zstd|zlib|sodium|openssl|Eigen|cairo|pango|brotli).*)");
  for (const auto& source : all_sources()) {
    // host/json/describe.h is a template over Boost.Describe: included by the sources that speak JSON, never by a
    // header.
    if (!source.path.ends_with(".h") || source.path.starts_with("testing/") || source.path == "host/json/describe.h")
      continue;
    EXPECT_EQ(source.text.find("#include \"host/json/describe.h\""), std::string::npos) << source.path;
    for (const auto& include : foreign_includes_of(source.text))
      EXPECT_FALSE(std::regex_match(include, third_party)) << source.path << " includes <" << include << ">";
  }
}

TEST(Architecture, the_engine_does_no_input_or_output) {
  const std::regex outside(
      R"(^(fstream|iostream|cstdio|filesystem|sqlite3.*|libpq.*|proj.*|boost/(json|asio|beast).*)$)");
  for (const auto& source : all_sources()) {
    if (source.ring() != "engine" || source.is_test()) continue;
    for (const auto& include : foreign_includes_of(source.text))
      EXPECT_FALSE(std::regex_match(include, outside)) << source.path << " includes <" << include << ">";
  }
}

TEST(Architecture, json_http_and_sql_stand_only_where_they_belong) {
  for (const auto& source : all_sources()) {
    if (source.is_test()) continue;
    for (const auto& include : foreign_includes_of(source.text)) {
      if (include.starts_with("boost/beast") || include.starts_with("boost/asio"))
        EXPECT_TRUE(source.module() == "host/http") << source.path;
      if (include.starts_with("boost/json"))
        EXPECT_TRUE(source.ring() == "edge" || source.module() == "host/json" || source.module() == "host/geojson")
            << source.path;
      if (include == "sqlite3.h" || include == "libpq-fe.h") EXPECT_EQ(source.module(), "host/database") << source.path;
    }
    const std::regex sql(
        R"re("\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (UNIQUE )?(TABLE|INDEX)|DROP TABLE) )re");
    const bool may_hold_sql = source.path.ends_with("_store.cpp") || source.module() == "host/database" ||
                              source.path.ends_with("/geopackage.cpp");
    EXPECT_TRUE(may_hold_sql || !std::regex_search(source.text, sql))
        << source.path << " holds SQL; its place is a _store.cpp";
  }
}

TEST(Architecture, the_clock_and_chance_come_from_one_place) {
  const std::regex clock(R"((system_clock::now|std::time\(|gettimeofday|clock_gettime))");
  const std::regex chance(R"((random_device|mt19937|\brand\(\)|randombytes_|RAND_bytes|getrandom|/dev/u?random))");
  for (const auto& source : all_sources()) {
    if (source.module() != "host/clock") EXPECT_FALSE(std::regex_search(source.text, clock)) << source.path;
    if (source.path != "host/crypto/chance.cpp") EXPECT_FALSE(std::regex_search(source.text, chance)) << source.path;
  }
}

TEST(Architecture, the_outsiders_verifier_shares_no_code_with_the_program) {
  for (const auto& entry : fs::directory_iterator(root / "verifier")) {
    const std::string text = read(entry.path());
    EXPECT_TRUE(own_includes_of(text).empty()) << entry.path();
    EXPECT_EQ(text.find("quadrille_"), text.find("quadrille_verify.cpp")) << entry.path() << " links a module";
  }
}

TEST(Architecture, the_only_macro_is_check) {
  const std::regex macro(R"((^|\n)#define (\w+))");
  for (const auto& source : all_sources()) {
    for (std::sregex_iterator it(source.text.begin(), source.text.end(), macro), end; it != end; ++it)
      EXPECT_EQ((*it)[2].str(), "CHECK") << source.path;
  }
}

TEST(Architecture, names_say_what_a_thing_is) {
  const std::regex vague(R"((^|/)(common|utils?|misc|helpers?|manager)(/|_|\.|$))");
  for (const auto& source : all_sources()) EXPECT_FALSE(std::regex_search(source.path, vague)) << source.path;
}

// Two types of one name in one namespace are one type to the linker: it keeps one destructor for both, and memory goes
// wrong far away. The compiler sees it only where a source includes both headers.
TEST(Architecture, a_name_means_one_type_in_a_namespace) {
  const std::regex opening(R"(^namespace ([\w:]*) ?\{$)");
  const std::regex type(R"(^(?:struct|class|enum class|enum) (\w+)(?: final)?(?: :.*)? \{)");
  std::map<std::string, std::string> where;
  for (const auto& source : all_sources()) {
    std::vector<std::string> spaces;
    std::istringstream lines(source.text);
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (line == "namespace {") {
        spaces.push_back("one per file: " + source.path);
      } else if (std::regex_match(line, match, opening)) {
        spaces.push_back(match[1]);
      } else if (line.starts_with("}  // namespace") && !spaces.empty()) {
        spaces.pop_back();
      } else if (std::regex_search(line, match, type)) {
        std::string name;
        for (const auto& space : spaces) name += space + "::";
        name += match[1].str();
        const auto [other, is_first] = where.emplace(name, source.path);
        EXPECT_TRUE(is_first) << name << " is declared in " << other->second << " and in " << source.path;
      }
    }
  }
}

TEST(Architecture, files_stay_small) {
  constexpr int longest = 800;
  std::vector<fs::path> folders{root / "src",         root / "tests",   root / "bench",   root / "fuzz",
                                root / "web" / "src", root / "scripts", root / "verifier"};
  for (const auto& folder : folders) {
    if (!fs::exists(folder)) continue;
    for (auto it = fs::recursive_directory_iterator(folder); it != fs::recursive_directory_iterator(); ++it) {
      if (it->path().filename() == "node_modules" || it->path().filename() == "golden") {
        it.disable_recursion_pending();
        continue;
      }
      static const std::set<std::string> code{".h", ".cpp", ".ts", ".tsx", ".css", ".sh", ".mjs"};
      if (!it->is_regular_file() || !code.contains(it->path().extension().string())) continue;
      if (it->path().filename() == "schema.ts") continue;  // generated from the OpenAPI document, not kept
      const std::string text = read(it->path());
      EXPECT_LE(std::ranges::count(text, '\n'), longest) << it->path();
    }
  }
}

TEST(Architecture, nothing_names_the_machine_it_was_written_on) {
  const std::regex machine(R"((/root/|/home/\w+/|/work/(main|shared)))");
  for (const auto& source : all_sources()) EXPECT_FALSE(std::regex_search(source.text, machine)) << source.path;
}

}  // namespace
