#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/text.h"

// How far a source and what it says are believed. Every note carries one evaluation on the French scale: source A to F,
// information 1 to 6 (the scale of NATO's AJP-2.1). Other services write other scales; what they wrote is kept as it
// was received, beside its reading on ours. The reading loses information and says what it loses: it is for sorting and
// filtering, never for writing back to the service that sent it.

namespace quadrille::notes {

enum class Scale {
  letters_and_digits,  // "B2": A to F, 1 to 6
  four_by_four,        // "B2": Europol's 4x4, source A, B, C, X and information 1 to 4
  three_five_two,      // "1BP": United Kingdom 3x5x2, source 1 to 3, information A to E, handling P or C
};
inline constexpr Scale scales[] = {Scale::letters_and_digits, Scale::four_by_four, Scale::three_five_two};
[[nodiscard]] std::string_view name_of(Scale scale);
[[nodiscard]] std::optional<Scale> scale_named(std::string_view name);
[[nodiscard]] const Text& label_of(Scale scale);

// On our scale.
struct Grade {
  char source = 'F';       // 'A' completely reliable ... 'E' unreliable, 'F' cannot be judged
  char information = '6';  // '1' confirmed ... '5' improbable, '6' cannot be judged

  friend bool operator==(Grade, Grade) = default;
};
[[nodiscard]] std::string text_of(Grade grade);  // "B2"
// Exactly that form, small letters too; nothing otherwise.
[[nodiscard]] std::optional<Grade> parse_grade(std::string_view text);
// In words, both halves: "habituellement fiable, probablement vrai".
[[nodiscard]] Text words_of(Grade grade);

// What may be done with what was received on 3x5x2: 'C' (conditions) asks for a handling code of at least h2.
enum class ReceivedHandling { none, permitted, conditional };

struct Evaluation {
  Scale scale = Scale::letters_and_digits;
  std::string received;  // as the service wrote it, in capitals: "B2", "X4", "1BC"
  Grade grade;           // its reading on our scale

  friend bool operator==(const Evaluation&, const Evaluation&) = default;
};

// Refused (field `evaluation`) when the text is not of that scale; the message shows one that is.
[[nodiscard]] Result<Evaluation> make_evaluation(Scale scale, std::string_view received);
[[nodiscard]] ReceivedHandling received_handling(const Evaluation& evaluation);

// One row of the reading of other scales; docs/notes.md prints them.
struct Reading {
  Scale scale;
  enum class Half { source, information } half;
  char received;
  char read_as;
  Text means;  // the scale's own words
  Text loses;  // what the reading does not keep
};
[[nodiscard]] std::span<const Reading> readings();

}  // namespace quadrille::notes
