// Any bytes as a photograph: refused or cleaned, never a crash; what was cleaned is clean (cleaning it again changes
// nothing), is of the same kind, and holds no EXIF but the 36 bytes that say how it is turned.
#include <cstdint>
#include <cstdlib>

#include "host/files/image_metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::files;
  const auto cleaned = without_metadata({reinterpret_cast<const char*>(data), size});
  if (!cleaned) return 0;
  const auto again = without_metadata(cleaned->bytes);
  if (!again || again->bytes != cleaned->bytes || again->kind != cleaned->kind) std::abort();
  if (cleaned->bytes.size() > size + 128) std::abort();
  return 0;
}
