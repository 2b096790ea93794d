#include "services/journal/readers.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>

#include "services/notes/requests.h"
#include "services/recall/looks.h"

namespace quadrille::journal {
namespace {

std::vector<Readership> count(database::Snapshot& snapshot, const audit::Object& object, TerritoryId territory) {
  std::map<ServiceId, Readership> by_service;
  recall::for_each_look(snapshot, object, territory, [&by_service](ServiceId service, recall::Look look, Instant at) {
    auto& readership = by_service.try_emplace(service, Readership{service, 0, 0, at}).first->second;
    (look == recall::Look::copy ? readership.copies : readership.openings) += 1;
    readership.last = std::max(readership.last, at);
  });
  std::vector<Readership> all;
  for (const auto& [service, readership] : by_service) all.push_back(readership);
  return all;
}

// What the asker asked about, and who opened it where it is theirs; no object where they may not read it.
struct Asked {
  std::string_view kind;  // of the log's object
  std::string code;
  std::optional<audit::Object> object;
  bool is_ours = false;
  std::vector<Readership> readers;
};

Asked look_up(database::Snapshot& snapshot, const territory::Territory& territory, Asked asked, ServiceId origin,
              const access::Asker& asker) {
  const auto* standing = asker.viewer.in(territory.id);
  asked.is_ours = standing && standing->service == origin;
  if (asked.is_ours) asked.readers = count(snapshot, *asked.object, territory.id);
  return asked;
}

// Asking is in the log before it is answered. `missing`: what is answered for what does not exist.
Result<std::vector<Readership>> answer(audit::Recorder& recorder, const territory::Territory& territory,
                                       const Asked& asked, const access::Asker& asker, const Failure& missing) {
  audit::Act act;
  act.actor = asker.actor();
  act.action = audit::Action::consultation;
  act.territory = territory.id;
  act.subject = asked.object ? fmt::format("readers of {} {}", asked.kind, asked.code)
                             : fmt::format("readers of a {}", asked.kind);
  act.purpose = asker.purpose;
  act.legal_basis = asker.legal_basis;
  act.outcome = !asked.object ? "not found" : !asked.is_ours ? "refused" : fmt::format("rows={}", asked.readers.size());
  act.object = asked.object;
  recorder.record(act);
  if (!asked.object) return missing;
  if (asked.is_ours) return asked.readers;
  return refuse(ErrorKind::forbidden,
                {"seul le service d'origine sait quels services l'ont ouverte",
                 "only the originating service is told which services opened it"},
                std::string(asked.kind));
}

}  // namespace

Result<std::vector<Readership>> readers_of_note(database::Database& database, access::Access& access,
                                                audit::Recorder& recorder, const territory::Territory& territory,
                                                std::string_view code, const access::Asker& asker) {
  Asked asked{.kind = "note", .code = {}, .object = {}, .readers = {}};
  {
    auto snapshot = database.read();
    const auto readable = access.readable(*snapshot, asker.viewer);
    const auto id = notes::find_note_id(*snapshot, territory.id, code, *readable, PersonId{});
    if (const auto note = id ? notes::load_extent(*snapshot, *id) : std::nullopt)
      asked = look_up(*snapshot, territory,
                      {.kind = "note", .code = note->code, .object = audit::Object("note", note->id), .readers = {}},
                      note->originator, asker);
  }
  return answer(recorder, territory, asked, asker,
                refuse(ErrorKind::not_found,
                       {"aucune fiche de ce code, ou elle ne vous est pas lisible",
                        "no note of this code, or none that you may read"},
                       "note"));
}

Result<std::vector<Readership>> readers_of_request(database::Database& database, access::Access& access,
                                                   audit::Recorder& recorder, const territory::Territory& territory,
                                                   std::string_view code, const access::Asker& asker) {
  Asked asked{.kind = "request", .code = {}, .object = {}, .readers = {}};
  {
    auto snapshot = database.read();
    const auto readable = access.readable(*snapshot, asker.viewer);
    const auto request = notes::find_request(*snapshot, *readable, code);
    if (request && access::load_marking(*snapshot, request->marking).territory == territory.id)
      asked = look_up(
          *snapshot, territory,
          {.kind = "request", .code = request->code, .object = audit::Object("request", request->id), .readers = {}},
          request->asking, asker);
  }
  return answer(recorder, territory, asked, asker, notes::no_such_request());
}

}  // namespace quadrille::journal
