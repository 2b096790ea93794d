#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Passwords are kept as argon2id (RFC 9106) by libsodium: each hash carries its own salt and cost, so that the cost can
// be raised without touching older hashes.

namespace quadrille::crypto {

struct PasswordCost {
  std::uint64_t passes;        // RFC 9106's t; one lane
  std::uint64_t memory_bytes;  // RFC 9106's m
};

// 3 passes over 64 MiB: RFC 9106's second recommended setting (its four lanes are one in libsodium), about 0.15 s here.
inline constexpr PasswordCost usual_password_cost{3, std::uint64_t{64} << 20U};
// For tests only: as cheap as argon2id goes.
inline constexpr PasswordCost cheapest_password_cost{1, 8192};

// "$argon2id$v=19$m=...,t=...,p=1$salt$hash"; the salt is drawn by libsodium itself from the system's generator, so two
// hashes of one password differ. Throws std::bad_alloc where the memory is not to be had.
[[nodiscard]] std::string hash_password(std::string_view password, PasswordCost cost);

// False also for a text that is no such hash.
[[nodiscard]] bool is_password(std::string_view password, const std::string& hash);

// True when the hash was made at another cost, and should be made again at the next login.
[[nodiscard]] bool is_outdated(const std::string& hash, PasswordCost cost);

}  // namespace quadrille::crypto
