#include "services/audit/leaf.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::audit {
namespace {

constexpr std::uint8_t version = 1;

template <class Number>
void append_big_endian(std::string& out, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xffU);
}

void append_text(std::string& out, std::string_view text) {
  append_big_endian(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

}  // namespace

std::string_view name_of(Field field) {
  switch (field) {
    case Field::who:
      return "who";
    case Field::what:
      return "what";
    case Field::purpose:
      return "purpose";
    case Field::legal_basis:
      return "legal basis";
    case Field::recipient:
      return "recipient";
    case Field::outcome:
      return "outcome";
  }
  return "";
}

bool is_content(Field field) { return field == Field::what || field == Field::purpose || field == Field::recipient; }

std::string value_of(const Act& act, Field field) {
  std::string value;
  switch (field) {
    case Field::who:
      value += act.territory ? '\1' : '\0';
      if (act.territory) append_big_endian(value, act.territory->value);
      append_text(value, act.actor);
      return value;
    case Field::what:
      value += act.object ? '\1' : '\0';
      if (act.object) {
        append_text(value, act.object->kind);
        append_big_endian(value, act.object->id);
      }
      append_text(value, act.subject);
      append_text(value, act.details);
      return value;
    case Field::purpose:
      return act.purpose;
    case Field::legal_basis:
      return act.legal_basis;
    case Field::recipient:
      return act.recipient;
    case Field::outcome:
      return act.outcome;
  }
  return value;
}

Digest commitment_key(const Salt& salt, Field field) {
  const std::uint8_t number[] = {static_cast<std::uint8_t>(field)};
  return crypto::sha256({salt, number});
}

Digest commitment(const Salt& salt, Field field, std::string_view value) {
  const std::uint8_t number[] = {static_cast<std::uint8_t>(field)};
  return crypto::sha256({commitment_key(salt, field), number, crypto::bytes_of(value)});
}

Leaf make_leaf(const Act& act, Instant at, const Salt& account, const Salt& content) {
  Leaf leaf{};
  leaf[0] = version;
  for (std::size_t i = 0; i < 8; ++i)
    leaf[1 + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(at.utc_ms) >> (56 - 8 * i));
  leaf[9] = static_cast<std::uint8_t>(static_cast<int>(act.action) + 1);
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    const Digest digest = commitment(is_content(field) ? content : account, field, value_of(act, field));
    std::ranges::copy(digest, leaf.begin() + 10 + static_cast<std::ptrdiff_t>(32 * i));
  }
  return leaf;
}

std::optional<LeafParts> parse_leaf(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != leaf_bytes || bytes[0] != version || bytes[9] < 1 || bytes[9] > 6) return std::nullopt;
  LeafParts parts;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < 8; ++i) at = at << 8U | bytes[1 + i];
  parts.at.utc_ms = static_cast<std::int64_t>(at);
  parts.action = static_cast<Action>(bytes[9] - 1);
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto digest = bytes.subspan(10 + 32 * i, 32);
    std::ranges::copy(digest, parts.commitments[i].begin());
  }
  return parts;
}

}  // namespace quadrille::audit
