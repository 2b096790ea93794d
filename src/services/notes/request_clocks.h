#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "host/clock/time_zone.h"
#include "services/notes/request_procedure.h"

// How long a service has to answer a request, and until when. The limits are rows with their source and the date it was
// read; those inside an instance are the territory's own (request_limit, set by `quadrille request limit`).

namespace quadrille::notes {

// Either hours that pass, or calendar days of the territory.
struct TimeLimit {
  int hours = 0;
  int calendar_days = 0;

  friend bool operator==(TimeLimit, TimeLimit) = default;
};

struct LimitRow {
  RequestFrame frame;
  Urgency urgency;
  std::optional<Accessibility> accessibility;  // nothing: whichever
  TimeLimit limit;
  std::string source;
  CivilDate read_on;
};

// The limits of the law between Member States, and the product's own for an instance whose territory has set none.
//   urgent, directly accessible      8 hours           directive (EU) 2023/977, art. 5(1)(a)
//   urgent, indirectly accessible    3 calendar days   art. 5(1)(b)
//   all others                       7 calendar days   art. 5(1)(c)
[[nodiscard]] std::span<const LimitRow> limit_table();
[[nodiscard]] const LimitRow& limit_row(RequestFrame frame, Urgency urgency, Accessibility accessibility);

// When the limit ends for what was received at that moment (the limits "commence at the moment of receipt", art. 5(1)
// second subparagraph). Hours are hours that pass, whatever clocks do. N calendar days end N days later at the same
// time of the territory's clock, so that they hold one hour more or less when the clocks change: a time that comes
// twice is the first of the two, a time that is skipped is the moment of the change. That is the earliest of the
// readings in use (Regulation (EEC, Euratom) 1182/71, art. 3, would end a period of days with the last hour of its last
// day, and later where that is no working day): who keeps ours keeps them all.
[[nodiscard]] Instant limit_end(Instant received, TimeLimit limit, const clock::TimeZone& zone);

// "2026-12-01T08:00" of the territory's clock; exactly that form, or nothing. A time that comes twice is the first.
[[nodiscard]] std::optional<Instant> parse_local_minute(std::string_view text, const clock::TimeZone& zone);

// 1 to 8,760 hours or 1 to 366 days, not both. Refused by field `hours` or `days`.
[[nodiscard]] Result<TimeLimit> checked_limit(std::int64_t hours, std::int64_t days);

// What a request's clock says at one moment.
struct ClockReading {
  Instant due;  // pushed back by the time the clock stood still
  bool is_suspended = false;
  bool is_late = false;      // due has passed (or had when the request ended)
  std::int64_t left_ms = 0;  // until due; negative when late; what was left when it stopped, if it stands still
  int percent_used = 0;      // of the whole limit, 0 to 100
};

// What a reading is taken from.
struct ClockState {
  Instant received;
  Instant due;                          // with stood_ms added
  std::int64_t stood_ms = 0;            // how long it stood still before
  std::optional<Instant> suspended_at;  // it stands still since then
  std::optional<Instant> ended_at;      // answered, refused or withdrawn; then it does not stand still
};
// Goes on after standing still: what it stood is added to the limit. Nothing when it was going.
void resume(ClockState& state, Instant now);
// How long it has been going: from receipt to the end or to now, without what it stood still.
[[nodiscard]] std::int64_t going_ms(const ClockState& state, Instant now);
[[nodiscard]] ClockReading read_clock(const ClockState& state, Instant now);

}  // namespace quadrille::notes
