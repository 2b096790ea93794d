#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

// One line of somebody's words: a name, a purpose, the reference of a decision. It stands in the log, on pages and in
// files, so it must read as what it is: valid UTF-8 without ends of line, control characters, and characters that
// nobody sees (of no width, or turning the direction of what follows: "Martin" could read as "nitraM").

namespace quadrille {

struct Decoded {
  char32_t character = 0;
  std::size_t bytes = 1;
  bool is_valid = false;
};
// The UTF-8 character at that byte; `at` < text.size(). Over-long forms and surrogates are not valid.
[[nodiscard]] Decoded decode_utf8(std::string_view text, std::size_t at);

// Characters, ends not counted in: at least and at most so many.
struct LineLength {
  std::size_t least = 0;
  std::size_t most = 0;
};
// Refused (invalid_input, that field) with the length that would be right.
[[nodiscard]] Result<void> check_line(std::string_view text, LineLength length, std::string_view field);

// What comes from elsewhere and cannot be asked again: what is no line becomes a space, what is too long is cut between
// characters, spaces at the ends go.
[[nodiscard]] std::string fit_line(std::string_view text, std::size_t most);

}  // namespace quadrille
