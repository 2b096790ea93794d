#include "host/files/encoding.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace quadrille::files {
namespace {

// Windows-1252 0x80..0x9F (unicode.org, CP1252.TXT); 0 = undefined, kept as the C1 control of the same number.
constexpr std::array<char16_t, 32> windows_1252_high{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf_8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Reads blocks of the inner source and gives out their translation.
class Translated final : public ByteSource {
 public:
  Translated(std::unique_ptr<ByteSource> inner, Encoding encoding)
      : inner_(std::move(inner)), encoding_(encoding), block_(1 << 16) {}
  Result<std::size_t> read(std::span<char> into) override {
    while (given_ == out_.size()) {
      const auto count = inner_->read(block_);
      if (!count) return count;
      if (*count == 0) return 0;
      out_.clear();
      given_ = 0;
      translate({block_.data(), *count});
    }
    const std::size_t count = std::min(into.size(), out_.size() - given_);
    std::copy_n(out_.data() + given_, count, into.data());
    given_ += count;
    return count;
  }
  std::int64_t position() const override { return inner_->position(); }
  std::int64_t size() const override { return inner_->size(); }

 private:
  void translate(std::string_view bytes) {
    for (const char raw : bytes) {
      const auto byte = static_cast<unsigned char>(raw);
      if (encoding_ == Encoding::utf_16_le || encoding_ == Encoding::utf_16_be) {
        add_utf_16_byte(byte);
      } else {
        const bool is_special = encoding_ == Encoding::windows_1252 && byte >= 0x80 && byte < 0xA0;
        const char16_t special = is_special ? windows_1252_high[byte - 0x80U] : char16_t{0};
        append_utf_8(out_, special != 0 ? special : byte);
      }
    }
  }
  void add_utf_16_byte(unsigned char byte) {
    if (!half_) {
      half_ = byte;
      return;
    }
    const auto unit =
        static_cast<char16_t>(encoding_ == Encoding::utf_16_le ? (byte << 8) | *half_ : (*half_ << 8) | byte);
    half_.reset();
    if (unit == 0xFEFF) return;
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_ = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000 && high_ != 0) {
      append_utf_8(out_, 0x10000 + ((static_cast<char32_t>(high_) - 0xD800) << 10) + (unit - 0xDC00U));
      high_ = 0;
    } else {
      append_utf_8(out_, unit);
    }
  }

  std::unique_ptr<ByteSource> inner_;
  Encoding encoding_;
  std::vector<char> block_;
  std::string out_;
  std::size_t given_ = 0;
  std::optional<unsigned char> half_;
  char16_t high_ = 0;
};

class WithoutMark final : public ByteSource {
 public:
  explicit WithoutMark(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  Result<std::size_t> read(std::span<char> into) override {
    auto count = inner_->read(into);
    if (!is_start_ || !count) return count;
    is_start_ = false;
    if (*count >= 3 && std::memcmp(into.data(), "\xEF\xBB\xBF", 3) == 0) {
      std::memmove(into.data(), into.data() + 3, *count - 3);
      *count -= 3;
      if (*count == 0) return inner_->read(into);
    }
    return count;
  }
  std::int64_t position() const override { return inner_->position(); }
  std::int64_t size() const override { return inner_->size(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  bool is_start_ = true;
};

// How many bytes the sequence starting with `lead` has; 0 when no sequence starts so.
int sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (lower == "utf-8" || lower == "utf8") return Encoding::utf_8;
  if (lower == "iso-8859-1" || lower == "latin-1" || lower == "latin1") return Encoding::iso_8859_1;
  if (lower == "windows-1252" || lower == "cp1252") return Encoding::windows_1252;
  if (lower == "utf-16" || lower == "utf-16le") return Encoding::utf_16_le;
  if (lower == "utf-16be") return Encoding::utf_16_be;
  return std::nullopt;
}

std::unique_ptr<ByteSource> in_utf_8(std::unique_ptr<ByteSource> source, Encoding encoding) {
  if (encoding == Encoding::utf_8) return std::make_unique<WithoutMark>(std::move(source));
  return std::make_unique<Translated>(std::move(source), encoding);
}

std::optional<std::size_t> first_fault(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size()) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080ULL) == 0) {
        i += 8;
        continue;
      }
    }
    const auto lead = static_cast<unsigned char>(text[i]);
    const int length = sequence_length(lead);
    if (length == 0 || i + static_cast<std::size_t>(length) > text.size()) return i;
    for (int k = 1; k < length; ++k)
      if ((static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0xC0) != 0x80) return i;
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool is_surrogate = lead == 0xED && second >= 0xA0;
    const bool is_too_high = lead == 0xF4 && second >= 0x90;
    if (is_overlong || is_surrogate || is_too_high) return i;
    i += static_cast<std::size_t>(length);
  }
  return std::nullopt;
}

}  // namespace quadrille::files
