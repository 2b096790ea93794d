#include "host/crypto/password.h"

#include <sodium.h>

#include <array>
#include <new>

#include "host/crypto/ready.h"

namespace quadrille::crypto {

std::string hash_password(std::string_view password, PasswordCost cost) {
  make_ready();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return hash.data();
}

bool is_password(std::string_view password, const std::string& hash) {
  make_ready();
  return hash.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_outdated(const std::string& hash, PasswordCost cost) {
  make_ready();
  return hash.size() >= crypto_pwhash_STRBYTES ||
         crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory_bytes) != 0;
}

}  // namespace quadrille::crypto
