#include "host/files/image_metadata.h"

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <webp/decode.h>
#include <webp/encode.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "base/random.h"
#include "host/files/image_parts.h"

namespace quadrille::files {
namespace {

constexpr int width = 40;
constexpr int height = 30;

// ---- pictures made and read by the peers ----------------------------------------------------------------------------

std::vector<std::uint8_t> picture(int channels) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) pixels.push_back(static_cast<std::uint8_t>(x * 6 + y * (c + 1)));
  return pixels;
}

enum class Mode { baseline, progressive, grey, cmyk, restarts };

std::string jpeg(Mode mode) {
  jpeg_compress_struct coder{};
  jpeg_error_mgr errors{};
  coder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&coder);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&coder, &out, &size);
  coder.image_width = width;
  coder.image_height = height;
  coder.input_components = mode == Mode::grey ? 1 : mode == Mode::cmyk ? 4 : 3;
  coder.in_color_space = mode == Mode::grey ? JCS_GRAYSCALE : mode == Mode::cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&coder);
  if (mode == Mode::progressive) jpeg_simple_progression(&coder);
  if (mode == Mode::restarts) coder.restart_interval = 2;
  jpeg_start_compress(&coder, TRUE);
  auto pixels = picture(coder.input_components);
  for (int y = 0; y < height; ++y) {
    JSAMPROW row = pixels.data() + y * width * coder.input_components;
    jpeg_write_scanlines(&coder, &row, 1);
  }
  jpeg_finish_compress(&coder);
  std::string bytes(reinterpret_cast<char*>(out), size);
  jpeg_destroy_compress(&coder);
  free(out);
  return bytes;
}

std::vector<std::uint8_t> pixels_of_jpeg(const std::string& bytes) {
  jpeg_decompress_struct reader{};
  jpeg_error_mgr errors{};
  reader.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&reader);
  jpeg_mem_src(&reader, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  EXPECT_EQ(jpeg_read_header(&reader, TRUE), JPEG_HEADER_OK);
  jpeg_start_decompress(&reader);
  std::vector<std::uint8_t> pixels(std::size_t{reader.output_width} * reader.output_height *
                                   static_cast<std::size_t>(reader.output_components));
  while (reader.output_scanline < reader.output_height) {
    JSAMPROW row = pixels.data() + std::size_t{reader.output_scanline} * reader.output_width *
                                       static_cast<std::size_t>(reader.output_components);
    jpeg_read_scanlines(&reader, &row, 1);
  }
  jpeg_finish_decompress(&reader);
  EXPECT_EQ(errors.num_warnings, 0);
  jpeg_destroy_decompress(&reader);
  return pixels;
}

std::string segment(std::uint8_t marker, std::string_view content) {
  std::string bytes{'\xFF', static_cast<char>(marker)};
  bytes += static_cast<char>((content.size() + 2) >> 8U);
  bytes += static_cast<char>((content.size() + 2) & 0xFFU);
  return bytes + std::string(content);
}

// A directory with an orientation and a pointer to a place, as a phone writes them.
std::string exif(std::uint8_t orientation, std::string_view byte_order) {
  std::string tiff(byte_order);
  const bool is_big = byte_order == "MM";
  const auto add_16 = [&](unsigned value) {
    const char high = static_cast<char>(value >> 8U);
    const char low = static_cast<char>(value & 0xFFU);
    tiff += is_big ? std::string{high, low} : std::string{low, high};
  };
  const auto add_32 = [&](unsigned value) {
    if (is_big) {
      add_16(value >> 16U);
      add_16(value & 0xFFFFU);
    } else {
      add_16(value & 0xFFFFU);
      add_16(value >> 16U);
    }
  };
  add_16(42);
  add_32(8);
  add_16(2);
  add_16(0x0112), add_16(3), add_32(1), add_16(orientation), add_16(0);
  add_16(0x8825), add_16(4), add_32(1), add_32(0);
  add_32(0);
  tiff += "GPS 43.2965N 5.3698E IMEI 356938035643809";
  return std::string("Exif\0\0", 6) + tiff;
}

