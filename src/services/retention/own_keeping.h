#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "services/retention/retention.h"

// A receiver's own keeping: a service that was given a note may let it go before the end that its writer set, never
// after. From then on its people read neither the note nor what hangs on it, and it has a signed receipt; what it holds
// outside of the instance it destroys itself. The writer and every other service see what they saw: the note stays
// theirs, and that this service let it go, or when it will, is not told to them. A recall reaches it all the same.
//
// Given to it anew (shared again after it was taken out, or attributed to it), the note is read anew.

namespace quadrille::retention {

struct OwnKeeping {
  Instant note_until;            // as the note has it
  std::optional<Instant> until;  // the service's own, sooner
};

// Why a service cannot let a note go yet, though the time it chose is over.
enum class Hindrance {
  attributed,    // it works on the note
  open_request,  // it asked about it, or has to answer about it
};
[[nodiscard]] std::string_view name_of(Hindrance hindrance);
[[nodiscard]] const Text& label_of(Hindrance hindrance);
[[nodiscard]] std::optional<Hindrance> hindrance_of(database::Snapshot& snapshot, const notes::NoteExtent& note,
                                                    ServiceId service);

// Of the asker's service. Refused: `note`, not readable (not_found), or the service's own (forbidden: its end is
// everybody's, notes::Notes::shorten).
[[nodiscard]] Result<OwnKeeping> own_keeping(database::Database& database, access::Access& access,
                                             audit::Recorder& recorder, const territory::Territory& territory,
                                             std::string_view note, const access::Asker& asker);
// Capability answer_received. Refused besides (field `retain_until`): past; later than the note's end, or than what the
// service chose before.
[[nodiscard]] Result<void> shorten_own(database::Database& database, access::Access& access, audit::Recorder& recorder,
                                       const territory::Territory& territory, std::string_view note, Instant until,
                                       const access::Asker& asker);

// Those whose time is over and that are hindered, of one service, under the markings listed; the longest first.
struct HinderedKeeping {
  std::string note;  // its code
  Instant due;
  Hindrance why = Hindrance::attributed;
};
[[nodiscard]] std::vector<HinderedKeeping> hindered_keepings(database::Snapshot& snapshot, TerritoryId territory,
                                                             ServiceId service, const access::Readable& readable,
                                                             Instant now);

// Ends those that are due and not hindered, one transaction each. For run().
void end_own_keepings(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done);

}  // namespace quadrille::retention
