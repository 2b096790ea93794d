// Any bytes as what a client sends to be evaluated and as a proof: refused or evaluated, never a crash; what is taken
// for an element encodes itself, and no made-up proof holds.
#include "host/crypto/oprf.h"

#include <algorithm>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::crypto;
  static const auto key = OprfKey::derive(OprfMode::voprf, {}, {});
  const std::span<const std::uint8_t> bytes(data, size);
  const auto part = [&](std::size_t from, std::size_t length) {
    return bytes.subspan(std::min(from, size), std::min(length, size - std::min(from, size)));
  };
  const auto element = OprfElement::checked(part(0, 32));
  if (element) {
    if (!std::ranges::equal(element->bytes(), part(0, 32))) __builtin_trap();
    const auto evaluated = key.evaluate(*element);
    const std::array blinded{*element};
    OprfProof proof{};
    std::ranges::copy(part(32, 64), proof.begin());
    const auto claimed = OprfElement::checked(part(96, 32));
    if (claimed && *claimed != evaluated && is_proved(key.public_key(), blinded, std::array{*claimed}, proof))
      __builtin_trap();
  }
  const auto blinding = OprfBlind::checked(part(128, 32));
  const auto input = part(160, size);
  if (blinding) {
    const auto blinded = blind(OprfMode::voprf, input, *blinding);
    if (blinded && finalize(input, *blinding, key.evaluate(*blinded)) != key.evaluate_input(input)) __builtin_trap();
  }
  return 0;
}
