#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "edge/api/served_test.h"
#include "host/json/describe.h"
#include "services/access/legal_act.h"
#include "services/facts/facts.h"
#include "services/sharing/note_matching.h"
#include "services/sharing/postings.h"
#include "services/studies/studies.h"

// The endpoints of notes behind the gate: what bodies and parameters mean, and what is refused with which field.

namespace quadrille::api {
namespace {

constexpr std::int64_t start_ms = 1'792'836'000'000;  // 24 October 2026, 10:00 UTC

class NotesApi : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             studies::migrations(), notes::migrations(), sharing::migrations()})
      database::migrate(database(), steps);
    auto tx = database().write();
    const territory::By by{"test", {start_ms}};
    ASSERT_TRUE(territory::create(*tx, {"port", "Port", 2154, "Europe/Paris", true, {}}, by));
    const auto port = *territory::find(*tx, "port");
    territory_ = port.id;
    police_ = territory::add_service(*tx, port, "pn", "Police", by).value();
    customs_ = territory::add_service(*tx, port, "dou", "Douane", by).value();
    const auto at = [](double lon, double lat) { return *LonLat::checked(lon, lat); };
    ASSERT_TRUE(territory::add_sectors(
        *tx, port,
        {{{{{"name", "Bassin"}, {"code", "A"}},
           {{{at(5.36, 43.29), at(5.37, 43.29), at(5.37, 43.30), at(5.36, 43.30), at(5.36, 43.29)}, {}}}}},
         "name",
         "code",
         1},
        by));
    tx->commit();
    served_.emplace(database(), clock_, chance_);
    sharing::match_notes(served_->notes.hooks, chance_);
  }
  access::Asker asker(std::int64_t id, ServiceId service, access::Role role) {
    access::Viewer viewer;
    viewer.person = {id};
    viewer.login = "agent";
    viewer.standings = {{territory_, service, {role}, access::Sensitivity::confidential}};
    return {viewer, "essai", "", clock_.now()};
  }
  Result<http::Response> ask(const char* method, const char* path, std::vector<std::string> parts,
                             const access::Asker& by, const std::string& body = "",
                             std::map<std::string, std::string> query = {}) {
    const auto& all = endpoints();
    const auto endpoint = std::ranges::find_if(all, [&](const Endpoint& one) {
      return one.method == method && one.path == std::string("/api/v1/territories/{slug}") + path;
    });
    CHECK(endpoint != all.end());
    http::Request request{method, "", {}, {{"content-type", "application/json"}}, body};
    for (const auto& [name, value] : query) request.query.emplace(name, value);
    parts.insert(parts.begin(), "port");
    auto context = served_->context();
    return endpoint->handle(context, Call{request, std::move(parts), Language::en, by, {}});
  }
  std::string field_of(const std::string& body, const access::Asker& by) {
    const auto answer = ask("POST", "/notes", {}, by, body);
    return answer ? "" : answer.error().field;
  }
  static std::string four_lines(const std::string& facts, const std::string& more = "") {
    return fmt::format(
        R"({{"channel":"patrol","facts":"{}","sector":"A","from":"2026-10-24T09:00:00Z","to":"2026-10-24T09:30:00Z"{}}})",
        facts, more);
  }

  testing::ManualClock clock_{{start_ms}};
  testing::FixedChance chance_{3};
  TerritoryId territory_;
  ServiceId police_;
  ServiceId customs_;
  std::optional<Served> served_;
};

TEST_P(NotesApi, four_lines_make_a_note_with_the_marking_of_their_channel) {
  const auto patrol = asker(1, police_, access::Role::patrol);
  const auto added = ask("POST", "/notes", {}, patrol, four_lines("Deux vendeurs, hall 3"));
  ASSERT_TRUE(added) << added.error().message.en;
  EXPECT_EQ(added->status, 201);
  const auto id = std::string(json::parse(added->body)->at("id").as_string());
  EXPECT_EQ(id.size(), 16U);
  const auto page = json::parse(ask("GET", "/notes", {}, asker(2, customs_, access::Role::analyst))->body);
  ASSERT_EQ(page->at("notes").as_array().size(), 1U);
  const auto& note = page->at("notes").as_array()[0];
  EXPECT_EQ(note.at("id").as_string(), id);
  EXPECT_EQ(note.at("sector").at("name").as_string(), "Bassin");
  EXPECT_EQ(note.at("evaluation").at("grade").as_string(), "B2");
  EXPECT_TRUE(page->at("next").is_null());
  const auto dossier = json::parse(ask("GET", "/notes/{code}", {id}, patrol)->body);
  EXPECT_EQ(dossier->at("note").at("marking").at("services").as_array()[0].as_string(), "dou");
  EXPECT_FALSE(dossier->at("offers").as_array()[0].at("available").as_bool()) << "a patrol does not work notes";
}

