#include "services/access/viewer.h"

namespace quadrille::access {

Viewer local_viewer(std::string way_in, const std::vector<TerritoryId>& territories) {
  Viewer viewer{{}, std::move(way_in), {}, {Role::administrator, Role::auditor}, {}};
  for (const auto territory : territories)
    viewer.standings.push_back(
        {territory, {}, {Role::analyst, Role::commander, Role::duty_officer}, Sensitivity::confidential});
  return viewer;
}

}  // namespace quadrille::access
