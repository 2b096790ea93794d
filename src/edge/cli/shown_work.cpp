#include "edge/cli/shown_work.h"

#include "host/clock/clock.h"

namespace quadrille::cli {
namespace {

// Work that is over sooner needs no bar.
constexpr double seconds_before_bar = 0.3;

double seconds_now() { return clock::system_clock().steady_seconds(); }

}  // namespace

ShownWork::ShownWork(Terminal& terminal, const Text& label, PlainProgress plain)
    : terminal_(terminal),
      plain_(plain),
      started_(seconds_now()),
      bar_(terminal, label.in(terminal.language)),
      progress_([this](double share) { show(share); }),
      interruption_(progress_) {}

ShownWork::~ShownWork() {
  bar_.finish();
  if (progress_.is_cancelled()) terminal_.interrupted_by = interruption_.signal();
}

// From any thread; one that finds another drawing goes on with its work.
void ShownWork::show(double share) {
  if (!terminal_.is_interactive && plain_ == PlainProgress::silent) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || share < shown_) return;
  const double seconds = seconds_now() - started_;
  if (terminal_.is_interactive && seconds < seconds_before_bar) return;
  shown_ = share;
  bar_.show(share, "", seconds);
}

}  // namespace quadrille::cli
