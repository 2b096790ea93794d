#include "engine/analysis/space_time_scan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <tuple>

#include "engine/analysis/scan_lanes.h"
#include "engine/analysis/scan_windows.h"
#include "engine/analysis/scan_zones.h"

namespace quadrille::analysis {
namespace {

struct Best {
  double llr = 0;
  std::size_t step = 0;  // of the centre's neighbours: the circle ends here
  int from = 0;          // columns
  int to = 0;
  std::int64_t observed = 0;
  double expected = 0;
};

// Events of each place by column, cumulative; `stride` counts for each place.
std::vector<std::int32_t> counts_of(const ScanJob& job, std::size_t stride) {
  const auto columns = static_cast<std::size_t>(job.windows.columns());
  const auto& events = job.input.events();
  std::vector<std::int32_t> counts(job.input.places().size() * stride, 0);
  for (std::int32_t day = job.windows.first_day(); day < job.input.days(); ++day) {
    const auto column = job.options.mode == ScanMode::spatial
                            ? std::size_t{1}
                            : static_cast<std::size_t>(day - job.windows.first_day()) + 1;
    for (auto e = events.before[static_cast<std::size_t>(day)]; e < events.before[static_cast<std::size_t>(day) + 1];
         ++e)
      ++counts[events.places[e] * stride + column];
  }
  for (std::size_t first = 0; first < counts.size(); first += stride)
    for (std::size_t c = 1; c < columns; ++c) counts[first + c] += counts[first + c - 1];
  return counts;
}

// The best cylinder of each centre on the data themselves, where it reaches the floor.
class ObservedSearch {
 public:
  ObservedSearch(const ScanJob& job, double floor)
      : job_(job),
        floor_(floor),
        thresholds_(job.terms, floor),
        columns_(static_cast<std::size_t>(job.windows.columns())),
        stride_((columns_ + at_once - 1) / at_once * at_once),
        counts_(counts_of(job, stride_)),
        sum_(stride_),
        slot_sum_(columns_),
        all_slots_(job.terms.all_slots()),
        is_filled_(job.terms.rows() * all_slots_.size() <= least_max ? job.terms.rows() : 1, false),
        least_(is_filled_.size() * all_slots_.size()) {}

  Best best_around(std::size_t centre) {
    Best best;
    std::ranges::fill(sum_, 0);
    std::ranges::fill(slot_sum_, 0);
    const auto steps = job_.zones.of(centre);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      add(counts_.data() + steps[s].place * stride_);
      if (job_.terms.has_slots_of_places()) job_.terms.add_slots_of(steps[s].place, slot_sum_);
      if (steps[s].ends_zone) try_windows(s, steps[s].row, best);
    }
    return best;
  }

 private:
  void add(const std::int32_t* more) {
    std::int32_t* const sum = sum_.data();
    for (std::size_t c = 0; c < stride_; c += at_once)
      for (std::size_t i = 0; i < at_once; ++i) sum[c + i] += more[c + i];
  }

  // The shortest of equally good windows is kept.
  void try_windows(std::size_t step, std::uint32_t row, Best& best) {
    const auto& slots = job_.terms.has_slots_of_places() ? slot_sum_ : job_.terms.slots();
    const auto least = least_of(row);
    for (int to = job_.windows.first_end(); to < job_.windows.columns(); ++to) {
      for (int from = to - 1; from >= job_.windows.earliest_start(to); --from) {
        const auto count = sum_[static_cast<std::size_t>(to)] - sum_[static_cast<std::size_t>(from)];
        const auto slot = slots[static_cast<std::size_t>(to)] - slots[static_cast<std::size_t>(from)];
        if (count <= least[static_cast<std::size_t>(slot)]) continue;
        const double expected = job_.terms.expected(row, slot);
        const double llr = job_.terms.log_likelihood_ratio(count, expected);
        if (llr > best.llr && llr >= floor_) best = {llr, step, from, to, count, expected};
      }
    }
  }

  // Least counts less one by slot, worked out when first asked for; of all rows kept where that is little.
  std::span<const std::int32_t> least_of(std::uint32_t row) {
    if (job_.terms.is_one_row()) row = 0;
    const auto slots = all_slots_.size();
    const auto kept = is_filled_.size() > 1 ? row : 0;
    const auto least = std::span(least_).subspan(kept * slots, slots);
    if (is_filled_.size() == 1 ? filled_row_ != row : !is_filled_[row])
      thresholds_.fill_row(job_.terms, row, all_slots_, least, std::numeric_limits<std::int32_t>::max());
    is_filled_[kept] = true;
    filled_row_ = row;
    return least;
  }

