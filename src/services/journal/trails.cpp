#include "services/journal/trails.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/journal/journal.h"

namespace quadrille::journal {
namespace {

// Under what the log has the acts about a thing.
enum class Under {
  itself,    // its number
  its_note,  // the note's number, with the code in the details
  words,     // subjects that name it
};

// `{code}`: what the page shows of it, after its territory; `{number}`: its number in the database.
struct Row {
  std::string_view kind;
  Under under;
  std::vector<std::string_view> subjects;
  std::vector<std::string_view> lists;  // subjects of the lists that may have held it
  Text says;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {"note",
       Under::itself,
       {},
       {},
       {"Chaque fois que la fiche est montrée, ouverte, dans une liste ou par un rapprochement, le journal le garde.",
        "Each time the note is shown, opened, in a list or as a match, the log keeps it."}},
      {"addition",
       Under::its_note,
       {},
       {},
       {"Un ajout se lit avec sa fiche : voici les lectures de la fiche. Qui l'ouvre n'y voit que les ajouts que leur "
        "marquage lui laisse lire.",
        "An addition is read with its note: these are the readings of the note. Whoever opens it sees those additions "
        "that their marking lets them read."}},
      {"attachment",
       Under::its_note,
       {},
       {},
       {"Le journal garde qui a ouvert ou emporté ce fichier. La liste des pièces d'une fiche n'y laisse que sa propre "
        "lecture.",
        "The log keeps who opened or took this file. The list of a note's files leaves only its own reading."}},
      {"request",
       Under::itself,
       {},
       {"requests"},
       {"Le journal garde qui a ouvert la demande. D'une liste de demandes, il garde qui l'a lue, non ce qu'elle "
        "montrait : ces lectures sont données aussi, depuis que la demande existe.",
        "The log keeps who opened the request. Of a list of requests it keeps who read it, not what it showed: those "
        "readings are given as well, since the request is there."}},
      {"operation",
       Under::itself,
       {},
       {"declared operations", "conflicts of the desk"},
       {"Une opération ne se lit que dans des listes : le journal garde qui les a lues, non ce qu'elles montraient. "
        "Voici ces lectures depuis qu'elle est déclarée ; il se peut qu'aucune ne l'ait montrée.",
        "An operation is read in lists only: the log keeps who read them, not what they showed. These are those "
        "readings since it was declared; it may be that none showed it."}},
      {"conflict",
       Under::itself,
       {},
       {"conflicts of the desk"},
       {"Un conflit se lit dans la liste de la permanence : le journal garde qui l'a lue, non ce qu'elle montrait. "
        "Voici ces lectures depuis que le conflit existe, des deux services et des autres.",
        "A conflict is read in the list of the duty desk: the log keeps who read it, not what it showed. These are "
        "those readings since the conflict is there, of both services and of others."}},
      {"target",
       Under::words,
       {"target {code}"},
       {"targets of the service"},
       {"Une cible se lit dans la liste des cibles du service : le journal garde qui l'a lue, non ce qu'elle montrait. "
        "D'une question sur des cibles, il garde qui l'a posée, quand et pourquoi, jamais sur laquelle : voyez "
        "« Questions sur des cibles, avec réponse ».",
        "A target is read in the list of the service's targets: the log keeps who read it, not what it showed. Of a "
        "question about targets it keeps who asked, when and why, never about which: see “Questions about targets, "
        "answered”."}},
      {"recall",
       Under::itself,
       {},
       {"recalls"},
       {"Le journal garde qui a ouvert le rappel. De la liste des rappels, il garde qui l'a lue, non ce qu'elle "
        "montrait : ces lectures sont données aussi, depuis que le rappel existe.",
        "The log keeps who opened the recall. Of the list of recalls it keeps who read it, not what it showed: those "
        "readings are given as well, since the recall is there."}},
      {"dossier",
       Under::itself,
       {},
       {},
       {"Un dossier n'est pas gardé ici : le journal dit qui l'a imprimé, quand et pour qui. De ce qu'il devient "
        "ensuite, il ne sait rien.",
        "A dossier is not kept here: the log says who printed it, when and for whom. It knows nothing of what becomes "
        "of it afterwards."}},
      {"compartment",
       Under::words,
       {"compartment {code}"},
       {"compartments"},
       {"Un dossier cloisonné se lit dans la liste de chacun : le journal garde qui a lu la sienne, non ce qu'elle "
        "montrait ; seuls ses membres y trouvent celui-ci. Les fiches qui y sont ont chacune leurs lectures.",
        "A compartment is read in each person's list: the log keeps who read theirs, not what it showed; only its "
        "members find this one there. The notes inside have their readings each."}},
      {"erasure",
       Under::words,
       {"erasure {code}"},
       {"erasure receipts"},
       {"Un récépissé d'effacement se lit dans une liste : le journal garde qui l'a lue, non ce qu'elle montrait.",
        "An erasure receipt is read in a list: the log keeps who read it, not what it showed."}},
      {"study",
       Under::words,
       {"study {code}", "studies/{code}"},
       {},
       {"Le journal garde qui a ouvert l'étude ou l'a refaite.",
        "The log keeps who opened the study or ran it again."}},
      {"import",
       Under::words,
       {"import {number}"},
       {"imports"},
       {"Le journal garde qui a lu la liste des imports et les anomalies de l'un d'eux, non ce qui s'y trouvait.",
        "The log keeps who read the list of imports and the issues of one of them, not what was in it."}},
      {"facts",
       Under::words,
       {"picture", "map", "layers", "aggregates", "studies", "study", "imports", "import", "exports", "export", "ogc",
        "facts located again"},
       {},
       {"Les faits ne se lisent pas un à un : le journal garde chaque physionomie, carte, étude, export et flux OGC, "
        "avec sa période, non les faits qui s'y trouvaient.",
        "Facts are not read one by one: the log keeps each picture, map, study, export and OGC feed with its period, "
        "not the facts that were in it."}},
  };
  return all;
}

const Row& row_of(std::string_view kind) {
  static const Row other{
      {},
      Under::itself,
      {},
      {},
      {"Le journal garde les actes qui portent ce numéro.", "The log keeps the acts that have this number."}};
  const auto found = std::ranges::find(rows(), kind, &Row::kind);
  return found == rows().end() ? other : *found;
}

const audit::Reference* reference_of(std::string_view kind) {
  const auto found = std::ranges::find(references(), kind, &audit::Reference::kind);
  return found == references().end() ? nullptr : &*found;
}

// "port/3" is 3 of a territory.
std::string own_part(const std::string& code) { return code.substr(code.rfind('/') + 1); }

std::vector<std::string> filled(const std::vector<std::string_view>& patterns, const std::string& code,
                                std::int64_t number) {
  std::vector<std::string> subjects;
  for (const auto pattern : patterns)
    subjects.push_back(
        fmt::format(fmt::runtime(pattern), fmt::arg("code", own_part(code)), fmt::arg("number", number)));
  return subjects;
}

bool asks_for(const audit::Question& asked, audit::Action action) { return asked.action.value_or(action) == action; }

audit::Question without_object(audit::Question question, const audit::Belonging& belonging) {
  question.object.reset();
  if (belonging.territory) question.territory = belonging.territory;
  return question;
}

// What is done to a part of a note stands in the note's entries; what is read of it too, but for an addition, which has
// no reading of its own.
void ask_of_note(Trail& trail, const audit::Question& asked, const audit::Belonging& belonging) {
  audit::Question of_note = asked;
  of_note.object = audit::Object("note", *belonging.note);
  auto own = of_note;
  own.details = belonging.code;
  trail.questions.push_back(std::move(own));
  if (asked.object->kind != "addition" || !asks_for(asked, audit::Action::consultation)) return;
  of_note.action = audit::Action::consultation;
  trail.questions.push_back(std::move(of_note));
}

void ask_lists(Trail& trail, const audit::Question& asked, const audit::Belonging& belonging, const Row& row) {
  if (row.lists.empty() || !asks_for(asked, audit::Action::consultation)) return;
  auto lists = without_object(asked, belonging);
  lists.action = audit::Action::consultation;
  lists.subjects = filled(row.lists, belonging.code, asked.object->id);
  if (belonging.made) lists.from = std::max(lists.from.value_or(*belonging.made), *belonging.made);
  trail.questions.push_back(std::move(lists));
}

}  // namespace

