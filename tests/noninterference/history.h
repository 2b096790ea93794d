#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "noninterference/world.h"

// What people do in an instance, drawn at random, each act with what it takes for a reader to learn of it.

namespace quadrille::noninterference {

// Of which service of which territory.
struct WrittenNote {
  std::string slug;
  std::size_t originator = 0;  // by its place among the services of the territory
};

struct Act {
  std::uint64_t label = 0;  // its place in the whole history: moment and chance
  std::string what;
  // Does it; answers the codes of what was made, under which something might be asked for.
  std::function<std::vector<std::string>(World&)> run;
  // May this reader learn that it was done? Told by the rules alone, never by asking the product.
  std::function<bool(const access::Viewer&)> may_learn;
  std::optional<WrittenNote> note = {};  // where it writes one, whose code is the first that `run` answers
  // Of an act that a named release tells of: to whom, and the act with everything else different. The other history of
  // such a reader has that instead of nothing, so that whatever the release does not tell has to be the same.
  std::function<bool(const access::Viewer&)> is_told_a_line = {};
  std::function<std::vector<std::string>(World&)> run_otherwise = {};
};

// 4 to 12 acts, and looks at the notes among them. Where two of them meet in what the product tells of its own
// (services/sharing/releases: a conflict, the exclusions), whoever is told may learn of both.
[[nodiscard]] std::vector<Act> random_history(Random& random, const Ground& ground);

// People admitted to compartments before the history begins; the same for both worlds.
void admit_at_random(World& world, Random random);

}  // namespace quadrille::noninterference
