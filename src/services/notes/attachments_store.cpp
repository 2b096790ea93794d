#include <fmt/format.h>

#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/notes/attachment_store.h"

namespace quadrille::notes {
namespace {

// The bytes stand last, so that a list does not read them.
constexpr database::Migration migration_steps[] = {
    {"note_attachments", 1,
     "CREATE TABLE note_attachment (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, note INTEGER NOT NULL, "
     "media_type TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL, removed TEXT NOT NULL, added_ms INTEGER "
     "NOT NULL, person INTEGER NOT NULL, service INTEGER NOT NULL, bytes BLOB NOT NULL); "
     "CREATE INDEX note_attachment_of_note ON note_attachment (note, id)"},
};

constexpr std::string_view columns = "code, media_type, size, sha256, removed, added_ms, person, service";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : "\n") + word;
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = text.find('\n');
    words.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return words;
}

Attachment attachment_of(const database::Rows& rows) {
  return {std::string(rows.text(0)), std::string(rows.text(1)), rows.integer(2),   std::string(rows.text(3)),
          split(rows.text(4)),       {rows.integer(5)},         {rows.integer(6)}, {rows.integer(7)}};
}

}  // namespace

std::span<const database::Migration> attachment_migrations() { return migration_steps; }

void insert_attachment(database::Transaction& tx, NoteId note, const Attachment& attachment, std::string_view bytes) {
  tx.execute(
      fmt::format("INSERT INTO note_attachment ({}, note, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", columns),
      {attachment.code, attachment.media_type, attachment.size, attachment.sha256, joined(attachment.removed),
       attachment.added_at.utc_ms, attachment.person, attachment.service, note, crypto::bytes_of(bytes)});
}

std::vector<Attachment> attachments_of(database::Snapshot& snapshot, NoteId note) {
  auto rows = snapshot.query(fmt::format("SELECT {} FROM note_attachment WHERE note = ? ORDER BY id", columns), {note});
  std::vector<Attachment> found;
  while (rows->next()) found.push_back(attachment_of(*rows));
  return found;
}

std::optional<AttachmentContent> find_attachment(database::Snapshot& snapshot, NoteId note, std::string_view code) {
  auto rows = snapshot.query(fmt::format("SELECT {}, bytes FROM note_attachment WHERE note = ? AND code = ?", columns),
                             {note, code});
  if (!rows->next()) return std::nullopt;
  AttachmentContent content{attachment_of(*rows), std::string(crypto::text_of(rows->bytes(8)))};
  if (crypto::sha256_hex(content.bytes) != content.attachment.sha256)
    throw database::DatabaseError(database::DatabaseError::Cause::corrupt,
                                  fmt::format("attachment {} does not have its SHA-256", code));
  return content;
}

bool delete_attachment(database::Transaction& tx, NoteId note, std::string_view code) {
  return tx.execute("DELETE FROM note_attachment WHERE note = ? AND code = ?", {note, code}) == 1;
}

std::int64_t erase_attachments(database::Transaction& tx, NoteId note) {
  return tx.execute("DELETE FROM note_attachment WHERE note = ?", {note});
}

}  // namespace quadrille::notes
