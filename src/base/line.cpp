#include "base/line.h"

#include <algorithm>
#include <cstdint>

namespace quadrille {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// Unicode 15: controls, format characters (general categories Cc and Cf), separators of lines and paragraphs.
constexpr Range unseen[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
                            {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
                            {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE007F}};

bool is_seen(char32_t c) {
  return std::ranges::none_of(unseen, [&](const Range& range) { return range.first <= c && c <= range.last; });
}

}  // namespace

Decoded decode_utf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + bytes > text.size()) return {};
  char32_t character = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {};
    character = (character << 6) | (byte(at + i) & 0x3FU);
  }
  const char32_t least = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
  if (character < least || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) return {};
  return {character, bytes, true};
}

Result<void> check_line(std::string_view text, LineLength length, std::string_view field) {
  std::size_t characters = 0;
  bool has_words = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto next = decode_utf8(text, at);
    if (!next.is_valid || !is_seen(next.character))
      return invalid({"une seule ligne, sans caractère de contrôle ni caractère invisible",
                      "one line, without control characters or characters that nobody sees"},
                     std::string(field));
    has_words = has_words || (next.character != ' ' && next.character != 0xA0);
    at += next.bytes;
    ++characters;
  }
  if ((characters > 0 && !has_words) || characters < length.least || characters > length.most) {
    const std::string least = std::to_string(length.least);
    const std::string most = std::to_string(length.most);
    if (length.least == 0)
      return invalid({"au plus " + most + " caractères", "at most " + most + " characters"}, std::string(field));
    return invalid({"de " + least + " à " + most + " caractères", least + " to " + most + " characters"},
                   std::string(field));
  }
  return {};
}

std::string fit_line(std::string_view text, std::size_t most) {
  std::string line;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size() && characters < most; ++characters) {
    const auto next = decode_utf8(text, at);
    if (next.is_valid && is_seen(next.character))
      line.append(text.substr(at, next.bytes));
    else
      line += ' ';
    at += next.bytes;
  }
  line.erase(0, line.find_first_not_of(' '));
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace quadrille
