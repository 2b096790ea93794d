#pragma once

#include <mutex>

#include "base/parallel.h"
#include "edge/cli/command.h"
#include "host/process/interruption.h"

namespace quadrille::cli {

// Where err is no terminal: `silent` says nothing, `lines` says each tenth.
enum class PlainProgress { silent, lines };

// The long part of a command: while it lives, a bar shows how far the work is (on a terminal, once it has taken a third
// of a second, and gone when it ends), and Ctrl-C cancels it. A command whose work was cancelled so returns its
// refusal; run_command_line says "cancelled; nothing was kept" and ends with 130 (SIGTERM: 143).
//
//   const auto found = shown(terminal, {"balayage", "scan"}, PlainProgress::silent, [&](const Progress& progress) {
//     return analysis::scan(input, options, progress);
//   });
class ShownWork {
 public:
  ShownWork(Terminal& terminal, const Text& label, PlainProgress plain);
  ~ShownWork();
  ShownWork(const ShownWork&) = delete;
  ShownWork& operator=(const ShownWork&) = delete;

  [[nodiscard]] const Progress& progress() const { return progress_; }

 private:
  void show(double share);

  Terminal& terminal_;
  PlainProgress plain_;
  double started_;
  std::mutex mutex_;
  ProgressBar bar_;
  double shown_ = 0;
  Progress progress_;
  process::Interruption interruption_;
};

// What `body` gives, its work shown; the bar is gone before the command prints.
template <class Body>
[[nodiscard]] auto shown(Terminal& terminal, const Text& label, PlainProgress plain, Body&& body) {
  const ShownWork work(terminal, label, plain);
  return body(work.progress());
}

}  // namespace quadrille::cli
