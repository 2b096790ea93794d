#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/access/access.h"
#include "services/access/audience.h"
#include "services/access/compartment.h"
#include "services/access/policy.h"
#include "services/access/references.h"
#include "services/access/store.h"

namespace quadrille::access {
namespace {

constexpr std::string_view compartment_select =
    "SELECT c.id, c.code, c.territory, c.kind, c.name, c.opened_utc_ms, c.closed_utc_ms FROM compartment c ";

Compartment read_compartment(const database::Rows& rows) {
  const auto kind = compartment_kind_named(rows.text(3));
  CHECK(kind.has_value());
  return {{rows.integer(0)},         std::string(rows.text(1)), {rows.integer(2)},     *kind,
          std::string(rows.text(4)), {rows.integer(5)},         maybe_instant(rows, 6)};
}

void record_act(database::Transaction& tx, const Compartment& compartment, std::string details, const Asker& by) {
  record_change(tx, by, compartment.territory, "compartment " + compartment.code, std::move(details));
}

Failure is_closed(std::string_view field) {
  return refuse(ErrorKind::conflict,
                {"ce dossier cloisonné est clos : rien ni personne n'y entre plus ; ouvrez-en un autre",
                 "this compartment is closed: nothing and nobody goes in any more; open another"},
                std::string(field));
}

bool is_in(const Viewer& viewer, CompartmentId compartment) {
  return std::ranges::binary_search(viewer.compartments, compartment);
}

Result<void> check_role(database::Snapshot& snapshot, TerritoryId territory, const Asker& by) {
  if (by.viewer.person.value != 0 && may(load_policy(snapshot), by.viewer, territory, Capability::open_compartment))
    return {};
  return refuse(ErrorKind::forbidden,
                {"votre rôle n'ouvre, ne compose ni ne clôt de dossier cloisonné (open_compartment)",
                 "your role opens, composes and closes no compartment (open_compartment)"},
                "role");
}

Result<Compartment> own_compartment(database::Snapshot& snapshot, TerritoryId territory, std::string_view code,
                                    const Asker& by) {
  const auto own = compartments_of(snapshot, by.viewer, territory);
  return find_compartment(own, code, "compartment");
}

bool is_name(std::string_view text) {
  return text.size() >= 2 && text.size() <= 24 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; });
}

void insert_member(database::Transaction& tx, const Compartment& compartment, PersonId person, ServiceId service,
                   Instant at) {
  tx.execute(
      "INSERT INTO compartment_member (compartment, person, service, admitted_utc_ms) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (compartment, person) DO UPDATE SET service = excluded.service, admitted_utc_ms = "
      "excluded.admitted_utc_ms",
      {compartment.id, person, service, at.utc_ms});
}

}  // namespace

std::span<const audit::Reference> references() {
  static const audit::Reference all[] = {{.kind = "compartment",
                                          .label = {"Dossier cloisonné", "Compartment"},
                                          .table = "compartment",
                                          .territory = "territory",
                                          .made_utc_ms = "opened_utc_ms"}};
  return all;
}

Result<Compartment> open_compartment(database::Transaction& tx, const NewCompartment& wanted, crypto::Chance& chance,
                                     const Asker& by) {
  if (const auto role = check_role(tx, wanted.territory, by); !role) return Failure(role.error());
  if (!is_name(wanted.name))
    return invalid({"un nom de code : de 2 à 24 majuscules sans accent, chiffres ou tirets ; jamais le nom d'une "
                    "personne",
                    "a code name: 2 to 24 capital letters, digits or hyphens; never a person's name"},
                   "name");
  for (const auto& own : compartments_of(tx, by.viewer, wanted.territory))
    if (own.name == wanted.name && !own.closed_at)
      return refuse(ErrorKind::conflict,
                    {"vous êtes déjà dans un dossier cloisonné de ce nom ; prenez-en un autre",
                     "you are in a compartment of this name already; take another name"},
                    "name");
  Compartment made{{}, crypto::random_code(chance), wanted.territory, wanted.kind, wanted.name, by.at, {}};
  made.id = {tx.insert_returning_id(
      "INSERT INTO compartment (territory, kind, code, name, opened_utc_ms) VALUES (?, ?, ?, ?, ?) RETURNING id",
      {made.territory, name_of(made.kind), made.code, made.name, made.opened_at.utc_ms})};
  insert_member(tx, made, by.viewer.person, by.viewer.in(made.territory)->service, by.at);
  record_act(tx, made, fmt::format("opened kind={}", name_of(made.kind)), by);
  return made;
}

