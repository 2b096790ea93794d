#include "engine/analysis/exposure.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace quadrille::analysis {
namespace {

TEST(Exposure, rates_are_those_of_a_watch_that_never_ends) {
  Random random({1}, 0);
  const double truth[] = {0.5, 2.0, 1.2};
  const double exposure[] = {0.8, 0.1, 0.3};
  std::vector<ExposedDay> days;
  for (std::uint32_t place = 0; place < 3; ++place)
    for (int day = 0; day < 4'000; ++day) {
      const bool is_there = random.next_uniform() < exposure[place];
      days.push_back(
          {place, day, exposure[place], is_there ? static_cast<double>(random.next_poisson(truth[place])) : 0});
    }
  const auto rates = exposed_rates(days, 3, {});
  ASSERT_TRUE(rates);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(*(*rates)[i].rate, truth[i], 4 * *(*rates)[i].standard_error);
    EXPECT_NEAR((*rates)[i].effective_days, 4'000 * exposure[i], 1e-6);
  }
}

TEST(Exposure, scaling_exposure_and_discoveries_together_changes_nothing) {
  std::vector<ExposedDay> days;
  Random random({2}, 0);
  for (int day = 0; day < 300; ++day)
    days.push_back({0, day, 0.2 + 0.3 * random.next_uniform(), static_cast<double>(random.next_poisson(1.5))});
  const auto once = exposed_rates(days, 1, {});
  for (auto& day : days) {
    day.exposure *= 2;
    day.found *= 2;
  }
  const auto twice = exposed_rates(days, 1, {});
  EXPECT_NEAR(*once->front().rate, *twice->front().rate, 1e-12);
}

TEST(Exposure, without_exposure_there_is_no_estimate) {
  EXPECT_EQ(exposed_rates({}, 2, {}).error().field, "exposure");
  const std::vector<ExposedDay> some{{0, 0, 0.5, 1}};
  const auto rates = exposed_rates(some, 2, {});
  ASSERT_TRUE(rates);
  EXPECT_FALSE((*rates)[0].rate);  // half a day says nothing
  EXPECT_FALSE((*rates)[1].rate);  // never looked at
}

TEST(Exposure, bad_input_is_refused_with_its_field) {
  const auto refusal = [](ExposedDay day, ExposureOptions options = {}) {
    return exposed_rates(std::array{day}, 2, options).error().field;
  };
  EXPECT_EQ(refusal({2, 0, 0.5, 1}), "places");
  EXPECT_EQ(refusal({0, 0, 0, 1}), "exposure");
  EXPECT_EQ(refusal({0, 0, 1.5, 1}), "exposure");
  EXPECT_EQ(refusal({0, 0, std::nan(""), 1}), "exposure");
  EXPECT_EQ(refusal({0, 0, 0.5, -1}), "found");
  EXPECT_EQ(refusal({0, 0, 0.5, 1}, {.exposure_min = 0}), "exposure_min");
  EXPECT_EQ(refusal({0, 0, 0.5, 1}, {.effective_days_min = 0}), "effective_days_min");
  const std::vector<ExposedRate> two(2);
  EXPECT_EQ(check_exposure(two, std::array{VisitRecord{0, 2, 3}}).error().field, "visits");
  EXPECT_EQ(check_exposure(two, std::array{VisitRecord{5, 2, 1}}).error().field, "visits");
}

// A small territory with known rates. Each day `patrols` visits go out: a share of them drawn evenly at random (the
// floor), the others where `weights` says.
struct Loop {
  std::vector<double> truth;
  double floor = 0.3;
  int patrols = 4;
};

struct Played {
  std::vector<ExposedDay> days;
  std::vector<VisitRecord> visits;
  std::vector<double> known;  // raw discoveries
};

Played play(const Loop& loop, std::vector<double> known, int days, std::uint64_t seed) {
  const auto places = loop.truth.size();
  Played played{.days = {}, .visits = std::vector<VisitRecord>(places), .known = std::move(known)};
  for (std::uint32_t p = 0; p < places; ++p) played.visits[p].place = p;
  Random random({seed}, 0);
  for (int day = 0; day < days; ++day) {
    std::vector<int> drawn(places, 0);
    std::vector<int> sent(places, 0);
    for (int k = 0; k < loop.patrols; ++k) {
      if (random.next_uniform() < loop.floor) {
        ++drawn[random.next_below(static_cast<std::uint32_t>(places))];
        continue;
      }
      double at = random.next_uniform() * std::accumulate(played.known.begin(), played.known.end(), 0.0);
      std::size_t p = 0;
      while (p + 1 < places && (at -= played.known[p]) > 0) ++p;
      ++sent[p];
    }
    const double pi = 1 - std::pow(1 - loop.floor / static_cast<double>(places), loop.patrols);
    for (std::uint32_t p = 0; p < places; ++p) {
      // Whoever is there finds what there is to find; only drawn visits count as exposure.
      const auto there = static_cast<double>(random.next_poisson(loop.truth[p]));
      if (drawn[p] + sent[p] > 0) played.known[p] += there;
      played.days.push_back({p, day, pi, drawn[p] > 0 ? there : 0});
      if (drawn[p] > 0) {
        ++played.visits[p].visits;
        played.visits[p].seen += there > 0 ? 1 : 0;
      }
    }
  }
  return played;
}

TEST(ExposureLoop, equal_places_with_an_unequal_start_end_equal) {
  const Loop loop{.truth = {0.6, 0.6}, .floor = 0.3, .patrols = 2};
  double naive = 0;
  double corrected = 0;
  constexpr int trials = 30;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    const auto played = play(loop, {200, 20}, 2'000, seed);
    naive += played.known[0] / (played.known[0] + played.known[1]) / trials;
    const auto rates = *exposed_rates(played.days, 2, {});
    corrected += *rates[0].rate / (*rates[0].rate + *rates[1].rate) / trials;
  }
  EXPECT_GT(naive, 0.55);
  EXPECT_NEAR(corrected, 0.5, 0.02);
}

TEST(ExposureLoop, a_register_that_is_wrong_in_one_place_is_found_out) {
  const Loop loop{.truth = {0.4, 0.5, 0.3, 0.6, 0.45, 0.35}, .floor = 0.5, .patrols = 6};
  auto played = play(loop, std::vector<double>(6, 10.0), 3'000, 7);
  const auto honest = check_exposure(*exposed_rates(played.days, 6, {}), played.visits);
  for (const auto& one : *honest) EXPECT_FALSE(one.disagrees) << *one.factor;
  for (auto& day : played.days)
    if (day.place == 2) day.exposure = std::min(1.0, day.exposure * 2);
  const auto wrong = check_exposure(*exposed_rates(played.days, 6, {}), played.visits);
  for (std::size_t p = 0; p < 6; ++p) EXPECT_EQ((*wrong)[p].disagrees, p == 2) << p;
  EXPECT_NEAR(*(*wrong)[2].factor, 0.5, 0.12);
}

}  // namespace
}  // namespace quadrille::analysis
