#include "host/process/interruption.h"

#include <atomic>
#include <csignal>
#include <thread>

#include "base/check.h"

namespace quadrille::process {
namespace {

constexpr int signals[] = {SIGINT, SIGTERM};

std::atomic<Progress*> cancelled_by_signal{nullptr};
std::atomic<int> received{0};
std::atomic<int> handlers_at_work{0};
static_assert(std::atomic<Progress*>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "a signal handler may touch nothing else");

extern "C" void on_signal(int signal) {
  ++handlers_at_work;
  received = signal;
  if (auto* work = cancelled_by_signal.load()) work->cancel();
  --handlers_at_work;
}

struct sigaction before[std::size(signals)];

}  // namespace

Interruption::Interruption(Progress& work) {
  received = 0;
  CHECK(cancelled_by_signal.exchange(&work) == nullptr);
  struct sigaction action{};
  action.sa_handler = on_signal;
  // The second signal finds the system's own action again; reads and writes under way go on.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  for (std::size_t i = 0; i < std::size(signals); ++i) CHECK(sigaction(signals[i], &action, &before[i]) == 0);
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < std::size(signals); ++i) (void)sigaction(signals[i], &before[i], nullptr);
  cancelled_by_signal = nullptr;
  // One that began on another thread may still hold the pointer.
  while (handlers_at_work.load() > 0) std::this_thread::yield();
}

int Interruption::signal() const { return received; }

}  // namespace quadrille::process
