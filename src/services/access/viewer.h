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

// A person's place in a compartment, for the service they acted for when they were admitted.
struct Membership {
  CompartmentId compartment;
  TerritoryId territory;
  ServiceId service;
};

struct Viewer {
  PersonId person;
  std::string login;
  std::vector<Standing> standings;                      // at most one a territory
  std::set<Role> instance_roles;                        // administrator, auditor: not tied to a territory
  std::vector<CompartmentId> compartments;              // sorted; the ones the person is in now
  std::optional<std::set<Capability>> limited_to = {};  // by the token they come with: nothing beyond these

  [[nodiscard]] const Standing* in(TerritoryId territory) const {
    for (const auto& standing : standings)
      if (standing.territory == territory) return &standing;
    return nullptr;
  }
  // Where they stand.
  [[nodiscard]] std::vector<TerritoryId> territories() const {
    std::vector<TerritoryId> found;
    for (const auto& standing : standings) found.push_back(standing.territory);
    return found;
  }
  friend bool operator==(const Viewer&, const Viewer&) = default;
};

// Whoever is at the machine, while an instance has no account at all: every role of a cell in every territory, and of
// no service, so that no note's marking lets them read it. `way_in` ("local:cli") stands in the log for a person.
[[nodiscard]] Viewer local_viewer(std::string way_in, const std::vector<TerritoryId>& territories);

// Who asks, why and when: what use cases take, and what the audit log writes down.
struct Asker {
  Viewer viewer;
  std::string purpose;      // in the person's words; demanded before content is shown
  std::string legal_basis;  // a reference, where one is needed
  Instant at;

  // The actor of audit entries and of changes: "person:12"; who has no account is named by the way in ("local:cli").
  [[nodiscard]] std::string actor() const {
    return viewer.person.value == 0 ? viewer.login : "person:" + std::to_string(viewer.person.value);
  }
};

}  // namespace quadrille::access
