#include "services/access/compartment.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/api/compartments.h"
#include "edge/cli/asker.h"
#include "edge/cli/instance.h"
#include "host/crypto/chance.h"

// quadrille compartment …: procedures and operations that only their members know of, as the person of the token.

namespace quadrille::cli {
namespace {

using access::Capability;

struct Desk {
  Instance instance;
  territory::Territory territory;
  access::Asker asker;
};

Result<Desk> open_desk(const Arguments& arguments) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto asker = asker_of(*instance);
  if (!asker) return Failure(asker.error());
  return Desk{std::move(*instance), std::move(*territory), std::move(*asker)};
}

Failure refused(const Error& error) {
  return as_typed(error, {{"compartment", "CODE"}, {"login", "LOGIN"}, {"name", "--name"}, {"role", "--token-file"}});
}

Result<std::string> word_of(const Arguments& arguments, std::size_t position, const char* name) {
  if (arguments.words().size() > position) return arguments.words()[position];
  return invalid({"il manque", "is missing"}, name);
}

Result<void> run_open(const Arguments& arguments, Terminal& terminal) {
  const auto kind = access::compartment_kind_named(arguments.text("--kind").value_or("procedure"));
  if (!kind) return invalid({"procedure ou operation", "procedure or operation"}, "--kind");
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto tx = desk->instance.database->write();
  const auto made = access::open_compartment(*tx, {desk->territory.id, *kind, *arguments.text("--name")},
                                             crypto::system_chance(), desk->asker);
  if (!made) return refused(made.error());
  tx->commit();
  terminal.out << made->code << "\n";
  return {};
}

Result<api::wire::CompartmentsView> look(const Arguments& arguments) {
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  audit::Recorder recorder(*desk->instance.database, desk->instance.clock);
  access::Access access;
  return api::look_at_compartments(*desk->instance.database, access, recorder, desk->territory, desk->asker);
}

void print_row(const api::wire::CompartmentView& one, Terminal& terminal) {
  const Text closed = one.closed_at ? Text{"clos le " + format_utc(*one.closed_at).substr(0, 10),
                                           "closed on " + format_utc(*one.closed_at).substr(0, 10)}
                                    : Text{"ouvert", "open"};
  terminal.out << fmt::format("{}  {:<24}  {:<10}  {}\n", one.code, one.name, one.kind.label.in(terminal.language),
                              closed.in(terminal.language));
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  const auto view = look(arguments);
  if (!view) return Failure(view.error());
  if (view->compartments.empty())
    terminal.err << Text{"Vous n'êtes dans aucun dossier cloisonné.\n", "You are in no compartment.\n"}.in(
        terminal.language);
  for (const auto& one : view->compartments) print_row(one, terminal);
  return {};
}

Result<void> run_members(const Arguments& arguments, Terminal& terminal) {
  const auto code = word_of(arguments, 0, "CODE");
  if (!code) return Failure(code.error());
  const auto view = look(arguments);
  if (!view) return Failure(view.error());
  std::vector<access::Compartment> own;
  for (const auto& one : view->compartments)
    own.push_back({{}, one.code, {}, {}, one.name, one.opened_at, one.closed_at});
  const auto meant = access::find_compartment(own, *code, "CODE");
  if (!meant) return Failure(meant.error());
  const auto found = std::ranges::find(view->compartments, meant->code, &api::wire::CompartmentView::code);
  for (const auto& member : found->members)
    terminal.out << fmt::format(
        "{:<20}  {:<24}  {}\n", member.login, member.name,
        member.in_force ? member.service : Text{"n'y a plus accès", "has no access any more"}.in(terminal.language));
  return {};
}

// One act on a compartment, with a login where the command takes one.
using Act = Result<void> (*)(database::Transaction&, TerritoryId, std::string_view code, std::string_view login,
                             const access::Asker&);

Result<void> run_act(const Arguments& arguments, Act act, const char* second_word) {
  const auto code = word_of(arguments, 0, "CODE");
  if (!code) return Failure(code.error());
  const auto login = second_word == nullptr ? Result<std::string>("") : word_of(arguments, 1, second_word);
  if (!login) return Failure(login.error());
  const auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto tx = desk->instance.database->write();
  if (const auto done = act(*tx, desk->territory.id, *code, *login, desk->asker); !done) return refused(done.error());
  tx->commit();
  return {};
}

Result<void> run_admit(const Arguments& arguments, Terminal& /*terminal*/) {
  return run_act(arguments, access::admit, "LOGIN");
}
Result<void> run_dismiss(const Arguments& arguments, Terminal& /*terminal*/) {
  return run_act(arguments, access::dismiss, "LOGIN");
}
Result<void> run_leave(const Arguments& arguments, Terminal& /*terminal*/) {
  return run_act(
      arguments,
      [](database::Transaction& tx, TerritoryId territory, std::string_view code, std::string_view,
         const access::Asker& by) { return access::dismiss(tx, territory, code, by.viewer.login, by); },
      nullptr);
}
Result<void> run_close(const Arguments& arguments, Terminal& /*terminal*/) {
  return run_act(
      arguments,
      [](database::Transaction& tx, TerritoryId territory, std::string_view code, std::string_view,
         const access::Asker& by) { return access::close_compartment(tx, territory, code, by); },
      nullptr);
}

std::vector<Option> desk_options(std::vector<Option> own) {
  own.push_back({"--territory", "SLUG", {"territoire (le seul, s'il n'y en a qu'un)", "territory (the only one)"}});
  return with_instance_options(std::move(own));
}

}  // namespace

