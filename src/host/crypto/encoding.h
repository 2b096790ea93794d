#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Bytes as text: RFC 4648 base64, base64url and base32, and hexadecimal. Decoders are strict, so that one value has one
// text: another alphabet, white space, wrong padding or bits left over after the last byte give nothing.

namespace quadrille::crypto {

using Bytes = std::vector<std::uint8_t>;

// The characters of a text as bytes; a view.
[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// Bytes as the characters of a text; a view.
[[nodiscard]] inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Padded with '='.
[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

// '-' and '_' for '+' and '/', no padding: fit for URLs, cookies and file names.
[[nodiscard]] std::string to_base64url(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

// Capital letters and 2-7, no padding, as authenticator applications read secrets. Reading takes small letters too.
[[nodiscard]] std::string to_base32(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Bytes> from_base32(std::string_view text);

// Small hexadecimal digits; reading takes capitals too.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

}  // namespace quadrille::crypto
