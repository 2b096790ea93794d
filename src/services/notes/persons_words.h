#pragma once

#include <string_view>

// The tables behind persons.h. Words are folded: small letters without accents.

namespace quadrille::notes::words {

// A first name that is not also a common word or a place; known in small letters too.
[[nodiscard]] bool is_first_name(std::string_view word);
// One that is: "rose", "pierre"; a first name only with its capital, inside a sentence.
[[nodiscard]] bool is_ambiguous_first_name(std::string_view word);
// Titles before a name: "m", "mme", "monsieur".
[[nodiscard]] bool is_title(std::string_view word);
// A place whose own name follows: "rue", "lycee". Not "immeuble": what follows that is its inhabitant.
[[nodiscard]] bool is_named_place(std::string_view word);
// Words that name a part of a place and take a letter or number: "hall", "porte".
[[nodiscard]] bool is_part_of_place(std::string_view word);
[[nodiscard]] bool is_link(std::string_view word);   // "de", "la"
[[nodiscard]] bool is_saint(std::string_view word);  // "saint", "ste"
// What a person is for the author: "guetteur", "frere"; a capital after it is a name.
[[nodiscard]] bool is_role(std::string_view word);
// What announces a nickname: "surnomme", "alias"; whatever follows is one.
[[nodiscard]] bool announces_nickname(std::string_view word);
// What announces a name where a capital follows: "nomme", "certain".
[[nodiscard]] bool announces_name(std::string_view word);
// What a person does: "vend", "guette"; a capital inside a sentence before it is a name.
[[nodiscard]] bool is_deed(std::string_view word);
// Words that take a capital without being a person: brands, products, days, peoples, offices.
[[nodiscard]] bool is_capital_word(std::string_view word);
[[nodiscard]] bool announces_plate(std::string_view word);
[[nodiscard]] bool is_network(std::string_view word);       // "snap", "telegram"
[[nodiscard]] bool is_unit_or_part(std::string_view word);  // "kg", "bd": no letters of an old plate

}  // namespace quadrille::notes::words
