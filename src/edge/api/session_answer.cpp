#include "edge/api/session_answer.h"

#include <fmt/format.h>

#include "edge/api/gate.h"
#include "edge/api/provider.h"
#include "services/access/policy.h"
#include "services/territory/territory.h"

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
  for (const auto& territory : territory::list(snapshot, viewer.territories())) {
    const auto* standing = viewer.in(territory.id);
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
  const auto person = access::find_person(snapshot, session.person);
  return roles_to_wire(snapshot, access::load_waiting(snapshot, *person, policy, session.proof, at));
}

wire::SignInWays ways_of(database::Snapshot& snapshot, Instant at) {
  wire::SignInWays ways;
  ways.first_start = !access::has_persons(snapshot);
  for (const auto& person : access::list_demonstration_persons(snapshot)) {
    if (person.has_password || person.disabled_at) continue;
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

}  // namespace

std::vector<wire::WaitingRoleView> roles_to_wire(database::Snapshot& snapshot,
                                                 const std::vector<access::Habilitation>& held) {
  std::vector<wire::WaitingRoleView> out;
  for (const auto& one : held) {
    wire::WaitingRoleView view{to_wire(one.role), "", ""};
    if (one.territory)
      for (const auto& territory : territory::list(snapshot, {{*one.territory}})) {
        view.territory = territory.slug;
        view.territory_name = territory.name;
      }
    out.push_back(std::move(view));
  }
  return out;
}

http::Response session_response(Context& context, const access::Asker& asker,
                                const std::optional<access::Session>& session, int status) {
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

Failure only_in_a_session() {
  return refuse(ErrorKind::forbidden,
                {"cela se fait dans une session, pas avec un jeton", "this is done in a session, not with a token"},
                "session");
}

}  // namespace quadrille::api
