#include "noninterference/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "edge/api/erasing.h"
#include "host/crypto/oprf.h"
#include "host/json/describe.h"
#include "noninterference/acts.h"
#include "services/facts/facts.h"
#include "services/facts/taxonomy.h"
#include "services/retention/own_keeping.h"

namespace quadrille::noninterference {
namespace {

using Codes = std::vector<std::string>;

auto stands_in(const Ground& ground, const std::string& slug) {
  return [id = ground.territories.at(slug).id](const access::Viewer& viewer) { return viewer.in(id) != nullptr; };
}

const Somebody& somebody_of(const Ground& ground, const std::string& login) {
  for (const auto& somebody : ground.people)
    if (somebody.login.starts_with(login)) return somebody;
  CHECK(false && "every territory has them");
  return ground.people.front();
}

const Somebody& analyst_of(const Ground& ground, const std::string& slug) {
  return somebody_of(ground, "analyst." + slug);
}

// The code of what was made, where it has one.
Codes check_made(const http::Response& response, const std::string& what) {
  if (response.status >= 300) fmt::print(stderr, "{}: {} {}\n", what, response.status, response.body);
  CHECK(response.status < 300);
  const auto parsed = json::parse(response.body);
  if (!parsed || !parsed->is_object()) return {};
  for (const auto* name : {"code", "id"})
    if (const auto* found = parsed->as_object().if_contains(name); found != nullptr && found->is_string())
      return {std::string(found->as_string())};
  return {};
}

Act save_study(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "a study in " + slug, .may_learn = stands_in(ground, slug)};
  act.run = [slug](World& world) -> Codes {
    check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/studies",
                         R"({"title":"Essai","query":{}})"),
               "study");
    return {};
  };
  return act;
}

Act start_job(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const PersonId owner = analyst_of(ground, slug).person;
  Act act{.what = "a job in " + slug,
          .may_learn = [owner](const access::Viewer& viewer) { return viewer.person == owner; }};
  act.run = [slug](World& world) -> Codes {
    check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/jobs",
                         R"({"kind":"picture","query":{}})"),
               "job");
    return {};
  };
  return act;
}

Act import_facts(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const double lon = slug == "port" ? 5.30 : 5.40;
  const int count = 1 + static_cast<int>(random.next_below(5));
  const int first = static_cast<int>(random.next_below(25));
  Act act{.what = "an import in " + slug, .may_learn = stands_in(ground, slug)};
  act.run = [slug, lon, count, first, &act_ground = ground](World& world) -> Codes {
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
    return {};
  };
  return act;
}

// A territory that opens, with everything it has.
Act open_territory(Random&, const Ground&) {
  Act act{.what = "another territory", .may_learn = [](const access::Viewer&) { return false; }};
  act.run = [](World& world) -> Codes {
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
    return {};
  };
  return act;
}

// An account elsewhere, with a place there.
Act open_account(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  // Who opens compartments may name whoever is of their service.
  Act act{.what = "an account", .may_learn = acts_for(ground, slug, {0})};
  act.run = [slug](World& world) -> Codes {
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
    return {};
  };
  return act;
}

constexpr const char* usual_facts = "Deux vendeurs devant le hall 3";

std::string note_text(const std::string& slug, const std::string& facts, const std::string& more) {
  return fmt::format(R"({{"channel":"patrol","facts":"{}","point":[{},43.31],)"
                     R"("from":"2026-09-19T20:00:00Z","to":"2026-09-19T21:00:00Z"{}}})",
                     facts, slug == "port" ? 5.31 : 5.41, more);
}

