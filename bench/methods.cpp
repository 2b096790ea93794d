// What each method of engine/analysis costs at three sizes, ten times each other, on generated data, one thread: lines
// of `name size seconds`, seconds of processor time, so that a busy machine matters less; the best of at least three
// runs (or one, when it takes over two seconds). Nothing is asserted.
//
//   quadrille_bench [NAME...]   only the names that start with one of these
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "engine/analysis/change.h"
#include "engine/analysis/density.h"
#include "engine/analysis/emerging.h"
#include "engine/analysis/exposure.h"
#include "engine/analysis/false_discovery.h"
#include "engine/analysis/forecast.h"
#include "engine/analysis/interval_survival.h"
#include "engine/analysis/local_association.h"
#include "engine/analysis/moran.h"
#include "engine/analysis/near_repeat.h"
#include "engine/analysis/panel.h"
#include "engine/analysis/self_exciting.h"
#include "engine/analysis/space_time_scan.h"
#include "engine/analysis/survival.h"

namespace quadrille::analysis {
namespace {

// A run of a prepared case; what it returns keeps the compiler from leaving it out.
using Work = std::function<double()>;

struct Case {
  std::string_view name;
  int largest;  // the size at 100x
  std::function<Work(int size)> prepare;
};

// Half of the points in ten knots, as facts are; a square of 10 km.
std::vector<geo::Point> city_points(int count) {
  Random random({7}, 1);
  std::vector<geo::Point> points;
  for (int i = 0; i < count; ++i) {
    const double knot = random.next_below(10);
    if (i % 2 == 0)
      points.push_back({10'000 * random.next_uniform(), 10'000 * random.next_uniform()});
    else
      points.push_back({std::fmod(knot * 3'700, 9'000) + 500 + 250 * random.next_normal(),
                        std::fmod(knot * 6'100, 9'000) + 500 + 250 * random.next_normal()});
  }
  return points;
}

std::vector<TimedPoint> timed_points(int count) {
  Random random({7}, 2);
  std::vector<TimedPoint> events;
  for (const auto& point : city_points(count)) events.push_back({point, 365 * random.next_uniform()});
  return events;
}

Work density(int size, DensityMethod method, EdgeCorrection edge) {
  return [points = city_points(size), method, edge] {
    const auto grid = geo::Grid::covering({{0, 0}, {9'999, 9'999}}, Metres{50});
    return kernel_density(points, grid, {.sigma = Metres{250}, .method = method, .edge = edge})->front();
  };
}

// Square grids of about `cells` small counts.
Field count_field(int cells) {
  Random random({7}, 3);
  const int side = static_cast<int>(std::lround(std::sqrt(cells)));
  Field field{side, side, {}, {}};
  for (int i = 0; i < side * side; ++i) field.values.push_back(static_cast<double>(random.next_poisson(1.5)));
  return field;
}

Work g_star(int cells) {
  return [field = count_field(cells)] { return local_g_star(field, 1)->back().z; };
}

Work exact_g_star(int cells) {
  return [field = count_field(cells)] {
    auto stars = *local_g_star(field, 1);
    return use_exact_p(field.values, stars) ? stars.back().p : 0.0;
  };
}

Work moran(int cells) {
  return [field = count_field(cells),
          neighbours = NeighbourLists::queen(count_field(cells).columns, count_field(cells).rows)] {
    return global_moran(field.values, neighbours)->i + local_moran(field.values, neighbours)->back().i;
  };
}

Work emerging(int cells) {
  const auto one = count_field(cells);
  std::vector<double> cube;
  Random random({7}, 4);
  for (int step = 0; step < 104; ++step)
    for (std::size_t i = 0; i < one.values.size(); ++i) cube.push_back(static_cast<double>(random.next_poisson(1.5)));
  return [cube = std::move(cube), columns = one.columns, rows = one.rows] {
    return emerging_hot_spots({columns, rows, 104, cube}, {}, Progress())->back().last_z;
  };
}

Work discovery(int size) {
  Random random({7}, 5);
  std::vector<double> p;
  for (int i = 0; i < size; ++i) p.push_back(random.next_uniform());
  return [p = std::move(p)] { return adjusted(p, DiscoveryControl::by).front(); };
}

// A tenth as many places as events, at most 500; a year.
ScanInput scan_input(int events) {
  Random random({7}, 6);
  const int count = std::clamp(events / 10, 20, 500);
  const auto places = city_points(count);
  std::vector<PlaceDayCount> dated;
  for (int i = 0; i < events; ++i)
    dated.push_back(
        {random.next_below(static_cast<std::uint32_t>(count)), static_cast<std::int32_t>(random.next_below(365)), 1});
  return *ScanInput::permutation(places, dated, 365);
}

Work scan_of(int events, ScanMode mode) {
  return [input = scan_input(events), mode] {
    return static_cast<double>(
        scan(input, {.mode = mode, .radius_max = Metres{1'000}, .days_max = 30, .seed = {1}}, Progress())
            ->clusters.size());
  };
}

Work knox_of(int size) {
  return [events = timed_points(size)] {
    return knox(events, {.near = Metres{200}, .near_days = 14, .seed = {1}}, Progress())->p;
  };
}

Work sepp_of(int size) {
  return [events = timed_points(size)] {
    return fit_self_exciting(events, {.bandwidths_m = {300}}, Progress())->fit.theta;
  };
}

// So many sectors, each 400 weeks.
Work farrington_of(int sectors) {
  std::vector<std::vector<WeekCount>> all;
  for (int s = 0; s < sectors; ++s) {
    Random random({7}, 100 + static_cast<std::uint64_t>(s));
    std::vector<WeekCount> series;
    for (int week = 0; week < 400; ++week) series.push_back({week, static_cast<std::int64_t>(random.next_poisson(12))});
    all.push_back(series);
  }
  return [all = std::move(all)] {
    double sum = 0;
    for (const auto& series : all) sum += static_cast<double>(farrington(series, {.years_back = 3})->size());
    return sum;
  };
}

Work kaplan_meier_of(int size) {
  Random random({7}, 8);
  std::vector<Duration> rows;
  for (int i = 0; i < size; ++i)
    rows.push_back(
        {std::ceil(200 * random.next_exponential(1)), static_cast<int>(random.next_below(3)), i % 2 == 0 ? "a" : "b"});
  return [durations = *Durations::checked(rows)] {
    return kaplan_meier(durations).log_rank->p + aalen_johansen(durations).front().steps.back().incidence;
  };
}

// Visited at any time, about every ten days.
Work turnbull_of(int size) {
  Random random({7}, 13);
  std::vector<ReturnInterval> rows;
  for (int i = 0; i < size; ++i) {
    const double time = 50 * random.next_exponential(1);
    const double end = 150 * random.next_uniform();
    double seen = 0;
    double visit = 0;
    for (; visit < time && visit < end; visit += 20 * random.next_uniform()) seen = visit;
    rows.push_back(visit < time ? ReturnInterval{.left = visit, .group = ""} : ReturnInterval{seen, visit, 1, ""});
  }
  return [intervals = *ReturnIntervals::checked(rows)] {
    return turnbull(intervals, Progress())->front().top.log_likelihood;
  };
}

Work recurrent_of(int size) {
  Random random({7}, 9);
  std::vector<RiskInterval> rows;
  for (int subject = 0; subject < size / 4; ++subject) {
    double start = 0;
    for (int k = 0; k < 4; ++k) {
      const double stop = start + 1 + std::ceil(50 * random.next_exponential(1));
      rows.push_back({subject, start, stop, k < 3, {random.next_normal(), static_cast<double>(subject % 2)}});
      start = stop;
    }
  }
  return [intervals = *RiskIntervals::checked(rows, {"x", "lit"})] {
    return fit_pwp_gap_time(intervals)->coefficients.front().estimate;
  };
}

Work forecast_of(int places) {
  Random random({7}, 10);
  std::vector<PlaceDayCount> events;
  for (int i = 0; i < 20 * places; ++i)
    events.push_back(
        {random.next_below(static_cast<std::uint32_t>(places)), static_cast<std::int32_t>(random.next_below(400)), 1});
  return [counts = *AreaCounts::checked(city_points(places), events, {})] {
    const std::vector<ForecastMethod> methods{ForecastMethod::history, ForecastMethod::decay, ForecastMethod::kernel,
                                              ForecastMethod::sepp, ForecastMethod::blend};
    const auto choices = choose_forecast(counts, methods, 380, 7, Progress());
    return forecast(counts, choices->front(), 380, 7)->front();
  };
}

Panel panel_of(int units) {
  Random random({7}, 11);
  std::vector<PanelRow> rows;
  for (int unit = 0; unit < units; ++unit)
    for (int t = 0; t < 24; ++t)
      rows.push_back({static_cast<std::uint32_t>(unit), t, unit * 5 < units, t >= 16,
                      static_cast<double>(random.next_poisson(20))});
  return *Panel::checked(rows);
}

Work difference_of(int units) {
  return [panel = panel_of(units)] { return difference_in_differences(panel)->effect.log_ratio; };
}

Work synthetic_of(int units) {
  return [panel = panel_of(units)] { return synthetic_control(panel, Progress())->effect; };
}

Work exposure_of(int rows) {
  Random random({7}, 12);
  std::vector<ExposedDay> days;
  for (int i = 0; i < rows; ++i)
    days.push_back({static_cast<std::uint32_t>(i % 100), i / 100, 0.1 + 0.9 * random.next_uniform(),
                    static_cast<double>(random.next_poisson(1))});
  return [days = std::move(days)] { return exposed_rates(days, 100, {})->front().effective_days; };
}

std::vector<Case> cases() {
  using enum DensityMethod;
  constexpr auto none = EdgeCorrection::none;
  return {
      {"density.exact", 100'000, [=](int n) { return density(n, exact, none); }},
      {"density.binned", 100'000, [=](int n) { return density(n, binned, none); }},
      {"density.binned.edge", 100'000, [](int n) { return density(n, binned, EdgeCorrection::uniform); }},
      {"density.adaptive", 20'000, [=](int n) { return density(n, adaptive, none); }},
      {"gstar", 40'000, g_star},
      {"gstar.exact", 40'000, exact_g_star},
      {"moran", 40'000, moran},
      {"emerging", 40'000, emerging},
      {"false_discovery", 1'000'000, discovery},
      {"scan.retrospective", 20'000, [](int n) { return scan_of(n, ScanMode::retrospective); }},
      {"scan.prospective", 20'000, [](int n) { return scan_of(n, ScanMode::prospective); }},
      {"knox", 20'000, knox_of},
      {"sepp", 10'000, sepp_of},
      {"farrington", 100, farrington_of},
      {"survival.curves", 100'000, kaplan_meier_of},
      {"survival.turnbull", 100'000, turnbull_of},
      {"survival.pwp", 100'000, recurrent_of},
      {"forecast.auto", 10'000, forecast_of},
      {"did", 1'000, difference_of},
      {"synthetic", 500, synthetic_of},
      {"exposure", 1'000'000, exposure_of},
  };
}

double seconds_of(const Work& work) {
  double best = 1e9;
  double spent = 0;
  for (int run = 0; run < 3 || (spent < 0.2 && run < 100); ++run) {
    const std::clock_t before = std::clock();
    const volatile double kept = work();
    static_cast<void>(kept);
    const double seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    best = std::min(best, seconds);
    spent += seconds;
    if (spent > 2) break;
  }
  return best;
}

}  // namespace
}  // namespace quadrille::analysis

int main(int count, char** words) {
  using namespace quadrille::analysis;
  const std::vector<std::string_view> wanted(words + 1, words + count);
  for (const auto& one : cases()) {
    const auto asked = [&](std::string_view name) { return one.name.starts_with(name); };
    if (!wanted.empty() && std::ranges::none_of(wanted, asked)) continue;
    for (const int part : {100, 10, 1}) {
      const int size = std::max(one.largest / part, 1);
      fmt::print("{} {} {:.6f}\n", one.name, size, seconds_of(one.prepare(size)));
      std::fflush(stdout);
    }
  }
}
