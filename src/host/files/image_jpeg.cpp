#include <algorithm>
#include <optional>

#include "host/files/image_parts.h"

// JPEG (ITU-T T.81, annex B): markers, segments and entropy-coded scans, read only as far as telling them apart needs.

namespace quadrille::files {
namespace {

constexpr std::string_view kind = "JPEG";

constexpr std::uint8_t sof0 = 0xC0;  // baseline
constexpr std::uint8_t sof1 = 0xC1;  // extended sequential
constexpr std::uint8_t sof2 = 0xC2;  // progressive
constexpr std::uint8_t dht = 0xC4;
constexpr std::uint8_t rst0 = 0xD0;
constexpr std::uint8_t rst7 = 0xD7;
constexpr std::uint8_t soi = 0xD8;
constexpr std::uint8_t eoi = 0xD9;
constexpr std::uint8_t sos = 0xDA;
constexpr std::uint8_t dqt = 0xDB;
constexpr std::uint8_t dri = 0xDD;
constexpr std::uint8_t app0 = 0xE0;
constexpr std::uint8_t app1 = 0xE1;
constexpr std::uint8_t app2 = 0xE2;
constexpr std::uint8_t app13 = 0xED;
constexpr std::uint8_t app14 = 0xEE;
constexpr std::uint8_t app15 = 0xEF;
constexpr std::uint8_t com = 0xFE;

constexpr std::string_view exif_start{"Exif\0\0", 6};

// The orientation of EXIF (TIFF 6.0, tag 0x0112), 2 to 8; nothing when it is upright, absent or not plainly readable.
std::optional<std::uint8_t> orientation_of(std::string_view segment) {
  const std::string_view tiff = segment.substr(exif_start.size());
  if (tiff.size() < 8) return std::nullopt;
  const bool is_little = tiff.starts_with("II");
  if (!is_little && !tiff.starts_with("MM")) return std::nullopt;
  const auto read_16 = [&](std::size_t at) { return is_little ? little_16(tiff, at) : big_16(tiff, at); };
  const auto read_32 = [&](std::size_t at) { return is_little ? little_32(tiff, at) : big_32(tiff, at); };
  const std::size_t directory = read_32(4);
  if (directory < 8 || directory > tiff.size() - 2) return std::nullopt;
  const std::size_t entries = read_16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + i * 12;
    if (at + 12 > tiff.size()) return std::nullopt;
    if (read_16(at) != 0x0112) continue;
    const std::uint32_t value = read_16(at + 8);
    const bool is_short = read_16(at + 2) == 3 && read_32(at + 4) == 1;
    if (!is_short || value < 2 || value > 8) return std::nullopt;
    return static_cast<std::uint8_t>(value);
  }
  return std::nullopt;
}

class JpegCleaner {
 public:
  explicit JpegCleaner(std::string_view bytes) : bytes_(bytes) { image_.kind = ImageKind::jpeg; }

  Result<CleanImage> clean() {
    at_ = 2;  // after the start of image
    while (true) {
      const auto marker = read_marker();
      if (!marker) return Failure(marker.error());
      if (*marker == eoi) break;
      if (auto read = read_segment(*marker); !read) return Failure(read.error());
    }
    if (!has_scan_) return broken_image(kind, {"elle ne contient aucune image", "it holds no picture"});
    if (at_ < bytes_.size()) note_removed(image_, "data after the end");
    compose();
    return std::move(image_);
  }

 private:
  // 0xFF, fill bytes of 0xFF, the marker.
  Result<std::uint8_t> read_marker() {
    if (at_ >= bytes_.size()) return truncated_image(kind);
    if (byte_at(bytes_, at_) != 0xFF)
      return broken_image(kind, {"des octets ne sont à aucun segment", "bytes belong to no segment"});
    while (at_ < bytes_.size() && byte_at(bytes_, at_) == 0xFF) ++at_;
    if (at_ >= bytes_.size()) return truncated_image(kind);
    return byte_at(bytes_, at_++);
  }

  Result<void> read_segment(std::uint8_t marker) {
    const bool is_alone = (marker >= rst0 && marker <= rst7) || marker == soi || marker <= 0x01;
    if (is_alone) return broken_image(kind, {"un marqueur n'est pas à sa place", "a marker is out of place"});
    if (bytes_.size() - at_ < 2) return truncated_image(kind);
    const std::size_t length = big_16(bytes_, at_);
    if (length < 2)
      return broken_image(kind, {"un segment a une longueur impossible", "a segment has an impossible length"});
    if (bytes_.size() - at_ < length) return truncated_image(kind);
    const std::string_view segment = bytes_.substr(at_ + 2, length - 2);
    at_ += length;
    return take(marker, segment);
  }

