#include <fmt/format.h>

#include <algorithm>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "edge/api/gate.h"
#include "edge/api/provider.h"
#include "host/crypto/encoding.h"
#include "host/crypto/one_time_code.h"
#include "services/access/policy.h"
#include "services/territory/territory.h"

// Signing in and out, the purpose of a session, one's own password and second factor.

namespace quadrille::api {
namespace {

wire::RoleView to_wire(access::Role role) { return {std::string(access::name_of(role)), access::label_of(role)}; }

wire::PersonView to_wire(const access::Person& person) {
  return {person.code, person.login, person.name, person.is_demonstration, person.has_second_factor};
}

template <class Holds>
std::vector<std::string> names_of_capabilities(const Holds& holds) {
  std::vector<std::string> names;
  for (const auto capability : access::capabilities)
    if (holds(capability)) names.emplace_back(access::name_of(capability));
  return names;
}

std::vector<wire::StandingView> standings_of(database::Snapshot& snapshot, const access::Viewer& viewer,
                                             const access::Policy& policy) {
  std::vector<wire::StandingView> out;
  for (const auto& territory : territory::list(snapshot)) {
    const auto* standing = viewer.in(territory.id);
    if (standing == nullptr) continue;
    wire::StandingView view{territory.slug,
                            territory.name,
                            "",
                            {},
                            std::string(access::name_of(standing->clearance)),
                            names_of_capabilities([&](access::Capability capability) {
                              return access::may(policy, viewer, territory.id, capability);
                            })};
    for (const auto& service : territory::load_services(snapshot, territory.id))
      if (service.id == standing->service) view.service = service.name;
    for (const auto role : standing->roles) view.roles.push_back(to_wire(role));
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<wire::WaitingRoleView> waiting_of(database::Snapshot& snapshot, const access::Policy& policy,
                                              const access::Session& session, Instant at) {
  std::vector<wire::WaitingRoleView> out;
  const auto person = access::find_person(snapshot, session.person);
  for (const auto& one : access::load_waiting(snapshot, *person, policy, session.proof, at)) {
    wire::WaitingRoleView view{to_wire(one.role), "", ""};
    for (const auto& territory : territory::list(snapshot)) {
      if (one.territory != territory.id) continue;
      view.territory = territory.slug;
      view.territory_name = territory.name;
    }
    out.push_back(std::move(view));
  }
  return out;
}

wire::SignInWays ways_of(database::Snapshot& snapshot, Instant at) {
  wire::SignInWays ways;
  ways.first_start = !access::has_persons(snapshot);
  for (const auto& person : access::list_persons(snapshot)) {
    if (!person.is_demonstration || person.has_password || person.disabled_at) continue;
    for (const auto& one : access::habilitations_of(snapshot, person.id)) {
      if (!one.is_in_force(at)) continue;
      ways.demonstration.push_back({person.login, person.name, to_wire(one.role)});
      break;
    }
  }
  return ways;
}

std::vector<Text> usual_purposes() {
  return {{"Préparer un service ou une relève", "Prepare a shift or a handover"},
          {"Préparer une opération", "Prepare an operation"},
          {"Comprendre une évolution", "Understand a change"},
          {"Suivre une fiche ou une demande", "Follow a note or a request"},
          {"Rendre compte", "Report"},
          {"Se former, essayer", "Learn, try out"}};
}

// As the session stands after this call.
http::Response session_response(Context& context, const access::Asker& asker,
                                const std::optional<access::Session>& session, int status = 200) {
  auto snapshot = context.database.read();
  const auto policy = context.access.policy(*snapshot);
  wire::SessionView view{.usual_purposes = usual_purposes(), .ways = ways_of(*snapshot, asker.at)};
  if (context.settings.provider) view.ways.provider = context.settings.provider->name();
  view.ways.certificate = !context.settings.proxy_secret.empty();
  view.signed_in = asker.viewer.person.value != 0;
  if (const auto person = access::find_person(*snapshot, asker.viewer.person)) view.person = to_wire(*person);
  view.standings = standings_of(*snapshot, asker.viewer, *policy);
  for (const auto role : asker.viewer.instance_roles) view.instance_roles.push_back(to_wire(role));
  access::Viewer instance_only = asker.viewer;
  instance_only.standings.clear();
  view.capabilities = names_of_capabilities(
      [&](access::Capability capability) { return access::may_somewhere(*policy, instance_only, capability); });
  view.purpose = asker.purpose;
  view.legal_basis = asker.legal_basis;
  if (session) {
    view.waiting_roles = waiting_of(*snapshot, *policy, *session, asker.at);
    view.csrf = session->csrf;
    view.ends_at = session->ends_at();
  }
  return json_response(wire::text_of(view), status);
}

Result<http::Response> show_session(Context& context, const Call& call) {
  return session_response(context, call.asker, call.session);
}

access::Viewer viewer_of(Context& context, const access::Person& person, access::Proof proof, Instant at) {
  auto snapshot = context.database.read();
  return access::load_viewer(*snapshot, person, *context.access.policy(*snapshot), proof, at);
}

http::Response opened_response(Context& context, const Call& call, const access::Proven& proven,
                               std::string_view method) {
  const Instant at = context.clock.now();
  auto tx = context.database.write();
  // Who signs in again leaves the session they had: its token is good no more.
  if (call.session) access::end_session(*tx, *call.session, at);
  const auto opened = access::open_session(*tx, proven.person.id, proven.proof, method, context.chance, at);
  tx->commit();
  const access::Asker asker{viewer_of(context, proven.person, proven.proof, at), "", "", at};
  auto response = session_response(context, asker, opened.session, 201);
  response.headers.push_back(session_cookie(call.request, opened.token));
  return response;
}

http::Response refused_response(const access::SignInRefusal& refusal, Language language) {
  using enum access::SignInRefusal::Why;
  const Text texts[] = {{"identifiant, mot de passe ou code inexact", "login, password or code is not right"},
                        {"tapez le code de votre application", "type the code of your application"},
                        {fmt::format("trop d'essais : attendez {} s", (refusal.wait_ms + 999) / 1000),
                         fmt::format("too many attempts: wait {} s", (refusal.wait_ms + 999) / 1000)}};
  const char* fields[] = {"login", "code", "wait"};
  const auto why = static_cast<std::size_t>(refusal.why);
  auto response = problem(refusal.why == wait ? 429 : 401, {ErrorKind::forbidden, texts[why], fields[why]}, language);
  if (refusal.why == wait) response.headers.emplace_back("Retry-After", std::to_string((refusal.wait_ms + 999) / 1000));
  return response;
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

Failure only_in_a_session() {
  return refuse(ErrorKind::forbidden,
                {"cela se fait dans une session, pas avec un jeton", "this is done in a session, not with a token"},
                "session");
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

Result<http::Response> begin_second_factor(Context& context, const Call& call) {
  if (!call.session) return only_in_a_session();
  auto tx = context.database.write();
  const auto secret = access::begin_second_factor(*tx, *call.session, context.chance);
  if (!secret) return Failure(secret.error());
  tx->commit();
  return json_response(wire::text_of(wire::SecondFactorView{
      crypto::to_base32(*secret), crypto::one_time_code_uri("Quadrille", call.asker.viewer.login, *secret)}));
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
      post("/api/v1/account/second-factor", "Begins a new second factor", account, "SecondFactorView", "",
           begin_second_factor),
      post("/api/v1/account/second-factor/confirmation",
           "Puts it in force, in this session at once; answers recovery codes", account, "RecoveryCodes", "CodeRequest",
           confirm_second_factor),
      post("/api/v1/account/password", "Changes one's password", account, "SessionView", "PasswordRequest",
           change_password),
  };
  return all;
}

}  // namespace quadrille::api
