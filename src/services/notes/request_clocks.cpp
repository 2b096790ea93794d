#include "services/notes/request_clocks.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace quadrille::notes {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

const std::vector<LimitRow>& rows() {
  static const CivilDate read_on = request_law_read_on();
  static const std::string convention = "convention du produit, à défaut de délai fixé par le territoire";
  static const std::vector<LimitRow> list{
      {RequestFrame::member_state,
       Urgency::urgent,
       Accessibility::direct,
       {.hours = 8},
       "directive (UE) 2023/977 art. 5(1)(a); CPP R. 49-36",
       read_on},
      {RequestFrame::member_state,
       Urgency::urgent,
       Accessibility::indirect,
       {.calendar_days = 3},
       "directive (UE) 2023/977 art. 5(1)(b); CPP R. 49-36",
       read_on},
      {RequestFrame::member_state,
       Urgency::ordinary,
       std::nullopt,
       {.calendar_days = 7},
       "directive (UE) 2023/977 art. 5(1)(c); CPP R. 49-36",
       read_on},
      {RequestFrame::internal, Urgency::urgent, std::nullopt, {.hours = 24}, convention, read_on},
      {RequestFrame::internal, Urgency::ordinary, std::nullopt, {.calendar_days = 7}, convention, read_on},
  };
  return list;
}

}  // namespace

std::span<const LimitRow> limit_table() { return rows(); }

const LimitRow& limit_row(RequestFrame frame, Urgency urgency, Accessibility accessibility) {
  const auto found = std::ranges::find_if(rows(), [&](const LimitRow& row) {
    return row.frame == frame && row.urgency == urgency && row.accessibility.value_or(accessibility) == accessibility;
  });
  CHECK(found != rows().end());
  return *found;
}

Instant limit_end(Instant received, TimeLimit limit, const clock::TimeZone& zone) {
  if (limit.calendar_days == 0) return {received.utc_ms + limit.hours * hour_ms};
  auto local = zone.to_local(received);
  local.date = local.date + limit.calendar_days;
  return zone.to_instant(local).earliest;
}

std::optional<Instant> parse_local_minute(std::string_view text, const clock::TimeZone& zone) {
  if (text.size() != 16 || text[10] != 'T' || text[13] != ':') return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto two = [&](std::size_t at) {
    const bool is_number = text[at] >= '0' && text[at] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
    return is_number ? (text[at] - '0') * 10 + text[at + 1] - '0' : 99;
  };
  if (!date || two(11) > 23 || two(14) > 59) return std::nullopt;
  return zone.to_instant({*date, {(two(11) * 60 + two(14)) * 60'000}}).earliest;
}

Result<TimeLimit> checked_limit(std::int64_t hours, std::int64_t days) {
  if ((hours == 0) == (days == 0))
    return invalid({"donnez des heures ou des jours, l'un des deux", "give hours or days, one of the two"}, "hours");
  if (hours < 0 || hours > 8760) return invalid({"de 1 à 8 760 heures", "between 1 and 8,760 hours"}, "hours");
  if (days < 0 || days > 366) return invalid({"de 1 à 366 jours", "between 1 and 366 days"}, "days");
  return TimeLimit{static_cast<int>(hours), static_cast<int>(days)};
}

void resume(ClockState& state, Instant now) {
  if (!state.suspended_at) return;
  const std::int64_t stood = now.utc_ms - state.suspended_at->utc_ms;
  state.due.utc_ms += stood;
  state.stood_ms += stood;
  state.suspended_at.reset();
}

std::int64_t going_ms(const ClockState& state, Instant now) {
  ClockState at_end = state;
  const Instant end = state.ended_at.value_or(now);
  resume(at_end, end);
  return end.utc_ms - state.received.utc_ms - at_end.stood_ms;
}

ClockReading read_clock(const ClockState& state, Instant now) {
  ClockState going = state;
  resume(going, now);
  ClockReading reading;
  reading.due = going.due;
  reading.is_suspended = state.suspended_at.has_value();
  const std::int64_t used = going_ms(state, now);
  const std::int64_t whole = going.due.utc_ms - going.received.utc_ms - going.stood_ms;
  reading.left_ms = whole - used;
  reading.is_late = reading.left_ms < 0;
  reading.percent_used = whole <= 0 ? 100 : static_cast<int>(std::clamp<std::int64_t>(used * 100 / whole, 0, 100));
  return reading;
}

}  // namespace quadrille::notes
