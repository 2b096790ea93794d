#include "services/notes/assertion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "services/notes/letters.h"

namespace quadrille::notes {
namespace {

using Takes = AssertionRule::Takes;

const Choice product_choices[] = {
    {"unknown", {"Produit inconnu", "Unknown product"}},
    {"cannabis_resin", {"Résine de cannabis", "Cannabis resin"}},
    {"cannabis_herb", {"Herbe de cannabis", "Herbal cannabis"}},
    {"cocaine", {"Cocaïne", "Cocaine"}},
    {"crack", {"Crack", "Crack"}},
    {"heroin", {"Héroïne", "Heroin"}},
    {"ecstasy", {"Ecstasy, MDMA", "Ecstasy, MDMA"}},
    {"synthetic_cannabinoid", {"Cannabinoïde de synthèse", "Synthetic cannabinoid"}},
    {"nitrous_oxide", {"Protoxyde d'azote", "Nitrous oxide"}},
    {"other", {"Autre produit", "Other product"}},
};
const Choice day_choices[] = {{"weekdays", {"En semaine", "On weekdays"}},
                              {"weekend", {"Le week-end", "At the weekend"}},
                              {"every_day", {"Tous les jours", "Every day"}}};
const Choice vehicle_choices[] = {{"bicycle", {"Vélo", "Bicycle"}},
                                  {"scooter", {"Scooter", "Scooter"}},
                                  {"motorcycle", {"Moto", "Motorcycle"}},
                                  {"car", {"Voiture", "Car"}},
                                  {"van", {"Fourgon", "Van"}},
                                  {"electric_scooter", {"Trottinette", "Electric scooter"}}};
const Choice spot_choices[] = {{"street", {"Rue", "Street"}},         {"hall", {"Hall", "Hall"}},
                               {"staircase", {"Escalier", "Stairs"}}, {"car_park", {"Parking", "Car park"}},
                               {"shop", {"Commerce", "Shop"}},        {"park", {"Parc", "Park"}},
                               {"vehicle", {"Véhicule", "Vehicle"}}};
const Choice barred_choices[] = {{"furniture", {"Mobilier", "Furniture"}},
                                 {"gate", {"Portail ou grille", "Gate"}},
                                 {"checkpoint", {"Filtrage", "Checkpoint"}}};
const Choice weapon_choices[] = {
    {"blade", {"Arme blanche", "Blade"}}, {"firearm", {"Arme à feu", "Firearm"}}, {"other", {"Autre", "Other"}}};
const Choice delivery_choices[] = {{"on_foot", {"À pied", "On foot"}},
                                   {"bicycle", {"À vélo", "By bicycle"}},
                                   {"scooter", {"En scooter", "By scooter"}},
                                   {"car", {"En voiture", "By car"}}};

const AssertionRule rule_rows[] = {
    {AssertionKind::place, "place", {"Repère", "Landmark"}, Takes::words, 0, 0, {}, {}, 80},
    {AssertionKind::hours, "hours", {"Horaires", "Hours"}, Takes::range, 0, 1440, {"minutes", "minutes"}, {}, 0},
    {AssertionKind::days, "days", {"Jours", "Days"}, Takes::choice, 0, 0, {}, day_choices, 0},
    {AssertionKind::product, "product", {"Produit", "Product"}, Takes::choice, 0, 0, {}, product_choices, 0},
    {AssertionKind::price, "price", {"Prix", "Price"}, Takes::range, 0, 100'000'00, {"centimes", "cents"}, {}, 0},
    {AssertionKind::packaging, "packaging", {"Conditionnement", "Packaging"}, Takes::words, 0, 0, {}, {}, 80},
    {AssertionKind::sellers, "sellers", {"Vendeurs", "Sellers"}, Takes::range, 0, 200, {}, {}, 0},
    {AssertionKind::lookouts, "lookouts", {"Guetteurs", "Lookouts"}, Takes::range, 0, 200, {}, {}, 0},
    {AssertionKind::buyers_per_hour,
     "buyers_per_hour",
     {"Acheteurs par heure", "Buyers an hour"},
     Takes::range,
     0,
     2000,
     {},
     {},
     0},
    {AssertionKind::vehicle_class,
     "vehicle_class",
     {"Véhicule", "Vehicle"},
     Takes::choice,
     0,
     0,
     {},
     vehicle_choices,
     0},
    {AssertionKind::spot, "spot", {"Lieu de vente", "Spot"}, Takes::choice, 0, 0, {}, spot_choices, 0},
    {AssertionKind::access_barred,
     "access_barred",
     {"Accès entravé", "Access barred"},
     Takes::choice,
     0,
     0,
     {},
     barred_choices,
     0},
    {AssertionKind::weapon_seen,
     "weapon_seen",
     {"Arme vue", "Weapon seen"},
     Takes::choice,
     0,
     0,
     {},
     weapon_choices,
     0},
    {AssertionKind::delivery, "delivery", {"Livraison", "Delivery"}, Takes::choice, 0, 0, {}, delivery_choices, 0},
};

std::string clock_text(std::int64_t minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

Failure wrong(std::size_t number, std::string_view part, Text message) {
  return invalid(std::move(message), fmt::format("assertions/{}/{}", number, part));
}

Result<void> check_range(const Assertion& assertion, const AssertionRule& rule, std::size_t number) {
  const auto outside = [&](std::int64_t value) { return value < rule.least || value > rule.most; };
  const Text between{fmt::format("{} : de {} à {}", rule.label.fr, rule.least, rule.most),
                     fmt::format("{}: from {} to {}", rule.label.en, rule.least, rule.most)};
  if (outside(assertion.low)) return wrong(number, "low", between);
  if (outside(assertion.high)) return wrong(number, "high", between);
  // Hours may pass midnight; nothing else runs backwards.
  if (assertion.high < assertion.low && assertion.kind != AssertionKind::hours)
    return wrong(number, "high",
                 {fmt::format("{} : la fin précède le début", rule.label.fr),
                  fmt::format("{}: the end is before the beginning", rule.label.en)});
  if (!assertion.words.empty()) return wrong(number, "words", {"un nombre, sans mots", "a number, without words"});
  return {};
}

Result<void> check_words(const Assertion& assertion, const AssertionRule& rule, std::size_t number) {
  if (assertion.low != 0 || assertion.high != 0)
    return wrong(number, "low", {"des mots, sans nombre", "words, without a number"});
  if (rule.takes == Takes::choice) {
    if (std::ranges::find(rule.choices, assertion.words, &Choice::name) != rule.choices.end()) return {};
    std::string known;
    for (const auto& choice : rule.choices) known += fmt::format("{}{}", known.empty() ? "" : ", ", choice.name);
    return wrong(number, "words", {"il faut l'un de : " + known, "one of these is needed: " + known});
  }
  const auto length = count_characters(assertion.words);
  if (!length || *length == 0 || *length > rule.longest)
    return wrong(number, "words",
                 {fmt::format("{} : de 1 à {} caractères", rule.label.fr, rule.longest),
                  fmt::format("{}: from 1 to {} characters", rule.label.en, rule.longest)});
  return {};
}

Text range_text(const Assertion& assertion) {
  const auto [low, high] = std::pair(assertion.low, assertion.high);
  if (assertion.kind == AssertionKind::hours)
    return {clock_text(low) + " à " + clock_text(high), clock_text(low) + " to " + clock_text(high)};
  if (assertion.kind == AssertionKind::price) {
    const auto euros_fr = [](std::int64_t cents) { return fmt::format("{},{:02} €", cents / 100, cents % 100); };
    const auto euros_en = [](std::int64_t cents) { return fmt::format("€{}.{:02}", cents / 100, cents % 100); };
    if (low == high) return {euros_fr(low), euros_en(low)};
    return {euros_fr(low) + " à " + euros_fr(high), euros_en(low) + " to " + euros_en(high)};
  }
  if (low == high) return {std::to_string(low), std::to_string(low)};
  return {fmt::format("{} à {}", low, high), fmt::format("{} to {}", low, high)};
}

}  // namespace

std::string_view name_of(Product product) { return product_choices[static_cast<std::size_t>(product)].name; }
const Text& label_of(Product product) { return product_choices[static_cast<std::size_t>(product)].label; }
std::optional<Product> product_named(std::string_view name) {
  for (const Product product : products)
    if (name_of(product) == name) return product;
  return std::nullopt;
}

std::span<const AssertionRule> assertion_rules() { return rule_rows; }

const AssertionRule& rule_of(AssertionKind kind) {
  const auto* row = std::ranges::find(rule_rows, kind, &AssertionRule::kind);
  CHECK(row != std::end(rule_rows));
  return *row;
}

std::string_view name_of(AssertionKind kind) { return rule_of(kind).name; }
std::optional<AssertionKind> assertion_kind_named(std::string_view name) {
  const auto* row = std::ranges::find(rule_rows, name, &AssertionRule::name);
  return row == std::end(rule_rows) ? std::nullopt : std::optional(row->kind);
}

Result<void> check_assertion(const Assertion& assertion, std::size_t number) {
  const auto& rule = rule_of(assertion.kind);
  return rule.takes == Takes::range ? check_range(assertion, rule, number) : check_words(assertion, rule, number);
}

Text text_of(const Assertion& assertion) {
  const auto& rule = rule_of(assertion.kind);
  Text value = same_text(assertion.words);
  if (rule.takes == Takes::range) value = range_text(assertion);
  if (rule.takes == Takes::choice)
    if (const auto choice = std::ranges::find(rule.choices, assertion.words, &Choice::name);
        choice != rule.choices.end())
      value = choice->label;
  return {rule.label.fr + " : " + value.fr, rule.label.en + ": " + value.en};
}

}  // namespace quadrille::notes
