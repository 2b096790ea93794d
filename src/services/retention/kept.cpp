#include "services/retention/kept.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "services/retention/store.h"

namespace quadrille::retention {
namespace {

using sharing::Kept;
using sharing::KeptKind;

constexpr std::int64_t day_ms = 86'400'000;
constexpr int at_a_time = 200;

struct KindRow {
  KeptKind kind;
  std::string_view period;  // its name in periods.h
  std::string_view object;  // how receipts and the log call it
  access::Capability seen_with;
  Text held;
};
const KindRow kind_rows[] = {
    {KeptKind::operation,
     "operation over",
     "operation",
     access::Capability::declare_operation,
     {"un conflit à son sujet n'est pas acquitté", "a conflict about it is not acknowledged"}},
    {KeptKind::conflict,
     "conflict told",
     "conflict",
     access::Capability::run_duty_desk,
     {"un des deux services ne l'a pas acquitté", "one of the two services has not acknowledged it"}},
    {KeptKind::target, "target registered", "target", access::Capability::query_target, same_text("")},
};
const KindRow& row_of(KeptKind kind) {
  const auto* row = std::ranges::find(kind_rows, kind, &KindRow::kind);
  CHECK(row != std::end(kind_rows));
  return *row;
}

std::int64_t kept_ms(KeptKind kind) { return period_named(row_of(kind).period).days * day_ms; }

// Under which a service reads the receipt of what was its own.
MarkingId marking_of_receipt(database::Transaction& tx, const Kept& kept, ServiceId service) {
  if (kept.marking) return *kept.marking;
  access::Marking own;
  own.territory = kept.territory;
  own.sensitivity = access::Sensitivity::restricted;
  own.handling = access::Handling::h2;
  own.regime = access::Regime::administrative;
  own.originator = service;
  return access::intern(tx, own);
}

void erase_one(database::Transaction& tx, Eraser& eraser, const Kept& kept, const Ground& ground, Run& done) {
  const auto& row = row_of(kept.kind);
  const std::string rows = fmt::format("{}s={}", row.object, sharing::erase_kept(tx, kept));
  for (const auto service : kept.services)
    done.receipts.push_back(eraser
                                .erase_other(tx,
                                             {kept.territory, marking_of_receipt(tx, kept, service),
                                              fmt::format("{} {}", row.object, kept.code), rows,
                                              audit::Object(std::string(row.object), kept.row)},
                                             ground)
                                .code);
}

std::int64_t& count_of(Run& done, KeptKind kind) {
  switch (kind) {
    case KeptKind::operation:
      return done.operations;
    case KeptKind::conflict:
      return done.conflicts;
    case KeptKind::target:
      return done.targets;
  }
  return done.operations;
}

void erase_kind(database::Database& database, Eraser& eraser, KeptKind kind, const access::Asker& asker, Run& done) {
  const Ground ground{Cause::expiry, std::string(row_of(kind).period), asker};
  const Instant limit{asker.at.utc_ms - kept_ms(kind)};
  for (Period left{{0}, {limit.utc_ms + 1}};;) {
    const auto due = sharing::kept_since(*database.read(), kind, left, at_a_time);
    for (const auto& one : due) {
      if (one.is_held) continue;
      auto tx = database.write();
      const auto now = sharing::find_kept(*tx, kind, one.row);
      if (!now || now->is_held || now->since > limit) continue;  // somebody was faster, or a desk took it back
      erase_one(*tx, eraser, *now, ground, done);
      tx->commit();
      ++count_of(done, kind);
    }
    if (due.size() < at_a_time) return;
    left.begin = due.back().since == left.begin ? Instant{left.begin.utc_ms + 1} : due.back().since;
  }
}

}  // namespace

Instant end_of_keeping(const Kept& kept) { return {kept.since.utc_ms + kept_ms(kept.kind)}; }

std::vector<Kept> kept_ending(database::Snapshot& snapshot, const access::Sight& sight, TerritoryId territory,
                              const access::Asker& asker, const Period& period) {
  std::vector<Kept> found;
  const auto* standing = asker.viewer.in(territory);
  if (!standing) return found;
  for (const auto& row : kind_rows) {
    if (!access::may(*sight.policy, asker.viewer, territory, row.seen_with)) continue;
    const auto ms = kept_ms(row.kind);
    const Period since{{std::max<std::int64_t>(0, period.begin.utc_ms - ms)}, {period.end.utc_ms - ms}};
    for (auto& one : sharing::kept_since(snapshot, row.kind, since, std::numeric_limits<int>::max())) {
      const bool is_seen = one.marking ? sight.readable->contains(*one.marking)
                                       : std::ranges::find(one.services, standing->service) != one.services.end();
      if (is_seen && one.territory == territory) found.push_back(std::move(one));
    }
  }
  return found;
}

std::vector<Late> late_kept(database::Snapshot& snapshot, const access::Sight& sight, TerritoryId territory,
                            const access::Asker& asker) {
  std::vector<Late> late;
  for (const auto& one : kept_ending(snapshot, sight, territory, asker, {{0}, asker.at}))
    if (one.is_held)
      late.push_back(
          {fmt::format("{} {}", row_of(one.kind).object, one.code), end_of_keeping(one), row_of(one.kind).held});
  return late;
}

void erase_kept(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done) {
  // Conflicts first: an operation waits for those about it.
  for (const auto kind : {KeptKind::conflict, KeptKind::operation, KeptKind::target})
    erase_kind(database, eraser, kind, asker, done);
  const Instant asked_before{asker.at.utc_ms - period_named("target question").days * day_ms};
  const Instant over_before{asker.at.utc_ms - kept_ms(KeptKind::operation)};
  {
    // A write makes all other writers wait, and most days nothing is due.
    auto snapshot = database.read();
    if (!sharing::has_questions(*snapshot, asked_before) && !sharing::has_exclusions(*snapshot, over_before)) return;
  }
  auto tx = database.write();
  done.questions = sharing::drop_questions(*tx, asked_before);
  (void)sharing::drop_exclusions(*tx, over_before);
  store::record_dropped(*tx, "questions about targets", done.questions, asker);
  tx->commit();
}

}  // namespace quadrille::retention
