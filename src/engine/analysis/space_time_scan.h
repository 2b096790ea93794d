#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/parallel.h"
#include "base/quantity.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/analysis/place_day_count.h"
#include "engine/geo/point.h"

// Is there a cluster, where, and since when? Kulldorff's scan statistic: cylinders whose base is a circle around a
// place and whose height is a run of days, the one least likely by chance first, its chance read off replicas.
//
// Three models say what chance is:
//   permutation  the events keep their places and their days, only who has which day is dealt anew (Kulldorff,
//                Heffernan, Hartman, Assuncao, Mostashari 2005, PLoS Medicine 2:e59): needs no population, and rhythms
//                of places and of days are allowed for;
//   poisson      events fall on places in proportion to a population, evenly over days (Kulldorff 1997, "A spatial scan
//                statistic", Communications in Statistics 26:1481);
//   bernoulli    among cases and controls each is a case with the same chance (Kulldorff 1997).
// Only high rates are sought, and at least two events.
//
// Days are the caller's: days that were not observed are left out before numbering, so that a window of seven days is
// seven observed days.
//
// Must not be used as proof that a place became dangerous: a change in who reports, or a police operation, makes such a
// cluster too. See docs/methods/space_time_scan.md.

namespace quadrille::analysis {

enum class ScanModel { permutation, poisson, bernoulli };

// prospective: only windows that end on the last day; retrospective: any window; spatial: the whole period, one window.
enum class ScanMode { prospective, retrospective, spatial };

// Events one by one in order of day (then of input).
struct DatedEvents {
  std::vector<std::uint32_t> places;
  std::vector<std::size_t> before;  // [d]: events with a day < d; days + 1 entries

  [[nodiscard]] std::size_t size() const { return places.size(); }
};

// Checked input. Refused with field `places`, `days`, `events`, `population` or `controls`: no place, a coordinate that
// is not finite, a day outside [0, days), an unknown place, a negative count, fewer than two events, more than 10
// million; populations that are negative, not finite, all zero, or zero where there are events; no control.
class ScanInput {
 public:
  [[nodiscard]] static Result<ScanInput> permutation(std::vector<geo::Point> places,
                                                     const std::vector<PlaceDayCount>& events, std::int32_t days);
  [[nodiscard]] static Result<ScanInput> poisson(std::vector<geo::Point> places,
                                                 const std::vector<PlaceDayCount>& events, std::int32_t days,
                                                 std::vector<double> population);
  [[nodiscard]] static Result<ScanInput> bernoulli(std::vector<geo::Point> places,
                                                   const std::vector<PlaceDayCount>& cases,
                                                   const std::vector<PlaceDayCount>& controls, std::int32_t days);

  [[nodiscard]] ScanModel model() const { return model_; }
  [[nodiscard]] const std::vector<geo::Point>& places() const { return places_; }
  [[nodiscard]] std::int32_t days() const { return days_; }
  [[nodiscard]] const DatedEvents& events() const { return events_; }
  [[nodiscard]] const DatedEvents& individuals() const { return individuals_; }  // bernoulli: cases and controls
  // What a circle is measured by, for each place: events (permutation), population, or individuals.
  [[nodiscard]] const std::vector<double>& mass() const { return mass_; }

 private:
  ScanInput() = default;
  ScanModel model_ = ScanModel::permutation;
  std::vector<geo::Point> places_;
  std::int32_t days_ = 0;
  DatedEvents events_;
  DatedEvents individuals_;
  std::vector<double> mass_;
};

struct ScanOptions {
  ScanMode mode = ScanMode::prospective;
  Metres radius_max{1e9};
  double share_max = 0.5;     // of all mass, that a circle may hold
  std::int32_t days_max = 1;  // of a window; not looked at when spatial
  std::int32_t replicas = 999;
  // Besag and Clifford 1991: stop once so many replicas did as well as the best cluster; 0 = never.
  std::int32_t stop_after = 0;
  Seed seed;
  int threads = 1;
};

struct ScanCluster {
  std::uint32_t centre = 0;
  std::vector<std::uint32_t> places;  // by distance from the centre, the centre first
  double radius_m = 0;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
  std::int64_t observed = 0;
  double expected = 0;
  double log_likelihood_ratio = 0;
  double p = 1;  // (1 + replicas whose best is at least this) / (replicas + 1); h / L after an early stop
  double p_gumbel =
      1;  // tail of the Gumbel law with the replicas' mean and deviation (Abrams, Kulldorff, Kleinman 2010)
  std::optional<double> recurrence_days;  // 1 / p, prospective only: by chance alone, once in so many daily looks
};

struct ScanResult {
  std::vector<ScanCluster> clusters;
  std::int32_t replicas = 0;  // made; fewer than asked after an early stop
};

class ScanNeighbours;

// The neighbours of each place by distance, worked out once for scans that follow each other on the same places (a new
// day). Refused with field `radius_max`: more than 100 million pairs in reach; found out within seconds.
[[nodiscard]] Result<std::shared_ptr<const ScanNeighbours>> scan_neighbours(const std::vector<geo::Point>& places,
                                                                            Metres radius_max);

// Most likely first (of equals, the one of fewer places, then of the place given first), then secondary ones that share
// no place of any mass with a better one; each has at least two events, more than expected, and p < 1. Same input,
// options and seed: same result, any number of threads and any machine. O(replicas * circles * windows / 64). Refused:
// an option out of its range, named as in ScanOptions; more than 60 million pairs of a place and a day (`days`) or 10
// thousand million cylinders (`days_max`), kind `too_large`; spatial with permutation (field `mode`: without time there
// is nothing to permute); kind `unavailable` when cancelled.
[[nodiscard]] Result<ScanResult> scan(const ScanInput& input, const ScanOptions& options, const Progress& progress);

// The same with neighbours made before from the same places; options.radius_max is not looked at.
[[nodiscard]] Result<ScanResult> scan(const ScanInput& input, const ScanNeighbours& neighbours,
                                      const ScanOptions& options, const Progress& progress);

}  // namespace quadrille::analysis
