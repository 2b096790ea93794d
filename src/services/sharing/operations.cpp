#include "services/sharing/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/geodesy/projection.h"
#include "services/audit/audit.h"
#include "services/sharing/desk.h"
#include "services/sharing/exclusions.h"
#include "services/sharing/store.h"

namespace quadrille::sharing {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

Result<void> check_declaration(const territory::Territory& territory, const NewOperation& wanted, ServiceId service,
                               Instant now) {
  if (wanted.title.empty() || wanted.title.size() > 200)
    return invalid({"un titre de 1 à 200 octets", "a title of 1 to 200 bytes"}, "title");
  if (const auto* circle = std::get_if<CirclePlace>(&wanted.place))
    if (circle->radius_m < radius_m_min || circle->radius_m > radius_m_max)
      return invalid({fmt::format("un rayon de {} à {} m", radius_m_min, radius_m_max),
                      fmt::format("a radius of {} to {} m", radius_m_min, radius_m_max)},
                     "place");
  if (wanted.window.end <= wanted.window.begin ||
      wanted.window.end.utc_ms - wanted.window.begin.utc_ms > window_days_max * day_ms)
    return invalid({fmt::format("une fin après le début, {} jours au plus", window_days_max),
                    fmt::format("an end after the beginning, {} days at most", window_days_max)},
                   "window");
  if (wanted.window.end <= now) return invalid({"cette période est passée", "this period is over"}, "window");
  if (wanted.marking.territory != territory.id || wanted.marking.originator != service)
    return invalid({"le marquage est celui du territoire et du service qui déclare",
                    "the marking is of the territory and of the declaring service"},
                   "marking");
  return {};
}

audit::Act act_on(const access::Asker& by, TerritoryId territory, audit::Action action, const Operation& operation,
                  std::string details) {
  audit::Act act;
  act.actor = by.actor();
  act.action = action;
  act.territory = territory;
  act.subject = fmt::format("operation {}", operation.code);
  act.details = std::move(details);
  act.purpose = by.purpose;
  act.legal_basis = by.legal_basis;
  act.object = audit::Object("operation", operation.id);
  return act;
}

}  // namespace

std::string_view name_of(OperationKind kind) { return kind == OperationKind::operation ? "operation" : "discreet"; }

const Text& label_of(OperationKind kind) {
  static const Text labels[] = {{"opération", "operation"}, {"mesure discrète", "discreet measure"}};
  return labels[static_cast<std::size_t>(kind)];
}

std::optional<OperationKind> operation_kind_named(std::string_view name) {
  for (const auto kind : operation_kinds)
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

Result<Area> to_area(database::Snapshot& snapshot, const territory::Territory& territory, const OperationPlace& place) {
  if (const auto* circle = std::get_if<CirclePlace>(&place)) {
    auto projection = geodesy::Projection::open(territory.epsg);
    if (!projection) return Failure(projection.error());
    const auto centre = projection->to_plane(circle->centre);
    if (!centre) return invalid({"ce lieu est hors du territoire", "this place is outside the territory"}, "place");
    return Circle{geo::to_point(*centre), {static_cast<double>(circle->radius_m)}};
  }
  const SectorId wanted = std::get<SectorPlace>(place).sector;
  for (const auto& sector : territory::load_sectors(snapshot, territory.id)) {
    if (sector.id != wanted) continue;
    auto shape = territory::to_plane(sector.shape, territory.epsg);
    if (!shape) return Failure(shape.error());
    return SectorArea{wanted, std::move(*shape)};
  }
  return refuse(ErrorKind::not_found, {"ce secteur n'existe pas", "there is no such sector"}, "place");
}

Result<Declared> declare(database::Transaction& tx, const territory::Territory& territory, const NewOperation& wanted,
                         crypto::Chance& chance, const access::Asker& by) {
  const auto* standing = by.viewer.in(territory.id);
  if (!standing || standing->service.value == 0)
    return refuse(ErrorKind::forbidden, {"il faut être d'un service du territoire pour déclarer une opération",
                                         "declaring an operation takes a service in the territory"});
  if (auto checked = check_declaration(territory, wanted, standing->service, by.at); !checked)
    return Failure(checked.error());
  auto marking = access::normalised(wanted.marking);
  if (!marking) return Failure(marking.error());
  auto area = to_area(tx, territory, wanted.place);
  if (!area) return Failure(area.error());

  Operation operation{.id = {},
                      .code = crypto::random_code(chance),
                      .service = standing->service,
                      .kind = wanted.kind,
                      .marking = access::intern(tx, *marking),
                      .title = wanted.title,
                      .place = wanted.place,
                      .window = wanted.window,
                      .declared_at = by.at};
  const auto extent = extent_of(*area);
  operation.id = store::insert_operation(tx, territory.id, operation, extent, by.actor());
  if (wanted.kind == OperationKind::discreet)
    if (auto excluded = exclude(tx, territory, wanted.place, *area, wanted.window, chance, by.at); !excluded)
      return Failure(excluded.error());

  // One conflict for each other service, however many of its operations are met: the number is theirs.
  Declared declared{operation.code, {}};
  ServiceId last;
  for (const auto& other : store::near_operations(tx, territory.id, standing->service, wanted.window, extent)) {
    auto other_area = to_area(tx, territory, other.place);
    if (other.service == last || !other_area || !overlap(*area, *other_area)) continue;
    last = other.service;
    const auto conflict = open_conflict(tx, territory.id, ConflictKind::event, {standing->service, operation.id},
                                        {other.service, other.id}, chance, by);
    declared.hits.push_back(
        releases::conflict_hit(tx, territory.id, conflict, other.service, {by.at.utc_ms + acknowledge_within_ms}));
  }
  audit::record(tx,
                act_on(by, territory.id, audit::Action::collection, operation,
                       fmt::format("declared kind={} conflicts={}", name_of(wanted.kind), declared.hits.size())),
                by.at, chance);
  return declared;
}

Result<void> cancel(database::Transaction& tx, const access::Readable& readable, TerritoryId territory,
                    std::string_view code, const access::Asker& by) {
  const auto* standing = by.viewer.in(territory);
  const auto operation =
      standing ? store::find_operation(tx, readable, territory, standing->service, code) : std::nullopt;
  if (!operation)
    return refuse(ErrorKind::not_found, {"aucune opération de ce code", "no operation of this code"}, "code");
  if (operation->is_cancelled)
    return refuse(ErrorKind::conflict, {"cette opération est déjà annulée", "this operation is cancelled already"},
                  "code");
  store::set_cancelled(tx, operation->id, by.at);
  audit::record(tx, act_on(by, territory, audit::Action::alteration, *operation, "cancelled"), by.at);
  return {};
}

}  // namespace quadrille::sharing
