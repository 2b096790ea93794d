#include "host/crypto/ready.h"

#include <sodium.h>

#include "base/check.h"

namespace quadrille::crypto {

void make_ready() {
  static const int state = sodium_init();
  CHECK(state >= 0);
}

}  // namespace quadrille::crypto
