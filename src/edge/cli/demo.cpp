#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "edge/cli/instance.h"
#include "edge/cli/shown_work.h"
#include "host/crypto/chance.h"
#include "services/access/person.h"
#include "services/audit/recorder.h"
#include "services/demonstration/accounts.h"
#include "services/demonstration/demonstration.h"
#include "services/demonstration/notes.h"
#include "services/sharing/note_matching.h"

namespace quadrille::cli {
namespace {

// Of the time a demonstration takes; the rest is writing it.
constexpr double share_of_generating = 0.3;

// Not in an instance that people work in: a way in without a password has no place there.
Result<void> add_accounts(Instance& instance, const std::string& slug) {
  auto tx = instance.database->write();
  if (access::has_usual_persons(*tx)) return {};
  const auto territory = territory::find(*tx, slug);
  if (!territory) return Failure(territory.error());
  if (const auto added = demonstration::add_accounts(*tx, *territory, crypto::system_chance(), instance.asker());
      !added)
    return added;
  tx->commit();
  return {};
}

// Those of the demonstration's accounts; none where they are not there. Returns how many.
Result<int> add_notes(Instance& instance, const std::string& slug, Seed seed) {
  const auto territory = territory::find(*instance.database->read(), slug);
  if (!territory) return Failure(territory.error());
  access::Access access;
  audit::Recorder recorder(*instance.database, instance.clock);
  notes::Notes notes(*instance.database, access, recorder, crypto::system_chance());
  sharing::match_notes(notes.hooks, crypto::system_chance());
  return demonstration::add_notes(*instance.database, notes, *territory, seed, instance.clock.now());
}

Result<void> run_demo(const Arguments& arguments, Terminal& terminal) {
  const auto seed = arguments.integer("--seed");
  if (!seed) return Failure(seed.error());
  if (seed->value_or(1) < 0) return invalid({"un nombre entier positif", "a positive whole number"}, "--seed");
  auto instance = make_instance(arguments);
  if (!instance) return Failure(instance.error());
  const demonstration::Wanted wanted{arguments.text("--slug").value_or("port-mazarin"),
                                     {static_cast<std::uint64_t>(seed->value_or(1))}};
  if (territory::find(*instance->database->read(), wanted.slug))
    return refuse(ErrorKind::conflict,
                  {fmt::format("le territoire « {} » existe déjà ; choisissez un autre --slug", wanted.slug),
                   fmt::format("the territory \"{}\" exists already; choose another --slug", wanted.slug)},
                  "--slug");
  std::optional<simulation::City> city;
  const auto made = shown(terminal, {"demo", "demo"}, PlainProgress::lines, [&](const Progress& progress) {
    progress.report(0);
    city = demonstration::generate(wanted.seed);
    return demonstration::write(*instance->database, *city, wanted, instance->by(),
                                progress.stage(share_of_generating, 1));
  });
  if (!made) return Failure(made.error());
  if (const auto accounts = add_accounts(*instance, wanted.slug); !accounts) return Failure(accounts.error());
  const auto added = add_notes(*instance, wanted.slug, wanted.seed);
  if (!added) return Failure(added.error());
  const bool fr = terminal.language == Language::fr;
  terminal.out << fmt::format("{} ({}): {} {}, {} {}, {} {}, {} {}\n", city->name, fr ? "simulé" : "simulated",
                              made->facts, fr ? "faits" : "facts", made->streets,
                              fr ? "tronçons de rue" : "street edges", made->sectors, fr ? "secteurs" : "sectors",
                              *added, fr ? "fiches" : "notes");
  return {};
}

}  // namespace

std::vector<Command> demo_commands() {
  return {{.name = "demo",
           .summary = {"Génère une ville fictive, marquée simulée", "Generates a fictional city, marked simulated"},
           .needs = Needs::local_administration(),
           .words = "",
           .options = with_instance_options(
               {{"--seed",
                 "N",
                 {"graine : même graine, même ville (par défaut 1)", "seed: same seed, same city (default 1)"}},
                {"--slug", "SLUG", {"identifiant (par défaut port-mazarin)", "slug (default port-mazarin)"}}}),
           .example = "quadrille demo --seed 1",
           .run = run_demo}};
}

}  // namespace quadrille::cli
