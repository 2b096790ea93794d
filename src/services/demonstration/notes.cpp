#include "services/demonstration/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "host/crypto/chance.h"
#include "services/access/compartment.h"
#include "services/access/person.h"
#include "services/notes/reception.h"

namespace quadrille::demonstration {
namespace {

using access::Role;
using notes::AssertionKind;
using notes::Channel;
using notes::Step;

constexpr int note_count = 240;
constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t span_ms = 42 * 24 * hour_ms;

// What is seen, in the words of who sees it. Roles and places only.
constexpr const char* patrol_texts[] = {
    "Deux vendeurs et un guetteur au pied de l'immeuble, clients à pied toutes les cinq minutes",
    "Point actif à notre passage, dispersion à la vue du véhicule, retour dix minutes après",
    "Guetteur assis sur un muret, siffle à l'approche. Sacoche noire cachée derrière le transformateur",
    "Chaise et parasol installés devant le hall, filtrage des entrées, mobilier en travers de l'allée",
    "Scooter sans plaque qui ravitaille, deux allers et retours en une demi-heure",
    "Point vide ce soir, chaises renversées, traces récentes (emballages, mégots)",
    "Vente au portail, file d'une dizaine de clients en voiture, moteur tournant",
    "Guetteurs très jeunes, radio portative, relève vers 18 h"};
constexpr const char* service_texts[] = {
    "Reprise du point par une nouvelle équipe depuis la semaine dernière, horaires décalés vers la nuit",
    "Livraison à domicile annoncée en ligne, départs en trottinette depuis le parking souterrain",
    "Deux points du quartier se ravitaillent au même endroit en début de soirée",
    "Conditionnement nouveau : sachets verts agrafés, prix en baisse",
    "Tensions avec le point voisin, présence d'armes signalée par deux sources indépendantes"};
constexpr const char* partner_texts[] = {
    "Hall occupé chaque soir, digicode forcé pour la troisième fois, éclairage cassé",
    "Élèves abordés à la sortie, deux adultes en scooter devant le portail",
    "Habitants gênés la nuit, cris et rodéos, boîtes aux lettres dégradées",
    "Caves fracturées, produits déposés puis repris le soir même",
    "Attroupements devant l'aire de jeux, parents qui n'y vont plus"};
constexpr const char* outcome_words[] = {"Point interrompu pendant l'opération", "Surveillance de trois semaines",
                                         "Travaux d'éclairage demandés au bailleur"};

template <std::size_t N>
const char* pick(Random& random, const char* const (&list)[N]) {
  return list[random.next_below(N)];
}

// The people of the demonstration, as the rules see them.
class Cast {
 public:
  Cast(database::Database& database, const territory::Territory& territory, Instant now) {
    auto snapshot = database.read();
    for (const Role role : access::roles) {
      const auto person = access::find_person_by_login(*snapshot, "demo-" + std::string(access::name_of(role)));
      if (!person) continue;
      auto viewer = access::load_viewer(*snapshot, *person, now);
      if (viewer.in(territory.id) != nullptr) viewers_[role] = std::move(viewer);
    }
  }
  [[nodiscard]] bool has(Role role) const { return viewers_.contains(role); }
  [[nodiscard]] access::Asker asker(Role role, Instant at) const {
    return {viewers_.at(role), "démonstration", "", at};
  }
  [[nodiscard]] ServiceId service(Role role, TerritoryId territory) const {
    return viewers_.at(role).in(territory)->service;
  }

