#pragma once

#include <functional>

#include "base/id.h"
#include "services/audit/search.h"
#include "services/notes/erasure.h"

// Looks at a note, as the audit log has them, told by service: what the log says of persons leads to services by the
// habilitations of then.

namespace quadrille::recall {

// Calls for each entry that showed the note (lists included) to somebody who acted for a service in its territory at
// that moment: consultations first, then disclosures, each newest first. O(entries about the note).
void for_each_look(database::Snapshot& snapshot, const notes::NoteExtent& note,
                   const std::function<void(ServiceId, const audit::Entry&)>& look);

// Looks that may have left something outside: a file of the note taken or opened, a disclosure (print, export).
[[nodiscard]] bool may_leave_a_copy(const audit::Act& act);

}  // namespace quadrille::recall
