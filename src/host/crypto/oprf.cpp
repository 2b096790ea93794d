#include "host/crypto/oprf.h"

#include <sodium.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "host/crypto/ready.h"

namespace quadrille::crypto {
namespace {

static_assert(crypto_core_ristretto255_BYTES == 32 && crypto_core_ristretto255_SCALARBYTES == 32);
static_assert(crypto_hash_sha512_BYTES == 64 && crypto_core_ristretto255_HASHBYTES == 64);

using Scalar = std::array<std::uint8_t, 32>;
using Encoded = std::array<std::uint8_t, 32>;
using Hash = std::array<std::uint8_t, 64>;

void append(Bytes& out, std::span<const std::uint8_t> bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void append(Bytes& out, std::string_view text) { append(out, bytes_of(text)); }
// RFC 8017's I2OSP(number, 2).
void append_two_bytes(Bytes& out, std::size_t number) {
  CHECK(number <= 0xffff);
  out.push_back(static_cast<std::uint8_t>(number >> 8U));
  out.push_back(static_cast<std::uint8_t>(number & 0xffU));
}
void append_with_length(Bytes& out, std::span<const std::uint8_t> bytes) {
  append_two_bytes(out, bytes.size());
  append(out, bytes);
}

Hash sha512(std::span<const std::uint8_t> bytes) {
  Hash hash;
  crypto_hash_sha512(hash.data(), bytes.data(), bytes.size());
  return hash;
}

// Section 3.1, CreateContextString, behind a word that separates its uses.
Bytes tag_of(std::string_view use, OprfMode mode) {
  Bytes tag;
  append(tag, use);
  append(tag, "OPRFV1-");
  tag.push_back(static_cast<std::uint8_t>(mode));
  append(tag, "-ristretto255-SHA512");
  return tag;
}

// Section 4.1: 64 uniform bytes, little-endian, modulo the order.
Scalar hash_to_scalar(std::span<const std::uint8_t> message, std::span<const std::uint8_t> tag) {
  const Bytes wide = expand_message_xmd_sha512(message, tag, 64);
  Scalar scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.data(), wide.data());
  return scalar;
}

std::optional<OprfElement> hash_to_group(OprfMode mode, std::span<const std::uint8_t> input) {
  const Bytes wide = expand_message_xmd_sha512(input, tag_of("HashToGroup-", mode), 64);
  Encoded element;
  crypto_core_ristretto255_from_hash(element.data(), wide.data());
  return OprfElement::checked(element);
}

bool is_zero(const Scalar& scalar) { return sodium_is_zero(scalar.data(), scalar.size()) == 1; }

// scalar * element for a scalar that is not zero and an element that is not the identity: never the identity, the
// group's order is prime.
Encoded times(const Scalar& scalar, const Encoded& element) {
  Encoded product;
  CHECK(crypto_scalarmult_ristretto255(product.data(), scalar.data(), element.data()) == 0);
  return product;
}

// The same where scalar may be zero, and the sum of two: composites of a proof can hit the identity.
Encoded times_or_identity(const Scalar& scalar, const Encoded& element) {
  Encoded product{};
  if (crypto_scalarmult_ristretto255(product.data(), scalar.data(), element.data()) != 0) product.fill(0);
  return product;
}
Encoded generator_times(const Scalar& scalar) {
  Encoded product{};
  if (crypto_scalarmult_ristretto255_base(product.data(), scalar.data()) != 0) product.fill(0);
  return product;
}
Encoded sum(const Encoded& a, const Encoded& b) {
  Encoded total;
  CHECK(crypto_core_ristretto255_add(total.data(), a.data(), b.data()) == 0);
  return total;
}

// Section 2.2.1: the weights d_i of ComputeComposites.
std::vector<Scalar> composite_weights(const OprfElement& public_key, std::span<const OprfElement> blinded,
                                      std::span<const OprfElement> evaluated) {
  Bytes transcript;
  append_with_length(transcript, public_key.bytes());
  append_with_length(transcript, tag_of("Seed-", OprfMode::voprf));
  const Hash seed = sha512(transcript);
  const Bytes tag = tag_of("HashToScalar-", OprfMode::voprf);
  std::vector<Scalar> weights;
  weights.reserve(blinded.size());
  for (std::size_t i = 0; i < blinded.size(); ++i) {
    Bytes composite;
    append_with_length(composite, seed);
    append_two_bytes(composite, i);
    append_with_length(composite, blinded[i].bytes());
    append_with_length(composite, evaluated[i].bytes());
    append(composite, "Composite");
    weights.push_back(hash_to_scalar(composite, tag));
  }
  return weights;
}

Encoded weighted_sum(std::span<const Scalar> weights, std::span<const OprfElement> elements) {
  Encoded total{};  // 32 zero bytes encode the identity
  for (std::size_t i = 0; i < elements.size(); ++i)
    total = sum(times_or_identity(weights[i], elements[i].bytes()), total);
  return total;
}

Scalar challenge_of(const OprfElement& public_key, const Encoded& m, const Encoded& z, const Encoded& t2,
                    const Encoded& t3) {
  Bytes transcript;
  append_with_length(transcript, public_key.bytes());
  for (const auto* part : {&m, &z, &t2, &t3}) append_with_length(transcript, *part);
  append(transcript, "Challenge");
  return hash_to_scalar(transcript, tag_of("HashToScalar-", OprfMode::voprf));
}

// The order of the group, little-endian: 2^252 + 27742317777372353535851937790883648493.
constexpr Scalar order{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

bool is_reduced(const Scalar& scalar) { return sodium_compare(scalar.data(), order.data(), scalar.size()) < 0; }

}  // namespace

std::optional<OprfElement> OprfElement::checked(std::span<const std::uint8_t> bytes) {
  make_ready();
  Encoded encoded;
  if (bytes.size() != encoded.size()) return std::nullopt;
  std::ranges::copy(bytes, encoded.begin());
  // libsodium 1.0.18 ignores the highest bit, which would give one element two texts (found by the test).
  if ((encoded[31] & 0x80) != 0 || is_zero(encoded)) return std::nullopt;
  if (crypto_core_ristretto255_is_valid_point(encoded.data()) != 1) return std::nullopt;
  return OprfElement(encoded);
}

std::optional<OprfBlind> OprfBlind::checked(std::span<const std::uint8_t> bytes) {
  make_ready();
  Scalar scalar;
  if (bytes.size() != scalar.size()) return std::nullopt;
  std::ranges::copy(bytes, scalar.begin());
  if (is_zero(scalar) || !is_reduced(scalar)) return std::nullopt;
  return OprfBlind(scalar);
}

OprfBlind OprfBlind::draw(Chance& chance) {
  make_ready();
  for (;;) {
    Hash wide;
    chance.fill(wide);
    Scalar scalar;
    crypto_core_ristretto255_scalar_reduce(scalar.data(), wide.data());
    if (!is_zero(scalar)) return OprfBlind(scalar);
  }
}

std::optional<OprfElement> blind(OprfMode mode, std::span<const std::uint8_t> input, const OprfBlind& blind) {
  make_ready();
  if (input.size() > 0xffff) return std::nullopt;
  const auto element = hash_to_group(mode, input);
  if (!element) return std::nullopt;
  return OprfElement::checked(times(blind.bytes(), element->bytes()));
}

OprfOutput finalize(std::span<const std::uint8_t> input, const OprfBlind& blind, const OprfElement& evaluated) {
  make_ready();
  Scalar inverse;
  CHECK(crypto_core_ristretto255_scalar_invert(inverse.data(), blind.bytes().data()) == 0);
  const Encoded unblinded = times(inverse, evaluated.bytes());
  Bytes hashed;
  append_with_length(hashed, input);
  append_with_length(hashed, unblinded);
  append(hashed, "Finalize");
  return sha512(hashed);
}

bool is_proved(const OprfElement& public_key, std::span<const OprfElement> blinded,
               std::span<const OprfElement> evaluated, const OprfProof& proof) {
  make_ready();
  if (blinded.empty() || blinded.size() != evaluated.size() || blinded.size() > 0xffff) return false;
  Scalar challenge;
  Scalar response;
  std::copy_n(proof.begin(), 32, challenge.begin());
  std::copy_n(proof.begin() + 32, 32, response.begin());
  if (!is_reduced(challenge) || !is_reduced(response)) return false;
  const auto weights = composite_weights(public_key, blinded, evaluated);
  const Encoded m = weighted_sum(weights, blinded);
  const Encoded z = weighted_sum(weights, evaluated);
  const Encoded t2 = sum(generator_times(response), times_or_identity(challenge, public_key.bytes()));
  const Encoded t3 = sum(times_or_identity(response, m), times_or_identity(challenge, z));
  const Scalar expected = challenge_of(public_key, m, z, t2, t3);
  return sodium_memcmp(expected.data(), challenge.data(), expected.size()) == 0;
}

OprfKey OprfKey::derive(OprfMode mode, const std::array<std::uint8_t, 32>& seed, std::span<const std::uint8_t> info) {
  make_ready();
  Bytes input;
  append(input, seed);
  append_with_length(input, info);
  const Bytes tag = tag_of("DeriveKeyPair", mode);
  for (unsigned counter = 0; counter <= 255; ++counter) {
    input.push_back(static_cast<std::uint8_t>(counter));
    const Scalar scalar = hash_to_scalar(input, tag);
    input.pop_back();
    if (is_zero(scalar)) continue;
    const auto public_key = OprfElement::checked(generator_times(scalar));
    sodium_memzero(input.data(), input.size());
    CHECK(public_key);
    return {mode, scalar, *public_key};
  }
  CHECK(false && "256 zero scalars in a row");
}

OprfKey::OprfKey(OprfKey&& other) noexcept
    : mode_(other.mode_), scalar_(other.scalar_), public_key_(other.public_key_) {
  sodium_memzero(other.scalar_.data(), other.scalar_.size());
}

OprfKey::~OprfKey() { sodium_memzero(scalar_.data(), scalar_.size()); }

OprfElement OprfKey::evaluate(const OprfElement& blinded) const {
  const auto evaluated = OprfElement::checked(times(scalar_, blinded.bytes()));
  CHECK(evaluated);
  return *evaluated;
}

std::optional<OprfOutput> OprfKey::evaluate_input(std::span<const std::uint8_t> input) const {
  if (input.size() > 0xffff) return std::nullopt;
  const auto element = hash_to_group(mode_, input);
  if (!element) return std::nullopt;
  Bytes hashed;
  append_with_length(hashed, input);
  append_with_length(hashed, times(scalar_, element->bytes()));
  append(hashed, "Finalize");
  return sha512(hashed);
}

OprfProof OprfKey::prove(std::span<const OprfElement> blinded, std::span<const OprfElement> evaluated,
                         const OprfBlind& random) const {
  CHECK(mode_ == OprfMode::voprf);
  CHECK(!blinded.empty() && blinded.size() == evaluated.size() && blinded.size() <= 0xffff);
  const auto weights = composite_weights(public_key_, blinded, evaluated);
  const Encoded m = weighted_sum(weights, blinded);
  const Encoded z = times_or_identity(scalar_, m);
  const Encoded t2 = generator_times(random.bytes());
  const Encoded t3 = times_or_identity(random.bytes(), m);
  const Scalar challenge = challenge_of(public_key_, m, z, t2, t3);
  Scalar product;
  crypto_core_ristretto255_scalar_mul(product.data(), challenge.data(), scalar_.data());
  Scalar response;
  crypto_core_ristretto255_scalar_sub(response.data(), random.bytes().data(), product.data());
  sodium_memzero(product.data(), product.size());
  OprfProof proof;
  std::ranges::copy(challenge, proof.begin());
  std::ranges::copy(response, proof.begin() + 32);
  return proof;
}

Bytes expand_message_xmd_sha512(std::span<const std::uint8_t> message, std::span<const std::uint8_t> tag,
                                std::size_t length) {
  constexpr std::size_t hash_bytes = 64;
  constexpr std::size_t block_bytes = 128;
  const std::size_t blocks = (length + hash_bytes - 1) / hash_bytes;
  CHECK(blocks <= 255 && tag.size() <= 255);
  Bytes tail(tag.begin(), tag.end());  // DST_prime
  tail.push_back(static_cast<std::uint8_t>(tag.size()));
  Bytes first(block_bytes, 0);
  append(first, message);
  append_two_bytes(first, length);
  first.push_back(0);
  append(first, tail);
  const Hash b0 = sha512(first);
  Hash block{};
  Bytes out;
  for (std::size_t i = 1; i <= blocks; ++i) {
    Bytes input;
    for (std::size_t k = 0; k < hash_bytes; ++k) input.push_back(static_cast<std::uint8_t>(b0[k] ^ block[k]));
    input.push_back(static_cast<std::uint8_t>(i));
    append(input, tail);
    block = sha512(input);
    append(out, block);
  }
  out.resize(length);
  return out;
}

}  // namespace quadrille::crypto
