#include <fmt/format.h>

#include <cmath>
#include <map>
#include <ostream>

#include "edge/lab/lab.h"
#include "engine/analysis/emerging.h"
#include "engine/analysis/false_discovery.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/moran.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct HotCell {
  int row = 0;
  int col = 0;
  double z = 0;
  double p = 1;
  double q = 1;
};
BOOST_DESCRIBE_STRUCT(HotCell, (), (row, col, z, p, q))

struct HotspotsOutput {
  std::vector<HotCell> cells;
};
BOOST_DESCRIBE_STRUCT(HotspotsOutput, (), (cells))

struct MoranCell {
  int row = 0;
  int col = 0;
  double i = 0;
  std::optional<double> z;
  double p = 1;
  double q = 1;
  std::string quadrant;  // own value, neighbours' mean
};
BOOST_DESCRIBE_STRUCT(MoranCell, (), (row, col, i, z, p, q, quadrant))

struct GlobalMoran {
  double i = 0;
  double expected = 0;
  double variance = 0;
  std::optional<double> z;
  double p = 1;
};
BOOST_DESCRIBE_STRUCT(GlobalMoran, (), (i, expected, variance, z, p))

struct MoranOutput {
  GlobalMoran global;
  std::vector<MoranCell> cells;
};
BOOST_DESCRIBE_STRUCT(MoranOutput, (), (global, cells))

struct EmergingCell {
  int row = 0;
  int col = 0;
  bool is_hot = true;
  double last_z = 0;
  int significant_steps = 0;
  double trend_z = 0;
  double trend_p = 1;
};
BOOST_DESCRIBE_STRUCT(EmergingCell, (), (row, col, is_hot, last_z, significant_steps, trend_z, trend_p))

struct EmergingOutput {
  int steps = 0;
  std::vector<json::Value> cells;  // EmergingCell and "class", which C++ keeps for itself
};
BOOST_DESCRIBE_STRUCT(EmergingOutput, (), (steps, cells))

// Values on a grid, or at points: then one row a distinct place, in order of appearance.
struct Values {
  int columns = 1;
  int rows = 0;
  std::vector<double> values;
  std::vector<geo::Point> points;  // empty for a grid
};

// x,y and value (or val); without a value, how many rows each place has.
Result<Values> read_point_values(const std::string& file) {
  const auto table = Table::read(file, "--points");
  if (!table) return Failure(table.error());
  const auto points = points_of(*table);
  if (!points) return Failure(points.error());
  Values values;
  const std::string column = table->has("value") ? "value" : "val";
  if (table->has(column)) {
    auto given = table->reals(column);
    if (!given) return Failure(given.error());
    values.values = std::move(*given);
    values.points = *points;
  } else {
    std::map<std::pair<double, double>, std::size_t> places;
    for (const auto& point : *points) {
      const auto [at, is_new] = places.emplace(std::pair(point.x_m, point.y_m), values.points.size());
      if (is_new) {
        values.points.push_back(point);
        values.values.push_back(0);
      }
      values.values[at->second] += 1;
    }
  }
  values.rows = static_cast<int>(values.points.size());
  return values;
}

Result<Values> read_values(const cli::Arguments& arguments) {
  if (arguments.has("--grid") == arguments.has("--points"))
    return invalid({"--grid ou --points, l'un des deux", "--grid or --points, one of the two"}, "--grid");
  if (arguments.has("--points")) {
    if (!arguments.has("--distance-m"))
      return invalid({"avec --points il faut une distance", "--points needs a distance"}, "--distance-m");
    return read_point_values(*arguments.text("--points"));
  }
  if (arguments.has("--distance-m"))
    return invalid({"sert à --points seulement : une grille a ses mailles voisines",
                    "serves --points only: a grid has its neighbouring cells"},
                   "--distance-m");
  const auto matrix = read_matrix(*arguments.text("--grid"), "--grid");
  if (!matrix) return Failure(matrix.error());
  return Values{matrix->columns, matrix->rows, matrix->values, {}};
}

Result<analysis::NeighbourLists> neighbours_of(const Values& values, const cli::Arguments& arguments) {
  if (values.points.empty()) return analysis::NeighbourLists::queen(values.columns, values.rows);
  const auto distance = real_option(arguments, "--distance-m");
  if (!distance) return Failure(distance.error());
  auto lists = analysis::NeighbourLists::within(values.points, Metres{*distance});
  if (!lists) return as_option(lists.error());
  return lists;
}

Failure in_values(const Error& error, const Values& values) {
  return refuse(error.kind, error.message, values.points.empty() ? "--grid" : "--points");
}

