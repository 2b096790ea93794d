#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "services/access/legal_act.h"
#include "services/sharing/postings.h"

namespace quadrille::sharing {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
std::int64_t day_of(Instant at) { return at.utc_ms / day_ms; }

SelectorKind stored_kind(std::int64_t number) {
  CHECK(number >= 0 && number < static_cast<std::int64_t>(std::size(selector_kinds)));
  return selector_kinds[number];
}

// One posting a value, marking and object. Beyond `hot_from` objects of one marking the oldest gives way: whoever may
// read one of them may read all, and to them the value is a commonplace already.
void post_one(database::Transaction& tx, Object object, MarkingId marking, const Selector& selector, Instant at) {
  const std::int64_t value = selector.fingerprint();
  std::int64_t held = 0;
  {
    auto rows = tx.query(
        fmt::format("SELECT COUNT(*) FROM (SELECT 1 FROM posting WHERE value = ? AND marking = ? LIMIT {}) AS found",
                    hot_from + 1),
        {value, marking});
    CHECK(rows->next());
    held = rows->integer(0);
  }
  if (held > hot_from) {
    Object oldest;
    {
      auto rows = tx.query(
          "SELECT object_kind, object FROM posting WHERE value = ? AND marking = ? ORDER BY seen_day, object LIMIT 1",
          {value, marking});
      CHECK(rows->next());
      oldest = {static_cast<ObjectKind>(rows->integer(0)), rows->integer(1)};
    }
    tx.execute("DELETE FROM posting WHERE value = ? AND marking = ? AND object = ? AND object_kind = ?",
               {value, marking, oldest.row, static_cast<int>(oldest.kind)});
  }
  tx.execute(
      "INSERT INTO posting (value, marking, object, object_kind, kind, seen_day) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (value, marking, object, object_kind) DO UPDATE SET seen_day = excluded.seen_day",
      {value, marking, object.row, static_cast<int>(object.kind), static_cast<int>(selector.kind), day_of(at)});
}

Failure needs_legal_act() {
  return refuse(ErrorKind::forbidden,
                {"aucun acte juridique n'autorise ici les personnes dans les fiches : immatriculations, téléphones, "
                 "surnoms, domiciles et comptes sont refusés",
                 "no legal act allows persons in notes here: plates, telephones, nicknames, homes and accounts are "
                 "refused"},
                "selectors");
}

// What is kept of one value under one marking.
struct Held {
  std::int64_t count = 0;
  std::int64_t oldest_day = 0;
};
using ValueKey = std::pair<std::int64_t, std::int64_t>;  // value, marking

// In order of the numbers of a statement: SQLite takes 500 terms of a compound, PostgreSQL more.
constexpr std::size_t values_at_once = 200;

std::map<ValueKey, Held> held_of(database::Transaction& tx, const std::vector<ValueKey>& keys) {
  std::map<ValueKey, Held> held;
  for (std::size_t first = 0; first < keys.size(); first += values_at_once) {
    std::string list;
    for (std::size_t i = first; i < std::min(first + values_at_once, keys.size()); ++i)
      list += fmt::format("{}({},{})", list.empty() ? "" : ",", keys[i].first, keys[i].second);
    // Numbers only: safe in SQL. By construction no value holds more than hot_from + 1 rows of a marking.
    auto rows =
        tx.query(fmt::format("SELECT value, marking, COUNT(*), MIN(seen_day) FROM posting WHERE (value, "
                             "marking) IN (VALUES {}) GROUP BY value, marking",
                             list));
    while (rows->next()) held[{rows->integer(0), rows->integer(1)}] = {rows->integer(2), rows->integer(3)};
  }
  return held;
}

void drop_oldest(database::Transaction& tx, const ValueKey& key, std::int64_t count) {
  tx.execute(fmt::format("DELETE FROM posting WHERE value = ? AND marking = ? AND (object, object_kind) IN (SELECT "
                         "object, object_kind FROM posting WHERE value = ? AND marking = ? ORDER BY seen_day, object "
                         "LIMIT {})",
                         count),
             {key.first, key.second, key.first, key.second});
}

struct Posted {
  std::int64_t value;
  SelectorKind kind;
};

std::vector<Posted> values_of(database::Snapshot& snapshot, const access::Readable& readable, Object object) {
  auto rows = snapshot.query(
      fmt::format("SELECT DISTINCT value, kind FROM posting WHERE object = ? AND object_kind = ? AND marking IN {} "
                  "ORDER BY kind, value",
                  readable.sql_list()),
      {object.row, static_cast<int>(object.kind)});
  std::vector<Posted> values;
  while (rows->next()) values.push_back({rows->integer(0), stored_kind(rows->integer(1))});
  return values;
}

Sharing look_up_value(database::Snapshot& snapshot, const access::Readable& readable, std::int64_t value,
                      SelectorKind kind, Instant at) {
  struct Found {
    std::int64_t day;
    Object object;
  };
  std::vector<Found> found;
  {
    // No ORDER BY: past the limit nothing is listed, so that reading stops there.
    auto rows = snapshot.query(
        fmt::format("SELECT object_kind, object, seen_day FROM posting WHERE value = ? AND marking IN {} AND "
                    "seen_day > ? LIMIT {}",
                    readable.sql_list(), hot_from + 1),
        {value, day_of(at) - rule_of(kind).days_kept});
    while (rows->next())
      found.push_back({rows->integer(2), {static_cast<ObjectKind>(rows->integer(0)), rows->integer(1)}});
  }
  if (found.size() > hot_from) return {{}, true};
  std::ranges::sort(
      found, [](const Found& a, const Found& b) { return a.day != b.day ? a.day > b.day : b.object < a.object; });
  Sharing sharing;
  for (const auto& one : found)
    if (std::ranges::find(sharing.objects, one.object) == sharing.objects.end()) sharing.objects.push_back(one.object);
  return sharing;
}

}  // namespace

