#include "services/sharing/selectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/sharing/spelling.h"

namespace quadrille::sharing {
namespace {

constexpr std::size_t written_bytes_max = 200;

const std::array<SelectorRule, 10>& rules() {
  static const std::array<SelectorRule, 10> all{{
      {SelectorKind::place_cell, "place_cell", {"maille", "cell"}, false, 180},
      {SelectorKind::address, "address", {"adresse", "address"}, false, 365},
      {SelectorKind::home, "home", {"domicile", "home"}, true, 365},
      {SelectorKind::plate, "plate", {"immatriculation", "plate"}, true, 365},
      {SelectorKind::phone, "phone", {"téléphone", "telephone"}, true, 365},
      {SelectorKind::nickname, "nickname", {"surnom", "nickname"}, true, 365},
      {SelectorKind::product_hours, "product_hours", {"produit et horaires", "product and hours"}, false, 90},
      {SelectorKind::email, "email", {"adresse électronique", "e-mail"}, true, 365},
      {SelectorKind::handle, "handle", {"compte de messagerie", "messaging account"}, true, 365},
      {SelectorKind::packaging, "packaging", {"conditionnement", "packaging"}, false, 180},
  }};
  return all;
}

Failure bad_value(Text message) { return invalid(std::move(message), "value"); }

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
bool is_letters(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out.append(out.empty() ? "" : " ").append(word);
  return out;
}

// ---- plates ---------------------------------------------------------------------------------------------------------

// "AB123CD", after what is read for something else was put right; nothing where it is not of that form.
std::optional<std::string> as_siv(std::string plate) {
  if (plate.size() != 7) return std::nullopt;
  for (std::size_t i = 2; i < 5; ++i) {
    if (plate[i] == 'O') plate[i] = '0';
    if (plate[i] == 'I') plate[i] = '1';
  }
  if (!is_digits(std::string_view(plate).substr(2, 3)) || plate.substr(2, 3) == "000") return std::nullopt;
  const std::string letters = plate.substr(0, 2) + plate.substr(5);
  if (!is_letters(letters) || letters.find_first_of("IOU") != std::string::npos) return std::nullopt;
  if (letters.starts_with("SS") || letters.ends_with("SS")) return std::nullopt;
  return plate;
}

bool is_department(std::string_view text) {
  if (text == "2A" || text == "2B") return true;
  if (!is_digits(text)) return false;
  const int number = std::stoi(std::string(text));
  return (text.size() == 2 && number >= 1 && number <= 95) ||
         (text.size() == 3 && ((number >= 971 && number <= 978) || (number >= 986 && number <= 988)));
}

// "123ABC13": up to four digits, up to three letters, the department.
bool is_fni(std::string_view plate) {
  for (const std::size_t department : {std::size_t{2}, std::size_t{3}}) {
    if (plate.size() < department + 2 || !is_department(plate.substr(plate.size() - department))) continue;
    const auto rest = plate.substr(0, plate.size() - department);
    const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const auto letters = rest.substr(digits);
    if (digits >= 1 && digits <= 4 && letters.size() <= 3 && is_letters(letters)) return true;
  }
  return false;
}

Result<std::string> normal_plate(std::string_view written) {
  const std::string plate = letters_and_digits(written);
  if (auto siv = as_siv(plate)) return *siv;
  const bool has_digit = std::ranges::any_of(plate, [](char c) { return c >= '0' && c <= '9'; });
  if (is_fni(plate) || (plate.size() >= 4 && plate.size() <= 10 && has_digit)) return plate;
  return bad_value(
      {"une immatriculation, par exemple AB-123-CD ou 123 ABC 13", "a plate, for example AB-123-CD or 123 ABC 13"});
}

// ---- telephones -----------------------------------------------------------------------------------------------------

struct Overseas {
  std::string_view prefix;  // of the national number, after its 0
  std::string_view country;
};
constexpr Overseas overseas[] = {{"262", "262"}, {"263", "262"}, {"269", "262"}, {"639", "262"}, {"692", "262"},
                                 {"693", "262"}, {"590", "590"}, {"690", "590"}, {"691", "590"}, {"594", "594"},
                                 {"694", "594"}, {"596", "596"}, {"696", "596"}, {"697", "596"}};

std::string from_national(std::string_view without_zero) {
  for (const auto& row : overseas)
    if (without_zero.starts_with(row.prefix)) return fmt::format("+{}{}", row.country, without_zero);
  return fmt::format("+33{}", without_zero);
}

Result<std::string> normal_phone(std::string_view written) {
  const auto wrong = bad_value({"un numéro complet, par exemple 06 12 34 56 78 ou +33 6 12 34 56 78",
                                "a whole number, for example 06 12 34 56 78 or +33 6 12 34 56 78"});
  std::string digits;
  bool is_international = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c == '+' && digits.empty() && !is_international) {
      is_international = true;
    } else if (std::string_view(" .-/()\xc2\xa0\xe2\x80\xaf").find(c) == std::string_view::npos) {
      return wrong;
    }
  }
  if (!is_international && digits.starts_with("00")) {
    is_international = true;
    digits.erase(0, 2);
  }
  if (!is_international) {
    if (digits.size() != 10 || digits[0] != '0' || digits[1] == '0') return wrong;
    return from_national(std::string_view(digits).substr(1));
  }
  // "+33 (0)6..." is written by many.
  for (const std::string_view country : {"33", "262", "590", "594", "596"})
    if (digits.starts_with(country) && digits.size() == country.size() + 10 && digits[country.size()] == '0')
      digits.erase(country.size(), 1);
  if (digits.starts_with("33") && digits.size() == 11) return from_national(std::string_view(digits).substr(2));
  if (digits.size() < 8 || digits.size() > 15 || digits[0] == '0' || digits.starts_with("33")) return wrong;
  return "+" + digits;
}

