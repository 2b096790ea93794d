#include "services/recall/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>

#include "edge/api/erasing.h"
#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "host/clock/time_zone.h"

// quadrille recall …: takes notes back, answers for a service, verifies statements without any instance.

namespace quadrille::cli {
namespace {

struct Desk {
  Instance instance;
  territory::Territory territory;
  access::Asker asker;
  std::vector<territory::Service> services;
  std::unique_ptr<audit::CheckpointSigner> signer;
  access::Access access;
  audit::Recorder recorder;
  retention::Eraser eraser;
  recall::Recalls recalls;

  Desk(Instance its, territory::Territory where, access::Asker who, std::unique_ptr<audit::CheckpointSigner> with)
      : instance(std::move(its)),
        territory(std::move(where)),
        asker(std::move(who)),
        services(territory::load_services(*instance.database->read(), territory.id)),
        signer(std::move(with)),
        recorder(*instance.database, instance.clock),
        eraser(api::eraser_of(*signer, crypto::system_chance())),
        recalls(*instance.database, access, recorder, *signer, eraser, crypto::system_chance()) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  [[nodiscard]] std::string code_of(ServiceId id) const {
    const auto found = std::ranges::find(services, id, &territory::Service::id);
    return found == services.end() ? "" : found->code;
  }
};

Result<std::unique_ptr<Desk>> open_desk(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto asker = asker_of(*instance);
  if (!asker) return Failure(asker.error());
  auto signer = audit::CheckpointSigner::open(log_key_file(arguments), *instance->database, instance->clock);
  if (!signer) return Failure(signer.error());
  return std::make_unique<Desk>(std::move(*instance), std::move(*territory), std::move(*asker), std::move(*signer));
}

Result<std::string> word_of(const Arguments& arguments, const char* name) {
  if (!arguments.words().empty()) return arguments.words().front();
  return invalid({"il manque un code", "a code is missing"}, name);
}

// The field of a refusal, as the option that brought it.
Failure by_option(const Error& error) {
  return as_typed(error, {{"reason", "--reason"},
                          {"deadline", "--deadline"},
                          {"services", "--from"},
                          {"answer", "--answer"},
                          {"copies", "--copies"},
                          {"words", "--words"}});
}

void print_holding(Terminal& terminal, const Desk& desk, const recall::Holding& holding) {
  const bool fr = terminal.language == Language::fr;
  const std::string_view given = holding.is_given    ? (fr ? "destinataire" : "given")
                                 : holding.was_given ? (fr ? "l'a été" : "was given")
                                                     : "—";
  terminal.out << fmt::format("{:<16} {:<12} {:>5} {}  {:>3} {}  {:>3} {}  {:>3} {}  {}\n",
                              desk.code_of(holding.service), given, holding.openings, fr ? "ouvertures" : "openings",
                              holding.copies, "copies", holding.additions, fr ? "ajouts" : "additions",
                              holding.requests, fr ? "demandes" : "requests",
                              holding.last ? format_utc(*holding.last) : "");
}

void print_recall(Terminal& terminal, const Desk& desk, const recall::Recall& recall) {
  const Language language = terminal.language;
  terminal.out << fmt::format("{}  {}  {}  {}  {}  {}\n", recall.code, recall.object, format_utc(recall.made_at),
                              recall::label_of(recall.effect).in(language),
                              (language == Language::fr ? "avant " : "before ") + format_utc(recall.deadline),
                              recall.reason);
  for (const auto& holder : recall.holders)
    terminal.out << fmt::format("  {:<16} {}{}{}\n", desk.code_of(holder.holding.service),
                                holder.answer ? recall::label_of(*holder.answer).in(language)
                                              : Text{"pas de réponse", "no answer"}.in(language),
                                holder.is_overdue ? Text{", en retard", ", overdue"}.in(language) : "",
                                holder.words.empty() ? "" : ": " + holder.words);
}

// As whoever reads no notes has it.
void print_line(Terminal& terminal, const recall::ToldRecall& told) {
  const Language language = terminal.language;
  const auto& [code, object, deadline, call] = told.line;
  terminal.out << fmt::format("{}  {}  {}{}  {}\n", code, object,
                              (language == Language::fr ? "à détruire avant " : "to be destroyed before ") +
                                  format_utc(deadline),
                              told.is_overdue ? Text{", en retard", ", overdue"}.in(language) : "",
                              told.answer ? recall::label_of(*told.answer).in(language)
                                          : Text{"pas de réponse", "no answer"}.in(language))
               << fmt::format("  {} {}, {} {}\n", Text{"reprise par", "taken back by"}.in(language), call.service,
                              call.desk, call.phone);
}

// Whether somebody has recalls by lines alone (services/access/policy.h).
bool reads_no_notes(Desk& desk) {
  return !access::may(*desk.access.policy(*desk.instance.database->read()), desk.asker.viewer, desk.territory.id,
                      access::Capability::read_notes);
}

Result<void> run_holders(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto note = word_of(arguments, "NOTE");
  if (!note) return Failure(note.error());
  const auto held = (*desk)->recalls.holdings((*desk)->territory, *note, (*desk)->asker);
  if (!held) return by_option(held.error());
  for (const auto& one : *held) print_holding(terminal, **desk, one);
  if (held->empty())
    terminal.out << Text{"Aucun autre service ne la détient.\n", "No other service holds it.\n"}.in(terminal.language);
  return {};
}

Result<recall::RecallWish> wish_of(const Arguments& arguments, const Desk& desk) {
  recall::RecallWish wish;
  wish.reason = arguments.text("--reason").value_or("");
  const auto effect = recall::effect_named(arguments.text("--effect").value_or("withdraw"));
  if (!effect) return invalid({"withdraw ou erase", "withdraw or erase"}, "--effect");
  wish.effect = *effect;
  std::string rest = arguments.text("--from").value_or("");
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto found = std::ranges::find(desk.services, rest.substr(0, comma), &territory::Service::code);
    if (found == desk.services.end())
      return invalid({"ce service n'existe pas dans le territoire", "there is no such service in the territory"},
                     "--from");
    wish.services.push_back(found->id);
    rest.erase(0, comma + 1);
  }
  const auto day = parse_date(arguments.text("--deadline").value_or(""));
  if (!day) return invalid({"une date comme 2026-12-02", "a date like 2026-12-02"}, "--deadline");
  const auto zone = clock::TimeZone::open(desk.territory.time_zone);
  if (!zone) return Failure(zone.error());
  wish.deadline = {zone->day(*day).end.utc_ms - 1};
  return wish;
}

Result<void> run_make(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto note = word_of(arguments, "NOTE");
  if (!note) return Failure(note.error());
  const auto wish = wish_of(arguments, **desk);
  if (!wish) return Failure(wish.error());
  const auto code = (*desk)->recalls.recall((*desk)->territory, *note, *wish, (*desk)->asker);
  if (!code) return by_option(code.error());
  terminal.out << *code << "\n";
  return {};
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto which = recall::which_named(arguments.text("--which").value_or("unsettled"));
  if (!which) return invalid({"all, unsettled ou overdue", "all, unsettled or overdue"}, "--which");
  bool is_empty = true;
  if (reads_no_notes(**desk)) {
    const auto told = (*desk)->recalls.lines((*desk)->territory, *which, (*desk)->asker);
    for (const auto& one : told) print_line(terminal, one);
    is_empty = told.empty();
  } else {
    const auto found = (*desk)->recalls.list((*desk)->territory, *which, (*desk)->asker);
    for (const auto& one : found) print_recall(terminal, **desk, one);
    is_empty = found.empty();
  }
  if (is_empty) terminal.out << Text{"Aucun rappel.\n", "No recall.\n"}.in(terminal.language);
  return {};
}

Result<void> show_line(Desk& desk, const std::string& code, Terminal& terminal) {
  for (const auto& told : desk.recalls.lines(desk.territory, recall::Which::all, desk.asker)) {
    if (told.line.recall != code) continue;
    print_line(terminal, told);
    if (!told.receipt_note.empty()) terminal.out << "\n" << told.receipt_note;
    return {};
  }
  return recall::no_such_recall();
}

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto code = word_of(arguments, "RECALL");
  if (!code) return Failure(code.error());
  if (reads_no_notes(**desk)) return show_line(**desk, *code, terminal);
  const auto found = (*desk)->recalls.find((*desk)->territory, *code, (*desk)->asker);
  if (!found) return by_option(found.error());
  print_recall(terminal, **desk, *found);
  for (const auto& holder : found->holders) {
    terminal.out << "\n" << holder.recall_note;
    if (!holder.receipt_note.empty()) terminal.out << "\n" << holder.receipt_note;
  }
  return {};
}

