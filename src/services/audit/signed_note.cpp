#include "services/audit/signed_note.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "host/crypto/digest.h"

namespace quadrille::audit {
namespace {

constexpr std::uint8_t ed25519 = 0x01;
constexpr std::string_view dash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t longest_note = std::size_t{1} << 20U;
constexpr std::size_t signatures_max = 64;

// The code point at the front, which is removed; nothing for bytes that are not UTF-8 (overlong forms and surrogates
// included).
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0x80        ? 1
                             : first >> 5U == 6  ? 2
                             : first >> 4U == 14 ? 3
                             : first >> 3U == 30 ? 4
                                                 : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (byte(i) >> 6U != 2) return std::nullopt;
    point = point << 6U | (byte(i) & 0x3fU);
  }
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return std::nullopt;
  text.remove_prefix(length);
  return point;
}

// Unicode's White_Space property.
bool is_space(std::uint32_t point) {
  return point == 0x20 || (point >= 0x09 && point <= 0x0d) || point == 0x85 || point == 0xa0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 || point == 0x202f ||
         point == 0x205f || point == 0x3000;
}

bool is_note_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (!point || (*point < 0x20 && *point != '\n')) return false;
  }
  return true;
}

std::string hex_id(std::uint32_t id) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(id >> 24U), static_cast<std::uint8_t>(id >> 16U),
                                static_cast<std::uint8_t>(id >> 8U), static_cast<std::uint8_t>(id)};
  return crypto::to_hex(bytes);
}

std::uint32_t to_id(std::span<const std::uint8_t> bytes) {
  std::uint32_t id = 0;
  for (const auto byte : bytes.first(4)) id = id << 8U | byte;
  return id;
}

// "NAME+c74f20a3+BASE64(0x01 || 32 bytes)"
struct KeyText {
  std::string_view name;
  std::string_view id;
  std::array<std::uint8_t, 32> bytes{};
};
std::optional<KeyText> split_key(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  KeyText out{text.substr(0, first), text.substr(first + 1, second - first - 1), {}};
  const auto encoded = crypto::from_base64(text.substr(second + 1));
  if (!encoded || encoded->size() != 33 || encoded->front() != ed25519 || !is_key_name(out.name)) return std::nullopt;
  std::copy(encoded->begin() + 1, encoded->end(), out.bytes.begin());
  return out;
}

std::string with_type(std::span<const std::uint8_t> key) {
  crypto::Bytes bytes{ed25519};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return crypto::to_base64(bytes);
}

std::optional<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(dash)) return std::nullopt;
  line.remove_prefix(dash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto bytes = crypto::from_base64(line.substr(space + 1));
  if (!is_key_name(line.substr(0, space)) || !bytes || bytes->size() < 5) return std::nullopt;
  return NoteSignature{std::string(line.substr(0, space)), to_id(*bytes), {bytes->begin() + 4, bytes->end()}};
}

}  // namespace

SignerKey::SignerKey(std::string name, const crypto::SigningKey& key) : key_(key) {
  CHECK(is_key_name(name));
  verifier_ = {.name = std::move(name), .id = 0, .key = key.public_key()};
  verifier_.id = key_id(verifier_.name, verifier_.key);
}

bool is_key_name(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const auto point = take_code_point(name);
    if (!point || *point < 0x20 || *point == '+' || is_space(*point)) return false;
  }
  return true;
}

std::uint32_t key_id(std::string_view name, const crypto::PublicKey& key) {
  const std::uint8_t separator[] = {'\n', ed25519};
  return to_id(crypto::sha256({crypto::bytes_of(name), separator, key}));
}

std::string format_key(const VerifierKey& key) { return key.name + "+" + hex_id(key.id) + "+" + with_type(key.key); }

std::string format_key(const SignerKey& key) {
  return "PRIVATE+KEY+" + key.verifier().name + "+" + hex_id(key.verifier().id) + "+" + with_type(key.key().seed());
}

std::optional<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto parts = split_key(text);
  if (!parts) return std::nullopt;
  const VerifierKey key{std::string(parts->name), key_id(parts->name, parts->bytes), parts->bytes};
  return hex_id(key.id) == parts->id ? std::optional(key) : std::nullopt;
}

std::optional<SignerKey> parse_signer_key(std::string_view text) {
  constexpr std::string_view prefix = "PRIVATE+KEY+";
  if (!text.starts_with(prefix)) return std::nullopt;
  const auto parts = split_key(text.substr(prefix.size()));
  if (!parts) return std::nullopt;
  SignerKey key{std::string(parts->name), crypto::SigningKey(parts->bytes)};
  return hex_id(key.verifier().id) == parts->id ? std::optional(std::move(key)) : std::nullopt;
}

std::optional<SignedNote> parse_note(std::string_view note) {
  if (note.size() > longest_note || !note.ends_with('\n') || !is_note_text(note)) return std::nullopt;
  // Signature lines hold no empty line, so the last one ends the text.
  const auto split = note.rfind("\n\n");
  if (split == std::string_view::npos) return std::nullopt;
  SignedNote out{std::string(note.substr(0, split + 1)), {}};
  for (std::string_view rest = note.substr(split + 2); !rest.empty();) {
    const auto end = rest.find('\n');
    auto signature = parse_signature(rest.substr(0, end));
    if (!signature || out.signatures.size() == signatures_max) return std::nullopt;
    out.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  return out.signatures.empty() ? std::nullopt : std::optional(std::move(out));
}

std::string sign_note(std::string_view text, std::span<const SignerKey> keys) {
  CHECK(text.ends_with('\n') && is_note_text(text));
  std::string note(text);
  note += '\n';
  for (const auto& key : keys) {
    const auto id = key.verifier().id;
    crypto::Bytes bytes{static_cast<std::uint8_t>(id >> 24U), static_cast<std::uint8_t>(id >> 16U),
                        static_cast<std::uint8_t>(id >> 8U), static_cast<std::uint8_t>(id)};
    const auto signature = key.key().sign(crypto::bytes_of(text));
    bytes.insert(bytes.end(), signature.begin(), signature.end());
    note += std::string(dash) + key.verifier().name + " " + crypto::to_base64(bytes) + "\n";
  }
  return note;
}

std::vector<VerifierKey> signers_of(const SignedNote& note, std::span<const VerifierKey> known) {
  std::vector<VerifierKey> signers;
  for (const auto& signature : note.signatures) {
    const auto key = std::ranges::find_if(
        known, [&](const VerifierKey& one) { return one.name == signature.name && one.id == signature.id; });
    if (key == known.end()) continue;
    crypto::Signature bytes{};
    if (signature.signature.size() != bytes.size()) return {};
    std::ranges::copy(signature.signature, bytes.begin());
    if (!crypto::is_signed_by(key->key, crypto::bytes_of(note.text), bytes)) return {};
    if (std::ranges::find(signers, *key) == signers.end()) signers.push_back(*key);
  }
  return signers;
}

}  // namespace quadrille::audit
