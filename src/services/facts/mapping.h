#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "host/files/csv_reader.h"
#include "services/facts/taxonomy.h"

// How the columns of somebody's file become facts. A mapping is a small JSON file (edge/mapping reads it;
// docs/import.md explains every field); services see this plain struct.

namespace quadrille::facts {

struct CategoryRule {
  std::uint8_t category = 0;
  Channel channel = Channel::reported;
};

// A date and time as the file writes it: %Y %m %d %H %M %S (digits of fixed width; %Y four, the others two), %e and %k
// (one or two digits), everything else as it stands. Compiled once.
class DateFormat {
 public:
  struct Moment {
    CivilDate date;
    std::optional<CivilTime> time;  // nothing when the format has no hour
  };
  [[nodiscard]] static Result<DateFormat> compile(std::string_view pattern);
  [[nodiscard]] std::optional<Moment> parse(std::string_view text) const;
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

 private:
  explicit DateFormat(std::string pattern) : pattern_(std::move(pattern)) {}
  std::string pattern_;
};

struct Bounds {
  double west = -180;
  double south = -90;
  double east = 180;
  double north = 90;
};

struct Mapping {
  std::string source;  // names the feed: rows of two feeds with the same id are two facts
  Text attribution;
  files::CsvFormat format;
  bool has_decimal_comma = false;

  std::string id_column;  // empty: the values of duplicate_columns identify a row
  std::vector<std::string> duplicate_columns;
  std::string duplicate_flag_column;  // rows with 1 (or true, yes, oui) there repeat another row and are left out
  std::vector<std::string> datetime_columns;  // one, or several joined by a space
  std::optional<DateFormat> datetime_format;
  std::string time_zone;
  std::string category_column;
  std::string subcategory_column;
  std::string address_column;
  std::string x_column;  // longitude, or east
  std::string y_column;  // latitude, or north
  int crs = 4326;
  Bounds bounds;                                       // in degrees; a place outside is an issue
  std::vector<std::pair<double, double>> none_places;  // coordinates that mean "none" in this source

  std::map<std::string, CategoryRule, std::less<>> categories;
  std::optional<CategoryRule> other_categories;  // nothing: a category not listed is an issue and its row is left out
};

}  // namespace quadrille::facts
