#include <cstdint>
#include <string_view>

#include "edge/mapping/mapping_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto mapping = quadrille::mapping::parse_mapping({reinterpret_cast<const char*>(data), size});
  if (mapping && (mapping->source.empty() || !mapping->datetime_format)) __builtin_trap();
  return 0;
}
