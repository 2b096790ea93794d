#include "engine/analysis/exposure.h"

#include <algorithm>
#include <cmath>

namespace quadrille::analysis {
namespace {

Result<void> check(std::span<const ExposedDay> days, std::uint32_t places, const ExposureOptions& options) {
  if (!(options.exposure_min > 0) || options.exposure_min > 1)
    return invalid({"de 0 (exclu) à 1", "from 0 (excluded) to 1"}, "exposure_min");
  if (!(options.effective_days_min >= 1)) return invalid({"au moins 1", "at least 1"}, "effective_days_min");
  if (days.empty())
    return invalid({"aucune présence tirée au sort n'est connue : ce que la police trouve ne dit alors rien des lieux",
                    "no drawn presence is known: what police find then says nothing about places"},
                   "exposure");
  for (const auto& day : days) {
    if (day.place >= places) return invalid({"lieu inconnu", "unknown place"}, "places");
    if (!(day.exposure > 0) || day.exposure > 1)
      return invalid({"l'exposition va de 0 (exclu) à 1 : un jour sans présence tirée n'est pas une ligne",
                      "exposure goes from 0 (excluded) to 1: a day without drawn presence is no row"},
                     "exposure");
    if (!(day.found >= 0) || !std::isfinite(day.found))
      return invalid({"un nombre positif ou nul", "a number of at least 0"}, "found");
  }
  return {};
}

struct Sums {
  double weights = 0;
  double values = 0;
  double squared_values = 0;
  double days = 0;
  double clipped = 0;
};

}  // namespace

Result<std::vector<ExposedRate>> exposed_rates(std::span<const ExposedDay> days, std::uint32_t places,
                                               const ExposureOptions& options) {
  if (const auto fine = check(days, places, options); !fine) return Failure(fine.error());
  std::vector<Sums> sums(places);
  for (const auto& day : days) {
    auto& sum = sums[day.place];
    const double weight = 1 / std::max(day.exposure, options.exposure_min);
    const double value = day.found * weight;
    sum.weights += weight;
    sum.values += value;
    sum.squared_values += value * value;
    sum.days += 1;
    sum.clipped += day.exposure < options.exposure_min ? 1 : 0;
  }
  std::vector<ExposedRate> rates;
  for (const auto& sum : sums) {
    ExposedRate one{.rate = {}, .standard_error = {}, .days = sum.days};
    if (sum.days > 0) {
      one.share_clipped = sum.clipped / sum.days;
      one.effective_days = sum.weights > 0 ? sum.days * sum.days / sum.weights : 0;
    }
    if (one.effective_days >= options.effective_days_min) {
      const double mean = sum.values / sum.days;
      one.rate = mean;
      one.standard_error =
          std::sqrt(std::max(sum.squared_values / sum.days - mean * mean, 0.0) / std::max(sum.days - 1, 1.0));
    }
    rates.push_back(one);
  }
  return rates;
}

Result<std::vector<ExposureCheck>> check_exposure(std::span<const ExposedRate> rates,
                                                  std::span<const VisitRecord> visits) {
  std::vector<std::optional<double>> seen_rate(rates.size());
  std::vector<double> relative_variance(rates.size(), 0.0);
  std::vector<ExposureCheck> checks(rates.size());
  for (const auto& record : visits) {
    if (record.place >= rates.size() || record.visits < 0 || record.seen < 0 || record.seen > record.visits ||
        seen_rate[record.place])
      return invalid(
          {"une ligne par lieu, et pas plus de vus que de visites", "one row a place, and no more seen than visited"},
          "visits");
    if (record.visits == 0) continue;
    // Seen at least once in a visit: 1 - exp(-rate). Half an event is added so that none and all have a rate.
    const double n = static_cast<double>(record.visits);
    const double share = (static_cast<double>(record.seen) + 0.5) / (n + 1);
    seen_rate[record.place] = -std::log1p(-share);
    relative_variance[record.place] = share / (1 - share) / n / (*seen_rate[record.place] * *seen_rate[record.place]);
  }
  std::vector<double> logs(rates.size(), 0.0);
  std::vector<double> variances(rates.size(), 0.0);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (!rates[i].rate || !(*rates[i].rate > 0) || !seen_rate[i]) continue;
    const double relative_error = *rates[i].standard_error / *rates[i].rate;
    variances[i] = relative_error * relative_error + relative_variance[i];
    logs[i] = std::log(*rates[i].rate / *seen_rate[i]);
  }
  // The middle of the places, so that one wrong register does not move what it is compared with.
  std::vector<double> sorted;
  for (std::size_t i = 0; i < rates.size(); ++i)
    if (variances[i] > 0) sorted.push_back(logs[i]);
  if (sorted.size() < 2) return checks;
  std::ranges::sort(sorted);
  const double middle = (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
  constexpr double z99 = 2.575829303548901;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (!(variances[i] > 0)) continue;
    auto& one = checks[i];
    const double error = z99 * std::sqrt(variances[i]);
    one.factor = std::exp(logs[i] - middle);
    one.low = std::exp(logs[i] - middle - error);
    one.high = std::exp(logs[i] - middle + error);
    one.disagrees = one.low > 1 || one.high < 1;
  }
  return checks;
}

}  // namespace quadrille::analysis
