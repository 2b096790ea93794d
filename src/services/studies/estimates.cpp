#include "services/studies/estimates.h"

#include <cmath>

#include "engine/analysis/counts.h"
#include "engine/analysis/false_discovery.h"

namespace quadrille::studies {
namespace {

constexpr int days_min = 7;
constexpr int days_for_established = 28;
constexpr std::int64_t facts_min = 10;
constexpr std::int64_t facts_for_established = 50;

bool is_comparable(const ChangeInput& input) {
  return input.period.observed_days >= days_min && input.comparison.observed_days >= days_min &&
         input.period.count + input.comparison.count >= facts_min;
}

// Both halves of the period differ from the comparison in the same sense as the whole.
bool is_stable(const ChangeInput& input, double ratio) {
  const auto& halves = input.halves;
  if (halves.first_days == 0 || halves.second_days == 0 || !input.comparison.rate) return false;
  const double first = static_cast<double>(halves.first_count) / halves.first_days;
  const double second = static_cast<double>(halves.second_count) / halves.second_days;
  return ratio > 1 ? first > *input.comparison.rate && second > *input.comparison.rate
                   : first < *input.comparison.rate && second < *input.comparison.rate;
}

Change word_change(const ChangeInput& input, const analysis::RateRatio& ratio, double q) {
  Change change;
  change.ratio = ratio.ratio;
  change.low = ratio.interval.low;
  if (std::isfinite(ratio.interval.high)) change.high = ratio.interval.high;
  if (!is_comparable(input)) return change;
  const double value = ratio.ratio.value_or(2);
  if (q > 0.2) {
    change.direction = Direction::steady;
    const bool is_narrow = ratio.interval.low >= 0.8 && ratio.interval.high <= 1.25;
    change.certainty = is_narrow ? Certainty::established : Certainty::possible;
    return change;
  }
  change.direction = value > 1 ? Direction::up : Direction::down;
  const bool is_large = input.period.count + input.comparison.count >= facts_for_established &&
                        input.period.observed_days >= days_for_established &&
                        input.comparison.observed_days >= days_for_established;
  if (q <= 0.05)
    change.certainty = is_large && is_stable(input, value) ? Certainty::established : Certainty::probable;
  else
    change.certainty = Certainty::possible;
  return change;
}

}  // namespace

Estimate make_estimate(std::int64_t count, int observed_days) {
  Estimate estimate{.count = count, .observed_days = observed_days, .rate = {}, .low = {}, .high = {}};
  if (observed_days <= 0) return estimate;
  const auto interval = analysis::poisson_interval(count);
  estimate.rate = static_cast<double>(count) / observed_days;
  estimate.low = interval.low / observed_days;
  estimate.high = interval.high / observed_days;
  return estimate;
}

std::vector<Change> make_changes(std::span<const ChangeInput> inputs) {
  std::vector<analysis::RateRatio> ratios(inputs.size());
  std::vector<double> p;
  std::vector<std::size_t> tested;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& input = inputs[i];
    if (input.period.observed_days <= 0 || input.comparison.observed_days <= 0) continue;
    ratios[i] = analysis::rate_ratio({input.period.count, static_cast<double>(input.period.observed_days)},
                                     {input.comparison.count, static_cast<double>(input.comparison.observed_days)});
    if (!is_comparable(input)) continue;
    p.push_back(ratios[i].p);
    tested.push_back(i);
  }
  const auto q_of_tested = analysis::adjusted(p, analysis::DiscoveryControl::bh);
  std::vector<double> q(inputs.size(), 1.0);
  for (std::size_t i = 0; i < tested.size(); ++i) q[tested[i]] = q_of_tested[i];
  std::vector<Change> changes;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool has_days = inputs[i].period.observed_days > 0 && inputs[i].comparison.observed_days > 0;
    changes.push_back(has_days ? word_change(inputs[i], ratios[i], q[i]) : Change{});
  }
  return changes;
}

Certainty certainty_of_cluster(double recurrence_days, std::int64_t observed, bool is_confirmed_by_sector) {
  if (recurrence_days < 30) return Certainty::undetermined;
  if (recurrence_days < 180 || observed < 10) return Certainty::possible;
  return is_confirmed_by_sector ? Certainty::established : Certainty::probable;
}

const Text& label_of(Certainty certainty) {
  static const Text established{"établi", "established"};
  static const Text probable{"probable", "probable"};
  static const Text possible{"possible", "possible"};
  static const Text undetermined{"indéterminé", "undetermined"};
  switch (certainty) {
    case Certainty::established:
      return established;
    case Certainty::probable:
      return probable;
    case Certainty::possible:
      return possible;
    case Certainty::undetermined:
      return undetermined;
  }
  return undetermined;
}

}  // namespace quadrille::studies
