#include "engine/analysis/displacement.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <ostream>

#include "edge/lab/lab.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

struct Effect {
  double estimate = 0;
  double se = 0;
  double z = 0;
  std::array<double, 2> interval{};
};
BOOST_DESCRIBE_STRUCT(Effect, (), (estimate, se, z, interval))

struct SmallCounts {
  double treated = 1;
  std::optional<double> displacement;
};
BOOST_DESCRIBE_STRUCT(SmallCounts, (), (treated, displacement))

struct Output {
  Effect wdd;
  std::optional<Effect> wdd_overdispersed;
  std::optional<Effect> irr;
  std::optional<double> wdq;
  std::optional<double> tne;
  std::optional<double> ne;
  std::optional<SmallCounts> e_test_p;  // before against after, where counts are whole and at most 1,000
};
BOOST_DESCRIBE_STRUCT(Output, (), (wdd, wdd_overdispersed, irr, wdq, tne, ne, e_test_p))

Effect to_effect(const analysis::EffectEstimate& one) {
  return {one.estimate, one.standard_error, one.z, {one.interval.low, one.interval.high}};
}

std::optional<Effect> to_effect(const std::optional<analysis::EffectEstimate>& one) {
  return one ? std::optional(to_effect(*one)) : std::nullopt;
}

std::optional<double> small_counts_p(const analysis::BeforeAfter& counts) {
  for (const double count : {counts.before, counts.after})
    if (count != std::floor(count) || count > 1'000) return std::nullopt;
  return analysis::e_test(static_cast<std::int64_t>(counts.before), static_cast<std::int64_t>(counts.after));
}

std::optional<SmallCounts> small_counts_of(const analysis::DisplacementInput& input) {
  const auto treated = small_counts_p(input.treated);
  if (!treated) return std::nullopt;
  return SmallCounts{*treated, input.displacement_treated ? small_counts_p(*input.displacement_treated) : std::nullopt};
}

Result<analysis::DisplacementInput> read_input(const std::string& file) {
  const auto table = Table::read(file, "--counts");
  if (!table) return Failure(table.error());
  const auto roles = table->texts("role");
  const auto before = table->reals("before");
  const auto after = table->reals("after");
  if (!roles) return Failure(roles.error());
  if (!before || !after) return Failure(before ? after.error() : before.error());
  std::vector<double> weights(roles->size(), 1.0);
  if (table->has("weight")) {
    const auto given = table->reals("weight");
    if (!given) return Failure(given.error());
    weights = *given;
  }
  std::map<std::string, analysis::BeforeAfter> by_role;
  for (std::size_t i = 0; i < roles->size(); ++i) {
    const std::string& role = (*roles)[i];
    if (role != "treated" && role != "control" && role != "displacement_treated" && role != "displacement_control")
      return invalid({"rôle inconnu : " + role + " ; treated, control, displacement_treated, displacement_control",
                      "unknown role: " + role + "; treated, control, displacement_treated, displacement_control"},
                     "--counts");
    if (!by_role.emplace(role, analysis::BeforeAfter{(*before)[i], (*after)[i], weights[i]}).second)
      return invalid({"rôle donné deux fois : " + role, "role given twice: " + role}, "--counts");
  }
  if (!by_role.contains("treated") || !by_role.contains("control"))
    return invalid({"il faut treated et control", "treated and control are needed"}, "--counts");
  analysis::DisplacementInput input{by_role["treated"], by_role["control"], {}, {}, {}};
  if (const auto found = by_role.find("displacement_treated"); found != by_role.end())
    input.displacement_treated = found->second;
  if (const auto found = by_role.find("displacement_control"); found != by_role.end())
    input.displacement_control = found->second;
  return input;
}

Result<void> run_displacement(const cli::Arguments& arguments, cli::Terminal& terminal) {
  auto input = read_input(*arguments.text("--counts"));
  if (!input) return Failure(input.error());
  if (arguments.has("--dispersion")) {
    const auto dispersion = real_option(arguments, "--dispersion");
    if (!dispersion) return Failure(dispersion.error());
    input->dispersion = *dispersion;
  }
  const auto found = analysis::displacement(*input);
  if (!found) return as_option(found.error(), {{"counts", "--counts"}, {"role", "--counts"}});
  terminal.out << json::text_of(Output{to_effect(found->wdd), to_effect(found->wdd_overdispersed),
                                       to_effect(found->irr), found->wdq, found->tne, found->ne,
                                       small_counts_of(*input)})
               << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> displacement_commands() {
  return {{.name = "lab displacement",
           .summary = {"Effet et déplacement autour d'une opération", "Effect and displacement around an operation"},
           .needs = cli::Needs::nothing(),
           .words = "",
           .options = {{"--counts", "F.csv", {"role,before,after[,weight]", "role,before,after[,weight]"}, true},
                       {"--dispersion",
                        "X",
                        {"variance sur moyenne des comptes d'avant", "variance over mean of counts before"}}},
           .example = "quadrille lab displacement --counts counts.csv",
           .run = run_displacement}};
}

}  // namespace quadrille::lab
