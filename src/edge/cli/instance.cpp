#include "edge/cli/instance.h"

#include <fmt/format.h>

#include <ostream>

#include "services/access/access.h"
#include "services/audit/audit.h"
#include "services/demonstration/demonstration.h"
#include "services/facts/facts.h"
#include "services/notes/attachments.h"
#include "services/notes/notes.h"
#include "services/notes/requests.h"
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
  return Instance{std::move(*database), clock::system_clock()};
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
  for (auto& family :
       {instance_commands(), territory_commands(), import_commands(), picture_commands(), demo_commands(),
        serve_commands(), audit_commands(), note_commands(), request_commands(), sharing_commands(), target_commands()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

std::vector<database::Migration> all_migrations() {
  std::vector<database::Migration> all;
  for (const auto steps : {audit::migrations(), access::migrations(), territory::migrations(), facts::migrations(),
                           studies::migrations(), notes::migrations(), notes::request_migrations(),
                           notes::attachment_migrations(), sharing::migrations(), demonstration::migrations()})
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
  return open_url(*url);
}

Result<territory::Territory> wanted_territory(const Instance& instance, const Arguments& arguments) {
  auto snapshot = instance.database->read();
  if (const auto slug = arguments.text("--territory")) {
    auto found = territory::find(*snapshot, *slug);
    if (!found) return refuse(found.error().kind, found.error().message, "--territory");
    return found;
  }
  auto all = territory::list(*snapshot);
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

std::vector<Command> instance_commands() {
  return {{.name = "init",
           .summary = {"Prépare une instance (base de données comprise)", "Prepares an instance (with its database)"},
           .words = "",
           .options = with_instance_options({}),
           .example = "quadrille init --data-dir data",
           .run = run_init}};
}

}  // namespace quadrille::cli
