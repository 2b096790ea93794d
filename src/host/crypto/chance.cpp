#include "host/crypto/chance.h"

#include <sodium.h>

#include <algorithm>
#include <array>
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

std::string random_code(Chance& chance) {
  std::array<std::uint8_t, 10> drawn;
  chance.fill(drawn);
  std::string code = to_base32(drawn);
  for (char& letter : code)
    if (letter >= 'A') letter = static_cast<char>(letter - 'A' + 'a');
  return code;
}

bool is_code(std::string_view text) {
  return text.size() == 16 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
}

}  // namespace quadrille::crypto
