#include "base/place.h"

#include <cmath>

namespace quadrille {

std::optional<LonLat> LonLat::checked(double lon_degrees, double lat_degrees) {
  if (!std::isfinite(lon_degrees) || !std::isfinite(lat_degrees)) return std::nullopt;
  if (std::abs(lon_degrees) > 180.0 || std::abs(lat_degrees) > 90.0) return std::nullopt;
  return checked_e7(std::llround(lon_degrees * per_degree), std::llround(lat_degrees * per_degree));
}

std::optional<LonLat> LonLat::checked_e7(std::int64_t lon_e7, std::int64_t lat_e7) {
  constexpr std::int64_t max_lon = 1'800'000'000;
  constexpr std::int64_t max_lat = 900'000'000;
  if (lon_e7 < -max_lon || lon_e7 > max_lon || lat_e7 < -max_lat || lat_e7 > max_lat) return std::nullopt;
  return LonLat(static_cast<std::int32_t>(lon_e7), static_cast<std::int32_t>(lat_e7));
}

Projected to_projected(double east_m, double north_m) {
  return {std::llround(east_m * 1000.0), std::llround(north_m * 1000.0)};
}

}  // namespace quadrille
