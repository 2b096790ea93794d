#include "services/notes/attachments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/files/image_metadata.h"
#include "host/files/pdf_check.h"
#include "services/audit/audit.h"
#include "services/notes/attachment_store.h"

namespace quadrille::notes {
namespace {

struct FileKind {
  std::string_view ending;  // of names; the first of a kind is the one we give
  std::string_view media_type;
};
constexpr FileKind file_kinds[] = {{"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"jfif", "image/jpeg"},
                                   {"png", "image/png"},  {"webp", "image/webp"}, {"pdf", "application/pdf"}};

std::string ending_of(std::string_view name) {
  const auto dot = name.rfind('.');
  std::string ending(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return ending;
}

Result<void> check_name(std::string_view name, std::string_view media_type) {
  const std::string ending = ending_of(name);
  if (ending.empty()) return {};
  const auto kind = std::ranges::find(file_kinds, ending, &FileKind::ending);
  if (kind != std::end(file_kinds) && kind->media_type == media_type) return {};
  return invalid({fmt::format("le nom du fichier finit par « .{} », mais son contenu est {}", ending, media_type),
                  fmt::format("the file's name ends in \".{}\", but its content is {}", ending, media_type)},
                 "name");
}

Result<void> check_bytes(std::string_view bytes) {
  if (bytes.empty()) return invalid({"le fichier est vide", "the file is empty"}, "file");
  if (bytes.size() > attachment_bytes_max)
    return refuse(
        ErrorKind::too_large,
        {fmt::format("fichier trop grand : {} Mio, au plus {}", bytes.size() >> 20U, attachment_bytes_max >> 20U),
         fmt::format("file too large: {} MiB, at most {}", bytes.size() >> 20U, attachment_bytes_max >> 20U)},
        "file");
  return {};
}

void record(database::Transaction& tx, TerritoryId territory, NoteId note, std::string details, audit::Action action,
            const access::Asker& asker) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = action;
  act.territory = territory;
  act.subject = fmt::format("note {}", note.value);
  act.object = audit::Object{"note", note};
  act.details = std::move(details);
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  audit::record(tx, act, asker.at);
}

}  // namespace

Result<CleanFile> clean_file(std::string_view name, std::string_view bytes) {
  if (auto checked = check_bytes(bytes); !checked) return Failure(checked.error());
  CleanFile file;
  if (files::looks_like_image(bytes)) {
    auto image = files::without_metadata(bytes);
    if (!image) return Failure(image.error());
    file = {std::string(files::media_type_of(image->kind)), std::move(image->bytes), std::move(image->removed)};
  } else if (files::looks_like_pdf(bytes)) {
    if (auto checked = files::check_pdf(bytes); !checked) return Failure(checked.error());
    file = {"application/pdf", std::string(bytes), {}};
  } else {
    return invalid({"seuls les photographies JPEG, PNG ou WebP et les PDF peuvent être joints",
                    "only JPEG, PNG or WebP photographs and PDFs may be attached"},
                   "file");
  }
  if (auto checked = check_name(name, file.media_type); !checked) return Failure(checked.error());
  return file;
}

std::string file_name_of(const Attachment& attachment) {
  const auto kind = std::ranges::find(file_kinds, attachment.media_type, &FileKind::media_type);
  CHECK(kind != std::end(file_kinds));
  return fmt::format("piece-{}.{}", attachment.code, kind->ending);
}

Result<std::string> attach(database::Transaction& tx, NoteId note, TerritoryId territory, ServiceId service,
                           const CleanFile& file, const access::Asker& asker, crypto::Chance& chance) {
  const auto present = attachments_of(tx, note);
  if (present.size() >= static_cast<std::size_t>(attachments_max))
    return refuse(ErrorKind::conflict,
                  {fmt::format("une fiche a {} pièces jointes au plus", attachments_max),
                   fmt::format("a note has at most {} attachments", attachments_max)},
                  "file");
  std::size_t total = file.bytes.size();
  for (const auto& other : present) total += static_cast<std::size_t>(other.size);
  if (total > attachments_bytes_max)
    return refuse(ErrorKind::too_large,
                  {fmt::format("les pièces d'une fiche font {} Mio au plus en tout", attachments_bytes_max >> 20U),
                   fmt::format("a note's attachments are at most {} MiB in all", attachments_bytes_max >> 20U)},
                  "file");
  Attachment attachment;
  attachment.code = crypto::random_code(chance);
  attachment.media_type = file.media_type;
  attachment.size = static_cast<std::int64_t>(file.bytes.size());
  attachment.sha256 = crypto::sha256_hex(file.bytes);
  attachment.removed = file.removed;
  attachment.added_at = asker.at;
  attachment.person = asker.viewer.person;
  attachment.service = service;
  insert_attachment(tx, note, attachment, file.bytes);
  record(tx, territory, note,
         fmt::format("attached={} type={} bytes={} sha256={}", attachment.code, attachment.media_type, attachment.size,
                     attachment.sha256),
         audit::Action::collection, asker);
  return attachment.code;
}

access::Exit exit_of(const Attachment& attachment, AttachmentUse use, const access::Viewer& viewer) {
  if (viewer.limited_to) return access::Exit::api_client;
  const bool is_picture = attachment.media_type.starts_with("image/");
  return use == AttachmentUse::shown && is_picture ? access::Exit::screen : access::Exit::export_file;
}

bool detach(database::Transaction& tx, NoteId note, TerritoryId territory, std::string_view code,
            const access::Asker& asker) {
  if (!delete_attachment(tx, note, code)) return false;
  record(tx, territory, note, fmt::format("attachment={}", code), audit::Action::erasure, asker);
  return true;
}

}  // namespace quadrille::notes
