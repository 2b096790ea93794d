#include "edge/cli/asker.h"

#include <fmt/format.h>

#include "host/crypto/secret_file.h"
#include "services/access/access.h"
#include "services/access/person.h"
#include "services/access/token.h"

namespace quadrille::cli {

std::vector<Option> with_asker_options(std::vector<Option> own) {
  auto all = with_instance_options(std::move(own));
  for (auto& option : all)
    if (option.name == "--token-file") option.is_required = true;
  return all;
}

Result<access::Asker> asker_of(Instance& instance, const Arguments& arguments, TerritoryId territory,
                               access::Capability needed) {
  auto secret = crypto::load_secret(*arguments.text("--token-file"));
  if (!secret) return refuse(secret.error().kind, secret.error().message, "--token-file");
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  const Instant at = instance.clock.now();
  auto snapshot = instance.database->read();
  const auto token = access::find_token(*snapshot, *secret, at);
  const auto person = token ? access::find_person(*snapshot, token->person) : std::nullopt;
  if (!person || person->disabled_at)
    return refuse(ErrorKind::forbidden, {"ce jeton n'est pas ou plus valable", "this token is not, or no longer, good"},
                  "--token-file");
  access::Asker asker{access::load_viewer(*snapshot, *person, token->proof, at),
                      arguments.text("--purpose").value_or(token->purpose), "", at};
  asker.viewer.limited_to = token->capabilities;
  if (asker.purpose.size() < 3) return invalid({"dites pourquoi", "say why"}, "--purpose");
  if (!access::may(access::load_policy(*snapshot), asker.viewer, territory, needed))
    return refuse(ErrorKind::forbidden,
                  {fmt::format("ni votre rôle ni ce jeton ne permettent cela ({})", access::name_of(needed)),
                   fmt::format("neither your role nor this token allows this ({})", access::name_of(needed))},
                  "--token-file");
  snapshot.reset();
  access::note_use(*instance.database, *token, at);
  return asker;
}

}  // namespace quadrille::cli
