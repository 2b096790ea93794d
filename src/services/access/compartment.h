#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/person.h"

// Compartments: a procedure or an operation, and the few who know of it. What carries one in its marking is read by its
// members alone (policy.h, Clause::compartment).
//
// A compartment exists for its members only. To everybody else, the technical administrator included, one that they are
// not in and one that does not exist are the same, byte for byte: that is why its name is no unique key (a refusal
// would tell that somebody has it) and why it is asked for by a code that was drawn. The log has every act with the
// code and never the name, and the auditor reads it there.
//
//   opened by   whoever holds Capability::open_compartment in the territory; they are its first member
//   admitted by a member who holds it too; only persons whose role there reads notes, with an account that is open
//   left by     its member, or dismissed by one who holds the capability; in force at once, for a viewer is made anew
//               for every request
//   never empty somebody stays who may admit: otherwise nobody could read what is inside or let anybody in again
//   closed      nothing new is put inside and nobody is admitted; what is inside stays as it was, for its members

namespace quadrille::access {

enum class CompartmentKind { procedure, operation };
inline constexpr CompartmentKind compartment_kinds[] = {CompartmentKind::procedure, CompartmentKind::operation};
[[nodiscard]] std::string_view name_of(CompartmentKind kind);
[[nodiscard]] std::optional<CompartmentKind> compartment_kind_named(std::string_view name);
[[nodiscard]] const Text& label_of(CompartmentKind kind);

struct Compartment {
  CompartmentId id;
  std::string code;  // drawn
  TerritoryId territory;
  CompartmentKind kind = CompartmentKind::procedure;
  std::string name;  // what its members say: a code name, never a person's
  Instant opened_at;
  std::optional<Instant> closed_at;
};

struct CompartmentMember {
  Person person;
  Instant admitted_at;
  bool is_in_force = false;  // the account is open and still acts for the service it was admitted with
  bool may_admit = false;
};

struct NewCompartment {
  TerritoryId territory;
  CompartmentKind kind = CompartmentKind::procedure;
  std::string name;
};

// Refused: field `name` (2 to 24 capital letters, digits and hyphens; conflict: the asker is in an open one of that
// name), forbidden (field `role`: the asker's role opens none there, or they have no account).
[[nodiscard]] Result<Compartment> open_compartment(database::Transaction& tx, const NewCompartment& wanted,
                                                   crypto::Chance& chance, const Asker& by);

// Those the person is in, closed ones included, in order of name and code: the others do not exist for them.
[[nodiscard]] std::vector<Compartment> compartments_of(database::Snapshot& snapshot, const Viewer& viewer,
                                                       TerritoryId territory);
// Among one's own, by code, or by name: of several, the one that is open. Refused: not_found (field `field`);
// invalid_input where that leaves a choice.
[[nodiscard]] Result<Compartment> find_compartment(std::span<const Compartment> own, std::string_view word,
                                                   std::string_view field);
// The same, to put something inside. Refused besides (conflict) when it is closed.
[[nodiscard]] Result<Compartment> find_open_compartment(std::span<const Compartment> own, std::string_view word,
                                                        std::string_view field);
// Whether something may be put into all of them. Refused (conflict, field `compartments`) when one is closed and not
// among `already`: where it is now.
[[nodiscard]] Result<void> check_open(database::Snapshot& snapshot, const std::vector<CompartmentId>& wanted,
                                      const std::vector<CompartmentId>& already);

// In order of admission, under the policy in force. The caller's own compartment only.
[[nodiscard]] std::vector<CompartmentMember> members_of(database::Snapshot& snapshot, const Policy& policy,
                                                        const Compartment& compartment, Instant at);
// Whom the asker can name without being told their login: of their own service there, who could be admitted.
[[nodiscard]] std::vector<Person> colleagues_of(database::Snapshot& snapshot, const Policy& policy, const Asker& asker,
                                                TerritoryId territory);

// `code` is what the asker says; the answer for a compartment they are not in is that for one that does not exist
// (not_found, field `compartment`). Each is written with its audit entry.
//   admit    refused: forbidden (`role`), conflict (closed), `login` (nobody of that login can be admitted: one answer
//            for an unknown login, a closed account, another territory and a role that reads no notes)
//   dismiss  oneself: to leave. Refused: forbidden (`role`), not_found (`login`), conflict (`login`: nobody would be
//            left who may admit)
//   close    refused: forbidden (`role`), conflict (closed already)
[[nodiscard]] Result<void> admit(database::Transaction& tx, TerritoryId territory, std::string_view code,
                                 std::string_view login, const Asker& by);
[[nodiscard]] Result<void> dismiss(database::Transaction& tx, TerritoryId territory, std::string_view code,
                                   std::string_view login, const Asker& by);
[[nodiscard]] Result<void> close_compartment(database::Transaction& tx, TerritoryId territory, std::string_view code,
                                             const Asker& by);

// For Viewer::compartments.
[[nodiscard]] std::vector<Membership> memberships_of(database::Snapshot& snapshot, PersonId person);

}  // namespace quadrille::access
