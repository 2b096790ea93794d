#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

// One-time codes of an authenticator application: HOTP (RFC 4226) and TOTP (RFC 6238), HMAC-SHA-1, 30-second steps, as
// every such application implements them.

namespace quadrille::crypto {

// RFC 4226 section 5.3; 6 to 8 digits, leading zeros kept. Its section 4 asks for secrets of at least 16 bytes, 20 are
// usual.
[[nodiscard]] std::string hotp(std::span<const std::uint8_t> secret, std::uint64_t counter, int digits = 6);

// The step a moment falls in: RFC 6238's T with X = 30 s, T0 = 0.
[[nodiscard]] std::int64_t code_step(Instant at);
[[nodiscard]] std::string totp(std::span<const std::uint8_t> secret, Instant at, int digits = 6);

// The step whose 6-digit code this is, at most `drift` steps away from now (RFC 6238 section 5.2 recommends one step
// back). The caller keeps it and accepts only later steps from then on, so that a code is good once. All candidates
// are compared in constant time.
[[nodiscard]] std::optional<std::int64_t> find_code_step(std::span<const std::uint8_t> secret, std::string_view code,
                                                         Instant at, int drift = 1);

// What an authenticator application reads from a QR code: otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=... (both
// names percent-encoded here).
[[nodiscard]] std::string one_time_code_uri(std::string_view issuer, std::string_view account,
                                            std::span<const std::uint8_t> secret);

}  // namespace quadrille::crypto
