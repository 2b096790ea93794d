#include <fmt/format.h>

#include <algorithm>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "edge/api/gate.h"
#include "edge/api/session_answer.h"
#include "host/crypto/encoding.h"
#include "host/crypto/one_time_code.h"

// Signing in and out, the purpose of a session, the second factor given in it.

namespace quadrille::api {
namespace {

Result<http::Response> show_session(Context& context, const Call& call) {
  return session_response(context, call.asker, call.session);
}

Result<http::Response> sign_in(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_sign_in(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const access::Attempt attempt{wanted->login, wanted->password, wanted->code.value_or(""),
                                address_of(context, call.request)};
  const auto proven = context.sign_in.check(context.database, attempt, context.clock.now());
  if (!proven) return refused_response(proven.error(), call.language);
  return opened_response(context, call, *proven, "password");
}

Result<http::Response> sign_in_to_demonstration(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_demonstration(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto person = access::find_person_by_login(*context.database.read(), wanted->login);
  if (!person || !person->is_demonstration || person->has_password || person->disabled_at)
    return refused_response({}, call.language);
  return opened_response(context, call, {*person, access::Proof::one_factor}, "demonstration");
}

Result<http::Response> sign_in_by_certificate(Context& context, const Call& call) {
  const Instant at = context.clock.now();
  std::string fingerprint = call.request.header("quadrille-certificate-fingerprint");
  std::erase(fingerprint, ':');
  std::ranges::transform(fingerprint, fingerprint.begin(),
                         [](char c) { return static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c); });
  if (fingerprint.empty() || !is_trusted_proxy(context, call.request)) {
    if (!fingerprint.empty())
      access::count_refused_credential(context.database, address_of(context, call.request), "certificate", at);
    return refused_response({}, call.language);
  }
  auto snapshot = context.database.read();
  const auto id = access::find_person_by_identity(*snapshot, "certificate", fingerprint);
  const auto person = id ? access::find_person(*snapshot, *id) : std::nullopt;
  snapshot.reset();
  if (!person || person->disabled_at) {
    access::count_refused_credential(context.database, address_of(context, call.request), "certificate", at);
    return refused_response({}, call.language);
  }
  return opened_response(context, call, {*person, access::Proof::one_factor}, "certificate");
}

http::Response signed_out_response(Context& context, const Call& call) {
  auto response = session_response(context, {{}, "", "", call.asker.at}, std::nullopt);
  response.headers.push_back(session_cookie(call.request, ""));
  return response;
}

Result<http::Response> sign_out(Context& context, const Call& call) {
  if (call.session) {
    auto tx = context.database.write();
    access::end_session(*tx, *call.session, call.asker.at);
    tx->commit();
  }
  return signed_out_response(context, call);
}

Result<http::Response> sign_out_everywhere(Context& context, const Call& call) {
  auto tx = context.database.write();
  access::end_sessions_of(*tx, call.asker.viewer.person, call.asker);
  tx->commit();
  return signed_out_response(context, call);
}

Result<http::Response> say_purpose(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session) return only_in_a_session();
  const auto wanted = wire::read_purpose(call.request.body);
  if (!wanted) return Failure(wanted.error());
  access::Asker asker = call.asker;
  asker.purpose = wanted->purpose;
  asker.legal_basis = wanted->legal_basis.value_or("");
  auto tx = context.database.write();
  if (const auto said = access::set_purpose(*tx, *call.session, asker.purpose, asker.legal_basis, asker.at); !said)
    return Failure(said.error());
  tx->commit();
  return session_response(context, asker, call.session);
}

// ---- one-time links, password, second factor ------------------------------------------------------------------------

Result<http::Response> show_invitation(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_invitation(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const Instant at = context.clock.now();
  const auto found = access::find_invitation(*context.database.read(), wanted->secret, at);
  if (!found) {
    access::count_refused_credential(context.database, address_of(context, call.request), "link", at);
    return refuse(ErrorKind::not_found,
                  {"ce lien ne sert plus : demandez-en un autre à l'administration",
                   "this link is of no use any more: ask the administrator for another"},
                  "invitation");
  }
  wire::InvitationView view{.needs_second_factor = found->needs_second_factor,
                            .secret = crypto::to_base32(found->second_factor)};
  if (found->person) {
    view.login = found->person->login;
    view.name = found->person->name;
  }
  view.address = crypto::one_time_code_uri("Quadrille", view.login.value_or("administration"), found->second_factor);
  return json_response(wire::text_of(view));
}

Result<http::Response> accept_invitation(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_acceptance(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto accepted =
      access::accept_invitation(context.database, context.sign_in,
                                {wanted->secret, wanted->login.value_or(""), wanted->name.value_or(""),
                                 wanted->password, wanted->code.value_or("")},
                                context.chance, context.clock.now());
  if (!accepted && accepted.error().field == "invitation")
    access::count_refused_credential(context.database, address_of(context, call.request), "link", context.clock.now());
  if (!accepted) return Failure(accepted.error());
  auto response = opened_response(context, call, accepted->proven, "invitation");
  response.body = wire::text_of(wire::RecoveryCodes{accepted->recovery_codes});
  return response;
}

// However the session was opened: what waited for the second factor is there in the answer.
Result<http::Response> give_second_factor(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session) return only_in_a_session();
  const auto wanted = wire::read_code(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto person = access::find_person(*context.database.read(), call.session->person);
  if (!person->has_second_factor)
    return refuse(ErrorKind::conflict,
                  {"ce compte n'a pas encore de second facteur : activez-le d'abord",
                   "this account has no second factor yet: activate it first"},
                  "second_factor");
  const auto raised = access::step_up(context.database, *call.session,
                                      {wanted->code, address_of(context, call.request)}, context.chance, call.asker.at);
  if (!raised && raised.error().why == access::SignInRefusal::Why::wait)
    return refused_response(raised.error(), call.language);
  if (!raised) return access::wrong_code();
  auto session = *call.session;
  session.proof = access::Proof::two_factors;
  access::Asker asker = call.asker;
  asker.viewer = viewer_of(context, *person, session.proof, asker.at);
  auto response = session_response(context, asker, session);
  response.headers.push_back(session_cookie(call.request, *raised));
  return response;
}

}  // namespace

std::vector<Endpoint> session_endpoints() {
  const auto post = [](std::string_view path, std::string_view summary, Needs needs, std::string_view response,
                       std::string_view request, Result<http::Response> (*handle)(Context&, const Call&)) {
    return Endpoint{.method = "POST",
                    .path = path,
                    .summary = summary,
                    .needs = needs,
                    .query = {},
                    .response = response,
                    .request_schema = request,
                    .handle = handle};
  };
  const Needs nothing = Needs::nothing();
  const Needs account = Needs::account();
  std::vector<Endpoint> all{
      {.method = "GET",
       .path = "/api/v1/session",
       .summary = "Who is signed in, what they may do, and the ways to sign in",
       .needs = nothing,
       .query = {},
       .response = "SessionView",
       .handle = show_session},
      post("/api/v1/session", "Signs in; answers 401 with field code when the second factor is wanted", nothing,
           "SessionView", "SignInRequest", sign_in),
      {.method = "DELETE",
       .path = "/api/v1/session",
       .summary = "Signs out",
       .needs = nothing,
       .query = {},
       .response = "SessionView",
       .handle = sign_out},
      {.method = "DELETE",
       .path = "/api/v1/sessions",
       .summary = "Signs out everywhere",
       .needs = account,
       .query = {},
       .response = "SessionView",
       .handle = sign_out_everywhere},
      post("/api/v1/session/demonstration", "Signs in to an account of a demonstration", nothing, "SessionView",
           "DemonstrationRequest", sign_in_to_demonstration),
      post("/api/v1/session/certificate", "Signs in by the certificate that the trusted proxy checked", nothing,
           "SessionView", "", sign_in_by_certificate),
      post("/api/v1/session/purpose", "Says why one consults, for the rest of the session", account, "SessionView",
           "PurposeRequest", say_purpose),
      post("/api/v1/invitation", "What a one-time link is for", nothing, "InvitationView", "InvitationRequest",
           show_invitation),
      post("/api/v1/invitation/acceptance", "Chooses password and second factor, and signs in", nothing,
           "RecoveryCodes", "AcceptanceRequest", accept_invitation),
      post("/api/v1/session/second-factor",
           "Gives the second factor in a session opened without: roles that demand it take effect", account,
           "SessionView", "CodeRequest", give_second_factor),
  };
  return all;
}

}  // namespace quadrille::api
