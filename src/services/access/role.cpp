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
  enum class Shows { content, no_content } shows;
};
using enum CapabilityRow::Shows;
constexpr CapabilityRow capability_rows[] = {
    {Capability::see_instance, "see_instance", no_content},
    {Capability::see_aggregates, "see_aggregates", content},
    {Capability::see_picture, "see_picture", content},
    {Capability::save_study, "save_study", content},
    {Capability::export_masked, "export_masked", content},
    {Capability::import_facts, "import_facts", content},
    {Capability::manage_territory, "manage_territory", no_content},
    {Capability::submit_note, "submit_note", no_content},
    {Capability::follow_own_notes, "follow_own_notes", no_content},
    {Capability::read_notes, "read_notes", content},
    {Capability::work_notes, "work_notes", content},
    {Capability::request_services, "request_services", content},
    {Capability::search_links, "search_links", content},
    {Capability::declare_operation, "declare_operation", content},
    {Capability::query_target, "query_target", content},
    {Capability::run_duty_desk, "run_duty_desk", content},
    {Capability::set_judicial, "set_judicial", content},
    {Capability::print_dossier, "print_dossier", content},
    {Capability::recall, "recall", content},
    {Capability::answer_received, "answer_received", content},
    {Capability::open_compartment, "open_compartment", content},
    {Capability::answer_person, "answer_person", content},
    {Capability::read_log, "read_log", content},
    {Capability::manage_accounts, "manage_accounts", no_content},
    {Capability::run_instance, "run_instance", no_content},
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

bool is_content(Capability capability) {
  const auto* row = std::ranges::find(capability_rows, capability, &CapabilityRow::capability);
  CHECK(row != std::end(capability_rows));
  return row->shows == content;
}

std::optional<Capability> capability_named(std::string_view name) {
  const auto* row = std::ranges::find(capability_rows, name, &CapabilityRow::name);
  return row == std::end(capability_rows) ? std::nullopt : std::optional(row->capability);
}

}  // namespace quadrille::access
