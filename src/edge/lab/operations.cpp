#include <algorithm>
#include <cmath>
#include <ostream>
#include <unordered_map>

#include "edge/lab/lab.h"
#include "engine/analysis/displacement.h"
#include "engine/analysis/regression_to_mean.h"
#include "engine/geo/street_network.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct RatioEffect {
  double ratio = 1;
  double se = 0;  // of the logarithm, like z
  double z = 0;
  std::array<double, 2> interval{};
};
BOOST_DESCRIBE_STRUCT(RatioEffect, (), (ratio, se, z, interval))

struct ReversionOutput {
  RatioEffect naive;
  RatioEffect corrected;
  std::optional<RatioEffect> matched;
  int matched_places = 0;
  double threshold = 0;
  double shrinkage = 0;
  double treated_before = 0;
  double expected_before = 0;
  double by_itself = 0;
  double growth = 1;
};
BOOST_DESCRIBE_STRUCT(ReversionOutput, (),
                      (naive, corrected, matched, matched_places, threshold, shrinkage, treated_before, expected_before,
                       by_itself, growth))

struct Ring {
  double from_m = 0;
  double to_m = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
};
BOOST_DESCRIBE_STRUCT(Ring, (), (from_m, to_m, before, after))

struct RingsOutput {
  std::vector<Ring> rings;
  std::int64_t out_of_reach = 0;
};
BOOST_DESCRIBE_STRUCT(RingsOutput, (), (rings, out_of_reach))

RatioEffect to_effect(const analysis::EffectEstimate& one) {
  return {one.estimate, one.standard_error, one.z, {one.interval.low, one.interval.high}};
}

Result<std::vector<bool>> flags_of(const Table& table, std::string_view column, const std::string& option) {
  const auto numbers = table.reals(column);
  if (!numbers) return Failure(numbers.error());
  std::vector<bool> flags;
  for (const double number : *numbers) {
    if (number != 0 && number != 1)
      return invalid({std::string(column) + " est 0 ou 1", std::string(column) + " is 0 or 1"}, option);
    flags.push_back(number == 1);
  }
  return flags;
}

Result<void> run_reversion(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto table = Table::read(*arguments.text("--counts"), "--counts");
  if (!table) return Failure(table.error());
  const auto treated = flags_of(*table, "treated", "--counts");
  const auto before = table->reals("before");
  const auto after = table->reals("after");
  if (!treated) return Failure(treated.error());
  if (!before || !after) return Failure(before ? after.error() : before.error());
  std::vector<analysis::PlaceBeforeAfter> places;
  for (std::size_t i = 0; i < before->size(); ++i) places.push_back({(*before)[i], (*after)[i], (*treated)[i]});
  const auto found = analysis::correct_regression_to_mean(places);
  if (!found)
    return as_option(found.error(),
                     {{"places", "--counts"}, {"before", "--counts"}, {"after", "--counts"}, {"treated", "--counts"}});
  terminal.out << json::text_of(ReversionOutput{
                      .naive = to_effect(found->naive),
                      .corrected = to_effect(found->corrected),
                      .matched = found->matched ? std::optional(to_effect(*found->matched)) : std::nullopt,
                      .matched_places = found->matched_places,
                      .threshold = found->threshold,
                      .shrinkage = found->shrinkage,
                      .treated_before = found->treated_before,
                      .expected_before = found->expected_before,
                      .by_itself = found->by_itself,
                      .growth = found->growth})
               << "\n";
  return {};
}

// --nodes id,x,y and --edges from,to,metres.
Result<geo::StreetNetwork> read_streets(const cli::Arguments& arguments) {
  const auto nodes = Table::read(*arguments.text("--nodes"), "--nodes");
  if (!nodes) return Failure(nodes.error());
  const auto ids = nodes->texts("id");
  if (!ids) return Failure(ids.error());
  auto points = points_of(*nodes);
  if (!points) return Failure(points.error());
  std::unordered_map<std::string, std::uint32_t> numbers;
  for (const auto& id : *ids)
    if (!numbers.emplace(id, static_cast<std::uint32_t>(numbers.size())).second)
      return invalid({"un carrefour est donné deux fois : " + id, "a node is given twice: " + id}, "--nodes");
  const auto table = Table::read(*arguments.text("--edges"), "--edges");
  if (!table) return Failure(table.error());
  const auto from = table->texts("from");
  const auto to = table->texts("to");
  const auto metres = table->reals("metres");
  if (!from || !to) return Failure(from ? to.error() : from.error());
  if (!metres) return Failure(metres.error());
  std::vector<geo::StreetEdge> edges;
  for (std::size_t i = 0; i < metres->size(); ++i) {
    const auto a = numbers.find((*from)[i]);
    const auto b = numbers.find((*to)[i]);
    if (a == numbers.end() || b == numbers.end())
      return invalid({"une rue mène à un carrefour inconnu de --nodes", "a street leads to a node --nodes lacks"},
                     "--edges");
    edges.push_back({a->second, b->second, (*metres)[i]});
  }
  auto network = geo::StreetNetwork::make(std::move(*points), std::move(edges));
  if (!network) return as_option(network.error());
  return network;
}

