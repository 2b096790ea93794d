#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/geo/point.h"
#include "services/studies/estimates.h"
#include "services/studies/picture.h"
#include "services/studies/weeks.h"

// One pass over the facts: who falls where and when. Everything a picture counts is counted here, per channel.

namespace quadrille::studies {

struct PeriodCounts {
  std::int64_t period = 0;
  std::int64_t comparison = 0;
  std::int64_t first_half = 0;  // of the period
  std::int64_t second_half = 0;
};

struct PlacedFact {
  geo::Point point;
  CivilDate day;
};

struct Selection {
  // The sectors of the wanted level, as indices into PictureInput::sectors.
  std::vector<std::size_t> rows;
  std::unordered_map<std::int64_t, std::size_t> row_of_sector;  // any sector at or below the level -> its row

  WeekTable weeks;
  std::vector<PeriodCounts> by_row;                     // the wanted channel
  std::vector<std::vector<std::int64_t>> weeks_by_row;  // the wanted channel
  std::map<facts::Channel, PeriodCounts> by_channel;
  std::map<facts::Channel, std::vector<std::int64_t>> weeks_by_channel;
  std::map<std::pair<std::uint8_t, facts::Channel>, PeriodCounts> by_category;
  std::vector<PlacedFact> placed;  // of the period and the wanted channel
  std::int64_t without_place = 0;  // of the period and the wanted channel
  std::int64_t outside_sectors = 0;
  Observation observation;
  int first_half_days = 0;
  int second_half_days = 0;
};

[[nodiscard]] Result<Selection> select(const PictureInput& input, const PictureParameters& parameters);

// Counts with their estimates, ready for make_changes.
[[nodiscard]] ChangeInput change_input(const PeriodCounts& counts, const Selection& selection);

}  // namespace quadrille::studies
