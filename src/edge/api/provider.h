#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "host/crypto/json_web_signature.h"
#include "host/http/client.h"
#include "services/access/identity.h"

// The identity provider's side of OpenID Connect (Core 1.0; as ProConnect speaks it): authorization code with PKCE,
// identity token signed by RS256 or ES256, user information as JSON or as a signed token.

namespace quadrille::api {

struct ProviderSettings {
  std::string issuer;  // "https://auth.example/api/v2"; its configuration is at /.well-known/openid-configuration
  std::string client;
  std::string secret;
  std::string name;            // on the button
  std::string return_address;  // of this instance, known to the provider
  std::string scope = "openid given_name usual_name email uid siret";
  http::Plain plain = http::Plain::refused;
};

class Provider {
 public:
  explicit Provider(ProviderSettings settings) : settings_(std::move(settings)) {}
  [[nodiscard]] const std::string& name() const { return settings_.name; }

  // Where to send the browser. `challenge`: that of `verifier` (S256).
  [[nodiscard]] Result<std::string> address_for(std::string_view state, const access::ProviderRequest& request);
  // Exchanges the code and believes what is signed: by a key of the provider, for this client, with that nonce. A key
  // not known yet is looked for once more, so that the provider may change its keys.
  [[nodiscard]] Result<access::Claims> identify(std::string_view code, const access::ProviderRequest& request,
                                                Instant at);

 private:
  using Key = std::variant<crypto::RsaPublicKey, crypto::EllipticPublicKey>;
  struct Configuration {
    std::string authorization;
    std::string token;
    std::string user_information;
    std::string keys;
  };

  [[nodiscard]] Result<Configuration> configuration();
  [[nodiscard]] Result<Key> key_named(const std::string& id, std::string_view algorithm);
  [[nodiscard]] Result<void> load_keys(const std::string& address);
  // The payload of a signed token, as JSON text.
  [[nodiscard]] Result<std::string> open_token(std::string_view token);
  [[nodiscard]] Result<void> add_user_information(access::Claims& claims, const std::string& access_token);

  ProviderSettings settings_;
  std::mutex mutex_;
  std::optional<Configuration> configuration_;
  std::map<std::string, Key> keys_;
};

}  // namespace quadrille::api
