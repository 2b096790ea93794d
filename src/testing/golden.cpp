#include "testing/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace quadrille::testing {
namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::filesystem::path source_folder() {
  if (const char* folder = std::getenv("QUADRILLE_SOURCE")) return folder;
  auto folder = std::filesystem::current_path();
  while (!std::filesystem::exists(folder / "CMakePresets.json") && folder.has_relative_path())
    folder = folder.parent_path();
  return folder;
}

std::filesystem::path data_folder() {
  if (const char* folder = std::getenv("QUADRILLE_DATA")) return folder;
  const auto beside = source_folder().parent_path() / "shared" / "data";
  return std::filesystem::exists(beside) ? beside : std::filesystem::path{};
}

::testing::AssertionResult matches_golden(std::string_view name, std::string_view text) {
  const auto path = source_folder() / "tests" / "golden" / name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return ::testing::AssertionSuccess();
  }
  if (!std::filesystem::exists(path))
    return ::testing::AssertionFailure() << "no golden file " << name << "; run with UPDATE_GOLDEN=1 and look at it";
  const std::string expected = read_all(path);
  if (expected == text) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "differs from tests/golden/" << name << "\n--- expected\n"
                                       << expected << "\n--- found\n"
                                       << text;
}

}  // namespace quadrille::testing