Trail trail_of(database::Snapshot& snapshot, const audit::Question& asked) {
  CHECK(asked.object.has_value());
  const auto& object = *asked.object;
  const auto& row = row_of(object.kind);
  const auto* reference = reference_of(object.kind);
  const auto belonging = reference ? audit::find_belonging(snapshot, *reference, object.id) : std::nullopt;
  Trail trail{.questions = {},
              .reference = belonging ? fmt::format("{}:{}", object.kind, belonging->code)
                                     : fmt::format("{}:{}", object.kind, object.id),
              .kind = reference ? reference->label : same_text(object.kind),
              .says = row.says};
  if (!belonging || row.under == Under::itself) {
    trail.questions.push_back(asked);
    // A dossier is read outside: printing it is all that there is.
    if (object.kind == "dossier" && asked.action == audit::Action::consultation)
      trail.questions.front().action = audit::Action::disclosure;
  } else if (row.under == Under::its_note) {
    ask_of_note(trail, asked, *belonging);
  } else {
    trail.questions.push_back(without_object(asked, *belonging));
    trail.questions.front().subjects = filled(row.subjects, belonging->code, object.id);
  }
  if (belonging) ask_lists(trail, asked, *belonging, row);
  return trail;
}

std::vector<KindOfTrail> kinds_of_trails() {
  std::vector<KindOfTrail> kinds;
  for (const auto& row : rows()) {
    const auto* reference = reference_of(row.kind);
    CHECK(reference != nullptr);
    kinds.push_back({row.kind, reference->label, row.says});
  }
  return kinds;
}

std::span<const ReadyQuestion> ready_questions() {
  static const ReadyQuestion all[] = {
      {"dossiers",
       {"Dossiers de provenance imprimés", "Provenance dossiers printed"},
       audit::Action::disclosure,
       {"dossier"}},
      {"exports", {"Exports et flux OGC", "Exports and OGC feeds"}, audit::Action::disclosure, {"export", "ogc"}},
      {"targets",
       {"Questions sur des cibles, avec réponse", "Questions about targets, answered"},
       audit::Action::combination,
       {"target question"}},
  };
  return all;
}

Result<void> ask_ready(std::string_view name, audit::Question& question) {
  const auto found = std::ranges::find(ready_questions(), name, &ReadyQuestion::name);
  if (found == ready_questions().end())
    return invalid({"dossiers, exports ou targets", "dossiers, exports or targets"}, "about");
  if (question.action && *question.action != found->action)
    return invalid({"cette question a son propre acte : laissez l'acte de côté",
                    "this question has an act of its own: leave the act out"},
                   "about");
  question.action = found->action;
  question.subjects = found->subjects;
  return {};
}

}  // namespace quadrille::journal