  static constexpr std::size_t at_once = 4;
  static constexpr std::size_t least_max = 4'000'000;
  const ScanJob& job_;
  double floor_;
  ScanFloor thresholds_;
  std::size_t columns_;
  std::size_t stride_;  // columns_ rounded up to whole vectors
  std::vector<std::int32_t> counts_;
  std::vector<std::int32_t> sum_;
  std::vector<std::int32_t> slot_sum_;
  std::vector<std::int32_t> all_slots_;
  std::vector<bool> is_filled_;
  std::vector<std::int32_t> least_;
  std::uint32_t filled_row_ = std::numeric_limits<std::uint32_t>::max();
};

// Of every centre, on as many threads as the job has; unfinished when cancelled.
std::vector<Best> search_observed(const ScanJob& job, double floor, const Progress& progress) {
  const auto& walk = job.zones.walk();
  std::vector<Best> best(walk.size());
  const auto parts = static_cast<std::size_t>(job.options.threads);
  parallel_for(parts, job.options.threads, [&](std::size_t part) {
    ObservedSearch search(job, floor);
    for (auto i = walk.size() * part / parts; i < walk.size() * (part + 1) / parts && !progress.is_cancelled(); ++i)
      best[walk[i]] = search.best_around(walk[i]);
  });
  return best;
}

double squared_radius(const ScanJob& job, std::uint32_t centre, const Best& best) {
  return geo::squared_distance(job.input.places()[centre], job.input.places()[job.zones.of(centre)[best.step].place]);
}

// Centres with a cylinder, best first; a tie goes to the circle of fewer places, then to the place given first.
std::vector<std::uint32_t> ranked(const std::vector<Best>& best) {
  std::vector<std::tuple<double, std::size_t, std::uint32_t>> order;
  for (std::uint32_t centre = 0; centre < best.size(); ++centre)
    if (best[centre].llr > 0) order.emplace_back(-best[centre].llr, best[centre].step, centre);
  std::ranges::sort(order);
  std::vector<std::uint32_t> centres;
  for (const auto& one : order) centres.push_back(std::get<2>(one));
  return centres;
}

ScanCluster make_cluster(const ScanJob& job, std::uint32_t centre, const Best& best) {
  const auto steps = job.zones.of(centre);
  ScanCluster cluster{.centre = centre, .places = {}};
  for (std::size_t s = 0; s <= best.step; ++s) cluster.places.push_back(steps[s].place);
  cluster.radius_m = std::sqrt(squared_radius(job, centre, best));
  const bool is_spatial = job.options.mode == ScanMode::spatial;
  cluster.first_day = is_spatial ? 0 : job.windows.first_day() + best.from;
  cluster.last_day = is_spatial ? job.input.days() - 1 : job.windows.first_day() + best.to - 1;
  cluster.observed = best.observed;
  cluster.expected = best.expected;
  cluster.log_likelihood_ratio = best.llr;
  return cluster;
}

// What the replicas say of a statistic.
class NullDistribution {
 public:
  NullDistribution(const std::vector<double>& maxima, std::int32_t stop_after)
      : in_order_(maxima), sorted_(maxima), stop_after_(stop_after) {
    std::ranges::sort(sorted_);
    const auto n = static_cast<double>(sorted_.size());
    const double mean = std::accumulate(sorted_.begin(), sorted_.end(), 0.0) / n;
    double squares = 0;
    for (const double one : sorted_) squares += (one - mean) * (one - mean);
    scale_ = n > 1 ? std::sqrt(squares / (n - 1)) * std::sqrt(6.0) / std::numbers::pi : 0;
    mode_ = mean - std::numbers::egamma * scale_;
  }

  // Replicas are computed by the same formula; a relative slack keeps equal values equal whatever the rounding.
  [[nodiscard]] static double with_slack(double llr) { return llr * (1 - 1e-12); }
  [[nodiscard]] double smallest() const { return sorted_.front(); }

  [[nodiscard]] double p(double llr) const {
    const auto as_good = static_cast<std::size_t>(sorted_.end() - std::ranges::lower_bound(sorted_, with_slack(llr)));
    if (stop_after_ > 0 && as_good >= static_cast<std::size_t>(stop_after_)) return stopped_p(llr);
    return static_cast<double>(1 + as_good) / static_cast<double>(sorted_.size() + 1);
  }
  [[nodiscard]] double p_gumbel(double llr) const {
    if (!(scale_ > 0)) return p(llr);
    return -std::expm1(-std::exp(-(llr - mode_) / scale_));
  }

 private:
  [[nodiscard]] double stopped_p(double llr) const {
    std::int32_t as_good = 0;
    std::size_t made = 0;
    while (as_good < stop_after_)
      if (in_order_[made++] >= with_slack(llr)) ++as_good;
    return static_cast<double>(stop_after_) / static_cast<double>(made);
  }