// Opened by the commander under a name that readers try too (probes.cpp), with somebody admitted, a note inside and
// somebody else who was in for a moment: who knows of it is who is in it at the end.
Act open_compartment(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const auto& opener = somebody_of(ground, "commander." + slug);
  const auto& admitted = reader_of(random, ground, slug);
  const auto& passing = reader_of(random, ground, slug);
  const bool is_closed = random.next_below(4) == 0;
  Act act{.what = fmt::format("a compartment in {} with {}", slug, admitted.login),
          .may_learn = [opener = opener.person, admitted = admitted.person](const access::Viewer& viewer) {
            return viewer.person == opener || viewer.person == admitted;
          }};
  act.run = [slug, is_closed, &opener, &admitted, &passing](World& world) -> Codes {
    const std::string compartments = "/api/v1/territories/" + slug + "/compartments";
    auto codes = check_made(
        world.ask(opener, "POST", compartments, fmt::format(R"({{"kind":"procedure","name":"P{}"}})", world.label())),
        "compartment");
    CHECK(codes.size() == 1);
    const std::string one = compartments + "/" + codes[0];
    for (const auto* somebody : {&admitted, &passing})
      check_made(world.ask(opener, "POST", one + "/members", fmt::format(R"({{"login":"{}"}})", somebody->login)),
                 "member");
    for (auto& code :
         check_made(world.ask(opener, "POST", "/api/v1/territories/" + slug + "/notes",
                              note_text(slug, usual_facts,
                                        fmt::format(R"(,"marking":{{"sensitivity":"ordinary","handling":"h0",)"
                                                    R"("regime":"administrative","services":["pn","parquet"],)"
                                                    R"("compartments":["{}"]}})",
                                                    codes[0]))),
                    "note inside"))
      codes.push_back(std::move(code));
    if (passing.login != admitted.login && passing.login != opener.login)
      check_made(world.ask(opener, "DELETE", one + "/members/" + passing.login), "dismissal");
    if (is_closed) check_made(world.ask(opener, "POST", one + "/close"), "closing");
    return codes;
  };
  return act;
}

// One service asks another.
Act ask_service(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "a request in " + slug, .may_learn = acts_for(ground, slug, {0, 1})};
  act.run = [slug](World& world) {
    return check_made(
        world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/requests",
                  R"({"asked":"douanes","place":"quai 4","text":"Vos constats ?","legal_basis":"CSI L. 132-5"})"),
        "request");
  };
  return act;
}

std::string operation_body(const std::string& kind, const std::string& slug, int day) {
  const CivilDate date = *parse_date("2026-11-01") + day;
  return fmt::format(R"({{"kind":"{}","title":"secret","lon":{},"lat":43.31,"radius_m":50,"begin":"{}T20:00:00Z",)"
                     R"("end":"{}T22:00:00Z","marking":{{"sensitivity":"ordinary","handling":"h2",)"
                     R"("regime":"administrative","services":[]}}}})",
                     kind, slug == "port" ? 5.31 : 5.41, format_date(date), format_date(date));
}

// Alone on its day, so that it meets no other.
Act declare_operation(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "an operation in " + slug, .may_learn = acts_for(ground, slug, {0})};
  act.run = [slug](World& world) {
    const int day = static_cast<int>(world.label());
    return check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/operations",
                                operation_body("operation", slug, day)),
                      "operation");
  };
  return act;
}

// Two services that meet: a conflict, told to both desks.
Act declare_conflict(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "a conflict in " + slug, .may_learn = acts_for(ground, slug, {0, 1})};
  act.run = [slug](World& world) {
    const std::string target = "/api/v1/territories/" + slug + "/operations";
    const std::string body = operation_body("operation", slug, 40 + static_cast<int>(world.label()));
    auto codes = check_made(world.ask(analyst_of(world.ground(), slug), "POST", target, body), "operation");
    for (auto& code : check_made(
             world.ask(somebody_of(world.ground(), "commander." + slug + ".1"), "POST", target, body), "operation met"))
      codes.push_back(std::move(code));
    return codes;
  };
  return act;
}

// Its exclusions reach every planner of the territory, among decoys.
Act declare_discreet(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  Act act{.what = "a discreet measure in " + slug, .may_learn = stands_in(ground, slug)};
  act.run = [slug](World& world) {
    const int day = 80 + static_cast<int>(world.label());
    return check_made(world.ask(analyst_of(world.ground(), slug), "POST", "/api/v1/territories/" + slug + "/operations",
                                operation_body("discreet", slug, day)),
                      "discreet measure");
  };
  return act;
}

