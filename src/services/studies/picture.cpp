#include "services/studies/picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/analysis/alarm_budget.h"
#include "services/studies/estimates.h"
#include "services/studies/findings.h"
#include "services/studies/layers.h"
#include "services/studies/places.h"
#include "services/studies/selection.h"

namespace quadrille::studies {
namespace {

// How far a picture is once it has counted, and once it knows its places.
constexpr double share_of_counting = 0.2;
constexpr double share_of_places = 0.95;

void fill_totals(Picture& picture, const Selection& selection) {
  std::vector<ChangeInput> inputs;
  for (const auto channel : facts::channels)
    inputs.push_back(change_input(selection.by_channel.at(channel), selection));
  const auto changes = make_changes(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto channel = facts::channels[i];
    picture.totals.push_back({channel, inputs[i].period, inputs[i].comparison, changes[i]});
    picture.series.push_back({channel, selection.weeks.shown(selection.weeks_by_channel.at(channel), habit_level(1))});
  }
}

void fill_categories(Picture& picture, const Selection& selection) {
  std::vector<ChangeInput> inputs;
  std::vector<std::pair<std::uint8_t, facts::Channel>> keys;
  for (const auto& [key, counts] : selection.by_category) {
    keys.push_back(key);
    inputs.push_back(change_input(counts, selection));
  }
  const auto changes = make_changes(inputs);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& category = facts::category_of(keys[i].first);
    picture.categories.push_back({std::string(category.code), category.label, keys[i].second, inputs[i].period,
                                  inputs[i].comparison, changes[i]});
  }
  std::ranges::sort(picture.categories, {},
                    [](const CategoryRow& row) { return std::tuple(row.channel, -row.period.count, row.code); });
}

void fill_sectors(Picture& picture, const PictureInput& input, const Selection& selection) {
  std::vector<ChangeInput> inputs;
  for (const auto& counts : selection.by_row) inputs.push_back(change_input(counts, selection));
  const auto changes = make_changes(inputs);
  const double level = habit_level(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& sector = input.sectors[selection.rows[i]];
    SectorRow row{.id = sector.id.value,
                  .code = sector.code,
                  .name = sector.name,
                  .parent = {},
                  .period = inputs[i].period,
                  .comparison = inputs[i].comparison,
                  .change = changes[i],
                  .weeks = selection.weeks.shown(selection.weeks_by_row[i], level),
                  .alarm = {},
                  .density_per_km2 = {}};
    if (sector.parent) row.parent = sector.parent->value;
    row.alarm = alarm_of(row.weeks);
    if (row.period.rate && sector.area_m2 > 0) row.density_per_km2 = *row.period.rate / (sector.area_m2 / 1e6);
    picture.sectors.push_back(std::move(row));
  }
}

void word_clusters(Picture& picture) {
  for (auto& cluster : picture.clusters) {
    const bool is_confirmed = std::ranges::any_of(cluster.sectors, [&](std::int64_t id) {
      const auto row = std::ranges::find(picture.sectors, id, &SectorRow::id);
      return row != picture.sectors.end() &&
             (row->alarm || (row->change.direction == Direction::up && row->change.certainty <= Certainty::probable));
    });
    cluster.certainty = certainty_of_cluster(*cluster.recurrence_days, cluster.observed, is_confirmed);
  }
}

Quality make_quality(const Picture& picture, const PictureInput& input, const Selection& selection) {
  const auto& period = picture.observation.period;
  Quality quality{.without_place = selection.without_place,
                  .outside_sectors = selection.outside_sectors,
                  .unobserved_days = period.days - period.observed_days,
                  .discovered_share = {},
                  .issues = input.issues,
                  .notes = {}};
  const auto& reported = selection.by_channel.at(facts::Channel::reported);
  const auto& discovered = selection.by_channel.at(facts::Channel::discovered);
  const auto of_channel = picture.parameters.channel == facts::Channel::reported ? reported.period : discovered.period;
  if (of_channel > 0)
    quality.without_place_share = static_cast<double>(quality.without_place) / static_cast<double>(of_channel);
  if (reported.period + discovered.period > 0)
    quality.discovered_share =
        static_cast<double>(discovered.period) / static_cast<double>(reported.period + discovered.period);
  if (input.territory.is_simulated)
    quality.notes.push_back({"Données simulées : aucune ne décrit un lieu ou un fait réel.",
                             "Simulated data: none describes a real place or fact."});
  if (input.calendar.origin() == territory::CalendarOrigin::inferred && quality.unobserved_days > 0)
    quality.notes.push_back({"Jours non observés déduits : aucun fait d'aucune catégorie ces jours-là.",
                             "Unobserved days are inferred: no fact of any category on those days."});
  if (quality.outside_sectors > 0)
    quality.notes.push_back(
        {fmt::format("{} faits ont un lieu hors de tout secteur : ils comptent dans le total, dans aucun secteur.",
                     quality.outside_sectors),
         fmt::format("{} facts have a place outside every sector: they count in the total, in no sector.",
                     quality.outside_sectors)});
  if (picture.parameters.channel == facts::Channel::discovered)
    quality.notes.push_back(
        {"Faits constatés : ils suivent les patrouilles et les opérations. Une hausse peut n'être qu'une présence.",
         "Discovered facts follow patrols and operations. A rise may be presence only."});
  const double level = habit_level(selection.rows.size());
  const double false_alarms = level * static_cast<double>(selection.rows.size());
  const Text level_words = number_words(100 * level, 2);
  const Text expected = number_words(false_alarms, 2);
  const Text budget = number_words(analysis::false_alarms_per_week_by_default, 0);
  quality.notes.push_back(
      {fmt::format("Habitudes : une semaine sort de l'ordinaire quand le hasard la dépasse moins de {} % du temps. "
                   "Fausses alertes attendues : {} par semaine, sur les {} que le territoire se permet.",
                   level_words.fr, expected.fr, budget.fr),
       fmt::format("Habits: a week stands out when chance passes it less than {}% of the time. False alarms to expect: "
                   "{} a week, of the {} the territory allows itself.",
                   level_words.en, expected.en, budget.en)});
  quality.notes.push_back(
      {"À court terme, la plupart des « contagions » des fichiers de police sont le rythme de la police (jours, "
       "opérations).",
       "Over short times, most \"contagion\" in police records is police rhythm (weekdays, operations)."});
  return quality;
}

}  // namespace

