#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "host/files/byte_source.h"

namespace quadrille::files {

enum class Encoding { utf_8, iso_8859_1, windows_1252, utf_16_le, utf_16_be };

// "utf-8", "iso-8859-1" (also "latin-1"), "windows-1252", "utf-16" in any case.
[[nodiscard]] std::optional<Encoding> parse_encoding(std::string_view name);

// The same text in UTF-8, without byte-order mark. UTF-8 passes unchanged (its faults are the CSV reader's to locate).
[[nodiscard]] std::unique_ptr<ByteSource> in_utf_8(std::unique_ptr<ByteSource> source, Encoding encoding);

// Where the first byte stands that is not UTF-8 (overlong forms, surrogates and values above U+10FFFF count as faults).
[[nodiscard]] std::optional<std::size_t> first_fault(std::string_view text);

}  // namespace quadrille::files
