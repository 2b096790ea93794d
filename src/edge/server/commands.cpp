#include "edge/server/commands.h"

#include "edge/cli/instance.h"
#include "edge/lab/lab.h"

namespace quadrille::server {

std::vector<cli::Command> all_commands() {
  auto all = cli::commands();
  auto analyses = lab::commands();
  all.insert(all.end(), analyses.begin(), analyses.end());
  return all;
}

}  // namespace quadrille::server
