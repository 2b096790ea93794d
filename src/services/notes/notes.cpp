#include "services/notes/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/encoding.h"
#include "services/access/legal_act.h"
#include "services/notes/ground.h"
#include "services/notes/letters.h"

namespace quadrille::notes {
namespace {

struct OutcomeRow {
  OutcomeKind kind;
  std::string_view name;
  Text label;
};
const OutcomeRow outcome_rows[] = {
    {OutcomeKind::arrests, "arrests", {"Interpellations", "Arrests"}},
    {OutcomeKind::seizure, "seizure", {"Saisie", "Seizure"}},
    {OutcomeKind::point_closed, "point_closed", {"Point fermé", "Point closed"}},
    {OutcomeKind::prevention, "prevention", {"Prévention ou aménagement", "Prevention or works"}},
    {OutcomeKind::nothing_found, "nothing_found", {"Rien trouvé", "Nothing found"}},
};

struct AdditionRow {
  AdditionKind kind;
  std::string_view name;
  Text label;
};
const AdditionRow addition_rows[] = {
    {AdditionKind::enrichment, "enrichment", {"Enrichissement", "Enrichment"}},
    {AdditionKind::sighting, "sighting", {"Revu", "Seen again"}},
    {AdditionKind::proposal, "proposal", {"Proposition", "Proposal"}},
};

std::span<const std::uint8_t> bytes_of(const std::array<std::uint8_t, 8>& bytes) { return bytes; }

std::array<std::uint8_t, 8> big_endian(std::int64_t number) {
  std::array<std::uint8_t, 8> out{};
  auto rest = static_cast<std::uint64_t>(number);
  for (auto byte = out.rbegin(); byte != out.rend(); ++byte, rest >>= 8) *byte = static_cast<std::uint8_t>(rest & 0xFF);
  return out;
}

}  // namespace

std::string_view name_of(OutcomeKind kind) { return std::ranges::find(outcome_rows, kind, &OutcomeRow::kind)->name; }
const Text& label_of(OutcomeKind kind) { return std::ranges::find(outcome_rows, kind, &OutcomeRow::kind)->label; }
std::optional<OutcomeKind> outcome_kind_named(std::string_view name) {
  const auto* row = std::ranges::find(outcome_rows, name, &OutcomeRow::name);
  return row == std::end(outcome_rows) ? std::nullopt : std::optional(row->kind);
}

std::string_view name_of(AdditionKind kind) { return std::ranges::find(addition_rows, kind, &AdditionRow::kind)->name; }
const Text& label_of(AdditionKind kind) { return std::ranges::find(addition_rows, kind, &AdditionRow::kind)->label; }
std::optional<AdditionKind> addition_kind_named(std::string_view name) {
  const auto* row = std::ranges::find(addition_rows, name, &AdditionRow::name);
  return row == std::end(addition_rows) ? std::nullopt : std::optional(row->kind);
}

std::string_view name_of(ProposalState state) {
  static constexpr std::string_view names[] = {"none", "open", "accepted", "refused"};
  return names[static_cast<std::size_t>(state)];
}
const Text& label_of(ProposalState state) {
  static const Text labels[] = {{"", ""}, {"En attente", "Open"}, {"Acceptée", "Accepted"}, {"Refusée", "Refused"}};
  return labels[static_cast<std::size_t>(state)];
}

crypto::Digest revision_hash(const crypto::Digest& previous, std::span<const std::uint8_t> salt,
                             std::string_view canonical, PersonId author, Instant at) {
  const auto author_bytes = big_endian(author.value);
  const auto at_bytes = big_endian(at.utc_ms);
  const auto length = big_endian(static_cast<std::int64_t>(canonical.size()));
  return crypto::sha256({std::span<const std::uint8_t>(previous), salt, bytes_of(length), crypto::bytes_of(canonical),
                         bytes_of(author_bytes), bytes_of(at_bytes)});
}

bool is_chained(const std::vector<Revision>& revisions, const Content& current) {
  crypto::Digest previous{};
  int number = 0;
  for (const auto& revision : revisions) {
    const bool is_last = &revision == &revisions.back();
    if (revision.number != ++number || revision.previous != previous || revision.superseded.has_value() == is_last)
      return false;
    const std::string canonical = is_last ? canonical_text(current) : *revision.superseded;
    if (revision.hash != revision_hash(previous, revision.salt, canonical, revision.author, revision.at)) return false;
    previous = revision.hash;
  }
  return !revisions.empty();
}

Result<ServiceId> service_of(const access::Viewer& viewer, TerritoryId territory) {
  const auto* standing = viewer.in(territory);
  if (standing && standing->service.value != 0) return standing->service;
  return refuse(ErrorKind::forbidden,
                {"vous n'agissez pour aucun service de ce territoire", "you act for no service of this territory"},
                "service");
}

Failure no_such_note() {
  return refuse(
      ErrorKind::not_found,
      {"aucune fiche de ce code, ou elle ne vous est pas lisible", "no note of this code, or none that you may read"},
      "id");
}

audit::Act act_on(const access::Asker& asker, audit::Action action, const Note& note, std::string details) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = action;
  act.territory = note.territory;
  act.subject = "note " + note.code;
  act.details = std::move(details);
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.object = audit::Object("note", note.id);
  return act;
}

