#include "services/studies/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace quadrille::studies {
namespace {

Result<std::set<std::uint8_t>> wanted_categories(const PictureParameters& parameters) {
  std::set<std::uint8_t> wanted;
  for (const auto& code : parameters.categories) {
    const auto* category = facts::find_category(code);
    if (category == nullptr)
      return invalid({fmt::format("catégorie inconnue : « {} »", code), fmt::format("unknown category: \"{}\"", code)},
                     "categories");
    wanted.insert(category->number);
  }
  if (wanted.empty())
    for (const auto& category : facts::taxonomy()) wanted.insert(category.number);
  return wanted;
}

Result<void> check_periods(const PictureParameters& parameters) {
  const auto period = parameters.period();
  const auto comparison = parameters.comparison();
  if (period.days() < 1)
    return invalid({"la période finit avant de commencer", "the period ends before it begins"}, "last_day");
  if (comparison.days() < 1)
    return invalid({"la période de comparaison finit avant de commencer", "the comparison ends before it begins"},
                   "compare_last_day");
  if (period.days() > 3660 || comparison.days() > 3660)
    return refuse(ErrorKind::too_large, {"au plus dix ans à la fois", "ten years at most at a time"}, "first_day");
  if (period.begin < comparison.end && comparison.begin < period.end)
    return invalid({"la période et sa comparaison se recouvrent", "the period and its comparison overlap"},
                   "compare_last_day");
  return {};
}

// Row of each sector: itself at the level, its ancestor at the level when it is deeper.
void place_sectors(const PictureInput& input, int level, Selection& selection) {
  std::unordered_map<std::int64_t, std::size_t> index_of;
  for (std::size_t i = 0; i < input.sectors.size(); ++i) {
    index_of[input.sectors[i].id.value] = i;
    if (input.sectors[i].level != level) continue;
    selection.row_of_sector[input.sectors[i].id.value] = selection.rows.size();
    selection.rows.push_back(i);
  }
  for (const auto& sector : input.sectors) {
    if (sector.level <= level) continue;
    const territory::Sector* up = &sector;
    while (up->level > level && up->parent) up = &input.sectors[index_of.at(up->parent->value)];
    if (const auto row = selection.row_of_sector.find(up->id.value); row != selection.row_of_sector.end())
      selection.row_of_sector[sector.id.value] = row->second;
  }
}

void count(PeriodCounts& counts, bool is_period, bool is_comparison, bool is_second_half) {
  counts.period += is_period ? 1 : 0;
  counts.comparison += is_comparison ? 1 : 0;
  counts.first_half += is_period && !is_second_half ? 1 : 0;
  counts.second_half += is_period && is_second_half ? 1 : 0;
}

}  // namespace

Result<Selection> select(const PictureInput& input, const PictureParameters& parameters) {
  if (const auto fine = check_periods(parameters); !fine) return Failure(fine.error());
  const auto wanted = wanted_categories(parameters);
  if (!wanted) return Failure(wanted.error());
  const auto period = parameters.period();
  const auto comparison = parameters.comparison();
  Selection selection{.rows = {},
                      .row_of_sector = {},
                      .weeks = WeekTable(history_from(parameters), parameters.last_day, input.calendar)};
  place_sectors(input, parameters.level, selection);
  if (selection.rows.empty())
    return invalid({fmt::format("aucun secteur de niveau {}", parameters.level),
                    fmt::format("no sector of level {}", parameters.level)},
                   "level");
  const CivilDate middle = period.begin + period.days() / 2;
  selection.observation = {{period.days(), input.calendar.observed_days(period)},
                           {comparison.days(), input.calendar.observed_days(comparison)}};
  selection.first_half_days = input.calendar.observed_days({period.begin, middle});
  selection.second_half_days = input.calendar.observed_days({middle, period.end});
  selection.by_row.resize(selection.rows.size());
  selection.weeks_by_row.assign(selection.rows.size(), std::vector<std::int64_t>(selection.weeks.size(), 0));
  for (const auto channel : facts::channels) {
    selection.by_channel[channel] = {};
    selection.weeks_by_channel[channel].assign(selection.weeks.size(), 0);
  }
  const auto& facts = input.facts;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (!wanted->contains(facts.category[i])) continue;
    const CivilDate day{facts.day[i]};
    if (!input.calendar.is_observed(day)) continue;
    const bool is_period = period.contains(day);
    const bool is_comparison = comparison.contains(day);
    const bool is_second_half = is_period && middle <= day;
    const auto week = selection.weeks.index_of(day);
    if (week) ++selection.weeks_by_channel[facts.channel[i]][*week];
    if (is_period || is_comparison) {
      count(selection.by_channel[facts.channel[i]], is_period, is_comparison, is_second_half);
      count(selection.by_category[{facts.category[i], facts.channel[i]}], is_period, is_comparison, is_second_half);
    }
    if (facts.channel[i] != parameters.channel) continue;
    const auto row = selection.row_of_sector.find(facts.sector[i]);
    if (row != selection.row_of_sector.end()) {
      count(selection.by_row[row->second], is_period, is_comparison, is_second_half);
      if (week) ++selection.weeks_by_row[row->second][*week];
    }
    if (!is_period) continue;
    if (!facts.has_place[i]) {
      ++selection.without_place;
      continue;
    }
    if (row == selection.row_of_sector.end()) ++selection.outside_sectors;
    selection.placed.push_back({geo::to_point({facts.east_mm[i], facts.north_mm[i]}), day});
  }
  return selection;
}

ChangeInput change_input(const PeriodCounts& counts, const Selection& selection) {
  return {make_estimate(counts.period, selection.observation.period.observed_days),
          make_estimate(counts.comparison, selection.observation.comparison.observed_days),
          {counts.first_half, selection.first_half_days, counts.second_half, selection.second_half_days}};
}

}  // namespace quadrille::studies