constexpr std::string_view service_codes[] = {"pn", "douanes", "parquet", "prefecture", "pm", "bailleur"};
constexpr std::size_t first_without_readers = 4;  // municipal police and partners read no notes

// The conditions a note is written with, and who meets them.
struct NoteConditions {
  access::Sensitivity sensitivity = access::Sensitivity::ordinary;
  access::Handling handling = access::Handling::h0;
  access::Regime regime = access::Regime::administrative;
  std::size_t originator = 0;         // by the analyst of the first service, or the commander of the second
  std::vector<std::size_t> services;  // besides the originator
  bool is_in_compartment = false;     // one that the author is in
  bool is_narrowed = false;           // marked anew for the originator alone
};

NoteConditions random_conditions(Random& random) {
  NoteConditions conditions;
  conditions.sensitivity = access::sensitivities[random.next_below(3)];
  conditions.handling = access::handlings[random.next_below(4)];
  if (random.next_below(3) == 0) conditions.regime = access::Regime::judicial;
  conditions.originator = random.next_below(3) == 0 ? 1 : 0;
  for (std::size_t service = 0; service < std::size(service_codes); ++service)
    if (service != conditions.originator && random.next_below(2) == 0) conditions.services.push_back(service);
  conditions.is_in_compartment = random.next_below(3) == 0;
  conditions.is_narrowed = random.next_below(4) == 0;
  return conditions;
}

std::string marking_text(const NoteConditions& conditions, const std::string& compartment) {
  std::string services;
  for (const auto service : conditions.services)
    services += fmt::format("{}\"{}\"", services.empty() ? "" : ",", service_codes[service]);
  return fmt::format(
      R"("marking":{{"sensitivity":"{}","handling":"{}","regime":"{}","services":[{}],"compartments":[{}]}})",
      access::name_of(conditions.sensitivity), access::name_of(conditions.handling), access::name_of(conditions.regime),
      services, conditions.is_in_compartment ? "\"" + compartment + "\"" : "");
}

bool reads_no_notes(const access::Standing& standing) {
  return standing.roles.contains(access::Role::municipal) || standing.roles.contains(access::Role::partner);
}

// The prosecutor's office reads what is judicial, the prefecture what is administrative, some read nothing.
bool reaches(const access::Standing& standing, access::Regime regime) {
  if (reads_no_notes(standing)) return false;
  if (standing.roles.contains(access::Role::prosecutor)) return regime == access::Regime::judicial;
  return !standing.roles.contains(access::Role::prefecture) || regime == access::Regime::administrative;
}

const Somebody& author_of(const Ground& ground, const WrittenNote& note) {
  return note.originator == 0 ? analyst_of(ground, note.slug) : somebody_of(ground, "commander." + note.slug + ".1");
}

// Who may learn of a note under these conditions, as long as they hold.
std::function<bool(const access::Viewer&)> may_read(const Ground& ground, const WrittenNote& note,
                                                    const NoteConditions& conditions) {
  std::vector<std::size_t> services = conditions.services;
  services.push_back(note.originator);
  return [author = author_of(ground, note).person, territory = ground.territories.at(note.slug).id, conditions,
          for_service = acts_for(ground, note.slug, services),
          compartment = ground.compartments.at(note.slug)[note.originator].id](const access::Viewer& viewer) {
    if (viewer.person == author) return true;
    const auto* standing = viewer.in(territory);
    return standing != nullptr && for_service(viewer) && conditions.sensitivity <= standing->clearance &&
           reaches(*standing, conditions.regime) &&
           (!conditions.is_in_compartment ||
            std::ranges::find(viewer.compartments, compartment) != viewer.compartments.end());
  };
}

// What is written, and how it is taken back.
struct Written {
  WrittenNote note;
  NoteConditions conditions;
  std::string facts = usual_facts;
  bool is_added_to = false;
  std::string reason = "source retirée";  // of the recall
  const char* effect = "withdraw";

