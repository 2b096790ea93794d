#include "testing/ascii_map.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace quadrille::testing {
namespace {

std::vector<std::string> lines_of(std::string_view drawing) {
  std::vector<std::string> lines;
  while (!drawing.empty()) {
    const auto end = std::min(drawing.find('\n'), drawing.size());
    const std::string line(drawing.substr(0, end));
    if (line.find_first_not_of(' ') != std::string::npos) lines.push_back(line);
    drawing.remove_prefix(std::min(end + 1, drawing.size()));
  }
  return lines;
}

}  // namespace

AsciiMap::AsciiMap(Metres step, std::string_view drawing) {
  const auto lines = lines_of(drawing);
  std::size_t left = std::string::npos;
  for (const auto& line : lines) left = std::min(left, line.find_first_not_of(' '));
  for (std::size_t row = 0; row < lines.size(); ++row) {
    for (std::size_t column = left; column < lines[row].size(); ++column) {
      const char name = lines[row][column];
      if (!std::isalnum(static_cast<unsigned char>(name))) continue;
      const double north_m = static_cast<double>(lines.size() - 1 - row) * step.value;
      const double east_m = static_cast<double>(column - left) * step.value;
      const bool is_new = points_.emplace(name, to_projected(east_m, north_m)).second;
      CHECK(is_new);
    }
  }
}

}  // namespace quadrille::testing
