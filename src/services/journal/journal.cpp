#include "services/journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "services/access/actor.h"
#include "services/access/references.h"
#include "services/access/role.h"
#include "services/facts/references.h"
#include "services/notes/letters.h"
#include "services/notes/references.h"
#include "services/provenance/provenance.h"
#include "services/recall/recall.h"
#include "services/retention/references.h"
#include "services/sharing/operations.h"
#include "services/studies/references.h"
#include "services/territory/territory.h"

namespace quadrille::journal {
namespace {

constexpr std::size_t typed_longest = 200;

Text machine_name(std::string_view actor) {
  if (actor == "clock") return {"Horloge du serveur", "The server's clock"};
  if (actor == "local:cli") return {"Ligne de commande, sans compte", "Command line, without an account"};
  constexpr std::string_view local = "local:";
  if (actor.starts_with(local)) {
    const auto part = actor.substr(local.size());
    return {fmt::format("Le programme lui-même ({})", part), fmt::format("The program itself ({})", part)};
  }
  return same_text(actor);
}

// Persons and services, each looked up once.
class Names {
 public:
  explicit Names(database::Snapshot& snapshot) : snapshot_(snapshot) {}

  Who who(const audit::Entry& entry) {
    const auto person = access::person_of_actor(entry.act.actor);
    if (!person) return {Who::State::machine, machine_name(entry.act.actor), {}, {}};
    const auto& known = load(*person);
    if (!known.person) return {Who::State::gone, {}, {}, {}};
    return {known.person->disabled_at ? Who::State::closed : Who::State::open, same_text(known.person->name),
            known.person->login, place_of(known, entry)};
  }
  // Of every territory.
  const std::string& service(ServiceId id) {
    if (services_.empty())
      for (const auto& territory : territory::list(snapshot_))
        for (const auto& one : territory::load_services(snapshot_, territory.id)) services_[one.id] = one.name;
    return services_[id];
  }

 private:
  struct Known {
    std::optional<access::Person> person;
    std::vector<access::Habilitation> held;
  };

  const Known& load(PersonId id) {
    const auto [known, is_new] = known_.try_emplace(id);
    if (is_new) known->second = {access::find_person(snapshot_, id), access::habilitations_of(snapshot_, id)};
    return known->second;
  }
  Text place_of(const Known& known, const audit::Entry& entry) {
    if (entry.act.territory)
      if (const auto id = access::service_at(known.held, *entry.act.territory, entry.at))
        return same_text(service(*id));
    for (const auto& one : known.held)
      if (one.is_in_force(entry.at)) return one.service ? same_text(service(*one.service)) : access::label_of(one.role);
    return {};
  }

