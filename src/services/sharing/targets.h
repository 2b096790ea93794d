#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/crypto/oprf.h"
#include "host/database/database.h"
#include "services/access/viewer.h"
#include "services/sharing/releases.h"

// Target deconfliction: does another service work on this plate, number or name? Hit or no hit and whom to call; what
// is held stays shut. Off until a territory records the legal act (access::Part::target_matching).
//
// Services register and ask by OPRF outputs (host/crypto/oprf.h): a client blinds the selector, the instance evaluates
// it without seeing it, the client finalises. One question takes two calls:
//
//   evaluate()  counts against three quotas, gives a ticket good once for ten minutes, and the evaluated elements
//   redeem()    takes the ticket and the outputs; answers, registers or renews
//
// What protects the targets is the quota, in the same transaction as the evaluation: the curve only keeps the instance
// from seeing what is asked and a stolen database from being tried out without the key, which is in a file beside it.
// Who holds both key and database can try every number; docs/deconfliction.md says so.

namespace quadrille::sharing {

// The key of an epoch is derived from the instance's secret, so that the database holds none.
class TargetKeys {
 public:
  explicit TargetKeys(const std::array<std::uint8_t, 32>& seed) : seed_(seed) {}
  [[nodiscard]] crypto::OprfKey key_of(TerritoryId territory, int epoch) const;

 private:
  std::array<std::uint8_t, 32> seed_;
};

using TargetOutput = std::array<std::uint8_t, 32>;
// What is registered and compared: the first half of the OPRF's output.
[[nodiscard]] TargetOutput to_target_output(const crypto::OprfOutput& output);

enum class TargetUse {
  question,      // hit or no hit
  registration,  // the asker's service works on it from now on; answered like a question, and counted like one
  renewal,       // of what the service had registered under the last key: counted apart, answered by nothing
};
[[nodiscard]] std::string_view name_of(TargetUse use);
[[nodiscard]] std::optional<TargetUse> target_use_named(std::string_view name);

inline constexpr std::size_t targets_in_call_max = 10;
inline constexpr std::int64_t ticket_good_ms = 10 * 60 * 1000;
// After a new key, questions go to the last one too for that long; then what was not renewed is dropped.
inline constexpr std::int64_t renewal_ms = std::int64_t{14} * 86'400'000;

struct TargetQuota {
  int officer_max = 40;
  int service_max = 300;
  int epoch_max = 1500;  // of the whole territory
  friend bool operator==(const TargetQuota&, const TargetQuota&) = default;
};
[[nodiscard]] TargetQuota load_quota(database::Snapshot& snapshot, TerritoryId territory);
// Each from 1 to 100,000 (field `quota`).
[[nodiscard]] Result<void> save_quota(database::Transaction& tx, TerritoryId territory, const TargetQuota& quota,
                                      const access::Asker& by);

// A new key from now on; returns its number, 1 for the first. Refused (forbidden) without the legal act; (conflict)
// while the last one's time of renewal runs.
[[nodiscard]] Result<int> begin_epoch(database::Transaction& tx, const TargetKeys& keys, TerritoryId territory,
                                      const access::Asker& by);

// Whether a hit alerts the holder's duty desk (a conflict, desk.h) or only stands in the holder's log. Default: alert.
enum class HolderPolicy { alert, log_only };
[[nodiscard]] std::string_view name_of(HolderPolicy policy);
[[nodiscard]] std::optional<HolderPolicy> holder_policy_named(std::string_view name);
[[nodiscard]] Result<void> set_holder_policy(database::Transaction& tx, TerritoryId territory, HolderPolicy policy,
                                             const access::Asker& by);

struct Evaluation {
  int epoch = 0;
  crypto::OprfElement public_key;
  std::vector<crypto::OprfElement> evaluated;  // in the order asked
  crypto::OprfProof proof;                     // of all of them
};
struct Evaluated {
  std::string ticket;
  std::vector<Evaluation> epochs;  // the current key first; the last one too while its renewal runs
};
// COMMIT THE TRANSACTION EVEN WHEN REFUSED: an exhausted quota is in the log. Refused: no legal act, no service
// (forbidden); purpose or legal basis shorter than 3 bytes (fields `purpose`, `legal_basis`); no element or more than
// ten (field `blinded`); no key yet (conflict); a quota exhausted (forbidden, field `quota`).
[[nodiscard]] Result<Evaluated> evaluate(database::Transaction& tx, const TargetKeys& keys, TerritoryId territory,
                                         TargetUse use, std::span<const crypto::OprfElement> blinded,
                                         crypto::Chance& chance, const access::Asker& by);

struct EpochOutputs {
  int epoch = 0;
  std::vector<TargetOutput> outputs;  // in the order of the evaluation
};
struct Redeemed {
  std::vector<releases::TargetAnswer> answers;  // one a target; none for a renewal
  std::vector<std::string> registered;          // codes, in order; none for a question
};
// Refused: a ticket of another officer, used, too old or unknown (not_found, field `ticket`: one answer for all); other
// epochs or another number of outputs than evaluated (field `outputs`). Each hit makes a conflict, by the holder's
// policy, and an entry in both logs.
[[nodiscard]] Result<Redeemed> redeem(database::Transaction& tx, TerritoryId territory, const std::string& ticket,
                                      std::span<const EpochOutputs> outputs, crypto::Chance& chance,
                                      const access::Asker& by);

struct RegisteredTarget {
  std::string code;
  int epoch = 0;
  std::string registered_by;
  Instant registered_at;
};
// Those of the asker's service.
[[nodiscard]] std::vector<RegisteredTarget> list_targets(database::Snapshot& snapshot, TerritoryId territory,
                                                         const access::Asker& asker);
// By its own service; of another's, as of none (not_found).
[[nodiscard]] Result<void> withdraw_target(database::Transaction& tx, TerritoryId territory, const std::string& code,
                                           const access::Asker& by);
// Drops what was not renewed in time; returns how many.
std::int64_t drop_unrenewed(database::Transaction& tx, TerritoryId territory, Instant at);

// The two sides of the log, the newest first, 500 at most.
struct AskedByUs {
  Instant at;
  std::string officer;
  std::string purpose;
  std::string legal_basis;
  bool is_hit = false;
};
[[nodiscard]] std::vector<AskedByUs> asked_by_service(database::Snapshot& snapshot, TerritoryId territory,
                                                      const access::Asker& asker);
// Who asked about a target of the asker's service: which service, when, on what basis; not the officer nor the purpose.
struct AskedAboutUs {
  Instant at;
  std::string target;  // code of one's own
  releases::Contact asking;
  std::string legal_basis;
};
[[nodiscard]] std::vector<AskedAboutUs> asked_about_service(database::Snapshot& snapshot, TerritoryId territory,
                                                            const access::Asker& asker);

}  // namespace quadrille::sharing
