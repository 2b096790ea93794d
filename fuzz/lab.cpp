// Any bytes as one of the files of a `lab` command: the first byte chooses a command line that works (those of
// tests/lab), the second which of its files is replaced by the rest. Whatever comes is refused with an option named and
// nothing on standard output, or answered with one JSON object without a number that is none.
#include "edge/lab/lab.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "../tests/lab/forms.h"

namespace {

// The files of the command lines, in a folder of their own.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fuzz-lab-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    for (const auto& [name, text] : quadrille::tests::variant_files()) write(name, text);
  }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << text;
  }
  // "a.csv,b.csv" with the folder before each.
  [[nodiscard]] std::string in(const std::string& names) const {
    std::string paths;
    std::istringstream list(names);
    for (std::string name; std::getline(list, name, ',');)
      paths += (paths.empty() ? "" : ",") + (path_ / name).string();
    return paths;
  }

 private:
  std::filesystem::path path_;
};

void check(int exit_code, const std::string& out, const std::string& err) {
  if (exit_code == 0) {
    const bool is_object = out.starts_with('{') && out.ends_with("}\n");
    if (!is_object || out.find("nan") != std::string::npos || out.find(":inf") != std::string::npos) __builtin_trap();
  } else if (exit_code != 2 || !out.empty() || err.find("--") == std::string::npos) {
    __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const Folder folder;
  static const auto runs = quadrille::tests::variants();
  static const auto commands = quadrille::lab::commands();
  const auto& run = runs[data[0] % runs.size()];
  std::vector<std::string> typed{"lab", std::string(run.form)};
  std::vector<std::size_t> files;
  std::istringstream words{std::string(run.options)};
  for (std::string word; words >> word;) {
    if (!word.ends_with(".csv")) {
      typed.push_back(word);
      continue;
    }
    if (typed.back() != "--out") files.push_back(typed.size());
    typed.push_back(folder.in(word));
  }
  typed[files[data[1] % files.size()]] = folder.in("fuzzed.csv");
  folder.write("fuzzed.csv", {reinterpret_cast<const char*>(data + 2), size - 2});
  std::ostringstream out;
  std::ostringstream err;
  quadrille::cli::Terminal terminal{out, err};
  const int exit_code = quadrille::cli::run_command_line(commands, typed, terminal);
  check(exit_code, out.str(), err.str());
  return 0;
}
