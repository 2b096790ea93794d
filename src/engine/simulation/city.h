#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "engine/geo/polygon.h"

// A fictional French port with a drug market whose truth is known: Port-Mazarin. For demonstrations and for tests that
// need to know what really happened. Deterministic: the same parameters give the same city. Nothing in it describes a
// real place; its plane is Lambert-93 with its centre at sea, 40 km off the coast. docs/methods/simulation.md says what
// is modelled and what is not.

namespace quadrille::simulation {

struct CityParameters {
  Seed seed{1};
  CivilDate first_day;
  int days = 731;
  int facts = 200'000;  // about; at least this many
};

struct SectorArea {
  std::string name;
  int parent = -1;          // index into City::sectors; -1 for the largest
  geo::MultiPolygon shape;  // metres
};

struct Street {
  int from = 0;  // indices into City::nodes
  int to = 0;
  std::string name;
};

enum class Kind {
  dealing,
  drugs,
  drug_use,
  violence,
  robbery,
  burglary,
  theft,
  vehicle_theft,
  damage,
  arson,
  nuisance,
  gathering,
  suspicious,
  weapons,
  alcohol,
  fraud
};

struct SimulatedFact {
  CivilDate day;
  int minute_of_day = 0;
  Kind kind = Kind::nuisance;
  bool is_discovered = false;       // by a patrol; otherwise reported by a resident
  std::optional<geo::Point> place;  // a few have none
  std::string street;
  int point = -1;  // the dealing point it comes from; -1 = background
};

// A dealing point's life. When pressure closes it, it may come up again nearby: `parent` says from which it moved.
struct DealingPoint {
  int node = 0;
  CivilDate opens;
  CivilDate closes;  // the first day without it
  int from_hour = 12;
  int to_hour = 23;
  double facts_a_day = 4;  // reported ones, if residents dare
  double silence = 0;      // share that residents do not report
  int parent = -1;
  bool was_closed_by_operation = false;
};

// A patrol's stay; discoveries need one.
struct PatrolStay {
  CivilDate day;
  int minute_of_day = 0;
  int minutes = 0;
  int node = 0;
};

struct Truth {
  std::vector<DealingPoint> points;
  std::vector<PatrolStay> patrols;
};

struct City {
  std::string name = "Port-Mazarin";
  geo::MultiPolygon sea;
  geo::MultiPolygon land;
  std::vector<SectorArea> sectors;  // the largest first
  std::vector<geo::Point> nodes;
  std::vector<Street> streets;
  std::vector<SimulatedFact> facts;  // in order of time
  std::vector<DayPeriod> outages;    // days on which the feed was down
  Truth truth;
};

[[nodiscard]] City generate_city(const CityParameters& parameters);

// ---- the parts, each from the ones before
// -------------------------------------------------------------------------------

struct Ground {
  geo::MultiPolygon land;
  geo::MultiPolygon sea;
  geo::Point centre;  // the head of the old harbour
};
[[nodiscard]] Ground make_ground(Seed seed);
[[nodiscard]] std::vector<SectorArea> make_sectors(const Ground& ground, Seed seed);
void lay_streets(City& city, const Ground& ground, Seed seed);
void name_streets(City& city, Seed seed);
void run_market(City& city, const CityParameters& parameters);

}  // namespace quadrille::simulation
