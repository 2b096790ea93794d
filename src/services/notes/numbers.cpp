#include "services/notes/numbers.h"

#include <algorithm>
#include <array>
#include <optional>

#include "services/notes/letters.h"
#include "services/notes/persons_words.h"

namespace quadrille::notes {
namespace {

using Words = std::vector<Word>;
using Found = std::optional<Mention>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

Mention from_words(MentionKind kind, const Word& first, const Word& last, std::string_view rule) {
  return {kind, first.begin, last.end, rule};
}

// ---- plates ---------------------------------------------------------------------------------------------------------

// SIV letters: no I, O, U; the pair SS is not given out (docs/notes.md, "Law read").
bool is_plate_pair(std::string_view word) {
  return word.size() == 2 && word != "ss" &&
         std::ranges::all_of(word, [](char c) { return is_small(c) && c != 'i' && c != 'o' && c != 'u'; });
}
bool has_digits(std::string_view word, std::size_t least, std::size_t most) {
  return word.size() >= least && word.size() <= most && std::ranges::all_of(word, is_digit);
}

// "AB-123-CD", "AB 123 CD", "ab123cd"
Found current_plate(const Words& words, std::size_t i) {
  const std::string_view word = words[i].folded;
  if (word.size() == 7 && is_plate_pair(word.substr(0, 2)) && has_digits(word.substr(2, 3), 3, 3) &&
      is_plate_pair(word.substr(5)))
    return from_words(MentionKind::plate, words[i], words[i], "plate");
  if (i + 2 >= words.size() || !is_plate_pair(word) || !has_digits(words[i + 1].folded, 3, 3) ||
      !is_plate_pair(words[i + 2].folded))
    return {};
  const bool has_hyphens = words[i + 1].before == '-' && words[i + 2].before == '-';
  const bool has_spaces = words[i + 1].before == ' ' && words[i + 2].before == ' ';
  const bool is_capital = words[i].is_all_capitals && words[i + 2].is_all_capitals;
  if (!has_hyphens && !(has_spaces && is_capital)) return {};
  return from_words(MentionKind::plate, words[i], words[i + 2], "plate");
}

bool is_department(std::string_view word) {
  if (word == "2a" || word == "2b") return true;
  if (has_digits(word, 3, 3)) return word >= "971" && word <= "976";
  return has_digits(word, 2, 2) && word >= "01" && word <= "95";
}

// "1234 AB 13", "123 ABC 75": capitals, or hyphens between.
Found older_plate(const Words& words, std::size_t i) {
  if (i + 2 >= words.size() || !has_digits(words[i].folded, 1, 4) || !is_department(words[i + 2].folded)) return {};
  const auto& letters = words[i + 1];
  const bool is_series =
      (letters.folded.size() == 2 || letters.folded.size() == 3) &&
      std::ranges::all_of(letters.folded, [](char c) { return is_small(c) && c != 'i' && c != 'o' && c != 'u'; });
  if (!is_series || !letters.is_all_capitals || words::is_unit_or_part(letters.folded)) return {};
  const auto joins = [&](std::size_t k) { return words[k].before == ' ' || words[k].before == '-'; };
  if (!joins(i + 1) || !joins(i + 2)) return {};
  return from_words(MentionKind::plate, words[i], words[i + 2], "plate");
}

// "immatriculé EK 45...", "plaque 9876": part of a plate, announced.
Found announced_plate(const Words& words, std::size_t i) {
  if (!words::announces_plate(words[i].folded)) return {};
  for (std::size_t k = i + 1; k < words.size() && k <= i + 3; ++k) {
    if (words[k].before == '.' || words[k].before == '\n' || words[k].before == ',') return {};
    const bool is_mixed =
        std::ranges::any_of(words[k].folded, is_digit) && std::ranges::any_of(words[k].folded, is_small);
    const bool is_pair = words[k].is_all_capitals && is_plate_pair(words[k].folded);
    if (is_mixed || is_pair || has_digits(words[k].folded, 3, 4))
      return from_words(MentionKind::plate, words[i], words[k], "announced plate");
  }
  return {};
}

// ---- telephone numbers ----------------------------------------------------------------------------------------------

// How people cut a number of ten digits; a date and an hour ("06 12 2024 18") is not among them.
constexpr std::array<std::string_view, 8> cuts{"10", "2-2-2-2-2", "2-8", "4-6", "4-2-2-2", "4-3-3", "3-3-4", "2-4-4"};

// From word i on: digits of number words, at most `digits`, and how they are cut.
struct Digits {
  std::string cut;
  std::string digits;
  std::size_t last = 0;
};
Digits gather(const Words& words, std::size_t i, std::size_t digits) {
  Digits found;
  for (std::size_t k = i; k < words.size() && words[k].is_number; ++k) {
    const bool joins =
        k == i || words[k].before == ' ' || words[k].before == '-' || words[k].before == '.' || words[k].before == '(';
    if (!joins || words[k].begin > (k == i ? words[k].begin : words[k - 1].end + 3) ||
        found.digits.size() + words[k].folded.size() > digits)
      break;
    found.digits += words[k].folded;
    found.cut += (found.cut.empty() ? "" : "-") + std::to_string(words[k].folded.size());
    found.last = k;
    if (found.digits.size() == digits) break;
  }
  return found;
}

Found national_phone(const Words& words, std::size_t i) {
  const std::string_view word = words[i].folded;
  if (!words[i].is_number || word[0] != '0' || word.starts_with("00")) {
    // The zero left out: "6 12 34 56 78".
    if (word != "6" && word != "7") return {};
    const auto mobile = gather(words, i, 9);
    if (mobile.cut != "1-2-2-2-2") return {};
    return from_words(MentionKind::phone, words[i], words[mobile.last], "telephone");
  }
  const auto found = gather(words, i, 10);
  if (found.digits.size() != 10 || found.digits[1] == '0' || std::ranges::find(cuts, found.cut) == cuts.end())
    return {};
  return from_words(MentionKind::phone, words[i], words[found.last], "telephone");
}

Found international_phone(const Words& words, std::size_t i, std::string_view text) {
  const bool has_plus = words[i].begin > 0 && text[words[i].begin - 1] == '+';
  if (!words[i].is_number || (!has_plus && !words[i].folded.starts_with("00"))) return {};
  const auto found = gather(words, i, 15);
  if (found.digits.size() < 9) return {};
  return from_words(MentionKind::phone, words[i], words[found.last], "telephone");
}

// Number of the social security: 13 digits, 15 with its key, first 1 or 2, then year and month.
Found social_security(const Words& words, std::size_t i) {
  if (!words[i].is_number || (words[i].folded[0] != '1' && words[i].folded[0] != '2')) return {};
  auto found = gather(words, i, 15);
  if (found.digits.size() != 15) found = gather(words, i, 13);
  if (found.digits.size() != 13 && found.digits.size() != 15) return {};
  const auto month = found.digits.substr(3, 2);
  if (month < "01" || month > "12") return {};
  return from_words(MentionKind::number, words[i], words[found.last], "social security");
}

// ---- e-mail and handles ---------------------------------------------------------------------------------------------

bool is_local_part(char c) {
  return is_small(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' || c == '%' || c == '+' ||
         c == '-';
}
bool is_domain(char c) { return is_small(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '-'; }

Found address_at(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && is_local_part(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && (is_domain(text[end]) || text[end] == '_')) ++end;
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const auto domain = text.substr(at + 1, end - at - 1);
  if (begin < at && domain.find('.') != std::string_view::npos)
    return Mention{MentionKind::email, begin, end, "e-mail"};
  const bool stands_alone = begin == at && (at == 0 || static_cast<unsigned char>(text[at - 1]) < 0x80);
  if (stands_alone && domain.size() >= 3) return Mention{MentionKind::nickname, at, end, "handle"};
  return {};
}

}  // namespace

std::vector<Mention> find_numbers(std::string_view text) {
  std::vector<Mention> found;
  const auto add = [&](const Found& mention) {
    if (mention) found.push_back(*mention);
    return mention.has_value();
  };
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1))
    add(address_at(text, at));
  const auto words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (add(current_plate(words, i)) || add(older_plate(words, i)) || add(announced_plate(words, i))) continue;
    if (add(international_phone(words, i, text)) || add(national_phone(words, i))) continue;
    add(social_security(words, i));
  }
  return found;
}

}  // namespace quadrille::notes
