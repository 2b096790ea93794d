#include "services/sharing/selectors.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "services/sharing/spelling.h"

namespace quadrille::sharing {
namespace {

std::string normal(SelectorKind kind, std::string_view written) {
  const auto selector = normalised(kind, written);
  return selector ? selector->value : "refused";
}

TEST(Spelling, accents_case_and_spacing_make_no_difference) {
  EXPECT_EQ(folded("  L'Ânesse-Œuvre "), "l anesse oeuvre");
  EXPECT_EQ(folded("ÉLÈVE Ça"), "eleve ca");
  EXPECT_EQ(folded("e\xcc\x81le\xcc\x80ve"), "eleve");  // combining accents
  EXPECT_EQ(folded("Łódź Straße Ærø"), "lodz strasse aero");
  EXPECT_EQ(folded("a\xc2\xa0"
                   "b\xe2\x80\x99"
                   "c"),
            "a b c");  // no-break space, typographic apostrophe
  EXPECT_EQ(folded("москва"), "москва");
  EXPECT_EQ(folded("--- ... "), "");
}

TEST(Spelling, folding_twice_changes_nothing_whatever_the_bytes) {
  Random random({1}, 0);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = random.next_below(20); n > 0; --n) text += static_cast<char>(random.next_below(256));
    const std::string once = folded(text);
    EXPECT_EQ(folded(once), once);
  }
}

struct Row {
  SelectorKind kind;
  std::string_view written, normal;
};

TEST(Selectors, are_written_in_many_ways_and_compared_in_one) {
  using enum SelectorKind;
  const Row rows[] = {
      {plate, "ab-123-cd", "AB123CD"},
      {plate, "AB 123 CD", "AB123CD"},
      {plate, "AB·123·CD", "AB123CD"},
      {plate, "AB-I2O-CD", "AB120CD"},    // read I for 1, O for 0
      {plate, "123 abc 13", "123ABC13"},  // FNI
      {plate, "1234 AB 2A", "1234AB2A"},  // FNI, Corsica
      {plate, "12 AB 974", "12AB974"},    // FNI, overseas
      {plate, "AO-123-CD", "AO123CD"},    // no SIV plate has an O: kept as one from abroad
      {plate, "SS-123-CD", "SS123CD"},    // nor SS
      {plate, "B-MW 4821", "BMW4821"},    // German
      {plate, "ABCDEFG", "refused"},
      {plate, "12", "refused"},
      {phone, "06 12 34 56 78", "+33612345678"},
      {phone, "06.12.34.56.78", "+33612345678"},
      {phone, "+33 (0)6 12 34 56 78", "+33612345678"},
      {phone, "0033 6 12 34 56 78", "+33612345678"},
      {phone, "+33612345678", "+33612345678"},
      {phone, "04 91 12 34 56", "+33491123456"},
      {phone, "0692 12 34 56", "+262692123456"},  // La Réunion
      {phone, "+33 692 12 34 56", "+262692123456"},
      {phone, "0262 12 34 56", "+262262123456"},
      {phone, "0696 12 34 56", "+596696123456"},  // Martinique
      {phone, "+262 0692 12 34 56", "+262692123456"},
      {phone, "+44 20 7946 0958", "+442079460958"},
      {phone, "17", "refused"},
      {phone, "0012", "refused"},
      {phone, "06 12 34 56 7", "refused"},
      {phone, "06 12 34 56 78 9", "refused"},
      {phone, "+33 6 12 34 56", "refused"},
      {phone, "appelle-moi", "refused"},
      {address, "12 bis, av. du Gal de Gaulle, 13001 Marseille", "12 bis avenue general gaulle 13001 marseille"},
      {address, "12bis Avenue Général de Gaulle 13001 MARSEILLE France",
       "12 bis avenue general gaulle 13001 marseille"},
      {address, "3 bd St-Charles", "3 boulevard saint charles"},
      {address, "3, Boulevard Saint Charles", "3 boulevard saint charles"},
      {home, "3 r. de l'Église", "3 rue eglise"},
      {address, "13001", "refused"},
      {address, "", "refused"},
      {nickname, "Le Grand", "grand"},
      {nickname, "  le GRAND!", "grand"},
      {nickname, "Zé-Zé", "ze ze"},
      {nickname, "La", "la"},
      {nickname, "x", "refused"},
      {product_hours, "Cannabis 18h-22h", "cannabis 16-24"},
      {product_hours, "cannabis de synthèse 19h 23h", "cannabis de synthese 16-24"},
      {product_hours, "crack 22 à 4", "refused"},
      {product_hours, "crack 22-4", "crack 20-04"},
      {product_hours, "18-22", "refused"},
      {product_hours, "crack 25-26", "refused"},
      {email, " Toto+livraison@Exemple.FR ", "toto@exemple.fr"},
      {email, "toto@exemple", "refused"},
      {email, "a@b@c.fr", "refused"},
      {handle, "Snap: @Toto13", "snapchat:toto13"},
      {handle, "snapchat:toto13", "snapchat:toto13"},
      {handle, "toto13", "refused"},
      {place_cell, "CRS2154RES200mN1799200E893400", "CRS2154RES200MN1799200E893400"},
      {place_cell, "here", "refused"},
  };
  for (const auto& row : rows) EXPECT_EQ(normal(row.kind, row.written), row.normal) << row.written;
}

