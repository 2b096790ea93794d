#include "edge/format/moment.h"

#include <algorithm>

namespace quadrille::format {
namespace {

// That many digits at that place; nothing where there are others.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<Instant> parse_utc(std::string_view text) {
  const bool has_form = (text.size() == 17 || text.size() == 20 || text.size() == 24) && text.back() == 'Z' &&
                        text[10] == 'T' && text[13] == ':' && (text.size() == 17 || text[16] == ':') &&
                        (text.size() < 24 || text[19] == '.');
  if (!has_form) return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = digits_at(text, 11, 2);
  const auto minute = digits_at(text, 14, 2);
  const auto second = text.size() >= 20 ? digits_at(text, 17, 2) : std::optional(0);
  const auto ms = text.size() == 24 ? digits_at(text, 20, 3) : std::optional(0);
  if (!date || !hour || !minute || !second || !ms || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::int64_t minutes = std::int64_t{date->day} * 1440 + *hour * 60 + *minute;
  return Instant{(minutes * 60 + *second) * 1000 + *ms};
}

}  // namespace quadrille::format
