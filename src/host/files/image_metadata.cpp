#include "host/files/image_metadata.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "host/files/image_parts.h"

namespace quadrille::files {
namespace {

constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";
constexpr std::string_view jpeg_start = "\xff\xd8\xff";

bool is_webp(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

// Readers of PDF look for its header in the first kilobyte, whatever stands before; browsers sniff pages there.
bool begins_as_something_else(std::string_view bytes) {
  constexpr std::string_view starts[] = {"%PDF-", "<script", "<html", "<svg", "<?php"};
  const auto head = bytes.substr(0, 1024);
  return std::ranges::any_of(starts,
                             [&](std::string_view start) { return head.find(start) != std::string_view::npos; });
}

Failure two_things() {
  return invalid({"le fichier est de deux natures à la fois : une image et autre chose ; reprenez la photographie",
                  "the file is two things at once: an image and something else; take the photograph again"},
                 "file");
}

}  // namespace

std::string_view media_type_of(ImageKind kind) {
  switch (kind) {
    case ImageKind::jpeg:
      return "image/jpeg";
    case ImageKind::png:
      return "image/png";
    case ImageKind::webp:
      return "image/webp";
  }
  CHECK(false);
}

bool looks_like_image(std::string_view bytes) {
  return bytes.starts_with(jpeg_start) || bytes.starts_with(png_signature) || is_webp(bytes);
}

Result<CleanImage> without_metadata(std::string_view bytes) {
  if (!looks_like_image(bytes))
    return invalid({"ce n'est pas une image JPEG, PNG ou WebP", "this is no JPEG, PNG or WebP image"}, "file");
  if (begins_as_something_else(bytes)) return two_things();
  auto image = bytes.starts_with(jpeg_start)      ? clean_jpeg(bytes)
               : bytes.starts_with(png_signature) ? clean_png(bytes)
                                                  : clean_webp(bytes);
  // Leaving out metadata may bring something to the front.
  if (image && begins_as_something_else(image->bytes)) return two_things();
  return image;
}

Failure broken_image(std::string_view kind, const Text& why) {
  return invalid(
      {fmt::format("image {} illisible : {}", kind, why.fr), fmt::format("unreadable {} image: {}", kind, why.en)},
      "file");
}

Failure truncated_image(std::string_view kind) {
  return broken_image(kind, {"elle est coupée ; envoyez-la de nouveau", "it is cut short; send it again"});
}

Result<void> check_size(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) return invalid({"l'image n'a pas de taille", "the image has no size"}, "file");
  if (width > side_max || height > side_max || width * height > pixels_max)
    return refuse(ErrorKind::too_large,
                  {fmt::format("image trop grande : {} × {} pixels, au plus {} millions en tout", width, height,
                               pixels_max / 1'000'000),
                   fmt::format("image too large: {} × {} pixels, at most {} million in all", width, height,
                               pixels_max / 1'000'000)},
                  "file");
  return {};
}

void note_removed(CleanImage& image, std::string_view what) {
  if (std::ranges::find(image.removed, what) == image.removed.end()) image.removed.emplace_back(what);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  CHECK(at < bytes.size());
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint32_t big_16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(byte_at(bytes, at)) << 8U | byte_at(bytes, at + 1);
}

std::uint32_t big_32(std::string_view bytes, std::size_t at) {
  return big_16(bytes, at) << 16U | big_16(bytes, at + 2);
}

std::uint32_t little_16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(byte_at(bytes, at + 1)) << 8U | byte_at(bytes, at);
}

std::uint32_t little_32(std::string_view bytes, std::size_t at) {
  return little_16(bytes, at + 2) << 16U | little_16(bytes, at);
}

void append_big_32(std::string& bytes, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU);
}

void append_little_32(std::string& bytes, std::uint32_t number) {
  for (int shift = 0; shift <= 24; shift += 8)
    bytes += static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU);
}

}  // namespace quadrille::files
