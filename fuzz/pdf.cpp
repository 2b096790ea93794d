// Any bytes as a PDF: refused or taken, never a crash; what is taken does not hold the plainest of scripts.
#include <cstdint>
#include <cstdlib>

#include "host/files/pdf_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::files;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (check_pdf(bytes) && bytes.find("/JavaScript ") != std::string_view::npos) std::abort();
  return 0;
}
