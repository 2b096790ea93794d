#include <algorithm>
#include <expected>
#include <optional>
#include <utility>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "edge/api/gate.h"
#include "edge/api/session_answer.h"
#include "host/crypto/encoding.h"
#include "host/crypto/one_time_code.h"
#include "services/access/policy.h"

// One's own account: the second factor, the password, the sessions that are open. One's own tokens: accounts.cpp.

namespace quadrille::api {
namespace {

wire::SessionMethod method_to_wire(const access::Session& session) {
  struct Row {
    std::string_view method;
    Text label;
  };
  static const Row rows[] = {{"password", {"par mot de passe", "by password"}},
                             {"provider", {"par le fournisseur d'identité", "by the identity provider"}},
                             {"certificate", {"par certificat", "by certificate"}},
                             {"demonstration", {"d'un clic", "by one click"}},
                             {"invitation", {"par lien à usage unique", "by a one-time link"}}};
  const auto* row = std::ranges::find(rows, session.method, &Row::method);
  return {session.method, row == std::end(rows) ? same_text(session.method) : row->label};
}

Result<http::Response> show_account(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  const auto person = access::find_person(*snapshot, call.asker.viewer.person);
  const auto kept = access::load_second_factor(*snapshot, person->id);
  wire::OwnAccountView view{kept.since, kept.recovery_codes, {}, {}};
  view.demanding_roles = roles_to_wire(
      *snapshot, access::demanding_second_factor(*snapshot, *person, *context.access.policy(*snapshot), call.asker.at));
  for (const auto& one : access::sessions_of(*snapshot, person->id, call.asker.at))
    view.sessions.push_back(
        {one.created_at, one.seen_at, one.ends_at(), method_to_wire(one), call.session && call.session->id == one.id});
  return json_response(wire::text_of(view));
}

// The session once the second factor was shown anew: an open screen is not enough. `answer`: what to answer instead.
struct ShownAnew {
  access::Session session;
  std::string token;  // for the cookie
};
std::expected<ShownAnew, Result<http::Response>> show_anew(Context& context, const Call& call, std::string_view code) {
  if (code.empty()) return std::unexpected(Result<http::Response>(access::present_factor_first()));
  const auto raised =
      access::step_up(context.database, *call.session, {std::string(code), address_of(context, call.request)},
                      context.chance, call.asker.at);
  if (!raised && raised.error().why == access::SignInRefusal::Why::wait)
    return std::unexpected(Result<http::Response>(refused_response(raised.error(), call.language)));
  if (!raised) return std::unexpected(Result<http::Response>(access::wrong_code()));
  ShownAnew shown{*call.session, *raised};
  shown.session.proof = access::Proof::two_factors;
  return shown;
}

Result<http::Response> begin_second_factor(Context& context, const Call& call) {
  if (!call.session) return only_in_a_session();
  wire::ProofRequest proof;
  if (!call.request.body.empty()) {
    if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
    const auto wanted = wire::read_proof(call.request.body);
    if (!wanted) return Failure(wanted.error());
    proof = *wanted;
  }
  auto session = *call.session;
  std::optional<std::pair<std::string, std::string>> cookie;
  if (access::find_person(*context.database.read(), session.person)->has_second_factor) {
    const auto shown = show_anew(context, call, proof.code.value_or(""));
    if (!shown) return shown.error();
    session = shown->session;
    cookie = session_cookie(call.request, shown->token);
  }
  auto tx = context.database.write();
  const auto secret = access::begin_second_factor(*tx, session, context.chance);
  if (!secret) return Failure(secret.error());
  tx->commit();
  auto response = json_response(wire::text_of(wire::SecondFactorView{
      crypto::to_base32(*secret), crypto::one_time_code_uri("Quadrille", call.asker.viewer.login, *secret)}));
  if (cookie) response.headers.push_back(*cookie);
  return response;
}

// The code that enrols it shows that its person holds it: the session is of two factors from here on.
Result<http::Response> confirm_second_factor(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session) return only_in_a_session();
  const auto wanted = wire::read_code(call.request.body);
  if (!wanted) return Failure(wanted.error());
  auto tx = context.database.write();
  const auto enrolled = access::confirm_second_factor(*tx, *call.session, wanted->code, context.chance, call.asker.at);
  if (!enrolled) return Failure(enrolled.error());
  tx->commit();
  auto response = json_response(wire::text_of(wire::RecoveryCodes{enrolled->recovery_codes}));
  response.headers.push_back(session_cookie(call.request, enrolled->token));
  return response;
}

// Refused before a code is used up where a role demands it.
Result<http::Response> give_up_second_factor(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session) return only_in_a_session();
  const auto wanted = wire::read_code(call.request.body);
  if (!wanted) return Failure(wanted.error());
  {
    auto snapshot = context.database.read();
    const auto person = access::find_person(*snapshot, call.session->person);
    const auto policy = context.access.policy(*snapshot);
    if (const auto checked = access::check_giving_up(*snapshot, *person, *policy, call.asker.at); !checked)
      return Failure(checked.error());
  }
  auto shown = show_anew(context, call, wanted->code);
  if (!shown) return shown.error();
  auto tx = context.database.write();
  if (const auto done = access::give_up_second_factor(*tx, shown->session, call.asker.at); !done)
    return Failure(done.error());
  tx->commit();
  shown->session.proof = access::Proof::one_factor;
  auto response = session_response(context, call.asker, shown->session);
  response.headers.push_back(session_cookie(call.request, shown->token));
  return response;
}

