#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "edge/cli/command.h"
#include "engine/analysis/place_day_count.h"
#include "engine/geo/point.h"

namespace quadrille::lab {

// The rows of --places: id,x,y.
struct Places {
  std::vector<std::string> ids;
  std::vector<geo::Point> points;
  std::unordered_map<std::string, std::uint32_t> numbers;
};
[[nodiscard]] Result<Places> read_places(const cli::Arguments& arguments);
[[nodiscard]] Failure unknown_place(const std::string& id, const std::string& option);

// Rows of loc,day[,count]; without `needs_days` days may be left out and are then 0.
[[nodiscard]] Result<std::vector<analysis::PlaceDayCount>> read_place_days(const std::string& file,
                                                                           const std::string& option,
                                                                           const Places& places, bool needs_days);

}  // namespace quadrille::lab
