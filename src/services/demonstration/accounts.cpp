#include "services/demonstration/accounts.h"

#include <algorithm>
#include <string>

#include "base/check.h"
#include "services/access/person.h"
#include "services/access/policy.h"

namespace quadrille::demonstration {
namespace {

struct Player {
  access::Role role;
  const char* name;
  const char* service;  // code, of the generated city; empty for instance roles
  access::Sensitivity clearance;
};

using enum access::Role;
using enum access::Sensitivity;
constexpr Player players[] = {
    {patrol, "Sacha Lenoir", "police-nationale", restricted},
    {analyst, "Camille Renard", "police-nationale", confidential},
    {commander, "Dominique Vasseur", "police-nationale", confidential},
    {duty_officer, "Claude Perrin", "gendarmerie", confidential},
    {prosecutor, "Maxence Aubry", "parquet", confidential},
    {prefecture, "Andrea Colin", "prefecture", restricted},
    {municipal, "Noa Giraud", "police-municipale", ordinary},
    {partner, "Lou Marchetti", "police-municipale", ordinary},
    {auditor, "Alix Fontaine", "", ordinary},
    {administrator, "Eden Tessier", "", ordinary},
};

}  // namespace

Result<void> add_accounts(database::Transaction& tx, const territory::Territory& territory, crypto::Chance& chance,
                          const access::Asker& by) {
  CHECK(territory.is_simulated);
  const auto services = territory::load_services(tx, territory.id);
  for (const auto& player : players) {
    const std::string login = "demo-" + std::string(access::name_of(player.role));
    auto person = access::find_person_by_login(tx, login);
    const bool is_new = !person;
    if (is_new) {
      auto made = access::create_person(tx, {login, player.name, access::NewPerson::Kind::demonstration}, chance, by);
      if (!made) return Failure(made.error());
      person = std::move(*made);
    }
    const bool is_instance = access::is_instance_role(player.role);
    if (is_instance && !is_new) continue;
    access::NewHabilitation wanted{.person = person->id,
                                   .role = player.role,
                                   .clearance = player.clearance,
                                   .act = "démonstration",
                                   .from = by.at,
                                   .until = {},
                                   .data = access::NewHabilitation::Data::open};
    if (!is_instance) {
      const auto service = std::ranges::find(services, player.service, &territory::Service::code);
      CHECK(service != services.end());
      wanted.territory = territory.id;
      wanted.service = service->id;
    }
    if (const auto granted = access::grant(tx, wanted, chance, by); !granted) return Failure(granted.error());
  }
  return {};
}

}  // namespace quadrille::demonstration