std::string with_segments(const std::string& image, const std::string& segments) {
  return image.substr(0, 2) + segments + image.substr(2);
}

std::string png_chunk(std::string_view name, std::string_view content) {
  std::string bytes;
  append_big_32(bytes, static_cast<std::uint32_t>(content.size()));
  const std::string checked = std::string(name) + std::string(content);
  bytes += checked;
  append_big_32(bytes, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                                                        static_cast<uInt>(checked.size()))));
  return bytes;
}

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  EXPECT_EQ(
      compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
      Z_OK);
  out.resize(size);
  return out;
}

const std::string png_signature = "\x89PNG\r\n\x1a\n";

std::string png_header(std::uint32_t wide, std::uint32_t high, char interlace = 0) {
  std::string content;
  append_big_32(content, wide);
  append_big_32(content, high);
  content += std::string("\x08\x02\0\0", 4) + interlace;
  return png_chunk("IHDR", content);
}

std::string png(const std::string& before_data = "", const std::string& after_data = "") {
  const auto pixels = picture(3);
  std::string rows;
  for (int y = 0; y < height; ++y) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(pixels.data()) + y * width * 3, width * 3);
  }
  const std::string data = deflated(rows);
  return png_signature + png_header(width, height) + before_data + png_chunk("IDAT", data.substr(0, 20)) +
         png_chunk("IDAT", data.substr(20)) + after_data + png_chunk("IEND", "");
}

enum class Webp { lossy, lossless, transparent };

std::string webp(Webp mode) {
  std::uint8_t* out = nullptr;
  std::size_t size = 0;
  const auto opaque = picture(3);
  const auto seen_through = picture(4);
  if (mode == Webp::lossy) size = WebPEncodeRGB(opaque.data(), width, height, width * 3, 80, &out);
  if (mode == Webp::lossless) size = WebPEncodeLosslessRGB(opaque.data(), width, height, width * 3, &out);
  if (mode == Webp::transparent) size = WebPEncodeRGBA(seen_through.data(), width, height, width * 4, 80, &out);
  std::string bytes(reinterpret_cast<char*>(out), size);
  WebPFree(out);
  return bytes;
}

std::vector<std::uint8_t> pixels_of_webp(const std::string& bytes) {
  int wide = 0;
  int high = 0;
  std::uint8_t* pixels =
      WebPDecodeRGBA(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &wide, &high);
  EXPECT_NE(pixels, nullptr);
  std::vector<std::uint8_t> copy(pixels, pixels + 4 * wide * high);
  WebPFree(pixels);
  return copy;
}

std::string webp_chunk(std::string_view name, std::string_view content) {
  std::string bytes(name);
  append_little_32(bytes, static_cast<std::uint32_t>(content.size()));
  bytes += content;
  if (content.size() % 2 != 0) bytes += '\0';
  return bytes;
}

std::string webp_of(const std::string& chunks) {
  std::string bytes = "RIFF";
  append_little_32(bytes, static_cast<std::uint32_t>(chunks.size() + 4));
  return bytes + "WEBP" + chunks;
}

std::string webp_extended(std::string_view flags, const std::string& chunks) {
  std::string header(flags);
  header += std::string("\0\0\0\x27\0\0\x1d\0\0", 9);  // 40 x 30
  return webp_of(webp_chunk("VP8X", header) + chunks);
}

bool holds_secret(const std::string& bytes) {
  return bytes.find("43.2965N") != std::string::npos || bytes.find("secret") != std::string::npos ||
         bytes.find("IMEI") != std::string::npos;
}

std::string refusal(std::string_view bytes) {
  const auto cleaned = without_metadata(bytes);
  if (cleaned) return "accepted";
  EXPECT_EQ(cleaned.error().field, "file");
  return cleaned.error().message.en;
}

