#include "engine/analysis/space_time_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "base/time.h"
#include "engine/analysis/scan_deal.h"
#include "engine/analysis/scan_lanes.h"
#include "testing/golden.h"

namespace quadrille::analysis {
namespace {

struct ReferenceSet {
  std::vector<geo::Point> places;
  std::vector<PlaceDayCount> events;
};

// `stem`_loc.csv (id,x,y) and `stem`_events.csv (loc,day) of the reference data; nothing when they are absent.
std::optional<ReferenceSet> read_reference(const std::string& stem) {
  const auto folder = testing::data_folder() / "reference";
  std::ifstream locations(folder / (stem + "_loc.csv"));
  std::ifstream events(folder / (stem + "_events.csv"));
  if (!locations || !events) return std::nullopt;
  ReferenceSet set;
  std::string line;
  std::getline(locations, line);
  for (unsigned id = 0; std::getline(locations, line);) {
    geo::Point point;
    std::sscanf(line.c_str(), "%u,%lf,%lf", &id, &point.x_m, &point.y_m);
    set.places.push_back(point);
  }
  std::getline(events, line);
  while (std::getline(events, line)) {
    PlaceDayCount event;
    std::sscanf(line.c_str(), "%u,%d", &event.place, &event.day);
    set.events.push_back(event);
  }
  return set;
}

std::vector<ScanCluster> scan(const ReferenceSet& set, std::int32_t days, const ScanOptions& options) {
  const auto input = ScanInput::permutation(set.places, set.events, days);
  EXPECT_TRUE(input) << input.error().message.en;
  auto found = analysis::scan(*input, options, Progress());
  EXPECT_TRUE(found) << found.error().message.en;
  return found->clusters;
}

bool same(const ScanCluster& a, const ScanCluster& b) {
  return a.centre == b.centre && a.places == b.places && a.first_day == b.first_day && a.observed == b.observed &&
         a.log_likelihood_ratio == b.log_likelihood_ratio && a.p == b.p;
}

// Random events on random places, for comparison with trying everything.
ReferenceSet random_set(std::uint64_t seed, std::int32_t days, int places = 12, int events = 60) {
  Random random({seed}, 0);
  ReferenceSet set;
  for (int i = 0; i < places; ++i)
    set.places.push_back({std::floor(random.next_uniform() * 6) * 100, std::floor(random.next_uniform() * 6) * 100});
  for (int i = 0; i < events; ++i)
    set.events.push_back({random.next_below(static_cast<std::uint32_t>(places)),
                          static_cast<std::int32_t>(random.next_below(static_cast<std::uint32_t>(days)))});
  return set;
}

// One cluster of a SaTScan 10.3.2 output.
struct Reported {
  std::vector<std::uint32_t> places;
  double radius_m = 0;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
  std::int64_t observed = 0;
  double expected = 0;
  double llr = 0;
  double p = 0;
};

std::int32_t day_of_2020(const std::string& date) {
  int year = 0;
  int month = 0;
  int day = 0;
  std::sscanf(date.c_str(), "%d/%d/%d", &year, &month, &day);
  return *make_date(year, month, day) - *make_date(2020, 1, 1);
}

std::vector<Reported> read_satscan(const std::string& name) {
  std::ifstream file(testing::data_folder() / "reference" / "satscan" / (name + ".out.txt"));
  std::vector<Reported> all;
  bool is_list = false;
  for (std::string line; std::getline(file, line);) {
    const auto colon = line.find(": ");
    const auto value = colon == std::string::npos ? line : line.substr(colon + 2);
    const auto has = [&](const char* word) { return line.find(word) != std::string::npos; };
    if (has("Location IDs included")) all.emplace_back();
    if (all.empty()) continue;
    if (has("Coordinates / radius")) all.back().radius_m = std::stod(value.substr(value.rfind('/') + 1));
    if (has("Time frame")) {
      all.back().first_day = day_of_2020(value);
      all.back().last_day = day_of_2020(value.substr(value.find("to ") + 3));
    }
    if (has("Number of cases")) all.back().observed = std::stoll(value);
    if (has("Expected cases")) all.back().expected = std::stod(value);
    if (has("Test statistic")) all.back().llr = std::stod(value);
    if (has("P-value..")) all.back().p = std::stod(value);
    if (has("_____")) break;
    is_list = has("Location IDs included") || (is_list && !has("Coordinates"));
    if (!is_list) continue;
    std::istringstream ids(value);
    for (std::string id; std::getline(ids, id, ',');)
      if (id.find_first_of("0123456789") != std::string::npos)
        all.back().places.push_back(static_cast<std::uint32_t>(std::stoul(id)));
  }
  return all;
}

struct SatscanCase {
  const char* output;
  const char* data;
  std::int32_t days;
  ScanMode mode;
  double radius_m;
  std::int32_t replicas;
};

class AgainstSatscan : public ::testing::TestWithParam<SatscanCase> {};

TEST_P(AgainstSatscan, finds_the_same_clusters) {
  const auto& one = GetParam();
  const auto set = read_reference(one.data);
  if (!set) GTEST_SKIP() << "reference data absent: agreement with SaTScan NOT TESTED";
  const auto expected = read_satscan(one.output);
  ASSERT_GE(expected.size(), 4U);
  const auto clusters = scan(*set, one.days,
                             {.mode = one.mode,
                              .radius_max = {one.radius_m},
                              .days_max = 30,
                              .replicas = one.replicas,
                              .seed = {20},
                              .threads = 2});
  for (std::size_t i = 0; i < expected.size(); ++i) {
    // With 99 replicas, whether the last of a list still has p < 1 is chance.
    if (i >= clusters.size() && expected[i].p > 0.95) continue;
    ASSERT_LT(i, clusters.size());
    EXPECT_EQ(clusters[i].places, expected[i].places) << i;
    EXPECT_NEAR(clusters[i].radius_m, expected[i].radius_m, 0.005) << i;
    EXPECT_EQ(clusters[i].first_day, expected[i].first_day) << i;
    EXPECT_EQ(clusters[i].last_day, expected[i].last_day) << i;
    EXPECT_EQ(clusters[i].observed, expected[i].observed) << i;
    EXPECT_NEAR(clusters[i].expected, expected[i].expected, 0.00501) << i;
    EXPECT_NEAR(clusters[i].log_likelihood_ratio, expected[i].llr, 1e-6) << i;
    const double p = std::min(expected[i].p, 0.99);
    const double monte_carlo_error = 4 * std::sqrt(2 * p * (1 - p) / one.replicas) + 1.0 / one.replicas;
    EXPECT_NEAR(clusters[i].p, expected[i].p, monte_carlo_error) << i;
    EXPECT_NEAR(clusters[i].p_gumbel, clusters[i].p, monte_carlo_error + 0.01) << i;
    EXPECT_EQ(clusters[i].recurrence_days.has_value(), one.mode == ScanMode::prospective);
  }
}

// Fewer replicas than SaTScan made of the largest, so that the test stays short; `quadrille lab scan` makes all.
INSTANTIATE_TEST_SUITE_P(
    SpaceTimeScan, AgainstSatscan,
    ::testing::Values(SatscanCase{"st5k_pro_1km_30d_999", "stperm5k", 180, ScanMode::prospective, 1000, 999},
                      SatscanCase{"st5k_pro_50pct_30d_999", "stperm5k", 180, ScanMode::prospective, 1e6, 999},
                      SatscanCase{"st5k_retro_1km_30d_99", "stperm5k", 180, ScanMode::retrospective, 1000, 99},
                      SatscanCase{"st20k_retro_1km_30d_99", "stperm20k", 365, ScanMode::retrospective, 1000, 31}),
    [](const auto& info) { return std::string(info.param.output); });

// Every circle and every window of either mode by the definition of each model, in doubles.
double brute_force(const ReferenceSet& set, const std::vector<double>& mass, const std::vector<PlaceDayCount>& controls,
                   ScanModel model, ScanMode mode, std::int32_t days, double radius_m, std::int32_t days_max) {
  const auto total_mass = [&] {
    double sum = 0;
    for (const double one : mass) sum += one;
    return sum;
  }();
  const auto cases = static_cast<double>(set.events.size());
  double best = 0;
  for (const auto& centre : set.places)
    for (const auto& rim : set.places) {
      const double squared = geo::squared_distance(centre, rim);
      if (squared > radius_m * radius_m) continue;
      const auto is_in = [&](std::uint32_t place) {
        return geo::squared_distance(centre, set.places[place]) <= squared;
      };
      double zone_mass = 0;
      for (std::uint32_t i = 0; i < mass.size(); ++i) zone_mass += is_in(i) ? mass[i] : 0;
      if (zone_mass > total_mass / 2) continue;
      for (std::int32_t last = 0; last < days; ++last)
        for (std::int32_t first = 0; first <= last; ++first) {
          const bool is_whole = first == 0 && last == days - 1;
          if (mode == ScanMode::spatial ? !is_whole : last - first >= days_max) continue;
          if (mode == ScanMode::prospective && last != days - 1) continue;
          double inside = 0;
          double in_zone = 0;
          double in_window = 0;
          double others = 0;
          for (const auto& event : set.events) {
            const bool in_time = event.day >= first && event.day <= last;
            inside += is_in(event.place) && in_time ? 1 : 0;
            in_zone += is_in(event.place) ? 1 : 0;
            in_window += in_time ? 1 : 0;
          }
          for (const auto& event : controls)
            others += is_in(event.place) && event.day >= first && event.day <= last ? 1 : 0;
          const auto xlogx = [](double x, double y) { return x > 0 ? x * std::log(x / y) : 0.0; };
          double llr = 0;
          if (model == ScanModel::bernoulli) {
            const double n = inside + others;
            const double all = cases + static_cast<double>(controls.size());
            if (inside < 2 || inside / n <= cases / all) continue;
            llr = xlogx(inside, n) + xlogx(others, n) + xlogx(cases - inside, all - n) +
                  xlogx(all - n - cases + inside, all - n) - xlogx(cases, all) - xlogx(all - cases, all);
          } else {
            const double expected = model == ScanModel::poisson
                                        ? cases * zone_mass / total_mass * (last - first + 1) / days
                                        : in_zone * in_window / cases;
            if (inside < 2 || inside <= expected) continue;
            llr = xlogx(inside, expected) + xlogx(cases - inside, cases - expected);
          }
          best = std::max(best, llr);
        }
    }
  return best;
}

TEST(SpaceTimeScan, every_model_and_mode_agrees_with_its_definition) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed)
    for (const auto model : {ScanModel::permutation, ScanModel::poisson, ScanModel::bernoulli})
      for (const auto mode : {ScanMode::prospective, ScanMode::retrospective, ScanMode::spatial}) {
        if (model == ScanModel::permutation && mode == ScanMode::spatial) continue;
        const auto set = random_set(seed, 8, 10, 40);
        const auto others = random_set(seed + 500, 8, 10, 50).events;
        Random random({seed}, 9);
        std::vector<double> mass(set.places.size(), 0.0);
        for (auto& one : mass) one = model == ScanModel::poisson ? 1 + random.next_below(9) : 0;
        if (model != ScanModel::poisson)
          for (const auto& event : set.events) mass[event.place] += 1;
        if (model == ScanModel::bernoulli)
          for (const auto& event : others) mass[event.place] += 1;
        const auto input = model == ScanModel::permutation ? ScanInput::permutation(set.places, set.events, 8)
                           : model == ScanModel::poisson   ? ScanInput::poisson(set.places, set.events, 8, mass)
                                                           : ScanInput::bernoulli(set.places, set.events, others, 8);
        ASSERT_TRUE(input) << input.error().message.en;
        const auto found = analysis::scan(
            *input, {.mode = mode, .radius_max = 250_m, .days_max = 3, .replicas = 19, .seed = {2}}, Progress());
        ASSERT_TRUE(found);
        if (found->clusters.empty()) continue;
        EXPECT_NEAR(found->clusters.front().log_likelihood_ratio,
                    brute_force(set, mass, others, model, mode, 8, 250, 3), 1e-9)
            << seed;
        ++compared;
      }
  EXPECT_GE(compared, 120);
}

