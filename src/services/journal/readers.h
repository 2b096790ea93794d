#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "services/access/access.h"
#include "services/audit/recorder.h"
#include "services/territory/territory.h"

// "Qui a lu cette fiche ?" as the service that wrote it may ask: which services opened it, how often and when last,
// from the audit log. Persons are the auditor's business (journal.h); officers are not counted one by one here, nor
// anywhere (decision 11).
//
// Lists do not count, only a note that somebody opened, a file of it or a print: what a list shows depends on the other
// notes of its page, so that a count of lists would tell of notes one may not see.

namespace quadrille::journal {

struct Readership {
  ServiceId service;
  std::int64_t openings = 0;
  std::int64_t copies = 0;  // files of it opened or taken, prints
  Instant last;

  friend bool operator==(const Readership&, const Readership&) = default;
};

// The asker's own service included, in order of number. Refused: `note`, not readable (not_found) or of another service
// (forbidden). Asking is itself in the log. O(entries about the note).
[[nodiscard]] Result<std::vector<Readership>> readers_of_note(database::Database& database, access::Access& access,
                                                              audit::Recorder& recorder,
                                                              const territory::Territory& territory,
                                                              std::string_view code, const access::Asker& asker);

// The same of a request between services, for the service that asked: whether the other one opened it. What cannot be
// read answers as what does not exist (field `code`).
[[nodiscard]] Result<std::vector<Readership>> readers_of_request(database::Database& database, access::Access& access,
                                                                 audit::Recorder& recorder,
                                                                 const territory::Territory& territory,
                                                                 std::string_view code, const access::Asker& asker);

}  // namespace quadrille::journal