std::vector<Command> compartment_commands() {
  constexpr auto opens = Capability::open_compartment;
  constexpr auto reads = Capability::read_notes;
  return {
      {.name = "compartment open",
       .summary = {"Ouvre un dossier cloisonné : une procédure ou une opération connue de ses seuls membres",
                   "Opens a compartment: a procedure or an operation known to its members alone"},
       .needs = opens,
       .words = "",
       .options = desk_options(
           {{"--name", "CODENAME", {"nom de code, jamais d'une personne", "code name, never a person's"}, true},
            {"--kind", "WORD", {"procedure (par défaut) ou operation", "procedure (default) or operation"}}}),
       .example = "quadrille compartment open --name MISTRAL --kind operation",
       .run = run_open},
      {.name = "compartment list",
       .summary = {"Ceux dont vous êtes", "Those you are in"},
       .needs = reads,
       .words = "",
       .options = desk_options({}),
       .example = "quadrille compartment list --purpose \"relève du matin\"",
       .run = run_list},
      {.name = "compartment members",
       .summary = {"Les membres de l'un d'eux", "The members of one"},
       .needs = reads,
       .words = "CODE",
       .words_max = 1,
       .options = desk_options({}),
       .example = "quadrille compartment members abcdefghijklmnop",
       .run = run_members},
      {.name = "compartment admit",
       .summary = {"Y admet quelqu'un", "Admits somebody"},
       .needs = opens,
       .words = "CODE LOGIN",
       .words_max = 2,
       .options = desk_options({}),
       .example = "quadrille compartment admit abcdefghijklmnop martin",
       .run = run_admit},
      {.name = "compartment dismiss",
       .summary = {"En écarte quelqu'un, aussitôt", "Dismisses somebody, at once"},
       .needs = opens,
       .words = "CODE LOGIN",
       .words_max = 2,
       .options = desk_options({}),
       .example = "quadrille compartment dismiss abcdefghijklmnop martin",
       .run = run_dismiss},
      {.name = "compartment leave",
       .summary = {"Quitte l'un d'eux, aussitôt", "Leaves one, at once"},
       .needs = reads,
       .words = "CODE",
       .words_max = 1,
       .options = desk_options({}),
       .example = "quadrille compartment leave abcdefghijklmnop",
       .run = run_leave},
      {.name = "compartment close",
       .summary = {"En clôt un : rien ni personne n'y entre plus", "Closes one: nothing and nobody goes in any more"},
       .needs = opens,
       .words = "CODE",
       .words_max = 1,
       .options = desk_options({}),
       .example = "quadrille compartment close abcdefghijklmnop",
       .run = run_close}};
}

}  // namespace quadrille::cli
