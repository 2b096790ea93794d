#include "services/retention/statement.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::retention {
namespace {

constexpr std::size_t lines_max = 64;
constexpr std::size_t longest_line = 4096;

bool is_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_value(std::string_view value) {
  return !value.empty() && !value.starts_with(' ') && !value.ends_with(' ') && std::ranges::none_of(value, is_control);
}

// "quadrille-NAME/v1" with digits after the v.
bool is_head(std::string_view head) {
  constexpr std::string_view prefix = "quadrille-";
  if (!head.starts_with(prefix)) return false;
  const auto slash = head.find("/v");
  if (slash == std::string_view::npos || !is_name(head.substr(prefix.size(), slash - prefix.size()))) return false;
  const auto version = head.substr(slash + 2);
  return !version.empty() && version.size() < 4 && version[0] != '0' &&
         std::ranges::all_of(version, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> Statement::find(std::string_view name) const {
  for (const auto& [key, value] : lines)
    if (key == name) return value;
  return std::nullopt;
}

std::string format_statement(const Statement& statement) {
  CHECK(is_head(statement.head) && statement.lines.size() <= lines_max);
  std::string out = statement.head + "\n";
  for (const auto& [name, value] : statement.lines) {
    CHECK(is_name(name) && is_value(value) && name.size() + 1 + value.size() <= longest_line);
    out += name + " " + value + "\n";
  }
  return out;
}

std::optional<Statement> parse_statement(std::string_view text) {
  Statement statement;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || end > longest_line || number > lines_max) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (number == 0) {
      if (!is_head(line)) return std::nullopt;
      statement.head = line;
      continue;
    }
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_name(line.substr(0, space)) || !is_value(line.substr(space + 1)))
      return std::nullopt;
    statement.lines.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  return statement.head.empty() ? std::nullopt : std::optional(std::move(statement));
}

std::string one_line(std::string_view words) {
  std::string out(words);
  std::ranges::replace_if(out, is_control, ' ');
  while (out.starts_with(' ')) out.erase(0, 1);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace quadrille::retention
