#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/instance.h"
#include "edge/cli/sharing_words.h"
#include "edge/format/moment.h"
#include "services/access/access.h"
#include "services/sharing/desk.h"
#include "services/sharing/operations.h"

// quadrille operation declare|list|cancel, quadrille desk list|acknowledge|take-back|escalate|contact.

namespace quadrille::cli {
namespace {

Result<Instant> moment_of(const Arguments& arguments, std::string_view option) {
  const auto moment = format::parse_utc(arguments.text(option).value_or(""));
  if (!moment)
    return invalid({"un instant UTC comme 2026-11-25T21:00Z", "a moment in UTC like 2026-11-25T21:00Z"},
                   std::string(option));
  return *moment;
}

Result<sharing::OperationPlace> place_of(database::Snapshot& snapshot, const territory::Territory& territory,
                                         const Arguments& arguments) {
  if (const auto code = arguments.text("--sector")) {
    for (const auto& sector : territory::load_sectors(snapshot, territory.id))
      if (sector.code == *code) return sharing::SectorPlace{sector.id};
    return refuse(ErrorKind::not_found, {"aucun secteur de ce code", "no sector of this code"}, "--sector");
  }
  const auto lon = arguments.real("--lon");
  if (!lon) return Failure(lon.error());
  const auto lat = arguments.real("--lat");
  if (!lat) return Failure(lat.error());
  const auto radius = arguments.integer("--radius-m");
  if (!radius) return Failure(radius.error());
  const auto centre = *lon && *lat ? LonLat::checked(**lon, **lat) : std::nullopt;
  if (!centre) return invalid({"donnez --sector, ou --lon et --lat", "give --sector, or --lon and --lat"}, "--lon");
  return sharing::CirclePlace{*centre, static_cast<int>(std::clamp<std::int64_t>(radius->value_or(200), 0, 1'000'000))};
}

void print_hit(Terminal& terminal, const std::string& conflict, const sharing::releases::Contact& call) {
  terminal.out << fmt::format("{} {}: {} — {} {}\n", terminal.language == Language::fr ? "conflit" : "conflict",
                              conflict, call.service, call.desk, call.phone);
}

Result<void> run_declare(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto from = moment_of(arguments, "--from");
  if (!from) return Failure(from.error());
  const auto until = moment_of(arguments, "--until");
  if (!until) return Failure(until.error());
  auto tx = desk->instance.database->write();
  const auto place = place_of(*tx, desk->territory, arguments);
  if (!place) return Failure(place.error());
  const auto declared = sharing::declare(
      *tx, desk->territory,
      {arguments.has("--discreet") ? sharing::OperationKind::discreet : sharing::OperationKind::operation,
       *arguments.text("--title"),
       *place,
       {*from, *until},
       {desk->territory.id,
        access::Sensitivity::confidential,
        access::Handling::h2,
        access::Regime::judicial,
        desk->service,
        {},
        {},
        {}}},
      crypto::system_chance(), desk->asker);
  if (!declared) return Failure(declared.error());
  tx->commit();
  terminal.out << declared->code << "\n";
  for (const auto& hit : declared->hits) print_hit(terminal, hit.conflict, hit.call);
  return {};
}

Result<void> run_list_operations(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  access::Access access;
  auto snapshot = desk->instance.database->read();
  const auto readable = access.readable(*snapshot, desk->asker.viewer);
  const auto operations = sharing::list_operations(*snapshot, *readable, desk->territory.id, desk->asker.at);
  snapshot.reset();
  desk->record_read("declared operations", operations.size());
  for (const auto& one : operations)
    terminal.out << fmt::format(
        "{}  {} → {}  {}  {}{}\n", one.code, format_utc(one.window.begin), format_utc(one.window.end),
        label_of(one.kind).in(terminal.language), one.title,
        one.is_cancelled ? (terminal.language == Language::fr ? "  annulée" : "  cancelled") : "");
  return {};
}

Result<void> run_cancel(const Arguments& arguments, Terminal& /*terminal*/) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  access::Access access;
  const auto readable = access.readable(*desk->instance.database->read(), desk->asker.viewer);
  auto tx = desk->instance.database->write();
  if (auto done = sharing::cancel(*tx, *readable, desk->territory.id, first_word(arguments), desk->asker); !done)
    return Failure(done.error());
  tx->commit();
  return {};
}

Result<void> run_list_conflicts(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  access::Access access;
  auto snapshot = desk->instance.database->read();
  const auto readable = access.readable(*snapshot, desk->asker.viewer);
  const auto conflicts = sharing::list_conflicts(*snapshot, *readable, desk->territory.id, desk->asker);
  snapshot.reset();
  desk->record_read("conflicts of the desk", conflicts.size());
  for (const auto& one : conflicts)
    terminal.out << fmt::format("{}  {}  {}  {}  {}: {} — {} {}\n", one.code, format_utc(one.made_at),
                                label_of(one.kind).in(terminal.language), label_of(one.state).in(terminal.language),
                                one.call.service, label_of(one.other_state).in(terminal.language), one.call.desk,
                                one.call.phone);
  return {};
}

template <sharing::DeskStep step>
Result<void> run_step(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto tx = desk->instance.database->write();
  const auto state = sharing::act(*tx, desk->territory.id, first_word(arguments), step,
                                  arguments.text("--reason").value_or(""), desk->asker);
  if (!state) return Failure(state.error());
  tx->commit();
  terminal.out << label_of(*state).in(terminal.language) << "\n";
  return {};
}

Result<void> run_contact(const Arguments& arguments, Terminal& /*terminal*/) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto tx = desk->instance.database->write();
  if (auto done = sharing::set_contact(*tx, desk->territory.id, *arguments.text("--name"), *arguments.text("--phone"),
                                       desk->asker);
      !done)
    return Failure(done.error());
  tx->commit();
  return {};
}

