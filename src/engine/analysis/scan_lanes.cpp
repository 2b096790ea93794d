#include "engine/analysis/scan_lanes.h"

#include <atomic>
#include <limits>
#include <mutex>
#include <optional>

#include "engine/analysis/scan_any_window.h"
#include "engine/analysis/scan_last_day.h"
#include "engine/analysis/scan_vectors.h"

namespace quadrille::analysis {
namespace {

#if defined(__x86_64__)
template <class Batch>
__attribute__((target("avx512bw,avx512vl,avx2"))) void search_wide(Batch& batch,
                                                                   const Ladder<typename Batch::Count>& ladder,
                                                                   const Progress& progress, LaneBest& best) {
  batch.template search<64>(ladder, progress, best);
}
template <class Batch>
__attribute__((target("avx2"))) void search_narrow(Batch& batch, const Ladder<typename Batch::Count>& ladder,
                                                   const Progress& progress, LaneBest& best) {
  batch.template search<32>(ladder, progress, best);
}
#endif

template <class Batch>
void search(Batch& batch, const Ladder<typename Batch::Count>& ladder, LaneWidth width, const Progress& progress,
            LaneBest& best) {
#if defined(__x86_64__)
  if (width == LaneWidth::widest)
    width = has_lane_width(LaneWidth::wide)     ? LaneWidth::wide
            : has_lane_width(LaneWidth::narrow) ? LaneWidth::narrow
                                                : LaneWidth::scalar;
  if (width == LaneWidth::wide) return search_wide(batch, ladder, progress, best);
  if (width == LaneWidth::narrow) return search_narrow(batch, ladder, progress, best);
#endif
  batch.template search<sizeof(typename Batch::Count)>(ladder, progress, best);
}

// A floor that nearly every replica passes: nine tenths of the least best of the first batch.
template <class Batch>
double first_floor(const ScanJob& job, LaneWidth width, const Progress& progress) {
  Batch batch(job);
  batch.deal(0);
  for (double floor = 4; floor > 0.05; floor /= 2) {
    LaneBest best;
    search(batch, Ladder<typename Batch::Count>(job.terms, floor), width, progress, best);
    if (best.least() > 0) return 0.9 * best.least();
  }
  return 0;
}

// Made when first asked for: few batches need one.
template <class Count>
class LateLadder {
 public:
  LateLadder(const ScanTerms& terms, double lowest) : terms_(terms), lowest_(lowest) {}
  const Ladder<Count>& get() {
    std::call_once(once_, [this] { ladder_.emplace(terms_, lowest_); });
    return *ladder_;
  }

 private:
  const ScanTerms& terms_;
  double lowest_;
  std::once_flag once_;
  std::optional<Ladder<Count>> ladder_;
};

// How many of `maxima` an early stop leaves: up to and with the one that makes `stop_after` as good as the observed.
std::size_t kept_after_stop(const std::vector<double>& maxima, std::int32_t stop_after, double observed_best) {
  std::int32_t as_good = 0;
  for (std::size_t i = 0; i < maxima.size() && stop_after > 0; ++i)
    if (maxima[i] >= observed_best && ++as_good == stop_after) return i + 1;
  return maxima.size();
}

template <class Batch>
std::vector<double> run_batches(const ScanJob& job, double observed_best, const Progress& progress, LaneWidth width) {
  const auto& options = job.options;
  const auto wanted = static_cast<std::size_t>(options.replicas);
  const double floor = first_floor<Batch>(job, width, progress);
  const Ladder<typename Batch::Count> usual(job.terms, floor);
  LateLadder<typename Batch::Count> lower(job.terms, 0.6 * floor);
  LateLadder<typename Batch::Count> any(job.terms, 0);
  const std::size_t batches = (wanted + scan_lanes - 1) / scan_lanes;
  // With an early stop, rounds of a fixed size, so that what is made beyond the stop is little and never counts.
  const std::size_t round = options.stop_after > 0 ? static_cast<std::size_t>(options.threads) : batches;
  std::vector<double> maxima;
  std::vector<std::unique_ptr<Batch>> spare(static_cast<std::size_t>(options.threads));
  std::atomic<std::size_t> done{0};
  for (std::size_t first = 0; first < batches && !progress.is_cancelled(); first += round) {
    const std::size_t here = std::min(round, batches - first);
    maxima.resize(std::min(wanted, (first + here) * scan_lanes));
    const auto workers = std::min(here, static_cast<std::size_t>(options.threads));
    parallel_for(workers, options.threads, [&](std::size_t worker) {
      if (!spare[worker]) spare[worker] = std::make_unique<Batch>(job);
      for (std::size_t b = first + worker; b < first + here && !progress.is_cancelled(); b += workers) {
        spare[worker]->deal(b * scan_lanes);
        LaneBest best;
        search(*spare[worker], usual, width, progress, best);
        for (auto* ladder : {&lower, &any}) {
          if (floor <= 0 || best.least() > 0) break;
          best = {.value = best.value};
          search(*spare[worker], ladder->get(), width, progress, best);
        }
        for (std::size_t lane = 0; lane < scan_lanes && b * scan_lanes + lane < wanted; ++lane)
          maxima[b * scan_lanes + lane] = best.value[lane];
        progress.report(static_cast<double>(++done) / static_cast<double>(batches));
      }
    });
    const std::size_t kept = kept_after_stop(maxima, options.stop_after, observed_best);
    if (kept < maxima.size() || first + here >= batches) {
      maxima.resize(kept);
      break;
    }
  }
  return maxima;
}

template <class Count>
std::vector<double> run_in(const ScanJob& job, double observed_best, const Progress& progress, LaneWidth width) {
  if (job.options.mode == ScanMode::prospective)
    return run_batches<LastDayBatch<Count>>(job, observed_best, progress, width);
  return run_batches<AnyWindowBatch<Count>>(job, observed_best, progress, width);
}

}  // namespace

bool has_lane_width(LaneWidth width) {
#if defined(__x86_64__)
  if (width == LaneWidth::wide) return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (width == LaneWidth::narrow) return __builtin_cpu_supports("avx2");
#else
  if (width == LaneWidth::wide || width == LaneWidth::narrow) return false;
#endif
  return true;
}

Result<std::vector<double>> replica_maxima(const ScanJob& job, double observed_best, const Progress& progress,
                                           LaneWidth width) {
  const bool fits_16_bits = job.terms.most_in_window() < std::numeric_limits<std::int16_t>::max();
  auto maxima = fits_16_bits ? run_in<std::int16_t>(job, observed_best, progress, width)
                             : run_in<std::int32_t>(job, observed_best, progress, width);
  if (progress.is_cancelled()) return cancelled();
  return maxima;
}

}  // namespace quadrille::analysis
