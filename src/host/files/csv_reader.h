#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/files/byte_source.h"
#include "host/files/encoding.h"

namespace quadrille::files {

struct CsvFormat {
  Encoding encoding = Encoding::utf_8;
  char delimiter = ',';
};

// Records of a delimited text file (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF), one at a
// time, as views into one buffer. Lines that are wholly empty are passed over. Memory is bounded: a record longer than
// `record_bytes_max` is refused with its line, so that a file that is not what it seems cannot fill the machine.
class CsvReader {
 public:
  static constexpr std::size_t record_bytes_max = 1 << 20;

  CsvReader(std::unique_ptr<ByteSource> source, CsvFormat format);

  // To the next record; false after the last one. Errors: a damaged source, a record too long, a quote never closed,
  // bytes that are not of the stated encoding, a file that is no text (binary, spreadsheet, web page).
  [[nodiscard]] Result<bool> next();
  // Valid until the next call of next().
  [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }
  // Line of the file where the record starts; 1 = the first.
  [[nodiscard]] std::int64_t line() const { return record_line_; }
  // Share of the file read, in [0, 1].
  [[nodiscard]] double share_read() const;

 private:
  enum class Parsed { record, needs_more, unclosed_quote };
  [[nodiscard]] Parsed parse_record(std::size_t& stop, std::int64_t& lines);
  [[nodiscard]] Result<bool> refill();
  [[nodiscard]] Result<void> refuse_what_is_no_text() const;
  [[nodiscard]] Result<void> refuse_wrong_encoding(std::size_t stop) const;
  void unescape();

  std::unique_ptr<ByteSource> source_;
  CsvFormat format_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool is_at_end_ = false;
  bool is_started_ = false;
  std::int64_t next_line_ = 1;
  std::int64_t record_line_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> pending_escapes_;  // fields of this record that hold doubled quotes
};

}  // namespace quadrille::files