TEST(Selectors, the_normal_form_is_its_own_normal_form) {
  using enum SelectorKind;
  const Row rows[] = {{plate, "ab-123-cd", ""},
                      {phone, "06 12 34 56 78", ""},
                      {phone, "0692 12 34 56", ""},
                      {address, "12bis r. de la Paix Paris", ""},
                      {nickname, "le Zèbre", ""},
                      {product_hours, "crack 22-4", ""},
                      {email, "a+b@c.fr", ""},
                      {handle, "ig:x_y", ""},
                      {place_cell, "CRS2154RES200mN1E2", ""}};
  for (const auto& row : rows) {
    const auto once = normalised(row.kind, row.written).value();
    EXPECT_EQ(normalised(row.kind, once.value), once) << row.written;
  }
}

TEST(Selectors, any_bytes_are_normalised_or_refused) {
  Random random({2}, 0);
  for (int i = 0; i < 40'000; ++i) {
    std::string text;
    for (auto n = random.next_below(24); n > 0; --n)
      text += static_cast<char>(random.next_below(3) == 0 ? "0123+ @.:AhB-"[random.next_below(13)]
                                                          : static_cast<char>(random.next_below(256)));
    for (const auto kind : selector_kinds) {
      const auto selector = normalised(kind, text);
      if (!selector) {
        EXPECT_EQ(selector.error().field, "value");
        continue;
      }
      EXPECT_FALSE(selector->value.empty());
      EXPECT_LE(selector->value.size(), 900U);
    }
  }
  EXPECT_FALSE(normalised(SelectorKind::nickname, std::string(201, 'a')));
}

TEST(Selectors, kinds_have_one_row_each_and_those_that_lead_to_a_person_say_so) {
  std::set<std::string_view> names;
  for (const auto kind : selector_kinds) {
    const auto& rule = rule_of(kind);
    EXPECT_TRUE(names.insert(rule.name).second);
    EXPECT_EQ(selector_kind_named(rule.name), kind);
    EXPECT_GT(rule.days_kept, 0);
    using enum SelectorKind;
    EXPECT_EQ(rule.is_nominative,
              kind == home || kind == plate || kind == phone || kind == nickname || kind == email || kind == handle);
  }
}

TEST(Selectors, fingerprints_tell_kinds_apart_but_a_home_is_an_address) {
  const Selector home{SelectorKind::home, "3 rue eglise"};
  const Selector address{SelectorKind::address, "3 rue eglise"};
  const Selector nickname{SelectorKind::nickname, "3 rue eglise"};
  EXPECT_EQ(home.fingerprint(), address.fingerprint());
  EXPECT_NE(nickname.fingerprint(), address.fingerprint());
}

}  // namespace
}  // namespace quadrille::sharing
