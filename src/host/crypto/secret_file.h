#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

// Files that hold a secret, such as a signing key: readable by their owner alone (0600), and refused when they are not.

namespace quadrille::crypto {

// At most 64 KiB. Absent: not_found. A folder, a link's missing target, or a file that the group or others may read or
// write: refused, with the command that puts it right.
[[nodiscard]] Result<std::string> load_secret(const std::filesystem::path& path);

// Makes the file with mode 0600 and everything on disk when it returns; an existing file is never overwritten
// (conflict).
[[nodiscard]] Result<void> save_secret(const std::filesystem::path& path, std::string_view text);

// Puts the new text in the file's place at once: after a power cut it holds the old or the new text, never a part.
[[nodiscard]] Result<void> replace_secret(const std::filesystem::path& path, std::string_view text);

}  // namespace quadrille::crypto
