#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/geo/polygon.h"
#include "services/facts/facts.h"
#include "services/territory/calendar.h"
#include "services/territory/territory.h"

// The picture (physionomie) of a territory over a period, compared with another: what happens where, since when, how
// sure. Pure: the same input and parameters give the same picture, any number of threads. Reported and discovered facts
// are never added up; rates are per observed day; a week without observation has no count, not a count of zero.
// docs/methods/picture.md says how each word is chosen.

namespace quadrille::studies {

enum class Certainty { established, probable, possible, undetermined };
enum class Direction { up, down, steady, unknown };

struct PictureParameters {
  CivilDate first_day;  // both days included
  CivilDate last_day;
  CivilDate compare_first_day;
  CivilDate compare_last_day;
  facts::Channel channel = facts::Channel::reported;  // of the map layers, hot spots and clusters
  std::vector<std::string> categories;                // codes; empty = all
  int level = 1;                                      // of the sectors
  double cell_m = 200;
  double sigma_m = 250;
  double hotspot_distance_m = 400;
  double false_discovery_rate = 0.05;
  double cluster_radius_max_m = 1000;
  int cluster_days_max = 28;
  int replicas = 999;
  std::int64_t seed = 1;

  [[nodiscard]] DayPeriod period() const { return {first_day, last_day + 1}; }
  [[nodiscard]] DayPeriod comparison() const { return {compare_first_day, compare_last_day + 1}; }
};

// Facts per observed day with the exact Poisson interval (95 %).
struct Estimate {
  std::int64_t count = 0;
  int observed_days = 0;
  std::optional<double> rate;
  std::optional<double> low;
  std::optional<double> high;
};

struct Change {
  std::optional<double> ratio;
  std::optional<double> low;
  std::optional<double> high;
  Certainty certainty = Certainty::undetermined;
  Direction direction = Direction::unknown;
};

struct Week {
  std::string week;  // "2015-W07"
  CivilDate first_day;
  int observed_days = 0;
  std::int64_t count = 0;
  std::optional<double> rate;
  std::optional<double> expected;
  std::optional<double> upper;
  bool alarm = false;
};

struct Alarm {
  std::string week;
  std::int64_t count = 0;
  double expected = 0;
  double upper = 0;
};

struct SectorRow {
  std::int64_t id = 0;
  std::string code;
  std::string name;
  std::optional<std::int64_t> parent;
  Estimate period;
  Estimate comparison;
  Change change;
  std::vector<Week> weeks;
  std::optional<Alarm> alarm;
  std::optional<double> density_per_km2;  // facts per km2 and observed day
};

struct CategoryRow {
  std::string code;
  Text label;
  facts::Channel channel = facts::Channel::reported;
  Estimate period;
  Estimate comparison;
  Change change;
};

struct ChannelTotal {
  facts::Channel channel = facts::Channel::reported;
  Estimate period;
  Estimate comparison;
  Change change;
};

struct Series {
  facts::Channel channel = facts::Channel::reported;
  std::vector<Week> weeks;
};

// Ten years: what lies further out no law fitted to 999 replicas knows. "So many or more".
inline constexpr double recurrence_days_max = 3650;

struct Cluster {
  int rank = 0;
  std::array<double, 2> centre{};  // lon, lat
  double radius_m = 0;
  CivilDate first_day;
  CivilDate last_day;
  std::int64_t observed = 0;
  double expected = 0;
  double p = 1;
  std::optional<double> recurrence_days;  // at most recurrence_days_max
  Certainty certainty = Certainty::undetermined;
  std::vector<std::int64_t> sectors;
};

enum class FindingKind { rising_sector, falling_sector, cluster, broken_habit, total, quality };

struct Finding {
  FindingKind kind = FindingKind::total;
  Certainty certainty = Certainty::undetermined;
  Text title;
  Text detail;
  std::optional<std::int64_t> sector;
  std::optional<int> cluster;  // its rank
};

struct Quality {
  std::int64_t without_place = 0;
  std::int64_t outside_sectors = 0;
  double without_place_share = 0;
  int unobserved_days = 0;
  std::optional<double> discovered_share;  // of the period's facts, both channels
  std::int64_t issues = 0;                 // of all imports of the territory
  std::vector<Text> notes;
};

struct Method {
  std::string name;
  std::string version;
};

struct Span {
  int days = 0;
  int observed_days = 0;
};
struct Observation {
  Span period;
  Span comparison;
};

struct PictureTerritory {
  std::string slug;
  std::string name;
  bool simulated = false;
};

struct Picture {
  PictureTerritory territory;
  PictureParameters parameters;
  std::int64_t data_version = 0;
  std::vector<Method> methods;
  Observation observation;
  std::vector<Finding> findings;
  std::vector<ChannelTotal> totals;
  std::vector<SectorRow> sectors;
  std::vector<CategoryRow> categories;
  std::vector<Series> series;
  std::vector<Cluster> clusters;
  Quality quality;
};

// ---- map layers -----------------------------------------------------------------------------------------------------

struct LegendClass {
  std::optional<double> from;
  std::optional<double> to;
  std::string colour;
  bool hatched = false;
  Text label;
};

struct Legend {
  Text title;
  Text unit;
  facts::Channel channel = facts::Channel::reported;
  Method method;
  std::vector<LegendClass> classes;
  Text source;
  Text not_for;
};

struct LayerFeature {
  std::string id;
  int legend_class = 0;
  geojson::LonLatShape shape;
  std::vector<std::pair<std::string, std::optional<double>>> numbers;
  std::vector<std::pair<std::string, std::string>> words;
};

struct Layer {
  Legend legend;
  std::vector<LayerFeature> features;
  std::optional<Text> note;
};

enum class LayerKind { sectors, density, hotspots, clusters };

// What a picture is made from; loaded by load_input (studies.h), or built by a test.
struct PictureInput {
  territory::Territory territory;
  std::vector<territory::Sector> sectors;  // every level
  std::vector<geo::MultiPolygon> planes;   // of the sectors, in metres
  territory::Calendar calendar;
  facts::FactColumns facts;  // of every day from history_from on
  std::int64_t issues = 0;
};

struct PictureAndLayers {
  Picture picture;
  std::map<LayerKind, Layer> layers;
};

// The first day whose facts a picture needs: four years of weeks before the last one, for its habits.
[[nodiscard]] CivilDate history_from(const PictureParameters& parameters);

// Refused: periods that end before they begin or overlap, unknown categories or level, parameters out of range, no
// sector; cancelled (within a fifth of a second).
[[nodiscard]] Result<PictureAndLayers> make_picture(const PictureInput& input, const PictureParameters& parameters,
                                                    int threads, const Progress& progress);

}  // namespace quadrille::studies
