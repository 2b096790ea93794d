#include "services/audit/audit.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <ostream>
#include <sstream>

#include "edge/cli/instance.h"
#include "host/crypto/secret_file.h"
#include "services/audit/checkpoint.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"
#include "services/audit/verification.h"
#include "services/journal/journal.h"
#include "services/journal/trails.h"

namespace quadrille::cli {
namespace {

Failure bad_position() {
  return invalid({"un numéro d'entrée, 0 pour la première", "the number of an entry, 0 for the first"}, "INDEX");
}

Result<std::int64_t> position_in(const Arguments& arguments) {
  if (arguments.words().empty()) return bad_position();
  const auto& text = arguments.words().front();
  std::int64_t position = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (failure != std::errc() || stop != text.data() + text.size() || position < 0) return bad_position();
  return position;
}

Failure no_such_entry(std::int64_t position, std::int64_t size) {
  return refuse(ErrorKind::not_found,
                {fmt::format("pas d'entrée {} : le journal en a {}", position, size),
                 fmt::format("no entry {}: the log has {}", position, size)},
                "INDEX");
}

// Whoever reads the log leaves a trace in it.
void record_reading(Instance& instance, audit::Action action, std::string subject, std::string details) {
  const auto by = instance.asker();
  auto tx = instance.database->write();
  audit::record(*tx,
                {.actor = by.actor(),
                 .action = action,
                 .subject = std::move(subject),
                 .details = std::move(details),
                 .purpose = by.purpose},
                by.at);
  tx->commit();
}

void print_field(Terminal& terminal, const Text& label, const std::string& value) {
  if (!value.empty()) terminal.out << fmt::format("  {:<18} {}\n", label.in(terminal.language), value);
}

std::string object_text(const audit::Act& act) {
  return act.object ? fmt::format("{}:{}", act.object->kind, act.object->id) : std::string();
}

// "Claire Martin, Police nationale"; what the log has where nobody is behind it.
std::string who_text(const journal::Line& line, Language language) {
  if (!line.who) return Text{"(effacé)", "(erased)"}.in(language);
  const auto& who = *line.who;
  const auto state = who.state == journal::Who::State::closed
                         ? Text{" (compte fermé)", " (account closed)"}.in(language)
                         : std::string();
  if (who.state == journal::Who::State::gone)
    return Text{"compte supprimé", "account removed"}.in(language) + fmt::format(" [{}]", line.entry.act.actor);
  const auto& place = who.place.in(language);
  const auto name = who.name.in(language) + state + (place.empty() ? "" : ", " + place);
  return name == line.entry.act.actor ? name : name + fmt::format(" [{}]", line.entry.act.actor);
}

// "Fiche abc… · dans une liste"
std::string said_text(const journal::InWords& said, Language language) {
  const auto& details = said.details.in(language);
  return said.subject.in(language) + (details.empty() ? "" : " · " + details);
}

void print_line(Terminal& terminal, const journal::Line& line) {
  const Text erased{"(effacé)", "(erased)"};
  const auto& entry = line.entry;
  const auto& act = entry.act;
  const auto content = entry.content_erased_by ? erased.in(terminal.language) : said_text(line.said, terminal.language);
  terminal.out << fmt::format("{:>9}  {}  {:<12}  {:<16}  {}{}{}\n", entry.position, format_utc(entry.at),
                              audit::name_of(act.action), who_text(line, terminal.language), content,
                              act.recipient.empty() ? "" : " → " + act.recipient,
                              act.purpose.empty() ? "" : " — " + act.purpose);
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  audit::Question question;
  if (const auto person = arguments.text("--person")) {
    auto actors = journal::actors_of(*instance->database->read(), *person);
    if (!actors) return refuse(actors.error().kind, actors.error().message, "--person");
    question.actors = std::move(*actors);
  }
  question.purpose = arguments.text("--purpose");
  if (const auto object = arguments.text("--object")) {
    auto found = journal::object_of(*instance->database->read(), *object);
    if (!found) return refuse(found.error().kind, found.error().message, "--object");
    question.object = std::move(*found);
  }
  if (const auto action = arguments.text("--action")) {
    question.action = audit::action_named(*action);
    if (!question.action)
      return invalid({"collection, alteration, consultation, disclosure, combination ou erasure",
                      "collection, alteration, consultation, disclosure, combination or erasure"},
                     "--action");
  }
  const std::pair<const char*, std::optional<Instant>*> days[] = {{"--from", &question.from},
                                                                  {"--to", &question.until}};
  for (const auto& [name, out] : days) {
    const auto text = arguments.text(name);
    if (!text) continue;
    const auto day = parse_date(*text);
    if (!day) return invalid({"une date comme 2026-03-01", "a date like 2026-03-01"}, name);
    const std::int64_t days_since = day->day + (out == &question.until ? 1 : 0);
    *out = Instant{days_since * 86'400'000};
  }
  const auto limit = arguments.integer("--limit");
  if (!limit) return Failure(limit.error());
  const auto before = arguments.integer("--before");
  if (!before) return Failure(before.error());
  if (const auto about = arguments.text("--about"))
    if (auto ok = journal::ask_ready(*about, question); !ok)
      return refuse(ok.error().kind, ok.error().message, "--about");
  auto snapshot = instance->database->read();
  std::vector questions{question};
  if (question.object) {
    auto trail = journal::trail_of(*snapshot, question);
    terminal.out << fmt::format("{} ({})\n{}\n", trail.kind.in(terminal.language), trail.reference,
                                trail.says.in(terminal.language));
    questions = std::move(trail.questions);
  }
  auto found =
      audit::search(*snapshot, questions,
                    {.before = *before,
                     .limit = static_cast<int>(std::clamp<std::int64_t>(limit->value_or(50), 1, audit::longest_page))});
  const auto lines = journal::named(*snapshot, std::move(found.entries));
  snapshot.reset();
  record_reading(*instance, audit::Action::consultation, "log", audit::format_question(question));
  for (const auto& line : lines) print_line(terminal, line);
  if (found.next_before)
    terminal.out << (terminal.language == Language::fr ? "… suite : --before " : "... more: --before ")
                 << *found.next_before << "\n";
  return {};
}

Result<void> run_persons(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const std::string words = arguments.words().empty() ? "" : arguments.words().front();
  const auto found = journal::find_persons(*instance->database->read(), words, 200);
  record_reading(*instance, audit::Action::consultation, "log persons", fmt::format("rows={}", found.persons.size()));
  for (const auto& one : found.persons) {
    std::string services;
    for (const auto& service : one.services) services += (services.empty() ? "" : ", ") + service;
    terminal.out << fmt::format(
        "{:<12}  {:<24}  {:<20}  {}{}\n", one.actor, one.name, one.login, services,
        one.is_closed ? Text{"  (compte fermé)", "  (account closed)"}.in(terminal.language) : "");
  }
  if (found.is_cut)
    terminal.out << Text{"… d'autres encore : précisez le nom\n", "... and more: say more of the name\n"}.in(
        terminal.language);
  return {};
}

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  const auto position = position_in(arguments);
  if (!position) return Failure(position.error());
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto snapshot = instance->database->read();
  const auto opened = audit::open_entry(*snapshot, *position);
  if (!opened) return no_such_entry(*position, audit::size(*snapshot));
  record_reading(*instance, audit::Action::consultation, "log", fmt::format("entry={}", *position));
  const auto line = journal::named(*snapshot, {opened->entry}).front();
  const auto& act = opened->entry.act;
  terminal.out << fmt::format("{} {}\n", terminal.language == Language::fr ? "Entrée" : "Entry", *position);
  print_field(terminal, {"quand", "when"}, format_utc(opened->entry.at));
  print_field(terminal, {"acte", "act"}, std::string(audit::name_of(act.action)));
  print_field(terminal, {"qui", "who"}, opened->entry.account_erased_by ? "" : who_text(line, terminal.language));
  print_field(terminal, {"objet", "object"},
              line.reference.empty() ? object_text(act) : fmt::format("{} ({})", line.reference, object_text(act)));
  print_field(terminal, {"sujet", "subject"}, line.said.subject.in(terminal.language));
  print_field(terminal, {"détails", "details"}, line.said.details.in(terminal.language));
  print_field(terminal, {"but", "purpose"}, act.purpose);
  print_field(terminal, {"fondement légal", "legal basis"}, act.legal_basis);
  print_field(terminal, {"destinataire", "recipient"}, act.recipient);
  print_field(terminal, {"issue", "outcome"}, line.said.outcome.in(terminal.language));
  if (const auto by = opened->entry.content_erased_by)
    print_field(terminal, {"contenu effacé", "content erased"}, fmt::format("→ {}", *by));
  if (const auto by = opened->entry.account_erased_by)
    print_field(terminal, {"auteur effacé", "account erased"}, fmt::format("→ {}", *by));
  print_field(terminal, {"feuille", "leaf hash"}, crypto::to_hex(audit::hash_leaf(opened->leaf)));
  // What to hand to an outsider, field by field: value and key open the commitment, and no other.
  for (const auto& field : opened->fields)
    print_field(terminal, same_text("  " + std::string(audit::name_of(field.field))),
                fmt::format("key={} commitment={}", crypto::to_hex(field.key), crypto::to_hex(field.commitment)));
  return {};
}

Result<std::unique_ptr<audit::CheckpointSigner>> open_signer(Instance& instance, const Arguments& arguments) {
  return audit::CheckpointSigner::open(log_key_file(arguments), *instance.database, instance.clock,
                                       arguments.text("--log-name"));
}

Result<void> run_checkpoint(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto signer = open_signer(*instance, arguments);
  if (!signer) return Failure(signer.error());
  const auto checkpoint = (*signer)->checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  terminal.out << *checkpoint;
  return {};
}

Result<void> run_key(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto signer = open_signer(*instance, arguments);
  if (!signer) return Failure(signer.error());
  for (const auto& key : audit::log_keys(*instance->database->read()))
    terminal.out << audit::format_key(key.verifier) << "\n";
  return {};
}

Result<void> run_prove(const Arguments& arguments, Terminal& terminal) {
  const auto position = position_in(arguments);
  if (!position) return Failure(position.error());
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto size = audit::size(*instance->database->read());
  if (*position >= size) return no_such_entry(*position, size);
  auto signer = open_signer(*instance, arguments);
  if (!signer) return Failure(signer.error());
  const auto checkpoint = (*signer)->checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  terminal.out << audit::proof_text(*instance->database->read(), *position, *checkpoint);
  return {};
}

Result<void> run_rotate(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto signer = open_signer(*instance, arguments);
  if (!signer) return Failure(signer.error());
  const auto checkpoint = (*signer)->rotate(instance->asker().actor());
  if (!checkpoint) return Failure(checkpoint.error());
  terminal.out << audit::format_key((*signer)->verifier()) << "\n\n" << *checkpoint;
  return {};
}

Result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  if (!file)
    return refuse(ErrorKind::unavailable, {fmt::format("{} ne peut être écrit", path.string()),
                                           fmt::format("{} cannot be written", path.string())});
  return {};
}

