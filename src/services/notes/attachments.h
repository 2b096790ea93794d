#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/policy.h"
#include "services/access/viewer.h"

// Photographs and documents of a note. What a file is, is told by its content; photographs lose everything beside the
// picture (host/files/image_metadata.h), PDFs that hold more than a document are refused (host/files/pdf_check.h). The
// name a file came with is not kept: names of files tell moments, phones and persons. Bytes and their SHA-256 are rows
// of the database, written in the same transaction as the log's entry, and go with their note.
//
// Must not be used for: faces (no recognition, ever), identity papers, copies of national files.

namespace quadrille::notes {

[[nodiscard]] std::span<const database::Migration> attachment_migrations();

inline constexpr std::size_t attachment_bytes_max = 10U << 20U;
inline constexpr std::size_t attachments_bytes_max = 40U << 20U;  // of one note
inline constexpr int attachments_max = 10;                        // of one note

// A file that may be kept.
struct CleanFile {
  std::string media_type;  // "image/jpeg", "image/png", "image/webp", "application/pdf"
  std::string bytes;
  std::vector<std::string> removed;  // what was left out of a photograph, by name
};
// Pure. Refused: empty, too large, of another kind, broken (field "file"); a name whose ending says another kind (field
// "name"; a name without ending, or none, is taken). Nothing is kept of what is refused.
[[nodiscard]] Result<CleanFile> clean_file(std::string_view name, std::string_view bytes);

struct Attachment {
  std::string code;
  std::string media_type;
  std::int64_t size = 0;  // bytes, as kept
  std::string sha256;     // of the bytes as kept, 64 hexadecimal digits
  std::vector<std::string> removed;
  Instant added_at;
  PersonId person;
  ServiceId service;
};
// The name it is given to whoever takes it out: "piece-<code>.jpg".
[[nodiscard]] std::string file_name_of(const Attachment& attachment);

// To a note the asker may add to (the caller has seen to it). Refused by field "file" beyond the number or size of a
// note. Its code.
[[nodiscard]] Result<std::string> attach(database::Transaction& tx, NoteId note, TerritoryId territory,
                                         ServiceId service, const CleanFile& file, const access::Asker& asker,
                                         crypto::Chance& chance);

// In order of addition.
[[nodiscard]] std::vector<Attachment> attachments_of(database::Snapshot& snapshot, NoteId note);

struct AttachmentContent {
  Attachment attachment;
  std::string bytes;
};
// Only of that note. Bytes that do not have their SHA-256 any more throw DatabaseError{corrupt}.
[[nodiscard]] std::optional<AttachmentContent> find_attachment(database::Snapshot& snapshot, NoteId note,
                                                               std::string_view code);
// The way out that a look at it is: a photograph on the page is the screen; a PDF, or anything taken as a file, an
// export; whoever comes with a token is a client of the API.
enum class AttachmentUse { shown, taken };
[[nodiscard]] access::Exit exit_of(const Attachment& attachment, AttachmentUse use, const access::Viewer& viewer);

// False when the note has none of that code.
[[nodiscard]] bool detach(database::Transaction& tx, NoteId note, TerritoryId territory, std::string_view code,
                          const access::Asker& asker);
// Every one of a note that is erased, in the transaction that erases it and records it; how many there were.
std::int64_t erase_attachments(database::Transaction& tx, NoteId note);

}  // namespace quadrille::notes