  [[nodiscard]] NoteConditions narrow() const {
    NoteConditions narrowed = conditions;
    narrowed.services.clear();
    return narrowed;
  }
  [[nodiscard]] const std::string& compartment(const Ground& ground) const {
    return ground.compartments.at(note.slug)[note.originator].code;
  }
};

Written draw_written(Random& random) {
  Written written;
  written.conditions = random_conditions(random);
  written.note = {random_slug(random), written.conditions.originator};
  written.is_added_to = random.next_below(2) == 0;
  written.effect = random.next_below(2) == 0 ? "withdraw" : "erase";
  return written;
}

// Written, verified and sometimes added to by its author; sometimes shared with nobody any more after that.
Codes write(World& world, const Written& written) {
  const std::string notes = "/api/v1/territories/" + written.note.slug + "/notes";
  const auto& author = author_of(world.ground(), written.note);
  const std::string& compartment = written.compartment(world.ground());
  const auto text = [&](const std::string& more) { return note_text(written.note.slug, written.facts, more); };
  auto codes =
      check_made(world.ask(author, "POST", notes, text("," + marking_text(written.conditions, compartment))), "note");
  CHECK(codes.size() == 1);
  const std::string one = notes + "/" + codes[0];
  for (const auto* step :
       {R"({"step":"take_up"})", R"({"step":"verify","evaluation":{"scale":"6x6","received":"B2"}})"})
    check_made(world.ask(author, "POST", one + "/steps", step), step);
  if (written.is_added_to)
    for (auto& code :
         check_made(world.ask(author, "POST", one + "/additions", text(R"(,"kind":"sighting")")), "sighting"))
      codes.push_back(std::move(code));
  if (written.conditions.is_narrowed) {
    const auto narrowed = marking_text(written.narrow(), compartment).substr(std::string_view(R"("marking":)").size());
    check_made(world.ask(author, "POST", one + "/marking",
                         narrowed.substr(0, narrowed.size() - 1) + R"(,"reason":"partagée trop largement"})"),
               "marking");
  }
  return codes;
}

// Who had a note that is shared with nobody any more learns nothing of it, unless it is recalled.
Act write_act(const Ground& ground, const Written& written) {
  const auto& conditions = written.conditions;
  Act act{.what = fmt::format("a note in {} ({}){}", written.note.slug,
                              marking_text(conditions, written.compartment(ground)),
                              conditions.is_narrowed ? " narrowed" : ""),
          .may_learn = may_read(ground, written.note, conditions.is_narrowed ? written.narrow() : conditions),
          .note = written.note};
  act.run = [written](World& world) { return write(world, written); };
  return act;
}

Act write_note(Random& random, const Ground& ground) { return write_act(ground, draw_written(random)); }

Codes write_and_recall(World& world, const Written& written) {
  auto codes = write(world, written);
  const auto response = world.ask(
      author_of(world.ground(), written.note), "POST",
      "/api/v1/territories/" + written.note.slug + "/notes/" + codes[0] + "/recalls",
      fmt::format(R"({{"effect":"{}","reason":"{}","deadline":"2026-10-15"}})", written.effect, written.reason));
  if (response.status == 409) return codes;  // nobody holds it
  for (auto& code : check_made(response, "recall")) codes.push_back(std::move(code));
  return codes;
}

// A note that its originator takes back from everybody, keeping it or not, those included who could read it once. Who
// never could learns of neither, but for those of a service it was sent to whom no role lets read notes: they have a
// line of it, whatever it says, why ever it comes back and whoever else holds it.
Act recall_note(Random& random, const Ground& ground) {
  const Written written = draw_written(random);
  Written other = written;
  other.facts = "Un guetteur au coin du square";
  other.reason = "place fausse, vue ailleurs";
  other.effect = written.effect == std::string_view("erase") ? "withdraw" : "erase";
  other.conditions = random_conditions(random);
  other.conditions.originator = written.conditions.originator;
  other.conditions.is_in_compartment = written.conditions.is_in_compartment;
  std::erase_if(other.conditions.services, [&](std::size_t service) {
    return service >= first_without_readers || service == other.conditions.originator;
  });
  std::vector<std::size_t> told;
  for (const auto service : written.conditions.services)
    if (service >= first_without_readers) {
      told.push_back(service);
      other.conditions.services.push_back(service);
    }
  Act act = write_act(ground, written);
  act.what = "recalled: " + act.what;
  act.may_learn = may_read(ground, written.note, written.conditions);
  act.run = [written](World& world) { return write_and_recall(world, written); };
  act.is_told_a_line = [for_service = acts_for(ground, written.note.slug, told),
                        is_inside = written.conditions.is_in_compartment](const access::Viewer& viewer) {
    return !is_inside && for_service(viewer);
  };
  act.run_otherwise = [other](World& world) { return write_and_recall(world, other); };
  return act;
}

