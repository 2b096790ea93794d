#include "engine/analysis/regression_to_mean.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace quadrille::analysis {
namespace {

constexpr double z_95 = 1.959963984540054;

struct Sums {
  double places = 0;
  double before = 0;
  double after = 0;
  double expected = 0;           // before, once chance is taken out
  double expected_variance = 0;  // of that
};

EffectEstimate ratio_estimate(double ratio, double log_variance) {
  const double error = std::sqrt(log_variance);
  const double log_ratio = std::log(ratio);
  return {ratio, error, log_ratio / error, {std::exp(log_ratio - z_95 * error), std::exp(log_ratio + z_95 * error)}};
}

EffectEstimate ratio_of_counts(const Sums& treated, const Sums& others) {
  return ratio_estimate(treated.after / treated.before / (others.after / others.before),
                        1 / treated.after + 1 / treated.before + 1 / others.after + 1 / others.before);
}

bool has_events(const Sums& sums) { return sums.before > 0 && sums.after > 0; }

// Squares and sums of what is larger would not be numbers.
bool is_count(double value) { return value >= 0 && value <= 1e12; }
Failure not_a_count(const std::string& field) {
  return invalid({"un compte va de 0 à mille milliards", "a count goes from 0 to a million million"}, field);
}

Result<void> check(std::span<const PlaceBeforeAfter> places) {
  if (places.size() < 10) return invalid({"il faut au moins dix lieux", "at least ten places are needed"}, "places");
  for (const auto& place : places) {
    if (!is_count(place.before)) return not_a_count("before");
    if (!is_count(place.after)) return not_a_count("after");
  }
  return {};
}

// Mean over variance of the counts before: what part of their spread a Poisson count has by itself.
double shrinkage_of(std::span<const PlaceBeforeAfter> places, double mean) {
  double squares = 0;
  for (const auto& place : places) squares += (place.before - mean) * (place.before - mean);
  const double variance = squares / (static_cast<double>(places.size()) - 1);
  return variance > mean ? mean / variance : 1;
}

}  // namespace

Result<RegressionToMean> correct_regression_to_mean(std::span<const PlaceBeforeAfter> places) {
  if (const auto fine = check(places); !fine) return Failure(fine.error());
  double total = 0;
  for (const auto& place : places) total += place.before;
  const double mean = total / static_cast<double>(places.size());
  RegressionToMean result{
      .shrinkage = shrinkage_of(places, mean), .matched = {}, .threshold = std::numeric_limits<double>::infinity()};
  Sums treated;
  Sums others;
  for (const auto& place : places) {
    auto& group = place.is_treated ? treated : others;
    const double expected = result.shrinkage * mean + (1 - result.shrinkage) * place.before;
    group.places += 1;
    group.before += place.before;
    group.after += place.after;
    group.expected += expected;
    group.expected_variance += (1 - result.shrinkage) * expected;
    if (place.is_treated) result.threshold = std::min(result.threshold, place.before);
  }
  if (treated.places < 1 || others.places < 5)
    return invalid({"il faut un lieu traité et au moins cinq qui ne le sont pas",
                    "a treated place and at least five left alone are needed"},
                   "treated");
  if (!has_events(treated) || !has_events(others))
    return invalid({"un groupe n'a aucun événement avant ou après : pas de rapport",
                    "a group has no event before or after: there is no ratio"},
                   "treated");
  result.treated_before = treated.before;
  result.expected_before = treated.expected;
  result.by_itself = 1 - treated.expected / treated.before;
  result.growth = others.after / others.expected;
  result.naive = ratio_of_counts(treated, others);
  const double log_variance = 1 / treated.after + treated.expected_variance / (treated.expected * treated.expected) +
                              1 / others.after + others.expected_variance / (others.expected * others.expected);
  result.corrected = ratio_estimate(treated.after / (treated.expected * result.growth), log_variance);
  Sums matched;
  for (const auto& place : places)
    if (!place.is_treated && place.before >= result.threshold) {
      matched.places += 1;
      matched.before += place.before;
      matched.after += place.after;
    }
  result.matched_places = static_cast<int>(matched.places);
  if (result.matched_places >= 5 && has_events(matched)) result.matched = ratio_of_counts(treated, matched);
  return result;
}

}  // namespace quadrille::analysis
