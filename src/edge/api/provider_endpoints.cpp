#include <fmt/format.h>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "edge/api/gate.h"
#include "edge/api/provider.h"

// Signing in through the identity provider: there and back.

namespace quadrille::api {
namespace {

Failure no_provider() {
  return refuse(ErrorKind::not_found,
                {"cette instance n'a pas de fournisseur d'identité", "this instance has no identity provider"},
                "provider");
}

// The browser that comes back must be the one that was sent: the state is in its cookie as well. Lax, because it comes
// back from another site.
std::pair<std::string, std::string> state_cookie(const http::Request& request, const std::string& state) {
  return {"Set-Cookie",
          fmt::format("{}={}; Path=/api/v1/session/provider; HttpOnly; SameSite=Lax; Max-Age={}{}",
                      cookie_name(request, "quadrille-state"), state, access::provider_request_lasts_ms / 1000,
                      request.header("x-forwarded-proto") == "https" ? "; Secure" : "")};
}

Result<http::Response> begin(Context& context, const Call& call) {
  if (!context.settings.provider) return no_provider();
  const std::string state = crypto::random_token(context.chance);
  const access::ProviderRequest request{crypto::random_token(context.chance), crypto::random_token(context.chance)};
  const auto address = context.settings.provider->address_for(state, request);
  if (!address) return Failure(address.error());
  auto tx = context.database.write();
  access::keep_request(*tx, state, request, context.clock.now());
  tx->commit();
  auto response = json_response(wire::text_of(wire::ProviderAddress{*address}));
  response.headers.push_back(state_cookie(call.request, state));
  return response;
}

Failure not_ours() {
  return refuse(ErrorKind::forbidden,
                {"ce retour ne répond à aucune demande de ce navigateur : recommencez",
                 "this return answers no request of this browser: start again"},
                "state");
}

Result<http::Response> finish(Context& context, const Call& call) {
  if (!context.settings.provider) return no_provider();
  const Instant at = context.clock.now();
  const auto state = call.request.parameter("state").value_or("");
  const auto code = call.request.parameter("code").value_or("");
  const auto kept = cookie_of(call.request, "quadrille-state");
  std::optional<access::ProviderRequest> request;
  if (!state.empty() && kept == state) {
    auto tx = context.database.write();
    request = access::take_request(*tx, state, at);
    tx->commit();
  }
  if (!request) {
    access::count_refused_credential(context.database, address_of(context, call.request), "state", at);
    return not_ours();
  }
  const auto claims = context.settings.provider->identify(code, *request, at);
  if (!claims) {
    access::count_refused_credential(context.database, address_of(context, call.request), "identity", at);
    return Failure(claims.error());
  }
  auto tx = context.database.write();
  const auto person = access::person_of_claims(*tx, *claims, context.chance, at);
  if (!person) return Failure(person.error());
  const auto opened = access::open_session(*tx, person->id, access::Proof::one_factor, "provider", context.chance, at);
  tx->commit();
  http::Response response{.status = 303, .headers = {}, .body = {}, .gzip_body = {}};
  response.headers.emplace_back("Location", "/");
  response.headers.push_back(session_cookie(call.request, opened.token));
  return response;
}

}  // namespace

std::vector<Endpoint> provider_endpoints() {
  return {{.method = "POST",
           .path = "/api/v1/session/provider",
           .summary = "Begins signing in at the identity provider; answers where to go",
           .needs = Needs::nothing(),
           .query = {},
           .response = "ProviderAddress",
           .handle = begin},
          {.method = "GET",
           .path = "/api/v1/session/provider/return",
           .summary = "Where the identity provider sends the browser back: signs in and goes to the page",
           .needs = Needs::nothing(),
           .query = {{"code", R"({"type":"string"})", "The provider's authorization code"},
                     {"state", R"({"type":"string"})", "The state that was sent"}},
           .response = R"({"type":"string"})",
           .handle = finish}};
}

}  // namespace quadrille::api
