#include "services/recall/looks.h"

#include <map>
#include <optional>

#include "services/access/actor.h"

namespace quadrille::recall {

bool may_leave_a_copy(const audit::Act& act) {
  return act.action == audit::Action::disclosure || act.details.starts_with("attachment=");
}

void for_each_look(database::Snapshot& snapshot, const notes::NoteExtent& note,
                   const std::function<void(ServiceId, const audit::Entry&)>& look) {
  std::map<PersonId, std::vector<access::Habilitation>> held;
  for (const auto action : {audit::Action::consultation, audit::Action::disclosure}) {
    audit::Question question;
    question.object = audit::Object("note", note.id);
    question.action = action;
    for (std::optional<std::int64_t> before;;) {
      const auto page = audit::search(snapshot, question, {.before = before, .limit = audit::longest_page});
      for (const auto& entry : page.entries) {
        const auto person = access::person_of_actor(entry.act.actor);
        if (!person || !entry.act.outcome.starts_with("shown")) continue;
        const auto [known, is_new] = held.try_emplace(*person);
        if (is_new) known->second = access::habilitations_of(snapshot, *person);
        if (const auto service = access::service_at(known->second, note.territory, entry.at)) look(*service, entry);
      }
      if (!page.next_before) break;
      before = page.next_before;
    }
  }
}

}  // namespace quadrille::recall