  Result<void> take(std::uint8_t marker, std::string_view segment) {
    if (marker >= app0 && marker <= app15) return take_application(marker, segment);
    switch (marker) {
      case com:
        note_removed(image_, "comment");
        return {};
      case sof0:
      case sof1:
      case sof2:
        return take_frame(marker, segment);
      case dht:
      case dqt:
      case dri:
        keep(marker, segment);
        return {};
      case sos:
        return take_scan(segment);
      default:
        return broken_image(kind, {"ce procédé de JPEG n'est pas reçu ; enregistrez-la en JPEG ordinaire",
                                   "this kind of JPEG is not taken; save it as an ordinary JPEG"});
    }
  }

  Result<void> take_application(std::uint8_t marker, std::string_view segment) {
    if (marker == app0 && segment.starts_with(std::string_view("JFIF\0", 5)) && segment.size() >= 14) {
      if (segment.size() > 14) note_removed(image_, "thumbnail");
      has_jfif_ = true;
      return {};
    }
    if (marker == app14 && segment.starts_with("Adobe") && segment.size() == 12) {
      adobe_transform_ = byte_at(segment, 11);
      return {};
    }
    if (marker == app1 && segment.starts_with(exif_start)) {
      note_removed(image_, "EXIF");
      if (!orientation_) orientation_ = orientation_of(segment);
      return {};
    }
    if (marker == app1)
      note_removed(image_, "XMP");
    else if (marker == app2 && segment.starts_with("ICC_PROFILE"))
      note_removed(image_, "ICC profile");
    else if (marker == app13)
      note_removed(image_, "IPTC");
    else
      note_removed(image_, "application data");
    return {};
  }

  Result<void> take_frame(std::uint8_t marker, std::string_view segment) {
    if (has_frame_) return broken_image(kind, {"elle a deux cadres", "it has two frames"});
    has_frame_ = true;
    if (segment.size() < 6) return truncated_image(kind);
    const std::size_t components = byte_at(segment, 5);
    if (components < 1 || components > 4 || segment.size() != 6 + 3 * components)
      return broken_image(kind, {"le cadre est mal formé", "the frame is malformed"});
    image_.height = big_16(segment, 1);
    image_.width = big_16(segment, 3);
    if (auto checked = check_size(image_.width, image_.height); !checked) return checked;
    keep(marker, segment);
    return {};
  }

  // The scan's header and the entropy-coded bytes after it, up to the next marker that is no restart.
  Result<void> take_scan(std::string_view segment) {
    if (!has_frame_) return broken_image(kind, {"une image précède son cadre", "a scan comes before its frame"});
    if (++scans_ > scans_max)
      return refuse(ErrorKind::too_large, {"l'image JPEG a trop de passes", "the JPEG image has too many scans"},
                    "file");
    has_scan_ = true;
    keep(sos, segment);
    const std::size_t begin = at_;
    while (true) {
      const std::size_t found = bytes_.find('\xFF', at_);
      if (found == std::string_view::npos || found + 1 >= bytes_.size()) return truncated_image(kind);
      const std::uint8_t next = byte_at(bytes_, found + 1);
      at_ = found;
      if (next != 0x00 && next != 0xFF && !(next >= rst0 && next <= rst7)) break;
      at_ += next == 0xFF ? 1 : 2;
    }
    body_ += bytes_.substr(begin, at_ - begin);
    return {};
  }

  void keep(std::uint8_t marker, std::string_view segment) {
    body_ += '\xFF';
    body_ += static_cast<char>(marker);
    body_ += static_cast<char>((segment.size() + 2) >> 8U);
    body_ += static_cast<char>((segment.size() + 2) & 0xFFU);
    body_ += segment;
  }

  void compose() {
    std::string& out = image_.bytes;
    out.reserve(body_.size() + 80);
    out += "\xFF\xD8";
    // Version 1.01, no unit, density 1:1, no thumbnail.
    if (has_jfif_) out += std::string_view("\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 18);
    if (orientation_) {
      // A TIFF header and a directory of one entry: orientation, SHORT, one value.
      out += std::string_view(
          "\xFF\xE1\x00\x22"
          "Exif\x00\x00"
          "MM\x00\x2A\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00",
          29);
      out += static_cast<char>(*orientation_);
      out += std::string_view("\x00\x00\x00\x00\x00\x00", 6);
    }
    if (adobe_transform_) {
      out += std::string_view(
          "\xFF\xEE\x00\x0E"
          "Adobe\x00\x64\x00\x00\x00\x00",
          15);
      out += static_cast<char>(*adobe_transform_);
    }
    out += body_;
    out += "\xFF\xD9";
  }

  static constexpr int scans_max = 200;  // progressive encoders write about ten; each costs the reader a whole pass

  std::string_view bytes_;
  std::size_t at_ = 0;
  CleanImage image_;
  std::string body_;
  bool has_jfif_ = false;
  bool has_frame_ = false;
  bool has_scan_ = false;
  int scans_ = 0;
  std::optional<std::uint8_t> orientation_;
  std::optional<std::uint8_t> adobe_transform_;
};

}  // namespace

Result<CleanImage> clean_jpeg(std::string_view bytes) { return JpegCleaner(bytes).clean(); }

}  // namespace quadrille::files
