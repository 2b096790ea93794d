#include "services/journal/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "services/access/role.h"
#include "services/journal/word_tables.h"
#include "services/notes/note.h"
#include "services/notes/workflow.h"

namespace quadrille::journal {
namespace {

// The longest row that the text begins with, as whole words, and what is left of the text.
std::optional<std::pair<Text, std::string_view>> longest(std::span<const WordRow> rows, std::string_view text) {
  const WordRow* best = nullptr;
  for (const auto& row : rows)
    if (text.starts_with(row.recorded) &&
        (text.size() == row.recorded.size() || text[row.recorded.size()] == ' ' || row.recorded.ends_with('/') ||
         text[row.recorded.size()] == ':') &&
        (best == nullptr || best->recorded.size() < row.recorded.size()))
      best = &row;
  if (best == nullptr) return std::nullopt;
  return std::pair(best->words, text.substr(best->recorded.size()));
}

Text with_rest(Text words, std::string_view rest) {
  while (rest.starts_with(' ') || rest.starts_with(':')) rest.remove_prefix(1);
  if (rest.empty()) return words;
  return {fmt::format("{} {}", words.fr, rest), fmt::format("{} {}", words.en, rest)};
}

bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

// Where the next "name=" begins, at or after `from`; npos when there is none.
std::size_t next_name(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (at > 0 && text[at - 1] != ' ') continue;
    std::size_t end = at;
    while (end < text.size() && is_name_letter(text[end])) ++end;
    if (end > at && end < text.size() && text[end] == '=') return at;
  }
  return std::string_view::npos;
}

Text value_in_words(std::string_view name, std::string_view value) {
  if (name == "step")
    if (const auto step = notes::step_named(value)) return notes::label_of(*step);
  if (name == "from" || name == "to" || name == "stage")
    if (const auto stage = notes::stage_named(value)) return notes::label_of(*stage);
  if (name == "channel")
    if (const auto channel = notes::channel_named(value)) return notes::label_of(*channel);
  if (name == "role")
    if (const auto role = access::role_named(value)) return access::label_of(*role);
  for (const auto& row : value_words())
    if (row.recorded == value) return row.words;
  return same_text(value);
}

void append(Text& line, const Text& part) {
  line.fr += (line.fr.empty() ? "" : " · ") + part.fr;
  line.en += (line.en.empty() ? "" : " · ") + part.en;
}

// "refused: quota rows=12": a phrase, then names with their values.
Text phrase_and_values(std::string_view text, std::vector<std::string>& unknown) {
  Text line;
  auto at = next_name(text, 0);
  auto phrase = text.substr(0, at);
  while (phrase.ends_with(' ')) phrase.remove_suffix(1);
  if (!phrase.empty()) {
    const auto found = longest(phrase_words(), phrase);
    if (!found) unknown.emplace_back(phrase);
    append(line, found ? with_rest(found->first, found->second) : same_text(phrase));
  }
  while (at != std::string_view::npos) {
    const auto equals = text.find('=', at);
    const auto next = next_name(text, equals + 1);
    const auto name = text.substr(at, equals - at);
    auto value = text.substr(equals + 1, next == std::string_view::npos ? next : next - equals - 1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    const auto rows = name_words();
    const auto row = std::ranges::find(rows, name, &WordRow::recorded);
    if (row == rows.end()) unknown.push_back(fmt::format("{}=", name));
    const Text label = row == rows.end() ? same_text(name) : row->words;
    const Text said = value_in_words(name, value);
    append(line, {fmt::format("{} : {}", label.fr, said.fr), fmt::format("{}: {}", label.en, said.en)});
    at = next;
  }
  return line;
}

}  // namespace

InWords in_words(const audit::Act& act) {
  InWords words;
  if (!act.subject.empty()) {
    const auto found = longest(subject_words(), act.subject);
    if (!found) words.unknown.push_back(act.subject);
    words.subject = found ? with_rest(found->first, found->second) : same_text(act.subject);
  }
  // A public key is the same in every language.
  const bool is_key = act.object && act.object->kind == "log key";
  words.details = is_key ? same_text(act.details) : phrase_and_values(act.details, words.unknown);
  words.outcome = phrase_and_values(act.outcome, words.unknown);
  return words;
}

}  // namespace quadrille::journal
