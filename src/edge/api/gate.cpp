#include "edge/api/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/line.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"
#include "services/access/policy.h"
#include "services/access/sign_in.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/territory/territory.h"

namespace quadrille::api {
namespace {

struct Shown {
  std::string login;  // of Basic; empty otherwise
  std::string secret;
};

std::optional<Shown> token_of(const http::Request& request) {
  const std::string header = request.header("authorization");
  if (header.starts_with("Bearer ")) return Shown{"", header.substr(7)};
  if (!header.starts_with("Basic ")) return std::nullopt;
  const auto bytes = crypto::from_base64(std::string_view(header).substr(6));
  if (!bytes) return Shown{};
  const std::string_view text = crypto::text_of(*bytes);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return Shown{};
  return Shown{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

void identify_by_token(Context& context, const http::Request& request, const Shown& shown, Identity& identity) {
  const Instant at = context.clock.now();
  auto snapshot = context.database.read();
  const auto token = access::find_token(*snapshot, shown.secret, at);
  const auto person = token ? access::find_person(*snapshot, token->person) : std::nullopt;
  if (!person || person->disabled_at || (!shown.login.empty() && shown.login != person->login)) {
    access::count_refused_credential(context.database, address_of(context, request), "token", at);
    return;
  }
  identity.is_known = true;
  identity.asker.viewer = access::load_viewer(*snapshot, *person, *context.access.policy(*snapshot), token->proof, at);
  identity.asker.viewer.limited_to = token->capabilities;
  const std::string purpose = request.header("quadrille-purpose");
  identity.asker.purpose = purpose.empty() ? token->purpose : fit_line(purpose, 300);
  snapshot.reset();
  access::note_use(context.database, *token, at);
}

void identify_by_session(Context& context, const http::Request& request, const std::string& cookie,
                         Identity& identity) {
  const Instant at = context.clock.now();
  const auto use = access::use_session(context.database, cookie, context.chance, at);
  if (!use) {
    identity.headers.push_back(session_cookie(request, ""));
    if (use.error() == access::SessionRefusal::unknown)
      access::count_refused_credential(context.database, address_of(context, request), "cookie", at);
    return;
  }
  auto snapshot = context.database.read();
  const auto person = access::find_person(*snapshot, use->session.person);
  if (!person || person->disabled_at) return;
  identity.is_known = true;
  identity.asker.viewer =
      access::load_viewer(*snapshot, *person, *context.access.policy(*snapshot), use->session.proof, at);
  identity.asker.purpose = use->session.purpose;
  identity.asker.legal_basis = use->session.legal_basis;
  identity.session = use->session;
  if (!use->new_token.empty()) identity.headers.push_back(session_cookie(request, use->new_token));
}

bool changes_something(const http::Request& request) { return request.method != "GET" && request.method != "HEAD"; }

// Another site's page can make the browser send the cookie; it cannot set this header without being asked first, nor
// know what belongs in it. Before there is a session, that the header is there at all is enough.
bool comes_from_our_page(const http::Request& request, const Identity& identity) {
  const std::string shown = request.header("quadrille-csrf");
  if (!identity.session) return !shown.empty();
  return crypto::equal_in_constant_time(std::string_view(shown), identity.session->csrf);
}

Refusal not_signed_in(const http::Request& request) {
  // A browser asked for Basic would open its own window over the page.
  const bool is_for_programs = request.path.starts_with("/ogc/") || request.path.starts_with("/log/");
  return {401,
          {ErrorKind::forbidden, {"connectez-vous pour continuer", "sign in to go on"}, "session"},
          is_for_programs ? R"(Basic realm="Quadrille", charset="UTF-8")" : R"(Bearer realm="Quadrille")"};
}

Refusal forged_request() {
  return {403,
          {ErrorKind::forbidden,
           {"cette demande ne vient pas de la page ouverte : rechargez-la",
            "this request does not come from the open page: load it again"},
           "Quadrille-Csrf"}};
}

Refusal not_capable(access::Capability capability) {
  return {403,
          {ErrorKind::forbidden,
           {fmt::format("votre rôle ne permet pas cela ({})", access::name_of(capability)),
            fmt::format("your role does not allow this ({})", access::name_of(capability))},
           "role"}};
}

Refusal no_purpose() {
  return {
      403,
      {ErrorKind::forbidden, {"dites d'abord pourquoi vous consultez", "say first why you are consulting"}, "purpose"}};
}

void record_refusal(Context& context, const Endpoint& endpoint, const http::Request& request,
                    const Identity& identity) {
  auto tx = context.database.write();
  audit::record(*tx,
                {identity.asker.actor(),
                 audit::Action::consultation,
                 {},
                 "refused",
                 fmt::format("{} {}", request.method, endpoint.path),
                 identity.asker.purpose},
                identity.asker.at);
  tx->commit();
}

std::expected<void, Refusal> check_capability(Context& context, const Endpoint& endpoint,
                                              const std::vector<std::string>& path, const access::Viewer& viewer) {
  auto snapshot = context.database.read();
  const auto capability = endpoint.needs.capability();
  const auto held = context.access.policy(*snapshot);
  const access::Policy& policy = *held;
  if (!access::may_somewhere(policy, viewer, capability)) return std::unexpected(not_capable(capability));
  if (endpoint.path.find("{slug}") == std::string_view::npos) return {};
  const auto territory = territory::find(*snapshot, path.at(0));
  const bool is_open = territory && (viewer.in(territory->id) || !viewer.instance_roles.empty());
  if (!is_open) return std::unexpected(Refusal{404, territory::unknown_territory(path.at(0))});
  if (!access::may(policy, viewer, territory->id, capability)) return std::unexpected(not_capable(capability));
  return {};
}

// The entry names what was asked as the address does: "picture", "studies/12".
std::string subject_of(const Endpoint& endpoint, const std::vector<std::string>& path) {
  std::string subject(endpoint.path);
  std::size_t next = 0;
  for (auto open = subject.find('{'); open != std::string::npos && next < path.size(); open = subject.find('{', open)) {
    const std::string& value = path[next++];
    subject.replace(open, subject.find('}', open) - open + 1, value);
    open += value.size();
  }
  const std::string prefix = "/api/v1/territories/" + (path.empty() ? std::string() : path[0]) + "/";
  return subject.starts_with(prefix) ? subject.substr(prefix.size()) : subject;
}

std::string query_text(const http::Request& request) {
  std::string out;
  for (const auto& [name, value] : request.query)
    if (out.size() < 1000)
      out += fmt::format("{}{}={}", out.empty() ? "" : " ", fit_line(name, 80), fit_line(value, 200));
  return out;
}

}  // namespace

std::string cookie_name(const http::Request& request, std::string_view name) {
  const std::string host = request.header("host");
  const auto colon = host.rfind(':');
  if (colon == std::string::npos || host.ends_with("]")) return std::string(name);
  return std::string(name) + "-" + host.substr(colon + 1);
}

// "a=1; b=2" -> "2" for b.
std::optional<std::string> cookie_of(const http::Request& request, std::string_view name) {
  const std::string header = request.header("cookie");
  const std::string wanted = cookie_name(request, name) + "=";
  std::string_view rest = header;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    auto pair = rest.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(wanted)) return std::string(pair.substr(wanted.size()));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

bool is_trusted_proxy(const Context& context, const http::Request& request) {
  const auto& secret = context.settings.proxy_secret;
  return !secret.empty() &&
         crypto::equal_in_constant_time(std::string_view(request.header("quadrille-proxy-secret")), secret);
}

std::string address_of(const Context& context, const http::Request& request) {
  const std::string forwarded = request.header("x-forwarded-for");
  if (forwarded.empty() || !is_trusted_proxy(context, request)) return request.address;
  // The proxy adds the peer it saw at the end; what stands before is the client's word.
  const auto comma = forwarded.rfind(',');
  std::string last = comma == std::string::npos ? forwarded : forwarded.substr(comma + 1);
  last.erase(0, last.find_first_not_of(' '));
  return last.substr(0, 64);
}

void record_consultation(Context& context, const Endpoint& endpoint, const Call& call, bool was_shown) {
  using enum access::Capability;
  if (endpoint.needs.who() != Needs::Who::with_capability) return;
  const auto capability = endpoint.needs.capability();
  if (capability != see_aggregates && capability != see_picture && capability != save_study &&
      capability != import_facts)
    return;
  const std::string subject = subject_of(endpoint, call.path);
  if (subject.starts_with("jobs")) return;  // how far a computation is; asked twice a second
  std::optional<TerritoryId> territory;
  if (const auto found = territory::find(*context.database.read(), call.path.empty() ? "" : call.path[0]))
    territory = found->id;
  context.recorder.record({.actor = call.asker.actor(),
                           .action = audit::Action::consultation,
                           .territory = territory,
                           .subject = subject,
                           .details = query_text(call.request),
                           .purpose = call.asker.purpose,
                           .legal_basis = call.asker.legal_basis,
                           .outcome = was_shown ? "shown" : "refused"});
}

std::pair<std::string, std::string> session_cookie(const http::Request& request, const std::string& token) {
  return {"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", cookie_name(request, "quadrille"),
                                    token, request.header("x-forwarded-proto") == "https" ? "; Secure" : "",
                                    token.empty() ? "; Max-Age=0" : "")};
}

Identity identify(Context& context, const http::Request& request) {
  Identity identity{.asker = {{}, "", "", context.clock.now()}, .session = {}, .headers = {}};
  if (const auto shown = token_of(request)) {
    identify_by_token(context, request, *shown, identity);
  } else if (const auto cookie = cookie_of(request, "quadrille"); cookie && !cookie->empty()) {
    identify_by_session(context, request, *cookie, identity);
  }
  return identity;
}

std::expected<void, Refusal> admit(Context& context, const Endpoint& endpoint, const http::Request& request,
                                   const std::vector<std::string>& path, const Identity& identity) {
  using enum Needs::Who;
  const auto who = endpoint.needs.who();
  if (who != anyone && !identity.is_known) return std::unexpected(not_signed_in(request));
  const bool is_from_a_browser = identity.session || who == anyone;
  if (is_from_a_browser && changes_something(request) && !comes_from_our_page(request, identity))
    return std::unexpected(forged_request());
  if (who != with_capability) return {};
  auto checked = check_capability(context, endpoint, path, identity.asker.viewer);
  if (checked && access::is_content(endpoint.needs.capability()) && identity.asker.purpose.empty())
    return std::unexpected(no_purpose());
  if (!checked) record_refusal(context, endpoint, request, identity);
  return checked;
}

}  // namespace quadrille::api
