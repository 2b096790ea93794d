#include "engine/analysis/scan_deal.h"

#include <numeric>

namespace quadrille::analysis {

ScanDealer::ScanDealer(const ScanInput& input, const ScanWindows& windows, ScanMode mode)
    : input_(input), is_spatial_(mode == ScanMode::spatial), first_day_(windows.first_day()) {
  const auto& dated = input.model() == ScanModel::bernoulli ? input.individuals() : input.events();
  for (std::int32_t day = input.days() - 1; day >= first_day_; --day) {
    const auto column = is_spatial_ ? 1U : static_cast<std::uint32_t>(day - first_day_ + 1);
    const auto on_day = dated.before[static_cast<std::size_t>(day) + 1] - dated.before[static_cast<std::size_t>(day)];
    columns_of_events_.insert(columns_of_events_.end(), on_day, column);
  }
  if (input.model() == ScanModel::poisson) make_alias();
  if (input.model() == ScanModel::permutation) {
    deck_ = input.events().places;
    drawn_.resize(columns_of_events_.size());
  }
}

void ScanDealer::make_alias() {
  const auto& mass = input_.mass();
  const double mean = std::accumulate(mass.begin(), mass.end(), 0.0) / static_cast<double>(mass.size());
  share_.resize(mass.size());
  alias_.resize(mass.size());
  std::vector<std::uint32_t> poor;
  std::vector<std::uint32_t> rich;
  for (std::uint32_t i = 0; i < mass.size(); ++i) {
    share_[i] = mass[i] / mean;
    alias_[i] = i;
    (share_[i] < 1 ? poor : rich).push_back(i);
  }
  while (!poor.empty() && !rich.empty()) {
    const auto from = rich.back();
    const auto to = poor.back();
    poor.pop_back();
    alias_[to] = from;
    share_[from] -= 1 - share_[to];
    if (share_[from] < 1) {
      rich.pop_back();
      poor.push_back(from);
    }
  }
  // What rounding left over is whole, but for places nobody lives at.
  for (const auto i : rich) share_[i] = 1;
  for (const auto i : poor)
    if (mass[i] > 0) share_[i] = 1;
}

}  // namespace quadrille::analysis
