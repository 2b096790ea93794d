#include "engine/analysis/emerging.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "engine/analysis/summed_area.h"

namespace quadrille::analysis {
namespace {

// Gi* of the cube: [cell][step], so that a cell's row lies together.
std::vector<float> stars_of(const Cube& cube, const EmergingOptions& options, const Progress& progress) {
  const auto cells = static_cast<std::size_t>(cube.columns) * static_cast<std::size_t>(cube.rows);
  const auto steps = static_cast<std::size_t>(cube.steps);
  const auto n = static_cast<double>(cube.values.size());
  const double mean = std::accumulate(cube.values.begin(), cube.values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : cube.values) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / n);
  std::vector<float> z(cells * steps, 0.0F);
  if (!(deviation > 1e-12 * std::abs(mean))) return z;
  std::vector<std::vector<double>> sums(steps);
  for (std::size_t t = 0; t < steps && !progress.is_cancelled(); ++t) {
    const double* values = cube.values.data() + t * cells;
    const SummedArea table(cube.columns, cube.rows, [&](std::size_t i) { return values[i] - mean; });
    sums[t].resize(cells);
    if (t > static_cast<std::size_t>(options.steps_back))
      sums[t - 1 - static_cast<std::size_t>(options.steps_back)] = {};
    const std::size_t back = std::min(t, static_cast<std::size_t>(options.steps_back));
    for (int r = 0; r < cube.rows; ++r) {
      const auto r0 = static_cast<std::size_t>(std::max(0, r - options.reach));
      const auto r1 = static_cast<std::size_t>(std::min(cube.rows, r + options.reach + 1));
      for (int c = 0; c < cube.columns; ++c) {
        const auto c0 = static_cast<std::size_t>(std::max(0, c - options.reach));
        const auto c1 = static_cast<std::size_t>(std::min(cube.columns, c + options.reach + 1));
        const auto i =
            static_cast<std::size_t>(r) * static_cast<std::size_t>(cube.columns) + static_cast<std::size_t>(c);
        sums[t][i] = table.sum(r0, r1, c0, c1);
        double sum = 0;
        for (std::size_t b = 0; b <= back; ++b) sum += sums[t - b][i];
        const auto k = static_cast<double>((r1 - r0) * (c1 - c0) * (back + 1));
        const double spread = deviation * std::sqrt((n * k - k * k) / (n - 1));
        if (spread > 0) z[i * steps + t] = static_cast<float>(sum / spread);
      }
    }
    progress.report(0.3 * static_cast<double>(t + 1) / static_cast<double>(steps));
  }
  return z;
}

// Sum over ties of t (t - 1) (2 t + 5).
double tie_term(std::vector<double>& sorted) {
  std::ranges::sort(sorted);
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t j = i;
    while (j < sorted.size() && sorted[j] == sorted[i]) ++j;
    const auto t = static_cast<double>(j - i);
    sum += t * (t - 1) * (2 * t + 5);
    i = j;
  }
  return sum;
}

// Mean ranks, 1 to n.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (std::size_t k = i; k < j; ++k) ranks[order[k]] = static_cast<double>(i + j + 1) / 2;
    i = j;
  }
  return ranks;
}

// Hamed and Rao's factor on the variance: the autocorrelation of the ranks of what a straight line leaves over.
double serial_factor(std::span<const double> series) {
  const auto n = static_cast<double>(series.size());
  const double middle = (n - 1) / 2;
  double slope = 0;
  double squares = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    slope += (static_cast<double>(i) - middle) * series[i];
    squares += (static_cast<double>(i) - middle) * (static_cast<double>(i) - middle);
  }
  slope /= squares;
  std::vector<double> rest(series.begin(), series.end());
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= slope * static_cast<double>(i);
  auto ranks = ranks_of(rest);
  double variance = 0;
  for (double& rank : ranks) {
    rank -= (n + 1) / 2;
    variance += rank * rank;
  }
  if (!(variance > 0)) return 1;
  double sum = 0;
  for (std::size_t lag = 1; lag + 3 < series.size(); ++lag) {
    double covariance = 0;
    for (std::size_t i = 0; i + lag < ranks.size(); ++i) covariance += ranks[i] * ranks[i + lag];
    const double correlation = covariance / variance;
    if (std::abs(correlation) < 1.959963984540054 / std::sqrt(n)) continue;
    const double left = n - static_cast<double>(lag);
    sum += left * (left - 1) * (left - 2) * correlation;
  }
  return std::max(1.0, 1 + 2 / (n * (n - 1) * (n - 2)) * sum);
}

// Sum over pairs of the sign of what came later minus what came before.
template <class Value>
std::int64_t kendall_s(std::span<const Value> series) {
  std::int64_t s = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::int32_t here = 0;
    for (std::size_t j = i + 1; j < series.size(); ++j)
      here += static_cast<std::int32_t>(series[j] > series[i]) - static_cast<std::int32_t>(series[j] < series[i]);
    s += here;
  }
  return s;
}

MannKendall trend_of(std::span<const double> series, std::int64_t s, bool corrects_serial) {
  MannKendall result{.s = static_cast<double>(s)};
  const auto n = static_cast<double>(series.size());
  std::vector<double> sorted(series.begin(), series.end());
  double variance = (n * (n - 1) * (2 * n + 5) - tie_term(sorted)) / 18;
  if (!(variance > 0) || s == 0) return result;
  const auto z_of = [&](double v) { return (result.s > 0 ? result.s - 1 : result.s + 1) / std::sqrt(v); };
  // What is far from significant stays so: the correction only makes it less.
  if (corrects_serial && std::abs(z_of(variance)) > 1) variance *= serial_factor(series);
  result.z = z_of(variance);
  result.p = std::erfc(std::abs(result.z) / std::sqrt(2.0));
  return result;
}

