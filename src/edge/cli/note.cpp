#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <sstream>

#include "edge/cli/note_desk.h"
#include "host/crypto/chance.h"
#include "services/audit/recorder.h"
#include "services/notes/note_attachments.h"
#include "services/notes/notes.h"
#include "services/sharing/note_matching.h"

// `quadrille note`: the notes for scripts and for who works at a terminal, as the person of the token, with a purpose.

namespace quadrille::cli {
namespace {

using access::Capability;

std::optional<ServiceId> own_service(const NoteDesk& desk) {
  const auto* standing = desk.asker.viewer.in(desk.names.territory.id);
  return standing && standing->service.value != 0 ? std::optional(standing->service) : std::nullopt;
}

// The four lines, as the API takes them; the last hour unless a moment is given.
Result<void> read_lines(api::wire::NoteWish& wish, const Arguments& arguments, Instant now) {
  auto point = point_of(arguments);
  if (!point) return Failure(point.error());
  wish.channel = arguments.text("--channel").value_or("patrol");
  wish.facts = arguments.text("--text").value_or("");
  wish.assessment = arguments.text("--assessment");
  wish.point = std::move(*point);
  wish.sector = arguments.text("--sector");
  wish.from = arguments.text("--from").value_or(format_utc({now.utc_ms - 3'600'000}));
  wish.to = arguments.text("--to").value_or(format_utc(now));
  wish.product = arguments.text("--product");
  if (const auto evaluation = arguments.text("--evaluation")) wish.evaluation = {"6x6", *evaluation};
  return {};
}

Result<void> run_add(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  api::wire::NoteWish wish;
  if (auto ok = read_lines(wish, arguments, (*desk)->asker.at); !ok) return ok;
  auto note = api::to_note(wish, (*desk)->names, own_service(**desk));
  if (!note) return as_note_option(note.error());
  const auto inside = api::to_compartments(words_between_commas(arguments.text("--compartment").value_or("")),
                                           (*desk)->names, "--compartment");
  if (!inside) return Failure(inside.error());
  note->marking.compartments = *inside;
  const auto added = (*desk)->notes->add((*desk)->names.territory, *note, (*desk)->asker);
  if (!added) return as_note_option(added.error());
  terminal.out << added->code << "\n";
  return {};
}

void print_row(const api::wire::NoteView& note, Terminal& terminal) {
  terminal.out << fmt::format(
      "{}  {}  {:<14}  {}  {}\n", note.id,
      note.received_from.utc_ms == note.received_to.utc_ms ? format_utc(note.received_from).substr(0, 16)
                                                           : format_utc(note.received_from).substr(0, 10),
      note.stage_label.in(terminal.language), note.evaluation.grade, note.facts.empty() ? "-" : note.facts);
}

Result<notes::Filter> read_filter(const Arguments& arguments) {
  notes::Filter filter;
  if (arguments.has("--mine")) filter.scope = notes::Filter::Scope::mine;
  filter.search = arguments.text("--search").value_or("");
  if (const auto name = arguments.text("--stage")) {
    filter.stage = notes::stage_named(*name);
    if (!filter.stage) return invalid({"étape inconnue", "unknown stage"}, "--stage");
  }
  return filter;
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  const auto filter = read_filter(arguments);
  if (!filter) return Failure(filter.error());
  if (filter->scope == notes::Filter::Scope::readable && (*desk)->names.author == notes::AuthorKind::follows_own)
    return refuse(ErrorKind::forbidden,
                  {"votre rôle ne suit que ses propres fiches", "your role follows its own notes"}, "--mine");
  const auto limit = arguments.integer("--limit");
  if (!limit) return Failure(limit.error());
  const notes::PageWish wish{static_cast<int>(std::clamp<std::int64_t>(limit->value_or(50), 0, 1000)), ""};
  const auto page = (*desk)->notes->list((*desk)->names.territory, *filter, wish, (*desk)->asker);
  if (!page) return as_note_option(page.error());
  api::wire::NotePage out;
  for (const auto& note : page->notes) out.notes.push_back(api::to_wire(note, (*desk)->names));
  if (!page->next.empty()) out.next = page->next;
  if (arguments.has("--json"))
    terminal.out << api::wire::text_of(out) << "\n";
  else
    for (const auto& note : out.notes) print_row(note, terminal);
  return {};
}

void print_dossier(const api::wire::NoteDossier& dossier, Terminal& terminal) {
  const auto language = terminal.language;
  const bool fr = language == Language::fr;
  print_row(dossier.note, terminal);
  if (!dossier.note.assessment.empty()) terminal.out << "  " << dossier.note.assessment << "\n";
  for (const auto& one : dossier.note.assertions) terminal.out << "  " << one.text.in(language) << "\n";
  for (const auto& step : dossier.steps)
    terminal.out << fmt::format("  {}  {} -> {}  {}  {}\n", format_utc(step.at).substr(0, 16), step.label.in(language),
                                step.to.in(language), step.service.name, step.words);
  for (const auto& one : dossier.additions)
    terminal.out << fmt::format("  {}  {}  {}  {}\n", format_utc(one.at).substr(0, 16), one.kind_label.in(language),
                                one.service.name, one.facts);
  for (const auto& offer : dossier.offers)
    terminal.out << fmt::format(
        "  {} {}{}\n", offer.available ? (fr ? "possible :" : "possible:") : (fr ? "impossible :" : "not possible:"),
        offer.step, offer.available ? "" : " (" + offer.reason.in(language) + ")");
}

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return invalid({"donnez le code de la fiche", "give the note's code"}, "CODE");
  const auto dossier = (*desk)->notes->find((*desk)->names.territory, arguments.words()[0], (*desk)->asker);
  if (!dossier) return as_note_option(dossier.error());
  const auto out = api::to_wire(*dossier, (*desk)->names);
  if (arguments.has("--json"))
    terminal.out << api::wire::text_of(out) << "\n";
  else
    print_dossier(out, terminal);
  return {};
}

Result<void> run_matches(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return invalid({"donnez le code de la fiche", "give the note's code"}, "CODE");
  const auto& names = (*desk)->names;
  const auto found = sharing::matches_of_note(*(*desk)->instance.database, (*desk)->access, *(*desk)->notes,
                                              names.territory, arguments.words()[0], (*desk)->asker);
  if (!found) return as_note_option(found.error());
  const auto out = api::to_wire(*found, names);
  if (arguments.has("--json")) {
    terminal.out << api::wire::text_of(out) << "\n";
    return {};
  }
  for (const auto& match : out.matches) {
    print_row(match.note, terminal);
    for (const auto& kind : match.kinds) terminal.out << "  = " << kind.label.in(terminal.language) << "\n";
  }
  for (const auto& kind : out.commonplaces)
    terminal.out << (terminal.language == Language::fr ? "trop commun pour être un lien : "
                                                       : "too common to be a link: ")
                 << kind.label.in(terminal.language) << "\n";
  return {};
}

Result<std::optional<api::wire::OutcomeWish>> read_outcome(const Arguments& arguments) {
  const auto kind = arguments.text("--result");
  if (!kind) return std::optional<api::wire::OutcomeWish>();
  api::wire::OutcomeWish out;
  out.kind = *kind;
  for (const auto& [option, value] :
       {std::pair{"--arrests", &out.arrests}, std::pair{"--presented", &out.presented},
        std::pair{"--seized-mg", &out.seized_mg}, std::pair{"--cash-cents", &out.cash_cents}}) {
    const auto number = arguments.integer(option);
    if (!number) return Failure(number.error());
    *value = *number;
  }
  out.words = arguments.text("--reason");
  return std::optional(std::move(out));
}

Result<void> run_step(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().size() != 2)
    return invalid({"donnez le code et l'étape", "give the code and the step"}, "CODE STEP");
  api::wire::NoteStepWish wish;
  wish.step = arguments.words()[1];
  wish.reason = arguments.text("--reason");
  wish.summary = arguments.text("--summary");
  wish.deconfliction = arguments.text("--deconfliction");
  wish.service = arguments.text("--service");
  if (const auto evaluation = arguments.text("--evaluation"))
    wish.evaluation = api::wire::EvaluationWish{"6x6", *evaluation};
  auto outcome = read_outcome(arguments);
  if (!outcome) return Failure(outcome.error());
  wish.result = std::move(*outcome);
  const auto step = api::to_step(wish, (*desk)->names);
  if (!step) return as_note_option(step.error());
  const auto stage = (*desk)->notes->take_step((*desk)->names.territory, arguments.words()[0], *step, (*desk)->asker);
  if (!stage) return as_note_option(stage.error());
  terminal.out << notes::label_of(*stage).in(terminal.language) << "\n";
  return {};
}

