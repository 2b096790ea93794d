#include "edge/cli/asker.h"

#include "base/line.h"

namespace quadrille::cli {

Result<access::Asker> asker_of(const Instance& instance) {
  if (instance.viewer.person.value == 0) return token_needed();
  auto asker = instance.asker();
  if (const auto said = check_line(asker.purpose, {3, 300}, "--purpose"); !said)
    return invalid({"dites pourquoi : " + said.error().message.fr, "say why: " + said.error().message.en}, "--purpose");
  return asker;
}

}  // namespace quadrille::cli