  std::vector<double> in_order_;
  std::vector<double> sorted_;
  std::int32_t stop_after_;
  double scale_ = 0;
  double mode_ = 0;
};

std::vector<ScanCluster> clusters_of(const ScanJob& job, const NullDistribution& chance, const Progress& progress) {
  // A cluster no better than every replica has p = 1 and is not reported: nothing under the smallest need be found.
  auto best = search_observed(job, NullDistribution::with_slack(chance.smallest()), progress);
  std::vector<ScanCluster> clusters;
  std::vector<bool> is_taken(job.input.places().size(), false);
  for (const auto centre : ranked(best)) {
    const double p = chance.p(best[centre].llr);
    if (p >= 1) break;
    auto cluster = make_cluster(job, centre, best[centre]);
    if (std::ranges::any_of(cluster.places, [&](std::uint32_t place) { return is_taken[place]; })) continue;
    // A place where nothing can happen belongs to nobody.
    for (const auto place : cluster.places) is_taken[place] = job.input.mass()[place] > 0;
    cluster.p = p;
    cluster.p_gumbel = chance.p_gumbel(cluster.log_likelihood_ratio);
    if (job.options.mode == ScanMode::prospective) cluster.recurrence_days = 1 / p;
    clusters.push_back(std::move(cluster));
  }
  return clusters;
}

Result<void> check_options(const ScanInput& input, const ScanOptions& options) {
  if (!(options.radius_max.value >= 0) || !std::isfinite(options.radius_max.value))
    return invalid({"le rayon doit être positif ou nul", "the radius must be at least 0"}, "radius_max");
  if (!(options.share_max > 0) || options.share_max > 1)
    return invalid({"la part va de 0 (exclu) à 1", "the share goes from 0 (excluded) to 1"}, "share_max");
  if (options.mode == ScanMode::spatial && input.model() == ScanModel::permutation)
    return invalid({"sans le temps il n'y a rien à permuter : un balayage spatial veut une population ou des témoins",
                    "without time there is nothing to permute: a spatial scan needs a population or controls"},
                   "mode");
  if (options.mode != ScanMode::spatial && (options.days_max < 1 || options.days_max >= input.days()))
    return invalid({"la fenêtre va d'un jour à la durée de l'étude moins un",
                    "the window goes from one day to the length of the study less one"},
                   "days_max");
  if (options.replicas < 1 || options.replicas > 1'000'000)
    return invalid({"de 1 à 1 000 000 de répliques", "1 to 1,000,000 replicas"}, "replicas");
  if (options.stop_after < 0 || options.stop_after > options.replicas)
    return invalid({"l'arrêt va de 0 (jamais) au nombre de répliques", "the stop goes from 0 (never) to the replicas"},
                   "stop_after");
  return {};
}

// Ten times what 20,000 events of a year need; a scan is proportional to both.
constexpr double cells_max = 60e6;      // places * days, whose counts are kept
constexpr double cylinders_max = 10e9;  // circles * windows

Result<void> check_size(const ScanZones& zones, const ScanWindows& windows, std::size_t places) {
  const double columns = windows.columns();
  if (columns * static_cast<double>(places) > cells_max)
    return refuse(ErrorKind::too_large,
                  {"plus de 60 millions de couples lieu et jour : raccourcissez l'étude ou groupez les lieux",
                   "more than 60 million pairs of a place and a day: shorten the study or group places"},
                  "days");
  const double ends = columns - windows.first_end();
  if (ends * windows.longest() * static_cast<double>(zones.new_circles()) > cylinders_max)
    return refuse(ErrorKind::too_large,
                  {"plus de 10 milliards de cylindres (cercles × fenêtres) : une fenêtre ou un rayon plus court",
                   "more than 10 thousand million cylinders (circles × windows): a shorter window or radius"},
                  "days_max");
  return {};
}

}  // namespace

Result<ScanResult> scan(const ScanInput& input, const ScanOptions& options, const Progress& progress) {
  if (const auto fine = check_options(input, options); !fine) return Failure(fine.error());
  const auto neighbours = ScanNeighbours::make(input.places(), options.radius_max, options.threads);
  if (!neighbours) return Failure(neighbours.error());
  return scan(input, *neighbours, options, progress);
}

Result<ScanResult> scan(const ScanInput& input, const ScanNeighbours& neighbours, const ScanOptions& options,
                        const Progress& progress) {
  if (const auto fine = check_options(input, options); !fine) return Failure(fine.error());
  if (neighbours.centres() != input.places().size())
    return invalid({"les voisins sont ceux d'autres lieux", "the neighbours are those of other places"}, "places");
  const ScanZones zones(input, neighbours, options.share_max);
  const ScanWindows windows(input, options);
  if (const auto fine = check_size(zones, windows, input.places().size()); !fine) return Failure(fine.error());
  const ScanTerms terms(input, windows, zones, options.mode);
  const ScanJob job{input, zones, windows, terms, options};
  double observed_best = 0;
  if (options.stop_after > 0)
    for (const auto& one : search_observed(job, 0, progress)) observed_best = std::max(observed_best, one.llr);
  const auto maxima = replica_maxima(job, NullDistribution::with_slack(observed_best), progress);
  if (!maxima) return Failure(maxima.error());
  const NullDistribution chance(*maxima, options.stop_after);
  auto clusters = clusters_of(job, chance, progress);
  if (progress.is_cancelled()) return cancelled();
  return ScanResult{.clusters = std::move(clusters), .replicas = static_cast<std::int32_t>(maxima->size())};
}

}  // namespace quadrille::analysis
