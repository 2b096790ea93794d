#include "engine/analysis/change.h"

#include <cmath>
#include <ostream>

#include "edge/lab/lab.h"
#include "host/json/describe.h"

namespace quadrille::lab {
namespace {

using analysis::CusumOptions;
using analysis::FarringtonOptions;

struct Row {
  std::int64_t week = 0;
  std::int64_t count = 0;
  std::optional<double> expected;
  std::optional<double> upper;
  bool alarm = false;
};
BOOST_DESCRIBE_STRUCT(Row, (), (week, count, expected, upper, alarm))

struct Output {
  std::string method;
  std::vector<Row> rows;
};
BOOST_DESCRIBE_STRUCT(Output, (), (method, rows))

constexpr int weeks_a_year = 52;

Result<std::vector<analysis::WeekCount>> read_series(const cli::Arguments& arguments) {
  const auto table = Table::read(*arguments.text("--series"), "--series");
  if (!table) return Failure(table.error());
  const auto week = table->reals("week");
  const auto count = table->reals("count");
  if (!week || !count) return Failure(week ? count.error() : week.error());
  std::vector<double> days(week->size(), 7.0);
  if (table->has("observed_days")) {
    const auto given = table->reals("observed_days");
    if (!given) return Failure(given.error());
    days = *given;
  }
  std::vector<analysis::WeekCount> series;
  for (std::size_t i = 0; i < week->size(); ++i) {
    for (const double value : {(*week)[i], (*count)[i], days[i]})
      if (value != std::floor(value) || std::abs(value) > 1e9)
        return invalid({"week, count et observed_days sont des nombres entiers",
                        "week, count and observed_days are whole numbers"},
                       "--series");
    series.push_back(
        {static_cast<std::int32_t>((*week)[i]), static_cast<std::int64_t>((*count)[i]), static_cast<int>(days[i])});
  }
  return series;
}

// An option that belongs to another method is refused, not passed over.
Result<void> check_owner(const cli::Arguments& arguments, const std::string& method) {
  struct Owned {
    const char* option;
    const char* methods;
  };
  for (const auto& [option, methods] :
       {Owned{"--b", "farrington"}, Owned{"--w", "farrington"}, Owned{"--no-periods", "farrington"},
        Owned{"--threshold", "farrington"}, Owned{"--threshold-method", "farrington"}, Owned{"--power", "farrington"},
        Owned{"--no-trend", "farrington"}, Owned{"--past-weeks-not-included", "farrington"},
        Owned{"--alpha", "farrington ears"}, Owned{"--variant", "ears"}, Owned{"--baseline", "ears"},
        Owned{"--min-sigma", "ears"}, Owned{"--k", "cusum"}, Owned{"--h", "cusum"}, Owned{"--m", "cusum"},
        Owned{"--trans", "cusum"}, Owned{"--first-week", "cusum"}})
    if (arguments.has(option) && std::string_view(methods).find(method) == std::string_view::npos)
      return invalid({std::string("sert à ") + methods + " seulement", std::string("serves ") + methods + " only"},
                     option);
  return {};
}

Result<FarringtonOptions> read_farrington(const cli::Arguments& arguments) {
  const auto b = integer_option(arguments, "--b", 5);
  const auto w = integer_option(arguments, "--w", 3);
  const auto periods = integer_option(arguments, "--no-periods", 1);
  const auto left_out = integer_option(arguments, "--past-weeks-not-included", w ? *w : 0);
  for (const auto* one : {&b, &w, &periods, &left_out}) {
    if (!*one) return Failure(one->error());
    if (std::abs(**one) > 10'000)
      return invalid({"un nombre de semaines ou d'années", "a number of weeks or years"}, "--b");
  }
  // R's control list has weightsThreshold and thresholdMethod: a number is the one, a name the other.
  const auto threshold_text = arguments.text("--threshold").value_or("");
  const bool names_method = !threshold_text.empty() && std::isalpha(static_cast<unsigned char>(threshold_text[0])) != 0;
  if (names_method && arguments.has("--threshold-method"))
    return invalid({"la règle du seuil est donnée deux fois", "the rule of the bound is given twice"}, "--threshold");
  const auto threshold = names_method ? Result<double>(2.58) : real_or(arguments, "--threshold", 2.58);
  if (!threshold) return Failure(threshold.error());
  const auto alpha = real_or(arguments, "--alpha", 0.05);
  if (!alpha) return Failure(alpha.error());
  const auto method = choice_option(arguments, names_method ? "--threshold" : "--threshold-method",
                                    {"delta", "nbPlugin", "muan"}, "delta");
  if (!method) return Failure(method.error());
  const auto power = choice_option(arguments, "--power", {"2/3", "1/2", "none"}, "2/3");
  if (!power) return Failure(power.error());
  using Options = FarringtonOptions;
  return Options{.years_back = static_cast<int>(*b),
                 .half_window = static_cast<int>(*w),
                 .periods = static_cast<int>(*periods),
                 .weeks_left_out = static_cast<int>(*left_out),
                 .weights_threshold = *threshold,
                 .alpha = *alpha,
                 .has_trend = !arguments.has("--no-trend"),
                 .power = *power == "2/3"   ? Options::Power::two_thirds
                          : *power == "1/2" ? Options::Power::half
                                            : Options::Power::none,
                 .threshold = *method == "delta"      ? Options::Threshold::delta
                              : *method == "nbPlugin" ? Options::Threshold::nb_plugin
                                                      : Options::Threshold::muan,
                 .reference_min = 2};
}

Result<CusumOptions> read_cusum(const cli::Arguments& arguments, std::span<const analysis::WeekCount> series) {
  CusumOptions options{.mean = {}};
  const auto k = real_or(arguments, "--k", options.k);
  if (!k) return Failure(k.error());
  const auto h = real_or(arguments, "--h", options.h);
  if (!h) return Failure(h.error());
  const auto m = real_or(arguments, "--m", 0);
  if (!m) return Failure(m.error());
  const auto trans = choice_option(arguments, "--trans", {"standard", "rossi", "anscombe", "none"}, "standard");
  if (!trans) return Failure(trans.error());
  const auto first = integer_option(arguments, "--first-week", series.empty() ? 0 : series.front().week + weeks_a_year);
  if (!first) return Failure(first.error());
  using T = CusumOptions::Transformation;
  options.k = *k;
  options.h = *h;
  if (arguments.has("--m")) options.mean = *m;
  options.transformation = *trans == "standard"   ? T::standard
                           : *trans == "rossi"    ? T::rossi
                           : *trans == "anscombe" ? T::anscombe
                                                  : T::none;
  options.first = 0;
  for (const auto& week : series) options.first += week.week < *first ? 1 : 0;
  return options;
}

// The verdicts, from the first week the method can judge.
struct Judged {
  std::vector<analysis::WeekVerdict> verdicts;
  std::int32_t first_week = 0;
};

Result<Judged> judge(const std::string& method, const cli::Arguments& arguments,
                     std::span<const analysis::WeekCount> series) {
  Judged judged;
  const std::int32_t begin = series.front().week;
  if (method == "farrington") {
    const auto options = read_farrington(arguments);
    if (!options) return Failure(options.error());
    auto verdicts = analysis::farrington(series, *options);
    if (!verdicts)
      return as_option(verdicts.error(), {{"week", "--series"},
                                          {"count", "--series"},
                                          {"observed_days", "--series"},
                                          {"weeks_left_out", "--past-weeks-not-included"}});
    judged.verdicts = std::move(*verdicts);
    judged.first_week = begin + weeks_a_year * options->years_back + options->half_window;
    if (series.back().week < judged.first_week)
      return invalid({"la série est trop courte : il faut b années et w semaines avant la première jugée",
                      "the series is too short: b years and w weeks must come before the first week judged"},
                     "--series");
    return judged;
  }
  Result<std::vector<analysis::WeekVerdict>> verdicts;
  if (method == "cusum") {
    const auto options = read_cusum(arguments, series);
    if (!options) return Failure(options.error());
    verdicts = analysis::cusum(series, *options);
    judged.first_week = begin + options->first;
  } else {
    const auto variant = choice_option(arguments, "--variant", {"C1", "C2", "C3"}, "C1");
    if (!variant) return Failure(variant.error());
    const auto baseline = integer_within(arguments, "--baseline", 7, 3, 1000);
    if (!baseline) return Failure(baseline.error());
    const auto sigma = real_or(arguments, "--min-sigma", 0);
    if (!sigma) return Failure(sigma.error());
    analysis::EarsOptions options{
        .variant = variant->at(1) - '0', .baseline = static_cast<int>(*baseline), .sigma_min = *sigma, .alpha = {}};
    if (arguments.has("--alpha")) {
      const auto alpha = real_option(arguments, "--alpha");
      if (!alpha) return Failure(alpha.error());
      options.alpha = *alpha;
    }
    verdicts = analysis::ears(series, options);
    judged.first_week = begin + options.baseline + 2 * (options.variant - 1);
  }
  if (!verdicts) return as_option(verdicts.error(), {{"week", "--series"}, {"count", "--series"}, {"mean", "--m"}});
  judged.verdicts = std::move(*verdicts);
  if (series.back().week < judged.first_week)
    return invalid({"la série est plus courte que la référence", "the series is shorter than the baseline"},
                   "--series");
  return judged;
}

Result<void> run_change(const cli::Arguments& arguments, cli::Terminal& terminal) {
  const auto method = choice_option(arguments, "--method", {"farrington", "ears", "cusum"}, "farrington");
  if (!method) return Failure(method.error());
  if (const auto fine = check_owner(arguments, *method); !fine) return fine;
  const auto series = read_series(arguments);
  if (!series) return Failure(series.error());
  const auto judged = judge(*method, arguments, *series);
  if (!judged) return Failure(judged.error());
  Output output{.method = *method, .rows = {}};
  for (const auto& one : judged->verdicts)
    if (one.week >= judged->first_week)
      output.rows.push_back({one.week, one.count, one.expected, one.upper, one.is_alarm});
  terminal.out << json::text_of(output) << "\n";
  return {};
}

}  // namespace

std::vector<cli::Command> change_commands() {
  return {
      {.name = "lab change",
       .summary = {"Rupture dans des comptes hebdomadaires", "A break in weekly counts"},
       .needs = cli::Needs::nothing(),
       .words = "",
       .options = {{"--series", "F.csv", {"week,count[,observed_days]", "week,count[,observed_days]"}, true},
                   {"--method", "NAME", {"farrington (défaut), ears, cusum", "farrington (default), ears, cusum"}},
                   {"--b", "N", {"farrington : années de référence (5)", "farrington: reference years (5)"}},
                   {"--w", "N", {"farrington : demi-fenêtre (3)", "farrington: half window (3)"}},
                   {"--no-periods", "N", {"farrington : périodes de saison (1)", "farrington: seasons (1)"}},
                   {"--threshold",
                    "X",
                    {"farrington : weightsThreshold (2,58), ou comme --threshold-method",
                     "farrington: weightsThreshold (2.58), or as --threshold-method"}},
                   {"--alpha", "X", {"niveau unilatéral", "one-sided level"}},
                   {"--past-weeks-not-included",
                    "N",
                    {"farrington : semaines laissées (w)", "farrington: weeks left out (w)"}},
                   {"--threshold-method", "NAME", {"delta, nbPlugin ou muan", "delta, nbPlugin or muan"}},
                   {"--power", "NAME", {"farrington, delta : 2/3, 1/2 ou none", "farrington, delta: 2/3, 1/2, none"}},
                   {"--no-trend", "", {"farrington : sans tendance", "farrington: without trend"}},
                   {"--variant", "NAME", {"ears : C1, C2 ou C3", "ears: C1, C2 or C3"}},
                   {"--baseline", "N", {"ears : semaines de référence (7)", "ears: weeks of baseline (7)"}},
                   {"--min-sigma", "X", {"ears : écart-type minimal (0)", "ears: least deviation (0)"}},
                   {"--k", "X", {"cusum : k (1,04)", "cusum: k (1.04)"}},
                   {"--h", "X", {"cusum : h (2,26)", "cusum: h (2.26)"}},
                   {"--m", "X", {"cusum : moyenne de référence", "cusum: mean in control"}},
                   {"--trans",
                    "NAME",
                    {"cusum : standard, rossi, anscombe, none", "cusum: standard, rossi, anscombe, none"}},
                   {"--first-week",
                    "W",
                    {"cusum : première semaine jugée (après 52)", "cusum: first week judged (after 52)"}}},
       .example = "quadrille lab change --series weeks.csv --method farrington --b 3 --w 3 --alpha 0.01",
       .run = run_change}};
}

}  // namespace quadrille::lab
