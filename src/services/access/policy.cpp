#include "services/access/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "services/access/audience.h"

namespace quadrille::access {
namespace {

using enum Capability;

const std::set<Regime> administrative{Regime::administrative};
const std::set<Regime> all_regimes{Regime::administrative, Regime::judicial, Regime::customs};

Policy make_first_policy() {
  Policy policy{1, {}};
  const std::set<Capability> field{see_instance, see_aggregates,   see_picture,
                                   submit_note,  follow_own_notes, read_notes};
  const auto with = [](std::set<Capability> set, std::initializer_list<Capability> more) {
    set.insert(more);
    return set;
  };
  const auto desk = with(field, {save_study, export_masked, work_notes, request_services, search_links,
                                 declare_operation, recall, answer_received, open_compartment});
  policy.roles[Role::patrol] = {field, Sensitivity::restricted, all_regimes};
  policy.roles[Role::analyst] = {with(desk, {import_facts, manage_territory, print_dossier}), Sensitivity::confidential,
                                 all_regimes};
  policy.roles[Role::commander] = {with(desk, {print_dossier, query_target, run_duty_desk}), Sensitivity::confidential,
                                   all_regimes};
  policy.roles[Role::duty_officer] = {with(desk, {query_target, run_duty_desk}), Sensitivity::confidential,
                                      all_regimes};
  policy.roles[Role::prosecutor] = {{see_instance, see_aggregates, see_picture, read_notes, request_services,
                                     set_judicial, print_dossier, answer_received, open_compartment},
                                    Sensitivity::confidential,
                                    {Regime::judicial}};
  policy.roles[Role::prefecture] = {{see_instance, see_aggregates, see_picture, save_study, export_masked, submit_note,
                                     follow_own_notes, read_notes, request_services, answer_received},
                                    Sensitivity::restricted,
                                    administrative};
  policy.roles[Role::municipal] = {{see_instance, see_aggregates, submit_note, follow_own_notes, answer_received},
                                   Sensitivity::ordinary,
                                   administrative};
  policy.roles[Role::partner] = policy.roles[Role::municipal];
  policy.roles[Role::auditor] = {
      {see_instance, read_log, answer_person}, Sensitivity::ordinary, {}, SecondFactor::required};
  policy.roles[Role::administrator] = {
      {see_instance, manage_accounts, run_instance}, Sensitivity::ordinary, {}, SecondFactor::required};
  return policy;
}

struct Word {
  std::string_view name;
  Text label;
};

const Word& word_of(Clause clause) {
  static const std::map<Clause, Word> words{
      {Clause::denied, {"denied", {"la personne est écartée par le marquage", "the marking denies the person"}}},
      {Clause::territory, {"territory", {"aucune habilitation sur le territoire", "no habilitation in the territory"}}},
      {Clause::role, {"role", {"aucun rôle qui lit des fiches", "no role that reads notes"}}},
      {Clause::service, {"service", {"le service n'est pas destinataire", "the service is not among the recipients"}}},
      {Clause::keeping, {"keeping", {"le service a mis fin à sa conservation", "the service ended its own keeping"}}},
      {Clause::sensitivity, {"sensitivity", {"habilitation trop basse", "clearance too low"}}},
      {Clause::regime, {"regime", {"régime juridique hors du rôle", "legal regime outside the role"}}},
      {Clause::compartment, {"compartment", {"hors d'un compartiment", "outside a compartment"}}},
  };
  return words.at(clause);
}

const Word& word_of(Exit exit) {
  static const std::map<Exit, Word> words{
      {Exit::screen, {"screen", {"page", "page"}}},
      {Exit::api_client, {"api_client", {"API", "API"}}},
      {Exit::map, {"map", {"carte", "map"}}},
      {Exit::export_file, {"export_file", {"export", "export"}}},
      {Exit::pdf, {"pdf", {"PDF", "PDF"}}},
      {Exit::relay, {"relay", {"relais à un autre service", "relay to another service"}}},
      {Exit::procedure, {"procedure", {"versement en procédure", "use in a procedure"}}},
      {Exit::exchange, {"exchange", {"échange entre instances", "exchange between instances"}}},
  };
  return words.at(exit);
}

bool reaches(const RolePolicy& role, const Marking& marking) {
  return role.capabilities.contains(read_notes) && role.sensitivity_max >= marking.sensitivity &&
         role.regimes.contains(marking.regime);
}

// Every role of the standing that the policy knows.
std::vector<const RolePolicy*> roles_of(const Policy& policy, const Standing& standing) {
  std::vector<const RolePolicy*> found;
  for (const Role role : standing.roles)
    if (const auto row = policy.roles.find(role); row != policy.roles.end()) found.push_back(&row->second);
  return found;
}

bool holds(const Policy& policy, const std::set<Role>& roles, Capability capability) {
  return std::ranges::any_of(roles, [&](Role role) {
    const auto row = policy.roles.find(role);
    return row != policy.roles.end() && row->second.capabilities.contains(capability);
  });
}

bool is_within(const Viewer& viewer, Capability capability) {
  return !viewer.limited_to || viewer.limited_to->contains(capability);
}

}  // namespace

std::string_view name_of(SecondFactor demand) { return demand == SecondFactor::required ? "required" : "free"; }

std::optional<SecondFactor> second_factor_named(std::string_view name) {
  for (const auto demand : {SecondFactor::free, SecondFactor::required})
    if (name_of(demand) == name) return demand;
  return std::nullopt;
}

const Policy& first_policy() {
  static const Policy policy = make_first_policy();
  return policy;
}

Result<void> check_policy(const Policy& policy) {
  const std::set<Capability> of_auditor{read_log, answer_person};
  bool is_managed = false;
  for (const auto& [role, held] : policy.roles) {
    is_managed = is_managed || held.capabilities.contains(manage_accounts);
    if (!is_instance_role(role)) continue;
    for (const Capability capability : held.capabilities)
      if (is_content(capability) && !(role == Role::auditor && of_auditor.contains(capability)))
        return refuse(ErrorKind::forbidden,
                      {fmt::format("« {} » ne voit aucun contenu ({})", label_of(role).fr, name_of(capability)),
                       fmt::format("\"{}\" sees no content ({})", label_of(role).en, name_of(capability))},
                      "role");
    if (held.second_factor == SecondFactor::free)
      return refuse(ErrorKind::forbidden,
                    {fmt::format("« {} » demande toujours un second facteur : un mot de passe volé donnerait les "
                                 "comptes ou le journal de tous",
                                 label_of(role).fr),
                     fmt::format("\"{}\" always demands a second factor: one stolen password would give everybody's "
                                 "accounts or log",
                                 label_of(role).en)},
                    "second_factor");
  }
  if (!is_managed)
    return refuse(ErrorKind::conflict,
                  {"plus personne ne gérerait les comptes", "nobody would manage accounts any more"}, "role");
  return {};
}

std::string policy_table(const Policy& policy, Language language) {
  std::string out = language == Language::fr ? "| capacité |" : "| capability |";
  std::string rule = "|---|";
  for (const Role role : roles) {
    out += fmt::format(" {} |", label_of(role).in(language));
    rule += "---|";
  }
  out += "\n" + rule + "\n";
  for (const Capability capability : capabilities) {
    out += fmt::format("| `{}`{} |", name_of(capability), is_content(capability) ? " *" : "");
    for (const Role role : roles) {
      const auto held = policy.roles.find(role);
      const bool has = held != policy.roles.end() && held->second.capabilities.contains(capability);
      out += has ? " × |" : " |";
    }
    out += "\n";
  }
  out += language == Language::fr ? "| second facteur exigé |" : "| second factor demanded |";
  for (const Role role : roles) out += demands_second_factor(policy, role) ? " × |" : " |";
  return out + "\n";
}

Policy with_answers(Policy policy) {
  for (auto& [role, held] : policy.roles)
    if (held.capabilities.contains(recall) || first_policy().roles.at(role).capabilities.contains(answer_received))
      held.capabilities.insert(answer_received);
  return policy;
}

bool demands_second_factor(const Policy& policy, Role role) {
  const auto held = policy.roles.find(role);
  return is_instance_role(role) || (held != policy.roles.end() && held->second.second_factor == SecondFactor::required);
}

bool is_instance_role(Role role) { return role == Role::auditor || role == Role::administrator; }

bool may(const Policy& policy, const Viewer& viewer, TerritoryId territory, Capability capability) {
  if (!is_within(viewer, capability)) return false;
  if (holds(policy, viewer.instance_roles, capability)) return true;
  const auto* standing = viewer.in(territory);
  return standing && holds(policy, standing->roles, capability);
}

bool may_somewhere(const Policy& policy, const Viewer& viewer, Capability capability) {
  const auto holds_it = [&](const Standing& standing) { return holds(policy, standing.roles, capability); };
  return is_within(viewer, capability) &&
         (holds(policy, viewer.instance_roles, capability) || std::ranges::any_of(viewer.standings, holds_it));
}

std::string_view name_of(Clause clause) { return word_of(clause).name; }
const Text& label_of(Clause clause) { return word_of(clause).label; }

Decision decide(const Policy& policy, const Viewer& viewer, const Marking& marking) {
  if (std::ranges::binary_search(marking.denied, viewer.person)) return {Clause::denied};
  const auto* standing = viewer.in(marking.territory);
  if (!standing) return {Clause::territory};
  const auto held = roles_of(policy, *standing);
  const auto any = [&](auto condition) { return std::ranges::any_of(held, condition); };
  if (!is_within(viewer, read_notes) ||
      !any([](const RolePolicy* role) { return role->capabilities.contains(read_notes); }))
    return {Clause::role};
  if (standing->service != marking.originator && !std::ranges::binary_search(marking.services, standing->service))
    return {Clause::service};
  if (std::ranges::binary_search(marking.ended, standing->service)) return {Clause::keeping};
  if (standing->clearance < marking.sensitivity || !any([&](const RolePolicy* role) {
        return role->capabilities.contains(read_notes) && role->sensitivity_max >= marking.sensitivity;
      }))
    return {Clause::sensitivity};
  // One and the same role must reach: a high clearance of one and a regime of another do not add up.
  if (!any([&](const RolePolicy* role) { return reaches(*role, marking); })) return {Clause::regime};
  for (const auto compartment : marking.compartments)
    if (!std::ranges::binary_search(viewer.compartments, compartment)) return {Clause::compartment};
  return {};
}

std::vector<Role> roles_that_reach(const Policy& policy, const Marking& marking) {
  std::vector<Role> found;
  for (const Role role : roles)
    if (const auto row = policy.roles.find(role); row != policy.roles.end() && reaches(row->second, marking))
      found.push_back(role);
  return found;
}

bool may_be_told(const Policy& policy, const Viewer& viewer, const Marking& marking) {
  const auto* standing = viewer.in(marking.territory);
  return standing && !holds(policy, standing->roles, read_notes) &&
         std::ranges::binary_search(marking.services, standing->service) && marking.compartments.empty() &&
         !std::ranges::binary_search(marking.denied, viewer.person);
}

std::string_view name_of(Exit exit) { return word_of(exit).name; }
const Text& label_of(Exit exit) { return word_of(exit).label; }

const Text& label_of(Leave leave) {
  static const Text labels[] = {{"permis", "allowed"},
                                {"avec l'accord du service d'origine", "with the originator's release"},
                                {"jamais", "never"}};
  return labels[static_cast<std::size_t>(leave)];
}
std::string_view name_of(Leave leave) {
  switch (leave) {
    case Leave::free:
      return "free";
    case Leave::with_release:
      return "with_release";
    case Leave::never:
      return "never";
  }
  return "never";
}

Leave leave_of(Handling handling, Exit exit) {
  using enum Leave;
  struct Row {
    Handling handling;
    Leave by_exit[std::size(exits)];  // in the order of `exits`
  };
  //                      screen api   map   export        pdf           relay         procedure     exchange
  static const Row rows[]{
      {Handling::h0, {free, free, free, free, free, free, free, free}},
      {Handling::h1, {free, free, free, free, free, free, with_release, free}},
      {Handling::h2, {free, free, free, free, free, with_release, with_release, with_release}},
      {Handling::h3, {free, never, free, never, never, with_release, never, never}},
  };
  const auto* row = std::ranges::find(rows, handling, &Row::handling);
  CHECK(row != std::end(rows));
  return row->by_exit[static_cast<std::size_t>(std::ranges::find(exits, exit) - std::begin(exits))];
}

Result<void> check_exit(Handling handling, Exit exit, Release release) {
  const Leave leave = leave_of(handling, exit);
  if (leave == Leave::free || (leave == Leave::with_release && release == Release::given)) return {};
  const auto& code = label_of(handling);
  const auto& way = label_of(exit);
  if (leave == Leave::never)
    return refuse(
        ErrorKind::forbidden,
        {fmt::format("{} ({}) : impossible", way.fr, code.fr), fmt::format("{} ({}): never", way.en, code.en)},
        "handling");
  return refuse(ErrorKind::forbidden,
                {fmt::format("{} ({}) : demandez l'accord du service d'origine", way.fr, code.fr),
                 fmt::format("{} ({}): ask the originating service for its release", way.en, code.en)},
                "handling");
}

}  // namespace quadrille::access
