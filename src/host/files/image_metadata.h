#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// A photograph without what it tells beside the picture: place, moment, device, owner, thumbnail, comments. The file is
// taken apart and written again from the few pieces a picture needs; everything that is not one of them is left out, so
// that a kind of metadata nobody thought of goes too. The picture itself is not decoded and loses nothing.
//
//   JPEG  kept: tables, frame (baseline, extended, progressive), scans, restart interval, Adobe's colour transform.
//         JFIF is written anew without thumbnail; of EXIF only the orientation is, where it turns the picture.
//   PNG   kept: IHDR, PLTE, tRNS, IDAT, IEND, and gAMA and sRGB. Checksums are verified, and the image data are
//         inflated: they must hold exactly the rows that the header announces.
//   WebP  kept: one still frame (VP8 or VP8L) with its ALPH. Animations are refused.
//
// Left out of all: EXIF, GPS, XMP, IPTC, ICC profiles (a wide-gamut picture looks a little paler), text, time,
// thumbnails, second pictures and whatever follows the end of a JPEG (burst and motion photos put films there).
// Bytes after the end of a PNG or a WebP are refused: no camera writes any.
//
// Refused: what is cut short, broken, empty, larger than `pixels_max` or `side_max`, arithmetic or lossless JPEG, and
// files that begin as a second kind of file too. Every refusal names field "file". O(bytes), PNG O(pixels).

namespace quadrille::files {

enum class ImageKind { jpeg, png, webp };
[[nodiscard]] std::string_view media_type_of(ImageKind kind);  // "image/jpeg"

struct CleanImage {
  ImageKind kind = ImageKind::jpeg;
  std::string bytes;
  std::uint32_t width = 0;  // as stored, before orientation
  std::uint32_t height = 0;
  // What was left out, by name and in order of first appearance: "EXIF", "comment"...
  std::vector<std::string> removed;
};

inline constexpr std::uint64_t pixels_max = 60'000'000;
inline constexpr std::uint32_t side_max = 20'000;

// The kind is told by the first bytes.
[[nodiscard]] Result<CleanImage> without_metadata(std::string_view bytes);

// Whether bytes begin like one of the kinds.
[[nodiscard]] bool looks_like_image(std::string_view bytes);

}  // namespace quadrille::files
