#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/instance.h"
#include "host/crypto/chance.h"
#include "services/access/access.h"
#include "services/access/policy.h"
#include "services/access/sign_in.h"
#include "services/access/token.h"

// Accounts, from the machine itself: the way out when nobody can sign in any more. Whoever may run programs here may do
// all of this, and the log says that it was done here.

namespace quadrille::cli {
namespace {

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

Result<access::Person> wanted_person(database::Snapshot& snapshot, const Arguments& arguments) {
  if (arguments.words().empty()) return invalid({"il faut l'identifiant", "the login is needed"}, "LOGIN");
  if (auto found = access::find_person_by_login(snapshot, arguments.words()[0])) return std::move(*found);
  return refuse(ErrorKind::not_found,
                {"aucun compte de cet identifiant ; « quadrille account list » les énumère",
                 "no account of this login; \"quadrille account list\" lists them"},
                "LOGIN");
}

void print_link(const Arguments& arguments, const std::string& secret, Terminal& terminal) {
  const bool fr = terminal.language == Language::fr;
  terminal.err << (fr ? "Lien à usage unique, valable 72 heures, à remettre en mains propres :\n"
                      : "One-time link, good for 72 hours, to be handed over in person:\n");
  terminal.out << arguments.text("--public-url").value_or("http://localhost:8080") << "/invitation#" << secret << "\n";
}

Result<void> run_create(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  if (arguments.words().empty()) return invalid({"il faut l'identifiant", "the login is needed"}, "LOGIN");
  const auto by = instance->asker();
  auto tx = instance->database->write();
  const auto person =
      access::create_person(*tx, {arguments.words()[0], arguments.text("--name").value_or(arguments.words()[0])},
                            crypto::system_chance(), by);
  if (!person) return as_typed(person.error(), {{"login", "LOGIN"}, {"name", "--name"}});
  const auto secret = access::invite(*tx, person->id, crypto::system_chance(), by);
  tx->commit();
  print_link(arguments, secret, terminal);
  return {};
}

std::string roles_text(database::Snapshot& snapshot, const access::Person& person, Instant at) {
  std::string out;
  for (const auto& one : access::habilitations_of(snapshot, person.id)) {
    if (!one.is_in_force(at)) continue;
    std::string where;
    for (const auto& territory : territory::list(snapshot))
      if (one.territory == territory.id) where = "@" + territory.slug;
    out += fmt::format("{}{}{} ({})", out.empty() ? "" : ", ", access::name_of(one.role), where, one.code);
  }
  return out;
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto snapshot = instance->database->read();
  const auto all = access::list_persons(*snapshot);
  const bool fr = terminal.language == Language::fr;
  if (all.empty())
    terminal.err << (fr ? "Aucun compte. « quadrille account create LOGIN » en crée un.\n"
                        : "No account. \"quadrille account create LOGIN\" creates one.\n");
  for (const auto& person : all)
    terminal.out << fmt::format("{:<24} {:<28} {}{}\n", person.login, person.name,
                                roles_text(*snapshot, person, instance->clock.now()),
                                person.disabled_at ? (fr ? " [fermé]" : " [disabled]") : "");
  return {};
}

Result<access::NewHabilitation> wanted_habilitation(const Instance& instance, database::Snapshot& snapshot,
                                                    const Arguments& arguments, const access::Person& person) {
  const auto role = access::role_named(*arguments.text("--role"));
  if (!role) {
    std::string known;
    for (const auto one : access::roles) known += fmt::format("{}{}", known.empty() ? "" : ", ", access::name_of(one));
    return invalid({"il faut l'un de : " + known, "one of these is needed: " + known}, "--role");
  }
  access::NewHabilitation wanted{.person = person.id, .role = *role, .act = *arguments.text("--act")};
  const auto clearance = access::sensitivity_named(arguments.text("--clearance").value_or("ordinary"));
  if (!clearance)
    return invalid({"il faut ordinary, restricted ou confidential", "ordinary, restricted or confidential is needed"},
                   "--clearance");
  wanted.clearance = *clearance;
  const auto from = day_option(arguments, "--from", 0);
  if (!from) return Failure(from.error());
  wanted.from = from->value_or(instance.clock.now());
  const auto until = day_option(arguments, "--until", 1);
  if (!until) return Failure(until.error());
  wanted.until = *until;
  if (access::is_instance_role(*role)) return wanted;
  const auto territory = territory::find(snapshot, arguments.text("--territory").value_or(""));
  if (!territory) return refuse(territory.error().kind, territory.error().message, "--territory");
  wanted.territory = territory->id;
  wanted.data = territory->is_simulated || arguments.has("--public-data") ? access::NewHabilitation::Data::open
                                                                          : access::NewHabilitation::Data::real;
  std::string known;
  for (const auto& service : territory::load_services(snapshot, territory->id)) {
    known += (known.empty() ? "" : ", ") + service.code;
    if (service.code == arguments.text("--service")) wanted.service = service.id;
  }
  if (!wanted.service)
    return invalid(
        {"il faut l'un des services du territoire : " + known, "one of the territory's services is needed: " + known},
        "--service");
  return wanted;
}

Result<void> run_grant(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto tx = instance->database->write();
  const auto person = wanted_person(*tx, arguments);
  if (!person) return Failure(person.error());
  const auto wanted = wanted_habilitation(*instance, *tx, arguments, *person);
  if (!wanted) return Failure(wanted.error());
  const auto granted = access::grant(*tx, *wanted, crypto::system_chance(), instance->asker());
  if (!granted)
    return as_typed(granted.error(), {{"act", "--act"},
                                      {"until", "--until"},
                                      {"role", "--role"},
                                      {"territory", "--territory"},
                                      {"service", "--service"}});
  tx->commit();
  terminal.out << granted->code << "\n";
  return {};
}

Result<void> run_revoke(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  if (arguments.words().empty())
    return invalid({"il faut le code de l'habilitation", "the habilitation's code is needed"}, "HABILITATION");
  auto tx = instance->database->write();
  if (const auto done = access::revoke(*tx, arguments.words()[0], instance->asker()); !done)
    return refuse(done.error().kind, done.error().message, "HABILITATION");
  tx->commit();
  terminal.out << (terminal.language == Language::fr ? "Révoquée.\n" : "Revoked.\n");
  return {};
}

Result<void> run_disable(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto tx = instance->database->write();
  const auto person = wanted_person(*tx, arguments);
  if (!person) return Failure(person.error());
  if (arguments.has("--undo")) {
    access::enable_person(*tx, person->id, instance->asker());
  } else if (const auto done = access::disable_person(*tx, person->id, instance->asker()); !done) {
    return Failure(done.error());
  }
  tx->commit();
  terminal.out << person->login << "\n";
  return {};
}

Result<void> run_reset(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto tx = instance->database->write();
  const auto person = wanted_person(*tx, arguments);
  if (!person) return Failure(person.error());
  const auto secret = access::reset_person(*tx, person->id, crypto::system_chance(), instance->asker());
  tx->commit();
  print_link(arguments, secret, terminal);
  return {};
}

Result<std::set<access::Capability>> wanted_capabilities(const std::string& text) {
  std::set<access::Capability> wanted;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto capability = access::capability_named(rest.substr(0, end));
    if (!capability) {
      std::string known;
      for (const auto one : access::capabilities)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", access::name_of(one));
      return invalid({"il faut de ceux-ci, séparés par des virgules : " + known,
                      "some of these are needed, separated by commas: " + known},
                     "--capabilities");
    }
    wanted.insert(*capability);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return wanted;
}

Result<void> run_token(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto capabilities =
      wanted_capabilities(arguments.text("--capabilities").value_or("see_instance,export_masked"));
  if (!capabilities) return Failure(capabilities.error());
  const auto days = arguments.integer("--days");
  if (!days) return Failure(days.error());
  constexpr std::int64_t days_most = access::token_lasts_at_most_ms / day_ms;
  if (days->value_or(1) < 1 || days->value_or(1) > days_most)
    return invalid({fmt::format("de 1 à {} jours", days_most), fmt::format("1 to {} days", days_most)}, "--days");
  const auto by = instance->asker();
  auto tx = instance->database->write();
  const auto person = wanted_person(*tx, arguments);
  if (!person) return Failure(person.error());
  // Whoever stands at the machine is as sure as two factors.
  const auto issued = access::issue_token(*tx,
                                          {person->id,
                                           arguments.text("--label").value_or("quadrille account token"),
                                           *capabilities,
                                           *arguments.text("--for"),
                                           {by.at.utc_ms + days->value_or(90) * day_ms},
                                           access::Proof::two_factors},
                                          crypto::system_chance(), by);
  if (!issued) return as_typed(issued.error(), {{"label", "--label"}, {"purpose", "--for"}});
  tx->commit();
  terminal.err << (terminal.language == Language::fr ? "Montré cette seule fois :\n" : "Shown this once:\n");
  terminal.out << issued->secret << "\n";
  return {};
}

Result<void> run_certificate(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  std::string fingerprint = *arguments.text("--fingerprint");
  std::erase(fingerprint, ':');
  std::ranges::transform(fingerprint, fingerprint.begin(),
                         [](char c) { return static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c); });
  if (fingerprint.size() < 40 || fingerprint.find_first_not_of("0123456789abcdef") != std::string::npos)
    return invalid({"il faut l'empreinte en hexadécimal", "the fingerprint in hexadecimal is needed"}, "--fingerprint");
  auto tx = instance->database->write();
  const auto person = wanted_person(*tx, arguments);
  if (!person) return Failure(person.error());
  if (access::find_person_by_identity(*tx, "certificate", fingerprint))
    return refuse(ErrorKind::conflict, {"ce certificat est déjà à quelqu'un", "this certificate is somebody's already"},
                  "--fingerprint");
  access::link_identity(*tx, person->id, "certificate", fingerprint, instance->asker());
  tx->commit();
  terminal.out << person->login << "\n";
  return {};
}

const Option public_url{
    "--public-url",
    "URL",
    {"adresse de la page (par défaut http://localhost:8080)", "address of the page (default http://localhost:8080)"}};

}  // namespace

