#include "services/notes/note_attachments.h"

#include <fmt/format.h>

#include "base/line.h"
#include "services/audit/audit.h"
#include "services/notes/ground.h"
#include "services/notes/shown.h"
#include "services/notes/store.h"

namespace quadrille::notes {
namespace {

Failure no_such_attachment() {
  return refuse(ErrorKind::not_found, {"cette pièce n'existe pas", "there is no such attachment"}, "attachment");
}

}  // namespace

// A note as the asker sees it.
struct NoteAttachments::Held {
  NoteId id;
  access::Marking marking;
  ServiceId service;  // the asker's, in the territory
  bool is_exact = false;
  bool may_change = false;
};

Result<NoteAttachments::Held> NoteAttachments::find(database::Snapshot& snapshot, const access::Readable& readable,
                                                    const territory::Territory& territory, std::string_view note,
                                                    const access::Asker& asker) {
  const auto found = store::find(snapshot, territory.id, note, readable.sql_list(), asker.viewer.person);
  if (!found) return no_such_note();
  const PersonId person = asker.viewer.person;
  const bool is_author = person.value != 0 && found->author == person;
  const bool is_readable = readable.contains(found->marking);
  const auto* standing = asker.viewer.in(territory.id);
  const ServiceId service = standing ? standing->service : ServiceId{};
  const Looker looker{is_author, person.value != 0 && found->verifier == person};
  return Held{found->id, access::load_marking(snapshot, found->marking), service,
              is_readable && sight_of(found->channel, looker) == Sight::exact,
              is_author || (is_readable && service.value != 0 && service == found->originator)};
}

Result<std::string> NoteAttachments::add(const territory::Territory& territory, std::string_view note,
                                         const CleanFile& file, const access::Asker& asker) {
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  auto tx = database_.write();
  const auto held = find(*tx, *readable, territory, note, asker);
  if (!held) return Failure(held.error());
  if (!held->may_change)
    return refuse(ErrorKind::forbidden,
                  {"seuls l'auteur de la fiche et son service y joignent des pièces",
                   "only the note's author and their service attach files to it"},
                  "note");
  auto code = attach(*tx, held->id, territory.id, held->service, file, asker, chance_);
  if (code) tx->commit();
  return code;
}

Result<std::vector<Attachment>> NoteAttachments::list(const territory::Territory& territory, std::string_view note,
                                                      const access::Asker& asker) {
  std::vector<Attachment> attachments;
  NoteId id;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const auto held = find(*snapshot, *readable, territory, note, asker);
    if (held && held->is_exact) attachments = attachments_of(*snapshot, held->id);
    if (held) id = held->id;
  }
  record_look(territory, note, "", id.value == 0 ? "empty" : fmt::format("rows={}", attachments.size()), asker, id);
  if (id.value == 0) return no_such_note();
  return attachments;
}

Result<AttachmentContent> NoteAttachments::open(const territory::Territory& territory, std::string_view note,
                                                std::string_view attachment, AttachmentUse use,
                                                const access::Asker& asker) {
  std::optional<AttachmentContent> content;
  Result<void> leaves;
  NoteId id;
  {
    auto snapshot = database_.read();
    const auto readable = access_.readable(*snapshot, asker.viewer);
    const auto held = find(*snapshot, *readable, territory, note, asker);
    if (held) id = held->id;
    if (held && held->is_exact) content = find_attachment(*snapshot, held->id, attachment);
    if (content)
      leaves = access::check_exit(held->marking.handling, exit_of(content->attachment, use, asker.viewer),
                                  access::Release::none);
  }
  record_look(territory, note, attachment, !content ? "empty" : leaves ? "shown" : "refused", asker, id);
  if (id.value == 0) return no_such_note();
  if (!content) return no_such_attachment();
  if (!leaves) return Failure(leaves.error());
  return std::move(*content);
}

Result<void> NoteAttachments::remove(const territory::Territory& territory, std::string_view note,
                                     std::string_view attachment, const access::Asker& asker) {
  const auto readable = access_.readable(*database_.read(), asker.viewer);
  auto tx = database_.write();
  const auto held = find(*tx, *readable, territory, note, asker);
  if (!held) return Failure(held.error());
  if (!held->may_change || !detach(*tx, held->id, territory.id, attachment, asker)) return no_such_attachment();
  tx->commit();
  return {};
}

void NoteAttachments::record_look(const territory::Territory& territory, std::string_view note,
                                  std::string_view attachment, std::string outcome, const access::Asker& asker,
                                  NoteId id) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::consultation;
  act.territory = territory.id;
  // What the asker was not shown is not named: a guess of codes stays theirs.
  act.subject = id.value == 0 ? "note" : fmt::format("note {}", note);
  act.details = attachment.empty() ? "attachments"
                : id.value == 0    ? "attachment"
                                   : fmt::format("attachment={}", fit_line(attachment, 16));
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = std::move(outcome);
  if (id.value != 0) act.object = audit::Object{"note", id};
  recorder_.record(act);
}

}  // namespace quadrille::notes
