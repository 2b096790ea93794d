#include "edge/api/api.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "edge/api/jobs.h"
#include "edge/api/picture_cache.h"
#include "host/crypto/encoding.h"
#include "host/crypto/secret_file.h"
#include "host/json/describe.h"
#include "services/access/policy.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/audit/checkpoint.h"
#include "services/audit/recorder.h"
#include "services/audit/signed_note.h"
#include "services/audit/tiles.h"
#include "services/demonstration/demonstration.h"
#include "services/facts/facts.h"
#include "services/notes/attachments.h"
#include "services/notes/notes.h"
#include "services/notes/requests.h"
#include "services/provenance/provenance.h"
#include "services/recall/recall.h"
#include "services/retention/retention.h"
#include "services/sharing/postings.h"
#include "services/studies/studies.h"
#include "testing/databases.h"
#include "testing/fake_host.h"
#include "testing/golden.h"

namespace quadrille::api {
namespace {

const simulation::City& small_city() {
  static const simulation::City city =
      simulation::generate_city({.seed = {1}, .first_day = *parse_date("2025-01-01"), .days = 365, .facts = 8'000});
  return city;
}

class ApiTest : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                             studies::migrations(), notes::migrations(), notes::request_migrations(),
                             notes::attachment_migrations(), sharing::migrations(), retention::migrations(),
                             recall::migrations(), provenance::migrations(), demonstration::migrations()})
      database::migrate(database(), steps);
    recorder_.emplace(database(), clock::system_clock());
    notes_.emplace(database(), access_, *recorder_, crypto::system_chance());
    const auto made = demonstration::write(database(), small_city(), {"port", {1}}, {"local:test", {1}}, Progress());
    ASSERT_TRUE(made) << made.error().message.en;
    signer_ = audit::CheckpointSigner::open(folder_.path() / "audit.key", database(), clock::system_clock()).value();
    token_ = token_of(access::Role::analyst);
  }
  http::Response ask(const std::string& method, const std::string& target, const std::string& body = "",
                     const std::string& token = "") {
    auto parsed = http::parse_target(target);
    EXPECT_TRUE(parsed) << target;
    http::Request request{
        method, parsed->path, parsed->query, {{"host", "localhost"}, {"accept-language", "en"}}, body};
    request.headers["authorization"] = "Bearer " + (token.empty() ? token_ : token);
    if (!body.empty()) request.headers["content-type"] = "application/json";
    auto given = context(*recorder_);
    return answer(given, request);
  }
  // The same, with another way into the log.
  http::Response ask_with(audit::Recorder& recorder, const std::string& target) {
    const auto parsed = http::parse_target(target);
    auto given = context(recorder);
    return answer(
        given,
        {"GET", parsed->path, parsed->query, {{"host", "localhost"}, {"authorization", "Bearer " + token_}}, ""});
  }
  // From here on it is a person of that role who asks; before, an analyst.
  void act_as(access::Role role) { token_ = token_of(role); }
  [[nodiscard]] const audit::CheckpointSigner& signer() const { return *signer_; }
  [[nodiscard]] std::filesystem::path log_key_file() const { return folder_.path() / "audit.key"; }
  Context context(audit::Recorder& recorder) {
    return {database(), clock::system_clock(),   pictures_, jobs_,     access_,
            recorder,   crypto::system_chance(), sign_in_,  settings_, *signer_,
            *notes_,    "no/such/folder"};
  }
  // A person of that role in the territory, and a token for all that they may do.
  std::string token_of(access::Role role) {
    const Instant at = clock::system_clock().now();
    const access::Asker by{access::local_viewer("local:test", {}), "", "", at};
    auto tx = database().write();
    const auto territory = territory::find(*tx, "port");
    const auto service = territory::load_services(*tx, territory->id).front().id;
    const auto person = access::create_person(*tx, {std::string(access::name_of(role)), "Test"}, chance_, by);
    access::NewHabilitation habilitation{
        person->id, role, territory->id, service, access::Sensitivity::ordinary, "act 1", at, {}};
    if (access::is_instance_role(role)) {
      habilitation.territory.reset();
      habilitation.service.reset();
    }
    const auto granted = access::grant(*tx, habilitation, chance_, by);
    const auto issued = access::issue_token(*tx,
                                            {person->id,
                                             "test",
                                             {std::begin(access::capabilities), std::end(access::capabilities)},
                                             "essai",
                                             {at.utc_ms + 3'600'000},
                                             access::Proof::two_factors},
                                            chance_, by);
    EXPECT_TRUE(person && granted && issued);
    tx->commit();
    return issued->secret;
  }
  http::Response get(const std::string& target) { return ask("GET", target); }
  json::Value json_of(const std::string& target) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 200) << target << ' ' << response.body.substr(0, 300);
    return *json::parse(response.body);
  }

 private:
  PictureCache pictures_{1};
  Jobs jobs_{clock::system_clock(), 1};
  access::Access access_;
  access::SignIn sign_in_{crypto::cheapest_password_cost};
  Settings settings_;
  testing::TemporaryFolder folder_;
  std::optional<audit::Recorder> recorder_;
  std::unique_ptr<audit::CheckpointSigner> signer_;
  testing::FixedChance chance_{9};
  std::string token_;
  std::optional<notes::Notes> notes_;
};

