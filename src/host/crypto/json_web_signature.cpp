#include "host/crypto/json_web_signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace quadrille::crypto {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* held) const {
    release(held);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

constexpr std::size_t coordinate_bytes = 32;
constexpr int rsa_bits_min = 2048;

Number number_of(std::span<const std::uint8_t> bytes) {
  return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

// Nothing where the parameters are no key of that kind (a point off the curve, for one).
Key make_key(const char* kind, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return Key(key);
}

bool verify(EVP_PKEY* key, std::string_view message, std::span<const std::uint8_t> signature) {
  const DigestContext context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

}  // namespace

bool is_signed_rs256(const RsaPublicKey& key, std::string_view message, std::span<const std::uint8_t> signature) {
  const Number modulus = number_of(key.modulus);
  const Number exponent = number_of(key.exponent);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder || BN_num_bits(modulus.get()) < rsa_bits_min ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return false;
  const Key made = make_key("RSA", builder.get());
  return made && verify(made.get(), message, signature);
}

bool is_signed_es256(const EllipticPublicKey& key, std::string_view message, std::span<const std::uint8_t> signature) {
  if (key.x.size() != coordinate_bytes || key.y.size() != coordinate_bytes || signature.size() != 2 * coordinate_bytes)
    return false;
  Bytes point{0x04};
  point.insert(point.end(), key.x.begin(), key.x.end());
  point.insert(point.end(), key.y.begin(), key.y.end());
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return false;
  const Key made = make_key("EC", builder.get());
  if (!made) return false;
  // OpenSSL reads signatures in DER.
  const std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  Number r = number_of(signature.first(coordinate_bytes));
  Number s = number_of(signature.last(coordinate_bytes));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return false;
  const Bytes encoded(der, der + length);
  OPENSSL_free(der);
  return verify(made.get(), message, encoded);
}

}  // namespace quadrille::crypto