Result<analysis::DiscoveryControl> read_control(const cli::Arguments& arguments) {
  const auto control = choice_option(arguments, "--fdr", {"bh", "by"}, "bh");
  if (!control) return Failure(control.error());
  return *control == "bh" ? analysis::DiscoveryControl::bh : analysis::DiscoveryControl::by;
}

Result<void> run_hotspots(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto control = read_control(arguments);
  if (!control) return Failure(control.error());
  const auto law = choice_option(arguments, "--p", {"normal", "exact"}, "normal");
  if (!law) return Failure(law.error());
  const auto values = read_values(arguments);
  if (!values) return Failure(values.error());
  Result<std::vector<analysis::GStar>> stars;
  if (values->points.empty()) {
    stars = analysis::local_g_star({values->columns, values->rows, values->values, {}}, 1);
  } else {
    const auto neighbours = neighbours_of(*values, arguments);
    if (!neighbours) return Failure(neighbours.error());
    stars = analysis::local_g_star(values->values, *neighbours);
  }
  if (!stars) return in_values(stars.error(), *values);
  if (*law == "exact")
    if (const auto done = analysis::use_exact_p(values->values, *stars); !done)
      return refuse(done.error().kind, done.error().message, "--p");
  std::vector<double> p;
  for (const auto& star : *stars) p.push_back(star.p);
  const auto q = analysis::adjusted(p, *control);
  HotspotsOutput output;
  for (std::size_t i = 0; i < stars->size(); ++i)
    output.cells.push_back(
        {static_cast<int>(i) / values->columns, static_cast<int>(i) % values->columns, (*stars)[i].z, p[i], q[i]});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

std::string name_of(analysis::MoranClass kind) {
  switch (kind) {
    case analysis::MoranClass::high_high:
      return "high-high";
    case analysis::MoranClass::low_low:
      return "low-low";
    case analysis::MoranClass::high_low:
      return "high-low";
    case analysis::MoranClass::low_high:
      return "low-high";
    case analysis::MoranClass::none:
      break;
  }
  return "none";
}

Result<void> run_moran(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto control = read_control(arguments);
  if (!control) return Failure(control.error());
  const auto values = read_values(arguments);
  if (!values) return Failure(values.error());
  const auto neighbours = neighbours_of(*values, arguments);
  if (!neighbours) return Failure(neighbours.error());
  const auto global = analysis::global_moran(values->values, *neighbours);
  if (!global) return in_values(global.error(), *values);
  const auto local = analysis::local_moran(values->values, *neighbours);
  if (!local) return in_values(local.error(), *values);
  std::vector<double> p;
  for (const auto& one : *local) p.push_back(one.p);
  const auto q = analysis::adjusted(p, *control);
  MoranOutput output{.global = {global->i, global->expected, global->variance, global->z, global->p}, .cells = {}};
  for (std::size_t i = 0; i < local->size(); ++i) {
    const auto& one = (*local)[i];
    output.cells.push_back({static_cast<int>(i) / values->columns, static_cast<int>(i) % values->columns, one.i, one.z,
                            one.p, q[i], name_of(one.quadrant)});
  }
  terminal.out << json::text_of(output) << "\n";
  return {};
}

// One matrix a step, or one file with the steps beneath each other.
struct Stack {
  int columns = 0;
  int rows = 0;
  int steps = 0;
  std::vector<double> values;
};

Result<Stack> read_stack(const cli::Arguments& arguments) {
  if (arguments.has("--grids") == arguments.has("--stack"))
    return invalid({"--grids ou --stack, l'un des deux", "--grids or --stack, one of the two"}, "--grids");
  Stack stack;
  if (arguments.has("--stack")) {
    const auto steps = integer_within(arguments, "--steps", 0, 1, 1'000'000);
    if (!steps) return Failure(steps.error());
    const auto matrix = read_matrix(*arguments.text("--stack"), "--stack");
    if (!matrix) return Failure(matrix.error());
    if (matrix->rows % *steps != 0)
      return invalid({fmt::format("{} lignes ne se partagent pas en {} pas", matrix->rows, *steps),
                      fmt::format("{} rows do not divide into {} steps", matrix->rows, *steps)},
                     "--steps");
    return Stack{matrix->columns, matrix->rows / static_cast<int>(*steps), static_cast<int>(*steps), matrix->values};
  }
  const std::string all = *arguments.text("--grids");
  for (std::size_t begin = 0; begin <= all.size();) {
    const auto end = std::min(all.find(',', begin), all.size());
    const auto matrix = read_matrix(all.substr(begin, end - begin), "--grids");
    if (!matrix) return Failure(matrix.error());
    if (stack.steps > 0 && (matrix->columns != stack.columns || matrix->rows != stack.rows))
      return invalid({all.substr(begin, end - begin) + " : pas la même taille que la première grille",
                      all.substr(begin, end - begin) + ": not the size of the first grid"},
                     "--grids");
    stack.columns = matrix->columns;
    stack.rows = matrix->rows;
    stack.values.insert(stack.values.end(), matrix->values.begin(), matrix->values.end());
    ++stack.steps;
    begin = end + 1;
  }
  return stack;
}

Result<void> run_emerging(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto z = real_or(arguments, "--z", 1.959963984540054);
  if (!z) return Failure(z.error());
  const auto alpha = real_or(arguments, "--trend-alpha", 0.05);
  if (!alpha) return Failure(alpha.error());
  const auto back = integer_within(arguments, "--steps-back", 1, 0, 1000);
  if (!back) return Failure(back.error());
  const auto threads = integer_within(arguments, "--threads", 1, 1, 256);
  if (!threads) return Failure(threads.error());
  const auto stack = read_stack(arguments);
  if (!stack) return Failure(stack.error());
  const auto cells = shown(terminal, {"points émergents", "emerging"}, [&](const Progress& progress) {
    return analysis::emerging_hot_spots({stack->columns, stack->rows, stack->steps, stack->values},
                                        {.z_critical = *z,
                                         .trend_alpha = *alpha,
                                         .steps_back = static_cast<int>(*back),
                                         .threads = static_cast<int>(*threads)},
                                        progress);
  });
  if (!cells)
    return as_option(cells.error(), {{"values", arguments.has("--grids") ? "--grids" : "--stack"},
                                     {"steps", arguments.has("--grids") ? "--grids" : "--steps"},
                                     {"z_critical", "--z"}});
  EmergingOutput output{.steps = stack->steps, .cells = {}};
  for (std::size_t i = 0; i < cells->size(); ++i) {
    const auto& one = (*cells)[i];
    auto cell = json::to_json(EmergingCell{static_cast<int>(i) / stack->columns, static_cast<int>(i) % stack->columns,
                                           one.is_hot, one.last_z, one.significant_steps, one.trend_z, one.trend_p});
    cell.as_object()["class"] = analysis::name_of(one.kind);
    output.cells.push_back(std::move(cell));
  }
  terminal.out << json::text_of(output) << "\n";
  return {};
}

std::vector<cli::Option> value_options() {
  return {{"--grid", "F.csv", {"matrice sans en-tête, mailles voisines", "matrix without header, cells as neighbours"}},
          {"--points", "F.csv", {"x,y[,value] en mètres", "x,y[,value] in metres"}},
          {"--distance-m", "D", {"avec --points : voisins à D mètres au plus", "with --points: neighbours within D"}},
          {"--fdr", "NAME", {"bh (par défaut) ou by", "bh (default) or by"}}};
}

}  // namespace

