#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/line.h"
#include "services/access/compartment.h"
#include "services/access/person.h"
#include "services/access/store.h"

namespace quadrille::access {
namespace {

// A comparison is a boolean on PostgreSQL and an integer on SQLite; counted, it is an integer on both.
constexpr std::string_view person_select =
    "SELECT id, code, login, name, demonstration, CASE WHEN password IS NULL THEN 0 ELSE 1 END, "
    "CASE WHEN second_factor IS NULL THEN 0 ELSE 1 END, created_utc_ms, disabled_utc_ms FROM person ";

Person read_person(const database::Rows& rows) {
  return {{rows.integer(0)},         std::string(rows.text(1)), std::string(rows.text(2)),
          std::string(rows.text(3)), rows.integer(4) != 0,      rows.integer(5) != 0,
          rows.integer(6) != 0,      {rows.integer(7)},         maybe_instant(rows, 8)};
}

std::optional<Person> find_where(database::Snapshot& snapshot, std::string_view condition, database::Value value) {
  auto rows = snapshot.query(std::string(person_select) + std::string(condition), {value});
  if (!rows->next()) return std::nullopt;
  return read_person(*rows);
}

std::vector<Person> read_persons(database::Rows& rows) {
  std::vector<Person> all;
  while (rows.next()) all.push_back(read_person(rows));
  return all;
}

std::vector<Person> list_where(database::Snapshot& snapshot, std::string_view condition) {
  auto rows = snapshot.query(fmt::format("{}{}ORDER BY login", person_select, condition));
  return read_persons(*rows);
}

bool is_login(std::string_view text) {
  return text.size() >= 2 && text.size() <= 60 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
         });
}

std::string subject_of(PersonId person) { return fmt::format("person {}", person.value); }

constexpr std::string_view habilitation_select =
    "SELECT code, person, role, territory, service, clearance, act, granted_by, granted_utc_ms, from_utc_ms, "
    "until_utc_ms, revoked_utc_ms FROM habilitation ";

