#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "engine/geo/clipping.h"
#include "engine/simulation/city.h"

namespace quadrille::simulation {
namespace {

// At sea, 40 km south of the coast of Provence.
constexpr geo::Point origin{893'000, 6'203'000};
constexpr double half_width_m = 5'200;
constexpr double depth_m = 6'400;  // from the shore inland

// Smooth noise: a few sines whose phases come from the seed.
class Waves {
 public:
  Waves(Seed seed, std::uint64_t stream, double longest_m, double height_m) {
    Random random(seed, stream);
    for (int i = 0; i < 5; ++i) {
      const double length = longest_m / std::pow(1.9, i);
      terms_.push_back(
          {6.283185307179586 / length, random.next_uniform() * 6.283185307179586, height_m / std::pow(1.75, i)});
    }
  }
  [[nodiscard]] double at(double x) const {
    double sum = 0;
    for (const auto& term : terms_) sum += term.height * std::sin(term.frequency * x + term.phase);
    return sum;
  }

 private:
  struct Term {
    double frequency;
    double phase;
    double height;
  };
  std::vector<Term> terms_;
};

geo::Polygon closed(geo::Ring ring) {
  ring.push_back(ring.front());
  return {std::move(ring), {}};
}

geo::Polygon rectangle(double x0, double y0, double x1, double y1) {
  return closed({{origin.x_m + x0, origin.y_m + y0},
                 {origin.x_m + x1, origin.y_m + y0},
                 {origin.x_m + x1, origin.y_m + y1},
                 {origin.x_m + x0, origin.y_m + y1}});
}

// A long mole that runs out to sea at an angle.
geo::Polygon mole(double x, double y, double length, double width, double angle) {
  const double dx = std::cos(angle);
  const double dy = std::sin(angle);
  const auto at = [&](double along, double across) {
    return geo::Point{origin.x_m + x + along * dx - across * dy, origin.y_m + y + along * dy + across * dx};
  };
  return closed({at(0, -width / 2), at(length, -width / 2), at(length, width / 2), at(0, width / 2)});
}

// How far inland the sea reaches: the old harbour, a narrow inlet, and the wide bay to the east.
double inlet(double x) {
  const double harbour = 1150 / (1 + std::pow(std::abs(x + 250) / 190, 6));
  const double bay = 700 * std::exp(-std::pow((x - 2700) / 900, 2));
  const double cape = -620 * std::exp(-std::pow((x + 2300) / 800, 2));
  return harbour + bay + cape;
}

}  // namespace

Ground make_ground(Seed seed) {
  const Waves shore(seed, 101, 4'700, 170);
  geo::Ring land;
  for (double x = -half_width_m; x <= half_width_m; x += 20)
    land.push_back({origin.x_m + x, origin.y_m + shore.at(x) + inlet(x)});
  const Waves hills(seed, 102, 5'200, 330);
  for (double x = half_width_m; x >= -half_width_m; x -= 80)
    land.push_back({origin.x_m + x, origin.y_m + depth_m + hills.at(x) - 0.00006 * x * x});
  geo::MultiPolygon whole{closed(std::move(land))};
  // The commercial port: quays straight as rulers, basins between piers.
  whole = geo::united(whole, {rectangle(420, -260, 1'900, 380)});
  for (const double x : {520.0, 860.0, 1'200.0, 1'540.0})
    whole = geo::subtracted(whole, {rectangle(x, -300, x + 190, 210)});
  whole = geo::united(whole, {mole(-560, -120, 900, 34, -0.28), mole(2'050, -150, 620, 30, 3.45)});
  // The coast goes on beyond the territory: only what lies off it is sea; the land around the territory belongs to
  // neighbours.
  constexpr double margin = 600;
  const double west_shore = shore.at(-half_width_m) + inlet(-half_width_m);
  const double east_shore = shore.at(half_width_m) + inlet(half_width_m);
  geo::MultiPolygon dry =
      geo::united(whole, {rectangle(-half_width_m - margin, west_shore, -half_width_m + 1, depth_m + 1'200)});
  dry = geo::united(dry, {rectangle(half_width_m - 1, east_shore, half_width_m + margin, depth_m + 1'200)});
  dry = geo::united(dry, {rectangle(-half_width_m - margin, depth_m - 2'600, half_width_m + margin, depth_m + 1'200)});
  const geo::MultiPolygon box{rectangle(-half_width_m - margin, -2'200, half_width_m + margin, depth_m + 1'200)};
  return {whole, geo::subtracted(box, dry), {origin.x_m - 250, origin.y_m + 1'350}};
}

namespace {

struct Quarter {
  const char* name;
  int district;  // 0..5
  double x;      // metres from the origin
  double y;
};

constexpr std::array<const char*, 6> districts{"1er arrondissement", "2e arrondissement", "3e arrondissement",
                                               "4e arrondissement",  "5e arrondissement", "6e arrondissement"};

// Thirty quarters; the order is that of the districts.
constexpr std::array<Quarter, 30> quarters{{
    {"Le Vieux-Bassin", 0, -350, 1'650},
    {"La Halle aux Grains", 0, 250, 1'450},
    {"Saint-Éloi", 0, -1'000, 1'400},
    {"Les Cordeliers", 0, -100, 2'250},
    {"L'Arsenal", 0, 750, 950},
    {"La Joliette-Neuve", 1, 1'500, 700},
    {"Les Bassins", 1, 1'200, 150},
    {"Le Rouet", 1, 2'000, 1'500},
    {"La Belle-Escale", 1, 1'250, 1'800},
    {"Saint-Lazare", 1, 2'850, 1'350},
    {"Les Catalpas", 2, 3'600, 1'700},
    {"Bonne-Brise", 2, 4'400, 900},
    {"La Pointe-Rousse", 2, 3'900, 300},
    {"Les Salines", 2, 4'500, 2'300},
    {"Mazargue-Haute", 2, 3'300, 2'700},
    {"La Rose-des-Vents", 3, 1'700, 3'300},
    {"Frais-Coteau", 3, 2'500, 4'100},
    {"Les Lauriers", 3, 3'700, 4'000},
    {"La Busserade", 3, 1'200, 4'700},
    {"Le Grand-Pin", 3, 2'700, 5'300},
    {"Malpassé-le-Vieux", 4, -300, 3'500},
    {"Les Flamants-Gris", 4, -500, 4'700},
    {"La Castellade", 4, -1'800, 4'900},
    {"Saint-Barnabé-le-Haut", 4, -1'500, 3'500},
    {"Les Oliviers", 4, 300, 5'500},
    {"La Capelle", 5, -1'700, 2'300},
    {"Endoume-la-Mer", 5, -2'300, 700},
    {"Le Roucas", 5, -2'900, 1'600},
    {"Mont-Riant", 5, -3'000, 3'000},
    {"Les Calanques", 5, -4'200, 2'000},
}};

}  // namespace

std::vector<SectorArea> make_sectors(const Ground& ground, Seed seed) {
  const Waves bend_x(seed, 103, 2'900, 120);
  const Waves bend_y(seed, 104, 3'300, 120);
  std::vector<geo::Point> seeds;
  for (const auto& quarter : quarters) seeds.push_back({origin.x_m + quarter.x, origin.y_m + quarter.y});
  // Straight Voronoi borders bent by one smooth map of the whole plane: neighbours stay neighbours, without gap or
  // overlap.
  const auto bend = [&](geo::Point point) {
    const double x = point.x_m - origin.x_m;
    const double y = point.y_m - origin.y_m;
    return geo::Point{point.x_m + bend_x.at(y), point.y_m + bend_y.at(x)};
  };
  const auto cells =
      geo::voronoi_cells(seeds, {{origin.x_m - 9'000, origin.y_m - 6'000}, {origin.x_m + 9'000, origin.y_m + 11'000}});
  std::vector<geo::MultiPolygon> shapes;
  for (const auto& cell : cells) shapes.push_back(geo::intersected({geo::bent(cell, 40, bend)}, ground.land));
  std::vector<SectorArea> sectors;
  for (std::size_t d = 0; d < districts.size(); ++d) {
    geo::MultiPolygon whole;
    for (std::size_t q = 0; q < quarters.size(); ++q)
      if (quarters[q].district == static_cast<int>(d))
        whole = whole.empty() ? shapes[q] : geo::united(whole, shapes[q]);
    sectors.push_back({districts[d], -1, std::move(whole)});
  }
  for (std::size_t q = 0; q < quarters.size(); ++q)
    sectors.push_back({quarters[q].name, quarters[q].district, shapes[q]});
  return sectors;
}

City generate_city(const CityParameters& parameters) {
  CHECK(parameters.days >= 200 && parameters.facts > 0);
  City city;
  const Ground ground = make_ground(parameters.seed);
  city.land = ground.land;
  city.sea = ground.sea;
  city.sectors = make_sectors(ground, parameters.seed);
  lay_streets(city, ground, parameters.seed);
  name_streets(city, parameters.seed);
  run_market(city, parameters);
  return city;
}

}  // namespace quadrille::simulation