std::vector<Compartment> compartments_of(database::Snapshot& snapshot, const Viewer& viewer, TerritoryId territory) {
  std::vector<Compartment> found;
  if (viewer.compartments.empty()) return found;
  std::string ids;
  for (const auto id : viewer.compartments) ids += fmt::format("{}{}", ids.empty() ? "" : ",", id.value);
  auto rows = snapshot.query(
      fmt::format("{}WHERE c.id IN ({}) AND c.territory = ? ORDER BY c.name, c.code", compartment_select, ids),
      {territory});
  while (rows->next()) found.push_back(read_compartment(*rows));
  return found;
}

Result<void> check_open(database::Snapshot& snapshot, const std::vector<CompartmentId>& wanted,
                        const std::vector<CompartmentId>& already) {
  for (const auto id : wanted) {
    if (std::ranges::find(already, id) != already.end()) continue;
    auto rows = snapshot.query("SELECT closed_utc_ms FROM compartment WHERE id = ?", {id});
    if (rows->next() && !rows->is_null(0)) return is_closed("compartments");
  }
  return {};
}

std::vector<CompartmentMember> members_of(database::Snapshot& snapshot, const Policy& policy,
                                          const Compartment& compartment, Instant at) {
  struct Row {
    Membership place;
    PersonId person;
    Instant admitted_at;
  };
  std::vector<Row> found;
  {
    auto rows = snapshot.query(
        "SELECT person, service, admitted_utc_ms FROM compartment_member WHERE compartment = ? ORDER BY "
        "admitted_utc_ms, person",
        {compartment.id});
    while (rows->next())
      found.push_back(
          {{compartment.id, compartment.territory, {rows->integer(1)}}, {rows->integer(0)}, {rows->integer(2)}});
  }
  std::vector<CompartmentMember> members;
  for (const auto& row : found) {
    auto person = find_person(snapshot, row.person);
    CHECK(person.has_value());
    const auto viewer = load_viewer(snapshot, *person, {{row.place}}, at);
    const bool is_in_force = is_in(viewer, compartment.id);
    members.push_back({std::move(*person), row.admitted_at, is_in_force,
                       is_in_force && may(policy, viewer, compartment.territory, Capability::open_compartment)});
  }
  return members;
}

std::vector<Person> colleagues_of(database::Snapshot& snapshot, const Policy& policy, const Asker& asker,
                                  TerritoryId territory) {
  const auto* own = asker.viewer.in(territory);
  std::vector<Person> found;
  if (!own || own->service.value == 0) return found;
  for (auto& person : list_persons_of(snapshot, territory, own->service)) {
    if (person.id == asker.viewer.person) continue;
    const auto viewer = load_viewer(snapshot, person, {}, asker.at);
    const auto* standing = viewer.in(territory);
    if (standing && standing->service == own->service && may(policy, viewer, territory, Capability::read_notes))
      found.push_back(std::move(person));
  }
  return found;
}

std::optional<Person> find_reader(database::Snapshot& snapshot, TerritoryId territory, std::string_view login,
                                  Instant at) {
  auto person = find_person_by_login(snapshot, login);
  const auto viewer = person ? load_viewer(snapshot, *person, at) : Viewer{};
  const bool reads = viewer.in(territory) && may(load_policy(snapshot), viewer, territory, Capability::read_notes);
  return reads ? person : std::nullopt;
}