Result<void> post(database::Transaction& tx, TerritoryId territory, Object object, MarkingId marking,
                  std::span<const Selector> selectors, Instant at) {
  const bool is_nominative =
      std::ranges::any_of(selectors, [](const Selector& selector) { return rule_of(selector.kind).is_nominative; });
  if (is_nominative && !access::find_legal_act(tx, territory, access::Part::persons_in_notes, at))
    return needs_legal_act();
  for (const auto& selector : selectors) post_one(tx, object, marking, selector, at);
  return {};
}

Result<void> post_new(database::Transaction& tx, TerritoryId territory, std::span<const Posting> postings, Instant at) {
  const bool is_nominative = std::ranges::any_of(
      postings, [](const Posting& posting) { return rule_of(posting.selector.kind).is_nominative; });
  if (is_nominative && !access::find_legal_act(tx, territory, access::Part::persons_in_notes, at))
    return needs_legal_act();
  std::vector<ValueKey> keys;
  for (const auto& posting : postings) keys.emplace_back(posting.selector.fingerprint(), posting.marking.value);
  auto distinct = keys;
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  auto held = held_of(tx, distinct);
  using enum database::ColumnType;
  static constexpr database::BulkColumn into[] = {{"value", integer},  {"marking", integer},
                                                  {"object", integer}, {"object_kind", integer},
                                                  {"kind", integer},   {"seen_day", integer}};
  std::map<ValueKey, std::int64_t> beyond;
  {
    auto bulk = tx.bulk("posting", into);
    for (std::size_t i = 0; i < postings.size(); ++i) {
      const auto& [object, marking, selector] = postings[i];
      auto& known = held[keys[i]];
      if (known.count > hot_from && known.oldest_day >= day_of(at)) continue;
      if (++known.count == 1) known.oldest_day = day_of(at);
      if (known.count > hot_from + 1) ++beyond[keys[i]];
      bulk->add({keys[i].first, marking, object.row, static_cast<int>(object.kind), static_cast<int>(selector.kind),
                 day_of(at)});
    }
    bulk->finish();
  }
  for (const auto& [key, count] : beyond) drop_oldest(tx, key, count);
  return {};
}

void remark(database::Transaction& tx, Object object, MarkingId marking) {
  tx.execute("UPDATE posting SET marking = ? WHERE object = ? AND object_kind = ?",
             {marking, object.row, static_cast<int>(object.kind)});
}

void forget(database::Transaction& tx, Object object) {
  tx.execute("DELETE FROM posting WHERE object = ? AND object_kind = ?", {object.row, static_cast<int>(object.kind)});
}

bool has_old(database::Snapshot& snapshot, Instant at) {
  std::string any_kind;
  for (const auto kind : selector_kinds)
    any_kind += fmt::format("{}(kind = {} AND seen_day <= {})", any_kind.empty() ? "" : " OR ", static_cast<int>(kind),
                            day_of(at) - rule_of(kind).days_kept);
  return snapshot.query(fmt::format("SELECT 1 FROM posting WHERE {} LIMIT 1", any_kind))->next();
}

std::int64_t drop_old(database::Transaction& tx, Instant at) {
  std::int64_t dropped = 0;
  for (const auto kind : selector_kinds)
    dropped += tx.execute("DELETE FROM posting WHERE kind = ? AND seen_day <= ?",
                          {static_cast<int>(kind), day_of(at) - rule_of(kind).days_kept});
  return dropped;
}

Sharing look_up(database::Snapshot& snapshot, const access::Readable& readable, const Selector& selector, Instant at) {
  return look_up_value(snapshot, readable, selector.fingerprint(), selector.kind, at);
}

Matches matches_of(database::Snapshot& snapshot, const access::Readable& readable, Object object, Instant at) {
  Matches found;
  for (const auto& posted : values_of(snapshot, readable, object)) {
    const auto sharing = look_up_value(snapshot, readable, posted.value, posted.kind, at);
    if (sharing.is_common) found.commonplaces.push_back(posted.kind);
    for (const auto& other : sharing.objects)
      if (other != object) found.matches.push_back({posted.kind, other});
  }
  return found;
}

}  // namespace quadrille::sharing
