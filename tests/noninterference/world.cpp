#include "noninterference/world.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "edge/cli/instance.h"
#include "host/crypto/encoding.h"
#include "host/crypto/secret_file.h"
#include "noninterference/work.h"
#include "services/access/legal_act.h"
#include "services/access/token.h"
#include "services/facts/facts.h"
#include "services/facts/taxonomy.h"
#include "services/sharing/note_matching.h"
#include "testing/server_databases.h"

namespace quadrille::noninterference {
namespace {

const access::Asker& founder() {
  static const access::Asker asker{
      access::local_viewer("local:test", {}), "mise en place", "", {LabelledClock::start_ms - 86'400'000}};
  return asker;
}

geojson::AreaFeature square(const std::string& name, double lon, double lat) {
  geojson::LonLatRing ring;
  for (const auto& [east, north] : {std::pair{0.0, 0.0}, {0.02, 0.0}, {0.02, 0.02}, {0.0, 0.02}, {0.0, 0.0}})
    ring.push_back(*LonLat::checked(lon + east, lat + north));
  return {{{"name", name}}, {{ring, {}}}};
}

void make_territory(database::Transaction& tx, Ground& ground, const std::string& slug, double lon) {
  const territory::By by{"local:test", founder().at};
  CHECK(territory::create(tx, {slug, "Ville " + slug, 2154, "Europe/Paris", true, {}}, by).has_value());
  const auto made = *territory::find(tx, slug);
  CHECK(territory::add_sectors(tx, made, {{square("Nord", lon, 43.32), square("Sud", lon, 43.30)}, "name", "", 1}, by)
            .has_value());
  for (const auto* code : {"pn", "douanes", "parquet", "prefecture", "pm", "bailleur"})
    ground.services[slug].push_back(*territory::add_service(tx, made, code, code, by));
  std::vector<facts::NewFact> facts;
  Random random(Seed{11}, static_cast<std::uint64_t>(lon * 100));
  const CivilDate first = *parse_date("2026-03-02");
  for (int i = 0; i < 60; ++i) {
    const int day = static_cast<int>(random.next_below(30));
    const Instant at{(first.day + day) * std::int64_t{86'400'000} + 43'200'000};
    facts.push_back({fmt::format("{}", i),
                     {at, at},
                     first + day,
                     43'200'000,
                     facts::find_category("dealing")->number,
                     "",
                     facts::Channel::reported,
                     LonLat::checked(lon + 0.0199 * random.next_uniform(), 43.3001 + 0.039 * random.next_uniform()),
                     ""});
  }
  CHECK(facts::add_facts(tx, made, "essai", facts, by).has_value());
  ground.territories.emplace(slug, *territory::find(tx, slug));
}

void make_person(database::Transaction& tx, Ground& ground, const std::string& slug, access::Role role,
                 std::size_t service, LabelledChance& chance) {
  const std::string login = fmt::format("{}.{}.{}", access::name_of(role), slug, service);
  chance.begin(1'000'000 + ground.people.size());
  const auto person = access::create_person(tx, {login, login}, chance, founder());
  CHECK(person.has_value());
  const auto& policy = access::first_policy().roles.at(role);
  CHECK(access::grant(tx,
                      {person->id,
                       role,
                       ground.territories.at(slug).id,
                       ground.services.at(slug)[service],
                       policy.sensitivity_max,
                       "arrêté d'essai",
                       founder().at,
                       {}},
                      chance, founder())
            .has_value());
  const auto token = access::issue_token(
      tx,
      {person->id, "essai", policy.capabilities, "essai", {LabelledClock::start_ms + std::int64_t{300} * 86'400'000}},
      chance, founder());
  CHECK(token.has_value());
  ground.people.push_back({login, person->id, token->secret, slug});
}

void open_compartments(database::Transaction& tx, Ground& ground, const std::string& slug, LabelledChance& chance) {
  for (const auto& [name, opener] : {std::pair{"ALIZE", "analyst."}, {"BORA", "commander."}, {"CERS", "analyst."}}) {
    const auto by = std::ranges::find_if(
        ground.people, [&](const Somebody& one) { return one.slug == slug && one.login.starts_with(opener); });
    CHECK(by != ground.people.end());
    access::Asker asker = founder();
    asker.viewer = access::load_viewer(tx, *access::find_person(tx, by->person), asker.at);
    chance.begin(2'000'000 + 10 * ground.territories.at(slug).id.value + ground.compartments[slug].size());
    const auto made = access::open_compartment(
        tx, {ground.territories.at(slug).id, access::CompartmentKind::operation, name}, chance, asker);
    CHECK(made.has_value());
    ground.compartments[slug].push_back(*made);
  }
}

// Target deconfliction is off without its legal act.
void allow_targets(database::Transaction& tx, const Ground& ground, crypto::Chance& chance) {
  const sharing::TargetKeys keys{target_seed};
  for (const auto& [slug, territory] : ground.territories) {
    CHECK(access::add_legal_act(tx,
                                {territory.id, access::Part::target_matching, "convention d'essai", founder().at, {}},
                                chance, founder())
              .has_value());
    CHECK(sharing::begin_epoch(tx, keys, territory.id, founder()).has_value());
  }
}

}  // namespace

Ground make_ground(const std::filesystem::path& folder, const std::string& server) {
  Ground ground{.folder = folder};
  ground.url = server.empty() ? "sqlite:" + (folder / "ground.db").string()
                              : testing::create_database(server, fmt::format("ground_{}", ::getpid()));
  {
    auto database = database::open_database(ground.url);
    CHECK(database.has_value());
    database::migrate(**database, cli::all_migrations());
    auto tx = (*database)->write();
    make_territory(*tx, ground, "port", 5.30);
    make_territory(*tx, ground, "gare", 5.40);
    LabelledChance chance;
    using enum access::Role;
    for (const auto& [role, service] : {std::pair{analyst, 0},
                                        {commander, 1},
                                        {patrol, 0},
                                        {prosecutor, 2},
                                        {prefecture, 3},
                                        {municipal, 4},
                                        {partner, 5},
                                        {duty_officer, 1},
                                        {commander, 0}})
      make_person(*tx, ground, "port", role, static_cast<std::size_t>(service), chance);
    make_person(*tx, ground, "gare", analyst, 0, chance);
    make_person(*tx, ground, "gare", commander, 1, chance);
    make_person(*tx, ground, "gare", commander, 0, chance);
    for (const auto* slug : {"port", "gare"}) open_compartments(*tx, ground, slug, chance);
    allow_targets(*tx, ground, chance);
    tx->commit();
  }
  CHECK(crypto::save_secret(folder / "target.key", crypto::to_hex(target_seed)).has_value());
  return ground;
}

void drop_ground(const Ground& ground) {
  if (!ground.url.starts_with("sqlite:")) testing::drop_database(ground.url);
}

World::World(const Ground& ground) : ground_(ground) {
  const std::string name = fmt::format("world_{}_{}", ::getpid(), static_cast<const void*>(this));
  key_ = ground.folder / (name + ".key");
  if (ground.url.starts_with("sqlite:")) {
    const auto file = ground.folder / (name + ".db");
    std::filesystem::copy_file(ground.url.substr(7), file, std::filesystem::copy_options::overwrite_existing);
    url_ = "sqlite:" + file.string();
  } else {
    url_ = testing::create_database(ground.url, name, ground.url.substr(ground.url.rfind('/') + 1));
  }
  auto opened = database::open_database(url_);
  CHECK(opened.has_value());
  database_ = watched(std::move(*opened));
  jobs_ = std::make_unique<api::Jobs>(clock_, 0);  // none is run: how far a job is depends on the machine
  recorder_ = std::make_unique<audit::Recorder>(*database_, clock_, chance_);
  auto signer = audit::CheckpointSigner::open(key_, *database_, clock_, "essai", chance_);
  CHECK(signer.has_value());
  signer_ = std::move(*signer);
  notes_ = std::make_unique<notes::Notes>(*database_, access_, *recorder_, chance_);
  sharing::match_notes(notes_->hooks, chance_);
  context_ =
      std::make_unique<api::Context>(api::Context{*database_, clock_, pictures_, *jobs_, access_, *recorder_, chance_,
                                                  sign_in_, settings_, *signer_, *notes_, "no/such/folder"});
  context_->target_keys = &target_keys_;
}

World::~World() {
  context_.reset();
  notes_.reset();
  signer_.reset();
  recorder_.reset();
  jobs_.reset();
  database_.reset();
  std::error_code ignored;
  for (const auto* ending : {"", ".checkpoint"}) std::filesystem::remove(key_.string() + ending, ignored);
  if (url_.starts_with("sqlite:"))
    for (const auto* ending : {"", "-wal", "-shm"}) std::filesystem::remove(url_.substr(7) + ending, ignored);
  else
    testing::drop_database(url_);
}

void World::begin(std::uint64_t label) {
  label_ = label;
  clock_.begin(label);
  chance_.begin(label);
}

access::Asker World::asker(const Somebody& somebody) {
  auto snapshot = database_->read();
  const auto person = access::find_person(*snapshot, somebody.person);
  CHECK(person.has_value());
  return {access::load_viewer(*snapshot, *person, clock_.now()), "essai", "", clock_.now()};
}

http::Response World::ask(const Somebody& somebody, const std::string& method, const std::string& target,
                          const std::string& body) {
  const auto parsed = http::parse_target(target);
  CHECK(parsed.has_value());
  http::Request request{method,        parsed->path,
                        parsed->query, {{"host", "localhost:8080"}, {"authorization", "Bearer " + somebody.secret}},
                        body,          "127.0.0.1"};
  if (!body.empty()) request.headers["content-type"] = "application/json";
  return api::answer(*context_, request);
}

std::string bytes_of(const http::Response& response) {
  std::string bytes = fmt::format("{}\n{}\n", response.status, response.content_type);
  for (const auto& [name, value] : response.headers) bytes += fmt::format("{}: {}\n", name, value);
  return bytes + "\n" + response.body;
}

}  // namespace quadrille::noninterference
