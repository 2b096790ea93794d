#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "services/audit/audit.h"

// How people call what the log knows by kind and number: the code that stands on the page. Each module that records
// objects says where its codes stand; whoever reads the log joins them at that moment, and the log never holds one
// more.

namespace quadrille::audit {

struct Reference {
  std::string_view kind;   // as Object::kind
  Text label;              // "Fiche"
  std::string_view table;  // of the module that says so, with both columns
  std::string_view number = "id";
  std::string_view code = "code";
  // Expressions over the same row: where it belongs, and the note that it is a part of. Empty: it has none.
  std::string_view territory{};
  std::string_view made_utc_ms{};
  std::string_view note{};
};

// Nothing when no object has this code, or has it any more. One look-up.
[[nodiscard]] std::optional<Object> find_object(database::Snapshot& snapshot, const Reference& reference,
                                                std::string_view code);
// What the log has to know of an object that still exists to look for it under other words than its own. One look-up.
struct Belonging {
  std::string code;
  std::optional<TerritoryId> territory;
  std::optional<Instant> made;
  std::optional<NoteId> note;
};
[[nodiscard]] std::optional<Belonging> find_belonging(database::Snapshot& snapshot, const Reference& reference,
                                                      std::int64_t number);
// Of those that still exist.
[[nodiscard]] std::map<std::int64_t, std::string> load_codes(database::Snapshot& snapshot, const Reference& reference,
                                                             std::span<const std::int64_t> numbers);

}  // namespace quadrille::audit
