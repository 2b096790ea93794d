#include "services/sharing/spelling.h"

#include <array>
#include <cstdint>

namespace quadrille::sharing {
namespace {

// U+00C0 .. U+017F, in order; "" = not a letter.
constexpr std::array<std::string_view, 0x180 - 0xc0> latin{
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // C0
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss",  // D0
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // E0
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",   // F0
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",   // 100
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",   // 110
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",   // 120
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",   // 130
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",   // 140
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",   // 150
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",   // 160
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s"};  // 170

struct Letter {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// The code point at the start of a text that is not empty; a broken byte stands for itself and is no letter.
Letter first_letter(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xc2 ? 0 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (length == 0 || length > text.size()) return {0xfffd, 1};
  if (length == 1) return {byte(0), 1};
  std::uint32_t code = byte(0) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {0xfffd, 1};
    code = code << 6U | (byte(i) & 0x3fU);
  }
  return {code, length};
}

// Punctuation, spaces and symbols of Unicode's general blocks: separators like an ASCII space.
bool separates(std::uint32_t code) {
  return code < 0xc0 || code == 0xd7 || code == 0xf7 || (code >= 0x2000 && code <= 0x2bff) ||
         (code >= 0x3000 && code <= 0x303f) || code >= 0xe000;
}

bool is_combining(std::uint32_t code) { return code >= 0x300 && code <= 0x36f; }

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  bool is_apart = false;
  const auto put = [&](std::string_view letters) {
    if (is_apart && !out.empty()) out += ' ';
    is_apart = false;
    out += letters;
  };
  while (!text.empty()) {
    const auto [code, bytes] = first_letter(text);
    const std::string_view as_written = text.substr(0, bytes);
    text.remove_prefix(bytes);
    if (code < 0x80) {
      const char c = static_cast<char>(code);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        put({&c, 1});
      else if (c >= 'A' && c <= 'Z')
        put(std::string(1, static_cast<char>(c - 'A' + 'a')));
      else
        is_apart = true;
    } else if (is_combining(code)) {
      continue;
    } else if (code >= 0xc0 && code < 0x180 && !latin[code - 0xc0].empty()) {
      put(latin[code - 0xc0]);
    } else if (separates(code)) {
      is_apart = true;
    } else {
      put(as_written);
    }
  }
  return out;
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') out += static_cast<char>(c - 'a' + 'A');
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

}  // namespace quadrille::sharing
