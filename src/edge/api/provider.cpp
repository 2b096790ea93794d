#include "edge/api/provider.h"

#include <fmt/format.h>

#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "host/json/describe.h"

namespace quadrille::api {
namespace {

Failure not_understood(const char* what) {
  return refuse(ErrorKind::unavailable,
                {fmt::format("la réponse du fournisseur d'identité n'est pas comprise ({})", what),
                 fmt::format("the identity provider's answer is not understood ({})", what)},
                "provider");
}
Failure not_signed() {
  return refuse(
      ErrorKind::forbidden,
      {"la signature du fournisseur d'identité n'est pas valable", "the identity provider's signature is not valid"},
      "provider");
}

std::string text_in(const json::Object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}
std::int64_t number_in(const json::Object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_number() ? found->to_number<std::int64_t>() : 0;
}

Result<json::Object> object_of(std::string_view text, const char* what) {
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return not_understood(what);
  return value->get_object();
}

access::Claims claims_of(const json::Object& object) {
  access::Claims claims{.issuer = text_in(object, "iss"),
                        .subject = text_in(object, "sub"),
                        .audience = {},
                        .authorized_party = text_in(object, "azp"),
                        .nonce = text_in(object, "nonce"),
                        .expires_at_s = number_in(object, "exp"),
                        .issued_at_s = number_in(object, "iat"),
                        .given_name = text_in(object, "given_name"),
                        .usual_name = text_in(object, "usual_name"),
                        .email = text_in(object, "email"),
                        .uid = text_in(object, "uid"),
                        .siret = text_in(object, "siret")};
  if (const auto* audience = object.if_contains("aud")) {
    if (audience->is_string()) claims.audience.emplace_back(audience->get_string());
    if (audience->is_array())
      for (const auto& one : audience->get_array())
        if (one.is_string()) claims.audience.emplace_back(one.get_string());
  }
  return claims;
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, http::escape(value));
  return out;
}

// One trailing slash more or less in what was typed is no other provider; the token's `iss` is compared exactly with
// what the provider's own configuration says.
std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

Result<Provider::Configuration> Provider::configuration() {
  const std::lock_guard lock(mutex_);
  if (configuration_) return *configuration_;
  const auto answer = http::ask(
      {.url = without_slash(settings_.issuer) + "/.well-known/openid-configuration", .headers = {}, .body = {}},
      settings_.plain);
  if (!answer) return Failure(answer.error());
  if (answer->status != 200) return not_understood("configuration");
  const auto object = object_of(answer->body, "configuration");
  if (!object) return Failure(object.error());
  if (without_slash(text_in(*object, "issuer")) != without_slash(settings_.issuer)) return not_understood("issuer");
  settings_.issuer = text_in(*object, "issuer");
  configuration_ = Configuration{text_in(*object, "authorization_endpoint"), text_in(*object, "token_endpoint"),
                                 text_in(*object, "userinfo_endpoint"), text_in(*object, "jwks_uri")};
  return *configuration_;
}

Result<std::string> Provider::address_for(std::string_view state, const access::ProviderRequest& request) {
  const auto known = configuration();
  if (!known) return Failure(known.error());
  const std::string challenge = crypto::to_base64url(crypto::sha256(crypto::bytes_of(request.verifier)));
  return known->authorization + (known->authorization.find('?') == std::string::npos ? "?" : "&") +
         form({{"response_type", "code"},
               {"client_id", settings_.client},
               {"redirect_uri", settings_.return_address},
               {"scope", settings_.scope},
               {"state", state},
               {"nonce", request.nonce},
               {"code_challenge", challenge},
               {"code_challenge_method", "S256"}});
}

Result<void> Provider::load_keys(const std::string& address) {
  const auto answer = http::ask({.url = address, .headers = {}, .body = {}}, settings_.plain);
  if (!answer) return Failure(answer.error());
  const auto object = object_of(answer->body, "keys");
  if (!object) return Failure(object.error());
  const auto* list = object->if_contains("keys");
  if (list == nullptr || !list->is_array()) return not_understood("keys");
  std::map<std::string, Key> keys;
  for (const auto& one : list->get_array()) {
    if (!one.is_object()) continue;
    const auto& key = one.get_object();
    const auto part = [&](std::string_view name) {
      return crypto::from_base64url(text_in(key, name)).value_or(crypto::Bytes{});
    };
    if (text_in(key, "use") == "enc") continue;
    if (text_in(key, "kty") == "RSA") keys[text_in(key, "kid")] = crypto::RsaPublicKey{part("n"), part("e")};
    if (text_in(key, "kty") == "EC" && text_in(key, "crv") == "P-256")
      keys[text_in(key, "kid")] = crypto::EllipticPublicKey{part("x"), part("y")};
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
  return {};
}

Result<Provider::Key> Provider::key_named(const std::string& id, std::string_view algorithm) {
  const auto find = [&]() -> std::optional<Key> {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(id);
    // The kind of key decides, never the token's word alone.
    if (found == keys_.end() || std::holds_alternative<crypto::RsaPublicKey>(found->second) != (algorithm == "RS256"))
      return std::nullopt;
    return found->second;
  };
  if (auto known = find()) return std::move(*known);
  const auto where = configuration();
  if (!where) return Failure(where.error());
  if (const auto loaded = load_keys(where->keys); !loaded) return Failure(loaded.error());
  if (auto known = find()) return std::move(*known);
  return not_signed();
}

Result<std::string> Provider::open_token(std::string_view token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return not_understood("token");
  const auto header_bytes = crypto::from_base64url(token.substr(0, first));
  const auto payload = crypto::from_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = crypto::from_base64url(token.substr(second + 1));
  if (!header_bytes || !payload || !signature) return not_understood("token");
  const auto header = object_of(crypto::text_of(*header_bytes), "token");
  if (!header) return Failure(header.error());
  const std::string algorithm = text_in(*header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256") return not_signed();
  const auto key = key_named(text_in(*header, "kid"), algorithm);
  if (!key) return Failure(key.error());
  const auto* rsa = std::get_if<crypto::RsaPublicKey>(&*key);
  const auto message = token.substr(0, second);
  const bool is_signed = rsa != nullptr
                             ? crypto::is_signed_rs256(*rsa, message, *signature)
                             : crypto::is_signed_es256(std::get<crypto::EllipticPublicKey>(*key), message, *signature);
  if (!is_signed) return not_signed();
  return std::string(crypto::text_of(*payload));
}

// Names and address; the subject must be that of the identity token (OpenID Connect Core 5.3.2).
Result<void> Provider::add_user_information(access::Claims& claims, const std::string& access_token) {
  const auto where = configuration();
  if (!where) return Failure(where.error());
  if (where->user_information.empty()) return {};
  const auto answer =
      http::ask({.url = where->user_information, .headers = {{"Authorization", "Bearer " + access_token}}, .body = {}},
                settings_.plain);
  if (!answer) return Failure(answer.error());
  if (answer->status != 200) return not_understood("userinfo");
  std::string text = answer->body;
  if (answer->content_type.starts_with("application/jwt")) {
    auto opened = open_token(answer->body);
    if (!opened) return Failure(opened.error());
    text = std::move(*opened);
  }
  const auto object = object_of(text, "userinfo");
  if (!object) return Failure(object.error());
  if (text_in(*object, "sub") != claims.subject) return not_understood("sub");
  const std::pair<const char*, std::string*> fields[] = {{"given_name", &claims.given_name},
                                                         {"usual_name", &claims.usual_name},
                                                         {"email", &claims.email},
                                                         {"uid", &claims.uid},
                                                         {"siret", &claims.siret}};
  for (const auto& [name, field] : fields)
    if (auto found = text_in(*object, name); !found.empty()) *field = std::move(found);
  return {};
}

Result<access::Claims> Provider::identify(std::string_view code, const access::ProviderRequest& request, Instant at) {
  const auto where = configuration();
  if (!where) return Failure(where.error());
  const auto answer =
      http::ask({.method = "POST",
                 .url = where->token,
                 .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
                 .body = form({{"grant_type", "authorization_code"},
                               {"code", code},
                               {"redirect_uri", settings_.return_address},
                               {"client_id", settings_.client},
                               {"client_secret", settings_.secret},
                               {"code_verifier", request.verifier}})},
                settings_.plain);
  if (!answer) return Failure(answer.error());
  if (answer->status != 200)
    return refuse(ErrorKind::forbidden,
                  {"le fournisseur d'identité a refusé : recommencez", "the identity provider refused: start again"},
                  "code");
  const auto tokens = object_of(answer->body, "tokens");
  if (!tokens) return Failure(tokens.error());
  const auto payload = open_token(text_in(*tokens, "id_token"));
  if (!payload) return Failure(payload.error());
  const auto object = object_of(*payload, "id_token");
  if (!object) return Failure(object.error());
  auto claims = claims_of(*object);
  if (const auto checked = access::check_claims(claims, {settings_.issuer, settings_.client, request.nonce, at});
      !checked)
    return Failure(checked.error());
  if (const auto added = add_user_information(claims, text_in(*tokens, "access_token")); !added)
    return Failure(added.error());
  return claims;
}

}  // namespace quadrille::api
