#include "services/sharing/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "edge/cli/sharing_words.h"
#include "host/crypto/encoding.h"
#include "host/crypto/secret_file.h"
#include "services/sharing/selectors.h"

// quadrille target key|register|renew|query|list|withdraw: blinds and finalises here, as a client of another machine
// would.

namespace quadrille::cli {
namespace {

std::filesystem::path key_path(const Arguments& arguments) {
  if (const auto path = arguments.text("--target-key")) return *path;
  return std::filesystem::path(arguments.text("--data-dir").value_or("data")) / "target.key";
}

Result<std::array<std::uint8_t, 32>> load_seed(const std::filesystem::path& path) {
  const auto text = crypto::load_secret(path);
  if (!text && text.error().kind == ErrorKind::not_found)
    return refuse(ErrorKind::not_found,
                  {"aucune clé des cibles ici ; quadrille target key en crée une",
                   "no key of targets here; quadrille target key makes one"},
                  "--target-key");
  if (!text) return Failure(text.error());
  const auto bytes = crypto::from_hex(*text);
  std::array<std::uint8_t, 32> seed;
  if (!bytes || bytes->size() != seed.size())
    return invalid({"ce fichier n'est pas un secret de clés", "this file is no secret of keys"}, "--target-key");
  std::ranges::copy(*bytes, seed.begin());
  return seed;
}

Result<void> run_key(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto path = key_path(arguments);
  const bool is_first = !std::filesystem::exists(path);
  std::array<std::uint8_t, 32> seed;
  if (is_first) {
    crypto::system_chance().fill(seed);
  } else {
    const auto kept = load_seed(path);
    if (!kept) return Failure(kept.error());
    seed = *kept;
  }
  auto tx = desk->instance.database->write();
  const auto number = sharing::begin_epoch(*tx, sharing::TargetKeys(seed), desk->territory.id, desk->asker);
  if (!number) return Failure(number.error());
  // The secret is on disk before a key made from it counts.
  if (is_first)
    if (auto saved = crypto::save_secret(path, crypto::to_hex(seed)); !saved) return Failure(saved.error());
  tx->commit();
  terminal.out << (terminal.language == Language::fr ? "clé " : "key ") << *number << "\n";
  return {};
}

// The selector's normal form behind its kind: what the OPRF is of.
Result<std::string> input_of(const Arguments& arguments) {
  const auto kind = sharing::selector_kind_named(arguments.text("--kind").value_or("plate"));
  if (!kind || !sharing::rule_of(*kind).is_nominative)
    return invalid({"plate, phone, nickname, home, email ou handle", "plate, phone, nickname, home, email or handle"},
                   "--kind");
  const auto selector = sharing::normalised(*kind, first_word(arguments));
  if (!selector) return Failure(Error{selector.error().kind, selector.error().message, "VALUE"});
  return fmt::format("{}:{}", sharing::rule_of(*kind).name, selector->value);
}

Result<sharing::Redeemed> run_both_calls(const Arguments& arguments, sharing::TargetUse use) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  const auto input = input_of(arguments);
  if (!input) return Failure(input.error());
  const auto keys = load_target_keys(arguments);
  if (!keys) return Failure(keys.error());
  auto& chance = crypto::system_chance();
  const auto blind = crypto::OprfBlind::draw(chance);
  const auto element = crypto::blind(crypto::OprfMode::voprf, crypto::bytes_of(*input), blind);
  if (!element) return invalid({"valeur impossible", "impossible value"}, "VALUE");
  const std::array blinded{*element};
  auto tx = desk->instance.database->write();
  const auto evaluated = sharing::evaluate(*tx, **keys, desk->territory.id, use, blinded, chance, desk->asker);
  tx->commit();  // a refusal for the quota is in the log
  if (!evaluated) return Failure(evaluated.error());
  std::vector<sharing::EpochOutputs> outputs;
  for (const auto& epoch : evaluated->epochs) {
    if (!crypto::is_proved(epoch.public_key, blinded, epoch.evaluated, epoch.proof))
      return refuse(ErrorKind::unavailable, {"la preuve du serveur est fausse", "the server's proof is wrong"});
    outputs.push_back(
        {epoch.epoch,
         {sharing::to_target_output(crypto::finalize(crypto::bytes_of(*input), blind, epoch.evaluated.front()))}});
  }
  tx = desk->instance.database->write();
  auto redeemed = sharing::redeem(*tx, desk->territory.id, evaluated->ticket, outputs, chance, desk->asker);
  if (redeemed) tx->commit();
  return redeemed;
}

template <sharing::TargetUse use>
Result<void> run_target(const Arguments& arguments, Terminal& terminal) {
  const auto redeemed = run_both_calls(arguments, use);
  if (!redeemed) return Failure(redeemed.error());
  const bool fr = terminal.language == Language::fr;
  for (const auto& code : redeemed->registered) terminal.out << code << "\n";
  for (const auto& answer : redeemed->answers) {
    if (!answer.is_hit()) terminal.out << (fr ? "aucun autre service\n" : "no other service\n");
    for (const auto& call : answer.call)
      terminal.out << fmt::format("{} {} — {} {}\n", fr ? "appelez" : "call", call.service, call.desk, call.phone);
  }
  return {};
}

Result<void> run_list(const Arguments& arguments, Terminal& terminal) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto snapshot = desk->instance.database->read();
  const auto targets = sharing::list_targets(*snapshot, desk->territory.id, desk->asker);
  const auto asked = sharing::asked_about_service(*snapshot, desk->territory.id, desk->asker);
  snapshot.reset();
  desk->record_read("targets of the service", targets.size());
  const bool fr = terminal.language == Language::fr;
  for (const auto& one : targets)
    terminal.out << fmt::format("{}  {} {}  {}\n", one.code, fr ? "clé" : "key", one.epoch,
                                format_utc(one.registered_at));
  for (const auto& one : asked)
    terminal.out << fmt::format("{}  {} {}: {} ({})\n", format_utc(one.at), fr ? "demandé par" : "asked by",
                                one.asking.service, one.target, one.legal_basis);
  return {};
}