// The password one has is asked again: an open screen is not enough. All sessions end; a new one is opened.
Result<http::Response> change_password(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session) return only_in_a_session();
  const auto wanted = wire::read_password(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto proven = context.sign_in.check(
      context.database,
      {call.asker.viewer.login, wanted->current, wanted->code.value_or(""), address_of(context, call.request)},
      context.clock.now());
  if (!proven) return refused_response(proven.error(), call.language);
  const auto hash = context.sign_in.hash(wanted->wanted, call.asker.viewer.login);
  if (!hash) return Failure(hash.error());
  auto tx = context.database.write();
  access::set_password(*tx, call.session->person, *hash, call.asker);
  tx->commit();
  return opened_response(context, call, *proven, "password");
}

}  // namespace

std::vector<Endpoint> own_account_endpoints() {
  struct Row {
    std::string_view method;
    std::string_view path;
    std::string_view summary;
    std::string_view response;
    std::string_view request;
    Result<http::Response> (*handle)(Context&, const Call&);
  };
  const Row rows[] = {
      {"GET", "/api/v1/account", "One's own account: since when the second factor is in force, open sessions",
       "OwnAccountView", "", show_account},
      {"POST", "/api/v1/account/second-factor",
       "Begins a new second factor; where one is in force, its code is given again", "SecondFactorView", "ProofRequest",
       begin_second_factor},
      {"POST", "/api/v1/account/second-factor/confirmation",
       "Puts it in force, in this session at once; answers recovery codes", "RecoveryCodes", "CodeRequest",
       confirm_second_factor},
      {"POST", "/api/v1/account/second-factor/removal",
       "Gives the second factor up, by a code of it; refused (409) where a role demands it", "SessionView",
       "CodeRequest", give_up_second_factor},
      {"POST", "/api/v1/account/password", "Changes one's password", "SessionView", "PasswordRequest",
       change_password}};
  std::vector<Endpoint> all;
  for (const auto& row : rows)
    all.push_back({.method = row.method,
                   .path = row.path,
                   .summary = row.summary,
                   .needs = Needs::account(),
                   .query = {},
                   .response = row.response,
                   .request_schema = row.request,
                   .handle = row.handle});
  return all;
}

}  // namespace quadrille::api
