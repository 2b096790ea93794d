#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/clock/clock.h"
#include "host/database/database.h"

// What the server does by itself, at its start and then each hour: services/sharing/upkeep.h.

namespace quadrille::api {

class Upkeep {
 public:
  Upkeep(database::Database& database, const clock::Clock& clock);
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Once, now; what the thread calls. Thread-safe.
  void run_once();

 private:
  void run(const std::stop_token& stop);

  database::Database& database_;
  const clock::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace quadrille::api
