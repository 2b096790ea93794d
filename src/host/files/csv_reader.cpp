#include "host/files/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace quadrille::files {

CsvReader::CsvReader(std::unique_ptr<ByteSource> source, CsvFormat format)
    : source_(in_utf_8(std::move(source), format.encoding)), format_(format), buffer_(record_bytes_max + (1 << 18)) {}

double CsvReader::share_read() const {
  return source_->size() > 0
             ? std::min(1.0, static_cast<double>(source_->position()) / static_cast<double>(source_->size()))
             : 0;
}

Result<bool> CsvReader::refill() {
  if (is_at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto count = source_->read(std::span(buffer_).subspan(end_));
  if (!count) return Failure(count.error());
  is_at_end_ = *count == 0;
  end_ += *count;
  return !is_at_end_;
}

// A record that is cut by the end of the buffer is parsed again from its start once there is more; doubled quotes are
// therefore only remembered here and unescaped when the record is whole.
CsvReader::Parsed CsvReader::parse_record(std::size_t& stop, std::int64_t& lines) {
  fields_.clear();
  lines = 0;
  char* data = buffer_.data();
  std::size_t i = begin_;
  for (;;) {
    if (i < end_ && data[i] == '"') {
      const std::size_t start = ++i;
      bool has_escapes = false;
      for (;;) {
        const void* found = std::memchr(data + i, '"', end_ - i);
        if (found == nullptr) return is_at_end_ ? Parsed::unclosed_quote : Parsed::needs_more;
        i = static_cast<std::size_t>(static_cast<const char*>(found) - data);
        if (i + 1 == end_ && !is_at_end_) return Parsed::needs_more;
        if (i + 1 == end_ || data[i + 1] != '"') break;
        has_escapes = true;
        i += 2;
      }
      lines += std::count(data + start, data + i, '\n');
      fields_.emplace_back(data + start, i - start);
      if (has_escapes) pending_escapes_.push_back(fields_.size() - 1);
      ++i;
      // Whatever stands between the closing quote and the delimiter belongs to nothing and is passed over.
      while (i < end_ && data[i] != format_.delimiter && data[i] != '\n') ++i;
    } else {
      const std::size_t start = i;
      while (i < end_ && data[i] != format_.delimiter && data[i] != '\n') ++i;
      std::size_t length = i - start;
      if (length > 0 && data[i - 1] == '\r' && (i == end_ || data[i] == '\n')) --length;
      fields_.emplace_back(data + start, length);
    }
    if (i == end_) {
      if (!is_at_end_) return Parsed::needs_more;
      stop = i;
      return Parsed::record;
    }
    if (data[i] == '\n') {
      stop = i + 1;
      ++lines;
      return Parsed::record;
    }
    ++i;
  }
}

Result<void> CsvReader::refuse_what_is_no_text() const {
  const std::string_view head(buffer_.data() + begin_, std::min<std::size_t>(end_ - begin_, 4096));
  const auto no_text = [](const char* fr, const char* en) {
    return invalid({fmt::format("ligne 1 : ce fichier n'est pas un CSV mais {} ; exportez-le en CSV", fr),
                    fmt::format("line 1: this file is not a CSV but {}; export it as CSV", en)},
                   "line 1");
  };
  if (head.starts_with("PK\x03\x04"))
    return no_text("un classeur ou une archive (zip)", "a spreadsheet or an archive (zip)");
  if (head.starts_with("%PDF")) return no_text("un PDF", "a PDF");
  if (head.starts_with("\xD0\xCF\x11\xE0")) return no_text("un ancien classeur (xls)", "an old spreadsheet (xls)");
  const auto first = head.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && head[first] == '<')
    return no_text("une page web ou du XML", "a web page or XML");
  if (first != std::string_view::npos && (head[first] == '{' || head.substr(first, 2) == "[{"))
    return no_text("du JSON", "JSON");
  if (head.find('\0') != std::string_view::npos)
    return no_text("un fichier binaire, ou de l'UTF-16 (\"encoding\": \"utf-16\")",
                   "a binary file, or UTF-16 (\"encoding\": \"utf-16\")");
  return {};
}

Result<void> CsvReader::refuse_wrong_encoding(std::size_t stop) const {
  const std::string_view record(buffer_.data() + begin_, stop - begin_);
  const auto fault = first_fault(record);
  if (!fault) return {};
  const char* address = record.data() + *fault;
  std::size_t column = 0;
  while (column + 1 < fields_.size() && address >= fields_[column + 1].data()) ++column;
  const auto byte = static_cast<unsigned char>(*address);
  const std::string field = fmt::format("line {}, column {}", record_line_, column + 1);
  return invalid(
      {fmt::format("ligne {}, colonne {} : l'octet 0x{:02X} n'est pas de l'UTF-8 ; le fichier est sans doute en "
                   "windows-1252 : écrivez "
                   "\"encoding\": \"windows-1252\" dans la correspondance",
                   record_line_, column + 1, byte),
       fmt::format("line {}, column {}: byte 0x{:02X} is not UTF-8; the file is probably windows-1252: write "
                   "\"encoding\": \"windows-1252\" in the mapping",
                   record_line_, column + 1, byte)},
      field);
}

Result<bool> CsvReader::next() {
  for (;;) {
    if (begin_ == end_) {
      const auto more = refill();
      if (!more) return more;
      if (!*more) return false;
    }
    if (!is_started_) {
      while (end_ - begin_ < 4096 && !is_at_end_) {
        const auto more = refill();
        if (!more) return more;
      }
      const auto text = refuse_what_is_no_text();
      if (!text) return Failure(text.error());
      is_started_ = true;
    }
    std::size_t stop = 0;
    std::int64_t lines = 0;
    pending_escapes_.clear();
    record_line_ = next_line_;
    switch (parse_record(stop, lines)) {
      case Parsed::record:
        break;
      case Parsed::unclosed_quote:
        return invalid({fmt::format("ligne {} : un guillemet ouvert n'est jamais refermé", record_line_),
                        fmt::format("line {}: a quote is opened and never closed", record_line_)},
                       fmt::format("line {}", record_line_));
      case Parsed::needs_more:
        if (end_ - begin_ > record_bytes_max)
          return refuse(ErrorKind::too_large,
                        {fmt::format("ligne {} : plus d'un mébioctet sans fin de ligne ; ce n'est pas un CSV de ce "
                                     "délimiteur, ou un guillemet n'est pas refermé",
                                     record_line_),
                         fmt::format("line {}: more than one mebibyte without an end of line; not a CSV of this "
                                     "delimiter, or a quote is not closed",
                                     record_line_)},
                        fmt::format("line {}", record_line_));
        if (const auto more = refill(); !more) return more;
        continue;
    }
    const auto encoding = refuse_wrong_encoding(stop);
    if (!encoding) return Failure(encoding.error());
    unescape();
    begin_ = stop;
    next_line_ += lines;
    const bool is_blank = fields_.size() == 1 && fields_[0].empty();
    if (!is_blank) return true;
  }
}

void CsvReader::unescape() {
  for (const std::size_t index : pending_escapes_) {
    auto& field = fields_[index];
    char* out = buffer_.data() + (field.data() - buffer_.data());
    const char* const start = out;
    for (std::size_t i = 0; i < field.size(); ++i) {
      *out++ = field[i];
      if (field[i] == '"') ++i;
    }
    field = {start, static_cast<std::size_t>(out - start)};
  }
}

}  // namespace quadrille::files
