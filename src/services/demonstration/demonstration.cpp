#include "services/demonstration/demonstration.h"

#include <fmt/format.h>

#include "base/check.h"
#include "host/clock/time_zone.h"
#include "host/geodesy/projection.h"
#include "services/demonstration/store.h"
#include "services/facts/facts.h"
#include "services/territory/calendar.h"

namespace quadrille::demonstration {
namespace {

constexpr int lambert_93 = 2154;
constexpr const char* zone_name = "Europe/Paris";

std::string_view code_of(simulation::Kind kind) {
  using enum simulation::Kind;
  switch (kind) {
    case dealing:
      return "dealing";
    case drugs:
      return "drugs";
    case drug_use:
      return "drug_use";
    case violence:
      return "violence";
    case robbery:
      return "robbery";
    case burglary:
      return "burglary";
    case theft:
      return "theft";
    case vehicle_theft:
      return "vehicle_theft";
    case damage:
      return "damage";
    case arson:
      return "arson";
    case nuisance:
      return "nuisance";
    case gathering:
      return "gathering";
    case suspicious:
      return "suspicious";
    case weapons:
      return "weapons";
    case alcohol:
      return "alcohol";
    case fraud:
      return "fraud";
  }
  return "other";
}

LonLat to_lonlat(const geodesy::Projection& projection, geo::Point point) {
  const auto place = projection.to_lonlat_m(point.x_m, point.y_m);
  CHECK(place.has_value());
  return *place;
}

geojson::LonLatShape to_lonlat(const geodesy::Projection& projection, const geo::MultiPolygon& shape) {
  const auto ring_of = [&](const geo::Ring& ring) {
    geojson::LonLatRing out;
    for (const auto& point : ring) out.push_back(to_lonlat(projection, point));
    return out;
  };
  geojson::LonLatShape out;
  for (const auto& polygon : shape) {
    out.push_back({ring_of(polygon.outer), {}});
    for (const auto& hole : polygon.holes) out.back().holes.push_back(ring_of(hole));
  }
  return out;
}

Result<void> write_sectors(database::Transaction& tx, const territory::Territory& territory,
                           const simulation::City& city, const geodesy::Projection& projection,
                           const territory::By& by) {
  for (const int level : {1, 2}) {
    territory::NewSectors wanted{.areas = {}, .name_property = "name", .code_property = "code", .level = level};
    for (std::size_t i = 0; i < city.sectors.size(); ++i) {
      const auto& sector = city.sectors[i];
      if ((sector.parent < 0) != (level == 1)) continue;
      wanted.areas.push_back({{{"name", sector.name}, {"code", fmt::format("{}{:02}", level == 1 ? 'A' : 'Q', i + 1)}},
                              to_lonlat(projection, sector.shape)});
    }
    if (const auto report = territory::add_sectors(tx, territory, wanted, by); !report) return Failure(report.error());
  }
  return {};
}

Result<void> write_ground(database::Transaction& tx, const territory::Territory& territory,
                          const simulation::City& city, const geodesy::Projection& projection,
                          const territory::By& by) {
  std::vector<territory::StreetNode> nodes;
  for (std::size_t i = 0; i < city.nodes.size(); ++i)
    nodes.push_back({static_cast<std::int64_t>(i), to_lonlat(projection, city.nodes[i])});
  std::vector<territory::StreetEdge> edges;
  for (const auto& street : city.streets) {
    const double length_m = geo::distance_m(city.nodes[static_cast<std::size_t>(street.from)],
                                            city.nodes[static_cast<std::size_t>(street.to)]);
    edges.push_back({street.from, street.to, static_cast<std::int64_t>(length_m * 1000), street.name});
  }
  if (const auto done = territory::replace_streets(tx, territory, nodes, edges, by); !done) return done;
  territory::replace_coast(tx, territory,
                           {{territory::CoastKind::sea, to_lonlat(projection, city.sea)},
                            {territory::CoastKind::land, to_lonlat(projection, city.land)}},
                           by);
  const std::pair<const char*, const char*> services[] = {{"police-nationale", "Police nationale"},
                                                          {"gendarmerie", "Gendarmerie nationale"},
                                                          {"douanes", "Douanes"},
                                                          {"parquet", "Parquet"},
                                                          {"prefecture", "Préfecture"},
                                                          {"police-municipale", "Police municipale"}};
  for (const auto& [code, name] : services)
    if (const auto added = territory::add_service(tx, territory, code, name, by); !added) return Failure(added.error());
  return {};
}

std::vector<facts::NewFact> to_facts(const simulation::City& city, const geodesy::Projection& projection,
                                     const clock::TimeZone& zone) {
  std::vector<facts::NewFact> out;
  out.reserve(city.facts.size());
  for (std::size_t i = 0; i < city.facts.size(); ++i) {
    const auto& fact = city.facts[i];
    const auto meaning = zone.to_instant({fact.day, {fact.minute_of_day * 60'000}});
    facts::NewFact one{.key = fmt::format("pm{:06}", i + 1),
                       .window = {meaning.earliest, meaning.latest},
                       .day = fact.day,
                       .ms_of_day = fact.minute_of_day * 60'000,
                       .category = facts::find_category(code_of(fact.kind))->number,
                       .subcategory = {},
                       .channel = fact.is_discovered ? facts::Channel::discovered : facts::Channel::reported,
                       .place = {},
                       .address = fact.street};
    if (fact.place) one.place = to_lonlat(projection, *fact.place);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

simulation::City generate(Seed seed) {
  return simulation::generate_city({.seed = seed, .first_day = *make_date(2024, 1, 1)});
}

Result<Made> write(database::Database& database, const simulation::City& city, const Wanted& wanted,
                   const territory::By& by, const Progress& progress) {
  if (progress.is_cancelled()) return cancelled();
  const auto projection = geodesy::Projection::open(lambert_93);
  if (!projection) return Failure(projection.error());
  const auto zone = clock::TimeZone::open(zone_name);
  if (!zone) return Failure(zone.error());
  auto tx = database.write();
  const Text attribution{"Données simulées (ville générée par Quadrille)",
                         "Simulated data (a city generated by Quadrille)"};
  const auto id = territory::create(*tx, {wanted.slug, city.name, lambert_93, zone_name, true, attribution}, by);
  if (!id) return Failure(id.error());
  const auto territory = territory::find(*tx, wanted.slug);
  if (!territory) return Failure(territory.error());
  if (const auto done = write_sectors(*tx, *territory, city, *projection, by); !done) return Failure(done.error());
  if (const auto done = write_ground(*tx, *territory, city, *projection, by); !done) return Failure(done.error());
  progress.report(0.3);
  if (progress.is_cancelled()) return cancelled();
  const auto report = facts::add_facts(*tx, *territory, "simulation", to_facts(city, *projection, *zone), by);
  if (!report) return Failure(report.error());
  progress.report(0.8);
  territory::replace_calendar(
      *tx, *territory, {territory::CalendarOrigin::given, {*report->first_day, *report->last_day + 1}, city.outages},
      by);
  std::vector<LonLat> nodes;
  for (const auto& node : city.nodes) nodes.push_back(to_lonlat(*projection, node));
  store::write_truth(*tx, *id, city.truth, nodes);
  if (progress.is_cancelled()) return cancelled();
  tx->commit();
  progress.report(1);
  return Made{*id, report->added, static_cast<std::int64_t>(city.streets.size()),
              static_cast<std::int64_t>(city.sectors.size()), static_cast<std::int64_t>(city.truth.points.size())};
}

}  // namespace quadrille::demonstration
