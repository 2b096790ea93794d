#pragma once

#include <span>
#include <string_view>

#include "base/text.h"

// What the log records, and what people read for it. Part of journal/words.

namespace quadrille::journal {

struct WordRow {
  std::string_view recorded;
  Text words;
};
// What an act was about: the words before a code or a number. Of two that fit the longer counts.
[[nodiscard]] std::span<const WordRow> subject_words();
// What was done, or how it ended.
[[nodiscard]] std::span<const WordRow> phrase_words();
// Names of parameters and counts: "rows" of "rows=12".
[[nodiscard]] std::span<const WordRow> name_words();
// Values that are words of closed lists.
[[nodiscard]] std::span<const WordRow> value_words();

}  // namespace quadrille::journal
