#pragma once

#include <functional>
#include <vector>

#include "base/id.h"
#include "services/audit/audit.h"
#include "services/notes/erasure.h"

// Looks at a note, as the audit log has them, told by service: what the log says of persons leads to services by the
// habilitations of then.
//
// A look is at the note itself: it was opened, a file of it taken, a print made, or its words shown for a person's
// rights. That a list, a search or the matches of another note showed it is in the log for the auditor, and no look
// here: what those hold depends on notes that the asker may not see (decision 12). Who *could* see it there is told by
// its markings, present and past.

namespace quadrille::recall {

enum class Look {
  opening,
  copy,  // may have left something outside: a file of the note taken or opened, a disclosure (print, export)
};

// Calls for each look at the object (a note, a request between services) of somebody who acted for a service in its
// territory at that moment: consultations first, then disclosures, each newest first. O(entries about it).
void for_each_look(database::Snapshot& snapshot, const audit::Object& object, TerritoryId territory,
                   const std::function<void(ServiceId, Look, Instant)>& look);

// The services whose list of notes could have held it besides those that its present marking lets read: its earlier
// markings let them, or its author went to them and looked at lists there. Sorted, without repeats. O(entries about the
// note), and those of an author who changed service.
[[nodiscard]] std::vector<ServiceId> services_that_could_read(database::Snapshot& snapshot,
                                                              const notes::NoteExtent& note);

}  // namespace quadrille::recall
