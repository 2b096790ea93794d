#include "host/crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "base/check.h"
#include "host/crypto/encoding.h"

namespace quadrille::crypto {
namespace {

// The algorithm is looked up once and each thread keeps its context: looking it up costs more than a short message.
struct Context {
  Context() : context(EVP_MD_CTX_new()) { CHECK(context != nullptr); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(context); }
  EVP_MD_CTX* context;
};

const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(fetched != nullptr);
  return fetched;
}

}  // namespace

Digest sha256(std::initializer_list<std::span<const std::uint8_t>> pieces) {
  thread_local const Context own;
  Digest digest{};
  CHECK(EVP_DigestInit_ex2(own.context, algorithm(), nullptr) == 1);
  for (const auto& piece : pieces) CHECK(EVP_DigestUpdate(own.context, piece.data(), piece.size()) == 1);
  CHECK(EVP_DigestFinal_ex(own.context, digest.data(), nullptr) == 1);
  return digest;
}

Digest sha256(std::span<const std::uint8_t> bytes) { return sha256({bytes}); }

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes_of(bytes))); }

Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> bytes) {
  Digest tag{};
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), tag.data(), nullptr) !=
        nullptr);
  return tag;
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return equal_in_constant_time(bytes_of(a), bytes_of(b));
}

}  // namespace quadrille::crypto
