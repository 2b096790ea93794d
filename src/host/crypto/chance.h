#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// The only place that draws unpredictable bytes. Services take a Chance&; tests give one whose bytes are fixed
// (testing::FixedChance). Random numbers of computations are another thing: base/random.h, counted from a seed.

namespace quadrille::crypto {

class Chance {
 public:
  virtual ~Chance() = default;
  // Every byte independent and uniform; safe to call from several threads.
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// The operating system's generator (through libsodium), one object for the process.
[[nodiscard]] Chance& system_chance();

// A secret that cannot be guessed, for sessions, invitations and cross-site tokens: `bytes` random bytes as base64url
// (32 bytes = 43 characters). At least 16 bytes (CHECK).
[[nodiscard]] std::string random_token(Chance& chance, std::size_t bytes = 32);

// The name of an object in addresses and answers: 16 letters of lower-case base32 (80 random bits). It tells neither
// how many objects there are nor which came first; by the birthday bound, two of a hundred million are alike once in
// 240 million instances.
[[nodiscard]] std::string random_code(Chance& chance);
// Whether a text has that form.
[[nodiscard]] bool is_code(std::string_view text);

}  // namespace quadrille::crypto
