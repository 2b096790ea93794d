#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/cli/command.h"
#include "host/clock/clock.h"
#include "host/database/database.h"
#include "services/access/viewer.h"
#include "services/territory/territory.h"

// What every command that touches an instance starts with.

namespace quadrille::cli {

struct Instance {
  std::unique_ptr<database::Database> database;
  const clock::Clock& clock;

  // Whom the command works for: the person of the token, or whoever is at the machine ("local:cli").
  access::Viewer viewer;
  std::string purpose;
  Needs needs = Needs::local_administration();

  [[nodiscard]] access::Asker asker() const { return {viewer, purpose, "", clock.now()}; }
  // Changes made here are by this actor, now.
  [[nodiscard]] territory::By by() const { return {asker().actor(), clock.now()}; }
};

// The instance named by --data-dir (default ./data; its database is quadrille.db inside) or --database. Refused when it
// was never made (quadrille init) — but for `make_instance`, which makes it. Schemas are brought up to date. Refused
// (forbidden) where the command's person does not hold what it needs in any territory.
[[nodiscard]] Result<Instance> open_instance(const Arguments& arguments);
[[nodiscard]] Result<Instance> make_instance(const Arguments& arguments);

// Every module's schema, in the order of use.
[[nodiscard]] std::vector<database::Migration> all_migrations();

// The refusal of a command that came without a token, or with one that is not, or no longer, good.
[[nodiscard]] Failure token_needed();

// Whether the command's person holds what it needs there; where they have no standing the territory does not exist.
[[nodiscard]] Result<territory::Territory> admit(const Instance& instance, Result<territory::Territory> territory);

// The option --territory, or the only territory of the instance.
[[nodiscard]] Result<territory::Territory> wanted_territory(const Instance& instance, const Arguments& arguments);

// A day as an option, or none; `days_later` 1 makes of a last day, included, the moment where it ends. Midnight is UTC
// here; the page uses the territory's own.
[[nodiscard]] Result<std::optional<Instant>> day_option(const Arguments& arguments, std::string_view option,
                                                        int days_later);

// A service's refusal names a field; the command line names what was typed.
struct Typed {
  std::string_view field;
  std::string_view word;
};
[[nodiscard]] Failure as_typed(const Error& error, std::initializer_list<Typed> words);

// --log-key, or audit.key in the data folder: the key that signs the audit log's checkpoints.
[[nodiscard]] std::filesystem::path log_key_file(const Arguments& arguments);

// The text of a file that only its owner may read (crypto::load_secret), without the line ends that editors leave; a
// refusal names the option.
[[nodiscard]] Result<std::string> secret_of_file(const std::string& path, std::string_view option);

[[nodiscard]] std::vector<Command> instance_commands();   // init
[[nodiscard]] std::vector<Command> territory_commands();  // territory create|list|show|sectors|streets|service|calendar
[[nodiscard]] std::vector<Command> import_commands();     // import
[[nodiscard]] std::vector<Command> picture_commands();    // picture, study save|list|show|rerun, export
[[nodiscard]] std::vector<Command> demo_commands();       // demo
[[nodiscard]] std::vector<Command> sharing_commands();    // operation, desk
[[nodiscard]] std::vector<Command> target_commands();     // target
[[nodiscard]] std::vector<Command> serve_commands();      // serve
[[nodiscard]] std::vector<Command> account_commands();    // account create|list|grant|revoke|disable|reset|token|...
[[nodiscard]] std::vector<Command> access_commands();     // access policy show|set, access explain, legal-act add|...
[[nodiscard]] std::vector<Command> audit_commands();    // audit list|show|prove|checkpoint|key|rotate-key|export|verify
[[nodiscard]] std::vector<Command> note_commands();     // note add|list|show|step|enrich|answer|attach
[[nodiscard]] std::vector<Command> request_commands();  // request ask|list|show|answer|refuse|delay|…|statistics|limit

[[nodiscard]] std::vector<Command> recall_commands();       // recall holders|make|list|show|answer|verify
[[nodiscard]] std::vector<Command> retention_commands();    // retention run|periods|calendar|receipts|decision|...
[[nodiscard]] std::vector<Command> dossier_commands();      // dossier
[[nodiscard]] std::vector<Command> compartment_commands();  // compartment open|list|members|admit|dismiss|leave|close

// The commands above.
[[nodiscard]] std::vector<Command> commands();

}  // namespace quadrille::cli