Result<void> run_export(const Arguments& arguments, Terminal& terminal) {
  if (arguments.words().empty()) return invalid({"le dossier où écrire", "the folder to write to"}, "DIR");
  const std::filesystem::path folder = arguments.words().front();
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto signer = open_signer(*instance, arguments);
  if (!signer) return Failure(signer.error());
  record_reading(*instance, audit::Action::disclosure, "log export", "commitments only");
  const auto checkpoint = (*signer)->checkpoint();
  if (!checkpoint) return Failure(checkpoint.error());
  const auto size = audit::parse_checkpoint(audit::parse_note(*checkpoint)->text)->size;
  auto snapshot = instance->database->read();
  ProgressBar bar(terminal, "audit export");
  const double started = instance->clock.steady_seconds();
  Result<void> written;
  audit::visit_tiles(
      *snapshot, size,
      [&](const audit::TileName& name, const crypto::Bytes& bytes) {
        if (written) written = write_file(folder / audit::format_tile_name(name), crypto::text_of(bytes));
      },
      [&](double share) { bar.show(share, "", instance->clock.steady_seconds() - started); });
  bar.finish();
  const auto keys = audit::log_keys(*snapshot);
  for (std::size_t i = 0; i < keys.size() && written; ++i)
    written = write_file(folder / "key" / std::to_string(i),
                         i == 0 ? audit::format_key(keys[i].verifier) + "\n" : keys[i].endorsement);
  // Last, so that a checkpoint in the folder says that its tiles are there.
  if (written) written = write_file(folder / "checkpoint", *checkpoint);
  if (!written) return written;
  terminal.out << (terminal.language == Language::fr
                       ? fmt::format("{} entrées écrites dans {}\n", size, folder.string())
                       : fmt::format("{} entries written to {}\n", size, folder.string()));
  return {};
}

