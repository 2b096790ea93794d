#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/space_time_scan.h"

// The circles of a scan; the same in every replica.

namespace quadrille::analysis {

struct ScanNeighbour {
  std::uint32_t place : 30 = 0;
  std::uint32_t is_last_at_distance : 1 = 0;  // the neighbours up to here are a circle (all of equal distance are in)
  std::uint32_t is_new : 1 = 0;               // and no centre before it on the walk has the same set of places
};

// The places in reach of each place, itself first, by distance (then by number).
class ScanNeighbours {
 public:
  // The same for any number of threads.
  [[nodiscard]] static Result<ScanNeighbours> make(const std::vector<geo::Point>& places, Metres radius_max,
                                                   int threads);
  [[nodiscard]] std::span<const ScanNeighbour> of(std::size_t centre) const {
    return {all_.data() + first_[centre], first_[centre + 1] - first_[centre]};
  }
  [[nodiscard]] std::size_t centres() const { return first_.size() - 1; }
  [[nodiscard]] std::size_t pairs() const { return all_.size(); }
  // All centres so that those near each other follow each other (Morton's curve): their neighbours are then at hand.
  [[nodiscard]] const std::vector<std::uint32_t>& walk() const { return walk_; }

 private:
  void mark_new_circles();

  std::vector<ScanNeighbour> all_;
  std::vector<std::size_t> first_;
  std::vector<std::uint32_t> walk_;
};

struct ZoneStep {
  std::uint32_t place = 0;
  std::uint32_t rank = 0;  // of the place on the walk
  bool ends_zone = false;  // the places up to here are a circle (all of equal distance are in)
  bool is_new = false;     // and no centre before it on the walk has the same set of places
  std::uint32_t row = 0;   // where masses() has the circle's mass; of a step that ends one
};

// For each centre its neighbours by distance while their mass stays within the share; each prefix that ends a zone is
// one circle.
class ScanZones {
 public:
  ScanZones(const ScanInput& input, const ScanNeighbours& neighbours, double share_max);
  // All centres, neighbours following each other.
  [[nodiscard]] const std::vector<std::uint32_t>& walk() const { return walk_; }
  // Of each place, where it stands on the walk.
  [[nodiscard]] const std::vector<std::uint32_t>& ranks() const { return ranks_; }
  [[nodiscard]] std::span<const ZoneStep> of(std::size_t centre) const {
    return {steps_.data() + first_[centre], size_[centre]};
  }
  // The same up to the last circle that is new.
  [[nodiscard]] std::span<const ZoneStep> new_of(std::size_t centre) const { return of(centre).first(new_[centre]); }
  // The distinct masses of circles, ascending.
  [[nodiscard]] const std::vector<double>& masses() const { return masses_; }
  [[nodiscard]] std::size_t new_circles() const { return new_circles_; }
  // Of the circles that are new.
  [[nodiscard]] double mean_places() const { return mean_places_; }

 private:
  void number_rows(const std::vector<double>& mass_of_step);
  // The same, faster, where masses are counts.
  void number_rows_of_whole(const std::vector<double>& mass_of_step, std::size_t largest);

  std::vector<std::uint32_t> walk_;
  std::vector<std::uint32_t> ranks_;
  std::vector<ZoneStep> steps_;
  std::vector<std::size_t> first_;  // by centre
  std::vector<std::size_t> size_;
  std::vector<std::size_t> new_;
  std::vector<double> masses_;
  std::size_t new_circles_ = 0;
  double mean_places_ = 0;
};

}  // namespace quadrille::analysis