// A note of the first service that the customs let go before its end. Who reads it otherwise learns of the note, never
// of that.
Act let_go(Random& random, const Ground& ground) {
  constexpr std::size_t customs = 1;
  static constexpr Instant past_the_sooner{1'791'000'000'000};  // in October: of two such acts, what ends is this one's
  Written written = draw_written(random);
  written.note.originator = written.conditions.originator = 0;
  written.conditions.is_in_compartment = false;  // whoever ends the customs' keeping has to read it
  written.conditions.is_narrowed = false;
  std::erase_if(written.conditions.services, [](std::size_t service) { return service <= customs; });
  written.conditions.services.push_back(customs);
  const bool is_over = random.next_below(2) == 0;
  Act act = write_act(ground, written);
  act.what = "let go by the customs: " + act.what;
  act.note
      .reset();  // nobody looks at it afterwards: the customs no more can, and that they no more do is theirs to show
  act.is_told_a_line = act.may_learn;
  act.may_learn = [reads = act.may_learn, theirs = acts_for(ground, written.note.slug, {customs})](
                      const access::Viewer& viewer) { return reads(viewer) && theirs(viewer); };
  act.run_otherwise = act.run;
  act.run = [written, is_over](World& world) {
    auto codes = write(world, written);
    check_made(world.ask(somebody_of(world.ground(), "commander." + written.note.slug + ".1"), "POST",
                         "/api/v1/territories/" + written.note.slug + "/notes/" + codes[0] + "/own-keeping",
                         is_over ? R"({"retain_until":"2026-10-01"})" : R"({"retain_until":"2027-01-15"})"),
               "own keeping");
    if (!is_over) return codes;
    auto& context = world.context();
    auto eraser = api::eraser_of(context.signer, context.chance);
    retention::Run done;
    retention::end_own_keepings(context.database, eraser, retention::clockwork(past_the_sooner), done);
    CHECK(done.own_ends == 1);
    for (auto& code : done.receipts) codes.push_back(std::move(code));
    return codes;
  };
  return act;
}

// Both calls of target deconfliction, as a client makes them.
Codes register_target(World& world, const Somebody& officer, const std::string& slug, const std::string& value) {
  auto by = world.asker(officer);
  by.purpose = "surveillance d'essai";
  by.legal_basis = "CPP art. 75";
  const TerritoryId territory = world.ground().territories.at(slug).id;
  const auto input = crypto::bytes_of(value);
  const auto blind = crypto::OprfBlind::draw(world.chance());
  const auto blinded = *crypto::blind(crypto::OprfMode::voprf, input, blind);
  auto tx = world.database().write();
  const auto evaluated =
      sharing::evaluate(*tx, *world.context().target_keys, territory, sharing::TargetUse::registration,
                        std::span(&blinded, 1), world.chance(), by);
  CHECK(evaluated.has_value());
  std::vector<sharing::EpochOutputs> outputs;
  for (const auto& epoch : evaluated->epochs)
    outputs.push_back(
        {epoch.epoch, {sharing::to_target_output(crypto::finalize(input, blind, epoch.evaluated.front()))}});
  const auto redeemed = sharing::redeem(*tx, territory, evaluated->ticket, outputs, world.chance(), by);
  CHECK(redeemed.has_value());
  tx->commit();
  return redeemed->registered;
}

