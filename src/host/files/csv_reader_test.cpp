#include "host/files/csv_reader.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>
#include <zstd.h>

#include <fstream>

#include "base/random.h"
#include "testing/databases.h"

namespace quadrille::files {
namespace {

using Records = std::vector<std::vector<std::string>>;

struct Outcome {
  Records records;
  std::vector<std::int64_t> lines;
  std::optional<Error> error;
};

Outcome read_all(std::unique_ptr<ByteSource> source, CsvFormat format = {}) {
  CsvReader reader(std::move(source), format);
  Outcome outcome;
  for (;;) {
    const auto more = reader.next();
    if (!more) {
      outcome.error = more.error();
      return outcome;
    }
    if (!*more) return outcome;
    outcome.records.emplace_back(reader.fields().begin(), reader.fields().end());
    outcome.lines.push_back(reader.line());
  }
}

Outcome read_text(const std::string& text, CsvFormat format = {}) { return read_all(source_of(text), format); }

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(CsvReader, reads_quotes_doubled_quotes_and_line_breaks_inside_them) {
  const auto outcome = read_text("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n\n,\nlast,line");
  EXPECT_EQ(outcome.records, (Records{{"a", "b"}, {"x, \"y\"", "two\nlines"}, {"", ""}, {"last", "line"}}));
  EXPECT_EQ(outcome.lines, (std::vector<std::int64_t>{1, 2, 5, 6}));
  EXPECT_FALSE(outcome.error);
}

TEST(CsvReader, takes_other_delimiters_and_a_byte_order_mark) {
  EXPECT_EQ(read_text("\xEF\xBB\xBF"
                      "a;b\n1,5;2\n",
                      {.delimiter = ';'})
                .records,
            (Records{{"a", "b"}, {"1,5", "2"}}));
}

TEST(CsvReader, translates_encodings) {
  EXPECT_EQ(read_text("caf\xE9,\x80\n", {.encoding = Encoding::windows_1252}).records, (Records{{"café", "€"}}));
  EXPECT_EQ(read_text("caf\xE9\n", {.encoding = Encoding::iso_8859_1}).records, (Records{{"café"}}));
  const std::string utf_16(
      "\xFF\xFE"
      "a\0,\0\xE9\0\n\0",
      10);
  EXPECT_EQ(read_text(utf_16, {.encoding = Encoding::utf_16_le}).records, (Records{{"a", "é"}}));
}

TEST(CsvReader, names_line_and_column_of_bytes_that_are_not_utf_8) {
  const auto outcome = read_text("a,b\nok,caf\xE9\n");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->field, "line 2, column 2");
  EXPECT_NE(outcome.error->message.en.find("windows-1252"), std::string::npos);
}

TEST(CsvReader, recognises_what_is_no_csv) {
  for (const std::string& text : {std::string("PK\x03\x04zip"), std::string("%PDF-1.7"), std::string("<html>"),
                                  std::string("a\0b", 3), std::string("{\"a\": 1}")}) {
    const auto outcome = read_text(text);
    ASSERT_TRUE(outcome.error) << text;
    EXPECT_NE(outcome.error->message.en.find("line 1: this file is not a CSV"), std::string::npos)
        << outcome.error->message.en;
  }
}

TEST(CsvReader, an_unclosed_quote_is_named_by_its_line) {
  const auto outcome = read_text("a,b\n1,2\n3,\"open\n5,6\n");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->field, "line 3");
}

TEST(CsvReader, compressed_files_read_like_plain_ones) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",\"ligne " + std::to_string(i % 977) + "\"\n";
  const auto plain = read_text(text);
  EXPECT_EQ(plain.records.size(), 100'000U);
  EXPECT_EQ(read_text(zstd(text)).records, plain.records);
  EXPECT_EQ(read_text(gzip(text)).records, plain.records);
  const auto half = text.find('\n', text.size() / 2) + 1;
  EXPECT_EQ(read_text(zstd(text.substr(0, half)) + zstd(text.substr(half))).records, plain.records);
  EXPECT_EQ(read_text(gzip(text.substr(0, half)) + gzip(text.substr(half))).records, plain.records);
}

