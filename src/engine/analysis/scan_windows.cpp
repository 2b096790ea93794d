#include "engine/analysis/scan_windows.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <numeric>

namespace quadrille::analysis {

ScanWindows::ScanWindows(const ScanInput& input, const ScanOptions& options) {
  const bool is_spatial = options.mode == ScanMode::spatial;
  longest_ = is_spatial ? 1 : options.days_max;
  if (is_spatial) {
    columns_ = 2;
    first_end_ = 1;
  } else if (options.mode == ScanMode::prospective) {
    columns_ = options.days_max + 1;
    first_day_ = input.days() - options.days_max;
    first_end_ = columns_ - 1;
  } else {
    columns_ = input.days() + 1;
    first_end_ = 1;
  }
}

std::vector<WindowBlock> blocks_of_a_seventh(int longest) {
  std::vector<WindowBlock> blocks;
  for (int shortest = 1; shortest <= longest; shortest = blocks.back().longest + 1)
    blocks.push_back({shortest, std::min(longest, shortest * 8 / 7)});
  return blocks;
}

std::vector<WindowBlock> blocks_of_one(int longest) {
  std::vector<WindowBlock> blocks;
  for (int length = 1; length <= longest; ++length) blocks.push_back({length, length});
  return blocks;
}

namespace {

// Events before each column; of a spatial scan the one column is all days.
std::vector<std::int32_t> cumulative(const DatedEvents& events, const ScanWindows& windows, ScanMode mode) {
  if (mode == ScanMode::spatial) return {0, static_cast<std::int32_t>(events.size())};
  std::vector<std::int32_t> sums;
  const auto base = events.before[static_cast<std::size_t>(windows.first_day())];
  for (int c = 0; c < windows.columns(); ++c)
    sums.push_back(static_cast<std::int32_t>(events.before[static_cast<std::size_t>(windows.first_day() + c)] - base));
  return sums;
}

std::int32_t most_in_any(const std::vector<std::int32_t>& cumulative, const ScanWindows& windows) {
  std::int32_t most = 0;
  for (int end = windows.first_end(); end < windows.columns(); ++end)
    most = std::max(most, cumulative[static_cast<std::size_t>(end)] -
                              cumulative[static_cast<std::size_t>(windows.earliest_start(end))]);
  return most;
}

std::vector<std::int32_t> individuals_by_place(const ScanInput& input, const ScanWindows& windows, ScanMode mode) {
  const auto& everyone = input.individuals();
  const auto columns = static_cast<std::size_t>(windows.columns());
  std::vector<std::int32_t> sums(input.places().size() * columns, 0);
  for (std::int32_t day = windows.first_day(); day < input.days(); ++day) {
    const auto column = mode == ScanMode::spatial ? 1 : static_cast<std::size_t>(day - windows.first_day()) + 1;
    for (auto e = everyone.before[static_cast<std::size_t>(day)];
         e < everyone.before[static_cast<std::size_t>(day) + 1]; ++e)
      ++sums[everyone.places[e] * columns + column];
  }
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (i % columns != 0) sums[i] += sums[i - 1];
  return sums;
}

}  // namespace

ScanTerms::ScanTerms(const ScanInput& input, const ScanWindows& windows, const ScanZones& zones, ScanMode mode)
    : model_(input.model()), cases_(static_cast<double>(input.events().size())) {
  double mass = 0;
  for (const double one : input.mass()) mass += one;
  const auto cases_before = cumulative(input.events(), windows, mode);
  most_in_window_ = most_in_any(cases_before, windows);
  std::vector<std::int32_t> lengths;
  for (int c = 0; c < windows.columns(); ++c) lengths.push_back(c);
  factor_of_row_ = zones.masses();
  if (model_ == ScanModel::bernoulli) {
    everyone_ = mass;
    individuals_ = individuals_by_place(input, windows, mode);
    factor_of_row_ = {cases_ / everyone_};
    const auto all = cumulative(input.individuals(), windows, mode);
    slots_ = std::vector<std::int32_t>(all.size(), 0);
    most_in_window_ = most_in_any(all, windows);
    for (std::int32_t n = 0; n <= most_in_window_; ++n) factor_of_slot_.push_back(n);
  } else if (model_ == ScanModel::poisson) {
    const double per_day = cases_ / mass / (mode == ScanMode::spatial ? 1.0 : static_cast<double>(input.days()));
    slots_ = lengths;
    for (int length = 0; length <= windows.longest(); ++length) factor_of_slot_.push_back(per_day * length);
    most_in_window_ = static_cast<std::int64_t>(cases_);
  } else if (mode == ScanMode::prospective) {
    slots_ = lengths;
    for (int length = 0; length <= windows.longest(); ++length)
      factor_of_slot_.push_back(
          (cases_before.back() - cases_before[static_cast<std::size_t>(windows.longest() - length)]) / cases_);
  } else {
    slots_ = cases_before;
    for (std::int32_t m = 0; m <= most_in_window_; ++m) factor_of_slot_.push_back(m / cases_);
  }
}

std::vector<std::int32_t> ScanTerms::all_slots() const {
  std::vector<std::int32_t> slots(slot_count());
  std::iota(slots.begin(), slots.end(), 0);
  return slots;
}

double ScanTerms::largest_expected() const {
  return factor_of_row_.empty() ? 0 : *std::ranges::max_element(factor_of_row_) * factor_of_slot_.back();
}

double ScanTerms::log_likelihood_ratio(double observed, double expected) const {
  if (observed <= expected || expected <= 0) return 0;
  const double outside = cases_ - observed;
  const double inside_term = observed * std::log(observed / expected);
  const double outside_term = outside > 0 ? outside * std::log(outside / (cases_ - expected)) : 0;
  if (model_ != ScanModel::bernoulli) return inside_term + outside_term;
  // Relative to the same chance everywhere: the cases' part is Poisson's, and the controls have theirs.
  const double controls = everyone_ - cases_;
  const double controls_expected = expected * controls / cases_;
  const double controls_inside = std::max(0.0, expected * everyone_ / cases_ - observed);
  const double controls_outside = controls - controls_inside;
  const auto term = [](double count, double mean) { return count > 0 ? count * std::log(count / mean) : 0.0; };
  return inside_term + outside_term + term(controls_inside, controls_expected) +
         term(controls_outside, controls - controls_expected);
}

namespace {

struct Bracket {
  double reaches = 0;
  double fails = 0;
};

// Between which expectations, a millionth apart, a count stops reaching the floor; it reaches it at `reached`.
Bracket bracket_of(const ScanTerms& terms, double count, double floor, double reached) {
  const auto excess = [&](double expected) { return terms.log_likelihood_ratio(count, expected) - floor; };
  Bracket bracket{reached, count};
  // At nothing expected the ratio is infinite: by halves until there is a number to begin from, if there is one.
  while (bracket.reaches == 0 && bracket.fails > 0) {
    const double middle = bracket.fails / 2;
    (excess(middle) >= 0 ? bracket.reaches : bracket.fails) = middle;
  }
  if (bracket.fails == 0) return bracket;
  const double at_reaches = excess(bracket.reaches);
  if (at_reaches <= 0) return {bracket.reaches, bracket.reaches};
  std::uintmax_t tries = 60;
  const auto [low, high] = boost::math::tools::toms748_solve(
      excess, bracket.reaches, bracket.fails, at_reaches, excess(bracket.fails),
      [](double a, double b) { return b - a <= 1e-6 * b; }, tries);
  return {low, high};
}

}  // namespace

ScanFloor::ScanFloor(const ScanTerms& terms, double floor) {
  const double needed = terms.largest_expected();
  largest_expected_ = {0, 0};
  double reached = 0;
  while (largest_expected_.back() <= needed &&
         static_cast<std::int64_t>(largest_expected_.size()) <= terms.most_in_window()) {
    const auto count = static_cast<double>(largest_expected_.size());
    // A larger count reaches the floor with a larger expectation. What is in the bracket is looked at more closely than
    // needed, never less.
    const auto bracket = floor > 0 ? bracket_of(terms, count, floor, reached) : Bracket{0, count};
    reached = bracket.reaches;
    largest_expected_.push_back(bracket.fails * (1 + 1e-9));
  }
}

}  // namespace quadrille::analysis
