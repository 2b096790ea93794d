#include <algorithm>

#include "base/check.h"
#include "services/audit/audit.h"
#include "services/sharing/releases.h"
#include "services/sharing/store.h"

namespace quadrille::sharing::releases {

ConflictHit conflict_hit(database::Snapshot& snapshot, TerritoryId territory, const std::string& conflict,
                         ServiceId other, Instant due) {
  return {conflict, store::load_contact(snapshot, territory, other), due};
}

TargetAnswer target_answer(database::Snapshot& snapshot, TerritoryId territory, const std::vector<ServiceId>& holders) {
  TargetAnswer answer;
  for (const auto holder : holders) answer.call.push_back(store::load_contact(snapshot, territory, holder));
  std::ranges::sort(answer.call, {}, &Contact::service);
  return answer;
}

std::vector<Exclusion> exclusions(database::Snapshot& snapshot, TerritoryId territory, const Period& period) {
  auto rows = snapshot.query(
      "SELECT e.id, e.begin_utc_ms, e.end_utc_ms, s.sector FROM planner_exclusion e JOIN planner_exclusion_sector s ON "
      "s.exclusion = e.id WHERE e.territory = ? AND e.end_utc_ms > ? AND e.begin_utc_ms < ? ORDER BY e.id, s.sector",
      {territory, period.begin.utc_ms, period.end.utc_ms});
  std::vector<Exclusion> found;
  std::int64_t last = 0;
  while (rows->next()) {
    if (rows->integer(0) != last) found.push_back({{}, {{rows->integer(1)}, {rows->integer(2)}}});
    last = rows->integer(0);
    found.back().sectors.push_back({rows->integer(3)});
  }
  std::ranges::sort(found, [](const Exclusion& a, const Exclusion& b) {
    return std::tuple(a.sectors, a.period.begin, a.period.end) < std::tuple(b.sectors, b.period.begin, b.period.end);
  });
  return found;
}

std::optional<std::int64_t> conflict_count(database::Snapshot& snapshot, TerritoryId territory, const Period& period) {
  constexpr std::int64_t shown_from = 5;
  auto rows =
      snapshot.query("SELECT COUNT(*) FROM conflict WHERE territory = ? AND made_utc_ms >= ? AND made_utc_ms < ?",
                     {territory, period.begin.utc_ms, period.end.utc_ms});
  CHECK(rows->next());
  const auto count = rows->integer(0);
  return count == 0 || count >= shown_from ? std::optional(count) : std::nullopt;
}

RecallLine recall_line(database::Snapshot& snapshot, TerritoryId territory, RecallLine bare, ServiceId originator) {
  bare.call = store::load_contact(snapshot, territory, originator);
  return bare;
}

std::int64_t log_size(database::Snapshot& snapshot) { return audit::size(snapshot); }

}  // namespace quadrille::sharing::releases
