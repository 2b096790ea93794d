#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

// How long each kind of thing is kept, as a table: every row has its source, and says whether the law sets the time or
// the house does. A receiver may shorten (Notes::shorten); nothing lengthens.

namespace quadrille::retention {

// From when the days run.
enum class From { received, ended, last_seen, recorded, deadline };

struct KeepingPeriod {
  std::string_view name;  // "note of a resident", stable
  Text what;
  int days = 0;
  From from = From::received;
  // The law sets this time, a text on another file sets it for the like, or it is the house's rule.
  enum class Basis { law, precedent, house } basis = Basis::house;
  Text source;  // article or act, with the date it was read
};
// In the order they are shown: notes by channel, persons, minors, requests, operations, conflicts, targets and
// questions about them, recalls, links, log.
[[nodiscard]] std::span<const KeepingPeriod> periods();
[[nodiscard]] const KeepingPeriod& period_named(std::string_view name);  // CHECKs that there is one

[[nodiscard]] std::string_view name_of(From from);
[[nodiscard]] const Text& label_of(From from);
[[nodiscard]] const Text& label_of(KeepingPeriod::Basis basis);

// The end of keeping of something made of others: the earliest of its sources' and of its own. Never later than any.
[[nodiscard]] Instant earliest_end(std::span<const Instant> sources, Instant own);

// What becomes of what was kept about somebody whom a judicial decision clears.
enum class Decision {
  acquittal,     // relaxe, acquittement
  no_case,       // non-lieu
  discontinued,  // classement sans suite
};
inline constexpr Decision decisions[] = {Decision::acquittal, Decision::no_case, Decision::discontinued};
[[nodiscard]] std::string_view name_of(Decision decision);
[[nodiscard]] std::optional<Decision> decision_named(std::string_view name);
[[nodiscard]] const Text& label_of(Decision decision);
// The article that asks for it, and where the house is stricter than it.
[[nodiscard]] const Text& source_of(Decision decision);

// The table in Markdown, for docs/recall.md; a test keeps the page equal.
[[nodiscard]] std::string printed_periods();
[[nodiscard]] std::string printed_decisions();

}  // namespace quadrille::retention
