#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "host/files/image_parts.h"

// PNG (ISO/IEC 15948): chunks with checksums, and image data that inflate to the announced rows, no byte more.

namespace quadrille::files {
namespace {

constexpr std::string_view kind = "PNG";
constexpr std::size_t signature_bytes = 8;

struct Header {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t bits_per_pixel = 0;
  bool is_interlaced = false;
  bool has_palette = false;  // demanded
};

// Bit depth and colour type of table 11.1.
std::uint32_t bits_per_pixel(std::uint32_t depth, std::uint32_t colour) {
  const bool is_small = depth == 1 || depth == 2 || depth == 4;
  switch (colour) {
    case 0:
      return is_small || depth == 8 || depth == 16 ? depth : 0;
    case 3:
      return is_small || depth == 8 ? depth : 0;
    case 2:
      return depth == 8 || depth == 16 ? 3 * depth : 0;
    case 4:
      return depth == 8 || depth == 16 ? 2 * depth : 0;
    case 6:
      return depth == 8 || depth == 16 ? 4 * depth : 0;
    default:
      return 0;
  }
}

std::uint64_t rows_bytes(std::uint64_t width, std::uint64_t height, std::uint32_t bits) {
  return width == 0 ? 0 : height * (1 + (width * bits + 7) / 8);
}

// Bytes the image data inflate to: one filter byte a row; seven passes when interlaced (Adam7).
std::uint64_t inflated_bytes(const Header& header) {
  if (!header.is_interlaced) return rows_bytes(header.width, header.height, header.bits_per_pixel);
  constexpr std::uint64_t passes[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                          {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  std::uint64_t total = 0;
  for (const auto& [x, y, dx, dy] : passes) {
    const std::uint64_t width = header.width > x ? (header.width - x + dx - 1) / dx : 0;
    const std::uint64_t height = header.height > y ? (header.height - y + dy - 1) / dy : 0;
    total += rows_bytes(width, height, header.bits_per_pixel);
  }
  return total;
}

// zlib's stream, closed when it goes.
class Inflater {
 public:
  Inflater() { CHECK(inflateInit(&stream_) == Z_OK); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // False when the data are broken, too long, or go on after their end.
  bool take(std::string_view bytes, std::uint64_t allowed) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      if (is_over_) return false;
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      total_ += buffer_.size() - stream_.avail_out;
      if (total_ > allowed || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)) return false;
      is_over_ = code == Z_STREAM_END;
    }
    return drain(allowed);
  }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  // What zlib still holds once the input is used up.
  bool drain(std::uint64_t allowed) {
    while (!is_over_) {
      stream_.next_out = buffer_.data();
      stream_.avail_out = static_cast<uInt>(buffer_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t got = buffer_.size() - stream_.avail_out;
      total_ += got;
      if (total_ > allowed) return false;
      is_over_ = code == Z_STREAM_END;
      if (code == Z_BUF_ERROR || (code == Z_OK && got == 0)) return true;
      if (code != Z_OK && code != Z_STREAM_END) return false;
    }
    return true;
  }

  z_stream stream_{};
  std::array<Bytef, 65536> buffer_{};
  std::uint64_t total_ = 0;
  bool is_over_ = false;
};

class PngCleaner {
 public:
  explicit PngCleaner(std::string_view bytes) : bytes_(bytes) {
    image_.kind = ImageKind::png;
    image_.bytes = bytes.substr(0, signature_bytes);
  }

  Result<CleanImage> clean() {
    std::size_t at = signature_bytes;
    while (true) {
      if (bytes_.size() - at < 12) return truncated_image(kind);
      const std::size_t length = big_32(bytes_, at);
      if (length > bytes_.size() - at - 12) return truncated_image(kind);
      const std::string_view checked = bytes_.substr(at + 4, length + 4);
      if (crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size())) !=
          big_32(bytes_, at + 8 + length))
        return broken_image(kind, {"une somme de contrôle est fausse", "a checksum is wrong"});
      const std::string_view name = checked.substr(0, 4);
      if (auto taken = take(name, checked.substr(4), bytes_.substr(at, length + 12)); !taken)
        return Failure(taken.error());
      at += length + 12;
      if (name == "IEND") break;
    }
    if (at != bytes_.size()) return broken_image(kind, {"des octets suivent sa fin", "bytes follow its end"});
    if (inflater_.total() != inflated_bytes(header_) || !inflater_.is_over())
      return broken_image(kind, {"elle n'a pas toutes ses lignes", "it lacks some of its rows"});
    return std::move(image_);
  }

