#pragma once

#include <memory>
#include <string>
#include <vector>

#include "edge/cli/instance.h"
#include "services/access/viewer.h"
#include "services/audit/audit.h"
#include "services/sharing/targets.h"

// What the commands of the duty desk share. They act for the service of the token's person; while the instance has no
// account, for any of its services, and the log says local:cli.

namespace quadrille::cli {

struct Desk {
  Instance instance;
  territory::Territory territory;
  ServiceId service;
  access::Asker asker;

  // No silent read.
  void record_read(const std::string& subject, std::size_t shown);
};

// --service (required where the command came without a token), --territory, --legal-basis.
[[nodiscard]] Result<Desk> open_desk(const Arguments& arguments);
[[nodiscard]] std::vector<Option> with_desk_options(std::vector<Option> own);
// The secret in --target-key, else target.key of the data folder.
[[nodiscard]] Result<std::unique_ptr<sharing::TargetKeys>> load_target_keys(const Arguments& arguments);
[[nodiscard]] std::string first_word(const Arguments& arguments);

}  // namespace quadrille::cli
