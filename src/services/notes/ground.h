#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/clock/time_zone.h"
#include "services/facts/locator.h"
#include "services/notes/notes.h"
#include "services/notes/persons.h"

// What a territory gives to every note: its clock, the names of its places, where a point lies. Part of notes.

namespace quadrille::notes {

struct Ground {
  Ground(clock::TimeZone its_zone, Gazetteer its_places, facts::Locator locator, std::vector<PlaceName> its_sectors)
      : zone(std::move(its_zone)),
        places(std::move(its_places)),
        sectors(std::make_shared<const std::vector<PlaceName>>(std::move(its_sectors))),
        locator_(std::move(locator)) {}
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  clock::TimeZone zone;
  Gazetteer places;
  std::shared_ptr<const std::vector<PlaceName>> sectors;  // every level

  [[nodiscard]] bool has_sector(SectorId id) const {
    return std::ranges::find(*sectors, id, &PlaceName::id) != sectors->end();
  }

  [[nodiscard]] std::optional<SectorId> sector_of(LonLat place) const {
    const std::lock_guard lock(mutex_);
    const auto located = locator_.locate(place);
    return located.sector == 0 ? std::nullopt : std::optional(SectorId{located.sector});
  }

 private:
  mutable std::mutex mutex_;
  mutable facts::Locator locator_;
};

// The service a person acts for in a territory; refused (forbidden, field `service`) when there is none.
[[nodiscard]] Result<ServiceId> service_of(const access::Viewer& viewer, TerritoryId territory);

// The one answer for what does not exist and for what one may not read.
[[nodiscard]] Failure no_such_note();

// An entry of the log about a note.
[[nodiscard]] audit::Act act_on(const access::Asker& asker, audit::Action action, const Note& note,
                                std::string details);

// Free text of a step: length and characters (field), and persons.
[[nodiscard]] Result<void> check_words(std::string_view words, std::size_t longest, const Ground& ground,
                                       const std::string& field);

// Persons in the texts of a content. Without an act they are refused where they stand; with one, a note that names
// somebody says in which category (field `person_category`), because that decides how long it is kept.
enum class Persons { refused, with_category };
[[nodiscard]] Result<void> check_persons(const Content& content, const Ground& ground, Persons persons);
[[nodiscard]] Persons persons_rule(database::Snapshot& snapshot, TerritoryId territory, Instant at);

}  // namespace quadrille::notes
