#include "services/facts/taxonomy.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::facts {
namespace {

using enum Channel;

const Category categories[] = {
    {1, "dealing", {"Vente de stupéfiants signalée", "Drug dealing, reported"}, reported},
    {2, "drugs", {"Stupéfiants", "Drugs"}, discovered},
    {3, "drug_use", {"Usage de stupéfiants", "Drug use"}, discovered},
    {4, "violence", {"Violences", "Violence"}, reported},
    {5, "sexual_offence", {"Infractions sexuelles", "Sexual offences"}, reported},
    {6, "robbery", {"Vols avec violence", "Robbery"}, reported},
    {7, "burglary", {"Cambriolages", "Burglary"}, reported},
    {8, "theft", {"Vols", "Theft"}, reported},
    {9, "vehicle_theft", {"Vols de véhicules", "Vehicle theft"}, reported},
    {10, "damage", {"Dégradations", "Criminal damage"}, reported},
    {11, "arson", {"Incendies volontaires", "Arson"}, reported},
    {12, "fraud", {"Escroqueries et faux", "Fraud and forgery"}, reported},
    {13, "nuisance", {"Nuisances et tapage", "Nuisance and noise"}, reported},
    {14, "gathering", {"Attroupements, halls occupés", "Gatherings, occupied halls"}, reported},
    {15, "suspicious", {"Comportements suspects", "Suspicious behaviour"}, reported},
    {16, "trespass", {"Intrusions", "Trespass"}, reported},
    {17, "missing_person", {"Disparitions", "Missing persons"}, reported},
    {18, "weapons", {"Armes", "Weapons"}, discovered},
    {19, "prostitution", {"Prostitution, proxénétisme", "Prostitution, procuring"}, discovered},
    {20, "alcohol", {"Alcool, ivresse", "Alcohol, drunkenness"}, discovered},
    {21, "driving_influence", {"Conduite sous influence", "Driving under the influence"}, discovered},
    {22, "warrant", {"Mandats et recherches", "Warrants"}, discovered},
    {23, "other", {"Autres faits", "Other facts"}, reported},
};

const Text reported_label{"signalés par le public", "reported by the public"};
const Text discovered_label{"constatés par l'action de la police", "discovered by police action"};

}  // namespace

std::string_view name_of(Channel channel) { return channel == reported ? "reported" : "discovered"; }

std::optional<Channel> channel_named(std::string_view name) {
  for (const Channel channel : channels)
    if (name_of(channel) == name) return channel;
  return std::nullopt;
}

const Text& label_of(Channel channel) { return channel == reported ? reported_label : discovered_label; }

std::span<const Category> taxonomy() { return categories; }

const Category* find_category(std::string_view code) {
  const auto* found = std::ranges::find(categories, code, &Category::code);
  return found == std::end(categories) ? nullptr : found;
}

const Category& category_of(std::uint8_t number) {
  CHECK(number >= 1 && number <= std::size(categories));
  return categories[number - 1];
}

}  // namespace quadrille::facts