void print_report(const audit::LogReport& report, double seconds, Terminal& terminal) {
  const auto say = [&terminal](const std::string& french, const std::string& english) {
    terminal.out << (terminal.language == Language::fr ? french : english) << "\n";
  };
  const auto root = crypto::to_base64(report.root);
  say(fmt::format("{} entrées, racine {}", report.size, root), fmt::format("{} entries, root {}", report.size, root));
  say(fmt::format("{} points de contrôle, {} clés ; contenu effacé de {}, auteur de {} ; {:.1f} s", report.checkpoints,
                  report.keys, report.erased_contents, report.erased_accounts, seconds),
      fmt::format("{} checkpoints, {} keys; content erased of {}, account of {}; {:.1f} s", report.checkpoints,
                  report.keys, report.erased_contents, report.erased_accounts, seconds));
  if (report.clock_steps_back > 0)
    say(fmt::format("l'horloge a reculé {} fois", report.clock_steps_back),
        fmt::format("the clock stepped back {} times", report.clock_steps_back));
  for (const auto& fault : report.faults)
    terminal.out << fmt::format("! {}: {}\n", fault.where, fault.what.in(terminal.language));
  if (report.fault_count > static_cast<std::int64_t>(report.faults.size()))
    say(fmt::format("… {} défauts en tout", report.fault_count),
        fmt::format("... {} faults in all", report.fault_count));
  if (report.is_sound()) say("Le journal est intact.", "The log is intact.");
}

