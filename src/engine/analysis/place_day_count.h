#pragma once

#include <cstdint>

namespace quadrille::analysis {

// So many events at a place on a day.
struct PlaceDayCount {
  std::uint32_t place = 0;
  std::int32_t day = 0;
  std::int32_t count = 1;
};

}  // namespace quadrille::analysis
