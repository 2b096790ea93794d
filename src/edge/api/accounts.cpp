#include <fmt/format.h>

#include <algorithm>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "host/clock/time_zone.h"
#include "services/access/legal_act.h"
#include "services/access/policy.h"
#include "services/access/token.h"
#include "services/territory/territory.h"

// What the administrator does: accounts, habilitations, tokens of others, legal acts. And everyone's own tokens.

namespace quadrille::api {
namespace {

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

wire::RoleView to_wire(access::Role role) { return {std::string(access::name_of(role)), access::label_of(role)}; }

// Days are the territory's own; those of the instance as a whole are UTC.
struct Place {
  std::string slug;
  std::string name;
  std::string service;
  std::optional<clock::TimeZone> zone;
};

Place place_of(database::Snapshot& snapshot, const std::optional<TerritoryId>& territory,
               const std::optional<ServiceId>& service) {
  Place place;
  if (!territory) return place;
  for (const auto& one : territory::list(snapshot, {{*territory}})) {
    place.slug = one.slug;
    place.name = one.name;
    if (auto zone = clock::TimeZone::open(one.time_zone)) place.zone = *zone;
    for (const auto& known : territory::load_services(snapshot, one.id))
      if (service == known.id) place.service = known.name;
  }
  return place;
}

CivilDate day_of(const Place& place, Instant at) {
  if (place.zone) return place.zone->to_local(at).date;
  return {static_cast<std::int32_t>(at.utc_ms / day_ms)};
}

Instant start_of(const std::optional<clock::TimeZone>& zone, CivilDate day) {
  return zone ? zone->day(day).begin : Instant{std::int64_t{day.day} * day_ms};
}

wire::HabilitationView to_wire(database::Snapshot& snapshot, const access::Habilitation& one, Instant at) {
  const Place place = place_of(snapshot, one.territory, one.service);
  wire::HabilitationView view{.code = one.code,
                              .role = to_wire(one.role),
                              .territory = place.slug,
                              .territory_name = place.name,
                              .service = place.service,
                              .clearance = std::string(access::name_of(one.clearance)),
                              .act = one.act,
                              .from = day_of(place, one.from),
                              .until = {},
                              .granted_at = one.granted_at,
                              .in_force = one.is_in_force(at),
                              .revoked_at = one.revoked_at};
  if (one.until) view.until = day_of(place, *one.until) - 1;
  return view;
}

wire::TokenView to_wire(const access::Token& token, Instant at) {
  wire::TokenView view{token.code,       token.label,      {},
                       token.purpose,    token.created_at, token.expires_at,
                       token.revoked_at, token.used_at,    !token.revoked_at && at < token.expires_at};
  view.second_factor = token.proof == access::Proof::two_factors;
  for (const auto capability : token.capabilities) view.capabilities.emplace_back(access::name_of(capability));
  return view;
}

wire::AccountView to_wire(database::Snapshot& snapshot, const access::Person& person, Instant at) {
  wire::AccountView view{.code = person.code,
                         .login = person.login,
                         .name = person.name,
                         .demonstration = person.is_demonstration,
                         .has_password = person.has_password,
                         .second_factor = person.has_second_factor,
                         .created_at = person.created_at,
                         .disabled_at = person.disabled_at,
                         .habilitations = {},
                         .tokens = {}};
  for (const auto& one : access::habilitations_of(snapshot, person.id))
    view.habilitations.push_back(to_wire(snapshot, one, at));
  for (const auto& token : access::list_tokens(snapshot, person.id)) view.tokens.push_back(to_wire(token, at));
  return view;
}

// What was named is none of these.
template <class Known>
Failure none_of(const Known& known, std::string_view field) {
  std::string names;
  for (const auto one : known) names += fmt::format("{}{}", names.empty() ? "" : ", ", access::name_of(one));
  return invalid({"il faut l'un de : " + names, "one of these is needed: " + names}, std::string(field));
}

Result<access::Person> wanted_person(database::Snapshot& snapshot, const Call& call) {
  if (auto found = access::find_person_by_code(snapshot, call.path[0])) return std::move(*found);
  return refuse(ErrorKind::not_found, {"aucun compte de ce code", "no account of this code"}, "account");
}

bool is_demonstration(database::Snapshot& snapshot, const Call& call) {
  const auto self = access::find_person(snapshot, call.asker.viewer.person);
  return self && self->is_demonstration;
}

Result<http::Response> list_accounts(Context& context, const Call& call) {
  auto snapshot = context.database.read();
  wire::Accounts out;
  for (const auto& person : access::list_persons(*snapshot))
    out.accounts.push_back(to_wire(*snapshot, person, call.asker.at));
  const auto policy = context.access.policy(*snapshot);
  for (const auto role : access::roles)
    out.roles.push_back({to_wire(role), access::is_instance_role(role), access::demands_second_factor(*policy, role)});
  for (const auto& territory : territory::list(*snapshot)) {
    wire::PlaceView place{territory.slug, territory.name, territory.is_simulated, {}, {}};
    for (const auto& service : territory::load_services(*snapshot, territory.id))
      place.services.push_back({service.code, service.name});
    for (const auto& act : access::list_legal_acts(*snapshot, territory.id)) {
      const Place where = place_of(*snapshot, act.territory, {});
      place.acts.push_back({act.code, std::string(access::name_of(act.part)), access::label_of(act.part), act.reference,
                            day_of(where, act.from),
                            act.until ? std::optional(day_of(where, *act.until)) : std::nullopt,
                            act.from <= call.asker.at && (!act.until || call.asker.at < *act.until)});
    }
    out.territories.push_back(std::move(place));
  }
  for (const auto part : access::parts)
    out.parts.push_back({std::string(access::name_of(part)), access::label_of(part)});
  return json_response(wire::text_of(out));
}

http::Response account_response(Context& context, const access::Person& person, Instant at, int status = 200,
                                const std::string& link = "") {
  auto snapshot = context.database.read();
  return json_response(
      wire::text_of(wire::ChangedAccount{to_wire(*snapshot, *access::find_person(*snapshot, person.id), at),
                                         link.empty() ? std::nullopt : std::optional("/invitation#" + link)}),
      status);
}

Result<http::Response> create_account(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_new_account(call.request.body);
  if (!wanted) return Failure(wanted.error());
  auto tx = context.database.write();
  // Accounts that a demonstration makes reach no further than it does.
  const auto kind =
      is_demonstration(*tx, call) ? access::NewPerson::Kind::demonstration : access::NewPerson::Kind::usual;
  const auto person = access::create_person(*tx, {wanted->login, wanted->name, kind}, context.chance, call.asker);
  if (!person) return Failure(person.error());
  const auto link = access::invite(*tx, person->id, context.chance, call.asker);
  tx->commit();
  return account_response(context, *person, call.asker.at, 201, link);
}

Result<http::Response> disable_account(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  if (const auto done = access::disable_person(*tx, person->id, call.asker); !done) return Failure(done.error());
  tx->commit();
  return account_response(context, *person, call.asker.at);
}

Result<http::Response> enable_account(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  access::enable_person(*tx, person->id, call.asker);
  tx->commit();
  return account_response(context, *person, call.asker.at);
}

// Against an administrator who would take over somebody's rights: a reset account's person hears of it, for their
// sessions end and their password is gone; the log has who did it.
Result<http::Response> reset_account(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  if (person->id == call.asker.viewer.person)
    return refuse(ErrorKind::forbidden,
                  {"pour vous-même, changez votre mot de passe", "for yourself, change your password"}, "account");
  const auto link = access::reset_person(*tx, person->id, context.chance, call.asker);
  tx->commit();
  return account_response(context, *person, call.asker.at, 200, link);
}

Result<access::NewHabilitation> to_habilitation(database::Snapshot& snapshot, const wire::NewHabilitation& wanted,
                                                PersonId person, Instant at) {
  const auto role = access::role_named(wanted.role);
  if (!role) return none_of(access::roles, "role");
  access::NewHabilitation out{.person = person, .role = *role, .act = wanted.act, .from = at};
  if (const auto clearance = access::sensitivity_named(wanted.clearance.value_or("ordinary")))
    out.clearance = *clearance;
  else
    return none_of(access::sensitivities, "clearance");
  std::optional<clock::TimeZone> zone;
  if (!access::is_instance_role(*role)) {
    const auto territory = territory::find(snapshot, wanted.territory.value_or(""));
    if (!territory) return Failure(territory.error());
    out.territory = territory->id;
    out.data = territory->is_simulated ? access::NewHabilitation::Data::open : access::NewHabilitation::Data::real;
    if (auto opened = clock::TimeZone::open(territory->time_zone)) zone = *opened;
    for (const auto& service : territory::load_services(snapshot, territory->id))
      if (service.code == wanted.service) out.service = service.id;
  }
  if (wanted.from) out.from = start_of(zone, *wanted.from);
  if (wanted.until) out.until = start_of(zone, *wanted.until + 1);
  return out;
}

Result<http::Response> grant_habilitation(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto read = wire::read_new_habilitation(call.request.body);
  if (!read) return Failure(read.error());
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  const auto wanted = to_habilitation(*tx, *read, person->id, call.asker.at);
  if (!wanted) return Failure(wanted.error());
  const auto granted = access::grant(*tx, *wanted, context.chance, call.asker);
  if (!granted) return Failure(granted.error());
  tx->commit();
  return account_response(context, *person, call.asker.at, 201);
}

Result<http::Response> revoke_habilitation(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  const auto held = access::habilitations_of(*tx, person->id);
  if (std::ranges::find(held, call.path[1], &access::Habilitation::code) == held.end())
    return refuse(ErrorKind::not_found, {"aucune habilitation de ce code", "no habilitation of this code"},
                  "habilitation");
  if (const auto done = access::revoke(*tx, call.path[1], call.asker); !done) return Failure(done.error());
  tx->commit();
  return account_response(context, *person, call.asker.at);
}

Result<http::Response> revoke_token_of(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto person = wanted_person(*tx, call);
  if (!person) return Failure(person.error());
  if (const auto done = access::revoke_token(*tx, person->id, call.path[1], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return account_response(context, *person, call.asker.at);
}

// ---- one's own tokens -----------------------------------------------------------------------------------------------

Result<http::Response> list_own_tokens(Context& context, const Call& call) {
  std::vector<wire::TokenView> out;
  for (const auto& token : access::list_tokens(*context.database.read(), call.asker.viewer.person))
    out.push_back(to_wire(token, call.asker.at));
  return json_response(wire::text_of(out));
}

Result<http::Response> issue_own_token(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  if (!call.session)
    return refuse(ErrorKind::forbidden, {"un jeton n'en fait pas d'autres", "a token makes no others"}, "session");
  const auto wanted = wire::read_new_token(call.request.body);
  if (!wanted) return Failure(wanted.error());
  constexpr int days_most = access::token_lasts_at_most_ms / day_ms;
  if (wanted->days < 1 || wanted->days > days_most)
    return invalid({fmt::format("de 1 à {} jours", days_most), fmt::format("1 to {} days", days_most)}, "days");
  access::NewToken token{.person = call.session->person,
                         .label = wanted->label,
                         .capabilities = {},
                         .purpose = wanted->purpose,
                         .expires_at = {call.asker.at.utc_ms + std::int64_t{wanted->days} * day_ms},
                         .proof = call.session->proof};
  for (const auto& name : wanted->capabilities) {
    const auto capability = access::capability_named(name);
    if (!capability) return none_of(access::capabilities, "capabilities");
    token.capabilities.insert(*capability);
  }
  auto tx = context.database.write();
  const auto issued = access::issue_token(*tx, token, context.chance, call.asker);
  if (!issued) return Failure(issued.error());
  tx->commit();
  return json_response(wire::text_of(wire::IssuedTokenView{issued->secret, to_wire(issued->token, call.asker.at)}),
                       201);
}

Result<http::Response> revoke_own_token(Context& context, const Call& call) {
  auto tx = context.database.write();
  if (const auto done = access::revoke_token(*tx, call.asker.viewer.person, call.path[0], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return json_response(wire::text_of(wire::Done{}));
}

// ---- legal acts -----------------------------------------------------------------------------------------------------

Result<http::Response> record_act(Context& context, const Call& call) {
  if (const auto checked = check_json_body(call.request); !checked) return Failure(checked.error());
  const auto wanted = wire::read_new_act(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto part = access::part_named(wanted->part);
  if (!part) return none_of(access::parts, "part");
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  std::optional<clock::TimeZone> zone;
  if (auto opened = clock::TimeZone::open(territory->time_zone)) zone = *opened;
  const auto act = access::add_legal_act(
      *tx,
      {territory->id, *part, wanted->reference, wanted->from ? start_of(zone, *wanted->from) : call.asker.at,
       wanted->until ? std::optional(start_of(zone, *wanted->until + 1)) : std::nullopt},
      context.chance, call.asker);
  if (!act) return Failure(act.error());
  tx->commit();
  return json_response(wire::text_of(wire::Done{}), 201);
}

Result<http::Response> end_act(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (const auto done = access::end_legal_act(*tx, territory->id, call.path[1], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return json_response(wire::text_of(wire::Done{}));
}

struct Row {
  std::string_view method;
  std::string_view path;
  std::string_view summary;
  Needs needs;
  std::string_view response;
  std::string_view request;
  Result<http::Response> (*handle)(Context&, const Call&);
};

}  // namespace

std::vector<Endpoint> account_endpoints() {
  constexpr auto manage = access::Capability::manage_accounts;
  constexpr auto run = access::Capability::run_instance;
  const Row rows[] = {
      {"GET", "/api/v1/accounts", "Accounts with habilitations and tokens; territories with services and legal acts",
       manage, "Accounts", "", list_accounts},
      {"POST", "/api/v1/accounts", "Creates an account; answers its one-time link", manage, "ChangedAccount",
       "NewAccount", create_account},
      {"POST", "/api/v1/accounts/{code}/disable", "Disables an account: sessions end, tokens are revoked", manage,
       "ChangedAccount", "", disable_account},
      {"POST", "/api/v1/accounts/{code}/enable", "Enables an account again", manage, "ChangedAccount", "",
       enable_account},
      {"POST", "/api/v1/accounts/{code}/reset", "Forgets password and second factor; answers a new one-time link",
       manage, "ChangedAccount", "", reset_account},
      {"POST", "/api/v1/accounts/{code}/habilitations", "Grants a role", manage, "ChangedAccount", "NewHabilitation",
       grant_habilitation},
      {"DELETE", "/api/v1/accounts/{code}/habilitations/{habilitation}", "Revokes a role", manage, "ChangedAccount", "",
       revoke_habilitation},
      {"DELETE", "/api/v1/accounts/{code}/tokens/{token}", "Revokes a token of somebody", manage, "ChangedAccount", "",
       revoke_token_of},
      {"GET", "/api/v1/account/tokens", "One's own tokens", Needs::account(),
       R"({"type":"array","items":{"$ref":"#/components/schemas/TokenView"}})", "", list_own_tokens},
      {"POST", "/api/v1/account/tokens", "Makes a token for a program; shown once", Needs::account(), "IssuedTokenView",
       "NewToken", issue_own_token},
      {"DELETE", "/api/v1/account/tokens/{token}", "Revokes one's own token", Needs::account(), "Done", "",
       revoke_own_token},
      {"POST", "/api/v1/territories/{slug}/legal-acts", "Records the act that turns a nominative part on", run, "Done",
       "NewAct", record_act},
      {"DELETE", "/api/v1/territories/{slug}/legal-acts/{act}", "Ends an act", run, "Done", "", end_act},
  };
  std::vector<Endpoint> all;
  for (const auto& row : rows)
    all.push_back({.method = row.method,
                   .path = row.path,
                   .summary = row.summary,
                   .needs = row.needs,
                   .query = {},
                   .response = row.response,
                   .request_schema = row.request,
                   .handle = row.handle});
  return all;
}

}  // namespace quadrille::api
