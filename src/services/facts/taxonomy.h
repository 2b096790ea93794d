#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/text.h"

// What a fact is about and how it came to be known. A category is stored by its number, which never changes meaning.

namespace quadrille::facts {

// How a fact came to be known. The two are kept apart end to end: discovered facts follow where police look.
enum class Channel : std::uint8_t { reported = 1, discovered = 2 };

inline constexpr Channel channels[] = {Channel::reported, Channel::discovered};
[[nodiscard]] std::string_view name_of(Channel channel);  // "reported"
[[nodiscard]] std::optional<Channel> channel_named(std::string_view name);
[[nodiscard]] const Text& label_of(Channel channel);

struct Category {
  std::uint8_t number;
  std::string_view code;
  Text label;
  Channel usual_channel;  // where a mapping does not say otherwise
};

[[nodiscard]] std::span<const Category> taxonomy();
[[nodiscard]] const Category* find_category(std::string_view code);
// CHECKs that the number is of the taxonomy.
[[nodiscard]] const Category& category_of(std::uint8_t number);

}  // namespace quadrille::facts