Result<void> run_withdraw(const Arguments& arguments, Terminal& /*terminal*/) {
  auto desk = open_desk(arguments);
  if (!desk) return Failure(desk.error());
  auto tx = desk->instance.database->write();
  if (auto done = sharing::withdraw_target(*tx, desk->territory.id, first_word(arguments), desk->asker); !done)
    return Failure(done.error());
  tx->commit();
  return {};
}

std::vector<Option> target_options() {
  return with_desk_options({{"--kind",
                             "KIND",
                             {"plate (par défaut), phone, nickname, home, email, handle",
                              "plate (default), phone, nickname, home, email, handle"}},
                            {"--target-key",
                             "FILE",
                             {"secret des clés (par défaut target.key du dossier)",
                              "secret of the keys (default target.key of the folder)"}}});
}

}  // namespace

Result<std::unique_ptr<sharing::TargetKeys>> load_target_keys(const Arguments& arguments) {
  const auto seed = load_seed(key_path(arguments));
  if (!seed) return Failure(seed.error());
  return std::make_unique<sharing::TargetKeys>(*seed);
}

std::vector<Command> target_commands() {
  return {{.name = "target key",
           .summary = {"Crée la clé suivante des cibles", "Makes the next key of targets"},
           .needs = Needs::local_administration(),
           .words = "",
           .options = target_options(),
           .example = "quadrille target key --service police-nationale",
           .run = run_key},
          {.name = "target register",
           .summary = {"Inscrit une cible du service, et demande si un autre la suit",
                       "Registers a target of the service, and asks whether another works on it"},
           .needs = access::Capability::query_target,
           .words = "VALUE",
           .words_max = 1,
           .options = target_options(),
           .example = "quadrille target register AB-123-CD --service police-nationale --purpose \"surveillance\" "
                      "--legal-basis \"CPP art. 75\"",
           .run = run_target<sharing::TargetUse::registration>},
          {.name = "target renew",
           .summary = {"Réinscrit une cible sous la nouvelle clé", "Registers a target again under the new key"},
           .needs = access::Capability::query_target,
           .words = "VALUE",
           .words_max = 1,
           .options = target_options(),
           .example = "quadrille target renew AB-123-CD --service police-nationale --purpose \"nouvelle clé\" "
                      "--legal-basis \"CPP art. 75\"",
           .run = run_target<sharing::TargetUse::renewal>},
          {.name = "target query",
           .summary = {"Un autre service suit-il cette cible ?", "Does another service work on this target?"},
           .needs = access::Capability::query_target,
           .words = "VALUE",
           .words_max = 1,
           .options = target_options(),
           .example = "quadrille target query 0612345678 --kind phone --service police-nationale --purpose "
                      "\"surveillance\" --legal-basis \"CPP art. 75\"",
           .run = run_target<sharing::TargetUse::question>},
          {.name = "target list",
           .summary = {"Cibles du service, et qui a demandé", "Targets of the service, and who asked"},
           .needs = access::Capability::query_target,
           .words = "",
           .options = with_desk_options({}),
           .example = "quadrille target list --service police-nationale",
           .run = run_list},
          {.name = "target withdraw",
           .summary = {"Retire une cible du service", "Withdraws a target of the service"},
           .needs = access::Capability::query_target,
           .words = "CODE",
           .words_max = 1,
           .options = with_desk_options({}),
           .example = "quadrille target withdraw abcdefghijklmnop --service police-nationale",
           .run = run_withdraw}};
}

}  // namespace quadrille::cli
