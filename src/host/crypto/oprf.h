#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "host/crypto/chance.h"
#include "host/crypto/encoding.h"

// Oblivious pseudorandom function: RFC 9497, suite ristretto255-SHA512, in its modes OPRF and VOPRF. A client learns
// F(key, input) for an input that the holder of the key never sees; the holder's key stays with the holder.
//
//   client: blind(mode, input)           -> the blinded element travels
//   holder: key.evaluate(element)        -> the evaluated element travels, in VOPRF with key.prove(...)
//   client: finalize(input, blind, evaluated), in VOPRF after is_proved(...)
//
// Hashing to the group is RFC 9380's expand_message_xmd with SHA-512 and libsodium's ristretto255 map.
//
// What it is not: a protection against whoever may ask often. The inputs of deconfliction (telephone numbers, plates)
// are few enough to try them all, so the number of questions must be limited by other means.

namespace quadrille::crypto {

// The number is RFC 9497's, table 1. An output of one mode is not that of the other.
enum class OprfMode : std::uint8_t { oprf = 0, voprf = 1 };

// An element of the group that is not its identity, in its one encoding of 32 bytes.
class OprfElement {
 public:
  // Nothing where the bytes are no canonical encoding of an element, or that of the identity.
  [[nodiscard]] static std::optional<OprfElement> checked(std::span<const std::uint8_t> bytes);
  [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }
  friend bool operator==(const OprfElement&, const OprfElement&) = default;

 private:
  explicit OprfElement(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 32> bytes_;
};

// What the client keeps until the answer comes: whoever has it and the blinded element can try inputs.
class OprfBlind {
 public:
  // Nothing for zero and for numbers that are not reduced.
  [[nodiscard]] static std::optional<OprfBlind> checked(std::span<const std::uint8_t> bytes);
  // Non-zero and uniform.
  [[nodiscard]] static OprfBlind draw(Chance& chance);
  [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return scalar_; }

 private:
  explicit OprfBlind(const std::array<std::uint8_t, 32>& scalar) : scalar_(scalar) {}
  std::array<std::uint8_t, 32> scalar_;
};

using OprfOutput = std::array<std::uint8_t, 64>;
// RFC 9497 section 2.2.1: challenge and response, 32 bytes each.
using OprfProof = std::array<std::uint8_t, 64>;

// RFC 9497 sections 3.3.1 and 3.3.2, Blind. Nothing where the input maps to the identity (nobody knows such an input)
// or is longer than 65,535 bytes.
[[nodiscard]] std::optional<OprfElement> blind(OprfMode mode, std::span<const std::uint8_t> input,
                                               const OprfBlind& blind);

// Section 3.3.1, Finalize: the same in both modes once the proof was checked.
[[nodiscard]] OprfOutput finalize(std::span<const std::uint8_t> input, const OprfBlind& blind,
                                  const OprfElement& evaluated);

// Section 2.2.2, VerifyProof in mode VOPRF: were all of `evaluated` made from `blinded` with the key of `public_key`?
// False too where the lists are empty, of different lengths or longer than 65,535.
[[nodiscard]] bool is_proved(const OprfElement& public_key, std::span<const OprfElement> blinded,
                             std::span<const OprfElement> evaluated, const OprfProof& proof);

// The holder's side. The scalar is wiped from memory with the object.
class OprfKey {
 public:
  // Section 3.2.1, DeriveKeyPair: the same key for the same seed, information and mode. `info` has at most 65,535 bytes
  // (CHECK).
  [[nodiscard]] static OprfKey derive(OprfMode mode, const std::array<std::uint8_t, 32>& seed,
                                      std::span<const std::uint8_t> info);
  OprfKey(const OprfKey&) = delete;
  OprfKey& operator=(const OprfKey&) = delete;
  OprfKey(OprfKey&& other) noexcept;
  OprfKey& operator=(OprfKey&&) = delete;
  ~OprfKey();

  [[nodiscard]] const OprfElement& public_key() const { return public_key_; }
  // For tests against published vectors.
  [[nodiscard]] const std::array<std::uint8_t, 32>& scalar() const { return scalar_; }

  // BlindEvaluate: about 60 microseconds.
  [[nodiscard]] OprfElement evaluate(const OprfElement& blinded) const;
  // F(key, input) by the holder alone, without blinding (sections 3.3.1 and 3.3.2, Evaluate).
  [[nodiscard]] std::optional<OprfOutput> evaluate_input(std::span<const std::uint8_t> input) const;
  // Section 2.2.1, GenerateProof in mode VOPRF, one proof for all; `random` is its r, drawn anew each time. Lists of
  // the same length, 1 to 65,535 (CHECK).
  [[nodiscard]] OprfProof prove(std::span<const OprfElement> blinded, std::span<const OprfElement> evaluated,
                                const OprfBlind& random) const;

 private:
  OprfKey(OprfMode mode, const std::array<std::uint8_t, 32>& scalar, const OprfElement& public_key)
      : mode_(mode), scalar_(scalar), public_key_(public_key) {}
  OprfMode mode_;
  std::array<std::uint8_t, 32> scalar_;
  OprfElement public_key_;
};

// RFC 9380 section 5.3.1 with SHA-512: `length` uniform bytes, at most 16,320; the tag has at most 255 bytes (CHECK
// both). Open to its published vectors.
[[nodiscard]] Bytes expand_message_xmd_sha512(std::span<const std::uint8_t> message, std::span<const std::uint8_t> tag,
                                              std::size_t length);

}  // namespace quadrille::crypto
