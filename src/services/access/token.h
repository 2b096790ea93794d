#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/person.h"

// Tokens of programs: QGIS and ogr2ogr, scripts, the command line. A token acts as its person, within the capabilities
// it was made for, and says the purpose for them. Shown once; the database keeps its hash.

namespace quadrille::access {

inline constexpr std::int64_t token_lasts_at_most_ms = std::int64_t{400} * 24 * 3600 * 1000;

struct Token {
  std::string code;
  PersonId person;
  std::string label;
  std::set<Capability> capabilities;
  std::string purpose;
  Proof proof = Proof::one_factor;  // of whoever made it
  Instant created_at;
  Instant expires_at;
  std::optional<Instant> revoked_at;
  std::optional<Instant> used_at;  // to the hour
};

struct NewToken {
  PersonId person;
  std::string label;
  std::set<Capability> capabilities;
  std::string purpose;
  Instant expires_at;
  Proof proof = Proof::one_factor;
};

struct IssuedToken {
  std::string secret;  // "qdr_" and 43 characters
  Token token;
};
// Refused: field `label` (1 to 80 characters), `capabilities` (none), `purpose` (3 to 300 characters), `expires_at`
// (past, or more than 400 days away).
[[nodiscard]] Result<IssuedToken> issue_token(database::Transaction& tx, const NewToken& wanted, crypto::Chance& chance,
                                              const Asker& by);
// Only one that is good now.
[[nodiscard]] std::optional<Token> find_token(database::Snapshot& snapshot, std::string_view secret, Instant at);
// Notes its use when the last note is an hour old.
void note_use(database::Database& database, const Token& token, Instant at);
// Refused (not_found, field `token`) when the person has none of this code that is not revoked.
[[nodiscard]] Result<void> revoke_token(database::Transaction& tx, PersonId person, std::string_view code,
                                        const Asker& by);
// In order of creation, revoked ones included.
[[nodiscard]] std::vector<Token> list_tokens(database::Snapshot& snapshot, PersonId person);

}  // namespace quadrille::access
