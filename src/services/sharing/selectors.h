#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

// What links objects that nobody linked by hand: a plate, a telephone number, a place... A selector is written in many
// ways and compared in one: its normal form. Pure rules; postings.h stores and finds them.

namespace quadrille::sharing {

enum class SelectorKind {
  place_cell,     // a cell of the territory's grid, by its INSEE-style name
  address,        // of a place that is nobody's home
  home,           // of a home; the same normal form as an address, so that both match
  plate,          // of a vehicle
  phone,          //
  nickname,       //
  product_hours,  // what is sold from when to when: "cannabis 18h-22h"
  email,          //
  handle,         // an account of a messaging or social network: "snapchat:toto"
  packaging,      // how a product is packed or stamped: "sachets verts agrafés"
};
inline constexpr SelectorKind selector_kinds[] = {
    SelectorKind::place_cell, SelectorKind::address,  SelectorKind::home,          SelectorKind::plate,
    SelectorKind::phone,      SelectorKind::nickname, SelectorKind::product_hours, SelectorKind::email,
    SelectorKind::handle,     SelectorKind::packaging};

// One row a kind.
struct SelectorRule {
  SelectorKind kind;
  std::string_view name;  // in the API and the database
  Text label;
  bool is_nominative;  // leads to a person: refused where no legal act turned persons on
  int days_kept;       // a match older than that is no match any more: people change telephones
};
[[nodiscard]] const SelectorRule& rule_of(SelectorKind kind);
[[nodiscard]] std::optional<SelectorKind> selector_kind_named(std::string_view name);

struct Selector {
  SelectorKind kind;
  std::string value;  // in its normal form

  // What postings are kept by: the first 64 bits of SHA-256 over domain and value. Of ten million different values, two
  // fall together with a probability of 3 in a million. Not a protection: who has the database can try all plates.
  [[nodiscard]] std::int64_t fingerprint() const;
  friend bool operator==(const Selector&, const Selector&) = default;
};

// The normal form of what was written; refused (field `value`) with what would be right. At most 200 bytes.
//   plate          SIV since 2009 "AA123AA" (arrêté du 9 février 2009: no I, O, U; a 0 or 1 read for O or I and
//                  the other way round is put right), FNI before "123ABC13", else letters and digits as abroad
//   phone          E.164; national numbers are French, those of overseas departments get their own country code
//                  (ARCEP, decision 2018-0881, annex 1)
//   address        folded; kinds of street spelled out, "bis" apart from its number, articles and country dropped
//   nickname       folded, leading article dropped
//   product_hours  product, then hours widened to blocks of four, so that 18h-22h and 19h-23h meet at 16-24
//   email          small letters, "+..." before the @ dropped
//   handle         network and account in small letters
//   packaging      folded, one letter "s" or "x" dropped at the end of each word, words in order of the alphabet
[[nodiscard]] Result<Selector> normalised(SelectorKind kind, std::string_view written);

}  // namespace quadrille::sharing
