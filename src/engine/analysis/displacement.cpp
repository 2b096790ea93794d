#include "engine/analysis/displacement.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace quadrille::analysis {
namespace {

constexpr double z_95 = 1.959963984540054;

// Squares and sums of what is larger, and ratios to what is smaller, would not be numbers.
bool is_weight(double value) { return value >= 1e-12 && value <= 1e12; }
bool is_fine(const BeforeAfter& one) {
  const auto is_count = [](double value) { return value == 0 || is_weight(value); };
  return is_count(one.before) && is_count(one.after) && is_weight(one.weight);
}

double change(const BeforeAfter& one) { return (one.after - one.before) / one.weight; }
double variance(const BeforeAfter& one) { return (one.after + one.before) / (one.weight * one.weight); }

Result<void> check(const DisplacementInput& input) {
  if (!is_fine(input.treated) || !is_fine(input.control) ||
      (input.displacement_treated && !is_fine(*input.displacement_treated)) ||
      (input.displacement_control && !is_fine(*input.displacement_control)))
    return invalid({"comptes : 0, ou de 1e-12 à 1e12 ; poids : de 1e-12 à 1e12",
                    "counts: 0, or from 1e-12 to 1e12; weights: from 1e-12 to 1e12"},
                   "counts");
  if (input.displacement_control && !input.displacement_treated)
    return invalid({"une couronne du témoin sans celle du lieu traité",
                    "a displacement area of the control without that of the treated place"},
                   "role");
  if (input.dispersion && !(*input.dispersion >= 1 && std::isfinite(*input.dispersion)))
    return invalid({"la dispersion est d'au moins 1", "the dispersion is at least 1"}, "dispersion");
  return {};
}

EffectEstimate difference_of(double estimate, double variance) {
  const double error = std::sqrt(variance);
  return {estimate, error, error > 0 ? estimate / error : 0, {estimate - z_95 * error, estimate + z_95 * error}};
}

EffectEstimate ratio_of(const BeforeAfter& treated, const BeforeAfter& control) {
  const double log_ratio = std::log(treated.after / treated.before) - std::log(control.after / control.before);
  const double error = std::sqrt(1 / treated.after + 1 / treated.before + 1 / control.after + 1 / control.before);
  return {std::exp(log_ratio),
          error,
          log_ratio / error,
          {std::exp(log_ratio - z_95 * error), std::exp(log_ratio + z_95 * error)}};
}

double log_pmf(std::int64_t k, double mean) {
  return static_cast<double>(k) * std::log(mean) - mean - std::lgamma(static_cast<double>(k) + 1);
}

double statistic(std::int64_t a, std::int64_t b) {
  return a + b == 0 ? 0 : std::abs(static_cast<double>(a - b)) / std::sqrt(static_cast<double>(a + b));
}

}  // namespace

Result<Displacement> displacement(const DisplacementInput& input) {
  if (const auto fine = check(input); !fine) return Failure(fine.error());
  Displacement result{.wdd_overdispersed = {}, .irr = {}, .ne = {}, .wdq = {}, .tne = {}};
  result.treated_only = change(input.treated) - change(input.control);
  double estimate = result.treated_only;
  double spread = variance(input.treated) + variance(input.control);
  if (input.displacement_control) {
    estimate += change(*input.displacement_treated) - change(*input.displacement_control);
    spread += variance(*input.displacement_treated) + variance(*input.displacement_control);
  }
  result.wdd = difference_of(estimate, spread);
  if (input.dispersion) result.wdd_overdispersed = difference_of(estimate, spread * *input.dispersion);
  if (input.control.before <= 0 || input.control.after <= 0) return result;
  const double direct = input.treated.after / input.control.after - input.treated.before / input.control.before;
  result.ne = -direct;
  if (input.treated.before > 0 && input.treated.after > 0) result.irr = ratio_of(input.treated, input.control);
  if (input.displacement_treated) {
    const auto& ring = *input.displacement_treated;
    const double growth = input.control.after / input.control.before;
    result.tne = input.treated.before * growth - input.treated.after + ring.before * growth - ring.after;
    if (result.irr && std::abs(result.irr->z) > z_95 && direct != 0)
      result.wdq = (ring.after / input.control.after - ring.before / input.control.before) / direct;
  }
  return result;
}

Result<std::vector<BeforeAfter>> ring_counts(std::span<const RingEvent> events, std::span<const double> limits_m) {
  double last = -1;
  for (const double limit : limits_m) {
    if (!(limit >= 0) || !(limit > last) || !std::isfinite(limit))
      return invalid({"les limites des couronnes montent à partir de 0", "limits of rings ascend from 0"}, "limits_m");
    last = limit;
  }
  if (limits_m.empty()) return invalid({"aucune couronne", "no ring"}, "limits_m");
  std::vector<BeforeAfter> rings(limits_m.size());
  for (const auto& event : events) {
    if (!event.distance_m) continue;
    if (!(*event.distance_m >= 0) || !std::isfinite(*event.distance_m))
      return invalid({"une distance est un nombre positif ou nul", "a distance is a number of at least 0"},
                     "distance_m");
    const auto ring = std::ranges::lower_bound(limits_m, *event.distance_m) - limits_m.begin();
    if (static_cast<std::size_t>(ring) == rings.size()) continue;
    auto& counts = rings[static_cast<std::size_t>(ring)];
    (event.is_after ? counts.after : counts.before) += 1;
  }
  return rings;
}

std::optional<double> dispersion_of(std::span<const double> counts) {
  double sum = 0;
  for (const double count : counts) sum += count;
  if (counts.size() < 3 || !(sum > 0)) return std::nullopt;
  const auto n = static_cast<double>(counts.size());
  double squares = 0;
  for (const double count : counts) squares += (count - sum / n) * (count - sum / n);
  return std::max(1.0, squares / (n - 1) / (sum / n));
}

double e_test(std::int64_t first, std::int64_t second) {
  CHECK(first >= 0 && second >= 0 && first <= 10'000 && second <= 10'000);
  if (first + second == 0) return 1;
  const double mean = static_cast<double>(first + second) / 2;
  const double seen = statistic(first, second);
  // Beyond this many standard deviations nothing is left to add at double precision.
  const auto last = static_cast<std::int64_t>(std::ceil(mean + 12 * std::sqrt(mean) + 30));
  double p = 0;
  for (std::int64_t a = 0; a <= last; ++a) {
    const double log_a = log_pmf(a, mean);
    for (std::int64_t b = 0; b <= last; ++b)
      if (statistic(a, b) >= seen * (1 - 1e-12)) p += std::exp(log_a + log_pmf(b, mean));
  }
  return std::min(p, 1.0);
}

}  // namespace quadrille::analysis
