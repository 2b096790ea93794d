#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/check.h"
#include "engine/geo/sector_index.h"
#include "engine/simulation/city.h"

// The drug market of the generated city, the police that looks for it, and what both leave in the records.

namespace quadrille::simulation {
namespace {

// Shares of a day by hour, as recorded facts of French and American cities fall (low before dawn, high from late
// afternoon to midnight); an assumption of the model, not a measurement.
constexpr std::array<double, 24> hours{2.6, 1.9, 1.3, 0.9, 0.7, 0.8, 1.3, 2.2, 3.2, 3.7, 4.0, 4.3,
                                       4.7, 4.5, 4.7, 5.2, 5.7, 6.1, 6.3, 6.3, 6.2, 5.9, 5.2, 4.3};
constexpr std::array<double, 7> weekdays{0.97, 0.96, 0.98, 1.0, 1.09, 1.08, 0.92};

struct BackgroundKind {
  Kind kind;
  double share;
};
constexpr std::array<BackgroundKind, 11> background{{{Kind::theft, 0.30},
                                                     {Kind::damage, 0.13},
                                                     {Kind::violence, 0.13},
                                                     {Kind::nuisance, 0.12},
                                                     {Kind::vehicle_theft, 0.08},
                                                     {Kind::burglary, 0.07},
                                                     {Kind::suspicious, 0.07},
                                                     {Kind::robbery, 0.04},
                                                     {Kind::fraud, 0.04},
                                                     {Kind::arson, 0.01},
                                                     {Kind::gathering, 0.01}}};

double season(CivilDate date) {
  const auto first = *make_date(to_year_month_day(date).year, 1, 1);
  return 1 + 0.08 * std::sin(2 * 3.14159265358979 * ((date - first) - 100) / 365.25);
}

class Market {
 public:
  Market(City& city, const CityParameters& parameters)
      : city_(city), parameters_(parameters), random_(parameters.seed, 301) {
    place_nodes();
    const int days = parameters_.days;
    city_.outages = {{day(61), day(63)},
                     {day(212), day(213)},
                     {day(340), day(344)},
                     {day(505), day(506)},
                     {day(days - 38), day(days - 36)}};
    std::erase_if(city_.outages, [&](const DayPeriod& gap) { return gap.begin < day(0) || day(days) < gap.end; });
  }

  void run() {
    live_points();
    for (int d = 0; d < parameters_.days; ++d) {
      const CivilDate date = day(d);
      if (std::ranges::any_of(city_.outages, [&](const DayPeriod& gap) { return gap.contains(date); })) continue;
      const double rhythm = weekdays[static_cast<std::size_t>(weekday(date))] * season(date);
      report_background(date, rhythm);
      report_points(date, rhythm);
      patrol(date);
    }
    std::ranges::sort(city_.facts, {}, [](const SimulatedFact& fact) {
      return std::tuple(fact.day, fact.minute_of_day, fact.kind, fact.point);
    });
  }

 private:
  [[nodiscard]] CivilDate day(int number) const { return parameters_.first_day + number; }

  // Every node with its weight: how much happens there, whatever the market. The centre and the large estates of the
  // north weigh most.
  void place_nodes() {
    std::vector<geo::MultiPolygon> shapes;
    std::vector<double> weights;
    constexpr std::array<double, 30> by_quarter{2.4, 1.9, 1.2, 1.8, 1.3, 1.0, 0.7, 1.2, 1.5, 1.1,
                                                0.8, 0.6, 0.6, 0.5, 0.7, 1.3, 1.1, 1.0, 1.4, 0.7,
                                                1.3, 1.5, 1.2, 0.8, 0.8, 1.0, 0.7, 0.6, 0.7, 0.4};
    std::size_t quarter = 0;
    for (const auto& sector : city_.sectors) {
      if (sector.parent < 0) continue;
      shapes.push_back(sector.shape);
      weights.push_back(by_quarter[quarter++ % by_quarter.size()]);
    }
    const geo::SectorIndex index(shapes);
    double sum = 0;
    for (const auto& node : city_.nodes) {
      const auto found = index.find(node);
      quarter_of_node_.push_back(found ? static_cast<int>(*found) : -1);
      const double local = 0.35 + 1.3 * random_.next_uniform() * random_.next_uniform();
      sum += (found ? weights[*found] : 0.2) * local;
      cumulated_.push_back(sum);
    }
    for (const auto& street : city_.streets) {
      street_of_node_.try_emplace(street.from, street.name);
      street_of_node_.try_emplace(street.to, street.name);
    }
  }

  [[nodiscard]] int draw_node(Random& random) const {
    const double at = random.next_uniform() * cumulated_.back();
    return static_cast<int>(std::ranges::upper_bound(cumulated_, at) - cumulated_.begin());
  }