std::vector<Command> operation_commands() {
  return {
      {.name = "operation declare",
       .summary = {"Déclare une opération ; prévient les deux permanences d'un conflit",
                   "Declares an operation; tells both desks of a conflict"},
       .needs = access::Capability::declare_operation,
       .words = "",
       .options =
           with_desk_options({{"--title", "TEXT", {"pour ceux qui peuvent la lire", "for those who may read it"}, true},
                              {"--from", "UTC", {"début, 2026-11-25T21:00Z", "beginning, 2026-11-25T21:00Z"}, true},
                              {"--until", "UTC", {"fin", "end"}, true},
                              {"--discreet", "", {"mesure discrète", "a discreet measure"}},
                              {"--sector", "CODE", {"le lieu : un secteur", "the place: a sector"}},
                              {"--lon", "DEGREES", {"ou un cercle : longitude", "or a circle: longitude"}},
                              {"--lat", "DEGREES", {"latitude", "latitude"}},
                              {"--radius-m", "M", {"rayon (par défaut 200)", "radius (default 200)"}}}),
       .example = "quadrille operation declare --service police-nationale --title \"Point de vente\" --lon 5.37 --lat "
                  "43.3 --from 2026-11-25T21:00Z --until 2026-11-25T23:00Z",
       .run = run_declare},
      {.name = "operation list",
       .summary = {"Opérations déclarées par le service, non terminées", "Operations of the service that are not over"},
       .needs = access::Capability::declare_operation,
       .words = "",
       .options = with_desk_options({}),
       .example = "quadrille operation list --service police-nationale",
       .run = run_list_operations},
      {.name = "operation cancel",
       .summary = {"Annule une opération du service", "Cancels an operation of the service"},
       .needs = access::Capability::declare_operation,
       .words = "CODE",
       .words_max = 1,
       .options = with_desk_options({}),
       .example = "quadrille operation cancel abcdefghijklmnop --service police-nationale",
       .run = run_cancel}};
}

