#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"

// Typed statements of a note: what can be compared, counted and matched without reading text. None is about a person;
// a vehicle has a class and never a plate.

namespace quadrille::notes {

enum class Product {
  unknown,
  cannabis_resin,
  cannabis_herb,
  cocaine,
  crack,
  heroin,
  ecstasy,
  synthetic_cannabinoid,
  nitrous_oxide,
  other
};
inline constexpr Product products[] = {
    Product::unknown, Product::cannabis_resin, Product::cannabis_herb,         Product::cocaine,       Product::crack,
    Product::heroin,  Product::ecstasy,        Product::synthetic_cannabinoid, Product::nitrous_oxide, Product::other};
[[nodiscard]] std::string_view name_of(Product product);
[[nodiscard]] std::optional<Product> product_named(std::string_view name);
[[nodiscard]] const Text& label_of(Product product);

enum class AssertionKind {
  place,            // a landmark in words: "hall 3, côté parking"
  hours,            // open from `low` to `high`, minutes of the day; high < low passes midnight
  days,             // one of weekdays, weekend, every_day
  product,          // one of the products
  price,            // cents, from `low` to `high`
  packaging,        // how it is packed or stamped, in words
  sellers,          // how many
  lookouts,         // how many
  buyers_per_hour,  // how many
  vehicle_class,    // one of bicycle, scooter, motorcycle, car, van, electric_scooter
  spot,             // one of street, hall, staircase, car_park, shop, park, vehicle
  access_barred,    // one of furniture, gate, checkpoint
  weapon_seen,      // one of blade, firearm, other
  delivery,         // one of on_foot, bicycle, scooter, car: sale moves to the buyer
};
inline constexpr AssertionKind assertion_kinds[] = {
    AssertionKind::place,           AssertionKind::hours,         AssertionKind::days,    AssertionKind::product,
    AssertionKind::price,           AssertionKind::packaging,     AssertionKind::sellers, AssertionKind::lookouts,
    AssertionKind::buyers_per_hour, AssertionKind::vehicle_class, AssertionKind::spot,    AssertionKind::access_barred,
    AssertionKind::weapon_seen,     AssertionKind::delivery};

struct Choice {
  std::string_view name;
  Text label;
};

// What a kind takes: a range of numbers, a word of a list, or words.
struct AssertionRule {
  AssertionKind kind;
  std::string_view name;
  Text label;
  enum class Takes { range, choice, words } takes;
  std::int64_t least = 0;  // of a range
  std::int64_t most = 0;
  Text unit;
  std::span<const Choice> choices;
  std::size_t longest = 0;  // words: characters
};
[[nodiscard]] std::span<const AssertionRule> assertion_rules();
[[nodiscard]] const AssertionRule& rule_of(AssertionKind kind);
[[nodiscard]] std::string_view name_of(AssertionKind kind);
[[nodiscard]] std::optional<AssertionKind> assertion_kind_named(std::string_view name);

struct Assertion {
  AssertionKind kind = AssertionKind::place;
  std::int64_t low = 0;  // a range's ends; one number: both the same
  std::int64_t high = 0;
  std::string words;  // the name of the choice, or the words

  friend bool operator==(const Assertion&, const Assertion&) = default;
};

// Refused with field "assertions/N/low", "/high" or "/words".
[[nodiscard]] Result<void> check_assertion(const Assertion& assertion, std::size_t number);
// For people: "Horaires : 12:00 à 22:00", "Price: €20.00".
[[nodiscard]] Text text_of(const Assertion& assertion);

}  // namespace quadrille::notes
