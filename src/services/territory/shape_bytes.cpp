#include "services/territory/shape_bytes.h"

#include "base/check.h"

namespace quadrille::territory {
namespace {

void append(database::Bytes& bytes, std::uint32_t word) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

void append(database::Bytes& bytes, const geojson::LonLatRing& ring) {
  append(bytes, static_cast<std::uint32_t>(ring.size()));
  for (const LonLat place : ring) {
    append(bytes, static_cast<std::uint32_t>(place.lon_e7()));
    append(bytes, static_cast<std::uint32_t>(place.lat_e7()));
  }
}

class Words {
 public:
  explicit Words(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint32_t next() {
    CHECK(at_ + 4 <= bytes_.size());
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) word |= std::uint32_t{bytes_[at_ + i]} << (8 * i);
    at_ += 4;
    return word;
  }
  geojson::LonLatRing ring() {
    geojson::LonLatRing ring;
    for (std::uint32_t left = next(); left > 0; --left) {
      const auto lon = static_cast<std::int32_t>(next());
      const auto lat = static_cast<std::int32_t>(next());
      const auto place = LonLat::checked_e7(lon, lat);
      CHECK(place.has_value());
      ring.push_back(*place);
    }
    return ring;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

database::Bytes to_bytes(const geojson::LonLatShape& shape) {
  database::Bytes bytes;
  append(bytes, static_cast<std::uint32_t>(shape.size()));
  for (const auto& polygon : shape) {
    append(bytes, static_cast<std::uint32_t>(1 + polygon.holes.size()));
    append(bytes, polygon.outer);
    for (const auto& hole : polygon.holes) append(bytes, hole);
  }
  return bytes;
}

geojson::LonLatShape from_bytes(std::span<const std::uint8_t> bytes) {
  Words words(bytes);
  geojson::LonLatShape shape;
  for (std::uint32_t left = words.next(); left > 0; --left) {
    geojson::LonLatPolygon polygon;
    const std::uint32_t rings = words.next();
    CHECK(rings >= 1);
    polygon.outer = words.ring();
    for (std::uint32_t i = 1; i < rings; ++i) polygon.holes.push_back(words.ring());
    shape.push_back(std::move(polygon));
  }
  return shape;
}

}  // namespace quadrille::territory
