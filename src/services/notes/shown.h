#pragma once

#include <optional>
#include <string>

#include "host/clock/time_zone.h"
#include "services/notes/note.h"

// How much of a note one person is shown. A resident's report could give its author away by its place and hour: whoever
// is not its verifier sees the sector, the half-day and the summary that the verifier wrote; the text itself, the
// point, landmarks and hours stay with the verifier and the author.

namespace quadrille::notes {

enum class Sight { exact, coarse };

// `is_author`, `is_verifier`: of the person who looks.
struct Looker {
  bool is_author = false;
  bool is_verifier = false;
};
[[nodiscard]] Sight sight_of(Channel channel, Looker looker);

// 0:00 to 12:00 or 12:00 to 24:00 of the territory's local day: the half-days that a window touches.
[[nodiscard]] Window half_days(const clock::TimeZone& zone, Window window);

// What is left of the content for others: facts = the summary (empty until there is one), no assessment, no point, the
// window by half-days, and no assertion that tells place or hour or is free words.
[[nodiscard]] Content coarse(const Content& content, const std::string& summary, const clock::TimeZone& zone);

}  // namespace quadrille::notes
