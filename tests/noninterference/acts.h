#pragma once

#include <functional>
#include <string>
#include <vector>

#include "noninterference/history.h"

// What the files of acts have in common.

namespace quadrille::noninterference {

[[nodiscard]] const std::string& random_slug(Random& random);
// Whoever of the territory may read notes and be admitted to a compartment.
[[nodiscard]] const Somebody& reader_of(Random& random, const Ground& ground, const std::string& slug);
// Whether they act for one of these services there.
[[nodiscard]] std::function<bool(const access::Viewer&)> acts_for(const Ground& ground, const std::string& slug,
                                                                  const std::vector<std::size_t>& services);

// ---- looks.cpp ------------------------------------------------------------------------------------------------------

// Somebody opens that note, follows what it matches, or prints it: who wrote it may be told that their service did.
[[nodiscard]] Act open_note(Random& random, const Ground& ground, const Act& note);
// Somebody lists, searches or counts notes, or looks at conflicts. What a list holds depends on every note that they
// may read, so that nobody may be told of one note that it was in it; half of the looks are played to everybody, so
// that what is hidden may not show in what they held, and half to nobody.
[[nodiscard]] Act look_at_lists(Random& random, const Ground& ground);

}  // namespace quadrille::noninterference