std::vector<Command> desk_commands() {
  return {{.name = "desk list",
           .summary = {"Conflits de la permanence", "Conflicts of the duty desk"},
           .needs = access::Capability::run_duty_desk,
           .words = "",
           .options = with_desk_options({}),
           .example = "quadrille desk list --service police-nationale",
           .run = run_list_conflicts},
          {.name = "desk acknowledge",
           .summary = {"Prend un conflit en compte", "Acknowledges a conflict"},
           .needs = access::Capability::run_duty_desk,
           .words = "CODE",
           .words_max = 1,
           .options = with_desk_options({}),
           .example = "quadrille desk acknowledge abcdefghijklmnop --service police-nationale",
           .run = run_step<sharing::DeskStep::acknowledge>},
          {.name = "desk take-back",
           .summary = {"Revient sur la prise en compte, dans les deux minutes",
                       "Takes an acknowledgement back, within two minutes"},
           .needs = access::Capability::run_duty_desk,
           .words = "CODE",
           .words_max = 1,
           .options = with_desk_options({}),
           .example = "quadrille desk take-back abcdefghijklmnop --service police-nationale",
           .run = run_step<sharing::DeskStep::take_back>},
          {.name = "desk escalate",
           .summary = {"Fait monter un conflit au commandement", "Escalates a conflict to the commanders"},
           .needs = access::Capability::run_duty_desk,
           .words = "CODE",
           .words_max = 1,
           .options = with_desk_options({{"--reason", "TEXT", {"motif", "reason"}, true}}),
           .example = "quadrille desk escalate abcdefghijklmnop --reason \"no answer\" --service police-nationale",
           .run = run_step<sharing::DeskStep::escalate>},
          {.name = "desk contact",
           .summary = {"Qui les autres services appellent", "Whom other services call"},
           .needs = access::Capability::run_duty_desk,
           .words = "",
           .options = with_desk_options({{"--name", "TEXT", {"nom de la permanence", "name of the desk"}, true},
                                         {"--phone", "NUMBER", {"téléphone", "telephone"}, true}}),
           .example = "quadrille desk contact --name \"Salle de commandement\" --phone \"04 91 00 00 00\" --service "
                      "police-nationale",
           .run = run_contact}};
}

// The person's own; where nobody has an account, the one that is named.
Result<ServiceId> acting_service(const Instance& instance, const territory::Territory& territory,
                                 const access::Viewer& viewer, const Arguments& arguments) {
  const auto code = arguments.text("--service");
  const auto* standing = viewer.person.value == 0 ? nullptr : viewer.in(territory.id);
  const auto services = territory::load_services(*instance.database->read(), territory.id);
  const auto named = std::ranges::find(services, code.value_or(""), &territory::Service::code);
  if (standing != nullptr) {
    if (!code || (named != services.end() && named->id == standing->service)) return standing->service;
    return refuse(ErrorKind::forbidden, {"ce n'est pas votre service", "this is not your service"}, "--service");
  }
  if (named != services.end()) return named->id;
  return refuse(ErrorKind::not_found,
                {"aucun service de ce code ; quadrille territory service en ajoute un",
                 "no service of this code; quadrille territory service adds one"},
                "--service");
}

}  // namespace

void Desk::record_read(const std::string& subject, std::size_t shown) {
  audit::Act act;
  act.actor = asker.actor();
  act.territory = territory.id;
  act.subject = subject;
  act.purpose = asker.purpose;
  act.outcome = shown == 0 ? "empty" : fmt::format("rows={}", shown);
  auto tx = instance.database->write();
  audit::record(*tx, act, asker.at);
  tx->commit();
}

Result<Desk> open_desk(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto asker = instance->asker();
  asker.legal_basis = arguments.text("--legal-basis").value_or("");
  const auto service = acting_service(*instance, *territory, asker.viewer, arguments);
  if (!service) return Failure(service.error());
  if (asker.viewer.person.value == 0)
    asker.viewer.standings = {{territory->id,
                               *service,
                               {access::Role::duty_officer, access::Role::commander},
                               access::Sensitivity::confidential}};
  return Desk{std::move(*instance), *territory, *service, std::move(asker)};
}

std::vector<Option> with_desk_options(std::vector<Option> own) {
  own.push_back({"--service",
                 "CODE",
                 {"le service pour lequel on agit (par défaut celui de la personne)",
                  "the service one acts for (default the person's)"}});
  own.push_back({"--territory", "SLUG", {"territoire, s'il y en a plusieurs", "territory, where there are several"}});
  own.push_back({"--legal-basis", "TEXT", {"base juridique, pour le journal", "legal basis, for the log"}});
  return with_instance_options(std::move(own));
}

std::string first_word(const Arguments& arguments) {
  return arguments.words().empty() ? std::string() : arguments.words()[0];
}

std::vector<Command> sharing_commands() {
  std::vector<Command> all = operation_commands();
  for (auto& command : desk_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace quadrille::cli
