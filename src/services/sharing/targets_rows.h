#pragma once

#include "services/sharing/targets.h"

// The rows behind targets.h; only its use cases call these.

namespace quadrille::sharing::store {

struct EpochRow {
  std::int64_t id = 0;
  int number = 0;
  Instant begun_at;
};
// The newest first, two at most.
[[nodiscard]] std::vector<EpochRow> last_epochs(database::Snapshot& snapshot, TerritoryId territory);
void insert_epoch(database::Transaction& tx, TerritoryId territory, int number, const crypto::OprfElement& public_key,
                  Instant at);

[[nodiscard]] int load_count(database::Snapshot& snapshot, std::int64_t epoch, const std::string& whose);
void add_count(database::Transaction& tx, std::int64_t epoch, const std::string& whose, int more);
void replace_quota(database::Transaction& tx, TerritoryId territory, const TargetQuota& quota);
[[nodiscard]] HolderPolicy load_policy(database::Snapshot& snapshot, TerritoryId territory, ServiceId service);
void replace_policy(database::Transaction& tx, TerritoryId territory, ServiceId service, HolderPolicy policy);

struct TicketRow {
  std::int64_t epoch = 0;
  ServiceId service;
  std::string officer;
  TargetUse use = TargetUse::question;
  int elements = 0;
  std::string purpose;
  std::string legal_basis;
  Instant made_at;
  bool is_used = false;
};
void insert_ticket(database::Transaction& tx, const std::string& code, const TicketRow& ticket);
[[nodiscard]] std::optional<TicketRow> find_ticket(database::Snapshot& snapshot, const std::string& code);
void use_ticket(database::Transaction& tx, const std::string& code, Instant at);

struct Holder {
  ServiceId service;
  std::string code;
};
// Other services than `asking` with that output, in order of number.
[[nodiscard]] std::vector<Holder> holders_of(database::Snapshot& snapshot, std::int64_t epoch,
                                             const TargetOutput& output, ServiceId asking);
// The code the target has, the new one or the one it had already.
[[nodiscard]] std::string insert_target(database::Transaction& tx, std::int64_t epoch, const TargetOutput& output,
                                        ServiceId service, const std::string& code, const std::string& by, Instant at);
[[nodiscard]] int count_targets(database::Snapshot& snapshot, std::int64_t epoch, ServiceId service);
[[nodiscard]] std::int64_t delete_target(database::Transaction& tx, TerritoryId territory, ServiceId service,
                                         const std::string& code);
[[nodiscard]] std::int64_t delete_targets_of_epoch(database::Transaction& tx, std::int64_t epoch);
void insert_question(database::Transaction& tx, TerritoryId territory, const std::string& code, ServiceId asking,
                     const TicketRow& ticket, const std::optional<Holder>& holder, Instant at);

}  // namespace quadrille::sharing::store
