#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/access/access.h"
#include "services/access/legal_act.h"
#include "services/audit/audit.h"
#include "services/sharing/operations.h"
#include "services/sharing/postings.h"
#include "services/territory/territory.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// What the tests of this module begin with: a port of 4 x 4 sectors, three services, an officer in each.

namespace quadrille::sharing {

class Scene : public testing::DatabaseTest {
 protected:
  static constexpr std::int64_t hour_ms = 3'600'000;
  static constexpr std::int64_t start_ms = 1'795'600'000'000;  // 2026-11-25

  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), migrations()})
      database::migrate(database(), steps);
    auto tx = database().write();
    const territory::By by{"local:test", {start_ms}};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, same_text("x")}, by));
    territory = territory::find(*tx, "port").value();
    ASSERT_TRUE(territory::add_sectors(*tx, territory, {sixteen_sectors(), "name", "", 1}, by));
    police = territory::add_service(*tx, territory, "pn", "Police", by).value();
    customs = territory::add_service(*tx, territory, "dg", "Douane", by).value();
    gendarmerie = territory::add_service(*tx, territory, "gn", "Gendarmerie", by).value();
    sectors = territory::load_sectors(*tx, territory.id);
    tx->commit();
  }

  // Squares of 0.01 degree from 5.30 E, 43.20 N.
  static std::vector<geojson::AreaFeature> sixteen_sectors() {
    std::string text;
    for (int x = 0; x < 4; ++x)
      for (int y = 0; y < 4; ++y) {
        const auto corner = [&](int dx, int dy) {
          return "[" + std::to_string(5.30 + 0.01 * (x + dx)) + "," + std::to_string(43.20 + 0.01 * (y + dy)) + "]";
        };
        text += (text.empty() ? "" : ",") +
                (R"({"type":"Feature","properties":{"name":"S)" + std::to_string(x) + std::to_string(y) +
                 R"("},"geometry":{"type":"Polygon","coordinates":[[)" + corner(0, 0) + "," + corner(1, 0) + "," +
                 corner(1, 1) + "," + corner(0, 1) + "," + corner(0, 0) + "]]}}");
      }
    return *geojson::parse_areas(R"({"type":"FeatureCollection","features":[)" + text + "]}");
  }

  [[nodiscard]] access::Asker officer(std::int64_t person, ServiceId service, std::int64_t at_ms = start_ms,
                                      access::Role role = access::Role::duty_officer) const {
    access::Asker asker;
    asker.viewer.person = {person};
    asker.viewer.standings = {{territory.id, service, {role}, access::Sensitivity::confidential}};
    asker.purpose = "test";
    asker.at = {at_ms};
    return asker;
  }
  [[nodiscard]] access::Marking marking_of(ServiceId service) const {
    return {territory.id,
            access::Sensitivity::confidential,
            access::Handling::h2,
            access::Regime::judicial,
            service,
            {},
            {},
            {}};
  }
  access::Readable readable(const access::Asker& asker) { return *access_.readable(*database().read(), asker.viewer); }

  territory::Territory territory;
  std::vector<territory::Sector> sectors;
  ServiceId police;
  ServiceId customs;
  ServiceId gendarmerie;
  testing::FixedChance chance{1};

 private:
  access::Access access_;
};

}  // namespace quadrille::sharing
