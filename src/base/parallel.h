#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "base/result.h"

namespace quadrille {

// How long work may use the machine, and how it says where it is. One object serves one piece of work; `cancel` may be
// called from any thread.
class Progress {
 public:
  // Called with a share in [0, 1] from whichever thread does the work, perhaps several at once: it must be cheap and
  // thread-safe.
  using Listener = std::function<void(double share_done)>;

  Progress() = default;
  explicit Progress(Listener listener) : listener_(std::move(listener)) {}

  void report(double share_done) const {
    if (listener_) listener_(share_done);
  }
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool is_cancelled() const {
    return cancelled_.load(std::memory_order_relaxed) || (whole_ != nullptr && whole_->is_cancelled());
  }

  // One stage of this work: what it reports as [0, 1] is [from, to] of the whole, and it is cancelled when the whole
  // is. Must not outlive it. Example: scan(input, options, progress.stage(0.2, 0.9)).
  [[nodiscard]] Progress stage(double from, double to) const { return {*this, from, to}; }

 private:
  Progress(const Progress& whole, double from, double to)
      : listener_([&whole, from, to](double share) { whole.report(from + (to - from) * share); }), whole_(&whole) {}

  Listener listener_;
  const Progress* whole_ = nullptr;
  std::atomic<bool> cancelled_{false};
};

// What work says that was cancelled before it had a result (unavailable).
[[nodiscard]] Failure cancelled();

// Runs body(i) for i in [0, count) on `threads` threads (at least 1; 1 runs in the caller's thread). Which thread takes
// which i is not defined, so body(i) may write only what belongs to i; reduce in order of i afterwards. An exception of
// a body is rethrown to the caller after all threads have stopped.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body);

}  // namespace quadrille