 private:
  Result<void> take(std::string_view name, std::string_view content, std::string_view chunk) {
    if ((name == "IHDR") != !has_header_)
      return broken_image(kind, {"elle ne commence pas par son en-tête", "it does not begin with its header"});
    if (name == "IHDR") {
      if (auto read = read_header(content); !read) return read;
    } else if (name == "IDAT") {
      if (has_data_ && last_ != "IDAT")
        return broken_image(kind, {"ses données ne se suivent pas", "its data are not in a row"});
      if (header_.has_palette && !has_palette_)
        return broken_image(kind, {"sa palette manque", "its palette is missing"});
      has_data_ = true;
      if (!inflater_.take(content, inflated_bytes(header_)))
        return broken_image(kind,
                            {"ses données ne sont pas celles qu'elle annonce", "its data are not what it announces"});
    } else if (name == "PLTE") {
      if (has_palette_ || has_data_ || content.empty() || content.size() > 768 || content.size() % 3 != 0)
        return broken_image(kind, {"sa palette est mal formée", "its palette is malformed"});
      has_palette_ = true;
    } else if (name == "tRNS" || name == "gAMA" || name == "sRGB") {
      if (has_data_ || content.size() > 256)
        return broken_image(kind, {"un bloc n'est pas à sa place", "a chunk is out of place"});
    } else if (name == "IEND") {
      if (!content.empty() || !has_data_) return broken_image(kind, {"sa fin est mal formée", "its end is malformed"});
    } else {
      return leave_out(name);
    }
    last_ = name;
    image_.bytes += chunk;
    return {};
  }

  Result<void> leave_out(std::string_view name) {
    const bool is_needed = (static_cast<unsigned char>(name[0]) & 0x20U) == 0;  // critical: first letter a capital
    if (is_needed) return broken_image(kind, {"un bloc nécessaire est inconnu", "a necessary chunk is unknown"});
    last_ = name;
    if (name == "eXIf")
      note_removed(image_, "EXIF");
    else if (name == "tEXt" || name == "zTXt" || name == "iTXt")
      note_removed(image_, "text");
    else if (name == "iCCP")
      note_removed(image_, "ICC profile");
    else if (name == "tIME")
      note_removed(image_, "time");
    else
      note_removed(image_, "other data");
    return {};
  }

  Result<void> read_header(std::string_view content) {
    has_header_ = true;
    if (content.size() != 13) return broken_image(kind, {"son en-tête est mal formé", "its header is malformed"});
    header_.width = image_.width = big_32(content, 0);
    header_.height = image_.height = big_32(content, 4);
    const std::uint32_t colour = byte_at(content, 9);
    header_.bits_per_pixel = bits_per_pixel(byte_at(content, 8), colour);
    header_.has_palette = colour == 3;
    header_.is_interlaced = byte_at(content, 12) == 1;
    const bool is_known = header_.bits_per_pixel > 0 && byte_at(content, 10) == 0 && byte_at(content, 11) == 0 &&
                          byte_at(content, 12) <= 1;
    if (!is_known) return broken_image(kind, {"son en-tête est mal formé", "its header is malformed"});
    return check_size(header_.width, header_.height);
  }

  std::string_view bytes_;
  CleanImage image_;
  Header header_;
  Inflater inflater_;
  std::string_view last_;
  bool has_header_ = false;
  bool has_palette_ = false;
  bool has_data_ = false;
};

}  // namespace

Result<CleanImage> clean_png(std::string_view bytes) { return PngCleaner(bytes).clean(); }

}  // namespace quadrille::files
