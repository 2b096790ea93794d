#pragma once

#include <string_view>

#include "services/notes/attachments.h"

// Rows of attachments as they are stored; for this module only. SQL is in attachments_store.cpp.

namespace quadrille::notes {

void insert_attachment(database::Transaction& tx, NoteId note, const Attachment& attachment, std::string_view bytes);
[[nodiscard]] bool delete_attachment(database::Transaction& tx, NoteId note, std::string_view code);

}  // namespace quadrille::notes
