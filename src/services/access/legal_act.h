#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/viewer.h"

// What is nominative stays off until a territory turns it on with the reference of the act that allows it (loi 78-17,
// art. 31 and 89; read 2026-11-24). The act is the key: no act in force, no part.

namespace quadrille::access {

enum class Part {
  persons_in_notes,  // names, nicknames, plates, phones in notes
  target_matching,   // deconfliction of targets
};
inline constexpr Part parts[] = {Part::persons_in_notes, Part::target_matching};
[[nodiscard]] std::string_view name_of(Part part);
[[nodiscard]] std::optional<Part> part_named(std::string_view name);
[[nodiscard]] const Text& label_of(Part part);

struct LegalAct {
  std::string code;
  TerritoryId territory;
  Part part = Part::persons_in_notes;
  std::string reference;  // "arrêté préfectoral 2026-114 du 3 novembre 2026"
  Instant from;
  std::optional<Instant> until;  // it holds in [from, until); nothing: until it is ended
  std::string recorded_by;       // as in the audit log
  Instant recorded_at;
};

struct NewLegalAct {
  TerritoryId territory;
  Part part;
  std::string reference;
  Instant from;
  std::optional<Instant> until;
};

// Refused: field `reference` when it is shorter than 5 characters or longer than 300, `until` when it is not after
// `from`.
[[nodiscard]] Result<LegalAct> add_legal_act(database::Transaction& tx, const NewLegalAct& wanted,
                                             crypto::Chance& chance, const Asker& by);
// It holds no more from now on; what was done under it stays in the log. Refused (not_found, field `code`) when the
// territory has no such act.
[[nodiscard]] Result<void> end_legal_act(database::Transaction& tx, TerritoryId territory, std::string_view code,
                                         const Asker& by);

// The act under which a part is on at that moment; nothing: it is off.
[[nodiscard]] std::optional<LegalAct> find_legal_act(database::Snapshot& snapshot, TerritoryId territory, Part part,
                                                     Instant at);
// All that were ever recorded, the latest `from` first.
[[nodiscard]] std::vector<LegalAct> list_legal_acts(database::Snapshot& snapshot, TerritoryId territory);

}  // namespace quadrille::access
