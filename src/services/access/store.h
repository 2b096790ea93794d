#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "host/database/database.h"
#include "services/access/viewer.h"

// What the storage files of services/access share.

namespace quadrille::access {

// The audit entry of a change, in its transaction.
void record_change(database::Transaction& tx, const Asker& by, std::optional<TerritoryId> territory,
                   std::string subject, std::string details);

// Instants are stored as UTC milliseconds; one that is not there as NULL.
[[nodiscard]] inline std::optional<std::int64_t> value_of(const std::optional<Instant>& instant) {
  return instant ? std::optional(instant->utc_ms) : std::nullopt;
}
[[nodiscard]] inline std::optional<Instant> maybe_instant(const database::Rows& rows, int column) {
  const auto ms = rows.maybe_integer(column);
  return ms ? std::optional(Instant{*ms}) : std::nullopt;
}

// Why somebody consults (field `purpose`): one line of 3 to 300 characters.
inline constexpr std::size_t purpose_most = 300;
[[nodiscard]] Result<void> check_purpose(std::string_view purpose);

// Only the hash of a secret of full strength (a token, a link) is stored: who reads the database can use none. Such
// secrets have 256 random bits, so a plain hash is enough; passwords are another matter (host/crypto/password.h).
[[nodiscard]] std::string hash_of_secret(std::string_view secret);

}  // namespace quadrille::access
