// Any bytes as a file: first byte chooses encoding and delimiter, the rest may be plain, gzip or zstd. Nothing may
// crash, and memory stays bounded.
#include <cstdint>
#include <string>

#include "host/files/csv_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using quadrille::files::CsvFormat;
  const CsvFormat format{.encoding = static_cast<quadrille::files::Encoding>(data[0] % 5),
                         .delimiter = data[0] & 0x80 ? ';' : ','};
  quadrille::files::CsvReader reader(
      quadrille::files::source_of(std::string(reinterpret_cast<const char*>(data + 1), size - 1)), format);
  for (;;) {
    const auto more = reader.next();
    if (!more || !*more) return 0;
    for (const auto field : reader.fields())
      if (quadrille::files::first_fault(field) && format.encoding == quadrille::files::Encoding::utf_8)
        __builtin_trap();
  }
}
