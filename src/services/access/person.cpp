#include "services/access/person.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/line.h"

namespace quadrille::access {
namespace {

bool overlap(const NewHabilitation& wanted, const Habilitation& held) {
  const auto held_until = [&]() -> std::optional<Instant> {
    if (held.until && held.revoked_at) return std::min(*held.until, *held.revoked_at);
    return held.until ? held.until : held.revoked_at;
  }();
  return (!held_until || wanted.from < *held_until) && (!wanted.until || held.from < *wanted.until);
}

Result<void> check_place(const NewHabilitation& wanted) {
  if (is_instance_role(wanted.role)) {
    if (wanted.territory)
      return invalid({"ce rôle vaut pour toute l'instance, sans territoire",
                      "this role holds for the whole instance, without a territory"},
                     "territory");
    if (wanted.service) return invalid({"ce rôle n'a pas de service", "this role has no service"}, "service");
    return {};
  }
  if (!wanted.territory)
    return invalid({"ce rôle vaut pour un territoire : lequel ?", "this role holds in a territory: which?"},
                   "territory");
  if (!wanted.service) return invalid({"de quel service ?", "of which service?"}, "service");
  return {};
}

}  // namespace

Result<void> check_habilitation(const NewHabilitation& wanted, const std::vector<Habilitation>& held, const Asker& by) {
  if (by.viewer.person.value != 0 && by.viewer.person == wanted.person)
    return refuse(ErrorKind::forbidden, {"nul ne s'habilite soi-même", "nobody grants themselves"}, "person");
  if (auto place = check_place(wanted); !place) return place;
  if (wanted.until && *wanted.until <= wanted.from)
    return invalid({"l'habilitation finit avant de commencer", "the habilitation ends before it begins"}, "until");
  if (auto act = check_line(wanted.act, {3, 300}, "act"); !act)
    return invalid({"il faut la référence de la décision : " + act.error().message.fr,
                    "the reference of the decision is needed: " + act.error().message.en},
                   "act");
  for (const auto& other : held) {
    if (!overlap(wanted, other)) continue;
    const bool is_alone = is_instance_role(wanted.role) || is_instance_role(other.role);
    if (is_alone && wanted.role != other.role)
      return refuse(ErrorKind::conflict,
                    {fmt::format("« {} » ne se cumule pas avec « {} » : révoquez d'abord cette habilitation",
                                 label_of(wanted.role).fr, label_of(other.role).fr),
                     fmt::format("\"{}\" cannot be held together with \"{}\": revoke that habilitation first",
                                 label_of(wanted.role).en, label_of(other.role).en)},
                    "role");
    if (wanted.territory && wanted.territory == other.territory && wanted.service != other.service)
      return refuse(ErrorKind::conflict,
                    {"la personne sert déjà un autre service sur ce territoire",
                     "the person already serves another service in this territory"},
                    "service");
  }
  return {};
}

std::vector<Habilitation> in_force(const Person& person, std::vector<Habilitation> held, Instant at) {
  std::erase_if(held, [&](const Habilitation& one) { return person.disabled_at || !one.is_in_force(at); });
  return held;
}

bool is_waiting(const Habilitation& held, const Person& person, const Policy& policy, Proof proof) {
  return proof == Proof::one_factor && !person.is_demonstration && demands_second_factor(policy, held.role);
}

Viewer make_viewer(const Person& person, const std::vector<Habilitation>& counting,
                   const std::vector<Membership>& memberships) {
  Viewer viewer{person.id, person.login, {}, {}, {}};
  for (const auto& habilitation : counting) {
    if (is_instance_role(habilitation.role)) {
      viewer.instance_roles.insert(habilitation.role);
      continue;
    }
    auto standing = std::ranges::find(viewer.standings, *habilitation.territory, &Standing::territory);
    if (standing == viewer.standings.end())
      standing = viewer.standings.insert(standing, {*habilitation.territory, *habilitation.service, {}, {}});
    standing->roles.insert(habilitation.role);
    standing->clearance = std::max(standing->clearance, habilitation.clearance);
  }
  std::ranges::sort(viewer.standings, {}, &Standing::territory);
  for (const auto& one : memberships)
    if (const auto* standing = viewer.in(one.territory); standing && standing->service == one.service)
      viewer.compartments.push_back(one.compartment);
  std::ranges::sort(viewer.compartments);
  return viewer;
}

}  // namespace quadrille::access
