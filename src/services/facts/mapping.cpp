#include "services/facts/mapping.h"

#include <fmt/format.h>

namespace quadrille::facts {
namespace {

// Reads between `least` and `most` digits.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t count = 0;
  while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

}  // namespace

Result<DateFormat> DateFormat::compile(std::string_view pattern) {
  std::string seen;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    const char what = i + 1 < pattern.size() ? pattern[++i] : '\0';
    if (std::string_view("YmdeHkMS").find(what) == std::string_view::npos)
      return invalid({fmt::format("« %{} » n'est pas compris ; %Y %m %d %e %H %k %M %S le sont", what),
                      fmt::format("\"%{}\" is not understood; %Y %m %d %e %H %k %M %S are", what)},
                     "/datetime/format");
    seen += what;
  }
  const auto has = [&](char what) { return seen.find(what) != std::string::npos; };
  if (!has('Y') || !has('m') || (!has('d') && !has('e')))
    return invalid({"il faut au moins l'année (%Y), le mois (%m) et le jour (%d)",
                    "at least year (%Y), month (%m) and day (%d) are needed"},
                   "/datetime/format");
  return DateFormat(std::string(pattern));
}

std::optional<DateFormat::Moment> DateFormat::parse(std::string_view text) const {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = -1;
  int minute = 0;
  int second = 0;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    if (pattern_[i] != '%') {
      if (text.empty() || text.front() != pattern_[i]) return std::nullopt;
      text.remove_prefix(1);
      continue;
    }
    const char what = pattern_[++i];
    const bool is_loose = what == 'e' || what == 'k';
    const auto value = take_digits(text, what == 'Y' ? 4 : is_loose ? 1 : 2, what == 'Y' ? 4 : 2);
    if (!value) return std::nullopt;
    switch (what) {
      case 'Y':
        year = *value;
        break;
      case 'm':
        month = *value;
        break;
      case 'd':
      case 'e':
        day = *value;
        break;
      case 'H':
      case 'k':
        hour = *value;
        break;
      case 'M':
        minute = *value;
        break;
      default:
        second = *value;
    }
  }
  const auto date = make_date(year, month, day);
  if (!text.empty() || !date || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  if (hour < 0) return Moment{*date, std::nullopt};
  return Moment{*date, CivilTime{((hour * 60 + minute) * 60 + second) * 1000}};
}

}  // namespace quadrille::facts
