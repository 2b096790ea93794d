#pragma once

#include <string>
#include <vector>

#include "noninterference/world.h"

// Everything a person can ask: made from the router's table, so that a new exit is asked too or the program ends.

namespace quadrille::noninterference {

struct Probe {
  std::string method;
  std::string target;
  std::string body;
};

// Every endpoint with every value that its path may hold: places that exist, places of others, places that do not
// exist; `codes` are names of objects. Those that change something come last.
[[nodiscard]] std::vector<Probe> all_probes(const std::vector<std::string>& codes);

// An answer without what everybody may know of the log (a named release, services/sharing/releases): its size shows in
// positions of entries, in proofs and checkpoints. Nor the keys that open the reader's own entry: they are drawn anew;
// nor the hash by which a receipt names the RECALL it answers, and signatures (of texts that are compared).
[[nodiscard]] std::string without_the_logs_size(std::string text);

// A defect put in on purpose, to see that it would be found: how the answer to a probe is spoilt by what the reader may
// not know. `hidden` is a number that hidden acts change: the rows of the log.
using Plant = void (*)(const Probe& probe, std::int64_t hidden, http::Response& response);
struct PlantedLeak {
  std::string_view name;
  Plant plant;
};
[[nodiscard]] const std::vector<PlantedLeak>& planted_leaks();

}  // namespace quadrille::noninterference
