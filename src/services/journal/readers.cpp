#include "services/journal/readers.h"

#include <fmt/format.h>

#include <map>

#include "services/recall/looks.h"

namespace quadrille::journal {
namespace {

// Opened whole, not shown in a list.
bool is_opening(const audit::Act& act) { return act.details == "whole"; }

std::vector<Readership> count(database::Snapshot& snapshot, const notes::NoteExtent& note) {
  std::map<ServiceId, Readership> by_service;
  recall::for_each_look(snapshot, note, [&by_service](ServiceId service, const audit::Entry& entry) {
    const bool is_copy = recall::may_leave_a_copy(entry.act);
    if (!is_opening(entry.act) && !is_copy) return;
    auto& readership = by_service.try_emplace(service, Readership{service, 0, 0, entry.at}).first->second;
    (is_copy ? readership.copies : readership.openings) += 1;
    readership.last = std::max(readership.last, entry.at);
  });
  std::vector<Readership> all;
  for (const auto& [service, readership] : by_service) all.push_back(readership);
  return all;
}

}  // namespace

Result<std::vector<Readership>> readers_of_note(database::Database& database, access::Access& access,
                                                audit::Recorder& recorder, const territory::Territory& territory,
                                                std::string_view code, const access::Asker& asker) {
  std::vector<Readership> readers;
  std::optional<notes::NoteExtent> note;
  bool is_ours = false;
  {
    auto snapshot = database.read();
    const auto readable = access.readable(*snapshot, asker.viewer);
    const auto id = notes::find_note_id(*snapshot, territory.id, code, *readable, PersonId{});
    if (id) note = notes::load_extent(*snapshot, *id);
    const auto* standing = asker.viewer.in(territory.id);
    is_ours = note && standing && standing->service == note->originator;
    if (is_ours) readers = count(*snapshot, *note);
  }
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::consultation;
  act.territory = territory.id;
  act.subject = note ? "readers of note " + note->code : "readers of a note";
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = !note ? "not found" : !is_ours ? "refused" : fmt::format("rows={}", readers.size());
  if (note) act.object = audit::Object("note", note->id);
  recorder.record(act);
  if (!note)
    return refuse(
        ErrorKind::not_found,
        {"aucune fiche de ce code, ou elle ne vous est pas lisible", "no note of this code, or none that you may read"},
        "note");
  if (is_ours) return readers;
  return refuse(ErrorKind::forbidden,
                {"seul le service d'origine sait quels services ont ouvert sa fiche",
                 "only the originating service is told which services opened its note"},
                "note");
}

}  // namespace quadrille::journal