Result<void> admit(database::Transaction& tx, TerritoryId territory, std::string_view code, std::string_view login,
                   const Asker& by) {
  const auto compartment = own_compartment(tx, territory, code, by);
  if (!compartment) return Failure(compartment.error());
  if (const auto role = check_role(tx, territory, by); !role) return role;
  if (compartment->closed_at) return is_closed("compartment");
  const auto person = find_reader(tx, territory, login, by.at);
  if (!person)
    return invalid({"personne de cet identifiant ne peut être admis : il faut un compte ouvert et, sur ce territoire, "
                    "un rôle qui lit des fiches",
                    "nobody of this login can be admitted: an open account is needed and, in this territory, a role "
                    "that reads notes"},
                   "login");
  const auto viewer = load_viewer(tx, *person, by.at);
  if (is_in(viewer, compartment->id)) return {};
  insert_member(tx, *compartment, person->id, viewer.in(territory)->service, by.at);
  record_act(tx, *compartment, fmt::format("admitted person={}", person->id.value), by);
  return {};
}

Result<void> dismiss(database::Transaction& tx, TerritoryId territory, std::string_view code, std::string_view login,
                     const Asker& by) {
  const auto compartment = own_compartment(tx, territory, code, by);
  if (!compartment) return Failure(compartment.error());
  const auto members = members_of(tx, load_policy(tx), *compartment, by.at);
  const auto member = std::ranges::find(members, login, [](const auto& one) { return one.person.login; });
  const bool is_self = member != members.end() && member->person.id == by.viewer.person;
  if (!is_self)
    if (const auto role = check_role(tx, territory, by); !role) return role;
  if (member == members.end())
    return refuse(ErrorKind::not_found, {"aucun membre de cet identifiant", "no member of this login"}, "login");
  const auto any_other = [&](bool CompartmentMember::* has) {
    return std::ranges::any_of(members, [&](const auto& one) { return one.*has && &one != &*member; });
  };
  const bool is_kept =
      any_other(&CompartmentMember::may_admit) || (!member->may_admit && any_other(&CompartmentMember::is_in_force));
  if (!is_kept)
    return refuse(
        ErrorKind::conflict,
        compartment->closed_at
            ? Text{"il faut que quelqu'un reste, pour répondre de ce qui est dedans jusqu'à son effacement",
                   "somebody must stay, to answer for what is inside until it is erased"}
            : Text{"plus personne ne pourrait y admettre : admettez d'abord quelqu'un dont le rôle le permet, "
                   "ou clôturez le dossier",
                   "nobody would be left who may admit: first admit somebody whose role allows it, or close "
                   "the compartment"},
        "login");
  tx.execute("DELETE FROM compartment_member WHERE compartment = ? AND person = ?",
             {compartment->id, member->person.id});
  record_act(tx, *compartment, is_self ? "left" : fmt::format("dismissed person={}", member->person.id.value), by);
  return {};
}

Result<void> close_compartment(database::Transaction& tx, TerritoryId territory, std::string_view code,
                               const Asker& by) {
  const auto compartment = own_compartment(tx, territory, code, by);
  if (!compartment) return Failure(compartment.error());
  if (const auto role = check_role(tx, territory, by); !role) return role;
  if (compartment->closed_at)
    return refuse(ErrorKind::conflict, {"ce dossier cloisonné est déjà clos", "this compartment is closed already"},
                  "compartment");
  tx.execute("UPDATE compartment SET closed_utc_ms = ? WHERE id = ?", {by.at.utc_ms, compartment->id});
  record_act(tx, *compartment, "closed", by);
  return {};
}

std::vector<Membership> memberships_of(database::Snapshot& snapshot, PersonId person) {
  auto rows = snapshot.query(
      "SELECT c.id, c.territory, m.service FROM compartment_member m JOIN compartment c ON c.id = m.compartment WHERE "
      "m.person = ? ORDER BY c.id",
      {person});
  std::vector<Membership> found;
  while (rows->next()) found.push_back({{rows->integer(0)}, {rows->integer(1)}, {rows->integer(2)}});
  return found;
}

}  // namespace quadrille::access
