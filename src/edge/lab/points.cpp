#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <ostream>

#include "edge/lab/lab.h"
#include "engine/analysis/density.h"
#include "engine/analysis/false_discovery.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/near_repeat.h"
#include "host/clock/clock.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct DensityOutput {
  int columns = 0;
  int rows = 0;
  double cell_m = 0;
  double sigma_m = 0;
  std::array<double, 2> south_west{};
  std::vector<double> density_per_m2;  // row-major, south row first
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(DensityOutput, (), (columns, rows, cell_m, sigma_m, south_west, density_per_m2, seconds))

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
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(HotspotsOutput, (), (cells, seconds))

struct KnoxOutput {
  std::int64_t observed = 0;
  double expected = 0;
  double sd = 0;
  std::optional<double> z;
  double p = 1;
  std::int64_t close_in_space = 0;
  std::int64_t close_in_time = 0;
  double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(KnoxOutput, (), (observed, expected, sd, z, p, close_in_space, close_in_time, seconds))

Result<std::vector<geo::Point>> read_points(const std::string& file, const std::string& field) {
  const auto table = Table::read(file, field);
  if (!table) return Failure(table.error());
  const auto x = table->reals("x");
  const auto y = table->reals("y");
  if (!x || !y) return Failure(x ? y.error() : x.error());
  std::vector<geo::Point> points;
  for (std::size_t i = 0; i < x->size(); ++i) points.push_back({(*x)[i], (*y)[i]});
  return points;
}

// "x0,y0,x1,y1": whole cells from the low corner.
Result<geo::Extent> read_extent(const std::string& text) {
  double numbers[4];
  int count = 0;
  const char* at = text.c_str();
  for (; count < 4; ++count) {
    char* stop = nullptr;
    numbers[count] = std::strtod(at, &stop);
    if (stop == at || (*stop != ',' && *stop != '\0')) break;
    at = *stop == ',' ? stop + 1 : stop;
  }
  if (count != 4 || *at != '\0' || !(numbers[0] < numbers[2]) || !(numbers[1] < numbers[3]))
    return invalid({"il faut x0,y0,x1,y1 en mètres", "x0,y0,x1,y1 in metres is needed"}, "--extent");
  return geo::Extent{{numbers[0], numbers[1]}, {numbers[2], numbers[3]}};
}

Result<void> run_density(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const double started = clock::system_clock().steady_seconds();
  const auto sigma = real_option(arguments, "--sigma-m");
  const auto cell = real_option(arguments, "--cell-m");
  if (!sigma || !cell) return Failure(sigma ? cell.error() : sigma.error());
  if (!(*cell > 0)) return invalid({"la maille doit être positive", "the cell must be positive"}, "--cell-m");
  if (!(*sigma > 0)) return invalid({"sigma doit être positif", "sigma must be positive"}, "--sigma-m");
  if (arguments.text("--method").value_or("exact") != "exact")
    return invalid({"seule la méthode exact existe à ce jour", "only the method exact exists so far"}, "--method");
  if (arguments.text("--edge").value_or("none") != "none")
    return invalid({"seul none existe à ce jour", "only none exists so far"}, "--edge");
  auto extent = read_extent(*arguments.text("--extent"));
  if (!extent) return Failure(extent.error());
  const double cells = (extent->high.x_m - extent->low.x_m) * (extent->high.y_m - extent->low.y_m) / (*cell * *cell);
  if (cells > 25e6)
    return refuse(ErrorKind::too_large, {"plus de 25 millions de mailles", "more than 25 million cells"}, "--cell-m");
  // The high edge belongs to no cell.
  extent->high = {std::nextafter(extent->high.x_m, extent->low.x_m), std::nextafter(extent->high.y_m, extent->low.y_m)};
  const auto grid = geo::Grid::covering(*extent, Metres{*cell});
  const auto points = read_points(*arguments.text("--points"), "--points");
  if (!points) return Failure(points.error());
  const auto density = analysis::kernel_density(*points, grid, {.sigma = Metres{*sigma}});
  if (!density) return Failure(density.error());
  DensityOutput output{
      grid.columns(), grid.rows(), *cell, *sigma, {grid.south_west().x_m, grid.south_west().y_m}, *density, 0};
  if (const auto path = arguments.text("--out")) {
    std::ofstream file(*path);
    for (int row = 0; row < grid.rows(); ++row)
      for (int column = 0; column < grid.columns(); ++column)
        file << (column == 0 ? "" : ",") << fmt::format("{}", (*density)[grid.index({column, row})])
             << (column + 1 == grid.columns() ? "\n" : "");
    file.close();
    if (!file) return invalid({"n'a pas pu être écrit", "could not be written"}, "--out");
    output.density_per_m2.clear();
  }
  output.seconds = clock::system_clock().steady_seconds() - started;
  terminal.out << json::text_of(output) << "\n";
  return {};
}

Result<void> run_hotspots(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const double started = clock::system_clock().steady_seconds();
  const std::string control = arguments.text("--fdr").value_or("bh");
  if (control != "bh" && control != "by") return invalid({"bh ou by", "bh or by"}, "--fdr");
  if (arguments.text("--p").value_or("normal") != "normal")
    return invalid({"seul normal existe à ce jour", "only normal exists so far"}, "--p");
  const auto matrix = read_matrix(*arguments.text("--grid"), "--grid");
  if (!matrix) return Failure(matrix.error());
  const auto stars = analysis::local_g_star({matrix->columns, matrix->rows, matrix->values, {}}, 1);
  if (!stars) return refuse(stars.error().kind, stars.error().message, "--grid");
  std::vector<double> p;
  for (const auto& star : *stars) p.push_back(star.p);
  const auto q =
      analysis::adjusted(p, control == "bh" ? analysis::DiscoveryControl::bh : analysis::DiscoveryControl::by);
  HotspotsOutput output;
  for (std::size_t i = 0; i < stars->size(); ++i)
    output.cells.push_back(
        {static_cast<int>(i) / matrix->columns, static_cast<int>(i) % matrix->columns, (*stars)[i].z, p[i], q[i]});
  output.seconds = clock::system_clock().steady_seconds() - started;
  terminal.out << json::text_of(output) << "\n";
  return {};
}

Result<void> run_knox(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const double started = clock::system_clock().steady_seconds();
  const auto near = real_option(arguments, "--near-m");
  const auto days = real_option(arguments, "--near-days");
  if (!near || !days) return Failure(near ? days.error() : near.error());
  const auto replicas = integer_option(arguments, "--replicas", 999);
  const auto seed = integer_option(arguments, "--seed", 1);
  const auto threads = integer_option(arguments, "--threads", 1);
  for (const auto* one : {&replicas, &seed, &threads})
    if (!*one) return Failure(one->error());
  if (*replicas < 1 || *replicas > 1'000'000) return invalid({"de 1 à 1 000 000", "1 to 1,000,000"}, "--replicas");
  if (*threads < 1 || *threads > 256) return invalid({"de 1 à 256", "1 to 256"}, "--threads");
  const auto table = Table::read(*arguments.text("--events"), "--events");
  if (!table) return Failure(table.error());
  const auto x = table->reals("x");
  const auto y = table->reals("y");
  const auto t = table->reals("t_days");
  for (const auto* one : {&x, &y, &t})
    if (!*one) return Failure(one->error());
  std::vector<analysis::TimedPoint> events;
  for (std::size_t i = 0; i < x->size(); ++i) events.push_back({{(*x)[i], (*y)[i]}, (*t)[i]});
  const auto found = analysis::knox(events,
                                    {.near = Metres{*near},
                                     .near_days = *days,
                                     .replicas = static_cast<std::int32_t>(*replicas),
                                     .seed = {static_cast<std::uint64_t>(*seed)},
                                     .threads = static_cast<int>(*threads)},
                                    Progress());
  if (!found)
    return refuse(found.error().kind, found.error().message,
                  found.error().field == "events"   ? "--events"
                  : found.error().field == "near_m" ? "--near-m"
                                                    : "--near-days");
  terminal.out << json::text_of(KnoxOutput{found->observed, found->expected, found->deviation, found->z, found->p,
                                           found->close_in_space, found->close_in_time,
                                           clock::system_clock().steady_seconds() - started})
               << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> point_commands() {
  return {{.name = "lab density",
           .summary = {"Densité par noyau gaussien", "Gaussian kernel density"},
           .words = "",
           .options = {{"--points", "F.csv", {"x,y en mètres", "x,y in metres"}, true},
                       {"--sigma-m", "S", {"écart-type du noyau", "standard deviation of the kernel"}, true},
                       {"--cell-m", "C", {"maille", "cell"}, true},
                       {"--extent", "x0,y0,x1,y1", {"étendue en mètres", "extent in metres"}, true},
                       {"--method", "NAME", {"exact", "exact"}},
                       {"--edge", "NAME", {"none", "none"}},
                       {"--out", "grid.csv", {"écrire la grille, sans en-tête", "write the grid, without header"}}},
           .example = "quadrille lab density --points points.csv --sigma-m 250 --cell-m 50 --extent 0,0,10000,10000 "
                      "--out grid.csv",
           .run = run_density},
          {.name = "lab hotspots",
           .summary = {"Gi* sur une grille, avec taux de fausses découvertes",
                       "Gi* on a grid, with false-discovery control"},
           .words = "",
           .options = {{"--grid", "F.csv", {"matrice sans en-tête", "matrix without header"}, true},
                       {"--fdr", "NAME", {"bh (par défaut) ou by", "bh (default) or by"}},
                       {"--p", "NAME", {"normal", "normal"}}},
           .example = "quadrille lab hotspots --grid counts.csv --fdr bh",
           .run = run_hotspots},
          {.name = "lab knox",
           .summary = {"Proximité dans l'espace et le temps (Knox)", "Closeness in space and time (Knox)"},
           .words = "",
           .options = {{"--events", "F.csv", {"x,y,t_days", "x,y,t_days"}, true},
                       {"--near-m", "A", {"proche dans l'espace", "close in space"}, true},
                       {"--near-days", "B", {"proche dans le temps", "close in time"}, true},
                       {"--replicas", "R", {"répliques (999)", "replicas (999)"}},
                       {"--seed", "N", {"graine (1)", "seed (1)"}},
                       {"--threads", "T", {"fils (1)", "threads (1)"}}},
           .example = "quadrille lab knox --events events.csv --near-m 200 --near-days 14 --replicas 999 --seed 1",
           .run = run_knox}};
}

}  // namespace quadrille::lab