TEST(CsvReader, truncated_or_damaged_frames_say_where) {
  std::string text;
  Random random({1}, 0);
  for (int i = 0; i < 200'000; ++i) text += std::to_string(random.next_u32()) + ",x\n";
  for (const auto& whole : {zstd(text), gzip(text)}) {
    const auto cut = read_text(whole.substr(0, whole.size() - 1000));
    ASSERT_TRUE(cut.error);
    EXPECT_NE(cut.error->message.en.find("truncated"), std::string::npos) << cut.error->message.en;
    std::string damaged = whole;
    for (std::size_t i = 0; i < 64; ++i) damaged[damaged.size() / 2 + i] = static_cast<char>(random.next_u32());
    const auto broken = read_text(damaged);
    ASSERT_TRUE(broken.error);
    EXPECT_NE(broken.error->message.en.find("byte "), std::string::npos) << broken.error->message.en;
  }
}

// A source that never ends a line; made on the fly, so that the test itself needs no memory.
class EndlessLine final : public ByteSource {
 public:
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), static_cast<std::size_t>(size() - given_));
    std::fill_n(into.data(), count, 'x');
    given_ += static_cast<std::int64_t>(count);
    return count;
  }
  std::int64_t position() const override { return given_; }
  std::int64_t size() const override { return 2LL << 30; }

 private:
  std::int64_t given_ = 0;
};

TEST(CsvReader, a_line_of_two_gigabytes_is_refused_after_a_mebibyte) {
  auto source = std::make_unique<EndlessLine>();
  const auto* watched = source.get();
  CsvReader reader(std::move(source), {});
  const auto outcome = reader.next();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::too_large);
  EXPECT_EQ(outcome.error().field, "line 1");
  EXPECT_LT(watched->position(), 4 << 20);
}

// Gives the bytes in pieces of random length: where the buffer ends must not matter.
class InPieces final : public ByteSource {
 public:
  InPieces(std::string bytes, std::uint64_t seed) : bytes_(std::move(bytes)), random_({seed}, 0) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count =
        std::min({into.size(), bytes_.size() - given_, static_cast<std::size_t>(1 + random_.next_below(7))});
    std::copy_n(bytes_.data() + given_, count, into.data());
    given_ += count;
    return count;
  }
  std::int64_t position() const override { return static_cast<std::int64_t>(given_); }
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes_.size()); }

 private:
  std::string bytes_;
  std::size_t given_ = 0;
  Random random_;
};

TEST(CsvReader, any_records_written_are_read_back_however_the_bytes_arrive) {
  Random random({42}, 0);
  const std::string_view alphabet = "ab,\"\n\r;é ";
  for (std::uint64_t round = 0; round < 300; ++round) {
    Records records(1 + random.next_below(5));
    std::string text;
    for (auto& record : records) {
      record.resize(2 + random.next_below(3));
      for (auto& field : record) {
        for (auto n = random.next_below(6); n > 0; --n)
          field += alphabet[random.next_below(8) == 7 ? 0 : random.next_below(7)];
        std::string escaped;
        for (const char c : field) escaped += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += (&field == record.data() ? "" : ",") + ('"' + escaped + '"');
      }
      text += round % 2 == 0 ? "\n" : "\r\n";
    }
    const auto outcome = read_all(std::make_unique<InPieces>(text, round));
    ASSERT_FALSE(outcome.error) << outcome.error->message.en << '\n' << text;
    ASSERT_EQ(outcome.records, records) << text;
  }
}

TEST(Encoding, faults_of_utf_8_are_located) {
  EXPECT_FALSE(first_fault("déjà vu € 𝄞, and a long plain tail"));
  EXPECT_EQ(first_fault("abc\xC0\xAF"), 3U);
  EXPECT_EQ(first_fault("\xED\xA0\x80"), 0U);
  EXPECT_EQ(first_fault("ok \xF4\x90\x80\x80"), 3U);
  EXPECT_EQ(first_fault("cut \xE2\x82"), 4U);
}

TEST(OpenSource, an_absent_file_is_named) {
  const auto opened = open_source("/no/such/file.csv");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::not_found);
  EXPECT_NE(opened.error().message.en.find("/no/such/file.csv"), std::string::npos);
}

}  // namespace
}  // namespace quadrille::files
