#include <fmt/format.h>

#include <ostream>

#include "edge/api/erasing.h"
#include "edge/api/note_form.h"
#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "services/retention/own_keeping.h"

// quadrille retention …: what is kept how long, erasure of what is due, judicial decisions, persons' rights.

namespace quadrille::cli {
namespace {

struct Desk {
  Instance instance;
  std::optional<territory::Territory> territory;
  access::Asker asker;
  std::unique_ptr<audit::CheckpointSigner> signer;
  access::Access access;
  audit::Recorder recorder;
  retention::Eraser eraser;
  retention::Retention retention;

  Desk(Instance its, std::unique_ptr<audit::CheckpointSigner> with)
      : instance(std::move(its)),
        signer(std::move(with)),
        recorder(*instance.database, instance.clock),
        eraser(api::eraser_of(*signer, crypto::system_chance())),
        retention(*instance.database, access, recorder, eraser) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
};

Result<std::unique_ptr<Desk>> open_whole(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto signer = audit::CheckpointSigner::open(log_key_file(arguments), *instance->database, instance->clock);
  if (!signer) return Failure(signer.error());
  return std::make_unique<Desk>(std::move(*instance), std::move(*signer));
}

Result<std::unique_ptr<Desk>> open_desk(const Arguments& arguments) {
  auto desk = open_whole(arguments);
  if (!desk) return desk;
  auto territory = wanted_territory((*desk)->instance, arguments);
  if (!territory) return Failure(territory.error());
  (*desk)->territory = std::move(*territory);
  auto asker = asker_of((*desk)->instance);
  if (!asker) return Failure(asker.error());
  (*desk)->asker = std::move(*asker);
  return desk;
}

Failure by_option(Error error) {
  for (const char* field : {"reference", "note", "procedure", "decision"})
    if (error.field == field) error.field = "--" + error.field;
  if (error.field.starts_with("terms")) error.field = "--term";
  if (error.field.starts_with("selectors")) error.field = "--selector";
  return Failure(std::move(error));
}

Result<void> run_run(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_whole(arguments);
  if (!desk) return Failure(desk.error());
  const auto& instance = (*desk)->instance;
  const auto done = retention::run(*instance.database, (*desk)->eraser, retention::clockwork(instance.clock.now()),
                                   database::Database::Purge::thorough);
  const bool fr = terminal.language == Language::fr;
  terminal.out << fmt::format(
      fmt::runtime(
          fr ? "Effacés : {} fiches, {} ajouts, {} demandes, {} rapprochements, {} opérations, {} conflits, {} cibles, "
               "{} questions sur des cibles, {} rappels ; journal : {} contenus, {} auteurs ; conservations terminées "
               "par des destinataires : {}\n"
             : "Erased: {} notes, {} additions, {} requests, {} links, {} operations, {} conflicts, {} targets, {} "
               "questions about targets, {} recalls; log: {} contents, {} accounts; keepings ended by receivers: {}\n"),
      done.notes, done.additions, done.requests, done.links, done.operations, done.conflicts, done.targets,
      done.questions, done.recalls, done.log_contents, done.log_accounts, done.own_ends);
  for (const auto& code : done.receipts) terminal.out << "  " << code << "\n";
  if (!done.is_purged)
    terminal.err << (fr ? "Des lecteurs tiennent encore les fichiers : relancez la commande.\n"
                        : "Readers still hold the files: run the command again.\n");
  return {};
}

Result<void> run_periods(const Arguments&, Terminal& terminal) {
  const Language language = terminal.language;
  for (const auto& row : retention::periods())
    terminal.out << fmt::format("{:>5} {}  {}  ({}; {}: {})\n", row.days, language == Language::fr ? "j" : "d",
                                row.what.in(language), retention::label_of(row.from).in(language),
                                retention::label_of(row.basis).in(language), row.source.in(language));
  return {};
}

// "2027-10-24  Fiches 3, Conflits 1".
std::string day_line(const retention::CalendarDay& day, Language language) {
  std::string counts;
  for (const auto kind : retention::due_kinds)
    if (day.of(kind) > 0)
      counts +=
          fmt::format("{}{} {}", counts.empty() ? "" : ", ", retention::label_of(kind).in(language), day.of(kind));
  return fmt::format("{}  {}\n", format_date({static_cast<std::int32_t>(day.day)}), counts);
}

Result<void> run_calendar(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto days = arguments.integer("--days");
  if (!days) return Failure(days.error());
  const auto wanted = days->value_or(90);
  if (wanted < 1 || wanted > 400) return invalid({"de 1 à 400", "from 1 to 400"}, "--days");
  const auto calendar = (*desk)->retention.calendar(*(*desk)->territory, static_cast<int>(wanted), (*desk)->asker);
  for (const auto& day : calendar.days) terminal.out << day_line(day, terminal.language);
  if (calendar.days.empty())
    terminal.out << Text{"Rien n'arrive à échéance.\n", "Nothing ends.\n"}.in(terminal.language);
  for (const auto& late : (*desk)->retention.late(*(*desk)->territory, (*desk)->asker))
    terminal.out << fmt::format("{} {}: {}\n", Text{"en retard depuis le", "overdue since"}.in(terminal.language),
                                format_utc(late.due), late.object)
                 << "  " << late.why.in(terminal.language) << "\n";
  return {};
}

Result<void> run_receipts(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto found = (*desk)->retention.receipts(*(*desk)->territory, 200, (*desk)->asker);
  for (const auto& receipt : found) {
    terminal.out << fmt::format("{}  {}  {}  {}\n", receipt.code, format_utc(receipt.at), receipt.object,
                                retention::label_of(receipt.cause).in(terminal.language));
    if (arguments.has("--statements")) terminal.out << receipt.note << "\n";
  }
  if (found.empty()) terminal.out << Text{"Aucun effacement.\n", "No erasure.\n"}.in(terminal.language);
  return {};
}

Result<void> run_decision(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto decision = retention::decision_named(arguments.text("--decision").value_or(""));
  if (!decision)
    return invalid({"acquittal, no_case ou discontinued", "acquittal, no_case or discontinued"}, "--decision");
  const auto done = (*desk)->retention.record_decision(
      *(*desk)->territory,
      {*decision, arguments.text("--reference").value_or(""), arguments.text("--note"), arguments.text("--procedure")},
      (*desk)->asker);
  if (!done) return by_option(done.error());
  terminal.out << fmt::format(fmt::runtime(terminal.language == Language::fr ? "Effacés : {} ; mentionnée sur : {}\n"
                                                                             : "Erased: {}; carried by: {}\n"),
                              done->erased, done->mentioned);
  return {};
}

std::vector<std::string> split(std::string rest) {
  std::vector<std::string> parts;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    parts.push_back(rest.substr(0, comma));
    rest.erase(0, comma + 1);
  }
  return parts;
}

Result<void> run_person(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  retention::PersonQuestion question{
      arguments.text("--reference").value_or(""), split(arguments.text("--term").value_or("")), {}};
  for (const auto& one : split(arguments.text("--selector").value_or(""))) {
    const auto equals = std::min(one.find('='), one.size());
    const auto kind = sharing::selector_kind_named(one.substr(0, equals));
    if (!kind || equals == one.size())
      return invalid({"par exemple plate=AB-123-CD", "for example plate=AB-123-CD"}, "--selector");
    question.selectors.emplace_back(*kind, one.substr(equals + 1));
  }
  const auto answer = (*desk)->retention.search_person(*(*desk)->territory, question, (*desk)->asker);
  if (!answer) return by_option(answer.error());
  for (const auto& hit : answer->hits)
    terminal.out << fmt::format("{:<16}  {:<24}  {}  {}\n", hit.note, hit.where,
                                hit.note.empty() ? "" : format_utc(hit.retain_until), hit.excerpt);
  if (answer->hits.empty())
    terminal.out << Text{"Rien n'est détenu sous ces mots.\n", "Nothing is held under these words.\n"}.in(
        terminal.language);
  if (answer->is_cut)
    terminal.err << Text{"Il y en a davantage : précisez.\n", "There is more: be more precise.\n"}.in(
        terminal.language);
  return {};
}

Result<void> run_erase(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return invalid({"il manque un code", "a code is missing"}, "NOTE");
  const auto receipt = (*desk)->retention.erase_for_person(*(*desk)->territory, arguments.words().front(),
                                                           arguments.text("--reference").value_or(""), (*desk)->asker);
  if (!receipt) return by_option(receipt.error());
  terminal.out << receipt->note;
  return {};
}

// `note retain` of a service that received the note.
Result<void> run_retain_own(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  if (arguments.words().empty()) return invalid({"donnez le code de la fiche", "give the note's code"}, "CODE");
  const auto day = parse_date(arguments.text("--until").value_or(""));
  if (!day) return invalid({"une date comme 2026-12-31", "a date like 2026-12-31"}, "--until");
  auto& [instance, territory, asker, signer, access, recorder, eraser, retention] = **desk;
  const auto done = retention::shorten_own(*instance.database, access, recorder, *territory, arguments.words().front(),
                                           api::end_of(*day, *territory), asker);
  if (!done) return refuse(done.error().kind, done.error().message, done.error().field == "note" ? "CODE" : "--until");
  terminal.out << (terminal.language == Language::fr ? "conservée par votre service jusqu'au "
                                                     : "kept by your service until ")
               << format_date(*day) << "\n";
  return {};
}

std::vector<Option> desk_options(std::vector<Option> own) {
  own.push_back({"--territory", "SLUG", {"territoire (le seul, s'il n'y en a qu'un)", "territory (the only one)"}});
  own.push_back({"--log-key", "FILE", {"clé du journal (audit.key)", "key of the log (audit.key)"}});
  return with_instance_options(std::move(own));
}

const Option reference{
    "--reference", "REF", {"référence de la demande ou de la décision", "reference of the request or decision"}};

}  // namespace