CivilDate history_from(const PictureParameters& parameters) {
  constexpr int weeks_of_habit = 3 * 52 + 4;
  const CivilDate weeks = monday_of(parameters.last_day) - 7 * (weeks_shown + weeks_of_habit);
  return std::min({weeks, parameters.first_day, parameters.compare_first_day});
}

Result<PictureAndLayers> make_picture(const PictureInput& input, const PictureParameters& parameters, int threads,
                                      const Progress& progress) {
  const auto selection = select(input, parameters);
  if (!selection) return Failure(selection.error());
  PictureAndLayers made;
  Picture& picture = made.picture;
  picture.territory = {input.territory.slug, input.territory.name, input.territory.is_simulated};
  picture.parameters = parameters;
  picture.data_version = input.territory.data_version;
  picture.methods = {{"poisson_interval", "1"}, {"rate_ratio", "1"}, {"false_discovery", "1"}, {"kernel_density", "1"}};
  picture.observation = selection->observation;
  fill_totals(picture, *selection);
  fill_categories(picture, *selection);
  progress.report(share_of_counting / 2);
  if (progress.is_cancelled()) return cancelled();
  fill_sectors(picture, input, *selection);
  progress.report(share_of_counting);
  auto places = find_places(input, parameters, *selection, threads, progress.stage(share_of_counting, share_of_places));
  if (!places) return Failure(places.error());
  picture.clusters = std::move(places->clusters);
  picture.methods.insert(picture.methods.end(), {places->hot_method, scan_method, {"farrington_flexible", "1"}});
  word_clusters(picture);
  picture.quality = make_quality(picture, input, *selection);
  picture.findings = make_findings(picture);
  if (progress.is_cancelled()) return cancelled();
  auto layers = make_layers(input, picture, *selection, *places, progress.stage(share_of_places, 1));
  if (!layers) return Failure(layers.error());
  made.layers = std::move(*layers);
  return made;
}

}  // namespace quadrille::studies
