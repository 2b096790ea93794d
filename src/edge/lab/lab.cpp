#include "edge/lab/lab.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "edge/lab/provenance.h"
#include "host/files/csv_reader.h"

namespace quadrille::lab {
namespace {

Failure in_file(const std::string& file, const std::string& field, const Error& error) {
  return refuse(error.kind, {file + " : " + error.message.fr, file + ": " + error.message.en}, field);
}

std::optional<double> parse_real(std::string_view text) {
  double value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

Result<Table> Table::read(const std::string& file, const std::string& field) {
  auto source = files::open_source(file);
  if (!source) return refuse(ErrorKind::invalid_input, source.error().message, field);
  files::CsvReader csv(std::move(*source), {});
  Table table;
  table.file_ = file;
  table.field_ = field;
  for (;;) {
    const auto more = csv.next();
    if (!more) return in_file(file, field, more.error());
    if (!*more) break;
    std::vector<std::string> cells(csv.fields().begin(), csv.fields().end());
    if (table.header_.empty()) {
      table.header_ = std::move(cells);
      continue;
    }
    if (cells.size() != table.header_.size())
      return invalid(
          {fmt::format("{}, ligne {} : {} champs au lieu de {}", file, csv.line(), cells.size(), table.header_.size()),
           fmt::format("{}, line {}: {} fields instead of {}", file, csv.line(), cells.size(), table.header_.size())},
          field);
    table.rows_.push_back(std::move(cells));
    table.lines_.push_back(csv.line());
  }
  if (table.rows_.empty()) return invalid({file + " : aucune ligne", file + ": no row"}, field);
  return table;
}

bool Table::has(std::string_view column) const { return std::ranges::find(header_, column) != header_.end(); }

Result<std::vector<std::string>> Table::texts(std::string_view column) const {
  const auto found = std::ranges::find(header_, column);
  if (found == header_.end())
    return invalid(
        {fmt::format("{} : pas de colonne « {} »", file_, column), fmt::format("{}: no column \"{}\"", file_, column)},
        field_);
  std::vector<std::string> values;
  for (const auto& row : rows_) values.push_back(row[static_cast<std::size_t>(found - header_.begin())]);
  return values;
}

Result<std::vector<double>> Table::reals(std::string_view column) const { return numbers(column, std::nullopt); }
Result<std::vector<double>> Table::reals(std::string_view column, double if_empty) const {
  return numbers(column, if_empty);
}

Result<std::vector<double>> Table::numbers(std::string_view column, std::optional<double> if_empty) const {
  const auto words = texts(column);
  if (!words) return Failure(words.error());
  std::vector<double> values;
  for (std::size_t i = 0; i < words->size(); ++i) {
    const auto value = (*words)[i].empty() && if_empty ? if_empty : parse_real((*words)[i]);
    if (!value)
      return invalid(
          {fmt::format("{}, ligne {}, {} : « {} » n'est pas un nombre", file_, lines_[i], column, (*words)[i]),
           fmt::format("{}, line {}, {}: \"{}\" is not a number", file_, lines_[i], column, (*words)[i])},
          field_);
    values.push_back(*value);
  }
  return values;
}

Result<std::vector<geo::Point>> points_of(const Table& table) {
  const auto x = table.reals("x");
  const auto y = table.reals("y");
  if (!x || !y) return Failure(x ? y.error() : x.error());
  std::vector<geo::Point> points;
  for (std::size_t i = 0; i < x->size(); ++i) {
    if (!is_length((*x)[i]) || !is_length((*y)[i]))
      return invalid({"x et y sont des mètres sur un plan : un milliard au plus",
                      "x and y are metres on a plane: at most a thousand million"},
                     table.field());
    points.push_back({(*x)[i], (*y)[i]});
  }
  return points;
}

Result<std::vector<geo::Point>> read_points(const std::string& file, const std::string& field) {
  const auto table = Table::read(file, field);
  if (!table) return Failure(table.error());
  return points_of(*table);
}

Result<std::vector<double>> parse_list(std::string_view text, std::string_view field) {
  std::vector<double> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const auto number = parse_real(text.substr(begin, end - begin));
    if (!number)
      return invalid({"une liste de nombres séparés par des virgules", "a list of numbers separated by commas"},
                     std::string(field));
    numbers.push_back(*number);
    begin = end + 1;
  }
  return numbers;
}

bool is_length(double metres) { return std::abs(metres) <= 1e9; }

Result<Matrix> read_matrix(const std::string& file, const std::string& field) {
  auto source = files::open_source(file);
  if (!source) return refuse(ErrorKind::invalid_input, source.error().message, field);
  files::CsvReader csv(std::move(*source), {});
  Matrix matrix;
  for (;;) {
    const auto more = csv.next();
    if (!more) return in_file(file, field, more.error());
    if (!*more) break;
    const auto cells = csv.fields();
    if (matrix.rows == 0) matrix.columns = static_cast<int>(cells.size());
    if (static_cast<int>(cells.size()) != matrix.columns)
      return invalid(
          {fmt::format("{}, ligne {} : {} nombres au lieu de {}", file, csv.line(), cells.size(), matrix.columns),
           fmt::format("{}, line {}: {} numbers instead of {}", file, csv.line(), cells.size(), matrix.columns)},
          field);
    for (const auto cell : cells) {
      const auto value = parse_real(cell);
      if (!value || std::abs(*value) > 1e15)
        return invalid({fmt::format("{}, ligne {} : « {} » n'est pas un nombre (1e15 au plus)", file, csv.line(), cell),
                        fmt::format("{}, line {}: \"{}\" is not a number (1e15 at most)", file, csv.line(), cell)},
                       field);
      matrix.values.push_back(*value);
    }
    ++matrix.rows;
  }
  if (matrix.rows == 0) return invalid({file + " : vide", file + ": empty"}, field);
  return matrix;
}

Result<double> real_option(const cli::Arguments& arguments, std::string_view name) {
  const auto value = arguments.real(name);
  if (!value) return Failure(value.error());
  if (!*value || !std::isfinite(**value))
    return invalid({"il faut un nombre", "a number is needed"}, std::string(name));
  return **value;
}

Result<std::int64_t> integer_option(const cli::Arguments& arguments, std::string_view name, std::int64_t by_default) {
  const auto value = arguments.integer(name);
  if (!value) return Failure(value.error());
  return value->value_or(by_default);
}

Result<std::int64_t> integer_within(const cli::Arguments& arguments, std::string_view name, std::int64_t by_default,
                                    std::int64_t low, std::int64_t high) {
  const auto value = integer_option(arguments, name, by_default);
  if (value && (*value < low || *value > high))
    return invalid(
        {fmt::format("un nombre entier de {} à {}", low, high), fmt::format("a whole number from {} to {}", low, high)},
        std::string(name));
  return value;
}

Result<double> real_or(const cli::Arguments& arguments, std::string_view name, double by_default) {
  return arguments.has(name) ? real_option(arguments, name) : Result<double>(by_default);
}

Result<std::string> choice_option(const cli::Arguments& arguments, std::string_view name,
                                  std::initializer_list<std::string_view> allowed, std::string_view by_default) {
  const auto given = arguments.text(name).value_or(std::string(by_default));
  if (std::ranges::find(allowed, given) != allowed.end()) return given;
  const auto list = fmt::format("{}", fmt::join(allowed, ", "));
  return invalid({"l'un de : " + list, "one of: " + list}, std::string(name));
}

Failure as_option(const Error& error, std::initializer_list<Renamed> renamed) {
  std::string option = "--" + error.field;
  std::ranges::replace(option, '_', '-');
  for (const auto& [field, name] : renamed)
    if (error.field == field) option = name;
  return refuse(error.kind, error.message, option);
}

Result<Draws> read_draws(const cli::Arguments& arguments) {
  const auto seed = integer_option(arguments, "--seed", 1);
  if (!seed) return Failure(seed.error());
  const auto threads = integer_within(arguments, "--threads", 1, 1, 256);
  if (!threads) return Failure(threads.error());
  return Draws{{static_cast<std::uint64_t>(*seed)}, static_cast<int>(*threads)};
}

void add_draw_options(std::vector<cli::Option>& options) {
  options.push_back({"--seed", "N", {"graine (1)", "seed (1)"}});
  options.push_back({"--threads", "T", {"fils d'exécution (1)", "threads (1)"}});
}

std::vector<cli::Command> commands() {
  std::vector<cli::Command> all;
  for (auto family :
       {scan_commands(), density_commands(), association_commands(), near_repeat_commands(), change_commands(),
        survival_commands(), displacement_commands(), operation_commands(), panel_commands(), forecast_commands()})
    for (auto& command : family) all.push_back(with_provenance(std::move(command)));
  return all;
}

}  // namespace quadrille::lab