// The picture's clusters are sought again each morning.
TEST(SpaceTimeScan, a_new_day_gives_what_a_scan_from_scratch_gives) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto set = random_set(seed, 40, 40, 400);
    const ScanOptions options{.radius_max = {250}, .days_max = 14, .replicas = 99, .seed = {seed}};
    const auto kept = scan_neighbours(set.places, options.radius_max);
    ASSERT_TRUE(kept);
    for (std::int32_t days = 30; days <= 40; ++days) {
      std::vector<PlaceDayCount> known;
      std::ranges::copy_if(set.events, std::back_inserter(known), [&](const auto& one) { return one.day < days; });
      const auto input = ScanInput::permutation(set.places, known, days);
      ASSERT_TRUE(input);
      const auto again = analysis::scan(*input, **kept, options, Progress());
      const auto scratch = analysis::scan(*input, options, Progress());
      ASSERT_TRUE(again && scratch);
      ASSERT_EQ(again->clusters.size(), scratch->clusters.size());
      for (std::size_t i = 0; i < again->clusters.size(); ++i)
        EXPECT_TRUE(same(again->clusters[i], scratch->clusters[i])) << seed << " day " << days;
    }
  }
}

// Windows of one last day are judged a block at a time; a scan of any last day judges each of them.
TEST(SpaceTimeScan, replicas_of_the_last_day_have_the_best_of_all_their_windows) {
  for (std::uint64_t seed = 1; seed <= 14; ++seed) {
    // Counts of 8, of 16 and of 32 bits.
    const auto set = random_set(seed, 60, 25, seed <= 10 ? 500 : seed <= 12 ? 8'000 : 160'000);
    const auto input = ScanInput::permutation(set.places, set.events, 60);
    const ScanOptions options{
        .mode = ScanMode::prospective, .radius_max = {300}, .days_max = 28, .replicas = 40, .seed = {seed}};
    const auto neighbours = ScanNeighbours::make(input->places(), options.radius_max, 1);
    const ScanZones zones(*input, *neighbours, options.share_max);
    const ScanWindows windows(*input, options);
    const ScanTerms terms(*input, windows, zones, options.mode);
    const auto maxima = replica_maxima({*input, zones, windows, terms, options}, 0, Progress());
    ASSERT_TRUE(maxima);
    ScanDealer dealer(*input, windows, options.mode);
    for (std::size_t r = 0; r < maxima->size(); ++r) {
      std::vector<std::int64_t> counts(25 * 29, 0);  // [place][days back]
      BulkRandom random(options.seed, r);
      dealer.deal(random, [&](std::uint32_t place, std::uint32_t column) { ++counts[place * 29 + 29 - column]; });
      double best = 0;
      for (std::uint32_t centre = 0; centre < 25; ++centre) {
        const auto steps = zones.of(centre);
        for (std::size_t s = 0; s < steps.size(); ++s) {
          std::int64_t inside = 0;
          for (std::int32_t length = 1; length <= 28 && steps[s].ends_zone; ++length) {
            for (std::size_t i = 0; i <= s; ++i)
              inside += counts[steps[i].place * 29 + static_cast<std::size_t>(length)];
            if (inside >= 2)
              best = std::max(
                  best, terms.log_likelihood_ratio(static_cast<double>(inside), terms.expected(steps[s].row, length)));
          }
        }
      }
      EXPECT_EQ((*maxima)[r], best) << "seed " << seed << " replica " << r;
    }
  }
}

