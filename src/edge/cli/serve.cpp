#include <fmt/format.h>
#include <unistd.h>

#include <ostream>
#include <stop_token>
#include <thread>

#include "edge/api/api.h"
#include "edge/api/desk_line.h"
#include "edge/api/erasing.h"
#include "edge/api/jobs.h"
#include "edge/api/picture_cache.h"
#include "edge/api/provider.h"
#include "edge/api/upkeep.h"
#include "edge/cli/instance.h"
#include "edge/cli/sharing_words.h"
#include "host/http/server.h"
#include "services/access/person.h"
#include "services/audit/recorder.h"
#include "services/notes/notes.h"
#include "services/sharing/note_matching.h"
#include "services/studies/studies.h"

namespace quadrille::cli {
namespace {

// web/dist of the checkout the binary was built in, or share/quadrille/web beside an installed one.
std::filesystem::path find_web() {
  std::error_code failure;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", failure);
  for (const auto& candidate :
       {binary.parent_path() / "../../web/dist", binary.parent_path() / "../share/quadrille/web"})
    if (std::filesystem::is_regular_file(candidate / "index.html")) return std::filesystem::canonical(candidate);
  return "web/dist";
}

// The picture that each territory opens with, computed before the first reader asks. What fails here is said when it is
// asked for.
void prepare_pictures(database::Database& database, api::PictureCache& pictures, const std::stop_token& stop) {
  try {
    auto snapshot = database.read();
    for (const auto& territory : territory::list(*snapshot)) {
      if (stop.stop_requested()) return;
      const auto parameters = studies::complete({}, *snapshot, territory);
      if (!parameters) continue;
      api::PictureCache::Wish wish;
      const std::stop_callback withdrawn(stop, [&] { pictures.withdraw(wish); });
      (void)pictures.get(*snapshot, territory, *parameters, wish);
    }
  } catch (const database::DatabaseError&) {
    return;
  }
}

// The identity provider of --oidc-issuer; nothing without it.
Result<std::shared_ptr<api::Provider>> provider_of(const Arguments& arguments) {
  const auto issuer = arguments.text("--oidc-issuer");
  if (!issuer) return std::shared_ptr<api::Provider>();
  for (const char* needed : {"--oidc-client-id", "--oidc-client-secret-file", "--public-url"})
    if (!arguments.has(needed)) return invalid({"nécessaire avec --oidc-issuer", "needed with --oidc-issuer"}, needed);
  auto secret = secret_of_file(*arguments.text("--oidc-client-secret-file"), "--oidc-client-secret-file");
  if (!secret) return Failure(secret.error());
  api::ProviderSettings settings{.issuer = *issuer,
                                 .client = *arguments.text("--oidc-client-id"),
                                 .secret = std::move(*secret),
                                 .name = arguments.text("--oidc-name").value_or("ProConnect"),
                                 .return_address = *arguments.text("--public-url") + "/api/v1/session/provider/return"};
  // A provider on this very machine is one of a test.
  if (issuer->starts_with("http://localhost:") || issuer->starts_with("http://127.0.0.1:"))
    settings.plain = http::Plain::on_loopback;
  return std::make_shared<api::Provider>(std::move(settings));
}

Result<api::Settings> settings_of(const Arguments& arguments) {
  api::Settings settings;
  if (const auto path = arguments.text("--trusted-proxy-secret-file")) {
    auto secret = secret_of_file(*path, "--trusted-proxy-secret-file");
    if (!secret) return Failure(secret.error());
    if (secret->size() < 16)
      return invalid({"le secret a moins de 16 caractères", "the secret has fewer than 16 characters"},
                     "--trusted-proxy-secret-file");
    settings.proxy_secret = std::move(*secret);
  }
  auto provider = provider_of(arguments);
  if (!provider) return Failure(provider.error());
  settings.provider = std::move(*provider);
  return settings;
}

// An instance without any account: who starts it makes the first administrator.
void print_first_link(Instance& instance, const std::string& address, Terminal& terminal) {
  auto tx = instance.database->write();
  if (access::has_persons(*tx)) return;
  const auto secret = access::invite_first_administrator(*tx, crypto::system_chance(), instance.asker());
  tx->commit();
  terminal.out << (terminal.language == Language::fr
                       ? "Aucun compte encore. Ce lien, bon une fois et 24 heures, crée l'administration :\n  "
                       : "No account yet. This link, good once and for 24 hours, makes the administrator:\n  ")
               << address << "/invitation#" << secret << std::endl;
}

Result<void> run_serve(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto port = arguments.integer("--port");
  if (!port) return Failure(port.error());
  const std::int64_t number = port->value_or(8080);
  if (number < 0 || number > 65535)
    return invalid({"de 0 (le premier libre) à 65535", "from 0 (the first free one) to 65535"}, "--port");
  const auto settings = settings_of(arguments);
  if (!settings) return Failure(settings.error());
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  api::PictureCache pictures(threads);
  const auto web = arguments.text("--web");
  api::Jobs jobs(instance->clock, 2);
  access::Access access;
  audit::Recorder recorder(*instance->database, instance->clock);
  access::SignIn sign_in(crypto::usual_password_cost);
  auto signer = audit::CheckpointSigner::open(log_key_file(arguments), *instance->database, instance->clock);
  if (!signer) return Failure(signer.error());
  notes::Notes notes(*instance->database, access, recorder, crypto::system_chance());
  sharing::match_notes(notes.hooks, crypto::system_chance());
  api::Context context{*instance->database,
                       instance->clock,
                       pictures,
                       jobs,
                       access,
                       recorder,
                       crypto::system_chance(),
                       sign_in,
                       *settings,
                       **signer,
                       notes,
                       web ? std::filesystem::path(*web) : find_web()};
  api::DeskLine desk_line(*instance->database, instance->clock);
  context.desk_line = &desk_line;
  const api::Upkeep upkeep(*instance->database, instance->clock);
  // Without the secret there is no target deconfliction here; one that is there but unreadable is said.
  const auto keys = load_target_keys(arguments);
  if (!keys && keys.error().kind != ErrorKind::not_found) return Failure(keys.error());
  if (keys) context.target_keys = keys->get();
  const api::RetentionClock retention_clock(*instance->database, instance->clock, **signer, crypto::system_chance());
  auto server = http::Server::listen(
      {.port = static_cast<std::uint16_t>(number), .threads = 2 + threads, .body_bytes_max_of = api::body_bytes_max_of},
      [&](const http::Request& request) { return api::answer(context, request); });
  if (!server) return Failure(server.error());
  const std::string address = fmt::format("http://localhost:{}", (*server)->port());
  terminal.out << "Quadrille: " << address << std::endl;
  print_first_link(*instance, arguments.text("--public-url").value_or(address), terminal);
  const std::jthread preparing(
      [&](const std::stop_token& stop) { prepare_pictures(*instance->database, pictures, stop); });
  (*server)->run(true);
  return {};
}

}  // namespace

std::vector<Command> serve_commands() {
  return {
      {.name = "serve",
       .summary = {"Ouvre la page et l'API, sur cette machine seulement",
                   "Opens the page and the API, on this machine only"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_instance_options(
           {{"--port",
             "N",
             {"port (par défaut 8080 ; 0 = le premier libre)", "port (default 8080; 0 = the first free one)"}},
            {"--log-key",
             "FILE",
             {"clé de signature du journal (par défaut audit.key du dossier de données)",
              "signing key of the log (default audit.key in the data folder)"}},
            {"--web", "DIR", {"fichiers de la page (trouvés d'eux-mêmes)", "files of the page (found by themselves)"}},
            {"--public-url",
             "URL",
             {"adresse de la page derrière son mandataire", "address of the page behind its proxy"}},
            {"--oidc-issuer", "URL", {"fournisseur d'identité (ProConnect)", "identity provider (ProConnect)"}},
            {"--oidc-client-id", "ID", {"identifiant chez lui", "our name there"}},
            {"--oidc-client-secret-file", "FILE", {"secret chez lui", "our secret there"}},
            {"--oidc-name",
             "NAME",
             {"nom sur le bouton (par défaut ProConnect)", "name on the button (default ProConnect)"}},
            {"--trusted-proxy-secret-file",
             "FILE",
             {"secret que le mandataire montre (docs/operating/accounts.md)",
              "secret that the proxy shows (docs/operating/accounts.md)"}}}),
       .example = "quadrille serve --port 8080 --data-dir data",
       .run = run_serve}};
}

}  // namespace quadrille::cli
