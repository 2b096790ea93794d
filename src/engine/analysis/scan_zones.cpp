#include "engine/analysis/scan_zones.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "base/random.h"

namespace quadrille::analysis {
namespace {

constexpr std::size_t pairs_max = 100'000'000;

struct Near {
  double squared_m = 0;
  std::uint32_t place = 0;
};

struct Box {
  geo::Point low;
  geo::Point high;
};

Box box_of(const std::vector<geo::Point>& places) {
  Box box{places.front(), places.front()};
  for (const auto& place : places) {
    box.low = {std::min(box.low.x_m, place.x_m), std::min(box.low.y_m, place.y_m)};
    box.high = {std::max(box.high.x_m, place.x_m), std::max(box.high.y_m, place.y_m)};
  }
  return box;
}

// Places by square: those within the radius of one are in its square or the eight around it. Squares are as large as
// the radius, or larger, so that there are no more of them than places.
class Squares {
 public:
  Squares(const std::vector<geo::Point>& places, double radius_m) : box_(box_of(places)) {
    const double width = box_.high.x_m - box_.low.x_m;
    const double height = box_.high.y_m - box_.low.y_m;
    side_m_ = std::max({radius_m * (1 + 1e-9), std::max(width, height) / std::sqrt(places.size()), 1e-3});
    columns_ = static_cast<std::size_t>(width / side_m_) + 1;
    rows_ = static_cast<std::size_t>(height / side_m_) + 1;
    first_.assign(columns_ * rows_ + 1, 0);
    for (const auto& place : places) ++first_[square_of(place) + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    members_.resize(places.size());
    auto next = first_;
    for (std::uint32_t i = 0; i < places.size(); ++i) members_[next[square_of(places[i])]++] = {places[i], i};
  }

  // Calls take(squared distance, place) for the places at most so far; stops early where it says false.
  template <class Take>
  bool each_within(const geo::Point& centre, double squared_max, const Take& take) const {
    const std::size_t column = column_of(centre);
    const std::size_t row = row_of(centre);
    for (std::size_t r = row - std::min<std::size_t>(row, 1); r <= std::min(row + 1, rows_ - 1); ++r) {
      const std::size_t from = first_[r * columns_ + column - std::min<std::size_t>(column, 1)];
      const std::size_t to = first_[r * columns_ + std::min(column + 1, columns_ - 1) + 1];
      for (std::size_t i = from; i < to; ++i) {
        const double squared = geo::squared_distance(centre, members_[i].point);
        if (squared <= squared_max && !take(squared, members_[i].place)) return false;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] std::size_t column_of(const geo::Point& place) const {
    return static_cast<std::size_t>((place.x_m - box_.low.x_m) / side_m_);
  }
  [[nodiscard]] std::size_t row_of(const geo::Point& place) const {
    return static_cast<std::size_t>((place.y_m - box_.low.y_m) / side_m_);
  }
  [[nodiscard]] std::size_t square_of(const geo::Point& place) const {
    return row_of(place) * columns_ + column_of(place);
  }

  struct Member {
    geo::Point point;
    std::uint32_t place = 0;
  };
  Box box_;
  double side_m_ = 1;
  std::size_t columns_ = 1;
  std::size_t rows_ = 1;
  std::vector<std::size_t> first_;
  std::vector<Member> members_;  // by square, row by row
};

double diagonal_m(const std::vector<geo::Point>& places) {
  const Box box = box_of(places);
  return geo::distance_m(box.low, box.high);
}

// Counted before anything is sorted, and only until there are too many.
bool has_too_many_pairs(const std::vector<geo::Point>& places, const Squares& squares, double radius_m,
                        double squared_max) {
  if (places.size() * places.size() <= pairs_max) return false;
  if (radius_m >= diagonal_m(places)) return true;
  std::size_t pairs = 0;
  const auto is_room = [&](double, std::uint32_t) { return ++pairs <= pairs_max; };
  return !std::ranges::all_of(
      places, [&](const geo::Point& centre) { return squares.each_within(centre, squared_max, is_room); });
}

// 16 bits of x and of y, interleaved.
std::uint32_t morton(const geo::Point& point, const geo::Point& low, double scale) {
  const auto spread = [](double value) {
    auto bits = static_cast<std::uint32_t>(std::clamp(value, 0.0, 65535.0));
    bits = (bits | (bits << 8U)) & 0x00ff00ffU;
    bits = (bits | (bits << 4U)) & 0x0f0f0f0fU;
    bits = (bits | (bits << 2U)) & 0x33333333U;
    return (bits | (bits << 1U)) & 0x55555555U;
  };
  return spread((point.x_m - low.x_m) * scale) | (spread((point.y_m - low.y_m) * scale) << 1U);
}

std::vector<std::uint32_t> walk_of(const std::vector<geo::Point>& places) {
  geo::Point low = places.front();
  for (const auto& place : places) low = {std::min(low.x_m, place.x_m), std::min(low.y_m, place.y_m)};
  const double scale = 65535 / std::max(diagonal_m(places), 1.0);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys;
  for (std::uint32_t i = 0; i < places.size(); ++i) keys.emplace_back(morton(places[i], low, scale), i);
  std::ranges::sort(keys);
  std::vector<std::uint32_t> walk;
  for (const auto& key : keys) walk.push_back(key.second);
  return walk;
}

// The same number for the same set of places, whatever the order; another for any other set, but for one chance in 2^64
// per pair.
std::vector<std::uint64_t> marks_of_places(std::size_t places) {
  std::vector<std::uint64_t> marks(places);
  Random random(Seed{0x9e3779b97f4a7c15U}, 0);
  for (auto& mark : marks) mark = random.next_u64();
  return marks;
}

// One after the other: how many each centre has, and all of them.
struct NeighboursOfSome {
  std::vector<std::size_t> sizes;
  std::vector<ScanNeighbour> all;
};

NeighboursOfSome neighbours_of_some(std::span<const geo::Point> centres, const Squares& squares, double squared_max) {
  NeighboursOfSome found;
  std::vector<Near> near;
  for (const auto& centre : centres) {
    near.clear();
    squares.each_within(centre, squared_max, [&](double squared, std::uint32_t place) {
      near.push_back({squared, place});
      return true;
    });
    std::ranges::sort(near, {}, [](const Near& one) { return std::pair(one.squared_m, one.place); });
    for (std::size_t i = 0; i < near.size(); ++i) {
      const bool is_last = i + 1 == near.size() || near[i + 1].squared_m > near[i].squared_m;
      found.all.push_back({near[i].place & 0x3fffffffU, is_last ? 1U : 0U, 0});
    }
    found.sizes.push_back(near.size());
  }
  return found;
}

}  // namespace

Result<ScanNeighbours> ScanNeighbours::make(const std::vector<geo::Point>& places, Metres radius_max, int threads) {
  const double squared_max = radius_max.value * radius_max.value * (1 + 1e-12);
  const Squares squares(places, radius_max.value);
  if (has_too_many_pairs(places, squares, radius_max.value, squared_max))
    return refuse(ErrorKind::too_large,
                  {"trop de lieux à portée les uns des autres : réduisez le rayon ou groupez les lieux",
                   "too many places in reach of each other: reduce the radius or group places"},
                  "radius_max");
  ScanNeighbours neighbours;
  neighbours.walk_ = walk_of(places);
  const auto parts = static_cast<std::size_t>(std::max(threads, 1));
  std::vector<NeighboursOfSome> found(parts);
  parallel_for(parts, threads, [&](std::size_t part) {
    const auto first = places.size() * part / parts;
    const auto count = places.size() * (part + 1) / parts - first;
    found[part] = neighbours_of_some(std::span(places).subspan(first, count), squares, squared_max);
  });
  neighbours.first_.push_back(0);
  for (auto& some : found) {
    // The first is taken as it is: with one thread there is never a second copy.
    if (neighbours.all_.empty())
      neighbours.all_ = std::move(some.all);
    else
      neighbours.all_.insert(neighbours.all_.end(), some.all.begin(), some.all.end());
    some.all = {};
    for (const auto size : some.sizes) neighbours.first_.push_back(neighbours.first_.back() + size);
  }
  neighbours.mark_new_circles();
  return neighbours;
}

void ScanNeighbours::mark_new_circles() {
  const auto marks = marks_of_places(centres());
  boost::unordered_flat_set<std::uint64_t> seen;
  seen.reserve(all_.size());
  for (const auto centre : walk_) {
    std::uint64_t mark = 0;
    for (auto i = first_[centre]; i < first_[centre + 1]; ++i) {
      mark += marks[all_[i].place];
      if (all_[i].is_last_at_distance != 0) all_[i].is_new = seen.insert(mark).second ? 1 : 0;
    }
  }
}

ScanZones::ScanZones(const ScanInput& input, const ScanNeighbours& neighbours, double share_max)
    : walk_(neighbours.walk()),
      ranks_(walk_.size()),
      first_(neighbours.centres()),
      size_(neighbours.centres()),
      new_(neighbours.centres()) {
  const auto& mass = input.mass();
  double total = 0;
  for (const double one : mass) total += one;
  const double cap = share_max * total * (1 + 1e-12);
  for (std::uint32_t i = 0; i < walk_.size(); ++i) ranks_[walk_[i]] = i;
  steps_.reserve(neighbours.pairs());
  std::vector<double> mass_of_step;
  mass_of_step.reserve(neighbours.pairs());
  std::size_t places_in_circles = 0;
  for (const auto centre : walk_) {
    first_[centre] = steps_.size();
    double sum = 0;
    std::size_t whole = steps_.size();
    std::size_t last_new = steps_.size();
    for (const auto neighbour : neighbours.of(centre)) {
      sum += mass[neighbour.place];
      if (sum > cap) break;
      const bool ends = neighbour.is_last_at_distance != 0;
      const bool is_new = neighbour.is_new != 0;
      steps_.push_back(
          {.place = neighbour.place, .rank = ranks_[neighbour.place], .ends_zone = ends, .is_new = is_new});
      mass_of_step.push_back(sum);
      if (ends) whole = steps_.size();
      if (!is_new) continue;
      last_new = steps_.size();
      ++new_circles_;
      places_in_circles += steps_.size() - first_[centre];
    }
    // A circle that the cap cut in the middle of equal distances is no circle.
    steps_.resize(whole);
    mass_of_step.resize(whole);
    size_[centre] = whole - first_[centre];
    new_[centre] = last_new - first_[centre];
  }
  if (new_circles_ > 0) mean_places_ = static_cast<double>(places_in_circles) / static_cast<double>(new_circles_);
  if (input.model() == ScanModel::poisson)
    number_rows(mass_of_step);
  else
    number_rows_of_whole(mass_of_step, static_cast<std::size_t>(cap));
}

void ScanZones::number_rows(const std::vector<double>& mass_of_step) {
  for (std::size_t s = 0; s < steps_.size(); ++s)
    if (steps_[s].ends_zone) masses_.push_back(mass_of_step[s]);
  std::ranges::sort(masses_);
  masses_.erase(std::ranges::unique(masses_).begin(), masses_.end());
  for (std::size_t s = 0; s < steps_.size(); ++s)
    if (steps_[s].ends_zone)
      steps_[s].row = static_cast<std::uint32_t>(std::ranges::lower_bound(masses_, mass_of_step[s]) - masses_.begin());
}

void ScanZones::number_rows_of_whole(const std::vector<double>& mass_of_step, std::size_t largest) {
  std::vector<std::uint32_t> row_of_mass(largest + 1, 0);
  for (std::size_t s = 0; s < steps_.size(); ++s)
    if (steps_[s].ends_zone) row_of_mass[static_cast<std::size_t>(mass_of_step[s])] = 1;
  for (std::size_t mass = 0; mass <= largest; ++mass) {
    if (row_of_mass[mass] == 0) continue;
    row_of_mass[mass] = static_cast<std::uint32_t>(masses_.size());
    masses_.push_back(static_cast<double>(mass));
  }
  for (std::size_t s = 0; s < steps_.size(); ++s)
    if (steps_[s].ends_zone) steps_[s].row = row_of_mass[static_cast<std::size_t>(mass_of_step[s])];
}

Result<std::shared_ptr<const ScanNeighbours>> scan_neighbours(const std::vector<geo::Point>& places,
                                                              Metres radius_max) {
  auto made = ScanNeighbours::make(places, radius_max, 1);
  if (!made) return Failure(made.error());
  return std::make_shared<const ScanNeighbours>(std::move(*made));
}

}  // namespace quadrille::analysis