TEST_P(ApiTest, every_get_endpoint_answers_and_every_answer_is_json_or_a_file) {
  (void)ask("POST", "/api/v1/territories/port/studies", R"({"title":"Test","query":{}})");
  (void)ask("POST", "/api/v1/territories/port/jobs?wait_ms=500", R"({"kind":"picture","query":{}})");
  // The longer pattern first: "{kind}" is a part of it.
  const std::vector<std::pair<std::string, std::vector<std::string>>> values{
      {"{slug}", {"port"}},
      {"{kind}.{format}", {"sectors.csv", "facts.geojson", "hotspots.gpkg"}},
      {"{kind}", {"streets", "sectors", "coast"}},
      {"{layer}", {"sectors", "density", "hotspots", "clusters"}},
      {"{id}", {"1"}},
      {"{code}", {"abcdefghijklmnop"}},
      {"{position}", {"0"}},
      {"{attachment}", {"abcdefghijklmnop"}},
      {"{collectionId}", {"sectors", "facts", "hotspots"}},
      {"{featureId}", {"Q07-2025-03-reported"}}};
  for (const auto& endpoint : endpoints()) {
    // A stream does not end; sharing_test.cpp reads one.
    if (endpoint.method != "GET" || endpoint.media_type == "text/event-stream") continue;
    if (endpoint.path.find("/session/provider") != std::string_view::npos) continue;  // tests/oidc
    const auto& needs = endpoint.needs;
    // What other roles are for is walked by gate_test.cpp.
    if (needs.who() == Needs::Who::with_capability &&
        !access::first_policy().roles.at(access::Role::analyst).capabilities.contains(needs.capability()))
      continue;
    std::vector<std::string> targets{std::string(endpoint.path)};
    for (const auto& [name, all] : values) {
      std::vector<std::string> filled;
      for (const auto& target : targets) {
        const auto at = target.find(name);
        if (at == std::string::npos) {
          filled.push_back(target);
          continue;
        }
        for (const auto& value : all) filled.push_back(target.substr(0, at) + value + target.substr(at + name.size()));
      }
      targets = filled;
    }
    for (const auto& target : targets) {
      const auto response = get(target);
      // A tile is there when the log has 256 entries.
      if (target.starts_with("/log/tile/")) {
        EXPECT_EQ(response.status, 404) << target;
        continue;
      }

      const bool may_lack =
          target.find("abcdefghijklmnop") != std::string::npos ||
          (target.find("items/") != std::string::npos && target.find("/sectors/") == std::string::npos);
      EXPECT_TRUE(response.status == 200 || (may_lack && response.status == 404))
          << target << ": " << response.status << ' ' << response.body.substr(0, 200);
      if (response.content_type.find("json") != std::string::npos) EXPECT_TRUE(json::parse(response.body)) << target;
    }
  }
}

