#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/quantity.h"
#include "base/result.h"
#include "engine/analysis/space_time_scan.h"

// The circles of a scan and the margins that fix what is expected in them; the same in every replica.

namespace quadrille::analysis {

struct ZoneStep {
  std::uint32_t place = 0;
  bool ends_zone = false;   // the places up to here are a circle (all of equal distance are in)
  std::int64_t events = 0;  // of the places up to here, whole study
};

// For each centre its neighbours by distance; each prefix that ends a zone is one circle.
class ScanZones {
 public:
  [[nodiscard]] static Result<ScanZones> make(const ScanInput& input, Metres radius_max, double share_max);
  [[nodiscard]] std::span<const ZoneStep> of(std::size_t centre) const {
    return {steps_.data() + first_[centre], first_[centre + 1] - first_[centre]};
  }
  [[nodiscard]] std::int64_t events_max() const { return events_max_; }

 private:
  std::vector<ZoneStep> steps_;
  std::vector<std::size_t> first_;
  std::int64_t events_max_ = 0;
};

// Events of the last k+1 days, and the statistic that depends on them.
class WindowTotals {
 public:
  WindowTotals(const ScanInput& input, std::int32_t days_max);
  [[nodiscard]] int lengths() const { return static_cast<int>(in_window_.size()); }
  [[nodiscard]] std::int64_t in_window(int length_index) const {
    return in_window_[static_cast<std::size_t>(length_index)];
  }
  [[nodiscard]] double expected(std::int64_t zone_events, int length_index) const;
  // Of `observed` events in a cylinder; 0 when not more than expected.
  [[nodiscard]] double log_likelihood_ratio(std::int64_t observed, std::int64_t zone_events, int length_index) const;

 private:
  std::vector<std::int64_t> in_window_;
  std::int64_t total_ = 0;
};

}  // namespace quadrille::analysis
