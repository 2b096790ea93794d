#pragma once

#include <string>
#include <string_view>

// One spelling for what people write in many ways. Pure functions over UTF-8.

namespace quadrille::sharing {

// Small ASCII letters and digits, one space where anything else stood, none at the ends: accents and ligatures of the
// Latin letters of Europe are dropped (U+00C0 to U+017F, "œ" to "oe", "ß" to "ss"); combining marks vanish. Letters of
// other scripts are kept as they are.  "  L'Ânesse-Œuvre " -> "l anesse oeuvre"
[[nodiscard]] std::string folded(std::string_view text);

// Capital ASCII letters and digits, everything else dropped: "ab-123 cd" -> "AB123CD".
[[nodiscard]] std::string letters_and_digits(std::string_view text);

}  // namespace quadrille::sharing
