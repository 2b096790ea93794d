#pragma once

#include <span>

#include "engine/analysis/change.h"

namespace quadrille::analysis {

// Weeks ascending, counts not negative, 0 to 7 observed days; refused with the field named.
[[nodiscard]] Result<void> check_series(std::span<const WeekCount> series);
// The same, and every week follows the one before and was observed whole.
[[nodiscard]] Result<void> check_series_without_holes(std::span<const WeekCount> series);

}  // namespace quadrille::analysis