// ---- addresses and names --------------------------------------------------------------------------------------------

struct Spelling {
  std::string_view written, normal;
};
// Abbreviations of the BAL standard and of everyday use, folded.
constexpr Spelling street_words[] = {
    {"r", "rue"},          {"av", "avenue"},      {"ave", "avenue"},    {"bd", "boulevard"},   {"bld", "boulevard"},
    {"blvd", "boulevard"}, {"boul", "boulevard"}, {"pl", "place"},      {"all", "allee"},      {"allees", "allee"},
    {"imp", "impasse"},    {"ch", "chemin"},      {"che", "chemin"},    {"chem", "chemin"},    {"rte", "route"},
    {"sq", "square"},      {"fg", "faubourg"},    {"fbg", "faubourg"},  {"st", "saint"},       {"ste", "sainte"},
    {"res", "residence"},  {"bat", "batiment"},   {"bt", "batiment"},   {"crs", "cours"},      {"trav", "traverse"},
    {"mte", "montee"},     {"pass", "passage"},   {"esp", "esplanade"}, {"rpt", "rond point"}, {"dr", "docteur"},
    {"gal", "general"},    {"mal", "marechal"},   {"pdt", "president"}, {"pr", "professeur"},  {"cite", "cite"}};
constexpr std::string_view dropped_words[] = {"de", "du", "des", "la", "le", "les", "l", "d", "france", "cedex"};
constexpr std::string_view repeats[] = {"bis", "ter", "quater"};

Result<std::string> normal_address(std::string_view written) {
  const std::string text = folded(written);
  std::vector<std::string_view> words;
  for (std::string_view word : words_of(text)) {
    const auto digits = std::min(word.find_first_not_of("0123456789"), word.size());
    if (digits > 0 && digits < word.size() && std::ranges::find(repeats, word.substr(digits)) != std::end(repeats)) {
      words.push_back(word.substr(0, digits));
      word.remove_prefix(digits);
    }
    if (std::ranges::find(dropped_words, word) != std::end(dropped_words)) continue;
    const auto* known = std::ranges::find(street_words, word, &Spelling::written);
    words.push_back(known != std::end(street_words) ? known->normal : word);
  }
  const std::string normal = joined(words);
  if (std::ranges::none_of(normal, [](char c) { return c < '0' || (c > '9' && c != ' '); }) || words.size() < 2)
    return bad_value({"une adresse : numéro, voie, commune", "an address: number, street, town"});
  return normal;
}

Result<std::string> normal_nickname(std::string_view written) {
  const std::string text = folded(written);
  auto words = words_of(text);
  constexpr std::string_view articles[] = {"le", "la", "les", "l", "el"};
  if (words.size() > 1 && std::ranges::find(articles, words.front()) != std::end(articles)) words.erase(words.begin());
  std::string normal = joined(words);
  if (normal.size() < 2) return bad_value({"un surnom d'au moins deux lettres", "a nickname of two letters at least"});
  return normal;
}

// ---- product and hours ----------------------------------------------------------------------------------------------

Result<std::string> normal_product_hours(std::string_view written) {
  const auto wrong = bad_value({"un produit puis des heures, par exemple cannabis 18h-22h",
                                "a product, then hours, for example cannabis 18h-22h"});
  const std::string text = folded(written);
  std::vector<int> hours;
  std::string product;
  for (std::string_view word : words_of(text)) {
    if (word.ends_with('h')) word.remove_suffix(1);
    if (is_digits(word) && word.size() <= 2)
      hours.push_back(std::stoi(std::string(word)));
    else if (hours.empty() && !word.empty())
      product.append(product.empty() ? "" : " ").append(word);
    else
      return wrong;
  }
  if (product.empty() || hours.size() != 2 || hours[0] > 23 || hours[1] > 24 || hours[0] == hours[1]) return wrong;
  return fmt::format("{} {:02}-{:02}", product, hours[0] / 4 * 4, (hours[1] + 3) / 4 * 4);
}

