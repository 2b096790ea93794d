#include "edge/api/erasing.h"

#include <chrono>
#include <iostream>

#include "services/provenance/provenance.h"
#include "services/recall/keeping.h"

namespace quadrille::api {
namespace {

constexpr std::chrono::minutes erase_every{10};
constexpr std::int64_t day_ms = 86'400'000;

}  // namespace

retention::Eraser eraser_of(const audit::CheckpointSigner& signer, crypto::Chance& chance) {
  retention::Eraser eraser(signer, chance);
  eraser.forget.emplace_back(provenance::forget);
  eraser.elsewhere.push_back(recall::keeping());
  return eraser;
}

RetentionClock::RetentionClock(database::Database& database, const clock::Clock& clock,
                               const audit::CheckpointSigner& signer, crypto::Chance& chance)
    : database_(database),
      clock_(clock),
      eraser_(eraser_of(signer, chance)),
      purged_on_day_(clock.now().utc_ms / day_ms),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

RetentionClock::~RetentionClock() {
  thread_.request_stop();
  stopped_.notify_all();
}

void RetentionClock::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      erase_due();
    } catch (const database::DatabaseError& failure) {
      // The database is away or busy: said, and tried again; nobody waits for this thread.
      std::cerr << "quadrille: retention: " << failure.what() << std::endl;
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, erase_every, [] { return false; });
  }
}

void RetentionClock::erase_due() {
  const Instant now = clock_.now();
  const auto done = retention::run(database_, eraser_, retention::clockwork(now), database::Database::Purge::quick);
  has_erased_ = has_erased_ || done.total() > 0;
  const std::int64_t today = now.utc_ms / day_ms;
  if (!has_erased_ || today == purged_on_day_) return;
  if (!retention::purge(database_, eraser_, database::Database::Purge::thorough)) return;
  has_erased_ = false;
  purged_on_day_ = today;
}

}  // namespace quadrille::api
