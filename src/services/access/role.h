#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/text.h"

// What a person is for a service, and what that lets them do. A role is given by a habilitation, for one territory and
// between two dates; it never comes from an identity provider.

namespace quadrille::access {

enum class Role {
  patrol,
  analyst,
  commander,
  duty_officer,
  prosecutor,
  prefecture,
  municipal,
  partner,
  auditor,
  administrator,
};
inline constexpr Role roles[] = {Role::patrol,     Role::analyst,      Role::commander, Role::duty_officer,
                                 Role::prosecutor, Role::prefecture,   Role::municipal, Role::partner,
                                 Role::auditor,    Role::administrator};

[[nodiscard]] std::string_view name_of(Role role);  // "duty_officer"
[[nodiscard]] std::optional<Role> role_named(std::string_view name);
[[nodiscard]] const Text& label_of(Role role);

// One thing that can be asked of the product. Every endpoint and command names the one it needs.
enum class Capability {
  see_instance,       // that there is an instance, one's own account: everyone who is signed in
  see_aggregates,     // masked counts by sector and month
  see_picture,        // the picture, its layers, studies
  save_study,         // keeps a picture
  export_masked,      // takes masked counts out: exports, OGC API
  import_facts,       // brings facts in
  manage_territory,   // sectors, streets, calendar, services
  submit_note,        // writes a note
  follow_own_notes,   // what became of the notes one wrote
  read_notes,         // those whose marking lets one
  work_notes,         // verify, enrich, attribute, record a result
  request_services,   // asks another service, answers it
  search_links,       // objects that share a selector
  declare_operation,  // event deconfliction
  query_target,       // target deconfliction
  run_duty_desk,      // acknowledges and escalates conflicts
  set_judicial,       // judicial strategy and marking
  print_dossier,      // provenance of an object
  recall,             // takes back what one's service gave
  answer_received,    // answers for what one's service received: when it is taken back, when it lets it go sooner
  open_compartment,   // opens compartments; admits to, dismisses from and closes those one is in
  answer_person,      // what is held on a person who exercises their rights
  read_log,           // the audit log, and why an access was refused
  manage_accounts,    // accounts and habilitations
  run_instance,       // keys, backups, legal acts that switch parts on
};
inline constexpr Capability capabilities[] = {
    Capability::see_instance,     Capability::see_aggregates,    Capability::see_picture,
    Capability::save_study,       Capability::export_masked,     Capability::import_facts,
    Capability::manage_territory, Capability::submit_note,       Capability::follow_own_notes,
    Capability::read_notes,       Capability::work_notes,        Capability::request_services,
    Capability::search_links,     Capability::declare_operation, Capability::query_target,
    Capability::run_duty_desk,    Capability::set_judicial,      Capability::print_dossier,
    Capability::recall,           Capability::answer_received,   Capability::open_compartment,
    Capability::answer_person,    Capability::read_log,          Capability::manage_accounts,
    Capability::run_instance};

// Whether what it lets a person see or take out is content: then the purpose is demanded first and the act is logged.
[[nodiscard]] bool is_content(Capability capability);

[[nodiscard]] std::string_view name_of(Capability capability);
[[nodiscard]] std::optional<Capability> capability_named(std::string_view name);

}  // namespace quadrille::access
