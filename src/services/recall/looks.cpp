#include "services/recall/looks.h"

#include <algorithm>
#include <map>
#include <optional>

#include "services/access/actor.h"
#include "services/audit/search.h"
#include "services/notes/remarking.h"

namespace quadrille::recall {
namespace {

// Calls for each entry until it says that it has enough.
void for_each_entry(database::Snapshot& snapshot, const audit::Question& question,
                    const std::function<bool(const audit::Entry&)>& entry_is_enough) {
  for (std::optional<std::int64_t> before;;) {
    const auto page = audit::search(snapshot, question, {.before = before, .limit = audit::longest_page});
    if (std::ranges::any_of(page.entries, entry_is_enough) || !page.next_before) return;
    before = page.next_before;
  }
}

std::optional<Look> look_of(const audit::Act& act) {
  if (!act.outcome.starts_with("shown")) return std::nullopt;
  if (act.action == audit::Action::disclosure || act.details.starts_with("attachment=")) return Look::copy;
  if (act.details == "whole" || act.details.starts_with("rights ")) return Look::opening;
  if (act.object && act.object->kind == "request") return Look::opening;
  return std::nullopt;
}

// Whoever writes follows their notes from wherever they go: any look at a list there may have shown it.
bool has_listed(database::Snapshot& snapshot, const notes::NoteExtent& note, const access::Habilitation& held) {
  audit::Question question;
  question.actors = {{access::actor_of(note.author)}};
  question.action = audit::Action::consultation;
  question.territory = note.territory;
  question.from = std::max(note.received, held.from);
  question.until = held.until;
  if (held.revoked_at) question.until = std::min(question.until.value_or(*held.revoked_at), *held.revoked_at);
  bool is_found = false;
  for_each_entry(snapshot, question,
                 [&is_found](const audit::Entry& entry) { return is_found = entry.act.subject == "notes"; });
  return is_found;
}

}  // namespace

void for_each_look(database::Snapshot& snapshot, const audit::Object& object, TerritoryId territory,
                   const std::function<void(ServiceId, Look, Instant)>& look) {
  std::map<PersonId, std::vector<access::Habilitation>> held;
  for (const auto action : {audit::Action::consultation, audit::Action::disclosure}) {
    audit::Question question;
    question.object = object;
    question.action = action;
    for_each_entry(snapshot, question, [&](const audit::Entry& entry) {
      const auto kind = look_of(entry.act);
      const auto person = kind ? access::person_of_actor(entry.act.actor) : std::nullopt;
      if (!person) return false;
      const auto [known, is_new] = held.try_emplace(*person);
      if (is_new) known->second = access::habilitations_of(snapshot, *person);
      if (const auto service = access::service_at(known->second, territory, entry.at)) look(*service, *kind, entry.at);
      return false;
    });
  }
}

std::vector<ServiceId> services_that_could_read(database::Snapshot& snapshot, const notes::NoteExtent& note) {
  std::vector<ServiceId> services;
  for (const auto marking : notes::earlier_markings(snapshot, note.id))
    for (const auto service : access::load_marking(snapshot, marking).services) services.push_back(service);
  for (const auto& held : access::habilitations_of(snapshot, note.author))
    if (held.territory == note.territory && held.service && *held.service != note.originator &&
        (!held.until || note.received < *held.until) && has_listed(snapshot, note, held))
      services.push_back(*held.service);
  std::ranges::sort(services);
  services.erase(std::ranges::unique(services).begin(), services.end());
  return services;
}

}  // namespace quadrille::recall