  // A node of the quarter, the one nearest to a drawn spot of it.
  [[nodiscard]] int node_in(int quarter) {
    for (int attempt = 0; attempt < 2'000; ++attempt) {
      const int node = draw_node(random_);
      if (quarter_of_node_[static_cast<std::size_t>(node)] == quarter) return node;
    }
    return draw_node(random_);
  }

  [[nodiscard]] int node_between(int from, double least_m, double most_m) {
    const auto& at = city_.nodes[static_cast<std::size_t>(from)];
    std::vector<int> candidates;
    for (std::size_t i = 0; i < city_.nodes.size(); ++i) {
      const double distance = geo::distance_m(at, city_.nodes[i]);
      if (distance >= least_m && distance <= most_m) candidates.push_back(static_cast<int>(i));
    }
    return candidates.empty() ? from : candidates[random_.next_below(static_cast<std::uint32_t>(candidates.size()))];
  }

  // ---- dealing points ----

  int open_point(int node, int opens, int closes, int parent = -1) {
    DealingPoint point{
        .node = node, .opens = day(opens), .closes = day(std::min(closes, parameters_.days)), .parent = parent};
    point.from_hour = 10 + static_cast<int>(random_.next_below(5));
    point.to_hour = 21 + static_cast<int>(random_.next_below(3));
    point.facts_a_day = 1.6 + 2.6 * random_.next_uniform();
    point.silence = random_.next_uniform() < 0.35 ? 0.35 + 0.3 * random_.next_uniform() : 0.1;
    city_.truth.points.push_back(point);
    return static_cast<int>(city_.truth.points.size()) - 1;
  }

  // An operation closes a point; with two chances in three its trade comes up again 150 to 600 m away within weeks.
  void close_by_operation(int index, int closing_day) {
    auto& point = city_.truth.points[static_cast<std::size_t>(index)];
    point.closes = day(closing_day);
    point.was_closed_by_operation = true;
    const int returns = closing_day + 4 + static_cast<int>(random_.next_exponential(1.0 / 16));
    if (random_.next_uniform() < 0.66 && returns + 20 < parameters_.days)
      open_point(node_between(point.node, 150, 600), returns, returns + 120 + static_cast<int>(random_.next_below(400)),
                 index);
  }

  // Old strongholds, points that come and go, and the story of the last ninety days: one closed by an operation, two
  // that open.
  void live_points() {
    const int days = parameters_.days;
    constexpr std::array<int, 6> strongholds{21, 18, 15, 20, 0, 22};  // quarters of the north, and the old harbour
    for (const int quarter : strongholds) {
      const int index = open_point(node_in(quarter), 0, days);
      city_.truth.points[static_cast<std::size_t>(index)].facts_a_day = 4 + 2 * random_.next_uniform();
      if (random_.next_uniform() < 0.6)
        close_by_operation(index, 120 + static_cast<int>(random_.next_below(static_cast<std::uint32_t>(days - 320))));
    }
    for (int i = 0; i < 16; ++i) {
      const int opens = static_cast<int>(random_.next_below(static_cast<std::uint32_t>(days - 160)));
      const int index = open_point(draw_node(random_), opens, days);
      const int closes = opens + 40 + static_cast<int>(random_.next_below(260));
      if (closes < days - 100) close_by_operation(index, closes);
    }
    const int closed = open_point(node_in(8), days - 420, days);
    city_.truth.points[static_cast<std::size_t>(closed)].facts_a_day = 9;
    city_.truth.points[static_cast<std::size_t>(closed)].silence = 0.05;
    city_.truth.points[static_cast<std::size_t>(closed)].closes = day(days - 88);
    city_.truth.points[static_cast<std::size_t>(closed)].was_closed_by_operation = true;
    for (const auto& [quarter, since, rate] : {std::tuple{10, 17, 8.0}, {25, 9, 9.0}}) {
      const int index = open_point(node_in(quarter), days - since, days, quarter == 10 ? closed : -1);
      city_.truth.points[static_cast<std::size_t>(index)].facts_a_day = rate;
      city_.truth.points[static_cast<std::size_t>(index)].silence = 0.05;
    }
  }

  // ---- reports ----

  [[nodiscard]] int draw_hour() {
    double at = random_.next_uniform() * 100;
    for (int hour = 0; hour < 24; ++hour) {
      at -= hours[static_cast<std::size_t>(hour)];
      if (at < 0) return hour;
    }
    return 20;
  }

  // Reports name a door or a corner near the place; about one in eighty names none.
  void add_fact(CivilDate date, int minute, Kind kind, bool is_discovered, int node, double spread_m, int point) {
    SimulatedFact fact{.day = date,
                       .minute_of_day = minute,
                       .kind = kind,
                       .is_discovered = is_discovered,
                       .place = {},
                       .street = {},
                       .point = point};
    const auto& at = city_.nodes[static_cast<std::size_t>(node)];
    if (random_.next_uniform() >= 0.012)
      fact.place = geo::Point{at.x_m + spread_m * random_.next_normal(), at.y_m + spread_m * random_.next_normal()};
    if (const auto street = street_of_node_.find(node); street != street_of_node_.end()) fact.street = street->second;
    city_.facts.push_back(std::move(fact));
  }

