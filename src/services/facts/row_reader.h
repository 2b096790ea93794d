#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/clock/time_zone.h"
#include "host/geodesy/projection.h"
#include "services/facts/facts.h"
#include "services/facts/mapping.h"

namespace quadrille::facts {

// One row understood. Views are valid until the reader's next row.
struct Draft {
  std::string_view key;
  CivilDate day;
  std::optional<CivilTime> time;
  Window window;
  std::string_view source_time;
  CategoryRule rule;
  std::string_view subcategory;
  std::string_view address;
  std::optional<LonLat> place;
  bool is_duplicate = false;
};

// Turns records into drafts by a mapping. Pure but for the projection and zone it was opened with.
class RowReader {
 public:
  // Refuses a header without the columns the mapping names, listing those it has.
  [[nodiscard]] static Result<RowReader> open(const Mapping& mapping, std::span<const std::string_view> header);

  // Nothing when the row is left out; what is imperfect goes to `issues` with the line.
  [[nodiscard]] std::optional<Draft> read(std::span<const std::string_view> fields, std::int64_t line,
                                          std::vector<RowIssue>& issues);

 private:
  struct Columns {
    std::optional<std::size_t> id, duplicate_flag, category, subcategory, address, x, y;
    std::vector<std::size_t> datetime, duplicate;
    std::size_t highest = 0;
  };
  RowReader(const Mapping& mapping, Columns columns, clock::TimeZone zone, std::optional<geodesy::ToLonLat> from_crs);

  [[nodiscard]] bool read_time(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                               std::vector<RowIssue>& issues);
  [[nodiscard]] bool read_category(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                                   std::vector<RowIssue>& issues);
  void read_place(std::span<const std::string_view> fields, std::int64_t line, Draft& draft,
                  std::vector<RowIssue>& issues);
  [[nodiscard]] std::string_view joined(std::span<const std::string_view> fields,
                                        const std::vector<std::size_t>& columns, std::string& storage,
                                        char separator) const;

  const Mapping* mapping_;
  Columns columns_;
  clock::TimeZone zone_;
  std::optional<geodesy::ToLonLat> from_crs_;  // nothing for WGS 84
  std::string key_storage_;
  std::string time_storage_;
  std::string x_storage_;
  std::string y_storage_;
};

}  // namespace quadrille::facts
