#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "base/check.h"
#include "engine/geo/sector_index.h"
#include "engine/simulation/city.h"

namespace quadrille::simulation {
namespace {

using geo::Point;

// Points in squares, for neighbours within a reach.
class Buckets {
 public:
  explicit Buckets(double size_m) : size_m_(size_m) {}
  void add(int index, Point point) { cells_[key(point)].push_back(index); }
  template <class Visit>
  void near(Point point, int reach, const Visit& visit) const {
    const auto [x, y] = key(point);
    for (int dx = -reach; dx <= reach; ++dx) {
      for (int dy = -reach; dy <= reach; ++dy) {
        const auto found = cells_.find({x + dx, y + dy});
        if (found == cells_.end()) continue;
        for (const int index : found->second) visit(index);
      }
    }
  }

 private:
  [[nodiscard]] std::pair<int, int> key(Point point) const {
    return {static_cast<int>(std::floor(point.x_m / size_m_)), static_cast<int>(std::floor(point.y_m / size_m_))};
  }
  double size_m_;
  std::map<std::pair<int, int>, std::vector<int>> cells_;
};

class Layout {
 public:
  Layout(const Ground& ground, Seed seed) : ground_(ground), land_({ground.land}), random_(seed, 201), buckets_(120) {}

  // Boulevards first, then the fabric between them: a tight tangle around the harbour, a bent grid to the north and
  // east of it, looser ways up the hills.
  std::vector<Point> points() {
    for (const double angle : {0.35, 1.0, 1.62, 2.2, 2.85}) add_boulevard(angle);
    add_grid();
    add_scatter();
    return points_;
  }

 private:
  [[nodiscard]] bool is_land(Point point) const { return land_.find(point).has_value(); }
  [[nodiscard]] double from_centre(Point point) const { return geo::distance_m(point, ground_.centre); }

  // The least distance between two points: short in the old town, long in the hills.
  [[nodiscard]] double spacing(Point point) const { return std::clamp(46 + 0.022 * from_centre(point), 48.0, 150.0); }

  bool add(Point point, double least_m) {
    if (!is_land(point)) return false;
    bool is_free = true;
    buckets_.near(point, 1 + static_cast<int>(least_m / 120), [&](int other) {
      is_free = is_free && geo::distance_m(points_[static_cast<std::size_t>(other)], point) >= least_m;
    });
    if (!is_free) return false;
    buckets_.add(static_cast<int>(points_.size()), point);
    points_.push_back(point);
    return true;
  }

  void add_boulevard(double angle) {
    Point at{ground_.centre.x_m, ground_.centre.y_m + 120};
    double heading = angle;
    for (int step = 0; step < 80; ++step) {
      heading += 0.05 * (random_.next_uniform() - 0.5);
      at = {at.x_m + 70 * std::cos(heading), at.y_m + 70 * std::sin(heading)};
      if (!add(at, 40) && !is_land(at)) return;
    }
  }

