#include "services/sharing/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "services/access/legal_act.h"
#include "services/audit/audit.h"
#include "services/sharing/desk.h"
#include "services/sharing/targets_rows.h"

namespace quadrille::sharing {
namespace {

constexpr std::size_t words_min = 3;

std::optional<ServiceId> service_of(TerritoryId territory, const access::Asker& by) {
  const auto* standing = by.viewer.in(territory);
  if (!standing || standing->service.value == 0) return std::nullopt;
  return standing->service;
}

Failure no_service() {
  return refuse(ErrorKind::forbidden,
                {"il faut être d'un service du territoire", "it takes a service in the territory"});
}

Result<void> check_act(database::Snapshot& snapshot, TerritoryId territory, Instant at) {
  if (access::find_legal_act(snapshot, territory, access::Part::target_matching, at)) return {};
  return refuse(ErrorKind::forbidden, {"le rapprochement de cibles est éteint : aucun acte juridique ne l'autorise ici",
                                       "target matching is off: no legal act allows it here"});
}

void record(database::Transaction& tx, TerritoryId territory, audit::Action action, std::string subject,
            std::string details, std::string outcome, const access::Asker& by) {
  audit::Act act;
  act.actor = by.actor();
  act.action = action;
  act.territory = territory;
  act.subject = std::move(subject);
  act.details = std::move(details);
  act.purpose = by.purpose;
  act.legal_basis = by.legal_basis;
  act.outcome = std::move(outcome);
  audit::record(tx, act, by.at);
}

// The current key and, while its renewal runs, the one before.
std::vector<store::EpochRow> asked_epochs(database::Snapshot& snapshot, TerritoryId territory, Instant at) {
  auto epochs = store::last_epochs(snapshot, territory);
  if (epochs.size() == 2 && at.utc_ms - epochs[0].begun_at.utc_ms > renewal_ms) epochs.pop_back();
  return epochs;
}

Result<void> check_quotas(database::Snapshot& snapshot, TerritoryId territory, const store::EpochRow& epoch,
                          ServiceId service, int wanted, const access::Asker& by) {
  const auto quota = load_quota(snapshot, territory);
  struct Row {
    std::string whose;
    int max;
    Text name;
  };
  const Row rows[] = {
      {by.actor(), quota.officer_max, {"le vôtre", "yours"}},
      {fmt::format("service:{}", service.value), quota.service_max, {"celui du service", "your service's"}},
      {"all", quota.epoch_max, {"celui du territoire", "the territory's"}}};
  for (const auto& row : rows)
    if (store::load_count(snapshot, epoch.id, row.whose) + wanted > row.max)
      return refuse(ErrorKind::forbidden,
                    {fmt::format("quota de questions épuisé ({}) jusqu'à la prochaine clé", row.name.fr),
                     fmt::format("quota of questions exhausted ({}) until the next key", row.name.en)},
                    "quota");
  return {};
}

// A renewal is no question, but cannot be more than what there was to renew.
Result<void> check_renewals(database::Snapshot& snapshot, const std::vector<store::EpochRow>& epochs, ServiceId service,
                            int wanted) {
  const int held = epochs.size() < 2 ? 0 : store::count_targets(snapshot, epochs[1].id, service);
  const int done = store::load_count(snapshot, epochs[0].id, fmt::format("renewal:{}", service.value));
  if (done + wanted <= held) return {};
  return refuse(ErrorKind::forbidden,
                {fmt::format("votre service a {} cibles à renouveler, pas davantage", std::max(0, held - done)),
                 fmt::format("your service has {} targets to renew, no more", std::max(0, held - done))},
                "quota");
}

void count(database::Transaction& tx, const store::EpochRow& epoch, TargetUse use, ServiceId service, int wanted,
           const access::Asker& by) {
  if (use == TargetUse::renewal) {
    store::add_count(tx, epoch.id, fmt::format("renewal:{}", service.value), wanted);
    return;
  }
  store::add_count(tx, epoch.id, by.actor(), wanted);
  store::add_count(tx, epoch.id, fmt::format("service:{}", service.value), wanted);
  store::add_count(tx, epoch.id, "all", wanted);
}

Result<void> check_words(const access::Asker& by, std::size_t elements) {
  if (by.purpose.size() < words_min)
    return invalid({"pourquoi posez-vous la question ?", "why do you ask?"}, "purpose");
  if (by.legal_basis.size() < words_min)
    return invalid({"sur quelle base juridique ? (procédure, article)", "on what legal basis? (procedure, article)"},
                   "legal_basis");
  if (elements == 0 || elements > targets_in_call_max)
    return invalid({fmt::format("de 1 à {} cibles à la fois", targets_in_call_max),
                    fmt::format("1 to {} targets at a time", targets_in_call_max)},
                   "blinded");
  return {};
}

// One target asked about: who holds it under any of the keys, both logs, and the alert by the holder's policy.
releases::TargetAnswer answer_one(database::Transaction& tx, TerritoryId territory, ServiceId service,
                                  const store::TicketRow& ticket, std::span<const std::int64_t> epochs,
                                  std::span<const TargetOutput> outputs, crypto::Chance& chance,
                                  const access::Asker& by) {
  std::vector<store::Holder> holders;
  for (std::size_t e = 0; e < epochs.size(); ++e)
    for (auto& holder : store::holders_of(tx, epochs[e], outputs[e], service))
      if (std::ranges::find(holders, holder.service, &store::Holder::service) == holders.end())
        holders.push_back(std::move(holder));
  const auto code = crypto::random_code(chance);
  if (holders.empty()) store::insert_question(tx, territory, code, service, ticket, std::nullopt, by.at);
  std::vector<ServiceId> services;
  for (const auto& holder : holders) {
    services.push_back(holder.service);
    store::insert_question(tx, territory, code, service, ticket, holder, by.at);
    if (store::load_policy(tx, territory, holder.service) == HolderPolicy::alert)
      (void)open_conflict(tx, territory, ConflictKind::target, {service, {}}, {holder.service, {}}, chance, by);
  }
  return releases::target_answer(tx, territory, services);
}

struct Ticket {
  store::TicketRow row;
  std::vector<std::int64_t> epochs;  // ids, in the order of the outputs
};

Result<Ticket> take_ticket(database::Transaction& tx, TerritoryId territory, const std::string& code,
                           std::span<const EpochOutputs> outputs, const access::Asker& by) {
  const auto row = store::find_ticket(tx, code);
  const auto service = service_of(territory, by);
  const auto epochs = store::last_epochs(tx, territory);
  const bool is_of_territory =
      row && std::ranges::any_of(epochs, [&](const store::EpochRow& epoch) { return epoch.id == row->epoch; });
  if (!is_of_territory || !service || row->service != *service || row->officer != by.actor() || row->is_used ||
      by.at.utc_ms - row->made_at.utc_ms > ticket_good_ms)
    return refuse(ErrorKind::not_found,
                  {"ce ticket n'est pas valable ; recommencez la question", "this ticket is not valid; ask again"},
                  "ticket");
  Ticket ticket{*row, {}};
  const auto wrong = invalid({"autant de résultats que d'éléments évalués, pour chaque clé",
                              "as many outputs as evaluated elements, for each key"},
                             "outputs");
  if (outputs.empty() || outputs.size() > epochs.size()) return wrong;
  for (const auto& given : outputs) {
    const auto epoch = std::ranges::find(epochs, given.epoch, &store::EpochRow::number);
    if (epoch == epochs.end() || given.outputs.size() != static_cast<std::size_t>(row->elements)) return wrong;
    if (std::ranges::find(ticket.epochs, epoch->id) != ticket.epochs.end()) return wrong;
    ticket.epochs.push_back(epoch->id);
  }
  if (ticket.epochs.front() != row->epoch) return wrong;
  return ticket;
}

}  // namespace

crypto::OprfKey TargetKeys::key_of(TerritoryId territory, int epoch) const {
  const auto info = fmt::format("quadrille targets {}/{}", territory.value, epoch);
  return crypto::OprfKey::derive(crypto::OprfMode::voprf, seed_, crypto::bytes_of(info));
}

TargetOutput to_target_output(const crypto::OprfOutput& output) {
  TargetOutput half;
  std::copy_n(output.begin(), half.size(), half.begin());
  return half;
}

std::string_view name_of(TargetUse use) {
  constexpr std::string_view names[] = {"question", "registration", "renewal"};
  return names[static_cast<std::size_t>(use)];
}
std::optional<TargetUse> target_use_named(std::string_view name) {
  for (const auto use : {TargetUse::question, TargetUse::registration, TargetUse::renewal})
    if (name_of(use) == name) return use;
  return std::nullopt;
}
std::string_view name_of(HolderPolicy policy) { return policy == HolderPolicy::alert ? "alert" : "log_only"; }
std::optional<HolderPolicy> holder_policy_named(std::string_view name) {
  for (const auto policy : {HolderPolicy::alert, HolderPolicy::log_only})
    if (name_of(policy) == name) return policy;
  return std::nullopt;
}

Result<void> save_quota(database::Transaction& tx, TerritoryId territory, const TargetQuota& quota,
                        const access::Asker& by) {
  for (const int limit : {quota.officer_max, quota.service_max, quota.epoch_max})
    if (limit < 1 || limit > 100'000) return invalid({"de 1 à 100 000", "from 1 to 100,000"}, "quota");
  store::replace_quota(tx, territory, quota);
  record(tx, territory, audit::Action::alteration, "quota of target questions",
         fmt::format("officer={} service={} epoch={}", quota.officer_max, quota.service_max, quota.epoch_max), "", by);
  return {};
}

Result<int> begin_epoch(database::Transaction& tx, const TargetKeys& keys, TerritoryId territory,
                        const access::Asker& by) {
  if (auto allowed = check_act(tx, territory, by.at); !allowed) return Failure(allowed.error());
  const auto epochs = store::last_epochs(tx, territory);
  if (epochs.size() == 2 && by.at.utc_ms - epochs[0].begun_at.utc_ms <= renewal_ms)
    return refuse(ErrorKind::conflict, {"les cibles de la dernière clé sont encore en cours de renouvellement",
                                        "the targets of the last key are still being renewed"});
  (void)drop_unrenewed(tx, territory, by.at);
  const int number = epochs.empty() ? 1 : epochs[0].number + 1;
  store::insert_epoch(tx, territory, number, keys.key_of(territory, number).public_key(), by.at);
  record(tx, territory, audit::Action::alteration, "key of target questions", fmt::format("epoch={}", number), "", by);
  return number;
}

Result<void> set_holder_policy(database::Transaction& tx, TerritoryId territory, HolderPolicy policy,
                               const access::Asker& by) {
  const auto service = service_of(territory, by);
  if (!service) return no_service();
  store::replace_policy(tx, territory, *service, policy);
  record(tx, territory, audit::Action::alteration, fmt::format("targets of service {}", service->value),
         fmt::format("policy={}", name_of(policy)), "", by);
  return {};
}

Result<Evaluated> evaluate(database::Transaction& tx, const TargetKeys& keys, TerritoryId territory, TargetUse use,
                           std::span<const crypto::OprfElement> blinded, crypto::Chance& chance,
                           const access::Asker& by) {
  if (auto allowed = check_act(tx, territory, by.at); !allowed) return Failure(allowed.error());
  const auto service = service_of(territory, by);
  if (!service) return no_service();
  if (auto said = check_words(by, blinded.size()); !said) return Failure(said.error());
  const auto epochs = asked_epochs(tx, territory, by.at);
  if (epochs.empty())
    return refuse(ErrorKind::conflict,
                  {"aucune clé : l'administrateur doit en créer une", "no key yet: the administrator must make one"});
  const int wanted = static_cast<int>(blinded.size());
  const auto within = use == TargetUse::renewal ? check_renewals(tx, epochs, *service, wanted)
                                                : check_quotas(tx, territory, epochs[0], *service, wanted, by);
  const auto details = fmt::format("use={} targets={} epoch={}", name_of(use), wanted, epochs[0].number);
  if (!within) {
    record(tx, territory, audit::Action::consultation, "target question", details, "refused: quota", by);
    return Failure(within.error());
  }
  count(tx, epochs[0], use, *service, wanted, by);
  Evaluated result{crypto::random_code(chance), {}};
  for (const auto& epoch : epochs) {
    if (use == TargetUse::renewal && &epoch != &epochs.front()) continue;
    const auto key = keys.key_of(territory, epoch.number);
    std::vector<crypto::OprfElement> evaluated;
    for (const auto& element : blinded) evaluated.push_back(key.evaluate(element));
    const auto proof = key.prove(blinded, evaluated, crypto::OprfBlind::draw(chance));
    result.epochs.push_back({epoch.number, key.public_key(), std::move(evaluated), proof});
  }
  store::insert_ticket(tx, result.ticket,
                       {epochs[0].id, *service, by.actor(), use, wanted, by.purpose, by.legal_basis, by.at, false});
  record(tx, territory, audit::Action::consultation, "target question", details, "evaluated", by);
  return result;
}

Result<Redeemed> redeem(database::Transaction& tx, TerritoryId territory, const std::string& ticket_code,
                        std::span<const EpochOutputs> outputs, crypto::Chance& chance, const access::Asker& by) {
  if (auto allowed = check_act(tx, territory, by.at); !allowed) return Failure(allowed.error());
  auto ticket = take_ticket(tx, territory, ticket_code, outputs, by);
  if (!ticket) return Failure(ticket.error());
  store::use_ticket(tx, ticket_code, by.at);
  const ServiceId service = ticket->row.service;
  Redeemed redeemed;
  int hits = 0;
  for (std::size_t i = 0; i < outputs.front().outputs.size(); ++i) {
    if (ticket->row.use != TargetUse::renewal) {
      std::vector<TargetOutput> of_target;
      for (const auto& epoch : outputs) of_target.push_back(epoch.outputs[i]);
      redeemed.answers.push_back(
          answer_one(tx, territory, service, ticket->row, ticket->epochs, of_target, chance, by));
      hits += redeemed.answers.back().is_hit() ? 1 : 0;
    }
    if (ticket->row.use != TargetUse::question)
      redeemed.registered.push_back(store::insert_target(tx, ticket->row.epoch, outputs.front().outputs[i], service,
                                                         crypto::random_code(chance), by.actor(), by.at));
  }
  access::Asker as_asked = by;
  as_asked.purpose = ticket->row.purpose;
  as_asked.legal_basis = ticket->row.legal_basis;
  record(tx, territory, audit::Action::combination, "target question",
         fmt::format("use={} targets={}", name_of(ticket->row.use), outputs.front().outputs.size()),
         fmt::format("hits={}", hits), as_asked);
  return redeemed;
}

Result<void> withdraw_target(database::Transaction& tx, TerritoryId territory, const std::string& code,
                             const access::Asker& by) {
  const auto service = service_of(territory, by);
  if (!service || store::delete_target(tx, territory, *service, code) == 0)
    return refuse(ErrorKind::not_found, {"aucune cible de ce code", "no target of this code"}, "code");
  record(tx, territory, audit::Action::erasure, fmt::format("target {}", code), "withdrawn", "", by);
  return {};
}

std::int64_t drop_unrenewed(database::Transaction& tx, TerritoryId territory, Instant at) {
  const auto epochs = store::last_epochs(tx, territory);
  if (epochs.size() < 2 || at.utc_ms - epochs[0].begun_at.utc_ms <= renewal_ms) return 0;
  const auto dropped = store::delete_targets_of_epoch(tx, epochs[1].id);
  if (dropped == 0) return 0;
  access::Asker by;
  by.viewer.login = "clock";
  by.at = at;
  record(tx, territory, audit::Action::erasure, "targets not renewed",
         fmt::format("epoch={} targets={}", epochs[1].number, dropped), "", by);
  return dropped;
}

}  // namespace quadrille::sharing
