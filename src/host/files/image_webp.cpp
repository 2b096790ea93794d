#include <optional>

#include "host/files/image_parts.h"

// WebP (RFC 9649): a RIFF container with one still frame, VP8 or VP8L, and perhaps its transparency.

namespace quadrille::files {
namespace {

constexpr std::string_view kind = "WebP";
constexpr std::size_t container_bytes = 12;

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(Size, Size) = default;
};

// RFC 6386, section 9.1: a key frame's tag and start code.
std::optional<Size> lossy_size(std::string_view frame) {
  if (frame.size() < 10) return std::nullopt;
  const std::uint32_t tag = little_32(frame, 0) & 0xFFFFFFU;
  const bool is_key_frame = (tag & 1U) == 0;
  const std::uint32_t first_partition = tag >> 5U;
  if (!is_key_frame || frame.substr(3, 3) != "\x9d\x01\x2a" || first_partition > frame.size() - 10) return std::nullopt;
  return Size{little_16(frame, 6) & 0x3FFFU, little_16(frame, 8) & 0x3FFFU};
}

std::optional<Size> lossless_size(std::string_view frame) {
  if (frame.size() < 5 || byte_at(frame, 0) != 0x2F) return std::nullopt;
  const std::uint32_t bits = little_32(frame, 1);
  if (bits >> 29U != 0) return std::nullopt;  // version
  return Size{(bits & 0x3FFFU) + 1, (bits >> 14U & 0x3FFFU) + 1};
}

class WebpCleaner {
 public:
  explicit WebpCleaner(std::string_view bytes) : bytes_(bytes) { image_.kind = ImageKind::webp; }

  Result<CleanImage> clean() {
    const std::uint64_t announced = std::uint64_t{little_32(bytes_, 4)} + 8;
    if (announced > bytes_.size()) return truncated_image(kind);
    if (announced != bytes_.size() || announced % 2 != 0)
      return broken_image(kind, {"des octets suivent sa fin", "bytes follow its end"});
    std::size_t at = container_bytes;
    while (at < bytes_.size()) {
      if (bytes_.size() - at < 8) return truncated_image(kind);
      const std::size_t length = little_32(bytes_, at + 4);
      if (length > bytes_.size() - at - 8) return truncated_image(kind);
      const std::size_t padded = length + length % 2;
      if (padded > bytes_.size() - at - 8) return truncated_image(kind);
      if (auto taken = take(bytes_.substr(at, 4), bytes_.substr(at + 8, length)); !taken) return Failure(taken.error());
      at += 8 + padded;
    }
    return compose();
  }

 private:
  Result<void> take(std::string_view name, std::string_view content) {
    if (name == "ANIM" || name == "ANMF")
      return broken_image(kind,
                          {"c'est une animation ; envoyez une image fixe", "it is an animation; send a still image"});
    if (name == "VP8X") {
      if (canvas_ || frame_ || content.size() != 10)
        return broken_image(kind, {"son en-tête est mal formé", "its header is malformed"});
      canvas_ = Size{(little_32(content, 4) & 0xFFFFFFU) + 1, (little_32(content, 6) >> 8U) + 1};
      return {};
    }
    if (name == "ALPH") {
      if (alpha_ || frame_ || !canvas_ || content.empty())
        return broken_image(kind, {"sa transparence n'est pas à sa place", "its transparency is out of place"});
      alpha_ = content;
      return {};
    }
    if (name == "VP8 " || name == "VP8L") {
      if (frame_) return broken_image(kind, {"elle a deux images", "it has two pictures"});
      size_ = name == "VP8L" ? lossless_size(content) : lossy_size(content);
      if (!size_) return broken_image(kind, {"l'image est mal formée", "the picture is malformed"});
      frame_ = content;
      is_lossless_ = name == "VP8L";
      return check_size(size_->width, size_->height);
    }
    note_removed(image_, name == "EXIF"   ? "EXIF"
                         : name == "XMP " ? "XMP"
                         : name == "ICCP" ? "ICC profile"
                                          : "other data");
    return {};
  }

  Result<CleanImage> compose() {
    if (!frame_) return broken_image(kind, {"elle ne contient aucune image", "it holds no picture"});
    if (canvas_ && *canvas_ != *size_)
      return broken_image(kind, {"deux tailles se contredisent", "two sizes contradict each other"});
    if (alpha_ && is_lossless_)
      return broken_image(kind, {"sa transparence n'est pas à sa place", "its transparency is out of place"});
    image_.width = size_->width;
    image_.height = size_->height;
    std::string body;
    if (alpha_) {
      std::string header{"\x10\0\0\0", 4};  // the only flag: transparency
      for (const std::uint32_t side : {size_->width - 1, size_->height - 1})
        for (unsigned shift = 0; shift <= 16; shift += 8) header += static_cast<char>(side >> shift & 0xFFU);
      append(body, "VP8X", header);
      append(body, "ALPH", *alpha_);
    }
    append(body, is_lossless_ ? "VP8L" : "VP8 ", *frame_);
    image_.bytes = "RIFF";
    append_little_32(image_.bytes, static_cast<std::uint32_t>(body.size() + 4));
    image_.bytes += "WEBP" + body;
    return std::move(image_);
  }

  static void append(std::string& body, std::string_view name, std::string_view content) {
    body += name;
    append_little_32(body, static_cast<std::uint32_t>(content.size()));
    body += content;
    if (content.size() % 2 != 0) body += '\0';
  }

  std::string_view bytes_;
  CleanImage image_;
  std::optional<Size> canvas_;
  std::optional<Size> size_;
  std::optional<std::string_view> alpha_;
  std::optional<std::string_view> frame_;
  bool is_lossless_ = false;
};

}  // namespace

Result<CleanImage> clean_webp(std::string_view bytes) { return WebpCleaner(bytes).clean(); }

}  // namespace quadrille::files
