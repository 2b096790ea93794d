// How long the emerging clusters take to take in a new day: 20,000 events of a year, 999 replicas, the settings of the
// picture, neighbours worked out anew each time; on one thread, and on all of the machine as the server does. Limit: 50
// ms until it is there. Prints, asserts nothing. EVENTS: a file of lines "day column row", events in cells of 200 m in
// order of day, that is measured too (bench/new_day.mjs writes one of San Francisco).
//
//   cmake --build build/release --target scan_new_day && build/release/scan_new_day [DAYS [EVENTS]]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <numeric>
#include <span>
#include <thread>
#include <vector>

#include "engine/analysis/space_time_scan.h"

namespace {

namespace analysis = quadrille::analysis;
using quadrille::Random;

constexpr std::int32_t year_days = 365;
constexpr std::uint32_t lattice = 50;
constexpr double cell_m = 200;

// Places are cells of a 200 m lattice in ten kilometres, as the picture's are, some much busier than others; the same
// number of events every day.
struct Register {
  std::int32_t days = year_days;
  std::vector<quadrille::geo::Point> places;
  std::vector<analysis::PlaceDayCount> events;
};

Register make_register(std::uint32_t places, std::uint32_t events) {
  Random random({7}, 0);
  Register made;
  std::vector<std::uint32_t> cells(lattice * lattice);
  std::iota(cells.begin(), cells.end(), 0U);
  random.shuffle(std::span(cells));
  std::vector<std::uint32_t> crowd;
  for (std::uint32_t i = 0; i < places; ++i) {
    made.places.push_back({cell_m * (cells[i] % lattice), cell_m * (cells[i] / lattice)});
    for (std::uint32_t n = 0; n <= 60 / (1 + i % 60); ++n) crowd.push_back(i);
  }
  for (std::uint32_t e = 0; e < events; ++e)
    made.events.push_back({crowd[random.next_below(static_cast<std::uint32_t>(crowd.size()))],
                           static_cast<std::int32_t>(e * static_cast<std::uint64_t>(year_days) / events)});
  return made;
}

Register read_register(const char* path) {
  std::ifstream file(path);
  Register read;
  std::map<std::pair<int, int>, std::uint32_t> number_of;
  int column = 0;
  int row = 0;
  for (std::int32_t day = 0; file >> day >> column >> row; read.days = day + 1) {
    const auto [at, is_new] = number_of.try_emplace({column, row}, static_cast<std::uint32_t>(read.places.size()));
    if (is_new) read.places.push_back({cell_m * column, cell_m * row});
    read.events.push_back({at->second, day});
  }
  return read;
}

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void measure(const Register& made, std::int32_t new_days, int threads) {
  using Clock = std::chrono::steady_clock;
  const analysis::ScanOptions options{
      .radius_max = {1000}, .days_max = 28, .replicas = 999, .seed = {1}, .threads = threads};
  std::vector<double> wall;
  std::vector<double> cpu;
  std::size_t clusters = 0;
  for (std::int32_t day = made.days - new_days; day < made.days; ++day) {
    std::vector<analysis::PlaceDayCount> known;
    std::ranges::copy_if(made.events, std::back_inserter(known), [&](const auto& one) { return one.day <= day; });
    const auto from = Clock::now();
    const double cpu_from = cpu_ms();
    const auto input = analysis::ScanInput::permutation(made.places, known, day + 1);
    const auto found = analysis::scan(*input, options, {});
    cpu.push_back(cpu_ms() - cpu_from);
    wall.push_back(std::chrono::duration<double, std::milli>(Clock::now() - from).count());
    clusters += found->clusters.size();
  }
  std::ranges::sort(wall);
  std::ranges::sort(cpu);
  std::printf(
      "%4zu places, %d threads: a new day %6.1f ms (processor %6.1f, least %6.1f ms), most %6.1f ms; limit 50 ms; %zu "
      "clusters\n",
      made.places.size(), threads, wall[wall.size() / 2], cpu[cpu.size() / 2], cpu.front(), wall.back(), clusters);
}

}  // namespace

int main(int argc, char** argv) {
  const auto new_days = std::clamp(argc > 1 ? std::atoi(argv[1]) : 10, 1, 100);
  const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::vector<Register> registers;
  for (const std::uint32_t places : {500U, 1000U, 2000U}) registers.push_back(make_register(places, 20'000));
  if (argc > 2) registers.push_back(read_register(argv[2]));
  for (const auto& one : registers)
    for (int threads = 1; threads <= all; threads = threads < all ? all : all + 1) measure(one, new_days, threads);
}
