#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

// Whether a PDF is a document and nothing more: no script, nothing that starts a program, no file inside, no form that
// computes. The bytes are not changed; what a PDF says of its author stays in it.
//
// The check reads every byte, decodes names written with escapes (#4A), inflates every compressed stream and looks in
// it too. What it could not look into is refused: encryption, and filters other than those of ISO 32000-1 for pictures
// and FlateDecode without predictor (pictures and cross-reference streams may have one).
//
// Limits: it looks for the names by which actions are made, and does not build the document's tree, so that a text that
// quotes one of them is refused though harmless; links to web addresses stay (a reader asks before it follows one); it
// cannot know the faults of the program that will open the file. So it is kept and sent with a strict content policy,
// as a download. Every refusal names field "file". O(bytes inflated), at most `pdf_inflated_max`.

namespace quadrille::files {

inline constexpr std::uint64_t pdf_inflated_max = 128U << 20U;

[[nodiscard]] bool looks_like_pdf(std::string_view bytes);
[[nodiscard]] Result<void> check_pdf(std::string_view bytes);

}  // namespace quadrille::files
