#include "services/notes/entry.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/crypto/encoding.h"
#include "services/access/compartment.h"
#include "services/notes/reception.h"

// Entry of notes: what is refused, and what is written in the one transaction.

namespace quadrille::notes {
namespace {

constexpr std::size_t batch_max = 1000;
constexpr std::size_t salt_bytes = 16;
constexpr std::int64_t hour_ms = 3'600'000;

// The first 60 bits of a code, so that the order of notes of one moment tells nothing that the code does not.
std::int64_t lot_of(std::string_view code) {
  std::int64_t lot = 0;
  for (const char c : code.substr(0, 12)) lot = lot * 32 + (c >= 'a' ? c - 'a' : c - '2' + 26);
  return lot;
}

bool knows(const std::vector<territory::Service>& services, ServiceId id) {
  return std::ranges::find(services, id, &territory::Service::id) != services.end();
}

}  // namespace

Result<access::Marking> check_marking(access::Marking wanted, TerritoryId territory, ServiceId originator,
                                      const std::vector<territory::Service>& services, const access::Viewer& viewer) {
  wanted.territory = territory;
  wanted.originator = originator;
  for (const auto service : wanted.services)
    if (!knows(services, service))
      return invalid({"ce service n'est pas du territoire", "this service is not of the territory"},
                     "marking/services");
  for (const auto compartment : wanted.compartments)
    if (!std::ranges::binary_search(viewer.compartments, compartment))
      return invalid({"vous n'êtes pas dans ce dossier cloisonné", "you are not in this compartment"},
                     "marking/compartments");
  auto marking = access::normalised(std::move(wanted));
  if (!marking) return refuse(marking.error().kind, marking.error().message, "marking/" + marking.error().field);
  return marking;
}

Result<void> check_inside(database::Snapshot& snapshot, const access::Marking& marking,
                          const std::vector<CompartmentId>& already) {
  if (auto ok = access::check_open(snapshot, marking.compartments, already); !ok)
    return refuse(ok.error().kind, ok.error().message, "marking/" + ok.error().field);
  return {};
}

Result<Content> place_content(Content content, const Ground& ground, Channel channel) {
  if (content.point) content.sector = ground.sector_of(*content.point);
  if (content.sector && !ground.has_sector(*content.sector))
    return invalid({"ce secteur n'est pas du territoire", "this sector is not of the territory"}, "sector");
  if (is_at_risk(channel) && !content.sector)
    return invalid({"hors de tout secteur : choisissez le secteur, seul montré aux autres",
                    "outside every sector: choose the sector, the only place shown to others"},
                   "place");
  return content;
}

Window shown_window(const Content& content, Channel channel, const clock::TimeZone& zone) {
  return is_at_risk(channel) ? half_days(zone, content.window) : content.window;
}

Revision make_revision(int number, const crypto::Digest& previous, const Content& content, PersonId author, Instant at,
                       crypto::Chance& chance) {
  Revision revision{number, at, author, previous, {}, std::vector<std::uint8_t>(salt_bytes), {}};
  chance.fill(revision.salt);
  revision.hash = revision_hash(previous, revision.salt, canonical_text(content), author, at);
  return revision;
}

std::optional<Instant> due_after(Stage stage, Instant since) {
  const auto hours = clock_hours(stage);
  return hours ? std::optional(Instant{since.utc_ms + *hours * hour_ms}) : std::nullopt;
}

Created created_of(CreatedKind kind, const Note& note, const Content& told, Window window) {
  return {.kind = kind,
          .note = note.id,
          .addition = 0,
          .code = note.code,
          .territory = note.territory,
          .channel = note.channel,
          .service = note.originator,
          .marking = note.marking,
          .note_marking = note.marking,
          .point = told.point,
          .sector = told.sector,
          .window = window,
          .product = told.product,
          .assertions = told.assertions,
          .facts = told.facts,
          .at = note.received};
}

namespace {

// A note as it will be written, before its marking has a number.
struct Prepared {
  store::NewRow row;
  access::Marking marking;
};

struct Desk {
  database::Snapshot& snapshot;
  const territory::Territory& territory;
  const Ground& ground;
  std::vector<territory::Service> services;
  ServiceId service;
  Persons persons;
  const access::Asker& asker;
  crypto::Chance& chance;
};

Result<Prepared> prepare(const NewNote& wanted, const Desk& desk) {
  const Instant now = desk.asker.at;
  if (auto ok = check_content(wanted.content, now); !ok) return Failure(ok.error());
  auto content = place_content(wanted.content, desk.ground, wanted.channel);
  if (!content) return Failure(content.error());
  if (auto ok = check_persons(*content, desk.ground, desk.persons); !ok) return Failure(ok.error());
  auto marking = check_marking(wanted.marking, desk.territory.id, desk.service, desk.services, desk.asker.viewer);
  if (!marking) return Failure(marking.error());
  if (auto ok = check_inside(desk.snapshot, *marking, {}); !ok) return Failure(ok.error());
  if (received_handling(content->evaluation) == ReceivedHandling::conditional &&
      marking->handling < access::Handling::h2)
    return invalid({"reçu sous condition (C) : il faut au moins H2", "received with conditions (C): at least H2"},
                   "marking/handling");
  const auto until = retention(wanted.channel, *content, now, wanted.retain_until);
  if (!until) return Failure(until.error());

  Note note;
  note.code = crypto::random_code(desk.chance);
  note.lot = lot_of(note.code);
  note.territory = desk.territory.id;
  note.originator = desk.service;
  note.author = note.editor = desk.asker.viewer.person;
  note.channel = wanted.channel;
  note.received = now;
  note.order_ms = is_at_risk(note.channel) ? half_days(desk.ground.zone, {now, now}).earliest.utc_ms : now.utc_ms;
  note.content = std::move(*content);
  note.shown_window = shown_window(note.content, note.channel, desk.ground.zone);
  note.stage_since = now;
  note.due = due_after(note.stage, now);
  note.retain_until = *until;
  auto first = make_revision(1, {}, note.content, note.author, now, desk.chance);
  return Prepared{{std::move(note), std::move(first)}, std::move(*marking)};
}

// Each distinct marking of the batch once.
void intern_markings(database::Transaction& tx, std::vector<Prepared>& prepared) {
  std::map<std::string, MarkingId> known;
  for (auto& one : prepared) {
    const auto [entry, is_new] = known.try_emplace(access::canonical_text(one.marking));
    if (is_new) entry->second = access::intern(tx, one.marking);
    one.row.note.marking = entry->second;
  }
}

}  // namespace

Result<Added> Notes::add(const territory::Territory& territory, const NewNote& wanted, const access::Asker& asker) {
  auto added = add_all(territory, std::span(&wanted, 1), asker);
  if (added) return std::move(added->front());
  auto error = added.error();
  if (error.field.starts_with("0/")) error.field.erase(0, 2);
  return Failure(error);
}

Result<std::vector<Added>> Notes::add_all(const territory::Territory& territory, std::span<const NewNote> wanted,
                                          const access::Asker& asker) {
  if (wanted.size() > batch_max)
    return refuse(ErrorKind::too_large, {"au plus 1 000 fiches à la fois", "at most 1,000 notes at once"}, "notes");
  const auto service = service_of(asker.viewer, territory.id);
  if (!service) return Failure(service.error());
  std::vector<Prepared> prepared;
  std::shared_ptr<const Ground> ground;
  {
    auto snapshot = database_.read();
    ground = ground_of(*snapshot, territory);
    const Desk desk{*snapshot, territory,
                    *ground,   territory::load_services(*snapshot, territory.id),
                    *service,  persons_rule(*snapshot, territory.id, asker.at),
                    asker,     chance_};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      auto one = prepare(wanted[i], desk);
      if (!one) return refuse(one.error().kind, one.error().message, fmt::format("{}/{}", i, one.error().field));
      prepared.push_back(std::move(*one));
    }
  }
  auto tx = database_.write();
  intern_markings(*tx, prepared);
  std::vector<store::NewRow> rows;
  for (auto& one : prepared) rows.push_back(std::move(one.row));
  store::insert(*tx, rows);
  std::vector<Content> told;
  std::vector<Created> created;
  std::vector<audit::Occurrence> acts;
  std::vector<Added> added;
  for (const auto& [note, first] : rows)
    told.push_back(is_at_risk(note.channel) ? coarse(note.content, "", ground->zone) : note.content);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [note, first] = rows[i];
    created.push_back(created_of(CreatedKind::note, note, told[i], note.shown_window));
    acts.push_back({act_on(asker, audit::Action::collection, note,
                           fmt::format("revision=1 hash={} channel={} assertions={}", crypto::to_hex(first.hash),
                                       name_of(note.channel), note.content.assertions.size())),
                    asker.at});
    added.push_back({note.code, note.retain_until});
  }
  for (const auto& hook : hooks.on_created) hook(*tx, {territory, asker}, created);
  audit::record(*tx, acts, chance_);
  tx->commit();
  return added;
}

}  // namespace quadrille::notes