// ---- what is kept ---------------------------------------------------------------------------------------------------

TEST(ImageMetadata, a_jpeg_of_any_usual_kind_decodes_to_the_same_picture_without_what_came_with_it) {
  const std::string extra = segment(0xE1, exif(1, "II")) + segment(0xE1, "http://ns.adobe.com/xap/1.0/ secret") +
                            segment(0xE2, "ICC_PROFILE secret") + segment(0xED, "Photoshop 3.0 secret") +
                            segment(0xFE, "secret") + segment(0xEA, "secret");
  for (const Mode mode : {Mode::baseline, Mode::progressive, Mode::grey, Mode::cmyk, Mode::restarts}) {
    const std::string plain = jpeg(mode);
    const auto cleaned = without_metadata(with_segments(plain, extra) + "MOTION secret");
    ASSERT_TRUE(cleaned) << cleaned.error().message.en;
    EXPECT_EQ(cleaned->kind, ImageKind::jpeg);
    EXPECT_EQ(cleaned->width, static_cast<unsigned>(width));
    EXPECT_EQ(cleaned->height, static_cast<unsigned>(height));
    EXPECT_FALSE(holds_secret(cleaned->bytes));
    EXPECT_EQ(pixels_of_jpeg(cleaned->bytes), pixels_of_jpeg(plain));
    EXPECT_EQ(cleaned->removed, (std::vector<std::string>{"EXIF", "XMP", "ICC profile", "IPTC", "comment",
                                                          "application data", "data after the end"}));
  }
}

TEST(ImageMetadata, an_orientation_that_turns_the_picture_is_all_that_stays_of_exif) {
  for (const std::string_view order : {"II", "MM"})
    for (std::uint8_t orientation = 0; orientation <= 9; ++orientation) {
      const auto cleaned =
          without_metadata(with_segments(jpeg(Mode::baseline), segment(0xE1, exif(orientation, order))));
      ASSERT_TRUE(cleaned);
      EXPECT_FALSE(holds_secret(cleaned->bytes));
      const auto at = cleaned->bytes.find(std::string("Exif\0\0", 6));
      ASSERT_EQ(at != std::string::npos, orientation >= 2 && orientation <= 8);
      if (at == std::string::npos) continue;
      EXPECT_EQ(cleaned->bytes[at + 6 + 8 + 2 + 9], static_cast<char>(orientation));
      EXPECT_EQ(pixels_of_jpeg(cleaned->bytes), pixels_of_jpeg(jpeg(Mode::baseline)));
    }
}

TEST(ImageMetadata, a_png_keeps_its_picture_and_loses_text_time_profile_and_exif) {
  const std::string extra = png_chunk("tEXt", std::string("Author\0secret", 13)) +
                            png_chunk("eXIf", exif(6, "MM").substr(6)) + png_chunk("iCCP", "secret") +
                            png_chunk("tIME", "1234567") + png_chunk("acTL", "secret");
  const auto cleaned =
      without_metadata(png(extra + png_chunk("gAMA", std::string("\0\0\xB1\x8F", 4)), png_chunk("iTXt", "secret")));
  ASSERT_TRUE(cleaned) << cleaned.error().message.en;
  EXPECT_FALSE(holds_secret(cleaned->bytes));
  EXPECT_EQ(cleaned->bytes, png(png_chunk("gAMA", std::string("\0\0\xB1\x8F", 4))));
  EXPECT_EQ(cleaned->removed, (std::vector<std::string>{"text", "EXIF", "ICC profile", "time", "other data"}));
}