// A target of the first service alone, or of both: then each is told of the other.
Act work_on_target(Random& random, const Ground& ground) {
  const std::string slug = random_slug(random);
  const bool is_met = random.next_below(2) == 0;
  Act act{.what = fmt::format("a target in {}{}", slug, is_met ? ", of two services" : ""),
          .may_learn = acts_for(ground, slug, is_met ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{0})};
  act.run = [slug, is_met](World& world) {
    const std::string plate = fmt::format("plate:ZZ{:03}ZZ", world.label());
    auto codes = register_target(world, somebody_of(world.ground(), "commander." + slug + ".0"), slug, plate);
    if (is_met)
      for (auto& code : register_target(world, somebody_of(world.ground(), "commander." + slug + ".1"), slug, plate))
        codes.push_back(std::move(code));
    return codes;
  };
  return act;
}

using Draw = Act (*)(Random&, const Ground&);
// A study computes a picture and costs as much as everything else: it is drawn less often.
constexpr Draw draws[] = {save_study,
                          start_job,
                          import_facts,
                          open_territory,
                          open_account,
                          open_compartment,
                          ask_service,
                          ask_service,
                          declare_operation,
                          declare_operation,
                          declare_conflict,
                          declare_discreet,
                          write_note,
                          write_note,
                          write_note,
                          write_note,
                          start_job,
                          open_compartment,
                          open_account,
                          ask_service,
                          recall_note,
                          recall_note,
                          work_on_target,
                          work_on_target,
                          look_at_lists,
                          look_at_lists,
                          look_at_lists,
                          look_at_lists,
                          let_go};

}  // namespace

const std::string& random_slug(Random& random) {
  static const std::string slugs[] = {"port", "gare"};
  return slugs[random.next_below(2)];
}

std::function<bool(const access::Viewer&)> acts_for(const Ground& ground, const std::string& slug,
                                                    const std::vector<std::size_t>& services) {
  std::vector<ServiceId> ids;
  for (const auto service : services) ids.push_back(ground.services.at(slug)[service]);
  return [id = ground.territories.at(slug).id, ids](const access::Viewer& viewer) {
    const auto* standing = viewer.in(id);
    return standing != nullptr && std::ranges::find(ids, standing->service) != ids.end();
  };
}

const Somebody& reader_of(Random& random, const Ground& ground, const std::string& slug) {
  std::vector<const Somebody*> readers;
  for (const auto& somebody : ground.people)
    if (somebody.slug == slug && !somebody.login.starts_with("municipal") && !somebody.login.starts_with("partner"))
      readers.push_back(&somebody);
  return *readers[random.next_below(static_cast<std::uint32_t>(readers.size()))];
}

std::vector<Act> random_history(Random& random, const Ground& ground) {
  std::vector<Act> history;
  const auto count = 4 + random.next_below(9);
  for (std::uint32_t i = 0; i < count; ++i) {
    Act act = draws[random.next_below(std::size(draws))](random, ground);
    const auto label = act.label = history.size() + 1;
    history.push_back(std::move(act));
    for (auto looks = history[label - 1].note ? random.next_below(3) : 0; looks > 0; --looks) {
      Act look = open_note(random, ground, history[label - 1]);
      look.label = history.size() + 1;
      history.push_back(std::move(look));
    }
  }
  return history;
}

void admit_at_random(World& world, Random random) {
  world.begin(0);
  const auto& ground = world.ground();
  for (const auto& somebody : ground.people) {
    if (somebody.login.starts_with("municipal") || somebody.login.starts_with("partner")) continue;
    const auto& compartments = ground.compartments.at(somebody.slug);
    for (const auto& compartment : compartments) {
      if (random.next_below(3) != 0) continue;
      const bool is_bora = &compartment == &compartments[1];
      const auto by = world.asker(somebody_of(ground, (is_bora ? "commander." : "analyst.") + somebody.slug));
      auto tx = world.database().write();
      CHECK(access::admit(*tx, compartment.territory, compartment.code, somebody.login, by).has_value());
      tx->commit();
    }
  }
}

}  // namespace quadrille::noninterference