 private:
  std::map<Role, access::Viewer> viewers_;
};

struct Author {
  Role role;
  Channel channel;
  const char* text;
};

Author draw_author(Random& random) {
  const auto draw = random.next_below(100);
  if (draw < 42) return {Role::patrol, Channel::patrol, pick(random, patrol_texts)};
  if (draw < 56) return {Role::analyst, Channel::service, pick(random, service_texts)};
  if (draw < 70) return {Role::duty_officer, Channel::service, pick(random, service_texts)};
  if (draw < 80) return {Role::municipal, Channel::town_hall, pick(random, partner_texts)};
  if (draw < 88) return {Role::partner, Channel::landlord, pick(random, partner_texts)};
  if (draw < 93) return {Role::partner, Channel::school, pick(random, partner_texts)};
  return {Role::partner, Channel::resident, pick(random, partner_texts)};
}

std::vector<notes::Assertion> draw_assertions(Random& random, notes::Product product) {
  const auto number = [&](std::int64_t least, std::uint32_t range) {
    return least + std::int64_t{random.next_below(range)};
  };
  std::vector<notes::Assertion> list;
  const auto add = [&](AssertionKind kind, std::int64_t low, std::int64_t high) {
    list.push_back({kind, low, high, ""});
  };
  if (random.next_below(2) == 0) {
    const auto sellers = number(1, 4);
    add(AssertionKind::sellers, sellers, sellers);
  }
  if (random.next_below(2) == 0) {
    const auto lookouts = number(1, 6);
    add(AssertionKind::lookouts, lookouts, lookouts);
  }
  if (random.next_below(3) == 0) add(AssertionKind::hours, 60 * number(10, 6), 60 * number(19, 6));
  if (random.next_below(3) == 0 && product != notes::Product::unknown)
    add(AssertionKind::price, 500 * number(1, 10), 500 * number(12, 8));
  if (random.next_below(4) == 0) list.push_back({AssertionKind::vehicle_class, 0, 0, "scooter"});
  if (random.next_below(4) == 0) list.push_back({AssertionKind::spot, 0, 0, "hall"});
  return list;
}

// A sector and a place where its people deal, in three spots a short walk apart.
struct Spot {
  SectorId sector;
  LonLat middle;
};

LonLat middle_of(const territory::Sector& sector) {
  const auto& ring = sector.shape.front().outer;
  double lon = 0;
  double lat = 0;
  for (const auto& point : ring) {
    lon += point.lon_degrees() / static_cast<double>(ring.size());
    lat += point.lat_degrees() / static_cast<double>(ring.size());
  }
  const auto middle = LonLat::checked(lon, lat);
  CHECK(middle);
  return *middle;
}

struct Stageplay {
  database::Database& database;
  notes::Notes& notes;
  const territory::Territory& territory;
  const Cast& cast;
  std::vector<ServiceId> services;
  std::vector<Spot> spots;
  Random random;
  Instant now;

  notes::NewNote draw_note(const Author& author, Instant at) {
    notes::NewNote note;
    note.channel = author.channel;
    note.content.facts = author.text;
    const auto& spot = spots[random.next_below(static_cast<std::uint32_t>(spots.size()))];
    note.content.sector = spot.sector;
    // Who stood there gives the point: what makes notes match.
    if (author.role == Role::patrol || author.channel == Channel::service)
      note.content.point = LonLat::checked(spot.middle.lon_degrees() + 0.0007 * random.next_below(3),
                                           spot.middle.lat_degrees() + 0.0005 * random.next_below(3));
    const std::int64_t end = at.utc_ms - minute_ms * random.next_below(180);
    note.content.window = {{end - hour_ms}, {end}};
    note.content.product = notes::products[random.next_below(5)];
    note.content.evaluation = *notes::make_evaluation(notes::Scale::letters_and_digits,
                                                      notes::text_of(notes::reception_of(author.channel).grade));
    note.content.assertions = draw_assertions(random, note.content.product);
    const bool reads = author.role != Role::municipal && author.role != Role::partner;
    note.marking = notes::first_marking(author.channel, territory.id, cast.service(author.role, territory.id), services,
                                        reads ? notes::AuthorKind::reads_notes : notes::AuthorKind::follows_own);
    if (reads && random.next_below(3) == 0) {
      note.marking.regime = access::Regime::judicial;
      note.marking.services = services;
    }
    if (reads && random.next_below(8) == 0) note.marking.sensitivity = access::Sensitivity::confidential;
    return note;
  }

