#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "host/database/database.h"
#include "services/notes/assertion.h"

// What other services are told of notes, inside the transaction that makes them: matches are posted and conflicts
// looked for before the note exists for anyone. notes owns the structs and the list; who wants to know adds a function
// to it where the program is put together.

namespace quadrille::notes {

// Typed statements with where and when they hold: a new note, or an enrichment or sighting of one.
struct Created {
  NoteId note;
  std::string_view code;  // of the note
  TerritoryId territory;
  ServiceId service;  // whose it is
  MarkingId marking;  // of the note or, for an enrichment, its own
  std::optional<LonLat> point;
  std::optional<SectorId> sector;
  Window window;
  Product product;
  std::span<const Assertion> assertions;
  Instant at;
};

// The marking of a note changed; everything that was kept under the old one moves.
struct Remarked {
  NoteId note;
  MarkingId before;
  MarkingId after;
};

struct Hooks {
  std::vector<std::function<void(database::Transaction&, std::span<const Created>)>> on_created;
  std::vector<std::function<void(database::Transaction&, const Remarked&)>> on_remarked;
};

}  // namespace quadrille::notes
