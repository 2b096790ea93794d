#include "edge/cli/instance.h"

#include <fmt/format.h>

#include <ostream>

#include "base/line.h"
#include "host/crypto/secret_file.h"
#include "services/access/access.h"
#include "services/access/person.h"
#include "services/access/policy.h"
#include "services/access/token.h"
#include "services/audit/audit.h"
#include "services/demonstration/demonstration.h"
#include "services/facts/facts.h"
#include "services/notes/attachments.h"
#include "services/notes/notes.h"
#include "services/notes/requests.h"
#include "services/provenance/provenance.h"
#include "services/recall/recall.h"
#include "services/retention/retention.h"
#include "services/sharing/postings.h"
#include "services/studies/studies.h"

namespace quadrille::cli {
namespace {

std::filesystem::path data_dir(const Arguments& arguments) { return arguments.text("--data-dir").value_or("data"); }

Result<std::string> database_url(const Arguments& arguments) {
  if (const auto url = arguments.text("--database")) {
    if (arguments.has("--data-dir"))
      return invalid({"donnez --data-dir ou --database, pas les deux", "give --data-dir or --database, not both"},
                     "--database");
    return *url;
  }
  return "sqlite:" + (data_dir(arguments) / "quadrille.db").string();
}

Result<Instance> open_url(const std::string& url) {
  auto database = database::open_database(url);
  if (!database) return Failure(database.error());
  database::migrate(**database, all_migrations());
  audit::adopt_older_entries(**database);
  access::adopt_older_policy(**database, clock::system_clock().now());
  return Instance{std::move(*database), clock::system_clock(), access::local_viewer("local:cli", {}), "",
                  Needs::local_administration()};
}

Result<std::string> shown_token(const Arguments& arguments) {
  const auto path = arguments.text("--token-file");
  if (!path) return arguments.token();
  return secret_of_file(*path, "--token-file");
}

Failure not_capable(access::Capability capability) {
  return refuse(ErrorKind::forbidden,
                {fmt::format("le rôle de cette personne ne permet pas cela ({})", access::name_of(capability)),
                 fmt::format("this person's role does not allow this ({})", access::name_of(capability))},
                "--token-file");
}

// Who the command works for, and whether they hold what it needs anywhere.
Result<void> identify(Instance& instance, const Arguments& arguments) {
  instance.needs = arguments.needs();
  instance.purpose = arguments.text("--purpose").value_or("");
  if (auto said = check_line(instance.purpose, {0, 300}, "--purpose"); !said) return said;
  std::optional<access::Token> used;
  {
    auto snapshot = instance.database->read();
    std::vector<TerritoryId> all;
    for (const auto& territory : territory::list(*snapshot)) all.push_back(territory.id);
    instance.viewer = access::local_viewer("local:cli", all);
    if (instance.needs.who() != Needs::Who::with_capability) return {};
    const auto secret = shown_token(arguments);
    if (!secret) return Failure(secret.error());
    if (secret->empty()) return access::has_usual_persons(*snapshot) ? token_needed() : Result<void>();
    used = access::find_token(*snapshot, *secret, instance.clock.now());
    const auto person = used ? access::find_person(*snapshot, used->person) : std::nullopt;
    if (!person || person->disabled_at) return token_needed();
    const auto policy = access::load_policy(*snapshot);
    instance.viewer = access::load_viewer(*snapshot, *person, policy, used->proof, instance.clock.now());
    instance.viewer.limited_to = used->capabilities;
    if (instance.purpose.empty()) instance.purpose = used->purpose;
    if (!access::may_somewhere(policy, instance.viewer, instance.needs.capability()))
      return not_capable(instance.needs.capability());
  }
  access::note_use(*instance.database, *used, instance.clock.now());
  return {};
}

Result<void> run_init(const Arguments& arguments, Terminal& terminal) {
  const auto instance = make_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto url = *database_url(arguments);
  terminal.out << (terminal.language == Language::fr ? "Instance prête : " : "Instance ready: ") << url << "\n";
  return {};
}

}  // namespace

std::vector<Command> commands() {
  std::vector<Command> all;
  for (auto& family : {instance_commands(), territory_commands(), import_commands(), picture_commands(),
                       demo_commands(), serve_commands(), account_commands(), access_commands(), audit_commands(),
                       note_commands(), request_commands(), sharing_commands(), target_commands(), recall_commands(),
                       retention_commands(), dossier_commands(), compartment_commands()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

std::vector<database::Migration> all_migrations() {
  std::vector<database::Migration> all;
  for (const auto steps :
       {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(), studies::migrations(),
        notes::migrations(), notes::request_migrations(), notes::attachment_migrations(), sharing::migrations(),
        retention::migrations(), recall::migrations(), provenance::migrations(), demonstration::migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  return all;
}

Result<Instance> make_instance(const Arguments& arguments) {
  const auto url = database_url(arguments);
  if (!url) return Failure(url.error());
  if (!arguments.has("--database")) {
    std::error_code failure;
    std::filesystem::create_directories(data_dir(arguments), failure);
    if (failure)
      return refuse(
          ErrorKind::unavailable,
          {fmt::format("le dossier {} ne peut être fait : {}", data_dir(arguments).string(), failure.message()),
           fmt::format("the folder {} cannot be made: {}", data_dir(arguments).string(), failure.message())},
          "--data-dir");
  }
  return open_url(*url);
}

Result<Instance> open_instance(const Arguments& arguments) {
  const auto url = database_url(arguments);
  if (!url) return Failure(url.error());
  const auto path = data_dir(arguments) / "quadrille.db";
  if (!arguments.has("--database") && !std::filesystem::exists(path))
    return refuse(ErrorKind::not_found,
                  {fmt::format("pas d'instance dans {} ; faites-la avec « quadrille init --data-dir {} »",
                               data_dir(arguments).string(), data_dir(arguments).string()),
                   fmt::format("no instance in {}; make it with \"quadrille init --data-dir {}\"",
                               data_dir(arguments).string(), data_dir(arguments).string())},
                  "--data-dir");
  auto instance = open_url(*url);
  if (!instance) return instance;
  if (const auto identified = identify(*instance, arguments); !identified) return Failure(identified.error());
  return instance;
}

Result<territory::Territory> admit(const Instance& instance, Result<territory::Territory> territory) {
  if (!territory || instance.needs.who() != Needs::Who::with_capability) return territory;
  if (instance.viewer.in(territory->id) == nullptr && instance.viewer.instance_roles.empty())
    return Failure(territory::unknown_territory(territory->slug));
  const auto policy = access::load_policy(*instance.database->read());
  if (!access::may(policy, instance.viewer, territory->id, instance.needs.capability()))
    return not_capable(instance.needs.capability());
  return territory;
}

Result<territory::Territory> wanted_territory(const Instance& instance, const Arguments& arguments) {
  auto snapshot = instance.database->read();
  if (const auto slug = arguments.text("--territory")) {
    auto found = admit(instance, territory::find(*snapshot, *slug));
    if (!found) return refuse(found.error().kind, found.error().message, "--territory");
    return found;
  }
  auto all = territory::list(*snapshot);
  std::erase_if(all, [&](const territory::Territory& one) { return !admit(instance, one); });
  if (all.size() == 1) return all.front();
  if (all.empty())
    return refuse(ErrorKind::not_found,
                  {"aucun territoire ; « quadrille demo » en génère un, « quadrille territory create » en crée un",
                   "no territory; \"quadrille demo\" generates one, \"quadrille territory create\" creates one"},
                  "--territory");
  std::string known;
  for (const auto& one : all) known += (known.empty() ? "" : ", ") + one.slug;
  return invalid({"plusieurs territoires : choisissez parmi " + known, "several territories: choose among " + known},
                 "--territory");
}

Failure token_needed() {
  return refuse(ErrorKind::forbidden,
                {"cette commande agit pour une personne : donnez son jeton (QUADRILLE_TOKEN ou --token-file) ; "
                 "« quadrille account token LOGIN » en fait un",
                 "this command acts for a person: give their token (QUADRILLE_TOKEN or --token-file); \"quadrille "
                 "account token LOGIN\" makes one"},
                "--token-file");
}

Result<std::optional<Instant>> day_option(const Arguments& arguments, std::string_view option, int days_later) {
  constexpr std::int64_t day_ms = 24 * 3600 * 1000;
  const auto text = arguments.text(option);
  if (!text) return std::optional<Instant>();
  const auto day = parse_date(*text);
  if (!day)
    return invalid({"il faut une date comme 2026-03-01", "a date like 2026-03-01 is needed"}, std::string(option));
  return std::optional(Instant{(std::int64_t{day->day} + days_later) * day_ms});
}

Failure as_typed(const Error& error, std::initializer_list<Typed> words) {
  for (const auto& [field, word] : words)
    if (error.field == field) return refuse(error.kind, error.message, std::string(word));
  return Failure(error);
}

Result<std::string> secret_of_file(const std::string& path, std::string_view option) {
  auto secret = crypto::load_secret(path);
  if (!secret) return refuse(secret.error().kind, secret.error().message, std::string(option));
  while (!secret->empty() && (secret->back() == '\n' || secret->back() == '\r')) secret->pop_back();
  return secret;
}

std::vector<Command> instance_commands() {
  return {{.name = "init",
           .summary = {"Prépare une instance (base de données comprise)", "Prepares an instance (with its database)"},
           .needs = Needs::local_administration(),
           .words = "",
           .options = with_instance_options({}),
           .example = "quadrille init --data-dir data",
           .run = run_init}};
}

}  // namespace quadrille::cli