// ---- accounts -------------------------------------------------------------------------------------------------------

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_account(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Result<std::string> normal_email(std::string_view written) {
  const std::string text = small(trimmed(written));
  const auto at = text.find('@');
  const auto wrong = bad_value(
      {"une adresse électronique, par exemple nom@exemple.fr", "an e-mail address, for example name@example.org"});
  if (at == std::string::npos || text.find('@', at + 1) != std::string::npos) return wrong;
  const std::string account = text.substr(0, std::min(text.find('+'), at));
  const std::string domain = text.substr(at + 1);
  const auto dot = domain.rfind('.');
  if (!is_account(account) || !is_account(domain) || dot == std::string::npos || dot == 0 || dot + 2 >= domain.size())
    return wrong;
  return account + "@" + domain;
}

constexpr Spelling networks[] = {{"snap", "snapchat"},      {"insta", "instagram"}, {"ig", "instagram"},
                                 {"tg", "telegram"},        {"wa", "whatsapp"},     {"fb", "facebook"},
                                 {"messenger", "facebook"}, {"x", "twitter"}};

Result<std::string> normal_handle(std::string_view written) {
  const std::string text = small(trimmed(written));
  const auto colon = text.find(':');
  const auto wrong = bad_value({"le réseau puis le compte, par exemple snapchat:toto",
                                "the network, then the account, for example snapchat:toto"});
  if (colon == std::string::npos) return wrong;
  std::string_view network = trimmed(std::string_view(text).substr(0, colon));
  std::string_view account = trimmed(std::string_view(text).substr(colon + 1));
  if (account.starts_with('@')) account.remove_prefix(1);
  if (const auto* known = std::ranges::find(networks, network, &Spelling::written); known != std::end(networks))
    network = known->normal;
  if (!is_account(network) || !is_account(account)) return wrong;
  return fmt::format("{}:{}", network, account);
}

Result<std::string> normal_cell(std::string_view written) {
  const std::string cell = letters_and_digits(written);
  if (!cell.starts_with("CRS") || cell.find("RES") == std::string::npos)
    return bad_value({"le nom d'une maille, par exemple CRS2154RES200mN1799200E893400",
                      "the name of a cell, for example CRS2154RES200mN1799200E893400"});
  return cell;
}

// "Sachets verts, agrafés" and "sachet vert agrafé" are one; what is said of it in another order too.
Result<std::string> normal_packaging(std::string_view written) {
  const std::string text = folded(written);
  auto words = words_of(text);
  for (auto& word : words)
    if (word.size() > 2 && (word.ends_with('s') || word.ends_with('x'))) word.remove_suffix(1);
  std::ranges::sort(words);
  words.erase(std::ranges::unique(words).begin(), words.end());
  if (words.empty()) return bad_value({"comment c'est emballé, en mots", "how it is packed, in words"});
  return joined(words);
}

Result<std::string> normal_value(SelectorKind kind, std::string_view written) {
  switch (kind) {
    case SelectorKind::place_cell:
      return normal_cell(written);
    case SelectorKind::address:
    case SelectorKind::home:
      return normal_address(written);
    case SelectorKind::plate:
      return normal_plate(written);
    case SelectorKind::phone:
      return normal_phone(written);
    case SelectorKind::nickname:
      return normal_nickname(written);
    case SelectorKind::product_hours:
      return normal_product_hours(written);
    case SelectorKind::email:
      return normal_email(written);
    case SelectorKind::handle:
      return normal_handle(written);
    case SelectorKind::packaging:
      return normal_packaging(written);
  }
  CHECK(false && "a kind without a rule");
  return {};
}

}  // namespace

const SelectorRule& rule_of(SelectorKind kind) {
  const auto* rule = std::ranges::find(rules(), kind, &SelectorRule::kind);
  CHECK(rule != rules().end());
  return *rule;
}

std::optional<SelectorKind> selector_kind_named(std::string_view name) {
  const auto* rule = std::ranges::find(rules(), name, &SelectorRule::name);
  return rule == rules().end() ? std::nullopt : std::optional(rule->kind);
}

std::int64_t Selector::fingerprint() const {
  // A home and an address of the same place are one place.
  const auto domain = rule_of(kind == SelectorKind::home ? SelectorKind::address : kind).name;
  const std::uint8_t separator[] = {0};
  const auto digest = crypto::sha256({crypto::bytes_of(domain), separator, crypto::bytes_of(value)});
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < 8; ++i) first = first << 8U | digest[i];
  return static_cast<std::int64_t>(first);
}

Result<Selector> normalised(SelectorKind kind, std::string_view written) {
  if (written.size() > written_bytes_max) return bad_value({"200 octets au plus", "200 bytes at most"});
  auto value = normal_value(kind, written);
  if (!value) return Failure(value.error());
  return Selector{kind, std::move(*value)};
}

}  // namespace quadrille::sharing
