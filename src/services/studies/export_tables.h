#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/studies/picture.h"

// What may leave the services: counts by fixed cells and fixed months, masked. Points never leave; periods are whole
// calendar months and cells fixed squares, so that two exports of different days cannot be subtracted from each other.

namespace quadrille::studies {

enum class ExportKind { sectors, facts, hotspots };

[[nodiscard]] std::optional<ExportKind> export_kind_named(std::string_view name);

inline constexpr double export_cell_m = 500;

struct ExportRow {
  std::string id;     // sector code or grid cell, with month and channel where there are several
  std::string place;  // sector name, or the cell
  geojson::LonLatShape shape;
  CivilDate month;  // its first day
  int observed_days = 0;
  facts::Channel channel = facts::Channel::reported;
  std::optional<std::int64_t> count;  // nothing = withheld
  bool is_withheld = false;
  std::optional<std::string> hot;  // hot spots only: "clear" or "very_clear"
};

struct ExportTable {
  ExportKind kind = ExportKind::sectors;
  std::vector<ExportRow> rows;
  Text source;
};

// The whole months within [first_day, last_day]; nothing when there is none.
[[nodiscard]] std::vector<DayPeriod> whole_months(CivilDate first_day, CivilDate last_day);

// sectors: sector x month x channel. facts: grid cell x month x channel, cells without any fact left out. hotspots:
// cells hot over all the months together, without counts. Months of the query's period; channels apart. Refused when it
// holds no whole month.
[[nodiscard]] Result<ExportTable> make_export(ExportKind kind, const PictureInput& input,
                                              const PictureParameters& parameters);

}  // namespace quadrille::studies
