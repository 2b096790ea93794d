#include "services/studies/studies.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/crypto/digest.h"
#include "services/audit/audit.h"
#include "services/studies/store.h"

namespace quadrille::studies {
namespace {

constexpr int days_by_default = 90;
// Of the time a picture takes; the rest is making it.
constexpr double share_of_loading = 0.4;

int deepest_level(const std::vector<territory::Sector>& sectors) {
  int deepest = 0;
  for (const auto& sector : sectors) deepest = std::max(deepest, sector.level);
  return deepest;
}

// Cells that stay readable on a map: 200 m for a city, larger for a département.
double cell_for(const std::vector<territory::Sector>& sectors) {
  double area_m2 = 0;
  for (const auto& sector : sectors)
    if (sector.level == 1) area_m2 += sector.area_m2;
  for (const double cell_m : {200.0, 500.0, 1000.0, 2000.0})
    if (area_m2 / (cell_m * cell_m) <= 20'000) return cell_m;
  return 5000;
}

}  // namespace

Result<PictureParameters> complete(const PictureQuery& query, database::Snapshot& snapshot,
                                   const territory::Territory& territory) {
  const auto sectors = territory::load_sectors(snapshot, territory.id);
  if (sectors.empty())
    return refuse(
        ErrorKind::conflict,
        {fmt::format("{} n'a pas encore de secteurs ; « quadrille territory sectors {} FICHIER.geojson » les ajoute",
                     territory.name, territory.slug),
         fmt::format("{} has no sectors yet; \"quadrille territory sectors {} FILE.geojson\" adds them", territory.name,
                     territory.slug)},
        "territory");
  const auto days = facts::days_with_facts(snapshot, territory.id);
  if (!days)
    return refuse(
        ErrorKind::conflict,
        {fmt::format(
             "{} n'a pas encore de faits ; « quadrille import FICHIER --mapping M.json --territory {} » en importe",
             territory.name, territory.slug),
         fmt::format("{} has no facts yet; \"quadrille import FILE --mapping M.json --territory {}\" imports some",
                     territory.name, territory.slug)},
        "territory");
  PictureParameters parameters;
  parameters.last_day =
      query.last_day.value_or(query.first_day ? std::max(*query.first_day, days->end - 1) : days->end - 1);
  parameters.first_day = query.first_day.value_or(parameters.last_day - (days_by_default - 1));
  parameters.compare_last_day = query.compare_last_day.value_or(parameters.first_day - 1);
  parameters.compare_first_day =
      query.compare_first_day.value_or(parameters.compare_last_day - (parameters.last_day - parameters.first_day));
  parameters.channel = query.channel.value_or(facts::Channel::reported);
  parameters.categories = query.categories;
  std::ranges::sort(parameters.categories);
  parameters.categories.erase(std::unique(parameters.categories.begin(), parameters.categories.end()),
                              parameters.categories.end());
  parameters.level = query.level.value_or(deepest_level(sectors));
  parameters.cell_m = cell_for(sectors);
  if (parameters.cell_m > 200) {
    parameters.sigma_m = 1.25 * parameters.cell_m;
    parameters.hotspot_distance_m = 2 * parameters.cell_m;
    parameters.cluster_radius_max_m = 5 * parameters.cell_m;
  }
  return parameters;
}

Result<PictureInput> load_input(database::Snapshot& snapshot, const territory::Territory& territory,
                                const PictureParameters& parameters, const Progress& progress, const AsOf& as_of) {
  const CivilDate begin = history_from(parameters);
  const CivilDate end = std::max(parameters.last_day, parameters.compare_last_day) + 1;
  auto calendar = as_of.calendar ? as_of.calendar : territory::load_calendar(snapshot, territory.id);
  if (!calendar) calendar = territory::Calendar(territory::CalendarOrigin::inferred, {begin, end}, {});
  PictureInput input{.territory = territory,
                     .sectors = territory::load_sectors(snapshot, territory.id),
                     .planes = {},
                     .calendar = *calendar,
                     .facts = {},
                     .issues = facts::count_issues(snapshot, territory.id)};
  for (const auto& sector : input.sectors) {
    auto plane = territory::to_plane(sector.shape, territory.epsg);
    if (!plane) return Failure(plane.error());
    input.planes.push_back(std::move(*plane));
  }
  input.territory.data_version = as_of.data_version.value_or(territory.data_version);
  auto facts = facts::load_facts(snapshot, territory.id, {begin, end}, input.territory.data_version, progress);
  if (!facts) return Failure(facts.error());
  input.facts = std::move(*facts);
  return input;
}

Result<LoadedPicture> load_and_make(database::Snapshot& snapshot, const territory::Territory& territory,
                                    const PictureParameters& parameters, int threads, const Progress& progress) {
  const auto input = load_input(snapshot, territory, parameters, progress.stage(0, share_of_loading));
  if (!input) return Failure(input.error());
  auto made = make_picture(*input, parameters, threads, progress.stage(share_of_loading, 1));
  if (!made) return Failure(made.error());
  return LoadedPicture{std::move(*made), input->calendar};
}

Result<StudyId> save(database::Transaction& tx, const territory::Territory& territory, const std::string& title,
                     const Picture& picture, const territory::Calendar& calendar, const StudyFormat& format,
                     const territory::By& by) {
  if (title.empty() || title.size() > 200)
    return invalid({"il faut un titre, de 200 caractères au plus", "a title is needed, of 200 characters at most"},
                   "title");
  const std::string text = format.picture_text(picture);
  const auto id =
      store::insert(tx, territory.id,
                    {{{}, title, by.at, picture.data_version, picture.parameters.seed, crypto::sha256_hex(text)},
                     calendar,
                     format.parameters_text(picture.parameters),
                     text});
  audit::record(tx,
                {by.actor, audit::Action::collection, territory.id, fmt::format("study {}", id.value),
                 fmt::format("data_version={} sha256={}", picture.data_version, crypto::sha256_hex(text)), ""},
                by.at);
  return id;
}

Result<Study> find(database::Snapshot& snapshot, TerritoryId territory, StudyId id) {
  auto study = store::find(snapshot, territory, id);
  if (!study)
    return refuse(ErrorKind::not_found,
                  {fmt::format("aucune étude {}", id.value), fmt::format("no study {}", id.value)}, "study");
  return std::move(*study);
}

Result<Rerun> rerun(database::Snapshot& snapshot, const territory::Territory& territory, const Study& study,
                    const StudyFormat& format, int threads, const Progress& progress) {
  const auto parameters = format.parameters_of(study.parameters);
  if (!parameters) return Failure(parameters.error());
  auto input = load_input(snapshot, territory, *parameters, progress.stage(0, share_of_loading),
                          {study.summary.data_version, study.calendar});
  if (!input) return Failure(input.error());
  input->issues = store::issues_at(snapshot, territory.id, study.summary.data_version);
  const auto made = make_picture(*input, *parameters, threads, progress.stage(share_of_loading, 1));
  if (!made) return Failure(made.error());
  const std::string text = format.picture_text(made->picture);
  return Rerun{text == study.text, crypto::sha256_hex(text)};
}

}  // namespace quadrille::studies