TEST(ImageMetadata, a_webp_decodes_to_the_same_picture_without_what_came_with_it) {
  for (const Webp mode : {Webp::lossy, Webp::lossless, Webp::transparent}) {
    const std::string plain = webp(mode);
    const auto untouched = without_metadata(plain);
    ASSERT_TRUE(untouched) << untouched.error().message.en;
    EXPECT_EQ(pixels_of_webp(untouched->bytes), pixels_of_webp(plain));
    EXPECT_TRUE(untouched->removed.empty());
    if (mode == Webp::transparent) continue;
    const std::string full =
        webp_extended("\x2c", webp_chunk("ICCP", "secret!") + plain.substr(12) + webp_chunk("EXIF", exif(6, "II")) +
                                  webp_chunk("XMP ", "secret"));
    const auto cleaned = without_metadata(full);
    ASSERT_TRUE(cleaned) << cleaned.error().message.en;
    EXPECT_EQ(cleaned->bytes, plain);
    EXPECT_EQ(cleaned->removed, (std::vector<std::string>{"ICC profile", "EXIF", "XMP"}));
  }
}

TEST(ImageMetadata, cleaning_what_is_clean_changes_nothing) {
  for (const std::string& image :
       {with_segments(jpeg(Mode::progressive), segment(0xE1, exif(6, "MM"))), jpeg(Mode::cmyk), png(),
        webp(Webp::lossy), webp(Webp::lossless), webp(Webp::transparent)}) {
    const auto once = without_metadata(image);
    ASSERT_TRUE(once);
    EXPECT_EQ(without_metadata(once->bytes)->bytes, once->bytes);
  }
}

// ---- what is refused ------------------------------------------------------------------------------------------------

TEST(ImageMetadata, an_image_cut_at_any_byte_is_refused) {
  for (const std::string& image : {jpeg(Mode::baseline), jpeg(Mode::progressive), png(), webp(Webp::lossy),
                                   webp(Webp::lossless), webp(Webp::transparent)})
    for (std::size_t size = 0; size < image.size(); ++size)
      ASSERT_FALSE(without_metadata(std::string_view(image).substr(0, size))) << size << " of " << image.size();
}

TEST(ImageMetadata, what_is_no_image_or_two_things_at_once_is_refused) {
  EXPECT_EQ(refusal(""), "this is no JPEG, PNG or WebP image");
  EXPECT_EQ(refusal("GIF89a"), "this is no JPEG, PNG or WebP image");
  EXPECT_EQ(refusal("%PDF-1.5"), "this is no JPEG, PNG or WebP image");
  const std::string twice = "the file is two things at once: an image and something else; take the photograph again";
  EXPECT_EQ(refusal(with_segments(jpeg(Mode::baseline), segment(0xFE, "%PDF-1.4"))), twice);
  EXPECT_EQ(refusal(png(png_chunk("tEXt", "x<script>alert(1)</script>"))), twice);
  EXPECT_EQ(refusal(png() + "PK\x03\x04"), "unreadable PNG image: bytes follow its end");
  EXPECT_EQ(refusal(webp(Webp::lossy) + "PK"), "unreadable WebP image: bytes follow its end");
}

