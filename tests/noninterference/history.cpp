#include "noninterference/history.h"

#include <fmt/format.h>

#include "base/check.h"
#include "services/facts/facts.h"
#include "services/facts/taxonomy.h"

namespace quadrille::noninterference {
namespace {

const std::string& random_slug(Random& random) {
  static const std::string slugs[] = {"port", "gare"};
  return slugs[random.next_below(2)];
}

auto stands_in(const Ground& ground, const std::string& slug) {
  return [id = ground.territories.at(slug).id](const access::Viewer& viewer) { return viewer.in(id) != nullptr; };
}

const Somebody& analyst_of(const Ground& ground, const std::string& slug) {
  for (const auto& somebody : ground.people)
    if (somebody.login.starts_with("analyst." + slug)) return somebody;
  CHECK(false && "every territory has an analyst");
  return ground.people.front();
}

void check_made(const http::Response& response, const std::string& what) {
  if (response.status >= 300) fmt::print(stderr, "{}: {} {}\n", what, response.status, response.body);
  CHECK(response.status < 300);
}

Act save_study(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "a study in " + slug, .may_learn = stands_in(ground, slug)};
  act.run = [slug](World& world) {
    check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/studies",
                         R"({"title":"Essai","query":{}})"),
               "study");
  };
  return act;
}

Act start_job(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const PersonId owner = analyst_of(ground, slug).person;
  Act act{.what = "a job in " + slug,
          .may_learn = [owner](const access::Viewer& viewer) { return viewer.person == owner; }};
  act.run = [slug](World& world) {
    check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/jobs",
                         R"({"kind":"picture","query":{}})"),
               "job");
  };
  return act;
}

Act import_facts(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const double lon = slug == "port" ? 5.30 : 5.40;
  const int count = 1 + static_cast<int>(random.next_below(5));
  const int first = static_cast<int>(random.next_below(25));
  Act act{.what = "an import in " + slug, .may_learn = stands_in(ground, slug)};
  act.run = [slug, lon, count, first, &act_ground = ground](World& world) {
    const auto& territory = act_ground.territories.at(slug);
    std::vector<facts::NewFact> facts;
    const CivilDate day = *parse_date("2026-03-02") + first;
    const Instant at{day.day * std::int64_t{86'400'000} + 43'200'000};
    const Instant now = world.context().clock.now();
    for (int i = 0; i < count; ++i)
      facts.push_back({fmt::format("{}-{}", now.utc_ms, i),
                       {at, at},
                       day,
                       43'200'000,
                       facts::find_category("violence")->number,
                       "",
                       facts::Channel::reported,
                       LonLat::checked(lon + 0.003 * (i + 1), 43.31),
                       ""});
    auto tx = world.database().write();
    CHECK(facts::add_facts(*tx, territory, "essai", facts, {"local:test", now}).has_value());
    tx->commit();
  };
  return act;
}

// A territory that opens, with everything it has.
Act open_territory(Random&, const Ground&) {
  Act act{.what = "another territory", .may_learn = [](const access::Viewer&) { return false; }};
  act.run = [](World& world) {
    const territory::By by{"local:test", world.context().clock.now()};
    const std::string slug = fmt::format("ville-{}", by.at.utc_ms / 60'000);
    auto tx = world.database().write();
    CHECK(territory::create(*tx, {slug, "Ville", 2154, "Europe/Paris", true, {}}, by).has_value());
    const auto made = *territory::find(*tx, slug);
    geojson::LonLatRing ring;
    for (const auto& [lon, lat] : {std::pair{5.5, 43.3}, {5.52, 43.3}, {5.52, 43.32}, {5.5, 43.32}, {5.5, 43.3}})
      ring.push_back(*LonLat::checked(lon, lat));
    CHECK(territory::add_sectors(*tx, made, {{{{{"name", "Seul"}}, {{ring, {}}}}}, "name", "", 1}, by).has_value());
    CHECK(territory::add_service(*tx, made, "pn", "Police", by).has_value());
    tx->commit();
  };
  return act;
}

// An account elsewhere, with a place there.
Act open_account(Random& random, const Ground&) {
  const std::string slug = random_slug(random);
  Act act{.what = "an account", .may_learn = [](const access::Viewer&) { return false; }};
  act.run = [slug](World& world) {
    auto by = access::Asker{access::local_viewer("local:test", {}), "essai", "", world.context().clock.now()};
    auto tx = world.database().write();
    const auto person =
        access::create_person(*tx, {fmt::format("nouveau.{}", by.at.utc_ms / 60'000), "Nouveau"}, world.chance(), by);
    CHECK(person.has_value());
    CHECK(access::grant(*tx,
                        {person->id,
                         access::Role::patrol,
                         world.ground().territories.at(slug).id,
                         world.ground().services.at(slug)[0],
                         access::Sensitivity::ordinary,
                         "arrêté",
                         by.at,
                         {}},
                        world.chance(), by)
              .has_value());
    tx->commit();
  };
  return act;
}

Act open_compartment(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const auto member = ground.people[random.next_below(static_cast<std::uint32_t>(ground.people.size()))].person;
  Act act{.what = "a compartment in " + slug,
          .may_learn = [member](const access::Viewer& viewer) { return viewer.person == member; }};
  act.run = [slug, member](World& world) {
    auto by = access::Asker{access::local_viewer("local:test", {}), "essai", "", world.context().clock.now()};
    auto tx = world.database().write();
    const auto id =
        access::add_compartment(*tx, world.ground().territories.at(slug).id, access::CompartmentKind::procedure,
                                fmt::format("P{}", by.at.utc_ms / 60'000), by);
    CHECK(id.has_value());
    access::admit(*tx, *id, member, by);
    tx->commit();
  };
  return act;
}

using Draw = Act (*)(Random&, const Ground&);
constexpr Draw draws[] = {save_study, start_job, import_facts, open_territory, open_account, open_compartment};

}  // namespace

std::vector<Act> random_history(Random& random, const Ground& ground) {
  std::vector<Act> history;
  const auto count = 4 + random.next_below(9);
  for (std::uint32_t i = 0; i < count; ++i) {
    Act act = draws[random.next_below(std::size(draws))](random, ground);
    act.label = i + 1;
    history.push_back(std::move(act));
  }
  return history;
}

void admit_at_random(World& world, Random random) {
  world.begin(0);
  const access::Asker by{access::local_viewer("local:test", {}), "essai", "", world.context().clock.now()};
  auto tx = world.database().write();
  for (const auto& somebody : world.ground().people)
    for (const auto compartment : world.ground().compartments.at(somebody.slug))
      if (random.next_below(3) == 0) access::admit(*tx, compartment, somebody.person, by);
  tx->commit();
}

}  // namespace quadrille::noninterference
