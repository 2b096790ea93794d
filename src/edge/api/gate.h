#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "edge/api/api.h"
#include "services/access/session.h"

// Who asks, and whether they may: between the router and every endpoint.
//
//   1. who       a session's cookie, or a token in Authorization (Bearer, or Basic with the login and the token)
//   2. whence    with a cookie, whatever changes something must bring the session's Quadrille-Csrf
//   3. what      the capability, first of all in any territory: who holds it nowhere learns nothing about any
//   4. where     a territory in which one has no standing answers byte for byte as one that does not exist
//   5. why       the purpose, where content is shown

namespace quadrille::api {

struct Identity {
  access::Asker asker;  // of nobody: person 0
  std::optional<access::Session> session;
  std::vector<std::pair<std::string, std::string>> headers;  // cookies to change or to drop
  bool is_known = false;
};

struct Refusal {
  int status = 403;
  Error error;
  std::string challenge = {};  // WWW-Authenticate
};

// Refused credentials are counted against the address and logged; the caller is then nobody.
[[nodiscard]] Identity identify(Context& context, const http::Request& request);

// `path`: what stood for the parameters of the endpoint's path. A refusal of somebody known is logged.
[[nodiscard]] std::expected<void, Refusal> admit(Context& context, const Endpoint& endpoint,
                                                 const http::Request& request, const std::vector<std::string>& path,
                                                 const Identity& identity);

// The log's entry of a consultation of facts, pictures and studies, empty and refused answers included: who, what, why.
// Exports write their own, as disclosures; notes and what is shared theirs, with the object.
void record_consultation(Context& context, const Endpoint& endpoint, const Call& call, bool was_shown);

// The client's address: the peer's, or what a trusted proxy says.
[[nodiscard]] std::string address_of(const Context& context, const http::Request& request);
// The proxy showed the shared secret: what it says of address and certificate is believed.
[[nodiscard]] bool is_trusted_proxy(const Context& context, const http::Request& request);

// The value of a cookie whose name begins so ("quadrille" is the session's) and ends with this server's port.
[[nodiscard]] std::optional<std::string> cookie_of(const http::Request& request, std::string_view name);
[[nodiscard]] std::string cookie_name(const http::Request& request, std::string_view name);

// Set-Cookie for a session's token; for an empty one, that which drops it. HttpOnly, SameSite=Strict; Secure when the
// proxy says https. The port is part of the name: browsers keep cookies of one host together, whatever the port.
[[nodiscard]] std::pair<std::string, std::string> session_cookie(const http::Request& request,
                                                                 const std::string& token);

}  // namespace quadrille::api