// What a floor turns away has a statistic under it, whatever the floor: one that no count reaches ends, too.
TEST(SpaceTimeScan, a_floor_turns_nothing_away_that_reaches_it) {
  const auto set = random_set(3, 60, 25, 2'000);
  const auto input = ScanInput::permutation(set.places, set.events, 60);
  const ScanOptions options{.mode = ScanMode::prospective, .radius_max = {300}, .days_max = 28};
  const auto neighbours = ScanNeighbours::make(input->places(), options.radius_max, 1);
  const ScanZones zones(*input, *neighbours, options.share_max);
  const ScanWindows windows(*input, options);
  const ScanTerms terms(*input, windows, zones, options.mode);
  for (const double floor : {0.2, 4.0, 30.0, 10'000.0}) {
    const ScanFloor thresholds(terms, floor);
    int reaching = 0;
    for (int count = 2; count <= 200; ++count)
      for (double expected = 0.01; expected < terms.largest_expected(); expected *= 1.01)
        if (terms.log_likelihood_ratio(count, expected) >= floor) {
          ++reaching;
          EXPECT_TRUE(thresholds.may_reach(count, expected)) << floor << ": " << count << " of " << expected;
        }
    EXPECT_EQ(reaching > 0, floor < 1'000) << floor;
    EXPECT_FALSE(thresholds.may_reach(2, terms.largest_expected())) << floor;
  }
}

// The replicas of each model have the law they claim: mean counts at a place are what the model expects.
TEST(SpaceTimeScan, dealt_events_fall_where_the_model_says) {
  const auto set = random_set(4, 10, 6, 60);
  const auto others = random_set(5, 10, 6, 90).events;
  const std::vector<double> population{1, 2, 3, 4, 5, 5};
  for (const auto model : {ScanModel::permutation, ScanModel::poisson, ScanModel::bernoulli}) {
    const auto input = model == ScanModel::permutation ? ScanInput::permutation(set.places, set.events, 10)
                       : model == ScanModel::poisson   ? ScanInput::poisson(set.places, set.events, 10, population)
                                                       : ScanInput::bernoulli(set.places, set.events, others, 10);
    const ScanWindows windows(*input, {.mode = ScanMode::retrospective, .days_max = 3});
    ScanDealer dealer(*input, windows, ScanMode::retrospective);
    std::vector<double> counts(6 * 11, 0.0);
    constexpr int replicas = 20'000;
    for (int r = 0; r < replicas; ++r) {
      BulkRandom random({3}, static_cast<std::uint64_t>(r));
      dealer.deal(random, [&](std::uint32_t place, std::uint32_t column) { counts[place * 11 + column] += 1; });
    }
    std::vector<double> by_day(10, 0.0);
    for (const auto& event : set.events) by_day[static_cast<std::size_t>(event.day)] += 1;
    for (std::uint32_t place = 0; place < 6; ++place)
      for (std::uint32_t day = 0; day < 10; ++day) {
        double expected = 0;
        if (model == ScanModel::poisson) expected = 60 * population[place] / 20 / 10;
        if (model == ScanModel::permutation) expected = input->mass()[place] * by_day[day] / 60;
        if (model == ScanModel::bernoulli) {
          for (const auto* events : {&set.events, &others})
            for (const auto& event : *events)
              expected += event.place == place && event.day == static_cast<std::int32_t>(day) ? 60.0 / 150.0 : 0;
        }
        EXPECT_NEAR(counts[place * 11 + day + 1] / replicas, expected, 5 * std::sqrt((expected + 0.01) / replicas));
      }
  }
}

TEST(SpaceTimeScan, every_width_of_lanes_gives_the_same_numbers) {
  const auto set = random_set(8, 40, 50, 700);
  const auto others = random_set(9, 40, 50, 700).events;
  int compared = 0;
  for (const auto mode : {ScanMode::prospective, ScanMode::retrospective})
    for (const bool is_bernoulli : {false, true}) {
      const auto input = is_bernoulli ? ScanInput::bernoulli(set.places, set.events, others, 40)
                                      : ScanInput::permutation(set.places, set.events, 40);
      const ScanOptions options{.mode = mode, .radius_max = 300_m, .days_max = 9, .replicas = 70, .seed = {5}};
      const auto neighbours = ScanNeighbours::make(input->places(), options.radius_max, 1);
      const ScanZones zones(*input, *neighbours, options.share_max);
      const ScanWindows windows(*input, options);
      const ScanTerms terms(*input, windows, zones, mode);
      const ScanJob job{*input, zones, windows, terms, options};
      const auto scalar = replica_maxima(job, 0, Progress(), LaneWidth::scalar);
      for (const auto width : {LaneWidth::narrow, LaneWidth::wide}) {
        if (!has_lane_width(width)) continue;
        EXPECT_EQ(*replica_maxima(job, 0, Progress(), width), *scalar);
        ++compared;
      }
    }
  if (compared == 0) std::cout << "this machine has no vector path to compare\n";
}

TEST(SpaceTimeScan, an_early_stop_gives_h_over_l) {
  const auto set = random_set(3, 30, 60, 600);
  const ScanOptions all{.radius_max = 200_m, .days_max = 7, .replicas = 999, .seed = {5}};
  auto stopped = all;
  stopped.stop_after = 10;
  const auto input = ScanInput::permutation(set.places, set.events, 30);
  const auto whole = analysis::scan(*input, all, Progress());
  const auto early = analysis::scan(*input, stopped, Progress());
  ASSERT_TRUE(whole && early);
  ASSERT_FALSE(whole->clusters.empty() || early->clusters.empty());
  EXPECT_EQ(whole->replicas, 999);
  EXPECT_LT(early->replicas, 500);
  EXPECT_DOUBLE_EQ(early->clusters[0].p, 10.0 / early->replicas);
  EXPECT_NEAR(early->clusters[0].p, whole->clusters[0].p, 0.35 * whole->clusters[0].p + 0.05);
  stopped.threads = 3;
  const auto threaded = analysis::scan(*input, stopped, Progress());
  EXPECT_EQ(threaded->replicas, early->replicas);
  EXPECT_EQ(threaded->clusters[0].p, early->clusters[0].p);
}

TEST(SpaceTimeScan, is_the_same_for_any_number_of_threads) {
  const auto set = random_set(3, 30, 60, 600);
  const ScanOptions options{.radius_max = 200_m, .days_max = 7, .replicas = 199, .seed = {5}};
  const auto one = scan(set, 30, options);
  for (const int threads : {2, 3, 5}) {
    auto many = options;
    many.threads = threads;
    const auto other = scan(set, 30, many);
    ASSERT_EQ(other.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(same(one[i], other[i]));
  }
}

TEST(SpaceTimeScan, a_planted_cluster_is_found_where_and_since_when_it_is) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto set = random_set(seed, 60, 100, 1500);
    for (std::int32_t day = 55; day < 60; ++day)
      for (int i = 0; i < 5; ++i) set.events.push_back({7, day});
    const auto clusters = scan(set, 60, {.radius_max = 250_m, .days_max = 14, .replicas = 99, .seed = {seed}});
    const bool holds_it = !clusters.empty() && std::ranges::find(clusters[0].places, 7U) != clusters[0].places.end();
    if (holds_it && clusters[0].p <= 0.05 && clusters[0].first_day >= 52) ++found;
  }
  EXPECT_GE(found, 9);
}

TEST(SpaceTimeScan, without_a_cluster_alarms_come_at_the_stated_rate) {
  int alarms = 0;
  constexpr int trials = 200;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    const auto clusters = scan(random_set(1000 + seed, 20, 30, 300), 20,
                               {.radius_max = 200_m, .days_max = 5, .replicas = 39, .seed = {seed}});
    if (!clusters.empty() && clusters[0].p <= 0.1) ++alarms;
  }
  // Binomial(200, 0.1): mean 20, standard deviation 4.2.
  EXPECT_GE(alarms, 7);
  EXPECT_LE(alarms, 34);
}

TEST(SpaceTimeScan, bad_input_is_refused_with_its_field) {
  const std::vector<geo::Point> places{{0, 0}, {1, 1}};
  EXPECT_EQ(ScanInput::permutation({}, {{0, 0}}, 3).error().field, "places");
  EXPECT_EQ(ScanInput::permutation({{std::nan(""), 0}}, {{0, 0}}, 3).error().field, "places");
  EXPECT_EQ(ScanInput::permutation(places, {{2, 0}, {0, 0}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::permutation(places, {{0, 3}, {0, 0}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::permutation(places, {{0, 0, -1}, {0, 0, 5}}, 3).error().field, "events");
  EXPECT_EQ(ScanInput::permutation(places, {{0, 0}}, 3).error().field, "events");
  const auto input = ScanInput::permutation(places, {{0, 0, 5}, {1, 2, 5}}, 3);
  ASSERT_TRUE(input);
  EXPECT_EQ(analysis::scan(*input, {.radius_max = {-1}, .days_max = 1}, Progress()).error().field, "radius_max");
  EXPECT_EQ(analysis::scan(*input, {.radius_max = 1_m, .days_max = 3}, Progress()).error().field, "days_max");
  EXPECT_EQ(analysis::scan(*input, {.radius_max = 1_m, .days_max = 1, .replicas = 0}, Progress()).error().field,
            "replicas");
}

TEST(SpaceTimeScan, can_be_cancelled) {
  const auto set = random_set(3, 30, 60, 600);
  const auto input = ScanInput::permutation(set.places, set.events, 30);
  Progress progress;
  progress.cancel();
  EXPECT_EQ(analysis::scan(*input, {.radius_max = 200_m, .days_max = 7, .replicas = 99}, progress).error().kind,
            ErrorKind::unavailable);
}

TEST(SpaceTimeScan, everything_at_one_place_has_no_cluster) {
  const auto input = ScanInput::permutation({{5, 5}}, {{0, 0, 10}, {0, 2, 10}}, 3);
  const auto clusters =
      analysis::scan(*input, {.radius_max = 200_m, .share_max = 1, .days_max = 2, .replicas = 99}, Progress());
  ASSERT_TRUE(clusters);
  EXPECT_TRUE(clusters->clusters.empty());
}

}  // namespace
}  // namespace quadrille::analysis
