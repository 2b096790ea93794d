#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "host/database/database.h"

// What the log says of conditions that changed, so that who could read a note once is known for as long as the note.

namespace quadrille::notes {

// "marking=12 before=9", with the code of an addition "addition=CODE marking=12 before=9": what the details of an entry
// about the note begin with; a reason may follow. Whoever changes a marking writes one in the same transaction.
[[nodiscard]] std::string remarking_details(MarkingId after, MarkingId before, std::string_view addition = {});

// Every marking that the note, or what was added to it, had before its present one: from its entries in the log, which
// outlive it. Sorted, without repeats. O(alterations of the note).
[[nodiscard]] std::vector<MarkingId> earlier_markings(database::Snapshot& snapshot, NoteId note);

}  // namespace quadrille::notes
