#include "services/studies/export_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "services/studies/masking.h"
#include "services/studies/places.h"
#include "services/studies/selection.h"

namespace quadrille::studies {
namespace {

std::string month_words(CivilDate month) { return format_date(month).substr(0, 7); }

// Counts of one month by channel and key (sector row or grid cell).
template <class KeyOf>
std::map<std::pair<facts::Channel, std::size_t>, std::int64_t> count_month(const PictureInput& input, DayPeriod month,
                                                                           const KeyOf& key_of) {
  std::map<std::pair<facts::Channel, std::size_t>, std::int64_t> counts;
  const auto& facts = input.facts;
  const auto begin = std::ranges::lower_bound(facts.day, month.begin.day) - facts.day.begin();
  for (auto i = static_cast<std::size_t>(begin); i < facts.size() && facts.day[i] < month.end.day; ++i)
    if (const auto key = key_of(i)) ++counts[{facts.channel[i], *key}];
  return counts;
}

ExportTable sector_table(const PictureInput& input, const Selection& selection, const std::vector<DayPeriod>& months) {
  ExportTable table{.kind = ExportKind::sectors, .rows = {}, .source = input.territory.attribution};
  const auto row_of = [&](std::size_t i) -> std::optional<std::size_t> {
    const auto row = selection.row_of_sector.find(input.facts.sector[i]);
    return row == selection.row_of_sector.end() ? std::nullopt : std::optional(row->second);
  };
  for (const auto& month : months) {
    const auto counts = count_month(input, month, row_of);
    for (const auto channel : facts::channels) {
      std::vector<std::int64_t> column;
      for (std::size_t row = 0; row < selection.rows.size(); ++row) {
        const auto found = counts.find({channel, row});
        column.push_back(found == counts.end() ? 0 : found->second);
      }
      const auto hidden = withheld(column);
      for (std::size_t row = 0; row < column.size(); ++row) {
        const auto& sector = input.sectors[selection.rows[row]];
        table.rows.push_back(
            {.id = fmt::format("{}-{}-{}", sector.code, month_words(month.begin), facts::name_of(channel)),
             .place = sector.name,
             .shape = sector.shape,
             .month = month.begin,
             .observed_days = input.calendar.observed_days(month),
             .channel = channel,
             .count = masked(column[row], hidden[row]),
             .is_withheld = hidden[row],
             .hot = {}});
      }
    }
  }
  return table;
}

// The cells of one sector form a group whose total another export may tell.
ExportTable fact_table(const PictureInput& input, const Places& places, const std::vector<DayPeriod>& months,
                       const geodesy::Projection& projection) {
  ExportTable table{.kind = ExportKind::facts, .rows = {}, .source = input.territory.attribution};
  const auto cell_of = [&](std::size_t i) -> std::optional<std::size_t> {
    if (!input.facts.has_place[i]) return std::nullopt;
    const auto cell = places.grid.cell_at(geo::to_point({input.facts.east_mm[i], input.facts.north_mm[i]}));
    if (!cell || !places.is_inside[places.grid.index(*cell)]) return std::nullopt;
    return places.grid.index(*cell);
  };
  std::map<std::size_t, std::vector<std::size_t>> cells_of_row;
  for (std::size_t c = 0; c < places.grid.size(); ++c)
    if (places.is_inside[c]) cells_of_row[places.row_of_cell[c]].push_back(c);
  for (const auto& month : months) {
    const auto counts = count_month(input, month, cell_of);
    for (const auto channel : facts::channels) {
      for (const auto& [row, cells] : cells_of_row) {
        std::vector<std::int64_t> group;
        for (const auto cell : cells) {
          const auto found = counts.find({channel, cell});
          group.push_back(found == counts.end() ? 0 : found->second);
        }
        const auto hidden = withheld(group);
        for (std::size_t i = 0; i < cells.size(); ++i) {
          if (group[i] == 0 && !hidden[i]) continue;
          const auto cell = places.grid.cell(cells[i]);
          const std::string id = places.grid.id(cell, input.territory.epsg);
          table.rows.push_back({.id = fmt::format("{}-{}-{}", id, month_words(month.begin), facts::name_of(channel)),
                                .place = id,
                                .shape = cell_shape(places.grid, cell, projection),
                                .month = month.begin,
                                .observed_days = input.calendar.observed_days(month),
                                .channel = channel,
                                .count = masked(group[i], hidden[i]),
                                .is_withheld = hidden[i],
                                .hot = {}});
        }
      }
    }
  }
  return table;
}

ExportTable hotspot_table(const PictureInput& input, const Places& places, const PictureParameters& parameters,
                          const geodesy::Projection& projection) {
  ExportTable table{.kind = ExportKind::hotspots, .rows = {}, .source = input.territory.attribution};
  for (const auto& hot : places.hot) {
    const auto cell = places.grid.cell(hot.index);
    const std::string id = places.grid.id(cell, input.territory.epsg);
    table.rows.push_back({.id = id,
                          .place = id,
                          .shape = cell_shape(places.grid, cell, projection),
                          .month = parameters.first_day,
                          .observed_days = input.calendar.observed_days(parameters.period()),
                          .channel = parameters.channel,
                          .count = {},
                          .hot = hot.q <= 0.001 ? "very_clear" : "clear"});
  }
  return table;
}

}  // namespace

std::optional<ExportKind> export_kind_named(std::string_view name) {
  if (name == "sectors") return ExportKind::sectors;
  if (name == "facts") return ExportKind::facts;
  if (name == "hotspots") return ExportKind::hotspots;
  return std::nullopt;
}

std::vector<DayPeriod> whole_months(CivilDate first_day, CivilDate last_day) {
  std::vector<DayPeriod> months;
  auto [year, month, day] = to_year_month_day(first_day);
  if (day != 1 && ++month > 12) {
    month = 1;
    ++year;
  }
  for (;;) {
    const auto begin = make_date(year, month, 1);
    if (++month > 12) {
      month = 1;
      ++year;
    }
    const auto end = make_date(year, month, 1);
    if (!begin || !end || last_day < *end - 1) return months;
    months.push_back({*begin, *end});
  }
}

Result<ExportTable> make_export(ExportKind kind, const PictureInput& input, const PictureParameters& parameters) {
  const auto months = whole_months(parameters.first_day, parameters.last_day);
  if (months.empty())
    return invalid({"un export porte sur des mois entiers : la période n'en contient aucun",
                    "an export is by whole months: the period holds none"},
                   "first_day");
  PictureParameters whole = parameters;
  whole.first_day = months.front().begin;
  whole.last_day = months.back().end - 1;
  whole.compare_last_day = whole.first_day - 1;
  whole.compare_first_day = whole.compare_last_day;
  whole.categories.clear();
  whole.cell_m = std::max(export_cell_m, parameters.cell_m);
  whole.hotspot_distance_m = whole.cell_m;
  whole.replicas = 1;
  const auto selection = select(input, whole);
  if (!selection) return Failure(selection.error());
  if (kind == ExportKind::sectors) return sector_table(input, *selection, months);
  auto projection = geodesy::Projection::open(input.territory.epsg);
  if (!projection) return Failure(projection.error());
  auto places = lay_and_find_hot(input, whole, *selection, Progress());
  if (!places) return Failure(places.error());
  return kind == ExportKind::facts ? fact_table(input, *places, months, *projection)
                                   : hotspot_table(input, *places, whole, *projection);
}

}  // namespace quadrille::studies
