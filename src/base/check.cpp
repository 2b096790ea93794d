#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace quadrille {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "quadrille: internal error: %s is not true (%s:%d). Nothing unfinished was written.\n",
               condition, file, line);
  std::abort();
}

}  // namespace quadrille
