#include "host/crypto/signature.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "host/crypto/ready.h"

namespace quadrille::crypto {

SigningKey::SigningKey(const SecretSeed& seed) {
  make_ready();
  CHECK(crypto_sign_seed_keypair(public_key_.data(), secret_.data(), seed.data()) == 0);
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

SecretSeed SigningKey::seed() const {
  SecretSeed seed;
  std::copy_n(secret_.begin(), seed.size(), seed.begin());
  return seed;
}

Signature SigningKey::sign(std::span<const std::uint8_t> message) const {
  Signature signature;
  CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data()) == 0);
  return signature;
}

SigningKey make_signing_key(Chance& chance) {
  SecretSeed seed;
  chance.fill(seed);
  const SigningKey key(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

bool is_signed_by(const PublicKey& key, std::span<const std::uint8_t> message, const Signature& signature) {
  make_ready();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

}  // namespace quadrille::crypto
