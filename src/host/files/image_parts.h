#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/files/image_metadata.h"

// What the three parsers of image_metadata share; for this module only.

namespace quadrille::files {

[[nodiscard]] Result<CleanImage> clean_jpeg(std::string_view bytes);
[[nodiscard]] Result<CleanImage> clean_png(std::string_view bytes);
[[nodiscard]] Result<CleanImage> clean_webp(std::string_view bytes);

// Field "file".
[[nodiscard]] Failure broken_image(std::string_view kind, const Text& why);
[[nodiscard]] Failure truncated_image(std::string_view kind);
// Zero or beyond side_max or pixels_max.
[[nodiscard]] Result<void> check_size(std::uint64_t width, std::uint64_t height);

// Once each.
void note_removed(CleanImage& image, std::string_view what);

// Reads at a place that must be inside (CHECK).
[[nodiscard]] std::uint8_t byte_at(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint32_t big_16(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint32_t big_32(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint32_t little_16(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint32_t little_32(std::string_view bytes, std::size_t at);
void append_big_32(std::string& bytes, std::uint32_t number);
void append_little_32(std::string& bytes, std::uint32_t number);

}  // namespace quadrille::files