Result<void> run_rings(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto network = read_streets(arguments);
  if (!network) return Failure(network.error());
  const auto limits = parse_list(*arguments.text("--limits-m"), "--limits-m");
  if (!limits) return Failure(limits.error());
  const auto beside = real_or(arguments, "--beside-m", 100);
  if (!beside) return Failure(beside.error());
  if (!(*beside >= 0))
    return invalid({"une distance positive ou nulle", "a distance of at least 0 is needed"}, "--beside-m");
  const auto treated = read_points(*arguments.text("--treated"), "--treated");
  if (!treated) return Failure(treated.error());
  // Without this every event would be out of reach, and the answer a row of zeros.
  if (std::ranges::none_of(*treated,
                           [&](const auto& place) { return network->snap(place, Metres{*beside}).has_value(); }))
    return invalid({"aucun lieu n'est à moins de --beside-m d'une rue", "no place is within --beside-m of a street"},
                   "--treated");
  const auto table = Table::read(*arguments.text("--events"), "--events");
  if (!table) return Failure(table.error());
  const auto points = points_of(*table);
  if (!points) return Failure(points.error());
  const auto after = flags_of(*table, "after", "--events");
  if (!after) return Failure(after.error());
  const auto distances =
      network->distances_m(*treated, *points, Metres{*beside}, Metres{*std::ranges::max_element(*limits)});
  std::vector<analysis::RingEvent> events;
  for (std::size_t i = 0; i < distances.size(); ++i) events.push_back({distances[i], (*after)[i]});
  const auto rings = analysis::ring_counts(events, *limits);
  if (!rings) return as_option(rings.error());
  RingsOutput output;
  for (std::size_t i = 0; i < rings->size(); ++i)
    output.rings.push_back({i == 0 ? 0 : (*limits)[i - 1], (*limits)[i], static_cast<std::int64_t>((*rings)[i].before),
                            static_cast<std::int64_t>((*rings)[i].after)});
  output.out_of_reach = std::ranges::count_if(distances, [](const auto& one) { return !one; });
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> operation_commands() {
  return {
      {.name = "lab reversion",
       .summary = {"Ce qui serait retombé tout seul : correction du retour à la moyenne",
                   "What would have fallen by itself: correction for regression to the mean"},
       .needs = cli::Needs::nothing(),
       .words = "",
       .options = {{"--counts",
                    "F.csv",
                    {"treated,before,after : une ligne par lieu", "treated,before,after: a row a place"},
                    true}},
       .example = "quadrille lab reversion --counts places.csv",
       .run = run_reversion},
      {.name = "lab rings",
       .summary = {"Comptes avant et après par couronne, distances le long des rues",
                   "Counts before and after by ring, distances along streets"},
       .needs = cli::Needs::nothing(),
       .words = "",
       .options =
           {{"--nodes", "N.csv", {"id,x,y", "id,x,y"}, true},
            {"--edges", "E.csv", {"from,to,metres", "from,to,metres"}, true},
            {"--treated", "T.csv", {"x,y du lieu traité", "x,y of the treated place"}, true},
            {"--events", "F.csv", {"x,y,after", "x,y,after"}, true},
            {"--limits-m", "A,B…", {"limites des couronnes, croissantes", "limits of the rings, ascending"}, true},
            {"--beside-m",
             "D",
             {"distance d'un fait à sa rue, au plus (100)", "distance of a fact to its street, at most (100)"}}},
       .example = "quadrille lab rings --nodes nodes.csv --edges edges.csv --treated treated.csv --events events.csv "
                  "--limits-m 100,300,600",
       .run = run_rings}};
}

}  // namespace quadrille::lab
