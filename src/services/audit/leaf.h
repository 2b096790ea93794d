#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/crypto/encoding.h"
#include "services/audit/audit.h"
#include "services/audit/merkle.h"

// What stands in the tree for an act: 202 bytes, whose only clear parts are the moment and the kind of action.
//
//   byte 0         version, 1
//   bytes 1-8      moment, milliseconds since 1970-01-01 UTC, big-endian
//   byte 9         action, 1 collection ... 6 erasure
//   bytes 10-201   six commitments of 32 bytes: who, what, purpose, legal basis, recipient, outcome
//
// A commitment to field f (0 who ... 5 outcome) with value v is SHA-256(key_f || f || v), key_f = SHA-256(salt || f):
// nobody who lacks the salt can tell v, even by trying every possible value, and v can be shown with key_f alone,
// without telling the other fields. Two salts, because they are erased apart: the *content* (what, purpose, recipient)
// goes when its object is erased, the *account* (who, legal basis, outcome) stays until the log's own time limit.
// docs/audit-log.md describes the same for an outsider.

namespace quadrille::audit {

using Salt = std::array<std::uint8_t, 16>;

enum class Field { who, what, purpose, legal_basis, recipient, outcome };
inline constexpr std::size_t field_count = 6;
[[nodiscard]] std::string_view name_of(Field field);
// Whether a field belongs to the content group, erased with its object.
[[nodiscard]] bool is_content(Field field);

inline constexpr std::size_t leaf_bytes = 10 + 32 * field_count;
using Leaf = std::array<std::uint8_t, leaf_bytes>;

struct LeafParts {
  Instant at;
  Action action = Action::consultation;
  std::array<Digest, field_count> commitments{};
};

// The bytes a commitment is made over: plain text, but for *who* (territory: 1 byte 0/1, then 8 bytes; actor) and
// *what* (object: 1 byte 0/1, then kind and id; subject; details), whose texts are preceded by their length in 4 bytes.
[[nodiscard]] std::string value_of(const Act& act, Field field);

[[nodiscard]] Digest commitment_key(const Salt& salt, Field field);
[[nodiscard]] Digest commitment(const Salt& salt, Field field, std::string_view value);

[[nodiscard]] Leaf make_leaf(const Act& act, Instant at, const Salt& account, const Salt& content);
// Nothing when these are no such bytes.
[[nodiscard]] std::optional<LeafParts> parse_leaf(std::span<const std::uint8_t> bytes);

}  // namespace quadrille::audit
