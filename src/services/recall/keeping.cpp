#include "services/recall/keeping.h"

#include <fmt/format.h>

#include <limits>

#include "services/recall/store.h"

namespace quadrille::recall {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr int at_a_time = 200;

std::int64_t kept_ms() { return retention::period_named("recall settled").days * day_ms; }

// Recalls are seen by those of the originator that may make them.
std::vector<store::KeptRecall> seen_by(database::Snapshot& snapshot, const access::Sight& sight, TerritoryId territory,
                                       const access::Asker& asker, const Period& ends) {
  const auto* standing = asker.viewer.in(territory);
  if (!standing || !access::may(*sight.policy, asker.viewer, territory, access::Capability::recall)) return {};
  auto found = store::recalls_due(snapshot, {{ends.begin.utc_ms - kept_ms()}, {ends.end.utc_ms - kept_ms()}}, {},
                                  std::numeric_limits<int>::max());
  std::erase_if(found, [&](const store::KeptRecall& one) {
    return one.territory != territory || one.originator != standing->service || !sight.readable->contains(one.marking);
  });
  return found;
}

std::vector<Instant> due(database::Snapshot& snapshot, const access::Sight& sight, TerritoryId territory,
                         const access::Asker& asker, const Period& period) {
  std::vector<Instant> ends;
  for (const auto& one : seen_by(snapshot, sight, territory, asker, period))
    ends.push_back({one.deadline.utc_ms + kept_ms()});
  return ends;
}

std::vector<retention::Late> late(database::Snapshot& snapshot, const access::Sight& sight, TerritoryId territory,
                                  const access::Asker& asker) {
  std::vector<retention::Late> found;
  for (const auto& one : seen_by(snapshot, sight, territory, asker, {{0}, asker.at}))
    if (!one.is_settled)
      found.push_back({"recall " + one.code,
                       {one.deadline.utc_ms + kept_ms()},
                       {"tous les services n'ont pas répondu", "not every service has answered"}});
  return found;
}

void erase_due(database::Database& database, retention::Eraser& eraser, const access::Asker& asker,
               retention::Run& done) {
  const retention::Ground ground{retention::Cause::expiry, "recall settled", asker};
  const Period due{{0}, {asker.at.utc_ms - kept_ms() + 1}};
  for (RecallId last;;) {
    const auto found = store::recalls_due(*database.read(), due, last, at_a_time);
    for (const auto& one : found) {
      last = one.id;
      if (!one.is_settled) continue;
      auto tx = database.write();
      const auto rows = store::delete_recall(*tx, one.id);
      if (rows == 0) continue;  // somebody was faster
      done.receipts.push_back(eraser
                                  .erase_other(*tx,
                                               {one.territory, one.marking, "recall " + one.code,
                                                fmt::format("recalls={}", rows), audit::Object("recall", one.id)},
                                               ground)
                                  .code);
      tx->commit();
      ++done.recalls;
    }
    if (found.size() < at_a_time) return;
  }
}

}  // namespace

retention::KeptElsewhere keeping() {
  return {retention::DueKind::recall, due, late, erase_due, {"recall", "recall_holder"}};
}

}  // namespace quadrille::recall
