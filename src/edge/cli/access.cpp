#include "services/access/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/instance.h"
#include "host/crypto/chance.h"
#include "services/access/legal_act.h"
#include "services/access/person.h"
#include "services/access/policy.h"

// The policy, why an access was refused, and the legal acts.

namespace quadrille::cli {
namespace {

Result<void> run_show(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  terminal.out << access::policy_table(access::load_policy(*instance->database->read()), terminal.language);
  return {};
}

template <class Known>
std::string names_of(const Known& known) {
  std::string names;
  for (const auto one : known) names += fmt::format("{}{}", names.empty() ? "" : ", ", access::name_of(one));
  return names;
}

Result<access::Role> wanted_role(const Arguments& arguments) {
  if (const auto role = access::role_named(arguments.text("--role").value_or(""))) return *role;
  const auto known = names_of(access::roles);
  return invalid({"il faut l'un de : " + known, "one of these is needed: " + known}, "--role");
}

// The logins of those who hold the role and have nothing yet to give.
std::string without_second_factor(database::Snapshot& snapshot, const access::Policy& policy, access::Role role,
                                  Instant at) {
  std::string logins;
  for (const auto& person : access::list_persons(snapshot)) {
    if (person.has_second_factor) continue;
    const auto waiting = access::load_waiting(snapshot, person, policy, access::Proof::one_factor, at);
    if (std::ranges::find(waiting, role, &access::Habilitation::role) != waiting.end())
      logins += (logins.empty() ? "" : ", ") + person.login;
  }
  return logins;
}

Result<void> change_role(access::RolePolicy& held, const Arguments& arguments) {
  for (const std::string_view option : {"--allow", "--deny"}) {
    const auto name = arguments.text(option);
    if (!name) continue;
    const auto capability = access::capability_named(*name);
    if (!capability) {
      const auto known = names_of(access::capabilities);
      return invalid({"il faut l'une de : " + known, "one of these is needed: " + known}, std::string(option));
    }
    if (option == "--allow")
      held.capabilities.insert(*capability);
    else
      held.capabilities.erase(*capability);
  }
  if (const auto demand = arguments.text("--second-factor")) {
    const auto known = access::second_factor_named(*demand);
    if (!known) return invalid({"il faut required ou free", "required or free is needed"}, "--second-factor");
    held.second_factor = *known;
  }
  return {};
}

Result<void> run_set(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto role = wanted_role(arguments);
  if (!role) return Failure(role.error());
  if (!arguments.has("--allow") && !arguments.has("--deny") && !arguments.has("--second-factor"))
    return invalid({"dites ce qui change : --allow, --deny ou --second-factor",
                    "say what changes: --allow, --deny or --second-factor"},
                   "--role");
  auto tx = instance->database->write();
  const auto before = access::load_policy(*tx);
  auto policy = before;
  if (const auto changed = change_role(policy.roles[*role], arguments); !changed) return Failure(changed.error());
  if (const auto checked = access::check_policy(policy); !checked) {
    const bool is_of_factor = checked.error().field == "second_factor";
    return refuse(checked.error().kind, checked.error().message,
                  is_of_factor ? "--second-factor" : (arguments.has("--allow") ? "--allow" : "--deny"));
  }
  if (policy == before)
    return refuse(ErrorKind::conflict,
                  {fmt::format("la politique en vigueur (version {}) le dit déjà", before.version),
                   fmt::format("the policy in force (version {}) says so already", before.version)},
                  "--role");
  const auto saved = access::save_policy(*tx, policy, instance->asker());
  const auto waiting = without_second_factor(*tx, saved, *role, instance->clock.now());
  tx->commit();
  const bool fr = terminal.language == Language::fr;
  terminal.out << (fr ? "Politique, version " : "Policy, version ") << saved.version << "\n";
  if (arguments.has("--second-factor") && !waiting.empty())
    terminal.err << (fr ? "Sans second facteur encore, donc sans ce rôle jusque-là : "
                        : "Without a second factor yet, so without this role until then: ")
                 << waiting << "\n";
  return {};
}

Result<void> run_explain(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto marking = arguments.integer("--marking");
  if (!marking) return Failure(marking.error());
  auto snapshot = instance->database->read();
  const auto person = access::find_person_by_login(*snapshot, arguments.words().empty() ? "" : arguments.words()[0]);
  if (!person)
    return refuse(ErrorKind::not_found, {"aucun compte de cet identifiant", "no account of this login"}, "LOGIN");
  const auto all = access::load_markings(*snapshot, {});
  if (std::ranges::find(all, MarkingId{marking->value_or(0)}, &access::InternedMarking::id) == all.end())
    return refuse(ErrorKind::not_found, {"aucun marquage de ce numéro", "no marking of this number"}, "--marking");
  const Instant now = instance->clock.now();
  const auto policy = access::load_policy(*snapshot);
  const auto decide = [&](access::Proof proof) {
    const auto viewer = access::load_viewer(*snapshot, *person, policy, proof, now);
    return access::Access::explain(*snapshot, viewer, {**marking});
  };
  const auto decision = decide(access::Proof::two_factors);
  const Text readable =
      decide(access::Proof::one_factor).is_allowed()
          ? Text{"lisible", "may read"}
          : Text{"lisible, une fois le second facteur donné", "may read, once the second factor is given"};
  terminal.out << (decision.is_allowed() ? readable.in(terminal.language)
                                         : fmt::format("{}: {}", access::name_of(*decision.refused_by),
                                                       access::label_of(*decision.refused_by).in(terminal.language)))
               << "\n";
  return {};
}

Result<void> run_add_act(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  const auto part = access::part_named(*arguments.text("--part"));
  if (!part)
    return invalid({"il faut persons_in_notes ou target_matching", "persons_in_notes or target_matching is needed"},
                   "--part");
  const auto from = day_option(arguments, "--from", 0);
  if (!from) return Failure(from.error());
  const auto until = day_option(arguments, "--until", 1);
  if (!until) return Failure(until.error());
  auto tx = instance->database->write();
  const auto act = access::add_legal_act(
      *tx, {territory->id, *part, *arguments.text("--reference"), from->value_or(instance->clock.now()), *until},
      crypto::system_chance(), instance->asker());
  if (!act) return as_typed(act.error(), {{"reference", "--reference"}, {"until", "--until"}});
  tx->commit();
  terminal.out << act->code << "\n";
  return {};
}

Result<void> run_list_acts(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto snapshot = instance->database->read();
  const auto acts = access::list_legal_acts(*snapshot, territory->id);
  if (acts.empty())
    terminal.err << (terminal.language == Language::fr ? "Aucun acte : tout ce qui est nominatif reste fermé.\n"
                                                       : "No act: everything nominative stays off.\n");
  for (const auto& act : acts)
    terminal.out << fmt::format("{}  {:<18} {} .. {}  {}\n", act.code, access::name_of(act.part),
                                format_utc(act.from).substr(0, 10),
                                act.until ? format_utc(*act.until).substr(0, 10) : "", act.reference);
  return {};
}

Result<void> run_end_act(const Arguments& arguments, Terminal& terminal) {
  auto instance = open_instance(arguments);
  if (!instance) return Failure(instance.error());
  const auto territory = wanted_territory(*instance, arguments);
  if (!territory) return Failure(territory.error());
  auto tx = instance->database->write();
  const std::string code = arguments.words().empty() ? "" : arguments.words()[0];
  if (const auto done = access::end_legal_act(*tx, territory->id, code, instance->asker()); !done)
    return refuse(done.error().kind, done.error().message, "CODE");
  tx->commit();
  terminal.out << (terminal.language == Language::fr ? "Fini.\n" : "Ended.\n");
  return {};
}

const Option of_territory{
    "--territory", "SLUG", {"territoire (inutile s'il n'y en a qu'un)", "territory (not needed when there is one)"}};

}  // namespace

std::vector<Command> access_commands() {
  return {
      {.name = "access policy show",
       .summary = {"Montre ce que peut chaque rôle", "Shows what each role may do"},
       .needs = Needs::local_administration(),
       .words = "",
       .options = with_instance_options({}),
       .example = "quadrille access policy show",
       .run = run_show},
      {.name = "access policy set",
       .summary = {"Donne ou retire une capacité à un rôle, et dit s'il demande un second facteur",
                   "Gives or takes a capability of a role, and says whether it demands a second factor"},
       .needs = access::Capability::run_instance,
       .words = "",
       .options = with_instance_options({{"--role", "ROLE", {"rôle", "role"}, true},
                                         {"--allow", "CAPABILITY", {"donner", "give"}},
                                         {"--deny", "CAPABILITY", {"retirer", "take away"}},
                                         {"--second-factor",
                                          "DEMAND",
                                          {"required : le rôle ne prend effet qu'avec un second facteur ; ou free",
                                           "required: the role takes effect with a second factor only; or free"}}}),
       .example = "quadrille access policy set --role patrol --deny see_picture",
       .run = run_set},
      {.name = "access explain",
       .summary = {"Dit quelle clause refuse un marquage à quelqu'un", "Tells which clause refuses somebody a marking"},
       .needs = access::Capability::read_log,
       .words = "LOGIN",
       .words_max = 1,
       .options = with_instance_options({{"--marking", "N", {"numéro du marquage", "number of the marking"}, true}}),
       .example = "quadrille access explain martin --marking 3",
       .run = run_explain},
      {.name = "legal-act add",
       .summary = {"Enregistre l'acte qui ouvre une partie nominative",
                   "Records the act that turns a nominative part on"},
       .needs = access::Capability::run_instance,
       .words = "",
       .options = with_instance_options(
           {of_territory,
            {"--part", "PART", {"persons_in_notes ou target_matching", "persons_in_notes or target_matching"}, true},
            {"--reference", "TEXT", {"référence de l'acte", "reference of the act"}, true},
            {"--from", "DAY", {"premier jour (par défaut maintenant)", "first day (default now)"}},
            {"--until", "DAY", {"dernier jour compris", "last day, included"}}}),
       .example = "quadrille legal-act add --territory sf --part target_matching --reference \"order 2026-114\"",
       .run = run_add_act},
      {.name = "legal-act list",
       .summary = {"Énumère les actes d'un territoire", "Lists the acts of a territory"},
       .needs = access::Capability::run_instance,
       .words = "",
       .options = with_instance_options({of_territory}),
       .example = "quadrille legal-act list --territory sf",
       .run = run_list_acts},
      {.name = "legal-act end",
       .summary = {"Met fin à un acte", "Ends an act"},
       .needs = access::Capability::run_instance,
       .words = "CODE",
       .words_max = 1,
       .options = with_instance_options({of_territory}),
       .example = "quadrille legal-act end abcdefghijklmnop --territory sf",
       .run = run_end_act},
  };
}

}  // namespace quadrille::cli