TEST_P(ApiTest, the_openapi_document_is_the_one_in_the_docs) {
  std::ifstream file(testing::source_folder() / "docs/api/openapi.json", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (std::getenv("UPDATE_GOLDEN") != nullptr)
    std::ofstream(testing::source_folder() / "docs/api/openapi.json", std::ios::binary) << openapi_text();
  EXPECT_EQ(get("/api/v1/openapi.json").body, text.str())
      << "run this test with UPDATE_GOLDEN=1, then npm --prefix web run types";
}

TEST_P(ApiTest, pictures_hold_both_channels_apart_and_leave_a_trace) {
  const auto picture = json_of("/api/v1/territories/port/picture");
  ASSERT_EQ(picture.at("totals").as_array().size(), 2U);
  EXPECT_EQ(picture.at("territory").at("simulated").as_bool(), true);
  auto snapshot = database().read();
  const auto newest = audit::list(*snapshot, std::nullopt, 1).front();
  EXPECT_EQ(newest.act.action, audit::Action::consultation);
  EXPECT_EQ(newest.act.subject, "picture");
  EXPECT_EQ(newest.act.purpose, "essai");
  EXPECT_TRUE(newest.act.actor.starts_with("person:")) << newest.act.actor;
}

TEST_P(ApiTest, problems_name_field_and_reason_in_the_callers_language) {
  const std::vector<std::tuple<std::string, int, std::string>> wrong{
      {"/api/v1/territories/atlantis", 404, "territory"},
      {"/api/v1/territories/port/picture?first_day=yesterday", 400, "first_day"},
      {"/api/v1/territories/port/picture?channel=both", 400, "channel"},
      {"/api/v1/territories/port/picture?categories=volcano", 400, "categories"},
      {"/api/v1/territories/port/picture?level=9", 400, "level"},
      {"/api/v1/territories/port/picture?first_day=2025-05-02&last_day=2025-05-01", 400, "last_day"},
      {"/api/v1/territories/port/picture/layers/weather", 404, "layer"},
      {"/api/v1/territories/port/exports/people.csv", 404, "kind"},
      {"/api/v1/territories/port/exports/facts.docx", 404, "format"},
      {"/api/v1/territories/port/studies/77", 404, "study"},
      {"/ogc/port/collections/facts/items?bbox=1,2,3", 400, "bbox"},
      {"/ogc/port/collections/facts/items?limit=-1", 400, "limit"},
      {"/ogc/port/collections/points", 404, "collectionId"},
      {"/api/v2/x", 404, "/api/v2/x"}};
  for (const auto& [target, status, field] : wrong) {
    const auto response = get(target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = *json::parse(response.body);
    EXPECT_EQ(problem.at("field").as_string(), field) << target;
    EXPECT_NE(get(target + (target.find('?') == std::string::npos ? "?lang=fr" : "&lang=fr")).body, response.body)
        << target;
  }
  EXPECT_EQ(ask("DELETE", "/api/v1/territories").status, 405);
}

TEST_P(ApiTest, a_study_is_saved_found_and_run_again_to_the_same_bytes) {
  const auto saved = ask("POST", "/api/v1/territories/port/studies",
                         R"({"title":"Été","query":{"channel":"discovered","categories":["drugs"]}})");
  ASSERT_EQ(saved.status, 201) << saved.body;
  const auto study = json_of("/api/v1/territories/port/studies/1");
  EXPECT_EQ(study.at("title").as_string(), "Été");
  EXPECT_EQ(study.at("picture").at("parameters").at("channel").as_string(), "discovered");
  const auto again = ask("POST", "/api/v1/territories/port/studies/1/rerun");
  EXPECT_TRUE(json::parse(again.body)->at("same").as_bool());
  EXPECT_EQ(ask("POST", "/api/v1/territories/port/studies", R"({"title":"x","query":{"colour":1}})").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/territories/port/studies", R"({"title":"","query":{}})").status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/territories/port/studies", "not json").status, 400);
}

TEST_P(ApiTest, a_job_makes_a_picture_that_is_then_there) {
  const auto started = ask("POST", "/api/v1/territories/port/jobs", R"({"kind":"picture","query":{"level":1}})");
  ASSERT_EQ(started.status, 201) << started.body;
  EXPECT_EQ(started.headers.front(),
            std::pair(std::string("Location"), std::string("/api/v1/territories/port/jobs/1")));
  auto job = *json::parse(started.body);
  while (job.at("state") == "waiting" || job.at("state") == "running")
    job = json_of("/api/v1/territories/port/jobs/1?wait_ms=500");
  EXPECT_EQ(job.at("state").as_string(), "done") << json::compact(job);
  EXPECT_EQ(job.at("share_done").to_number<double>(), 1);
  EXPECT_TRUE(job.at("problem").is_null());
  const auto again = ask("POST", "/api/v1/territories/port/jobs", R"({"kind":"picture","query":{"level":1}})");
  EXPECT_EQ(json::parse(again.body)->at("state").as_string(), "done") << "it is there: nothing to compute";
  const auto listed = json_of("/api/v1/territories/port/jobs").as_array();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].at("id").as_int64(), 2) << "newest first";
  const auto ended = ask("DELETE", "/api/v1/territories/port/jobs/1");
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(json::parse(ended.body)->at("state").as_string(), "done") << "what has ended stays";
}

