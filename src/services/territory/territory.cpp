#include "services/territory/territory.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "host/clock/time_zone.h"
#include "host/geodesy/projection.h"
#include "services/audit/audit.h"
#include "services/territory/calendar.h"
#include "services/territory/store.h"

namespace quadrille::territory {
namespace {

void record(database::Transaction& tx, TerritoryId territory, audit::Action action, const std::string& subject,
            const std::string& details, const By& by) {
  audit::record(tx, {by.actor, action, territory, subject, details, ""}, by.at);
}

bool is_slug(std::string_view text) {
  const bool has_only =
      std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return !text.empty() && text.size() <= 40 && has_only && text.front() != '-' && text.back() != '-';
}

// "Le Panier (nord)" -> "le-panier-nord"; letters outside ASCII are left out, so the caller makes codes unique.
std::string code_from(std::string_view name) {
  std::string code;
  for (const char c : name) {
    const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
      code += lower;
    else if (!code.empty() && code.back() != '-')
      code += '-';
  }
  while (!code.empty() && code.back() == '-') code.pop_back();
  return code;
}

geo::Ring to_degrees(const geojson::LonLatRing& ring) {
  geo::Ring points;
  for (const LonLat place : ring) points.push_back({place.lon_degrees(), place.lat_degrees()});
  return points;
}

geo::MultiPolygon to_degrees(const geojson::LonLatShape& shape) {
  geo::MultiPolygon polygons;
  for (const auto& polygon : shape) {
    geo::Polygon out{to_degrees(polygon.outer), {}};
    for (const auto& hole : polygon.holes) out.holes.push_back(to_degrees(hole));
    polygons.push_back(std::move(out));
  }
  return polygons;
}

geojson::LonLatRing from_degrees(const geo::Ring& ring) {
  geojson::LonLatRing places;
  for (const auto& point : ring)
    if (const auto place = LonLat::checked(point.x_m, point.y_m)) places.push_back(*place);
  return places;
}

geojson::LonLatShape from_degrees(const geo::MultiPolygon& polygons) {
  geojson::LonLatShape shape;
  for (const auto& polygon : polygons) {
    geojson::LonLatPolygon out{from_degrees(polygon.outer), {}};
    for (const auto& hole : polygon.holes) out.holes.push_back(from_degrees(hole));
    shape.push_back(std::move(out));
  }
  return shape;
}

struct NamedArea {
  std::string where;
  std::string name;
  std::string code;
};

Result<NamedArea> name_area(const geojson::AreaFeature& area, std::size_t number, const NewSectors& wanted,
                            std::set<std::string>& codes) {
  const std::string where = fmt::format("feature {}", number);
  const auto name = area.properties.find(wanted.name_property);
  if (name == area.properties.end() || name->second.empty()) {
    std::string known;
    for (const auto& [key, value] : area.properties) known += (known.empty() ? "" : ", ") + key;
    return invalid({fmt::format("{} : pas de propriété « {} » ; il y a {}", where, wanted.name_property, known),
                    fmt::format("{}: no property \"{}\"; there are {}", where, wanted.name_property, known)},
                   "--name-property");
  }
  NamedArea named{fmt::format("{} ({})", where, name->second), name->second, {}};
  if (wanted.code_property.empty()) {
    const std::string base = code_from(named.name);
    named.code = base.empty() ? fmt::format("s{}", number) : base;
    for (int suffix = 2; codes.contains(named.code); ++suffix) named.code = fmt::format("{}-{}", base, suffix);
  } else {
    const auto code = area.properties.find(wanted.code_property);
    if (code == area.properties.end() || code->second.empty())
      return invalid({fmt::format("{} : pas de propriété « {} »", named.where, wanted.code_property),
                      fmt::format("{}: no property \"{}\"", named.where, wanted.code_property)},
                     "--code-property");
    named.code = code->second;
  }
  if (!codes.insert(named.code).second)
    return refuse(ErrorKind::conflict,
                  {fmt::format("{} : le code « {} » est déjà pris", named.where, named.code),
                   fmt::format("{}: the code \"{}\" is already taken", named.where, named.code)},
                  "code");
  return named;
}

// The sector of the level above that holds most of the shape.
struct Parent {
  SectorId id;
  std::string name;
  double share = 0;
};

std::optional<Parent> best_parent(const geo::MultiPolygon& shape, const std::vector<Sector>& sectors,
                                  const std::vector<geo::MultiPolygon>& planes, int level) {
  std::optional<Parent> best;
  for (std::size_t i = 0; i < sectors.size(); ++i) {
    if (sectors[i].level != level - 1) continue;
    const double share = geo::share_within(shape, planes[i]);
    if (!best || share > best->share) best = Parent{sectors[i].id, sectors[i].name, share};
  }
  return best;
}

}  // namespace

Result<TerritoryId> create(database::Transaction& tx, const NewTerritory& wanted, const By& by) {
  if (!is_slug(wanted.slug))
    return invalid({"l'identifiant s'écrit en minuscules, chiffres et tirets, comme « port-mazarin »",
                    "the slug is written in lower-case letters, digits and hyphens, like \"port-mazarin\""},
                   "slug");
  if (wanted.name.empty()) return invalid({"il faut un nom", "a name is needed"}, "--name");
  if (const auto projection = geodesy::Projection::open(wanted.epsg); !projection) return Failure(projection.error());
  if (const auto zone = clock::TimeZone::open(wanted.time_zone); !zone) return Failure(zone.error());
  if (store::find_territory(tx, wanted.slug))
    return refuse(ErrorKind::conflict,
                  {fmt::format("le territoire « {} » existe déjà", wanted.slug),
                   fmt::format("the territory \"{}\" exists already", wanted.slug)},
                  "slug");
  const auto id = store::insert_territory(tx, wanted, by.at);
  record(tx, id, audit::Action::collection, fmt::format("territory {}", wanted.slug),
         fmt::format("epsg={} time_zone={}", wanted.epsg, wanted.time_zone), by);
  return id;
}

Result<Territory> find(database::Snapshot& snapshot, std::string_view slug) {
  auto found = store::find_territory(snapshot, slug);
  if (!found) return Failure(unknown_territory(slug));
  return *found;
}

Error unknown_territory(std::string_view slug) {
  return {ErrorKind::not_found,
          {fmt::format("aucun territoire « {} » ; « quadrille territory list » les énumère", slug),
           fmt::format("no territory \"{}\"; \"quadrille territory list\" lists them", slug)},
          "territory"};
}

Result<geo::MultiPolygon> to_plane(const geojson::LonLatShape& shape, int epsg) {
  const auto projection = geodesy::Projection::open(epsg);
  if (!projection) return Failure(projection.error());
  const auto ring_to_plane = [&](const geojson::LonLatRing& ring) -> Result<geo::Ring> {
    geo::Ring points;
    for (const LonLat place : ring) {
      const auto projected = projection->to_plane(place);
      if (!projected)
        return invalid(
            {fmt::format("{}, {} n'a pas de place dans EPSG:{}", place.lon_degrees(), place.lat_degrees(), epsg),
             fmt::format("{}, {} has no place in EPSG:{}", place.lon_degrees(), place.lat_degrees(), epsg)},
            "geometry");
      points.push_back(geo::to_point(*projected));
    }
    return points;
  };
  geo::MultiPolygon plane;
  for (const auto& polygon : shape) {
    auto outer = ring_to_plane(polygon.outer);
    if (!outer) return Failure(outer.error());
    geo::Polygon out{std::move(*outer), {}};
    for (const auto& hole : polygon.holes) {
      auto ring = ring_to_plane(hole);
      if (!ring) return Failure(ring.error());
      out.holes.push_back(std::move(*ring));
    }
    plane.push_back(std::move(out));
  }
  return plane;
}

Result<SectorsReport> add_sectors(database::Transaction& tx, const Territory& territory, const NewSectors& wanted,
                                  const By& by) {
  auto known = load_sectors(tx, territory.id);
  std::set<std::string> codes;
  std::vector<geo::MultiPolygon> planes;
  for (const auto& sector : known) {
    codes.insert(sector.code);
    auto plane = to_plane(sector.shape, territory.epsg);
    if (!plane) return Failure(plane.error());
    planes.push_back(std::move(*plane));
  }
  if (wanted.level < 1 || wanted.level > 9)
    return invalid({"le niveau va de 1 (le plus grand) à 9", "the level goes from 1 (the largest) to 9"}, "--level");
  if (wanted.level > 1 &&
      std::ranges::none_of(known, [&](const Sector& sector) { return sector.level == wanted.level - 1; }))
    return invalid({fmt::format("aucun secteur de niveau {} ; ajoutez d'abord les plus grands", wanted.level - 1),
                    fmt::format("no sector of level {}; add the larger ones first", wanted.level - 1)},
                   "--level");
  SectorsReport report;
  std::int64_t number = 0;
  for (const auto& area : wanted.areas) {
    ++number;
    const auto named = name_area(area, static_cast<std::size_t>(number), wanted, codes);
    if (!named) return Failure(named.error());
    Sector sector{.code = named->code, .name = named->name, .parent = {}, .level = wanted.level, .shape = area.shape};
    if (const auto found = geo::validity(to_degrees(area.shape)); !found.is_valid) {
      const auto repaired = geo::made_valid(to_degrees(area.shape));
      if (!repaired)
        return invalid({fmt::format("{} : polygone invalide ({} en {}, {}) et sans surface une fois réparé",
                                    named->where, found.reason, found.where.x_m, found.where.y_m),
                        fmt::format("{}: invalid polygon ({} at {}, {}) and without area once repaired", named->where,
                                    found.reason, found.where.x_m, found.where.y_m)},
                       "geometry");
      sector.shape = from_degrees(*repaired);
      ++report.repaired;
      report.issues.push_back(
          {number,
           "geometry",
           {fmt::format("{} : réparé ({} en {}, {})", named->where, found.reason, found.where.x_m, found.where.y_m),
            fmt::format("{}: repaired ({} at {}, {})", named->where, found.reason, found.where.x_m, found.where.y_m)},
           found.reason});
    }
    auto plane = to_plane(sector.shape, territory.epsg);
    if (!plane) return Failure(plane.error());
    sector.area_m2 = geo::area(*plane);
    if (wanted.level > 1) {
      const auto parent = best_parent(*plane, known, planes, wanted.level);
      if (!parent || parent->share < 0.5)
        return invalid(
            {fmt::format("{} : n'est pour moitié dans aucun secteur de niveau {}", named->where, wanted.level - 1),
             fmt::format("{}: lies by half in no sector of level {}", named->where, wanted.level - 1)},
            "geometry");
      if (parent->share < 0.99)
        report.issues.push_back(
            {number,
             "geometry",
             {fmt::format("{} : {:.0f} % seulement dans {}", named->where, 100 * parent->share, parent->name),
              fmt::format("{}: only {:.0f} % within {}", named->where, 100 * parent->share, parent->name)},
             ""});
      sector.parent = parent->id;
    }
    sector.id = store::insert_sector(tx, territory, sector);
    ++report.added;
  }
  record(tx, territory.id, audit::Action::collection, "sectors",
         fmt::format("level={} added={} repaired={}", wanted.level, report.added, report.repaired), by);
  return report;
}

Result<SectorShapes> leaf_shapes(const std::vector<Sector>& sectors, int epsg) {
  int deepest = 0;
  for (const auto& sector : sectors) deepest = std::max(deepest, sector.level);
  SectorShapes leaves;
  for (const auto& sector : sectors) {
    if (sector.level != deepest) continue;
    auto plane = to_plane(sector.shape, epsg);
    if (!plane) return Failure(plane.error());
    leaves.ids.push_back(sector.id);
    leaves.shapes.push_back(std::move(*plane));
  }
  return leaves;
}

Result<ServiceId> add_service(database::Transaction& tx, const Territory& territory, const std::string& code,
                              const std::string& name, const By& by) {
  if (!is_slug(code) || name.empty())
    return invalid({"un service a un code en minuscules (« police-nationale ») et un nom",
                    "a service has a lower-case code (\"police-nationale\") and a name"},
                   "code");
  for (const auto& service : load_services(tx, territory.id))
    if (service.code == code)
      return refuse(
          ErrorKind::conflict,
          {fmt::format("le service « {} » existe déjà", code), fmt::format("the service \"{}\" exists already", code)},
          "code");
  const auto id = store::insert_service(tx, territory.id, code, name);
  record(tx, territory.id, audit::Action::collection, fmt::format("service {}", code), "", by);
  return id;
}

Result<void> replace_streets(database::Transaction& tx, const Territory& territory,
                             const std::vector<StreetNode>& nodes, const std::vector<StreetEdge>& edges, const By& by) {
  std::unordered_set<std::int64_t> numbers;
  for (const auto& node : nodes)
    if (!numbers.insert(node.number).second)
      return invalid({fmt::format("le nœud {} est donné deux fois", node.number),
                      fmt::format("node {} is given twice", node.number)},
                     "nodes");
  for (const auto& edge : edges) {
    for (const auto end : {edge.from, edge.to})
      if (!numbers.contains(end))
        return invalid({fmt::format("une rue mène au nœud {}, qui n'est pas donné", end),
                        fmt::format("an edge leads to node {}, which is not given", end)},
                       "edges");
  }
  store::replace_street_rows(tx, territory.id, nodes, edges);
  record(tx, territory.id, audit::Action::alteration, "streets",
         fmt::format("nodes={} edges={}", nodes.size(), edges.size()), by);
  return {};
}

void replace_coast(database::Transaction& tx, const Territory& territory, const std::vector<CoastArea>& areas,
                   const By& by) {
  store::replace_coast_rows(tx, territory.id, areas);
  record(tx, territory.id, audit::Action::alteration, "coast", fmt::format("areas={}", areas.size()), by);
}

void replace_calendar(database::Transaction& tx, const Territory& territory, const Calendar& calendar, const By& by) {
  store::replace_calendar_rows(tx, territory.id, calendar);
  record(tx, territory.id, audit::Action::alteration, "calendar",
         fmt::format("first_day={} last_day={} gaps={}", format_date(calendar.span().begin),
                     format_date(calendar.span().end - 1), calendar.gaps().size()),
         by);
}

}  // namespace quadrille::territory
