#include "services/studies/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "services/studies/estimates.h"
#include "services/studies/findings.h"

namespace quadrille::studies {
namespace {

// Viridis at even steps, dark = few (Smith and van der Walt 2015, matplotlib's table; CC0).
constexpr const char* viridis_5[] = {"#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"};
constexpr const char* hot_colours[] = {"#f6a04d", "#b5370f"};
constexpr const char* cluster_colours[] = {"#d55e00", "#e69f00"};

const Text police_caveat{
    "Ne mesure pas le trafic mais où la police l'a constaté : ne pas comparer des secteurs inégalement surveillés.",
    "Does not measure trafficking but where police found it: do not compare sectors that are unequally watched."};
const Text reports_caveat{
    "Ne mesure pas tous les faits mais ceux que le public signale : là où l'on n'ose pas appeler, il y en a peu.",
    "Does not measure all facts but those the public reports: where people dare not call, there are few."};

const Text& caveat(facts::Channel channel) {
  return channel == facts::Channel::reported ? reports_caveat : police_caveat;
}

Legend make_legend(const Picture& picture, const PictureInput& input, Text title, Text unit, Method method) {
  const Text& channel = facts::label_of(picture.parameters.channel);
  Text source = input.territory.attribution;
  source.fr += fmt::format("{}faits {}, du {} au {}", source.fr.empty() ? "" : " · ", channel.fr,
                           date_words(picture.parameters.first_day).fr, date_words(picture.parameters.last_day).fr);
  source.en += fmt::format("{}facts {}, {} to {}", source.en.empty() ? "" : " · ", channel.en,
                           date_words(picture.parameters.first_day).en, date_words(picture.parameters.last_day).en);
  return {.title = std::move(title),
          .unit = std::move(unit),
          .channel = picture.parameters.channel,
          .method = std::move(method),
          .classes = {},
          .source = std::move(source),
          .not_for = caveat(picture.parameters.channel)};
}

// 1, 1.5, 2, 3, 5 or 7 times a power of ten, the nearest at or below.
double round_down(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {7.0, 5.0, 3.0, 2.0, 1.5, 1.0})
    if (step * power <= value * (1 + 1e-9)) return step * power;
  return power;
}

Text limit_words(double value) {
  int decimals = 0;
  for (double scaled = value; std::abs(scaled - std::round(scaled)) > 1e-6 && decimals < 4; scaled *= 10) ++decimals;
  return number_words(value, decimals);
}

// Four round limits, rising, that part positive values in about even shares; fewer where values are few.
std::vector<double> class_limits(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !(value > 0); });
  std::ranges::sort(values);
  std::vector<double> limits;
  for (const double share : {0.2, 0.45, 0.7, 0.9}) {
    if (values.empty()) break;
    const double limit = round_down(values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))]);
    if (limits.empty() || limit > limits.back()) limits.push_back(limit);
  }
  return limits;
}

void add_classes(Legend& legend, const std::vector<double>& limits) {
  for (std::size_t i = 0; i <= limits.size(); ++i) {
    LegendClass one{.from = {}, .to = {}, .colour = viridis_5[i], .label = {}};
    if (i > 0) one.from = limits[i - 1];
    if (i < limits.size()) one.to = limits[i];
    if (!one.from && one.to)
      one.label = {"moins de " + limit_words(*one.to).fr, "under " + limit_words(*one.to).en};
    else if (one.from && one.to)
      one.label = {limit_words(*one.from).fr + " à " + limit_words(*one.to).fr,
                   limit_words(*one.from).en + " to " + limit_words(*one.to).en};
    else if (one.from)
      one.label = {limit_words(*one.from).fr + " et plus", limit_words(*one.from).en + " and over"};
    else
      one.label = {"tous", "all"};
    legend.classes.push_back(one);
  }
}

int class_of(double value, const std::vector<double>& limits) {
  return static_cast<int>(std::ranges::upper_bound(limits, value) - limits.begin());
}

Layer sector_layer(const PictureInput& input, const Picture& picture, const Selection& selection) {
  Layer layer{
      .legend = make_legend(picture, input, {"Faits par secteur", "Facts by sector"},
                            {"faits par km² et par jour observé", "facts per km² and observed day"}, {"rate", "1"}),
      .features = {},
      .note = {}};
  std::vector<double> densities;
  for (const auto& row : picture.sectors) densities.push_back(row.density_per_km2.value_or(0));
  const auto limits = class_limits(densities);
  add_classes(layer.legend, limits);
  const int uncertain = static_cast<int>(layer.legend.classes.size());
  layer.legend.classes.push_back(
      {.from = {},
       .to = {},
       .colour = "#9a9a9a",
       .hatched = true,
       .label = {"trop peu de faits ou de jours pour conclure", "too few facts or days to conclude"}});
  for (std::size_t i = 0; i < picture.sectors.size(); ++i) {
    const auto& row = picture.sectors[i];
    const bool is_uncertain = row.period.count < 10 || row.period.observed_days < 7;
    layer.features.push_back({std::to_string(row.id),
                              is_uncertain ? uncertain : class_of(row.density_per_km2.value_or(0), limits),
                              input.sectors[selection.rows[i]].shape,
                              {{"sector", static_cast<double>(row.id)},
                               {"count", static_cast<double>(row.period.count)},
                               {"rate", row.period.rate},
                               {"low", row.period.low},
                               {"high", row.period.high},
                               {"density_per_km2", row.density_per_km2},
                               {"ratio", row.change.ratio}},
                              {{"name", row.name}}});
  }
  return layer;
}