  void add_grid() {
    constexpr double tilt = 0.3;
    for (int i = -16; i <= 30; ++i) {
      for (int j = -2; j <= 22; ++j) {
        const double u = i * 104 + 14 * std::sin(j * 0.35);
        const double v = j * 92 + 18 * std::sin(i * 0.22);
        const Point point{ground_.centre.x_m + 500 + u * std::cos(tilt) - v * std::sin(tilt),
                          ground_.centre.y_m + 250 + u * std::sin(tilt) + v * std::cos(tilt)};
        const double distance = from_centre(point);
        if (distance < 650 || distance > 2'300) continue;
        add({point.x_m + 5 * random_.next_normal(), point.y_m + 5 * random_.next_normal()}, 58);
      }
    }
  }

  void add_scatter() {
    const auto box = geo::extent(ground_.land);
    for (int attempt = 0; attempt < 60'000; ++attempt) {
      const Point point{box.low.x_m + random_.next_uniform() * (box.high.x_m - box.low.x_m),
                        box.low.y_m + random_.next_uniform() * (box.high.y_m - box.low.y_m)};
      add(point, spacing(point));
    }
  }

  const Ground& ground_;
  geo::SectorIndex land_;
  Random random_;
  Buckets buckets_;
  std::vector<Point> points_;
};

struct Edge {
  int from;
  int to;
  double length_m;
};

// Gabriel graph (Gabriel and Sokal 1969): two points are joined when no third lies in the circle on their segment.
// Planar, and it looks like streets.
std::vector<Edge> gabriel_edges(const std::vector<Point>& points, const geo::SectorIndex& land) {
  constexpr double longest_m = 330;
  Buckets buckets(longest_m);
  for (std::size_t i = 0; i < points.size(); ++i) buckets.add(static_cast<int>(i), points[i]);
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::vector<int> near;
    buckets.near(points[i], 1, [&](int other) { near.push_back(other); });
    for (const int j : near) {
      if (j <= static_cast<int>(i)) continue;
      const Point a = points[i];
      const Point b = points[static_cast<std::size_t>(j)];
      const double length = geo::distance_m(a, b);
      if (length > longest_m) continue;
      const Point middle{(a.x_m + b.x_m) / 2, (a.y_m + b.y_m) / 2};
      const bool is_free = std::ranges::none_of(near, [&](int k) {
        return k != static_cast<int>(i) && k != j &&
               geo::distance_m(points[static_cast<std::size_t>(k)], middle) < length / 2 - 1e-9;
      });
      bool stays_on_land = true;
      for (const double t : {0.2, 0.4, 0.6, 0.8})
        stays_on_land =
            stays_on_land && land.find({a.x_m + t * (b.x_m - a.x_m), a.y_m + t * (b.y_m - a.y_m)}).has_value();
      if (is_free && stays_on_land) edges.push_back({static_cast<int>(i), j, length});
    }
  }
  return edges;
}

int root_of(std::vector<int>& parents, int node) {
  while (parents[static_cast<std::size_t>(node)] != node)
    node = parents[static_cast<std::size_t>(node)] =
        parents[static_cast<std::size_t>(parents[static_cast<std::size_t>(node)])];
  return node;
}

// A spanning forest keeps everything joined; of the rest, some edges fall away and leave dead ends and large blocks.
std::vector<Edge> thinned(std::vector<Edge> edges, std::size_t points, Random& random) {
  random.shuffle(std::span(edges));
  std::vector<int> parents(points);
  for (std::size_t i = 0; i < points; ++i) parents[i] = static_cast<int>(i);
  std::vector<Edge> kept;
  for (const auto& edge : edges) {
    const int a = root_of(parents, edge.from);
    const int b = root_of(parents, edge.to);
    if (a == b && random.next_uniform() < 0.16) continue;
    if (a != b) parents[static_cast<std::size_t>(a)] = b;
    kept.push_back(edge);
  }
  return kept;
}

}  // namespace

void lay_streets(City& city, const Ground& ground, Seed seed) {
  Layout layout(ground, seed);
  const auto points = layout.points();
  const geo::SectorIndex land({ground.land});
  Random random(seed, 202);
  auto edges = thinned(gabriel_edges(points, land), points.size(), random);
  // Only the largest connected part is a city; a stray islet of streets is left out.
  std::vector<int> parents(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) parents[i] = static_cast<int>(i);
  for (const auto& edge : edges)
    parents[static_cast<std::size_t>(root_of(parents, edge.from))] = root_of(parents, edge.to);
  std::map<int, int> sizes;
  for (std::size_t i = 0; i < points.size(); ++i) ++sizes[root_of(parents, static_cast<int>(i))];
  const int giant = std::ranges::max_element(sizes, {}, [](const auto& entry) { return entry.second; })->first;
  std::vector<int> renumbered(points.size(), -1);
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (root_of(parents, static_cast<int>(i)) != giant) continue;
    renumbered[i] = static_cast<int>(city.nodes.size());
    city.nodes.push_back(points[i]);
  }
  std::ranges::sort(edges, {}, [](const Edge& edge) { return std::pair(edge.from, edge.to); });
  for (const auto& edge : edges)
    if (renumbered[static_cast<std::size_t>(edge.from)] >= 0)
      city.streets.push_back(
          {renumbered[static_cast<std::size_t>(edge.from)], renumbered[static_cast<std::size_t>(edge.to)], ""});
}

