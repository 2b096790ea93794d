#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/person.h"

// Signing in through an identity provider (OpenID Connect): what is remembered between sending somebody there and their
// coming back, and what is believed of what they bring. The provider says who somebody is; it gives no right.

namespace quadrille::access {

inline constexpr std::int64_t provider_request_lasts_ms = 10 * 60 * 1000;

struct ProviderRequest {
  std::string nonce;     // must come back inside the identity token
  std::string verifier;  // of PKCE (RFC 7636)
};
// Kept under the hash of `state`.
void keep_request(database::Transaction& tx, std::string_view state, const ProviderRequest& request, Instant at);
// Good once, for ten minutes.
[[nodiscard]] std::optional<ProviderRequest> take_request(database::Transaction& tx, std::string_view state,
                                                          Instant at);

// The claims of an identity token as they stand in it.
struct Claims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audience;
  std::string authorized_party;
  std::string nonce;
  std::int64_t expires_at_s = 0;
  std::int64_t issued_at_s = 0;
  std::string given_name;
  std::string usual_name;
  std::string email;
  std::string uid;
  std::string siret;
};

struct Expected {
  std::string issuer;
  std::string client;
  std::string nonce;
  Instant at;
};

// OpenID Connect Core 3.1.3.7, rules 2 to 5 and 9 to 11, a minute of clock difference allowed. Refused with the claim
// as the field.
[[nodiscard]] Result<void> check_claims(const Claims& claims, const Expected& expected);

// The account linked to issuer and subject, made when there is none: without any habilitation, so that it opens nothing
// before an administrator grants it something. Logged. Refused (forbidden) when it is disabled.
[[nodiscard]] Result<Person> person_of_claims(database::Transaction& tx, const Claims& claims, crypto::Chance& chance,
                                              Instant at);

}  // namespace quadrille::access