Result<void> run_enrich(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return invalid({"donnez le code de la fiche", "give the note's code"}, "CODE");
  api::wire::AdditionWish wish;
  if (auto ok = read_lines(wish, arguments, (*desk)->asker.at); !ok) return ok;
  wish.kind = arguments.text("--kind").value_or("enrichment");
  const auto addition = api::to_addition(wish, (*desk)->names);
  if (!addition) return as_note_option(addition.error());
  const auto code = (*desk)->notes->enrich((*desk)->names.territory, arguments.words()[0], *addition, (*desk)->asker);
  if (!code) return as_note_option(code.error());
  terminal.out << *code << "\n";
  return {};
}

Result<std::string> file_bytes(const std::filesystem::path& path) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) return refuse(ErrorKind::not_found, {"fichier illisible", "unreadable file"}, "FILE");
  if (size > notes::attachment_bytes_max)
    return refuse(ErrorKind::too_large, {"10 Mo au plus", "10 MB at most"}, "FILE");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return refuse(ErrorKind::not_found, {"fichier illisible", "unreadable file"}, "FILE");
  return std::move(bytes).str();
}

Result<void> run_attach(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().size() != 2)
    return invalid({"donnez le code de la fiche et le fichier", "give the note's code and the file"}, "CODE FILE");
  const std::filesystem::path path = arguments.words()[1];
  const auto bytes = file_bytes(path);
  if (!bytes) return Failure(bytes.error());
  const auto file = notes::clean_file(path.filename().string(), *bytes);
  if (!file) return refuse(file.error().kind, file.error().message, "FILE");
  notes::NoteAttachments attachments(*(*desk)->instance.database, (*desk)->access, *(*desk)->recorder,
                                     crypto::system_chance());
  const auto code = attachments.add((*desk)->names.territory, arguments.words()[0], *file, (*desk)->asker);
  if (!code) return as_note_option(code.error());
  terminal.out << *code << "\n";
  if (file->removed.empty()) return {};
  terminal.out << (terminal.language == Language::fr ? "retiré de la photographie :" : "taken out of the photograph:");
  for (const auto& name : file->removed) terminal.out << " " << name;
  terminal.out << "\n";
  return {};
}

