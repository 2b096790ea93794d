#include "host/geodesy/projection.h"

#include <gtest/gtest.h>

#include <cmath>

namespace quadrille::geodesy {
namespace {

TEST(Projection, lambert_93_agrees_with_its_definition_at_its_origin) {
  // EPSG:2154: false origin 46.5 N, 3 E at 700,000 m, 6,600,000 m.
  const auto projection = Projection::open(2154);
  ASSERT_TRUE(projection);
  const auto origin = projection->to_plane(*LonLat::checked(3.0, 46.5));
  ASSERT_TRUE(origin);
  EXPECT_NEAR(origin->east_m(), 700'000, 0.002);
  EXPECT_NEAR(origin->north_m(), 6'600'000, 0.002);
}

TEST(Projection, places_go_there_and_back_to_the_centimetre) {
  const auto projection = Projection::open(32610);
  ASSERT_TRUE(projection);
  for (double lon = -122.52; lon < -122.35; lon += 0.0137) {
    for (double lat = 37.70; lat < 37.83; lat += 0.0119) {
      const auto place = *LonLat::checked(lon, lat);
      const auto back = projection->to_lonlat(*projection->to_plane(place));
      ASSERT_TRUE(back);
      EXPECT_LE(std::abs(back->lon_e7() - place.lon_e7()), 1);
      EXPECT_LE(std::abs(back->lat_e7() - place.lat_e7()), 1);
    }
  }
}

TEST(Projection, systems_without_metres_are_refused) {
  for (const int epsg : {4326, 999999, 2225 /* feet */}) {
    const auto opened = Projection::open(epsg);
    ASSERT_FALSE(opened) << epsg;
    EXPECT_EQ(opened.error().field, "crs");
  }
}

TEST(ToLonLat, takes_east_before_north_whatever_the_system_says) {
  const auto from_lambert = ToLonLat::open(2154);
  ASSERT_TRUE(from_lambert);
  const auto place = (*from_lambert)(700'000, 6'600'000);
  ASSERT_TRUE(place);
  EXPECT_NEAR(place->lon_degrees(), 3.0, 1e-6);
  const auto from_degrees = ToLonLat::open(4326);
  EXPECT_EQ((*from_degrees)(3.0, 46.5), LonLat::checked(3.0, 46.5));
}

TEST(Utm, zones_follow_longitude_and_hemisphere) {
  EXPECT_EQ(utm_epsg_at(*LonLat::checked(-122.4, 37.7)), 32610);
  EXPECT_EQ(utm_epsg_at(*LonLat::checked(55.5, -21.1)), 32740);
}

}  // namespace
}  // namespace quadrille::geodesy
