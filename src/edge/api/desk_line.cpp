#include "edge/api/desk_line.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "edge/format/picture_json.h"
#include "services/sharing/desk.h"

namespace quadrille::api {
namespace {

constexpr auto look_every = std::chrono::milliseconds(500);
constexpr int events_at_once = 1000;

}  // namespace

DeskLine::DeskLine(database::Database& database, const clock::Clock& clock)
    : database_(database), clock_(clock), last_(sharing::last_desk_event(*database.read())) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

DeskLine::~DeskLine() = default;

std::string DeskLine::topic_of(TerritoryId territory, ServiceId service) {
  return fmt::format("desk:{}:{}", territory.value, service.value);
}

void DeskLine::nudge() {
  {
    const std::lock_guard lock(mutex_);
    is_nudged_ = true;
  }
  changed_.notify_one();
}

void DeskLine::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      escalate();
      publish_new();
    } catch (const database::DatabaseError& failure) {
      // The database is away or busy: said, and tried again; nobody waits for this thread.
      std::cerr << "quadrille: duty desk: " << failure.what() << std::endl;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, look_every, [&] { return is_nudged_; });
    is_nudged_ = false;
  }
}

void DeskLine::publish_new() {
  for (;;) {
    const auto events = sharing::load_desk_events(*database_.read(), last_, events_at_once);
    for (const auto& event : events) {
      hub_.publish(topic_of(event.territory, event.service),
                   {"conflict", fmt::format(R"({{"conflict":{},"what":"{}","at":"{}"}})",
                                            format::json_string(event.conflict), event.what, format_utc(event.at))});
      last_ = event.number;
    }
    if (events.size() < events_at_once) return;
  }
}

void DeskLine::escalate() {
  const Instant now = clock_.now();
  if (!sharing::has_overdue(*database_.read(), now)) return;
  auto tx = database_.write();
  sharing::escalate_overdue(*tx, now);
  tx->commit();
}

}  // namespace quadrille::api
