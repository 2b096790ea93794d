#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/clock/clock.h"
#include "services/retention/retention.h"

// Where erasure is put together: what each service keeps of a note goes with it, and what is due is erased by itself.

namespace quadrille::api {

[[nodiscard]] retention::Eraser eraser_of(const audit::CheckpointSigner& signer, crypto::Chance& chance);

// Erases what is due, every ten minutes while the server runs. The files are written anew (thoroughly purged) at most
// once a day, when something was erased since: writers wait for that.
class RetentionClock {
 public:
  RetentionClock(database::Database& database, const clock::Clock& clock, const audit::CheckpointSigner& signer,
                 crypto::Chance& chance);
  RetentionClock(const RetentionClock&) = delete;
  RetentionClock& operator=(const RetentionClock&) = delete;
  ~RetentionClock();

 private:
  void run(const std::stop_token& stop);
  void erase_due();

  database::Database& database_;
  const clock::Clock& clock_;
  retention::Eraser eraser_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  bool has_erased_ = false;         // since the last thorough purge
  std::int64_t purged_on_day_ = 0;  // days since 1970 UTC
  std::jthread thread_;             // last: it ends before what it uses
};

}  // namespace quadrille::api
