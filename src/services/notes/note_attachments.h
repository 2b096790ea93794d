#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/audit/recorder.h"
#include "services/notes/attachments.h"
#include "services/territory/territory.h"

// Attachments as people reach them: through their note. Whoever does not see the note exactly (a resident's report is
// shown coarsely to all but its author and verifier) sees no attachment of it: a photograph tells the place that the
// report hides. Each change is one transaction; each look is in the log before it is shown.

namespace quadrille::notes {

class NoteAttachments {
 public:
  NoteAttachments(database::Database& database, access::Access& access, audit::Recorder& recorder,
                  crypto::Chance& chance)
      : database_(database), access_(access), recorder_(recorder), chance_(chance) {}

  // By the author, or somebody of the originator's service. Its code.
  [[nodiscard]] Result<std::string> add(const territory::Territory& territory, std::string_view note,
                                        const CleanFile& file, const access::Asker& asker);
  [[nodiscard]] Result<std::vector<Attachment>> list(const territory::Territory& territory, std::string_view note,
                                                     const access::Asker& asker);
  // Under the note's handling code (access::check_exit), refused with the field `handling`.
  [[nodiscard]] Result<AttachmentContent> open(const territory::Territory& territory, std::string_view note,
                                               std::string_view attachment, AttachmentUse use,
                                               const access::Asker& asker);
  // By those who may add.
  [[nodiscard]] Result<void> remove(const territory::Territory& territory, std::string_view note,
                                    std::string_view attachment, const access::Asker& asker);

 private:
  struct Held;
  [[nodiscard]] Result<Held> find(database::Snapshot& snapshot, const access::Readable& readable,
                                  const territory::Territory& territory, std::string_view note,
                                  const access::Asker& asker);
  void record_look(const territory::Territory& territory, std::string_view note, std::string_view attachment,
                   std::string outcome, const access::Asker& asker, NoteId id);

  database::Database& database_;
  access::Access& access_;
  audit::Recorder& recorder_;
  crypto::Chance& chance_;
};

}  // namespace quadrille::notes
