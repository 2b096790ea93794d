#include "services/retention/own_keeping.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/retention/store.h"

namespace quadrille::retention {
namespace {

struct HindranceRow {
  Hindrance hindrance;
  std::string_view name;
  Text label;
};
const HindranceRow hindrance_rows[] = {
    {Hindrance::attributed,
     "attributed",
     {"la fiche est attribuée à votre service", "the note is attributed to your service"}},
    {Hindrance::open_request,
     "open_request",
     {"une demande de votre service, ou à votre service, est en cours sur cette fiche",
      "a request of your service, or to it, is under way about this note"}},
};
const HindranceRow& row_of(Hindrance hindrance) {
  const auto* row = std::ranges::find(hindrance_rows, hindrance, &HindranceRow::hindrance);
  CHECK(row != std::end(hindrance_rows));
  return *row;
}

Failure no_such_note() {
  return refuse(
      ErrorKind::not_found,
      {"aucune fiche de ce code, ou elle ne vous est pas lisible", "no note of this code, or none that you may read"},
      "note");
}

// A note that the asker reads and another service wrote, as it is now.
struct Received {
  notes::NoteExtent note;
  ServiceId service;
};
Result<Received> find_received(database::Snapshot& snapshot, const access::Readable& readable,
                               const territory::Territory& territory, std::string_view code,
                               const access::Asker& asker) {
  const auto id = notes::find_note_id(snapshot, territory.id, code, readable, PersonId{});
  auto note = id ? notes::load_extent(snapshot, *id) : std::nullopt;
  const auto* standing = asker.viewer.in(territory.id);
  if (!note || note->retain_until <= asker.at || !standing) return no_such_note();
  if (note->originator != standing->service) return Received{std::move(*note), standing->service};
  return refuse(ErrorKind::forbidden,
                {"votre service a écrit cette fiche : sa conservation se réduit pour tous",
                 "your service wrote this note: its keeping is shortened for everybody"},
                "note");
}

audit::Act act_on(const access::Asker& asker, audit::Action action, TerritoryId territory, std::string_view code) {
  return {.actor = asker.actor(),
          .action = action,
          .territory = territory,
          .subject = fmt::format("note {}", code.substr(0, 40)),
          .details = {},
          .purpose = asker.purpose,
          .legal_basis = asker.legal_basis,
          .recipient = {},
          .outcome = {},
          .object = {}};
}

}  // namespace

std::string_view name_of(Hindrance hindrance) { return row_of(hindrance).name; }
const Text& label_of(Hindrance hindrance) { return row_of(hindrance).label; }

std::optional<Hindrance> hindrance_of(database::Snapshot& snapshot, const notes::NoteExtent& note, ServiceId service) {
  if (note.attributed == service) return Hindrance::attributed;
  if (notes::has_open_request(snapshot, note, service)) return Hindrance::open_request;
  return std::nullopt;
}

Result<OwnKeeping> own_keeping(database::Database& database, access::Access& access, audit::Recorder& recorder,
                               const territory::Territory& territory, std::string_view code,
                               const access::Asker& asker) {
  auto act = act_on(asker, audit::Action::consultation, territory.id, code);
  act.details = "own keeping";
  Result<OwnKeeping> answer = no_such_note();
  {
    auto snapshot = database.read();
    const auto readable = access.readable(*snapshot, asker.viewer);
    const auto received = find_received(*snapshot, *readable, territory, code, asker);
    if (received)
      answer = OwnKeeping{received->note.retain_until,
                          store::load_own_keeping(*snapshot, received->note.id, received->service)};
    else
      answer = Failure(received.error());
  }
  act.outcome = answer ? "shown" : answer.error().kind == ErrorKind::not_found ? "not found" : "refused";
  recorder.record(act);
  return answer;
}

Result<void> shorten_own(database::Database& database, access::Access& access, audit::Recorder& recorder,
                         const territory::Territory& territory, std::string_view code, Instant until,
                         const access::Asker& asker) {
  const auto readable = access.readable(*database.read(), asker.viewer);
  auto act = act_on(asker, audit::Action::alteration, territory.id, code);
  auto tx = database.write();
  const auto received = find_received(*tx, *readable, territory, code, asker);
  if (!received) {
    tx.reset();
    act.outcome = received.error().kind == ErrorKind::not_found ? "not found" : "refused";
    recorder.record(act);
    return Failure(received.error());
  }
  const auto& [note, service] = *received;
  if (until <= asker.at) return invalid({"aujourd'hui au plus tôt", "today at the earliest"}, "retain_until");
  const auto chosen = store::load_own_keeping(*tx, note.id, service).value_or(note.retain_until);
  if (until > chosen)
    return invalid({"la conservation peut être réduite, jamais allongée", "keeping can be shortened, never lengthened"},
                   "retain_until");
  store::save_own_keeping(*tx, note.id, service, until);
  act.details = "own_retain_until=" + format_utc(until);
  act.object = audit::Object("note", note.id);
  audit::record(*tx, act, asker.at);
  tx->commit();
  return {};
}

std::vector<HinderedKeeping> hindered_keepings(database::Snapshot& snapshot, TerritoryId territory, ServiceId service,
                                               const access::Readable& readable, Instant now) {
  std::vector<HinderedKeeping> found;
  for (const auto& due : store::due_own_keepings(snapshot, now)) {
    if (due.service != service) continue;
    const auto note = notes::load_extent(snapshot, due.note);
    if (!note || note->territory != territory || !readable.contains(note->marking)) continue;
    if (const auto why = hindrance_of(snapshot, *note, service)) found.push_back({note->code, due.until, *why});
  }
  return found;
}

void end_own_keepings(database::Database& database, Eraser& eraser, const access::Asker& asker, Run& done) {
  const Ground ground{Cause::expiry, "own keeping", asker};
  for (const auto& due : store::due_own_keepings(*database.read(), asker.at)) {
    auto tx = database.write();
    const auto note = notes::load_extent(*tx, due.note);
    if (!note || store::load_own_keeping(*tx, due.note, due.service) != due.until) continue;  // others were faster
    if (hindrance_of(*tx, *note, due.service)) continue;
    done.receipts.push_back(eraser.end_for(*tx, *note, due.service, ground).code);
    tx->commit();
    ++done.own_ends;
  }
}

}  // namespace quadrille::retention