TEST_P(ApiTest, a_job_that_cannot_be_says_why) {
  const auto post = [&](const std::string& body) { return ask("POST", "/api/v1/territories/port/jobs", body); };
  EXPECT_EQ(post(R"({"kind":"volcano","query":{}})").status, 400);
  EXPECT_EQ(post(R"({"kind":"picture"})").status, 400);
  EXPECT_EQ(post(R"({"kind":"picture","query":{"channel":"both"}})").status, 400);
  EXPECT_EQ(post("").status, 400) << "no JSON";
  EXPECT_EQ(get("/api/v1/territories/port/jobs/7").status, 404);
  EXPECT_EQ(get("/api/v1/territories/port/jobs/seven").status, 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/territories/port/jobs/7").status, 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/territories/port/jobs").status, 405);
  // Refused once it runs, as the picture itself would be.
  const auto started = post(R"({"kind":"picture","query":{"level":9}})");
  ASSERT_EQ(started.status, 201) << started.body;
  EXPECT_EQ(get("/api/v1/territories/port/jobs/1?wait_ms=-1").status, 400);
  auto job = *json::parse(started.body);
  while (job.at("state") == "waiting" || job.at("state") == "running")
    job = json_of("/api/v1/territories/port/jobs/1?wait_ms=500");
  EXPECT_EQ(job.at("state").as_string(), "failed");
  EXPECT_FALSE(job.at("problem").at("fr").as_string().empty());
}

TEST_P(ApiTest, features_for_qgis_are_cells_masked_paged_and_boxed) {
  const auto first = json_of("/ogc/port/collections/facts/items?limit=10");
  const auto matched = first.at("numberMatched").as_int64();
  EXPECT_GT(matched, 100);
  EXPECT_EQ(first.at("numberReturned").as_int64(), 10);
  std::set<std::string> ids;
  for (std::int64_t offset = 0; offset < matched; offset += 1000) {
    const auto page = json_of("/ogc/port/collections/facts/items?limit=1000&offset=" + std::to_string(offset));
    for (const auto& feature : page.at("features").as_array()) {
      ids.insert(std::string(feature.at("id").as_string()));
      EXPECT_EQ(feature.at("geometry").at("type").as_string(), "MultiPolygon");
      const auto& count = feature.at("properties").at("count");
      if (!count.is_null()) EXPECT_TRUE(count.as_int64() == 0 || count.as_int64() >= 5);
    }
  }
  EXPECT_EQ(static_cast<std::int64_t>(ids.size()), matched);
  const auto all = json_of("/ogc/port/collections/sectors/items").at("numberMatched").as_int64();
  const auto boxed =
      json_of("/ogc/port/collections/sectors/items?bbox=5.30,42.93,5.36,42.97").at("numberMatched").as_int64();
  EXPECT_LT(boxed, all);
  const auto march =
      json_of("/ogc/port/collections/sectors/items?datetime=2025-03-01/2025-03-31").at("features").as_array();
  for (const auto& feature : march) EXPECT_EQ(feature.at("properties").at("month").as_string(), "2025-03-01");
}

TEST_P(ApiTest, partners_and_municipal_police_see_masked_counts_and_no_exact_one) {
  for (const auto role : {access::Role::partner, access::Role::municipal}) {
    const std::string token = token_of(role);
    const auto read = [&](const std::string& target) {
      const auto response = ask("GET", target, "", token);
      EXPECT_EQ(response.status, 200) << target << response.body.substr(0, 200);
      return *json::parse(response.body);
    };
    EXPECT_TRUE(read("/api/v1/instance").at("territories").at(0).at("facts").at("reported").is_null());
    const auto territory = read("/api/v1/territories/port");
    for (const auto& category : territory.at("categories").as_array()) EXPECT_TRUE(category.at("count").is_null());
    const auto rows = read("/api/v1/territories/port/aggregates").at("rows").as_array();
    EXPECT_GT(rows.size(), 20U);
    for (const auto& row : rows)
      if (!row.at("count").is_null()) EXPECT_TRUE(row.at("count").as_int64() == 0 || row.at("count").as_int64() >= 5);
    for (const char* closed : {"picture", "studies", "exports/facts.csv", "imports"})
      EXPECT_EQ(ask("GET", std::string("/api/v1/territories/port/") + closed, "", token).status, 403) << closed;
    EXPECT_EQ(ask("GET", "/ogc/port/collections/facts/items", "", token).status, 403);
  }
}

