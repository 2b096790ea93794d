#include "host/crypto/chance.h"

#include <sodium.h>

#include <vector>

#include "base/check.h"
#include "host/crypto/encoding.h"
#include "host/crypto/ready.h"

namespace quadrille::crypto {
namespace {

class SystemChance final : public Chance {
 public:
  SystemChance() { make_ready(); }
  void fill(std::span<std::uint8_t> bytes) override { randombytes_buf(bytes.data(), bytes.size()); }
};

}  // namespace

Chance& system_chance() {
  static SystemChance chance;
  return chance;
}

std::string random_token(Chance& chance, std::size_t bytes) {
  CHECK(bytes >= 16);
  std::vector<std::uint8_t> drawn(bytes);
  chance.fill(drawn);
  return to_base64url(drawn);
}

}  // namespace quadrille::crypto
