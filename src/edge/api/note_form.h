#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edge/api/note_wire.h"
#include "services/access/access.h"
#include "services/access/compartment.h"
#include "services/access/person.h"
#include "services/notes/notes.h"
#include "services/notes/reception.h"
#include "services/sharing/note_matching.h"
#include "services/territory/territory.h"

// Between what the API says of notes and what services/notes takes and gives.

namespace quadrille::api {

// What codes and names of a territory stand for.
struct NoteNames {
  territory::Territory territory;
  std::vector<territory::Service> services;
  std::shared_ptr<const std::vector<notes::PlaceName>> sectors;
  std::vector<access::Compartment> compartments;  // those the asker is in, closed ones included
  notes::AuthorKind author = notes::AuthorKind::reads_notes;
  bool persons_are_allowed = false;  // by a legal act of the territory, now
};

[[nodiscard]] NoteNames note_names(notes::Notes& notes, access::Access& access, database::Database& database,
                                   const territory::Territory& territory, const access::Asker& asker);

// "2026-10-24T10:00:00Z", with or without milliseconds; nothing otherwise.
[[nodiscard]] std::optional<Instant> parse_moment(std::string_view text);

[[nodiscard]] Result<notes::NewNote> to_note(const wire::NoteWish& wish, const NoteNames& names,
                                             std::optional<ServiceId> own);
[[nodiscard]] Result<notes::Content> to_content(const wire::NoteWish& wish, notes::Channel channel,
                                                const NoteNames& names);
// By code or name; closed ones too: whether something goes in is for the service to say.
[[nodiscard]] Result<std::vector<CompartmentId>> to_compartments(const std::vector<std::string>& codes,
                                                                 const NoteNames& names, std::string_view field);
[[nodiscard]] Result<access::Marking> to_marking(const wire::MarkingWish& wish, const NoteNames& names,
                                                 std::string_view field);
// Refused besides: `denied` (a login of nobody who reads notes there: one answer whatever the reason).
[[nodiscard]] Result<notes::Notes::Remark> to_remark(const wire::RemarkWish& wish, const NoteNames& names,
                                                     database::Snapshot& snapshot, Instant now);
[[nodiscard]] Result<notes::NewAddition> to_addition(const wire::AdditionWish& wish, const NoteNames& names);
[[nodiscard]] Result<notes::StepWish> to_step(const wire::NoteStepWish& wish, const NoteNames& names);
// The end of that local day.
[[nodiscard]] Instant end_of(CivilDate day, const territory::Territory& territory);

[[nodiscard]] wire::NoteView to_wire(const notes::Shown& shown, const NoteNames& names);
[[nodiscard]] wire::NoteDossier to_wire(const notes::Dossier& dossier, const NoteNames& names);
[[nodiscard]] wire::MarkingPreview to_wire(const notes::MarkingChange& change, const NoteNames& names);
[[nodiscard]] wire::NoteMatchesView to_wire(const sharing::NoteMatches& matches, const NoteNames& names);
[[nodiscard]] wire::NoteFacets to_wire(const notes::Facets& facets, const NoteNames& names);
[[nodiscard]] wire::NoteForm note_form(const NoteNames& names, std::optional<ServiceId> own);

}  // namespace quadrille::api
