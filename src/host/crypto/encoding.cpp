#include "host/crypto/encoding.h"

#include <array>

namespace quadrille::crypto {
namespace {

// An alphabet of 2^bits characters and its inverse.
struct Alphabet {
  std::string_view characters;
  int bits;
  std::array<std::int8_t, 256> value{};

  constexpr Alphabet(std::string_view all, int bits_each) : characters(all), bits(bits_each) {
    value.fill(-1);
    for (std::size_t i = 0; i < all.size(); ++i)
      value[static_cast<unsigned char>(all[i])] = static_cast<std::int8_t>(i);
  }
};

constexpr Alphabet base64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6};
constexpr Alphabet base64url{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6};
constexpr Alphabet base32{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5};
constexpr Alphabet hexadecimal{"0123456789abcdef", 4};

std::string encode(std::span<const std::uint8_t> bytes, const Alphabet& alphabet) {
  std::string text;
  text.reserve((bytes.size() * 8 + alphabet.bits - 1) / alphabet.bits);
  unsigned held = 0;
  int bits = 0;
  const unsigned mask = (1U << alphabet.bits) - 1;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8U | byte) & 0xffffU;
    for (bits += 8; bits >= alphabet.bits; bits -= alphabet.bits)
      text += alphabet.characters[held >> static_cast<unsigned>(bits - alphabet.bits) & mask];
  }
  if (bits > 0) text += alphabet.characters[held << static_cast<unsigned>(alphabet.bits - bits) & mask];
  return text;
}

std::optional<Bytes> decode(std::string_view text, const Alphabet& alphabet) {
  Bytes bytes;
  bytes.reserve(text.size() * static_cast<std::size_t>(alphabet.bits) / 8);
  unsigned held = 0;
  int bits = 0;
  for (const char character : text) {
    const int value = alphabet.value[static_cast<unsigned char>(character)];
    if (value < 0) return std::nullopt;
    held = (held << static_cast<unsigned>(alphabet.bits) | static_cast<unsigned>(value)) & 0xffffU;
    bits += alphabet.bits;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(held >> static_cast<unsigned>(bits)));
    }
  }
  // A whole unused character, or bits that say nothing: the same bytes would have a second text.
  const unsigned rest = held & ((1U << static_cast<unsigned>(bits)) - 1);
  if (bits >= alphabet.bits || rest != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text = encode(bytes, base64);
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode(text, base64);
}

std::string to_base64url(std::span<const std::uint8_t> bytes) { return encode(bytes, base64url); }
std::optional<Bytes> from_base64url(std::string_view text) { return decode(text, base64url); }

std::string to_base32(std::span<const std::uint8_t> bytes) { return encode(bytes, base32); }

std::optional<Bytes> from_base32(std::string_view text) {
  std::string capitals(text);
  for (char& character : capitals)
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  return decode(capitals, base32);
}

std::string to_hex(std::span<const std::uint8_t> bytes) { return encode(bytes, hexadecimal); }

std::optional<Bytes> from_hex(std::string_view text) {
  std::string small(text);
  for (char& character : small)
    if (character >= 'A' && character <= 'F') character = static_cast<char>(character - 'A' + 'a');
  return decode(small, hexadecimal);
}

}  // namespace quadrille::crypto
