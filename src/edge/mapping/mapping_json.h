#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "services/facts/mapping.h"

namespace quadrille::mapping {

// A mapping file (JSON, docs/import.md). Every fault is named by its JSON pointer.
[[nodiscard]] Result<facts::Mapping> parse_mapping(std::string_view text);
[[nodiscard]] Result<facts::Mapping> read_mapping(const std::filesystem::path& path);

}  // namespace quadrille::mapping
