#include "host/crypto/one_time_code.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/check.h"
#include "host/crypto/digest.h"
#include "host/crypto/encoding.h"

namespace quadrille::crypto {
namespace {

constexpr std::int64_t step_ms = 30'000;

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char character : text) {
    const bool is_plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                          (character >= '0' && character <= '9') || character == '-' || character == '.' ||
                          character == '_' || character == '~';
    if (is_plain)
      encoded += character;
    else
      encoded += "%" + to_hex(bytes_of({&character, 1}));
  }
  return encoded;
}

}  // namespace

std::string hotp(std::span<const std::uint8_t> secret, std::uint64_t counter, int digits) {
  CHECK(digits >= 6 && digits <= 8);
  std::array<std::uint8_t, 8> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(counter >> (56 - 8 * i));
  std::array<std::uint8_t, 20> tag{};
  CHECK(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(), tag.data(),
             nullptr) != nullptr);
  const std::size_t offset = tag[19] & 0x0fU;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | tag[offset + i];
  number &= 0x7fffffffU;
  std::string code(static_cast<std::size_t>(digits), '0');
  for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10)
    *digit = static_cast<char>('0' + number % 10);
  return code;
}

std::int64_t code_step(Instant at) {
  CHECK(at.utc_ms >= 0);
  return at.utc_ms / step_ms;
}

std::string totp(std::span<const std::uint8_t> secret, Instant at, int digits) {
  return hotp(secret, static_cast<std::uint64_t>(code_step(at)), digits);
}

std::optional<std::int64_t> find_code_step(std::span<const std::uint8_t> secret, std::string_view code, Instant at,
                                           int drift) {
  std::optional<std::int64_t> found;
  const std::int64_t now = code_step(at);
  for (std::int64_t step = now - drift; step <= now + drift; ++step)
    if (step >= 0 && equal_in_constant_time(hotp(secret, static_cast<std::uint64_t>(step)), code)) found = step;
  return found;
}

std::string one_time_code_uri(std::string_view issuer, std::string_view account, std::span<const std::uint8_t> secret) {
  return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(account) + "?secret=" + to_base32(secret) +
         "&issuer=" + percent_encoded(issuer);
}

}  // namespace quadrille::crypto
