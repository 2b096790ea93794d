#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/sharing/desk.h"
#include "services/sharing/operations.h"

// The rows behind services/sharing; only its use cases call these.

namespace quadrille::sharing::store {

// ---- operations -----------------------------------------------------------------------------------------------------

[[nodiscard]] OperationId insert_operation(database::Transaction& tx, TerritoryId territory, const Operation& operation,
                                           const geo::Extent& extent, const std::string& declared_by);
// Not cancelled, of other services than `service`, meeting the window and the extent; in order of number.
[[nodiscard]] std::vector<Operation> near_operations(database::Snapshot& snapshot, TerritoryId territory,
                                                     ServiceId service, const Period& window,
                                                     const geo::Extent& extent);
// Whether any is declared and not cancelled in that time, whoever's.
[[nodiscard]] bool has_operations(database::Snapshot& snapshot, TerritoryId territory, const Period& window);
// Whether that operation met that service already.
[[nodiscard]] bool has_conflict(database::Snapshot& snapshot, OperationId operation, ServiceId other);
// Of that service, where its marking may be read.
[[nodiscard]] std::optional<Operation> find_operation(database::Snapshot& snapshot, const access::Readable& readable,
                                                      TerritoryId territory, ServiceId service, std::string_view code);
void set_cancelled(database::Transaction& tx, OperationId operation, Instant at);

// ---- desk -----------------------------------------------------------------------------------------------------------

void replace_contact(database::Transaction& tx, TerritoryId territory, ServiceId service, const std::string& name,
                     const std::string& phone);
[[nodiscard]] releases::Contact load_contact(database::Snapshot& snapshot, TerritoryId territory, ServiceId service);

[[nodiscard]] ConflictId insert_conflict(database::Transaction& tx, TerritoryId territory, const std::string& code,
                                         ConflictKind kind, Instant made_at, Instant due);
void insert_side(database::Transaction& tx, ConflictId conflict, TerritoryId territory, const SideOf& side,
                 Instant made_at, Instant due);

struct SideRow {
  ConflictId conflict;
  std::string code;
  ConflictKind kind = ConflictKind::event;
  TerritoryId territory;
  ServiceId service;
  ServiceId other_service;
  SideState state = SideState::open;
  SideState other_state = SideState::open;
  std::string officer;
  std::optional<Instant> acted_at;
  std::string words;
  Instant made_at;
  Instant due;
  std::optional<std::string> operation_code;
  std::string operation_title;
  std::optional<MarkingId> operation_marking;
  std::optional<NoteId> note;
};
[[nodiscard]] std::vector<SideRow> sides_of(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                            int limit);
[[nodiscard]] std::optional<SideRow> find_side(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                               std::string_view code);
[[nodiscard]] std::vector<SideRow> overdue_sides(database::Snapshot& snapshot, Instant now);
void update_side(database::Transaction& tx, ConflictId conflict, ServiceId service, SideState state,
                 const std::string& officer, Instant at, const std::string& words);
void insert_event(database::Transaction& tx, TerritoryId territory, ServiceId service, const std::string& conflict,
                  std::string_view what, Instant at);

// ---- exclusions -----------------------------------------------------------------------------------------------------

void insert_exclusion(database::Transaction& tx, TerritoryId territory, const std::vector<SectorId>& sectors,
                      const Period& period);
// How many operations had their centre in each sector since a moment.
struct PlacedOperation {
  OperationPlace place;
};
[[nodiscard]] std::vector<PlacedOperation> places_since(database::Snapshot& snapshot, TerritoryId territory,
                                                        Instant since);

}  // namespace quadrille::sharing::store