Result<void> run_answer(const Arguments& arguments, Terminal& terminal) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto code = word_of(arguments, "RECALL");
  if (!code) return Failure(code.error());
  const auto answer = recall::answer_named(arguments.text("--answer").value_or(""));
  if (!answer)
    return invalid({"destroyed, held_nothing ou in_procedure", "destroyed, held_nothing or in_procedure"}, "--answer");
  const auto copies = arguments.integer("--copies");
  if (!copies) return Failure(copies.error());
  const auto receipt =
      (*desk)->recalls.answer((*desk)->territory, *code,
                              {*answer, copies->value_or(0), arguments.text("--words").value_or("")}, (*desk)->asker);
  if (!receipt) return by_option(receipt.error());
  terminal.out << *receipt;
  return {};
}

Result<std::string> read_statement(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(ErrorKind::not_found, {path + " : illisible", path + ": unreadable"}, "FILE");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (text.size() > (std::size_t{1} << 20U))
    return refuse(ErrorKind::too_large, {path + " : trop grand", path + ": too large"}, "FILE");
  return text;
}

Result<void> run_verify(const Arguments& arguments, Terminal& terminal) {
  const auto path = word_of(arguments, "FILE");
  if (!path) return Failure(path.error());
  const auto key = audit::parse_verifier_key(arguments.text("--key").value_or(""));
  if (!key)
    return invalid(
        {"une clé publique du journal (quadrille audit key)", "a public key of the log (quadrille audit key)"},
        "--key");
  const auto text = read_statement(*path);
  if (!text) return Failure(text.error());
  const auto verified = recall::verify_statement(*text, {*key});
  if (!verified) return refuse(verified.error().kind, verified.error().message, "FILE");
  if (const auto other = arguments.text("--recall")) {
    const auto asked = read_statement(*other);
    if (!asked) return Failure(asked.error());
    const auto recall = recall::verify_statement(*asked, {*key});
    if (!recall || !recall->recall || !verified->receipt ||
        !recall::answers_recall(*verified->receipt, *recall->recall, *asked))
      return invalid({"ce récépissé ne répond pas à ce rappel", "this receipt does not answer that recall"},
                     "--recall");
  }
  const Text kind = verified->recall           ? Text{"rappel", "recall"}
                    : verified->receipt        ? Text{"récépissé", "receipt"}
                    : verified->end_of_keeping ? Text{"fin de conservation", "end of keeping"}
                                               : Text{"effacement", "erasure"};
  terminal.out << fmt::format("{} {} {}\n\n{}", kind.in(terminal.language),
                              Text{"signé par", "signed by"}.in(terminal.language), verified->signer, verified->text);
  return {};
}

