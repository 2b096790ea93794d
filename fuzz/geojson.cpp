#include "host/geojson/geojson.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto areas = quadrille::geojson::parse_areas({reinterpret_cast<const char*>(data), size});
  if (!areas) return 0;
  for (const auto& area : *areas)
    for (const auto& polygon : area.shape)
      if (polygon.outer.size() < 4 || polygon.outer.front() != polygon.outer.back()) __builtin_trap();
  return 0;
}
