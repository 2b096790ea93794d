#include "services/studies/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/analysis/density.h"
#include "engine/analysis/false_discovery.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/space_time_scan.h"
#include "engine/geo/sector_index.h"
#include "services/studies/weeks.h"

namespace quadrille::studies {
namespace {

constexpr double square_metres_per_km2 = 1e6;
constexpr double share_of_grid = 0.2;  // how far places are once clusters are sought
constexpr double exact_steps_max = 1e8;
constexpr std::size_t cells_max = 250'000;
constexpr std::size_t clusters_max = 10;

// Unfinished when cancelled.
Result<Places> lay_grid(const PictureInput& input, const PictureParameters& parameters, const Selection& selection,
                        const Progress& progress) {
  if (!(parameters.cell_m >= 25) || parameters.cell_m > 20'000)
    return invalid({"la maille va de 25 m à 20 km", "the cell goes from 25 m to 20 km"}, "cell_m");
  std::vector<geo::MultiPolygon> shapes;
  for (const auto row : selection.rows) shapes.push_back(input.planes[row]);
  geo::Extent all = geo::extent(shapes.front());
  for (const auto& shape : shapes) {
    const auto box = geo::extent(shape);
    all = {{std::min(all.low.x_m, box.low.x_m), std::min(all.low.y_m, box.low.y_m)},
           {std::max(all.high.x_m, box.high.x_m), std::max(all.high.y_m, box.high.y_m)}};
  }
  const double cells =
      (all.high.x_m - all.low.x_m) * (all.high.y_m - all.low.y_m) / (parameters.cell_m * parameters.cell_m);
  if (cells > cells_max)
    return refuse(ErrorKind::too_large,
                  {"plus de 250 000 mailles : agrandissez la maille", "more than 250,000 cells: enlarge the cell"},
                  "cell_m");
  Places places{.grid = geo::Grid::covering(all, Metres{parameters.cell_m}),
                .is_inside = {},
                .row_of_cell = {},
                .counts = {},
                .density_per_km2 = {},
                .hot = {},
                .hot_method = {},
                .clusters = {}};
  const geo::SectorIndex index(std::move(shapes));
  for (std::size_t c = 0; c < places.grid.size() && !progress.is_cancelled(); ++c) {
    const auto row = index.find(places.grid.centre(places.grid.cell(c)));
    places.is_inside.push_back(row.has_value());
    places.row_of_cell.push_back(row.value_or(0));
  }
  places.counts.assign(places.grid.size(), 0);
  for (const auto& fact : selection.placed)
    if (const auto cell = places.grid.cell_at(fact.point)) ++places.counts[places.grid.index(*cell)];
  return places;
}

Result<void> find_density(Places& places, const PictureParameters& parameters, const Selection& selection) {
  std::vector<geo::Point> points;
  for (const auto& fact : selection.placed) points.push_back(fact.point);
  auto density =
      analysis::kernel_density(points, places.grid, {.sigma = Metres{parameters.sigma_m}, .reach_sigmas = 4});
  if (!density) return Failure(density.error());
  const double days = std::max(1, selection.observation.period.observed_days);
  for (std::size_t c = 0; c < density->size(); ++c)
    (*density)[c] = places.is_inside[c] ? (*density)[c] * square_metres_per_km2 / days : 0;
  places.density_per_km2 = std::move(*density);
  return {};
}

Result<void> find_hot_cells(Places& places, const PictureParameters& parameters) {
  const int reach = std::max(1, static_cast<int>(std::lround(parameters.hotspot_distance_m / parameters.cell_m)));
  const analysis::Field field{
      places.grid.columns(), places.grid.rows(), {places.counts.begin(), places.counts.end()}, places.is_inside};
  auto stars = analysis::local_g_star(field, reach);
  if (!stars) return Failure(stars.error());
  // The normal overstates how rare a full window is where counts are sparse, which is where the exact law is cheap.
  const bool is_exact = analysis::use_exact_p(field.values, *stars, exact_steps_max).has_value();
  places.hot_method = {is_exact ? "local_g_star_exact" : "local_g_star", "1"};
  std::vector<double> p;
  std::vector<std::size_t> cells;
  for (std::size_t c = 0; c < stars->size(); ++c) {
    if (!places.is_inside[c]) continue;
    p.push_back((*stars)[c].p);
    cells.push_back(c);
  }
  const auto q = analysis::adjusted(p, analysis::DiscoveryControl::bh);
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (q[i] <= parameters.false_discovery_rate)
      places.hot.push_back({cells[i], (*stars)[cells[i]].z, p[i], q[i], places.counts[cells[i]]});
  return {};
}

Cluster to_cluster(const analysis::ScanCluster& found, int rank, const Places& places,
                   const std::vector<std::size_t>& cell_of_place, const std::vector<CivilDate>& days,
                   const PictureInput& input, const Selection& selection, const geodesy::Projection& projection) {
  Cluster cluster{.rank = rank, .sectors = {}};
  const geo::Point centre = places.grid.centre(places.grid.cell(cell_of_place[found.centre]));
  if (const auto place = projection.to_lonlat_m(centre.x_m, centre.y_m))
    cluster.centre = {place->lon_degrees(), place->lat_degrees()};
  // To the far corners of the outermost cells.
  cluster.radius_m = found.radius_m + places.grid.cell_m() * std::sqrt(0.5);
  cluster.first_day = days[static_cast<std::size_t>(found.first_day)];
  cluster.last_day = days[static_cast<std::size_t>(found.last_day)];
  cluster.observed = found.observed;
  cluster.expected = found.expected;
  // Few of 999 replicas are as good as what is shown, which makes their count a poor p; the law fitted to all of them
  // gives a better one (docs/methods/picture.md).
  cluster.p = found.p_gumbel;
  cluster.recurrence_days = std::min(1 / found.p_gumbel, recurrence_days_max);
  std::set<std::int64_t> sectors;
  for (const auto place : found.places) {
    const auto cell = cell_of_place[place];
    if (places.is_inside[cell]) sectors.insert(input.sectors[selection.rows[places.row_of_cell[cell]]].id.value);
  }
  cluster.sectors.assign(sectors.begin(), sectors.end());
  return cluster;
}

// Places are the cells with facts; days are the observed days of the period, renumbered.
Result<void> find_clusters(Places& places, const PictureInput& input, const PictureParameters& parameters,
                           const Selection& selection, const geodesy::Projection& projection, int threads,
                           const Progress& progress) {
  const auto days = input.calendar.days(parameters.period());
  const auto days_max = std::min<std::int32_t>(parameters.cluster_days_max, static_cast<std::int32_t>(days.size()) / 2);
  if (days_max < 1) return {};
  std::vector<std::int32_t> place_of_cell(places.grid.size(), -1);
  std::vector<std::size_t> cell_of_place;
  std::vector<geo::Point> centres;
  std::vector<analysis::PlaceDayCount> events;
  for (const auto& fact : selection.placed) {
    const auto cell = places.grid.cell_at(fact.point);
    if (!cell || !places.is_inside[places.grid.index(*cell)]) continue;
    auto& place = place_of_cell[places.grid.index(*cell)];
    if (place < 0) {
      place = static_cast<std::int32_t>(centres.size());
      centres.push_back(places.grid.centre(*cell));
      cell_of_place.push_back(places.grid.index(*cell));
    }
    const auto day = std::ranges::lower_bound(days, fact.day) - days.begin();
    events.push_back({static_cast<std::uint32_t>(place), static_cast<std::int32_t>(day)});
  }
  if (events.size() < 20) return {};
  const auto scan_input =
      analysis::ScanInput::permutation(std::move(centres), events, static_cast<std::int32_t>(days.size()));
  if (!scan_input) return Failure(scan_input.error());
  const auto found = analysis::scan(*scan_input,
                                    {.radius_max = Metres{parameters.cluster_radius_max_m},
                                     .days_max = days_max,
                                     .replicas = parameters.replicas,
                                     .seed = {static_cast<std::uint64_t>(parameters.seed)},
                                     .threads = threads},
                                    progress);
  if (!found) return Failure(found.error());
  for (const auto& one : found->clusters) {
    if (one.p_gumbel > cluster_level() || places.clusters.size() == clusters_max) break;
    places.clusters.push_back(to_cluster(one, static_cast<int>(places.clusters.size()) + 1, places, cell_of_place, days,
                                         input, selection, projection));
  }
  return {};
}

}  // namespace

Result<Places> lay_and_find_hot(const PictureInput& input, const PictureParameters& parameters,
                                const Selection& selection, const Progress& progress) {
  if (!(parameters.false_discovery_rate > 0) || parameters.false_discovery_rate >= 1)
    return invalid({"le taux de fausses découvertes va de 0 à 1", "the false discovery rate goes from 0 to 1"},
                   "false_discovery_rate");
  auto places = lay_grid(input, parameters, selection, progress);
  if (!places) return places;
  if (progress.is_cancelled()) return cancelled();
  if (const auto done = find_hot_cells(*places, parameters); !done) return Failure(done.error());
  return places;
}

Result<Places> find_places(const PictureInput& input, const PictureParameters& parameters, const Selection& selection,
                           int threads, const Progress& progress) {
  auto projection = geodesy::Projection::open(input.territory.epsg);
  if (!projection) return Failure(projection.error());
  auto places = lay_and_find_hot(input, parameters, selection, progress);
  if (!places) return places;
  progress.report(share_of_grid / 2);
  if (progress.is_cancelled()) return cancelled();
  if (const auto done = find_density(*places, parameters, selection); !done) return Failure(done.error());
  progress.report(share_of_grid);
  if (progress.is_cancelled()) return cancelled();
  if (const auto done =
          find_clusters(*places, input, parameters, selection, *projection, threads, progress.stage(share_of_grid, 1));
      !done)
    return Failure(done.error());
  return places;
}

geojson::LonLatShape cell_shape(const geo::Grid& grid, geo::Cell cell, const geodesy::Projection& projection) {
  const geo::Point low = grid.corner(cell);
  const double size = grid.cell_m();
  geojson::LonLatRing ring;
  for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {size, 0.0}, {size, size}, {0.0, size}, {0.0, 0.0}})
    if (const auto place = projection.to_lonlat_m(low.x_m + dx, low.y_m + dy)) ring.push_back(*place);
  return {{std::move(ring), {}}};
}

}  // namespace quadrille::studies
