#include "services/access/role.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::access {
namespace {

struct RoleRow {
  Role role;
  std::string_view name;
  Text label;
};
const RoleRow role_rows[] = {
    {Role::patrol, "patrol", {"Patrouille", "Patrol"}},
    {Role::analyst, "analyst", {"Analyste", "Analyst"}},
    {Role::commander, "commander", {"Commandement", "Commander"}},
    {Role::duty_officer, "duty_officer", {"Permanence", "Duty officer"}},
    {Role::prosecutor, "prosecutor", {"Parquet", "Prosecutor's office"}},
    {Role::prefecture, "prefecture", {"Préfecture", "Prefecture"}},
    {Role::municipal, "municipal", {"Police municipale", "Municipal police"}},
    {Role::partner, "partner", {"Partenaire", "Partner"}},
    {Role::auditor, "auditor", {"Contrôle et protection des données", "Auditor, data protection"}},
    {Role::administrator, "administrator", {"Administration technique", "Technical administrator"}},
};

struct CapabilityRow {
  Capability capability;
  std::string_view name;
};
constexpr CapabilityRow capability_rows[] = {
    {Capability::see_instance, "see_instance"},
    {Capability::see_aggregates, "see_aggregates"},
    {Capability::see_picture, "see_picture"},
    {Capability::save_study, "save_study"},
    {Capability::export_masked, "export_masked"},
    {Capability::import_facts, "import_facts"},
    {Capability::manage_territory, "manage_territory"},
    {Capability::submit_note, "submit_note"},
    {Capability::follow_own_notes, "follow_own_notes"},
    {Capability::read_notes, "read_notes"},
    {Capability::work_notes, "work_notes"},
    {Capability::request_services, "request_services"},
    {Capability::search_links, "search_links"},
    {Capability::declare_operation, "declare_operation"},
    {Capability::query_target, "query_target"},
    {Capability::run_duty_desk, "run_duty_desk"},
    {Capability::set_judicial, "set_judicial"},
    {Capability::print_dossier, "print_dossier"},
    {Capability::recall, "recall"},
    {Capability::answer_person, "answer_person"},
    {Capability::read_log, "read_log"},
    {Capability::manage_accounts, "manage_accounts"},
    {Capability::run_instance, "run_instance"},
};

const RoleRow& row_of(Role role) {
  const auto* row = std::ranges::find(role_rows, role, &RoleRow::role);
  CHECK(row != std::end(role_rows));
  return *row;
}

}  // namespace

std::string_view name_of(Role role) { return row_of(role).name; }
const Text& label_of(Role role) { return row_of(role).label; }

std::optional<Role> role_named(std::string_view name) {
  const auto* row = std::ranges::find(role_rows, name, &RoleRow::name);
  return row == std::end(role_rows) ? std::nullopt : std::optional(row->role);
}

std::string_view name_of(Capability capability) {
  const auto* row = std::ranges::find(capability_rows, capability, &CapabilityRow::capability);
  CHECK(row != std::end(capability_rows));
  return row->name;
}

std::optional<Capability> capability_named(std::string_view name) {
  const auto* row = std::ranges::find(capability_rows, name, &CapabilityRow::name);
  return row == std::end(capability_rows) ? std::nullopt : std::optional(row->capability);
}

}  // namespace quadrille::access
