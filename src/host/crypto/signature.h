#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "host/crypto/chance.h"

// Ed25519 signatures (RFC 8032), by libsodium: 32-byte keys, 64-byte signatures, the same bytes for the same message.

namespace quadrille::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
// RFC 8032's "secret key": 32 random bytes from which everything else follows.
using SecretSeed = std::array<std::uint8_t, 32>;

// A signing key. Its secret is wiped from memory when it goes.
class SigningKey {
 public:
  explicit SigningKey(const SecretSeed& seed);
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  ~SigningKey();

  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] SecretSeed seed() const;
  [[nodiscard]] Signature sign(std::span<const std::uint8_t> message) const;

 private:
  PublicKey public_key_{};
  std::array<std::uint8_t, 64> secret_{};
};

[[nodiscard]] SigningKey make_signing_key(Chance& chance);

// Refuses, as RFC 8032 section 5.1.7 allows and libsodium does, keys of small order and encodings that are not
// canonical.
[[nodiscard]] bool is_signed_by(const PublicKey& key, std::span<const std::uint8_t> message,
                                const Signature& signature);

}  // namespace quadrille::crypto
