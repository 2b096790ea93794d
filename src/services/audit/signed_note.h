#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/encoding.h"
#include "host/crypto/signature.h"

// Signed notes (c2sp.org/signed-note, read 2026-11-25): a text, an empty line, and lines "— NAME BASE64(key id ||
// signature)". Ed25519 (type 0x01) only. Keys are written as the format's reference implementation (Go's
// golang.org/x/mod/sumdb/note) writes them:
//
//   NAME+c74f20a3+BASE64(0x01 || public key)                    to verify
//   PRIVATE+KEY+NAME+c74f20a3+BASE64(0x01 || secret seed)       to sign; keep it in a secret file

namespace quadrille::audit {

struct VerifierKey {
  std::string name;
  std::uint32_t id = 0;
  crypto::PublicKey key{};
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

class SignerKey {
 public:
  // The name must be one (is_key_name), CHECK.
  SignerKey(std::string name, const crypto::SigningKey& key);
  [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }
  [[nodiscard]] const crypto::SigningKey& key() const { return key_; }

 private:
  VerifierKey verifier_;
  crypto::SigningKey key_;
};

// Not empty, UTF-8, without spaces, control characters or '+'.
[[nodiscard]] bool is_key_name(std::string_view name);
// SHA-256(name || 0x0A || 0x01 || key)[:4], big-endian.
[[nodiscard]] std::uint32_t key_id(std::string_view name, const crypto::PublicKey& key);

[[nodiscard]] std::string format_key(const VerifierKey& key);
[[nodiscard]] std::string format_key(const SignerKey& key);
// Nothing for any other text, also when the id is not the key's.
[[nodiscard]] std::optional<VerifierKey> parse_verifier_key(std::string_view text);
[[nodiscard]] std::optional<SignerKey> parse_signer_key(std::string_view text);

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  crypto::Bytes signature;  // of any type, hence of any length
};

struct SignedNote {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;
};

// Nothing for what is no note: not UTF-8, control characters, no signature, more than 64 of them or more than a
// megabyte.
[[nodiscard]] std::optional<SignedNote> parse_note(std::string_view note);

// The text must end with a newline (CHECK).
[[nodiscard]] std::string sign_note(std::string_view text, std::span<const SignerKey> keys);

// The known keys that signed the note. Empty when none did, or when a signature that names a known key is wrong: then
// the whole note is to be refused.
[[nodiscard]] std::vector<VerifierKey> signers_of(const SignedNote& note, std::span<const VerifierKey> known);

}  // namespace quadrille::audit
