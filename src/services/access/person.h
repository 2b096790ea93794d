#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/policy.h"
#include "services/access/viewer.h"

// Accounts and habilitations. An account says who somebody is; only habilitations, recorded here with their dates and
// the act they rest on, give rights. An identity provider can open an account and never a right.

namespace quadrille::access {

// ---- persons --------------------------------------------------------------------------------------------------------

struct Person {
  PersonId id;
  std::string code;   // what others see of the id
  std::string login;  // small letters, digits, '.', '_', '-'
  std::string name;   // shown, one line
  bool is_demonstration = false;
  bool has_password = false;
  bool has_second_factor = false;
  Instant created_at;
  std::optional<Instant> disabled_at;
};

inline constexpr std::size_t person_name_most = 120;  // characters

struct NewPerson {
  std::string login;
  std::string name;
  // Accounts of a demonstration are opened without a password; they reach simulated or public data only.
  enum class Kind { usual, demonstration } kind = Kind::usual;
};

// Refused: field `login` (malformed: invalid_input; taken: conflict), `name`.
[[nodiscard]] Result<Person> create_person(database::Transaction& tx, const NewPerson& wanted, crypto::Chance& chance,
                                           const Asker& by);
// Whether the instance has any account, disabled ones included.
[[nodiscard]] bool has_persons(database::Snapshot& snapshot);
// Any but those of a demonstration: from then on the command line asks who it works for.
[[nodiscard]] bool has_usual_persons(database::Snapshot& snapshot);
// In order of login.
[[nodiscard]] std::vector<Person> list_persons(database::Snapshot& snapshot);
// Who was ever given a role in that service of the territory; in order of login.
[[nodiscard]] std::vector<Person> list_persons_of(database::Snapshot& snapshot, TerritoryId territory,
                                                  ServiceId service);
// Those of a demonstration.
[[nodiscard]] std::vector<Person> list_demonstration_persons(database::Snapshot& snapshot);
// In order of login.
[[nodiscard]] std::vector<Person> find_persons(database::Snapshot& snapshot, std::span<const PersonId> ids);
[[nodiscard]] std::optional<Person> find_person(database::Snapshot& snapshot, PersonId id);
[[nodiscard]] std::optional<Person> find_person_by_login(database::Snapshot& snapshot, std::string_view login);
[[nodiscard]] std::optional<Person> find_person_by_code(database::Snapshot& snapshot, std::string_view code);

// No way in any more: sessions end and tokens are revoked in the same transaction. Refused (forbidden) for oneself.
[[nodiscard]] Result<void> disable_person(database::Transaction& tx, PersonId person, const Asker& by);
// In again, with the habilitations still in force; sessions and tokens are made anew.
void enable_person(database::Transaction& tx, PersonId person, const Asker& by);

// The account that an identity provider's subject was linked to.
[[nodiscard]] std::optional<PersonId> find_person_by_identity(database::Snapshot& snapshot, std::string_view issuer,
                                                              std::string_view subject);
void link_identity(database::Transaction& tx, PersonId person, std::string_view issuer, std::string_view subject,
                   const Asker& by);

// ---- habilitations --------------------------------------------------------------------------------------------------

struct Habilitation {
  std::string code;
  PersonId person;
  Role role = Role::patrol;
  std::optional<TerritoryId> territory;  // nothing for instance roles
  std::optional<ServiceId> service;
  Sensitivity clearance = Sensitivity::ordinary;
  std::string act;  // reference of the decision it rests on
  std::string granted_by;
  Instant granted_at;
  Instant from;
  std::optional<Instant> until;  // in force in [from, until); nothing: until it is revoked
  std::optional<Instant> revoked_at;

  [[nodiscard]] bool is_in_force(Instant at) const {
    return from <= at && (!until || at < *until) && (!revoked_at || at < *revoked_at);
  }
};

struct NewHabilitation {
  PersonId person;
  Role role;
  std::optional<TerritoryId> territory;
  std::optional<ServiceId> service;
  Sensitivity clearance = Sensitivity::ordinary;
  std::string act;
  Instant from;
  std::optional<Instant> until;
  // What stands in the territory: real data, or data that are simulated or public.
  enum class Data { real, open } data = Data::real;
};

// Whether a new habilitation can stand beside those a person has; pure.
//   - nobody grants themselves (forbidden, field `person`)
//   - instance roles have neither territory nor service, the others have both (field `territory`, `service`)
//   - the period is not empty (field `until`), the act has 3 to 300 characters (field `act`)
//   - who administers or audits does nothing else, while it overlaps in time (conflict, field `role`): the technical
//     administrator sees no content, the auditor is no party to what they audit
//   - one service a territory (conflict, field `service`)
// grant() refuses besides (forbidden, field `territory`): an account of a demonstration goes where data are open only,
// and grants only other accounts of the demonstration; it needs no password.
[[nodiscard]] Result<void> check_habilitation(const NewHabilitation& wanted, const std::vector<Habilitation>& held,
                                              const Asker& by);

// Refused as check_habilitation says; a conflict leaves everything as it was.
[[nodiscard]] Result<Habilitation> grant(database::Transaction& tx, const NewHabilitation& wanted,
                                         crypto::Chance& chance, const Asker& by);
// Ends at once. Refused (not_found, field `habilitation`) when there is none of this code that is not revoked.
[[nodiscard]] Result<void> revoke(database::Transaction& tx, std::string_view code, const Asker& by);
// All of a person, past ones included, the latest `from` first.
[[nodiscard]] std::vector<Habilitation> habilitations_of(database::Snapshot& snapshot, PersonId person);
[[nodiscard]] std::vector<Habilitation> list_habilitations(database::Snapshot& snapshot);

// ---- from an account to a viewer ------------------------------------------------------------------------------------

// How far a person proved who they are: password, certificate or provider alone, or a second factor besides.
enum class Proof { one_factor, two_factors };

// Those in force at that moment; none of a disabled account. Pure, as the two after it.
[[nodiscard]] std::vector<Habilitation> in_force(const Person& person, std::vector<Habilitation> held, Instant at);
// Whether the role of a habilitation waits: the policy demands a second factor of it and its person came in without.
// They can sign in and enrol or give it, and are everywhere as without the role. Accounts of a demonstration never
// wait: what they reach is simulated or public, and behind a way in that asks nobody anything a second factor that the
// first visitor enrolled would only shut out the others.
[[nodiscard]] bool is_waiting(const Habilitation& held, const Person& person, const Policy& policy, Proof proof);
// The viewer that these habilitations make. A membership counts where the person still acts for the service they were
// admitted with: who moves to another one is admitted anew or is not in.
[[nodiscard]] Viewer make_viewer(const Person& person, const std::vector<Habilitation>& counting,
                                 const std::vector<Membership>& memberships);

// Who came in with that proof.
[[nodiscard]] Viewer load_viewer(database::Snapshot& snapshot, const Person& person, const Policy& policy, Proof proof,
                                 Instant at);
// What somebody is however they come in: for what is decided about them in their absence.
[[nodiscard]] Viewer load_viewer(database::Snapshot& snapshot, const Person& person, Instant at);
// The same with these places in compartments alone: the person's others are not even read.
[[nodiscard]] Viewer load_viewer(database::Snapshot& snapshot, const Person& person, std::span<const Membership> only,
                                 Instant at);
// In force and waiting.
[[nodiscard]] std::vector<Habilitation> load_waiting(database::Snapshot& snapshot, const Person& person,
                                                     const Policy& policy, Proof proof, Instant at);

}  // namespace quadrille::access
