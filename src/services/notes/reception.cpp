#include "services/notes/reception.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace quadrille::notes {
namespace {

using access::Handling;
using access::Sensitivity;

constexpr std::int64_t day_ms = 86'400'000;

const ReceptionRow rows[] = {
    {Channel::resident,
     Sensitivity::restricted,
     Handling::h2,
     Sharing::own_service,
     {'F', '6'},
     180,
     {"un habitant risque des représailles : au service qui vérifie, six mois",
      "a resident risks reprisals: to the service that verifies, six months"}},
    {Channel::patrol,
     Sensitivity::ordinary,
     Handling::h0,
     Sharing::every_service,
     {'B', '2'},
     365,
     {"vu par une patrouille : utile à tous les services", "seen by a patrol: of use to every service"}},
    {Channel::landlord,
     Sensitivity::restricted,
     Handling::h1,
     Sharing::every_service,
     {'C', '3'},
     365,
     {"le bailleur n'est pas partie à la procédure", "the landlord is no party to the procedure"}},
    {Channel::school,
     Sensitivity::restricted,
     Handling::h1,
     Sharing::every_service,
     {'C', '3'},
     180,
     {"près de mineurs : six mois", "near minors: six months"}},
    {Channel::town_hall,
     Sensitivity::ordinary,
     Handling::h1,
     Sharing::every_service,
     {'C', '3'},
     365,
     {"la mairie informe, sans être partie", "the town hall informs without being a party"}},
    {Channel::service,
     Sensitivity::restricted,
     Handling::h1,
     Sharing::own_service,
     {'F', '6'},
     365,
     {"le service décide avec qui il partage", "the service decides with whom it shares"}},
};

}  // namespace

std::span<const ReceptionRow> reception() { return rows; }

const ReceptionRow& reception_of(Channel channel) {
  const auto* row = std::ranges::find(rows, channel, &ReceptionRow::channel);
  CHECK(row != std::end(rows));
  return *row;
}

access::Marking first_marking(Channel channel, TerritoryId territory, ServiceId originator,
                              const std::vector<ServiceId>& services, AuthorKind author) {
  const auto& row = reception_of(channel);
  access::Marking marking{
      territory, row.sensitivity, row.handling, access::Regime::administrative, originator, {}, {}, {}, false};
  if (row.sharing == Sharing::every_service || author == AuthorKind::follows_own)
    for (const auto service : services)
      if (service != originator) marking.services.push_back(service);
  return marking;
}

Result<Instant> retention(Channel channel, const Content& content, Instant received, std::optional<Instant> asked) {
  int days = reception_of(channel).days_kept;
  if (content.person_category) days = std::min(days, days_kept_with_persons);
  if (content.is_about_minor) days = std::min(days, days_kept_about_minors);
  const Instant end{received.utc_ms + days * day_ms};
  if (!asked) return end;
  if (*asked <= received)
    return invalid({"la fin de conservation est passée", "the end of keeping is past"}, "retain_until");
  if (*asked > end)
    return invalid({fmt::format("au plus {} jours pour ce canal : la durée peut être réduite, jamais allongée", days),
                    fmt::format("at most {} days for this channel: it can be shortened, never lengthened", days)},
                   "retain_until");
  return *asked;
}

}  // namespace quadrille::notes