std::vector<Option> desk_options(std::vector<Option> own) {
  own.push_back({"--territory", "SLUG", {"territoire (le seul, s'il n'y en a qu'un)", "territory (the only one)"}});
  own.push_back({"--log-key", "FILE", {"clé du journal (audit.key)", "key of the log (audit.key)"}});
  return with_instance_options(std::move(own));
}

}  // namespace

std::vector<Command> recall_commands() {
  constexpr auto takes_back = access::Capability::recall;
  constexpr auto answers = access::Capability::answer_received;
  return {
      {.name = "recall holders",
       .summary = {"Qui détient une fiche", "Who holds a note"},
       .needs = takes_back,
       .words = "NOTE",
       .words_max = 1,
       .options = desk_options({}),
       .example = "quadrille recall holders qrstuvwxyz234567",
       .run = run_holders},
      {.name = "recall make",
       .summary = {"Reprend une fiche aux services qui la détiennent", "Takes a note back from those who hold it"},
       .needs = takes_back,
       .words = "NOTE",
       .words_max = 1,
       .options = desk_options(
           {{"--reason", "TEXT", {"pourquoi, sans nommer personne", "why, naming nobody"}},
            {"--deadline", "DATE", {"dernier jour pour répondre", "last day for the answers"}},
            {"--from", "CODES", {"services, séparés par des virgules (tous)", "services, separated by commas (all)"}},
            {"--effect", "WORD", {"withdraw (par défaut) ou erase", "withdraw (default) or erase"}}}),
       .example = "quadrille recall make qrstuvwxyz234567 --reason \"place fausse\" --deadline 2026-12-02",
       .run = run_make},
      {.name = "recall list",
       .summary = {"Les rappels faits ou à traiter", "Recalls made, or to be answered"},
       .needs = answers,
       .words = "",
       .options = desk_options(
           {{"--which", "WORD", {"all, unsettled (par défaut) ou overdue", "all, unsettled (default) or overdue"}}}),
       .example = "quadrille recall list --which overdue",
       .run = run_list},
      {.name = "recall show",
       .summary = {"Un rappel avec ses textes signés", "A recall with its signed texts"},
       .needs = answers,
       .words = "RECALL",
       .words_max = 1,
       .options = desk_options({}),
       .example = "quadrille recall show abcdefghijklmnop",
       .run = run_show},
      {.name = "recall answer",
       .summary = {"Répond à un rappel pour son service", "Answers a recall for one's service"},
       .needs = answers,
       .words = "RECALL",
       .words_max = 1,
       .options =
           desk_options({{"--answer",
                          "WORD",
                          {"destroyed, held_nothing ou in_procedure", "destroyed, held_nothing or in_procedure"}},
                         {"--copies", "N", {"combien de copies", "how many copies"}},
                         {"--words",
                          "TEXT",
                          {"précision, ou référence de la procédure", "a remark, or the procedure's reference"}}}),
       .example = "quadrille recall answer abcdefghijklmnop --answer destroyed --copies 2",
       .run = run_answer},
      {.name = "recall verify",
       .summary = {"Contrôle un rappel, un récépissé ou un effacement signé",
                   "Checks a signed recall, receipt or erasure"},
       .needs = Needs::nothing(),
       .words = "FILE",
       .words_max = 1,
       .options = {{"--key", "KEY", {"clé publique du journal", "public key of the log"}, true},
                   {"--recall",
                    "FILE",
                    {"le rappel auquel le récépissé répond", "the recall that the receipt answers"}}},
       .example = "quadrille recall verify receipt.txt --key quadrille/1a2b3c4d+00000000+AA==",
       .run = run_verify}};
}

}  // namespace quadrille::cli
