#pragma once

#include <gtest/gtest.h>

#include <expected>
#include <string>
#include <string_view>

#include "services/access/access.h"
#include "services/access/session.h"
#include "services/audit/audit.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// What the tests of accounts, sessions and second factors begin with: the tables, a clock, and acts that are kept.

namespace quadrille::access {

inline constexpr Instant start{1'790'000'000'000};

class AccountScene : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database::migrate(database(), audit::migrations());
    database::migrate(database(), migrations());
  }
  [[nodiscard]] Asker local() const { return {local_viewer("local:test", {}), "", "", clock_.now()}; }
  template <class Act>
  auto write(const Act& act) {
    auto tx = database().write();
    auto done = act(*tx);
    tx->commit();
    return done;
  }
  std::expected<SessionUse, SessionRefusal> use(const std::string& token) {
    return use_session(database(), token, chance_, clock_.now());
  }
  OpenedSession open_for(PersonId person, Proof proof, std::string_view method) {
    return write(
        [&](database::Transaction& tx) { return open_session(tx, person, proof, method, chance_, clock_.now()); });
  }

  testing::ManualClock clock_{start};
  testing::FixedChance chance_{5};
};

}  // namespace quadrille::access
