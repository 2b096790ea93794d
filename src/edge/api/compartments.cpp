#include "edge/api/compartments.h"

#include <fmt/format.h>

#include <algorithm>

#include "edge/api/api.h"
#include "services/access/compartment.h"
#include "services/access/policy.h"

// Compartments: procedures and operations that only their members know of.

namespace quadrille::api {
namespace {

using access::Capability;

wire::CompartmentKindView to_wire(access::CompartmentKind kind) {
  return {std::string(access::name_of(kind)), access::label_of(kind)};
}

// The service a member acts for now.
std::string service_of(database::Snapshot& snapshot, const access::Person& person, TerritoryId territory,
                       const std::vector<territory::Service>& services, Instant at) {
  const auto viewer = access::load_viewer(snapshot, person, {}, at);
  const auto* standing = viewer.in(territory);
  const auto found =
      standing ? std::ranges::find(services, standing->service, &territory::Service::id) : services.end();
  return found == services.end() ? "" : found->name;
}

Result<territory::Territory> place_of(Context& context, const Call& call) {
  return territory::find(*context.database.read(), call.path[0]);
}

Result<http::Response> list_compartments(Context& context, const Call& call) {
  const auto territory = place_of(context, call);
  if (!territory) return Failure(territory.error());
  return json_response(
      wire::text_of(look_at_compartments(context.database, context.access, context.recorder, *territory, call.asker)));
}

Result<http::Response> open_compartment(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto wanted = wire::read_new_compartment(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto kind = access::compartment_kind_named(wanted->kind);
  if (!kind) return invalid({"procedure ou operation", "procedure or operation"}, "kind");
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto made = access::open_compartment(*tx, {territory->id, *kind, wanted->name}, context.chance, call.asker);
  if (!made) return Failure(made.error());
  tx->commit();
  return json_response(wire::text_of(wire::CompartmentOpened{made->code}), 201);
}

Result<http::Response> admit_member(Context& context, const Call& call) {
  if (const auto ok = check_json_body(call.request); !ok) return Failure(ok.error());
  const auto wanted = wire::read_new_compartment_member(call.request.body);
  if (!wanted) return Failure(wanted.error());
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (const auto done = access::admit(*tx, territory->id, call.path[1], wanted->login, call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return json_response(wire::text_of(wire::CompartmentChanged{}), 201);
}

Result<http::Response> dismiss_member(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (const auto done = access::dismiss(*tx, territory->id, call.path[1], call.path[2], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return json_response(wire::text_of(wire::CompartmentChanged{}));
}

Result<http::Response> close_compartment(Context& context, const Call& call) {
  auto tx = context.database.write();
  const auto territory = territory::find(*tx, call.path[0]);
  if (!territory) return Failure(territory.error());
  if (const auto done = access::close_compartment(*tx, territory->id, call.path[1], call.asker); !done)
    return Failure(done.error());
  tx->commit();
  return json_response(wire::text_of(wire::CompartmentChanged{}));
}

}  // namespace

wire::CompartmentsView look_at_compartments(database::Database& database, access::Access& access,
                                            audit::Recorder& recorder, const territory::Territory& territory,
                                            const access::Asker& asker) {
  wire::CompartmentsView view;
  for (const auto kind : access::compartment_kinds) view.kinds.push_back(to_wire(kind));
  {
    auto snapshot = database.read();
    const auto services = territory::load_services(*snapshot, territory.id);
    const auto policy = access.policy(*snapshot);
    view.may_open = access::may(*policy, asker.viewer, territory.id, Capability::open_compartment);
    for (const auto& one : access::compartments_of(*snapshot, asker.viewer, territory.id)) {
      wire::CompartmentView shown{one.code, one.name, to_wire(one.kind), one.opened_at, one.closed_at, {}};
      for (const auto& member : access::members_of(*snapshot, *policy, one, asker.at))
        shown.members.push_back(
            {member.person.login, member.person.name,
             member.is_in_force ? service_of(*snapshot, member.person, territory.id, services, asker.at) : "",
             member.admitted_at, member.is_in_force, member.may_admit, member.person.id == asker.viewer.person});
      view.compartments.push_back(std::move(shown));
    }
    if (view.may_open)
      for (const auto& person : access::colleagues_of(*snapshot, *policy, asker, territory.id))
        view.colleagues.push_back({person.login, person.name});
  }
  audit::Act act{.actor = asker.actor(), .territory = territory.id, .subject = "compartments"};
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = fmt::format("rows={}", view.compartments.size());
  recorder.record(act);
  return view;
}

std::vector<Endpoint> compartment_endpoints() {
  constexpr auto opens = Capability::open_compartment;
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/compartments",
           .summary = "The compartments one is in, with their members, and whom one could admit",
           .needs = Capability::read_notes,
           .query = {},
           .response = "CompartmentsView",
           .handle = list_compartments},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/compartments",
           .summary = "Opens a compartment, of which one is the first member",
           .needs = opens,
           .query = {},
           .response = "CompartmentOpened",
           .request_schema = "NewCompartment",
           .handle = open_compartment},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/compartments/{code}/members",
           .summary = "Admits somebody",
           .needs = opens,
           .query = {},
           .response = "CompartmentChanged",
           .request_schema = "NewCompartmentMember",
           .handle = admit_member},
          {.method = "DELETE",
           .path = "/api/v1/territories/{slug}/compartments/{code}/members/{login}",
           .summary = "Dismisses a member, or leaves: at once",
           .needs = Capability::read_notes,
           .query = {},
           .response = "CompartmentChanged",
           .handle = dismiss_member},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/compartments/{code}/close",
           .summary = "Closes a compartment: nothing and nobody goes in any more",
           .needs = opens,
           .query = {},
           .response = "CompartmentChanged",
           .handle = close_compartment}};
}

}  // namespace quadrille::api
