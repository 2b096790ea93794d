#include <cstdint>
#include <string_view>

#include "services/audit/leaf.h"
#include "services/audit/search.h"
#include "services/audit/tiles.h"

// Leaves, names of tiles and names of objects: one value has one text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace quadrille::audit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto parts = parse_leaf({data, size}); parts && size != leaf_bytes) __builtin_trap();
  if (const auto name = parse_tile_name(text); name && format_tile_name(*name) != text) __builtin_trap();
  (void)parse_object(text);
  return 0;
}
