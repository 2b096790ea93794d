#include "engine/analysis/operation_dates.h"

#include <atomic>
#include <cmath>
#include <optional>
#include <vector>

namespace quadrille::analysis {
namespace {

// Counts before each period, summed once: any start is then two look-ups a unit.
class StartEffects {
 public:
  explicit StartEffects(const Panel& panel) : periods_(panel.periods()), others_(periods_ + 1, 0.0) {
    for (std::size_t unit = 0; unit < panel.units(); ++unit) {
      std::vector<double> before(periods_ + 1, 0.0);
      for (std::size_t t = 0; t < periods_; ++t) before[t + 1] = before[t] + panel.count(unit, t);
      if (panel.is_treated(unit)) {
        starts_.push_back(panel.start(unit));
        treated_.push_back(std::move(before));
      } else {
        for (std::size_t t = 0; t <= periods_; ++t) others_[t] += before[t];
      }
    }
  }
  [[nodiscard]] const std::vector<std::size_t>& starts() const { return starts_; }

  [[nodiscard]] std::optional<double> log_ratio(const std::vector<std::size_t>& starts) const {
    double observed = 0;
    double expected = 0;
    for (std::size_t unit = 0; unit < starts.size(); ++unit) {
      const std::size_t start = starts[unit];
      if (!(others_[start] > 0)) return std::nullopt;
      observed += treated_[unit][periods_] - treated_[unit][start];
      expected += treated_[unit][start] * (others_[periods_] - others_[start]) / others_[start];
    }
    if (!(observed > 0) || !(expected > 0)) return std::nullopt;
    return std::log(observed / expected);
  }

 private:
  std::size_t periods_;
  std::vector<double> others_;
  std::vector<std::vector<double>> treated_;
  std::vector<std::size_t> starts_;
};

}  // namespace

Result<OperationDates> permute_operation_dates(const Panel& panel, const OperationDatesOptions& options,
                                               const Progress& progress) {
  if (panel.periods() < 8)
    return invalid({"il faut au moins huit périodes pour tirer d'autres dates",
                    "at least eight periods are needed to draw other dates"},
                   "t");
  if (options.replicas < 1 || options.replicas > 1'000'000)
    return invalid({"de 1 à 1 000 000 de répliques", "1 to 1,000,000 replicas"}, "replicas");
  const StartEffects effects(panel);
  const auto seen = effects.log_ratio(effects.starts());
  if (!seen)
    return invalid({"un groupe n'a aucun événement avant ou après : pas de rapport",
                    "a group has no event before or after: there is no ratio"},
                   "y");
  const auto dates = static_cast<std::uint32_t>(panel.periods() - 3);
  const auto replicas = static_cast<std::size_t>(options.replicas);
  constexpr std::size_t batch = 64;
  std::vector<std::uint8_t> is_as_large(replicas, 0);
  std::atomic<std::size_t> done{0};
  parallel_for((replicas + batch - 1) / batch, options.threads, [&](std::size_t b) {
    if (progress.is_cancelled()) return;
    auto starts = effects.starts();
    for (std::size_t r = b * batch; r < std::min(replicas, (b + 1) * batch); ++r) {
      Random random(options.seed, r);
      const std::size_t common = 2 + random.next_below(dates);
      for (auto& start : starts) start = panel.has_common_start() ? common : 2 + random.next_below(dates);
      const auto drawn = effects.log_ratio(starts);
      // Dates that give no ratio speak for nobody: counted against the effect.
      is_as_large[r] = !drawn || std::abs(*drawn) >= std::abs(*seen) * (1 - 1e-12) ? 1 : 0;
    }
    progress.report(static_cast<double>(++done * batch) / static_cast<double>(replicas + batch));
  });
  if (progress.is_cancelled()) return cancelled();
  int as_large = 1;
  for (const auto one : is_as_large) as_large += one;
  return OperationDates{*seen, static_cast<double>(as_large) / (options.replicas + 1.0), options.replicas};
}

}  // namespace quadrille::analysis
