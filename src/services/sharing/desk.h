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
#include "services/access/access.h"
#include "services/access/viewer.h"
#include "services/sharing/operations.h"
#include "services/sharing/releases.h"

// The duty desk: each of the two services of a conflict owns its side of it. A side is acknowledged by a duty officer
// within ten minutes, or it escalates to the commanders of that service. Both sides see each other's state, and nothing
// else of each other.

namespace quadrille::sharing {

enum class ConflictKind { event, target };
[[nodiscard]] std::string_view name_of(ConflictKind kind);
[[nodiscard]] const Text& label_of(ConflictKind kind);

enum class SideState { open, acknowledged, escalated };
inline constexpr SideState side_states[] = {SideState::open, SideState::acknowledged, SideState::escalated};
enum class DeskStep {
  acknowledge,  // "I have it": the officer becomes its owner
  take_back,    // by the same officer, within two minutes: a slip of the finger
  escalate,     // by a person, with a reason
  expire,       // by the clock, ten minutes after it was told
};
inline constexpr DeskStep desk_steps[] = {DeskStep::acknowledge, DeskStep::take_back, DeskStep::escalate,
                                          DeskStep::expire};
[[nodiscard]] std::string_view name_of(SideState state);
[[nodiscard]] const Text& label_of(SideState state);
[[nodiscard]] std::string_view name_of(DeskStep step);
[[nodiscard]] std::optional<DeskStep> desk_step_named(std::string_view name);

// The procedure as a table; what is not in it is refused.
struct DeskRule {
  SideState from;
  DeskStep step;
  SideState to;
};
[[nodiscard]] std::span<const DeskRule> desk_rules();
[[nodiscard]] std::optional<SideState> next(SideState from, DeskStep step);

inline constexpr std::int64_t acknowledge_within_ms = 10 * 60 * 1000;
inline constexpr std::int64_t take_back_within_ms = 2 * 60 * 1000;

// ---- whom to call ---------------------------------------------------------------------------------------------------

// By the service itself: the asker's service in the territory. Name 1 to 80 bytes, telephone in any usual writing, kept
// in its normal form (fields `name`, `phone`).
[[nodiscard]] Result<void> set_contact(database::Transaction& tx, TerritoryId territory, const std::string& name,
                                       const std::string& phone, const access::Asker& by);

// ---- conflicts ------------------------------------------------------------------------------------------------------

// One side of a new conflict; the operation is its own, where there is one.
struct SideOf {
  ServiceId service;
  std::optional<OperationId> operation = {};
  std::optional<NoteId> note = {};  // its own, that lies in the other's operation (note_matching.h)
};
// Makes the conflict with both sides open and wakes both desks; for operations.h and targets.h. Returns its code.
[[nodiscard]] std::string open_conflict(database::Transaction& tx, TerritoryId territory, ConflictKind kind,
                                        const SideOf& first, const SideOf& second, crypto::Chance& chance,
                                        const access::Asker& by);

struct Conflict {
  std::string code;
  ConflictKind kind = ConflictKind::event;
  Instant made_at;
  Instant due;
  SideState state = SideState::open;  // of the asker's side
  std::string officer;                // who acted on it last, as in the log; empty: nobody yet
  std::optional<Instant> acted_at;
  std::string words;               // the reason of an escalation
  bool can_be_taken_back = false;  // by the asker, now
  SideState other_state = SideState::open;
  releases::Contact call;                // the other side
  std::optional<std::string> operation;  // code of the asker's own, where they may read it
  std::string operation_title;           // likewise
  std::optional<NoteId> note;            // the asker's own service's; whether they may read it is for notes to say
};

// Those of the asker's service in the territory, open first, then the newest, 200 at most; none for who has no service
// there.
[[nodiscard]] std::vector<Conflict> list_conflicts(database::Snapshot& snapshot, const access::Readable& readable,
                                                   TerritoryId territory, const access::Asker& asker);

// Acknowledge, take back or escalate the asker's side. Refused: a conflict of other services as one that does not exist
// (not_found); a step that the table or its condition does not allow (conflict, field `step`); an escalation without a
// reason (field `reason`).
[[nodiscard]] Result<SideState> act(database::Transaction& tx, TerritoryId territory, std::string_view code,
                                    DeskStep step, const std::string& reason, const access::Asker& by);

// Escalates every open side whose time is over; returns how many. O(overdue sides).
int escalate_overdue(database::Transaction& tx, Instant now);
[[nodiscard]] bool has_overdue(database::Snapshot& snapshot, Instant now);

// ---- what desks are woken by ----------------------------------------------------------------------------------------

// Written by the transactions above and read by whoever tells the pages (edge/api), so that an alert of another process
// arrives as well, and none that was rolled back. Holds codes only.
struct DeskEvent {
  std::int64_t number = 0;
  TerritoryId territory;
  ServiceId service;
  std::string conflict;
  std::string what;  // "told", "acknowledged", "taken_back", "escalated": the step, on either side
  Instant at;
};
[[nodiscard]] std::vector<DeskEvent> load_desk_events(database::Snapshot& snapshot, std::int64_t after, int limit);
[[nodiscard]] std::int64_t last_desk_event(database::Snapshot& snapshot);

}  // namespace quadrille::sharing
