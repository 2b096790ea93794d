#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/access/marking.h"
#include "services/access/role.h"
#include "services/access/viewer.h"

// Who may see what: pure rules over plain values. May read = every clause holds; a denial wins; what no clause lets
// through is refused. The rules' parameters are rows of a versioned table of the database (access_store.cpp); version 1
// is `first_policy()`.

namespace quadrille::access {

// Whether a role takes effect only for who came in with a second factor. Administrator and auditor always demand it.
enum class SecondFactor { free, required };
[[nodiscard]] std::string_view name_of(SecondFactor demand);
[[nodiscard]] std::optional<SecondFactor> second_factor_named(std::string_view name);

// What a role lets a person do, how far into markings it reaches, and how sure one must be of who holds it.
struct RolePolicy {
  std::set<Capability> capabilities;
  Sensitivity sensitivity_max = Sensitivity::ordinary;
  std::set<Regime> regimes;
  SecondFactor second_factor = SecondFactor::free;

  friend bool operator==(const RolePolicy&, const RolePolicy&) = default;
};

struct Policy {
  std::int64_t version = 0;
  std::map<Role, RolePolicy> roles;

  friend bool operator==(const Policy&, const Policy&) = default;
};

[[nodiscard]] const Policy& first_policy();

// Refused: an instance role that would see content (the auditor reads the log and answers persons, no more) and a
// policy under which nobody manages accounts any more (field `role`); an instance role without a second factor (field
// `second_factor`).
[[nodiscard]] Result<void> check_policy(const Policy& policy);
// Roles and what they may do, as a table in Markdown: docs/access.md holds that of the first policy.
[[nodiscard]] std::string policy_table(const Policy& policy, Language language);

// A policy from before Capability::answer_received, under which whoever held Capability::recall answered recalls too:
// they go on, and so do the roles that the first policy lets answer.
[[nodiscard]] Policy with_answers(Policy policy);

// Administrator and auditor hold for the whole instance; the others in the territories of their habilitations.
[[nodiscard]] bool is_instance_role(Role role);

[[nodiscard]] bool demands_second_factor(const Policy& policy, Role role);

// Whether the person holds a role with that capability in the territory; instance roles count everywhere.
[[nodiscard]] bool may(const Policy& policy, const Viewer& viewer, TerritoryId territory, Capability capability);
// The same in any territory.
[[nodiscard]] bool may_somewhere(const Policy& policy, const Viewer& viewer, Capability capability);

// The clauses of a marking, in the order they are asked; each is named in explanations to the auditor.
enum class Clause { denied, territory, role, service, keeping, sensitivity, regime, compartment };
[[nodiscard]] std::string_view name_of(Clause clause);
[[nodiscard]] const Text& label_of(Clause clause);

// `refused_by` is the first clause that does not hold; nothing: the person may read. Never told to the person refused.
struct Decision {
  std::optional<Clause> refused_by;
  [[nodiscard]] bool is_allowed() const { return !refused_by; }
};

// May `viewer` read what carries `marking`? O(log n) in the lists of the marking.
//   denied       the person is not on its list of denied
//   territory    a habilitation in force in its territory
//   role         one that reads notes (Capability::read_notes)
//   service      that of the originator, or a listed one
//   keeping      and none that ended its own keeping
//   sensitivity  no higher than the person's clearance and than a role of theirs reaches
//   regime       one that such a role reaches
//   compartment  the person is in every one
[[nodiscard]] Decision decide(const Policy& policy, const Viewer& viewer, const Marking& marking);

// May `viewer` be told, by a line and no more (sharing::releases::recall_line), that what carries `marking` is taken
// back from their service? Those of a listed service whom no role lets read notes: they hold what was sent to them,
// whatever its sensitivity and regime. Whoever reads notes is told by reading. A denial wins, and of what is inside a
// compartment nobody outside is told. A token that leaves reading out makes nobody of these.
[[nodiscard]] bool may_be_told(const Policy& policy, const Viewer& viewer, const Marking& marking);

// ---- handling codes -------------------------------------------------------------------------------------------------

// The ways by which information goes out of the store. A new one cannot be forgotten: the matrix test walks them all.
enum class Exit { screen, api_client, map, export_file, pdf, relay, procedure, exchange };
inline constexpr Exit exits[] = {Exit::screen, Exit::api_client, Exit::map,       Exit::export_file,
                                 Exit::pdf,    Exit::relay,      Exit::procedure, Exit::exchange};
[[nodiscard]] std::string_view name_of(Exit exit);
[[nodiscard]] const Text& label_of(Exit exit);

enum class Leave { free, with_release, never };
[[nodiscard]] std::string_view name_of(Leave leave);

// One row of the matrix handling code x exit.
[[nodiscard]] Leave leave_of(Handling handling, Exit exit);

// May it go out that way? `release`: the originator released this object for this exit. The refusal names the code
// and whose release is missing (kind forbidden, field `handling`).
enum class Release { none, given };
[[nodiscard]] Result<void> check_exit(Handling handling, Exit exit, Release release);

}  // namespace quadrille::access
