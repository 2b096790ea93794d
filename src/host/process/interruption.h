#pragma once

#include "base/parallel.h"

namespace quadrille::process {

// While it lives, Ctrl-C (SIGINT) and SIGTERM cancel `work` instead of ending the process; the second one ends it, for
// work that does not listen. Without one the signals do what they always do, which is safe too: changes are
// transactions. The only place that handles signals of commands (host/http/server has those of its loop). One at a time
// (CHECK).
class Interruption {
 public:
  explicit Interruption(Progress& work);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // The signal that came, 0 = none yet. A shell expects exit code 128 + signal.
  [[nodiscard]] int signal() const;
};

}  // namespace quadrille::process