TEST(ImageMetadata, a_bomb_is_refused_by_its_size_or_by_what_it_inflates_to) {
  const std::string much = deflated(std::string(1 << 22, '\0'));
  EXPECT_EQ(refusal(png_signature + png_header(20'001, 1) + png_chunk("IDAT", much) + png_chunk("IEND", "")),
            "image too large: 20001 × 1 pixels, at most 60 million in all");
  EXPECT_EQ(refusal(png_signature + png_header(10'000, 10'000) + png_chunk("IDAT", much) + png_chunk("IEND", "")),
            "image too large: 10000 × 10000 pixels, at most 60 million in all");
  EXPECT_EQ(refusal(png_signature + png_header(4, 4) + png_chunk("IDAT", much) + png_chunk("IEND", "")),
            "unreadable PNG image: its data are not what it announces");
  EXPECT_EQ(refusal(png_signature + png_header(4000, 4000) + png_chunk("IDAT", much) + png_chunk("IEND", "")),
            "unreadable PNG image: it lacks some of its rows");
  EXPECT_EQ(refusal(png_signature + png_header(0, 4) + png_chunk("IDAT", much) + png_chunk("IEND", "")),
            "the image has no size");
  std::string many_scans = jpeg(Mode::baseline);
  const auto scan = many_scans.find("\xFF\xDA");
  const std::string one = many_scans.substr(scan, many_scans.size() - 2 - scan);
  for (int i = 0; i < 200; ++i) many_scans.insert(scan, one);
  EXPECT_EQ(refusal(many_scans), "the JPEG image has too many scans");
}

TEST(ImageMetadata, a_broken_checksum_order_or_frame_is_refused) {
  std::string flipped = png();
  flipped[45] = static_cast<char>(flipped[45] ^ 1);
  EXPECT_NE(refusal(flipped), "accepted");
  EXPECT_EQ(refusal(png(png_chunk("ABCD", ""))), "unreadable PNG image: a necessary chunk is unknown");
  EXPECT_EQ(refusal(png_signature + png_chunk("IEND", "")), "unreadable PNG image: it does not begin with its header");
  EXPECT_EQ(refusal(png_signature + png_header(4, 4) + png_chunk("IEND", "")),
            "unreadable PNG image: its end is malformed");
  EXPECT_EQ(refusal(png("", png_chunk("tRNS", "abc"))), "unreadable PNG image: a chunk is out of place");
  std::string lossless_jpeg = jpeg(Mode::baseline);
  lossless_jpeg[lossless_jpeg.find("\xFF\xC0") + 1] = '\xC3';
  EXPECT_EQ(refusal(lossless_jpeg),
            "unreadable JPEG image: this kind of JPEG is not taken; save it as an ordinary JPEG");
  EXPECT_EQ(refusal("\xFF\xD8\xFF\xD9"), "unreadable JPEG image: it holds no picture");
  EXPECT_EQ(refusal(webp_extended("\x02", webp_chunk("ANIM", "abcdef"))),
            "unreadable WebP image: it is an animation; send a still image");
  EXPECT_EQ(refusal(webp_of("")), "unreadable WebP image: it holds no picture");
  const std::string frame = webp(Webp::lossy).substr(12);
  EXPECT_EQ(refusal(webp_of(frame + frame)), "unreadable WebP image: it has two pictures");
}

TEST(ImageMetadata, an_interlaced_png_is_measured_by_its_seven_passes) {
  // Adam7 over 5 x 4: (1x1) (1x1) (2x0) (1x1) (3x1) (2x2) (5x2): rows of 1+3w bytes.
  const std::size_t rows = (1 + 3) + (1 + 3) + 0 + (1 + 3) + (1 + 9) + 2 * (1 + 6) + 2 * (1 + 15);
  const auto made = [](std::size_t bytes) {
    return png_signature + png_header(5, 4, 1) + png_chunk("IDAT", deflated(std::string(bytes, '\0'))) +
           png_chunk("IEND", "");
  };
  EXPECT_EQ(refusal(made(rows)), "accepted");
  EXPECT_NE(refusal(made(rows - 1)), "accepted");
  EXPECT_NE(refusal(made(rows + 1)), "accepted");
}

TEST(ImageMetadata, random_damage_never_lets_a_planted_secret_through) {
  Random random(Seed{21}, 0);
  const std::string images[] = {
      with_segments(jpeg(Mode::baseline), segment(0xE1, exif(6, "II")) + segment(0xFE, "secret")),
      png(png_chunk("tEXt", "secret")),
      webp_extended("\x08", webp(Webp::lossy).substr(12) + webp_chunk("EXIF", exif(6, "II")))};
  int accepted = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string image = images[round % 3];
    image[random.next_below(static_cast<std::uint32_t>(image.size()))] = static_cast<char>(random.next_below(256));
    const auto cleaned = without_metadata(image);
    if (!cleaned) continue;
    ++accepted;
    // A damaged length may leave a JPEG's words in its entropy-coded data, where they are noise in the picture.
    EXPECT_FALSE(cleaned->kind != ImageKind::jpeg && holds_secret(cleaned->bytes));
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace quadrille::files
