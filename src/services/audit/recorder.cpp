#include "services/audit/recorder.h"

#include <utility>

namespace quadrille::audit {

void Recorder::write(const std::vector<Waiting*>& group) {
  std::exception_ptr failure;
  try {
    std::vector<Occurrence> occurrences;
    occurrences.reserve(group.size());
    for (auto* one : group)
      for (auto& occurrence : one->occurrences) occurrences.push_back(std::move(occurrence));
    auto tx = database_.write();
    audit::record(*tx, occurrences, chance_);
    tx->commit();
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  for (auto* one : group) {
    one->failure = failure;
    one->is_over = true;
  }
  is_writing_ = false;
}

void Recorder::record(std::span<const Act> acts) {
  Waiting own{.occurrences = {}, .is_over = false, .failure = nullptr};
  const Instant now = clock_.now();
  for (const auto& act : acts) own.occurrences.push_back({act, now});
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  while (!own.is_over) {
    if (is_writing_) {
      changed_.wait(lock);
      continue;
    }
    is_writing_ = true;
    const auto group = std::exchange(waiting_, {});
    lock.unlock();
    write(group);
    changed_.notify_all();
    lock.lock();
  }
  if (own.failure) std::rethrow_exception(own.failure);
}

}  // namespace quadrille::audit
