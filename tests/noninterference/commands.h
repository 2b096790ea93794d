#pragma once

#include <string>
#include <vector>

#include "noninterference/world.h"

// The command line as an exit: made from the table of commands, each as its own example types it.

namespace quadrille::noninterference {

// Every command that works for a person, in both territories, on each of the codes.
[[nodiscard]] std::vector<std::vector<std::string>> all_command_lines(const std::vector<std::string>& codes);

// What it prints and how it ends, when somebody runs it on that world; what it draws by chance (codes of new objects,
// which are not among `codes`) stands as "*" and moments of this day as "now", for the command line takes the machine's
// chance and clock.
[[nodiscard]] std::string run_command(World& world, const Somebody& somebody, const std::vector<std::string>& words,
                                      const std::vector<std::string>& codes);

}  // namespace quadrille::noninterference
