#include "engine/analysis/change.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "engine/analysis/week_series.h"

namespace quadrille::analysis {
namespace {

struct MeanAndDeviation {
  double mean = 0;
  double deviation = 0;
};

// Of `size` weeks from index `first`.
MeanAndDeviation summary_of(std::span<const WeekCount> series, std::size_t first, std::size_t size) {
  const auto weeks = series.subspan(first, size);
  MeanAndDeviation summary;
  for (const auto& week : weeks) summary.mean += static_cast<double>(week.count) / static_cast<double>(size);
  double squares = 0;
  for (const auto& week : weeks) {
    const double difference = static_cast<double>(week.count) - summary.mean;
    squares += difference * difference;
  }
  summary.deviation = std::sqrt(squares / static_cast<double>(size - 1));
  return summary;
}

// max(x, 0), and 0 for what is not a number: a week equal to a baseline without spread.
double positive_part(double x) { return x > 0 ? x : 0; }

double standardized(double x, double mean, CusumOptions::Transformation transformation) {
  switch (transformation) {
    case CusumOptions::Transformation::standard:
      return (x - mean) / std::sqrt(mean);
    case CusumOptions::Transformation::rossi:
      return (x - 3 * mean + 2 * std::sqrt(x * mean)) / (2 * std::sqrt(mean));
    case CusumOptions::Transformation::anscombe:
      return 1.5 * (std::pow(x, 2.0 / 3) - std::pow(mean, 2.0 / 3)) / std::pow(mean, 1.0 / 6);
    case CusumOptions::Transformation::none:
      break;
  }
  return x;
}

// The count whose standardized value is `value`, not under 0.
double count_of(double value, double mean, CusumOptions::Transformation transformation) {
  const double root = std::sqrt(mean);
  switch (transformation) {
    case CusumOptions::Transformation::standard:
      return positive_part(std::ceil(root * value + mean));
    case CusumOptions::Transformation::rossi:
      return positive_part(2 * root * value + 5 * mean - 2 * std::sqrt(4 * mean * mean + 2 * mean * root * value));
    case CusumOptions::Transformation::anscombe:
      return std::pow(positive_part(2.0 / 3 * std::pow(mean, 1.0 / 6) * value + std::pow(mean, 2.0 / 3)), 1.5);
    case CusumOptions::Transformation::none:
      break;
  }
  return positive_part(value);
}

}  // namespace

Result<void> check_series(std::span<const WeekCount> series) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (i > 0 && series[i].week <= series[i - 1].week)
      return invalid({"les semaines doivent se suivre", "weeks must ascend"}, "week");
    if (series[i].count < 0) return invalid({"un nombre est négatif", "a count is negative"}, "count");
    if (series[i].observed_days < 0 || series[i].observed_days > 7)
      return invalid({"une semaine a de 0 à 7 jours observés", "a week has 0 to 7 observed days"}, "observed_days");
  }
  return {};
}

Result<void> check_series_without_holes(std::span<const WeekCount> series) {
  if (const auto fine = check_series(series); !fine) return fine;
  for (std::size_t i = 0; i < series.size(); ++i)
    if (series[i].observed_days != 7 || (i > 0 && series[i].week != series[i - 1].week + 1))
      return invalid({"cette méthode veut une série sans trou ; farrington les saute",
                      "this method needs a series without holes; farrington skips them"},
                     "week");
  return {};
}

Result<std::vector<WeekVerdict>> ears(std::span<const WeekCount> series, const EarsOptions& options) {
  if (const auto fine = check_series_without_holes(series); !fine) return Failure(fine.error());
  if (options.variant < 1 || options.variant > 3) return invalid({"C1, C2 ou C3", "C1, C2 or C3"}, "variant");
  if (options.baseline < 3 || options.baseline > 1000)
    return invalid({"la référence a de 3 à 1000 semaines", "the baseline has 3 to 1000 weeks"}, "baseline");
  if (!(options.sigma_min >= 0)) return invalid({"positif ou nul", "at least 0"}, "min_sigma");
  const double alpha = options.alpha.value_or(options.variant == 3 ? 0.025 : 0.001);
  if (!(alpha > 0) || alpha >= 1) return invalid({"alpha va de 0 à 1", "alpha goes from 0 to 1"}, "alpha");
  const double z = boost::math::quantile(boost::math::normal(), 1 - alpha);
  const auto size = static_cast<std::size_t>(options.baseline);
  const std::size_t lag = options.variant == 1 ? 0 : 2;
  const std::size_t first = size + 2 * static_cast<std::size_t>(options.variant - 1);
  const auto reference = [&](std::size_t i) {
    auto summary = summary_of(series, i - lag - size, size);
    summary.deviation = std::max(summary.deviation, options.sigma_min);
    return summary;
  };
  std::vector<WeekVerdict> verdicts;
  for (std::size_t i = 0; i < series.size(); ++i) {
    WeekVerdict verdict{.week = series[i].week, .count = series[i].count, .expected = {}, .upper = {}};
    if (i >= first) {
      const auto now = reference(i);
      const auto count = static_cast<double>(series[i].count);
      double bound = now.mean + z * now.deviation;
      if (options.variant == 3) {
        double before = 0;
        for (const std::size_t back : {std::size_t{1}, std::size_t{2}}) {
          const auto then = reference(i - back);
          before += positive_part((static_cast<double>(series[i - back].count) - then.mean) / then.deviation - 1);
        }
        bound = positive_part(std::isfinite(before) ? count + now.deviation * (z - before) : 0);
      }
      verdict.expected = now.mean;
      verdict.upper = bound;
      verdict.is_alarm = count > bound;
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

Result<std::vector<WeekVerdict>> cusum(std::span<const WeekCount> series, const CusumOptions& options) {
  if (const auto fine = check_series_without_holes(series); !fine) return Failure(fine.error());
  if (!(options.k >= 0) || !(options.h > 0)) return invalid({"k ≥ 0 et h > 0", "k >= 0 and h > 0"}, "h");
  const auto first = static_cast<std::size_t>(std::max(options.first, 0));
  if (options.first < 1 || first >= series.size())
    return invalid({"il faut des semaines avant la première jugée, et des semaines après",
                    "there must be weeks before the first one judged, and weeks after"},
                   "first_week");
  double mean = options.mean.value_or(summary_of(series, 0, std::max<std::size_t>(first, 2)).mean);
  if (!options.mean && first == 1) mean = static_cast<double>(series[0].count);
  if (!(mean > 0) || !std::isfinite(mean))
    return invalid({"la moyenne de référence doit être positive", "the mean in control must be positive"}, "mean");
  std::vector<WeekVerdict> verdicts;
  double sum = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    WeekVerdict verdict{.week = series[i].week, .count = series[i].count, .expected = {}, .upper = {}};
    if (i >= first) {
      const auto count = static_cast<double>(series[i].count);
      const double room = options.h + options.k - sum;
      sum = positive_part(sum + standardized(count, mean, options.transformation) - options.k);
      verdict.expected = mean;
      verdict.upper = options.transformation == CusumOptions::Transformation::none
                          ? positive_part(options.h - sum)
                          : count_of(room, mean, options.transformation);
      verdict.is_alarm = sum >= options.h;
    }
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace quadrille::analysis
