#pragma once

#include <vector>

#include "host/geodesy/projection.h"
#include "services/studies/picture.h"
#include "services/studies/selection.h"

// What a picture says about places finer than sectors: density, hot spots, emerging clusters.

namespace quadrille::studies {

struct HotCell {
  std::size_t index = 0;  // in the grid
  double z = 0;
  double p = 1;
  double q = 1;
  std::int64_t count = 0;
};

struct Places {
  geo::Grid grid;
  std::vector<bool> is_inside;           // cell centre lies in a sector
  std::vector<std::size_t> row_of_cell;  // row of the selection, for cells inside
  std::vector<std::int64_t> counts;      // facts of the period
  std::vector<double> density_per_km2;   // facts per km2 and observed day; 0 outside
  std::vector<HotCell> hot;              // q at most the false discovery rate, by index
  Method hot_method;                     // whose p: the exact law of sparse counts, else the normal
  std::vector<Cluster> clusters;
};

[[nodiscard]] Result<Places> find_places(const PictureInput& input, const PictureParameters& parameters,
                                         const Selection& selection, int threads, const Progress& progress);

// The same without density and clusters, which exports do not need.
[[nodiscard]] Result<Places> lay_and_find_hot(const PictureInput& input, const PictureParameters& parameters,
                                              const Selection& selection, const Progress& progress);

inline const Method scan_method{"prospective_permutation_scan", "3"};

// A cell's square in longitude and latitude.
[[nodiscard]] geojson::LonLatShape cell_shape(const geo::Grid& grid, geo::Cell cell,
                                              const geodesy::Projection& projection);

}  // namespace quadrille::studies
