#include "services/sharing/upkeep.h"

#include <fmt/format.h>

#include "services/audit/audit.h"
#include "services/sharing/postings.h"
#include "services/sharing/targets.h"
#include "services/territory/territory.h"

namespace quadrille::sharing {

Dropped drop_expired(database::Transaction& tx, Instant now) {
  Dropped dropped;
  dropped.postings = drop_old(tx, now);
  for (const auto& territory : territory::list(tx)) dropped.targets += drop_unrenewed(tx, territory.id, now);
  if (dropped.postings == 0 && dropped.targets == 0) return dropped;
  audit::Act act;
  act.actor = "clock";
  act.action = audit::Action::erasure;
  act.subject = "matches and targets past their time";
  act.outcome = fmt::format("postings={} targets={}", dropped.postings, dropped.targets);
  audit::record(tx, act, now);
  return dropped;
}

}  // namespace quadrille::sharing
