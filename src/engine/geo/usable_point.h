#pragma once

#include <cmath>

#include "engine/geo/point.h"

namespace quadrille::geo {

// Finite and within a million kilometres of the origin: no projection gives more, and up to there squares and numbers
// of cells stay exact.
[[nodiscard]] inline bool is_usable(Point point) { return std::abs(point.x_m) <= 1e9 && std::abs(point.y_m) <= 1e9; }

}  // namespace quadrille::geo
