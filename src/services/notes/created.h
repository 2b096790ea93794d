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
#include "services/access/viewer.h"
#include "services/notes/assertion.h"
#include "services/territory/territory.h"

// What other services are told of notes, inside the transaction that makes them: matches are posted and conflicts
// looked for before the note exists for anyone. notes owns the structs and the list; who wants to know adds a function
// to it where the program is put together.

namespace quadrille::notes {

enum class Channel;

// What was made. A proposal is none of these: it asks for a change, and states nothing.
enum class CreatedKind { note, revision, enrichment, sighting };

// Statements with where and when they hold, as whoever reads them is shown them: of a channel at risk by sector and
// half-day, without its text.
struct Created {
  CreatedKind kind;
  NoteId note;
  std::int64_t addition = 0;  // row of an enrichment or sighting
  std::string_view code;      // of the note
  TerritoryId territory;
  Channel channel;
  ServiceId service;       // whose it is
  MarkingId marking;       // of the note or, for an enrichment, its own
  MarkingId note_marking;  // who reads an enrichment must read both
  std::optional<LonLat> point;
  std::optional<SectorId> sector;
  Window window;
  Product product;
  std::span<const Assertion> assertions;
  std::string_view facts;
  Instant at;
};

// Where it is made, and by whom.
struct Occasion {
  const territory::Territory& territory;
  const access::Asker& asker;
};

// The marking of a note changed; everything that was kept under the old one moves.
struct Remarked {
  NoteId note;
  MarkingId before;
  MarkingId after;
};

struct Hooks {
  // Of one territory; all of one kind.
  std::vector<std::function<void(database::Transaction&, const Occasion&, std::span<const Created>)>> on_created;
  std::vector<std::function<void(database::Transaction&, const Remarked&)>> on_remarked;
};

}  // namespace quadrille::notes
