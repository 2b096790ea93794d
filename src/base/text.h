#pragma once

#include <string>
#include <string_view>

namespace quadrille {

enum class Language { fr, en };

// One sentence or label in both languages of the product. Both stand side by side in the source, so that a reader of
// either sees at once whether they say the same thing; there is no catalogue of message keys.
struct Text {
  std::string fr;
  std::string en;

  [[nodiscard]] const std::string& in(Language language) const { return language == Language::fr ? fr : en; }
  friend bool operator==(const Text&, const Text&) = default;
};

// A name that is the same in both languages (a person's wording, a file name, a place).
inline Text same_text(std::string_view words) { return {std::string(words), std::string(words)}; }

}  // namespace quadrille
