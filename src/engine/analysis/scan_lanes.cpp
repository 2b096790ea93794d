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
                                                                   const Progress& progress,
                                                                   LaneBest<typename Batch::Count>& best) {
  batch.template search<64>(ladder, progress, best);
}
template <class Batch>
__attribute__((target("avx2"))) void search_narrow(Batch& batch, const Ladder<typename Batch::Count>& ladder,
                                                   const Progress& progress, LaneBest<typename Batch::Count>& best) {
  batch.template search<32>(ladder, progress, best);
}
#endif

template <class Batch>
void search(Batch& batch, const Ladder<typename Batch::Count>& ladder, LaneWidth width, const Progress& progress,
            LaneBest<typename Batch::Count>& best) {
#if defined(__x86_64__)
  if (width == LaneWidth::wide) return search_wide(batch, ladder, progress, best);
  if (width == LaneWidth::narrow) return search_narrow(batch, ladder, progress, best);
#endif
  batch.template search<sizeof(typename Batch::Count)>(ladder, progress, best);
}

// The first batch, searched with an easy floor.
template <class Batch>
struct FirstBatch {
  LaneBest<typename Batch::Count> best;
  // A floor that nearly every replica passes: nine tenths of the least best; 0 if there is none.
  double usual_floor = 0;
};
template <class Batch>
FirstBatch<Batch> search_first(Batch& batch, const ScanJob& job, const std::vector<std::int32_t>& slots,
                               LaneWidth width, const Progress& progress) {
  batch.deal(0);
  FirstBatch<Batch> first;
  for (double floor = 4; floor > 0.05; floor /= 2) {
    search(batch, Ladder<typename Batch::Count>(job.terms, slots, floor), width, progress, first.best);
    if (first.best.least() > 0) return {first.best, 0.9 * first.best.least()};
    first.best = {.value = first.best.value};
  }
  search(batch, Ladder<typename Batch::Count>(job.terms, slots, 0), width, progress, first.best);
  return first;
}

// Made when first asked for: few batches need one.
template <class Count>
class LateLadder {
 public:
  LateLadder(const ScanTerms& terms, const std::vector<std::int32_t>& slots, double lowest)
      : terms_(terms), slots_(slots), lowest_(lowest) {}
  const Ladder<Count>& get() {
    std::call_once(once_, [this] { ladder_.emplace(terms_, slots_, lowest_); });
    return *ladder_;
  }

 private:
  const ScanTerms& terms_;
  const std::vector<std::int32_t>& slots_;
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
  constexpr std::size_t lanes = scan_lanes<typename Batch::Count>;
  const auto wanted = static_cast<std::size_t>(options.replicas);
  const auto slots = Batch::slots_of(job);
  std::vector<std::unique_ptr<Batch>> spare(static_cast<std::size_t>(options.threads));
  spare.front() = std::make_unique<Batch>(job, width);
  const auto first_batch = search_first(*spare.front(), job, slots, width, progress);
  const double floor = first_batch.usual_floor;
  const Ladder<typename Batch::Count> usual(job.terms, slots, floor);
  LateLadder<typename Batch::Count> lower(job.terms, slots, 0.6 * floor);
  LateLadder<typename Batch::Count> any(job.terms, slots, 0);
  const std::size_t batches = (wanted + lanes - 1) / lanes;
  // With an early stop, rounds of a fixed size, so that what is made beyond the stop is little and never counts.
  const std::size_t round = options.stop_after > 0 ? static_cast<std::size_t>(options.threads) : batches;
  std::vector<double> maxima;
  std::atomic<std::size_t> done{0};
  for (std::size_t first = 0; first < batches && !progress.is_cancelled(); first += round) {
    const std::size_t here = std::min(round, batches - first);
    maxima.resize(std::min(wanted, (first + here) * lanes));
    const auto workers = std::min(here, static_cast<std::size_t>(options.threads));
    parallel_for(workers, options.threads, [&](std::size_t worker) {
      if (!spare[worker]) spare[worker] = std::make_unique<Batch>(job, width);
      for (std::size_t b = first + worker; b < first + here && !progress.is_cancelled(); b += workers) {
        auto best = first_batch.best;
        if (b > 0) {
          best = {};
          spare[worker]->deal(b * lanes);
          search(*spare[worker], usual, width, progress, best);
          for (auto* ladder : {&lower, &any}) {
            if (floor <= 0 || best.least() > 0) break;
            best = {.value = best.value};
            search(*spare[worker], ladder->get(), width, progress, best);
          }
        }
        for (std::size_t lane = 0; lane < lanes && b * lanes + lane < wanted; ++lane)
          maxima[b * lanes + lane] = best.value[lane];
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

// Where at most so many events are expected in any cylinder, none counts 256 in any replica: by Chernoff's bound one in
// exp(256 ln(256 / 115) - 256 + 115) = 5e27 does, and a scan looks at fewer than 1e16 (cylinders_max times a million).
constexpr double expected_in_8_bits = 115;

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
  if (width == LaneWidth::widest)
    width = has_lane_width(LaneWidth::wide)     ? LaneWidth::wide
            : has_lane_width(LaneWidth::narrow) ? LaneWidth::narrow
                                                : LaneWidth::scalar;
  const auto most = job.terms.most_in_window();
  auto maxima = most < 256 || job.terms.largest_expected() <= expected_in_8_bits
                    ? run_in<std::uint8_t>(job, observed_best, progress, width)
                : most < 65'536 ? run_in<std::uint16_t>(job, observed_best, progress, width)
                                : run_in<std::uint32_t>(job, observed_best, progress, width);
  if (progress.is_cancelled()) return cancelled();
  return maxima;
}

}  // namespace quadrille::analysis
