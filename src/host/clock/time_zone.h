#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace quadrille::clock {

struct LocalTime {
  CivilDate date;
  CivilTime time;
  friend bool operator==(LocalTime, LocalTime) = default;
};

// What a local wall time means in a zone.
struct LocalMeaning {
  enum class Kind {
    unique,    // one instant: earliest == latest
    repeated,  // the hour came twice (clocks went back): earliest and latest are the two
    skipped,   // the hour never was (clocks went forward): both are the moment of the change
  };
  Kind kind = Kind::unique;
  Instant earliest;
  Instant latest;
  friend bool operator==(LocalMeaning, LocalMeaning) = default;
};

// An IANA time zone, as a value that is cheap to copy. Conversions are a binary search in the zone's changes from 1970
// to 2100, remembered from the machine's zone files when the zone is opened.
class TimeZone {
 public:
  // "Europe/Paris". Unknown names are refused.
  [[nodiscard]] static Result<TimeZone> open(std::string_view name);

  [[nodiscard]] const std::string& name() const { return changes_->name; }
  [[nodiscard]] LocalTime to_local(Instant instant) const;
  [[nodiscard]] LocalMeaning to_instant(LocalTime local) const;
  // The instants of a local day, midnight to midnight; 23, 24 or 25 hours.
  [[nodiscard]] Period day(CivilDate date) const;

 private:
  struct Change {
    std::int64_t from_utc_ms;
    std::int64_t offset_ms;  // local = utc + offset
  };
  struct Changes {
    std::string name;
    std::vector<Change> list;  // ascending; the first from the beginning of time
  };
  explicit TimeZone(std::shared_ptr<const Changes> changes) : changes_(std::move(changes)) {}
  [[nodiscard]] std::size_t change_at(std::int64_t utc_ms) const;

  std::shared_ptr<const Changes> changes_;
};

}  // namespace quadrille::clock