Result<void> check_words(std::string_view words, std::size_t longest, const Ground& ground, const std::string& field) {
  const auto length = count_characters(words);
  if (!length)
    return invalid({"le texte contient des caractères illisibles", "the text holds characters that cannot be read"},
                   field);
  if (*length > longest)
    return refuse(ErrorKind::too_large,
                  {fmt::format("au plus {} caractères", longest), fmt::format("at most {} characters", longest)},
                  field);
  return check_no_person(words, ground.places, field);
}

Persons persons_rule(database::Snapshot& snapshot, TerritoryId territory, Instant at) {
  return access::find_legal_act(snapshot, territory, access::Part::persons_in_notes, at) ? Persons::with_category
                                                                                         : Persons::refused;
}

Result<void> check_persons(const Content& content, const Ground& ground, Persons persons) {
  Result<void> named = check_no_person(content.facts, ground.places, "facts");
  if (named) named = check_no_person(content.assessment, ground.places, "assessment");
  for (std::size_t i = 0; i < content.assertions.size() && named; ++i) {
    const auto& assertion = content.assertions[i];
    if (rule_of(assertion.kind).takes == AssertionRule::Takes::words)
      named = check_no_person(assertion.words, ground.places, fmt::format("assertions/{}/words", i));
  }
  if (persons == Persons::refused && content.person_category)
    return refuse(ErrorKind::forbidden,
                  {"aucun acte du territoire ne permet de désigner des personnes dans une fiche",
                   "no act of the territory lets notes name persons"},
                  "person_category");
  if (named || persons == Persons::refused) return named;
  if (content.person_category) return {};
  return invalid({"cette fiche désigne une personne : indiquez sa catégorie (mis en cause, condamné, victime, témoin)",
                  "this note names a person: give the category (suspect, convicted, victim, witness)"},
                 "person_category");
}

Notes::Notes(database::Database& database, access::Access& access, audit::Recorder& recorder, crypto::Chance& chance)
    : database_(database), access_(access), recorder_(recorder), chance_(chance) {}
Notes::~Notes() = default;

std::shared_ptr<const Ground> Notes::ground_of(database::Snapshot& snapshot, const territory::Territory& territory) {
  const std::string stamp = territory::ground_stamp(snapshot, territory.id);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = grounds_.find(territory.id); known != grounds_.end() && known->second.first == stamp)
      return known->second.second;
  }
  const auto zone = clock::TimeZone::open(territory.time_zone);
  CHECK(zone.has_value());  // checked when the territory was made
  std::vector<std::string> names;
  std::vector<PlaceName> places;
  for (const auto& sector : territory::load_sectors(snapshot, territory.id)) {
    names.push_back(sector.name);
    places.push_back({sector.id, sector.code, sector.name, sector.parent, true});
  }
  for (auto& street : territory::load_streets(snapshot, territory.id)) names.push_back(std::move(street.name));
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  for (auto& place : places)
    place.is_leaf = std::ranges::none_of(places, [&](const PlaceName& other) { return other.parent == place.id; });
  auto locator = facts::Locator::open(snapshot, territory);
  CHECK(locator.has_value());  // likewise its projection
  const auto ground = std::make_shared<const Ground>(*zone, Gazetteer(names), std::move(*locator), std::move(places));
  const std::lock_guard lock(mutex_);
  grounds_[territory.id] = {stamp, ground};
  return ground;
}

std::shared_ptr<const std::vector<PlaceName>> Notes::sectors(const territory::Territory& territory) {
  auto snapshot = database_.read();
  return ground_of(*snapshot, territory)->sectors;
}

}  // namespace quadrille::notes
