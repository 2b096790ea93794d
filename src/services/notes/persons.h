#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

// Finds persons in the text of a note: names, nicknames, plates, telephone numbers, e-mail addresses, dates of birth,
// social security numbers. Without a legal act of the territory a note is refused where one is found: free text is
// already a file. Rules over words and tables (persons_words.cpp), no statistics and no outside service, so that each
// refusal can be said and argued with: where in the text, by which rule.
//
// What it is not: a proof that a text names nobody. A rare name in small letters, without title, verb or first name
// beside it, passes; docs/notes.md holds the measured rates. The verifier reads what the rules let through.

namespace quadrille::notes {

enum class MentionKind { name, nickname, plate, phone, email, birth, number };
[[nodiscard]] std::string_view name_of(MentionKind kind);
[[nodiscard]] const Text& label_of(MentionKind kind);

struct Mention {
  MentionKind kind = MentionKind::name;
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
  std::string_view rule;  // which one found it: "title", "first name", "role and name"...

  friend bool operator==(const Mention&, const Mention&) = default;
};

// Names of places that look like names of persons: the territory's streets and sectors ("Rue Jean Jaurès" also excuses
// "Jean Jaurès"; a first name alone is excused by nothing).
class Gazetteer {
 public:
  Gazetteer() = default;
  explicit Gazetteer(std::span<const std::string> names);
  // How many words from `first` on are a place; 0: none. `folded` are the words of a text.
  [[nodiscard]] std::size_t match(std::span<const std::string_view> folded, std::size_t first) const;

 private:
  std::set<std::string, std::less<>> names_;  // folded, words joined by a space
};

// In order of place, without overlap. O(words).
[[nodiscard]] std::vector<Mention> find_persons(std::string_view text, const Gazetteer& places);

// Refused (forbidden) when the text names a person; the message quotes the first mention, says at which characters it
// stands, why, and what to write instead.
[[nodiscard]] Result<void> check_no_person(std::string_view text, const Gazetteer& places, const std::string& field);

}  // namespace quadrille::notes