namespace {

constexpr std::array<const char*, 40> persons{
    "Jean-Jaurès", "Victor-Hugo",  "Pasteur",   "Gambetta",    "Voltaire",   "Émile-Zola", "Louise-Michel",
    "Marie-Curie", "Ledru-Rollin", "Lamartine", "Molière",     "Carnot",     "Arago",      "Berlioz",
    "Diderot",     "Condorcet",    "Mirabeau",  "Puget",       "Monge",      "Ampère",     "Rabelais",
    "Montaigne",   "Descartes",    "Buffon",    "Lavoisier",   "La-Fayette", "Garibaldi",  "Jules-Ferry",
    "Jean-Moulin", "Simone-Veil",  "Colette",   "George-Sand", "Baudelaire", "Rimbaud",    "Verlaine",
    "Debussy",     "Bizet",        "Ravel",     "Cézanne",     "Courbet"};
constexpr std::array<const char*, 40> things{
    "de la République", "des Tanneurs",  "du Puits-Vieux", "des Carmes",      "de l'Évêché",  "des Tisserands",
    "de la Corderie",   "des Chartreux", "du Four",        "des Trois-Mages", "de la Loge",   "des Remparts",
    "du Lavoir",        "des Pêcheurs",  "de la Fontaine", "du Moulin",       "des Jardins",  "de la Gare",
    "des Écoles",       "du Stade",      "des Mûriers",    "des Lauriers",    "des Platanes", "de la Colline",
    "du Belvédère",     "des Vignes",    "de la Source",   "du Vallon",       "des Cigales",  "des Alouettes",
    "des Genêts",       "de la Bastide", "du Cadran",      "de l'Horloge",    "des Forges",   "du Sémaphore",
    "de la Douane",     "des Voiliers",  "du Phare",       "des Calfats"};

double turn(const City& city, int before, int at, int after) {
  const auto& a = city.nodes[static_cast<std::size_t>(before)];
  const auto& b = city.nodes[static_cast<std::size_t>(at)];
  const auto& c = city.nodes[static_cast<std::size_t>(after)];
  const double first = std::atan2(b.y_m - a.y_m, b.x_m - a.x_m);
  const double second = std::atan2(c.y_m - b.y_m, c.x_m - b.x_m);
  return std::abs(std::remainder(second - first, 6.283185307179586));
}

}  // namespace

// A street goes straight on: from each unnamed edge, both ways, along the edge that turns least, up to 40 degrees.
void name_streets(City& city, Seed seed) {
  Random random(seed, 203);
  std::vector<std::vector<int>> at_node(city.nodes.size());
  for (std::size_t e = 0; e < city.streets.size(); ++e) {
    at_node[static_cast<std::size_t>(city.streets[e].from)].push_back(static_cast<int>(e));
    at_node[static_cast<std::size_t>(city.streets[e].to)].push_back(static_cast<int>(e));
  }
  std::set<std::string> taken;
  const auto fresh_name = [&](const std::string& prefix) {
    for (int attempt = 0;; ++attempt) {
      const bool is_person = random.next_below(2) == 0;
      std::string name =
          prefix + " " +
          (is_person ? persons[random.next_below(persons.size())] : things[random.next_below(things.size())]);
      if (attempt > 12) name += " " + std::to_string(attempt);
      if (taken.insert(name).second) return name;
    }
  };
  for (std::size_t e = 0; e < city.streets.size(); ++e) {
    if (!city.streets[e].name.empty()) continue;
    std::vector<std::size_t> chain{e};
    city.streets[e].name = "?";
    for (const bool forwards : {true, false}) {
      int at = forwards ? city.streets[e].to : city.streets[e].from;
      int before = forwards ? city.streets[e].from : city.streets[e].to;
      for (;;) {
        int best = -1;
        double least = 0.7;
        for (const int next : at_node[static_cast<std::size_t>(at)]) {
          const auto& edge = city.streets[static_cast<std::size_t>(next)];
          const int after = edge.from == at ? edge.to : edge.from;
          if (!edge.name.empty() || after == before) continue;
          if (const double angle = turn(city, before, at, after); angle < least) {
            least = angle;
            best = next;
          }
        }
        if (best < 0 || chain.size() > 45) break;
        auto& edge = city.streets[static_cast<std::size_t>(best)];
        edge.name = "?";
        chain.push_back(static_cast<std::size_t>(best));
        before = at;
        at = edge.from == at ? edge.to : edge.from;
      }
    }
    const std::size_t length = chain.size();
    const std::string prefix = length >= 16                ? "Boulevard"
                               : length >= 9               ? "Avenue"
                               : length == 1               ? (random.next_below(2) == 0 ? "Impasse" : "Passage")
                               : random.next_below(6) == 0 ? "Traverse"
                                                           : "Rue";
    const std::string name = fresh_name(prefix);
    for (const auto edge : chain) city.streets[edge].name = name;
  }
}

}  // namespace quadrille::simulation
