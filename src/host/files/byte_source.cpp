#include "host/files/byte_source.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/check.h"

namespace quadrille::files {
namespace {

constexpr std::size_t block_bytes = 1 << 18;

class PlainFile final : public ByteSource {
 public:
  PlainFile(std::FILE* file, std::int64_t size) : file_(file), size_(size) {}
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  ~PlainFile() override { std::fclose(file_); }
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::fread(into.data(), 1, into.size(), file_);
    if (count == 0 && std::ferror(file_) != 0)
      return refuse(ErrorKind::unavailable,
                    {fmt::format("lecture interrompue à l'octet {} : {}", position_, std::strerror(errno)),
                     fmt::format("reading stopped at byte {}: {}", position_, std::strerror(errno))});
    position_ += static_cast<std::int64_t>(count);
    return count;
  }
  std::int64_t position() const override { return position_; }
  std::int64_t size() const override { return size_; }

 private:
  std::FILE* file_;
  std::int64_t size_;
  std::int64_t position_ = 0;
};

class Memory final : public ByteSource {
 public:
  explicit Memory(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), bytes_.size() - position_);
    std::copy_n(bytes_.data() + position_, count, into.data());
    position_ += count;
    return count;
  }
  std::int64_t position() const override { return static_cast<std::int64_t>(position_); }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::string bytes_;
  std::size_t position_ = 0;
};

// What both decompressors share: a block of compressed bytes and where it lies in the file.
class Compressed : public ByteSource {
 public:
  explicit Compressed(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)), block_(block_bytes) {}
  std::int64_t position() const override { return inner_->position() - static_cast<std::int64_t>(held()); }
  std::int64_t size() const override { return inner_->size(); }

 protected:
  // False at the end of the file.
  [[nodiscard]] Result<bool> refill() {
    const auto count = inner_->read(block_);
    if (!count) return Failure(count.error());
    begin_ = 0;
    end_ = *count;
    return end_ > 0;
  }
  [[nodiscard]] std::size_t held() const { return end_ - begin_; }
  [[nodiscard]] char* front() { return block_.data() + begin_; }
  void consume(std::size_t count) { begin_ += count; }
  [[nodiscard]] Failure damaged(const char* format, const char* why) const {
    return invalid(
        {fmt::format("fichier {} endommagé vers l'octet {} ({}) ; refaites la copie ou l'archive", format, position(),
                     why),
         fmt::format("damaged {} file near byte {} ({}); copy or compress it again", format, position(), why)});
  }
  [[nodiscard]] Failure truncated(const char* format) const {
    return invalid(
        {fmt::format("fichier {} incomplet : il s'arrête à l'octet {} au milieu d'une trame ; refaites la copie",
                     format, position()),
         fmt::format("truncated {} file: it stops at byte {} in the middle of a frame; copy it again", format,
                     position())});
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::vector<char> block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class Zstd final : public Compressed {
 public:
  explicit Zstd(std::unique_ptr<ByteSource> inner) : Compressed(std::move(inner)), stream_(ZSTD_createDStream()) {
    CHECK(stream_ != nullptr);
    // A frame may ask for a window as large as the file; 128 MiB is what the zstd tool itself accepts without --long.
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 27);
  }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() override { ZSTD_freeDStream(stream_); }
  Result<std::size_t> read(std::span<char> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      if (held() == 0 && !is_output_waiting_) {
        const auto has_more = refill();
        if (!has_more) return Failure(has_more.error());
        if (!*has_more) {
          if (!is_frame_complete_) return truncated("zstd");
          return 0;
        }
      }
      ZSTD_inBuffer in{front(), held(), 0};
      const std::size_t code = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(code) != 0) return damaged("zstd", ZSTD_getErrorName(code));
      consume(in.pos);
      is_frame_complete_ = code == 0;
      is_output_waiting_ = out.pos == out.size && !is_frame_complete_;
    }
    return out.pos;
  }

 private:
  ZSTD_DStream* stream_;
  bool is_frame_complete_ = true;
  bool is_output_waiting_ = false;
};

class Gzip final : public Compressed {
 public:
  explicit Gzip(std::unique_ptr<ByteSource> inner) : Compressed(std::move(inner)) {
    const int code = inflateInit2(&stream_, 15 + 16);
    CHECK(code == Z_OK);
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { inflateEnd(&stream_); }
  Result<std::size_t> read(std::span<char> into) override {
    std::size_t written = 0;
    while (written == 0) {
      if (held() == 0) {
        const auto has_more = refill();
        if (!has_more) return Failure(has_more.error());
        if (!*has_more) {
          if (!is_member_complete_) return truncated("gzip");
          return 0;
        }
      }
      if (is_member_complete_) inflateReset(&stream_);
      is_member_complete_ = false;
      stream_.next_in = reinterpret_cast<Bytef*>(front());
      stream_.avail_in = static_cast<uInt>(held());
      stream_.next_out = reinterpret_cast<Bytef*>(into.data());
      stream_.avail_out = static_cast<uInt>(into.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return damaged("gzip", stream_.msg ? stream_.msg : "zlib");
      consume(held() - stream_.avail_in);
      written = into.size() - stream_.avail_out;
      is_member_complete_ = code == Z_STREAM_END;
    }
    return written;
  }

 private:
  z_stream stream_{};
  bool is_member_complete_ = true;
};

// Reads the first bytes and gives them out again.
class Peeked final : public ByteSource {
 public:
  Peeked(std::string head, std::unique_ptr<ByteSource> rest) : head_(std::move(head)), rest_(std::move(rest)) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (given_ == head_.size()) return rest_->read(into);
    const std::size_t count = std::min(into.size(), head_.size() - given_);
    std::copy_n(head_.data() + given_, count, into.data());
    given_ += count;
    return count;
  }
  std::int64_t position() const override {
    return given_ < head_.size() ? static_cast<std::int64_t>(given_) : rest_->position();
  }
  std::int64_t size() const override { return rest_->size(); }

 private:
  std::string head_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

Result<std::unique_ptr<ByteSource>> decompressed(std::unique_ptr<ByteSource> source) {
  std::string head(4, '\0');
  std::size_t count = 0;
  while (count < head.size()) {
    const auto read = source->read(std::span(head).subspan(count));
    if (!read) return Failure(read.error());
    if (*read == 0) break;
    count += *read;
  }
  head.resize(count);
  auto peeked = std::make_unique<Peeked>(head, std::move(source));
  if (head == "\x28\xB5\x2F\xFD") return std::make_unique<Zstd>(std::move(peeked));
  if (head.starts_with("\x1F\x8B")) return std::make_unique<Gzip>(std::move(peeked));
  return peeked;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_source(const std::filesystem::path& path) {
  const auto absent = [&](const char* why) {
    return refuse(ErrorKind::not_found,
                  {fmt::format("{} ne peut être lu : {}", path.string(), why),
                   fmt::format("{} cannot be read: {}", path.string(), why)},
                  path.string());
  };
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) return absent("is a directory");
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return absent(std::strerror(errno));
  const auto size = std::filesystem::file_size(path, failure);
  return decompressed(std::make_unique<PlainFile>(file, failure ? 0 : static_cast<std::int64_t>(size)));
}

std::unique_ptr<ByteSource> source_of(std::string bytes) {
  auto source = decompressed(std::make_unique<Memory>(std::move(bytes)));
  CHECK(source.has_value());
  return std::move(*source);
}

}  // namespace quadrille::files
