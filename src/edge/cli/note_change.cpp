#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/note_desk.h"
#include "services/journal/readers.h"

// `quadrille note revise|marking|retain|readers`: what is changed of a note that stands, and who opened it. What an
// option does not say stays as it is.

namespace quadrille::cli {
namespace {

using access::Capability;

Failure code_missing() { return invalid({"donnez le code de la fiche", "give the note's code"}, "CODE"); }

// The content as it stands, with what the options say otherwise.
Result<notes::Content> changed_content(const notes::Shown& note, const NoteDesk& desk, const Arguments& arguments) {
  const auto point = point_of(arguments);
  if (!point) return Failure(point.error());
  api::wire::NoteWish said;
  said.facts = arguments.text("--text").value_or("");
  said.assessment = arguments.text("--assessment");
  said.point = *point;
  said.sector = arguments.text("--sector");
  said.from = arguments.text("--from").value_or(format_utc(note.content.window.earliest));
  said.to = arguments.text("--to").value_or(format_utc(note.content.window.latest));
  said.product = arguments.text("--product");
  if (const auto evaluation = arguments.text("--evaluation")) said.evaluation = {"6x6", *evaluation};
  const auto read = api::to_content(said, note.channel, desk.names);
  if (!read) return as_note_option(read.error());
  notes::Content content = note.content;
  if (arguments.text("--text")) content.facts = read->facts;
  if (said.assessment) content.assessment = read->assessment;
  if (said.point || said.sector) {
    content.point = read->point;
    content.sector = read->sector;
  }
  content.window = read->window;
  if (said.product) content.product = read->product;
  if (said.evaluation) content.evaluation = read->evaluation;
  return content;
}

Result<void> run_revise(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return code_missing();
  const auto& code = arguments.words()[0];
  const auto seen = arguments.integer("--revision");
  if (!seen) return Failure(seen.error());
  const auto& territory = (*desk)->names.territory;
  const auto dossier = (*desk)->notes->find(territory, code, (*desk)->asker);
  if (!dossier) return as_note_option(dossier.error());
  if (dossier->note.sight != notes::Sight::exact)
    return refuse(ErrorKind::forbidden,
                  {"vous ne voyez cette fiche que par secteur et demi-journée : son auteur ou qui la vérifie la révise",
                   "you see this note by sector and half-day only: its author or its verifier revises it"},
                  "CODE");
  const auto content = changed_content(dossier->note, **desk, arguments);
  if (!content) return Failure(content.error());
  const int revision = static_cast<int>(std::clamp<std::int64_t>(seen->value_or(dossier->note.revision), 0, INT32_MAX));
  const auto done = (*desk)->notes->revise(territory, code, revision, *content, (*desk)->asker);
  if (!done) return as_note_option(done.error());
  terminal.out << (terminal.language == Language::fr ? "révision " : "revision ") << *done << "\n";
  return {};
}

Option reason_option() {
  return {"--reason", "WORDS", {"pourquoi ; le journal le garde", "why; the log keeps it"}, true};
}

std::vector<std::string> codes_of(const std::vector<ServiceId>& services, const api::NoteNames& names) {
  std::vector<std::string> codes;
  for (const auto& service : names.services)
    if (std::ranges::find(services, service.id) != services.end()) codes.push_back(service.code);
  return codes;
}

void print_marking(const access::Marking& marking, const api::NoteNames& names, Terminal& terminal) {
  const Language language = terminal.language;
  std::string services;
  for (const auto& code : codes_of(marking.services, names)) services += (services.empty() ? "" : ",") + code;
  terminal.out << fmt::format(
      "{} · {} · {} · {}\n", access::label_of(marking.sensitivity).in(language),
      access::label_of(marking.handling).in(language), access::label_of(marking.regime).in(language),
      services.empty() ? Text{"le service d'origine seul", "the originating service alone"}.in(language) : services);
}

Result<void> run_marking(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return code_missing();
  const auto& code = arguments.words()[0];
  const auto& names = (*desk)->names;
  const auto dossier = (*desk)->notes->find(names.territory, code, (*desk)->asker);
  if (!dossier) return as_note_option(dossier.error());
  if (!dossier->note.marking)
    return refuse(ErrorKind::forbidden,
                  {"vous suivez cette fiche sans la lire : son marquage ne vous est pas montré",
                   "you follow this note without reading it: its marking is not shown to you"},
                  "CODE");
  const auto& now = *dossier->note.marking;
  api::wire::RemarkWish wish;
  wish.sensitivity = arguments.text("--sensitivity").value_or(std::string(access::name_of(now.sensitivity)));
  wish.handling = arguments.text("--handling").value_or(std::string(access::name_of(now.handling)));
  wish.regime = arguments.text("--regime").value_or(std::string(access::name_of(now.regime)));
  const auto share = arguments.text("--share");
  wish.services = share ? words_between_commas(*share) : codes_of(now.services, names);
  const auto compartments = arguments.text("--compartment");
  if (compartments) wish.compartments = words_between_commas(*compartments);
  wish.originator_controlled = now.is_originator_controlled;
  if (const auto denied = arguments.text("--deny")) wish.denied = words_between_commas(*denied);
  wish.reason = arguments.text("--reason");
  const auto remark = api::to_remark(wish, names, *(*desk)->instance.database->read(), (*desk)->asker.at);
  if (!remark) return as_note_option(remark.error());
  const auto done = (*desk)->notes->remark(names.territory, code, *remark, (*desk)->asker);
  if (!done) return as_note_option(done.error());
  print_marking(remark->marking, names, terminal);
  return {};
}

Result<void> run_retain(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return code_missing();
  const auto day = parse_date(arguments.text("--until").value_or(""));
  if (!day) return invalid({"une date comme 2026-12-31", "a date like 2026-12-31"}, "--until");
  const auto& territory = (*desk)->names.territory;
  const Instant until = api::end_of(*day, territory);
  if (until <= (*desk)->asker.at)
    return invalid({"aujourd'hui au plus tôt : la fiche est effacée à la fin du jour donné",
                    "today at the earliest: the note is erased at the end of the day given"},
                   "--until");
  const auto done = (*desk)->notes->shorten(territory, arguments.words()[0],
                                            {until, arguments.text("--reason").value_or("")}, (*desk)->asker);
  if (!done) return as_note_option(done.error());
  terminal.out << (terminal.language == Language::fr ? "conservée jusqu'au " : "kept until ") << format_date(*day)
               << "\n";
  return {};
}

Result<void> run_readers(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return code_missing();
  const auto& names = (*desk)->names;
  const auto readers = journal::readers_of_note(*(*desk)->instance.database, (*desk)->access, *(*desk)->recorder,
                                                names.territory, arguments.words()[0], (*desk)->asker);
  if (!readers) return refuse(readers.error().kind, readers.error().message, "CODE");
  const bool fr = terminal.language == Language::fr;
  for (const auto& one : *readers) {
    const auto service = std::ranges::find(names.services, one.service, &territory::Service::id);
    terminal.out << fmt::format("{:<16} {:>5} {}  {:>3} {}  {}\n", service == names.services.end() ? "" : service->code,
                                one.openings, fr ? "ouvertures" : "openings", one.copies, fr ? "copies" : "copies",
                                format_utc(one.last));
  }
  if (readers->empty())
    terminal.out << Text{"Personne ne l'a encore ouverte.\n", "Nobody has opened it yet.\n"}.in(terminal.language);
  return {};
}

}  // namespace

std::vector<Command> note_change_commands() {
  return {
      {.name = "note revise",
       .summary = {"Révise une fiche : ce qui n'est pas redit reste", "Revises a note: what is not said again stays"},
       .needs = Capability::submit_note,
       .words = "CODE",
       .words_max = 1,
       .options = line_options(Lines::changed,
                               {{"--revision",
                                 "N",
                                 {"la révision lue, pour ne rien écraser (par défaut la dernière)",
                                  "the revision that was read, so that nothing is overwritten (default: the last)"}}}),
       .example = "quadrille note revise abcdefghijklmnop --text \"Trois vendeurs au pied du bloc 4\"",
       .run = run_revise},
      {.name = "note marking",
       .summary = {"Change le marquage d'une fiche : qui la lit, ce qu'on peut en faire",
                   "Changes a note's marking: who reads it, what may be done with it"},
       .needs = Capability::work_notes,
       .words = "CODE",
       .words_max = 1,
       .options = territory_options(
           {{"--sensitivity", "NAME", {"ordinary, restricted ou confidential", "ordinary, restricted or confidential"}},
            {"--handling", "CODE", {"h0, h1, h2 ou h3", "h0, h1, h2 or h3"}},
            {"--regime", "NAME", {"administrative, judicial ou customs", "administrative, judicial or customs"}},
            {"--share",
             "SERVICES",
             {"partagée avec ces services, entre virgules ; vide : aucun",
              "shared with these services, between commas; empty: none"}},
            {"--compartment",
             "CODES",
             {"dans ces procédures ou opérations seulement ; vide : dans aucune",
              "inside these compartments or operations only; empty: inside none"}},
            {"--deny",
             "LOGINS",
             {"ces personnes ne la lisent plus, quoi qu'il arrive : cela ne s'annule pas",
              "these persons read it no more, whatever else holds: this is not undone"}},
            reason_option()}),
       .example = "quadrille note marking abcdefghijklmnop --handling h2 --share douane --reason \"source exposée\"",
       .run = run_marking},
      {.name = "note retain",
       .summary = {"Réduit la conservation d'une fiche", "Shortens the keeping of a note"},
       .needs = Capability::work_notes,
       .words = "CODE",
       .words_max = 1,
       .options = territory_options(
           {{"--until", "DAY", {"dernier jour, compris", "last day, included"}, true}, reason_option()}),
       .example = "quadrille note retain abcdefghijklmnop --until 2026-12-31 --reason \"sans suite\"",
       .run = run_retain},
      {.name = "note readers",
       .summary = {"Qui a lu cette fiche ? Les services qui l'ont ouverte",
                   "Who read this note? The services that opened it"},
       .needs = Capability::read_notes,
       .words = "CODE",
       .words_max = 1,
       .options = territory_options({}),
       .example = "quadrille note readers abcdefghijklmnop",
       .run = run_readers}};
}

}  // namespace quadrille::cli