TEST_P(NotesApi, what_is_wrong_is_refused_with_its_field) {
  const auto patrol = asker(1, police_, access::Role::patrol);
  EXPECT_EQ(ask("POST", "/notes", {}, patrol, "{").error().kind, ErrorKind::invalid_input);
  EXPECT_EQ(field_of(four_lines("Karim vend, hall 3"), patrol), "facts");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"colour":"red")"), patrol), "/colour");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"product":"tea")"), patrol), "product");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"point":[5.3])"), patrol), "point");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"evaluation":{"scale":"6x6","received":"Z9"})"), patrol),
            "evaluation");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"assertions":[{"kind":"sellers","low":-1}])"), patrol),
            "assertions/0/low");
  EXPECT_EQ(field_of(R"({"channel":"patrol","facts":"Deux vendeurs","sector":"B","from":"x","to":"y"})", patrol),
            "sector");
  EXPECT_EQ(field_of(R"({"channel":"patrol","facts":"Deux vendeurs","sector":"A","from":"24/10","to":"y"})", patrol),
            "from");
  EXPECT_EQ(
      field_of(four_lines(
                   "Deux vendeurs",
                   R"(,"marking":{"sensitivity":"ordinary","handling":"h9","regime":"administrative","services":[]})"),
               patrol),
      "marking/handling");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs"), asker(9, {}, access::Role::patrol)), "service");
  EXPECT_EQ(ask("GET", "/notes", {}, patrol, "", {{"stage", "lost"}}).error().field, "stage");
  EXPECT_EQ(ask("GET", "/notes", {}, patrol, "", {{"limit", "x"}}).error().field, "limit");
  EXPECT_EQ(ask("POST", "/notes/batch", {}, patrol, "[" + four_lines("Deux vendeurs") + "," + four_lines("ab") + "]")
                .error()
                .field,
            "1/facts");
}

TEST_P(NotesApi, matches_name_what_is_shared_and_a_note_one_may_not_read_has_none) {
  const auto patrol = asker(1, police_, access::Role::patrol);
  const auto add = [&](const std::string& marking) {
    const auto added = ask(
        "POST", "/notes", {}, patrol,
        R"({"channel":"patrol","facts":"Deux vendeurs","point":[5.365,43.295],"from":"2026-10-24T09:00:00Z","to":"2026-10-24T09:30:00Z")" +
            marking + "}");
    EXPECT_TRUE(added) << added.error().message.en;
    return std::string(json::parse(added->body)->at("id").as_string());
  };
  const auto open = add("");
  const auto shut =
      add(R"(,"marking":{"sensitivity":"ordinary","handling":"h0","regime":"administrative","services":[]})");
  const auto police = asker(2, police_, access::Role::analyst);
  const auto found = json::parse(ask("GET", "/notes/{code}/matches", {open}, police)->body);
  ASSERT_EQ(found->at("matches").as_array().size(), 1U);
  EXPECT_EQ(found->at("matches").at(0).at("note").at("id").as_string(), shut);
  EXPECT_EQ(found->at("matches").at(0).at("kinds").at(0).at("name").as_string(), "place_cell");
  const auto customs = asker(3, customs_, access::Role::analyst);
  EXPECT_EQ(ask("GET", "/notes/{code}/matches", {open}, customs)->body, R"({"matches":[],"commonplaces":[]})");
  const auto theirs = ask("GET", "/notes/{code}/matches", {shut}, customs).error();
  const auto nobodys = ask("GET", "/notes/{code}/matches", {"aaaaaaaaaaaaaaaa"}, customs).error();
  EXPECT_EQ(theirs.message, nobodys.message);
  EXPECT_EQ(theirs.kind, nobodys.kind);
  EXPECT_EQ(theirs.field, nobodys.field);
}

TEST_P(NotesApi, with_the_legal_act_a_note_that_names_somebody_says_in_which_category) {
  const auto patrol = asker(1, police_, access::Role::patrol);
  const auto allowed = [&] {
    return json::parse(ask("GET", "/notes/form", {}, patrol)->body)->at("persons_allowed").as_bool();
  };
  const auto named = [&](const std::string& more) { return four_lines("Karim Benali vend au bloc 4", more); };
  EXPECT_FALSE(allowed());
  EXPECT_EQ(field_of(named(""), patrol), "facts");
  EXPECT_EQ(field_of(four_lines("Deux vendeurs", R"(,"person_category":"suspect")"), patrol), "person_category");
  {
    auto tx = database().write();
    ASSERT_TRUE(access::add_legal_act(
        *tx, {territory_, access::Part::persons_in_notes, "arrêté 2026-114", {start_ms}, {}}, chance_, patrol));
    tx->commit();
  }
  EXPECT_TRUE(allowed());
  EXPECT_EQ(field_of(named(""), patrol), "person_category");
  const auto kept = [&](const std::string& more) {
    const auto added = ask("POST", "/notes", {}, patrol, named(more));
    EXPECT_TRUE(added) << added.error().message.en;
    return std::string(json::parse(added->body)->at("retain_until").as_string());
  };
  EXPECT_LT(kept(R"(,"person_category":"suspect","about_minor":true)"), kept(R"(,"person_category":"suspect")"));
}

TEST_P(NotesApi, a_partner_s_note_goes_to_the_cell_and_the_partner_follows_it) {
  const auto partner = asker(5, police_, access::Role::partner);
  const std::string body =
      R"({"channel":"resident","facts":"Vente sous les fenêtres au 12","sector":"A","from":"2026-10-24T08:00:00Z","to":"2026-10-24T09:00:00Z"})";
  const auto added = ask("POST", "/notes", {}, partner, body);
  ASSERT_TRUE(added) << added.error().message.en;
  const auto id = std::string(json::parse(added->body)->at("id").as_string());
  const auto seen = json::parse(ask("GET", "/notes/{code}", {id}, asker(2, customs_, access::Role::analyst))->body);
  EXPECT_FALSE(seen->at("note").at("exact").as_bool());
  EXPECT_EQ(seen->at("note").at("facts").as_string(), "");
  const auto mine = json::parse(ask("GET", "/notes/mine", {}, partner)->body);
  EXPECT_EQ(mine->at("notes").as_array()[0].at("facts").as_string(), "Vente sous les fenêtres au 12");
  EXPECT_TRUE(mine->at("notes").as_array()[0].at("stage").is_null());
}

INSTANTIATE_TEST_SUITE_P(Databases, NotesApi, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