TEST_P(ApiTest, without_its_built_files_the_page_says_how_to_build_it) {
  EXPECT_EQ(get("/port/physionomie").status, 503);
  EXPECT_EQ(get("/assets/x.js").status, 404);
}

TEST_P(ApiTest, the_log_tells_who_read_what_and_asking_leaves_a_trace) {
  (void)get("/api/v1/territories/port/picture");
  const std::string analyst =
      "person:" + std::to_string(access::find_person_by_login(*database().read(), "analyst")->id.value);
  act_as(access::Role::auditor);
  const auto page = json_of("/api/v1/log?person=" + analyst + "&action=consultation");
  ASSERT_EQ(page.at("entries").as_array().size(), 1U);
  EXPECT_EQ(page.at("entries").at(0).at("subject").as_string(), "picture");
  const auto again = json_of("/api/v1/log?action=consultation&limit=1");
  EXPECT_EQ(again.at("entries").at(0).at("details").as_string(), "person=" + analyst + " action=consultation");
  EXPECT_EQ(again.at("next_before").as_int64(), again.at("entries").at(0).at("position").as_int64());
  EXPECT_EQ(json_of("/api/v1/log?object=note:12").at("entries").as_array().size(), 0U);
  for (const auto& [query, field] : {std::pair("object=note", "object"), std::pair("action=look", "action"),
                                     std::pair("limit=501", "limit"), std::pair("from_utc_ms=x", "from_utc_ms")}) {
    const auto response = get(std::string("/api/v1/log?") + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(json::parse(response.body)->at("field").as_string(), field);
  }
}

TEST_P(ApiTest, the_log_says_what_it_keeps_of_who_reads_the_thing_asked_about) {
  (void)get("/api/v1/territories/port/picture");
  act_as(access::Role::auditor);
  const auto page = json_of("/api/v1/log?object=facts:port&action=consultation");
  EXPECT_EQ(page.at("about").at("reference").as_string(), "facts:port");
  EXPECT_NE(page.at("about").at("says").at("en").as_string().find("not read one by one"), std::string::npos);
  EXPECT_EQ(page.at("entries").at(0).at("subject").as_string(), "picture");
  EXPECT_TRUE(json_of("/api/v1/log").at("about").is_null());
  EXPECT_EQ(json_of("/api/v1/log?about=exports").at("entries").as_array().size(), 0U);
  EXPECT_EQ(json_of("/api/v1/log?action=consultation&limit=1").at("entries").at(0).at("details").as_string(),
            "action=disclosure subject=export subject=ogc");
  const auto refused = get("/api/v1/log?about=exports&action=erasure");
  EXPECT_EQ(json::parse(refused.body)->at("field").as_string(), "about");
}

TEST_P(ApiTest, the_log_names_persons_to_the_auditor_and_is_searched_by_name) {
  (void)get("/api/v1/territories/port/picture");
  const auto analyst = *access::find_person_by_login(*database().read(), "analyst");
  EXPECT_EQ(get("/api/v1/log/persons?search=analyst").status, 403);
  act_as(access::Role::administrator);
  EXPECT_EQ(get("/api/v1/log/persons?search=analyst").status, 403) << "accounts, and no log";
  act_as(access::Role::auditor);
  const auto page = json_of("/api/v1/log?person=analyst&action=consultation");
  ASSERT_EQ(page.at("entries").as_array().size(), 2U) << "the picture, and what was refused";
  EXPECT_EQ(page.at("entries").at(0).at("who").at("login").as_string(), "analyst");
  EXPECT_EQ(page.at("entries").at(0).at("who").at("name").at("fr").as_string(), analyst.name);
  const auto kept = json_of("/api/v1/log?action=consultation&limit=1").at("entries").at(0);
  EXPECT_EQ(kept.at("details").as_string(),
            "person=person:" + std::to_string(analyst.id.value) + " action=consultation");
  const auto persons = json_of("/api/v1/log/persons?search=analyst").at("persons").as_array();
  ASSERT_EQ(persons.size(), 1U);
  EXPECT_EQ(persons[0].at("actor").as_string(), "person:" + std::to_string(analyst.id.value));
  const auto nobody = get("/api/v1/log?person=rimbaud");
  EXPECT_EQ(nobody.status, 404);
  EXPECT_EQ(json::parse(nobody.body)->at("field").as_string(), "person");
  EXPECT_EQ(json_of("/api/v1/log?limit=1").at("entries").at(0).at("details").as_string(), "refused=person")
      << "what was typed does not enter the log";
}

TEST_P(ApiTest, an_entry_comes_with_a_proof_and_the_log_as_static_files) {
  act_as(access::Role::auditor);
  const auto proof = json_of("/api/v1/log/2");
  const auto leaf = crypto::from_base64(std::string(proof.at("leaf").as_string())).value();
  std::vector<audit::Digest> hashes;
  const auto to_digest = [](const json::Value& text) {
    audit::Digest digest{};
    std::ranges::copy(crypto::from_base64(std::string(text.as_string())).value(), digest.begin());
    return digest;
  };
  for (const auto& hash : proof.at("hashes").as_array()) hashes.push_back(to_digest(hash));
  const auto size = proof.at("size").as_int64();
  EXPECT_TRUE(audit::proves_inclusion(audit::hash_leaf(leaf), 2, size, hashes, to_digest(proof.at("root"))));
  const auto checkpoint = get("/log/checkpoint");
  EXPECT_EQ(checkpoint.content_type, "text/plain; charset=utf-8");
  const auto note = audit::parse_note(checkpoint.body).value();
  EXPECT_EQ(audit::signers_of(note, std::vector{signer().verifier()}).size(), 1U);
  const auto tree = audit::parse_checkpoint(note.text).value();
  const auto tile = get("/log/tile/0/000.p/" + std::to_string(tree.size));
  EXPECT_EQ(tile.status, 200);
  EXPECT_EQ(tile.body.size(), static_cast<std::size_t>(32 * tree.size));
  const auto bundle = get("/log/tile/entries/000.p/" + std::to_string(tree.size));
  EXPECT_EQ(bundle.body.substr(2 * 204 + 2, 202), crypto::text_of(leaf));
  for (const char* target : {"/log/tile/0/000.p/255", "/log/tile/0/0", "/log/tile/9/000", "/log/tile/x/000",
                             "/log/other", "/api/v1/log/-1", "/api/v1/log/9999", "/api/v1/log/x"})
    EXPECT_EQ(get(target).status, 404) << target;
  const auto report = ask("POST", "/api/v1/log/verification");
  EXPECT_EQ(report.status, 200);
  EXPECT_TRUE(json::parse(report.body)->at("is_sound").as_bool()) << report.body;
}

TEST_P(ApiTest, a_log_that_was_rolled_back_is_refused_without_saying_where_its_files_are) {
  act_as(access::Role::auditor);
  (void)get("/log/checkpoint");
  // As if the database were an older copy: what was signed last is of another tree.
  auto state = log_key_file();
  state += ".checkpoint";
  const audit::SignerKey other("essai", crypto::make_signing_key(crypto::system_chance()));
  const audit::Checkpoint later{"essai", 1'000'000, {}};
  ASSERT_TRUE(crypto::replace_secret(state, audit::sign_note(audit::format_checkpoint(later), {&other, 1})));
  const auto refused = get("/api/v1/log/0");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.body.find("audit.key"), std::string::npos) << refused.body;
  EXPECT_EQ(refused.body.find("--log"), std::string::npos) << refused.body;
}

TEST_P(ApiTest, nothing_is_shown_when_the_log_cannot_be_written) {
  const auto expect_refusal = [&](const char* target) {
    testing::FailingDatabase full(database(), 1);
    audit::Recorder blocked(full, clock::system_clock());
    EXPECT_THROW((void)ask_with(blocked, target), database::DatabaseError) << target;
  };
  for (const char* target : {"/api/v1/territories/port/picture", "/api/v1/territories/port/exports/sectors.csv",
                             "/ogc/port/collections/sectors/items"})
    expect_refusal(target);
  act_as(access::Role::auditor);
  for (const char* target : {"/api/v1/log", "/api/v1/log/0"}) expect_refusal(target);
}

INSTANTIATE_TEST_SUITE_P(Databases, ApiTest, testing::every_database(), testing::database_name);

}  // namespace
}  // namespace quadrille::api