  database::Snapshot& snapshot_;
  std::map<PersonId, Known> known_;
  std::map<ServiceId, std::string> services_;
};

const audit::Reference* reference_named(std::string_view kind) {
  const auto all = references();
  const auto found = std::ranges::find(all, kind, &audit::Reference::kind);
  return found == all.end() ? nullptr : &*found;
}

bool begins_a_word(const std::vector<std::string>& words, std::string_view beginning) {
  return std::ranges::any_of(words, [&](const std::string& word) { return word.starts_with(beginning); });
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> words;
  for (auto& word : notes::words_of(text)) words.push_back(std::move(word.folded));
  return words;
}

// As crypto::random_code makes them.
bool is_code(std::string_view text) {
  return text.size() == 16 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
}

}  // namespace

std::span<const audit::Reference> references() {
  static const std::vector<audit::Reference> all = [] {
    std::vector<audit::Reference> joined;
    for (const auto& some : {notes::references(), sharing::references(), recall::references(), provenance::references(),
                             access::references(), retention::references(), studies::references(), facts::references()})
      joined.insert(joined.end(), some.begin(), some.end());
    return joined;
  }();
  return all;
}

std::string_view name_of(Who::State state) {
  switch (state) {
    case Who::State::open:
      return "open";
    case Who::State::closed:
      return "closed";
    case Who::State::gone:
      return "gone";
    case Who::State::machine:
      return "machine";
  }
  return "";
}

std::vector<Line> named(database::Snapshot& snapshot, std::vector<audit::Entry> entries) {
  Names names(snapshot);
  std::map<std::string, std::vector<std::int64_t>> numbers;
  for (const auto& entry : entries)
    if (entry.act.object) numbers[entry.act.object->kind].push_back(entry.act.object->id);
  std::map<std::string, std::map<std::int64_t, std::string>> codes;
  for (const auto& [kind, some] : numbers)
    if (const auto* reference = reference_named(kind)) codes[kind] = audit::load_codes(snapshot, *reference, some);
  std::vector<Line> lines;
  lines.reserve(entries.size());
  for (auto& entry : entries) {
    Line line{std::move(entry), {}, {}, {}, {}};
    line.said = in_words(line.entry.act);
    if (!line.entry.account_erased_by) line.who = names.who(line.entry);
    if (const auto& object = line.entry.act.object) {
      if (const auto* reference = reference_named(object->kind)) line.kind = reference->label;
      const auto& of_kind = codes[object->kind];
      if (const auto code = of_kind.find(object->id); code != of_kind.end())
        line.reference = object->kind + ":" + code->second;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Candidates find_persons(database::Snapshot& snapshot, std::string_view words, int limit) {
  Names names(snapshot);
  std::map<PersonId, std::vector<std::string>> services;
  for (const auto& one : access::list_habilitations(snapshot)) {
    if (!one.service) continue;
    auto& of_person = services[one.person];
    const auto& name = names.service(*one.service);
    if (std::ranges::find(of_person, name) == of_person.end()) of_person.push_back(name);
  }
  const auto wanted = folded_words(words);
  std::vector<std::pair<std::string, Candidate>> found;
  for (const auto& person : access::list_persons(snapshot)) {
    Candidate one{fmt::format("person:{}", person.id.value), person.name, person.login, services[person.id],
                  person.disabled_at.has_value()};
    auto own = folded_words(person.name + " " + person.login);
    for (const auto& service : one.services) std::ranges::move(folded_words(service), std::back_inserter(own));
    if (words == one.actor || std::ranges::all_of(wanted, [&](const auto& word) { return begins_a_word(own, word); }))
      found.emplace_back(notes::fold(person.name), std::move(one));
  }
  std::ranges::sort(found, {}, [](const auto& one) { return std::pair(one.first, one.second.actor); });
  Candidates candidates;
  candidates.is_cut = found.size() > static_cast<std::size_t>(limit);
  if (candidates.is_cut) found.resize(static_cast<std::size_t>(limit));
  for (auto& [key, one] : found) candidates.persons.push_back(std::move(one));
  return candidates;
}

Result<std::vector<std::string>> actors_of(database::Snapshot& snapshot, std::string_view typed) {
  if (typed.size() > typed_longest)
    return refuse(ErrorKind::too_large, {"au plus 200 octets", "at most 200 bytes"}, "person");
  if (typed == "clock" || typed.starts_with("local:") || access::person_of_actor(typed))
    return std::vector{std::string(typed)};
  if (const auto person = access::find_person_by_login(snapshot, typed))
    return std::vector{fmt::format("person:{}", person->id.value)};
  const auto found = folded_words(typed).empty() ? Candidates{} : find_persons(snapshot, typed, namesakes_max);
  if (found.is_cut)
    return refuse(ErrorKind::too_large,
                  {fmt::format("plus de {} personnes répondent à ce nom : précisez", namesakes_max),
                   fmt::format("more than {} persons answer to that name: say more of it", namesakes_max)},
                  "person");
  if (found.persons.empty())
    return refuse(ErrorKind::not_found,
                  {"personne de ce nom : un nom, un identifiant de connexion ou person:12",
                   "nobody of that name: a name, a login or person:12"},
                  "person");
  std::vector<std::string> actors;
  for (const auto& one : found.persons) actors.push_back(one.actor);
  return actors;
}

Result<audit::Object> object_of(database::Snapshot& snapshot, std::string_view typed) {
  const auto colon = typed.rfind(':');
  const auto kind = colon == std::string_view::npos ? std::string_view() : typed.substr(0, colon);
  const auto code = colon == std::string_view::npos ? typed : typed.substr(colon + 1);
  for (const auto& reference : references()) {
    if (code.empty() || code.size() > typed_longest || (kind.empty() ? !is_code(code) : kind != reference.kind))
      continue;
    if (auto object = audit::find_object(snapshot, reference, code)) return std::move(*object);
  }
  if (const auto numbered = audit::parse_object(typed)) return *numbered;
  if (kind.empty() ? !is_code(code) || colon == 0 : code.empty() || reference_named(kind) == nullptr)
    return invalid({"une référence se lit sur la fiche : qrstuvwxyz234567, note:qrstuvwxyz234567 ou note:12",
                    "a reference stands on the note: qrstuvwxyz234567, note:qrstuvwxyz234567 or note:12"},
                   "object");
  return refuse(
      ErrorKind::not_found,
      {"rien ne porte cette référence : mal recopiée, ou l'objet est effacé, et le journal n'en dit plus rien",
       "nothing has this reference: copied wrongly, or erased, and the log tells nothing of it any more"},
      "object");
}

}  // namespace quadrille::journal
