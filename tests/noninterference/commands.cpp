#include "noninterference/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <sstream>

#include "edge/server/commands.h"

namespace quadrille::noninterference {
namespace {

constexpr std::size_t code_length = 16;

bool is_code_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); }

// Drops the option and its value.
void drop(std::vector<std::string>& words, std::string_view option) {
  const auto at = std::ranges::find(words, option);
  if (at != words.end()) words.erase(at, at + 2);
}

std::string without_new_codes(const std::string& text, const std::vector<std::string>& codes) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_code_letter(text[end])) ++end;
    const std::string word = text.substr(at, end - at);
    out += word.size() == code_length && std::ranges::find(codes, word) == codes.end() ? "*" : word;
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

// "2026-11-25T12:56:06.323Z" of today becomes "now".
std::string without_moments_of(const std::string& day, std::string text) {
  for (auto at = text.find(day + "T"); at != std::string::npos; at = text.find(day + "T", at + 1))
    if (const auto end = text.find('Z', at); end != std::string::npos && end - at < 25)
      text.replace(at, end - at + 1, "now");
  return text;
}

}  // namespace

std::vector<std::vector<std::string>> all_command_lines(const std::vector<std::string>& codes) {
  std::vector<std::string> names = codes;
  names.push_back("abcdefghijklmnop");
  std::vector<std::vector<std::string>> lines;
  for (const auto& command : server::all_commands()) {
    if (command.needs.who() != cli::Needs::Who::with_capability) continue;
    auto words = cli::words_of(command.example);
    words.erase(words.begin());
    for (const auto* option : {"--data-dir", "--territory", "--service", "--token-file"}) drop(words, option);
    const auto takes = [&command](std::string_view name) {
      return std::ranges::any_of(command.options, [&](const cli::Option& option) { return option.name == name; });
    };
    const bool has_territory = takes("--territory");
    for (const std::string slug : {"port", "gare"})
      for (const auto& name : names) {
        auto line = words;
        const bool names_one = std::ranges::any_of(line, [](const std::string& word) {
          return word == "CODE" || (word.size() == code_length && std::ranges::all_of(word, is_code_letter));
        });
        std::ranges::replace_if(
            line,
            [](const std::string& word) {
              return word == "CODE" || (word.size() == code_length && std::ranges::all_of(word, is_code_letter));
            },
            name);
        std::ranges::replace(line, std::string("sf"), slug);
        if (has_territory) line.insert(line.end(), {"--territory", slug});
        if (takes("--target-key")) line.insert(line.end(), {"--target-key", "target.key"});
        lines.push_back(std::move(line));
        if (!names_one) break;
      }
  }
  return lines;
}

std::string run_command(World& world, const Somebody& somebody, const std::vector<std::string>& words,
                        const std::vector<std::string>& codes) {
  auto typed = words;
  typed.insert(typed.end(), {"--database", world.url()});
  // A command holds the process's signals: one at a time.
  static std::mutex running;
  const std::lock_guard alone(running);
  std::ostringstream out;
  std::ostringstream err;
  cli::Terminal terminal{.out = out, .err = err, .language = Language::en, .token = somebody.secret};
  static const auto commands = server::all_commands();
  const int code = cli::run_command_line(commands, typed, terminal);
  const CivilDate today{static_cast<std::int32_t>(clock::system_clock().now().utc_ms / 86'400'000)};
  return without_moments_of(format_date(today),
                            without_new_codes(fmt::format("{}\n{}{}", code, out.str(), err.str()), codes));
}

}  // namespace quadrille::noninterference
