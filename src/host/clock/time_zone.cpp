#include "host/clock/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

namespace quadrille::clock {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

std::int64_t local_ms(LocalTime local) { return local.date.day * day_ms + local.time.ms_of_day; }

}  // namespace

Result<TimeZone> TimeZone::open(std::string_view name) {
  const date::time_zone* zone = nullptr;
  try {
    zone = date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return invalid({fmt::format("fuseau horaire inconnu : « {} » ; écrivez-le comme « Europe/Paris »", name),
                    fmt::format("unknown time zone \"{}\"; write it like \"Europe/Paris\"", name)},
                   "time_zone");
  }
  auto changes = std::make_shared<Changes>();
  changes->name = name;
  const auto last = date::sys_days(date::year(2100) / 1 / 1);
  date::sys_seconds at = date::sys_days(date::year(1970) / 1 / 1);
  while (at < last) {
    const auto info = zone->get_info(at);
    const std::int64_t from = changes->list.empty() ? std::numeric_limits<std::int64_t>::min()
                                                    : std::int64_t{info.begin.time_since_epoch().count()} * 1000;
    const std::int64_t offset_ms = std::int64_t{info.offset.count()} * 1000;
    if (changes->list.empty() || changes->list.back().offset_ms != offset_ms)
      changes->list.push_back({from, offset_ms});
    if (info.end >= last) break;
    at = info.end;
  }
  return TimeZone(std::move(changes));
}

std::size_t TimeZone::change_at(std::int64_t utc_ms) const {
  const auto& list = changes_->list;
  const auto after = std::ranges::upper_bound(list, utc_ms, {}, &Change::from_utc_ms);
  return static_cast<std::size_t>(after - list.begin()) - 1;
}

LocalTime TimeZone::to_local(Instant instant) const {
  const std::int64_t local = instant.utc_ms + changes_->list[change_at(instant.utc_ms)].offset_ms;
  const std::int64_t day = (local >= 0 ? local : local - (day_ms - 1)) / day_ms;
  return {{static_cast<std::int32_t>(day)}, {static_cast<std::int32_t>(local - day * day_ms)}};
}

LocalMeaning TimeZone::to_instant(LocalTime local) const {
  const auto& list = changes_->list;
  const std::int64_t wall = local_ms(local);
  // Offsets are within a day, so only the rules in force a day before and a day after can apply.
  const std::size_t first = change_at(wall - day_ms);
  const std::size_t last = change_at(wall + day_ms);
  LocalMeaning meaning;
  int found = 0;
  for (std::size_t i = first; i <= last; ++i) {
    const std::int64_t utc = wall - list[i].offset_ms;
    const bool is_in_force = utc >= list[i].from_utc_ms && (i + 1 == list.size() || utc < list[i + 1].from_utc_ms);
    if (!is_in_force) continue;
    if (found++ == 0) meaning.earliest = {utc};
    meaning.latest = {utc};
  }
  if (found == 1) return meaning;
  if (found > 1) {
    meaning.kind = LocalMeaning::Kind::repeated;
    return meaning;
  }
  for (std::size_t i = first + 1; i <= last; ++i) {
    const bool is_before_change = wall < list[i].from_utc_ms + list[i].offset_ms;
    if (is_before_change) return {LocalMeaning::Kind::skipped, {list[i].from_utc_ms}, {list[i].from_utc_ms}};
  }
  return {LocalMeaning::Kind::skipped, {list[last].from_utc_ms}, {list[last].from_utc_ms}};
}

Period TimeZone::day(CivilDate date) const {
  return {to_instant({date, {0}}).earliest, to_instant({date + 1, {0}}).earliest};
}

}  // namespace quadrille::clock
