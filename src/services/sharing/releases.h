#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "host/database/database.h"

// The named releases: the only places where something that depends on what a person may not read reaches them. Each
// function says what it tells at most, and a test of its own holds it to that. Whatever is not here is subject to
// non-interference without exception.

namespace quadrille::sharing::releases {

// Whom to call: the desk of a service, as that service wrote it down.
struct Contact {
  std::string service;  // its name
  std::string desk;     // the service's name where it wrote none
  std::string phone;    // empty where it wrote none
  friend bool operator==(const Contact&, const Contact&) = default;
};

// A conflict, to either of its two services.
struct ConflictHit {
  std::string conflict;  // its code: the same for both, so that they can speak of it
  Contact call;
  Instant due;  // to be acknowledged by then
  friend bool operator==(const ConflictHit&, const ConflictHit&) = default;
};
// Tells at most: that one other service has an operation or discreet measure that meets the asker's own in place and
// time, or that a note of the asker's service lies in (or holds a target they named), which service, and its desk. Not:
// how many of them, of what kind, where, when, whose marking.
[[nodiscard]] ConflictHit conflict_hit(database::Snapshot& snapshot, TerritoryId territory, const std::string& conflict,
                                       ServiceId other, Instant due);

// Tells at most, for one question: whether another service registered the same target in this key epoch, and the desks
// of those who did, in order of name. Not: since when, how often, nor anything of the target.
struct TargetAnswer {
  std::vector<Contact> call;  // none: no hit
  [[nodiscard]] bool is_hit() const { return !call.empty(); }
};
[[nodiscard]] TargetAnswer target_answer(database::Snapshot& snapshot, TerritoryId territory,
                                         const std::vector<ServiceId>& holders);

// Where no team in uniform is to be sent, for the planner.
struct Exclusion {
  std::vector<SectorId> sectors;  // sorted
  Period period;
  friend bool operator==(const Exclusion&, const Exclusion&) = default;
};
// Tells at most: of each group of exclusions with one period, that at least one of every four may be meant; which of
// them cannot be told better than by drawing (exclusions.h). In order of sectors and period, without reason, service
// or number.
[[nodiscard]] std::vector<Exclusion> exclusions(database::Snapshot& snapshot, TerritoryId territory,
                                                const Period& period);

// Tells at most: how many conflicts were made in the territory in a period, where that is none or at least five.
[[nodiscard]] std::optional<std::int64_t> conflict_count(database::Snapshot& snapshot, TerritoryId territory,
                                                         const Period& period);

// A recall, to those of a service it is addressed to whom no role lets read notes: they may hold what was sent to them.
struct RecallLine {
  std::string recall;  // its code, to answer it by
  std::string object;  // by its code: "note abcdefghijklmnop"
  Instant deadline;    // every copy destroyed and the answer given by then
  Contact call;        // of the service that takes it back
  friend bool operator==(const RecallLine&, const RecallLine&) = default;
};
// Tells at most: that one service takes the object of that code back from the asker's, by when, and its desk. Not: what
// it says, of where or when, why it is taken back, whether the originator keeps it, its marking, who else holds it, nor
// what is known of the asker's service. `bare`: the line but for `call`.
[[nodiscard]] RecallLine recall_line(database::Snapshot& snapshot, TerritoryId territory, RecallLine bare,
                                     ServiceId originator);

// Tells: how many entries the audit log has. Everybody may know: it is in every checkpoint.
[[nodiscard]] std::int64_t log_size(database::Snapshot& snapshot);

}  // namespace quadrille::sharing::releases
