#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.h"

namespace quadrille::files {

// The bytes of a file from its beginning to its end, decompressed on the way. Memory does not grow with the file.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `into` and says how much; 0 = the end. A damaged or truncated compressed file is an Error that
  // says where (byte of the file) it stopped making sense.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> into) = 0;
  // How far in the file as it lies on disk: for progress.
  [[nodiscard]] virtual std::int64_t position() const = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;
};

// Plain, gzip (also of several members) or zstd (also of several frames), told by the first bytes, not by the name.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_source(const std::filesystem::path& path);

// Bytes already in memory, for tests and fuzzing; told apart the same way.
[[nodiscard]] std::unique_ptr<ByteSource> source_of(std::string bytes);

}  // namespace quadrille::files
