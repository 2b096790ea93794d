#include "edge/api/upkeep.h"

#include <chrono>
#include <iostream>

#include "services/sharing/upkeep.h"

namespace quadrille::api {
namespace {

constexpr auto each = std::chrono::hours(1);

}  // namespace

Upkeep::Upkeep(database::Database& database, const clock::Clock& clock) : database_(database), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Upkeep::run_once() {
  auto tx = database_.write();
  (void)sharing::drop_expired(*tx, clock_.now());
  tx->commit();
}

void Upkeep::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      run_once();
    } catch (const database::DatabaseError& failure) {
      // The database is away or busy: said, and tried again in an hour; what is past its time matches nothing
      // meanwhile.
      std::cerr << "quadrille: upkeep: " << failure.what() << std::endl;
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, each, [] { return false; });
  }
}

}  // namespace quadrille::api
