#include "engine/analysis/panel.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace quadrille::analysis {
namespace {

Failure missing(const char* field, Text what) { return invalid(std::move(what), field); }

}  // namespace

Result<Panel> Panel::checked(const std::vector<PanelRow>& rows) {
  Panel panel;
  std::uint32_t units = 0;
  for (const auto& row : rows) {
    panel.periods_.push_back(row.period);
    units = std::max(units, row.unit + 1);
    if (!(row.count >= 0) || row.count != std::floor(row.count) || row.count > 1e12)
      return missing("y", {"un compte est un nombre entier positif ou nul", "a count is a whole number of at least 0"});
  }
  std::ranges::sort(panel.periods_);
  panel.periods_.erase(std::ranges::unique(panel.periods_).begin(), panel.periods_.end());
  const std::size_t periods = panel.periods_.size();
  if (static_cast<std::size_t>(units) * periods != rows.size())
    return missing("t", {"chaque unité doit avoir chaque période une fois", "each unit must have each period once"});
  panel.counts_.assign(units * periods, -1);
  panel.is_treated_.assign(units, false);
  std::vector<std::vector<bool>> is_post(units, std::vector<bool>(periods, false));
  for (const auto& row : rows) {
    const auto t =
        static_cast<std::size_t>(std::ranges::lower_bound(panel.periods_, row.period) - panel.periods_.begin());
    auto& count = panel.counts_[row.unit * periods + t];
    if (count >= 0)
      return missing("unit", {"une unité a deux fois la même période", "a unit has the same period twice"});
    count = row.count;
    is_post[row.unit][t] = row.is_post;
    if (row.is_treated) panel.is_treated_[row.unit] = true;
  }
  for (const auto& row : rows)
    if (row.is_treated != panel.is_treated_[row.unit])
      return missing("treat", {"une unité est traitée ou ne l'est pas", "a unit is treated or it is not"});
  std::optional<std::size_t> common;
  for (std::uint32_t unit = 0; unit < units; ++unit) {
    const auto& post = is_post[unit];
    const auto start = static_cast<std::size_t>(std::ranges::find(post, true) - post.begin());
    if (std::find(post.begin() + static_cast<std::ptrdiff_t>(start), post.end(), false) != post.end())
      return missing("post", {"après le début vient toujours « après »", "after the start it stays after"});
    panel.starts_.push_back(start);
    if (!panel.is_treated_[unit]) continue;
    if (start == 0 || start == periods)
      return missing("post", {"une unité traitée veut des périodes avant et après",
                              "a treated unit needs periods before and after"});
    if (common && *common != start) panel.has_common_start_ = false;
    common = start;
  }
  if (!common) return missing("treat", {"aucune unité traitée", "no treated unit"});
  if (std::ranges::count(panel.is_treated_, false) == 0)
    return missing("treat", {"aucune unité de comparaison", "no unit to compare with"});
  if (panel.has_common_start_)
    for (std::uint32_t unit = 0; unit < units; ++unit) panel.starts_[unit] = *common;
  return panel;
}

}  // namespace quadrille::analysis