std::vector<Command> retention_commands() {
  using access::Capability;
  return {
      {.name = "retention run",
       .summary = {"Efface ce qui est arrivé à échéance", "Erases what is due"},
       .needs = Needs::local_administration(),
       .words = "",
       .options =
           with_instance_options({{"--log-key", "FILE", {"clé du journal (audit.key)", "key of the log (audit.key)"}}}),
       .example = "quadrille retention run",
       .run = run_run},
      {.name = "retention periods",
       .summary = {"Combien de temps chaque chose est gardée, et pourquoi", "How long each thing is kept, and why"},
       .needs = Needs::nothing(),
       .words = "",
       .options = {},
       .example = "quadrille retention periods",
       .run = run_periods},
      {.name = "retention calendar",
       .summary = {"Ce qui arrive à échéance, jour par jour", "What ends, day by day"},
       .needs = Capability::read_notes,
       .words = "",
       .options = desk_options({{"--days", "N", {"jours listés (90)", "days listed (90)"}}}),
       .example = "quadrille retention calendar --days 30",
       .run = run_calendar},
      {.name = "note retain-own",
       .summary = {"Réduit la conservation d'une fiche reçue, pour son service seul",
                   "Shortens the keeping of a note one received, for one's own service alone"},
       .needs = Capability::answer_received,
       .words = "CODE",
       .words_max = 1,
       .options = desk_options({{"--until", "DAY", {"dernier jour, compris", "last day, included"}, true}}),
       .example = "quadrille note retain-own abcdefghijklmnop --until 2026-12-31",
       .run = run_retain_own},
      {.name = "retention receipts",
       .summary = {"Les effacements, avec leurs récépissés signés", "Erasures, with their signed receipts"},
       .needs = Capability::read_notes,
       .words = "",
       .options = desk_options({{"--statements", "", {"avec les textes signés", "with the signed texts"}}}),
       .example = "quadrille retention receipts --statements",
       .run = run_receipts},
      {.name = "retention decision",
       .summary = {"Enregistre une relaxe, un non-lieu, un classement", "Records an acquittal or a discontinuance"},
       .needs = Capability::set_judicial,
       .words = "",
       .options = desk_options(
           {{"--decision", "WORD", {"acquittal, no_case ou discontinued", "acquittal, no_case or discontinued"}},
            reference,
            {"--note", "NOTE", {"la fiche", "the note"}},
            {"--procedure", "CODE", {"ou toutes celles d'une procédure", "or all those of a procedure"}}}),
       .example = "quadrille retention decision --decision acquittal --note qrstuvwxyz234567 --reference \"TJ 26/118\"",
       .run = run_decision},
      {.name = "retention person",
       .summary = {"Tout ce qui est détenu sur une personne qui exerce ses droits",
                   "Everything held on a person who exercises their rights"},
       .needs = Capability::answer_person,
       .words = "",
       .options = desk_options(
           {reference,
            {"--term",
             "WORDS",
             {"noms et graphies, séparés par des virgules", "names and spellings, separated by commas"}},
            {"--selector", "K=V", {"plate=AB-123-CD,phone=0612345678", "plate=AB-123-CD,phone=0612345678"}}}),
       .example = "quadrille retention person --reference DPO-26-17 --term \"jean dupont\"",
       .run = run_person},
      {.name = "retention erase",
       .summary = {"Efface une fiche à la demande de la personne", "Erases a note at the person's request"},
       .needs = Capability::answer_person,
       .words = "NOTE",
       .words_max = 1,
       .options = desk_options({reference}),
       .example = "quadrille retention erase qrstuvwxyz234567 --reference DPO-26-17",
       .run = run_erase}};
}

}  // namespace quadrille::cli
