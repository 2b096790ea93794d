#include "engine/analysis/density.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <ostream>

#include "edge/lab/lab.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Output {
  std::string method;
  std::string edge;
  int columns = 0;
  int rows = 0;
  double cell_m = 0;
  double sigma_m = 0;
  std::array<double, 2> south_west{};
  std::vector<double> density_per_m2;  // row-major, south row first
};
BOOST_DESCRIBE_STRUCT(Output, (), (method, edge, columns, rows, cell_m, sigma_m, south_west, density_per_m2))

// "x0,y0,x1,y1".
Result<geo::Extent> read_extent(const std::string& text) {
  const auto numbers = parse_list(text, "--extent");
  if (!numbers || numbers->size() != 4 || !((*numbers)[0] < (*numbers)[2]) || !((*numbers)[1] < (*numbers)[3]))
    return invalid({"il faut x0,y0,x1,y1 en mètres", "x0,y0,x1,y1 in metres is needed"}, "--extent");
  if (!std::ranges::all_of(*numbers, is_length))
    return invalid({"un milliard de mètres au plus", "at most a thousand million metres"}, "--extent");
  return geo::Extent{{(*numbers)[0], (*numbers)[1]}, {(*numbers)[2], (*numbers)[3]}};
}

// Cells from the extent's low corner: points and grid are moved there, so that any corner will do.
Result<geo::Grid> grid_over(const geo::Extent& extent, double cell_m) {
  const double width = extent.high.x_m - extent.low.x_m;
  const double height = extent.high.y_m - extent.low.y_m;
  if (!(width / cell_m * (height / cell_m) <= 25e6))
    return refuse(ErrorKind::too_large, {"plus de 25 millions de mailles", "more than 25 million cells"}, "--cell-m");
  // The high edge belongs to no cell; rounding must not add one.
  const double slack = cell_m * 1e-9;
  return geo::Grid::covering({{0, 0}, {std::max(width - slack, 0.0), std::max(height - slack, 0.0)}}, Metres{cell_m});
}

Result<void> write_matrix(const std::string& path, const geo::Grid& grid, const std::vector<double>& values) {
  std::ofstream file(path);
  for (int row = 0; row < grid.rows(); ++row)
    for (int column = 0; column < grid.columns(); ++column)
      file << (column == 0 ? "" : ",") << fmt::format("{}", values[grid.index({column, row})])
           << (column + 1 == grid.columns() ? "\n" : "");
  file.close();
  if (!file) return invalid({"n'a pas pu être écrit", "could not be written"}, "--out");
  return {};
}

Result<void> run_density(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto sigma = real_option(arguments, "--sigma-m");
  const auto cell = real_option(arguments, "--cell-m");
  if (!sigma || !cell) return Failure(sigma ? cell.error() : sigma.error());
  if (!is_length(*sigma))
    return invalid({"un milliard de mètres au plus", "at most a thousand million metres"}, "--sigma-m");
  if (!(*cell > 0)) return invalid({"la maille doit être positive", "the cell must be positive"}, "--cell-m");
  const auto method = choice_option(arguments, "--method", {"exact", "binned", "adaptive"}, "exact");
  if (!method) return Failure(method.error());
  const auto edge = choice_option(arguments, "--edge", {"none", "uniform"}, "none");
  if (!edge) return Failure(edge.error());
  const auto extent = read_extent(*arguments.text("--extent"));
  if (!extent) return Failure(extent.error());
  const auto grid = grid_over(*extent, *cell);
  if (!grid) return Failure(grid.error());
  auto points = read_points(*arguments.text("--points"), "--points");
  if (!points) return Failure(points.error());
  for (auto& point : *points) point = {point.x_m - extent->low.x_m, point.y_m - extent->low.y_m};
  using analysis::DensityMethod;
  const auto density = analysis::kernel_density(
      *points, *grid,
      {.sigma = Metres{*sigma},
       .method = *method == "exact"    ? DensityMethod::exact
                 : *method == "binned" ? DensityMethod::binned
                                       : DensityMethod::adaptive,
       .edge = *edge == "uniform" ? analysis::EdgeCorrection::uniform : analysis::EdgeCorrection::none});
  if (!density) return as_option(density.error(), {{"sigma", "--sigma-m"}});
  Output output{*method, *edge, grid->columns(), grid->rows(), *cell, *sigma, {extent->low.x_m, extent->low.y_m},
                *density};
  if (const auto path = arguments.text("--out")) {
    if (const auto written = write_matrix(*path, *grid, *density); !written) return written;
    output.density_per_m2.clear();
  }
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> density_commands() {
  return {{.name = "lab density",
           .summary = {"Densité par noyau gaussien", "Gaussian kernel density"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {{"--points", "F.csv", {"x,y en mètres", "x,y in metres"}, true},
                       {"--sigma-m", "S", {"écart-type du noyau", "standard deviation of the kernel"}, true},
                       {"--cell-m", "C", {"maille", "cell"}, true},
                       {"--extent", "x0,y0,x1,y1", {"étendue en mètres", "extent in metres"}, true},
                       {"--method", "NAME", {"exact (défaut), binned, adaptive", "exact (default), binned, adaptive"}},
                       {"--edge", "NAME", {"none (défaut) ou uniform", "none (default) or uniform"}},
                       {"--out", "grid.csv", {"écrire la grille, sans en-tête", "write the grid, without header"}}},
           .example = "quadrille lab density --points points.csv --sigma-m 250 --cell-m 50 --extent 0,0,10000,10000 "
                      "--out grid.csv",
           .run = run_density}};
}

}  // namespace quadrille::lab