  // What remains of the wanted number of facts after the market's and the patrols'.
  [[nodiscard]] double background_a_day() const { return 0.73 * parameters_.facts / parameters_.days; }

  void report_background(CivilDate date, double rhythm) {
    const auto count = random_.next_poisson(background_a_day() * rhythm);
    for (std::uint64_t i = 0; i < count; ++i) {
      double at = random_.next_uniform();
      Kind kind = Kind::theft;
      for (const auto& [candidate, share] : background) {
        kind = candidate;
        at -= share;
        if (at < 0) break;
      }
      add_fact(date, draw_hour() * 60 + static_cast<int>(random_.next_below(60)), kind, false, draw_node(random_), 14,
               -1);
    }
  }

  // Residents call about the dealing itself, the noise, the gatherings and the violence around it, as far as they dare.
  void report_points(CivilDate date, double rhythm) {
    for (std::size_t p = 0; p < city_.truth.points.size(); ++p) {
      const auto point = city_.truth.points[p];
      if (date < point.opens || point.closes <= date) continue;
      const auto count = random_.next_poisson(point.facts_a_day * rhythm * (1 - point.silence));
      for (std::uint64_t i = 0; i < count; ++i) {
        const double draw = random_.next_uniform();
        const Kind kind = draw < 0.42   ? Kind::dealing
                          : draw < 0.66 ? Kind::gathering
                          : draw < 0.86 ? Kind::nuisance
                          : draw < 0.96 ? Kind::violence
                                        : Kind::damage;
        const int span = (point.to_hour - point.from_hour) * 60;
        add_fact(date, point.from_hour * 60 + static_cast<int>(random_.next_below(static_cast<std::uint32_t>(span))),
                 kind, false, point.node, 45, static_cast<int>(p));
      }
    }
  }

  // ---- patrols and what they find ----

  [[nodiscard]] int stays_a_day() const { return 46; }

  // Half the stays go where patrols always go, a quarter near points known to be open, a quarter anywhere: so
  // discoveries follow the habits of patrols at least as much as the market.
  void patrol(CivilDate date) {
    for (int i = 0; i < stays_a_day(); ++i) {
      int node = draw_node(random_);
      const double draw = random_.next_uniform();
      if (draw < 0.5) {
        for (int attempt = 0; attempt < 40 && quarter_of_node_[static_cast<std::size_t>(node)] > 4 &&
                              quarter_of_node_[static_cast<std::size_t>(node)] != 21;
             ++attempt)
          node = draw_node(random_);
      } else if (draw < 0.75) {
        const auto& known =
            city_.truth.points[random_.next_below(static_cast<std::uint32_t>(city_.truth.points.size()))];
        if (known.opens + 12 < date && date < known.closes) node = known.node;
      }
      const PatrolStay stay{date, draw_hour() * 60 + static_cast<int>(random_.next_below(60)),
                            12 + static_cast<int>(random_.next_below(60)), node};
      city_.truth.patrols.push_back(stay);
      discover(stay);
    }
  }

  void discover(const PatrolStay& stay) {
    const double stay_hours = stay.minutes / 60.0;
    const auto found = [&](double rate_an_hour, Kind kind, int point) {
      const auto count = random_.next_poisson(rate_an_hour * stay_hours);
      for (std::uint64_t i = 0; i < count; ++i)
        add_fact(stay.day,
                 std::min(1439, stay.minute_of_day +
                                    static_cast<int>(random_.next_below(static_cast<std::uint32_t>(stay.minutes)))),
                 kind, true, stay.node, 60, point);
    };
    found(0.75, Kind::drug_use, -1);
    found(0.12, Kind::drugs, -1);
    found(0.10, Kind::weapons, -1);
    found(0.32, Kind::alcohol, -1);
    const auto& at = city_.nodes[static_cast<std::size_t>(stay.node)];
    const int hour = stay.minute_of_day / 60;
    for (std::size_t p = 0; p < city_.truth.points.size(); ++p) {
      const auto& point = city_.truth.points[p];
      const bool is_open =
          point.opens <= stay.day && stay.day < point.closes && hour >= point.from_hour && hour < point.to_hour;
      if (!is_open || geo::distance_m(at, city_.nodes[static_cast<std::size_t>(point.node)]) > 160) continue;
      found(1.9, Kind::drugs, static_cast<int>(p));
      found(2.6, Kind::drug_use, static_cast<int>(p));
      found(0.12, Kind::weapons, static_cast<int>(p));
    }
  }

  City& city_;
  const CityParameters& parameters_;
  Random random_;
  std::vector<double> cumulated_;
  std::vector<int> quarter_of_node_;
  std::map<int, std::string> street_of_node_;
};

}  // namespace

void run_market(City& city, const CityParameters& parameters) { Market(city, parameters).run(); }

}  // namespace quadrille::simulation