EmergingCell classify(std::span<const float> z, const EmergingOptions& options) {
  EmergingCell cell;
  const auto steps = static_cast<int>(z.size());
  const auto critical = static_cast<float>(options.z_critical);
  cell.last_z = z.back();
  const auto hot_steps = static_cast<int>(std::ranges::count_if(z, [&](float one) { return one >= critical; }));
  const auto cold_steps = static_cast<int>(std::ranges::count_if(z, [&](float one) { return one <= -critical; }));
  const bool is_last_hot = z.back() >= critical;
  const bool is_last_cold = z.back() <= -critical;
  cell.is_hot = is_last_hot || (!is_last_cold && hot_steps >= cold_steps);
  cell.significant_steps = cell.is_hot ? hot_steps : cold_steps;
  if (cell.significant_steps == 0) return cell;
  const float sign = cell.is_hot ? 1.0F : -1.0F;
  const bool is_last = is_last_hot || is_last_cold;
  const bool is_nearly_always = cell.significant_steps * 10 >= steps * 9;
  const std::vector<double> series(z.begin(), z.end());
  const auto trend = trend_of(series, kendall_s(z), true);
  cell.trend_z = trend.z;
  cell.trend_p = trend.p;
  if (!is_last) {
    cell.kind = is_nearly_always ? EmergingClass::historical : EmergingClass::none;
    return cell;
  }
  int run = 0;
  while (run < steps && z[static_cast<std::size_t>(steps - 1 - run)] * sign >= critical) ++run;
  const int opposite = cell.is_hot ? cold_steps : hot_steps;
  if (is_nearly_always) {
    const bool has_trend = trend.p < options.trend_alpha;
    const bool is_growing = trend.z * sign > 0;
    cell.kind = !has_trend   ? EmergingClass::persistent
                : is_growing ? EmergingClass::intensifying
                             : EmergingClass::diminishing;
  } else if (opposite > 0) {
    cell.kind = EmergingClass::oscillating;
  } else if (run == cell.significant_steps) {
    cell.kind = run == 1 ? EmergingClass::fresh : EmergingClass::consecutive;
  } else {
    cell.kind = EmergingClass::sporadic;
  }
  return cell;
}

Result<void> check(const Cube& cube, const EmergingOptions& options) {
  if (cube.columns < 1 || cube.rows < 1 ||
      cube.values.size() != static_cast<std::size_t>(cube.columns) * static_cast<std::size_t>(cube.rows) *
                                static_cast<std::size_t>(std::max(cube.steps, 0)))
    return invalid({"le nombre de valeurs n'est pas mailles × pas", "there are not cells × steps values"}, "values");
  if (cube.steps < 4) return invalid({"il faut au moins quatre pas", "at least four steps are needed"}, "steps");
  for (const double value : cube.values)
    if (!std::isfinite(value)) return invalid({"une valeur n'est pas un nombre", "a value is not a number"}, "values");
  if (!(options.z_critical > 0)) return invalid({"z est positif", "z is positive"}, "z_critical");
  if (!(options.trend_alpha > 0) || options.trend_alpha >= 1)
    return invalid({"un niveau de 0 à 1", "a level from 0 to 1"}, "trend_alpha");
  if (options.reach < 0 || options.reach > 1000) return invalid({"de 0 à 1000 mailles", "0 to 1000 cells"}, "reach");
  if (options.steps_back < 0 || options.steps_back >= cube.steps)
    return invalid({"moins que le nombre de pas", "fewer than there are steps"}, "steps_back");
  return {};
}

}  // namespace

MannKendall mann_kendall(std::span<const double> series, bool corrects_serial) {
  return trend_of(series, kendall_s(series), corrects_serial && series.size() > 4);
}

std::string_view name_of(EmergingClass kind) {
  switch (kind) {
    case EmergingClass::none:
      return "none";
    case EmergingClass::fresh:
      return "new";
    case EmergingClass::consecutive:
      return "consecutive";
    case EmergingClass::intensifying:
      return "intensifying";
    case EmergingClass::persistent:
      return "persistent";
    case EmergingClass::diminishing:
      return "diminishing";
    case EmergingClass::sporadic:
      return "sporadic";
    case EmergingClass::oscillating:
      return "oscillating";
    case EmergingClass::historical:
      return "historical";
  }
  return "none";
}

Result<std::vector<EmergingCell>> emerging_hot_spots(const Cube& cube, const EmergingOptions& options,
                                                     const Progress& progress) {
  if (const auto fine = check(cube, options); !fine) return Failure(fine.error());
  const auto z = stars_of(cube, options, progress);
  const auto steps = static_cast<std::size_t>(cube.steps);
  std::vector<EmergingCell> cells(z.size() / steps);
  const auto rows = static_cast<std::size_t>(cube.rows);
  const std::size_t columns = cells.size() / rows;
  std::atomic<std::size_t> done{0};
  parallel_for(rows, options.threads, [&](std::size_t row) {
    if (progress.is_cancelled()) return;
    for (std::size_t i = row * columns; i < (row + 1) * columns; ++i)
      cells[i] = classify(std::span(z).subspan(i * steps, steps), options);
    progress.report(0.3 + 0.7 * static_cast<double>(++done) / static_cast<double>(rows));
  });
  if (progress.is_cancelled()) return cancelled();
  return cells;
}

}  // namespace quadrille::analysis