std::vector<Habilitation> read_habilitations(database::Rows& rows) {
  std::vector<Habilitation> found;
  while (rows.next()) {
    const auto role = role_named(rows.text(2));
    const auto clearance = sensitivity_named(rows.text(5));
    CHECK(role && clearance);
    Habilitation one{std::string(rows.text(0)),
                     {rows.integer(1)},
                     *role,
                     {},
                     {},
                     *clearance,
                     std::string(rows.text(6)),
                     std::string(rows.text(7)),
                     {rows.integer(8)},
                     {rows.integer(9)},
                     maybe_instant(rows, 10),
                     maybe_instant(rows, 11)};
    if (const auto territory = rows.maybe_integer(3)) one.territory = TerritoryId{*territory};
    if (const auto service = rows.maybe_integer(4)) one.service = ServiceId{*service};
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

Result<Person> create_person(database::Transaction& tx, const NewPerson& wanted, crypto::Chance& chance,
                             const Asker& by) {
  if (!is_login(wanted.login))
    return invalid({"de 2 à 60 caractères parmi a-z, 0-9, point, tiret, souligné et @",
                    "2 to 60 characters among a-z, 0-9, dot, hyphen, underscore and @"},
                   "login");
  if (auto name = check_line(wanted.name, {1, person_name_most}, "name"); !name) return Failure(name.error());
  if (find_person_by_login(tx, wanted.login))
    return refuse(ErrorKind::conflict,
                  {fmt::format("l'identifiant « {} » est pris", wanted.login),
                   fmt::format("the login \"{}\" is taken", wanted.login)},
                  "login");
  const bool is_demonstration = wanted.kind == NewPerson::Kind::demonstration;
  const PersonId id{tx.insert_returning_id(
      "INSERT INTO person (code, login, name, demonstration, created_utc_ms) VALUES (?, ?, ?, ?, ?) RETURNING id",
      {crypto::random_code(chance), wanted.login, wanted.name, is_demonstration ? 1 : 0, by.at.utc_ms})};
  record_change(tx, by, {}, subject_of(id), is_demonstration ? "created for a demonstration" : "created");
  return *find_person(tx, id);
}

bool has_usual_persons(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT id FROM person WHERE demonstration = 0 LIMIT 1");
  return rows->next();
}

bool has_persons(database::Snapshot& snapshot) {
  auto rows = snapshot.query("SELECT id FROM person LIMIT 1");
  return rows->next();
}

std::vector<Person> list_persons(database::Snapshot& snapshot) { return list_where(snapshot, ""); }
std::vector<Person> list_demonstration_persons(database::Snapshot& snapshot) {
  return list_where(snapshot, "WHERE demonstration <> 0 ");
}
std::vector<Person> list_persons_of(database::Snapshot& snapshot, TerritoryId territory, ServiceId service) {
  auto rows = snapshot.query(
      fmt::format("{}WHERE id IN (SELECT person FROM habilitation WHERE territory = ? AND service = ?) ORDER BY login",
                  person_select),
      {territory, service});
  return read_persons(*rows);
}
std::vector<Person> find_persons(database::Snapshot& snapshot, std::span<const PersonId> ids) {
  std::vector<Person> found;
  for (const auto id : ids)
    if (auto person = find_person(snapshot, id)) found.push_back(std::move(*person));
  std::ranges::sort(found, {}, &Person::login);
  return found;
}

std::optional<Person> find_person(database::Snapshot& snapshot, PersonId id) {
  return find_where(snapshot, "WHERE id = ?", id);
}
std::optional<Person> find_person_by_login(database::Snapshot& snapshot, std::string_view login) {
  return find_where(snapshot, "WHERE login = ?", login);
}
std::optional<Person> find_person_by_code(database::Snapshot& snapshot, std::string_view code) {
  return find_where(snapshot, "WHERE code = ?", code);
}

Result<void> disable_person(database::Transaction& tx, PersonId person, const Asker& by) {
  if (by.viewer.person == person)
    return refuse(ErrorKind::forbidden, {"nul ne ferme son propre compte", "nobody disables their own account"},
                  "person");
  tx.execute("UPDATE person SET disabled_utc_ms = ? WHERE id = ? AND disabled_utc_ms IS NULL", {by.at.utc_ms, person});
  tx.execute("UPDATE session SET ended_utc_ms = ? WHERE person = ? AND ended_utc_ms IS NULL", {by.at.utc_ms, person});
  tx.execute("UPDATE token SET revoked_utc_ms = ? WHERE person = ? AND revoked_utc_ms IS NULL", {by.at.utc_ms, person});
  tx.execute("UPDATE invitation SET used_utc_ms = ? WHERE person = ? AND used_utc_ms IS NULL", {by.at.utc_ms, person});
  record_change(tx, by, {}, subject_of(person), "disabled");
  return {};
}

void enable_person(database::Transaction& tx, PersonId person, const Asker& by) {
  tx.execute("UPDATE person SET disabled_utc_ms = NULL WHERE id = ?", {person});
  record_change(tx, by, {}, subject_of(person), "enabled");
}

std::optional<PersonId> find_person_by_identity(database::Snapshot& snapshot, std::string_view issuer,
                                                std::string_view subject) {
  auto rows = snapshot.query("SELECT person FROM identity WHERE issuer = ? AND subject = ?", {issuer, subject});
  if (!rows->next()) return std::nullopt;
  return PersonId{rows->integer(0)};
}

void link_identity(database::Transaction& tx, PersonId person, std::string_view issuer, std::string_view subject,
                   const Asker& by) {
  tx.execute("INSERT INTO identity (issuer, subject, person) VALUES (?, ?, ?)", {issuer, subject, person});
  record_change(tx, by, {}, subject_of(person), fmt::format("identity linked issuer={}", issuer));
}

namespace {

Result<void> check_demonstration(database::Snapshot& snapshot, const NewHabilitation& wanted, const Asker& by) {
  const auto person = find_person(snapshot, wanted.person);
  const auto granter = find_person(snapshot, by.viewer.person);
  const bool is_real = wanted.territory && wanted.data == NewHabilitation::Data::real;
  if (person && person->is_demonstration && is_real)
    return refuse(ErrorKind::forbidden,
                  {"un compte de démonstration n'entre que là où les données sont simulées ou publiques",
                   "a demonstration account goes only where data are simulated or public"},
                  "territory");
  if (granter && granter->is_demonstration && (is_real || !person || !person->is_demonstration))
    return refuse(ErrorKind::forbidden,
                  {"un compte de démonstration n'habilite que dans la démonstration",
                   "a demonstration account grants within the demonstration only"},
                  "territory");
  return {};
}

}  // namespace

Result<Habilitation> grant(database::Transaction& tx, const NewHabilitation& wanted, crypto::Chance& chance,
                           const Asker& by) {
  if (auto checked = check_habilitation(wanted, habilitations_of(tx, wanted.person), by); !checked)
    return Failure(checked.error());
  if (auto checked = check_demonstration(tx, wanted, by); !checked) return Failure(checked.error());
  const std::string code = crypto::random_code(chance);
  tx.execute(
      "INSERT INTO habilitation (code, person, role, territory, service, clearance, act, granted_by, granted_utc_ms, "
      "from_utc_ms, until_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {code, wanted.person, name_of(wanted.role), wanted.territory, wanted.service, name_of(wanted.clearance),
       wanted.act, by.actor(), by.at.utc_ms, wanted.from.utc_ms, value_of(wanted.until)});
  record_change(tx, by, wanted.territory, subject_of(wanted.person),
                fmt::format("granted habilitation={} role={} clearance={} from={} until={} act={}", code,
                            name_of(wanted.role), name_of(wanted.clearance), format_utc(wanted.from),
                            wanted.until ? format_utc(*wanted.until) : "", wanted.act));
  return Habilitation{code,       wanted.person, wanted.role, wanted.territory, wanted.service, wanted.clearance,
                      wanted.act, by.actor(),    by.at,       wanted.from,      wanted.until,   {}};
}

Result<void> revoke(database::Transaction& tx, std::string_view code, const Asker& by) {
  std::optional<Habilitation> found;
  {
    auto rows = tx.query(std::string(habilitation_select) + "WHERE code = ? AND revoked_utc_ms IS NULL", {code});
    auto all = read_habilitations(*rows);
    if (!all.empty()) found = std::move(all.front());
  }
  if (!found)
    return refuse(ErrorKind::not_found, {"aucune habilitation de ce code à révoquer", "no such habilitation to revoke"},
                  "habilitation");
  tx.execute("UPDATE habilitation SET revoked_utc_ms = ?, revoked_by = ? WHERE code = ?",
             {by.at.utc_ms, by.actor(), code});
  record_change(tx, by, found->territory, subject_of(found->person),
                fmt::format("revoked habilitation={} role={}", code, name_of(found->role)));
  return {};
}

std::vector<Habilitation> habilitations_of(database::Snapshot& snapshot, PersonId person) {
  auto rows =
      snapshot.query(std::string(habilitation_select) + "WHERE person = ? ORDER BY from_utc_ms DESC, code", {person});
  return read_habilitations(*rows);
}

std::vector<Habilitation> list_habilitations(database::Snapshot& snapshot) {
  auto rows = snapshot.query(std::string(habilitation_select) + "ORDER BY person, from_utc_ms DESC, code");
  return read_habilitations(*rows);
}

Viewer load_viewer(database::Snapshot& snapshot, const Person& person, const Policy& policy, Proof proof, Instant at) {
  auto held = in_force(person, habilitations_of(snapshot, person.id), at);
  std::erase_if(held, [&](const Habilitation& one) { return is_waiting(one, person, policy, proof); });
  return make_viewer(person, held, memberships_of(snapshot, person.id));
}

Viewer load_viewer(database::Snapshot& snapshot, const Person& person, Instant at) {
  return make_viewer(person, in_force(person, habilitations_of(snapshot, person.id), at),
                     memberships_of(snapshot, person.id));
}

Viewer load_viewer(database::Snapshot& snapshot, const Person& person, std::span<const Membership> only, Instant at) {
  return make_viewer(person, in_force(person, habilitations_of(snapshot, person.id), at), {only.begin(), only.end()});
}

std::vector<Habilitation> load_waiting(database::Snapshot& snapshot, const Person& person, const Policy& policy,
                                       Proof proof, Instant at) {
  auto held = in_force(person, habilitations_of(snapshot, person.id), at);
  std::erase_if(held, [&](const Habilitation& one) { return !is_waiting(one, person, policy, proof); });
  return held;
}

}  // namespace quadrille::access
