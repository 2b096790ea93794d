#include "services/demonstration/notes.h"

#include <gtest/gtest.h>

#include "services/access/compartment.h"
#include "services/access/person.h"
#include "services/audit/audit.h"
#include "services/facts/facts.h"
#include "services/sharing/note_matching.h"
#include "services/sharing/postings.h"
#include "testing/databases.h"
#include "testing/fake_host.h"

// The demonstration's notes, entered and worked on by its accounts.

namespace quadrille::demonstration {
namespace {

constexpr Instant now{1'792'836'000'000};  // 24 October 2026, 10:00 UTC

class DemonstrationNotes : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             notes::migrations(), sharing::migrations()})
      database::migrate(database(), steps);
    auto tx = database().write();
    const territory::By by{"test", now};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, by));
    port_ = *territory::find(*tx, "port");
    const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
    territory::NewSectors sectors{.areas = {}, .name_property = "name", .code_property = "code", .level = 1};
    for (int i = 0; i < 3; ++i) {
      const double west = 5.36 + 0.01 * i;
      const double east = west + 0.01;
      sectors.areas.push_back(
          {{{"name", std::string("Bassin ") + static_cast<char>('A' + i)},
            {"code", std::string(1, static_cast<char>('A' + i))}},
           {{{at(west, 43.29), at(east, 43.29), at(east, 43.30), at(west, 43.30), at(west, 43.29)}, {}}}});
    }
    ASSERT_TRUE(territory::add_sectors(*tx, port_, sectors, by));
    tx->commit();
    recorder_.emplace(database(), clock_, chance_);
    notes_.emplace(database(), access_, *recorder_, chance_);
    sharing::match_notes(notes_->hooks, chance_);
  }
  void add_players() {
    auto tx = database().write();
    const access::Asker by{access::local_viewer("local:test", {}), "", "", now};
    std::map<std::string, ServiceId> services;
    for (const auto& [role, service] : {std::pair{access::Role::patrol, "pn"},
                                        {access::Role::analyst, "pn"},
                                        {access::Role::duty_officer, "gn"},
                                        {access::Role::prosecutor, "parquet"},
                                        {access::Role::municipal, "pm"},
                                        {access::Role::partner, "pm"}}) {
      if (!services.contains(service))
        services[service] = territory::add_service(*tx, port_, service, service, {"test", now}).value();
      const std::string login = "demo-" + std::string(access::name_of(role));
      const auto person =
          access::create_person(*tx, {login, "Nom", access::NewPerson::Kind::demonstration}, chance_, by).value();
      ASSERT_TRUE(access::grant(*tx,
                                {.person = person.id,
                                 .role = role,
                                 .territory = port_.id,
                                 .service = services[service],
                                 .clearance = access::Sensitivity::confidential,
                                 .act = "essai",
                                 .from = now,
                                 .until = {},
                                 .data = access::NewHabilitation::Data::open},
                                chance_, by));
    }
    tx->commit();
  }
  access::Asker asker(access::Role role) {
    auto snapshot = database().read();
    const auto person = access::find_person_by_login(*snapshot, "demo-" + std::string(access::name_of(role)));
    return {access::load_viewer(*snapshot, *person, now), "essai", "", now};
  }

  testing::ManualClock clock_{now};
  testing::FixedChance chance_{9};
  access::Access access_;
  std::optional<audit::Recorder> recorder_;
  std::optional<notes::Notes> notes_;
  territory::Territory port_;
};

TEST_P(DemonstrationNotes, every_stage_and_channel_is_there_and_partners_follow_their_own) {
  add_players();
  const auto added = add_notes(database(), *notes_, port_, Seed{1}, now);
  ASSERT_TRUE(added) << added.error().field << ": " << added.error().message.en;
  EXPECT_EQ(*added, 243);
  const auto facets = notes_->facets(port_, {}, asker(access::Role::analyst)).value();
  EXPECT_GT(facets.total, 150);
  EXPECT_LT(facets.total, 240);  // not everything is for everybody
  for (const auto stage : {notes::Stage::received, notes::Stage::verified, notes::Stage::attributed,
                           notes::Stage::result, notes::Stage::set_aside})
    EXPECT_GT(facets.stages.contains(stage) ? facets.stages.at(stage) : 0, 0) << notes::name_of(stage);
  EXPECT_EQ(facets.channels.size(), std::size(notes::channels));
  // Three are in a compartment of two people: who is not in it reads none of them.
  for (const auto& [role, count] : {std::pair{access::Role::analyst, 1U},
                                    {access::Role::duty_officer, 1U},
                                    {access::Role::patrol, 0U},
                                    {access::Role::prosecutor, 0U}}) {
    const auto who = asker(role);
    EXPECT_EQ(access::compartments_of(*database().read(), who.viewer, port_.id).size(), count);
    EXPECT_EQ(notes_->list(port_, {.search = "troisième réserve"}, {}, who)->notes.size(), count);
  }
  EXPECT_FALSE(
      notes_->list(port_, {.scope = notes::Filter::Scope::mine}, {}, asker(access::Role::partner))->notes.empty());
}

TEST_P(DemonstrationNotes, without_the_demonstration_s_accounts_there_are_none) {
  EXPECT_EQ(add_notes(database(), *notes_, port_, Seed{1}, now).value(), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, DemonstrationNotes, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::demonstration
