#include "engine/analysis/alarm_budget.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace quadrille::analysis {

Result<std::vector<AlarmLevel>> share_out_alarms(double false_alarms_per_week, std::span<const AlarmSource> sources) {
  if (!(false_alarms_per_week > 0) || !std::isfinite(false_alarms_per_week))
    return invalid({"le budget d'alertes est positif", "the budget of alarms is positive"}, "budget");
  if (sources.empty()) return invalid({"aucune méthode à doter", "no method to share out to"}, "sources");
  std::set<std::string> names;
  double shares = 0;
  for (const auto& source : sources) {
    if (!names.insert(source.name).second)
      return invalid({"une méthode est nommée deux fois", "a method is named twice"}, "sources");
    if (!(source.looks_per_week > 0) || !std::isfinite(source.looks_per_week))
      return invalid({"le nombre d'examens par semaine est positif", "looks a week are positive"}, "looks_per_week");
    if (!(source.share >= 0)) return invalid({"une part est négative", "a share is negative"}, "share");
    shares += source.share;
  }
  if (!(shares <= 1 + 1e-9))
    return invalid({"les parts dépassent le tout", "the shares are more than the whole"}, "share");
  std::vector<AlarmLevel> levels;
  for (const auto& source : sources) {
    const double level = std::min(alarm_level_max, false_alarms_per_week * source.share / source.looks_per_week);
    levels.push_back({source.name, level, level * source.looks_per_week});
  }
  return levels;
}

}  // namespace quadrille::analysis
