#pragma once

#include <optional>
#include <vector>

#include "services/notes/ground.h"
#include "services/notes/store.h"

// What entry, revision and additions of notes have in common. Part of notes.

namespace quadrille::notes {

// The marking as it may be given by this person: territory and originator set, services of the territory, compartments
// the person is in. Refused with field "marking/...".
[[nodiscard]] Result<access::Marking> check_marking(access::Marking wanted, TerritoryId territory, ServiceId originator,
                                                    const std::vector<territory::Service>& services,
                                                    const access::Viewer& viewer);

// Nothing goes into a closed compartment that is not `already` there. Refused with field "marking/compartments".
[[nodiscard]] Result<void> check_inside(database::Snapshot& snapshot, const access::Marking& marking,
                                        const std::vector<CompartmentId>& already);

// With a point, its sector. Refused (field `sector`) when the sector is not of the territory, and (field `place`) when
// a channel at risk has no sector to be shown by.
[[nodiscard]] Result<Content> place_content(Content content, const Ground& ground, Channel channel);

// What filters may look at.
[[nodiscard]] Window shown_window(const Content& content, Channel channel, const clock::TimeZone& zone);

[[nodiscard]] Revision make_revision(int number, const crypto::Digest& previous, const Content& content,
                                     PersonId author, Instant at, crypto::Chance& chance);

[[nodiscard]] std::optional<Instant> due_after(Stage stage, Instant since);

// What the guards ask, of the note, the wish and the person; enrichments are the caller's to look for.
[[nodiscard]] Circumstances circumstances_of(const Note& note, const StepWish& wish, const WorkflowRow* row,
                                             const access::Marking& marking, const access::Policy& policy,
                                             const access::Viewer& viewer);

// For hooks. `told` is the content as others may see it; it must outlive what is returned.
[[nodiscard]] Created created_of(CreatedKind kind, const Note& note, const Content& told, Window window);

}  // namespace quadrille::notes
