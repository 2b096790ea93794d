#pragma once

#include <span>

#include "host/database/database.h"
#include "host/geojson/geojson.h"

namespace quadrille::territory {

// A shape as it is stored: little-endian 32-bit words; the number of polygons, then for each its number of rings, then
// for each ring its number of positions and the positions as lon, lat in 1e-7 degree. Exact there and back.
[[nodiscard]] database::Bytes to_bytes(const geojson::LonLatShape& shape);
// The bytes come from our own database: a malformed one is a bug (CHECK).
[[nodiscard]] geojson::LonLatShape from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace quadrille::territory