std::vector<cli::Command> association_commands() {
  auto hotspots = value_options();
  hotspots.push_back({"--p", "NAME", {"normal (défaut) ou exact", "normal (default) or exact"}});
  return {{.name = "lab hotspots",
           .summary = {"Gi* sur une grille ou des points, avec taux de fausses découvertes",
                       "Gi* on a grid or points, with false-discovery control"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = std::move(hotspots),
           .example = "quadrille lab hotspots --grid counts.csv --fdr bh --p exact",
           .run = run_hotspots},
          {.name = "lab moran",
           .summary = {"Indice de Moran, global et local", "Moran's I, global and local"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = value_options(),
           .example = "quadrille lab moran --grid counts.csv",
           .run = run_moran},
          {.name = "lab emerging",
           .summary = {"Points chauds émergents : Gi* dans le temps et Mann-Kendall",
                       "Emerging hot spots: Gi* over time and Mann-Kendall"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {{"--grids", "A.csv,B.csv", {"une matrice par pas, dans l'ordre", "one matrix a step, in order"}},
                       {"--stack", "F.csv", {"les pas l'un sous l'autre", "the steps beneath each other"}},
                       {"--steps", "N", {"avec --stack : combien de pas", "with --stack: how many steps"}},
                       {"--z", "Z", {"valeur critique (1,96)", "critical value (1.96)"}},
                       {"--trend-alpha", "X", {"niveau de la tendance (0,05)", "level of the trend (0.05)"}},
                       {"--steps-back", "N", {"pas précédents voisins (1)", "steps before that are neighbours (1)"}},
                       {"--threads", "T", {"fils d'exécution (1)", "threads (1)"}}},
           .example = "quadrille lab emerging --stack counts.csv --steps 24",
           .run = run_emerging}};
}

}  // namespace quadrille::lab