Result<void> run_verify(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  audit::LogWitness witness;
  if (const auto text = arguments.text("--key")) {
    const auto key = audit::parse_verifier_key(*text);
    if (!key) return invalid({"une clé comme NOM+12345678+…", "a key such as NAME+12345678+..."}, "--key");
    witness.keys.push_back(*key);
  }
  if (const auto path = arguments.text("--checkpoint")) {
    std::ifstream file(*path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return refuse(ErrorKind::not_found, {"fichier illisible", "unreadable file"}, "--checkpoint");
    witness.checkpoints.push_back(text.str());
  }
  // What the signer kept beside its key: a database that was rolled back with its checkpoints no longer extends it.
  auto state = log_key_file(arguments);
  state += ".checkpoint";
  if (const auto last = crypto::load_secret(state)) witness.checkpoints.push_back(*last);
  ProgressBar bar(terminal, "audit verify");
  const double started = instance->clock.steady_seconds();
  const auto report = audit::verify(*instance->database->read(), witness, [&](double share) {
    bar.show(share, "", instance->clock.steady_seconds() - started);
  });
  bar.finish();
  print_report(report, instance->clock.steady_seconds() - started, terminal);
  if (report.is_sound()) return {};
  const auto& first = report.faults.front();
  return refuse(ErrorKind::conflict,
                {fmt::format("le journal n'est pas intact ; d'abord {} : {}", first.where, first.what.fr),
                 fmt::format("the log is not intact; first {}: {}", first.where, first.what.en)});
}

std::vector<Option> with_log_options(std::vector<Option> own) {
  own.push_back({"--log-key",
                 "FILE",
                 {"clé de signature (par défaut audit.key du dossier de données)",
                  "signing key (default audit.key in the data folder)"}});
  own.push_back({"--log-name", "NAME", {"nom d'un nouveau journal", "name of a new log"}});
  return with_instance_options(std::move(own));
}

}  // namespace

std::filesystem::path log_key_file(const Arguments& arguments) {
  if (const auto file = arguments.text("--log-key")) return *file;
  return std::filesystem::path(arguments.text("--data-dir").value_or("data")) / "audit.key";
}

