#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "host/crypto/encoding.h"

// Signatures of JSON Web Tokens (RFC 7518), by OpenSSL: the two that identity providers of the French State use. Only
// these: "none" and symmetric ones, with which tokens have been forged, are not known here.

namespace quadrille::crypto {

// RS256: RSASSA-PKCS1-v1_5 with SHA-256. Keys under 2048 bits sign nothing here (RFC 7518 section 3.3).
struct RsaPublicKey {
  Bytes modulus;   // big-endian, as in a JWK's "n"
  Bytes exponent;  // "e"
};
[[nodiscard]] bool is_signed_rs256(const RsaPublicKey& key, std::string_view message,
                                   std::span<const std::uint8_t> signature);

// ES256: ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each (RFC 7518 section 3.4).
struct EllipticPublicKey {
  Bytes x;  // 32 bytes, as in a JWK
  Bytes y;
};
[[nodiscard]] bool is_signed_es256(const EllipticPublicKey& key, std::string_view message,
                                   std::span<const std::uint8_t> signature);

}  // namespace quadrille::crypto
