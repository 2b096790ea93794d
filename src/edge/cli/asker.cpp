#include "edge/cli/asker.h"

namespace quadrille::cli {

Result<access::Asker> asker_of(const Instance& instance) {
  if (instance.viewer.person.value == 0) return token_needed();
  auto asker = instance.asker();
  if (asker.purpose.size() < 3) return invalid({"dites pourquoi", "say why"}, "--purpose");
  return asker;
}

}  // namespace quadrille::cli
