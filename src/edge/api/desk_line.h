#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/id.h"
#include "host/clock/clock.h"
#include "host/database/database.h"
#include "host/http/stream.h"

namespace quadrille::api {

// Tells the open pages of a duty desk what happened to its conflicts, and lets the clock escalate. One thread reads the
// desk's events (services/sharing/desk.h) from the database after they were committed: at once when a handler of this
// process nudges it, else every half second, so that what a command or another server wrote arrives as well. Events
// made before the start are not told again; a page asks for the whole when it opens.
class DeskLine {
 public:
  DeskLine(database::Database& database, const clock::Clock& clock);
  DeskLine(const DeskLine&) = delete;
  DeskLine& operator=(const DeskLine&) = delete;
  ~DeskLine();

  [[nodiscard]] http::StreamHub& hub() { return hub_; }
  // Something was committed.
  void nudge();
  [[nodiscard]] static std::string topic_of(TerritoryId territory, ServiceId service);

 private:
  void run(const std::stop_token& stop);
  void publish_new();
  void escalate();

  database::Database& database_;
  const clock::Clock& clock_;
  http::StreamHub hub_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_nudged_ = false;
  std::int64_t last_ = 0;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace quadrille::api
