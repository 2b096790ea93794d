#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/access/viewer.h"
#include "services/audit/reference.h"
#include "services/sharing/area.h"
#include "services/sharing/releases.h"
#include "services/territory/territory.h"

// Event deconfliction: a service declares what it will do somewhere at some time; where that meets what another service
// declared, both duty desks are told at once and nothing more (desk.h). The check is part of the declaring transaction:
// of two that meet, whichever comes second finds the first.

namespace quadrille::sharing {

// How the log's objects of this module are called (services/journal).
[[nodiscard]] std::span<const audit::Reference> references();

using OperationId = Id<struct OperationTag>;

enum class OperationKind {
  operation,  // people act openly
  discreet,   // people watch: no uniform should come by, and the planner must not know why (exclusions.h)
};
inline constexpr OperationKind operation_kinds[] = {OperationKind::operation, OperationKind::discreet};
[[nodiscard]] std::string_view name_of(OperationKind kind);
[[nodiscard]] const Text& label_of(OperationKind kind);
[[nodiscard]] std::optional<OperationKind> operation_kind_named(std::string_view name);

struct CirclePlace {
  LonLat centre;
  int radius_m = 0;
  friend bool operator==(const CirclePlace&, const CirclePlace&) = default;
};
struct SectorPlace {
  SectorId sector;
  friend bool operator==(const SectorPlace&, const SectorPlace&) = default;
};
using OperationPlace = std::variant<CirclePlace, SectorPlace>;

// Wide or long declarations would ask about a whole town: each declaration is a question too.
inline constexpr int radius_m_min = 25;
inline constexpr int radius_m_max = 2000;
inline constexpr int window_days_max = 14;

struct NewOperation {
  OperationKind kind;
  std::string title;  // for those who may read it, 1 to 200 bytes
  OperationPlace place;
  Period window;
  access::Marking marking;  // of the territory, originator the asker's service
};

struct Operation {
  OperationId id;
  std::string code;
  ServiceId service;
  OperationKind kind = OperationKind::operation;
  MarkingId marking;
  std::string title;
  OperationPlace place;
  Period window;
  Instant declared_at;
  bool is_cancelled = false;
};

struct Declared {
  std::string code;
  std::vector<releases::ConflictHit> hits;  // one for each other service that is met
};

// Refused: no service in the territory (forbidden); fields `title`, `place`, `window`, `marking`. Makes the conflicts,
// wakes both desks (desk.h) and records everything. O(operations of other services in the window).
[[nodiscard]] Result<Declared> declare(database::Transaction& tx, const territory::Territory& territory,
                                       const NewOperation& wanted, crypto::Chance& chance, const access::Asker& by);
// Those that a person may read and that are not over at `from`, the next to begin first.
[[nodiscard]] std::vector<Operation> list_operations(database::Snapshot& snapshot, const access::Readable& readable,
                                                     TerritoryId territory, Instant from);
// By its own service only; of another's, as of none (not_found). Conflicts that were told stay.
[[nodiscard]] Result<void> cancel(database::Transaction& tx, const access::Readable& readable, TerritoryId territory,
                                  std::string_view code, const access::Asker& by);

// The place in the plane, for the overlap. Refused (not_found, field `place`): no such sector; (invalid) a place
// outside the projection.
[[nodiscard]] Result<Area> to_area(database::Snapshot& snapshot, const territory::Territory& territory,
                                   const OperationPlace& place);

}  // namespace quadrille::sharing
