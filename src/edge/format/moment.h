#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace quadrille::format {

// "2026-11-25T21:00Z", "2026-11-25T21:00:05Z" or with milliseconds, as format_utc writes it; always UTC, so that nobody
// wonders which clock is meant. Nothing for any other text.
[[nodiscard]] std::optional<Instant> parse_utc(std::string_view text);

}  // namespace quadrille::format
