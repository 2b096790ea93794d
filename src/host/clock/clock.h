#pragma once

#include "base/time.h"

namespace quadrille::clock {

// The only place that reads the machine's clock. Services take a Clock&; tests give one that they turn by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  // Seconds of a clock that never jumps, for durations only.
  [[nodiscard]] virtual double steady_seconds() const = 0;
};

// The machine's clock, one object for the process.
[[nodiscard]] const Clock& system_clock();

}  // namespace quadrille::clock