std::vector<Command> account_commands() {
  return {
      {.name = "account create",
       .summary = {"Crée un compte, affiche son lien d'entrée", "Creates an account, prints its link"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options({{"--name", "NAME", {"nom affiché", "name shown"}}, public_url}),
       .example = "quadrille account create martin --name \"A. Martin\"",
       .run = run_create},
      {.name = "account list",
       .summary = {"Énumère comptes et habilitations en vigueur", "Lists accounts and habilitations in force"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_instance_options({}),
       .example = "quadrille account list",
       .run = run_list},
      {.name = "account grant",
       .summary = {"Habilite une personne, affiche le code", "Grants a person a role, prints its code"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options(
           {{"--role", "ROLE", {"analyst, patrol, auditor…", "analyst, patrol, auditor..."}, true},
            {"--act", "REFERENCE", {"référence de la décision", "reference of the decision"}, true},
            {"--territory", "SLUG", {"territoire", "territory"}},
            {"--service", "CODE", {"service dans ce territoire", "service in that territory"}},
            {"--clearance", "LEVEL", {"ordinary, restricted ou confidential", "ordinary, restricted or confidential"}},
            {"--from", "DAY", {"premier jour (par défaut maintenant)", "first day (default now)"}},
            {"--until", "DAY", {"dernier jour compris", "last day, included"}},
            {"--public-data",
             "",
             {"les données du territoire sont publiques : un compte de démonstration peut y entrer",
              "the territory's data are public: a demonstration account may enter"}}}),
       .example = "quadrille account grant martin --role analyst --territory sf --service pn --act \"decision 12\"",
       .run = run_grant},
      {.name = "account revoke",
       .summary = {"Révoque une habilitation", "Revokes a habilitation"},
       .needs = Needs::local_administration(),
       .words = "HABILITATION",
       .words_max = 1,
       .options = with_instance_options({}),
       .example = "quadrille account revoke abcdefghijklmnop",
       .run = run_revoke},
      {.name = "account disable",
       .summary = {"Ferme un compte (--undo le rouvre)", "Disables an account (--undo enables it)"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options({{"--undo", "", {"rouvrir", "enable again"}}}),
       .example = "quadrille account disable martin",
       .run = run_disable},
      {.name = "account reset",
       .summary = {"Oublie mot de passe et second facteur, affiche un nouveau lien",
                   "Forgets password and second factor, prints a new link"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options({public_url}),
       .example = "quadrille account reset martin",
       .run = run_reset},
      {.name = "account token",
       .summary = {"Fait un jeton pour un programme", "Makes a token for a program"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options(
           {{"--for", "PURPOSE", {"à quoi il sert", "what it is for"}, true},
            {"--capabilities",
             "LIST",
             {"capacités, séparées par des virgules (par défaut see_instance,export_masked)",
              "capabilities, separated by commas (default see_instance,export_masked)"}},
            {"--label", "NAME", {"nom du jeton", "name of the token"}},
            {"--days", "N", {"durée (par défaut 90, au plus 400)", "how long (default 90, at most 400)"}}}),
       .example = "quadrille account token martin --for \"QGIS\" --days 30",
       .run = run_token},
      {.name = "account certificate",
       .summary = {"Attache un certificat client à un compte", "Links a client certificate to an account"},
       .needs = Needs::local_administration(),
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options({{"--fingerprint", "HEX", {"empreinte SHA-256", "SHA-256 fingerprint"}, true}}),
       .example = "quadrille account certificate martin --fingerprint 00:11:22",
       .run = run_certificate},
  };
}

}  // namespace quadrille::cli
