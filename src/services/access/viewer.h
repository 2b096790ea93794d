#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "services/access/marking.h"
#include "services/access/role.h"

// Who asks, as the rules see them: a plain value made from an account and the habilitations in force at one instant.

namespace quadrille::access {

// A person's place in one territory: one service, one or more roles there, cleared up to a sensitivity.
struct Standing {
  TerritoryId territory;
  ServiceId service;
  std::set<Role> roles;
  Sensitivity clearance = Sensitivity::ordinary;

  friend bool operator==(const Standing&, const Standing&) = default;
};

struct Viewer {
  PersonId person;
  std::string login;
  std::vector<Standing> standings;          // at most one a territory
  std::set<Role> instance_roles;            // administrator, auditor: not tied to a territory
  std::vector<CompartmentId> compartments;  // sorted; the ones the person is in now

  [[nodiscard]] const Standing* in(TerritoryId territory) const {
    for (const auto& standing : standings)
      if (standing.territory == territory) return &standing;
    return nullptr;
  }
  friend bool operator==(const Viewer&, const Viewer&) = default;
};

// Who asks, why and when: what use cases take, and what the audit log writes down.
struct Asker {
  Viewer viewer;
  std::string purpose;      // in the person's words; demanded before content is shown
  std::string legal_basis;  // a reference, where one is needed
  Instant at;

  // The actor of audit entries and of changes: "person:12".
  [[nodiscard]] std::string actor() const { return "person:" + std::to_string(viewer.person.value); }
};

}  // namespace quadrille::access
