#pragma once

#include <compare>
#include <cstdint>
#include <optional>

// Places. Order is always lon, lat and east, north. Distances are taken in the plane (Projected) or along streets,
// never in degrees.

namespace quadrille {

// WGS 84 longitude and latitude, fixed point 1e-7 degree (about 1 cm), so that text <-> database round trips are exact.
class LonLat {
 public:
  static constexpr double per_degree = 1e7;

  // Nothing when not finite or outside [-180, 180] x [-90, 90].
  [[nodiscard]] static std::optional<LonLat> checked(double lon_degrees, double lat_degrees);
  [[nodiscard]] static std::optional<LonLat> checked_e7(std::int64_t lon_e7, std::int64_t lat_e7);

  [[nodiscard]] std::int32_t lon_e7() const { return lon_e7_; }
  [[nodiscard]] std::int32_t lat_e7() const { return lat_e7_; }
  [[nodiscard]] double lon_degrees() const { return lon_e7_ / per_degree; }
  [[nodiscard]] double lat_degrees() const { return lat_e7_ / per_degree; }

  friend auto operator<=>(LonLat, LonLat) = default;

 private:
  LonLat(std::int32_t lon_e7, std::int32_t lat_e7) : lon_e7_(lon_e7), lat_e7_(lat_e7) {}
  std::int32_t lon_e7_;
  std::int32_t lat_e7_;
};

// A point of a territory's plane (its CRS: Lambert-93 in France, UTM elsewhere), fixed point millimetres.
struct Projected {
  std::int64_t east_mm = 0;
  std::int64_t north_mm = 0;

  [[nodiscard]] double east_m() const { return static_cast<double>(east_mm) / 1000.0; }
  [[nodiscard]] double north_m() const { return static_cast<double>(north_mm) / 1000.0; }
  friend auto operator<=>(Projected, Projected) = default;
};

[[nodiscard]] Projected to_projected(double east_m, double north_m);

}  // namespace quadrille
