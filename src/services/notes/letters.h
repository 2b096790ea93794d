#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// French text cut into words, as the rules on persons and the search see it: accents and capitals folded, places in the
// text kept.

namespace quadrille::notes {

// Number of characters (code points); nothing when the text is not valid UTF-8 or holds control characters other than
// the end of line.
[[nodiscard]] std::optional<std::size_t> count_characters(std::string_view text);

struct Word {
  std::string folded;            // small letters without accents; digits; "l" of "l'entrée" is a word of its own
  std::size_t begin = 0;         // bytes
  std::size_t end = 0;           // bytes
  bool is_capitalised = false;   // first letter is a capital
  bool is_all_capitals = false;  // two letters or more, all capitals
  bool is_number = false;        // digits only
  bool opens_sentence = false;   // first of the text, or after . ! ? : or an end of line
  char before = ' ';  // what stands between it and the word before: the most telling of  . , " ' - @ ( or a space
};

// Letters and digits of the Latin alphabets; everything else separates. Never fails: bytes that are not UTF-8 separate.
[[nodiscard]] std::vector<Word> words_of(std::string_view text);

// Folded as words are, spaces kept: "Cité du Château" -> "cite du chateau".
[[nodiscard]] std::string fold(std::string_view text);

// For the search: a light stem, so that "guetteurs" finds "guetteur". Words of one letter give nothing.
[[nodiscard]] std::vector<std::string> search_words(std::string_view text);

}  // namespace quadrille::notes