  // As far through the procedure as its age lets it; refusals end the walk (a step that is not theirs to take).
  void work(const std::string& code, Channel channel, Instant at) {
    const Role lead = random.next_below(3) == 0 ? Role::duty_officer : Role::analyst;
    const ServiceId service = cast.service(lead, territory.id);
    const auto step = [&](Role role, notes::StepWish wish) {
      at.utc_ms += hour_ms * (2 + random.next_below(40));
      if (at > now) return false;
      return notes.take_step(territory, code, wish, cast.asker(role, at)).has_value();
    };
    if (!step(lead, {.step = Step::take_up})) return;
    const auto grade =
        notes::make_evaluation(notes::Scale::letters_and_digits, random.next_below(2) == 0 ? "B2" : "C3");
    const std::string summary = notes::is_at_risk(channel) ? "Nuisances et vente constatées dans le secteur" : "";
    if (random.next_below(9) == 0) {
      (void)step(lead, {.step = Step::set_aside, .reason = "Déjà connu, rien de nouveau"});
      return;
    }
    if (!step(lead, {.step = Step::verify, .evaluation = *grade, .summary = summary})) return;
    if (!step(lead, {.step = Step::deconflict, .deconfliction = "Aucun autre service sur ce lieu"})) return;
    notes::NewAddition more{.kind = notes::AdditionKind::enrichment, .content = {}, .marking = {}, .retain_until = {}};
    more.content =
        draw_note({lead, Channel::service, "Confirmé par deux passages à une heure d'intervalle"}, at).content;
    if (!notes.enrich(territory, code, more, cast.asker(lead, at)) || !step(lead, {.step = Step::enrich})) return;
    const bool is_direct = step(lead, {.step = Step::attribute_directly, .service = service});
    if (!is_direct && (!step(lead, {.step = Step::put_to_prosecutor}) ||
                       !step(Role::prosecutor, {.step = Step::attribute, .service = service})))
      return;
    if (random.next_below(2) == 0) return;
    const std::int64_t arrests = random.next_below(5);
    const std::int64_t presented = random.next_below(static_cast<std::uint32_t>(arrests) + 1);
    const notes::Outcome outcome{arrests > 0 ? notes::OutcomeKind::arrests : notes::OutcomeKind::prevention,
                                 arrests,
                                 presented,
                                 arrests * 40'000,
                                 arrests * 12'500,
                                 pick(random, outcome_words)};
    (void)step(lead, {.step = Step::record_result, .outcome = outcome});
  }
};

// What only two people of two services know of: a compartment of the analyst's with the duty officer in it.
constexpr const char* inside_texts[] = {
    "Ravitaillement du point par le parking souterrain, deux allers et retours chaque soir",
    "Appartement du troisième étage servant de réserve, passages brefs entre 17 h et 18 h",
    "Même véhicule de livraison devant trois points du territoire, dans cet ordre"};

Result<int> add_compartment(Stageplay& play) {
  auto analyst = play.cast.asker(Role::analyst, play.now);
  const auto officer = play.cast.asker(Role::duty_officer, play.now).viewer.login;
  {
    auto tx = play.database.write();
    const auto made = access::open_compartment(*tx, {play.territory.id, access::CompartmentKind::procedure, "MISTRAL"},
                                               crypto::system_chance(), analyst);
    if (!made) return Failure(made.error());
    analyst.viewer.compartments.push_back(made->id);
    if (const auto in = access::admit(*tx, play.territory.id, made->code, officer, analyst); !in)
      return Failure(in.error());
    tx->commit();
  }
  for (const char* text : inside_texts) {
    analyst.at.utc_ms -= 36 * hour_ms;
    auto note = play.draw_note({Role::analyst, Channel::service, text}, analyst.at);
    note.marking.regime = access::Regime::judicial;
    note.marking.services = play.services;
    note.marking.compartments = analyst.viewer.compartments;
    if (const auto added = play.notes.add(play.territory, note, analyst); !added) return Failure(added.error());
  }
  return static_cast<int>(std::size(inside_texts));
}

}  // namespace

Result<int> add_notes(database::Database& database, notes::Notes& notes, const territory::Territory& territory,
                      Seed seed, Instant now) {
  const Cast cast(database, territory, now);
  for (const Role role :
       {Role::patrol, Role::analyst, Role::duty_officer, Role::prosecutor, Role::municipal, Role::partner})
    if (!cast.has(role)) return 0;
  Stageplay play{database, notes, territory, cast, {}, {}, Random(seed, 77), now};
  const auto sectors = territory::load_sectors(*database.read(), territory.id);
  for (const auto& sector : sectors)
    if (std::ranges::none_of(sectors, [&](const territory::Sector& other) { return other.parent == sector.id; }))
      play.spots.push_back({sector.id, middle_of(sector)});
  for (const auto& service : territory::load_services(*database.read(), territory.id))
    play.services.push_back(service.id);
  for (int i = 0; i < note_count; ++i) {
    const Instant at{now.utc_ms - span_ms + (span_ms * i) / note_count};
    const auto author = draw_author(play.random);
    const auto added = notes.add(territory, play.draw_note(author, at), cast.asker(author.role, at));
    if (!added) return Failure(added.error());
    if (play.random.next_below(6) != 0) play.work(added->code, author.channel, at);
  }
  const auto inside = add_compartment(play);
  if (!inside) return Failure(inside.error());
  return note_count + *inside;
}

}  // namespace quadrille::demonstration