// Unfinished when cancelled.
Layer density_layer(const PictureInput& input, const Picture& picture, const Places& places,
                    const geodesy::Projection& projection, const Progress& progress) {
  Layer layer{.legend = make_legend(picture, input, {"Densité des faits", "Density of facts"},
                                    {"faits par km² et par jour observé", "facts per km² and observed day"},
                                    {"kernel_density", "1"}),
              .features = {},
              .note = {}};
  const auto limits = class_limits(places.density_per_km2);
  add_classes(layer.legend, limits);
  const double least = limits.empty() ? 0 : limits.front() / 2;
  for (std::size_t c = 0; c < places.grid.size() && !progress.is_cancelled(); ++c) {
    const double value = places.density_per_km2[c];
    if (!places.is_inside[c] || value <= least) continue;
    const auto cell = places.grid.cell(c);
    layer.features.push_back({places.grid.id(cell, input.territory.epsg),
                              class_of(value, limits),
                              cell_shape(places.grid, cell, projection),
                              {{"value", value}},
                              {}});
  }
  layer.note = Text{
      fmt::format("Noyau gaussien de {:.0f} m ; trop bas près des limites du territoire.", picture.parameters.sigma_m),
      fmt::format("Gaussian kernel of {:.0f} m; too low near the territory's borders.", picture.parameters.sigma_m)};
  return layer;
}

Layer hotspot_layer(const PictureInput& input, const Picture& picture, const Places& places,
                    const geodesy::Projection& projection) {
  Layer layer{.legend = make_legend(picture, input, {"Points chauds", "Hot spots"},
                                    {"q : part attendue de fausses alertes", "q: expected share of false calls"},
                                    places.hot_method),
              .features = {},
              .note = {}};
  const Text usual{"nets (q ≤ 0,05)", "clear (q ≤ 0.05)"};
  const Text strong{"très nets (q ≤ 0,001)", "very clear (q ≤ 0.001)"};
  layer.legend.classes = {{.from = 0.001, .to = 0.05, .colour = hot_colours[0], .label = usual},
                          {.from = 0, .to = 0.001, .colour = hot_colours[1], .label = strong}};
  for (const auto& hot : places.hot) {
    const auto cell = places.grid.cell(hot.index);
    layer.features.push_back({places.grid.id(cell, input.territory.epsg),
                              hot.q <= 0.001 ? 1 : 0,
                              cell_shape(places.grid, cell, projection),
                              {{"z", hot.z}, {"p", hot.p}, {"q", hot.q}, {"count", static_cast<double>(hot.count)}},
                              {}});
  }
  if (places.hot.empty())
    layer.note = Text{"Aucune maille ne se détache du reste du territoire.",
                      "No cell stands out from the rest of the territory."};
  return layer;
}

geojson::LonLatShape circle(const Cluster& cluster, const geodesy::Projection& projection) {
  const auto centre = projection.to_plane(*LonLat::checked(cluster.centre[0], cluster.centre[1]));
  geojson::LonLatRing ring;
  constexpr int corners = 48;
  for (int i = 0; i <= corners && centre; ++i) {
    const double angle = 2 * std::numbers::pi * (i % corners) / corners;
    if (const auto place = projection.to_lonlat_m(centre->east_m() + cluster.radius_m * std::cos(angle),
                                                  centre->north_m() + cluster.radius_m * std::sin(angle)))
      ring.push_back(*place);
  }
  return {{std::move(ring), {}}};
}

Layer cluster_layer(const PictureInput& input, const Picture& picture, const geodesy::Projection& projection) {
  Layer layer{
      .legend = make_legend(picture, input, {"Foyers émergents", "Emerging clusters"},
                            {"intervalle de récurrence, en jours", "recurrence interval, in days"}, scan_method),
      .features = {},
      .note = {}};
  layer.legend.classes = {
      {.from = 180,
       .to = {},
       .colour = cluster_colours[0],
       .label = {"plus de 180 jours : probable ou établi", "over 180 days: probable or established"}},
      {.from = 30,
       .to = 180,
       .colour = cluster_colours[1],
       .label = {"30 à 180 jours : possible", "30 to 180 days: possible"}}};
  for (const auto& cluster : picture.clusters) {
    const int legend_class = cluster.certainty <= Certainty::probable ? 0 : 1;
    layer.features.push_back({fmt::format("cluster-{}", cluster.rank),
                              legend_class,
                              circle(cluster, projection),
                              {{"rank", cluster.rank},
                               {"observed", static_cast<double>(cluster.observed)},
                               {"expected", cluster.expected},
                               {"p", cluster.p},
                               {"recurrence_days", cluster.recurrence_days},
                               {"radius_m", cluster.radius_m}},
                              {{"first_day", format_date(cluster.first_day)}}});
  }
  if (picture.clusters.empty())
    layer.note = Text{"Aucun foyer vivant au dernier jour, au-delà de ce que le hasard donne chaque mois.",
                      "No cluster alive on the last day beyond what chance gives every month."};
  return layer;
}

}  // namespace

Result<std::map<LayerKind, Layer>> make_layers(const PictureInput& input, const Picture& picture,
                                               const Selection& selection, const Places& places,
                                               const Progress& progress) {
  auto projection = geodesy::Projection::open(input.territory.epsg);
  if (!projection) return Failure(projection.error());
  std::map<LayerKind, Layer> layers;
  layers[LayerKind::sectors] = sector_layer(input, picture, selection);
  layers[LayerKind::density] = density_layer(input, picture, places, *projection, progress);
  progress.report(0.8);
  layers[LayerKind::hotspots] = hotspot_layer(input, picture, places, *projection);
  layers[LayerKind::clusters] = cluster_layer(input, picture, *projection);
  if (progress.is_cancelled()) return cancelled();
  progress.report(1);
  return layers;
}

}  // namespace quadrille::studies