std::vector<Command> audit_commands() {
  return {
      {.name = "audit list",
       .summary = {"Cherche dans le journal : qui a lu quoi, et pourquoi", "Searches the log: who read what, and why"},
       .needs = access::Capability::read_log,
       .words = "",
       .options = with_instance_options(
           {{"--person",
             "NAME",
             {"qui : un nom, un identifiant, person:12 ou local:cli", "who: a name, a login, person:12 or local:cli"}},
            {"--object",
             "REFERENCE",
             {"à propos de quoi : le code lu sur la page, note:12, study:ville/3 ou facts:ville",
              "about what: the code on the page, note:12, study:town/3 or facts:town"}},
            {"--about",
             "QUESTION",
             {"dossiers, exports ou targets : ce qui fut imprimé, sorti, demandé sur des cibles",
              "dossiers, exports or targets: what was printed, taken out, asked about targets"}},
            {"--action", "ACTION", {"genre d'acte (consultation…)", "kind of act (consultation...)"}},
            {"--from", "DAY", {"premier jour", "first day"}},
            {"--to", "DAY", {"dernier jour, compris", "last day, included"}},
            {"--purpose", "TEXT", {"mots du but", "words of the purpose"}},
            {"--before", "INDEX", {"suite de la liste", "where the list goes on"}},
            {"--limit", "N", {"combien (par défaut 50)", "how many (default 50)"}}}),
       .example = "quadrille audit list --object note:12 --action consultation",
       .run = run_list},
      {.name = "audit persons",
       .summary = {"Cherche des personnes par nom, identifiant ou service", "Finds persons by name, login or service"},
       .needs = access::Capability::read_log,
       .words = "NAME",
       .words_max = 1,
       .options = with_instance_options({}),
       .example = "quadrille audit persons martin",
       .run = run_persons},
      {.name = "audit show",
       .summary = {"Montre une entrée et ce qui en ouvre les engagements",
                   "Shows an entry and what opens its commitments"},
       .needs = access::Capability::read_log,
       .words = "INDEX",
       .words_max = 1,
       .options = with_instance_options({}),
       .example = "quadrille audit show 12",
       .run = run_show},
      {.name = "audit prove",
       .summary = {"Écrit la preuve qu'une entrée est au journal", "Writes the proof that an entry is in the log"},
       .needs = access::Capability::read_log,
       .words = "INDEX",
       .words_max = 1,
       .options = with_log_options({}),
       .example = "quadrille audit prove 12",
       .run = run_prove},
      {.name = "audit checkpoint",
       .summary = {"Signe la racine du journal", "Signs the log's root"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_log_options({}),
       .example = "quadrille audit checkpoint",
       .run = run_checkpoint},
      {.name = "audit key",
       .summary = {"Écrit les clés publiques du journal", "Prints the log's public keys"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_log_options({}),
       .example = "quadrille audit key",
       .run = run_key},
      {.name = "audit rotate-key",
       .summary = {"Change de clé de signature", "Changes the signing key"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_log_options({}),
       .example = "quadrille audit rotate-key",
       .run = run_rotate},
      {.name = "audit export",
       .summary = {"Écrit le journal en fichiers vérifiables par un tiers",
                   "Writes the log as files that an outsider can verify"},
       .needs = Needs::local_administration(),
       .words = "DIR",
       .words_max = 1,
       .options = with_log_options({}),
       .example = "quadrille audit export log",
       .run = run_export},
      {.name = "audit verify",
       .summary = {"Recalcule tout le journal et dit ce qui ne va pas",
                   "Recomputes the whole log and says what is wrong"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_instance_options(
           {{"--log-key",
             "FILE",
             {"clé de signature (par défaut audit.key du dossier de données)",
              "signing key (default audit.key in the data folder)"}},
            {"--key", "KEY", {"clé publique de confiance", "public key that is trusted"}},
            {"--checkpoint", "FILE", {"point de contrôle gardé ailleurs", "checkpoint that was kept elsewhere"}}}),
       .example = "quadrille audit verify",
       .run = run_verify}};
}

}  // namespace quadrille::cli
