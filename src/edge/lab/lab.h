#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "edge/cli/command.h"
#include "edge/cli/shown_work.h"
#include "engine/geo/point.h"

// `quadrille lab METHOD`: one analysis on plain files, one JSON document on standard output, for analysts and for
// comparison with other programs. Success: only JSON on standard output, exit 0; refusal: standard output empty, the
// field on standard error, exit 2; undefined numbers are null; `seconds` is wall time; --threads defaults to 1.
// docs/methods/lab.md writes each form down.

namespace quadrille::lab {

[[nodiscard]] std::vector<cli::Command> commands();
[[nodiscard]] std::vector<cli::Command> scan_commands();
[[nodiscard]] std::vector<cli::Command> density_commands();
[[nodiscard]] std::vector<cli::Command> association_commands();  // hotspots, moran, emerging
[[nodiscard]] std::vector<cli::Command> near_repeat_commands();  // knox, sepp
[[nodiscard]] std::vector<cli::Command> change_commands();
[[nodiscard]] std::vector<cli::Command> survival_commands();
[[nodiscard]] std::vector<cli::Command> displacement_commands();
[[nodiscard]] std::vector<cli::Command> operation_commands();  // reversion, rings
[[nodiscard]] std::vector<cli::Command> panel_commands();      // did, synthetic
[[nodiscard]] std::vector<cli::Command> forecast_commands();   // forecast, evaluate

// A small table with a header, read whole; every fault names file, line and column.
class Table {
 public:
  [[nodiscard]] static Result<Table> read(const std::string& file, const std::string& field);
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] bool has(std::string_view column) const;
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] const std::string& field() const { return field_; }
  [[nodiscard]] Result<std::vector<double>> reals(std::string_view column) const;
  // The same, an empty cell being `if_empty`.
  [[nodiscard]] Result<std::vector<double>> reals(std::string_view column, double if_empty) const;
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view column) const;

 private:
  [[nodiscard]] Result<std::vector<double>> numbers(std::string_view column, std::optional<double> if_empty) const;

  std::string file_;
  std::string field_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::int64_t> lines_;
};

// What can be metres on a plane: at most a thousand million, so that squares and sums stay numbers.
[[nodiscard]] bool is_length(double metres);
// The columns x and y, within is_length.
[[nodiscard]] Result<std::vector<geo::Point>> points_of(const Table& table);
[[nodiscard]] Result<std::vector<geo::Point>> read_points(const std::string& file, const std::string& field);
// "1,2.5,3": at least one number.
[[nodiscard]] Result<std::vector<double>> parse_list(std::string_view text, std::string_view field);

// A number without header, row-major, all rows of one length.
struct Matrix {
  int columns = 0;
  int rows = 0;
  std::vector<double> values;
};
[[nodiscard]] Result<Matrix> read_matrix(const std::string& file, const std::string& field);

// A required number, or the default; the option named when it is none.
[[nodiscard]] Result<double> real_option(const cli::Arguments& arguments, std::string_view name);
[[nodiscard]] Result<std::int64_t> integer_option(const cli::Arguments& arguments, std::string_view name,
                                                  std::int64_t by_default);
// The same within a range; the refusal names the option and the range.
[[nodiscard]] Result<std::int64_t> integer_within(const cli::Arguments& arguments, std::string_view name,
                                                  std::int64_t by_default, std::int64_t low, std::int64_t high);
[[nodiscard]] Result<double> real_or(const cli::Arguments& arguments, std::string_view name, double by_default);
// One of the words a choice allows; the refusal lists them.
[[nodiscard]] Result<std::string> choice_option(const cli::Arguments& arguments, std::string_view name,
                                                std::initializer_list<std::string_view> allowed,
                                                std::string_view by_default);
// An engine's refusal, its field turned into the option that carries it: days_max -> --days-max, but for `renamed`.
using Renamed = std::pair<std::string_view, std::string_view>;
[[nodiscard]] Failure as_option(const Error& error, std::initializer_list<Renamed> renamed = {});

// What a method gives, shown while it takes its time on a terminal, and cancelled by Ctrl-C; elsewhere silent.
template <class Body>
[[nodiscard]] auto shown(cli::Terminal& terminal, const Text& label, Body&& body) {
  return cli::shown(terminal, label, cli::PlainProgress::silent, std::forward<Body>(body));
}

// --seed and --threads, as every method that draws takes them.
struct Draws {
  Seed seed;
  int threads = 1;
};
[[nodiscard]] Result<Draws> read_draws(const cli::Arguments& arguments);
void add_draw_options(std::vector<cli::Option>& options);

}  // namespace quadrille::lab