Result<void> run_answer(const Arguments& arguments, Terminal& /*terminal*/) {
  const auto desk = open_notes(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().size() != 3)
    return invalid({"donnez la fiche, la proposition, puis accepted ou refused",
                    "give the note, the proposal, then accepted or refused"},
                   "CODE PROPOSAL ANSWER");
  const std::string& answer = arguments.words()[2];
  if (answer != "accepted" && answer != "refused")
    return invalid({"accepted ou refused", "accepted or refused"}, "ANSWER");
  const auto state = answer == "accepted" ? notes::ProposalState::accepted : notes::ProposalState::refused;
  const auto done =
      (*desk)->notes->answer_proposal((*desk)->names.territory, arguments.words()[0], arguments.words()[1], state,
                                      arguments.text("--reason").value_or(""), (*desk)->asker);
  return done ? Result<void>() : as_note_option(done.error());
}

}  // namespace

std::vector<Command> note_commands() {
  std::vector<Command> all{
      {.name = "note add",
       .summary = {"Entre une fiche", "Enters a note"},
       .needs = Capability::submit_note,
       .words = "",
       .options = line_options(
           Lines::whole, {{"--channel", "NAME", {"canal (par défaut patrol)", "channel (default patrol)"}},
                          {"--compartment",
                           "CODES",
                           {"dossiers cloisonnés dont vous êtes, séparés par des virgules : lue de leurs seuls membres",
                            "compartments you are in, separated by commas: read by their members alone"}}}),
       .example = "quadrille note add --text \"Deux vendeurs au pied du bloc 4\" --sector Q07 --product cannabis_resin",
       .run = run_add},
      {.name = "note list",
       .summary = {"Les fiches lisibles, des plus récentes aux plus anciennes", "Readable notes, newest first"},
       .needs = Capability::follow_own_notes,
       .words = "",
       .options = territory_options({{"--mine", "", {"celles que j'ai écrites", "those I wrote"}},
                                     {"--stage", "NAME", {"étape", "stage"}},
                                     {"--search", "WORDS", {"mots, tous", "words, all of them"}},
                                     {"--limit", "N", {"de 1 à 200 (par défaut 50)", "from 1 to 200 (default 50)"}},
                                     {"--json", "", {"comme l'API", "as the API says it"}}}),
       .example = "quadrille note list --stage received --purpose \"relève du matin\"",
       .run = run_list},
      {.name = "note show",
       .summary = {"Une fiche et ce qu'elle devient", "A note and what becomes of it"},
       .needs = Capability::follow_own_notes,
       .words = "CODE",
       .words_max = 1,
       .options = territory_options({{"--json", "", {"comme l'API", "as the API says it"}}}),
       .example = "quadrille note show abcdefghijklmnop --purpose \"suivi\"",
       .run = run_show},
      {.name = "note matches",
       .summary = {"Les fiches lisibles qui partagent un lieu, un conditionnement, des horaires…",
                   "Readable notes that share a place, a packaging, hours…"},
       .needs = Capability::search_links,
       .words = "CODE",
       .words_max = 1,
       .options = territory_options({{"--json", "", {"comme l'API", "as the API says it"}}}),
       .example = "quadrille note matches abcdefghijklmnop",
       .run = run_matches},
      {.name = "note step",
       .summary = {"Fait avancer une fiche", "Takes a step with a note"},
       .needs = Capability::read_notes,
       .words = "CODE STEP",
       .words_max = 2,
       .options = territory_options(
           {{"--reason", "TEXT", {"raison, ou le résultat en quelques mots", "reason, or the result in a few words"}},
            {"--evaluation", "A1..F6", {"évaluation du vérificateur", "the verifier's evaluation"}},
            {"--summary", "TEXT", {"résumé montré aux autres", "summary shown to others"}},
            {"--deconfliction", "TEXT", {"ce qu'a donné la recherche", "what the search gave"}},
            {"--service", "CODE", {"service à qui elle est attribuée", "service it is attributed to"}},
            {"--result", "KIND", {"résultat", "result"}},
            {"--arrests", "N", {"interpellations", "arrests"}},
            {"--presented", "N", {"présentées à un juge", "presented to a judge"}},
            {"--seized-mg", "N", {"saisie, milligrammes", "seized, milligrams"}},
            {"--cash-cents", "N", {"numéraire, centimes", "cash, cents"}}}),
       .example = "quadrille note step abcdefghijklmnop verify --evaluation B2",
       .run = run_step},
      {.name = "note enrich",
       .summary = {"Ajoute à une fiche : enrichissement, revue, proposition",
                   "Adds to a note: enrichment, sighting, proposal"},
       .needs = Capability::read_notes,
       .words = "CODE",
       .words_max = 1,
       .options =
           line_options(Lines::whole,
                        {{"--kind", "KIND", {"enrichment, sighting ou proposal", "enrichment, sighting or proposal"}}}),
       .example = "quadrille note enrich abcdefghijklmnop --text \"Horaires confirmés\" --sector Q07",
       .run = run_enrich},
      {.name = "note answer",
       .summary = {"Répond à une proposition d'un autre service", "Answers another service's proposal"},
       .needs = Capability::work_notes,
       .words = "CODE PROPOSAL accepted|refused",
       .words_max = 3,
       .options = territory_options({{"--reason", "TEXT", {"pourquoi", "why"}, true}}),
       .example = "quadrille note answer abcdefghijklmnop qrstuvwxyzabcdef accepted --reason \"corrigé\"",
       .run = run_answer},
      {.name = "note attach",
       .summary = {"Joint une photographie ou un PDF à une fiche", "Attaches a photograph or a PDF to a note"},
       .needs = Capability::submit_note,
       .words = "CODE FILE",
       .words_max = 2,
       .options = territory_options({}),
       .example = "quadrille note attach abcdefghijklmnop hall.jpg",
       .run = run_attach}};
  std::ranges::move(note_change_commands(), std::back_inserter(all));
  return all;
}

}  // namespace quadrille::cli
